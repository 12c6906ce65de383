//! What a delta CRL has to say (RFC 5280 section 5.2.4).

use std::collections::{HashMap, HashSet};

use super::CrlEntry;
use crate::ca::fields::refused;
use crate::cert::RevocationReason;
use crate::cert::serial::canonical;
use crate::error::Result;

/// The changes from one state of revocation to another: the entries of a delta CRL.
///
/// ```
/// # use smime::{Time, ca::{CrlEntry, Delta}, cert::RevocationReason};
/// # let (then, now) = (Time::parse_rfc3339("2026-03-01T00:00:00Z")?, Time::parse_rfc3339("2026-03-08T00:00:00Z")?);
/// let held = CrlEntry { reason: RevocationReason::CertificateHold, ..CrlEntry::new(&[5], then) };
/// let old = [held, CrlEntry::new(&[6], then)];
/// let new = [CrlEntry::new(&[6], then), CrlEntry::new(&[7], now)];
/// let delta = Delta::between(old, new)?;
/// let said: Vec<_> = delta.entries().map(|entry| (entry.serial[0], entry.reason)).collect();
/// assert_eq!(said, [(7, RevocationReason::Unspecified), (5, RevocationReason::RemoveFromCrl)]);
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Delta<'a> {
    entries: Vec<CrlEntry<'a>>,
    /// What is revoked now.
    current: HashSet<Key<'a>>,
    /// What was released, as far as it is among the entries.
    released: HashSet<Key<'a>>,
}

/// The issuer in DER, where it is not that of the list, and the serial number in the fewest octets.
type Key<'a> = (&'a [u8], &'a [u8]);

fn key<'a>(entry: &CrlEntry<'a>) -> Key<'a> {
    (entry.certificate_issuer.map(|name| name.der()).unwrap_or_default(), canonical(entry.serial))
}

impl<'a> Delta<'a> {
    /// What has changed since the complete list that the delta is based on, of which these are the old entries; the new ones are all that
    /// are revoked or on hold now.
    ///
    /// In the order of the new entries: what is new or says something else than before; then, in the order of the old ones, what was on
    /// hold and is no more: `removeFromCRL`. An entry of another reason that is gone is passed over: its certificate has expired. (What
    /// is revoked for another reason than hold stays so; that nobody took it back by mistake is the caller's to see to.)
    ///
    /// # Errors
    /// [`Code::UseArgument`](crate::Code::UseArgument) where a certificate is twice among the new entries, or one of them is
    /// `removeFromCRL`.
    pub fn between(old: impl IntoIterator<Item = CrlEntry<'a>>, new: impl IntoIterator<Item = CrlEntry<'a>>) -> Result<Self> {
        let (mut known, mut order) = (HashMap::new(), Vec::new());
        for entry in old {
            known.insert(key(&entry), entry);
            order.push(key(&entry));
        }
        let mut delta = Self { entries: Vec::new(), current: HashSet::new(), released: HashSet::new() };
        for entry in new {
            if entry.reason == RevocationReason::RemoveFromCrl {
                return Err(refused("removeFromCRL among what is revoked"));
            }
            if !delta.current.insert(key(&entry)) {
                return Err(refused("a certificate is revoked twice"));
            }
            if known.get(&key(&entry)).is_none_or(|before| !says_the_same(before, &entry)) {
                delta.entries.push(entry);
            }
        }
        order.iter().filter_map(|key| known.get(key)).for_each(|before| delta.release(before));
        Ok(delta)
    }

    /// The same where lists were issued since the base, complete or delta, with these entries: what was put on hold only there and is
    /// released already has to be said too, for those who know such a list.
    #[must_use]
    pub fn after(mut self, later: impl IntoIterator<Item = CrlEntry<'a>>) -> Self {
        later.into_iter().for_each(|entry| self.release(&entry));
        self
    }

    fn release(&mut self, before: &CrlEntry<'a>) {
        if before.reason == RevocationReason::CertificateHold && !self.current.contains(&key(before)) && self.released.insert(key(before)) {
            self.entries.push(CrlEntry { reason: RevocationReason::RemoveFromCrl, invalidity_date: None, ..*before });
        }
    }

    /// The entries for [`Issuer::revocation_list`](crate::ca::Issuer::revocation_list).
    pub fn entries(&self) -> impl Iterator<Item = CrlEntry<'a>> + '_ {
        self.entries.iter().copied()
    }
}

/// Whether two entries for one certificate say the same.
fn says_the_same(one: &CrlEntry<'_>, other: &CrlEntry<'_>) -> bool {
    (one.revocation_date, one.reason, one.invalidity_date) == (other.revocation_date, other.reason, other.invalidity_date)
}
