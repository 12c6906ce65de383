/* Revocation: evidence that is given, evidence that is fetched, and how much of it is asked. */
#include "check.h"

typedef struct {
    unsigned long calls, ended;
    int32_t answer;
    size_t urls;
} shelf;

/* Nobody has what is asked for: the answer is whatever the test says. */
static int32_t fetch(void *user, int32_t what, const char *url, const uint8_t *certificate, const uint8_t *request, size_t request_length,
                     smime_answer *answer)
{
    shelf *from = (shelf *)user;
    smime_error *error = NULL;
    from->calls++;
    from->urls += strlen(url);
    CHECK(what == SMIME_NEED_ISSUER || what == SMIME_NEED_CRL || what == SMIME_NEED_OCSP);
    CHECK(certificate != NULL && (what == SMIME_NEED_OCSP) == (request_length != 0) && (request_length == 0 || request != NULL));
    CHECK(smime_answer_set(NULL, (const uint8_t *)"x", 1, NULL) == SMIME_E_USE_ARGUMENT);
    CHECK(smime_answer_set(answer, (const uint8_t *)"no evidence", 11, &error) == SMIME_OK && error == NULL);
    return from->answer;
}

static void end(void *user)
{
    ((shelf *)user)->ended++;
}

static void nothing_is_at_hand(const people *all)
{
    smime_buffer *sealed = sealed_for_bob(all, MESSAGE, strlen(MESSAGE));
    smime_opener *opener = opener_for_bob(all);
    smime_opened *opened = NULL;
    smime_report *report = NULL;
    smime_buffer *json = NULL;

    OK(smime_opener_open(opener, smime_buffer_data(sealed), smime_buffer_len(sealed), &opened, &err));
    CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_VALID);
    OK(smime_opened_report(opened, &report, &err));
    OK(smime_report_to_json(report, &json, &err));
    CHECK(buffer_has(json, "\"revocation\":\"unknown\""));
    smime_buffer_free(json);
    smime_report_free(report);
    smime_opened_free(opened);

    OK(smime_opener_set_policy_option(opener, SMIME_POLICY_OPTION_REVOCATION, SMIME_REVOCATION_HARD, &err));
    OK(smime_opener_open(opener, smime_buffer_data(sealed), smime_buffer_len(sealed), &opened, &err));
    CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_INDETERMINATE);
    OK(smime_opened_report(opened, &report, &err));
    CHECK(smime_report_has(report, SMIME_E_REV_MISSING) == 1);
    smime_report_free(report);
    smime_opened_free(opened);

    OK(smime_opener_set_policy_option(opener, SMIME_POLICY_OPTION_REVOCATION, SMIME_REVOCATION_OFF, &err));
    OK(smime_opener_open(opener, smime_buffer_data(sealed), smime_buffer_len(sealed), &opened, &err));
    CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_VALID);
    smime_opened_free(opened);
    smime_opener_free(opener);
    smime_buffer_free(sealed);
}

static void evidence_that_is_none(const people *all)
{
    static const uint8_t rubbish[] = "rubbish";
    smime_opener *opener = opener_for_bob(all);
    smime_verifier *verifier = NULL;
    smime_trust_builder *builder = NULL;
    OK(smime_verifier_new(all->trust, &verifier, &err));
    OK(smime_trust_builder_new(&builder, &err));
    FAILS(SMIME_E_CRL_MALFORMED, smime_opener_add_crls(opener, rubbish, sizeof rubbish, &err));
    FAILS(SMIME_E_OCSP_MALFORMED, smime_opener_add_ocsp(opener, rubbish, sizeof rubbish, &err));
    FAILS(SMIME_E_CRL_MALFORMED, smime_verifier_add_crls(verifier, rubbish, sizeof rubbish, &err));
    FAILS(SMIME_E_OCSP_MALFORMED, smime_verifier_add_ocsp(verifier, rubbish, sizeof rubbish, &err));
    FAILS(SMIME_E_CRL_MALFORMED, smime_trust_builder_add_crls(builder, rubbish, sizeof rubbish, &err));
    FAILS(SMIME_E_OCSP_MALFORMED, smime_trust_builder_add_ocsp(builder, rubbish, sizeof rubbish, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_opener_add_crls(opener, NULL, 5, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_opener_set_fetch(opener, NULL, NULL, NULL, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_opener_set_time_stamp_trust(opener, NULL, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_opener_set_policy_option(opener, SMIME_POLICY_OPTION_REVOCATION, 7, &err));
    OK(smime_opener_set_time_stamp_trust(opener, all->trust, &err));
    OK(smime_trust_builder_add_ocsp_responder(builder, all->root, &err));
    smime_trust_builder_free(builder);
    smime_verifier_free(verifier);
    smime_opener_free(opener);
}

/* ALICE_WITH_PLACES has an issuer that is not at hand, with an address where it can be had. */
static void what_lacks_is_asked_for(const people *all, const char *file)
{
    shelf from = {0, 0, 0, 0};
    smime_verifier *verifier = NULL;
    smime_certificate *alice = NULL;
    smime_path *path = NULL;
    smime_buffer *tree = NULL;
    OK(smime_certificate_from_bytes((const uint8_t *)file, strlen(file), &alice, &err));
    OK(smime_verifier_new(all->trust, &verifier, &err));
    OK(smime_verifier_set_fetch(verifier, fetch, &from, end, &err));
    OK(smime_verifier_verify(verifier, alice, &path, &err));
    CHECK(smime_path_verdict(path) != SMIME_VERDICT_VALID);
    CHECK(from.calls == 1 && from.urls == strlen("http://ca.example.org/ca.cer"));
    CHECK(smime_path_has(path, SMIME_E_REV_MALFORMED) == 1);
    OK(smime_path_to_tree(path, &tree, &err));
    CHECK(buffer_has(tree, "PATH-NO-ANCHOR"));
    smime_buffer_free(tree);
    smime_path_free(path);
    from.answer = 1;
    OK(smime_verifier_verify(verifier, alice, &path, &err));
    CHECK(from.calls == 2 && smime_path_has(path, SMIME_E_REV_MALFORMED) == 0);
    smime_path_free(path);
    OK(smime_verifier_set_limit(verifier, SMIME_LIMIT_FETCHES, 0, &err));
    OK(smime_verifier_verify(verifier, alice, &path, &err));
    CHECK(from.calls == 2);
    smime_path_free(path);
    CHECK(from.ended == 0);
    smime_verifier_free(verifier);
    CHECK(from.ended == 1);
    smime_certificate_free(alice);
}

int main(int argc, char **argv)
{
    people all;
    static char file[65536];
    check_unused();
    people_new(&all, "p256", "p256");
    nothing_is_at_hand(&all);
    evidence_that_is_none(&all);
    if (argc == 2) {
        FILE *from = fopen(argv[1], "rb");
        CHECK(from != NULL && fread(file, 1, sizeof file - 1, from) > 0);
        if (from != NULL) fclose(from);
        what_lacks_is_asked_for(&all, file);
    }
    people_free(&all);
    return checks_end("revocation");
}
