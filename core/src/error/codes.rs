//! The table of codes. A code is never renumbered or given another meaning; a retired one stays reserved.

/// Who or what is to blame. The value is the start of the range of numbers that its codes have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(i32)]
pub enum Class {
    /// The call was wrong, or reading and writing failed: the caller can mend it.
    Usage = 1000,
    /// The input does not follow its format.
    Malformed = 2000,
    /// The keys or passwords given do not open it.
    Decryption = 3000,
    /// A bound of [`Limits`](crate::Limits) was reached.
    Limit = 4000,
    /// The input is well-formed as far as can be told, but needs what this library does not do.
    Unsupported = 5000,
    /// A signature or the protection as a whole is not acceptable.
    Signature = 6000,
    /// The certification path is not acceptable.
    Path = 7000,
    /// The sender's address is not acceptable.
    Address = 8000,
    /// A defect of this library.
    Internal = 9000,
}

impl Class {
    /// The exit code of the command `smime` for this class.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Usage => 2,
            Self::Malformed => 3,
            Self::Decryption => 4,
            Self::Limit => 5,
            Self::Unsupported => 6,
            Self::Signature | Self::Path | Self::Address | Self::Internal => 1,
        }
    }
}

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing, changes nothing.
    Info,
    /// Does not change the verdict, but a person should see it.
    Warning,
    /// Keeps the verdict from being valid.
    Error,
}

impl Severity {
    /// The word of the JSON report: `info`, `warning` or `error`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

macro_rules! codes {
    ($($name:ident = $number:literal, $text:literal, $class:ident, $severity:ident, $sentence:literal, $reference:literal;)*) => {
        /// What happened, as a stable code. See the module [`manual::errors`](crate::manual::errors) for the whole list.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(i32)]
        pub enum Code {
            $(#[doc = concat!("`", $text, "`: ", $sentence, ".")] $name = $number,)*
        }

        impl Code {
            /// Every code, in the order of the numbers.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// The stable name, for example `SIG-DIGEST-MISMATCH`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Who or what is to blame.
            pub const fn class(self) -> Class {
                match self { $(Self::$name => Class::$class,)* }
            }

            /// How much a finding with this code weighs, unless the finding says otherwise.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }

            /// A sentence that a postmaster understands, without a full stop.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }

            /// The rule behind it, for example `RFC 5652 section 5.6`, or nothing.
            pub const fn reference(self) -> Option<&'static str> {
                let reference = match self { $(Self::$name => $reference,)* };
                if reference.is_empty() { None } else { Some(reference) }
            }

            /// The number, which C uses as its status.
            pub const fn number(self) -> i32 {
                self as i32
            }

            /// The code of this stable name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$name),)* _ => None }
            }

            /// The code of this number.
            pub const fn from_number(number: i32) -> Option<Self> {
                match number { $($number => Some(Self::$name),)* _ => None }
            }
        }
    };
}

codes! {
    // Usage 1000: the caller can mend it
    UseArgument = 1001, "USE-ARGUMENT", Usage, Error,
        "An argument is not usable", "";
    UseState = 1002, "USE-STATE", Usage, Error,
        "The object is not in a state that allows this call", "";
    UseIo = 1003, "USE-IO", Usage, Error,
        "Reading or writing failed", "";
    UseNoRecipient = 1004, "USE-NO-RECIPIENT", Usage, Error,
        "There is no recipient to encrypt to", "RFC 5652 section 6.1";
    UseHeaderValue = 1005, "USE-HEADER-VALUE", Usage, Error,
        "A header field would carry a line end or NUL", "RFC 5322 section 2.2";
    UseNotTransportSafe = 1006, "USE-NOT-TRANSPORT-SAFE", Usage, Error,
        "The content would not survive mail transport unchanged and cannot be encoded without breaking it; sign it opaquely instead", "RFC 8551 section 3.1.3";
    UseKeyForSigning = 1007, "USE-KEY-FOR-SIGNING", Usage, Error,
        "The identity has no key and certificate that may sign", "RFC 5280 section 4.2.1.3";
    UseKeyForEncryption = 1008, "USE-KEY-FOR-ENCRYPTION", Usage, Error,
        "The recipient's certificate does not allow encryption to it", "RFC 5280 section 4.2.1.3";
    UseContentSize = 1009, "USE-CONTENT-SIZE", Usage, Error,
        "The content has another size or form than was announced", "";
    UseContentRefused = 1010, "USE-CONTENT-REFUSED", Usage, Error,
        "The content is withheld because the verdict does not allow its use", "";
    UsePassword = 1011, "USE-PASSWORD", Usage, Error,
        "A password is needed and none was given", "";
    UseContentMissing = 1012, "USE-CONTENT-MISSING", Usage, Error,
        "The signature is detached and its content was not given", "RFC 5652 section 5.2";
    KeyMissing = 1013, "KEY-MISSING", Usage, Error,
        "There is no private key in the input", "";
    KeyCertificateMissing = 1014, "KEY-CERTIFICATE-MISSING", Usage, Error,
        "There is no certificate in the input for the private key", "";
    UseEvidence = 1015, "USE-EVIDENCE", Usage, Error,
        "No evidence can be made of this message", "";
    CaClock = 1040, "CA-CLOCK", Usage, Error,
        "The clock stands before what the authority has recorded already", "";
    CaStanding = 1041, "CA-STANDING", Usage, Error,
        "The certificate does not stand as this step needs it", "RFC 5280 section 5.3.1";
    CaJournal = 1042, "CA-JOURNAL", Usage, Error,
        "The journal of the authority was altered", "";

    // Malformed 2000
    BerTruncated = 2001, "BER-TRUNCATED", Malformed, Error,
        "The input ends in the middle of an element", "X.690 section 8.1";
    BerTag = 2002, "BER-TAG", Malformed, Error,
        "An element has another type than belongs there", "X.690 section 8.1.2";
    BerLength = 2003, "BER-LENGTH", Malformed, Error,
        "The length of an element is not possible there", "X.690 section 8.1.3";
    BerTrailing = 2004, "BER-TRAILING", Malformed, Error,
        "Octets follow where the structure has ended", "RFC 5652 section 3";
    BerValue = 2005, "BER-VALUE", Malformed, Error,
        "A value is not encoded as its type demands", "X.690 section 8";
    BerNotDer = 2006, "BER-NOT-DER", Malformed, Error,
        "A structure that must be DER is not", "X.690 section 10";
    CmsStructure = 2010, "CMS-STRUCTURE", Malformed, Error,
        "The CMS structure lacks an element or has one too many", "RFC 5652";
    CmsDuplicateAttribute = 2011, "CMS-DUPLICATE-ATTRIBUTE", Malformed, Error,
        "An attribute that may stand once stands more than once", "RFC 5652 section 11";
    MimeNotSmime = 2020, "MIME-NOT-SMIME", Malformed, Error,
        "The input is not an S/MIME message", "RFC 8551 section 3";
    MimeHeader = 2021, "MIME-HEADER", Malformed, Error,
        "A header field is malformed", "RFC 5322 section 2.2";
    MimeTransferEncoding = 2022, "MIME-TRANSFER-ENCODING", Malformed, Error,
        "The body does not follow its transfer encoding", "RFC 2045 section 6";
    MimeBoundary = 2023, "MIME-BOUNDARY", Malformed, Error,
        "The boundary is missing, malformed or never closed", "RFC 2046 section 5.1";
    MimeSignedParts = 2024, "MIME-SIGNED-PARTS", Malformed, Error,
        "A multipart/signed has not exactly two parts", "RFC 1847 section 2.1";
    MimeSignedProtocol = 2025, "MIME-SIGNED-PROTOCOL", Malformed, Error,
        "The protocol of multipart/signed and the type of its second part do not fit", "RFC 1847 section 2.1";
    MimeSignedContent = 2026, "MIME-SIGNED-CONTENT", Malformed, Error,
        "The signature of a multipart/signed carries content of its own", "RFC 8551 section 3.5.3";
    MimeTruncated = 2027, "MIME-TRUNCATED", Malformed, Error,
        "The message ends before its end is marked", "RFC 2046 section 5.1";
    MimeSmimeType = 2028, "MIME-SMIME-TYPE", Malformed, Warning,
        "The smime-type parameter says something else than the content is", "RFC 8551 section 3.2.2";
    CertMalformed = 2040, "CERT-MALFORMED", Malformed, Error,
        "A certificate cannot be read", "RFC 5280 section 4.1";
    CertDuplicateExtension = 2041, "CERT-DUPLICATE-EXTENSION", Malformed, Error,
        "A certificate, list or response has the same extension twice", "RFC 5280 section 4.2";
    CertAlgorithmMismatch = 2042, "CERT-ALGORITHM-MISMATCH", Malformed, Error,
        "The inner and the outer signature algorithm of a certificate or list differ", "RFC 5280 section 4.1.1.2";
    ReqMalformed = 2043, "REQ-MALFORMED", Malformed, Error,
        "A certification request cannot be read", "RFC 2986 section 4";
    KeyMalformed = 2050, "KEY-MALFORMED", Malformed, Error,
        "A key cannot be read", "RFC 5958";
    KeyInvalid = 2051, "KEY-INVALID", Malformed, Error,
        "The numbers of a key are not those of a valid key", "RFC 8017 section 3";
    PemMalformed = 2052, "PEM-MALFORMED", Malformed, Error,
        "A PEM block cannot be read", "RFC 7468";
    Pkcs12Malformed = 2053, "PKCS12-MALFORMED", Malformed, Error,
        "A PKCS #12 file cannot be read", "RFC 7292";
    CrlMalformed = 2060, "CRL-MALFORMED", Malformed, Error,
        "A certificate revocation list cannot be read", "RFC 5280 section 5.1";
    OcspMalformed = 2061, "OCSP-MALFORMED", Malformed, Error,
        "An OCSP request or response cannot be read", "RFC 6960 section 4";
    EvidenceMalformed = 2070, "EVIDENCE-MALFORMED", Malformed, Error,
        "A file of evidence cannot be read", "";
    EvidenceAltered = 2071, "EVIDENCE-ALTERED", Malformed, Error,
        "A file of evidence is not what it was when it was made", "";

    // Decryption 3000
    EncNoRecipient = 3001, "ENC-NO-RECIPIENT", Decryption, Error,
        "None of the identities given is a recipient of this message", "RFC 5652 section 6.2";
    EncDecryptFailed = 3002, "ENC-DECRYPT-FAILED", Decryption, Error,
        "The message cannot be decrypted: the key is another one or the message was altered", "RFC 5652 section 6";
    KeyPasswordWrong = 3003, "KEY-PASSWORD-WRONG", Decryption, Error,
        "The password is wrong, or the protected key was altered", "RFC 7292";
    KeyExternalFailed = 3004, "KEY-EXTERNAL-FAILED", Decryption, Error,
        "The external key did not do what was asked of it", "";
    KeyMismatch = 3005, "KEY-MISMATCH", Decryption, Error,
        "The private key does not belong to the certificate", "RFC 5280 section 4.1.2.7";

    // Limits 4000
    LimitDepth = 4001, "LIMIT-DEPTH", Limit, Error,
        "Elements are nested deeper than allowed", "";
    LimitLayers = 4002, "LIMIT-LAYERS", Limit, Error,
        "The message has more protective layers than allowed", "";
    LimitBytes = 4003, "LIMIT-BYTES", Limit, Error,
        "The input is larger than allowed", "";
    LimitRecipients = 4004, "LIMIT-RECIPIENTS", Limit, Error,
        "The message has more recipients than allowed", "";
    LimitSigners = 4005, "LIMIT-SIGNERS", Limit, Error,
        "The message has more signers than allowed", "";
    LimitCertificates = 4006, "LIMIT-CERTIFICATES", Limit, Error,
        "The message carries more certificates or CRLs than allowed", "";
    LimitParts = 4007, "LIMIT-PARTS", Limit, Error,
        "The message has more parts than allowed", "";
    LimitHeader = 4008, "LIMIT-HEADER", Limit, Error,
        "A header is larger or has more fields than allowed", "";
    LimitKdf = 4009, "LIMIT-KDF", Limit, Error,
        "A key derivation asks for more work than allowed", "";
    LimitPath = 4010, "LIMIT-PATH", Limit, Error,
        "Building the certification path took more work than allowed", "RFC 5280 section 6";
    LimitInflate = 4011, "LIMIT-INFLATE", Limit, Error,
        "Compressed content expands more than allowed", "RFC 3274";
    LimitAttributes = 4012, "LIMIT-ATTRIBUTES", Limit, Error,
        "A signer or message has more attributes than allowed", "";
    LimitElement = 4013, "LIMIT-ELEMENT", Limit, Error,
        "An element is larger than allowed", "";
    LimitPrivateKey = 4014, "LIMIT-PRIVATE-KEY", Limit, Error,
        "Opening would take more private-key operations than allowed", "";

    // Unsupported 5000
    AlgUnsupported = 5001, "ALG-UNSUPPORTED", Unsupported, Error,
        "The algorithm is not supported", "";
    AlgParameters = 5002, "ALG-PARAMETERS", Unsupported, Error,
        "The parameters of the algorithm are not supported or not allowed", "";
    CmsTypeUnsupported = 5003, "CMS-TYPE-UNSUPPORTED", Unsupported, Error,
        "The CMS content type is not supported", "RFC 5652 section 4";
    KeyUnsupported = 5004, "KEY-UNSUPPORTED", Unsupported, Error,
        "The kind of key is not supported", "";
    EncAeadInEnveloped = 5005, "ENC-AEAD-IN-ENVELOPED", Unsupported, Error,
        "An authenticated cipher stands in EnvelopedData, where nothing checks its tag", "RFC 5083 section 2.1";
    EncNotAead = 5006, "ENC-NOT-AEAD", Unsupported, Error,
        "AuthEnvelopedData uses a cipher that does not authenticate", "RFC 5083 section 2.1";
    EncTagLength = 5007, "ENC-TAG-LENGTH", Unsupported, Error,
        "The authentication tag has a length that is not allowed", "RFC 5084 section 3.2";

    // Signatures 6000
    SigNoSigner = 6001, "SIG-NO-SIGNER", Signature, Error,
        "The signed message has no signer", "RFC 5652 section 5.1";
    SigDigestMismatch = 6002, "SIG-DIGEST-MISMATCH", Signature, Error,
        "The content is not what was signed: it was altered after signing", "RFC 5652 section 5.6";
    SigInvalid = 6003, "SIG-INVALID", Signature, Error,
        "The signature does not fit the signer's key", "RFC 5652 section 5.6";
    SigCertificateMissing = 6004, "SIG-CERTIFICATE-MISSING", Signature, Error,
        "The signer's certificate is not in the message nor among those given", "RFC 5652 section 5.3";
    SigAttributeMissing = 6005, "SIG-ATTRIBUTE-MISSING", Signature, Error,
        "A signed attribute that must be there is missing", "RFC 5652 section 5.3";
    SigAttributeDuplicate = 6006, "SIG-ATTRIBUTE-DUPLICATE", Signature, Error,
        "A signed attribute that may stand once, with one value, does not", "RFC 5652 section 11";
    SigAttributeMalformed = 6007, "SIG-ATTRIBUTE-MALFORMED", Signature, Error,
        "A signed attribute cannot be read", "RFC 5652 section 11";
    SigContentType = 6008, "SIG-CONTENT-TYPE", Signature, Error,
        "The signed content type is not that of the content", "RFC 5652 section 11.1";
    SigAttributeSwap = 6009, "SIG-ATTRIBUTE-SWAP", Signature, Error,
        "Content signed without attributes has the form of signed attributes: a known forgery", "RFC 5652 section 5.3";
    SigDigestNotListed = 6010, "SIG-DIGEST-NOT-LISTED", Signature, Error,
        "The signer's digest algorithm is not among those that the message announces", "RFC 5652 section 5.1";
    SigAlgorithmMismatch = 6011, "SIG-ALGORITHM-MISMATCH", Signature, Error,
        "The digest, the signature algorithm and the key do not belong together", "RFC 5652 section 10.1.2";
    SigAlgorithmForbidden = 6012, "SIG-ALGORITHM-FORBIDDEN", Signature, Error,
        "The policy does not allow this digest or signature algorithm", "RFC 8551 section 2.2";
    SigAttributesRequired = 6013, "SIG-ATTRIBUTES-REQUIRED", Signature, Error,
        "The policy demands signed attributes and there are none", "RFC 8551 section 2.5";
    SigAttributesNotDer = 6014, "SIG-ATTRIBUTES-NOT-DER", Signature, Warning,
        "The signed attributes are not in DER", "RFC 5652 section 5.3";
    SigAlgorithmUnsupported = 6015, "SIG-ALGORITHM-UNSUPPORTED", Signature, Error,
        "The digest or signature algorithm is not supported, so this signature was not checked", "";
    SigMissing = 6016, "SIG-MISSING", Signature, Error,
        "A valid signature is demanded and there is none", "";
    SigTimeDiffers = 6017, "SIG-TIME-DIFFERS", Signature, Warning,
        "The signer's own time is far from the Date of the message", "RFC 5652 section 11.3";
    SigMicalg = 6018, "SIG-MICALG", Signature, Info,
        "The micalg parameter names another digest than was used", "RFC 8551 section 3.5.3.2";
    SigWeak = 6019, "SIG-WEAK", Signature, Warning,
        "The signature uses an algorithm or key that is weak and was allowed by the policy", "RFC 8551 section 2.2";
    SigTransportDamage = 6020, "SIG-TRANSPORT-DAMAGE", Signature, Info,
        "The damage looks like that of a relay which rewrote the message", "RFC 8551 section 3.1.3";
    SigUncovered = 6021, "SIG-UNCOVERED", Signature, Warning,
        "Parts of the message are not covered by the protection", "RFC 8551 section 3";
    SigSeveralProtected = 6022, "SIG-SEVERAL-PROTECTED", Signature, Warning,
        "The message has several protected parts side by side; only the first was opened", "RFC 8551 section 3";
    SigMimeAmbiguous = 6023, "SIG-MIME-AMBIGUOUS", Signature, Warning,
        "A header field that decides how the message is read stands more than once", "RFC 5322 section 3.6";
    SigCertificateSubstituted = 6024, "SIG-CERTIFICATE-SUBSTITUTED", Signature, Error,
        "The signer's certificate is not the one that the signed attributes name", "RFC 5035 section 5.4";
    EncNoIntegrity = 6030, "ENC-NO-INTEGRITY", Signature, Warning,
        "The encryption does not detect changes: the content may have been altered on the way", "RFC 8551 section 2.7";
    EncAlgorithmForbidden = 6031, "ENC-ALGORITHM-FORBIDDEN", Signature, Error,
        "The policy does not allow this cipher or key transport", "RFC 8551 section 2.7";
    EncWeak = 6032, "ENC-WEAK", Signature, Warning,
        "The encryption uses an algorithm that is weak and was allowed by the policy", "RFC 8551 section 2.7";
    CmsNotDer = 6040, "CMS-NOT-DER", Signature, Info,
        "The message is BER rather than DER: usual, and read all the same", "RFC 5652 section 2";
    TstUntrusted = 6050, "TST-UNTRUSTED", Signature, Info,
        "The signature has a time-stamp, which is not from an authority that is trusted for that", "RFC 3161 section 2.3";
    TstInvalid = 6051, "TST-INVALID", Signature, Warning,
        "The signature has a time-stamp that does not fit it or cannot be read", "RFC 3161 section 2.4.2";
    EvidenceTime = 6060, "EVIDENCE-TIME", Signature, Warning,
        "When the evidence was judged first is the word of whoever kept it: no time-stamp over it was given", "RFC 3161";

    // Paths 7000
    PathNoAnchor = 7001, "PATH-NO-ANCHOR", Path, Error,
        "No certification path leads from the certificate to a trust anchor", "RFC 5280 section 6.1";
    PathExpired = 7002, "PATH-EXPIRED", Path, Error,
        "A certificate of the path has expired at the time of judgement", "RFC 5280 section 6.1.3";
    PathNotYetValid = 7003, "PATH-NOT-YET-VALID", Path, Error,
        "A certificate of the path is not yet valid at the time of judgement", "RFC 5280 section 6.1.3";
    PathSignature = 7004, "PATH-SIGNATURE", Path, Error,
        "The signature of a certificate of the path is wrong", "RFC 5280 section 6.1.3";
    PathNotCa = 7005, "PATH-NOT-CA", Path, Error,
        "An issuer in the path is not a certification authority", "RFC 5280 section 6.1.4";
    PathLength = 7006, "PATH-LENGTH", Path, Error,
        "The path is longer than one of its authorities allows", "RFC 5280 section 6.1.4";
    PathKeyUsage = 7007, "PATH-KEY-USAGE", Path, Error,
        "A certificate of the path may not be used for this: keyUsage", "RFC 5280 section 4.2.1.3";
    PathExtendedKeyUsage = 7008, "PATH-EXTENDED-KEY-USAGE", Path, Error,
        "A certificate of the path is not meant for e-mail protection", "RFC 8550 section 4.4.4";
    PathCriticalExtension = 7009, "PATH-CRITICAL-EXTENSION", Path, Error,
        "A certificate of the path has a critical extension that is not understood", "RFC 5280 section 4.2";
    PathNameChaining = 7010, "PATH-NAME-CHAINING", Path, Error,
        "The names of issuer and subject in the path do not chain", "RFC 5280 section 6.1.3";
    PathWeak = 7011, "PATH-WEAK", Path, Error,
        "The policy does not allow an algorithm or key of the path", "RFC 8550 section 4.3";
    PathTimeUnknown = 7012, "PATH-TIME-UNKNOWN", Path, Error,
        "No time of judgement was given", "RFC 5280 section 6.1.1";
    PathAnyUsage = 7013, "PATH-ANY-USAGE", Path, Warning,
        "The certificate is for any extended key usage rather than for e-mail", "RFC 8550 section 4.4.4";
    PathAlgorithmUnsupported = 7014, "PATH-ALGORITHM-UNSUPPORTED", Path, Error,
        "A certificate of the path is signed with an algorithm that is not supported", "";
    PathNameConstraints = 7015, "PATH-NAME-CONSTRAINTS", Path, Error,
        "A name in the path lies outside what an authority above it may certify", "RFC 5280 section 4.2.1.10";
    PathPolicy = 7016, "PATH-POLICY", Path, Error,
        "No certificate policy that is acceptable holds for the whole path", "RFC 5280 section 6.1.5";

    // Revocation
    PathRevoked = 7030, "PATH-REVOKED", Path, Error,
        "A certificate of the path was revoked", "RFC 5280 section 6.1.3";
    RevMissing = 7031, "REV-MISSING", Path, Error,
        "Nothing is at hand that says whether a certificate of the path was revoked", "RFC 5280 section 6.3";
    RevStale = 7032, "REV-STALE", Path, Warning,
        "Revocation evidence is too old at the time of judgement", "RFC 5280 section 6.3.3";
    RevNotYetValid = 7033, "REV-NOT-YET-VALID", Path, Warning,
        "Revocation evidence was made after the time of judgement", "RFC 6960 section 4.2.2.1";
    RevSigner = 7034, "REV-SIGNER", Path, Warning,
        "Revocation evidence was not signed by one who may", "RFC 5280 section 6.3.3";
    RevSignature = 7035, "REV-SIGNATURE", Path, Warning,
        "The signature of revocation evidence is wrong", "RFC 5280 section 6.3.3";
    RevScope = 7036, "REV-SCOPE", Path, Warning,
        "Revocation evidence does not answer for the certificate, or not for all reasons", "RFC 5280 section 5.2.5";
    RevCriticalExtension = 7037, "REV-CRITICAL-EXTENSION", Path, Warning,
        "Revocation evidence has a critical extension that is not understood", "RFC 5280 section 5.2";
    RevNonce = 7038, "REV-NONCE", Path, Warning,
        "An OCSP response carries the nonce of another request", "RFC 9654 section 2.1";
    RevNotKnown = 7039, "REV-NOT-KNOWN", Path, Warning,
        "The OCSP responder does not know the certificate", "RFC 6960 section 2.2";
    RevWeak = 7040, "REV-WEAK", Path, Warning,
        "The policy does not allow the algorithm or key by which revocation evidence is signed", "RFC 8550 section 4.3";
    RevMalformed = 7041, "REV-MALFORMED", Path, Warning,
        "Revocation evidence cannot be read", "RFC 5652 section 10.2.1";

    // Authorities
    CaProfile = 7060, "CA-PROFILE", Path, Error,
        "What is asked for does not follow the profile by which certificates are issued", "CA/Browser Forum S/MIME Baseline Requirements section 7.1";
    CaNotIssuer = 7061, "CA-NOT-ISSUER", Path, Error,
        "The certificate was not issued by this authority", "";

    // Addresses 8000
    AddrMismatch = 8001, "ADDR-MISMATCH", Address, Error,
        "The sender's address is not in the signer's certificate", "RFC 8550 section 3";
    AddrAbsent = 8002, "ADDR-ABSENT", Address, Error,
        "The signer's certificate has no e-mail address", "RFC 8550 section 3";
    AddrAmbiguous = 8003, "ADDR-AMBIGUOUS", Address, Error,
        "The message does not say unambiguously who sent it", "RFC 5322 section 3.6.2";
    AddrMalformed = 8004, "ADDR-MALFORMED", Address, Error,
        "An e-mail address is not one by the rules", "RFC 5321 section 4.1.2";
    AddrNoSender = 8005, "ADDR-NO-SENDER", Address, Info,
        "The input has no From field, so no sender was compared", "RFC 5322 section 3.6.2";

    AddrChallenge = 8010, "ADDR-CHALLENGE", Address, Error,
        "The answer does not prove control of the address", "CA/Browser Forum S/MIME Baseline Requirements section 3.2.2";
    AddrChallengeExpired = 8011, "ADDR-CHALLENGE-EXPIRED", Address, Error,
        "The answer that should prove control of the address came too late", "CA/Browser Forum S/MIME Baseline Requirements section 3.2.2";

    // Internal 9000
    Internal = 9001, "INTERNAL", Internal, Error,
        "An internal error: please report it", "";
}
