//! Identities that move: files made of them, and several made one.

use zeroize::Zeroizing;

use super::pkcs12::{self, Pkcs12Profile};
use super::protect::{KeyDerivation, encrypt_private_key_with};
use super::{Identity, Pair};
use crate::cert::Certificate;
use crate::crypto::PrivateKey;
use crate::error::{Code, Error, Result};
use crate::pem;

impl Identity {
    /// PKCS #12 (RFC 7292) with all keys, their certificates and the chain, in the profile
    /// [`Compatible`](Pkcs12Profile::Compatible): as OpenSSL, NSS, Java 8u301, Windows 10 (1709), macOS 15 and what came after them read it.
    ///
    /// # Errors
    /// [`Code::KeyExternalFailed`] where a key does not leave its device.
    pub fn to_pkcs12(&self, password: &str) -> Result<Vec<u8>> {
        self.to_pkcs12_profile(password, Pkcs12Profile::default(), None)
    }

    /// PKCS #12 for those who read this profile. Programs show the friendlyName; without one it is the first address in the certificate,
    /// else the subject. Where there are several keys, the second and further ones get a number behind it.
    ///
    /// # Errors
    /// [`Code::KeyExternalFailed`] where a key does not leave its device.
    pub fn to_pkcs12_profile(&self, password: &str, profile: Pkcs12Profile, friendly_name: Option<&str>) -> Result<Vec<u8>> {
        pkcs12::write(self, password, profile, friendly_name)
    }

    /// PEM: each key as PKCS #8 (RFC 5958) with its certificates behind it, then the chain. With a password the keys are encrypted under
    /// it: PBES2 with AES-256-CBC (RFC 8018).
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use smime::{Identity, identity::KeyDerivation};
    /// let alice = Identity::from_pkcs12(&std::fs::read("alice.p12")?, "secret")?;
    /// std::fs::write("alice.pem", alice.to_pem(Some("secret"), KeyDerivation::Scrypt)?)?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Code::KeyExternalFailed`] where a key does not leave its device.
    pub fn to_pem(&self, password: Option<&str>, derivation: KeyDerivation) -> Result<Zeroizing<String>> {
        let mut blocks: Vec<Zeroizing<String>> = Vec::new();
        let mut written: Vec<&PrivateKey> = Vec::new();
        for (key, _) in self.pairs() {
            if written.iter().any(|other| other.public_key() == key.public_key()) {
                continue;
            }
            written.push(key);
            blocks.push(Zeroizing::new(match password {
                Some(password) => pem::encode("ENCRYPTED PRIVATE KEY", &encrypt_private_key_with(key, password, derivation)?),
                None => pem::encode("PRIVATE KEY", &key.to_pkcs8()?),
            }));
            let own = self.pairs().filter(|(other, _)| other.public_key() == key.public_key());
            blocks.extend(own.map(|(_, certificate)| Zeroizing::new(certificate.to_pem())));
        }
        blocks.extend(self.chain().iter().map(|certificate| Zeroizing::new(certificate.to_pem())));
        // Room for all of it from the start: a string that grows leaves copies of the keys behind.
        let mut text = Zeroizing::new(String::with_capacity(blocks.iter().map(|block| block.len()).sum()));
        blocks.iter().for_each(|block| text.push_str(block));
        Ok(text)
    }

    /// One identity with the keys and certificates of several, each once, and these certificates besides in the chain: for example a key
    /// for signing and one for encryption, with the authorities above them.
    ///
    /// ```
    /// # use smime::{Time, ca::{CertificateTemplate, Issuer}, crypto::{Curve, KeyKind, PrivateKey}};
    /// # let identity = |kind| {
    /// #     let key = PrivateKey::generate(kind)?;
    /// #     let template = CertificateTemplate::end_entity("Alice", "alice@example.org", Time::from_unix(0), Time::from_unix(1 << 31));
    /// #     let root = PrivateKey::generate(KeyKind::Ed25519)?;
    /// #     let root = Issuer::self_signed(&root, &CertificateTemplate::authority("Root", Time::from_unix(0), Time::from_unix(1 << 31)))?;
    /// #     let certificate = root.issue(key.public_key(), &template)?;
    /// #     smime::Identity::from_parts(key, certificate, Vec::new())
    /// # };
    /// # let (signing, encryption) = (identity(KeyKind::Ed25519)?, identity(KeyKind::X25519)?);
    /// let both = smime::Identity::join([&signing, &encryption], &[])?;
    /// assert_eq!(both.pairs().count(), 2);
    /// # Ok::<(), smime::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Code::UseArgument`] where there is none.
    pub fn join<'a>(identities: impl IntoIterator<Item = &'a Self>, chain: &[Certificate]) -> Result<Self> {
        let (mut pairs, mut all): (Vec<Pair>, Vec<Certificate>) = (Vec::new(), Vec::new());
        for identity in identities {
            for (key, certificate) in identity.pairs() {
                if pairs.iter().all(|pair| pair.certificate != *certificate) {
                    pairs.push(Pair { key: key.clone(), certificate: certificate.clone() });
                }
            }
            all.extend_from_slice(identity.chain());
        }
        all.extend_from_slice(chain);
        let mut chain: Vec<Certificate> = Vec::new();
        for certificate in all {
            if !chain.contains(&certificate) {
                chain.push(certificate);
            }
        }
        chain.retain(|certificate| pairs.iter().all(|pair| pair.certificate != *certificate));
        let mut pairs = pairs.into_iter();
        let first = pairs.next().ok_or_else(|| Error::new(Code::UseArgument).because("no identity to join"))?;
        Ok(Self::new(first, pairs.collect(), chain))
    }
}

#[cfg(test)]
mod tests;
