/* Keys that stay with their keeper: here OpenSSL keeps them, behind the callbacks. */
#include "check.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

typedef struct {
    EVP_PKEY *key;
    unsigned long signatures, unwraps, agreements, ends;
    int32_t answer;   /* in place of 0 */
    int lies;         /* 1: a wrong signature; 2: a length beyond the room */
    char name[32];    /* of the last algorithm */
    int32_t salt_length;
    size_t identifier_length;
} keeper;

static int32_t keeper_sign(void *user, const smime_algorithm *algorithm, const uint8_t *digest, size_t digest_length, uint8_t *signature,
                           size_t capacity, size_t *length)
{
    keeper *self = user;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(self->key, NULL);
    const char *name = smime_algorithm_name(algorithm);
    int good = 1;
    CHECK(capacity >= 4096);
    self->signatures++;
    snprintf(self->name, sizeof self->name, "%s", name);
    self->salt_length = smime_algorithm_salt_length(algorithm);
    CHECK(smime_algorithm_identifier(algorithm, &self->identifier_length) != NULL && self->identifier_length > 4);
    if (strcmp(name, "ed25519") == 0) {
        EVP_MD_CTX *whole = EVP_MD_CTX_new();
        CHECK(smime_algorithm_digest(algorithm) == NULL);
        *length = capacity;
        good = EVP_DigestSignInit(whole, NULL, NULL, NULL, self->key) == 1 &&
               EVP_DigestSign(whole, signature, length, digest, digest_length) == 1;
        EVP_MD_CTX_free(whole);
    } else {
        const EVP_MD *kind = EVP_get_digestbyname(smime_algorithm_digest(algorithm));
        good = kind != NULL && (size_t)EVP_MD_get_size(kind) == digest_length && EVP_PKEY_sign_init(context) == 1 &&
               EVP_PKEY_CTX_set_signature_md(context, kind) == 1;
        if (strcmp(name, "rsassa-pss") == 0) {
            good = good && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
                   EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_get_digestbyname(smime_algorithm_mgf_digest(algorithm))) == 1 &&
                   EVP_PKEY_CTX_set_rsa_pss_saltlen(context, smime_algorithm_salt_length(algorithm)) == 1;
        } else {
            CHECK(smime_algorithm_mgf_digest(algorithm) == NULL);
        }
        *length = capacity;
        good = good && EVP_PKEY_sign(context, signature, length, digest, digest_length) == 1;
    }
    EVP_PKEY_CTX_free(context);
    if (self->lies == 1) signature[*length - 1] ^= 1;
    if (self->lies == 2) *length = capacity + 1;
    return good ? self->answer : -1;
}

static int32_t keeper_unwrap(void *user, const smime_algorithm *algorithm, const uint8_t *encrypted, size_t encrypted_length, uint8_t *key,
                             size_t capacity, size_t *length)
{
    keeper *self = user;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(self->key, NULL);
    size_t label = 1;
    int good = EVP_PKEY_decrypt_init(context) == 1;
    self->unwraps++;
    snprintf(self->name, sizeof self->name, "%s", smime_algorithm_name(algorithm));
    CHECK(smime_algorithm_label(algorithm, &label) != NULL && label == 0);
    if (strcmp(self->name, "rsaes-oaep") == 0)
        good = good && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_get_digestbyname(smime_algorithm_digest(algorithm))) == 1 &&
               EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_get_digestbyname(smime_algorithm_mgf_digest(algorithm))) == 1;
    *length = capacity;
    good = good && EVP_PKEY_decrypt(context, key, length, encrypted, encrypted_length) == 1;
    EVP_PKEY_CTX_free(context);
    if (self->answer != 0) return self->answer;
    return good ? 0 : SMIME_E_ENC_DECRYPT_FAILED;
}

static int32_t keeper_agree(void *user, const uint8_t *peer, size_t peer_length, uint8_t *secret, size_t capacity, size_t *length)
{
    keeper *self = user;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(self->key, NULL);
    EVP_PKEY *other = EVP_PKEY_new();
    int good;
    self->agreements++;
    *length = capacity;
    good = EVP_PKEY_copy_parameters(other, self->key) == 1 && EVP_PKEY_set1_encoded_public_key(other, peer, peer_length) == 1 &&
           EVP_PKEY_derive_init(context) == 1 && EVP_PKEY_derive_set_peer(context, other) == 1 &&
           EVP_PKEY_derive(context, secret, length) == 1;
    EVP_PKEY_free(other);
    EVP_PKEY_CTX_free(context);
    if (self->answer != 0) return self->answer;
    return good ? 0 : -1;
}

static void keeper_end(void *user)
{
    keeper *self = user;
    self->ends++;
}

static keeper keeper_of(const smime_key *key)
{
    keeper made;
    smime_buffer *pem = NULL;
    BIO *bio;
    memset(&made, 0, sizeof made);
    OK(smime_key_to_pem(key, NULL, &pem, &err));
    bio = BIO_new_mem_buf(smime_buffer_text(pem), -1);
    made.key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    CHECK(made.key != NULL);
    BIO_free(bio);
    smime_buffer_free(pem);
    return made;
}

static void signing(const char *kind, int32_t pss, const char *digest, const char *name)
{
    people all;
    keeper alice;
    smime_identity *identity = NULL;
    smime_signer *signer = NULL;
    smime_buffer *with_signature = NULL;
    smime_opener *opener;
    smime_opened *opened = NULL;
    people_new(&all, kind, "p256");
    alice = keeper_of(all.alice_key);
    OK(smime_identity_from_external(all.alice_certificate, NULL, keeper_sign, NULL, NULL, &alice, keeper_end, &identity, &err));
    OK(smime_signer_new(identity, &signer, &err));
    smime_identity_free(identity);
    CHECK(alice.ends == 0);
    OK(smime_signer_set_pss(signer, pss, &err));
    OK(smime_signer_set_digest(signer, digest, &err));
    OK(smime_signer_sign(signer, (const uint8_t *)MESSAGE, strlen(MESSAGE), &with_signature, &err));
    CHECK(alice.signatures == 1 && strcmp(alice.name, name) == 0);
    CHECK(alice.salt_length == (pss ? 48 : 0));
    opener = opener_for_bob(&all);
    OK(smime_opener_open(opener, smime_buffer_data(with_signature), smime_buffer_len(with_signature), &opened, &err));
    CHECK(smime_opened_verdict(opened) == SMIME_VERDICT_VALID);
    smime_opened_free(opened);
    smime_buffer_free(with_signature);

    /* What the keeper says and does wrong. */
    alice.answer = 77;
    {
        smime_error *why = NULL;
        CHECK(smime_signer_sign(signer, (const uint8_t *)MESSAGE, strlen(MESSAGE), &with_signature, &why) == SMIME_E_KEY_EXTERNAL_FAILED);
        CHECK(strstr(smime_error_message(why), "77") != NULL);
        smime_error_free(why);
    }
    alice.answer = 0;
    alice.lies = 1;
    CHECK(smime_signer_sign(signer, (const uint8_t *)MESSAGE, strlen(MESSAGE), &with_signature, NULL) != SMIME_OK);
    alice.lies = 2;
    FAILS(SMIME_E_KEY_EXTERNAL_FAILED, smime_signer_sign(signer, (const uint8_t *)MESSAGE, strlen(MESSAGE), &with_signature, &err));
    alice.lies = 0;
    CHECK(with_signature == NULL);
    smime_signer_free(signer);
    CHECK(alice.ends == 1);
    smime_opener_free(opener);
    EVP_PKEY_free(alice.key);
    people_free(&all);
}

static void opening(const char *kind, int32_t key_transport, const char *name)
{
    people all;
    keeper bob;
    smime_identity *identity = NULL;
    smime_encryptor *encryptor = NULL;
    smime_buffer *sealed = NULL, *content = NULL;
    smime_opener *opener = NULL;
    smime_opened *opened = NULL;
    smime_buffer *pkcs12 = NULL;
    int32_t status;
    people_new(&all, "p256", kind);
    bob = keeper_of(all.bob_key);
    OK(smime_identity_from_external(all.bob_certificate, NULL, NULL, keeper_unwrap, keeper_agree, &bob, keeper_end, &identity, &err));
    FAILS(SMIME_E_KEY_EXTERNAL_FAILED, smime_identity_to_pkcs12(identity, "secret", &pkcs12, &err));
    OK(smime_encryptor_new(&encryptor, &err));
    OK(smime_encryptor_add_recipient(encryptor, all.bob_certificate, &err));
    OK(smime_encryptor_set_key_transport(encryptor, key_transport, &err));
    /* The key in place of a wrong one is random: with CBC one in 256 would leave a padding that looks right. */
    OK(smime_encryptor_set_cipher(encryptor, "aes-256-gcm", &err));
    OK(smime_encryptor_encrypt(encryptor, (const uint8_t *)MESSAGE, strlen(MESSAGE), &sealed, &err));
    OK(smime_opener_new(all.trust, &opener, &err));
    OK(smime_opener_add_identity(opener, identity, &err));
    OK(smime_opener_open(opener, smime_buffer_data(sealed), smime_buffer_len(sealed), &opened, &err));
    OK(smime_opened_content(opened, &content, &err));
    CHECK(buffer_is(content, ENTITY, strlen(ENTITY)));
    CHECK(bob.unwraps + bob.agreements == 1 && bob.signatures == 0);
    CHECK(strcmp(bob.name, name) == 0);
    smime_buffer_free(content);
    smime_opened_free(opened);

    /* A keeper that fails, and one that says that the padding is wrong: no content in either case. */
    bob.answer = 77;
    status = smime_opener_open(opener, smime_buffer_data(sealed), smime_buffer_len(sealed), &opened, NULL);
    CHECK(status != SMIME_OK && opened == NULL);
    bob.answer = SMIME_E_ENC_DECRYPT_FAILED;
    status = smime_opener_open(opener, smime_buffer_data(sealed), smime_buffer_len(sealed), &opened, NULL);
    CHECK(status != SMIME_OK && opened == NULL);

    smime_identity_free(identity);
    CHECK(bob.ends == 0);
    smime_opener_free(opener);
    CHECK(bob.ends == 1);
    smime_encryptor_free(encryptor);
    smime_buffer_free(sealed);
    EVP_PKEY_free(bob.key);
    people_free(&all);
}

static void keepers_without_abilities(void)
{
    people all;
    smime_identity *identity = NULL;
    smime_signer *signer = NULL;
    smime_buffer *with_signature = NULL;
    keeper none;
    memset(&none, 0, sizeof none);
    people_new(&all, "p256", "p256");
    OK(smime_identity_from_external(all.alice_certificate, NULL, NULL, NULL, NULL, &none, keeper_end, &identity, &err));
    OK(smime_signer_new(identity, &signer, &err));
    FAILS(SMIME_E_KEY_EXTERNAL_FAILED, smime_signer_sign(signer, (const uint8_t *)MESSAGE, strlen(MESSAGE), &with_signature, &err));
    smime_signer_free(signer);
    smime_identity_free(identity);
    CHECK(none.ends == 1);
    /* What could not be made does not end what it was given. */
    FAILS(SMIME_E_USE_ARGUMENT, smime_identity_from_external(NULL, NULL, NULL, NULL, NULL, &none, keeper_end, &identity, &err));
    CHECK(identity == NULL && none.ends == 1);
    /* Without a destructor, and with a chain. */
    {
        smime_certificates *chain = NULL, *back = NULL;
        OK(smime_certificates_new(&chain, &err));
        OK(smime_certificates_add(chain, all.root, &err));
        OK(smime_identity_from_external(all.alice_certificate, chain, NULL, NULL, NULL, NULL, NULL, &identity, &err));
        smime_certificates_free(chain);
        OK(smime_identity_chain(identity, &back, &err));
        CHECK(smime_certificates_len(back) == 1);
        smime_certificates_free(back);
        smime_identity_free(identity);
    }
    people_free(&all);
}

int main(void)
{
    if (!quick()) {
        signing("rsa-2048", 0, "sha256", "rsassa-pkcs1-v1_5");
        signing("rsa-2048", 1, "sha384", "rsassa-pss");
        opening("rsa-2048", SMIME_KEY_TRANSPORT_PKCS1, "rsaes-pkcs1-v1_5");
        opening("rsa-2048", SMIME_KEY_TRANSPORT_OAEP, "rsaes-oaep");
    }
    signing("p256", 0, "sha256", "ecdsa");
    signing("p384", 0, "sha384", "ecdsa");
    signing("ed25519", 0, "sha256", "ed25519");
    opening("p256", SMIME_KEY_TRANSPORT_PKCS1, "");
    opening("x25519", SMIME_KEY_TRANSPORT_PKCS1, "");
    keepers_without_abilities();
    return checks_end("external");
}
