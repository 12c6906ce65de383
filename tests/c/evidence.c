/* Evidence that lasts: written when a message is judged, judged again when everything has expired. */
#include "check.h"

/* The certificates of all people have expired by then. */
#define LATER (NOW + 20000 * DAY)

static smime_opener *judge(const people *all)
{
    smime_opener *opener = NULL;
    OK(smime_opener_new(all->trust, &opener, &err));
    OK(smime_opener_set_at(opener, LATER, &err));
    return opener;
}

static smime_report *report_on(const smime_opener *opener, const smime_buffer *message)
{
    smime_report *report = NULL;
    OK(smime_opener_examine(opener, smime_buffer_data(message), smime_buffer_len(message), &report, &err));
    return report;
}

static void is_judged_again(const people *all, const uint8_t *file, size_t length)
{
    smime_opener *later = judge(all);
    smime_opened *opened = NULL;
    smime_report *report = NULL;
    smime_buffer *content = NULL, *json = NULL;
    memory source = memory_of(file, length), sink = memory_of(NULL, 0);
    uint8_t *altered = (uint8_t *)malloc(length);

    OK(smime_opener_open_evidence(later, file, length, NULL, 0, 0, &opened, &err));
    CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_VALID);
    OK(smime_opened_content(opened, &content, &err));
    CHECK(buffer_is(content, ENTITY, strlen(ENTITY)));
    OK(smime_opened_report(opened, &report, &err));
    CHECK(smime_report_has(report, SMIME_E_EVIDENCE_TIME) == 1);
    OK(smime_report_to_json(report, &json, &err));
    CHECK(buffer_has(json, "\"at\":\"2026-11-23T00:00:00Z\"") && buffer_has(json, "\"noted_verdict\":\"valid\""));
    smime_buffer_free(json);
    smime_buffer_free(content);
    smime_report_free(report);
    smime_opened_free(opened);

    source.piece = 1000;
    OK(smime_opener_open_evidence_io(later, memory_read, memory_seek, &source, NULL, 0, 1, memory_write, &sink, &opened, &err));
    CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_VALID);
    CHECK(sink.length == strlen(ENTITY) && memcmp(sink.data, ENTITY, sink.length) == 0);
    smime_opened_free(opened);

    /* A time-stamp that is none, an octet that is another, a file that ends early, a judge before his time. */
    FAILS(SMIME_E_TST_INVALID, smime_opener_open_evidence(later, file, length, (const uint8_t *)"token", 5, 0, &opened, &err));
    if (altered == NULL) abort();
    memcpy(altered, file, length);
    altered[length / 2] = altered[length / 2] == 'A' ? 'B' : 'A';
    FAILS(SMIME_E_EVIDENCE_ALTERED, smime_opener_open_evidence(later, altered, length, NULL, 0, 0, &opened, &err));
    FAILS(SMIME_E_MIME_TRUNCATED, smime_opener_open_evidence(later, file, length - 40, NULL, 0, 0, &opened, &err));
    FAILS(SMIME_E_EVIDENCE_MALFORMED, smime_opener_open_evidence(later, (const uint8_t *)MESSAGE, strlen(MESSAGE), NULL, 0, 0, &opened, &err));
    OK(smime_opener_set_at(later, 0, &err));
    FAILS(SMIME_E_EVIDENCE_MALFORMED, smime_opener_open_evidence(later, file, length, NULL, 0, 0, &opened, &err));
    source.fail_read = 7;
    FAILS(SMIME_E_USE_IO, smime_opener_open_evidence_io(later, memory_read, memory_seek, &source, NULL, 0, 0, memory_write, &sink, &opened, &err));

    free(altered);
    memory_free(&source);
    memory_free(&sink);
    smime_opener_free(later);
}

static void of_a_message(const people *all)
{
    smime_opener *opener = opener_for_bob(all), *nobody = NULL;
    smime_buffer *sealed = sealed_for_bob(all, MESSAGE, strlen(MESSAGE)), *file = NULL;
    smime_report *report = report_on(opener, sealed);
    memory source = memory_of(smime_buffer_data(sealed), smime_buffer_len(sealed)), sink = memory_of(NULL, 0);

    OK(smime_opener_write_evidence(opener, report, smime_buffer_data(sealed), smime_buffer_len(sealed), &file, &err));
    is_judged_again(all, smime_buffer_data(file), smime_buffer_len(file));
    smime_buffer_free(file);
    OK(smime_opener_write_evidence_io(opener, report, memory_read, &source, memory_write, &sink, &err));
    is_judged_again(all, sink.data, sink.length);

    /* Another message; an opener that comes to another verdict; a sink that is full. */
    FAILS(SMIME_E_MIME_NOT_SMIME, smime_opener_write_evidence(opener, report, (const uint8_t *)MESSAGE, strlen(MESSAGE), &file, &err));
    OK(smime_opener_new(NULL, &nobody, &err));
    OK(smime_opener_add_identity(nobody, all->bob, &err));
    FAILS(SMIME_E_USE_EVIDENCE, smime_opener_write_evidence(nobody, report, smime_buffer_data(sealed), smime_buffer_len(sealed), &file, &err));
    CHECK(file == NULL);
    source.position = 0;
    sink.fail_write = 1;
    FAILS(SMIME_E_USE_IO, smime_opener_write_evidence_io(opener, report, memory_read, &source, memory_write, &sink, &err));

    smime_report_free(report);
    smime_opener_free(nobody);
    smime_opener_free(opener);
    smime_buffer_free(sealed);
    memory_free(&source);
    memory_free(&sink);
}

static void of_what_is_not_signed(const people *all)
{
    smime_opener *opener = opener_for_bob(all);
    smime_encryptor *encryptor = NULL;
    smime_buffer *sealed = NULL, *file = NULL;
    smime_report *report = NULL;
    OK(smime_encryptor_new(&encryptor, &err));
    OK(smime_encryptor_add_recipient(encryptor, all->bob_certificate, &err));
    OK(smime_encryptor_encrypt(encryptor, (const uint8_t *)MESSAGE, strlen(MESSAGE), &sealed, &err));
    report = report_on(opener, sealed);
    FAILS(SMIME_E_USE_EVIDENCE, smime_opener_write_evidence(opener, report, smime_buffer_data(sealed), smime_buffer_len(sealed), &file, &err));
    smime_report_free(report);
    smime_buffer_free(sealed);
    smime_encryptor_free(encryptor);
    smime_opener_free(opener);
}

int main(void)
{
    people all;
    check_unused();
    people_new(&all, "p256", "p256");
    of_a_message(&all);
    of_what_is_not_signed(&all);
    people_free(&all);
    return checks_end("evidence");
}
