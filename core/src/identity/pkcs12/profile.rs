//! For whom a PKCS #12 file is written: ciphers, key derivations and MACs that go together.

use std::fmt;

use super::super::protect::{ITERATIONS, KeyDerivation, Protection, SALT, pkcs12_form, write_hmac_sha256, write_pbkdf2};
use crate::asn1::{Tag, Writer, oid};
use crate::crypto::kdf::{self, Pkcs12Purpose};
use crate::crypto::{DigestAlgorithm, mac, rng};
use crate::error::Result;
use crate::limits::Limits;

/// By whom a PKCS #12 file is to be read.
///
/// Every derivation from the password has 250 000 iterations, in each of them.
///
/// ```
/// # use smime::{Time, ca::{CertificateTemplate, Issuer}, crypto::{KeyKind, PrivateKey}};
/// use smime::{Identity, identity::Pkcs12Profile};
/// # let key = PrivateKey::generate(KeyKind::Ed25519)?;
/// # let template = CertificateTemplate::end_entity("Alice", "alice@example.org", Time::from_unix(0), Time::from_unix(1 << 31));
/// # let alice = Identity::from_parts(key.clone(), Issuer::self_signed(&key, &template)?.certificate().clone(), Vec::new())?;
/// let file = alice.to_pkcs12_profile("secret", Pkcs12Profile::WindowsLegacy, Some("Alice's key"))?;
/// assert_eq!(Identity::from_pkcs12(&file, "secret")?.certificate(), alice.certificate());
/// assert_eq!(Pkcs12Profile::from_name("windows-legacy"), Some(Pkcs12Profile::WindowsLegacy));
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Pkcs12Profile {
    /// For programs that know nothing else: Windows before 10 (1709) and Server 2019, macOS before 15, Java before 8u301, gpgsm 2.2.
    /// pbeWithSHAAnd3-KeyTripleDES-CBC for keys and certificates, HMAC-SHA-1 for the whole (RFC 7292 appendices B and C). These protect
    /// little: choose a long password and delete the file when it has been imported.
    WindowsLegacy,
    /// For everybody of today: PBES2 with PBKDF2, HMAC-SHA-256 and AES-256-CBC for keys and certificates (RFC 8018), HMAC-SHA-256 for the
    /// whole, its key derived as RFC 7292 appendix B has it.
    #[default]
    Compatible,
    /// As [`Compatible`](Self::Compatible), but PBMAC1 for the whole (RFC 9579), so that nothing rests on the derivation of RFC 7292: OpenSSL
    /// from 3.4, Java from 26 and few others read it.
    Modern,
}

impl Pkcs12Profile {
    /// Every one.
    pub const ALL: &'static [Self] = &[Self::WindowsLegacy, Self::Compatible, Self::Modern];

    /// The name on the command line: `windows-legacy`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WindowsLegacy => "windows-legacy",
            Self::Compatible => "compatible",
            Self::Modern => "modern",
        }
    }

    /// The one of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|profile| profile.name() == name)
    }

    /// What encrypts keys and certificates.
    pub(super) fn protection(self) -> Protection {
        match self {
            Self::WindowsLegacy => Protection::TripleDes,
            Self::Compatible | Self::Modern => Protection::Pbes2(KeyDerivation::Pbkdf2),
        }
    }

    /// MacData over the AuthenticatedSafe.
    pub(super) fn mac_data(self, authenticated: &[u8], password: &str) -> Result<Vec<u8>> {
        match self {
            Self::WindowsLegacy => pkcs12_mac(DigestAlgorithm::Sha1, authenticated, password),
            Self::Compatible => pkcs12_mac(DigestAlgorithm::Sha256, authenticated, password),
            Self::Modern => pbmac1(authenticated, password),
        }
    }
}

impl fmt::Display for Pkcs12Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// HMAC under a key derived by RFC 7292 appendix B.
fn pkcs12_mac(digest: DigestAlgorithm, authenticated: &[u8], password: &str) -> Result<Vec<u8>> {
    let (salt, form) = (rng::secret(SALT)?, pkcs12_form(password)?);
    let limits = Limits { kdf_iterations: ITERATIONS, ..Limits::default() };
    let key = kdf::pkcs12_kdf(digest, Pkcs12Purpose::Mac, &form, &salt, ITERATIONS, digest.len(), &limits)?;
    let mut algorithm = Writer::new();
    algorithm.nest(Tag::SEQUENCE, |writer| {
        writer.oid(digest.oid());
        writer.null();
    });
    Ok(mac_data(&algorithm.into_vec(), &mac::hmac(digest, &key, authenticated), &salt, ITERATIONS))
}

/// PBMAC1 (RFC 8018 section 7.1, RFC 9579).
fn pbmac1(authenticated: &[u8], password: &str) -> Result<Vec<u8>> {
    let digest = DigestAlgorithm::Sha256;
    let salt = rng::secret(SALT)?;
    let limits = Limits { kdf_iterations: ITERATIONS, ..Limits::default() };
    let key = kdf::pbkdf2(digest, password.as_bytes(), &salt, ITERATIONS, digest.len(), &limits)?;
    let mut algorithm = Writer::new();
    algorithm.nest(Tag::SEQUENCE, |writer| {
        writer.oid(oid::ID_PBMAC1);
        writer.nest(Tag::SEQUENCE, |writer| {
            write_pbkdf2(writer, &salt, Some(digest.len()));
            write_hmac_sha256(writer);
        });
    });
    // The salt and the iterations of MacData itself mean nothing: those of the examples in RFC 9579.
    Ok(mac_data(&algorithm.into_vec(), &mac::hmac(digest, &key, authenticated), b"NOT USED", 1))
}

fn mac_data(algorithm: &[u8], mac: &[u8], salt: &[u8], iterations: u32) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.raw(algorithm);
            writer.octet_string(mac);
        });
        writer.octet_string(salt);
        // One is the default, which DER leaves out.
        if iterations != 1 {
            writer.unsigned(iterations.into());
        }
    });
    writer.into_vec()
}
