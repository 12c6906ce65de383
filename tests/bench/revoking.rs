//! What an authority does all day: it answers OCSP requests and issues revocation lists.

use std::time::Instant;

use smime::Time;
use smime::ca::{CertificateTemplate, CrlEntry, CrlTemplate, Delta, Issuer, OcspResponder, OcspStatus};
use smime::cert::{CertId, OcspRequest, RevocationReason};
use smime::crypto::{Curve, DigestAlgorithm, KeyKind, PrivateKey};

use crate::{DAY, Outcome, cpu_seconds, now, peak_kib, require};

/// Prints for each kind of key how many requests a second one thread answers: with a nonce, so that each answer is signed.
pub(crate) fn answer() -> Outcome {
    const SECONDS: f64 = 1.0;
    let kinds =
        [KeyKind::Rsa { bits: 2048 }, KeyKind::Rsa { bits: 3072 }, KeyKind::Ec(Curve::P256), KeyKind::Ec(Curve::P384), KeyKind::Ed25519];
    for kind in kinds {
        let key = PrivateKey::generate(kind)?;
        let ca = Issuer::self_signed(&key, &CertificateTemplate::authority("Bench Root", now(), now().plus_seconds(DAY)))?;
        let own = PrivateKey::generate(kind)?;
        let delegate = ca.issue(own.public_key(), &CertificateTemplate::ocsp_responder("Responder", now(), now().plus_seconds(DAY)))?;
        let responder = OcspResponder::new(&own, delegate, ca.certificate().clone())?;
        let id = CertId::for_serial(&[5; 16], ca.certificate(), DigestAlgorithm::Sha1);
        let request = OcspRequest::new(vec![id]).with_fresh_nonce()?.to_der();
        let (start, mut count, mut octets) = (cpu_seconds(), 0u32, 0);
        while cpu_seconds() - start < SECONDS {
            for _ in 0..50 {
                octets = responder.respond(&request, |_| Ok(OcspStatus::Good), now(), None, now()).len();
                count += 1;
            }
        }
        println!("{kind}: {:.0} answers a second of {octets} octets", f64::from(count) / (cpu_seconds() - start));
    }
    Ok(())
}

/// Prints what a list of so many entries takes, with random serial numbers of 16 octets and a reason each, and the delta to one of which every
/// hundredth entry differs.
pub(crate) fn issue(entries: u64) -> Outcome {
    let key = PrivateKey::generate(KeyKind::Ec(Curve::P256))?;
    let ca = Issuer::self_signed(&key, &CertificateTemplate::authority("Bench Root", now(), now().plus_seconds(DAY)))?;
    let mut serials = vec![0; entries as usize * 16];
    for (serial, number) in serials.chunks_exact_mut(16).zip(0u64..) {
        // Spread over all values, and no two alike.
        let mixed = u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835) & (u128::MAX >> 1);
        serial.copy_from_slice(&mixed.to_be_bytes());
    }
    let reason = |index: usize| if index.is_multiple_of(2) { RevocationReason::Superseded } else { RevocationReason::CertificateHold };
    let since = Time::parse_rfc3339("2026-01-01T00:00:00Z")?;
    let all = || {
        let numbered = serials.chunks_exact(16).enumerate();
        numbered.map(|(index, serial)| CrlEntry { reason: reason(index), ..CrlEntry::new(serial, since) })
    };
    let before = peak_kib();
    let start = Instant::now();
    let list = ca.revocation_list(&CrlTemplate::new(1, now(), now().plus_seconds(DAY)), all())?;
    require(list.len() as u64 == entries)?;
    let (took, more) = (start.elapsed().as_secs_f64(), peak_kib() - before);
    println!("{entries} entries, {} octets: {:.0} ms, {more} KiB more at the peak", list.der().len(), took * 1e3);
    let start = Instant::now();
    let delta = Delta::between(all(), all().enumerate().filter(|(index, _)| index % 100 != 1).map(|(_, entry)| entry))?;
    require(delta.entries().count() as u64 == (entries + 98) / 100)?;
    println!("the delta to a hundredth less: {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    Ok(())
}
