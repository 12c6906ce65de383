//! Judging one signer: attributes, algorithms, signature, certification path, address (RFC 5652 section 5, RFC 8550).

mod path;

use std::collections::BTreeSet;

use crate::asn1::oid;
use crate::cert::{Certificate, IssuedAs};
use crate::cms::{SignedAttributes, SignerIdentifier, SignerInfo};
use crate::crypto::{Digest, DigestAlgorithm, KeyKind, PublicKey, SignatureScheme, ToBeSigned};
use crate::error::{Code, Error, Result, Severity};
use crate::path::{PathFinding, Purpose};
use crate::report::{AddressMatch, Check, SignerReport, Verdict};
use crate::trust::RevocationEvidence;

use super::sender;
use super::session::Session;
use super::signers::Signed;

/// Certificates with the same issuer and serial that are tried for one signer.
const CANDIDATES: usize = 8;
/// Addresses of a certificate that are told where none is the sender's.
const SHOWN: usize = 10;

pub(super) struct Judge<'a, 'w> {
    session: &'a mut Session<'w>,
    layer: usize,
    index: usize,
    signed: &'a Signed,
    certificates: &'a [Certificate],
    evidence: &'a RevocationEvidence,
    report: SignerReport,
    /// The worst that the findings so far allow.
    ceiling: Verdict,
}

/// The algorithms of a signer, once they are known and fit together.
struct Algorithms {
    digest: DigestAlgorithm,
    scheme: SignatureScheme,
}

impl<'a, 'w> Judge<'a, 'w> {
    pub(super) fn new(
        session: &'a mut Session<'w>,
        layer: usize,
        index: usize,
        signed: &'a Signed,
        certificates: &'a [Certificate],
        evidence: &'a RevocationEvidence,
    ) -> Self {
        Self { session, layer, index, signed, certificates, evidence, report: SignerReport::default(), ceiling: Verdict::Valid }
    }

    /// Makes every check that can be made and answers with what came of them.
    pub(super) fn report(mut self, signer: &SignerInfo) -> Result<SignerReport> {
        self.signature(signer)?;
        if self.report.certificate.is_some() {
            self.judge_path(signer);
            self.address();
        }
        self.report.verdict = match (self.report.signature, self.report.chain) {
            (Check::Failed, _) => Verdict::Invalid,
            (Check::NotChecked, _) => Verdict::Indeterminate.max(self.ceiling),
            (Check::Passed, Check::Passed) => self.ceiling,
            (Check::Passed, _) => Verdict::Untrusted.max(self.ceiling),
        };
        Ok(self.report)
    }

    /// Adds a finding about this signer; one that is an error keeps the verdict from being better than `at_best`.
    fn find(&mut self, code: Code, at_best: Verdict, detail: Option<&str>) {
        let found = self.session.report.find(code, Some(self.layer), Some(self.index), detail);
        self.report.findings.push(found);
        if code.severity() == Severity::Error {
            self.ceiling = self.ceiling.max(at_best);
        }
    }

    /// A finding about the path, which has a severity and a sentence of its own.
    fn find_on_path(&mut self, finding: &PathFinding, at_best: Verdict) {
        let index = self.session.report.find(finding.code, Some(self.layer), Some(self.index), None);
        if let Some(reported) = self.session.report.findings.get_mut(index) {
            reported.severity = finding.severity;
            reported.message = finding.message();
        }
        self.report.findings.push(index);
        if finding.severity == Severity::Error {
            self.ceiling = self.ceiling.max(at_best);
        }
    }

    fn fail(&mut self, code: Code, detail: Option<&str>) {
        self.report.signature = Check::Failed;
        self.find(code, Verdict::Invalid, detail);
    }

    /// Everything between the content and the signer's key.
    fn signature(&mut self, signer: &SignerInfo) -> Result<()> {
        self.describe(signer);
        if let Some(attributes) = &signer.signed_attributes {
            self.report.signing_time = attributes.signing_time().ok().flatten();
            self.report.capabilities = capabilities(attributes);
        }
        let candidates = self.candidates(&signer.sid);
        self.report.certificate = candidates.first().cloned();
        let Some(algorithms) = self.algorithms(signer) else { return Ok(()) };
        if !self.check_content(signer, &algorithms)? {
            return Ok(());
        }
        if candidates.is_empty() {
            self.find(Code::SigCertificateMissing, Verdict::Indeterminate, None);
            return Ok(());
        }
        self.check_key(signer, &algorithms, &candidates)
    }

    fn describe(&mut self, signer: &SignerInfo) {
        let digest = &signer.digest_algorithm;
        self.report.digest = DigestAlgorithm::from_oid(digest.oid).map_or_else(|| digest.oid.to_string(), |known| known.name().to_owned());
        let signature = &signer.signature_algorithm;
        self.report.algorithm =
            SignatureScheme::from_algorithm(signature.oid, signature.parameters.as_deref(), DigestAlgorithm::from_oid(digest.oid))
                .map_or_else(|_| signature.oid.to_string(), |scheme| scheme.name().to_owned());
    }

    /// The certificates that the signer's identifier may mean, from the message first.
    fn candidates(&self, identifier: &SignerIdentifier) -> Vec<Certificate> {
        let issued_as = match identifier {
            SignerIdentifier::IssuerAndSerial(named) => Some(IssuedAs::new(&named.issuer, &named.serial)),
            SignerIdentifier::SubjectKeyIdentifier(_) => None,
        };
        let is_meant = |certificate: &&Certificate| match identifier {
            SignerIdentifier::IssuerAndSerial(_) => issued_as.as_ref().is_some_and(|named| named.names(certificate)),
            SignerIdentifier::SubjectKeyIdentifier(identifier) => certificate.subject_key_identifier() == Some(identifier.as_slice()),
        };
        let settings = &self.session.settings;
        let stored = settings.trust.intermediates().iter().chain(settings.trust.anchors());
        let mut seen = BTreeSet::new();
        self.certificates
            .iter()
            .chain(&settings.intermediates)
            .chain(stored)
            .filter(is_meant)
            .filter(|certificate| seen.insert(*certificate.sha256()))
            .take(CANDIDATES)
            .cloned()
            .collect()
    }

    /// The algorithms, which must be known, fit together and be allowed.
    fn algorithms(&mut self, signer: &SignerInfo) -> Option<Algorithms> {
        let digest_oid = signer.digest_algorithm.oid;
        if digest_oid == oid::ID_MD5 {
            self.find(Code::SigAlgorithmForbidden, Verdict::Untrusted, Some("MD5"));
            return None;
        }
        let Some(digest) = DigestAlgorithm::from_oid(digest_oid) else {
            self.find(Code::SigAlgorithmUnsupported, Verdict::Indeterminate, Some(&format!("digest {digest_oid}")));
            return None;
        };
        let signature = &signer.signature_algorithm;
        let scheme = match SignatureScheme::from_algorithm(signature.oid, signature.parameters.as_deref(), Some(digest)) {
            Ok(scheme) => scheme,
            Err(error) if matches!(error.code(), Code::AlgUnsupported | Code::SigAlgorithmUnsupported) => {
                self.find(Code::SigAlgorithmUnsupported, Verdict::Indeterminate, Some(&format!("signature {}", signature.oid)));
                return None;
            }
            Err(error) => {
                self.fail(Code::SigAlgorithmMismatch, Some(&error.message()));
                return None;
            }
        };
        // Ed25519 goes with SHA-512 (RFC 8419 section 3.1); every other scheme with the digest it names.
        if scheme.digest().unwrap_or(DigestAlgorithm::Sha512) != digest {
            self.fail(Code::SigAlgorithmMismatch, Some("digest and signature algorithm"));
            return None;
        }
        // RFC 5652 section 5.1 lets a verifier insist, and the peers do.
        if !self.signed.start.digest_algorithms.iter().any(|listed| listed.oid == digest_oid) {
            self.fail(Code::SigDigestNotListed, Some(digest.name()));
            return None;
        }
        if let Some(attribute) = signer.misplaced_attribute() {
            self.fail(Code::SigAttributeMalformed, Some(&format!("{attribute} stands on the wrong side of the signature")));
            return None;
        }
        self.check_policy(digest);
        Some(Algorithms { digest, scheme })
    }

    fn check_policy(&mut self, digest: DigestAlgorithm) {
        if !self.session.settings.policy.digests.contains(&digest) {
            let detail = format!("{} under policy {}", digest.name(), self.session.settings.policy.name);
            self.find(Code::SigAlgorithmForbidden, Verdict::Untrusted, Some(&detail));
        } else if digest == DigestAlgorithm::Sha1 {
            self.find(Code::SigWeak, Verdict::Valid, Some(digest.name()));
        }
    }

    /// Compares the content with the signed attributes. Answers whether the signature itself is worth a look.
    fn check_content(&mut self, signer: &SignerInfo, algorithms: &Algorithms) -> Result<bool> {
        let computed: Vec<Digest> =
            self.signed.content.digests.iter().filter(|digest| digest.algorithm() == algorithms.digest).copied().collect();
        if computed.is_empty() {
            if !self.session.ask_for_other_digests() {
                self.find(Code::SigDigestNotListed, Verdict::Indeterminate, Some(algorithms.digest.name()));
            }
            return Ok(false);
        }
        let Some(attributes) = &signer.signed_attributes else { return Ok(self.check_bare_content()) };
        if let Err(error) = self.check_attributes(attributes, signer) {
            self.fail(error.code(), error.detail());
            return Ok(false);
        }
        let signed_digest = match attributes.message_digest() {
            Ok(digest) => digest,
            Err(error) => {
                self.fail(error.code(), error.detail());
                return Ok(false);
            }
        };
        if !computed.iter().any(|digest| **digest == *signed_digest) {
            self.fail(Code::SigDigestMismatch, None);
            return Ok(false);
        }
        Ok(true)
    }

    fn check_attributes(&mut self, attributes: &SignedAttributes, signer: &SignerInfo) -> Result<()> {
        if attributes.content_type()? != self.signed.start.content_type {
            return Err(Code::SigContentType.into());
        }
        attributes.signing_time()?;
        attributes.signing_certificate()?;
        if let Some(protection) = attributes.algorithm_protection()?
            && (protection.digest_algorithm != signer.digest_algorithm
                || protection.signature_algorithm.as_ref() != Some(&signer.signature_algorithm))
        {
            return Err(Error::new(Code::SigAlgorithmMismatch).because("the protected algorithm identifiers are others"));
        }
        if !attributes.is_der() {
            self.find(Code::SigAttributesNotDer, Verdict::Valid, None);
        }
        self.check_signing_time();
        Ok(())
    }

    fn check_signing_time(&mut self) {
        let tolerance = self.session.settings.policy.signing_time_tolerance;
        if let (Some(signed), Some(sent)) = (self.report.signing_time, self.session.origin.date())
            && signed.unix().abs_diff(sent.unix()) > tolerance.unsigned_abs()
        {
            self.find(Code::SigTimeDiffers, Verdict::Valid, Some(&format!("{signed} and {sent}")));
        }
    }

    /// Without signed attributes the signature is over the content itself.
    fn check_bare_content(&mut self) -> bool {
        if self.signed.start.content_type != oid::ID_DATA {
            self.fail(Code::SigAttributeMissing, Some("content of this type needs signed attributes"));
            return false;
        }
        if self.signed.content.is_swap {
            self.fail(Code::SigAttributeSwap, None);
            return false;
        }
        if self.session.settings.policy.require_signed_attributes {
            self.find(Code::SigAttributesRequired, Verdict::Untrusted, None);
        }
        true
    }

    /// The signature against the key of each candidate: the first that fits is the signer's.
    fn check_key(&mut self, signer: &SignerInfo, algorithms: &Algorithms, candidates: &[Certificate]) -> Result<()> {
        let mut failure = None;
        for certificate in candidates {
            let work = certificate.public_key().map_or(0, PublicKey::verification_work);
            self.session.count_signature(work)?;
            match self.verify(signer, algorithms, certificate) {
                Ok(()) if !self.is_named(signer, certificate) => failure = Some(Code::SigCertificateSubstituted.into()),
                Ok(()) => {
                    self.report.certificate = Some(certificate.clone());
                    self.report.signature = Check::Passed;
                    self.check_key_size(certificate);
                    return Ok(());
                }
                Err(error) => failure = Some(error),
            }
        }
        match failure {
            Some(error) if matches!(error.code(), Code::KeyUnsupported | Code::AlgUnsupported | Code::SigAlgorithmUnsupported) => {
                self.find(Code::SigAlgorithmUnsupported, Verdict::Indeterminate, error.detail());
            }
            Some(error) if error.code() == Code::SigCertificateSubstituted => self.fail(Code::SigCertificateSubstituted, None),
            Some(error) if error.code() == Code::SigAlgorithmMismatch => self.fail(Code::SigAlgorithmMismatch, error.detail()),
            Some(error) if error.code() == Code::SigInvalid => self.fail(Code::SigInvalid, error.detail()),
            Some(error) => self.fail(Code::SigInvalid, Some(&error.message())),
            None => {}
        }
        Ok(())
    }

    fn verify(&mut self, signer: &SignerInfo, algorithms: &Algorithms, certificate: &Certificate) -> Result<()> {
        let key = &self.key_of(certificate)?;
        let scheme = &algorithms.scheme;
        let Some(attributes) = &signer.signed_attributes else {
            let mut outcome = Err(Code::SigInvalid.into());
            for digest in self.signed.content.digests.iter().filter(|digest| digest.algorithm() == algorithms.digest) {
                outcome = key.verify(scheme, ToBeSigned::Digest(digest), &signer.signature);
                if outcome.is_ok() {
                    break;
                }
            }
            return outcome;
        };
        let as_received = key.verify(scheme, ToBeSigned::Message(&attributes.to_be_signed()), &signer.signature);
        if as_received.is_ok() || attributes.is_der() {
            return as_received;
        }
        // RFC 5652 section 5.4 asks for the DER encoding, whatever was sent.
        key.verify(scheme, ToBeSigned::Message(&attributes.to_be_signed_der()?), &signer.signature)
    }

    /// Whether the signed attributes name this certificate, or none; a time-stamp has to name one (RFC 3161 section 2.4.2).
    fn is_named(&self, signer: &SignerInfo, certificate: &Certificate) -> bool {
        let named = signer.signed_attributes.as_ref().and_then(|attributes| attributes.signing_certificate().ok().flatten());
        let Some(named) = named else { return self.session.settings.purpose != Purpose::TimeStamping };
        // A digest that is not known proves nothing either way.
        DigestAlgorithm::from_oid(named.digest_algorithm).is_none_or(|digest| *digest.digest(certificate.der()) == *named.digest)
    }

    /// The key of a candidate. One without parameters has those of the keys above it, so its path is looked for first.
    fn key_of(&mut self, certificate: &Certificate) -> Result<PublicKey> {
        let key = certificate.public_key()?;
        if key.lacks_parameters() { self.find_path(certificate, None).leaf_key() } else { Ok(key.clone()) }
    }

    fn check_key_size(&mut self, certificate: &Certificate) {
        let Ok(key) = certificate.public_key() else { return };
        let policy = &self.session.settings.policy;
        let (weak, is_allowed) = match key.kind() {
            KeyKind::Rsa { bits } if bits < policy.rsa_minimum_bits.max(2048) => {
                (format!("RSA of {bits} bits"), bits >= policy.rsa_minimum_bits)
            }
            KeyKind::Dsa { .. } => ("DSA".to_owned(), policy.allow_dsa),
            _ => return,
        };
        if is_allowed {
            self.find(Code::SigWeak, Verdict::Valid, Some(&weak));
        } else {
            let detail = format!("{weak} under policy {}", policy.name);
            self.find(Code::SigAlgorithmForbidden, Verdict::Untrusted, Some(&detail));
        }
    }

    /// The sender's address against the certificate.
    fn address(&mut self) {
        let Some(certificate) = self.report.certificate.clone() else { return };
        let origin = &self.session.origin;
        let outcome = sender::compare(origin, &certificate);
        self.report.address = outcome;
        let is_required = self.session.settings.policy.require_sender_match;
        let at_best = if is_required { Verdict::Untrusted } else { Verdict::Valid };
        match outcome {
            AddressMatch::Match => {}
            AddressMatch::Mismatch => {
                let addresses: Vec<String> = certificate.mailboxes().mailboxes.iter().take(SHOWN).map(ToString::to_string).collect();
                let detail = format!("{} and {}", self.session.origin.addresses().join(", "), addresses.join(", "));
                self.find(Code::AddrMismatch, at_best, Some(&detail));
            }
            AddressMatch::Ambiguous => {
                let why = self.session.origin.problem().map(str::to_owned);
                self.find(Code::AddrAmbiguous, at_best, why.as_deref());
            }
            AddressMatch::Absent if !self.session.origin.has_from() => self.find(Code::AddrNoSender, Verdict::Valid, None),
            AddressMatch::Absent => self.find(Code::AddrAbsent, at_best, None),
        }
        let so_far = self.session.report.sender.address_match;
        self.session.report.sender.address_match = sender::worse(so_far, outcome, self.index == 0 && self.is_first_signed_layer());
    }

    fn is_first_signed_layer(&self) -> bool {
        self.session.report.signers().next().is_none()
    }
}

/// The content ciphers that a signer says it reads, by name.
fn capabilities(attributes: &SignedAttributes) -> Vec<String> {
    let identifiers = attributes.smime_capabilities().ok().flatten().unwrap_or_default();
    identifiers
        .iter()
        .map(|capability| {
            crate::crypto::ContentCipher::from_oid(capability.oid)
                .map_or_else(|| capability.oid.to_string(), |cipher| cipher.name().to_owned())
        })
        .collect()
}
