/* Keys and certificates that move: PKCS #12 in its profiles, PEM, bundles of certificates. */
#include "check.h"

/* Each profile and each derivation is read again; numbers that are none are refused. */
static void moving(const people *all)
{
    static const int32_t profiles[] = {SMIME_PKCS12_WINDOWS_LEGACY, SMIME_PKCS12_COMPATIBLE, SMIME_PKCS12_MODERN};
    static const int32_t derivations[] = {SMIME_KEY_DERIVATION_PBKDF2, SMIME_KEY_DERIVATION_SCRYPT};
    static const int32_t forms[] = {SMIME_FORM_DER, SMIME_FORM_PEM};
    smime_identity *both = NULL, *again = NULL;
    smime_certificates *list = NULL, *read = NULL;
    smime_buffer *file = NULL;
    smime_key *key = NULL;
    size_t index;

    OK(smime_identity_join(all->alice, all->bob, NULL, &both, &err));
    OK(smime_identity_certificates(both, &list, &err));
    CHECK(smime_certificates_len(list) == 2);
    OK(smime_identity_join(all->alice, NULL, list, &again, &err));
    OK(smime_identity_chain(again, &read, &err));
    CHECK(smime_certificates_len(read) == 1);
    smime_certificates_free(read);
    smime_identity_free(again);
    for (index = 0; index < (quick() ? 1 : 3); index++) {
        OK(smime_identity_to_pkcs12_profile(both, "secret", profiles[index], index ? "Alice" : NULL, &file, &err));
        OK(smime_identity_from_bytes(smime_buffer_data(file), smime_buffer_len(file), "secret", &again, &err));
        smime_identity_free(again);
        smime_buffer_free(file);
    }
    for (index = 0; index < (quick() ? 1 : 2); index++) {
        OK(smime_key_to_encrypted_pem(all->alice_key, "secret", derivations[index], &file, &err));
        OK(smime_key_from_bytes(smime_buffer_data(file), smime_buffer_len(file), "secret", &key, &err));
        smime_key_free(key);
        smime_buffer_free(file);
    }
    OK(smime_identity_to_pem(both, NULL, 0, &file, &err));
    OK(smime_identity_from_bytes(smime_buffer_data(file), smime_buffer_len(file), NULL, &again, &err));
    smime_identity_free(again);
    smime_buffer_free(file);
    OK(smime_identity_to_pem(all->alice, "secret", SMIME_KEY_DERIVATION_PBKDF2, &file, &err));
    FAILS(SMIME_E_USE_PASSWORD, smime_identity_from_bytes(smime_buffer_data(file), smime_buffer_len(file), NULL, &again, &err));
    smime_buffer_free(file);
    for (index = 0; index < 2; index++) {
        OK(smime_certificates_to_certs_only(list, forms[index], &file, &err));
        OK(smime_certificates_from_bytes(smime_buffer_data(file), smime_buffer_len(file), &read, &err));
        CHECK(smime_certificates_len(read) == 2);
        smime_certificates_free(read);
        smime_buffer_free(file);
    }
    OK(smime_certificates_to_pem(list, &file, &err));
    OK(smime_certificates_from_bytes(smime_buffer_data(file), smime_buffer_len(file), &read, &err));
    CHECK(smime_certificates_len(read) == 2);
    smime_certificates_free(read);
    smime_certificates_free(list);
    smime_buffer_free(file);

    file = NULL;
    FAILS(SMIME_E_USE_ARGUMENT, smime_identity_to_pkcs12_profile(both, "secret", 4, NULL, &file, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_identity_to_pem(both, "secret", 0, &file, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_key_to_encrypted_pem(all->alice_key, "secret", 3, &file, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_key_to_encrypted_pem(all->alice_key, NULL, SMIME_KEY_DERIVATION_SCRYPT, &file, &err));
    OK(smime_certificates_new(&list, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_certificates_to_certs_only(list, SMIME_FORM_DER, &file, &err));
    OK(smime_certificates_add(list, all->alice_certificate, &err));
    FAILS(SMIME_E_USE_ARGUMENT, smime_certificates_to_certs_only(list, SMIME_FORM_MIME, &file, &err));
    CHECK(file == NULL);
    smime_certificates_free(list);
    smime_identity_free(both);
}

int main(void)
{
    people all;
    people_new(&all, "p256", "p256");
    moving(&all);
    people_free(&all);
    return checks_end("moving");
}
