/*
 * libsmime: S/MIME (RFC 8551) for programs that embed it. From raw message octets to content and a verdict with reasons.
 *
 *     smime_opened *opened = NULL;
 *     smime_error *err = NULL;
 *     if (smime_opener_open(opener, data, length, &opened, &err) != SMIME_OK) {
 *         fprintf(stderr, "%s: %s\n", smime_error_name(err), smime_error_message(err));
 *         smime_error_free(err);
 *     } else if (smime_opened_is_acceptable(opened)) {
 *         ... smime_opened_content ...
 *     }
 *     smime_opened_free(opened);
 *
 * STATUS. Functions that can fail return int32_t: SMIME_OK (0) or the number of a code, one of SMIME_E_*. The thousands are
 * the class, one of SMIME_CLASS_*. A code is never given another number or meaning; new ones come with new versions, so have a
 * default case. The same codes are findings in reports.
 *
 * ERRORS. The last parameter, err, is NULL or the address of a pointer. The call sets that pointer to NULL on success and to a new
 * error on failure, which the caller ends with smime_error_free. What the pointer held before is not looked at.
 *
 * RESULTS. A parameter `T **name` is where the new object goes. The call sets it to NULL on failure. The caller ends each object
 * with the function of its type: smime_..._free, which takes NULL as nothing. Nothing else takes ownership: objects that were
 * given to a call may be ended at once after it, who needs them longer keeps what it needs. Pointers that a function returns
 * (smime_buffer_data, smime_error_message) live as long as the object that they were asked of.
 *
 * INPUT. Octets are a pointer and a length; the pointer may be NULL where the length is 0. Text is UTF-8 with NUL at the end. An
 * argument that cannot be used (an object that is NULL, text that is not UTF-8, a number that means nothing) makes the call fail with
 * SMIME_E_USE_ARGUMENT; functions that cannot fail return what their description says. Nothing is read or kept after the call.
 *
 * THREADS. The library keeps no global and no thread-local state of its own, but for what smime_trust_system has read from NSS. Every
 * object may be used from several threads at the same time, without locks; streams refuse the second of two calls at the same time with
 * SMIME_E_USE_STATE. Only its end must be the last use of an object.
 *
 * CALLBACKS run on the thread that made the call. They may call into the library, but not end objects that are in use by the
 * call which they serve. They must return: no exceptions, no longjmp.
 *
 * TIME. Where no time was set, signatures are judged and made at the time of the call, by the system's clock.
 *
 * A panic inside the library, which would be a defect, makes the call fail with SMIME_E_INTERNAL.
 *
 * Which symbol came with which version, and what is promised: docs/c-abi.md.
 */

#ifndef LIBSMIME_SMIME_H
#define LIBSMIME_SMIME_H

/* Made by cbindgen from ffi-c/src: cargo xtask header. Do not edit. */

#include <stddef.h>
#include <stdint.h>

/**
 * The version of the C interface that this header describes. It grows with each version that adds symbols; what is there
 * never changes its meaning.
 */
#define SMIME_ABI_VERSION 1

/**
 * The status of a call that succeeded. Every other status is one of SMIME_E_*.
 */
#define SMIME_OK 0

/**
 * Class: the call was wrong, or reading and writing failed. The caller can mend it.
 */
#define SMIME_CLASS_USAGE 1000

/**
 * Class: the input does not follow its format.
 */
#define SMIME_CLASS_MALFORMED 2000

/**
 * Class: the keys or passwords given do not open it.
 */
#define SMIME_CLASS_DECRYPTION 3000

/**
 * Class: a bound was reached, see SMIME_LIMIT_*.
 */
#define SMIME_CLASS_LIMIT 4000

/**
 * Class: the input needs what this library does not do.
 */
#define SMIME_CLASS_UNSUPPORTED 5000

/**
 * Class: a signature or the protection as a whole is not acceptable.
 */
#define SMIME_CLASS_SIGNATURE 6000

/**
 * Class: the certification path is not acceptable.
 */
#define SMIME_CLASS_PATH 7000

/**
 * Class: the sender's address is not acceptable.
 */
#define SMIME_CLASS_ADDRESS 8000

/**
 * Class: a defect of this library.
 */
#define SMIME_CLASS_INTERNAL 9000

/**
 * Severity of a finding: worth knowing, changes nothing.
 */
#define SMIME_SEVERITY_INFO 1

/**
 * Severity of a finding: does not change the verdict, but a person should see it.
 */
#define SMIME_SEVERITY_WARNING 2

/**
 * Severity of a finding: keeps the verdict from being valid.
 */
#define SMIME_SEVERITY_ERROR 3

/**
 * Verdict: signed, and each check passed. (0 is no verdict, so that a variable set to 0 never means valid.)
 */
#define SMIME_VERDICT_VALID 1

/**
 * Verdict: nothing is signed; what there is, encryption, is in order.
 */
#define SMIME_VERDICT_UNSIGNED 2

/**
 * Verdict: the signature fits, but the signer, the algorithm or the sender's address is not to be trusted.
 */
#define SMIME_VERDICT_UNTRUSTED 3

/**
 * Verdict: not everything could be checked.
 */
#define SMIME_VERDICT_INDETERMINATE 4

/**
 * Verdict: a check failed that proves the message altered or the signature wrong.
 */
#define SMIME_VERDICT_INVALID 5

/**
 * Sender: the one address in From is in the signer's certificate.
 */
#define SMIME_ADDRESS_MATCH 1

/**
 * Sender: the address in From is not in the signer's certificate.
 */
#define SMIME_ADDRESS_MISMATCH 2

/**
 * Sender: From stands twice, holds several addresses or cannot be read.
 */
#define SMIME_ADDRESS_AMBIGUOUS 3

/**
 * Sender: there is no From, no certificate or no address in it.
 */
#define SMIME_ADDRESS_ABSENT 4

/**
 * Layer of a message: EnvelopedData or AuthEnvelopedData.
 */
#define SMIME_LAYER_ENCRYPTED 1

/**
 * Layer of a message: multipart/signed or SignedData.
 */
#define SMIME_LAYER_SIGNED 2

/**
 * Layer of a message: CompressedData.
 */
#define SMIME_LAYER_COMPRESSED 3

/**
 * Layer of a message: SignedData without signers, for the transport of certificates.
 */
#define SMIME_LAYER_CERTS_ONLY 4

/**
 * Wrapping of a message: found out from its first octets.
 */
#define SMIME_FORM_DETECT 0

/**
 * Wrapping of a message: an RFC 5322 message or MIME entity.
 */
#define SMIME_FORM_MIME 1

/**
 * Wrapping of a message: CMS in BER or DER, without MIME.
 */
#define SMIME_FORM_DER 2

/**
 * Wrapping of a message: CMS in PEM.
 */
#define SMIME_FORM_PEM 3

/**
 * Form of a signature: multipart/signed, readable without S/MIME.
 */
#define SMIME_SIGNED_FORM_CLEAR 1

/**
 * Form of a signature: application/pkcs7-mime with the content inside, which survives every relay.
 */
#define SMIME_SIGNED_FORM_OPAQUE 2

/**
 * Encryption to RSA keys: RSAES-PKCS1-v1_5, which nearly everybody reads.
 */
#define SMIME_KEY_TRANSPORT_PKCS1 1

/**
 * Encryption to RSA keys: RSAES-OAEP.
 */
#define SMIME_KEY_TRANSPORT_OAEP 2

/**
 * Policy: what current standards ask for.
 */
#define SMIME_POLICY_DEFAULT 0

/**
 * Policy: besides, signed attributes demanded, authenticated ciphers only, emailProtection named outright.
 */
#define SMIME_POLICY_STRICT 1

/**
 * Policy for archives: also SHA-1, RSA of 1024 bits, 3DES and RC2. Each use is flagged.
 */
#define SMIME_POLICY_LEGACY 2

/**
 * Policy: the smallest RSA modulus accepted in signatures, in bits.
 */
#define SMIME_POLICY_OPTION_RSA_MINIMUM_BITS 1

/**
 * Policy: whether ciphers that do not authenticate (CBC) are accepted at all. They are flagged in any case.
 */
#define SMIME_POLICY_OPTION_ALLOW_UNAUTHENTICATED_CIPHERS 2

/**
 * Policy: whether a signature without signed attributes is refused.
 */
#define SMIME_POLICY_OPTION_REQUIRE_SIGNED_ATTRIBUTES 3

/**
 * Policy: whether anyExtendedKeyUsage serves in place of emailProtection.
 */
#define SMIME_POLICY_OPTION_ALLOW_ANY_EXTENDED_KEY_USAGE 4

/**
 * Policy: whether a mismatch between From and the certificate makes a signature untrusted.
 */
#define SMIME_POLICY_OPTION_REQUIRE_SENDER_MATCH 5

/**
 * Policy: whether one valid signer is enough when there are several.
 */
#define SMIME_POLICY_OPTION_ANY_SIGNER_SUFFICES 6

/**
 * Policy: how far signingTime and Date may be apart before that is reported, in seconds.
 */
#define SMIME_POLICY_OPTION_SIGNING_TIME_TOLERANCE 7

/**
 * Policy: whether the dates of an anchor's own certificate count.
 */
#define SMIME_POLICY_OPTION_CHECK_ANCHOR_VALIDITY 8

/**
 * Policy: whether a certificate policy must hold for every path, not only where an authority demands it.
 */
#define SMIME_POLICY_OPTION_REQUIRE_EXPLICIT_POLICY 9

/**
 * Policy: whether no authority may map certificate policies onto others.
 */
#define SMIME_POLICY_OPTION_INHIBIT_POLICY_MAPPING 10

/**
 * Policy: whether anyPolicy in a certificate counts for nothing, but for self-issued authorities.
 */
#define SMIME_POLICY_OPTION_INHIBIT_ANY_POLICY 11

/**
 * Policy: whether DSA signatures are accepted, as archives have them.
 */
#define SMIME_POLICY_OPTION_ALLOW_DSA 12

/**
 * Policy: how much is asked of revocation, one of SMIME_REVOCATION_*.
 */
#define SMIME_POLICY_OPTION_REVOCATION 13

/**
 * Policy: for how long revocation evidence that names no end can be used, in seconds after it was made.
 */
#define SMIME_POLICY_OPTION_EVIDENCE_LIFETIME 14

/**
 * Policy: whether OCSP requests that are fetched carry a nonce.
 */
#define SMIME_POLICY_OPTION_OCSP_NONCE 15

/**
 * Revocation: nothing is asked.
 */
#define SMIME_REVOCATION_OFF 0

/**
 * Revocation: what evidence says counts; silence is held against nobody. The default.
 */
#define SMIME_REVOCATION_SOFT 1

/**
 * Revocation: each certificate below the anchor must be shown not to be revoked. The default of SMIME_POLICY_STRICT.
 */
#define SMIME_REVOCATION_HARD 2

/**
 * Something that a judgement lacks: certificates of an issuer.
 */
#define SMIME_NEED_ISSUER 1

/**
 * Something that a judgement lacks: a certificate revocation list.
 */
#define SMIME_NEED_CRL 2

/**
 * Something that a judgement lacks: the answer of an OCSP responder.
 */
#define SMIME_NEED_OCSP 3

/**
 * Limit: octets of one message as it comes in.
 */
#define SMIME_LIMIT_MESSAGE_BYTES 1

/**
 * Limit: octets of content held in memory.
 */
#define SMIME_LIMIT_MEMORY_BYTES 2

/**
 * Limit: protective layers inside one another.
 */
#define SMIME_LIMIT_LAYERS 3

/**
 * Limit: nesting of BER elements.
 */
#define SMIME_LIMIT_BER_DEPTH 4

/**
 * Limit: octets of one element that has to be kept whole, for example a certificate.
 */
#define SMIME_LIMIT_ELEMENT_BYTES 5

/**
 * Limit: octets of all elements kept while reading one layer.
 */
#define SMIME_LIMIT_LAYER_BYTES 6

/**
 * Limit: recipients of one layer.
 */
#define SMIME_LIMIT_RECIPIENTS 7

/**
 * Limit: signers of one layer.
 */
#define SMIME_LIMIT_SIGNERS 8

/**
 * Limit: certificates and CRLs carried by one layer.
 */
#define SMIME_LIMIT_CERTIFICATES 9

/**
 * Limit: attributes of one signer or layer.
 */
#define SMIME_LIMIT_ATTRIBUTES 10

/**
 * Limit: private-key operations for one message.
 */
#define SMIME_LIMIT_PRIVATE_KEY_OPERATIONS 11

/**
 * Limit: octets of one MIME header.
 */
#define SMIME_LIMIT_HEADER_BYTES 12

/**
 * Limit: fields of one MIME header.
 */
#define SMIME_LIMIT_HEADER_FIELDS 13

/**
 * Limit: MIME parts of one message.
 */
#define SMIME_LIMIT_MIME_PARTS 14

/**
 * Limit: nesting of MIME multiparts.
 */
#define SMIME_LIMIT_MIME_DEPTH 15

/**
 * Limit: iterations of PBKDF2 or PKCS #12 key derivation.
 */
#define SMIME_LIMIT_KDF_ITERATIONS 16

/**
 * Limit: octets of memory of scrypt.
 */
#define SMIME_LIMIT_KDF_MEMORY 17

/**
 * Limit: signatures checked while one certification path is built.
 */
#define SMIME_LIMIT_PATH_SIGNATURES 18

/**
 * Limit: candidate issuers looked at while one certification path is built.
 */
#define SMIME_LIMIT_PATH_STEPS 19

/**
 * Limit: certificates in one path, anchor included.
 */
#define SMIME_LIMIT_PATH_LENGTH 20

/**
 * Limit: octets out for each octet in of compressed content, beyond the first MiB.
 */
#define SMIME_LIMIT_INFLATE_RATIO 21

/**
 * Limit: things that one judgement may have fetched.
 */
#define SMIME_LIMIT_FETCHES 22

/**
 * Purpose of a certificate: its key made a signature on a message.
 */
#define SMIME_PURPOSE_EMAIL_SIGNATURE 1

/**
 * Purpose of a certificate: a message is encrypted to its key.
 */
#define SMIME_PURPOSE_EMAIL_ENCRYPTION 2

/**
 * Purpose of a certificate: anything; its usage is not looked at.
 */
#define SMIME_PURPOSE_ANY 3

/**
 * Purpose of a certificate: its key signs time-stamps.
 */
#define SMIME_PURPOSE_TIME_STAMPING 4

/**
 * Seeking: offset counts from the start of the source.
 */
#define SMIME_SEEK_START 0

/**
 * Seeking: offset counts from the current place.
 */
#define SMIME_SEEK_CURRENT 1

/**
 * Seeking: offset counts from the end of the source.
 */
#define SMIME_SEEK_END 2

/**
 * Reason of a revocation: none is given.
 */
#define SMIME_REASON_UNSPECIFIED 0

/**
 * Reason of a revocation: the private key is, or may be, in other hands.
 */
#define SMIME_REASON_KEY_COMPROMISE 1

/**
 * Reason of a revocation: the same of an authority's key.
 */
#define SMIME_REASON_CA_COMPROMISE 2

/**
 * Reason of a revocation: the subject's name or other information has changed.
 */
#define SMIME_REASON_AFFILIATION_CHANGED 3

/**
 * Reason of a revocation: another certificate has taken its place.
 */
#define SMIME_REASON_SUPERSEDED 4

/**
 * Reason of a revocation: it is no longer needed.
 */
#define SMIME_REASON_CESSATION_OF_OPERATION 5

/**
 * Reason of a revocation: it is suspended and may become good again.
 */
#define SMIME_REASON_CERTIFICATE_HOLD 6

/**
 * Reason of a revocation: in delta CRLs only, it is no longer revoked.
 */
#define SMIME_REASON_REMOVE_FROM_CRL 8

/**
 * Reason of a revocation: a right that it confers was withdrawn.
 */
#define SMIME_REASON_PRIVILEGE_WITHDRAWN 9

/**
 * Reason of a revocation: the key of an attribute authority is, or may be, in other hands.
 */
#define SMIME_REASON_AA_COMPROMISE 10

/**
 * A revocation list is about certificates of end entities only.
 */
#define SMIME_CRL_ONLY_USER 1

/**
 * A revocation list is about certificates of certification authorities only.
 */
#define SMIME_CRL_ONLY_CA 2

/**
 * A revocation list is about attribute certificates only.
 */
#define SMIME_CRL_ONLY_ATTRIBUTE 3

/**
 * What a responder says of a certificate: it was issued and is not revoked.
 */
#define SMIME_OCSP_STATUS_GOOD 1

/**
 * What a responder says of a certificate: it is revoked.
 */
#define SMIME_OCSP_STATUS_REVOKED 2

/**
 * What a responder says of a certificate: nothing is known of it.
 */
#define SMIME_OCSP_STATUS_UNKNOWN 3

/**
 * What a responder says of a certificate: there is none of this serial number (RFC 6960 section 2.2).
 */
#define SMIME_OCSP_STATUS_NEVER_ISSUED 4

/**
 * Status of a response without an answer: the request cannot be read.
 */
#define SMIME_OCSP_RESPONSE_MALFORMED_REQUEST 1

/**
 * Status of a response without an answer: the responder is broken.
 */
#define SMIME_OCSP_RESPONSE_INTERNAL_ERROR 2

/**
 * Status of a response without an answer: the responder is busy.
 */
#define SMIME_OCSP_RESPONSE_TRY_LATER 3

/**
 * Status of a response without an answer: the request has to be signed.
 */
#define SMIME_OCSP_RESPONSE_SIG_REQUIRED 5

/**
 * Status of a response without an answer: the responder does not answer this asker, or not about this certificate.
 */
#define SMIME_OCSP_RESPONSE_UNAUTHORIZED 6

/**
 * PKCS #12 for programs that know nothing else, such as Windows before 10 (1709): Triple DES and HMAC-SHA-1, which protect little.
 */
#define SMIME_PKCS12_WINDOWS_LEGACY 1

/**
 * PKCS #12 for everybody of today: PBES2 with AES-256 and HMAC-SHA-256.
 */
#define SMIME_PKCS12_COMPATIBLE 2

/**
 * PKCS #12 with PBMAC1 (RFC 9579) besides: OpenSSL from 3.4, Java from 26.
 */
#define SMIME_PKCS12_MODERN 3

/**
 * Key derivation from a password: PBKDF2 with HMAC-SHA-256, which everybody reads.
 */
#define SMIME_KEY_DERIVATION_PBKDF2 1

/**
 * Key derivation from a password: scrypt, so that guessing costs memory too. OpenSSL and few others read it.
 */
#define SMIME_KEY_DERIVATION_SCRYPT 2

/**
 * How an issued certificate stands: neither held nor revoked.
 */
#define SMIME_STANDING_GOOD 0

/**
 * On hold: as if revoked, until it is released or revoked.
 */
#define SMIME_STANDING_HELD 1

/**
 * Revoked for good.
 */
#define SMIME_STANDING_REVOKED 2

/**
 * Revokes a certificate for good.
 */
#define SMIME_STEP_REVOKE 0

/**
 * Puts a certificate on hold.
 */
#define SMIME_STEP_HOLD 1

/**
 * Releases a certificate from hold.
 */
#define SMIME_STEP_RELEASE 2

/**
 * USE-ARGUMENT: An argument is not usable.
 */
#define SMIME_E_USE_ARGUMENT 1001

/**
 * USE-STATE: The object is not in a state that allows this call.
 */
#define SMIME_E_USE_STATE 1002

/**
 * USE-IO: Reading or writing failed.
 */
#define SMIME_E_USE_IO 1003

/**
 * USE-NO-RECIPIENT: There is no recipient to encrypt to.
 */
#define SMIME_E_USE_NO_RECIPIENT 1004

/**
 * USE-HEADER-VALUE: A header field would carry a line end or NUL.
 */
#define SMIME_E_USE_HEADER_VALUE 1005

/**
 * USE-NOT-TRANSPORT-SAFE: The content would not survive mail transport unchanged and cannot be encoded without breaking it; sign it opaquely instead.
 */
#define SMIME_E_USE_NOT_TRANSPORT_SAFE 1006

/**
 * USE-KEY-FOR-SIGNING: The identity has no key and certificate that may sign.
 */
#define SMIME_E_USE_KEY_FOR_SIGNING 1007

/**
 * USE-KEY-FOR-ENCRYPTION: The recipient's certificate does not allow encryption to it.
 */
#define SMIME_E_USE_KEY_FOR_ENCRYPTION 1008

/**
 * USE-CONTENT-SIZE: The content has another size or form than was announced.
 */
#define SMIME_E_USE_CONTENT_SIZE 1009

/**
 * USE-CONTENT-REFUSED: The content is withheld because the verdict does not allow its use.
 */
#define SMIME_E_USE_CONTENT_REFUSED 1010

/**
 * USE-PASSWORD: A password is needed and none was given.
 */
#define SMIME_E_USE_PASSWORD 1011

/**
 * USE-CONTENT-MISSING: The signature is detached and its content was not given.
 */
#define SMIME_E_USE_CONTENT_MISSING 1012

/**
 * KEY-MISSING: There is no private key in the input.
 */
#define SMIME_E_KEY_MISSING 1013

/**
 * KEY-CERTIFICATE-MISSING: There is no certificate in the input for the private key.
 */
#define SMIME_E_KEY_CERTIFICATE_MISSING 1014

/**
 * USE-EVIDENCE: No evidence can be made of this message.
 */
#define SMIME_E_USE_EVIDENCE 1015

/**
 * CA-CLOCK: The clock stands before what the authority has recorded already.
 */
#define SMIME_E_CA_CLOCK 1040

/**
 * CA-STANDING: The certificate does not stand as this step needs it.
 */
#define SMIME_E_CA_STANDING 1041

/**
 * CA-JOURNAL: The journal of the authority was altered.
 */
#define SMIME_E_CA_JOURNAL 1042

/**
 * BER-TRUNCATED: The input ends in the middle of an element.
 */
#define SMIME_E_BER_TRUNCATED 2001

/**
 * BER-TAG: An element has another type than belongs there.
 */
#define SMIME_E_BER_TAG 2002

/**
 * BER-LENGTH: The length of an element is not possible there.
 */
#define SMIME_E_BER_LENGTH 2003

/**
 * BER-TRAILING: Octets follow where the structure has ended.
 */
#define SMIME_E_BER_TRAILING 2004

/**
 * BER-VALUE: A value is not encoded as its type demands.
 */
#define SMIME_E_BER_VALUE 2005

/**
 * BER-NOT-DER: A structure that must be DER is not.
 */
#define SMIME_E_BER_NOT_DER 2006

/**
 * CMS-STRUCTURE: The CMS structure lacks an element or has one too many.
 */
#define SMIME_E_CMS_STRUCTURE 2010

/**
 * CMS-DUPLICATE-ATTRIBUTE: An attribute that may stand once stands more than once.
 */
#define SMIME_E_CMS_DUPLICATE_ATTRIBUTE 2011

/**
 * MIME-NOT-SMIME: The input is not an S/MIME message.
 */
#define SMIME_E_MIME_NOT_SMIME 2020

/**
 * MIME-HEADER: A header field is malformed.
 */
#define SMIME_E_MIME_HEADER 2021

/**
 * MIME-TRANSFER-ENCODING: The body does not follow its transfer encoding.
 */
#define SMIME_E_MIME_TRANSFER_ENCODING 2022

/**
 * MIME-BOUNDARY: The boundary is missing, malformed or never closed.
 */
#define SMIME_E_MIME_BOUNDARY 2023

/**
 * MIME-SIGNED-PARTS: A multipart/signed has not exactly two parts.
 */
#define SMIME_E_MIME_SIGNED_PARTS 2024

/**
 * MIME-SIGNED-PROTOCOL: The protocol of multipart/signed and the type of its second part do not fit.
 */
#define SMIME_E_MIME_SIGNED_PROTOCOL 2025

/**
 * MIME-SIGNED-CONTENT: The signature of a multipart/signed carries content of its own.
 */
#define SMIME_E_MIME_SIGNED_CONTENT 2026

/**
 * MIME-TRUNCATED: The message ends before its end is marked.
 */
#define SMIME_E_MIME_TRUNCATED 2027

/**
 * MIME-SMIME-TYPE: The smime-type parameter says something else than the content is.
 */
#define SMIME_E_MIME_SMIME_TYPE 2028

/**
 * CERT-MALFORMED: A certificate cannot be read.
 */
#define SMIME_E_CERT_MALFORMED 2040

/**
 * CERT-DUPLICATE-EXTENSION: A certificate, list or response has the same extension twice.
 */
#define SMIME_E_CERT_DUPLICATE_EXTENSION 2041

/**
 * CERT-ALGORITHM-MISMATCH: The inner and the outer signature algorithm of a certificate or list differ.
 */
#define SMIME_E_CERT_ALGORITHM_MISMATCH 2042

/**
 * REQ-MALFORMED: A certification request cannot be read.
 */
#define SMIME_E_REQ_MALFORMED 2043

/**
 * KEY-MALFORMED: A key cannot be read.
 */
#define SMIME_E_KEY_MALFORMED 2050

/**
 * KEY-INVALID: The numbers of a key are not those of a valid key.
 */
#define SMIME_E_KEY_INVALID 2051

/**
 * PEM-MALFORMED: A PEM block cannot be read.
 */
#define SMIME_E_PEM_MALFORMED 2052

/**
 * PKCS12-MALFORMED: A PKCS #12 file cannot be read.
 */
#define SMIME_E_PKCS12_MALFORMED 2053

/**
 * CRL-MALFORMED: A certificate revocation list cannot be read.
 */
#define SMIME_E_CRL_MALFORMED 2060

/**
 * OCSP-MALFORMED: An OCSP request or response cannot be read.
 */
#define SMIME_E_OCSP_MALFORMED 2061

/**
 * EVIDENCE-MALFORMED: A file of evidence cannot be read.
 */
#define SMIME_E_EVIDENCE_MALFORMED 2070

/**
 * EVIDENCE-ALTERED: A file of evidence is not what it was when it was made.
 */
#define SMIME_E_EVIDENCE_ALTERED 2071

/**
 * ENC-NO-RECIPIENT: None of the identities given is a recipient of this message.
 */
#define SMIME_E_ENC_NO_RECIPIENT 3001

/**
 * ENC-DECRYPT-FAILED: The message cannot be decrypted: the key is another one or the message was altered.
 */
#define SMIME_E_ENC_DECRYPT_FAILED 3002

/**
 * KEY-PASSWORD-WRONG: The password is wrong, or the protected key was altered.
 */
#define SMIME_E_KEY_PASSWORD_WRONG 3003

/**
 * KEY-EXTERNAL-FAILED: The external key did not do what was asked of it.
 */
#define SMIME_E_KEY_EXTERNAL_FAILED 3004

/**
 * KEY-MISMATCH: The private key does not belong to the certificate.
 */
#define SMIME_E_KEY_MISMATCH 3005

/**
 * LIMIT-DEPTH: Elements are nested deeper than allowed.
 */
#define SMIME_E_LIMIT_DEPTH 4001

/**
 * LIMIT-LAYERS: The message has more protective layers than allowed.
 */
#define SMIME_E_LIMIT_LAYERS 4002

/**
 * LIMIT-BYTES: The input is larger than allowed.
 */
#define SMIME_E_LIMIT_BYTES 4003

/**
 * LIMIT-RECIPIENTS: The message has more recipients than allowed.
 */
#define SMIME_E_LIMIT_RECIPIENTS 4004

/**
 * LIMIT-SIGNERS: The message has more signers than allowed.
 */
#define SMIME_E_LIMIT_SIGNERS 4005

/**
 * LIMIT-CERTIFICATES: The message carries more certificates or CRLs than allowed.
 */
#define SMIME_E_LIMIT_CERTIFICATES 4006

/**
 * LIMIT-PARTS: The message has more parts than allowed.
 */
#define SMIME_E_LIMIT_PARTS 4007

/**
 * LIMIT-HEADER: A header is larger or has more fields than allowed.
 */
#define SMIME_E_LIMIT_HEADER 4008

/**
 * LIMIT-KDF: A key derivation asks for more work than allowed.
 */
#define SMIME_E_LIMIT_KDF 4009

/**
 * LIMIT-PATH: Building the certification path took more work than allowed.
 */
#define SMIME_E_LIMIT_PATH 4010

/**
 * LIMIT-INFLATE: Compressed content expands more than allowed.
 */
#define SMIME_E_LIMIT_INFLATE 4011

/**
 * LIMIT-ATTRIBUTES: A signer or message has more attributes than allowed.
 */
#define SMIME_E_LIMIT_ATTRIBUTES 4012

/**
 * LIMIT-ELEMENT: An element is larger than allowed.
 */
#define SMIME_E_LIMIT_ELEMENT 4013

/**
 * LIMIT-PRIVATE-KEY: Opening would take more private-key operations than allowed.
 */
#define SMIME_E_LIMIT_PRIVATE_KEY 4014

/**
 * ALG-UNSUPPORTED: The algorithm is not supported.
 */
#define SMIME_E_ALG_UNSUPPORTED 5001

/**
 * ALG-PARAMETERS: The parameters of the algorithm are not supported or not allowed.
 */
#define SMIME_E_ALG_PARAMETERS 5002

/**
 * CMS-TYPE-UNSUPPORTED: The CMS content type is not supported.
 */
#define SMIME_E_CMS_TYPE_UNSUPPORTED 5003

/**
 * KEY-UNSUPPORTED: The kind of key is not supported.
 */
#define SMIME_E_KEY_UNSUPPORTED 5004

/**
 * ENC-AEAD-IN-ENVELOPED: An authenticated cipher stands in EnvelopedData, where nothing checks its tag.
 */
#define SMIME_E_ENC_AEAD_IN_ENVELOPED 5005

/**
 * ENC-NOT-AEAD: AuthEnvelopedData uses a cipher that does not authenticate.
 */
#define SMIME_E_ENC_NOT_AEAD 5006

/**
 * ENC-TAG-LENGTH: The authentication tag has a length that is not allowed.
 */
#define SMIME_E_ENC_TAG_LENGTH 5007

/**
 * SIG-NO-SIGNER: The signed message has no signer.
 */
#define SMIME_E_SIG_NO_SIGNER 6001

/**
 * SIG-DIGEST-MISMATCH: The content is not what was signed: it was altered after signing.
 */
#define SMIME_E_SIG_DIGEST_MISMATCH 6002

/**
 * SIG-INVALID: The signature does not fit the signer's key.
 */
#define SMIME_E_SIG_INVALID 6003

/**
 * SIG-CERTIFICATE-MISSING: The signer's certificate is not in the message nor among those given.
 */
#define SMIME_E_SIG_CERTIFICATE_MISSING 6004

/**
 * SIG-ATTRIBUTE-MISSING: A signed attribute that must be there is missing.
 */
#define SMIME_E_SIG_ATTRIBUTE_MISSING 6005

/**
 * SIG-ATTRIBUTE-DUPLICATE: A signed attribute that may stand once, with one value, does not.
 */
#define SMIME_E_SIG_ATTRIBUTE_DUPLICATE 6006

/**
 * SIG-ATTRIBUTE-MALFORMED: A signed attribute cannot be read.
 */
#define SMIME_E_SIG_ATTRIBUTE_MALFORMED 6007

/**
 * SIG-CONTENT-TYPE: The signed content type is not that of the content.
 */
#define SMIME_E_SIG_CONTENT_TYPE 6008

/**
 * SIG-ATTRIBUTE-SWAP: Content signed without attributes has the form of signed attributes: a known forgery.
 */
#define SMIME_E_SIG_ATTRIBUTE_SWAP 6009

/**
 * SIG-DIGEST-NOT-LISTED: The signer's digest algorithm is not among those that the message announces.
 */
#define SMIME_E_SIG_DIGEST_NOT_LISTED 6010

/**
 * SIG-ALGORITHM-MISMATCH: The digest, the signature algorithm and the key do not belong together.
 */
#define SMIME_E_SIG_ALGORITHM_MISMATCH 6011

/**
 * SIG-ALGORITHM-FORBIDDEN: The policy does not allow this digest or signature algorithm.
 */
#define SMIME_E_SIG_ALGORITHM_FORBIDDEN 6012

/**
 * SIG-ATTRIBUTES-REQUIRED: The policy demands signed attributes and there are none.
 */
#define SMIME_E_SIG_ATTRIBUTES_REQUIRED 6013

/**
 * SIG-ATTRIBUTES-NOT-DER: The signed attributes are not in DER.
 */
#define SMIME_E_SIG_ATTRIBUTES_NOT_DER 6014

/**
 * SIG-ALGORITHM-UNSUPPORTED: The digest or signature algorithm is not supported, so this signature was not checked.
 */
#define SMIME_E_SIG_ALGORITHM_UNSUPPORTED 6015

/**
 * SIG-MISSING: A valid signature is demanded and there is none.
 */
#define SMIME_E_SIG_MISSING 6016

/**
 * SIG-TIME-DIFFERS: The signer's own time is far from the Date of the message.
 */
#define SMIME_E_SIG_TIME_DIFFERS 6017

/**
 * SIG-MICALG: The micalg parameter names another digest than was used.
 */
#define SMIME_E_SIG_MICALG 6018

/**
 * SIG-WEAK: The signature uses an algorithm or key that is weak and was allowed by the policy.
 */
#define SMIME_E_SIG_WEAK 6019

/**
 * SIG-TRANSPORT-DAMAGE: The damage looks like that of a relay which rewrote the message.
 */
#define SMIME_E_SIG_TRANSPORT_DAMAGE 6020

/**
 * SIG-UNCOVERED: Parts of the message are not covered by the protection.
 */
#define SMIME_E_SIG_UNCOVERED 6021

/**
 * SIG-SEVERAL-PROTECTED: The message has several protected parts side by side; only the first was opened.
 */
#define SMIME_E_SIG_SEVERAL_PROTECTED 6022

/**
 * SIG-MIME-AMBIGUOUS: A header field that decides how the message is read stands more than once.
 */
#define SMIME_E_SIG_MIME_AMBIGUOUS 6023

/**
 * SIG-CERTIFICATE-SUBSTITUTED: The signer's certificate is not the one that the signed attributes name.
 */
#define SMIME_E_SIG_CERTIFICATE_SUBSTITUTED 6024

/**
 * ENC-NO-INTEGRITY: The encryption does not detect changes: the content may have been altered on the way.
 */
#define SMIME_E_ENC_NO_INTEGRITY 6030

/**
 * ENC-ALGORITHM-FORBIDDEN: The policy does not allow this cipher or key transport.
 */
#define SMIME_E_ENC_ALGORITHM_FORBIDDEN 6031

/**
 * ENC-WEAK: The encryption uses an algorithm that is weak and was allowed by the policy.
 */
#define SMIME_E_ENC_WEAK 6032

/**
 * CMS-NOT-DER: The message is BER rather than DER: usual, and read all the same.
 */
#define SMIME_E_CMS_NOT_DER 6040

/**
 * TST-UNTRUSTED: The signature has a time-stamp, which is not from an authority that is trusted for that.
 */
#define SMIME_E_TST_UNTRUSTED 6050

/**
 * TST-INVALID: The signature has a time-stamp that does not fit it or cannot be read.
 */
#define SMIME_E_TST_INVALID 6051

/**
 * EVIDENCE-TIME: When the evidence was judged first is the word of whoever kept it: no time-stamp over it was given.
 */
#define SMIME_E_EVIDENCE_TIME 6060

/**
 * PATH-NO-ANCHOR: No certification path leads from the certificate to a trust anchor.
 */
#define SMIME_E_PATH_NO_ANCHOR 7001

/**
 * PATH-EXPIRED: A certificate of the path has expired at the time of judgement.
 */
#define SMIME_E_PATH_EXPIRED 7002

/**
 * PATH-NOT-YET-VALID: A certificate of the path is not yet valid at the time of judgement.
 */
#define SMIME_E_PATH_NOT_YET_VALID 7003

/**
 * PATH-SIGNATURE: The signature of a certificate of the path is wrong.
 */
#define SMIME_E_PATH_SIGNATURE 7004

/**
 * PATH-NOT-CA: An issuer in the path is not a certification authority.
 */
#define SMIME_E_PATH_NOT_CA 7005

/**
 * PATH-LENGTH: The path is longer than one of its authorities allows.
 */
#define SMIME_E_PATH_LENGTH 7006

/**
 * PATH-KEY-USAGE: A certificate of the path may not be used for this: keyUsage.
 */
#define SMIME_E_PATH_KEY_USAGE 7007

/**
 * PATH-EXTENDED-KEY-USAGE: A certificate of the path is not meant for e-mail protection.
 */
#define SMIME_E_PATH_EXTENDED_KEY_USAGE 7008

/**
 * PATH-CRITICAL-EXTENSION: A certificate of the path has a critical extension that is not understood.
 */
#define SMIME_E_PATH_CRITICAL_EXTENSION 7009

/**
 * PATH-NAME-CHAINING: The names of issuer and subject in the path do not chain.
 */
#define SMIME_E_PATH_NAME_CHAINING 7010

/**
 * PATH-WEAK: The policy does not allow an algorithm or key of the path.
 */
#define SMIME_E_PATH_WEAK 7011

/**
 * PATH-TIME-UNKNOWN: No time of judgement was given.
 */
#define SMIME_E_PATH_TIME_UNKNOWN 7012

/**
 * PATH-ANY-USAGE: The certificate is for any extended key usage rather than for e-mail.
 */
#define SMIME_E_PATH_ANY_USAGE 7013

/**
 * PATH-ALGORITHM-UNSUPPORTED: A certificate of the path is signed with an algorithm that is not supported.
 */
#define SMIME_E_PATH_ALGORITHM_UNSUPPORTED 7014

/**
 * PATH-NAME-CONSTRAINTS: A name in the path lies outside what an authority above it may certify.
 */
#define SMIME_E_PATH_NAME_CONSTRAINTS 7015

/**
 * PATH-POLICY: No certificate policy that is acceptable holds for the whole path.
 */
#define SMIME_E_PATH_POLICY 7016

/**
 * PATH-REVOKED: A certificate of the path was revoked.
 */
#define SMIME_E_PATH_REVOKED 7030

/**
 * REV-MISSING: Nothing is at hand that says whether a certificate of the path was revoked.
 */
#define SMIME_E_REV_MISSING 7031

/**
 * REV-STALE: Revocation evidence is too old at the time of judgement.
 */
#define SMIME_E_REV_STALE 7032

/**
 * REV-NOT-YET-VALID: Revocation evidence was made after the time of judgement.
 */
#define SMIME_E_REV_NOT_YET_VALID 7033

/**
 * REV-SIGNER: Revocation evidence was not signed by one who may.
 */
#define SMIME_E_REV_SIGNER 7034

/**
 * REV-SIGNATURE: The signature of revocation evidence is wrong.
 */
#define SMIME_E_REV_SIGNATURE 7035

/**
 * REV-SCOPE: Revocation evidence does not answer for the certificate, or not for all reasons.
 */
#define SMIME_E_REV_SCOPE 7036

/**
 * REV-CRITICAL-EXTENSION: Revocation evidence has a critical extension that is not understood.
 */
#define SMIME_E_REV_CRITICAL_EXTENSION 7037

/**
 * REV-NONCE: An OCSP response carries the nonce of another request.
 */
#define SMIME_E_REV_NONCE 7038

/**
 * REV-NOT-KNOWN: The OCSP responder does not know the certificate.
 */
#define SMIME_E_REV_NOT_KNOWN 7039

/**
 * REV-WEAK: The policy does not allow the algorithm or key by which revocation evidence is signed.
 */
#define SMIME_E_REV_WEAK 7040

/**
 * REV-MALFORMED: Revocation evidence cannot be read.
 */
#define SMIME_E_REV_MALFORMED 7041

/**
 * CA-PROFILE: What is asked for does not follow the profile by which certificates are issued.
 */
#define SMIME_E_CA_PROFILE 7060

/**
 * CA-NOT-ISSUER: The certificate was not issued by this authority.
 */
#define SMIME_E_CA_NOT_ISSUER 7061

/**
 * ADDR-MISMATCH: The sender's address is not in the signer's certificate.
 */
#define SMIME_E_ADDR_MISMATCH 8001

/**
 * ADDR-ABSENT: The signer's certificate has no e-mail address.
 */
#define SMIME_E_ADDR_ABSENT 8002

/**
 * ADDR-AMBIGUOUS: The message does not say unambiguously who sent it.
 */
#define SMIME_E_ADDR_AMBIGUOUS 8003

/**
 * ADDR-MALFORMED: An e-mail address is not one by the rules.
 */
#define SMIME_E_ADDR_MALFORMED 8004

/**
 * ADDR-NO-SENDER: The input has no From field, so no sender was compared.
 */
#define SMIME_E_ADDR_NO_SENDER 8005

/**
 * ADDR-CHALLENGE: The answer does not prove control of the address.
 */
#define SMIME_E_ADDR_CHALLENGE 8010

/**
 * ADDR-CHALLENGE-EXPIRED: The answer that should prove control of the address came too late.
 */
#define SMIME_E_ADDR_CHALLENGE_EXPIRED 8011

/**
 * INTERNAL: An internal error: please report it.
 */
#define SMIME_E_INTERNAL 9001

/**
 * How a callback is to sign or to decrypt. It lives as long as the callback runs.
 */
typedef struct smime_algorithm smime_algorithm;

/**
 * Where a callback that fetches puts what it got. It lives as long as the callback runs.
 */
typedef struct smime_answer smime_answer;

/**
 * Octets that the library made, or text. Never changes; may be read from several threads.
 */
typedef struct smime_buffer smime_buffer;

/**
 * An X.509 certificate. Never changes; may be read from several threads.
 */
typedef struct smime_certificate smime_certificate;

/**
 * A list of certificates. May be used from several threads.
 */
typedef struct smime_certificates smime_certificates;

/**
 * A revocation list in the making: first what it says as a whole, then its entries. May be used from several threads.
 */
typedef struct smime_crl_builder smime_crl_builder;

/**
 * A message that is encrypted while it comes in pieces. One thread at a time, as smime_open_stream.
 */
typedef struct smime_encrypt_stream smime_encrypt_stream;

/**
 * Encrypts messages to any number of recipients. Set it up once, use it for any number of messages from several threads at the
 * same time. A call works with the settings that stand when it begins.
 */
typedef struct smime_encryptor smime_encryptor;

/**
 * Why a call failed: a stable code, a line for people, and where in the input. Never changes; may be read from several threads.
 */
typedef struct smime_error smime_error;

/**
 * One or several private keys, each with its certificate, and the certificates between them and a root. Never changes; may
 * be used from several threads. Keys are wiped when the last object that needs them ends.
 */
typedef struct smime_identity smime_identity;

/**
 * A key that signs certificates, with the certificate under whose name it does. Never changes; may be used from several threads.
 */
typedef struct smime_issuer smime_issuer;

/**
 * Where the journal of an authority stands: a chain of hashes, so that no entry can be changed, taken away or slipped in unnoticed. The entries
 * are kept by the caller. May be used from several threads.
 */
typedef struct smime_journal smime_journal;

/**
 * A private key. Never changes; may be used from several threads. It is wiped when the last object that needs it ends.
 */
typedef struct smime_key smime_key;

/**
 * An OCSP request that was read. Never changes; may be used from several threads.
 */
typedef struct smime_ocsp_request smime_ocsp_request;

/**
 * A key that answers for the certificates of one issuer. May be used from several threads.
 */
typedef struct smime_ocsp_responder smime_ocsp_responder;

/**
 * Where a callback says the status of a certificate. It lives as long as the callback runs.
 */
typedef struct smime_ocsp_status smime_ocsp_status;

/**
 * A message on its way through the layers: push its octets in pieces of any size, then finish. One thread at a time: a call that
 * meets another one on the same stream fails with SMIME_E_USE_STATE. After an error, and after it has finished, a stream is of no
 * more use and each call fails with SMIME_E_USE_STATE; end it.
 */
typedef struct smime_open_stream smime_open_stream;

/**
 * A message after opening: its report, and its content where the verdict allows it. Never changes; may be read from several threads.
 */
typedef struct smime_opened smime_opened;

/**
 * Opens messages: decrypts, verifies and explains. Set it up once, use it for any number of messages from several threads at the
 * same time. A call works with the settings that stand when it begins.
 */
typedef struct smime_opener smime_opener;

/**
 * What was found out about a certificate and its path. Never changes; may be read from several threads.
 */
typedef struct smime_path smime_path;

/**
 * The rules by which certificates are made. Set it up once, use it for any number of requests from several threads at the same time.
 */
typedef struct smime_profile smime_profile;

/**
 * Everything that was found out about a message. Never changes; may be read from several threads.
 */
typedef struct smime_report smime_report;

/**
 * A certification request (PKCS #10): what a subject asks an authority for. Never changes; may be read from several threads.
 */
typedef struct smime_request smime_request;

/**
 * A message that is signed while it comes in pieces. One thread at a time, as smime_open_stream.
 */
typedef struct smime_sign_stream smime_sign_stream;

/**
 * Signs messages for one or several identities. Set it up once, use it for any number of messages from several threads at the
 * same time. A call works with the settings that stand when it begins.
 */
typedef struct smime_signer smime_signer;

/**
 * What a new certificate shall say. Never changes; may be used from several threads.
 */
typedef struct smime_template smime_template;

/**
 * Trust anchors, and certificates that help to reach them. Never changes; build it once and share it between threads: it
 * remembers which certificates it has seen to be signed by which key.
 */
typedef struct smime_trust smime_trust;

/**
 * Collects what a smime_trust is to hold. May be used from several threads.
 */
typedef struct smime_trust_builder smime_trust_builder;

/**
 * Judges certificates: does a path lead from them to an anchor, and does each step of the way hold? Set it up once, use it for any
 * number of certificates from several threads at the same time.
 */
typedef struct smime_verifier smime_verifier;

/**
 * Signs. The digest of the algorithm has been applied already: the octets are its value, except with "ed25519", where they are
 * the whole message. RSA with "rsassa-pkcs1-v1_5": make the DigestInfo, pad, sign. An ECDSA signature is a DER Ecdsa-Sig-Value.
 * The signature goes to where signature points, at most capacity octets (4096), its length to *length.
 * Answers 0; any other number makes the call fail with SMIME_E_KEY_EXTERNAL_FAILED, which names the number.
 */
typedef int32_t (*smime_sign_fn)(void *user,
                                 const smime_algorithm *algorithm,
                                 const uint8_t *digest,
                                 size_t digest_length,
                                 uint8_t *signature,
                                 size_t capacity,
                                 size_t *length);

/**
 * Decrypts a content-encryption key with an RSA key: "rsaes-pkcs1-v1_5" or "rsaes-oaep". The key goes to where key points, at
 * most capacity octets (4096), its length to *length.
 * Answers 0; SMIME_E_ENC_DECRYPT_FAILED where the padding is wrong, which nobody will learn: a random key is used then; any
 * other number where it fails.
 */
typedef int32_t (*smime_unwrap_fn)(void *user,
                                   const smime_algorithm *algorithm,
                                   const uint8_t *encrypted,
                                   size_t encrypted_length,
                                   uint8_t *key,
                                   size_t capacity,
                                   size_t *length);

/**
 * Agrees on a secret with this public key (an uncompressed or compressed SEC 1 point, or the 32 octets of X25519): the x
 * coordinate for a curve, as X25519 makes it for X25519. The secret goes to where secret points, at most capacity octets (4096), its
 * length to *length. Answers 0, or any other number where it fails.
 */
typedef int32_t (*smime_agree_fn)(void *user,
                                  const uint8_t *peer,
                                  size_t peer_length,
                                  uint8_t *secret,
                                  size_t capacity,
                                  size_t *length);

/**
 * Ends what a user pointer points to. It is called once, by the thread that ends the last object which needs it.
 */
typedef void (*smime_destroy_fn)(void *user);

/**
 * Fetches something that a judgement lacks: what is one of SMIME_NEED_*, url where a certificate says that it can be had, certificate
 * the 32 octets of the SHA-256 of that certificate. For SMIME_NEED_OCSP the request is to be POSTed as application/ocsp-request; it is
 * empty otherwise. Give the octets to smime_answer_set. Answers 0, or any other number where it cannot be had: the judgement goes on
 * without it.
 *
 * The URL is the word of a certificate that may come from anybody: bound schemes, hosts, sizes and times, and mind that its host learns
 * who reads mail from whom.
 */
typedef int32_t (*smime_fetch_fn)(void *user,
                                  int32_t what,
                                  const char *url,
                                  const uint8_t *certificate,
                                  const uint8_t *request,
                                  size_t request_length,
                                  smime_answer *answer);

/**
 * Reads up to capacity octets into buffer and says in *length how many; 0 octets mean that the source has ended.
 * Answers 0, or any other number where it fails: the call then fails with SMIME_E_USE_IO and names the number.
 */
typedef int32_t (*smime_read_fn)(void *user, uint8_t *buffer, size_t capacity, size_t *length);

/**
 * Goes to another place of the source: offset octets from origin, one of SMIME_SEEK_*, and says in *position how far that is
 * from the start. The numbers are those of SEEK_SET, SEEK_CUR and SEEK_END, so fseeko and ftello or lseek do the work.
 * Answers 0, or any other number where it fails.
 */
typedef int32_t (*smime_seek_fn)(void *user, int64_t offset, int32_t origin, uint64_t *position);

/**
 * Takes all of these octets. Answers 0, or any other number where it fails.
 */
typedef int32_t (*smime_write_fn)(void *user, const uint8_t *data, size_t length);

/**
 * Says the status of the certificate with this serial number, the content octets of an INTEGER, by smime_ocsp_status_set; where it does
 * not, that is unknown. Answers 0, or any other number where it cannot be found out: the asker is told to try later.
 */
typedef int32_t (*smime_ocsp_status_fn)(void *user,
                                        const uint8_t *serial,
                                        size_t serial_length,
                                        smime_ocsp_status *status);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the library that is in use, for example "0.1.0".
 */
const char *smime_version(void);

/**
 * The SMIME_ABI_VERSION that the library in use was built with. A program that was compiled with a greater one may miss symbols.
 */
uint32_t smime_abi_version(void);

/**
 * The stable name of a code, for example "SIG-DIGEST-MISMATCH". Static; NULL for a number that is no code.
 */
const char *smime_code_name(int32_t code);

/**
 * A sentence about a code that a postmaster understands, without a full stop. Static; NULL for a number that is no code.
 */
const char *smime_code_sentence(int32_t code);

/**
 * The rule behind a code, for example "RFC 5652 section 5.6". Static; NULL where there is none.
 */
const char *smime_code_reference(int32_t code);

/**
 * The class of a code, one of SMIME_CLASS_*: who or what is to blame. 0 for a number that is no code.
 */
int32_t smime_code_class(int32_t code);

/**
 * How much a finding with this code weighs as a rule, one of SMIME_SEVERITY_*. 0 for a number that is no code.
 */
int32_t smime_code_severity(int32_t code);

/**
 * The code with this stable name. 0 where there is none or name is NULL.
 */
int32_t smime_code_from_name(const char *name);

/**
 * The word for a verdict as it stands in reports, for example "untrusted". Static; NULL for a number that is no verdict.
 */
const char *smime_verdict_name(int32_t verdict);

/**
 * 1 where a message with this verdict may be used, which is SMIME_VERDICT_VALID and SMIME_VERDICT_UNSIGNED; else 0.
 */
int32_t smime_verdict_is_acceptable(int32_t verdict);

/**
 * The code: one of SMIME_E_*, the same number that the call returned. SMIME_OK where error is NULL.
 */
int32_t smime_error_code(const smime_error *error);

/**
 * The stable name of the code, for example "BER-TRUNCATED". Static; "" where error is NULL.
 */
const char *smime_error_name(const smime_error *error);

/**
 * One line for people, in UTF-8. It may change from version to version. Lives as long as the error; "" where error is NULL.
 */
const char *smime_error_message(const smime_error *error);

/**
 * Octets from the start of the input that was being read; -1 where that is not known or error is NULL.
 */
int64_t smime_error_offset(const smime_error *error);

/**
 * The error as JSON: {"error": {"code", "message", "offset"}}. The buffer is text.
 */
int32_t smime_error_to_json(const smime_error *error, smime_buffer **json, smime_error **err);

/**
 * Ends an error. NULL is none.
 */
void smime_error_free(smime_error *error);

/**
 * The octets. They live as long as the buffer. Never NULL for a buffer, not even for an empty one; NULL where buffer is NULL.
 */
const uint8_t *smime_buffer_data(const smime_buffer *buffer);

/**
 * How many octets there are, the NUL after a text not counted. 0 where buffer is NULL.
 */
size_t smime_buffer_len(const smime_buffer *buffer);

/**
 * The text of a buffer that is text (JSON, PEM, names): UTF-8 with NUL at the end. It lives as long as the buffer. NULL for a
 * buffer that is not text, for example a message, and where buffer is NULL.
 */
const char *smime_buffer_text(const smime_buffer *buffer);

/**
 * Ends a buffer. Secrets in it are wiped. NULL is none.
 */
void smime_buffer_free(smime_buffer *buffer);

/**
 * Reads the one certificate in these octets, PEM or DER. For files with several see smime_certificates_from_bytes.
 * Errors: SMIME_E_CERT_MALFORMED, SMIME_E_PEM_MALFORMED, also where PEM holds none or several.
 */
int32_t smime_certificate_from_bytes(const uint8_t *data,
                                     size_t length,
                                     smime_certificate **certificate,
                                     smime_error **err);

/**
 * The certificate in DER, octet for octet as it was received.
 */
int32_t smime_certificate_to_der(const smime_certificate *certificate, smime_buffer **der, smime_error **err);

/**
 * The certificate as a PEM block. The buffer is text.
 */
int32_t smime_certificate_to_pem(const smime_certificate *certificate, smime_buffer **pem, smime_error **err);

/**
 * Everything a person wants to know about the certificate, as JSON: subject, issuer, serial, not_before, not_after, key, key_bits,
 * key_usage, extended_key_usage, addresses, sha256, problems and more. The buffer is text.
 */
int32_t smime_certificate_to_json(const smime_certificate *certificate,
                                  smime_buffer **json,
                                  smime_error **err);

/**
 * The rules for those who issue certificates that it does not keep, as JSON: {"lints": [{"lint", "severity", "message", "reference"}]}, the
 * severity error, warning or notice. The rules are RFC 5280 and the S/MIME Baseline Requirements; docs/lint.md lists them. The buffer is text.
 */
int32_t smime_certificate_lint_to_json(const smime_certificate *certificate,
                                       smime_buffer **json,
                                       smime_error **err);

/**
 * The subject as RFC 4514 writes it, safe to show. The buffer is text.
 */
int32_t smime_certificate_subject(const smime_certificate *certificate, smime_buffer **subject, smime_error **err);

/**
 * The issuer as RFC 4514 writes it, safe to show. The buffer is text.
 */
int32_t smime_certificate_issuer(const smime_certificate *certificate, smime_buffer **issuer, smime_error **err);

/**
 * The octets of the serial number in hexadecimal, as reports have it. The buffer is text.
 */
int32_t smime_certificate_serial(const smime_certificate *certificate, smime_buffer **serial, smime_error **err);

/**
 * SHA-256 of the certificate in hexadecimal: its name in reports. The buffer is text.
 */
int32_t smime_certificate_sha256(const smime_certificate *certificate, smime_buffer **sha256, smime_error **err);

/**
 * The first second of its validity, in seconds since 1970-01-01T00:00:00Z. 0 where certificate is NULL.
 */
int64_t smime_certificate_not_before(const smime_certificate *certificate);

/**
 * The last second of its validity, in seconds since 1970-01-01T00:00:00Z. 0 where certificate is NULL.
 */
int64_t smime_certificate_not_after(const smime_certificate *certificate);

/**
 * How many e-mail addresses that follow the rules the certificate has. 0 where certificate is NULL.
 */
size_t smime_certificate_address_count(const smime_certificate *certificate);

/**
 * One of its e-mail addresses; the first has index 0. The buffer is text.
 * Errors: SMIME_E_USE_ARGUMENT where there is none with this index.
 */
int32_t smime_certificate_address(const smime_certificate *certificate,
                                  size_t index,
                                  smime_buffer **address,
                                  smime_error **err);

/**
 * SMIME_ADDRESS_MATCH where this e-mail address is one of the certificate's, by the rules that hold for the sender of a signed
 * message; else SMIME_ADDRESS_MISMATCH, or SMIME_ADDRESS_ABSENT where the certificate has none or an argument cannot be used.
 */
int32_t smime_certificate_match_address(const smime_certificate *certificate,
                                        const char *address);

/**
 * Ends a certificate. NULL is none. Objects that were made with it keep what they need.
 */
void smime_certificate_free(smime_certificate *certificate);

/**
 * An empty list.
 */
int32_t smime_certificates_new(smime_certificates **list, smime_error **err);

/**
 * Reads every certificate in these octets: PEM with any number of them, the DER of one, or a bundle (.p7c, .p7b) in DER or PEM.
 * Errors: SMIME_E_CERT_MALFORMED, SMIME_E_PEM_MALFORMED, also where there is none.
 */
int32_t smime_certificates_from_bytes(const uint8_t *data,
                                      size_t length,
                                      smime_certificates **list,
                                      smime_error **err);

/**
 * Puts a certificate at the end of the list.
 */
int32_t smime_certificates_add(smime_certificates *list, const smime_certificate *certificate, smime_error **err);

/**
 * How many certificates there are. 0 where list is NULL.
 */
size_t smime_certificates_len(const smime_certificates *list);

/**
 * One of the certificates, as an object of its own; the first has index 0.
 * Errors: SMIME_E_USE_ARGUMENT where there is none with this index.
 */
int32_t smime_certificates_at(const smime_certificates *list,
                              size_t index,
                              smime_certificate **certificate,
                              smime_error **err);

/**
 * The certificates as a bundle, SignedData that nobody signed (.p7c, .p7b, certs-only), in SMIME_FORM_DER or SMIME_FORM_PEM. They are a SET
 * there, in an order of its own. The buffer is text where it is PEM.
 * Errors: SMIME_E_USE_ARGUMENT where the list is empty, SMIME_E_LIMIT_CERTIFICATES where there are more than 10000.
 */
int32_t smime_certificates_to_certs_only(const smime_certificates *list,
                                         int32_t form,
                                         smime_buffer **bundle,
                                         smime_error **err);

/**
 * The certificates as PEM, one block behind the other. The buffer is text.
 */
int32_t smime_certificates_to_pem(const smime_certificates *list, smime_buffer **pem, smime_error **err);

/**
 * Ends a list. NULL is none. Certificates that were taken out of it stay.
 */
void smime_certificates_free(smime_certificates *list);

/**
 * Makes a new key: "p256", "p384", "p521", "ed25519", "x25519", or "rsa-" and a number of bits, for example "rsa-3072".
 * Errors: SMIME_E_USE_ARGUMENT where there is no such kind.
 */
int32_t smime_key_generate(const char *kind, smime_key **key, smime_error **err);

/**
 * Reads the one private key in these octets: PKCS #8 (plain or encrypted), PKCS #1, SEC 1, in PEM or DER, or PKCS #12.
 * The password may be NULL.
 * Errors: SMIME_E_KEY_MISSING, SMIME_E_KEY_MALFORMED, SMIME_E_KEY_INVALID, SMIME_E_KEY_UNSUPPORTED, SMIME_E_USE_PASSWORD,
 * SMIME_E_KEY_PASSWORD_WRONG, SMIME_E_LIMIT_KDF; SMIME_E_USE_ARGUMENT where there are several.
 */
int32_t smime_key_from_bytes(const uint8_t *data,
                             size_t length,
                             const char *password,
                             smime_key **key,
                             smime_error **err);

/**
 * The kind of the key, in the words of smime_key_generate. The buffer is text.
 */
int32_t smime_key_kind(const smime_key *key, smime_buffer **kind, smime_error **err);

/**
 * The key as PKCS #8 in PEM, encrypted with this password; with NULL it is not encrypted. The buffer is text.
 */
int32_t smime_key_to_pem(const smime_key *key, const char *password, smime_buffer **pem, smime_error **err);

/**
 * The key as PKCS #8 in PEM, encrypted with this password, by one of SMIME_KEY_DERIVATION_*. The buffer is text.
 */
int32_t smime_key_to_encrypted_pem(const smime_key *key,
                                   const char *password,
                                   int32_t derivation,
                                   smime_buffer **pem,
                                   smime_error **err);

/**
 * Ends a key. NULL is none. Objects that were made with it keep what they need.
 */
void smime_key_free(smime_key *key);

/**
 * "rsassa-pkcs1-v1_5", "rsassa-pss", "ecdsa", "ed25519", "rsaes-pkcs1-v1_5" or "rsaes-oaep". "" where algorithm is NULL.
 */
const char *smime_algorithm_name(const smime_algorithm *algorithm);

/**
 * The digest of the message, or with "rsaes-oaep" that of the label: "sha1", "sha256", "sha384" or "sha512". NULL where there is none.
 */
const char *smime_algorithm_digest(const smime_algorithm *algorithm);

/**
 * The digest inside MGF1, with "rsassa-pss" and "rsaes-oaep". NULL where there is none.
 */
const char *smime_algorithm_mgf_digest(const smime_algorithm *algorithm);

/**
 * Octets of the salt, with "rsassa-pss". Else 0.
 */
int32_t smime_algorithm_salt_length(const smime_algorithm *algorithm);

/**
 * The label of "rsaes-oaep", empty nearly always; its length goes to *length.
 */
const uint8_t *smime_algorithm_label(const smime_algorithm *algorithm, size_t *length);

/**
 * The AlgorithmIdentifier in DER; its length goes to *length.
 */
const uint8_t *smime_algorithm_identifier(const smime_algorithm *algorithm, size_t *length);

/**
 * Gives these octets as the answer of a callback that fetches. They are copied.
 */
int32_t smime_answer_set(smime_answer *answer, const uint8_t *data, size_t length, smime_error **err);

/**
 * Reads PKCS #12, or PEM with keys, certificates and chain in any order. The password may be NULL.
 * Errors: SMIME_E_KEY_MISSING, SMIME_E_KEY_CERTIFICATE_MISSING, SMIME_E_KEY_MISMATCH, SMIME_E_USE_PASSWORD,
 * SMIME_E_KEY_PASSWORD_WRONG, SMIME_E_PKCS12_MALFORMED, SMIME_E_PEM_MALFORMED, SMIME_E_KEY_MALFORMED, SMIME_E_KEY_INVALID,
 * SMIME_E_KEY_UNSUPPORTED, SMIME_E_CERT_MALFORMED, SMIME_E_ALG_UNSUPPORTED, SMIME_E_LIMIT_KDF, SMIME_E_LIMIT_BYTES.
 */
int32_t smime_identity_from_bytes(const uint8_t *data,
                                  size_t length,
                                  const char *password,
                                  smime_identity **identity,
                                  smime_error **err);

/**
 * An identity from its parts. The chain may be NULL.
 * Errors: SMIME_E_KEY_MISMATCH where the key is not that of the certificate.
 */
int32_t smime_identity_from_key(const smime_key *key,
                                const smime_certificate *certificate,
                                const smime_certificates *chain,
                                smime_identity **identity,
                                smime_error **err);

/**
 * An identity whose key stays with its keeper: a smart card, an HSM, a key service. The chain may be NULL, and so may each
 * callback: the key cannot do that then. The callbacks may run on every thread that uses the identity, several at the same time.
 * They must not let exceptions out.
 *
 * On success the identity owns user: destroy (which may be NULL) is called with it once, when the last object that needs it ends.
 * On failure user stays the caller's and destroy is not called. Whether the key is that of the certificate shows when it is used.
 * Errors: those of the certificate's key, for example SMIME_E_KEY_UNSUPPORTED.
 */
int32_t smime_identity_from_external(const smime_certificate *certificate,
                                     const smime_certificates *chain,
                                     smime_sign_fn sign,
                                     smime_unwrap_fn unwrap,
                                     smime_agree_fn agree,
                                     void *user,
                                     smime_destroy_fn destroy,
                                     smime_identity **identity,
                                     smime_error **err);

/**
 * The certificate that stands for this identity: the one that it signs with, else its first.
 */
int32_t smime_identity_certificate(const smime_identity *identity, smime_certificate **certificate, smime_error **err);

/**
 * Every certificate that has its private key here.
 */
int32_t smime_identity_certificates(const smime_identity *identity,
                                    smime_certificates **certificates,
                                    smime_error **err);

/**
 * The certificates that are no key's own.
 */
int32_t smime_identity_chain(const smime_identity *identity, smime_certificates **chain, smime_error **err);

/**
 * One identity with the keys and certificates of both, each once, and these certificates besides in the chain: for example a key for
 * signing and one for encryption, with the authorities above them. The second identity and the chain may be NULL.
 */
int32_t smime_identity_join(const smime_identity *first,
                            const smime_identity *second,
                            const smime_certificates *chain,
                            smime_identity **identity,
                            smime_error **err);

/**
 * The identity as PKCS #12 under this password, in the profile SMIME_PKCS12_COMPATIBLE.
 * Errors: SMIME_E_KEY_EXTERNAL_FAILED where a key does not leave its keeper.
 */
int32_t smime_identity_to_pkcs12(const smime_identity *identity,
                                 const char *password,
                                 smime_buffer **pkcs12,
                                 smime_error **err);

/**
 * The identity as PKCS #12 under this password, in one of SMIME_PKCS12_*. Programs show the friendlyName; it may be NULL, then it is the
 * first address in the certificate, else the subject. With several keys the second and further ones get a number behind it.
 * Errors: SMIME_E_KEY_EXTERNAL_FAILED where a key does not leave its keeper.
 */
int32_t smime_identity_to_pkcs12_profile(const smime_identity *identity,
                                         const char *password,
                                         int32_t profile,
                                         const char *friendly_name,
                                         smime_buffer **pkcs12,
                                         smime_error **err);

/**
 * The identity as PEM: each key as PKCS #8 with its certificates behind it, then the chain. The keys are encrypted with this password, by
 * one of SMIME_KEY_DERIVATION_*; with NULL they are not encrypted, and the derivation says nothing. The buffer is text.
 * Errors: SMIME_E_KEY_EXTERNAL_FAILED where a key does not leave its keeper.
 */
int32_t smime_identity_to_pem(const smime_identity *identity,
                              const char *password,
                              int32_t derivation,
                              smime_buffer **pem,
                              smime_error **err);

/**
 * Ends an identity. NULL is none. Objects that were made with it keep what they need.
 */
void smime_identity_free(smime_identity *identity);

/**
 * An empty builder.
 */
int32_t smime_trust_builder_new(smime_trust_builder **builder, smime_error **err);

/**
 * Trusts this certificate: an authority for what it issues, a person's own certificate for itself alone.
 */
int32_t smime_trust_builder_add_anchor(smime_trust_builder *builder,
                                       const smime_certificate *certificate,
                                       smime_error **err);

/**
 * Trusts every certificate in these octets: PEM with any number of them, or the DER of one.
 * Errors: as smime_certificates_from_bytes; nothing is added then.
 */
int32_t smime_trust_builder_add_anchors(smime_trust_builder *builder,
                                        const uint8_t *data,
                                        size_t length,
                                        smime_error **err);

/**
 * Has this certificate at hand where a path needs it. It is not trusted for being given here.
 */
int32_t smime_trust_builder_add_intermediate(smime_trust_builder *builder,
                                             const smime_certificate *certificate,
                                             smime_error **err);

/**
 * Has every certificate in these octets at hand: PEM with any number of them, or the DER of one.
 * Errors: as smime_certificates_from_bytes; nothing is added then.
 */
int32_t smime_trust_builder_add_intermediates(smime_trust_builder *builder,
                                              const uint8_t *data,
                                              size_t length,
                                              smime_error **err);

/**
 * Has every revocation list in these octets at hand: PEM with any number of them, or the DER of one. Who signed it is judged when it is
 * needed.
 * Errors: SMIME_E_CRL_MALFORMED, SMIME_E_PEM_MALFORMED; nothing is added then.
 */
int32_t smime_trust_builder_add_crls(smime_trust_builder *builder,
                                     const uint8_t *data,
                                     size_t length,
                                     smime_error **err);

/**
 * Has every OCSP response in these octets at hand: PEM with any number of them, or the DER of one. Who signed it is judged when it is
 * needed.
 * Errors: SMIME_E_OCSP_MALFORMED, SMIME_E_PEM_MALFORMED; nothing is added then.
 */
int32_t smime_trust_builder_add_ocsp(smime_trust_builder *builder,
                                     const uint8_t *data,
                                     size_t length,
                                     smime_error **err);

/**
 * Trusts this OCSP responder to answer for every issuer.
 */
int32_t smime_trust_builder_add_ocsp_responder(smime_trust_builder *builder,
                                               const smime_certificate *certificate,
                                               smime_error **err);

/**
 * The store with what was collected so far. The builder stays and may go on.
 */
int32_t smime_trust_builder_build(const smime_trust_builder *builder, smime_trust **trust, smime_error **err);

/**
 * Ends a builder. NULL is none.
 */
void smime_trust_builder_free(smime_trust_builder *builder);

/**
 * The anchors, each once.
 */
int32_t smime_trust_anchors(const smime_trust *trust, smime_certificates **anchors, smime_error **err);

/**
 * The intermediates, each once.
 */
int32_t smime_trust_intermediates(const smime_trust *trust, smime_certificates **intermediates, smime_error **err);

/**
 * Ends a store. NULL is none. Objects that were made with it keep what they need.
 */
void smime_trust_free(smime_trust *trust);

/**
 * The anchors that the system has for e-mail, the first of: the PEM bundle that the variable SSL_CERT_FILE names; the stores of Windows, or
 * of macOS; the distribution's bundle for e-mail (Fedora, Red Hat, Arch); what NSS's library trusts for e-mail (libnssckbi.so,
 * as Debian has it), without the roots for which it has a date of distrust; the distribution's bundle for every purpose. Without any
 * of them the store is empty.
 *
 * source, which may be NULL, becomes one line of text for logs: where they come from. Files are read with each call. NSS's library is read once
 * and stays loaded. A program that uses NSS itself calls this before or after it initializes NSS, not meanwhile.
 * Errors: SMIME_E_USE_IO where a file that is there, or was named, cannot be read: nothing else takes its place.
 */
int32_t smime_trust_system(smime_trust **trust,
                           smime_buffer **source,
                           smime_error **err);

/**
 * What the message as a whole is worth, one of SMIME_VERDICT_*. SMIME_VERDICT_INDETERMINATE where report is NULL.
 */
int32_t smime_report_verdict(const smime_report *report);

/**
 * The report as JSON on one line: verdict, sender, layers with recipients and signers, coverage, headers, findings, needs, content.
 * Keys are only ever added. This is where new facts come first. The buffer is text.
 */
int32_t smime_report_to_json(const smime_report *report,
                             smime_buffer **json,
                             smime_error **err);

/**
 * The same JSON over several lines, for people. The buffer is text.
 */
int32_t smime_report_to_json_pretty(const smime_report *report, smime_buffer **json, smime_error **err);

/**
 * One line for people and logs: the verdict, who signed, and what matters most. The buffer is text.
 */
int32_t smime_report_summary(const smime_report *report, smime_buffer **summary, smime_error **err);

/**
 * 1 where a finding with this code, one of SMIME_E_*, is in the report; else 0.
 */
int32_t smime_report_has(const smime_report *report, int32_t code);

/**
 * How many findings there are. 0 where report is NULL.
 */
size_t smime_report_finding_count(const smime_report *report);

/**
 * The code of a finding, one of SMIME_E_*; the first has index 0. 0 where there is none.
 */
int32_t smime_report_finding_code(const smime_report *report, size_t index);

/**
 * How much a finding weighs here, one of SMIME_SEVERITY_*. 0 where there is none.
 */
int32_t smime_report_finding_severity(const smime_report *report, size_t index);

/**
 * What a finding says to people. The buffer is text.
 * Errors: SMIME_E_USE_ARGUMENT where there is none with this index.
 */
int32_t smime_report_finding_message(const smime_report *report,
                                     size_t index,
                                     smime_buffer **message,
                                     smime_error **err);

/**
 * How many protective layers there are. 0 where report is NULL.
 */
size_t smime_report_layer_count(const smime_report *report);

/**
 * What a layer is, one of SMIME_LAYER_*; the outermost has index 0. 0 where there is none.
 */
int32_t smime_report_layer_kind(const smime_report *report, size_t index);

/**
 * How the sender of the message compares with the certificates of its signers, one of SMIME_ADDRESS_*: the worst of them.
 * SMIME_ADDRESS_ABSENT where report is NULL.
 */
int32_t smime_report_address_match(const smime_report *report);

/**
 * How many octets of content there are, written out or not. 0 where report is NULL.
 */
uint64_t smime_report_content_length(const smime_report *report);

/**
 * How many signers there are, in all layers. 0 where report is NULL.
 */
size_t smime_report_signer_count(const smime_report *report);

/**
 * What a signer is worth, one of SMIME_VERDICT_*; the first of the outermost layer has index 0.
 * SMIME_VERDICT_INDETERMINATE where there is none.
 */
int32_t smime_report_signer_verdict(const smime_report *report, size_t index);

/**
 * The certificate of a signer. Who it belongs to is only as certain as the verdict.
 * Errors: SMIME_E_USE_ARGUMENT where there is no signer with this index, SMIME_E_SIG_CERTIFICATE_MISSING where its certificate was not found.
 */
int32_t smime_report_signer_certificate(const smime_report *report,
                                        size_t index,
                                        smime_certificate **certificate,
                                        smime_error **err);

/**
 * When a signer claims to have signed, in seconds since 1970-01-01T00:00:00Z, goes to *time. Nothing is judged by it.
 * Answers 1, or 0 where the signer claims no time or there is no such signer.
 */
int32_t smime_report_signer_time(const smime_report *report, size_t index, int64_t *time);

/**
 * The content ciphers that a signer says it reads, best first, with a blank between: what smime_encryptor_add_recipient_announcing
 * takes. The buffer is text.
 * Errors: SMIME_E_USE_ARGUMENT where there is no signer with this index.
 */
int32_t smime_report_signer_capabilities(const smime_report *report,
                                         size_t index,
                                         smime_buffer **capabilities,
                                         smime_error **err);

/**
 * Ends a report. NULL is none.
 */
void smime_report_free(smime_report *report);

/**
 * What the message is worth, one of SMIME_VERDICT_*. SMIME_VERDICT_INDETERMINATE where opened is NULL.
 */
int32_t smime_opened_verdict(const smime_opened *opened);

/**
 * 1 where the verdict allows the use of the content, else 0.
 */
int32_t smime_opened_is_acceptable(const smime_opened *opened);

/**
 * Everything that was found out. The report stays when the opened message ends.
 */
int32_t smime_opened_report(const smime_opened *opened, smime_report **report, smime_error **err);

/**
 * The innermost MIME entity, header fields and body, octet for octet as it was protected; or a whole message, see
 * smime_opener_set_as_message. It is not copied, and stays when the opened message ends. Not for messages whose content went to a
 * callback.
 * Errors: SMIME_E_USE_CONTENT_REFUSED unless the verdict allows its use.
 */
int32_t smime_opened_content(const smime_opened *opened,
                             smime_buffer **content,
                             smime_error **err);

/**
 * DANGER: the content whatever the verdict says: altered, forged, or from nobody knows whom. For forensic tools; never show it
 * as what the sender wrote, never render it.
 */
int32_t smime_opened_danger_content_despite_verdict(const smime_opened *opened,
                                                    smime_buffer **content,
                                                    smime_error **err);

/**
 * Ends an opened message. NULL is none. Its content is wiped when the last buffer that shares it has ended too.
 */
void smime_opened_free(smime_opened *opened);

/**
 * An opener that judges signers by these anchors, with the default policy and limits, at the time of each call. Trust may be NULL:
 * no signer is trusted then.
 */
int32_t smime_opener_new(const smime_trust *trust,
                         smime_opener **opener,
                         smime_error **err);

/**
 * Decrypts with this identity too.
 */
int32_t smime_opener_add_identity(smime_opener *opener, const smime_identity *identity, smime_error **err);

/**
 * Uses this certificate too where a path needs it. It is not trusted for being given here.
 */
int32_t smime_opener_add_intermediate(smime_opener *opener, const smime_certificate *certificate, smime_error **err);

/**
 * Judges at this time, in seconds since 1970-01-01T00:00:00Z. Where this is not called, each message is judged at the time of its
 * call, by the system's clock.
 */
int32_t smime_opener_set_at(smime_opener *opener,
                            int64_t time,
                            smime_error **err);

/**
 * Judges by this policy, one of SMIME_POLICY_*. Options that were set before are forgotten.
 * Errors: SMIME_E_USE_ARGUMENT where there is no such policy.
 */
int32_t smime_opener_set_policy(smime_opener *opener, int32_t policy, smime_error **err);

/**
 * Changes one point of the policy: option is one of SMIME_POLICY_OPTION_*; a value that says whether is 0 or 1.
 * Errors: SMIME_E_USE_ARGUMENT where there is no such option or the value does not fit.
 */
int32_t smime_opener_set_policy_option(smime_opener *opener, int32_t option, int64_t value, smime_error **err);

/**
 * Accepts this certificate policy, an object identifier in dotted form such as "2.16.840.1.101.3.2.1.48.1", and others only where they
 * are added too. Where this is not called, every one is accepted. A path without a policy that is accepted fails where an authority
 * demands one; to demand one of every path, set SMIME_POLICY_OPTION_REQUIRE_EXPLICIT_POLICY.
 * Errors: SMIME_E_USE_ARGUMENT where it is no object identifier.
 */
int32_t smime_opener_add_certificate_policy(smime_opener *opener,
                                            const char *oid,
                                            smime_error **err);

/**
 * Uses every revocation list in these octets too: PEM with any number of them, or the DER of one. Who signed it is judged when it is needed.
 * Errors: SMIME_E_CRL_MALFORMED, SMIME_E_PEM_MALFORMED; nothing is added then.
 */
int32_t smime_opener_add_crls(smime_opener *opener,
                              const uint8_t *data,
                              size_t length,
                              smime_error **err);

/**
 * Uses every OCSP response in these octets too: PEM with any number of them, or the DER of one. Who signed it is judged when it is needed.
 * Errors: SMIME_E_OCSP_MALFORMED, SMIME_E_PEM_MALFORMED; nothing is added then.
 */
int32_t smime_opener_add_ocsp(smime_opener *opener,
                              const uint8_t *data,
                              size_t length,
                              smime_error **err);

/**
 * Has what is missing (lists, OCSP responses, certificates of issuers) fetched by this callback, one thing at a time, at most
 * SMIME_LIMIT_FETCHES for each signer. Without one nothing is fetched, and the report tells what is missing.
 *
 * On success the opener owns user: destroy (which may be NULL) is called with it once, when the last object that needs it ends. On
 * failure user stays the caller's. The callback may run on any thread that uses the opener, several at the same time.
 * Errors: SMIME_E_USE_ARGUMENT where there is no callback.
 */
int32_t smime_opener_set_fetch(smime_opener *opener,
                               smime_fetch_fn fetch,
                               void *user,
                               smime_destroy_fn destroy,
                               smime_error **err);

/**
 * Trusts time-stamps (RFC 3161) of authorities that lead to these anchors: a signature that carries one is judged at the time that it
 * proves. Nobody is trusted for that otherwise.
 */
int32_t smime_opener_set_time_stamp_trust(smime_opener *opener,
                                          const smime_trust *trust,
                                          smime_error **err);

/**
 * Whether the policy accepts a digest in signatures: "sha1", "sha256", "sha384" or "sha512".
 * Errors: SMIME_E_USE_ARGUMENT where there is no such digest.
 */
int32_t smime_opener_allow_digest(smime_opener *opener, const char *digest, int32_t allowed, smime_error **err);

/**
 * Whether the policy accepts a content cipher: "aes-256-gcm" and the like.
 * Errors: SMIME_E_USE_ARGUMENT where there is no such cipher.
 */
int32_t smime_opener_allow_cipher(smime_opener *opener, const char *cipher, int32_t allowed, smime_error **err);

/**
 * Holds input to a bound: limit is one of SMIME_LIMIT_*.
 * Errors: SMIME_E_USE_ARGUMENT where there is no such limit or the value does not fit.
 */
int32_t smime_opener_set_limit(smime_opener *opener, int32_t limit, uint64_t value, smime_error **err);

/**
 * In which wrapping messages come, one of SMIME_FORM_*. Where this is not called, it is found out.
 * Errors: SMIME_E_USE_ARGUMENT where there is no such form.
 */
int32_t smime_opener_set_form(smime_opener *opener, int32_t form, smime_error **err);

/**
 * Whether a message without a valid signature is refused (SMIME_E_SIG_MISSING). Where this is not called, it is not.
 */
int32_t smime_opener_set_require_signature(smime_opener *opener, int32_t required, smime_error **err);

/**
 * Whether reports carry the SHA-256 of the content. Where this is not called, they do not.
 */
int32_t smime_opener_set_content_digest(smime_opener *opener, int32_t wanted, smime_error **err);

/**
 * Whether what comes out is a whole message again: the header fields outside the protection around the content, a field inside the
 * protection (RFC 9788) in place of the one outside. Where this is not called, it is the innermost MIME entity alone.
 */
int32_t smime_opener_set_as_message(smime_opener *opener,
                                    int32_t wanted,
                                    smime_error **err);

/**
 * Opens a message in memory: every layer, to the content and a verdict with reasons.
 *
 * A bad signature is no error: the call succeeds, the verdict says it, and the content is refused.
 * Errors, where there is nothing to judge: of the classes SMIME_CLASS_MALFORMED (SMIME_E_MIME_NOT_SMIME where the input is not
 * S/MIME), SMIME_CLASS_DECRYPTION (SMIME_E_ENC_NO_RECIPIENT where no identity fits), SMIME_CLASS_LIMIT, SMIME_CLASS_UNSUPPORTED.
 */
int32_t smime_opener_open(const smime_opener *opener,
                          const uint8_t *data,
                          size_t length,
                          smime_opened **opened,
                          smime_error **err);

/**
 * Judges a message in memory without keeping its content.
 * Errors: as smime_opener_open.
 */
int32_t smime_opener_examine(const smime_opener *opener,
                             const uint8_t *data,
                             size_t length,
                             smime_report **report,
                             smime_error **err);

/**
 * Opens a detached signature (a bare CMS, DER or PEM) over this content. The content is compared as it is and, where that does
 * not fit, with its line ends as CRLF.
 * Errors: as smime_opener_open.
 */
int32_t smime_opener_open_detached(const smime_opener *opener,
                                   const uint8_t *signature,
                                   size_t signature_length,
                                   const uint8_t *content,
                                   size_t content_length,
                                   smime_opened **opened,
                                   smime_error **err);

/**
 * Opens a message of any size in constant memory. It is read twice, from where the source stands: checked first, then read again
 * and its content written. Where the verdict does not allow the content nothing is written, and that is no error: look at the
 * verdict. What was written before an error must be thrown away: the source has changed while it was read, or a callback failed.
 * Errors: as smime_opener_open; SMIME_E_USE_IO.
 */
int32_t smime_opener_open_io(const smime_opener *opener,
                             smime_read_fn read,
                             smime_seek_fn seek,
                             void *source,
                             smime_write_fn write,
                             void *sink,
                             smime_opened **opened,
                             smime_error **err);

/**
 * Judges a message of any size in constant memory without keeping its content. It may be read twice, from where the source stands.
 * Errors: as smime_opener_open; SMIME_E_USE_IO.
 */
int32_t smime_opener_examine_io(const smime_opener *opener,
                                smime_read_fn read,
                                smime_seek_fn seek,
                                void *source,
                                smime_report **report,
                                smime_error **err);

/**
 * Judges a detached signature over content of any size, which is read once.
 * Errors: as smime_opener_open; SMIME_E_USE_IO.
 */
int32_t smime_opener_examine_detached_io(const smime_opener *opener,
                                         const uint8_t *signature,
                                         size_t signature_length,
                                         smime_read_fn read,
                                         void *source,
                                         smime_report **report,
                                         smime_error **err);

/**
 * A stream for a message that comes in pieces and cannot be read again. Its content is kept in memory, within
 * SMIME_LIMIT_MEMORY_BYTES, until it has been judged. The stream keeps what it needs of the opener.
 */
int32_t smime_opener_stream(const smime_opener *opener, smime_open_stream **stream, smime_error **err);

/**
 * A stream that judges a message that comes in pieces, in constant memory, without keeping its content.
 */
int32_t smime_opener_examine_stream(const smime_opener *opener, smime_open_stream **stream, smime_error **err);

/**
 * Ends an opener. NULL is none.
 */
void smime_opener_free(smime_opener *opener);

/**
 * Takes the next octets of the message.
 * Errors: as smime_opener_open; SMIME_E_USE_STATE.
 */
int32_t smime_open_stream_push(smime_open_stream *stream, const uint8_t *data, size_t length, smime_error **err);

/**
 * Ends the message and answers with what came out. The stream object must still be ended.
 * Errors: as smime_opener_open; SMIME_E_USE_STATE.
 */
int32_t smime_open_stream_finish(smime_open_stream *stream, smime_opened **opened, smime_error **err);

/**
 * Ends a stream, finished or not. NULL is none.
 */
void smime_open_stream_free(smime_open_stream *stream);

/**
 * Makes evidence of a message that this opener has judged with this report: one file with the message, the certificates, lists and OCSP
 * responses by which it was judged, the report, and a manifest, to be judged again years later by smime_opener_open_evidence. data
 * is the message once more. Of an encrypted message the file has what was inside, decrypted: whoever sees the file reads it.
 * Errors: SMIME_E_USE_EVIDENCE where nothing is signed, where a signature stands around something encrypted, where the message is another
 * one, or where the evidence does not suffice to come to the same verdict; as smime_opener_open.
 */
int32_t smime_opener_write_evidence(const smime_opener *opener,
                                    const smime_report *report,
                                    const uint8_t *data,
                                    size_t length,
                                    smime_buffer **evidence,
                                    smime_error **err);

/**
 * As smime_opener_write_evidence, for a message of any size in constant memory: it is read once, from where the source stands. What was
 * written before an error must be thrown away.
 * Errors: as smime_opener_write_evidence; SMIME_E_USE_IO.
 */
int32_t smime_opener_write_evidence_io(const smime_opener *opener,
                                       const smime_report *report,
                                       smime_read_fn read,
                                       void *source,
                                       smime_write_fn write,
                                       void *sink,
                                       smime_error **err);

/**
 * Judges evidence again as of its time, by what is in the file alone. Of the opener count whom it trusts, its policy, its limits and the form
 * of the content; its time is that of the judge, whom evidence of a later time does not convince. Certificates, lists and
 * responses that were added to the opener are not used, and nothing is fetched but about the time-stamp.
 *
 * time_stamp is a time-stamp over the whole file (RFC 3161; a token or a response, DER) of one whom smime_opener_set_time_stamp_trust
 * trusts: its time is the time of judgement then. Where its length is 0 there is none, and the time that the file notes counts, which is
 * the word of whoever kept it (the finding SMIME_E_EVIDENCE_TIME).
 *
 * as_noted says whether the policy that the file notes counts in place of the opener's. It may allow whatever its writer liked.
 * Errors: SMIME_E_EVIDENCE_MALFORMED where it is no evidence, SMIME_E_EVIDENCE_ALTERED, SMIME_E_TST_INVALID and SMIME_E_TST_UNTRUSTED for
 * the time-stamp over the file; as smime_opener_open.
 */
int32_t smime_opener_open_evidence(const smime_opener *opener,
                                   const uint8_t *data,
                                   size_t length,
                                   const uint8_t *time_stamp,
                                   size_t time_stamp_length,
                                   int32_t as_noted,
                                   smime_opened **opened,
                                   smime_error **err);

/**
 * As smime_opener_open_evidence, for evidence of any size, in constant memory but for the certificates, lists and responses in it. It is
 * read several times, from where the source stands. The content is written where the verdict allows it, as by smime_opener_open_io.
 * Errors: as smime_opener_open_evidence; SMIME_E_USE_IO.
 */
int32_t smime_opener_open_evidence_io(const smime_opener *opener,
                                      smime_read_fn read,
                                      smime_seek_fn seek,
                                      void *source,
                                      const uint8_t *time_stamp,
                                      size_t time_stamp_length,
                                      int32_t as_noted,
                                      smime_write_fn write,
                                      void *sink,
                                      smime_opened **opened,
                                      smime_error **err);

/**
 * A signer for this identity: multipart/signed, a digest that goes with the key, RSA as PKCS #1 v1.5, with the chain but without
 * its root, and with the time of each call as signingTime.
 */
int32_t smime_signer_new(const smime_identity *identity,
                         smime_signer **signer,
                         smime_error **err);

/**
 * Signs for this identity too. Some mail programs look at one signer only.
 */
int32_t smime_signer_add_identity(smime_signer *signer, const smime_identity *identity, smime_error **err);

/**
 * Uses this digest, "sha256", "sha384" or "sha512", in place of the one that goes with the key. Ed25519 keeps its own.
 * Errors: SMIME_E_USE_ARGUMENT where there is no such digest.
 */
int32_t smime_signer_set_digest(smime_signer *signer, const char *digest, smime_error **err);

/**
 * Whether RSA keys sign with RSASSA-PSS, which several mail programs refuse. Where this is not called, they do not.
 */
int32_t smime_signer_set_pss(smime_signer *signer, int32_t wanted, smime_error **err);

/**
 * How the content is carried, one of SMIME_SIGNED_FORM_*. Where this is not called: SMIME_SIGNED_FORM_CLEAR.
 * Errors: SMIME_E_USE_ARGUMENT where there is no such form.
 */
int32_t smime_signer_set_form(smime_signer *signer, int32_t form, smime_error **err);

/**
 * Whether the chain goes along with the signer's certificate. Where this is not called, it does.
 */
int32_t smime_signer_set_chain(smime_signer *signer, int32_t wanted, smime_error **err);

/**
 * Whether a copy of the header fields goes inside the signature (RFC 9788). Where this is not called, none does.
 */
int32_t smime_signer_set_protect_headers(smime_signer *signer, int32_t wanted, smime_error **err);

/**
 * The time that signatures claim, in seconds since 1970-01-01T00:00:00Z. Where this is not called, it is the time of each call, by
 * the system's clock.
 */
int32_t smime_signer_set_at(smime_signer *signer,
                            int64_t time,
                            smime_error **err);

/**
 * Signatures claim no time.
 */
int32_t smime_signer_omit_time(smime_signer *signer, smime_error **err);

/**
 * Holds input to a bound: limit is one of SMIME_LIMIT_*.
 * Errors: SMIME_E_USE_ARGUMENT where there is no such limit or the value does not fit.
 */
int32_t smime_signer_set_limit(smime_signer *signer, int32_t limit, uint64_t value, smime_error **err);

/**
 * Signs an RFC 5322 message or a bare MIME entity in memory. MIME-Version and Content-* fields go inside, all other header fields
 * stay outside. Content that would not survive 7-bit transport is encoded; other content is kept octet for octet, with line ends
 * as CRLF.
 * Errors: SMIME_E_USE_KEY_FOR_SIGNING where an identity has no key that may sign; SMIME_E_MIME_HEADER where the input does not begin
 * with a header; SMIME_E_USE_NOT_TRANSPORT_SAFE where it could be made safe only by breaking a signature inside it;
 * SMIME_E_KEY_EXTERNAL_FAILED; SMIME_CLASS_LIMIT.
 */
int32_t smime_signer_sign(const smime_signer *signer,
                          const uint8_t *data,
                          size_t length,
                          smime_buffer **signed_,
                          smime_error **err);

/**
 * Signs a message of any size in constant memory: reads it twice, from where the source stands, and writes the signed message.
 * What was written before an error must be thrown away.
 * Errors: as smime_signer_sign; SMIME_E_USE_IO.
 */
int32_t smime_signer_sign_io(const smime_signer *signer,
                             smime_read_fn read,
                             smime_seek_fn seek,
                             void *source,
                             smime_write_fn write,
                             void *sink,
                             smime_error **err);

/**
 * Makes a detached signature in DER over these octets as they are, without MIME.
 * Errors: SMIME_E_USE_KEY_FOR_SIGNING, SMIME_E_KEY_EXTERNAL_FAILED.
 */
int32_t smime_signer_sign_detached(const smime_signer *signer,
                                   const uint8_t *data,
                                   size_t length,
                                   smime_buffer **signature,
                                   smime_error **err);

/**
 * A stream that signs a message that comes in pieces and writes through this callback, which is called with the user pointer until
 * the stream has finished or ended. The stream keeps what it needs of the signer.
 * Errors: SMIME_E_USE_KEY_FOR_SIGNING.
 */
int32_t smime_signer_stream(const smime_signer *signer,
                            smime_write_fn write,
                            void *sink,
                            smime_sign_stream **stream,
                            smime_error **err);

/**
 * Ends a signer. NULL is none.
 */
void smime_signer_free(smime_signer *signer);

/**
 * An encryptor without recipients. Cipher and key transport are what every recipient reads, by what is known of it.
 */
int32_t smime_encryptor_new(smime_encryptor **encryptor, smime_error **err);

/**
 * Encrypts to this certificate too. It is not asked whether the certificate is to be trusted: smime_verifier does that.
 * Errors: SMIME_E_USE_KEY_FOR_ENCRYPTION where the certificate does not allow it, SMIME_E_KEY_UNSUPPORTED,
 * SMIME_E_LIMIT_RECIPIENTS; nothing is added then.
 */
int32_t smime_encryptor_add_recipient(smime_encryptor *encryptor,
                                      const smime_certificate *certificate,
                                      smime_error **err);

/**
 * The same for a recipient who has announced what it reads: the capabilities are names of content ciphers with blanks between, as
 * smime_report_signer_capabilities gives them for somebody whose signed message was opened.
 * Errors: as smime_encryptor_add_recipient.
 */
int32_t smime_encryptor_add_recipient_announcing(smime_encryptor *encryptor,
                                                 const smime_certificate *certificate,
                                                 const char *capabilities,
                                                 smime_error **err);

/**
 * Uses this cipher whatever the recipients read: "aes-256-gcm", "aes-128-gcm", "aes-256-cbc", "aes-128-cbc" and the like.
 * Errors: SMIME_E_USE_ARGUMENT where there is no such cipher, or it is one for reading old mail only.
 */
int32_t smime_encryptor_set_cipher(smime_encryptor *encryptor,
                                   const char *cipher,
                                   smime_error **err);

/**
 * How the key is encrypted to RSA keys, one of SMIME_KEY_TRANSPORT_*.
 * Errors: SMIME_E_USE_ARGUMENT where there is no such key transport.
 */
int32_t smime_encryptor_set_key_transport(smime_encryptor *encryptor, int32_t key_transport, smime_error **err);

/**
 * Whether a copy of the header fields goes inside the encryption (RFC 9788). Where this is not called, none does.
 */
int32_t smime_encryptor_set_protect_headers(smime_encryptor *encryptor, int32_t wanted, smime_error **err);

/**
 * Holds input to a bound: limit is one of SMIME_LIMIT_*.
 * Errors: SMIME_E_USE_ARGUMENT where there is no such limit or the value does not fit.
 */
int32_t smime_encryptor_set_limit(smime_encryptor *encryptor, int32_t limit, uint64_t value, smime_error **err);

/**
 * Encrypts an RFC 5322 message or a bare MIME entity in memory. MIME-Version and Content-* fields go inside, all other header fields
 * stay outside, where everybody reads them.
 * Errors: SMIME_E_USE_NO_RECIPIENT; SMIME_E_MIME_HEADER where the input does not begin with a header; SMIME_CLASS_LIMIT.
 */
int32_t smime_encryptor_encrypt(const smime_encryptor *encryptor,
                                const uint8_t *data,
                                size_t length,
                                smime_buffer **encrypted,
                                smime_error **err);

/**
 * Encrypts a message of any size in constant memory: reads it, from where the source stands, perhaps twice, and writes the encrypted
 * message. What was written before an error must be thrown away.
 * Errors: as smime_encryptor_encrypt; SMIME_E_USE_IO.
 */
int32_t smime_encryptor_encrypt_io(const smime_encryptor *encryptor,
                                   smime_read_fn read,
                                   smime_seek_fn seek,
                                   void *source,
                                   smime_write_fn write,
                                   void *sink,
                                   smime_error **err);

/**
 * A stream that encrypts a message that comes in pieces and writes through this callback, which is called with the user pointer until
 * the stream has finished or ended. The stream keeps what it needs of the encryptor.
 * Errors: SMIME_E_USE_NO_RECIPIENT.
 */
int32_t smime_encryptor_stream(const smime_encryptor *encryptor,
                               smime_write_fn write,
                               void *sink,
                               smime_encrypt_stream **stream,
                               smime_error **err);

/**
 * Ends an encryptor. NULL is none.
 */
void smime_encryptor_free(smime_encryptor *encryptor);

/**
 * Takes the next octets of the message. What is ready is written at once.
 * Errors: SMIME_E_USE_NOT_TRANSPORT_SAFE where the content would not survive mail transport: sign it with smime_signer_sign or
 * smime_signer_sign_io, which encode it; SMIME_E_MIME_HEADER, SMIME_E_USE_IO, SMIME_E_USE_STATE.
 */
int32_t smime_sign_stream_push(smime_sign_stream *stream,
                               const uint8_t *data,
                               size_t length,
                               smime_error **err);

/**
 * Ends the message: signs, and writes what remains. The stream object must still be ended.
 * Errors: as smime_sign_stream_push; SMIME_E_USE_KEY_FOR_SIGNING, SMIME_E_KEY_EXTERNAL_FAILED.
 */
int32_t smime_sign_stream_finish(smime_sign_stream *stream, smime_error **err);

/**
 * Ends a stream, finished or not. NULL is none.
 */
void smime_sign_stream_free(smime_sign_stream *stream);

/**
 * Takes the next octets of the message. What is ready is written at once.
 * Errors: SMIME_E_USE_NO_RECIPIENT, SMIME_E_MIME_HEADER, SMIME_E_USE_IO, SMIME_E_USE_STATE.
 */
int32_t smime_encrypt_stream_push(smime_encrypt_stream *stream, const uint8_t *data, size_t length, smime_error **err);

/**
 * Ends the message and writes what remains. The stream object must still be ended.
 * Errors: as smime_encrypt_stream_push.
 */
int32_t smime_encrypt_stream_finish(smime_encrypt_stream *stream, smime_error **err);

/**
 * Ends a stream, finished or not. NULL is none.
 */
void smime_encrypt_stream_free(smime_encrypt_stream *stream);

/**
 * A verifier with these anchors, for signatures on mail, with the default policy and limits, at the time of each call.
 */
int32_t smime_verifier_new(const smime_trust *trust, smime_verifier **verifier, smime_error **err);

/**
 * Uses this certificate too where a path needs it. It is not trusted for being given here.
 */
int32_t smime_verifier_add_intermediate(smime_verifier *verifier,
                                        const smime_certificate *certificate,
                                        smime_error **err);

/**
 * Judges at this time, in seconds since 1970-01-01T00:00:00Z. Where this is not called: at the time of each call, by the system's clock.
 */
int32_t smime_verifier_set_at(smime_verifier *verifier,
                              int64_t time,
                              smime_error **err);

/**
 * What certificates are to be used for, one of SMIME_PURPOSE_*.
 * Errors: SMIME_E_USE_ARGUMENT where there is no such purpose.
 */
int32_t smime_verifier_set_purpose(smime_verifier *verifier, int32_t purpose, smime_error **err);

/**
 * Asks too whether certificates are for this address, "alice@example.org"; NULL asks no more.
 * SMIME_E_ADDR_MISMATCH or SMIME_E_ADDR_ABSENT is found in the path of one that is not.
 * Errors: SMIME_E_USE_ARGUMENT where it is no address.
 */
int32_t smime_verifier_set_address(smime_verifier *verifier, const char *address, smime_error **err);

/**
 * Judges by this policy, one of SMIME_POLICY_*. Options that were set before are forgotten.
 * Errors: SMIME_E_USE_ARGUMENT where there is no such policy.
 */
int32_t smime_verifier_set_policy(smime_verifier *verifier, int32_t policy, smime_error **err);

/**
 * Changes one point of the policy: option is one of SMIME_POLICY_OPTION_*; a value that says whether is 0 or 1.
 * Errors: SMIME_E_USE_ARGUMENT where there is no such option or the value does not fit.
 */
int32_t smime_verifier_set_policy_option(smime_verifier *verifier, int32_t option, int64_t value, smime_error **err);

/**
 * Accepts this certificate policy, an object identifier in dotted form such as "2.16.840.1.101.3.2.1.48.1", and others only where they
 * are added too. Where this is not called, every one is accepted. A path without a policy that is accepted fails where an authority
 * demands one; to demand one of every path, set SMIME_POLICY_OPTION_REQUIRE_EXPLICIT_POLICY.
 * Errors: SMIME_E_USE_ARGUMENT where it is no object identifier.
 */
int32_t smime_verifier_add_certificate_policy(smime_verifier *verifier,
                                              const char *oid,
                                              smime_error **err);

/**
 * Uses every revocation list in these octets too: PEM with any number of them, or the DER of one. Who signed it is judged when it is needed.
 * Errors: SMIME_E_CRL_MALFORMED, SMIME_E_PEM_MALFORMED; nothing is added then.
 */
int32_t smime_verifier_add_crls(smime_verifier *verifier,
                                const uint8_t *data,
                                size_t length,
                                smime_error **err);

/**
 * Uses every OCSP response in these octets too: PEM with any number of them, or the DER of one. Who signed it is judged when it is needed.
 * Errors: SMIME_E_OCSP_MALFORMED, SMIME_E_PEM_MALFORMED; nothing is added then.
 */
int32_t smime_verifier_add_ocsp(smime_verifier *verifier,
                                const uint8_t *data,
                                size_t length,
                                smime_error **err);

/**
 * Has what is missing (lists, OCSP responses, certificates of issuers) fetched by this callback, one thing at a time, at most
 * SMIME_LIMIT_FETCHES for each certificate that is judged. Without one nothing is fetched, and the report tells what is missing.
 *
 * On success the verifier owns user: destroy (which may be NULL) is called with it once, when the last object that needs it ends. On
 * failure user stays the caller's. The callback may run on any thread that uses the verifier, several at the same time.
 * Errors: SMIME_E_USE_ARGUMENT where there is no callback.
 */
int32_t smime_verifier_set_fetch(smime_verifier *verifier,
                                 smime_fetch_fn fetch,
                                 void *user,
                                 smime_destroy_fn destroy,
                                 smime_error **err);

/**
 * Whether the policy accepts a digest in signatures: "sha1", "sha256", "sha384" or "sha512".
 * Errors: SMIME_E_USE_ARGUMENT where there is no such digest.
 */
int32_t smime_verifier_allow_digest(smime_verifier *verifier, const char *digest, int32_t allowed, smime_error **err);

/**
 * Holds the search for a path to a bound: limit is one of SMIME_LIMIT_*.
 * Errors: SMIME_E_USE_ARGUMENT where there is no such limit or the value does not fit.
 */
int32_t smime_verifier_set_limit(smime_verifier *verifier, int32_t limit, uint64_t value, smime_error **err);

/**
 * Judges this certificate. That it is not valid is no error: look at the verdict.
 */
int32_t smime_verifier_verify(const smime_verifier *verifier,
                              const smime_certificate *certificate,
                              smime_path **path,
                              smime_error **err);

/**
 * Ends a verifier. NULL is none.
 */
void smime_verifier_free(smime_verifier *verifier);

/**
 * What the path is worth: SMIME_VERDICT_VALID, SMIME_VERDICT_UNTRUSTED, SMIME_VERDICT_INDETERMINATE or SMIME_VERDICT_INVALID.
 * SMIME_VERDICT_INDETERMINATE where path is NULL.
 */
int32_t smime_path_verdict(const smime_path *path);

/**
 * The report as JSON: verdict, path (SHA-256 of each certificate, the one that was asked about first), revocation of each, policies (the certificate
 * policies that hold and are accepted, dotted; 2.5.29.32.0 is anyPolicy), findings, needs. Keys are only ever added. The buffer is text.
 */
int32_t smime_path_to_json(const smime_path *path,
                           smime_buffer **json,
                           smime_error **err);

/**
 * The path as a small tree for people: the anchor first, each certificate below the one that issued it, with what speaks against it. The
 * buffer is text of several lines.
 */
int32_t smime_path_to_tree(const smime_path *path,
                           smime_buffer **tree,
                           smime_error **err);

/**
 * The certificates of the path: the one that was asked about first, the anchor last where the path leads to one.
 */
int32_t smime_path_certificates(const smime_path *path, smime_certificates **certificates, smime_error **err);

/**
 * 1 where a finding with this code, one of SMIME_E_*, is in the report; else 0.
 */
int32_t smime_path_has(const smime_path *path, int32_t code);

/**
 * How many findings there are. 0 where path is NULL.
 */
size_t smime_path_finding_count(const smime_path *path);

/**
 * The code of a finding, one of SMIME_E_*; the first has index 0. 0 where there is none.
 */
int32_t smime_path_finding_code(const smime_path *path, size_t index);

/**
 * How much a finding weighs here, one of SMIME_SEVERITY_*. 0 where there is none.
 */
int32_t smime_path_finding_severity(const smime_path *path, size_t index);

/**
 * What a finding says to people. The buffer is text.
 * Errors: SMIME_E_USE_ARGUMENT where there is none with this index.
 */
int32_t smime_path_finding_message(const smime_path *path, size_t index, smime_buffer **message, smime_error **err);

/**
 * Ends a path. NULL is none.
 */
void smime_path_free(smime_path *path);

/**
 * Makes a request for this key and signs it with it.
 *
 * Each text may be NULL for nothing, but subject or addresses must be there. subject is as RFC 4514 writes it ("CN=Alice,O=Example"); the
 * others are words between blanks: addresses; names of RFC 5280 ("digitalSignature"); names ("emailProtection") or dotted object identifiers.
 * What is not asked for is left to the authority.
 * Errors: SMIME_E_USE_ARGUMENT, SMIME_E_ADDR_MALFORMED, SMIME_E_KEY_UNSUPPORTED where the key does not sign.
 */
int32_t smime_request_new(const smime_key *key,
                          const char *subject,
                          const char *addresses,
                          const char *key_usage,
                          const char *extended_key_usage,
                          smime_request **request,
                          smime_error **err);

/**
 * Reads the one request in these octets, PEM or DER.
 * Errors: SMIME_E_REQ_MALFORMED, SMIME_E_PEM_MALFORMED, SMIME_E_BER_TRAILING, SMIME_E_LIMIT_BYTES.
 */
int32_t smime_request_from_bytes(const uint8_t *data, size_t length, smime_request **request, smime_error **err);

/**
 * Proof of possession: SMIME_OK where the request was signed with the private half of the key in it, and not altered since. Nothing else is
 * proved: what it asks for is the wish of whoever made it.
 * Errors: SMIME_E_SIG_INVALID, SMIME_E_SIG_ALGORITHM_MISMATCH, SMIME_E_ALG_UNSUPPORTED, SMIME_E_KEY_UNSUPPORTED, SMIME_E_KEY_INVALID and the like.
 */
int32_t smime_request_verify(const smime_request *request,
                             smime_error **err);

/**
 * The request in DER, octet for octet as it was received.
 */
int32_t smime_request_to_der(const smime_request *request, smime_buffer **der, smime_error **err);

/**
 * The request as a PEM block. The buffer is text.
 */
int32_t smime_request_to_pem(const smime_request *request, smime_buffer **pem, smime_error **err);

/**
 * Everything a person wants to know about the request, as JSON: subject, addresses, key, key_sha256, signature ("passed", "failed" or
 * "not_checked"), key_usage, extended_key_usage, extensions, attributes and more. The buffer is text.
 */
int32_t smime_request_to_json(const smime_request *request,
                              smime_buffer **json,
                              smime_error **err);

/**
 * The subject as RFC 4514 writes it, safe to show. The buffer is text.
 */
int32_t smime_request_subject(const smime_request *request, smime_buffer **subject, smime_error **err);

/**
 * How many e-mail addresses that follow the rules the request asks for. 0 where request is NULL.
 */
size_t smime_request_address_count(const smime_request *request);

/**
 * One of these e-mail addresses; the first has index 0. The buffer is text.
 * Errors: SMIME_E_USE_ARGUMENT where there is none with this index.
 */
int32_t smime_request_address(const smime_request *request, size_t index, smime_buffer **address, smime_error **err);

/**
 * Ends a request. NULL is none.
 */
void smime_request_free(smime_request *request);

/**
 * For a certification authority. The times are in seconds since 1970-01-01T00:00:00Z.
 */
int32_t smime_template_authority(const char *common_name,
                                 int64_t not_before,
                                 int64_t not_after,
                                 smime_template **template_,
                                 smime_error **err);

/**
 * For a person or mailbox: emailProtection, one address. The times are in seconds since 1970-01-01T00:00:00Z.
 */
int32_t smime_template_end_entity(const char *common_name,
                                  const char *address,
                                  int64_t not_before,
                                  int64_t not_after,
                                  smime_template **template_,
                                  smime_error **err);

/**
 * Ends a template. NULL is none.
 */
void smime_template_free(smime_template *template_);

/**
 * An issuer from its parts.
 * Errors: SMIME_E_KEY_MISMATCH where the key is not that of the certificate, SMIME_E_KEY_UNSUPPORTED where it cannot sign.
 */
int32_t smime_issuer_new(const smime_key *key,
                         const smime_certificate *certificate,
                         smime_issuer **issuer,
                         smime_error **err);

/**
 * An issuer with a new certificate that it signs itself: a root.
 * Errors: SMIME_E_KEY_UNSUPPORTED where the key cannot sign, SMIME_E_USE_ARGUMENT where the template cannot be written.
 */
int32_t smime_issuer_self_signed(const smime_key *key,
                                 const smime_template *template_,
                                 smime_issuer **issuer,
                                 smime_error **err);

/**
 * The issuer's certificate.
 */
int32_t smime_issuer_certificate(const smime_issuer *issuer, smime_certificate **certificate, smime_error **err);

/**
 * Issues a certificate for the public half of this key.
 * Errors: SMIME_E_USE_ARGUMENT where the template cannot be written.
 */
int32_t smime_issuer_issue(const smime_issuer *issuer,
                           const smime_key *key,
                           const smime_template *template_,
                           smime_certificate **certificate,
                           smime_error **err);

/**
 * Ends an issuer. NULL is none.
 */
void smime_issuer_free(smime_issuer *issuer);

/**
 * Issues a certificate for the key of this request. Nothing else of the request goes in: see smime_profile_template.
 * Errors: SMIME_E_USE_ARGUMENT where the template cannot be written; those of the request's key.
 */
int32_t smime_issuer_issue_for_request(const smime_issuer *issuer,
                                       const smime_request *request,
                                       const smime_template *template_,
                                       smime_certificate **certificate,
                                       smime_error **err);

/**
 * A certificate that says what the old one says, with a new serial number and validity: for the key of this request, whose proof of possession
 * is checked, or where that is NULL for the same key. The times are in seconds since 1970-01-01T00:00:00Z.
 * Errors: SMIME_E_CA_NOT_ISSUER where this issuer did not sign the old certificate; SMIME_E_USE_ARGUMENT; those of smime_request_verify.
 */
int32_t smime_issuer_renew(const smime_issuer *issuer,
                           const smime_certificate *old,
                           const smime_request *request,
                           int64_t not_before,
                           int64_t not_after,
                           smime_certificate **certificate,
                           smime_error **err);

/**
 * A profile: type "mailbox", "organization", "sponsor" or "individual" and generation "strict", "multipurpose" or "legacy" are those of the
 * S/MIME Baseline Requirements of the CA/Browser Forum. With NULL for both none of their rules holds.
 *
 * With them, smime_profile_template refuses until there is a URL of a revocation list (crl_urls).
 */
int32_t smime_profile_new(const char *type_,
                          const char *generation,
                          smime_profile **profile,
                          smime_error **err);

/**
 * Sets a field. Lists are words between blanks.
 *
 * days and maximum_days; keys ("rsa-2048 p256": for RSA the least); key_use ("signing", "encryption" or "dual"); non_repudiation ("true" or
 * "false"); extended_key_usage (names or dotted object identifiers); required_subject and allowed_subject (attribute types: "CN O"; allowed_subject
 * also "any"); policies (dotted); cps (a URL, or nothing); crl_urls, ocsp_urls, issuer_urls.
 * Errors: SMIME_E_USE_ARGUMENT for another name, or a value that is none.
 */
int32_t smime_profile_set(smime_profile *profile,
                          const char *name,
                          const char *value,
                          smime_error **err);

/**
 * The fields as a JSON object of texts, in the words of smime_profile_set; type and generation stand first. The buffer is text.
 */
int32_t smime_profile_to_json(const smime_profile *profile,
                              smime_buffer **json,
                              smime_error **err);

/**
 * All that speaks against issuing what this request asks for, as a JSON array of objects with code and message, which names the rule; "[]"
 * where it follows the profile. The buffer is text.
 */
int32_t smime_profile_check(const smime_profile *profile,
                            const smime_request *request,
                            smime_buffer **problems,
                            smime_error **err);

/**
 * What the certificate for this request shall say: the subject (RFC 4514, NULL for none) and the addresses (words between blanks) that were
 * validated, and all else by the profile. Of the request nothing goes in but the key; its proof of possession is checked. not_before is in seconds
 * since 1970-01-01T00:00:00Z.
 * Errors: SMIME_E_CA_PROFILE, SMIME_E_ADDR_MALFORMED, SMIME_E_USE_ARGUMENT; those of smime_request_verify.
 */
int32_t smime_profile_template(const smime_profile *profile,
                               const smime_request *request,
                               const char *subject,
                               const char *addresses,
                               int64_t not_before,
                               smime_template **template_,
                               smime_error **err);

/**
 * Ends a profile. NULL is none.
 */
void smime_profile_free(smime_profile *profile);

/**
 * A token to send to this address, and nowhere else. That it comes back proves that who has the key of the request also reads the mail of the
 * address; for this purpose, the authority's own word ("issue"), and until expires, in seconds since 1970-01-01T00:00:00Z. The secret is
 * the authority's and has 32 octets or more. The buffer is text: 75 characters of URL-safe Base64.
 * Errors: SMIME_E_ADDR_MALFORMED, SMIME_E_USE_ARGUMENT.
 */
int32_t smime_challenge_token(const uint8_t *secret,
                              size_t secret_length,
                              const char *address,
                              const smime_request *request,
                              const char *purpose,
                              int64_t expires,
                              smime_buffer **token,
                              smime_error **err);

/**
 * Checks a token that came back at this time: SMIME_OK where it was made with the same secret, address, key and purpose, and came in time.
 * Errors: SMIME_E_ADDR_CHALLENGE, SMIME_E_ADDR_CHALLENGE_EXPIRED, SMIME_E_ADDR_MALFORMED, SMIME_E_USE_ARGUMENT.
 */
int32_t smime_challenge_check(const uint8_t *secret,
                              size_t secret_length,
                              const char *address,
                              const smime_request *request,
                              const char *purpose,
                              const char *token,
                              int64_t at,
                              smime_error **err);

/**
 * The identifier of an ACME order, as JSON: {"type":"email","value":"alice@example.org"}. The buffer is text.
 * Errors: SMIME_E_ADDR_MALFORMED.
 */
int32_t smime_acme_identifier(const char *address, smime_buffer **json, smime_error **err);

/**
 * Half an ACME token for a server: 128 random bits in URL-safe Base64. The buffer is text.
 */
int32_t smime_acme_new_token_part(smime_buffer **part, smime_error **err);

/**
 * The ACME token: the half that came in the Subject of the challenge ("ACME: ...", which may stand before it) and the half that came over HTTPS,
 * joined. The buffer is text.
 * Errors: SMIME_E_USE_ARGUMENT where a half is not URL-safe Base64 of 128 bits or more.
 */
int32_t smime_acme_token(const char *part1,
                         const char *part2,
                         smime_buffer **token,
                         smime_error **err);

/**
 * The public half of the account's key as JSON Web Key, in the form that thumbprints are made of (RFC 7638). The buffer is text.
 * Errors: SMIME_E_KEY_UNSUPPORTED for a kind of key that accounts do not have.
 */
int32_t smime_acme_jwk(const smime_key *key,
                       smime_buffer **jwk,
                       smime_error **err);

/**
 * The thumbprint of the account's key (RFC 7638). The buffer is text.
 * Errors: as smime_acme_jwk.
 */
int32_t smime_acme_jwk_thumbprint(const smime_key *key, smime_buffer **thumbprint, smime_error **err);

/**
 * The body of the answer to an ACME challenge (RFC 8823 section 3.2), for a text/plain part. The buffer is text.
 */
int32_t smime_acme_response(const char *token, const char *thumbprint, smime_buffer **body, smime_error **err);

/**
 * Checks the body of an answer. That it came from the address (DKIM or S/MIME, RFC 8823 section 3.2) is for the caller to check.
 * Errors: SMIME_E_ADDR_CHALLENGE.
 */
int32_t smime_acme_check_response(const char *body,
                                  const char *token,
                                  const char *thumbprint,
                                  smime_error **err);

/**
 * A complete list of this issuer with this cRLNumber, about all its certificates. The times are in seconds since
 * 1970-01-01T00:00:00Z.
 */
int32_t smime_crl_builder_new(const smime_issuer *issuer,
                              uint64_t number,
                              int64_t this_update,
                              int64_t next_update,
                              smime_crl_builder **builder,
                              smime_error **err);

/**
 * Sets the cRLNumber: big-endian, at most 20 octets.
 */
int32_t smime_crl_builder_set_number(smime_crl_builder *builder,
                                     const uint8_t *number,
                                     size_t length,
                                     smime_error **err);

/**
 * Makes it a delta CRL to the complete list with this number, big-endian.
 */
int32_t smime_crl_builder_set_base_number(smime_crl_builder *builder,
                                          const uint8_t *number,
                                          size_t length,
                                          smime_error **err);

/**
 * Adds a URL of the place where the list is published (issuingDistributionPoint), one that the certificates name.
 */
int32_t smime_crl_builder_add_url(smime_crl_builder *builder, const char *url, smime_error **err);

/**
 * Adds a URL of the delta CRLs for this list (freshestCRL).
 */
int32_t smime_crl_builder_add_freshest_url(smime_crl_builder *builder, const char *url, smime_error **err);

/**
 * The list is about one kind of certificates only, one of SMIME_CRL_ONLY_*.
 */
int32_t smime_crl_builder_set_only(smime_crl_builder *builder, int32_t only, smime_error **err);

/**
 * The list is about some reasons only (onlySomeReasons), this one of SMIME_REASON_* among them.
 */
int32_t smime_crl_builder_add_only_reason(smime_crl_builder *builder, int32_t number, smime_error **err);

/**
 * The list may have entries for certificates of other issuers (indirectCRL).
 */
int32_t smime_crl_builder_set_indirect(smime_crl_builder *builder, smime_error **err);

/**
 * Adds an entry: the serial number, the content octets of an INTEGER (the first bit is not set: put an octet 0 in front); since when;
 * why, one of SMIME_REASON_*; when the key is thought to have come into other hands, or NULL; and the certificate of the issuer, or NULL
 * where that is the issuer of the list.
 * Errors: SMIME_E_USE_ARGUMENT for what RFC 5280 does not allow on this list, SMIME_E_USE_KEY_FOR_SIGNING where the issuer's certificate
 * lacks cRLSign. The entries before stay.
 */
int32_t smime_crl_builder_add_entry(smime_crl_builder *builder,
                                    const uint8_t *serial,
                                    size_t length,
                                    int64_t revocation_date,
                                    int32_t reason_number,
                                    const int64_t *invalidity_date,
                                    const smime_certificate *certificate_issuer,
                                    smime_error **err);

/**
 * Adds the entries of another list, in DER or PEM.
 */
int32_t smime_crl_builder_add_entries_of(smime_crl_builder *builder,
                                         const uint8_t *crl,
                                         size_t length,
                                         smime_error **err);

/**
 * Adds what a delta CRL has to say: what has changed from the complete list that it is based on to another complete list, both in DER or
 * PEM. What was on hold and is no more is SMIME_REASON_REMOVE_FROM_CRL.
 */
int32_t smime_crl_builder_add_changes(smime_crl_builder *builder,
                                      const uint8_t *base,
                                      size_t base_length,
                                      const uint8_t *current,
                                      size_t current_length,
                                      smime_error **err);

/**
 * Signs the list. The buffer holds its DER. Nothing can be added afterwards.
 * Errors: as smime_crl_builder_add_entry; SMIME_E_USE_ARGUMENT also where a certificate is on the list twice.
 */
int32_t smime_crl_builder_build(smime_crl_builder *builder, smime_buffer **crl, smime_error **err);

/**
 * Ends a builder. NULL is none.
 */
void smime_crl_builder_free(smime_crl_builder *builder);

/**
 * Reads an OCSP request.
 * Errors: SMIME_E_OCSP_MALFORMED, SMIME_E_LIMIT_ELEMENT where it asks about more than 1000 certificates.
 */
int32_t smime_ocsp_request_from_bytes(const uint8_t *data,
                                      size_t length,
                                      smime_ocsp_request **request,
                                      smime_error **err);

/**
 * Reads the OCSP request in the URL of a GET (RFC 6960 appendix A.1): what follows the responder's own URL.
 * Errors: as smime_ocsp_request_from_bytes.
 */
int32_t smime_ocsp_request_from_get_path(const char *path, smime_ocsp_request **request, smime_error **err);

/**
 * The request in DER.
 */
int32_t smime_ocsp_request_to_der(const smime_ocsp_request *request, smime_buffer **der, smime_error **err);

/**
 * How many certificates are asked about. 0 where request is NULL.
 */
size_t smime_ocsp_request_len(const smime_ocsp_request *request);

/**
 * The CertID of the certificate with this index, in DER.
 */
int32_t smime_ocsp_request_cert_id(const smime_ocsp_request *request,
                                   size_t index,
                                   smime_buffer **cert_id,
                                   smime_error **err);

/**
 * The serial number of the certificate with this index: the content octets of an INTEGER.
 */
int32_t smime_ocsp_request_serial(const smime_ocsp_request *request,
                                  size_t index,
                                  smime_buffer **serial,
                                  smime_error **err);

/**
 * The nonce; an empty buffer where there is none.
 */
int32_t smime_ocsp_request_nonce(const smime_ocsp_request *request, smime_buffer **nonce, smime_error **err);

/**
 * Ends a request. NULL is none.
 */
void smime_ocsp_request_free(smime_ocsp_request *request);

/**
 * Says the status of a certificate, one of SMIME_OCSP_STATUS_*; for SMIME_OCSP_STATUS_REVOKED also since when, in seconds since
 * 1970-01-01T00:00:00Z, and why, one of SMIME_REASON_*.
 */
int32_t smime_ocsp_status_set(smime_ocsp_status *status,
                              int32_t kind,
                              int64_t revoked_at,
                              int32_t reason,
                              smime_error **err);

/**
 * For a key that answers OCSP requests in the place of an authority: id-kp-OCSPSigning and id-pkix-ocsp-nocheck. Nobody asks whether such a
 * certificate is revoked, so let it end after days. The times are in seconds since 1970-01-01T00:00:00Z.
 */
int32_t smime_template_ocsp_responder(const char *common_name,
                                      int64_t not_before,
                                      int64_t not_after,
                                      smime_template **template_,
                                      smime_error **err);

/**
 * A responder for the certificates of this issuer, with the issuer's own certificate or with one that the issuer has issued for this
 * (smime_template_ocsp_responder), which then goes along with each answer. It is named by its key and echoes nonces; requests about
 * certificates of other issuers are answered by unauthorized.
 * Errors: SMIME_E_KEY_MISMATCH where the key is not that of the certificate, SMIME_E_KEY_UNSUPPORTED where it cannot sign,
 * SMIME_E_USE_KEY_FOR_SIGNING where the certificate is neither the issuer's own nor one for this.
 */
int32_t smime_ocsp_responder_new(const smime_key *key,
                                 const smime_certificate *certificate,
                                 const smime_certificate *issuer,
                                 smime_ocsp_responder **responder,
                                 smime_error **err);

/**
 * Names the responder by the subject of its certificate instead of its key.
 */
int32_t smime_ocsp_responder_set_by_name(smime_ocsp_responder *responder, smime_error **err);

/**
 * Passes over nonces.
 */
int32_t smime_ocsp_responder_omit_nonces(smime_ocsp_responder *responder, smime_error **err);

/**
 * Answers unknown about each certificate of another issuer, instead of unauthorized to the whole request.
 */
int32_t smime_ocsp_responder_set_others_unknown(smime_ocsp_responder *responder, smime_error **err);

/**
 * Answers a request, whatever its octets are: the response has a status that says so where they are none, and where the status of a
 * certificate cannot be found out. The callback is asked about certificates of the issuer alone. The times are in seconds since
 * 1970-01-01T00:00:00Z; next_update may be NULL: newer information is always at hand.
 * Errors: SMIME_E_USE_ARGUMENT where there is no callback.
 */
int32_t smime_ocsp_responder_respond(const smime_ocsp_responder *responder,
                                     const uint8_t *data,
                                     size_t length,
                                     smime_ocsp_status_fn status,
                                     void *user,
                                     int64_t this_update,
                                     const int64_t *next_update,
                                     int64_t produced_at,
                                     smime_buffer **response,
                                     smime_error **err);

/**
 * Makes an answer before anybody asks: about the certificate with this serial number, named by this digest ("sha1", also where it is
 * NULL, as most ask; or "sha256" ...), without a nonce. The status is as in smime_ocsp_status_set.
 */
int32_t smime_ocsp_responder_prepare(const smime_ocsp_responder *responder,
                                     const uint8_t *serial,
                                     size_t serial_length,
                                     const char *digest,
                                     int32_t status,
                                     int64_t revoked_at,
                                     int32_t reason,
                                     int64_t this_update,
                                     int64_t next_update,
                                     int64_t produced_at,
                                     smime_buffer **response,
                                     smime_error **err);

/**
 * Ends a responder. NULL is none.
 */
void smime_ocsp_responder_free(smime_ocsp_responder *responder);

/**
 * A response without an answer, which nobody signs: the status is one of SMIME_OCSP_RESPONSE_*.
 */
int32_t smime_ocsp_refusal(int32_t status, smime_buffer **response, smime_error **err);

/**
 * A journal without entries.
 */
int32_t smime_journal_new(smime_journal **journal, smime_error **err);

/**
 * A journal that goes on after a last entry, which is believed: its number, its time in seconds since 1970-01-01T00:00:00Z, and the 32 octets of
 * its hash.
 */
int32_t smime_journal_resume(uint64_t number,
                             int64_t at,
                             const uint8_t *hash,
                             smime_journal **journal,
                             smime_error **err);

/**
 * Ends a journal. NULL is none.
 */
void smime_journal_free(smime_journal *journal);

/**
 * The next entry: what happened, in a word, and the facts. Its number, and its hash into the 32 octets of `hash`.
 * Errors: SMIME_E_CA_CLOCK where the time is before that of the last entry; the journal stays as it was.
 */
int32_t smime_journal_append(smime_journal *journal,
                             int64_t at,
                             const char *event,
                             const char *detail,
                             uint64_t *number,
                             uint8_t *hash,
                             smime_error **err);

/**
 * Checks that this entry is the next, as it was written, and goes on from it.
 * Errors: SMIME_E_CA_JOURNAL where it is another one or was altered; the journal stays as it was.
 */
int32_t smime_journal_follow(smime_journal *journal,
                             uint64_t number,
                             int64_t at,
                             const char *event,
                             const char *detail,
                             const uint8_t *hash,
                             smime_error **err);

/**
 * How a certificate stands after a step, SMIME_STEP_*. `standing` is SMIME_STANDING_*, `since` from when on it is held or revoked, `reason` why it was
 * revoked, SMIME_REASON_*; they are changed in place. `step_reason` is why it is revoked now.
 * Errors: SMIME_E_CA_STANDING where the step does not lead on from there, SMIME_E_USE_ARGUMENT where a number is none.
 */
int32_t smime_standing_next(int32_t *standing,
                            int64_t *since,
                            int32_t *reason,
                            int32_t step,
                            int64_t at,
                            int32_t step_reason,
                            smime_error **err);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* LIBSMIME_SMIME_H */
