//! Revocation lists of many entries.

use std::path::Path;
use std::time::Instant;

use smime::cert::{CertificateList, RevocationReason};
use smime::crypto::{Curve, DigestAlgorithm, KeyKind, PrivateKey};
use smime_tests::maker::{CrlEntry, CrlTemplate};

use crate::{Outcome, cpu_seconds, peak_kib, require, resident_kib};

/// Lists with so many entries, of 128-bit serial numbers: `bare.crl` without reasons, `reasons.crl` with one each, `mixed.crl` with every
/// second.
pub(crate) fn make(folder: &Path, entries: u64) -> Outcome {
    std::fs::create_dir_all(folder)?;
    let key = PrivateKey::generate(KeyKind::Ec(Curve::P256))?;
    for (name, reason_for) in [("bare", 0), ("reasons", 1), ("mixed", 2)] {
        let mut list = CrlTemplate::new("Bench Root");
        for number in 0..entries {
            let (day, hour, minute) = (number % 31 + 1, number % 24, number % 60);
            let mut entry = CrlEntry::new(&serial(number, 0)).at(&format!("2512{day:02}{hour:02}{minute:02}30Z"));
            if reason_for != 0 && serial(number, 1).last().is_some_and(|last| last % reason_for == 0) {
                entry = entry.reason(RevocationReason::Superseded);
            }
            list.entries.push(entry);
        }
        std::fs::write(folder.join(format!("{name}.crl")), list.issue_der(&key))?;
    }
    Ok(())
}

/// A serial number of 17 octets, or 16, that looks random.
fn serial(number: u64, series: u8) -> Vec<u8> {
    let digest = DigestAlgorithm::Sha256.digest(&[&number.to_be_bytes()[..], &[series]].concat());
    // No octet 0 in front, which DER does not allow.
    let random = digest.iter().copied().skip_while(|octet| *octet == 0).take(16);
    let sign = digest.iter().find(|octet| **octet != 0).is_some_and(|first| first & 0x80 != 0).then_some(0);
    sign.into_iter().chain(random).collect()
}

pub(crate) fn look_up(path: &Path) -> Outcome {
    const TURNS: u32 = 25;
    const LOOK_UPS: u64 = 100_000;
    let der = std::fs::read(path)?;
    let octets = der.len();
    let resident = resident_kib();
    let list = CertificateList::from_vec(der)?;
    require(list.find(list.issuer_key(), &[1]).is_none())?;
    println!("{} entries, {octets} octets, {} KiB more in memory with the index", list.len(), resident_kib() - resident);

    // The kernel counts CPU time in ticks of some milliseconds; the least of many turns is a turn that nothing disturbed.
    let (mut read, mut index) = (f64::MAX, f64::MAX);
    for _ in 0..TURNS {
        let der = list.der().to_vec();
        let start = Instant::now();
        let list = CertificateList::from_vec(der)?;
        read = read.min(start.elapsed().as_secs_f64());
        let start = Instant::now();
        require(list.find(list.issuer_key(), &[1]).is_none())?;
        index = index.min(start.elapsed().as_secs_f64());
    }
    println!("read {:.2} ms, first look-up with the index {:.2} ms", read * 1e3, index * 1e3);
    for (what, series) in [("present", 0), ("absent", 2)] {
        let step = (list.len() as u64 / LOOK_UPS).max(1);
        let serials: Vec<_> = (0..LOOK_UPS.min(list.len() as u64)).map(|index| serial(index * step, series)).collect();
        let start = cpu_seconds();
        let found = serials.iter().filter(|serial| list.find(list.issuer_key(), serial).is_some()).count();
        println!("{what}: {:.2} us each, {found} of {} found", (cpu_seconds() - start) * 1e6 / serials.len() as f64, serials.len());
    }
    Ok(())
}

/// The job that both programs do: the list is read and asked for a serial number that it has not.
pub(crate) fn read(path: &Path, iterations: u32) -> Outcome {
    let der = std::fs::read(path)?;
    let mut start = 0.0;
    for turn in 0..=iterations {
        if turn == 1 {
            start = cpu_seconds();
        }
        let list = CertificateList::from_der(&der)?;
        require(list.find(list.issuer_key(), &[1]).is_none())?;
    }
    println!("{:.9} {}", (cpu_seconds() - start) / f64::from(iterations), peak_kib());
    Ok(())
}
