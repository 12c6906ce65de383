/* Arguments that cannot be used: NULL, short, huge, garbage, numbers that mean nothing, buffers that overlap. */
#include "check.h"

/* Numbers that look random and are the same each time. */
static uint32_t state = 1;
static uint32_t number(void)
{
    state = state * 1664525u + 1013904223u;
    return state >> 8;
}

static void numbers_that_mean_nothing(const people *all)
{
    smime_opener *opener = opener_for_bob(all);
    smime_signer *signer = NULL;
    smime_encryptor *encryptor = NULL;
    smime_verifier *verifier = NULL;
    static const int32_t wrong[] = {-1, 99, INT32_MAX, INT32_MIN};
    size_t index;
    OK(smime_signer_new(all->alice, &signer, &err));
    OK(smime_encryptor_new(&encryptor, &err));
    OK(smime_verifier_new(all->trust, &verifier, &err));
    for (index = 0; index < sizeof wrong / sizeof *wrong; index++) {
        int32_t one = wrong[index];
        FAILS(SMIME_E_USE_ARGUMENT, smime_opener_set_policy(opener, one, &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_opener_set_policy_option(opener, one, 1, &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_opener_set_limit(opener, one, 1, &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_opener_set_form(opener, one, &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_signer_set_form(signer, one, &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_signer_set_limit(signer, one, 1, &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_encryptor_set_key_transport(encryptor, one, &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_encryptor_set_limit(encryptor, one, 1, &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_verifier_set_purpose(verifier, one, &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_verifier_set_policy(verifier, one, &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_verifier_set_policy_option(verifier, one, 1, &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_verifier_set_limit(verifier, one, 1, &err));
        CHECK(smime_code_name(one) == NULL && smime_code_sentence(one) == NULL && smime_code_reference(one) == NULL);
        CHECK(smime_code_class(one) == 0 && smime_code_severity(one) == 0);
        CHECK(smime_verdict_name(one) == NULL && smime_verdict_is_acceptable(one) == 0);
    }
    FAILS(SMIME_E_USE_ARGUMENT, smime_opener_set_limit(opener, SMIME_LIMIT_KDF_ITERATIONS, UINT64_MAX, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_opener_set_policy_option(opener, SMIME_POLICY_OPTION_RSA_MINIMUM_BITS, -1, &err));
    /* Times far away are held within what certificates can say. */
    OK(smime_opener_set_at(opener, INT64_MAX, &err));
    OK(smime_opener_set_at(opener, INT64_MIN, &err));
    smime_verifier_free(verifier);
    smime_encryptor_free(encryptor);
    smime_signer_free(signer);
    smime_opener_free(opener);
}

static void text_that_is_none(const people *all)
{
    static const char bad[] = "\xff\xfe";
    smime_opener *opener = opener_for_bob(all);
    smime_signer *signer = NULL;
    smime_encryptor *encryptor = NULL;
    smime_key *key = NULL;
    smime_identity *identity = NULL;
    smime_template *template_ = NULL;
    OK(smime_signer_new(all->alice, &signer, &err));
    OK(smime_encryptor_new(&encryptor, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_key_generate(bad, &key, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_key_generate("rsa-17", &key, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_key_generate("", &key, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_identity_from_bytes((const uint8_t *)"x", 1, bad, &identity, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_template_authority(bad, 0, 1, &template_, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_template_end_entity("x", bad, 0, 1, &template_, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_signer_set_digest(signer, bad, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_signer_set_digest(signer, "md5", &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_encryptor_set_cipher(encryptor, "rot13", &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_encryptor_add_recipient_announcing(encryptor, all->bob_certificate, bad, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_opener_allow_digest(opener, "md5", 1, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_opener_allow_cipher(opener, bad, 1, &err));
    CHECK(smime_code_from_name(bad) == 0 && smime_code_from_name("NO-SUCH-CODE") == 0);
    CHECK(smime_code_from_name("SIG-DIGEST-MISMATCH") == SMIME_E_SIG_DIGEST_MISMATCH);
    CHECK(smime_certificate_match_address(all->alice_certificate, bad) == SMIME_ADDRESS_ABSENT);
    CHECK(smime_certificate_match_address(all->alice_certificate, "alice@EXAMPLE.org") == SMIME_ADDRESS_MATCH);
    CHECK(smime_certificate_match_address(all->alice_certificate, "bob@example.org") == SMIME_ADDRESS_MISMATCH);
    CHECK(smime_certificate_match_address(all->alice_certificate, "alice@example.org@example.org") == SMIME_ADDRESS_MISMATCH);
    CHECK(smime_certificate_match_address(all->root, "alice@example.org") == SMIME_ADDRESS_ABSENT);
    smime_encryptor_free(encryptor);
    smime_signer_free(signer);
    smime_opener_free(opener);
}

/* Lengths that no object in memory has. */
static void impossible_lengths(const people *all)
{
    static const uint8_t one[1] = {0x30};
    static const size_t lengths[] = {SIZE_MAX, SIZE_MAX / 2 + 1};
    smime_opener *opener = opener_for_bob(all);
    smime_opened *opened = NULL;
    smime_report *report = NULL;
    smime_certificate *certificate = NULL;
    smime_certificates *list = NULL;
    smime_identity *identity = NULL;
    smime_key *key = NULL;
    smime_open_stream *stream = NULL;
    size_t index;
    OK(smime_opener_stream(opener, &stream, &err));
    for (index = 0; index < sizeof lengths / sizeof *lengths; index++) {
        size_t length = lengths[index];
        FAILS(SMIME_E_USE_ARGUMENT, smime_opener_open(opener, one, length, &opened, &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_opener_examine(opener, one, length, &report, &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_opener_open_detached(opener, one, length, one, 1, &opened, &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_opener_open_detached(opener, one, 1, one, length, &opened, &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_certificate_from_bytes(one, length, &certificate, &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_certificates_from_bytes(one, length, &list, &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_identity_from_bytes(one, length, NULL, &identity, &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_key_from_bytes(one, length, NULL, &key, &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_open_stream_push(stream, one, length, &err));
    }
    FAILS(SMIME_E_USE_ARGUMENT, smime_opener_open(opener, NULL, 1, &opened, &err));
    /* An argument that cannot be used does not spoil the stream. */
    OK(smime_open_stream_push(stream, NULL, 0, &err));
    smime_open_stream_free(stream);
    smime_opener_free(opener);
}

static void empty_input(const people *all)
{
    smime_opener *opener = opener_for_bob(all);
    smime_opened *opened = NULL;
    smime_certificate *certificate = NULL;
    smime_identity *identity = NULL;
    CHECK(smime_opener_open(opener, NULL, 0, &opened, NULL) != SMIME_OK && opened == NULL);
    CHECK(smime_opener_open(opener, (const uint8_t *)"", 0, &opened, NULL) != SMIME_OK && opened == NULL);
    CHECK(smime_certificate_from_bytes(NULL, 0, &certificate, NULL) != SMIME_OK && certificate == NULL);
    CHECK(smime_identity_from_bytes(NULL, 0, NULL, &identity, NULL) != SMIME_OK && identity == NULL);
    smime_opener_free(opener);
}

/* Every cut and many changes of good input: an answer, never a crash, never another content. */
static void damaged_input(const people *all)
{
    smime_opener *opener = opener_for_bob(all);
    smime_buffer *sealed = sealed_for_bob(all, MESSAGE, strlen(MESSAGE)), *der = NULL, *pem = NULL, *pkcs12 = NULL;
    size_t length = smime_buffer_len(sealed), at;
    uint8_t *copy = malloc(length);
    unsigned long accepted = 0, tries = 0;
    for (at = 0; at < length; at += 300 / rounds(300) + at / 64) {
        smime_opened *opened = NULL;
        int32_t status = smime_opener_open(opener, smime_buffer_data(sealed), at, &opened, NULL);
        accepted += status == SMIME_OK && smime_opened_verdict(opened) == SMIME_VERDICT_VALID;
        tries++;
        smime_opened_free(opened);
    }
    CHECK(accepted == 0);
    for (at = 0; at < rounds(300); at++) {
        smime_opened *opened = NULL;
        smime_buffer *content = NULL;
        memcpy(copy, smime_buffer_data(sealed), length);
        copy[number() % length] ^= (uint8_t)(1u << number() % 8);
        if (smime_opener_open(opener, copy, length, &opened, NULL) == SMIME_OK && smime_opened_verdict(opened) == SMIME_VERDICT_VALID) {
            OK(smime_opened_content(opened, &content, &err));
            CHECK(buffer_is(content, ENTITY, strlen(ENTITY)));
            smime_buffer_free(content);
        }
        tries++;
        smime_opened_free(opened);
    }
    free(copy);

    OK(smime_certificate_to_der(all->alice_certificate, &der, &err));
    OK(smime_key_to_pem(all->alice_key, NULL, &pem, &err));
    if (!quick()) OK(smime_identity_to_pkcs12(all->alice, "secret", &pkcs12, &err));
    for (at = 0; at < smime_buffer_len(der); at += 300 / rounds(300)) {
        smime_certificate *certificate = NULL;
        CHECK(smime_certificate_from_bytes(smime_buffer_data(der), at, &certificate, NULL) != SMIME_OK && certificate == NULL);
    }
    for (at = 0; at + 30 < smime_buffer_len(pem); at += 300 / rounds(300)) {
        smime_key *key = NULL;
        CHECK(smime_key_from_bytes(smime_buffer_data(pem), at, NULL, &key, NULL) != SMIME_OK && key == NULL);
    }
    for (at = 0; at < smime_buffer_len(pkcs12); at += 300 / rounds(300) + at / 16) {
        smime_identity *identity = NULL;
        CHECK(smime_identity_from_bytes(smime_buffer_data(pkcs12), at, "secret", &identity, NULL) != SMIME_OK && identity == NULL);
    }
    CHECK(tries > rounds(300));
    smime_buffer_free(pkcs12);
    smime_buffer_free(pem);
    smime_buffer_free(der);
    smime_buffer_free(sealed);
    smime_opener_free(opener);
}

static void garbage(const people *all)
{
    smime_opener *opener = opener_for_bob(all);
    uint8_t data[600];
    size_t round, at;
    for (round = 0; round < rounds(2000); round++) {
        size_t length = number() % sizeof data;
        smime_opened *opened = NULL;
        smime_certificate *certificate = NULL;
        smime_certificates *list = NULL;
        smime_identity *identity = NULL;
        smime_key *key = NULL;
        for (at = 0; at < length; at++) data[at] = (uint8_t)number();
        if (round % 2 == 0 && length > 4) memcpy(data, "\x30\x82\x01\x00", 4);
        CHECK(smime_opener_open(opener, data, length, &opened, NULL) != SMIME_OK && opened == NULL);
        CHECK(smime_certificate_from_bytes(data, length, &certificate, NULL) != SMIME_OK && certificate == NULL);
        CHECK(smime_certificates_from_bytes(data, length, &list, NULL) != SMIME_OK && list == NULL);
        CHECK(smime_identity_from_bytes(data, length, "x", &identity, NULL) != SMIME_OK && identity == NULL);
        CHECK(smime_key_from_bytes(data, length, NULL, &key, NULL) != SMIME_OK && key == NULL);
    }
    smime_opener_free(opener);
}

/* Input that overlaps other input, and input that is the library's own memory. */
static void overlapping(const people *all)
{
    smime_opener *opener = opener_for_bob(all);
    smime_buffer *sealed = sealed_for_bob(all, MESSAGE, strlen(MESSAGE)), *content = NULL;
    smime_signer *signer = NULL;
    smime_opened *opened = NULL;
    uint8_t *odd = malloc(smime_buffer_len(sealed) + 1);
    int32_t status = smime_opener_open_detached(opener, smime_buffer_data(sealed), smime_buffer_len(sealed), smime_buffer_data(sealed) + 1,
                                                smime_buffer_len(sealed) - 1, &opened, NULL);
    CHECK((status == SMIME_OK) == (opened != NULL));
    smime_opened_free(opened);

    /* No alignment is asked for. */
    memcpy(odd + 1, smime_buffer_data(sealed), smime_buffer_len(sealed));
    OK(smime_opener_open(opener, odd + 1, smime_buffer_len(sealed), &opened, &err));
    OK(smime_opened_content(opened, &content, &err));
    smime_opened_free(opened);
    OK(smime_signer_new(all->alice, &signer, &err));
    smime_buffer_free(sealed);
    OK(smime_signer_sign(signer, smime_buffer_data(content), smime_buffer_len(content), &sealed, &err));
    smime_buffer_free(sealed);
    smime_buffer_free(content);
    smime_signer_free(signer);
    smime_opener_free(opener);
    free(odd);
}

static void mismatches(const people *all)
{
    smime_identity *identity = NULL;
    smime_issuer *issuer = NULL;
    smime_key *key = NULL;
    smime_template *template_ = NULL;
    smime_certificate *certificate = NULL;
    smime_encryptor *encryptor = NULL;
    FAILS(SMIME_E_KEY_MISMATCH, smime_identity_from_key(all->alice_key, all->bob_certificate, NULL, &identity, &err));
    FAILS(SMIME_E_KEY_MISMATCH, smime_issuer_new(all->alice_key, all->root, &issuer, &err));
    CHECK(identity == NULL && issuer == NULL);

    /* A key that only signs is refused at once where somebody wants to encrypt to it. */
    OK(smime_key_generate("ed25519", &key, &err));
    OK(smime_template_end_entity("Carol", "carol@example.org", NOW, NOW + DAY, &template_, &err));
    OK(smime_issuer_issue(all->issuer, key, template_, &certificate, &err));
    OK(smime_encryptor_new(&encryptor, &err));
    FAILS(SMIME_E_USE_KEY_FOR_ENCRYPTION, smime_encryptor_add_recipient(encryptor, certificate, &err));
    OK(smime_encryptor_add_recipient(encryptor, all->bob_certificate, &err));
    smime_encryptor_free(encryptor);
    smime_certificate_free(certificate);
    smime_template_free(template_);
    smime_key_free(key);
}

static void errors(void)
{
    smime_certificate *certificate = NULL;
    smime_error *why = NULL;
    smime_buffer *json = NULL;
    /* Without a place for the error, and without one for the result. */
    CHECK(smime_certificate_from_bytes((const uint8_t *)"\x30", 1, &certificate, NULL) != SMIME_OK);
    CHECK(smime_certificate_from_bytes((const uint8_t *)"\x30", 1, NULL, NULL) == SMIME_E_USE_ARGUMENT);
    FAILS(SMIME_E_USE_ARGUMENT, smime_certificate_from_bytes((const uint8_t *)"\x30", 1, NULL, &err));

    CHECK(smime_certificate_from_bytes((const uint8_t *)"\x30\x03\x02\x01", 4, &certificate, &why) == SMIME_E_CERT_MALFORMED);
    CHECK(smime_error_code(why) == SMIME_E_CERT_MALFORMED);
    CHECK(smime_code_class(smime_error_code(why)) == SMIME_CLASS_MALFORMED);
    CHECK(strcmp(smime_error_name(why), "CERT-MALFORMED") == 0);
    CHECK(strlen(smime_error_message(why)) > 10);
    CHECK(smime_error_offset(why) >= -1);
    OK(smime_error_to_json(why, &json, &err));
    CHECK(buffer_has(json, "{\"error\":{\"code\":\"CERT-MALFORMED\",\"message\":"));
    smime_buffer_free(json);
    smime_error_free(why);
    CHECK(strcmp(smime_code_name(SMIME_E_SIG_DIGEST_MISMATCH), "SIG-DIGEST-MISMATCH") == 0);
    CHECK(strncmp(smime_code_reference(SMIME_E_SIG_DIGEST_MISMATCH), "RFC 5652", 8) == 0);
    CHECK(strlen(smime_code_sentence(SMIME_E_INTERNAL)) > 10 && smime_code_reference(SMIME_E_INTERNAL) == NULL);
    CHECK(smime_code_severity(SMIME_E_ENC_NO_INTEGRITY) == SMIME_SEVERITY_WARNING);
    CHECK(strcmp(smime_verdict_name(SMIME_VERDICT_UNTRUSTED), "untrusted") == 0);
    CHECK(smime_verdict_is_acceptable(SMIME_VERDICT_VALID) == 1 && smime_verdict_is_acceptable(SMIME_VERDICT_UNSIGNED) == 1);
    CHECK(smime_verdict_is_acceptable(SMIME_VERDICT_INVALID) == 0 && smime_verdict_is_acceptable(0) == 0);
    CHECK(smime_abi_version() == SMIME_ABI_VERSION && strchr(smime_version(), '.') != NULL);
}

int main(void)
{
    people all;
    people_new(&all, "p256", "p256");
    errors();
    numbers_that_mean_nothing(&all);
    text_that_is_none(&all);
    impossible_lengths(&all);
    empty_input(&all);
    damaged_input(&all);
    garbage(&all);
    overlapping(&all);
    mismatches(&all);
    people_free(&all);
    return checks_end("arguments");
}
