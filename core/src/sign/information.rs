//! SignerInfos: attributes, signature and certificates for each identity (RFC 5652 section 5.3).

use crate::asn1::oid;
use crate::cert::Certificate;
use crate::cms::{AlgorithmIdentifier, CertificateSet, IssuerAndSerial, SignedAttributesBuilder, SignedTail, SignerIdentifier, SignerInfo};
use crate::crypto::{ContentCipher, Curve, Digest, DigestAlgorithm, KeyKind, PrivateKey, SignatureScheme, ToBeSigned};
use crate::error::{Code, Error, Result};
use crate::identity::Identity;

use super::Settings;

/// Content ciphers that are announced as readable, best first (RFC 8551 section 2.5.2).
const READABLE: [ContentCipher; 5] =
    [ContentCipher::Aes256Gcm, ContentCipher::Aes128Gcm, ContentCipher::Aes256Cbc, ContentCipher::Aes192Cbc, ContentCipher::Aes128Cbc];

/// One who will sign, with the algorithms chosen.
pub(super) struct Author<'a> {
    key: &'a PrivateKey,
    certificate: &'a Certificate,
    identity: &'a Identity,
    scheme: SignatureScheme,
    pub(super) digest: DigestAlgorithm,
}

/// Those who will sign.
pub(super) fn authors(settings: &Settings) -> Result<Vec<Author<'_>>> {
    settings.identities.iter().map(|identity| Author::new(settings, identity)).collect()
}

impl<'a> Author<'a> {
    fn new(settings: &Settings, identity: &'a Identity) -> Result<Self> {
        let (key, certificate) = identity.signing_pair().ok_or(Code::UseKeyForSigning)?;
        let scheme = scheme_for(key.kind(), settings)?;
        let digest = scheme.digest().unwrap_or(DigestAlgorithm::Sha512);
        Ok(Self { key, certificate, identity, scheme, digest })
    }

    fn information(&self, settings: &Settings, digest: &Digest) -> Result<SignerInfo> {
        let digest_algorithm = AlgorithmIdentifier { oid: self.digest.oid(), parameters: None };
        let signature_algorithm = AlgorithmIdentifier::parse(&self.scheme.algorithm_identifier())?;
        let mut attributes = SignedAttributesBuilder::new(oid::ID_DATA, digest)?;
        if let Some(time) = settings.at {
            attributes = attributes.signing_time(time)?;
        }
        let attributes = attributes
            .smime_capabilities(&READABLE.map(|cipher| AlgorithmIdentifier { oid: cipher.oid(), parameters: None }))?
            .algorithm_protection(&digest_algorithm, &signature_algorithm)?
            .build()?;
        let signature = self.key.sign(&self.scheme, ToBeSigned::Message(&attributes.to_be_signed()))?;
        let sid = SignerIdentifier::IssuerAndSerial(IssuerAndSerial {
            issuer: self.certificate.issuer().der().to_vec(),
            serial: self.certificate.serial().to_vec(),
        });
        Ok(SignerInfo {
            version: 1,
            sid,
            digest_algorithm,
            signed_attributes: Some(attributes),
            signature_algorithm,
            signature,
            unsigned_attributes: None,
        })
    }
}

/// The signature scheme for this kind of key.
fn scheme_for(kind: KeyKind, settings: &Settings) -> Result<SignatureScheme> {
    let digest = settings.digest;
    Ok(match kind {
        KeyKind::Rsa { .. } if settings.is_pss => {
            let digest = digest.unwrap_or(DigestAlgorithm::Sha256);
            SignatureScheme::RsaPss { digest, mgf_digest: digest, salt_length: digest.len() }
        }
        KeyKind::Rsa { .. } => SignatureScheme::RsaPkcs1v15(digest.unwrap_or(DigestAlgorithm::Sha256)),
        KeyKind::Ec(Curve::P384) => SignatureScheme::Ecdsa(digest.unwrap_or(DigestAlgorithm::Sha384)),
        KeyKind::Ec(Curve::P521) => SignatureScheme::Ecdsa(digest.unwrap_or(DigestAlgorithm::Sha512)),
        KeyKind::Ec(_) => SignatureScheme::Ecdsa(digest.unwrap_or(DigestAlgorithm::Sha256)),
        KeyKind::Ed25519 => SignatureScheme::Ed25519,
        _ => return Err(Error::new(Code::UseKeyForSigning).because("a key of this kind does not sign")),
    })
}

/// The digests that the signers need, each once.
pub(super) fn digests_of(authors: &[Author<'_>]) -> Vec<DigestAlgorithm> {
    let mut digests = Vec::new();
    for author in authors {
        if !digests.contains(&author.digest) {
            digests.push(author.digest);
        }
    }
    digests
}

/// Signs content with these digests: everything that follows the content in a SignedData.
pub(super) fn sign(settings: &Settings, authors: &[Author<'_>], digests: &[Digest]) -> Result<SignedTail> {
    let mut information = Vec::new();
    for author in authors {
        let digest = digests.iter().find(|digest| digest.algorithm() == author.digest).ok_or(Code::Internal)?;
        information.push(author.information(settings, digest)?);
    }
    SignedTail::new(&certificates(settings, authors), &information)
}

/// The certificates to send along: the signer's, and the chain without its root.
fn certificates(settings: &Settings, authors: &[Author<'_>]) -> CertificateSet {
    let mut sent: Vec<Vec<u8>> = Vec::new();
    for author in authors {
        let chain = author.identity.chain().iter().filter(|certificate| settings.with_chain && !certificate.is_self_issued());
        for certificate in std::iter::once(author.certificate).chain(chain) {
            if !sent.iter().any(|octets| octets == certificate.der()) {
                sent.push(certificate.der().to_vec());
            }
        }
    }
    CertificateSet { certificates: sent, ..CertificateSet::default() }
}
