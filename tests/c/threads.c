/* Objects that threads share: one opener, signer and encryptor for all, settings that change meanwhile, streams that two want. */
#include "check.h"

#include <pthread.h>

#define THREADS 8
#define ROUNDS ((int)rounds(40))

typedef struct {
    const people *all;
    smime_opener *opener;
    smime_signer *signer;
    smime_encryptor *encryptor;
    smime_open_stream *stream;
    const smime_buffer *sealed;
    unsigned long good, refused, other;
} shared;

static void *opens_and_makes(void *user)
{
    shared *self = user;
    int round;
    for (round = 0; round < ROUNDS; round++) {
        smime_opened *opened = NULL;
        smime_buffer *content = NULL, *with_signature = NULL, *sealed = NULL, *json = NULL;
        smime_report *report = NULL;
        smime_error *why = NULL;
        int fine = smime_opener_open(self->opener, smime_buffer_data(self->sealed), smime_buffer_len(self->sealed), &opened, &why) == SMIME_OK &&
                   smime_opened_verdict(opened) == SMIME_VERDICT_VALID && smime_opened_content(opened, &content, NULL) == SMIME_OK &&
                   buffer_is(content, ENTITY, strlen(ENTITY)) && smime_opened_report(opened, &report, NULL) == SMIME_OK &&
                   smime_report_to_json(report, &json, NULL) == SMIME_OK &&
                   smime_signer_sign(self->signer, (const uint8_t *)MESSAGE, strlen(MESSAGE), &with_signature, NULL) == SMIME_OK &&
                   smime_encryptor_encrypt(self->encryptor, smime_buffer_data(with_signature), smime_buffer_len(with_signature), &sealed,
                                           NULL) == SMIME_OK;
        if (why != NULL) fprintf(stderr, "%s\n", smime_error_message(why));
        self->good += fine != 0;
        smime_error_free(why);
        smime_report_free(report);
        smime_buffer_free(json);
        smime_opened_free(opened);
        smime_buffer_free(content);
        smime_buffer_free(with_signature);
        smime_buffer_free(sealed);
    }
    return NULL;
}

static void *changes_settings(void *user)
{
    shared *self = user;
    int round;
    for (round = 0; round < 10 * ROUNDS; round++) {
        self->good += smime_opener_set_limit(self->opener, SMIME_LIMIT_LAYERS, 10 + (uint64_t)(round % 5), NULL) == SMIME_OK &&
                      smime_opener_set_content_digest(self->opener, round % 2, NULL) == SMIME_OK &&
                      smime_opener_set_at(self->opener, NOW + round, NULL) == SMIME_OK &&
                      smime_signer_set_form(self->signer, 1 + round % 2, NULL) == SMIME_OK &&
                      smime_encryptor_set_cipher(self->encryptor, round % 2 ? "aes-128-cbc" : "aes-256-gcm", NULL) == SMIME_OK;
    }
    return NULL;
}

static void *pushes(void *user)
{
    shared *self = user;
    int round;
    for (round = 0; round < 1000; round++) {
        int32_t status = smime_open_stream_push(self->stream, (const uint8_t *)"X-Filler: 0123456789\r\n", 22, NULL);
        if (status == SMIME_OK)
            self->good++;
        else if (status == SMIME_E_USE_STATE)
            self->refused++;
        else
            self->other++;
    }
    return NULL;
}

static void *ends_its_own(void *user)
{
    shared *self = user;
    int round;
    for (round = 0; round < ROUNDS; round++) {
        smime_identity *identity = NULL;
        smime_opener *opener = NULL;
        smime_certificates *list = NULL;
        smime_buffer *json = NULL;
        self->good += smime_identity_from_key(self->all->bob_key, self->all->bob_certificate, NULL, &identity, NULL) == SMIME_OK &&
                      smime_opener_new(self->all->trust, &opener, NULL) == SMIME_OK &&
                      smime_opener_add_identity(opener, identity, NULL) == SMIME_OK &&
                      smime_trust_anchors(self->all->trust, &list, NULL) == SMIME_OK && smime_certificates_len(list) == 1 &&
                      smime_certificate_to_json(self->all->root, &json, NULL) == SMIME_OK;
        smime_buffer_free(json);
        smime_certificates_free(list);
        smime_opener_free(opener);
        smime_identity_free(identity);
    }
    return NULL;
}

static unsigned long run(void *(*work)(void *), shared *common, shared *each)
{
    pthread_t threads[THREADS];
    unsigned long good = 0;
    int index;
    for (index = 0; index < THREADS; index++) {
        each[index] = *common;
        if (pthread_create(&threads[index], NULL, index == 0 && work == opens_and_makes ? changes_settings : work, &each[index]) != 0) abort();
    }
    for (index = 0; index < THREADS; index++) {
        pthread_join(threads[index], NULL);
        good += each[index].good;
    }
    return good;
}

int main(void)
{
    people all;
    shared common, each[THREADS];
    smime_buffer *sealed;
    unsigned long good;
    int index;
    memset(&common, 0, sizeof common);
    people_new(&all, "p256", "p256");
    sealed = sealed_for_bob(&all, MESSAGE, strlen(MESSAGE));
    common.all = &all;
    common.opener = opener_for_bob(&all);
    common.sealed = sealed;
    OK(smime_signer_new(all.alice, &common.signer, &err));
    OK(smime_encryptor_new(&common.encryptor, &err));
    OK(smime_encryptor_add_recipient(common.encryptor, all.bob_certificate, &err));

    good = run(opens_and_makes, &common, each);
    CHECK(good == (unsigned)(10 * ROUNDS + (THREADS - 1) * ROUNDS));
    good = run(ends_its_own, &common, each);
    CHECK(good == (unsigned)(THREADS * ROUNDS));

    /* All push to one stream: each call is either made or refused. */
    OK(smime_opener_set_limit(common.opener, SMIME_LIMIT_HEADER_FIELDS, 1000000, &err));
    OK(smime_opener_set_limit(common.opener, SMIME_LIMIT_HEADER_BYTES, 1 << 24, &err));
    OK(smime_opener_stream(common.opener, &common.stream, &err));
    good = run(pushes, &common, each);
    CHECK(good > 0);
    for (index = 0; index < THREADS; index++) {
        CHECK(each[index].other == 0);
        CHECK(each[index].good + each[index].refused == 1000);
    }
    smime_open_stream_free(common.stream);

    smime_signer_free(common.signer);
    smime_encryptor_free(common.encryptor);
    smime_opener_free(common.opener);
    smime_buffer_free(sealed);
    people_free(&all);
    return checks_end("threads");
}
