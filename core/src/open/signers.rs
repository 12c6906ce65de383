//! The signers of a layer: each is judged for itself, then the layer as a whole.

use std::collections::HashSet;

use crate::asn1::oid;
use crate::cert::{Certificate, CertificateList, OcspResponse};
use crate::cms::{CertificateSet, SignedEnd, SignedStart};
use crate::error::{Code, Result};
use crate::report::{Layer, SignerReport, Verdict};
use crate::trust::RevocationEvidence;

use super::judge::Judge;
use super::session::{Hashed, Session};

/// A SignedData that was read to its end.
pub(super) struct Signed {
    pub(super) start: SignedStart,
    pub(super) end: SignedEnd,
    /// The content; of detached content also that with canonical line ends.
    pub(super) content: Hashed,
}

/// Judges each signer and writes the layer's part of the report.
pub(super) fn judge(session: &mut Session<'_>, layer: usize, signed: Signed) -> Result<()> {
    let certificates = readable(&signed.end.certificates.certificates);
    let (evidence, carried) = evidence(session, layer, &signed.end.certificates);
    let mut reports: Vec<SignerReport> = Vec::new();
    if signed.end.signers.is_empty() {
        session.find(Code::SigNoSigner, Some(layer), None);
    }
    for (index, signer) in signed.end.signers.iter().enumerate() {
        let mut report = Judge::new(session, layer, index, &signed, &certificates, &evidence).report(signer)?;
        report.path.consulted.leave_out(&carried);
        reports.push(report);
    }
    let verdict = overall(&reports, session.settings.policy.any_signer_suffices);
    if let Some(Layer::Signed(reported)) = session.report.layers.get_mut(layer) {
        reported.signers = reports;
        reported.verdict = verdict;
    }
    Ok(())
}

/// The certificates that can be read. One that cannot is left out: a signer that needs it is reported without a certificate.
pub(super) fn readable(certificates: &[Vec<u8>]) -> Vec<Certificate> {
    certificates.iter().filter_map(|octets| Certificate::from_der(octets).ok()).collect()
}

/// The revocation evidence that was given, with that which the message carries (RFC 5652 section 10.2.1, RFC 5940), and the digests of the
/// latter.
fn evidence(session: &mut Session<'_>, layer: usize, carried: &CertificateSet) -> (RevocationEvidence, HashSet<[u8; 32]>) {
    let mut evidence = session.settings.evidence.clone();
    let mut digests = HashSet::new();
    let mut unreadable = None;
    for octets in &carried.crls {
        match CertificateList::from_der(octets) {
            Ok(list) => {
                digests.insert(*list.sha256());
                evidence.add_crl(&list);
            }
            Err(error) => unreadable = Some(error),
        }
    }
    for other in carried.other_revocation.iter().filter(|other| other.format == oid::ID_RI_OCSP_RESPONSE) {
        match OcspResponse::from_der(&other.info) {
            Ok(response) => {
                digests.insert(*response.sha256());
                evidence.add_ocsp_response(&response);
            }
            Err(error) => unreadable = Some(error),
        }
    }
    if let Some(error) = unreadable {
        session.find(Code::RevMalformed, Some(layer), Some(&error.message()));
    }
    (evidence, digests)
}

fn overall(signers: &[SignerReport], any_suffices: bool) -> Verdict {
    let verdicts = signers.iter().map(|signer| signer.verdict);
    let decisive = if any_suffices { verdicts.min() } else { verdicts.max() };
    decisive.unwrap_or(Verdict::Invalid)
}
