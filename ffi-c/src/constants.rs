//! The constants of the interface, family by family. A number is never given another meaning.

/// The status of a call that succeeded. Every other status is one of SMIME_E_*.
pub const SMIME_OK: i32 = 0;

/// Class: the call was wrong, or reading and writing failed. The caller can mend it.
pub const SMIME_CLASS_USAGE: i32 = 1000;
/// Class: the input does not follow its format.
pub const SMIME_CLASS_MALFORMED: i32 = 2000;
/// Class: the keys or passwords given do not open it.
pub const SMIME_CLASS_DECRYPTION: i32 = 3000;
/// Class: a bound was reached, see SMIME_LIMIT_*.
pub const SMIME_CLASS_LIMIT: i32 = 4000;
/// Class: the input needs what this library does not do.
pub const SMIME_CLASS_UNSUPPORTED: i32 = 5000;
/// Class: a signature or the protection as a whole is not acceptable.
pub const SMIME_CLASS_SIGNATURE: i32 = 6000;
/// Class: the certification path is not acceptable.
pub const SMIME_CLASS_PATH: i32 = 7000;
/// Class: the sender's address is not acceptable.
pub const SMIME_CLASS_ADDRESS: i32 = 8000;
/// Class: a defect of this library.
pub const SMIME_CLASS_INTERNAL: i32 = 9000;

/// Severity of a finding: worth knowing, changes nothing.
pub const SMIME_SEVERITY_INFO: i32 = 1;
/// Severity of a finding: does not change the verdict, but a person should see it.
pub const SMIME_SEVERITY_WARNING: i32 = 2;
/// Severity of a finding: keeps the verdict from being valid.
pub const SMIME_SEVERITY_ERROR: i32 = 3;

/// Verdict: signed, and each check passed. (0 is no verdict, so that a variable set to 0 never means valid.)
pub const SMIME_VERDICT_VALID: i32 = 1;
/// Verdict: nothing is signed; what there is, encryption, is in order.
pub const SMIME_VERDICT_UNSIGNED: i32 = 2;
/// Verdict: the signature fits, but the signer, the algorithm or the sender's address is not to be trusted.
pub const SMIME_VERDICT_UNTRUSTED: i32 = 3;
/// Verdict: not everything could be checked.
pub const SMIME_VERDICT_INDETERMINATE: i32 = 4;
/// Verdict: a check failed that proves the message altered or the signature wrong.
pub const SMIME_VERDICT_INVALID: i32 = 5;

/// Sender: the one address in From is in the signer's certificate.
pub const SMIME_ADDRESS_MATCH: i32 = 1;
/// Sender: the address in From is not in the signer's certificate.
pub const SMIME_ADDRESS_MISMATCH: i32 = 2;
/// Sender: From stands twice, holds several addresses or cannot be read.
pub const SMIME_ADDRESS_AMBIGUOUS: i32 = 3;
/// Sender: there is no From, no certificate or no address in it.
pub const SMIME_ADDRESS_ABSENT: i32 = 4;

/// Layer of a message: EnvelopedData or AuthEnvelopedData.
pub const SMIME_LAYER_ENCRYPTED: i32 = 1;
/// Layer of a message: multipart/signed or SignedData.
pub const SMIME_LAYER_SIGNED: i32 = 2;
/// Layer of a message: CompressedData.
pub const SMIME_LAYER_COMPRESSED: i32 = 3;
/// Layer of a message: SignedData without signers, for the transport of certificates.
pub const SMIME_LAYER_CERTS_ONLY: i32 = 4;

/// Wrapping of a message: found out from its first octets.
pub const SMIME_FORM_DETECT: i32 = 0;
/// Wrapping of a message: an RFC 5322 message or MIME entity.
pub const SMIME_FORM_MIME: i32 = 1;
/// Wrapping of a message: CMS in BER or DER, without MIME.
pub const SMIME_FORM_DER: i32 = 2;
/// Wrapping of a message: CMS in PEM.
pub const SMIME_FORM_PEM: i32 = 3;

/// Form of a signature: multipart/signed, readable without S/MIME.
pub const SMIME_SIGNED_FORM_CLEAR: i32 = 1;
/// Form of a signature: application/pkcs7-mime with the content inside, which survives every relay.
pub const SMIME_SIGNED_FORM_OPAQUE: i32 = 2;

/// Encryption to RSA keys: RSAES-PKCS1-v1_5, which nearly everybody reads.
pub const SMIME_KEY_TRANSPORT_PKCS1: i32 = 1;
/// Encryption to RSA keys: RSAES-OAEP.
pub const SMIME_KEY_TRANSPORT_OAEP: i32 = 2;

/// Policy: what current standards ask for.
pub const SMIME_POLICY_DEFAULT: i32 = 0;
/// Policy: besides, signed attributes demanded, authenticated ciphers only, emailProtection named outright.
pub const SMIME_POLICY_STRICT: i32 = 1;
/// Policy for archives: also SHA-1, RSA of 1024 bits, 3DES and RC2. Each use is flagged.
pub const SMIME_POLICY_LEGACY: i32 = 2;

/// Policy: the smallest RSA modulus accepted in signatures, in bits.
pub const SMIME_POLICY_OPTION_RSA_MINIMUM_BITS: i32 = 1;
/// Policy: whether ciphers that do not authenticate (CBC) are accepted at all. They are flagged in any case.
pub const SMIME_POLICY_OPTION_ALLOW_UNAUTHENTICATED_CIPHERS: i32 = 2;
/// Policy: whether a signature without signed attributes is refused.
pub const SMIME_POLICY_OPTION_REQUIRE_SIGNED_ATTRIBUTES: i32 = 3;
/// Policy: whether anyExtendedKeyUsage serves in place of emailProtection.
pub const SMIME_POLICY_OPTION_ALLOW_ANY_EXTENDED_KEY_USAGE: i32 = 4;
/// Policy: whether a mismatch between From and the certificate makes a signature untrusted.
pub const SMIME_POLICY_OPTION_REQUIRE_SENDER_MATCH: i32 = 5;
/// Policy: whether one valid signer is enough when there are several.
pub const SMIME_POLICY_OPTION_ANY_SIGNER_SUFFICES: i32 = 6;
/// Policy: how far signingTime and Date may be apart before that is reported, in seconds.
pub const SMIME_POLICY_OPTION_SIGNING_TIME_TOLERANCE: i32 = 7;
/// Policy: whether the dates of an anchor's own certificate count.
pub const SMIME_POLICY_OPTION_CHECK_ANCHOR_VALIDITY: i32 = 8;
/// Policy: whether a certificate policy must hold for every path, not only where an authority demands it.
pub const SMIME_POLICY_OPTION_REQUIRE_EXPLICIT_POLICY: i32 = 9;
/// Policy: whether no authority may map certificate policies onto others.
pub const SMIME_POLICY_OPTION_INHIBIT_POLICY_MAPPING: i32 = 10;
/// Policy: whether anyPolicy in a certificate counts for nothing, but for self-issued authorities.
pub const SMIME_POLICY_OPTION_INHIBIT_ANY_POLICY: i32 = 11;
/// Policy: whether DSA signatures are accepted, as archives have them.
pub const SMIME_POLICY_OPTION_ALLOW_DSA: i32 = 12;
/// Policy: how much is asked of revocation, one of SMIME_REVOCATION_*.
pub const SMIME_POLICY_OPTION_REVOCATION: i32 = 13;
/// Policy: for how long revocation evidence that names no end can be used, in seconds after it was made.
pub const SMIME_POLICY_OPTION_EVIDENCE_LIFETIME: i32 = 14;
/// Policy: whether OCSP requests that are fetched carry a nonce.
pub const SMIME_POLICY_OPTION_OCSP_NONCE: i32 = 15;

/// Revocation: nothing is asked.
pub const SMIME_REVOCATION_OFF: i32 = 0;
/// Revocation: what evidence says counts; silence is held against nobody. The default.
pub const SMIME_REVOCATION_SOFT: i32 = 1;
/// Revocation: each certificate below the anchor must be shown not to be revoked. The default of SMIME_POLICY_STRICT.
pub const SMIME_REVOCATION_HARD: i32 = 2;

/// Something that a judgement lacks: certificates of an issuer.
pub const SMIME_NEED_ISSUER: i32 = 1;
/// Something that a judgement lacks: a certificate revocation list.
pub const SMIME_NEED_CRL: i32 = 2;
/// Something that a judgement lacks: the answer of an OCSP responder.
pub const SMIME_NEED_OCSP: i32 = 3;

/// Limit: octets of one message as it comes in.
pub const SMIME_LIMIT_MESSAGE_BYTES: i32 = 1;
/// Limit: octets of content held in memory.
pub const SMIME_LIMIT_MEMORY_BYTES: i32 = 2;
/// Limit: protective layers inside one another.
pub const SMIME_LIMIT_LAYERS: i32 = 3;
/// Limit: nesting of BER elements.
pub const SMIME_LIMIT_BER_DEPTH: i32 = 4;
/// Limit: octets of one element that has to be kept whole, for example a certificate.
pub const SMIME_LIMIT_ELEMENT_BYTES: i32 = 5;
/// Limit: octets of all elements kept while reading one layer.
pub const SMIME_LIMIT_LAYER_BYTES: i32 = 6;
/// Limit: recipients of one layer.
pub const SMIME_LIMIT_RECIPIENTS: i32 = 7;
/// Limit: signers of one layer.
pub const SMIME_LIMIT_SIGNERS: i32 = 8;
/// Limit: certificates and CRLs carried by one layer.
pub const SMIME_LIMIT_CERTIFICATES: i32 = 9;
/// Limit: attributes of one signer or layer.
pub const SMIME_LIMIT_ATTRIBUTES: i32 = 10;
/// Limit: private-key operations for one message.
pub const SMIME_LIMIT_PRIVATE_KEY_OPERATIONS: i32 = 11;
/// Limit: octets of one MIME header.
pub const SMIME_LIMIT_HEADER_BYTES: i32 = 12;
/// Limit: fields of one MIME header.
pub const SMIME_LIMIT_HEADER_FIELDS: i32 = 13;
/// Limit: MIME parts of one message.
pub const SMIME_LIMIT_MIME_PARTS: i32 = 14;
/// Limit: nesting of MIME multiparts.
pub const SMIME_LIMIT_MIME_DEPTH: i32 = 15;
/// Limit: iterations of PBKDF2 or PKCS #12 key derivation.
pub const SMIME_LIMIT_KDF_ITERATIONS: i32 = 16;
/// Limit: octets of memory of scrypt.
pub const SMIME_LIMIT_KDF_MEMORY: i32 = 17;
/// Limit: signatures checked while one certification path is built.
pub const SMIME_LIMIT_PATH_SIGNATURES: i32 = 18;
/// Limit: candidate issuers looked at while one certification path is built.
pub const SMIME_LIMIT_PATH_STEPS: i32 = 19;
/// Limit: certificates in one path, anchor included.
pub const SMIME_LIMIT_PATH_LENGTH: i32 = 20;
/// Limit: octets out for each octet in of compressed content, beyond the first MiB.
pub const SMIME_LIMIT_INFLATE_RATIO: i32 = 21;
/// Limit: things that one judgement may have fetched.
pub const SMIME_LIMIT_FETCHES: i32 = 22;

/// Purpose of a certificate: its key made a signature on a message.
pub const SMIME_PURPOSE_EMAIL_SIGNATURE: i32 = 1;
/// Purpose of a certificate: a message is encrypted to its key.
pub const SMIME_PURPOSE_EMAIL_ENCRYPTION: i32 = 2;
/// Purpose of a certificate: anything; its usage is not looked at.
pub const SMIME_PURPOSE_ANY: i32 = 3;
/// Purpose of a certificate: its key signs time-stamps.
pub const SMIME_PURPOSE_TIME_STAMPING: i32 = 4;

/// Seeking: offset counts from the start of the source.
pub const SMIME_SEEK_START: i32 = 0;
/// Seeking: offset counts from the current place.
pub const SMIME_SEEK_CURRENT: i32 = 1;
/// Seeking: offset counts from the end of the source.
pub const SMIME_SEEK_END: i32 = 2;

/// Reason of a revocation: none is given.
pub const SMIME_REASON_UNSPECIFIED: i32 = 0;
/// Reason of a revocation: the private key is, or may be, in other hands.
pub const SMIME_REASON_KEY_COMPROMISE: i32 = 1;
/// Reason of a revocation: the same of an authority's key.
pub const SMIME_REASON_CA_COMPROMISE: i32 = 2;
/// Reason of a revocation: the subject's name or other information has changed.
pub const SMIME_REASON_AFFILIATION_CHANGED: i32 = 3;
/// Reason of a revocation: another certificate has taken its place.
pub const SMIME_REASON_SUPERSEDED: i32 = 4;
/// Reason of a revocation: it is no longer needed.
pub const SMIME_REASON_CESSATION_OF_OPERATION: i32 = 5;
/// Reason of a revocation: it is suspended and may become good again.
pub const SMIME_REASON_CERTIFICATE_HOLD: i32 = 6;
/// Reason of a revocation: in delta CRLs only, it is no longer revoked.
pub const SMIME_REASON_REMOVE_FROM_CRL: i32 = 8;
/// Reason of a revocation: a right that it confers was withdrawn.
pub const SMIME_REASON_PRIVILEGE_WITHDRAWN: i32 = 9;
/// Reason of a revocation: the key of an attribute authority is, or may be, in other hands.
pub const SMIME_REASON_AA_COMPROMISE: i32 = 10;

/// A revocation list is about certificates of end entities only.
pub const SMIME_CRL_ONLY_USER: i32 = 1;
/// A revocation list is about certificates of certification authorities only.
pub const SMIME_CRL_ONLY_CA: i32 = 2;
/// A revocation list is about attribute certificates only.
pub const SMIME_CRL_ONLY_ATTRIBUTE: i32 = 3;

/// What a responder says of a certificate: it was issued and is not revoked.
pub const SMIME_OCSP_STATUS_GOOD: i32 = 1;
/// What a responder says of a certificate: it is revoked.
pub const SMIME_OCSP_STATUS_REVOKED: i32 = 2;
/// What a responder says of a certificate: nothing is known of it.
pub const SMIME_OCSP_STATUS_UNKNOWN: i32 = 3;
/// What a responder says of a certificate: there is none of this serial number (RFC 6960 section 2.2).
pub const SMIME_OCSP_STATUS_NEVER_ISSUED: i32 = 4;

/// Status of a response without an answer: the request cannot be read.
pub const SMIME_OCSP_RESPONSE_MALFORMED_REQUEST: i32 = 1;
/// Status of a response without an answer: the responder is broken.
pub const SMIME_OCSP_RESPONSE_INTERNAL_ERROR: i32 = 2;
/// Status of a response without an answer: the responder is busy.
pub const SMIME_OCSP_RESPONSE_TRY_LATER: i32 = 3;
/// Status of a response without an answer: the request has to be signed.
pub const SMIME_OCSP_RESPONSE_SIG_REQUIRED: i32 = 5;
/// Status of a response without an answer: the responder does not answer this asker, or not about this certificate.
pub const SMIME_OCSP_RESPONSE_UNAUTHORIZED: i32 = 6;
/// PKCS #12 for programs that know nothing else, such as Windows before 10 (1709): Triple DES and HMAC-SHA-1, which protect little.
pub const SMIME_PKCS12_WINDOWS_LEGACY: i32 = 1;
/// PKCS #12 for everybody of today: PBES2 with AES-256 and HMAC-SHA-256.
pub const SMIME_PKCS12_COMPATIBLE: i32 = 2;
/// PKCS #12 with PBMAC1 (RFC 9579) besides: OpenSSL from 3.4, Java from 26.
pub const SMIME_PKCS12_MODERN: i32 = 3;

/// Key derivation from a password: PBKDF2 with HMAC-SHA-256, which everybody reads.
pub const SMIME_KEY_DERIVATION_PBKDF2: i32 = 1;
/// Key derivation from a password: scrypt, so that guessing costs memory too. OpenSSL and few others read it.
pub const SMIME_KEY_DERIVATION_SCRYPT: i32 = 2;

/// How an issued certificate stands: neither held nor revoked.
pub const SMIME_STANDING_GOOD: i32 = 0;
/// On hold: as if revoked, until it is released or revoked.
pub const SMIME_STANDING_HELD: i32 = 1;
/// Revoked for good.
pub const SMIME_STANDING_REVOKED: i32 = 2;

/// Revokes a certificate for good.
pub const SMIME_STEP_REVOKE: i32 = 0;
/// Puts a certificate on hold.
pub const SMIME_STEP_HOLD: i32 = 1;
/// Releases a certificate from hold.
pub const SMIME_STEP_RELEASE: i32 = 2;
