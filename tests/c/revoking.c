/* Revocation lists that are issued and OCSP requests that are answered, both judged by OpenSSL too. */
#include "check.h"

#include <openssl/ocsp.h>
#include <openssl/x509.h>

static X509 *openssl_certificate(const smime_certificate *certificate)
{
    smime_buffer *der = NULL;
    const unsigned char *at;
    X509 *read;
    OK(smime_certificate_to_der(certificate, &der, &err));
    at = smime_buffer_data(der);
    read = d2i_X509(NULL, &at, (long)smime_buffer_len(der));
    smime_buffer_free(der);
    CHECK(read != NULL);
    return read;
}

/* The list as OpenSSL reads it, with a signature that it has verified. */
static X509_CRL *openssl_list(const people *all, const smime_buffer *list)
{
    const unsigned char *at = smime_buffer_data(list);
    X509_CRL *read = d2i_X509_CRL(NULL, &at, (long)smime_buffer_len(list));
    X509 *root = openssl_certificate(all->root);
    CHECK(read != NULL && X509_CRL_verify(read, X509_get0_pubkey(root)) == 1);
    X509_free(root);
    return read;
}

static int entries(const X509_CRL *list)
{
    STACK_OF(X509_REVOKED) *revoked = X509_CRL_get_REVOKED((X509_CRL *)(void *)(size_t)list);
    return revoked == NULL ? 0 : sk_X509_REVOKED_num(revoked);
}

static smime_crl_builder *builder_of(const people *all, uint64_t number)
{
    smime_crl_builder *builder = NULL;
    OK(smime_crl_builder_new(all->issuer, number, NOW, NOW + 7 * DAY, &builder, &err));
    return builder;
}

static smime_buffer *built(smime_crl_builder *builder)
{
    smime_buffer *list = NULL;
    OK(smime_crl_builder_build(builder, &list, &err));
    smime_crl_builder_free(builder);
    return list;
}

static void lists(const people *all)
{
    static const uint8_t one[] = {1}, two[] = {2}, three[] = {3}, negative[] = {0x80}, base[] = {7}, number[21] = {1};
    int64_t since = NOW - DAY;
    smime_crl_builder *builder = builder_of(all, 7);
    smime_buffer *complete, *current, *delta, *again = NULL;
    smime_verifier *verifier = NULL;
    X509_CRL *read;

    OK(smime_crl_builder_add_freshest_url(builder, "http://crl.example.org/delta.crl", &err));
    OK(smime_crl_builder_add_entry(builder, one, 1, NOW, SMIME_REASON_CERTIFICATE_HOLD, NULL, NULL, &err));
    OK(smime_crl_builder_add_entry(builder, two, 1, NOW, SMIME_REASON_KEY_COMPROMISE, &since, NULL, &err));
    FAILS(SMIME_E_USE_STATE, smime_crl_builder_set_indirect(builder, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_crl_builder_add_entry(builder, negative, 1, NOW, SMIME_REASON_UNSPECIFIED, NULL, NULL, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_crl_builder_add_entry(builder, three, 1, NOW, 7, NULL, NULL, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_crl_builder_add_entry(builder, three, 1, NOW, SMIME_REASON_REMOVE_FROM_CRL, NULL, NULL, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_crl_builder_add_entry(builder, three, 1, NOW, SMIME_REASON_UNSPECIFIED, NULL, all->alice_certificate, &err));
    complete = built(builder);
    read = openssl_list(all, complete);
    CHECK(entries(read) == 2);
    X509_CRL_free(read);

    builder = builder_of(all, 8);
    OK(smime_crl_builder_add_entries_of(builder, smime_buffer_data(complete), smime_buffer_len(complete), &err));
    OK(smime_crl_builder_add_entry(builder, three, 1, NOW, SMIME_REASON_UNSPECIFIED, NULL, NULL, &err));
    current = built(builder);
    /* One that is twice is seen at the end. */
    builder = builder_of(all, 8);
    OK(smime_crl_builder_add_entries_of(builder, smime_buffer_data(complete), smime_buffer_len(complete), &err));
    OK(smime_crl_builder_add_entry(builder, two, 1, NOW, SMIME_REASON_UNSPECIFIED, NULL, NULL, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_crl_builder_build(builder, &again, &err));
    FAILS(SMIME_E_USE_STATE, smime_crl_builder_build(builder, &again, &err));
    CHECK(again == NULL);
    smime_crl_builder_free(builder);

    builder = builder_of(all, 9);
    OK(smime_crl_builder_set_base_number(builder, base, 1, &err));
    FAILS(SMIME_E_CRL_MALFORMED, smime_crl_builder_add_changes(builder, one, 1, one, 1, &err));
    OK(smime_crl_builder_add_changes(builder, smime_buffer_data(complete), smime_buffer_len(complete), smime_buffer_data(current),
                                     smime_buffer_len(current), &err));
    delta = built(builder);
    read = openssl_list(all, delta);
    CHECK(entries(read) == 1 && X509_CRL_get_ext_by_NID(read, NID_delta_crl, -1) >= 0);
    X509_CRL_free(read);
    smime_buffer_free(delta);

    /* What is released is removed. */
    builder = builder_of(all, 8);
    OK(smime_crl_builder_add_entry(builder, two, 1, NOW, SMIME_REASON_KEY_COMPROMISE, &since, NULL, &err));
    smime_buffer_free(current);
    current = built(builder);
    builder = builder_of(all, 0);
    OK(smime_crl_builder_set_number(builder, number, 20, &err));
    OK(smime_crl_builder_set_base_number(builder, base, 1, &err));
    OK(smime_crl_builder_add_changes(builder, smime_buffer_data(complete), smime_buffer_len(complete), smime_buffer_data(current),
                                     smime_buffer_len(current), &err));
    delta = built(builder);
    read = openssl_list(all, delta);
    CHECK(entries(read) == 1);
    X509_CRL_free(read);

    OK(smime_verifier_new(all->trust, &verifier, &err));
    OK(smime_verifier_add_crls(verifier, smime_buffer_data(complete), smime_buffer_len(complete), &err));
    OK(smime_verifier_add_crls(verifier, smime_buffer_data(delta), smime_buffer_len(delta), &err));
    smime_verifier_free(verifier);
    smime_buffer_free(delta);
    smime_buffer_free(current);
    smime_buffer_free(complete);
}

static void lists_that_must_not_be(const people *all)
{
    static const uint8_t number[21] = {1}, zero[] = {0};
    smime_crl_builder *builder = builder_of(all, 5);
    smime_buffer *list = NULL;
    smime_issuer *issuer = NULL;
    X509_CRL *read;

    OK(smime_crl_builder_set_number(builder, number, 21, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_crl_builder_build(builder, &list, &err));
    /* The fault can be mended. */
    OK(smime_crl_builder_set_number(builder, number, 20, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_crl_builder_set_only(builder, 9, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_crl_builder_add_only_reason(builder, SMIME_REASON_UNSPECIFIED, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_crl_builder_add_only_reason(builder, 77, &err));
    OK(smime_crl_builder_set_only(builder, SMIME_CRL_ONLY_USER, &err));
    OK(smime_crl_builder_add_only_reason(builder, SMIME_REASON_KEY_COMPROMISE, &err));
    OK(smime_crl_builder_add_only_reason(builder, SMIME_REASON_CERTIFICATE_HOLD, &err));
    OK(smime_crl_builder_set_indirect(builder, &err));
    OK(smime_crl_builder_add_url(builder, "http://crl.example.org/1.crl", &err));
    OK(smime_crl_builder_add_entry(builder, zero, 1, NOW, SMIME_REASON_KEY_COMPROMISE, NULL, all->alice_certificate, &err));
    list = built(builder);
    read = openssl_list(all, list);
    CHECK(entries(read) == 1 && X509_CRL_get_ext_by_NID(read, NID_issuing_distribution_point, -1) >= 0);
    X509_CRL_free(read);
    smime_buffer_free(list);

    OK(smime_crl_builder_new(all->issuer, 1, NOW, NOW - 1, &builder, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_crl_builder_build(builder, &list, &err));
    smime_crl_builder_free(builder);

    /* Alice's certificate does not allow it. */
    OK(smime_issuer_new(all->alice_key, all->alice_certificate, &issuer, &err));
    OK(smime_crl_builder_new(issuer, 1, NOW, NOW + DAY, &builder, &err));
    FAILS(SMIME_E_USE_KEY_FOR_SIGNING, smime_crl_builder_build(builder, &list, &err));
    CHECK(list == NULL);
    smime_crl_builder_free(builder);
    smime_issuer_free(issuer);
}

typedef struct {
    int32_t kind, answer;
    unsigned long calls;
} register_;

static int32_t status_of(void *user, const uint8_t *serial, size_t length, smime_ocsp_status *status)
{
    register_ *from = (register_ *)user;
    from->calls++;
    CHECK(serial != NULL && length != 0);
    if (from->kind != 0) {
        OK(smime_ocsp_status_set(status, from->kind, NOW - DAY, SMIME_REASON_KEY_COMPROMISE, &err));
    }
    FAILS(SMIME_E_USE_ARGUMENT, smime_ocsp_status_set(status, 77, 0, 0, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_ocsp_status_set(status, SMIME_OCSP_STATUS_REVOKED, 0, 77, &err));
    return from->answer;
}

static memory request_for(const people *all, int with_nonce)
{
    X509 *alice = openssl_certificate(all->alice_certificate), *root = openssl_certificate(all->root);
    OCSP_REQUEST *request = OCSP_REQUEST_new();
    unsigned char *der = NULL;
    memory made;
    int length;
    CHECK(OCSP_request_add0_id(request, OCSP_cert_to_id(NULL, alice, root)) != NULL);
    if (with_nonce) CHECK(OCSP_request_add1_nonce(request, NULL, 16) == 1);
    length = i2d_OCSP_REQUEST(request, &der);
    made = memory_of(der, (size_t)length);
    OPENSSL_free(der);
    OCSP_REQUEST_free(request);
    X509_free(alice);
    X509_free(root);
    return made;
}

/* What OpenSSL reads: V_OCSP_CERTSTATUS_*, or -1 - the status of a response without an answer. */
static int judged(const people *all, const smime_buffer *response, const memory *request, unsigned long flags)
{
    const unsigned char *at = smime_buffer_data(response), *in = request->data;
    OCSP_RESPONSE *read = d2i_OCSP_RESPONSE(NULL, &at, (long)smime_buffer_len(response));
    OCSP_REQUEST *asked = d2i_OCSP_REQUEST(NULL, &in, (long)request->length);
    OCSP_BASICRESP *basic;
    X509 *root = openssl_certificate(all->root);
    X509_STORE *store = X509_STORE_new();
    int status, found = -99;
    CHECK(read != NULL);
    status = OCSP_response_status(read);
    if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
        found = -1 - status;
    } else {
        STACK_OF(X509) *known = sk_X509_new_null();
        X509_VERIFY_PARAM *param = X509_STORE_get0_param(store);
        basic = OCSP_response_get1_basic(read);
        X509_VERIFY_PARAM_set_time(param, (time_t)NOW);
        X509_STORE_add_cert(store, root);
        sk_X509_push(known, root);
        CHECK(OCSP_basic_verify(basic, known, store, flags) == 1);
        CHECK(asked == NULL || OCSP_check_nonce(asked, basic) >= 1);
        found = OCSP_single_get0_status(OCSP_resp_get0(basic, 0), NULL, NULL, NULL, NULL);
        sk_X509_free(known);
        OCSP_BASICRESP_free(basic);
    }
    X509_STORE_free(store);
    X509_free(root);
    OCSP_REQUEST_free(asked);
    OCSP_RESPONSE_free(read);
    return found;
}

static int answered(const people *all, const smime_ocsp_responder *responder, register_ *from, const memory *request, unsigned long flags)
{
    int64_t next = NOW + DAY;
    smime_buffer *response = NULL;
    int found;
    OK(smime_ocsp_responder_respond(responder, request->data, request->length, status_of, from, NOW, from->calls % 2 ? &next : NULL, NOW, &response, &err));
    found = judged(all, response, request, flags);
    smime_buffer_free(response);
    return found;
}

static void answers(const people *all, const smime_ocsp_responder *responder)
{
    static const int statuses[][2] = {{SMIME_OCSP_STATUS_GOOD, V_OCSP_CERTSTATUS_GOOD},
                                      {SMIME_OCSP_STATUS_REVOKED, V_OCSP_CERTSTATUS_REVOKED},
                                      {SMIME_OCSP_STATUS_UNKNOWN, V_OCSP_CERTSTATUS_UNKNOWN},
                                      {SMIME_OCSP_STATUS_NEVER_ISSUED, V_OCSP_CERTSTATUS_REVOKED},
                                      {0, V_OCSP_CERTSTATUS_UNKNOWN}};
    memory request = request_for(all, 1), nothing = memory_of("nothing", 7);
    register_ from = {0, 0, 0};
    smime_buffer *response = NULL, *serial = NULL;
    size_t index;
    for (index = 0; index < sizeof statuses / sizeof statuses[0]; index++) {
        from.kind = statuses[index][0];
        CHECK(answered(all, responder, &from, &request, 0) == statuses[index][1]);
    }
    CHECK(from.calls == 5);
    CHECK(answered(all, responder, &from, &nothing, 0) == -1 - SMIME_OCSP_RESPONSE_MALFORMED_REQUEST);
    from.answer = 1;
    CHECK(answered(all, responder, &from, &request, 0) == -1 - SMIME_OCSP_RESPONSE_TRY_LATER);
    FAILS(SMIME_E_USE_ARGUMENT, smime_ocsp_responder_respond(responder, request.data, request.length, NULL, NULL, NOW, NULL, NOW, &response, &err));
    memory_free(&nothing);
    memory_free(&request);

    request = request_for(all, 0);
    {
        smime_ocsp_request *read = NULL;
        OK(smime_ocsp_request_from_bytes(request.data, request.length, &read, &err));
        OK(smime_ocsp_request_serial(read, 0, &serial, &err));
        smime_ocsp_request_free(read);
    }
    OK(smime_ocsp_responder_prepare(responder, smime_buffer_data(serial), smime_buffer_len(serial), NULL, SMIME_OCSP_STATUS_GOOD, 0, 0, NOW,
                                    NOW + DAY, NOW, &response, &err));
    CHECK(judged(all, response, &request, 0) == V_OCSP_CERTSTATUS_GOOD);
    smime_buffer_free(response);
    FAILS(SMIME_E_USE_ARGUMENT, smime_ocsp_responder_prepare(responder, smime_buffer_data(serial), smime_buffer_len(serial), "md5",
                                                             SMIME_OCSP_STATUS_GOOD, 0, 0, NOW, NOW + DAY, NOW, &response, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_ocsp_responder_prepare(responder, smime_buffer_data(serial), smime_buffer_len(serial), "sha256",
                                                             SMIME_OCSP_STATUS_GOOD, 0, 0, NOW, NOW - DAY, NOW, &response, &err));
    smime_buffer_free(serial);
    memory_free(&request);
}

static void responders(const people *all)
{
    smime_key *key = NULL;
    smime_template *template_ = NULL;
    smime_certificate *delegate = NULL;
    smime_ocsp_responder *responder = NULL;
    register_ from = {SMIME_OCSP_STATUS_GOOD, 0, 0};
    people other;
    memory request;

    OK(smime_key_generate("p256", &key, &err));
    OK(smime_template_ocsp_responder("Example OCSP", NOW - DAY, NOW + 7 * DAY, &template_, &err));
    OK(smime_issuer_issue(all->issuer, key, template_, &delegate, &err));
    OK(smime_ocsp_responder_new(key, delegate, all->root, &responder, &err));
    answers(all, responder);
    OK(smime_ocsp_responder_set_by_name(responder, &err));
    answers(all, responder);

    /* About another issuer's certificate. */
    people_new(&other, "p256", "p256");
    request = request_for(&other, 1);
    CHECK(answered(all, responder, &from, &request, 0) == -1 - SMIME_OCSP_RESPONSE_UNAUTHORIZED);
    OK(smime_ocsp_responder_set_others_unknown(responder, &err));
    /* OpenSSL asks whether the responder may answer for that issuer, which it may not, unless told not to. */
    CHECK(answered(all, responder, &from, &request, OCSP_NOCHECKS) == V_OCSP_CERTSTATUS_UNKNOWN && from.calls == 0);
    OK(smime_ocsp_responder_omit_nonces(responder, &err));
    memory_free(&request);
    request = request_for(all, 0);
    CHECK(answered(all, responder, &from, &request, 0) == V_OCSP_CERTSTATUS_GOOD && from.calls == 1);
    memory_free(&request);
    smime_ocsp_responder_free(responder);

    FAILS(SMIME_E_USE_KEY_FOR_SIGNING, smime_ocsp_responder_new(all->alice_key, all->alice_certificate, all->root, &responder, &err));
    FAILS(SMIME_E_USE_KEY_FOR_SIGNING, smime_ocsp_responder_new(key, delegate, other.root, &responder, &err));
    FAILS(SMIME_E_KEY_MISMATCH, smime_ocsp_responder_new(key, all->alice_certificate, all->root, &responder, &err));
    people_free(&other);
    smime_certificate_free(delegate);
    smime_template_free(template_);
    smime_key_free(key);
}

static void requests(const people *all)
{
    memory with = request_for(all, 1), without = request_for(all, 0);
    smime_ocsp_request *request = NULL;
    smime_buffer *nonce = NULL, *id = NULL, *der = NULL, *refusal = NULL;
    char path[4096];
    OK(smime_ocsp_request_from_bytes(with.data, with.length, &request, &err));
    CHECK(smime_ocsp_request_len(request) == 1);
    OK(smime_ocsp_request_nonce(request, &nonce, &err));
    CHECK(smime_buffer_len(nonce) == 16);
    smime_buffer_free(nonce);
    OK(smime_ocsp_request_cert_id(request, 0, &id, &err));
    CHECK(smime_buffer_len(id) > 50 && smime_buffer_data(id)[0] == 0x30);
    smime_buffer_free(id);
    FAILS(SMIME_E_USE_ARGUMENT, smime_ocsp_request_cert_id(request, 1, &id, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_ocsp_request_serial(request, 1, &id, &err));
    OK(smime_ocsp_request_to_der(request, &der, &err));
    CHECK(buffer_is(der, with.data, with.length));
    smime_buffer_free(der);
    smime_ocsp_request_free(request);

    path[0] = '/';
    EVP_EncodeBlock((unsigned char *)path + 1, without.data, (int)without.length);
    OK(smime_ocsp_request_from_get_path(path, &request, &err));
    OK(smime_ocsp_request_to_der(request, &der, &err));
    CHECK(buffer_is(der, without.data, without.length));
    OK(smime_ocsp_request_nonce(request, &nonce, &err));
    CHECK(smime_buffer_len(nonce) == 0);
    smime_buffer_free(nonce);
    smime_buffer_free(der);
    smime_ocsp_request_free(request);
    FAILS(SMIME_E_OCSP_MALFORMED, smime_ocsp_request_from_get_path("/%zz", &request, &err));
    FAILS(SMIME_E_OCSP_MALFORMED, smime_ocsp_request_from_bytes(with.data, with.length - 1, &request, &err));
    OK(smime_ocsp_refusal(SMIME_OCSP_RESPONSE_TRY_LATER, &refusal, &err));
    CHECK(buffer_is(refusal, "\x30\x03\x0a\x01\x03", 5));
    smime_buffer_free(refusal);
    FAILS(SMIME_E_USE_ARGUMENT, smime_ocsp_refusal(4, &refusal, &err));
    memory_free(&with);
    memory_free(&without);
}

int main(void)
{
    people all;
    check_unused();
    people_new(&all, "p256", "p256");
    lists(&all);
    lists_that_must_not_be(&all);
    requests(&all);
    responders(&all);
    people_free(&all);
    return checks_end("revoking");
}
