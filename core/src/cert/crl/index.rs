//! Where in a long list the entry of a serial number may stand.
//!
//! The octets of the entries are divided into at most 2^16 blocks. A serial number falls into one of many buckets, and a bucket lists the
//! blocks in which such an entry begins, two octets for each entry. A look-up walks the entries of those few blocks. With the start of
//! each bucket and the first entry of each block the index takes some three octets an entry.

use super::entry::Entry;
use super::serial::{canonical, hash};
use std::ops::Range;

/// Blocks at most: their numbers have 16 bits.
const BLOCKS: usize = 1 << 16;
/// Octets of a block at least.
const BLOCK: usize = 256;
/// Entries for each bucket, on average.
const SHARE: usize = 4;
/// Lists with fewer entries are walked.
const WORTH_IT: usize = 512;

pub(super) struct Index {
    /// Octets of a block.
    block: usize,
    /// For each block how many octets after its start the first entry begins.
    firsts: Box<[u16]>,
    /// For each bucket where its share of `listed` ends.
    ends: Box<[u32]>,
    /// The numbers of the blocks, bucket by bucket, in ascending order within each.
    listed: Box<[u16]>,
}

impl Index {
    /// The index of these octets, which hold so many entries; `None` where it would not pay, or the list is larger than 4 GiB.
    pub(super) fn new(octets: &[u8], count: usize) -> Option<Self> {
        if count < WORTH_IT || u32::try_from(octets.len()).is_err() {
            return None;
        }
        let block = octets.len().div_ceil(BLOCKS).max(BLOCK);
        let buckets = count.div_ceil(SHARE);
        let mut firsts = vec![0u16; octets.len().div_ceil(block)];
        let mut ends = vec![0u32; buckets];
        let mut seen = None;
        each(octets, block, |number, start, serial| {
            if let Some(end) = ends.get_mut(bucket(serial, buckets)) {
                *end = end.wrapping_add(1);
            }
            if seen != Some(number) {
                seen = Some(number);
                if let Some(first) = firsts.get_mut(usize::from(number)) {
                    *first = start;
                }
            }
        });
        let mut total = 0u32;
        for end in &mut ends {
            let start = total;
            total = total.wrapping_add(*end);
            *end = start;
        }
        // The starts move to the ends as the buckets fill.
        let mut listed = vec![0u16; count];
        each(octets, block, |number, _, serial| {
            let end = ends.get_mut(bucket(serial, buckets));
            if let Some(end) = end
                && let Some(place) = listed.get_mut(*end as usize)
            {
                *place = number;
                *end = end.wrapping_add(1);
            }
        });
        Some(Self { block, firsts: firsts.into(), ends: ends.into(), listed: listed.into() })
    }

    /// Where the entries of this serial number may start, in ascending order.
    pub(super) fn stretches(&self, serial: &[u8]) -> impl Iterator<Item = Range<usize>> {
        let bucket = bucket(canonical(serial), self.ends.len());
        let end_of = |bucket: usize| self.ends.get(bucket).copied().unwrap_or_default() as usize;
        let start = bucket.checked_sub(1).map_or(0, end_of);
        let numbers = self.listed.get(start..end_of(bucket)).unwrap_or_default();
        // Entries of a bucket that share a block follow one another.
        numbers.chunk_by(|one, next| one == next).filter_map(|same| same.first()).map(|number| {
            let number = usize::from(*number);
            let start = number.saturating_mul(self.block);
            let first = self.firsts.get(number).copied().unwrap_or_default();
            start.saturating_add(usize::from(first))..start.saturating_add(self.block)
        })
    }

    /// Octets of memory.
    #[cfg(test)]
    pub(super) fn octets(&self) -> usize {
        2 * self.firsts.len() + 4 * self.ends.len() + 2 * self.listed.len()
    }
}

/// Calls for each entry with the number of its block, its start within that, and its serial number in canonical form.
#[inline]
fn each<'a>(octets: &'a [u8], block: usize, mut call: impl FnMut(u16, u16, &'a [u8])) {
    let mut rest = octets;
    let (mut number, mut block_start) = (0u16, 0usize);
    while let Some((serial, after)) = Entry::split_serial(rest) {
        let position = octets.len().saturating_sub(rest.len());
        let mut within = position.saturating_sub(block_start);
        while within >= block {
            within = within.saturating_sub(block);
            block_start = block_start.saturating_add(block);
            number = number.wrapping_add(1);
        }
        call(number, within as u16, canonical(serial));
        rest = after;
    }
}

#[inline]
fn bucket(canonical: &[u8], buckets: usize) -> usize {
    ((u64::from(hash(canonical)).wrapping_mul(buckets as u64)) >> 32) as usize
}
