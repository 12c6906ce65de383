//! Bounds on what an input may ask for, and the account kept while one is read.

/// Bounds on what one input may ask for. Plain data: start from [`Limits::default`] and change what you must.
///
/// Every bound is checked before the memory or the time is spent.
///
/// ```
/// let limits = smime::Limits { message_bytes: 50 << 20, ..Default::default() };
/// assert_eq!(limits.layers, 16);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Octets of one message as it comes in. Default: 2^40.
    pub message_bytes: u64,
    /// Octets of content held in memory by the one-shot calls. Default: 2^32.
    pub memory_bytes: u64,
    /// Protective layers (signed, encrypted, compressed) inside one another. Default 16.
    pub layers: usize,
    /// Nesting of BER elements. Default 64.
    pub ber_depth: usize,
    /// Octets of one element that has to be kept whole: a certificate, a SignerInfo, a RecipientInfo. Default 1 MiB.
    pub element_bytes: usize,
    /// Octets of all elements kept while reading one layer. Default 16 MiB.
    pub layer_bytes: usize,
    /// RecipientInfos of one layer. Default 10 000.
    pub recipients: usize,
    /// SignerInfos of one layer. Default 64.
    pub signers: usize,
    /// Certificates and CRLs carried by one layer. Default 1 000.
    pub certificates: usize,
    /// Attributes of one signer or layer. Default 256.
    pub attributes: usize,
    /// Private-key operations for one message. Default 32.
    pub private_key_operations: usize,
    /// Octets of one MIME header. Default 256 KiB.
    pub header_bytes: usize,
    /// Fields of one MIME header. Default 1 000.
    pub header_fields: usize,
    /// MIME parts of one message. Default 10 000.
    pub mime_parts: usize,
    /// Nesting of MIME multiparts. Default 32.
    pub mime_depth: usize,
    /// Iterations of PBKDF2 or PKCS #12 key derivation. Default 10 000 000.
    pub kdf_iterations: u32,
    /// Octets of memory of scrypt. Default 256 MiB.
    pub kdf_memory: u64,
    /// Work of checking signatures while certification paths are built, those of all signers of a message together, and the signers' own:
    /// in checks with a key of RSA-2048 or P-256, of which one with a key of 16384 bits is worth 256. Default 768.
    pub path_signatures: usize,
    /// Candidate issuers looked at while certification paths are built, those of all signers of a message together. Default 10 000.
    pub path_steps: usize,
    /// Certificates in one path, anchor included. Default 20.
    pub path_length: usize,
    /// Things that one judgement may have fetched. Default 16.
    pub fetches: usize,
    /// Octets out of all compressed layers together for each octet of the message, beyond the first MiB. Default 200.
    pub inflate_ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 1 << 40,
            memory_bytes: 1 << 32,
            layers: 16,
            ber_depth: 64,
            element_bytes: 1 << 20,
            layer_bytes: 16 << 20,
            recipients: 10_000,
            signers: 64,
            certificates: 1_000,
            attributes: 256,
            private_key_operations: 32,
            header_bytes: 256 << 10,
            header_fields: 1_000,
            mime_parts: 10_000,
            mime_depth: 32,
            kdf_iterations: 10_000_000,
            kdf_memory: 256 << 20,
            path_signatures: 768,
            path_steps: 10_000,
            path_length: 20,
            fetches: 16,
            inflate_ratio: 200,
        }
    }
}
