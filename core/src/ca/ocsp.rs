//! Answering OCSP requests (RFC 6960, nonces by RFC 9654, answers from a store by RFC 5019).
//!
//! Octets in, octets out: how they travel, and where the state of certificates is kept, is the caller's.
//!
//! ```
//! use smime::Time;
//! use smime::ca::{CertificateTemplate, Issuer, OcspResponder, OcspStatus};
//! use smime::cert::{CertId, CertificateStatus, OcspRequest, OcspResponse};
//! # use smime::crypto::{Curve, DigestAlgorithm, KeyKind, PrivateKey};
//! # let (from, to) = (Time::parse_rfc3339("2026-01-01T00:00:00Z")?, Time::parse_rfc3339("2027-01-01T00:00:00Z")?);
//! # let ca_key = PrivateKey::generate(KeyKind::Ec(Curve::P256))?;
//! # let ca = Issuer::self_signed(&ca_key, &CertificateTemplate::authority("Example Mail CA", from, to))?;
//! # let alice = PrivateKey::generate(KeyKind::Ec(Curve::P256))?;
//! # let alice = ca.issue(alice.public_key(), &CertificateTemplate::end_entity("Alice", "alice@example.org", from, to))?;
//! // A key of its own, with a certificate of few days.
//! let key = PrivateKey::generate(KeyKind::Ec(Curve::P256))?;
//! let delegate = ca.issue(key.public_key(), &CertificateTemplate::ocsp_responder("Example OCSP", from, from.plus_seconds(7 * 86_400)))?;
//! let responder = OcspResponder::new(&key, delegate, ca.certificate().clone())?;
//!
//! let request = OcspRequest::new(vec![CertId::new(&alice, ca.certificate(), DigestAlgorithm::Sha1)]).with_fresh_nonce()?;
//! let (now, next) = (from, from.plus_seconds(3600));
//! let status_of = |id: &CertId<'_>| Ok(if id.serial() == alice.serial() { OcspStatus::Good } else { OcspStatus::Unknown });
//! let response = OcspResponse::from_der(&responder.respond(&request.to_der(), status_of, now, Some(next), now))?;
//! let answer = response.basic().expect("an answer");
//! assert_eq!(answer.nonce(), request.nonce());
//! assert_eq!(answer.responses().next().map(|one| one.status), Some(CertificateStatus::Good));
//! # Ok::<(), smime::Error>(())
//! ```

mod write;

use super::fields::refused;
use super::{CertificateTemplate, NewExtension, default_scheme};
use crate::asn1::oid;
use crate::cert::{CertId, Certificate, CertificateStatus, KeyUsage, OcspRequest, OcspResponseStatus, RevocationReason};
use crate::crypto::{DigestAlgorithm, PrivateKey, SignatureScheme};
use crate::error::{Code, Error, Result};
use crate::time::Time;

/// What a responder says about a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OcspStatus {
    /// It was issued and is not revoked.
    Good,
    /// It is revoked.
    Revoked {
        /// Since when.
        at: Time,
        /// Why; `None` and `Unspecified` are left out.
        reason: Option<RevocationReason>,
    },
    /// Nothing is known of it.
    Unknown,
    /// There is none of this serial number: revoked since 1970 and on hold, and the answer says that this is meant
    /// (id-pkix-ocsp-extended-revoke, RFC 6960 sections 2.2 and 4.4.8).
    NeverIssued,
}

impl From<CertificateStatus> for OcspStatus {
    fn from(status: CertificateStatus) -> Self {
        match status {
            CertificateStatus::Good => Self::Good,
            CertificateStatus::Revoked { at, reason } => Self::Revoked { at, reason },
            CertificateStatus::Unknown => Self::Unknown,
        }
    }
}

/// What is answered about certificates of other issuers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OtherIssuers {
    /// The whole request is answered by `unauthorized` (RFC 5019 section 2.2.3).
    #[default]
    Unauthorized,
    /// Each such certificate is `unknown`.
    Unknown,
}

/// A key that answers for the certificates of one issuer, with the certificate that allows it to. Never changes; may be used from several
/// threads.
#[derive(Clone)]
pub struct OcspResponder {
    key: PrivateKey,
    scheme: SignatureScheme,
    certificate: Certificate,
    /// Whether it is another's certificate than the issuer's, and goes along.
    delegated: bool,
    /// How the issuer is named by each digest.
    issuer: Vec<CertId<'static>>,
    by_name: bool,
    nonces: bool,
    others: OtherIssuers,
}

impl OcspResponder {
    /// A responder for the certificates of this issuer: with the issuer's own certificate, or with one that the issuer has issued for this
    /// (RFC 6960 section 4.2.2.2, see [`CertificateTemplate::ocsp_responder`]), which then goes along with each answer.
    ///
    /// It is named by its key, echoes nonces, and knows no other issuers.
    ///
    /// # Errors
    /// [`Code::KeyMismatch`] where the key is not that of the certificate, [`Code::KeyUnsupported`] where it cannot sign,
    /// [`Code::UseKeyForSigning`] where the certificate is neither the issuer's own nor one for this.
    pub fn new(key: &PrivateKey, certificate: Certificate, issuer: Certificate) -> Result<Self> {
        if certificate.public_key()? != key.public_key() {
            return Err(Error::new(Code::KeyMismatch));
        }
        let is_own = certificate.subject_key() == issuer.subject_key() && certificate.spki() == issuer.spki();
        if !is_own {
            check_delegate(&certificate, &issuer).map_err(|why| Error::new(Code::UseKeyForSigning).because(why))?;
        }
        Ok(Self {
            scheme: default_scheme(key.kind())?,
            key: key.clone(),
            certificate,
            delegated: !is_own,
            issuer: DigestAlgorithm::ALL.iter().map(|digest| CertId::for_serial(&[0], &issuer, *digest)).collect(),
            by_name: false,
            nonces: true,
            others: OtherIssuers::default(),
        })
    }

    /// The same, which signs by this scheme from now on: another digest, or RSASSA-PSS.
    #[must_use]
    pub fn with_scheme(self, scheme: SignatureScheme) -> Self {
        Self { scheme, ..self }
    }

    /// The same, named by the subject of its certificate instead of its key.
    #[must_use]
    pub fn by_name(self) -> Self {
        Self { by_name: true, ..self }
    }

    /// The same, which passes over nonces, as one that answers from a store may (RFC 5019 section 2.1.2 and RFC 9654 section 3).
    #[must_use]
    pub fn without_nonces(self) -> Self {
        Self { nonces: false, ..self }
    }

    /// The same, which answers so about certificates of other issuers.
    #[must_use]
    pub fn other_issuers(self, others: OtherIssuers) -> Self {
        Self { others, ..self }
    }

    /// The certificate with which it answers.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The answer to a request that was read, as an OCSPResponse in DER. Signatures of requests are not looked at.
    ///
    /// `status_of` is asked about certificates of the issuer alone. A request about none, or with a critical extension that is not
    /// understood, is answered by `malformedRequest`.
    ///
    /// # Errors
    /// That of `status_of`; [`Code::UseArgument`] where nextUpdate is before thisUpdate or a reason is `removeFromCRL`;
    /// [`Code::KeyExternalFailed`] where signing fails.
    pub fn answer(
        &self,
        request: &OcspRequest,
        mut status_of: impl FnMut(&CertId<'_>) -> Result<OcspStatus>,
        this_update: Time,
        next_update: Option<Time>,
        produced_at: Time,
    ) -> Result<Vec<u8>> {
        let ids = request.cert_ids();
        if ids.is_empty() || request.has_unknown_critical_extension() {
            return Ok(Self::refusal(OcspResponseStatus::MalformedRequest));
        }
        let own: Vec<bool> = ids.iter().map(|id| self.is_of_issuer(id)).collect();
        if self.others == OtherIssuers::Unauthorized && own.contains(&false) {
            return Ok(Self::refusal(OcspResponseStatus::Unauthorized));
        }
        let mut answers = Vec::new();
        for (id, is_own) in ids.iter().zip(own) {
            let status = if is_own { status_of(id)? } else { OcspStatus::Unknown };
            if matches!(status, OcspStatus::Revoked { reason: Some(RevocationReason::RemoveFromCrl), .. }) {
                return Err(refused("removeFromCRL is a reason in delta CRLs alone"));
            }
            answers.push((id, status));
        }
        let nonce = request.nonce().filter(|_| self.nonces);
        write::response(self, &answers, nonce, &write::Times { this_update, next_update, produced_at })
    }

    /// The answer to the octets that came, whatever they are: what cannot be read is answered by `malformedRequest`; where `status_of` or
    /// the keeper of the key cannot be reached ([`Code::UseIo`], [`Code::KeyExternalFailed`]), by `tryLater`; any other error of ours by
    /// `internalError`.
    pub fn respond(
        &self,
        request: &[u8],
        status_of: impl FnMut(&CertId<'_>) -> Result<OcspStatus>,
        this_update: Time,
        next_update: Option<Time>,
        produced_at: Time,
    ) -> Vec<u8> {
        let Ok(request) = OcspRequest::from_der(request) else { return Self::refusal(OcspResponseStatus::MalformedRequest) };
        self.answer(&request, status_of, this_update, next_update, produced_at).unwrap_or_else(|error| {
            Self::refusal(match error.code() {
                Code::UseIo | Code::KeyExternalFailed => OcspResponseStatus::TryLater,
                _ => OcspResponseStatus::InternalError,
            })
        })
    }

    /// An answer made before anybody asks: about one certificate, without a nonce, until `next_update` for everyone who names it by this
    /// digest (RFC 5019 section 2.2; most name it by SHA-1). [`CertId::to_der`] of the one certificate in a request can be the key of the
    /// store.
    ///
    /// ```
    /// # use smime::{DigestAlgorithm, Time, ca::{CertificateTemplate, Issuer, OcspResponder, OcspStatus}, crypto::{KeyKind, PrivateKey}};
    /// # let (now, next) = (Time::parse_rfc3339("2026-03-01T00:00:00Z")?, Time::parse_rfc3339("2026-03-08T00:00:00Z")?);
    /// # let key = PrivateKey::generate(KeyKind::Ed25519)?;
    /// # let ca = Issuer::self_signed(&key, &CertificateTemplate::authority("CA", now, next))?.certificate().clone();
    /// let responder = OcspResponder::new(&key, ca.clone(), ca)?;
    /// let response = responder.prepare(&[5], DigestAlgorithm::Sha1, OcspStatus::Good, now, next, now)?;
    /// # assert!(smime::cert::OcspResponse::from_der(&response)?.basic().is_some());
    /// # Ok::<(), smime::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`OcspResponder::answer`]; [`Code::UseArgument`] for a serial number that no certificate has.
    pub fn prepare(
        &self,
        serial: &[u8],
        digest: DigestAlgorithm,
        status: OcspStatus,
        this_update: Time,
        next_update: Time,
        produced_at: Time,
    ) -> Result<Vec<u8>> {
        super::fields::check_serial(serial)?;
        let named = self.issuer.iter().find(|id| id.digest_algorithm() == Some(digest));
        let named = named.ok_or_else(|| refused("a digest that names no certificate"))?.with_serial(serial);
        self.answer(&OcspRequest::new(vec![named]), |_| Ok(status), this_update, Some(next_update), produced_at)
    }

    /// A response without an answer, which nobody signs. `Successful`, of which an answer is part, becomes `internalError`.
    pub fn refusal(status: OcspResponseStatus) -> Vec<u8> {
        write::refusal(if status == OcspResponseStatus::Successful { OcspResponseStatus::InternalError } else { status })
    }

    fn is_of_issuer(&self, id: &CertId<'_>) -> bool {
        let named = self.issuer.iter().find(|own| own.digest_algorithm() == id.digest_algorithm());
        named.is_some_and(|own| own.issuer_key_hash() == id.issuer_key_hash() && own.issuer_name_hash() == id.issuer_name_hash())
    }
}

impl std::fmt::Debug for OcspResponder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OcspResponder({}, signs by {:?})", self.certificate.subject(), self.scheme)
    }
}

/// RFC 6960 section 4.2.2.2: issued by the authority itself, with the same key, and for this purpose.
fn check_delegate(certificate: &Certificate, issuer: &Certificate) -> std::result::Result<(), &'static str> {
    let usage = certificate.extended_key_usage().ok().flatten();
    if !usage.is_some_and(|usage| usage.contains(oid::KP_OCSP_SIGNING)) {
        return Err("the responder's certificate is neither the issuer's nor for id-kp-OCSPSigning");
    }
    if certificate.key_usage().ok().flatten().is_some_and(|usage| !usage.any(SIGNING)) {
        return Err("the keyUsage of the responder's certificate lacks digitalSignature");
    }
    let is_issued = || certificate.verify_signed_by(issuer.public_key().ok()?).ok();
    if certificate.issuer_key() != issuer.subject_key() || is_issued().is_none() {
        return Err("the responder's certificate was not issued by the issuer for which it answers");
    }
    Ok(())
}

const SIGNING: KeyUsage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::NON_REPUDIATION);

impl CertificateTemplate {
    /// For a key that answers OCSP requests in the place of the authority that issues this (RFC 6960 section 4.2.2.2): id-kp-OCSPSigning
    /// and id-pkix-ocsp-nocheck. Nobody asks whether such a certificate is revoked, so let it end after days, not years.
    pub fn ocsp_responder(common_name: &str, not_before: Time, not_after: Time) -> Self {
        // The value of the extension is NULL.
        let no_check = NewExtension { kind: oid::PKIX_OCSP_NO_CHECK, critical: false, value: vec![0x05, 0x00] };
        Self {
            key_usage: Some(KeyUsage::DIGITAL_SIGNATURE),
            extended_key_usage: vec![oid::KP_OCSP_SIGNING],
            extensions: vec![no_check],
            ..Self::named(common_name, not_before, not_after)
        }
    }
}

#[cfg(test)]
mod tests;
