/* The same jobs as tests/bench/ours.rs, done with OpenSSL's CMS in process.
 *
 *   openssl-bench JOB KEY INPUT ITERATIONS FOLDER
 *
 * prints the CPU seconds of one iteration and the peak memory in KiB. JOB begins with sign, verify, encrypt, decrypt or list; keys and
 * certificates of KEY and the file INPUT come from FOLDER, made by ours.rs. Input over 100 MB is read from the file each time.
 */
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static const char *folder;

static void fail(const char *what) {
    fprintf(stderr, "openssl-bench: %s\n", what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

static char *path(const char *name, const char *suffix) {
    static char text[4096];
    snprintf(text, sizeof text, "%s/%s%s", folder, name, suffix);
    return text;
}

static BIO *from_file(const char *name) {
    BIO *file = BIO_new_file(name, "rb");
    if (!file) fail(name);
    return file;
}

static X509 *certificate(const char *name) {
    BIO *file = from_file(name);
    X509 *found = PEM_read_bio_X509(file, NULL, NULL, NULL);
    if (!found) fail(name);
    BIO_free(file);
    return found;
}

static EVP_PKEY *private_key(const char *name) {
    BIO *file = from_file(name);
    EVP_PKEY *found = PEM_read_bio_PrivateKey(file, NULL, NULL, NULL);
    if (!found) fail(name);
    BIO_free(file);
    return found;
}

static char *whole(const char *name, long *length) {
    FILE *file = fopen(name, "rb");
    char *octets;
    if (!file) fail(name);
    fseek(file, 0, SEEK_END);
    *length = ftell(file);
    rewind(file);
    octets = malloc((size_t)*length);
    if (!octets || fread(octets, 1, (size_t)*length, file) != (size_t)*length) fail(name);
    fclose(file);
    return octets;
}

static long size_of(const char *name) {
    FILE *file = fopen(name, "rb");
    long length;
    if (!file) fail(name);
    fseek(file, 0, SEEK_END);
    length = ftell(file);
    fclose(file);
    return length;
}

static X509 *signer, *intermediate;
static EVP_PKEY *key;
static X509_STORE *store;
static STACK_OF(X509) *chain, *recipients;
static const EVP_CIPHER *cipher;

static void sign(BIO *in, BIO *out) {
    int flags = CMS_DETACHED | CMS_STREAM;
    CMS_ContentInfo *cms = CMS_sign(signer, key, chain, in, flags);
    if (!cms || !SMIME_write_CMS(out, cms, in, flags)) fail("sign");
    CMS_ContentInfo_free(cms);
}

static void verify(BIO *in, BIO *out) {
    BIO *content = NULL;
    CMS_ContentInfo *cms = SMIME_read_CMS(in, &content);
    if (!cms || !CMS_verify(cms, NULL, store, content, out, 0)) fail("verify");
    BIO_free(content);
    CMS_ContentInfo_free(cms);
}

static void encrypt(BIO *in, BIO *out) {
    CMS_ContentInfo *cms = CMS_encrypt(recipients, in, cipher, CMS_STREAM);
    if (!cms || !SMIME_write_CMS(out, cms, in, CMS_STREAM)) fail("encrypt");
    CMS_ContentInfo_free(cms);
}

static void decrypt(BIO *in, BIO *out) {
    CMS_ContentInfo *cms = SMIME_read_CMS(in, NULL);
    if (!cms || !CMS_decrypt(cms, key, signer, NULL, out, 0)) fail("decrypt");
    CMS_ContentInfo_free(cms);
}

/* A revocation list is read and asked for a serial number that it has not. */
static void list(BIO *in, BIO *out) {
    X509_CRL *crl = d2i_X509_CRL_bio(in, NULL);
    X509_REVOKED *entry = NULL;
    ASN1_INTEGER *serial = ASN1_INTEGER_new();
    (void)out;
    if (!crl || !serial || !ASN1_INTEGER_set(serial, 1) || X509_CRL_get0_by_serial(crl, &entry, serial) != 0) fail("list");
    ASN1_INTEGER_free(serial);
    X509_CRL_free(crl);
}

static double cpu(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    const char *job, *kind;
    long iterations, i, length = 0;
    char *input = NULL, *name;
    void (*work)(BIO *, BIO *);
    double start;
    struct rusage usage;

    if (argc != 6) fail("openssl-bench JOB KEY INPUT ITERATIONS FOLDER");
    job = argv[1], kind = argv[2], iterations = atol(argv[4]), folder = argv[5];
    signer = certificate(path(kind, ".crt"));
    intermediate = certificate(path(kind, ".ca.crt"));
    key = private_key(path(kind, ".key"));
    store = X509_STORE_new();
    X509_STORE_add_cert(store, certificate(path(kind, ".root.crt")));
    chain = sk_X509_new_null();
    sk_X509_push(chain, intermediate);
    recipients = sk_X509_new_null();
    for (i = 0; i < (strstr(job, "100") ? 100 : 1); i++) {
        X509_up_ref(signer);
        sk_X509_push(recipients, signer);
    }
    cipher = strstr(job, "gcm") ? EVP_aes_256_gcm() : EVP_aes_256_cbc();
    work = job[0] == 's' ? sign : job[0] == 'v' ? verify : job[0] == 'e' ? encrypt : job[0] == 'l' ? list : decrypt;

    name = strdup(path(argv[3], ""));
    if (size_of(name) < 100000000) input = whole(name, &length);
    start = 0;
    for (i = 0; i <= iterations; i++) {
        BIO *in, *out;
        if (i == 1) start = cpu(); /* the first turn is not counted */
        in = input ? BIO_new_mem_buf(input, (int)length) : from_file(name);
        out = input ? BIO_new(BIO_s_mem()) : BIO_new_file("/dev/null", "wb");
        work(in, out);
        BIO_free(in);
        BIO_free(out);
    }
    start = cpu() - start;
    getrusage(RUSAGE_SELF, &usage);
    printf("%.9f %ld\n", start / (double)iterations, usage.ru_maxrss);
    return 0;
}
