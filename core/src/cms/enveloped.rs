//! What an EnvelopedData and an AuthEnvelopedData consist of (RFC 5652 section 6, RFC 5083).

use const_oid::ObjectIdentifier;

use super::algorithm::AlgorithmIdentifier;
use super::attributes::Attributes;
use super::recipients::RecipientInfo;
use super::signed::CertificateSet;

/// What stands before the encrypted content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvelopedStart {
    /// Whether this is AuthEnvelopedData, whose cipher must authenticate, rather than EnvelopedData, whose must not.
    pub authenticated: bool,
    /// CMSVersion; told, not judged.
    pub version: u64,
    /// Certificates and CRLs of the originator (originatorInfo).
    pub originator: Option<OriginatorInfo>,
    /// The recipients in the order received.
    pub recipients: Vec<RecipientInfo>,
    /// The type of the content once it is decrypted.
    pub content_type: ObjectIdentifier,
    /// contentEncryptionAlgorithm.
    pub content_encryption: AlgorithmIdentifier,
}

/// Certificates and CRLs that may help the recipient (RFC 5652 section 6.1).
pub type OriginatorInfo = CertificateSet;

/// What stands after the encrypted content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnvelopedEnd {
    /// authAttrs of AuthEnvelopedData: covered by the authentication tag.
    pub authenticated_attributes: Option<Attributes>,
    /// The authentication tag of AuthEnvelopedData; empty for EnvelopedData.
    pub mac: Vec<u8>,
    /// unprotectedAttrs or unauthAttrs.
    pub unprotected_attributes: Option<Attributes>,
}

impl EnvelopedEnd {
    /// The additional authenticated data of the cipher (RFC 5083 section 2.2): the DER encoding of authAttrs under the tag
    /// of SET, or nothing where there are none.
    ///
    /// # Errors
    /// A code of the class malformed where an attribute is not well-formed inside.
    pub fn additional_data(&self) -> crate::Result<Vec<u8>> {
        self.authenticated_attributes.as_ref().map_or(Ok(Vec::new()), Attributes::to_be_signed_der)
    }
}
