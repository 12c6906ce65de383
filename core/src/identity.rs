//! Private keys with their certificates: who signs, and who can open what was encrypted.
//!
//! An [`Identity`] comes from a file ([`Identity::from_bytes`], [`Identity::from_pkcs12`], [`Identity::from_pem`]), from
//! parts, or from a key that never leaves its device ([`Identity::from_external`]).
//!
//! What is read: PEM with keys, certificates and chain in any order; PKCS #8 (RFC 5958), plain or encrypted with PBES2
//! (PBKDF2 or scrypt; AES or Triple DES in CBC mode) or the schemes of PKCS #12; PKCS #1 and SEC 1 keys; PKCS #12
//! (RFC 7292) in DER or BER, with the MAC of RFC 7292 or PBMAC1 (RFC 9579), as OpenSSL, Java, NSS and others write it.
//!
//! What is written: PKCS #12 in a [`Pkcs12Profile`] ([`Identity::to_pkcs12_profile`]), PEM ([`Identity::to_pem`]), single keys as PKCS #8
//! under PBES2 ([`encrypt_private_key`]).

mod export;
mod key_file;
mod pairing;
mod password;
mod pbe;
mod pkcs12;
mod private_key;
mod protect;
mod secret;

use std::fmt;
use std::sync::Arc;

pub use key_file::KeyFile;
pub use pkcs12::Pkcs12Profile;
pub use protect::{KeyDerivation, encrypt_private_key, encrypt_private_key_with};

use crate::asn1::oid;
use crate::cert::{Certificate, KeyUsage};
use crate::crypto::{ExternalKey, KeyKind, PrivateKey};
use crate::error::{Code, Error, Result};
use crate::limits::Limits;

/// One or several private keys, each with its certificate, and the certificates between them and a root.
///
/// Cheap to clone and to share between threads. Keys are wiped when the last clone is dropped.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use smime::Identity;
/// let alice = Identity::from_pkcs12(&std::fs::read("alice.p12")?, "secret")?;
/// println!("{}", alice.certificate().subject());
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Identity {
    inner: Arc<Inner>,
}

struct Inner {
    /// The certificate that stands for all.
    certificate: Certificate,
    pairs: Vec<Pair>,
    chain: Vec<Certificate>,
}

struct Pair {
    key: PrivateKey,
    certificate: Certificate,
}

impl Identity {
    fn new(first: Pair, others: Vec<Pair>, chain: Vec<Certificate>) -> Self {
        let first_certificate = first.certificate.clone();
        let pairs: Vec<_> = std::iter::once(first).chain(others).collect();
        let certificate = signing(&pairs).map_or(first_certificate, |pair| pair.certificate.clone());
        Self { inner: Arc::new(Inner { certificate, pairs, chain }) }
    }

    /// Reads PKCS #12 (RFC 7292), or PEM around it. The empty password also stands for none.
    ///
    /// # Errors
    /// As [`KeyFile::read`] and [`KeyFile::into_identity`].
    pub fn from_pkcs12(octets: &[u8], password: &str) -> Result<Self> {
        Self::from_bytes(octets, Some(password))
    }

    /// Reads PEM: at least one private key and its certificate, in any order. The password is for encrypted keys.
    ///
    /// # Errors
    /// As [`KeyFile::read`] and [`KeyFile::into_identity`].
    pub fn from_pem(text: &str, password: Option<&str>) -> Result<Self> {
        Self::from_bytes(text.as_bytes(), password)
    }

    /// Reads PEM or PKCS #12, whichever it is, within the default [`Limits`].
    ///
    /// # Errors
    /// As [`KeyFile::read`] and [`KeyFile::into_identity`].
    pub fn from_bytes(octets: &[u8], password: Option<&str>) -> Result<Self> {
        KeyFile::read(octets, password, &Limits::default())?.into_identity()
    }

    /// A private key, its certificate and the certificates above it.
    ///
    /// # Errors
    /// [`Code::KeyMismatch`] where the key is not that of the certificate, else what [`Certificate::public_key`] says.
    pub fn from_parts(key: PrivateKey, certificate: Certificate, chain: Vec<Certificate>) -> Result<Self> {
        if certificate.public_key()? != key.public_key() {
            return Err(Error::new(Code::KeyMismatch));
        }
        Ok(Self::new(Pair { key, certificate }, Vec::new(), chain))
    }

    /// A key that another device or service holds (HSM, smart card, KMS, CNG), its certificate and those above it.
    ///
    /// Whether it is the key of this certificate shows when it is used: its signatures are checked before they go out.
    ///
    /// # Errors
    /// What [`Certificate::public_key`] says.
    pub fn from_external(key: Arc<dyn ExternalKey>, certificate: Certificate, chain: Vec<Certificate>) -> Result<Self> {
        let key = PrivateKey::external(certificate.public_key()?.clone(), key);
        Ok(Self::new(Pair { key, certificate }, Vec::new(), chain))
    }

    /// The key and certificate to sign with, if there are such: those whose keyUsage and extKeyUsage allow signing mail
    /// (RFC 8550 section 4.4). Of several, one that names emailProtection goes before one for any purpose, then the one
    /// that is valid longest, then the first in the file.
    pub fn signing_pair(&self) -> Option<(&PrivateKey, &Certificate)> {
        signing(&self.inner.pairs).map(Pair::parts)
    }

    /// The keys that can open what was encrypted to their certificates. Expired ones and those whose keyUsage speaks against
    /// it are among them: old mail and other people's mistakes should stay readable.
    pub fn decryption_pairs(&self) -> impl Iterator<Item = (&PrivateKey, &Certificate)> {
        self.inner.pairs.iter().filter(|pair| pair.can_decrypt()).map(Pair::parts)
    }

    /// Every key with its certificate, in the order of the file.
    pub fn pairs(&self) -> impl Iterator<Item = (&PrivateKey, &Certificate)> {
        self.inner.pairs.iter().map(Pair::parts)
    }

    /// The certificate that stands for this identity: that of [`signing_pair`](Self::signing_pair), or the first.
    pub fn certificate(&self) -> &Certificate {
        &self.inner.certificate
    }

    /// The certificates that are no key's own, in the order of the file.
    pub fn chain(&self) -> &[Certificate] {
        &self.inner.chain
    }

    /// The certificates between this one and a root, as far as the chain has them: the issuer first, without the root, which
    /// a recipient must have anyway. Found by names and key identifiers; no signature is checked.
    pub fn intermediates(&self, certificate: &Certificate) -> Vec<&Certificate> {
        let mut path = Vec::new();
        let mut last = certificate;
        while !last.is_self_issued()
            && let Some(issuer) = self.issuer(last).filter(|issuer| !issuer.is_self_issued() && !path.contains(issuer))
        {
            path.push(issuer);
            last = issuer;
        }
        path
    }

    /// The certificate of the chain that issued this one; of several by that name, the one whose key identifier fits.
    fn issuer(&self, certificate: &Certificate) -> Option<&Certificate> {
        let wanted = certificate.authority_key_identifier().and_then(|identifier| identifier.key_identifier);
        let named = || self.inner.chain.iter().filter(|candidate| candidate.subject_key() == certificate.issuer_key());
        named().find(|candidate| wanted.is_some() && candidate.subject_key_identifier() == wanted).or_else(|| named().next())
    }
}

impl fmt::Debug for Identity {
    /// The certificates; nothing of the keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let certificates: Vec<_> = self.pairs().map(|(_, certificate)| certificate).collect();
        f.debug_struct("Identity").field("certificates", &certificates).field("chain", &self.inner.chain).finish_non_exhaustive()
    }
}

/// How well a certificate's extKeyUsage fits mail (RFC 8550 section 4.4.4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum MailPurpose {
    /// It does not, or cannot be read.
    Not,
    /// There is no extKeyUsage, or it has anyExtendedKeyUsage.
    Any,
    /// emailProtection.
    Named,
}

/// See [`Identity::signing_pair`].
fn signing(pairs: &[Pair]) -> Option<&Pair> {
    // `max_by_key` takes the last of equals, so the order is turned round.
    pairs.iter().rev().filter(|pair| pair.may_sign()).max_by_key(|pair| (pair.mail_purpose(), pair.certificate.not_after()))
}

impl Pair {
    fn parts(&self) -> (&PrivateKey, &Certificate) {
        (&self.key, &self.certificate)
    }

    fn may_sign(&self) -> bool {
        let signing = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::NON_REPUDIATION);
        let usage = self.certificate.key_usage().is_ok_and(|usage| usage.is_none_or(|usage| usage.any(signing)));
        usage && self.mail_purpose() > MailPurpose::Not && !matches!(self.key.kind(), KeyKind::X25519)
    }

    fn can_decrypt(&self) -> bool {
        matches!(self.key.kind(), KeyKind::Rsa { .. } | KeyKind::Ec(_) | KeyKind::X25519)
    }

    fn mail_purpose(&self) -> MailPurpose {
        match self.certificate.extended_key_usage() {
            Ok(None) => MailPurpose::Any,
            Ok(Some(purposes)) if purposes.contains(oid::KP_EMAIL_PROTECTION) => MailPurpose::Named,
            Ok(Some(purposes)) if purposes.contains(oid::ANY_EXTENDED_KEY_USAGE) => MailPurpose::Any,
            Ok(Some(_)) | Err(_) => MailPurpose::Not,
        }
    }
}

#[cfg(test)]
mod tests;
