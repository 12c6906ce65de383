/*
 * A mail filter, as a milter or a delivery agent would have it: reads a message on standard input, says on standard output what it is
 * worth, and writes what was inside to a file.
 *
 *     verify TRUST.pem [--identity FILE PASSWORD] [--content FILE] < message
 *
 * Exit status: 0 where the message may be used, 1 where not, 2 where it cannot be judged.
 */
#include <smime.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint8_t *data;
    size_t length;
} octets;

static octets read_all(FILE *file)
{
    octets all = {NULL, 0};
    size_t room = 0, count;
    do {
        if (room - all.length < 65536) {
            uint8_t *grown = realloc(all.data, room = 2 * room + 65536);
            if (grown == NULL) exit(2);
            all.data = grown;
        }
        count = fread(all.data + all.length, 1, room - all.length, file);
        all.length += count;
    } while (count != 0);
    return all;
}

static octets read_file(const char *name)
{
    FILE *file = fopen(name, "rb");
    octets all;
    if (file == NULL) {
        perror(name);
        exit(2);
    }
    all = read_all(file);
    fclose(file);
    return all;
}

/* Ends the program with what went wrong, unless all is well. */
static void must(int32_t status, smime_error **err)
{
    if (status != SMIME_OK) {
        fprintf(stderr, "verify: %s: %s\n", smime_error_name(*err), smime_error_message(*err));
        smime_error_free(*err);
        exit(2);
    }
}

static smime_trust *trust_of(const char *name)
{
    smime_error *err = NULL;
    smime_trust_builder *builder = NULL;
    smime_trust *trust = NULL;
    octets file = read_file(name);
    must(smime_trust_builder_new(&builder, &err), &err);
    must(smime_trust_builder_add_anchors(builder, file.data, file.length, &err), &err);
    must(smime_trust_builder_build(builder, &trust, &err), &err);
    smime_trust_builder_free(builder);
    free(file.data);
    return trust;
}

static void add_identity(smime_opener *opener, const char *name, const char *password)
{
    smime_error *err = NULL;
    smime_identity *identity = NULL;
    octets file = read_file(name);
    must(smime_identity_from_bytes(file.data, file.length, password, &identity, &err), &err);
    must(smime_opener_add_identity(opener, identity, &err), &err);
    smime_identity_free(identity);
    free(file.data);
}

static void write_content(const smime_opened *opened, const char *name)
{
    smime_error *err = NULL;
    smime_buffer *content = NULL;
    FILE *file = fopen(name, "wb");
    must(smime_opened_content(opened, &content, &err), &err);
    if (file == NULL || fwrite(smime_buffer_data(content), 1, smime_buffer_len(content), file) != smime_buffer_len(content) || fclose(file) != 0) {
        perror(name);
        exit(2);
    }
    smime_buffer_free(content);
}

/* One header field for the log or the mail program, then what was seen. */
static void print_report(const smime_opened *opened)
{
    smime_error *err = NULL;
    smime_report *report = NULL;
    smime_buffer *summary = NULL, *message = NULL;
    size_t index;
    must(smime_opened_report(opened, &report, &err), &err);
    must(smime_report_summary(report, &summary, &err), &err);
    printf("X-SMIME: %s\n", smime_buffer_text(summary));
    for (index = 0; index < smime_report_finding_count(report); index++) {
        must(smime_report_finding_message(report, index, &message, &err), &err);
        printf("  %s: %s\n", smime_code_name(smime_report_finding_code(report, index)), smime_buffer_text(message));
        smime_buffer_free(message);
    }
    smime_buffer_free(summary);
    smime_report_free(report);
}

int main(int argc, char **argv)
{
    smime_error *err = NULL;
    smime_opener *opener = NULL;
    smime_open_stream *stream = NULL;
    smime_opened *opened = NULL;
    smime_trust *trust;
    const char *content = NULL;
    uint8_t block[65536];
    size_t count;
    int at, acceptable;

    if (argc < 2) {
        fputs("usage: verify TRUST.pem [--identity FILE PASSWORD] [--content FILE] < message\n", stderr);
        return 2;
    }
    trust = trust_of(argv[1]);
    must(smime_opener_new(trust, &opener, &err), &err);
    smime_trust_free(trust);
    for (at = 2; at < argc; at++) {
        if (strcmp(argv[at], "--identity") == 0 && at + 2 < argc) {
            add_identity(opener, argv[at + 1], argv[at + 2]);
            at += 2;
        } else if (strcmp(argv[at], "--content") == 0 && at + 1 < argc) {
            content = argv[++at];
        }
    }

    /* A milter gets the message in pieces: each goes into the stream. */
    must(smime_opener_stream(opener, &stream, &err), &err);
    while ((count = fread(block, 1, sizeof block, stdin)) != 0) must(smime_open_stream_push(stream, block, count, &err), &err);
    must(smime_open_stream_finish(stream, &opened, &err), &err);

    print_report(opened);
    acceptable = smime_opened_is_acceptable(opened);
    if (acceptable && content != NULL) write_content(opened, content);

    smime_opened_free(opened);
    smime_open_stream_free(stream);
    smime_opener_free(opener);
    return acceptable ? 0 : 1;
}
