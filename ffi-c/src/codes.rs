//! The codes as constants, and their texts. Generated from the core's table: `cargo xtask header`. Do not edit.

use crate::texts::CodeTexts;

/// USE-ARGUMENT: An argument is not usable.
pub const SMIME_E_USE_ARGUMENT: i32 = 1001;
/// USE-STATE: The object is not in a state that allows this call.
pub const SMIME_E_USE_STATE: i32 = 1002;
/// USE-IO: Reading or writing failed.
pub const SMIME_E_USE_IO: i32 = 1003;
/// USE-NO-RECIPIENT: There is no recipient to encrypt to.
pub const SMIME_E_USE_NO_RECIPIENT: i32 = 1004;
/// USE-HEADER-VALUE: A header field would carry a line end or NUL.
pub const SMIME_E_USE_HEADER_VALUE: i32 = 1005;
/// USE-NOT-TRANSPORT-SAFE: The content would not survive mail transport unchanged and cannot be encoded without breaking it; sign it opaquely instead.
pub const SMIME_E_USE_NOT_TRANSPORT_SAFE: i32 = 1006;
/// USE-KEY-FOR-SIGNING: The identity has no key and certificate that may sign.
pub const SMIME_E_USE_KEY_FOR_SIGNING: i32 = 1007;
/// USE-KEY-FOR-ENCRYPTION: The recipient's certificate does not allow encryption to it.
pub const SMIME_E_USE_KEY_FOR_ENCRYPTION: i32 = 1008;
/// USE-CONTENT-SIZE: The content has another size or form than was announced.
pub const SMIME_E_USE_CONTENT_SIZE: i32 = 1009;
/// USE-CONTENT-REFUSED: The content is withheld because the verdict does not allow its use.
pub const SMIME_E_USE_CONTENT_REFUSED: i32 = 1010;
/// USE-PASSWORD: A password is needed and none was given.
pub const SMIME_E_USE_PASSWORD: i32 = 1011;
/// USE-CONTENT-MISSING: The signature is detached and its content was not given.
pub const SMIME_E_USE_CONTENT_MISSING: i32 = 1012;
/// KEY-MISSING: There is no private key in the input.
pub const SMIME_E_KEY_MISSING: i32 = 1013;
/// KEY-CERTIFICATE-MISSING: There is no certificate in the input for the private key.
pub const SMIME_E_KEY_CERTIFICATE_MISSING: i32 = 1014;
/// USE-EVIDENCE: No evidence can be made of this message.
pub const SMIME_E_USE_EVIDENCE: i32 = 1015;
/// CA-CLOCK: The clock stands before what the authority has recorded already.
pub const SMIME_E_CA_CLOCK: i32 = 1040;
/// CA-STANDING: The certificate does not stand as this step needs it.
pub const SMIME_E_CA_STANDING: i32 = 1041;
/// CA-JOURNAL: The journal of the authority was altered.
pub const SMIME_E_CA_JOURNAL: i32 = 1042;
/// BER-TRUNCATED: The input ends in the middle of an element.
pub const SMIME_E_BER_TRUNCATED: i32 = 2001;
/// BER-TAG: An element has another type than belongs there.
pub const SMIME_E_BER_TAG: i32 = 2002;
/// BER-LENGTH: The length of an element is not possible there.
pub const SMIME_E_BER_LENGTH: i32 = 2003;
/// BER-TRAILING: Octets follow where the structure has ended.
pub const SMIME_E_BER_TRAILING: i32 = 2004;
/// BER-VALUE: A value is not encoded as its type demands.
pub const SMIME_E_BER_VALUE: i32 = 2005;
/// BER-NOT-DER: A structure that must be DER is not.
pub const SMIME_E_BER_NOT_DER: i32 = 2006;
/// CMS-STRUCTURE: The CMS structure lacks an element or has one too many.
pub const SMIME_E_CMS_STRUCTURE: i32 = 2010;
/// CMS-DUPLICATE-ATTRIBUTE: An attribute that may stand once stands more than once.
pub const SMIME_E_CMS_DUPLICATE_ATTRIBUTE: i32 = 2011;
/// MIME-NOT-SMIME: The input is not an S/MIME message.
pub const SMIME_E_MIME_NOT_SMIME: i32 = 2020;
/// MIME-HEADER: A header field is malformed.
pub const SMIME_E_MIME_HEADER: i32 = 2021;
/// MIME-TRANSFER-ENCODING: The body does not follow its transfer encoding.
pub const SMIME_E_MIME_TRANSFER_ENCODING: i32 = 2022;
/// MIME-BOUNDARY: The boundary is missing, malformed or never closed.
pub const SMIME_E_MIME_BOUNDARY: i32 = 2023;
/// MIME-SIGNED-PARTS: A multipart/signed has not exactly two parts.
pub const SMIME_E_MIME_SIGNED_PARTS: i32 = 2024;
/// MIME-SIGNED-PROTOCOL: The protocol of multipart/signed and the type of its second part do not fit.
pub const SMIME_E_MIME_SIGNED_PROTOCOL: i32 = 2025;
/// MIME-SIGNED-CONTENT: The signature of a multipart/signed carries content of its own.
pub const SMIME_E_MIME_SIGNED_CONTENT: i32 = 2026;
/// MIME-TRUNCATED: The message ends before its end is marked.
pub const SMIME_E_MIME_TRUNCATED: i32 = 2027;
/// MIME-SMIME-TYPE: The smime-type parameter says something else than the content is.
pub const SMIME_E_MIME_SMIME_TYPE: i32 = 2028;
/// CERT-MALFORMED: A certificate cannot be read.
pub const SMIME_E_CERT_MALFORMED: i32 = 2040;
/// CERT-DUPLICATE-EXTENSION: A certificate, list or response has the same extension twice.
pub const SMIME_E_CERT_DUPLICATE_EXTENSION: i32 = 2041;
/// CERT-ALGORITHM-MISMATCH: The inner and the outer signature algorithm of a certificate or list differ.
pub const SMIME_E_CERT_ALGORITHM_MISMATCH: i32 = 2042;
/// REQ-MALFORMED: A certification request cannot be read.
pub const SMIME_E_REQ_MALFORMED: i32 = 2043;
/// KEY-MALFORMED: A key cannot be read.
pub const SMIME_E_KEY_MALFORMED: i32 = 2050;
/// KEY-INVALID: The numbers of a key are not those of a valid key.
pub const SMIME_E_KEY_INVALID: i32 = 2051;
/// PEM-MALFORMED: A PEM block cannot be read.
pub const SMIME_E_PEM_MALFORMED: i32 = 2052;
/// PKCS12-MALFORMED: A PKCS #12 file cannot be read.
pub const SMIME_E_PKCS12_MALFORMED: i32 = 2053;
/// CRL-MALFORMED: A certificate revocation list cannot be read.
pub const SMIME_E_CRL_MALFORMED: i32 = 2060;
/// OCSP-MALFORMED: An OCSP request or response cannot be read.
pub const SMIME_E_OCSP_MALFORMED: i32 = 2061;
/// EVIDENCE-MALFORMED: A file of evidence cannot be read.
pub const SMIME_E_EVIDENCE_MALFORMED: i32 = 2070;
/// EVIDENCE-ALTERED: A file of evidence is not what it was when it was made.
pub const SMIME_E_EVIDENCE_ALTERED: i32 = 2071;
/// ENC-NO-RECIPIENT: None of the identities given is a recipient of this message.
pub const SMIME_E_ENC_NO_RECIPIENT: i32 = 3001;
/// ENC-DECRYPT-FAILED: The message cannot be decrypted: the key is another one or the message was altered.
pub const SMIME_E_ENC_DECRYPT_FAILED: i32 = 3002;
/// KEY-PASSWORD-WRONG: The password is wrong, or the protected key was altered.
pub const SMIME_E_KEY_PASSWORD_WRONG: i32 = 3003;
/// KEY-EXTERNAL-FAILED: The external key did not do what was asked of it.
pub const SMIME_E_KEY_EXTERNAL_FAILED: i32 = 3004;
/// KEY-MISMATCH: The private key does not belong to the certificate.
pub const SMIME_E_KEY_MISMATCH: i32 = 3005;
/// LIMIT-DEPTH: Elements are nested deeper than allowed.
pub const SMIME_E_LIMIT_DEPTH: i32 = 4001;
/// LIMIT-LAYERS: The message has more protective layers than allowed.
pub const SMIME_E_LIMIT_LAYERS: i32 = 4002;
/// LIMIT-BYTES: The input is larger than allowed.
pub const SMIME_E_LIMIT_BYTES: i32 = 4003;
/// LIMIT-RECIPIENTS: The message has more recipients than allowed.
pub const SMIME_E_LIMIT_RECIPIENTS: i32 = 4004;
/// LIMIT-SIGNERS: The message has more signers than allowed.
pub const SMIME_E_LIMIT_SIGNERS: i32 = 4005;
/// LIMIT-CERTIFICATES: The message carries more certificates or CRLs than allowed.
pub const SMIME_E_LIMIT_CERTIFICATES: i32 = 4006;
/// LIMIT-PARTS: The message has more parts than allowed.
pub const SMIME_E_LIMIT_PARTS: i32 = 4007;
/// LIMIT-HEADER: A header is larger or has more fields than allowed.
pub const SMIME_E_LIMIT_HEADER: i32 = 4008;
/// LIMIT-KDF: A key derivation asks for more work than allowed.
pub const SMIME_E_LIMIT_KDF: i32 = 4009;
/// LIMIT-PATH: Building the certification path took more work than allowed.
pub const SMIME_E_LIMIT_PATH: i32 = 4010;
/// LIMIT-INFLATE: Compressed content expands more than allowed.
pub const SMIME_E_LIMIT_INFLATE: i32 = 4011;
/// LIMIT-ATTRIBUTES: A signer or message has more attributes than allowed.
pub const SMIME_E_LIMIT_ATTRIBUTES: i32 = 4012;
/// LIMIT-ELEMENT: An element is larger than allowed.
pub const SMIME_E_LIMIT_ELEMENT: i32 = 4013;
/// LIMIT-PRIVATE-KEY: Opening would take more private-key operations than allowed.
pub const SMIME_E_LIMIT_PRIVATE_KEY: i32 = 4014;
/// ALG-UNSUPPORTED: The algorithm is not supported.
pub const SMIME_E_ALG_UNSUPPORTED: i32 = 5001;
/// ALG-PARAMETERS: The parameters of the algorithm are not supported or not allowed.
pub const SMIME_E_ALG_PARAMETERS: i32 = 5002;
/// CMS-TYPE-UNSUPPORTED: The CMS content type is not supported.
pub const SMIME_E_CMS_TYPE_UNSUPPORTED: i32 = 5003;
/// KEY-UNSUPPORTED: The kind of key is not supported.
pub const SMIME_E_KEY_UNSUPPORTED: i32 = 5004;
/// ENC-AEAD-IN-ENVELOPED: An authenticated cipher stands in EnvelopedData, where nothing checks its tag.
pub const SMIME_E_ENC_AEAD_IN_ENVELOPED: i32 = 5005;
/// ENC-NOT-AEAD: AuthEnvelopedData uses a cipher that does not authenticate.
pub const SMIME_E_ENC_NOT_AEAD: i32 = 5006;
/// ENC-TAG-LENGTH: The authentication tag has a length that is not allowed.
pub const SMIME_E_ENC_TAG_LENGTH: i32 = 5007;
/// SIG-NO-SIGNER: The signed message has no signer.
pub const SMIME_E_SIG_NO_SIGNER: i32 = 6001;
/// SIG-DIGEST-MISMATCH: The content is not what was signed: it was altered after signing.
pub const SMIME_E_SIG_DIGEST_MISMATCH: i32 = 6002;
/// SIG-INVALID: The signature does not fit the signer's key.
pub const SMIME_E_SIG_INVALID: i32 = 6003;
/// SIG-CERTIFICATE-MISSING: The signer's certificate is not in the message nor among those given.
pub const SMIME_E_SIG_CERTIFICATE_MISSING: i32 = 6004;
/// SIG-ATTRIBUTE-MISSING: A signed attribute that must be there is missing.
pub const SMIME_E_SIG_ATTRIBUTE_MISSING: i32 = 6005;
/// SIG-ATTRIBUTE-DUPLICATE: A signed attribute that may stand once, with one value, does not.
pub const SMIME_E_SIG_ATTRIBUTE_DUPLICATE: i32 = 6006;
/// SIG-ATTRIBUTE-MALFORMED: A signed attribute cannot be read.
pub const SMIME_E_SIG_ATTRIBUTE_MALFORMED: i32 = 6007;
/// SIG-CONTENT-TYPE: The signed content type is not that of the content.
pub const SMIME_E_SIG_CONTENT_TYPE: i32 = 6008;
/// SIG-ATTRIBUTE-SWAP: Content signed without attributes has the form of signed attributes: a known forgery.
pub const SMIME_E_SIG_ATTRIBUTE_SWAP: i32 = 6009;
/// SIG-DIGEST-NOT-LISTED: The signer's digest algorithm is not among those that the message announces.
pub const SMIME_E_SIG_DIGEST_NOT_LISTED: i32 = 6010;
/// SIG-ALGORITHM-MISMATCH: The digest, the signature algorithm and the key do not belong together.
pub const SMIME_E_SIG_ALGORITHM_MISMATCH: i32 = 6011;
/// SIG-ALGORITHM-FORBIDDEN: The policy does not allow this digest or signature algorithm.
pub const SMIME_E_SIG_ALGORITHM_FORBIDDEN: i32 = 6012;
/// SIG-ATTRIBUTES-REQUIRED: The policy demands signed attributes and there are none.
pub const SMIME_E_SIG_ATTRIBUTES_REQUIRED: i32 = 6013;
/// SIG-ATTRIBUTES-NOT-DER: The signed attributes are not in DER.
pub const SMIME_E_SIG_ATTRIBUTES_NOT_DER: i32 = 6014;
/// SIG-ALGORITHM-UNSUPPORTED: The digest or signature algorithm is not supported, so this signature was not checked.
pub const SMIME_E_SIG_ALGORITHM_UNSUPPORTED: i32 = 6015;
/// SIG-MISSING: A valid signature is demanded and there is none.
pub const SMIME_E_SIG_MISSING: i32 = 6016;
/// SIG-TIME-DIFFERS: The signer's own time is far from the Date of the message.
pub const SMIME_E_SIG_TIME_DIFFERS: i32 = 6017;
/// SIG-MICALG: The micalg parameter names another digest than was used.
pub const SMIME_E_SIG_MICALG: i32 = 6018;
/// SIG-WEAK: The signature uses an algorithm or key that is weak and was allowed by the policy.
pub const SMIME_E_SIG_WEAK: i32 = 6019;
/// SIG-TRANSPORT-DAMAGE: The damage looks like that of a relay which rewrote the message.
pub const SMIME_E_SIG_TRANSPORT_DAMAGE: i32 = 6020;
/// SIG-UNCOVERED: Parts of the message are not covered by the protection.
pub const SMIME_E_SIG_UNCOVERED: i32 = 6021;
/// SIG-SEVERAL-PROTECTED: The message has several protected parts side by side; only the first was opened.
pub const SMIME_E_SIG_SEVERAL_PROTECTED: i32 = 6022;
/// SIG-MIME-AMBIGUOUS: A header field that decides how the message is read stands more than once.
pub const SMIME_E_SIG_MIME_AMBIGUOUS: i32 = 6023;
/// SIG-CERTIFICATE-SUBSTITUTED: The signer's certificate is not the one that the signed attributes name.
pub const SMIME_E_SIG_CERTIFICATE_SUBSTITUTED: i32 = 6024;
/// ENC-NO-INTEGRITY: The encryption does not detect changes: the content may have been altered on the way.
pub const SMIME_E_ENC_NO_INTEGRITY: i32 = 6030;
/// ENC-ALGORITHM-FORBIDDEN: The policy does not allow this cipher or key transport.
pub const SMIME_E_ENC_ALGORITHM_FORBIDDEN: i32 = 6031;
/// ENC-WEAK: The encryption uses an algorithm that is weak and was allowed by the policy.
pub const SMIME_E_ENC_WEAK: i32 = 6032;
/// CMS-NOT-DER: The message is BER rather than DER: usual, and read all the same.
pub const SMIME_E_CMS_NOT_DER: i32 = 6040;
/// TST-UNTRUSTED: The signature has a time-stamp, which is not from an authority that is trusted for that.
pub const SMIME_E_TST_UNTRUSTED: i32 = 6050;
/// TST-INVALID: The signature has a time-stamp that does not fit it or cannot be read.
pub const SMIME_E_TST_INVALID: i32 = 6051;
/// EVIDENCE-TIME: When the evidence was judged first is the word of whoever kept it: no time-stamp over it was given.
pub const SMIME_E_EVIDENCE_TIME: i32 = 6060;
/// PATH-NO-ANCHOR: No certification path leads from the certificate to a trust anchor.
pub const SMIME_E_PATH_NO_ANCHOR: i32 = 7001;
/// PATH-EXPIRED: A certificate of the path has expired at the time of judgement.
pub const SMIME_E_PATH_EXPIRED: i32 = 7002;
/// PATH-NOT-YET-VALID: A certificate of the path is not yet valid at the time of judgement.
pub const SMIME_E_PATH_NOT_YET_VALID: i32 = 7003;
/// PATH-SIGNATURE: The signature of a certificate of the path is wrong.
pub const SMIME_E_PATH_SIGNATURE: i32 = 7004;
/// PATH-NOT-CA: An issuer in the path is not a certification authority.
pub const SMIME_E_PATH_NOT_CA: i32 = 7005;
/// PATH-LENGTH: The path is longer than one of its authorities allows.
pub const SMIME_E_PATH_LENGTH: i32 = 7006;
/// PATH-KEY-USAGE: A certificate of the path may not be used for this: keyUsage.
pub const SMIME_E_PATH_KEY_USAGE: i32 = 7007;
/// PATH-EXTENDED-KEY-USAGE: A certificate of the path is not meant for e-mail protection.
pub const SMIME_E_PATH_EXTENDED_KEY_USAGE: i32 = 7008;
/// PATH-CRITICAL-EXTENSION: A certificate of the path has a critical extension that is not understood.
pub const SMIME_E_PATH_CRITICAL_EXTENSION: i32 = 7009;
/// PATH-NAME-CHAINING: The names of issuer and subject in the path do not chain.
pub const SMIME_E_PATH_NAME_CHAINING: i32 = 7010;
/// PATH-WEAK: The policy does not allow an algorithm or key of the path.
pub const SMIME_E_PATH_WEAK: i32 = 7011;
/// PATH-TIME-UNKNOWN: No time of judgement was given.
pub const SMIME_E_PATH_TIME_UNKNOWN: i32 = 7012;
/// PATH-ANY-USAGE: The certificate is for any extended key usage rather than for e-mail.
pub const SMIME_E_PATH_ANY_USAGE: i32 = 7013;
/// PATH-ALGORITHM-UNSUPPORTED: A certificate of the path is signed with an algorithm that is not supported.
pub const SMIME_E_PATH_ALGORITHM_UNSUPPORTED: i32 = 7014;
/// PATH-NAME-CONSTRAINTS: A name in the path lies outside what an authority above it may certify.
pub const SMIME_E_PATH_NAME_CONSTRAINTS: i32 = 7015;
/// PATH-POLICY: No certificate policy that is acceptable holds for the whole path.
pub const SMIME_E_PATH_POLICY: i32 = 7016;
/// PATH-REVOKED: A certificate of the path was revoked.
pub const SMIME_E_PATH_REVOKED: i32 = 7030;
/// REV-MISSING: Nothing is at hand that says whether a certificate of the path was revoked.
pub const SMIME_E_REV_MISSING: i32 = 7031;
/// REV-STALE: Revocation evidence is too old at the time of judgement.
pub const SMIME_E_REV_STALE: i32 = 7032;
/// REV-NOT-YET-VALID: Revocation evidence was made after the time of judgement.
pub const SMIME_E_REV_NOT_YET_VALID: i32 = 7033;
/// REV-SIGNER: Revocation evidence was not signed by one who may.
pub const SMIME_E_REV_SIGNER: i32 = 7034;
/// REV-SIGNATURE: The signature of revocation evidence is wrong.
pub const SMIME_E_REV_SIGNATURE: i32 = 7035;
/// REV-SCOPE: Revocation evidence does not answer for the certificate, or not for all reasons.
pub const SMIME_E_REV_SCOPE: i32 = 7036;
/// REV-CRITICAL-EXTENSION: Revocation evidence has a critical extension that is not understood.
pub const SMIME_E_REV_CRITICAL_EXTENSION: i32 = 7037;
/// REV-NONCE: An OCSP response carries the nonce of another request.
pub const SMIME_E_REV_NONCE: i32 = 7038;
/// REV-NOT-KNOWN: The OCSP responder does not know the certificate.
pub const SMIME_E_REV_NOT_KNOWN: i32 = 7039;
/// REV-WEAK: The policy does not allow the algorithm or key by which revocation evidence is signed.
pub const SMIME_E_REV_WEAK: i32 = 7040;
/// REV-MALFORMED: Revocation evidence cannot be read.
pub const SMIME_E_REV_MALFORMED: i32 = 7041;
/// CA-PROFILE: What is asked for does not follow the profile by which certificates are issued.
pub const SMIME_E_CA_PROFILE: i32 = 7060;
/// CA-NOT-ISSUER: The certificate was not issued by this authority.
pub const SMIME_E_CA_NOT_ISSUER: i32 = 7061;
/// ADDR-MISMATCH: The sender's address is not in the signer's certificate.
pub const SMIME_E_ADDR_MISMATCH: i32 = 8001;
/// ADDR-ABSENT: The signer's certificate has no e-mail address.
pub const SMIME_E_ADDR_ABSENT: i32 = 8002;
/// ADDR-AMBIGUOUS: The message does not say unambiguously who sent it.
pub const SMIME_E_ADDR_AMBIGUOUS: i32 = 8003;
/// ADDR-MALFORMED: An e-mail address is not one by the rules.
pub const SMIME_E_ADDR_MALFORMED: i32 = 8004;
/// ADDR-NO-SENDER: The input has no From field, so no sender was compared.
pub const SMIME_E_ADDR_NO_SENDER: i32 = 8005;
/// ADDR-CHALLENGE: The answer does not prove control of the address.
pub const SMIME_E_ADDR_CHALLENGE: i32 = 8010;
/// ADDR-CHALLENGE-EXPIRED: The answer that should prove control of the address came too late.
pub const SMIME_E_ADDR_CHALLENGE_EXPIRED: i32 = 8011;
/// INTERNAL: An internal error: please report it.
pub const SMIME_E_INTERNAL: i32 = 9001;

/// Sorted by number.
#[rustfmt::skip]
pub(crate) static TABLE: &[CodeTexts] = &[
    CodeTexts { number: 1001, name: c"USE-ARGUMENT", sentence: c"An argument is not usable", reference: c"" },
    CodeTexts { number: 1002, name: c"USE-STATE", sentence: c"The object is not in a state that allows this call", reference: c"" },
    CodeTexts { number: 1003, name: c"USE-IO", sentence: c"Reading or writing failed", reference: c"" },
    CodeTexts { number: 1004, name: c"USE-NO-RECIPIENT", sentence: c"There is no recipient to encrypt to", reference: c"RFC 5652 section 6.1" },
    CodeTexts { number: 1005, name: c"USE-HEADER-VALUE", sentence: c"A header field would carry a line end or NUL", reference: c"RFC 5322 section 2.2" },
    CodeTexts { number: 1006, name: c"USE-NOT-TRANSPORT-SAFE", sentence: c"The content would not survive mail transport unchanged and cannot be encoded without breaking it; sign it opaquely instead", reference: c"RFC 8551 section 3.1.3" },
    CodeTexts { number: 1007, name: c"USE-KEY-FOR-SIGNING", sentence: c"The identity has no key and certificate that may sign", reference: c"RFC 5280 section 4.2.1.3" },
    CodeTexts { number: 1008, name: c"USE-KEY-FOR-ENCRYPTION", sentence: c"The recipient's certificate does not allow encryption to it", reference: c"RFC 5280 section 4.2.1.3" },
    CodeTexts { number: 1009, name: c"USE-CONTENT-SIZE", sentence: c"The content has another size or form than was announced", reference: c"" },
    CodeTexts { number: 1010, name: c"USE-CONTENT-REFUSED", sentence: c"The content is withheld because the verdict does not allow its use", reference: c"" },
    CodeTexts { number: 1011, name: c"USE-PASSWORD", sentence: c"A password is needed and none was given", reference: c"" },
    CodeTexts { number: 1012, name: c"USE-CONTENT-MISSING", sentence: c"The signature is detached and its content was not given", reference: c"RFC 5652 section 5.2" },
    CodeTexts { number: 1013, name: c"KEY-MISSING", sentence: c"There is no private key in the input", reference: c"" },
    CodeTexts { number: 1014, name: c"KEY-CERTIFICATE-MISSING", sentence: c"There is no certificate in the input for the private key", reference: c"" },
    CodeTexts { number: 1015, name: c"USE-EVIDENCE", sentence: c"No evidence can be made of this message", reference: c"" },
    CodeTexts { number: 1040, name: c"CA-CLOCK", sentence: c"The clock stands before what the authority has recorded already", reference: c"" },
    CodeTexts { number: 1041, name: c"CA-STANDING", sentence: c"The certificate does not stand as this step needs it", reference: c"RFC 5280 section 5.3.1" },
    CodeTexts { number: 1042, name: c"CA-JOURNAL", sentence: c"The journal of the authority was altered", reference: c"" },
    CodeTexts { number: 2001, name: c"BER-TRUNCATED", sentence: c"The input ends in the middle of an element", reference: c"X.690 section 8.1" },
    CodeTexts { number: 2002, name: c"BER-TAG", sentence: c"An element has another type than belongs there", reference: c"X.690 section 8.1.2" },
    CodeTexts { number: 2003, name: c"BER-LENGTH", sentence: c"The length of an element is not possible there", reference: c"X.690 section 8.1.3" },
    CodeTexts { number: 2004, name: c"BER-TRAILING", sentence: c"Octets follow where the structure has ended", reference: c"RFC 5652 section 3" },
    CodeTexts { number: 2005, name: c"BER-VALUE", sentence: c"A value is not encoded as its type demands", reference: c"X.690 section 8" },
    CodeTexts { number: 2006, name: c"BER-NOT-DER", sentence: c"A structure that must be DER is not", reference: c"X.690 section 10" },
    CodeTexts { number: 2010, name: c"CMS-STRUCTURE", sentence: c"The CMS structure lacks an element or has one too many", reference: c"RFC 5652" },
    CodeTexts { number: 2011, name: c"CMS-DUPLICATE-ATTRIBUTE", sentence: c"An attribute that may stand once stands more than once", reference: c"RFC 5652 section 11" },
    CodeTexts { number: 2020, name: c"MIME-NOT-SMIME", sentence: c"The input is not an S/MIME message", reference: c"RFC 8551 section 3" },
    CodeTexts { number: 2021, name: c"MIME-HEADER", sentence: c"A header field is malformed", reference: c"RFC 5322 section 2.2" },
    CodeTexts { number: 2022, name: c"MIME-TRANSFER-ENCODING", sentence: c"The body does not follow its transfer encoding", reference: c"RFC 2045 section 6" },
    CodeTexts { number: 2023, name: c"MIME-BOUNDARY", sentence: c"The boundary is missing, malformed or never closed", reference: c"RFC 2046 section 5.1" },
    CodeTexts { number: 2024, name: c"MIME-SIGNED-PARTS", sentence: c"A multipart/signed has not exactly two parts", reference: c"RFC 1847 section 2.1" },
    CodeTexts { number: 2025, name: c"MIME-SIGNED-PROTOCOL", sentence: c"The protocol of multipart/signed and the type of its second part do not fit", reference: c"RFC 1847 section 2.1" },
    CodeTexts { number: 2026, name: c"MIME-SIGNED-CONTENT", sentence: c"The signature of a multipart/signed carries content of its own", reference: c"RFC 8551 section 3.5.3" },
    CodeTexts { number: 2027, name: c"MIME-TRUNCATED", sentence: c"The message ends before its end is marked", reference: c"RFC 2046 section 5.1" },
    CodeTexts { number: 2028, name: c"MIME-SMIME-TYPE", sentence: c"The smime-type parameter says something else than the content is", reference: c"RFC 8551 section 3.2.2" },
    CodeTexts { number: 2040, name: c"CERT-MALFORMED", sentence: c"A certificate cannot be read", reference: c"RFC 5280 section 4.1" },
    CodeTexts { number: 2041, name: c"CERT-DUPLICATE-EXTENSION", sentence: c"A certificate, list or response has the same extension twice", reference: c"RFC 5280 section 4.2" },
    CodeTexts { number: 2042, name: c"CERT-ALGORITHM-MISMATCH", sentence: c"The inner and the outer signature algorithm of a certificate or list differ", reference: c"RFC 5280 section 4.1.1.2" },
    CodeTexts { number: 2043, name: c"REQ-MALFORMED", sentence: c"A certification request cannot be read", reference: c"RFC 2986 section 4" },
    CodeTexts { number: 2050, name: c"KEY-MALFORMED", sentence: c"A key cannot be read", reference: c"RFC 5958" },
    CodeTexts { number: 2051, name: c"KEY-INVALID", sentence: c"The numbers of a key are not those of a valid key", reference: c"RFC 8017 section 3" },
    CodeTexts { number: 2052, name: c"PEM-MALFORMED", sentence: c"A PEM block cannot be read", reference: c"RFC 7468" },
    CodeTexts { number: 2053, name: c"PKCS12-MALFORMED", sentence: c"A PKCS #12 file cannot be read", reference: c"RFC 7292" },
    CodeTexts { number: 2060, name: c"CRL-MALFORMED", sentence: c"A certificate revocation list cannot be read", reference: c"RFC 5280 section 5.1" },
    CodeTexts { number: 2061, name: c"OCSP-MALFORMED", sentence: c"An OCSP request or response cannot be read", reference: c"RFC 6960 section 4" },
    CodeTexts { number: 2070, name: c"EVIDENCE-MALFORMED", sentence: c"A file of evidence cannot be read", reference: c"" },
    CodeTexts { number: 2071, name: c"EVIDENCE-ALTERED", sentence: c"A file of evidence is not what it was when it was made", reference: c"" },
    CodeTexts { number: 3001, name: c"ENC-NO-RECIPIENT", sentence: c"None of the identities given is a recipient of this message", reference: c"RFC 5652 section 6.2" },
    CodeTexts { number: 3002, name: c"ENC-DECRYPT-FAILED", sentence: c"The message cannot be decrypted: the key is another one or the message was altered", reference: c"RFC 5652 section 6" },
    CodeTexts { number: 3003, name: c"KEY-PASSWORD-WRONG", sentence: c"The password is wrong, or the protected key was altered", reference: c"RFC 7292" },
    CodeTexts { number: 3004, name: c"KEY-EXTERNAL-FAILED", sentence: c"The external key did not do what was asked of it", reference: c"" },
    CodeTexts { number: 3005, name: c"KEY-MISMATCH", sentence: c"The private key does not belong to the certificate", reference: c"RFC 5280 section 4.1.2.7" },
    CodeTexts { number: 4001, name: c"LIMIT-DEPTH", sentence: c"Elements are nested deeper than allowed", reference: c"" },
    CodeTexts { number: 4002, name: c"LIMIT-LAYERS", sentence: c"The message has more protective layers than allowed", reference: c"" },
    CodeTexts { number: 4003, name: c"LIMIT-BYTES", sentence: c"The input is larger than allowed", reference: c"" },
    CodeTexts { number: 4004, name: c"LIMIT-RECIPIENTS", sentence: c"The message has more recipients than allowed", reference: c"" },
    CodeTexts { number: 4005, name: c"LIMIT-SIGNERS", sentence: c"The message has more signers than allowed", reference: c"" },
    CodeTexts { number: 4006, name: c"LIMIT-CERTIFICATES", sentence: c"The message carries more certificates or CRLs than allowed", reference: c"" },
    CodeTexts { number: 4007, name: c"LIMIT-PARTS", sentence: c"The message has more parts than allowed", reference: c"" },
    CodeTexts { number: 4008, name: c"LIMIT-HEADER", sentence: c"A header is larger or has more fields than allowed", reference: c"" },
    CodeTexts { number: 4009, name: c"LIMIT-KDF", sentence: c"A key derivation asks for more work than allowed", reference: c"" },
    CodeTexts { number: 4010, name: c"LIMIT-PATH", sentence: c"Building the certification path took more work than allowed", reference: c"RFC 5280 section 6" },
    CodeTexts { number: 4011, name: c"LIMIT-INFLATE", sentence: c"Compressed content expands more than allowed", reference: c"RFC 3274" },
    CodeTexts { number: 4012, name: c"LIMIT-ATTRIBUTES", sentence: c"A signer or message has more attributes than allowed", reference: c"" },
    CodeTexts { number: 4013, name: c"LIMIT-ELEMENT", sentence: c"An element is larger than allowed", reference: c"" },
    CodeTexts { number: 4014, name: c"LIMIT-PRIVATE-KEY", sentence: c"Opening would take more private-key operations than allowed", reference: c"" },
    CodeTexts { number: 5001, name: c"ALG-UNSUPPORTED", sentence: c"The algorithm is not supported", reference: c"" },
    CodeTexts { number: 5002, name: c"ALG-PARAMETERS", sentence: c"The parameters of the algorithm are not supported or not allowed", reference: c"" },
    CodeTexts { number: 5003, name: c"CMS-TYPE-UNSUPPORTED", sentence: c"The CMS content type is not supported", reference: c"RFC 5652 section 4" },
    CodeTexts { number: 5004, name: c"KEY-UNSUPPORTED", sentence: c"The kind of key is not supported", reference: c"" },
    CodeTexts { number: 5005, name: c"ENC-AEAD-IN-ENVELOPED", sentence: c"An authenticated cipher stands in EnvelopedData, where nothing checks its tag", reference: c"RFC 5083 section 2.1" },
    CodeTexts { number: 5006, name: c"ENC-NOT-AEAD", sentence: c"AuthEnvelopedData uses a cipher that does not authenticate", reference: c"RFC 5083 section 2.1" },
    CodeTexts { number: 5007, name: c"ENC-TAG-LENGTH", sentence: c"The authentication tag has a length that is not allowed", reference: c"RFC 5084 section 3.2" },
    CodeTexts { number: 6001, name: c"SIG-NO-SIGNER", sentence: c"The signed message has no signer", reference: c"RFC 5652 section 5.1" },
    CodeTexts { number: 6002, name: c"SIG-DIGEST-MISMATCH", sentence: c"The content is not what was signed: it was altered after signing", reference: c"RFC 5652 section 5.6" },
    CodeTexts { number: 6003, name: c"SIG-INVALID", sentence: c"The signature does not fit the signer's key", reference: c"RFC 5652 section 5.6" },
    CodeTexts { number: 6004, name: c"SIG-CERTIFICATE-MISSING", sentence: c"The signer's certificate is not in the message nor among those given", reference: c"RFC 5652 section 5.3" },
    CodeTexts { number: 6005, name: c"SIG-ATTRIBUTE-MISSING", sentence: c"A signed attribute that must be there is missing", reference: c"RFC 5652 section 5.3" },
    CodeTexts { number: 6006, name: c"SIG-ATTRIBUTE-DUPLICATE", sentence: c"A signed attribute that may stand once, with one value, does not", reference: c"RFC 5652 section 11" },
    CodeTexts { number: 6007, name: c"SIG-ATTRIBUTE-MALFORMED", sentence: c"A signed attribute cannot be read", reference: c"RFC 5652 section 11" },
    CodeTexts { number: 6008, name: c"SIG-CONTENT-TYPE", sentence: c"The signed content type is not that of the content", reference: c"RFC 5652 section 11.1" },
    CodeTexts { number: 6009, name: c"SIG-ATTRIBUTE-SWAP", sentence: c"Content signed without attributes has the form of signed attributes: a known forgery", reference: c"RFC 5652 section 5.3" },
    CodeTexts { number: 6010, name: c"SIG-DIGEST-NOT-LISTED", sentence: c"The signer's digest algorithm is not among those that the message announces", reference: c"RFC 5652 section 5.1" },
    CodeTexts { number: 6011, name: c"SIG-ALGORITHM-MISMATCH", sentence: c"The digest, the signature algorithm and the key do not belong together", reference: c"RFC 5652 section 10.1.2" },
    CodeTexts { number: 6012, name: c"SIG-ALGORITHM-FORBIDDEN", sentence: c"The policy does not allow this digest or signature algorithm", reference: c"RFC 8551 section 2.2" },
    CodeTexts { number: 6013, name: c"SIG-ATTRIBUTES-REQUIRED", sentence: c"The policy demands signed attributes and there are none", reference: c"RFC 8551 section 2.5" },
    CodeTexts { number: 6014, name: c"SIG-ATTRIBUTES-NOT-DER", sentence: c"The signed attributes are not in DER", reference: c"RFC 5652 section 5.3" },
    CodeTexts { number: 6015, name: c"SIG-ALGORITHM-UNSUPPORTED", sentence: c"The digest or signature algorithm is not supported, so this signature was not checked", reference: c"" },
    CodeTexts { number: 6016, name: c"SIG-MISSING", sentence: c"A valid signature is demanded and there is none", reference: c"" },
    CodeTexts { number: 6017, name: c"SIG-TIME-DIFFERS", sentence: c"The signer's own time is far from the Date of the message", reference: c"RFC 5652 section 11.3" },
    CodeTexts { number: 6018, name: c"SIG-MICALG", sentence: c"The micalg parameter names another digest than was used", reference: c"RFC 8551 section 3.5.3.2" },
    CodeTexts { number: 6019, name: c"SIG-WEAK", sentence: c"The signature uses an algorithm or key that is weak and was allowed by the policy", reference: c"RFC 8551 section 2.2" },
    CodeTexts { number: 6020, name: c"SIG-TRANSPORT-DAMAGE", sentence: c"The damage looks like that of a relay which rewrote the message", reference: c"RFC 8551 section 3.1.3" },
    CodeTexts { number: 6021, name: c"SIG-UNCOVERED", sentence: c"Parts of the message are not covered by the protection", reference: c"RFC 8551 section 3" },
    CodeTexts { number: 6022, name: c"SIG-SEVERAL-PROTECTED", sentence: c"The message has several protected parts side by side; only the first was opened", reference: c"RFC 8551 section 3" },
    CodeTexts { number: 6023, name: c"SIG-MIME-AMBIGUOUS", sentence: c"A header field that decides how the message is read stands more than once", reference: c"RFC 5322 section 3.6" },
    CodeTexts { number: 6024, name: c"SIG-CERTIFICATE-SUBSTITUTED", sentence: c"The signer's certificate is not the one that the signed attributes name", reference: c"RFC 5035 section 5.4" },
    CodeTexts { number: 6030, name: c"ENC-NO-INTEGRITY", sentence: c"The encryption does not detect changes: the content may have been altered on the way", reference: c"RFC 8551 section 2.7" },
    CodeTexts { number: 6031, name: c"ENC-ALGORITHM-FORBIDDEN", sentence: c"The policy does not allow this cipher or key transport", reference: c"RFC 8551 section 2.7" },
    CodeTexts { number: 6032, name: c"ENC-WEAK", sentence: c"The encryption uses an algorithm that is weak and was allowed by the policy", reference: c"RFC 8551 section 2.7" },
    CodeTexts { number: 6040, name: c"CMS-NOT-DER", sentence: c"The message is BER rather than DER: usual, and read all the same", reference: c"RFC 5652 section 2" },
    CodeTexts { number: 6050, name: c"TST-UNTRUSTED", sentence: c"The signature has a time-stamp, which is not from an authority that is trusted for that", reference: c"RFC 3161 section 2.3" },
    CodeTexts { number: 6051, name: c"TST-INVALID", sentence: c"The signature has a time-stamp that does not fit it or cannot be read", reference: c"RFC 3161 section 2.4.2" },
    CodeTexts { number: 6060, name: c"EVIDENCE-TIME", sentence: c"When the evidence was judged first is the word of whoever kept it: no time-stamp over it was given", reference: c"RFC 3161" },
    CodeTexts { number: 7001, name: c"PATH-NO-ANCHOR", sentence: c"No certification path leads from the certificate to a trust anchor", reference: c"RFC 5280 section 6.1" },
    CodeTexts { number: 7002, name: c"PATH-EXPIRED", sentence: c"A certificate of the path has expired at the time of judgement", reference: c"RFC 5280 section 6.1.3" },
    CodeTexts { number: 7003, name: c"PATH-NOT-YET-VALID", sentence: c"A certificate of the path is not yet valid at the time of judgement", reference: c"RFC 5280 section 6.1.3" },
    CodeTexts { number: 7004, name: c"PATH-SIGNATURE", sentence: c"The signature of a certificate of the path is wrong", reference: c"RFC 5280 section 6.1.3" },
    CodeTexts { number: 7005, name: c"PATH-NOT-CA", sentence: c"An issuer in the path is not a certification authority", reference: c"RFC 5280 section 6.1.4" },
    CodeTexts { number: 7006, name: c"PATH-LENGTH", sentence: c"The path is longer than one of its authorities allows", reference: c"RFC 5280 section 6.1.4" },
    CodeTexts { number: 7007, name: c"PATH-KEY-USAGE", sentence: c"A certificate of the path may not be used for this: keyUsage", reference: c"RFC 5280 section 4.2.1.3" },
    CodeTexts { number: 7008, name: c"PATH-EXTENDED-KEY-USAGE", sentence: c"A certificate of the path is not meant for e-mail protection", reference: c"RFC 8550 section 4.4.4" },
    CodeTexts { number: 7009, name: c"PATH-CRITICAL-EXTENSION", sentence: c"A certificate of the path has a critical extension that is not understood", reference: c"RFC 5280 section 4.2" },
    CodeTexts { number: 7010, name: c"PATH-NAME-CHAINING", sentence: c"The names of issuer and subject in the path do not chain", reference: c"RFC 5280 section 6.1.3" },
    CodeTexts { number: 7011, name: c"PATH-WEAK", sentence: c"The policy does not allow an algorithm or key of the path", reference: c"RFC 8550 section 4.3" },
    CodeTexts { number: 7012, name: c"PATH-TIME-UNKNOWN", sentence: c"No time of judgement was given", reference: c"RFC 5280 section 6.1.1" },
    CodeTexts { number: 7013, name: c"PATH-ANY-USAGE", sentence: c"The certificate is for any extended key usage rather than for e-mail", reference: c"RFC 8550 section 4.4.4" },
    CodeTexts { number: 7014, name: c"PATH-ALGORITHM-UNSUPPORTED", sentence: c"A certificate of the path is signed with an algorithm that is not supported", reference: c"" },
    CodeTexts { number: 7015, name: c"PATH-NAME-CONSTRAINTS", sentence: c"A name in the path lies outside what an authority above it may certify", reference: c"RFC 5280 section 4.2.1.10" },
    CodeTexts { number: 7016, name: c"PATH-POLICY", sentence: c"No certificate policy that is acceptable holds for the whole path", reference: c"RFC 5280 section 6.1.5" },
    CodeTexts { number: 7030, name: c"PATH-REVOKED", sentence: c"A certificate of the path was revoked", reference: c"RFC 5280 section 6.1.3" },
    CodeTexts { number: 7031, name: c"REV-MISSING", sentence: c"Nothing is at hand that says whether a certificate of the path was revoked", reference: c"RFC 5280 section 6.3" },
    CodeTexts { number: 7032, name: c"REV-STALE", sentence: c"Revocation evidence is too old at the time of judgement", reference: c"RFC 5280 section 6.3.3" },
    CodeTexts { number: 7033, name: c"REV-NOT-YET-VALID", sentence: c"Revocation evidence was made after the time of judgement", reference: c"RFC 6960 section 4.2.2.1" },
    CodeTexts { number: 7034, name: c"REV-SIGNER", sentence: c"Revocation evidence was not signed by one who may", reference: c"RFC 5280 section 6.3.3" },
    CodeTexts { number: 7035, name: c"REV-SIGNATURE", sentence: c"The signature of revocation evidence is wrong", reference: c"RFC 5280 section 6.3.3" },
    CodeTexts { number: 7036, name: c"REV-SCOPE", sentence: c"Revocation evidence does not answer for the certificate, or not for all reasons", reference: c"RFC 5280 section 5.2.5" },
    CodeTexts { number: 7037, name: c"REV-CRITICAL-EXTENSION", sentence: c"Revocation evidence has a critical extension that is not understood", reference: c"RFC 5280 section 5.2" },
    CodeTexts { number: 7038, name: c"REV-NONCE", sentence: c"An OCSP response carries the nonce of another request", reference: c"RFC 9654 section 2.1" },
    CodeTexts { number: 7039, name: c"REV-NOT-KNOWN", sentence: c"The OCSP responder does not know the certificate", reference: c"RFC 6960 section 2.2" },
    CodeTexts { number: 7040, name: c"REV-WEAK", sentence: c"The policy does not allow the algorithm or key by which revocation evidence is signed", reference: c"RFC 8550 section 4.3" },
    CodeTexts { number: 7041, name: c"REV-MALFORMED", sentence: c"Revocation evidence cannot be read", reference: c"RFC 5652 section 10.2.1" },
    CodeTexts { number: 7060, name: c"CA-PROFILE", sentence: c"What is asked for does not follow the profile by which certificates are issued", reference: c"CA/Browser Forum S/MIME Baseline Requirements section 7.1" },
    CodeTexts { number: 7061, name: c"CA-NOT-ISSUER", sentence: c"The certificate was not issued by this authority", reference: c"" },
    CodeTexts { number: 8001, name: c"ADDR-MISMATCH", sentence: c"The sender's address is not in the signer's certificate", reference: c"RFC 8550 section 3" },
    CodeTexts { number: 8002, name: c"ADDR-ABSENT", sentence: c"The signer's certificate has no e-mail address", reference: c"RFC 8550 section 3" },
    CodeTexts { number: 8003, name: c"ADDR-AMBIGUOUS", sentence: c"The message does not say unambiguously who sent it", reference: c"RFC 5322 section 3.6.2" },
    CodeTexts { number: 8004, name: c"ADDR-MALFORMED", sentence: c"An e-mail address is not one by the rules", reference: c"RFC 5321 section 4.1.2" },
    CodeTexts { number: 8005, name: c"ADDR-NO-SENDER", sentence: c"The input has no From field, so no sender was compared", reference: c"RFC 5322 section 3.6.2" },
    CodeTexts { number: 8010, name: c"ADDR-CHALLENGE", sentence: c"The answer does not prove control of the address", reference: c"CA/Browser Forum S/MIME Baseline Requirements section 3.2.2" },
    CodeTexts { number: 8011, name: c"ADDR-CHALLENGE-EXPIRED", sentence: c"The answer that should prove control of the address came too late", reference: c"CA/Browser Forum S/MIME Baseline Requirements section 3.2.2" },
    CodeTexts { number: 9001, name: c"INTERNAL", sentence: c"An internal error: please report it", reference: c"" },
];
