/* Certificates, keys, identities, trust, paths, issuing: everything around the messages. */
#include "check.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <unistd.h>

static void certificates(const people *all)
{
    smime_buffer *der = NULL, *pem = NULL, *json = NULL, *lints = NULL, *subject = NULL, *issuer = NULL, *serial = NULL, *sha256 = NULL, *address = NULL;
    smime_certificate *again = NULL, *one = NULL;
    smime_certificates *list = NULL;
    memory two;
    OK(smime_certificate_to_der(all->alice_certificate, &der, &err));
    OK(smime_certificate_to_pem(all->alice_certificate, &pem, &err));
    OK(smime_certificate_from_bytes(smime_buffer_data(der), smime_buffer_len(der), &again, &err));
    OK(smime_certificate_to_json(again, &json, &err));
    CHECK(buffer_has(json, "\"addresses\":[\"alice@example.org\"]"));
    OK(smime_certificate_lint_to_json(again, &lints, &err));
    CHECK(buffer_has(lints, "{\"lints\":[") && buffer_has(lints, "\"lint\":\"smime-br-policy-reserved\",\"severity\":\"warning\""));
    smime_buffer_free(lints);
    OK(smime_certificate_subject(again, &subject, &err));
    CHECK(buffer_has(subject, "CN=Alice"));
    OK(smime_certificate_issuer(again, &issuer, &err));
    CHECK(buffer_has(issuer, "CN=Example CA"));
    OK(smime_certificate_serial(again, &serial, &err));
    CHECK(smime_buffer_len(serial) >= 2 && smime_buffer_len(serial) % 2 == 0);
    OK(smime_certificate_sha256(again, &sha256, &err));
    CHECK(smime_buffer_len(sha256) == 64 && buffer_has(json, smime_buffer_text(sha256)));
    CHECK(smime_certificate_not_before(again) == NOW - 10 * DAY && smime_certificate_not_after(again) == NOW + 300 * DAY);
    CHECK(smime_certificate_address_count(again) == 1);
    OK(smime_certificate_address(again, 0, &address, &err));
    CHECK(strcmp(smime_buffer_text(address), "alice@example.org") == 0);
    smime_buffer_free(address);
    FAILS(SMIME_E_USE_ARGUMENT, smime_certificate_address(again, 1, &address, &err));
    smime_certificate_free(again);

    two = memory_of(smime_buffer_data(pem), smime_buffer_len(pem));
    memory_write(&two, (const uint8_t *)"some words\n", 11);
    memory_write(&two, smime_buffer_data(pem), smime_buffer_len(pem));
    OK(smime_certificate_from_bytes(smime_buffer_data(pem), smime_buffer_len(pem), &again, &err));
    smime_certificate_free(again);
    FAILS(SMIME_E_PEM_MALFORMED, smime_certificate_from_bytes(two.data, two.length, &again, &err));
    OK(smime_certificates_from_bytes(two.data, two.length, &list, &err));
    CHECK(smime_certificates_len(list) == 2);
    OK(smime_certificates_add(list, all->root, &err));
    CHECK(smime_certificates_len(list) == 3);
    OK(smime_certificates_at(list, 2, &one, &err));
    smime_certificates_free(list);
    CHECK(smime_certificate_not_after(one) == NOW + 3000 * DAY);
    smime_certificate_free(one);
    OK(smime_certificates_new(&list, &err));
    CHECK(smime_certificates_len(list) == 0);
    FAILS(SMIME_E_USE_ARGUMENT, smime_certificates_at(list, 0, &one, &err));
    smime_certificates_free(list);
    memory_free(&two);
    smime_buffer_free(der);
    smime_buffer_free(pem);
    smime_buffer_free(json);
    smime_buffer_free(subject);
    smime_buffer_free(issuer);
    smime_buffer_free(serial);
    smime_buffer_free(sha256);
}

static void keys(void)
{
    static const char *const kinds[] = {"p256", "p384", "p521", "ed25519", "x25519", "rsa-2048"};
    smime_buffer *pem = NULL, *kind = NULL;
    smime_key *key = NULL, *again = NULL;
    size_t index;
    for (index = 0; index < sizeof kinds / sizeof *kinds - (quick() ? 1 : 0); index++) {
        OK(smime_key_generate(kinds[index], &key, &err));
        OK(smime_key_kind(key, &kind, &err));
        CHECK(strcmp(smime_buffer_text(kind), kinds[index]) == 0);
        OK(smime_key_to_pem(key, NULL, &pem, &err));
        CHECK(strncmp(smime_buffer_text(pem), "-----BEGIN PRIVATE KEY-----", 27) == 0);
        OK(smime_key_from_bytes(smime_buffer_data(pem), smime_buffer_len(pem), NULL, &again, &err));
        smime_key_free(again);
        smime_key_free(key);
        smime_buffer_free(kind);
        smime_buffer_free(pem);
    }
}

static void passwords(const people *all)
{
    smime_buffer *pem = NULL, *certificate_pem = NULL, *pkcs12 = NULL;
    smime_key *again = NULL;
    smime_identity *identity = NULL;
    smime_certificate *certificate = NULL;
    smime_certificates *list = NULL, *chain = NULL;
    memory file;

    OK(smime_key_to_pem(all->alice_key, "secret", &pem, &err));
    CHECK(strncmp(smime_buffer_text(pem), "-----BEGIN ENCRYPTED PRIVATE KEY-----", 37) == 0);
    FAILS(SMIME_E_USE_PASSWORD, smime_key_from_bytes(smime_buffer_data(pem), smime_buffer_len(pem), NULL, &again, &err));
    FAILS(SMIME_E_KEY_PASSWORD_WRONG, smime_key_from_bytes(smime_buffer_data(pem), smime_buffer_len(pem), "Secret", &again, &err));
    CHECK(again == NULL);
    OK(smime_key_from_bytes(smime_buffer_data(pem), smime_buffer_len(pem), "secret", &again, &err));
    smime_key_free(again);
    OK(smime_certificate_to_pem(all->alice_certificate, &certificate_pem, &err));
    FAILS(SMIME_E_KEY_MISSING, smime_key_from_bytes(smime_buffer_data(certificate_pem), smime_buffer_len(certificate_pem), NULL, &again, &err));
    FAILS(SMIME_E_KEY_CERTIFICATE_MISSING, smime_identity_from_bytes(smime_buffer_data(pem), smime_buffer_len(pem), "secret", &identity, &err));

    file = memory_of(smime_buffer_data(certificate_pem), smime_buffer_len(certificate_pem));
    memory_write(&file, smime_buffer_data(pem), smime_buffer_len(pem));
    OK(smime_identity_from_bytes(file.data, file.length, "secret", &identity, &err));
    OK(smime_identity_certificate(identity, &certificate, &err));
    CHECK(smime_certificate_match_address(certificate, "alice@example.org") == SMIME_ADDRESS_MATCH);
    OK(smime_identity_certificates(identity, &list, &err));
    OK(smime_identity_chain(identity, &chain, &err));
    CHECK(smime_certificates_len(list) == 1 && smime_certificates_len(chain) == 0);
    OK(smime_identity_to_pkcs12(identity, "p\xc3\xa4ss", &pkcs12, &err));
    smime_identity_free(identity);
    FAILS(SMIME_E_KEY_PASSWORD_WRONG, smime_identity_from_bytes(smime_buffer_data(pkcs12), smime_buffer_len(pkcs12), "pass", &identity, &err));
    OK(smime_identity_from_bytes(smime_buffer_data(pkcs12), smime_buffer_len(pkcs12), "p\xc3\xa4ss", &identity, &err));
    smime_identity_free(identity);

    memory_free(&file);
    smime_certificate_free(certificate);
    smime_certificates_free(list);
    smime_certificates_free(chain);
    smime_buffer_free(pkcs12);
    smime_buffer_free(pem);
    smime_buffer_free(certificate_pem);
}

/* The anchors of the system: those of the file that was chosen, else what there is. */
static void system_trust(const people *all)
{
    const char *chosen = getenv("SSL_CERT_FILE");
    char file[] = "/tmp/libsmime-XXXXXX", *before = chosen ? strdup(chosen) : NULL;
    const int descriptor = mkstemp(file);
    smime_trust *system = NULL;
    smime_buffer *pem = NULL, *source = NULL;
    smime_certificates *list = NULL;
    struct sigaction action;
    OK(smime_certificate_to_pem(all->root, &pem, &err));
    CHECK(write(descriptor, smime_buffer_data(pem), smime_buffer_len(pem)) == (ssize_t)smime_buffer_len(pem) && close(descriptor) == 0);
    smime_buffer_free(pem);

    CHECK(setenv("SSL_CERT_FILE", file, 1) == 0);
    OK(smime_trust_system(&system, &source, &err));
    CHECK(strcmp(smime_buffer_text(source), file) == 0);
    smime_buffer_free(source);
    OK(smime_trust_anchors(system, &list, &err));
    CHECK(smime_certificates_len(list) == 1);
    smime_certificates_free(list);
    smime_trust_free(system);

    CHECK(unlink(file) == 0);
    source = (smime_buffer *)(void *)&checks_made;
    FAILS(SMIME_E_USE_IO, smime_trust_system(&system, &source, &err));
    CHECK(system == NULL && source == NULL);
    CHECK(smime_trust_system(NULL, &source, NULL) == SMIME_E_USE_ARGUMENT && source == NULL);

    CHECK(unsetenv("SSL_CERT_FILE") == 0 && signal(SIGPIPE, SIG_DFL) != SIG_ERR);
    OK(smime_trust_system(&system, &source, &err));
    CHECK(smime_buffer_len(source) > 0);
    CHECK(sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL);
    printf("anchors of the system: %s\n", smime_buffer_text(source));
    smime_buffer_free(source);
    smime_trust_free(system);
    OK(smime_trust_system(&system, NULL, &err));
    smime_trust_free(system);
    CHECK(before == NULL || setenv("SSL_CERT_FILE", before, 1) == 0);
    free(before);
}

static void trust(const people *all)
{
    smime_trust_builder *builder = NULL;
    smime_trust *before = NULL, *after = NULL;
    smime_certificates *list = NULL;
    smime_buffer *pem = NULL;
    OK(smime_certificate_to_pem(all->root, &pem, &err));
    OK(smime_trust_builder_new(&builder, &err));
    OK(smime_trust_builder_build(builder, &before, &err));
    OK(smime_trust_builder_add_anchors(builder, smime_buffer_data(pem), smime_buffer_len(pem), &err));
    OK(smime_trust_builder_add_anchor(builder, all->root, &err));
    OK(smime_trust_builder_add_intermediate(builder, all->alice_certificate, &err));
    OK(smime_trust_builder_add_intermediates(builder, smime_buffer_data(pem), smime_buffer_len(pem), &err));
    CHECK(smime_trust_builder_add_anchors(builder, (const uint8_t *)"x", 1, NULL) != SMIME_OK);
    OK(smime_trust_builder_build(builder, &after, &err));
    smime_trust_builder_free(builder);
    OK(smime_trust_anchors(before, &list, &err));
    CHECK(smime_certificates_len(list) == 0);
    smime_certificates_free(list);
    OK(smime_trust_anchors(after, &list, &err));
    CHECK(smime_certificates_len(list) == 1);
    smime_certificates_free(list);
    OK(smime_trust_intermediates(after, &list, &err));
    CHECK(smime_certificates_len(list) == 2);
    smime_certificates_free(list);
    smime_trust_free(before);
    smime_trust_free(after);
    smime_buffer_free(pem);
}

static void paths(const people *all)
{
    smime_issuer *below = NULL;
    smime_key *key = NULL;
    smime_template *template_ = NULL;
    smime_certificate *authority = NULL, *carol = NULL;
    smime_verifier *verifier = NULL;
    smime_path *path = NULL;
    smime_certificates *list = NULL;
    smime_buffer *json = NULL, *message = NULL;
    size_t index;

    /* Root, an authority below it, and Carol. */
    OK(smime_key_generate("p384", &key, &err));
    OK(smime_template_authority("Example CA 2", NOW - 100 * DAY, NOW + 1000 * DAY, &template_, &err));
    OK(smime_issuer_issue(all->issuer, key, template_, &authority, &err));
    OK(smime_issuer_new(key, authority, &below, &err));
    smime_template_free(template_);
    OK(smime_template_end_entity("Carol", "carol@example.org", NOW - DAY, NOW + DAY, &template_, &err));
    OK(smime_issuer_issue(below, key, template_, &carol, &err));

    OK(smime_verifier_new(all->trust, &verifier, &err));
    OK(smime_verifier_set_at(verifier, NOW, &err));
    OK(smime_verifier_verify(verifier, carol, &path, &err));
    CHECK(smime_path_verdict(path) == SMIME_VERDICT_UNTRUSTED);
    CHECK(smime_path_has(path, SMIME_E_PATH_NO_ANCHOR) == 1 && smime_path_has(path, SMIME_E_PATH_EXPIRED) == 0 && smime_path_has(path, 5) == 0);
    CHECK(smime_path_finding_count(path) >= 1);
    for (index = 0; index < smime_path_finding_count(path); index++) {
        CHECK(smime_code_name(smime_path_finding_code(path, index)) != NULL);
        CHECK(smime_path_finding_severity(path, index) >= SMIME_SEVERITY_INFO);
        OK(smime_path_finding_message(path, index, &message, &err));
        CHECK(smime_buffer_len(message) > 10);
        smime_buffer_free(message);
    }
    CHECK(smime_path_finding_code(path, index) == 0 && smime_path_finding_severity(path, index) == 0);
    FAILS(SMIME_E_USE_ARGUMENT, smime_path_finding_message(path, index, &message, &err));
    smime_path_free(path);

    OK(smime_verifier_add_intermediate(verifier, authority, &err));
    OK(smime_verifier_set_purpose(verifier, SMIME_PURPOSE_EMAIL_ENCRYPTION, &err));
    OK(smime_verifier_verify(verifier, carol, &path, &err));
    CHECK(smime_path_verdict(path) == SMIME_VERDICT_VALID);
    OK(smime_path_certificates(path, &list, &err));
    CHECK(smime_certificates_len(list) == 3);
    smime_certificates_free(list);
    OK(smime_path_to_json(path, &json, &err));
    CHECK(buffer_has(json, "\"verdict\":\"valid\""));
    smime_buffer_free(json);
    smime_path_free(path);

    OK(smime_verifier_set_at(verifier, NOW + 10 * DAY, &err));
    OK(smime_verifier_set_policy(verifier, SMIME_POLICY_STRICT, &err));
    OK(smime_verifier_set_policy_option(verifier, SMIME_POLICY_OPTION_REVOCATION, SMIME_REVOCATION_SOFT, &err));
    OK(smime_verifier_set_policy_option(verifier, SMIME_POLICY_OPTION_RSA_MINIMUM_BITS, 3072, &err));
    OK(smime_verifier_allow_digest(verifier, "sha512", 0, &err));
    OK(smime_verifier_verify(verifier, carol, &path, &err));
    CHECK(smime_path_verdict(path) == SMIME_VERDICT_UNTRUSTED && smime_path_has(path, SMIME_E_PATH_EXPIRED));
    smime_path_free(path);
    OK(smime_verifier_set_at(verifier, NOW, &err));
    OK(smime_verifier_verify(verifier, carol, &path, &err));
    CHECK(smime_path_verdict(path) == SMIME_VERDICT_VALID);
    smime_path_free(path);
    OK(smime_verifier_set_limit(verifier, SMIME_LIMIT_PATH_LENGTH, 2, &err));
    OK(smime_verifier_verify(verifier, carol, &path, &err));
    CHECK(smime_path_verdict(path) != SMIME_VERDICT_VALID && smime_path_has(path, SMIME_E_LIMIT_PATH));
    smime_path_free(path);

    smime_verifier_free(verifier);
    smime_certificate_free(carol);
    smime_certificate_free(authority);
    smime_template_free(template_);
    smime_issuer_free(below);
    smime_key_free(key);
}

/* Carol's certificate, self-signed and made by OpenSSL, with this certificate policy. */
static smime_certificate *under_policy(const char *policy)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *made = X509_new();
    X509_NAME *name = X509_get_subject_name(made);
    CERTIFICATEPOLICIES *list = CERTIFICATEPOLICIES_new();
    POLICYINFO *info = POLICYINFO_new();
    smime_certificate *certificate = NULL;
    unsigned char *der = NULL;
    int length;
    info->policyid = OBJ_txt2obj(policy, 1);
    CHECK(sk_POLICYINFO_push(list, info) == 1 && X509_add1_ext_i2d(made, NID_certificate_policies, list, 0, X509V3_ADD_DEFAULT) == 1);
    CHECK(X509_set_version(made, 2) && ASN1_INTEGER_set(X509_get_serialNumber(made), 1) && X509_set_pubkey(made, key));
    CHECK(ASN1_TIME_set(X509_getm_notBefore(made), (time_t)(NOW - DAY)) != NULL && ASN1_TIME_set(X509_getm_notAfter(made), (time_t)(NOW + DAY)) != NULL);
    CHECK(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"Carol", -1, -1, 0) && X509_set_issuer_name(made, name));
    CHECK(X509_sign(made, key, EVP_sha256()) > 0);
    length = i2d_X509(made, &der);
    OK(smime_certificate_from_bytes(der, (size_t)length, &certificate, &err));
    OPENSSL_free(der);
    CERTIFICATEPOLICIES_free(list);
    X509_free(made);
    EVP_PKEY_free(key);
    return certificate;
}

/* The verdict about a certificate, whether this code is among the findings, and whether this text is in the report. */
static void told(const smime_verifier *verifier, const smime_certificate *certificate, int32_t verdict, int32_t code, const char *text)
{
    smime_path *path = NULL;
    smime_buffer *json = NULL;
    OK(smime_verifier_verify(verifier, certificate, &path, &err));
    CHECK(smime_path_verdict(path) == verdict && (code == 0 || smime_path_has(path, code) == 1));
    OK(smime_path_to_json(path, &json, &err));
    CHECK(buffer_has(json, text));
    smime_buffer_free(json);
    smime_path_free(path);
}

static void policies(const people *all)
{
    static const char *const wrong[] = {"", "1.2.", "anyPolicy", "1.2.3.x"};
    smime_certificate *carol = under_policy("1.2.3.1");
    smime_trust_builder *builder = NULL;
    smime_trust *trusted = NULL;
    smime_verifier *verifier = NULL;
    smime_opener *opener = NULL;
    smime_buffer *json = NULL;
    size_t index;
    OK(smime_certificate_to_json(carol, &json, &err));
    CHECK(buffer_has(json, "\"certificate_policies\":[\"1.2.3.1\"]") && buffer_has(json, "\"policy_mappings\":null"));
    smime_buffer_free(json);
    OK(smime_trust_builder_new(&builder, &err));
    OK(smime_trust_builder_add_anchor(builder, carol, &err));
    OK(smime_trust_builder_add_anchor(builder, all->root, &err));
    OK(smime_trust_builder_build(builder, &trusted, &err));
    smime_trust_builder_free(builder);

    OK(smime_verifier_new(trusted, &verifier, &err));
    OK(smime_verifier_set_at(verifier, NOW, &err));
    told(verifier, all->alice_certificate, SMIME_VERDICT_VALID, 0, "\"policies\":[]");
    told(verifier, carol, SMIME_VERDICT_VALID, 0, "\"policies\":[\"1.2.3.1\"]");
    OK(smime_verifier_set_policy_option(verifier, SMIME_POLICY_OPTION_REQUIRE_EXPLICIT_POLICY, 1, &err));
    OK(smime_verifier_set_policy_option(verifier, SMIME_POLICY_OPTION_INHIBIT_POLICY_MAPPING, 1, &err));
    OK(smime_verifier_set_policy_option(verifier, SMIME_POLICY_OPTION_INHIBIT_ANY_POLICY, 1, &err));
    told(verifier, all->alice_certificate, SMIME_VERDICT_UNTRUSTED, SMIME_E_PATH_POLICY, "\"policies\":[]");
    told(verifier, carol, SMIME_VERDICT_VALID, 0, "\"policies\":[\"1.2.3.1\"]");
    OK(smime_verifier_add_certificate_policy(verifier, "1.2.3.2", &err));
    told(verifier, carol, SMIME_VERDICT_UNTRUSTED, SMIME_E_PATH_POLICY, "(1.2.3.2 would do)");
    OK(smime_verifier_add_certificate_policy(verifier, "1.2.3.1", &err));
    told(verifier, carol, SMIME_VERDICT_VALID, 0, "\"policies\":[\"1.2.3.1\"]");
    OK(smime_verifier_set_policy(verifier, SMIME_POLICY_DEFAULT, &err));
    told(verifier, all->alice_certificate, SMIME_VERDICT_VALID, 0, "\"policies\":[]");

    OK(smime_opener_new(trusted, &opener, &err));
    OK(smime_opener_add_certificate_policy(opener, "1.2.3.1", &err));
    for (index = 0; index < sizeof wrong / sizeof *wrong; index++) {
        FAILS(SMIME_E_USE_ARGUMENT, smime_verifier_add_certificate_policy(verifier, wrong[index], &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_opener_add_certificate_policy(opener, wrong[index], &err));
    }
    smime_opener_free(opener);
    smime_verifier_free(verifier);
    smime_trust_free(trusted);
    smime_certificate_free(carol);
}

/* A message from Alice, whose path has no certificate policy, is not accepted where one is demanded. */
static void opening(const people *all)
{
    smime_signer *signer = NULL;
    smime_opener *opener = NULL;
    smime_buffer *message = NULL;
    smime_report *report = NULL;
    OK(smime_signer_new(all->alice, &signer, &err));
    OK(smime_signer_sign(signer, (const uint8_t *)MESSAGE, strlen(MESSAGE), &message, &err));
    OK(smime_opener_new(all->trust, &opener, &err));
    OK(smime_opener_set_at(opener, NOW, &err));
    OK(smime_opener_examine(opener, smime_buffer_data(message), smime_buffer_len(message), &report, &err));
    CHECK(smime_report_verdict(report) == SMIME_VERDICT_VALID);
    smime_report_free(report);
    OK(smime_opener_set_policy_option(opener, SMIME_POLICY_OPTION_REQUIRE_EXPLICIT_POLICY, 1, &err));
    OK(smime_opener_add_certificate_policy(opener, "1.2.3.1", &err));
    OK(smime_opener_examine(opener, smime_buffer_data(message), smime_buffer_len(message), &report, &err));
    CHECK(smime_report_verdict(report) == SMIME_VERDICT_UNTRUSTED && smime_report_has(report, SMIME_E_PATH_POLICY) == 1);
    smime_report_free(report);
    smime_buffer_free(message);
    smime_opener_free(opener);
    smime_signer_free(signer);
}

int main(void)
{
    people all;
    people_new(&all, "p256", "p256");
    certificates(&all);
    keys();
    if (!quick()) passwords(&all);
    trust(&all);
    system_trust(&all);
    paths(&all);
    policies(&all);
    opening(&all);
    people_free(&all);
    return checks_end("certificates");
}
