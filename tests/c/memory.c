/* Messages in memory: sign, encrypt, open, examine, detached signatures, reports. */
#include "check.h"

static smime_report *report_of(const smime_opened *opened)
{
    smime_report *report = NULL;
    OK(smime_opened_report(opened, &report, &err));
    return report;
}

static void both_layers(const people *all)
{
    smime_buffer *sealed = sealed_for_bob(all, MESSAGE, strlen(MESSAGE));
    smime_opener *opener = opener_for_bob(all);
    smime_opened *opened = NULL;
    smime_buffer *content = NULL, *again = NULL, *message = NULL, *json = NULL, *pretty = NULL, *summary = NULL, *capabilities = NULL;
    smime_certificate *who = NULL, *nobody = NULL;
    smime_buffer *name = NULL;
    smime_report *report;
    int64_t time = 0;

    OK(smime_opener_open(opener, smime_buffer_data(sealed), smime_buffer_len(sealed), &opened, &err));
    CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_VALID);
    CHECK(smime_opened_is_acceptable(opened) == 1);
    OK(smime_opened_content(opened, &content, &err));
    OK(smime_opened_content(opened, &again, &err));
    CHECK(buffer_is(content, ENTITY, strlen(ENTITY)));
    CHECK(smime_buffer_text(content) == NULL);
    CHECK(smime_buffer_data(content) == smime_buffer_data(again));
    report = report_of(opened);
    /* What was taken from the opened message outlives it. */
    smime_opened_free(opened);
    CHECK(buffer_is(content, ENTITY, strlen(ENTITY)));
    CHECK(smime_report_verdict(report) == SMIME_VERDICT_VALID);
    CHECK(smime_report_layer_count(report) == 2);
    CHECK(smime_report_layer_kind(report, 0) == SMIME_LAYER_ENCRYPTED);
    CHECK(smime_report_layer_kind(report, 1) == SMIME_LAYER_SIGNED);
    CHECK(smime_report_layer_kind(report, 2) == 0);
    CHECK(smime_report_content_length(report) == strlen(ENTITY));
    CHECK(smime_report_signer_count(report) == 1);
    CHECK(smime_report_signer_verdict(report, 0) == SMIME_VERDICT_VALID);
    CHECK(smime_report_address_match(report) == SMIME_ADDRESS_MATCH);
    CHECK(smime_report_signer_time(report, 0, &time) == 1 && time == NOW);
    CHECK(smime_report_signer_time(report, 1, &time) == 0);
    OK(smime_report_signer_certificate(report, 0, &who, &err));
    OK(smime_certificate_subject(who, &name, &err));
    CHECK(buffer_has(name, "Alice"));
    FAILS(SMIME_E_USE_ARGUMENT, smime_report_signer_certificate(report, 1, &nobody, &err));
    CHECK(nobody == NULL);
    smime_certificate_free(who);
    OK(smime_report_signer_capabilities(report, 0, &capabilities, &err));
    CHECK(buffer_has(capabilities, "aes-256-gcm"));
    OK(smime_report_to_json(report, &json, &err));
    CHECK(buffer_has(json, "\"verdict\":\"valid\""));
    CHECK(strlen(smime_buffer_text(json)) == smime_buffer_len(json));
    OK(smime_report_to_json_pretty(report, &pretty, &err));
    CHECK(buffer_has(pretty, "\n"));
    OK(smime_report_summary(report, &summary, &err));
    CHECK(buffer_has(summary, "valid"));

    smime_report_free(report);

    /* A whole message again. */
    OK(smime_opener_set_as_message(opener, 1, &err));
    OK(smime_opener_open(opener, smime_buffer_data(sealed), smime_buffer_len(sealed), &opened, &err));
    OK(smime_opened_content(opened, &message, &err));
    CHECK(smime_buffer_len(message) > strlen(ENTITY) && memcmp(smime_buffer_data(message), "From: Alice", 11) == 0);
    CHECK(memcmp(smime_buffer_data(message) + smime_buffer_len(message) - 16, "Lunch at noon?\r\n", 16) == 0);
    smime_opened_free(opened);

    smime_buffer_free(name);
    smime_buffer_free(capabilities);
    smime_buffer_free(json);
    smime_buffer_free(pretty);
    smime_buffer_free(summary);
    smime_buffer_free(message);
    smime_buffer_free(again);
    smime_buffer_free(content);
    smime_opener_free(opener);
    smime_buffer_free(sealed);
}

static void findings(const people *all)
{
    smime_signer *signer = NULL;
    smime_buffer *with_signature = NULL, *content = NULL, *message = NULL;
    smime_opener *opener = opener_for_bob(all);
    smime_opened *opened = NULL;
    smime_report *report = NULL;
    uint8_t *changed;
    size_t length, index;
    int seen = 0;

    OK(smime_signer_new(all->alice, &signer, &err));
    OK(smime_signer_sign(signer, (const uint8_t *)MESSAGE, strlen(MESSAGE), &with_signature, &err));
    length = smime_buffer_len(with_signature);
    changed = malloc(length);
    memcpy(changed, smime_buffer_data(with_signature), length);
    for (index = 0; index + 8 <= length; index++)
        if (memcmp(changed + index, "Lunch at", 8) == 0) changed[index] = 'l';

    /* A wrong signature is no error; its content is refused. */
    OK(smime_opener_open(opener, changed, length, &opened, &err));
    CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_INVALID);
    CHECK(smime_opened_is_acceptable(opened) == 0);
    FAILS(SMIME_E_USE_CONTENT_REFUSED, smime_opened_content(opened, &content, &err));
    CHECK(content == NULL);
    OK(smime_opened_danger_content_despite_verdict(opened, &content, &err));
    smime_buffer_free(content);
    content = NULL;
    smime_opened_free(opened);

    OK(smime_opener_examine(opener, changed, length, &report, &err));
    CHECK(smime_report_verdict(report) == SMIME_VERDICT_INVALID);
    CHECK(smime_report_has(report, SMIME_E_SIG_DIGEST_MISMATCH) == 1);
    CHECK(smime_report_has(report, SMIME_E_SIG_NO_SIGNER) == 0);
    CHECK(smime_report_has(report, 12345) == 0);
    CHECK(smime_report_finding_count(report) >= 1);
    for (index = 0; index < smime_report_finding_count(report); index++) {
        OK(smime_report_finding_message(report, index, &message, &err));
        CHECK(smime_buffer_len(message) > 0);
        smime_buffer_free(message);
        if (smime_report_finding_code(report, index) == SMIME_E_SIG_DIGEST_MISMATCH) {
            seen = 1;
            CHECK(smime_report_finding_severity(report, index) == SMIME_SEVERITY_ERROR);
        }
    }
    CHECK(seen);
    CHECK(smime_report_finding_code(report, index) == 0);
    CHECK(smime_report_finding_severity(report, index) == 0);
    FAILS(SMIME_E_USE_ARGUMENT, smime_report_finding_message(report, index, &message, &err));
    smime_report_free(report);

    /* Nobody is trusted without anchors. */
    smime_opener_free(opener);
    OK(smime_opener_new(NULL, &opener, &err));
    OK(smime_opener_open(opener, smime_buffer_data(with_signature), length, &opened, &err));
    CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_UNTRUSTED);
    FAILS(SMIME_E_USE_CONTENT_REFUSED, smime_opened_content(opened, &content, &err));
    smime_opened_free(opened);

    free(changed);
    smime_opener_free(opener);
    smime_buffer_free(with_signature);
    smime_signer_free(signer);
}

static void forms(const people *all)
{
    smime_opener *opener = opener_for_bob(all);
    smime_signer *signer = NULL;
    int32_t form, pss;
    OK(smime_signer_new(all->alice, &signer, &err));
    for (form = SMIME_SIGNED_FORM_CLEAR; form <= SMIME_SIGNED_FORM_OPAQUE; form++) {
        for (pss = 0; pss <= 1; pss++) {
            smime_buffer *with_signature = NULL, *content = NULL;
            smime_opened *opened = NULL;
            OK(smime_signer_set_form(signer, form, &err));
            OK(smime_signer_set_pss(signer, pss, &err));
            OK(smime_signer_set_digest(signer, pss ? "sha512" : "sha256", &err));
            OK(smime_signer_sign(signer, (const uint8_t *)MESSAGE, strlen(MESSAGE), &with_signature, &err));
            OK(smime_opener_open(opener, smime_buffer_data(with_signature), smime_buffer_len(with_signature), &opened, &err));
            CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_VALID);
            OK(smime_opened_content(opened, &content, &err));
            CHECK(buffer_is(content, ENTITY, strlen(ENTITY)));
            smime_buffer_free(content);
            smime_opened_free(opened);
            smime_buffer_free(with_signature);
        }
    }
    smime_signer_free(signer);
    smime_opener_free(opener);
}

static void ciphers(const people *all)
{
    static const char *const names[] = {"aes-128-gcm", "aes-256-gcm", "aes-128-cbc", "aes-256-cbc"};
    smime_opener *opener = opener_for_bob(all);
    size_t index;
    for (index = 0; index < sizeof names / sizeof *names; index++) {
        smime_encryptor *encryptor = NULL;
        smime_buffer *sealed = NULL, *content = NULL;
        smime_opened *opened = NULL;
        smime_report *report;
        int is_aead = strstr(names[index], "gcm") != NULL;
        OK(smime_encryptor_new(&encryptor, &err));
        if (is_aead) {
            OK(smime_encryptor_add_recipient_announcing(encryptor, all->bob_certificate, "aes-256-gcm aes-128-gcm", &err));
        } else {
            OK(smime_encryptor_add_recipient(encryptor, all->bob_certificate, &err));
        }
        OK(smime_encryptor_set_cipher(encryptor, names[index], &err));
        OK(smime_encryptor_set_key_transport(encryptor, is_aead ? SMIME_KEY_TRANSPORT_OAEP : SMIME_KEY_TRANSPORT_PKCS1, &err));
        OK(smime_encryptor_encrypt(encryptor, (const uint8_t *)MESSAGE, strlen(MESSAGE), &sealed, &err));
        OK(smime_opener_open(opener, smime_buffer_data(sealed), smime_buffer_len(sealed), &opened, &err));
        CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_UNSIGNED);
        report = report_of(opened);
        CHECK(smime_report_has(report, SMIME_E_ENC_NO_INTEGRITY) == !is_aead);
        OK(smime_opened_content(opened, &content, &err));
        CHECK(buffer_is(content, ENTITY, strlen(ENTITY)));
        smime_report_free(report);
        smime_buffer_free(content);
        smime_opened_free(opened);
        smime_buffer_free(sealed);
        smime_encryptor_free(encryptor);
    }
    smime_opener_free(opener);
}

static void settings(const people *all)
{
    smime_buffer *sealed = sealed_for_bob(all, MESSAGE, strlen(MESSAGE));
    smime_encryptor *encryptor = NULL;
    smime_buffer *only = NULL;
    smime_opener *opener = opener_for_bob(all);
    smime_opened *opened = NULL;
    smime_report *report;

    /* A limit, and back. */
    OK(smime_opener_set_limit(opener, SMIME_LIMIT_MESSAGE_BYTES, 100, &err));
    FAILS(SMIME_E_LIMIT_BYTES, smime_opener_open(opener, smime_buffer_data(sealed), smime_buffer_len(sealed), &opened, &err));
    CHECK(opened == NULL);
    OK(smime_opener_set_limit(opener, SMIME_LIMIT_MESSAGE_BYTES, 1 << 20, &err));

    /* The strict policy takes no unauthenticated cipher, unless told so. */
    OK(smime_encryptor_new(&encryptor, &err));
    OK(smime_encryptor_add_recipient(encryptor, all->bob_certificate, &err));
    OK(smime_encryptor_set_cipher(encryptor, "aes-256-cbc", &err));
    OK(smime_encryptor_encrypt(encryptor, (const uint8_t *)MESSAGE, strlen(MESSAGE), &only, &err));
    OK(smime_opener_set_policy(opener, SMIME_POLICY_STRICT, &err));
    FAILS(SMIME_E_ENC_ALGORITHM_FORBIDDEN, smime_opener_open(opener, smime_buffer_data(only), smime_buffer_len(only), &opened, &err));
    OK(smime_opener_set_policy_option(opener, SMIME_POLICY_OPTION_ALLOW_UNAUTHENTICATED_CIPHERS, 1, &err));
    OK(smime_opener_open(opener, smime_buffer_data(only), smime_buffer_len(only), &opened, &err));
    CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_UNSIGNED);
    smime_opened_free(opened);
    OK(smime_opener_allow_cipher(opener, "aes-256-cbc", 0, &err));
    FAILS(SMIME_E_ENC_ALGORITHM_FORBIDDEN, smime_opener_open(opener, smime_buffer_data(only), smime_buffer_len(only), &opened, &err));
    OK(smime_opener_set_policy(opener, SMIME_POLICY_DEFAULT, &err));

    /* Encrypted only, where a signature is demanded. */
    OK(smime_opener_set_require_signature(opener, 1, &err));
    OK(smime_opener_open(opener, smime_buffer_data(only), smime_buffer_len(only), &opened, &err));
    CHECK(!smime_opened_is_acceptable(opened));
    report = report_of(opened);
    CHECK(smime_report_has(report, SMIME_E_SIG_MISSING));
    smime_report_free(report);
    smime_opened_free(opened);

    /* Long after the certificates have expired. */
    OK(smime_opener_set_at(opener, NOW + 20000 * DAY, &err));
    OK(smime_opener_open(opener, smime_buffer_data(sealed), smime_buffer_len(sealed), &opened, &err));
    CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_UNTRUSTED);
    smime_opened_free(opened);

    OK(smime_opener_set_at(opener, NOW, &err));
    OK(smime_opener_set_content_digest(opener, 1, &err));
    OK(smime_opener_open(opener, smime_buffer_data(sealed), smime_buffer_len(sealed), &opened, &err));
    CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_VALID);
    smime_opened_free(opened);

    smime_opener_free(opener);
    smime_encryptor_free(encryptor);
    smime_buffer_free(only);
    smime_buffer_free(sealed);
}

static void detached(const people *all)
{
    static const char content[] = "any octets\n\0at all";
    smime_signer *signer = NULL;
    smime_buffer *signature = NULL;
    smime_opener *opener = opener_for_bob(all);
    smime_opened *opened = NULL;
    smime_report *report = NULL;
    smime_buffer *back = NULL;
    memory source = memory_of(content, sizeof content);

    OK(smime_signer_new(all->alice, &signer, &err));
    OK(smime_signer_sign_detached(signer, (const uint8_t *)content, sizeof content, &signature, &err));
    OK(smime_opener_open_detached(opener, smime_buffer_data(signature), smime_buffer_len(signature), (const uint8_t *)content, sizeof content,
                                  &opened, &err));
    CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_VALID);
    OK(smime_opened_content(opened, &back, &err));
    CHECK(buffer_is(back, content, sizeof content));
    smime_buffer_free(back);
    smime_opened_free(opened);
    OK(smime_opener_open_detached(opener, smime_buffer_data(signature), smime_buffer_len(signature), (const uint8_t *)content,
                                  sizeof content - 1, &opened, &err));
    CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_INVALID);
    smime_opened_free(opened);

    OK(smime_opener_examine_detached_io(opener, smime_buffer_data(signature), smime_buffer_len(signature), memory_read, &source, &report, &err));
    CHECK(smime_report_verdict(report) == SMIME_VERDICT_VALID);
    CHECK(smime_report_content_length(report) == sizeof content);
    smime_report_free(report);

    memory_free(&source);
    smime_opener_free(opener);
    smime_signer_free(signer);
    smime_buffer_free(signature);
}

static int octets_have(const smime_buffer *buffer, const char *text)
{
    size_t at, length = strlen(text);
    for (at = 0; at + length <= smime_buffer_len(buffer); at++)
        if (memcmp(smime_buffer_data(buffer) + at, text, length) == 0) return 1;
    return 0;
}

static smime_report *examined(const smime_opener *opener, const smime_buffer *message)
{
    smime_report *report = NULL;
    OK(smime_opener_examine(opener, smime_buffer_data(message), smime_buffer_len(message), &report, &err));
    return report;
}

/* Two signers, an authority between root and signer, a signature that claims no time. */
static void signers(const people *all)
{
    smime_key *key = NULL, *second_key = NULL;
    smime_template *template_ = NULL;
    smime_certificate *authority = NULL, *second_certificate = NULL;
    smime_certificates *chain = NULL;
    smime_issuer *below = NULL;
    smime_identity *second = NULL;
    smime_signer *signer = NULL;
    smime_opener *opener = opener_for_bob(all);
    smime_buffer *message = NULL;
    smime_report *report;
    int64_t time;

    OK(smime_key_generate("p256", &key, &err));
    OK(smime_template_authority("Example CA 2", NOW - DAY, NOW + DAY, &template_, &err));
    OK(smime_issuer_issue(all->issuer, key, template_, &authority, &err));
    OK(smime_issuer_new(key, authority, &below, &err));
    smime_template_free(template_);
    OK(smime_key_generate("p384", &second_key, &err));
    OK(smime_template_end_entity("Alice again", "alice@example.org", NOW - DAY, NOW + DAY, &template_, &err));
    OK(smime_issuer_issue(below, second_key, template_, &second_certificate, &err));
    OK(smime_certificates_new(&chain, &err));
    OK(smime_certificates_add(chain, authority, &err));
    OK(smime_identity_from_key(second_key, second_certificate, chain, &second, &err));

    OK(smime_signer_new(all->alice, &signer, &err));
    OK(smime_signer_add_identity(signer, second, &err));
    OK(smime_signer_omit_time(signer, &err));
    OK(smime_signer_sign(signer, (const uint8_t *)MESSAGE, strlen(MESSAGE), &message, &err));
    report = examined(opener, message);
    CHECK(smime_report_verdict(report) == SMIME_VERDICT_VALID);
    CHECK(smime_report_signer_count(report) == 2);
    CHECK(smime_report_signer_verdict(report, 1) == SMIME_VERDICT_VALID);
    CHECK(smime_report_signer_verdict(report, 2) == SMIME_VERDICT_INDETERMINATE);
    CHECK(smime_report_signer_time(report, 0, &time) == 0);
    smime_report_free(report);
    smime_buffer_free(message);

    /* Without the chain the one who opens needs the authority's certificate. */
    OK(smime_signer_set_chain(signer, 0, &err));
    OK(smime_signer_sign(signer, (const uint8_t *)MESSAGE, strlen(MESSAGE), &message, &err));
    report = examined(opener, message);
    CHECK(smime_report_verdict(report) == SMIME_VERDICT_UNTRUSTED);
    /* Signers stand in a SET: in either order. */
    CHECK(smime_report_signer_verdict(report, 0) + smime_report_signer_verdict(report, 1) == SMIME_VERDICT_VALID + SMIME_VERDICT_UNTRUSTED);
    CHECK(smime_report_has(report, SMIME_E_PATH_NO_ANCHOR));
    smime_report_free(report);
    OK(smime_opener_add_intermediate(opener, authority, &err));
    report = examined(opener, message);
    CHECK(smime_report_verdict(report) == SMIME_VERDICT_VALID);
    smime_report_free(report);
    smime_buffer_free(message);

    smime_opener_free(opener);
    smime_signer_free(signer);
    smime_identity_free(second);
    smime_certificates_free(chain);
    smime_certificate_free(second_certificate);
    smime_key_free(second_key);
    smime_template_free(template_);
    smime_issuer_free(below);
    smime_certificate_free(authority);
    smime_key_free(key);
}

/* Header fields inside the protection. */
static void header_protection(const people *all)
{
    smime_signer *signer = NULL;
    smime_encryptor *encryptor = NULL;
    smime_opener *opener = opener_for_bob(all);
    smime_buffer *message = NULL, *sealed = NULL, *json = NULL, *content = NULL;
    smime_opened *opened = NULL;
    smime_report *report;
    OK(smime_signer_new(all->alice, &signer, &err));
    OK(smime_signer_set_protect_headers(signer, 1, &err));
    OK(smime_signer_sign(signer, (const uint8_t *)MESSAGE, strlen(MESSAGE), &message, &err));
    report = examined(opener, message);
    CHECK(smime_report_verdict(report) == SMIME_VERDICT_VALID);
    OK(smime_report_to_json(report, &json, &err));
    CHECK(buffer_has(json, "\"Subject\":\"Lunch\""));
    smime_report_free(report);

    OK(smime_encryptor_new(&encryptor, &err));
    OK(smime_encryptor_add_recipient(encryptor, all->bob_certificate, &err));
    OK(smime_encryptor_set_protect_headers(encryptor, 1, &err));
    OK(smime_encryptor_encrypt(encryptor, (const uint8_t *)MESSAGE, strlen(MESSAGE), &sealed, &err));
    CHECK(octets_have(message, "Subject: Lunch") && !octets_have(sealed, "Subject: Lunch"));
    OK(smime_opener_set_as_message(opener, 1, &err));
    OK(smime_opener_open(opener, smime_buffer_data(sealed), smime_buffer_len(sealed), &opened, &err));
    OK(smime_opened_content(opened, &content, &err));
    CHECK(octets_have(content, "Subject: Lunch"));

    smime_buffer_free(content);
    smime_opened_free(opened);
    smime_buffer_free(json);
    smime_buffer_free(sealed);
    smime_buffer_free(message);
    smime_opener_free(opener);
    smime_encryptor_free(encryptor);
    smime_signer_free(signer);
}

static void nothing_to_judge(const people *all)
{
    smime_opener *opener = NULL;
    smime_opened *opened = NULL;
    smime_buffer *sealed = sealed_for_bob(all, MESSAGE, strlen(MESSAGE));
    smime_encryptor *encryptor = NULL;
    smime_buffer *out = NULL;

    OK(smime_opener_new(all->trust, &opener, &err));
    FAILS(SMIME_E_ENC_NO_RECIPIENT, smime_opener_open(opener, smime_buffer_data(sealed), smime_buffer_len(sealed), &opened, &err));
    FAILS(SMIME_E_MIME_NOT_SMIME, smime_opener_open(opener, (const uint8_t *)MESSAGE, strlen(MESSAGE), &opened, &err));
    CHECK(opened == NULL);
    OK(smime_encryptor_new(&encryptor, &err));
    FAILS(SMIME_E_USE_NO_RECIPIENT, smime_encryptor_encrypt(encryptor, (const uint8_t *)MESSAGE, strlen(MESSAGE), &out, &err));
    CHECK(out == NULL);
    smime_encryptor_free(encryptor);
    smime_opener_free(opener);
    smime_buffer_free(sealed);
}

int main(void)
{
    people all;
    people_new(&all, quick() ? "p256" : "rsa-2048", quick() ? "p256" : "rsa-2048");
    both_layers(&all);
    findings(&all);
    forms(&all);
    ciphers(&all);
    settings(&all);
    detached(&all);
    signers(&all);
    header_protection(&all);
    nothing_to_judge(&all);
    people_free(&all);
    people_new(&all, "p384", "x25519");
    both_layers(&all);
    people_free(&all);
    return checks_end("memory");
}
