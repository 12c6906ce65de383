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

typedef struct {
    uint8_t data[16384];
    size_t length;
} content;

/* The file of this name in the folder of the certificate with places. */
static content beside(const char *places, const char *name)
{
    content file;
    char path[4096];
    FILE *from;
    const char *end = strrchr(places, '/');
    snprintf(path, sizeof path, "%.*s/%s", end == NULL ? 1 : (int)(end - places), end == NULL ? "." : places, name);
    from = fopen(path, "rb");
    CHECK(from != NULL);
    file.length = from == NULL ? 0 : fread(file.data, 1, sizeof file.data, from);
    CHECK(file.length > 0 && file.length < sizeof file.data);
    if (from != NULL) fclose(from);
    return file;
}

typedef struct {
    const char *lists, *responses; /* files, or NULL */
    int32_t verdict, code;         /* what is due: code is 0 where nothing is found */
} answer;

static smime_trust *trusting(const content *root, const content *lists, const content *responses)
{
    smime_trust_builder *builder = NULL;
    smime_trust *trust = NULL;
    OK(smime_trust_builder_new(&builder, &err));
    OK(smime_trust_builder_add_anchors(builder, root->data, root->length, &err));
    if (lists != NULL) OK(smime_trust_builder_add_crls(builder, lists->data, lists->length, &err));
    if (responses != NULL) OK(smime_trust_builder_add_ocsp(builder, responses->data, responses->length, &err));
    OK(smime_trust_builder_build(builder, &trust, &err));
    smime_trust_builder_free(builder);
    return trust;
}

static void is_due(smime_verifier *verifier, const smime_certificate *certificate, answer due)
{
    smime_path *path = NULL;
    OK(smime_verifier_set_policy_option(verifier, SMIME_POLICY_OPTION_REVOCATION, SMIME_REVOCATION_HARD, &err));
    OK(smime_verifier_verify(verifier, certificate, &path, &err));
    CHECK(smime_path_verdict(path) == due.verdict);
    CHECK(due.code == 0 ? smime_path_finding_count(path) == 0 : smime_path_has(path, due.code) == 1);
    smime_path_free(path);
}

/* What Alice's issuer says counts, however it is given: to the store, to a verifier, to an opener. */
static void evidence_counts(const char *places)
{
    static const answer answers[] = {
        {"good.crl", NULL, SMIME_VERDICT_VALID, 0},
        {NULL, "good.ocsp", SMIME_VERDICT_VALID, 0},
        {"gone.crl", NULL, SMIME_VERDICT_UNTRUSTED, SMIME_E_PATH_REVOKED},
        {NULL, "gone.ocsp", SMIME_VERDICT_UNTRUSTED, SMIME_E_PATH_REVOKED},
        {"good.crl", "gone.ocsp", SMIME_VERDICT_UNTRUSTED, SMIME_E_PATH_REVOKED},
        {NULL, NULL, SMIME_VERDICT_INDETERMINATE, SMIME_E_REV_MISSING},
    };
    const content root = beside(places, "places-ca.pem"), certificate = beside(places, "places.pem"), key = beside(places, "places.key2");
    smime_certificate *alice = NULL;
    smime_key *alice_key = NULL;
    smime_identity *identity = NULL;
    smime_signer *signer = NULL;
    smime_buffer *message = NULL;
    size_t index;
    OK(smime_certificate_from_bytes(certificate.data, certificate.length, &alice, &err));
    OK(smime_key_from_bytes(key.data, key.length, NULL, &alice_key, &err));
    OK(smime_identity_from_key(alice_key, alice, NULL, &identity, &err));
    OK(smime_signer_new(identity, &signer, &err));
    OK(smime_signer_sign(signer, (const uint8_t *)MESSAGE, strlen(MESSAGE), &message, &err));

    for (index = 0; index < sizeof answers / sizeof answers[0]; index++) {
        const answer due = answers[index];
        const content lists = beside(places, due.lists == NULL ? "good.crl" : due.lists);
        const content responses = beside(places, due.responses == NULL ? "good.ocsp" : due.responses);
        smime_trust *knowing = trusting(&root, due.lists == NULL ? NULL : &lists, due.responses == NULL ? NULL : &responses);
        smime_trust *trust = trusting(&root, NULL, NULL);
        smime_verifier *verifier = NULL;
        smime_opener *opener = NULL;
        smime_report *report = NULL;

        OK(smime_verifier_new(knowing, &verifier, &err));
        is_due(verifier, alice, due);
        smime_verifier_free(verifier);

        OK(smime_verifier_new(trust, &verifier, &err));
        OK(smime_opener_new(trust, &opener, &err));
        OK(smime_opener_set_policy_option(opener, SMIME_POLICY_OPTION_REVOCATION, SMIME_REVOCATION_HARD, &err));
        if (due.lists != NULL) {
            OK(smime_verifier_add_crls(verifier, lists.data, lists.length, &err));
            OK(smime_opener_add_crls(opener, lists.data, lists.length, &err));
        }
        if (due.responses != NULL) {
            OK(smime_verifier_add_ocsp(verifier, responses.data, responses.length, &err));
            OK(smime_opener_add_ocsp(opener, responses.data, responses.length, &err));
        }
        is_due(verifier, alice, due);
        OK(smime_opener_examine(opener, smime_buffer_data(message), smime_buffer_len(message), &report, &err));
        CHECK(smime_report_verdict(report) == due.verdict);
        CHECK(due.code == 0 || smime_report_has(report, due.code) == 1);
        smime_report_free(report);
        smime_opener_free(opener);
        smime_verifier_free(verifier);
        smime_trust_free(trust);
        smime_trust_free(knowing);
    }

    {
        /* An opener asks its callback too. */
        shelf from = {0, 0, 1, 0};
        smime_opener *opener = NULL;
        smime_trust_builder *builder = NULL;
        smime_trust *nobody = NULL;
        smime_report *report = NULL;
        OK(smime_trust_builder_new(&builder, &err));
        OK(smime_trust_builder_build(builder, &nobody, &err));
        OK(smime_opener_new(nobody, &opener, &err));
        OK(smime_opener_set_fetch(opener, fetch, &from, end, &err));
        OK(smime_opener_examine(opener, smime_buffer_data(message), smime_buffer_len(message), &report, &err));
        CHECK(from.calls == 1 && smime_report_has(report, SMIME_E_PATH_NO_ANCHOR) == 1);
        smime_report_free(report);
        smime_opener_free(opener);
        CHECK(from.ended == 1);
        smime_trust_free(nobody);
        smime_trust_builder_free(builder);
    }
    {
        /* The address is part of the question. */
        smime_trust *trust = trusting(&root, NULL, NULL);
        smime_verifier *verifier = NULL;
        smime_path *path = NULL;
        OK(smime_verifier_new(trust, &verifier, &err));
        FAILS(SMIME_E_USE_ARGUMENT, smime_verifier_set_address(verifier, "nobody", &err));
        OK(smime_verifier_set_address(verifier, "alice@example.org", &err));
        OK(smime_verifier_verify(verifier, alice, &path, &err));
        CHECK(smime_path_verdict(path) == SMIME_VERDICT_VALID);
        smime_path_free(path);
        OK(smime_verifier_set_address(verifier, "bob@example.org", &err));
        OK(smime_verifier_verify(verifier, alice, &path, &err));
        CHECK(smime_path_verdict(path) == SMIME_VERDICT_UNTRUSTED && smime_path_has(path, SMIME_E_ADDR_MISMATCH) == 1);
        smime_path_free(path);
        OK(smime_verifier_set_address(verifier, NULL, &err));
        OK(smime_verifier_verify(verifier, alice, &path, &err));
        CHECK(smime_path_verdict(path) == SMIME_VERDICT_VALID);
        smime_path_free(path);
        smime_verifier_free(verifier);
        smime_trust_free(trust);
    }
    smime_buffer_free(message);
    smime_signer_free(signer);
    smime_identity_free(identity);
    smime_key_free(alice_key);
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
        evidence_counts(argv[1]);
    }
    people_free(&all);
    return checks_end("revocation");
}
