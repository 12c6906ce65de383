//! The journal of an authority: what it did, in a chain of hashes.
//!
//! Each entry carries the hash of itself and of the hash before it, so that an entry that is changed, taken away, slipped in or put
//! elsewhere no longer fits the next. Whoever rewrites everything behind it as well can only be told by a hash that was written down
//! elsewhere: note the [head](Journal::head) from time to time, in print or at another house.

use std::borrow::Cow;

use crate::crypto::DigestAlgorithm;
use crate::error::{Code, Error, Result};
use crate::time::Time;

/// The hashes of one journal mean nothing elsewhere.
const CONTEXT: &[u8] = b"libsmime journal 1\0";

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry<'a> {
    /// Its place, from 1 on.
    pub number: u64,
    /// When it was made. Never before the entry before it.
    pub at: Time,
    /// What happened, in a word: `issued`, `revoked`.
    pub event: Cow<'a, str>,
    /// The facts, in whatever form the keeper of the journal chose.
    pub detail: Cow<'a, str>,
    /// SHA-256 over the hash before it and all of the above.
    pub hash: [u8; 32],
}

/// Where a journal stands: the last entry, which the next must follow. The entries themselves are kept by the caller.
///
/// ```
/// use smime::{Code, Time, ca::Journal};
/// let at = Time::parse_rfc3339("2026-11-26T12:00:00Z")?;
/// let mut journal = Journal::new();
/// let first = journal.append(at, "issued", "serial 5f01")?;
/// let second = journal.append(at, "revoked", "serial 5f01")?;
///
/// let mut check = Journal::new();
/// check.follow(&first)?;
/// check.follow(&second)?;
/// assert_eq!(check.head(), journal.head());
///
/// let mut forged = first.clone();
/// forged.detail = "serial 5f02".into();
/// assert_eq!(Journal::new().follow(&forged).unwrap_err().code(), Code::CaJournal);
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journal {
    number: u64,
    at: Option<Time>,
    hash: [u8; 32],
}

impl Journal {
    /// A journal without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// A journal whose last entry is this one, which is believed: [`follow`](Self::follow) checks.
    pub fn resume(last: &JournalEntry<'_>) -> Self {
        Self { number: last.number, at: Some(last.at), hash: last.hash }
    }

    /// The next entry.
    ///
    /// # Errors
    /// [`Code::CaClock`] where the time is before that of the last entry: the clock was set back, and what is signed now would carry
    /// times that are wrong. The journal stays as it was.
    pub fn append(&mut self, at: Time, event: &str, detail: &str) -> Result<JournalEntry<'static>> {
        self.in_time(at)?;
        let number = self.number.saturating_add(1);
        let hash = self.next_hash(number, at, event, detail);
        *self = Self { number, at: Some(at), hash };
        Ok(JournalEntry { number, at, event: event.to_owned().into(), detail: detail.to_owned().into(), hash })
    }

    /// Whether something may happen at this time.
    ///
    /// # Errors
    /// [`Code::CaClock`] where it is before the last entry.
    pub fn in_time(&self, at: Time) -> Result<()> {
        match self.at {
            Some(last) if at < last => Err(Error::new(Code::CaClock).because(format!("it is {at}, and the last entry was made at {last}"))),
            _ => Ok(()),
        }
    }

    /// Checks that this entry is the next, as it was written, and goes on from it.
    ///
    /// # Errors
    /// [`Code::CaJournal`] where it is another one or was altered. The journal stays as it was.
    pub fn follow(&mut self, entry: &JournalEntry<'_>) -> Result<()> {
        let number = self.number.saturating_add(1);
        if entry.number != number {
            return Err(Error::new(Code::CaJournal).because(format!("entry {} stands where entry {number} is due", entry.number)));
        }
        if self.at.is_some_and(|last| entry.at < last) {
            return Err(Error::new(Code::CaJournal).because(format!("entry {number} is older than the one before it")));
        }
        if entry.hash != self.next_hash(number, entry.at, &entry.event, &entry.detail) {
            return Err(Error::new(Code::CaJournal).because(format!("entry {number} or the one before it was altered")));
        }
        *self = Self::resume(entry);
        Ok(())
    }

    /// How many entries there are.
    pub fn len(&self) -> u64 {
        self.number
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.number == 0
    }

    /// The hash of the last entry, 32 zeros without any: who knows it knows all entries.
    pub fn head(&self) -> &[u8; 32] {
        &self.hash
    }

    /// When the last entry was made.
    pub fn last_time(&self) -> Option<Time> {
        self.at
    }

    fn next_hash(&self, number: u64, at: Time, event: &str, detail: &str) -> [u8; 32] {
        let mut octets = Vec::new();
        octets.extend_from_slice(CONTEXT);
        octets.extend_from_slice(&self.hash);
        octets.extend_from_slice(&number.to_be_bytes());
        octets.extend_from_slice(&at.unix().to_be_bytes());
        for text in [event, detail] {
            octets.extend_from_slice(&(text.len() as u64).to_be_bytes());
            octets.extend_from_slice(text.as_bytes());
        }
        let mut hash = [0; 32];
        DigestAlgorithm::Sha256.digest(&octets).iter().zip(&mut hash).for_each(|(from, to)| *to = *from);
        hash
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_unix(1_700_000_000).plus_seconds(seconds)
    }

    fn written(count: i64) -> Vec<JournalEntry<'static>> {
        let mut journal = Journal::new();
        (0..count).map(|number| journal.append(at(number), "issued", &format!("serial {number}")).unwrap()).collect()
    }

    fn check(entries: &[JournalEntry<'_>]) -> Result<Journal> {
        let mut journal = Journal::new();
        entries.iter().try_for_each(|entry| journal.follow(entry)).map(|()| journal)
    }

    #[test]
    fn what_was_written_holds() {
        let entries = written(5);
        let journal = check(&entries).unwrap();
        assert_eq!((journal.len(), journal.is_empty(), journal.head(), journal.last_time()), (5, false, &entries[4].hash, Some(at(4))));
        assert_eq!(Journal::resume(&entries[4]), journal);
        assert!(Journal::new().is_empty() && Journal::new().head() == &[0; 32]);
    }

    #[test]
    fn a_clock_set_back_is_noticed_and_leaves_the_journal_as_it_was() {
        let mut journal = check(&written(3)).unwrap();
        let before = journal.clone();
        assert_eq!(journal.append(at(1), "issued", "").unwrap_err().code(), Code::CaClock);
        assert_eq!(journal.in_time(at(1)).unwrap_err().code(), Code::CaClock);
        assert_eq!(journal, before);
        journal.append(at(2), "issued", "").unwrap();
    }

    #[test]
    fn taken_away_put_elsewhere_and_doubled() {
        let entries = written(4);
        for order in [&[0, 2, 3][..], &[1, 2, 3], &[0, 2, 1, 3], &[0, 1, 1, 2], &[3, 2, 1, 0]] {
            let chosen: Vec<_> = order.iter().map(|number| entries[*number].clone()).collect();
            assert_eq!(check(&chosen).unwrap_err().code(), Code::CaJournal, "{order:?}");
        }
        // Numbered anew, they still do not fit.
        let mut without_second = vec![entries[0].clone(), entries[2].clone(), entries[3].clone()];
        without_second.iter_mut().enumerate().for_each(|(place, entry)| entry.number = place as u64 + 1);
        assert_eq!(check(&without_second).unwrap_err().code(), Code::CaJournal);
        // The end alone can be cut off: the head tells.
        assert_ne!(check(&entries[..3]).unwrap().head(), check(&entries).unwrap().head());
    }

    proptest! {
        #[test]
        fn no_change_of_an_entry_passes(place in 0usize..4, what in 0u8..5, octet in 0usize..32, text in "[a-z0-9 ]{0,12}") {
            let mut entries = written(4);
            let entry = &mut entries[place];
            let before = entry.clone();
            match what {
                0 => entry.number ^= 1 << octet,
                1 => entry.at = entry.at.plus_seconds(octet as i64 + 1),
                2 => entry.event = text.into(),
                3 => entry.detail = text.into(),
                _ => entry.hash[octet] ^= 1,
            }
            prop_assert_eq!(check(&entries).is_err(), entries[place] != before);
        }
    }
}
