/*
 * Signs a file with a message and encrypts it, in constant memory whatever its size.
 *
 *     send MESSAGE OUTPUT IDENTITY PASSWORD RECIPIENT.pem ...
 */
#include <smime.h>

#include <stdio.h>
#include <stdlib.h>

/* What smime.h asks of callbacks, for files of the C library. */
static int32_t file_read(void *user, uint8_t *buffer, size_t capacity, size_t *length)
{
    *length = fread(buffer, 1, capacity, user);
    return ferror((FILE *)user);
}

static int32_t file_seek(void *user, int64_t offset, int32_t origin, uint64_t *position)
{
    long place;
    if (fseek(user, (long)offset, origin) != 0 || (place = ftell(user)) < 0) return -1;
    *position = (uint64_t)place;
    return 0;
}

static int32_t file_write(void *user, const uint8_t *data, size_t length)
{
    return fwrite(data, 1, length, user) == length ? 0 : -1;
}

static void must(int32_t status, smime_error **err)
{
    if (status != SMIME_OK) {
        fprintf(stderr, "send: %s: %s\n", smime_error_name(*err), smime_error_message(*err));
        smime_error_free(*err);
        exit(1);
    }
}

static FILE *opened_file(const char *name, const char *mode)
{
    FILE *file = fopen(name, mode);
    if (file == NULL) {
        perror(name);
        exit(1);
    }
    return file;
}

/* A small file: a certificate or an identity. */
static size_t small_file(const char *name, uint8_t *place, size_t room)
{
    FILE *file = opened_file(name, "rb");
    size_t length = fread(place, 1, room, file);
    fclose(file);
    return length;
}

int main(int argc, char **argv)
{
    static uint8_t small[1 << 20];
    smime_error *err = NULL;
    smime_identity *identity = NULL;
    smime_signer *signer = NULL;
    smime_encryptor *encryptor = NULL;
    FILE *message, *with_signature, *output;
    int at;

    if (argc < 6) {
        fputs("usage: send MESSAGE OUTPUT IDENTITY PASSWORD RECIPIENT.pem ...\n", stderr);
        return 1;
    }
    must(smime_identity_from_bytes(small, small_file(argv[3], small, sizeof small), argv[4], &identity, &err), &err);
    must(smime_signer_new(identity, &signer, &err), &err);
    smime_identity_free(identity);

    must(smime_encryptor_new(&encryptor, &err), &err);
    for (at = 5; at < argc; at++) {
        smime_certificate *recipient = NULL;
        must(smime_certificate_from_bytes(small, small_file(argv[at], small, sizeof small), &recipient, &err), &err);
        must(smime_encryptor_add_recipient(encryptor, recipient, &err), &err);
        smime_certificate_free(recipient);
    }

    message = opened_file(argv[1], "rb");
    with_signature = tmpfile();
    output = opened_file(argv[2], "wb");
    if (with_signature == NULL) {
        perror("a temporary file");
        return 1;
    }
    must(smime_signer_sign_io(signer, file_read, file_seek, message, file_write, with_signature, &err), &err);
    rewind(with_signature);
    must(smime_encryptor_encrypt_io(encryptor, file_read, file_seek, with_signature, file_write, output, &err), &err);
    fclose(message);
    fclose(with_signature);
    if (fclose(output) != 0) {
        perror(argv[2]);
        return 1;
    }
    smime_encryptor_free(encryptor);
    smime_signer_free(signer);
    return 0;
}
