//! From RecipientInfos and identities to the content-encryption key (RFC 5652 section 6.2, RFC 5753).

use zeroize::Zeroizing;

use crate::asn1::oid;
use crate::cert::Certificate;
use crate::cms::{AlgorithmIdentifier, KeyAgreementRecipient, Originator, RecipientIdentifier, RecipientInfo, ecc_cms_shared_info};
use crate::crypto::wrap::{KeyWrap, unwrap_key};
use crate::crypto::{ContentCipher, DigestAlgorithm, KeyTransport, PrivateKey, kdf};
use crate::error::{Code, Error, Result};
use crate::report::RecipientReport;

use super::session::Session;

/// A content key, and the index of the RecipientInfo from which it came.
pub(super) struct Unlocked {
    pub(super) key: Zeroizing<Vec<u8>>,
    pub(super) recipient: usize,
}

/// What the report says about each RecipientInfo.
pub(super) fn describe(recipients: &[RecipientInfo]) -> Vec<RecipientReport> {
    recipients
        .iter()
        .map(|recipient| {
            let algorithm = match recipient {
                RecipientInfo::KeyTransport { algorithm, .. } => transport_name(algorithm),
                RecipientInfo::KeyAgreement { algorithm, .. } => agreement_name(algorithm),
                RecipientInfo::KeyEncryption { algorithm, .. } | RecipientInfo::Password { algorithm, .. } => algorithm.oid.to_string(),
                RecipientInfo::Other { oid, .. } => oid.map_or_else(|| "unknown".to_owned(), |oid| oid.to_string()),
            };
            RecipientReport { kind: recipient.kind(), algorithm, used: false }
        })
        .collect()
}

fn transport_name(algorithm: &AlgorithmIdentifier) -> String {
    match algorithm.oid {
        oid::RSA_ENCRYPTION => "rsaes-pkcs1-v1_5".to_owned(),
        oid::ID_RSAES_OAEP => "rsaes-oaep".to_owned(),
        other => other.to_string(),
    }
}

fn agreement_name(algorithm: &AlgorithmIdentifier) -> String {
    match Derivation::of(algorithm.oid) {
        Some(Derivation::X963Sha224) => "ecdh-x963kdf-sha224".to_owned(),
        Some(Derivation::X963(digest)) => format!("ecdh-x963kdf-{}", digest.name()),
        Some(Derivation::Hkdf(digest)) => format!("ecdh-hkdf-{}", digest.name()),
        None => algorithm.oid.to_string(),
    }
}

/// The content key, of this length, from the first RecipientInfo that fits one of the identities.
pub(super) fn content_key(session: &mut Session<'_>, recipients: &[RecipientInfo], length: usize) -> Result<Unlocked> {
    let settings = std::sync::Arc::clone(&session.settings);
    let mut failure = None;
    for (index, recipient) in recipients.iter().enumerate() {
        for (private_key, certificate) in settings.identities.iter().flat_map(|identity| identity.decryption_pairs()) {
            let attempt = match recipient {
                RecipientInfo::KeyTransport { rid, algorithm, encrypted_key, .. } if names(rid, certificate) => {
                    session.count_private_key_operation()?;
                    transported(algorithm, encrypted_key, private_key, length)
                }
                RecipientInfo::KeyAgreement { originator, ukm, algorithm, recipients, .. } => {
                    let Some(mine) = recipients.iter().find(|recipient| names(&recipient.rid, certificate)) else { continue };
                    session.count_private_key_operation()?;
                    let allows_triple_des = settings.policy.ciphers.contains(&ContentCipher::DesEde3Cbc);
                    Agreement { originator, ukm: ukm.as_deref(), algorithm, allows_triple_des }.key(mine, private_key, length)
                }
                _ => continue,
            };
            match attempt {
                Ok(key) => return Ok(Unlocked { key, recipient: index }),
                Err(error) => failure = Some(error),
            }
        }
    }
    Err(failure.unwrap_or_else(|| Code::EncNoRecipient.into()))
}

/// Whether this recipient identifier is for this certificate.
fn names(identifier: &RecipientIdentifier, certificate: &Certificate) -> bool {
    match identifier {
        RecipientIdentifier::IssuerAndSerial(named) => certificate.is_issued_as(&named.issuer, &named.serial),
        RecipientIdentifier::SubjectKeyIdentifier(identifier) => certificate.subject_key_identifier() == Some(identifier.as_slice()),
    }
}

fn transported(
    algorithm: &AlgorithmIdentifier,
    encrypted_key: &[u8],
    private_key: &PrivateKey,
    length: usize,
) -> Result<Zeroizing<Vec<u8>>> {
    let transport = KeyTransport::from_algorithm(algorithm.oid, algorithm.parameters.as_deref())?;
    private_key.decrypt_key(&transport, encrypted_key, length)
}

/// How the key-encryption key is derived from the shared secret.
enum Derivation {
    X963Sha224,
    X963(DigestAlgorithm),
    Hkdf(DigestAlgorithm),
}

impl Derivation {
    fn of(algorithm: const_oid::ObjectIdentifier) -> Option<Self> {
        Some(match algorithm {
            // With cofactor or without: the curves here have the cofactor 1 (RFC 5753 section 7.1.4 has both names).
            oid::DH_SINGLE_PASS_STD_DH_SHA1KDF | oid::DH_SINGLE_PASS_COFACTOR_DH_SHA1KDF => Self::X963(DigestAlgorithm::Sha1),
            oid::DH_SINGLE_PASS_STD_DH_SHA224KDF | oid::DH_SINGLE_PASS_COFACTOR_DH_SHA224KDF => Self::X963Sha224,
            oid::DH_SINGLE_PASS_STD_DH_SHA256KDF | oid::DH_SINGLE_PASS_COFACTOR_DH_SHA256KDF => Self::X963(DigestAlgorithm::Sha256),
            oid::DH_SINGLE_PASS_STD_DH_SHA384KDF | oid::DH_SINGLE_PASS_COFACTOR_DH_SHA384KDF => Self::X963(DigestAlgorithm::Sha384),
            oid::DH_SINGLE_PASS_STD_DH_SHA512KDF | oid::DH_SINGLE_PASS_COFACTOR_DH_SHA512KDF => Self::X963(DigestAlgorithm::Sha512),
            oid::DH_SINGLE_PASS_STD_DH_HKDF_SHA256 => Self::Hkdf(DigestAlgorithm::Sha256),
            oid::DH_SINGLE_PASS_STD_DH_HKDF_SHA384 => Self::Hkdf(DigestAlgorithm::Sha384),
            oid::DH_SINGLE_PASS_STD_DH_HKDF_SHA512 => Self::Hkdf(DigestAlgorithm::Sha512),
            _ => return None,
        })
    }

    fn derive(&self, secret: &[u8], info: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>> {
        match self {
            Self::X963Sha224 => kdf::x963_sha224(secret, info, length),
            Self::X963(digest) => kdf::x963(*digest, secret, info, length),
            Self::Hkdf(digest) => kdf::hkdf(*digest, &[], secret, info, length),
        }
    }
}

/// What the recipients of one KeyAgreeRecipientInfo have in common.
struct Agreement<'a> {
    originator: &'a Originator,
    ukm: Option<&'a [u8]>,
    algorithm: &'a AlgorithmIdentifier,
    /// Whether the policy has Triple DES.
    allows_triple_des: bool,
}

impl Agreement<'_> {
    fn key(&self, recipient: &KeyAgreementRecipient, private_key: &PrivateKey, length: usize) -> Result<Zeroizing<Vec<u8>>> {
        let unsupported = || Error::new(Code::AlgUnsupported).because(format!("key agreement {}", self.algorithm.oid));
        let derivation = Derivation::of(self.algorithm.oid).ok_or_else(unsupported)?;
        let Originator::PublicKey { public_key, .. } = self.originator else {
            return Err(Error::new(Code::AlgUnsupported).because("key agreement with a static originator key"));
        };
        // The parameter is the AlgorithmIdentifier of the key wrap (RFC 5753 section 7.1.4).
        let wrap_algorithm = self.algorithm.parameters_as_algorithm()?;
        let unsupported = || Error::new(Code::AlgUnsupported).because(format!("key wrap {}", wrap_algorithm.oid));
        let wrap = KeyWrap::from_oid(wrap_algorithm.oid).ok_or_else(unsupported)?;
        if wrap == KeyWrap::TripleDes && !self.allows_triple_des {
            return Err(Error::new(Code::EncAlgorithmForbidden).because(wrap.name()));
        }
        let secret = private_key.agree(public_key)?;
        let info = ecc_cms_shared_info(&wrap_algorithm, self.ukm, wrap.key_length())?;
        let key = unwrap_key(wrap, &derivation.derive(&secret, &info, wrap.key_length())?, &recipient.encrypted_key)?;
        if key.len() == length { Ok(key) } else { Err(Code::EncDecryptFailed.into()) }
    }
}
