//! Files of keys and certificates, whatever their format.

use const_oid::ObjectIdentifier;

use super::password::{Budget, Password};
use super::pbe::Origin;
use super::pkcs12::{self, Bags, CertificateBag, KeyBag};
use super::private_key::{self, Shape};
use super::{Identity, pairing};
use crate::asn1::{Reader, Tag};
use crate::cert::Certificate;
use crate::crypto::PrivateKey;
use crate::error::{Class, Code, Error, Result};
use crate::limits::Limits;
use crate::pem::{self, Block};

/// How a keystore in the old format of Java begins.
const JAVA_KEYSTORE: [u8; 4] = [0xfe, 0xed, 0xfe, 0xed];

/// What a file of keys and certificates holds, before the one is matched with the other.
///
/// For whoever wants the keys without certificates, or the certificates of a trust store; [`Identity::from_bytes`] is
/// the way to an identity.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use smime::{Limits, identity::KeyFile};
/// let file = KeyFile::read(&std::fs::read("ca.key")?, Some("secret"), &Limits::default())?;
/// println!("{} keys, {} certificates", file.keys().count(), file.certificates().count());
/// # Ok(()) }
/// ```
#[derive(Default)]
pub struct KeyFile {
    bags: Bags,
}

impl KeyFile {
    /// Reads PEM with any number of blocks in any order, PKCS #12, or a single key or certificate in DER.
    ///
    /// Keys may be PKCS #8 (RFC 5958), plain or encrypted, PKCS #1 or SEC 1. Without a password (`None`) a PKCS #12 file is
    /// tried with the empty one. What the file asks for is held to [`Limits::layer_bytes`], [`Limits::certificates`],
    /// [`Limits::kdf_iterations`] (the sum over the file) and [`Limits::kdf_memory`].
    ///
    /// # Errors
    /// [`Code::UsePassword`] where one is needed and none given, [`Code::KeyPasswordWrong`], [`Code::PemMalformed`],
    /// [`Code::Pkcs12Malformed`], [`Code::KeyMalformed`], [`Code::CertMalformed`], [`Code::KeyUnsupported`] where no other
    /// key can be used, [`Code::AlgUnsupported`], [`Code::AlgParameters`], [`Code::LimitKdf`], [`Code::LimitBytes`],
    /// [`Code::LimitCertificates`].
    pub fn read(octets: &[u8], password: Option<&str>, limits: &Limits) -> Result<Self> {
        if octets.len() > limits.layer_bytes {
            return Err(Error::new(Code::LimitBytes).because(format!("a key file of {} octets", octets.len())));
        }
        let mut reading = Reading { password, budget: Budget::new(limits), curve: None, file: Self::default() };
        if pem::is_pem(octets) {
            for block in pem::blocks(octets) {
                reading.block(&block?)?;
            }
        } else {
            reading.structure(octets)?;
        }
        reading.file.usable()
    }

    /// The private keys, in the order of the file.
    pub fn keys(&self) -> impl Iterator<Item = &PrivateKey> {
        self.bags.keys.iter().filter_map(|bag| bag.key.as_ref().ok())
    }

    /// The certificates, in the order of the file.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.bags.certificates.iter().map(|bag| &bag.certificate)
    }

    /// Every key with each of its certificates, and the other certificates as the chain.
    ///
    /// # Errors
    /// [`Code::KeyMissing`] or [`Code::KeyCertificateMissing`] where there is no key or no certificate at all,
    /// [`Code::KeyMismatch`] where a key has none among the certificates.
    pub fn into_identity(self) -> Result<Identity> {
        pairing::pair(self.bags)
    }

    /// This file, unless all of its keys are of kinds that cannot be used.
    fn usable(mut self) -> Result<Self> {
        let unusable = |bag: &KeyBag| bag.key.is_err();
        if self.bags.keys.iter().all(unusable)
            && let Some(KeyBag { key: Err(error), .. }) = self.bags.keys.pop()
        {
            return Err(error);
        }
        Ok(self)
    }
}

/// The state while one file is read.
struct Reading<'a> {
    password: Option<&'a str>,
    budget: Budget<'a>,
    /// The curve of an `EC PARAMETERS` block, for the next key.
    curve: Option<ObjectIdentifier>,
    file: KeyFile,
}

impl Reading<'_> {
    fn block(&mut self, block: &Block<'_>) -> Result<()> {
        match block.label() {
            "CERTIFICATE" | "X509 CERTIFICATE" => self.certificate(&block.decode()?),
            // OpenSSL puts its own notes about trust after the certificate.
            "TRUSTED CERTIFICATE" => self.certificate(Reader::ber(&block.decode()?).element()?.raw),
            "EC PARAMETERS" => {
                self.curve = Reader::ber(&block.decode()?).oid().ok();
                Ok(())
            }
            "PKCS12" => self.structure(&block.decode()?),
            "OPENSSH PRIVATE KEY" => self.unusable("a key in the format of OpenSSH: export it as PKCS #8"),
            label if label.ends_with("PRIVATE KEY") && block.is_encrypted() => {
                self.unusable("a key encrypted as OpenSSL did before PKCS #8: convert it with `openssl pkcs8 -topk8`")
            }
            label if label.ends_with("PRIVATE KEY") => self.key(&block.decode()?),
            _ => Ok(()),
        }
        .map_err(|error| if error.offset().is_some() { error } else { error.at(block.offset()) })
    }

    /// A structure whose type shows in its first elements.
    fn structure(&mut self, octets: &[u8]) -> Result<()> {
        match Shape::of(octets) {
            Shape::Pkcs12 => {
                let bags = pkcs12::read(octets, self.password, &mut self.budget)?;
                self.file.bags.keys.extend(bags.keys);
                self.file.bags.certificates.extend(bags.certificates);
                self.count()
            }
            Shape::Other if octets.starts_with(&JAVA_KEYSTORE) => {
                self.unusable("a Java keystore: convert it with `keytool -importkeystore -deststoretype PKCS12`")
            }
            Shape::Other if octets.first() != Some(&Tag::SEQUENCE.0) => Err(Error::new(Code::PemMalformed).because("neither PEM nor DER")),
            Shape::Other => self.certificate(octets),
            _ => self.key(octets),
        }
    }

    fn key(&mut self, octets: &[u8]) -> Result<()> {
        let password = self.password.map(Password::new);
        let key = private_key::read(octets, self.curve.take(), password, Origin::Pkcs8, &mut self.budget);
        match key {
            Err(error) if error.class() != Class::Unsupported => Err(error),
            key => self.push(key),
        }
    }

    fn unusable(&mut self, advice: &str) -> Result<()> {
        self.push(Err(Error::new(Code::KeyUnsupported).because(advice)))
    }

    fn push(&mut self, key: Result<PrivateKey>) -> Result<()> {
        self.file.bags.keys.push(KeyBag { key, local_key_id: None });
        self.count()
    }

    fn certificate(&mut self, octets: &[u8]) -> Result<()> {
        let certificate = Certificate::from_der(octets)?;
        self.file.bags.certificates.push(CertificateBag { certificate, local_key_id: None });
        self.count()
    }

    fn count(&self) -> Result<()> {
        self.file.bags.check(self.budget.limits())
    }
}
