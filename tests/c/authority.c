/* What an authority does: requests, profiles, issuing, renewal, control of mailboxes. */
#include "check.h"

static void requests(const people *all)
{
    smime_request *request = NULL, *again = NULL;
    smime_buffer *der = NULL, *pem = NULL, *json = NULL, *subject = NULL, *address = NULL;
    uint8_t *altered = NULL;
    OK(smime_request_new(all->alice_key, "CN=Alice,O=Example", "alice@example.org a@example.org", "digitalSignature keyAgreement", "emailProtection 1.2.3", &request, &err));
    OK(smime_request_verify(request, &err));
    OK(smime_request_to_der(request, &der, &err));
    OK(smime_request_to_pem(request, &pem, &err));
    CHECK(buffer_has(pem, "-----BEGIN CERTIFICATE REQUEST-----"));
    OK(smime_request_from_bytes(smime_buffer_data(pem), smime_buffer_len(pem), &again, &err));
    OK(smime_request_to_json(again, &json, &err));
    CHECK(buffer_has(json, "\"signature\":\"passed\"") && buffer_has(json, "\"extended_key_usage\":[\"emailProtection\",\"1.2.3\"]"));
    OK(smime_request_subject(again, &subject, &err));
    CHECK(strcmp(smime_buffer_text(subject), "CN=Alice,O=Example") == 0);
    CHECK(smime_request_address_count(again) == 2);
    OK(smime_request_address(again, 1, &address, &err));
    CHECK(strcmp(smime_buffer_text(address), "a@example.org") == 0);
    smime_buffer_free(address);
    FAILS(SMIME_E_USE_ARGUMENT, smime_request_address(again, 2, &address, &err));
    smime_request_free(again);

    altered = malloc(smime_buffer_len(der));
    CHECK(altered != NULL);
    memcpy(altered, smime_buffer_data(der), smime_buffer_len(der));
    altered[smime_buffer_len(der) - 1] ^= 1;
    OK(smime_request_from_bytes(altered, smime_buffer_len(der), &again, &err));
    FAILS(SMIME_E_SIG_INVALID, smime_request_verify(again, &err));
    smime_request_free(again);
    FAILS(SMIME_E_REQ_MALFORMED, smime_request_from_bytes(altered, smime_buffer_len(der) - 1, &again, &err));
    free(altered);

    FAILS(SMIME_E_USE_ARGUMENT, smime_request_new(all->alice_key, NULL, NULL, NULL, NULL, &again, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_request_new(all->alice_key, "shoeSize=9", NULL, NULL, NULL, &again, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_request_new(all->alice_key, "CN=A", NULL, "signing", NULL, &again, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_request_new(all->alice_key, "CN=A", NULL, NULL, "mail", &again, &err));
    FAILS(SMIME_E_ADDR_MALFORMED, smime_request_new(all->alice_key, NULL, "nobody", NULL, NULL, &again, &err));
    smime_buffer_free(der);
    smime_buffer_free(pem);
    smime_buffer_free(json);
    smime_buffer_free(subject);
    smime_request_free(request);
}

static void profiles(const people *all)
{
    smime_request *request = NULL;
    smime_profile *profile = NULL, *none = NULL;
    smime_template *template_ = NULL;
    smime_certificate *certificate = NULL;
    smime_buffer *json = NULL, *problems = NULL;
    OK(smime_request_new(all->alice_key, "CN=Mallory", "alice@example.org", NULL, NULL, &request, &err));
    OK(smime_profile_new("mailbox", "strict", &profile, &err));
    FAILS(SMIME_E_CA_PROFILE, smime_profile_template(profile, request, NULL, "alice@example.org", NOW, &template_, &err));
    OK(smime_profile_set(profile, "crl_urls", "http://crl.example.org/ca.crl", &err));
    OK(smime_profile_set(profile, "days", "90", &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_profile_set(profile, "days", "many", &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_profile_set(profile, "shoe_size", "9", &err));
    OK(smime_profile_to_json(profile, &json, &err));
    CHECK(buffer_has(json, "{\"type\":\"mailbox\",\"generation\":\"strict\",\"days\":\"90\"") && buffer_has(json, "2.23.140.1.5.1.3"));
    OK(smime_profile_check(profile, request, &problems, &err));
    CHECK(buffer_has(problems, "\"code\":\"CA-PROFILE\"") && buffer_has(problems, "7.1.4.2.2 a"));
    FAILS(SMIME_E_CA_PROFILE, smime_profile_template(profile, request, "O=Example", "alice@example.org", NOW, &template_, &err));
    OK(smime_profile_template(profile, request, NULL, "alice@example.org", NOW, &template_, &err));
    OK(smime_issuer_issue_for_request(all->issuer, request, template_, &certificate, &err));
    CHECK(smime_certificate_match_address(certificate, "alice@example.org") == SMIME_ADDRESS_MATCH);
    CHECK(smime_certificate_not_after(certificate) == NOW + 90 * DAY - 1);
    smime_buffer_free(json);
    OK(smime_certificate_subject(certificate, &json, &err));
    CHECK(smime_buffer_len(json) == 0);

    FAILS(SMIME_E_USE_ARGUMENT, smime_profile_new("mailbox", NULL, &none, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_profile_new("mail", "strict", &none, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_profile_new("mailbox", "lax", &none, &err));
    smime_buffer_free(json);
    smime_buffer_free(problems);
    smime_certificate_free(certificate);
    smime_template_free(template_);
    smime_profile_free(profile);
    smime_request_free(request);
}

static void renewal(const people *all)
{
    smime_request *request = NULL;
    smime_certificate *renewed = NULL, *rekeyed = NULL;
    smime_issuer *stranger = NULL;
    smime_template *template_ = NULL;
    smime_identity *identity = NULL;
    OK(smime_issuer_renew(all->issuer, all->alice_certificate, NULL, NOW, NOW + 10 * DAY, &renewed, &err));
    CHECK(smime_certificate_not_before(renewed) == NOW && smime_certificate_not_after(renewed) == NOW + 10 * DAY);
    OK(smime_identity_from_key(all->alice_key, renewed, NULL, &identity, &err));
    smime_identity_free(identity);
    OK(smime_request_new(all->bob_key, "CN=Alice", NULL, NULL, NULL, &request, &err));
    OK(smime_issuer_renew(all->issuer, all->alice_certificate, request, NOW, NOW + 10 * DAY, &rekeyed, &err));
    CHECK(smime_certificate_match_address(rekeyed, "alice@example.org") == SMIME_ADDRESS_MATCH);
    OK(smime_identity_from_key(all->bob_key, rekeyed, NULL, &identity, &err));
    smime_identity_free(identity);
    OK(smime_template_authority("Example CA", NOW, NOW + DAY, &template_, &err));
    OK(smime_issuer_self_signed(all->bob_key, template_, &stranger, &err));
    smime_certificate_free(renewed);
    FAILS(SMIME_E_CA_NOT_ISSUER, smime_issuer_renew(stranger, all->alice_certificate, NULL, NOW, NOW, &renewed, &err));
    smime_certificate_free(rekeyed);
    smime_template_free(template_);
    smime_issuer_free(stranger);
    smime_request_free(request);
}

static void challenges(const people *all)
{
    static const uint8_t secret[32] = {7};
    smime_request *request = NULL, *other = NULL;
    smime_buffer *token = NULL, *part1 = NULL, *part2 = NULL, *thumbprint = NULL, *body = NULL, *json = NULL;
    OK(smime_request_new(all->alice_key, "CN=Alice", NULL, NULL, NULL, &request, &err));
    OK(smime_request_new(all->bob_key, "CN=Alice", NULL, NULL, NULL, &other, &err));
    OK(smime_challenge_token(secret, sizeof secret, "alice@example.org", request, "issue", NOW, &token, &err));
    OK(smime_challenge_check(secret, sizeof secret, "alice@example.org", request, "issue", smime_buffer_text(token), NOW, &err));
    FAILS(SMIME_E_ADDR_CHALLENGE_EXPIRED,
          smime_challenge_check(secret, sizeof secret, "alice@example.org", request, "issue", smime_buffer_text(token), NOW + 1, &err));
    FAILS(SMIME_E_ADDR_CHALLENGE,
          smime_challenge_check(secret, sizeof secret, "alice@example.org", other, "issue", smime_buffer_text(token), NOW, &err));
    FAILS(SMIME_E_ADDR_CHALLENGE,
          smime_challenge_check(secret, sizeof secret, "bob@example.org", request, "issue", smime_buffer_text(token), NOW, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_challenge_token(secret, 31, "alice@example.org", request, "issue", NOW, &body, &err));
    smime_buffer_free(token);

    OK(smime_acme_identifier("alice@example.org", &json, &err));
    CHECK(strcmp(smime_buffer_text(json), "{\"type\":\"email\",\"value\":\"alice@example.org\"}") == 0);
    smime_buffer_free(json);
    OK(smime_acme_new_token_part(&part1, &err));
    OK(smime_acme_new_token_part(&part2, &err));
    OK(smime_acme_token(smime_buffer_text(part1), smime_buffer_text(part2), &token, &err));
    CHECK(smime_buffer_len(token) == 44);
    OK(smime_acme_jwk(all->alice_key, &json, &err));
    CHECK(buffer_has(json, "\"kty\":\"EC\""));
    OK(smime_acme_jwk_thumbprint(all->alice_key, &thumbprint, &err));
    OK(smime_acme_response(smime_buffer_text(token), smime_buffer_text(thumbprint), &body, &err));
    OK(smime_acme_check_response(smime_buffer_text(body), smime_buffer_text(token), smime_buffer_text(thumbprint), &err));
    FAILS(SMIME_E_ADDR_CHALLENGE, smime_acme_check_response("", smime_buffer_text(token), smime_buffer_text(thumbprint), &err));
    smime_buffer_free(token);
    FAILS(SMIME_E_USE_ARGUMENT, smime_acme_token("short", "short", &token, &err));
    smime_buffer_free(json);
    smime_buffer_free(part1);
    smime_buffer_free(part2);
    smime_buffer_free(thumbprint);
    smime_buffer_free(body);
    smime_request_free(request);
    smime_request_free(other);
}

static void journal(void)
{
    smime_journal *kept = NULL, *check = NULL;
    uint64_t number = 0, second = 0;
    uint8_t hash[32], next[32];
    OK(smime_journal_new(&kept, &err));
    OK(smime_journal_append(kept, NOW, "issued", "serial 5f01", &number, hash, &err));
    FAILS(SMIME_E_CA_CLOCK, smime_journal_append(kept, NOW - 1, "revoked", "serial 5f01", &second, next, &err));
    OK(smime_journal_append(kept, NOW, "revoked", "serial 5f01", &second, next, &err));
    CHECK(number == 1 && second == 2 && memcmp(hash, next, 32) != 0);
    smime_journal_free(kept);
    OK(smime_journal_new(&check, &err));
    FAILS(SMIME_E_CA_JOURNAL, smime_journal_follow(check, 1, NOW, "issued", "serial 5f02", hash, &err));
    OK(smime_journal_follow(check, 1, NOW, "issued", "serial 5f01", hash, &err));
    smime_journal_free(check);
    OK(smime_journal_resume(1, NOW, hash, &check, &err));
    OK(smime_journal_follow(check, 2, NOW, "revoked", "serial 5f01", next, &err));
    FAILS(SMIME_E_CA_JOURNAL, smime_journal_follow(check, 2, NOW, "revoked", "serial 5f01", next, &err));
    smime_journal_free(check);
}

static void standing(void)
{
    int32_t stands = SMIME_STANDING_GOOD, reason = 0;
    int64_t since = 0;
    FAILS(SMIME_E_CA_STANDING, smime_standing_next(&stands, &since, &reason, SMIME_STEP_RELEASE, NOW, 0, &err));
    OK(smime_standing_next(&stands, &since, &reason, SMIME_STEP_HOLD, NOW, 0, &err));
    CHECK(stands == SMIME_STANDING_HELD && since == NOW);
    OK(smime_standing_next(&stands, &since, &reason, SMIME_STEP_RELEASE, NOW, 0, &err));
    CHECK(stands == SMIME_STANDING_GOOD);
    FAILS(SMIME_E_USE_ARGUMENT, smime_standing_next(&stands, &since, &reason, SMIME_STEP_REVOKE, NOW, SMIME_REASON_CERTIFICATE_HOLD, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_standing_next(&stands, &since, &reason, 7, NOW, 0, &err));
    OK(smime_standing_next(&stands, &since, &reason, SMIME_STEP_REVOKE, NOW, SMIME_REASON_KEY_COMPROMISE, &err));
    CHECK(stands == SMIME_STANDING_REVOKED && since == NOW && reason == SMIME_REASON_KEY_COMPROMISE);
    FAILS(SMIME_E_CA_STANDING, smime_standing_next(&stands, &since, &reason, SMIME_STEP_REVOKE, NOW, 0, &err));
}

int main(void)
{
    people all;
    people_new(&all, "p256", "p256");
    requests(&all);
    profiles(&all);
    renewal(&all);
    challenges(&all);
    journal();
    standing();
    people_free(&all);
    return checks_end("authority");
}
