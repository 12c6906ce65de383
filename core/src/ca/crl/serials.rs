//! Whether a certificate stands on a list twice, in time that is nearly linear and eight octets an entry.

use std::collections::{BTreeMap, BTreeSet};

use crate::asn1::Reader;
use crate::ca::fields::refused;
use crate::cert::serial::{canonical, hash};
use crate::error::Result;

/// The serial numbers that were written, as numbers that are equal for equal ones and hardly ever for others.
#[derive(Default)]
pub(super) struct Serials {
    hashes: Vec<u64>,
    /// Each certificateIssuer in DER with its number; that of the list itself is 0.
    issuers: BTreeMap<Box<[u8]>, u64>,
    /// Where in the octets of the entries which issuer came into force.
    changes: Vec<(usize, u64)>,
}

impl Serials {
    pub(super) fn len(&self) -> usize {
        self.hashes.len()
    }

    /// From here on entries are about certificates of this issuer, that of the list where it is empty.
    pub(super) fn change_issuer(&mut self, issuer: &[u8], position: usize) {
        let next = self.issuers.len().saturating_add(1) as u64;
        let number = if issuer.is_empty() { 0 } else { *self.issuers.entry(issuer.into()).or_insert(next) };
        self.changes.push((position, number));
    }

    /// Takes this serial number down; in the fewest octets.
    pub(super) fn push<'a>(&mut self, serial: &'a [u8]) -> &'a [u8] {
        let serial = canonical(serial);
        let issuer = self.changes.last().map_or(0, |(_, number)| *number);
        self.hashes.push(mixed(serial, issuer));
        serial
    }

    /// # Errors
    /// [`Code::UseArgument`](crate::Code::UseArgument) where two of these entries, all that were written, name one certificate.
    pub(super) fn check(mut self, entries: &[u8]) -> Result<()> {
        self.hashes.sort_unstable();
        let twice = |pair: &[u64]| if let [one, next] = pair { (one == next).then_some(*one) } else { None };
        let suspicious: BTreeSet<u64> = self.hashes.windows(2).filter_map(twice).collect();
        if suspicious.is_empty() {
            return Ok(());
        }
        let mut changes = self.changes.iter().peekable();
        let (mut issuer, mut seen) = (0, BTreeSet::new());
        let mut rest = Reader::der(entries);
        while !rest.is_empty() {
            let start = entries.len().saturating_sub(rest.rest().len());
            while let Some((_, number)) = changes.next_if(|(position, _)| *position <= start) {
                issuer = *number;
            }
            let serial = rest.sequence()?.element()?.content;
            if suspicious.contains(&mixed(serial, issuer)) && !seen.insert((issuer, serial)) {
                let digits: String = serial.iter().map(|octet| format!("{octet:02x}")).collect();
                return Err(refused(format!("the serial number {digits} stands on the list twice")));
            }
        }
        Ok(())
    }
}

fn mixed(canonical: &[u8], issuer: u64) -> u64 {
    hash(canonical) ^ issuer.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
