/* Messages in pieces and through callbacks; what happens after an error. */
#include "check.h"

static smime_opened *opened_in_pieces(const smime_opener *opener, const smime_buffer *message, size_t piece)
{
    smime_open_stream *stream = NULL;
    smime_opened *opened = NULL;
    size_t at, length = smime_buffer_len(message);
    OK(smime_opener_stream(opener, &stream, &err));
    for (at = 0; at < length; at += piece)
        OK(smime_open_stream_push(stream, smime_buffer_data(message) + at, length - at < piece ? length - at : piece, &err));
    OK(smime_open_stream_push(stream, NULL, 0, &err));
    OK(smime_open_stream_finish(stream, &opened, &err));
    smime_open_stream_free(stream);
    return opened;
}

static void reading_in_pieces(const people *all)
{
    static const size_t pieces[] = {1, 7, 64, 1000, 1 << 20};
    smime_buffer *sealed = sealed_for_bob(all, MESSAGE, strlen(MESSAGE)), *content = NULL;
    smime_opener *opener = opener_for_bob(all);
    smime_open_stream *stream = NULL;
    smime_opened *opened = NULL;
    size_t index;
    for (index = 0; index < sizeof pieces / sizeof *pieces; index++) {
        opened = opened_in_pieces(opener, sealed, pieces[index]);
        CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_VALID);
        OK(smime_opened_content(opened, &content, &err));
        CHECK(buffer_is(content, ENTITY, strlen(ENTITY)));
        smime_buffer_free(content);
        smime_opened_free(opened);
    }

    /* Judging alone keeps no content. The opener may end before its stream. */
    OK(smime_opener_examine_stream(opener, &stream, &err));
    smime_opener_free(opener);
    OK(smime_open_stream_push(stream, smime_buffer_data(sealed), smime_buffer_len(sealed), &err));
    OK(smime_open_stream_finish(stream, &opened, &err));
    CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_VALID);
    OK(smime_opened_content(opened, &content, &err));
    CHECK(smime_buffer_len(content) == 0);
    smime_buffer_free(content);
    smime_opened_free(opened);

    /* A stream that has finished is of no more use. */
    opened = (smime_opened *)(void *)&opened;
    FAILS(SMIME_E_USE_STATE, smime_open_stream_finish(stream, &opened, &err));
    CHECK(opened == NULL);
    FAILS(SMIME_E_USE_STATE, smime_open_stream_push(stream, (const uint8_t *)"x", 1, &err));
    smime_open_stream_free(stream);
    smime_buffer_free(sealed);
}

static void reading_goes_wrong(const people *all)
{
    smime_opener *opener = opener_for_bob(all);
    smime_open_stream *stream = NULL;
    smime_opened *opened = NULL;
    smime_buffer *sealed = sealed_for_bob(all, MESSAGE, strlen(MESSAGE));
    int32_t status;

    /* Cut off in the middle. */
    OK(smime_opener_stream(opener, &stream, &err));
    OK(smime_open_stream_push(stream, smime_buffer_data(sealed), smime_buffer_len(sealed) / 2, &err));
    status = smime_open_stream_finish(stream, &opened, NULL);
    CHECK(smime_code_class(status) == SMIME_CLASS_MALFORMED);
    CHECK(opened == NULL);
    FAILS(SMIME_E_USE_STATE, smime_open_stream_finish(stream, &opened, &err));
    smime_open_stream_free(stream);

    /* Not S/MIME at all. */
    OK(smime_opener_stream(opener, &stream, &err));
    status = smime_open_stream_push(stream, (const uint8_t *)MESSAGE, strlen(MESSAGE), NULL);
    if (status == SMIME_OK) status = smime_open_stream_finish(stream, &opened, NULL);
    CHECK(status == SMIME_E_MIME_NOT_SMIME);
    FAILS(SMIME_E_USE_STATE, smime_open_stream_push(stream, (const uint8_t *)"x", 1, &err));
    smime_open_stream_free(stream);

    /* Neither finished nor failed. */
    OK(smime_opener_stream(opener, &stream, &err));
    OK(smime_open_stream_push(stream, smime_buffer_data(sealed), smime_buffer_len(sealed) / 2, &err));
    smime_open_stream_free(stream);

    smime_buffer_free(sealed);
    smime_opener_free(opener);
}

static void writing_in_pieces(const people *all)
{
    smime_signer *signer = NULL;
    smime_encryptor *encryptor = NULL;
    smime_sign_stream *signing = NULL;
    smime_encrypt_stream *encrypting = NULL;
    smime_opener *opener = opener_for_bob(all);
    smime_opened *opened = NULL;
    smime_buffer *content = NULL;
    memory with_signature = memory_of(NULL, 0), sealed = memory_of(NULL, 0);
    size_t at;

    OK(smime_signer_new(all->alice, &signer, &err));
    OK(smime_signer_set_at(signer, NOW, &err));
    OK(smime_signer_stream(signer, memory_write, &with_signature, &signing, &err));
    smime_signer_free(signer);
    for (at = 0; at < strlen(MESSAGE); at++) OK(smime_sign_stream_push(signing, (const uint8_t *)MESSAGE + at, 1, &err));
    OK(smime_sign_stream_finish(signing, &err));
    FAILS(SMIME_E_USE_STATE, smime_sign_stream_finish(signing, &err));
    FAILS(SMIME_E_USE_STATE, smime_sign_stream_push(signing, (const uint8_t *)"x", 1, &err));
    smime_sign_stream_free(signing);
    CHECK(with_signature.writes > 0);

    OK(smime_encryptor_new(&encryptor, &err));
    OK(smime_encryptor_add_recipient(encryptor, all->bob_certificate, &err));
    OK(smime_encryptor_stream(encryptor, memory_write, &sealed, &encrypting, &err));
    smime_encryptor_free(encryptor);
    for (at = 0; at < with_signature.length; at += 100)
        OK(smime_encrypt_stream_push(encrypting, with_signature.data + at, with_signature.length - at < 100 ? with_signature.length - at : 100, &err));
    OK(smime_encrypt_stream_finish(encrypting, &err));
    FAILS(SMIME_E_USE_STATE, smime_encrypt_stream_finish(encrypting, &err));
    FAILS(SMIME_E_USE_STATE, smime_encrypt_stream_push(encrypting, (const uint8_t *)"x", 1, &err));
    smime_encrypt_stream_free(encrypting);

    OK(smime_opener_open(opener, sealed.data, sealed.length, &opened, &err));
    CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_VALID);
    OK(smime_opened_content(opened, &content, &err));
    CHECK(buffer_is(content, ENTITY, strlen(ENTITY)));
    smime_buffer_free(content);
    smime_opened_free(opened);
    smime_opener_free(opener);
    memory_free(&sealed);
    memory_free(&with_signature);
}

/* A sink that calls back into the stream which serves it. */
typedef struct {
    smime_sign_stream *stream;
    int32_t answer;
    unsigned long calls;
} knot;

static int32_t knot_write(void *user, const uint8_t *data, size_t length)
{
    knot *tied = user;
    tied->calls++;
    tied->answer = smime_sign_stream_push(tied->stream, data, length, NULL);
    return 0;
}

static int32_t refusing_write(void *user, const uint8_t *data, size_t length)
{
    (void)user, (void)data, (void)length;
    return 28;
}

static void writing_goes_wrong(const people *all)
{
    smime_signer *signer = NULL;
    smime_sign_stream *stream = NULL;
    smime_error *why = NULL;
    knot tied = {NULL, 0, 0};
    int32_t status;

    OK(smime_signer_new(all->alice, &signer, &err));
    OK(smime_signer_stream(signer, knot_write, &tied, &stream, &err));
    tied.stream = stream;
    OK(smime_sign_stream_push(stream, (const uint8_t *)MESSAGE, strlen(MESSAGE), &err));
    OK(smime_sign_stream_finish(stream, &err));
    CHECK(tied.calls > 0 && tied.answer == SMIME_E_USE_STATE);
    smime_sign_stream_free(stream);

    OK(smime_signer_stream(signer, refusing_write, NULL, &stream, &err));
    status = smime_sign_stream_push(stream, (const uint8_t *)MESSAGE, strlen(MESSAGE), &why);
    if (status == SMIME_OK) status = smime_sign_stream_finish(stream, &why);
    CHECK(status == SMIME_E_USE_IO);
    CHECK(strstr(smime_error_message(why), "28") != NULL);
    smime_error_free(why);
    FAILS(SMIME_E_USE_STATE, smime_sign_stream_finish(stream, &err));
    smime_sign_stream_free(stream);
    smime_signer_free(signer);
}

static void files(const people *all, size_t body)
{
    smime_signer *signer = NULL;
    smime_encryptor *encryptor = NULL;
    smime_opener *opener = opener_for_bob(all);
    smime_opened *opened = NULL;
    smime_report *report = NULL;
    size_t length = strlen(MESSAGE) + body, index;
    char *text = malloc(length);
    memory message, with_signature = memory_of(NULL, 0), sealed = memory_of(NULL, 0), content = memory_of(NULL, 0);
    memcpy(text, MESSAGE, strlen(MESSAGE));
    for (index = 0; index < body; index++) text[strlen(MESSAGE) + index] = index % 64 == 62 ? '\r' : index % 64 == 63 ? '\n' : 'x';
    message = memory_of("garbage before the message", 26);
    memory_write(&message, (const uint8_t *)text, length);
    message.position = 26; /* reading begins where the source stands */
    message.piece = 1000;

    OK(smime_signer_new(all->alice, &signer, &err));
    OK(smime_signer_sign_io(signer, memory_read, memory_seek, &message, memory_write, &with_signature, &err));
    OK(smime_encryptor_new(&encryptor, &err));
    OK(smime_encryptor_add_recipient(encryptor, all->bob_certificate, &err));
    OK(smime_encryptor_encrypt_io(encryptor, memory_read, memory_seek, &with_signature, memory_write, &sealed, &err));
    OK(smime_opener_set_at(opener, NOW, &err));
    OK(smime_opener_open_io(opener, memory_read, memory_seek, &sealed, memory_write, &content, &opened, &err));
    CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_VALID);
    CHECK(content.length == strlen(ENTITY) + body);
    CHECK(content.length >= strlen(ENTITY) && memcmp(content.data, ENTITY, strlen(ENTITY)) == 0);
    CHECK(memcmp(content.data + content.length - body, text + strlen(MESSAGE), body) == 0);
    smime_opened_free(opened);

    sealed.position = 0;
    OK(smime_opener_examine_io(opener, memory_read, memory_seek, &sealed, &report, &err));
    CHECK(smime_report_verdict(report) == SMIME_VERDICT_VALID);
    CHECK(smime_report_content_length(report) == content.length);
    smime_report_free(report);

    /* Not acceptable: nothing is written. */
    OK(smime_opener_set_at(opener, NOW + 20000 * DAY, &err));
    sealed.position = 0;
    content.length = 0;
    content.writes = 0;
    OK(smime_opener_open_io(opener, memory_read, memory_seek, &sealed, memory_write, &content, &opened, &err));
    CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_UNTRUSTED);
    CHECK(content.writes == 0);
    smime_opened_free(opened);

    /* Callbacks that fail. */
    OK(smime_opener_set_at(opener, NOW, &err));
    sealed.position = 0;
    sealed.fail_read = 5;
    FAILS(SMIME_E_USE_IO, smime_opener_open_io(opener, memory_read, memory_seek, &sealed, memory_write, &content, &opened, &err));
    CHECK(opened == NULL);
    sealed.fail_read = 0;
    sealed.fail_seek = 6;
    sealed.position = 0;
    FAILS(SMIME_E_USE_IO, smime_opener_open_io(opener, memory_read, memory_seek, &sealed, memory_write, &content, &opened, &err));
    sealed.fail_seek = 0;
    sealed.position = 0;
    content.fail_write = 7;
    FAILS(SMIME_E_USE_IO, smime_opener_open_io(opener, memory_read, memory_seek, &sealed, memory_write, &content, &opened, &err));
    message.fail_read = -1;
    FAILS(SMIME_E_USE_IO, smime_signer_sign_io(signer, memory_read, memory_seek, &message, memory_write, &with_signature, &err));
    FAILS(SMIME_E_USE_IO, smime_encryptor_encrypt_io(encryptor, memory_read, memory_seek, &message, memory_write, &sealed, &err));

    smime_encryptor_free(encryptor);
    smime_signer_free(signer);
    smime_opener_free(opener);
    memory_free(&message);
    memory_free(&with_signature);
    memory_free(&sealed);
    memory_free(&content);
    free(text);
}

/* Of an authenticated message nothing is written before its tag is checked, though the tag comes last and the content is large. */
static void nothing_before_the_tag(const people *all)
{
    smime_encryptor *encryptor = NULL;
    smime_opener *opener = opener_for_bob(all);
    smime_open_stream *stream = NULL;
    smime_opened *opened = NULL;
    size_t length = strlen(MESSAGE) + 1000000, whole;
    uint8_t *late;
    char *text = malloc(length);
    memory message, sealed = memory_of(NULL, 0), content = memory_of(NULL, 0);
    memset(text, '\n', length);
    memcpy(text, MESSAGE, strlen(MESSAGE));
    message = memory_of(text, length);
    OK(smime_encryptor_new(&encryptor, &err));
    OK(smime_encryptor_set_cipher(encryptor, "aes-256-gcm", &err));
    OK(smime_encryptor_add_recipient(encryptor, all->bob_certificate, &err));
    OK(smime_encryptor_encrypt_io(encryptor, memory_read, memory_seek, &message, memory_write, &sealed, &err));
    OK(smime_opener_open_io(opener, memory_read, memory_seek, &sealed, memory_write, &content, &opened, &err));
    CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_UNSIGNED && content.writes > 1 && content.length > 1000000);
    smime_opened_free(opened);

    /* One octet of the tag is another; then the end is missing. */
    whole = sealed.length;
    late = sealed.data + whole - 10;
    *late = *late == 'A' ? 'B' : 'A';
    for (; sealed.length > whole / 2; sealed.length -= whole / 3) {
        int32_t due = sealed.length == whole ? SMIME_CLASS_DECRYPTION : SMIME_CLASS_MALFORMED, status;
        sealed.position = 0;
        content.length = 0;
        content.writes = 0;
        status = smime_opener_open_io(opener, memory_read, memory_seek, &sealed, memory_write, &content, &opened, NULL);
        CHECK(smime_code_class(status) == due && opened == NULL);
        CHECK(content.writes == 0 && content.length == 0);
        status = smime_opener_open(opener, sealed.data, sealed.length, &opened, NULL);
        CHECK(smime_code_class(status) == due && opened == NULL);
        OK(smime_opener_stream(opener, &stream, &err));
        status = smime_open_stream_push(stream, sealed.data, sealed.length, NULL);
        if (status == SMIME_OK) status = smime_open_stream_finish(stream, &opened, NULL);
        CHECK(smime_code_class(status) == due && opened == NULL);
        FAILS(SMIME_E_USE_STATE, smime_open_stream_finish(stream, &opened, &err));
        smime_open_stream_free(stream);
    }
    smime_encryptor_free(encryptor);
    smime_opener_free(opener);
    memory_free(&message);
    memory_free(&sealed);
    memory_free(&content);
    free(text);
}

/* Says that it has read more than there was room for. */
static int32_t boasting_read(void *user, uint8_t *buffer, size_t capacity, size_t *length)
{
    (void)user, (void)buffer;
    *length = capacity + 1;
    return 0;
}

/* Another message at the second reading. */
static int32_t changing_read(void *user, uint8_t *buffer, size_t capacity, size_t *length)
{
    memory *from = user;
    int32_t answer = memory_read(user, buffer, capacity, length);
    if (from->position == from->length && *length == 0 && from->length > 2000) from->data[from->length / 2] ^= 1;
    return answer;
}

static void sources_that_cheat(const people *all)
{
    smime_opener *opener = opener_for_bob(all);
    smime_opened *opened = NULL;
    smime_report *report = NULL;
    smime_buffer *sealed;
    memory source, content = memory_of(NULL, 0);
    size_t length = strlen(MESSAGE) + 500000;
    char *text = malloc(length);
    memset(text, '\n', length);
    memcpy(text, MESSAGE, strlen(MESSAGE));
    sealed = sealed_for_bob(all, text, length);
    source = memory_of(smime_buffer_data(sealed), smime_buffer_len(sealed));
    FAILS(SMIME_E_USE_IO, smime_opener_examine_io(opener, boasting_read, memory_seek, &source, &report, &err));
    CHECK(smime_opener_open_io(opener, changing_read, memory_seek, &source, memory_write, &content, &opened, NULL) != SMIME_OK);
    CHECK(opened == NULL);
    memory_free(&source);
    memory_free(&content);
    smime_buffer_free(sealed);
    smime_opener_free(opener);
    free(text);
}

int main(void)
{
    people all;
    people_new(&all, "p256", "p256");
    reading_in_pieces(&all);
    reading_goes_wrong(&all);
    writing_in_pieces(&all);
    writing_goes_wrong(&all);
    files(&all, 0);
    files(&all, 1 << 20);
    sources_that_cheat(&all);
    nothing_before_the_tag(&all);
    people_free(&all);
    return checks_end("streaming");
}
