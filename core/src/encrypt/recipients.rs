//! RecipientInfos: the content key for each recipient (RFC 5652 section 6.2, RFC 5753, RFC 8418).

use crate::asn1::oid;
use crate::cert::Certificate;
use crate::cms::{
    AlgorithmIdentifier, IssuerAndSerial, KeyAgreementRecipient, Originator, RecipientIdentifier, RecipientInfo, ecc_cms_shared_info,
};
use crate::crypto::wrap::{KeyWrap, wrap_key};
use crate::crypto::{Curve, DigestAlgorithm, EphemeralKey, KeyKind, kdf};
use crate::error::{Code, Error, Result};

use super::{Recipient, Settings};

/// A RecipientInfo for each RSA recipient, and one for all recipients of a curve: they share one ephemeral key.
pub(super) fn informations(settings: &Settings, key: &[u8]) -> Result<Vec<RecipientInfo>> {
    let mut informations = Vec::new();
    let mut groups: Vec<Group> = Vec::new();
    for recipient in &settings.recipients {
        let kind = recipient.certificate.public_key()?.kind();
        if let KeyKind::Rsa { .. } = kind {
            informations.push(transported(settings, recipient, key)?);
        } else if let Some(group) = groups.iter_mut().find(|group| group.kind == kind) {
            group.add(&recipient.certificate, key)?;
        } else {
            let mut group = Group::new(kind, key.len())?;
            group.add(&recipient.certificate, key)?;
            groups.push(group);
        }
    }
    informations.extend(groups.into_iter().map(Group::information));
    if informations.is_empty() { Err(Code::UseNoRecipient.into()) } else { Ok(informations) }
}

fn transported(settings: &Settings, recipient: &Recipient, key: &[u8]) -> Result<RecipientInfo> {
    let transport = settings.transport_for(recipient);
    Ok(RecipientInfo::KeyTransport {
        version: 0,
        rid: identifier(&recipient.certificate),
        algorithm: AlgorithmIdentifier::parse(&transport.algorithm_identifier())?,
        encrypted_key: recipient.certificate.public_key()?.encrypt_key(&transport, key)?,
    })
}

fn identifier(certificate: &Certificate) -> RecipientIdentifier {
    RecipientIdentifier::IssuerAndSerial(IssuerAndSerial {
        issuer: certificate.issuer().der().to_vec(),
        serial: certificate.serial().to_vec(),
    })
}

/// The recipients of one curve.
struct Group {
    kind: KeyKind,
    ephemeral: EphemeralKey,
    digest: DigestAlgorithm,
    scheme: const_oid::ObjectIdentifier,
    wrap: KeyWrap,
    wrap_algorithm: AlgorithmIdentifier,
    recipients: Vec<KeyAgreementRecipient>,
}

impl Group {
    fn new(kind: KeyKind, key_length: usize) -> Result<Self> {
        let (digest, scheme) = match kind {
            KeyKind::Ec(Curve::P384) => (DigestAlgorithm::Sha384, oid::DH_SINGLE_PASS_STD_DH_SHA384KDF),
            KeyKind::Ec(Curve::P521) => (DigestAlgorithm::Sha512, oid::DH_SINGLE_PASS_STD_DH_SHA512KDF),
            KeyKind::Ec(_) => (DigestAlgorithm::Sha256, oid::DH_SINGLE_PASS_STD_DH_SHA256KDF),
            KeyKind::X25519 => (DigestAlgorithm::Sha256, oid::DH_SINGLE_PASS_STD_DH_HKDF_SHA256),
            _ => return Err(Error::new(Code::UseKeyForEncryption).because("a key of this kind does not agree on keys")),
        };
        let wrap = match key_length {
            16 => KeyWrap::Aes128,
            24 => KeyWrap::Aes192,
            _ => KeyWrap::Aes256,
        };
        let wrap_algorithm = AlgorithmIdentifier { oid: wrap.oid(), parameters: None };
        Ok(Self { kind, ephemeral: EphemeralKey::generate(kind)?, digest, scheme, wrap, wrap_algorithm, recipients: Vec::new() })
    }

    fn add(&mut self, certificate: &Certificate, key: &[u8]) -> Result<()> {
        let secret = self.ephemeral.agree(certificate.public_key()?)?;
        let length = self.wrap.key_length();
        let info = ecc_cms_shared_info(&self.wrap_algorithm, None, length)?;
        let wrapping = match self.kind {
            KeyKind::X25519 => kdf::hkdf(self.digest, &[], &secret, &info, length)?,
            _ => kdf::x963(self.digest, &secret, &info, length)?,
        };
        self.recipients.push(KeyAgreementRecipient { rid: identifier(certificate), encrypted_key: wrap_key(self.wrap, &wrapping, key)? });
        Ok(())
    }

    fn information(self) -> RecipientInfo {
        let algorithm = match self.kind {
            KeyKind::X25519 => oid::ID_X25519,
            _ => oid::ID_EC_PUBLIC_KEY,
        };
        RecipientInfo::KeyAgreement {
            version: 3,
            originator: Originator::PublicKey {
                // The curve is that of the recipients; RFC 5753 section 3.1.1 leaves the parameters out.
                algorithm: AlgorithmIdentifier { oid: algorithm, parameters: None },
                public_key: self.ephemeral.public_octets().to_vec(),
            },
            ukm: None,
            algorithm: AlgorithmIdentifier { oid: self.scheme, parameters: Some(self.wrap_algorithm.to_der()) },
            recipients: self.recipients,
        }
    }
}
