/* What the test programs share: checks that say where they failed, and a small CA with two people. */
#ifndef CHECK_H
#define CHECK_H

#include "smime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long checks_made, checks_failed;

static void check_at(int holds, const char *what, const char *file, int line)
{
    checks_made++;
    if (!holds) {
        checks_failed++;
        fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
    }
}

/* A condition that must hold. */
#define CHECK(condition) check_at((condition) != 0, #condition, __FILE__, __LINE__)

static void check_status(int32_t status, int32_t expected, smime_error *err, const char *what, const char *file, int line)
{
    char text[1024];
    snprintf(text, sizeof text, "%s: status %d (%s %s), expected %d", what, (int)status, smime_error_name(err), smime_error_message(err),
             (int)expected);
    check_at(status == expected, text, file, line);
    check_at(smime_error_code(err) == status, "the error object has the code of the status", file, line);
    smime_error_free(err);
}

/* A call that must succeed, and one that must fail with this code; `err` stands for the place of the error object. */
#define OK(call) FAILS(SMIME_OK, call)
#define FAILS(expected, call)                                                  \
    do {                                                                       \
        smime_error *err = (smime_error *)(void *)&checks_made;                \
        int32_t status_ = (call);                                              \
        check_status(status_, (expected), err, #call, __FILE__, __LINE__);     \
    } while (0)

/* Under valgrind everything takes fifty times as long: RSA keys are not made and passwords not tried there, and there are fewer rounds. */
static int quick(void)
{
    return getenv("CHECK_QUICK") != NULL;
}

static unsigned rounds(unsigned usual)
{
    return quick() ? (usual + 9) / 10 : usual;
}

/* The last line of a program, and its exit status. */
static int checks_end(const char *program)
{
    printf("%s: %lu checks, %lu failed\n", program, checks_made, checks_failed);
    return checks_failed == 0 && checks_made > 0 ? 0 : 1;
}

static int buffer_is(const smime_buffer *buffer, const void *data, size_t length)
{
    return buffer != NULL && smime_buffer_len(buffer) == length && memcmp(smime_buffer_data(buffer), data, length) == 0;
}

static int buffer_has(const smime_buffer *buffer, const char *text)
{
    return buffer != NULL && smime_buffer_text(buffer) != NULL && strstr(smime_buffer_text(buffer), text) != NULL;
}

#define DAY INT64_C(86400)
/* 2026-11-23T00:00:00Z */
#define NOW INT64_C(1795392000)

/* The entity as it must come out, and the message around it. */
#define ENTITY "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nLunch at noon?\r\n"
#define MESSAGE "From: Alice <alice@example.org>\r\nTo: Bob <bob@example.org>\r\nSubject: Lunch\r\n" ENTITY

typedef struct {
    smime_issuer *issuer;
    smime_certificate *root;
    smime_trust *trust;
    smime_key *alice_key, *bob_key;
    smime_certificate *alice_certificate, *bob_certificate;
    smime_identity *alice, *bob;
} people;

static smime_identity *person(people *all, const char *name, const char *address, const char *kind, smime_key **key, smime_certificate **certificate)
{
    smime_template *template_ = NULL;
    smime_identity *identity = NULL;
    OK(smime_key_generate(kind, key, &err));
    OK(smime_template_end_entity(name, address, NOW - 10 * DAY, NOW + 300 * DAY, &template_, &err));
    OK(smime_issuer_issue(all->issuer, *key, template_, certificate, &err));
    OK(smime_identity_from_key(*key, *certificate, NULL, &identity, &err));
    smime_template_free(template_);
    return identity;
}

static void people_new(people *all, const char *alice_kind, const char *bob_kind)
{
    smime_key *key = NULL;
    smime_template *template_ = NULL;
    smime_trust_builder *builder = NULL;
    memset(all, 0, sizeof *all);
    OK(smime_key_generate("p256", &key, &err));
    OK(smime_template_authority("Example CA", NOW - 1000 * DAY, NOW + 3000 * DAY, &template_, &err));
    OK(smime_issuer_self_signed(key, template_, &all->issuer, &err));
    OK(smime_issuer_certificate(all->issuer, &all->root, &err));
    OK(smime_trust_builder_new(&builder, &err));
    OK(smime_trust_builder_add_anchor(builder, all->root, &err));
    OK(smime_trust_builder_build(builder, &all->trust, &err));
    smime_trust_builder_free(builder);
    smime_template_free(template_);
    smime_key_free(key);
    all->alice = person(all, "Alice", "alice@example.org", alice_kind, &all->alice_key, &all->alice_certificate);
    all->bob = person(all, "Bob", "bob@example.org", bob_kind, &all->bob_key, &all->bob_certificate);
}

static void people_free(people *all)
{
    smime_identity_free(all->alice);
    smime_identity_free(all->bob);
    smime_certificate_free(all->alice_certificate);
    smime_certificate_free(all->bob_certificate);
    smime_key_free(all->alice_key);
    smime_key_free(all->bob_key);
    smime_trust_free(all->trust);
    smime_certificate_free(all->root);
    smime_issuer_free(all->issuer);
}

/* An opener for Bob that judges at NOW. */
static smime_opener *opener_for_bob(const people *all)
{
    smime_opener *opener = NULL;
    OK(smime_opener_new(all->trust, &opener, &err));
    OK(smime_opener_add_identity(opener, all->bob, &err));
    OK(smime_opener_set_at(opener, NOW, &err));
    return opener;
}

/* Alice's message, signed and then encrypted to Bob. */
static smime_buffer *sealed_for_bob(const people *all, const void *message, size_t length)
{
    smime_signer *signer = NULL;
    smime_encryptor *encryptor = NULL;
    smime_buffer *with_signature = NULL, *sealed = NULL;
    OK(smime_signer_new(all->alice, &signer, &err));
    OK(smime_signer_set_at(signer, NOW, &err));
    OK(smime_signer_sign(signer, (const uint8_t *)message, length, &with_signature, &err));
    OK(smime_encryptor_new(&encryptor, &err));
    OK(smime_encryptor_add_recipient(encryptor, all->bob_certificate, &err));
    OK(smime_encryptor_encrypt(encryptor, smime_buffer_data(with_signature), smime_buffer_len(with_signature), &sealed, &err));
    smime_buffer_free(with_signature);
    smime_encryptor_free(encryptor);
    smime_signer_free(signer);
    return sealed;
}

/* Octets in memory that callbacks read, seek and append to. */
typedef struct {
    uint8_t *data;
    size_t length, position, room;
    int32_t fail_read, fail_seek, fail_write; /* answered in place of 0 */
    size_t piece;                              /* at most so many octets are read at once; 0: no bound */
    unsigned long reads, seeks, writes;
} memory;

static int32_t memory_read(void *user, uint8_t *buffer, size_t capacity, size_t *length)
{
    memory *from = (memory *)user;
    size_t count = from->length - from->position;
    from->reads++;
    if (count > capacity) count = capacity;
    if (from->piece != 0 && count > from->piece) count = from->piece;
    if (count != 0) memcpy(buffer, from->data + from->position, count);
    from->position += count;
    *length = count;
    return from->fail_read;
}

static int32_t memory_seek(void *user, int64_t offset, int32_t origin, uint64_t *position)
{
    memory *in = (memory *)user;
    int64_t from = origin == SMIME_SEEK_START ? 0 : origin == SMIME_SEEK_END ? (int64_t)in->length : (int64_t)in->position;
    in->seeks++;
    if (from + offset < 0 || from + offset > (int64_t)in->length) return -1;
    in->position = (size_t)(from + offset);
    *position = in->position;
    return in->fail_seek;
}

static int32_t memory_write(void *user, const uint8_t *data, size_t length)
{
    memory *to = (memory *)user;
    to->writes++;
    if (to->fail_write != 0) return to->fail_write;
    if (to->length + length > to->room) {
        to->room = 2 * (to->length + length);
        to->data = (uint8_t *)realloc(to->data, to->room);
        if (to->data == NULL) abort();
    }
    memcpy(to->data + to->length, data, length);
    to->length += length;
    return 0;
}

static memory memory_of(const void *data, size_t length)
{
    memory made;
    memset(&made, 0, sizeof made);
    if (length != 0 && memory_write(&made, (const uint8_t *)data, length) != 0) abort();
    return made;
}

static void memory_free(memory *made)
{
    free(made->data);
    memset(made, 0, sizeof *made);
}

/* Not every program uses everything. */
static inline void check_unused(void)
{
    (void)checks_end, (void)rounds, (void)buffer_is, (void)buffer_has, (void)people_new, (void)people_free, (void)opener_for_bob, (void)sealed_for_bob;
    (void)memory_read, (void)memory_seek, (void)memory_free, (void)memory_of, (void)check_unused;
}

#endif
