//! Makes OCSP responses for tests, good and bad ones alike: nothing is checked.

use const_oid::ObjectIdentifier;
use smime::Time;
use smime::asn1::{Tag, Writer, oid};
use smime::cert::{CertId, Certificate, OcspResponse, RevocationReason};
use smime::crypto::{Curve, DigestAlgorithm, KeyKind, PrivateKey, SignatureScheme, ToBeSigned};

use crate::forge::{element, sequence};

/// An extension: the object identifier, whether it is critical, the DER of its value.
pub type ExtensionForge = (ObjectIdentifier, bool, Vec<u8>);

/// id-pkix-ocsp-archive-cutoff.
pub const ARCHIVE_CUTOFF: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.6");
/// id-pkix-ocsp-nocheck: whoever has it in his certificate is not asked about himself.
pub const NO_CHECK: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.5");
/// id-kp-OCSPSigning.
pub const OCSP_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.9");

/// What an answer says of one certificate: start from [`Answer::good`] and change what you must.
#[derive(Clone)]
pub struct Answer {
    /// CertID in DER.
    pub cert_id: Vec<u8>,
    /// CertStatus in DER.
    pub status: Vec<u8>,
    /// thisUpdate.
    pub this_update: Time,
    /// nextUpdate.
    pub next_update: Option<Time>,
    /// singleExtensions.
    pub extensions: Vec<ExtensionForge>,
}

impl Answer {
    /// This certificate of this issuer, named by SHA-1, is good from this time on for a day.
    pub fn good(certificate: &Certificate, issuer: &Certificate, this_update: Time) -> Self {
        Self {
            cert_id: cert_id(certificate, issuer, DigestAlgorithm::Sha1),
            status: element(Tag::context(0), &[]),
            this_update,
            next_update: Some(this_update.plus_seconds(crate::pki::DAY)),
            extensions: Vec::new(),
        }
    }

    /// It is revoked since then.
    #[must_use]
    pub fn revoked(mut self, at: Time, reason: Option<RevocationReason>) -> Self {
        let reason = reason.map(|reason| element(Tag::context_constructed(0), &element(Tag::ENUMERATED, &[reason.number()])));
        self.status = element(Tag::context_constructed(1), &[time(at), reason.unwrap_or_default()].concat());
        self
    }

    /// It is not known.
    #[must_use]
    pub fn unknown(mut self) -> Self {
        self.status = element(Tag::context(2), &[]);
        self
    }

    /// Named by this digest.
    #[must_use]
    pub fn named_by(mut self, certificate: &Certificate, issuer: &Certificate, digest: DigestAlgorithm) -> Self {
        self.cert_id = cert_id(certificate, issuer, digest);
        self
    }

    /// Newer information is due at this time, or always.
    #[must_use]
    pub fn next_update(mut self, next_update: Option<Time>) -> Self {
        self.next_update = next_update;
        self
    }

    /// What is known goes back to this time.
    #[must_use]
    pub fn archive_cutoff(self, cutoff: Time) -> Self {
        self.extension(ARCHIVE_CUTOFF, false, time(cutoff))
    }

    /// With this extension too.
    #[must_use]
    pub fn extension(mut self, kind: ObjectIdentifier, critical: bool, value: Vec<u8>) -> Self {
        self.extensions.push((kind, critical, value));
        self
    }

    fn der(&self) -> Vec<u8> {
        let next_update = self.next_update.map(|next| element(Tag::context_constructed(0), &time(next))).unwrap_or_default();
        sequence(&[&self.cert_id, &self.status, &time(self.this_update), &next_update, &extensions(1, &self.extensions)])
    }
}

/// A response in the making: start from [`OcspForge::new`] and spoil what you must.
#[derive(Clone)]
pub struct OcspForge {
    /// responseStatus; without an answer where it is not 0.
    pub status: u8,
    /// responseType.
    pub response_type: ObjectIdentifier,
    /// ResponderID in DER.
    pub responder: Vec<u8>,
    /// producedAt.
    pub produced_at: Time,
    /// What is said.
    pub answers: Vec<Answer>,
    /// responseExtensions.
    pub extensions: Vec<ExtensionForge>,
    /// Certificates in DER that go along.
    pub certificates: Vec<Vec<u8>>,
    /// The key that signs.
    pub key: PrivateKey,
    /// How it signs.
    pub scheme: SignatureScheme,
    /// The signature, where it is to be another than the right one.
    pub signature: Option<Vec<u8>>,
}

impl OcspForge {
    /// A responder with this certificate and key, named by name, who says nothing yet.
    pub fn new(responder: &Certificate, key: &PrivateKey, produced_at: Time) -> Self {
        Self {
            status: 0,
            response_type: oid::PKIX_OCSP_BASIC,
            responder: element(Tag::context_constructed(1), responder.subject().der()),
            produced_at,
            answers: Vec::new(),
            extensions: Vec::new(),
            certificates: Vec::new(),
            key: key.clone(),
            scheme: scheme(key),
            signature: None,
        }
    }

    /// A response without an answer.
    pub fn refusal(status: u8) -> Vec<u8> {
        sequence(&[&element(Tag::ENUMERATED, &[status])])
    }

    /// Saying this too.
    #[must_use]
    pub fn answer(mut self, answer: Answer) -> Self {
        self.answers.push(answer);
        self
    }

    /// Naming the responder by the key of this certificate.
    ///
    /// # Panics
    /// Where its key cannot be read.
    #[must_use]
    pub fn by_key(mut self, responder: &Certificate) -> Self {
        let digest = DigestAlgorithm::Sha1.digest(responder.public_key().expect("a key").key_octets());
        self.responder = element(Tag::context_constructed(2), &element(Tag::OCTET_STRING, &digest));
        self
    }

    /// With this nonce.
    #[must_use]
    pub fn nonce(self, nonce: &[u8]) -> Self {
        self.extension(oid::PKIX_OCSP_NONCE, false, element(Tag::OCTET_STRING, nonce))
    }

    /// With this extension too.
    #[must_use]
    pub fn extension(mut self, kind: ObjectIdentifier, critical: bool, value: Vec<u8>) -> Self {
        self.extensions.push((kind, critical, value));
        self
    }

    /// With this certificate too.
    #[must_use]
    pub fn certificate(mut self, certificate: &Certificate) -> Self {
        self.certificates.push(certificate.der().to_vec());
        self
    }

    /// Signed by this scheme.
    #[must_use]
    pub fn scheme(mut self, scheme: SignatureScheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// The BasicOCSPResponse.
    ///
    /// # Panics
    /// Where the signature cannot be made.
    pub fn basic(&self) -> Vec<u8> {
        let answers: Vec<u8> = self.answers.iter().flat_map(Answer::der).collect();
        let tbs = sequence(&[&self.responder, &time(self.produced_at), &sequence(&[&answers]), &extensions(1, &self.extensions)]);
        let signature =
            self.signature.clone().unwrap_or_else(|| self.key.sign(&self.scheme, ToBeSigned::Message(&tbs)).expect("a signature"));
        let mut bits = Writer::new();
        bits.bit_string(&signature);
        let certificates = match self.certificates.concat() {
            none if none.is_empty() => none,
            some => element(Tag::context_constructed(0), &sequence(&[&some])),
        };
        sequence(&[&tbs, &self.scheme.algorithm_identifier(), &bits.into_vec(), &certificates])
    }

    /// The OCSPResponse.
    ///
    /// # Panics
    /// Where the signature cannot be made.
    pub fn der(&self) -> Vec<u8> {
        if self.status != 0 {
            return Self::refusal(self.status);
        }
        let kind = element(Tag::OID, self.response_type.as_bytes());
        let bytes = sequence(&[&kind, &element(Tag::OCTET_STRING, &self.basic())]);
        sequence(&[&element(Tag::ENUMERATED, &[self.status]), &element(Tag::context_constructed(0), &bytes)])
    }

    /// The response, read.
    ///
    /// # Panics
    /// Where it cannot be read.
    pub fn response(&self) -> OcspResponse {
        OcspResponse::from_der(&self.der()).expect("a response")
    }
}

/// The CertID of this certificate in DER.
pub fn cert_id(certificate: &Certificate, issuer: &Certificate, digest: DigestAlgorithm) -> Vec<u8> {
    CertId::new(certificate, issuer, digest).to_der()
}

/// A GeneralizedTime.
pub fn time(time: Time) -> Vec<u8> {
    let digits: Vec<u8> = time.to_string().into_bytes().into_iter().filter(|octet| octet.is_ascii_digit() || *octet == b'Z').collect();
    element(Tag::GENERALIZED_TIME, &digits)
}

fn extensions(number: u8, extensions: &[ExtensionForge]) -> Vec<u8> {
    if extensions.is_empty() {
        return Vec::new();
    }
    let mut writer = Writer::new();
    writer.nest(Tag::context_constructed(number), |writer| {
        writer.nest(Tag::SEQUENCE, |writer| {
            for (kind, critical, value) in extensions {
                writer.nest(Tag::SEQUENCE, |writer| {
                    writer.oid(*kind);
                    if *critical {
                        writer.element(Tag::BOOLEAN, &[0xff]);
                    }
                    writer.octet_string(value);
                });
            }
        });
    });
    writer.into_vec()
}

fn scheme(key: &PrivateKey) -> SignatureScheme {
    match key.kind() {
        KeyKind::Rsa { .. } => SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha256),
        KeyKind::Ec(Curve::P384) => SignatureScheme::Ecdsa(DigestAlgorithm::Sha384),
        KeyKind::Ec(_) => SignatureScheme::Ecdsa(DigestAlgorithm::Sha256),
        _ => SignatureScheme::Ed25519,
    }
}
