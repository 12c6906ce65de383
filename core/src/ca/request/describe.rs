//! What a person wants to know about a request.

use super::CertificateRequest;
use crate::cert::{self, ExtendedKeyUsage, Extension, KeyUsage, Mailbox};
use crate::error::Code;

/// What a person wants to know about a request, as plain values. All text is safe to show.
///
/// ```
/// use smime::{ca::RequestTemplate, crypto::{KeyKind, PrivateKey}};
/// let request = RequestTemplate::mailbox("alice@example.org").sign(&PrivateKey::generate(KeyKind::Ed25519)?)?;
/// assert_eq!(request.describe().signature, "passed");
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestDescription {
    /// The subject as RFC 4514 writes it.
    pub subject: String,
    /// The addresses that follow the rules.
    pub addresses: Vec<String>,
    /// Those that do not.
    pub malformed_addresses: Vec<String>,
    /// The kind of the key, for example `p256`; `None` where it cannot be read.
    pub key: Option<String>,
    /// SHA-256 of SubjectPublicKeyInfo.
    pub key_sha256: [u8; 32],
    /// How it is signed, for example `ecdsa`; `None` where that is not known.
    pub signature_algorithm: Option<&'static str>,
    /// Proof of possession: `passed`, `failed`, or `not_checked` where the algorithm or the key is not known.
    pub signature: &'static str,
    /// The names of the key usages asked for.
    pub key_usage: Option<Vec<&'static str>>,
    /// The names of the purposes asked for.
    pub extended_key_usage: Option<Vec<String>>,
    /// The object identifiers of the extensions.
    pub extensions: Vec<String>,
    /// The object identifiers of the attributes.
    pub attributes: Vec<String>,
}

impl CertificateRequest {
    /// What a person wants to know about it.
    pub fn describe(&self) -> RequestDescription {
        let addresses = self.mailboxes();
        RequestDescription {
            subject: self.subject().to_string(),
            addresses: addresses.mailboxes.iter().map(Mailbox::to_string).collect(),
            malformed_addresses: addresses.malformed,
            key: self.public_key().ok().map(|key| key.kind().to_string()),
            key_sha256: cert::sha256(self.spki()),
            signature_algorithm: self.signature_scheme().ok().map(|scheme| scheme.name()),
            signature: match self.verify().map_err(|error| error.code()) {
                Ok(()) => "passed",
                Err(Code::SigInvalid | Code::SigAlgorithmMismatch) => "failed",
                Err(_) => "not_checked",
            },
            key_usage: self.key_usage().ok().flatten().map(KeyUsage::names),
            extended_key_usage: self.extended_key_usage().ok().flatten().as_ref().map(ExtendedKeyUsage::names),
            extensions: self.extensions().map(|extension: Extension<'_>| extension.dotted()).collect(),
            attributes: self.attributes().map(|attribute| attribute.dotted().into_owned()).collect(),
        }
    }
}
