//! Where in a long list the entry of a serial number may stand: a bit-sliced signature file.
//!
//! The entries are taken in blocks of 48. A serial number sets six of the 1024 bits of its block; a look-up walks the blocks that have
//! all six of its own set, which is the right one and one in some thousands besides. The bits are laid out in slices, the same bit of
//! 512 blocks side by side, so that few octets are read to ask all blocks. In all it takes less than three octets an entry, and is made in
//! one pass that stays within 64 KiB of it at a time.

use super::entry::Entry;
use crate::cert::serial::{canonical, hash};

/// Entries in a block.
pub(super) const BLOCK: usize = 48;
/// Bits that each block has.
const SLICES: usize = 1 << SLICE_BITS;
const SLICE_BITS: u32 = 10;
/// Bits that each serial number sets. Their numbers are taken from 64 bits.
const PROBES: usize = 6;
/// Words of 64 blocks that lie side by side.
const WIDTH: usize = 8;
/// Lists with fewer entries are walked: that takes no longer.
const WORTH_IT: usize = 2048;

pub(super) struct Index {
    /// Tiles of 512 blocks, the last one of as many words as it needs; in each, slice by slice, the words of the slice.
    tiles: Box<[u64]>,
    /// Where each block starts.
    starts: Box<[u32]>,
}

impl Index {
    /// The index of these octets, which hold so many entries; `None` where it would not pay, or the list is larger than 4 GiB.
    pub(super) fn new(octets: &[u8], count: usize) -> Option<Self> {
        if count < WORTH_IT || u32::try_from(octets.len()).is_err() {
            return None;
        }
        let blocks = count.div_ceil(BLOCK);
        // Behind the last word some more, so that as many can be read from any.
        let mut tiles = vec![0; blocks.div_ceil(64).saturating_mul(SLICES).saturating_add(WIDTH)];
        let mut starts = Vec::with_capacity(blocks);
        let mut rest = octets;
        for tile in tiles.chunks_mut(SLICES.saturating_mul(WIDTH)) {
            let width = width(tile);
            for column in 0..width.saturating_mul(64) {
                if rest.is_empty() {
                    break;
                }
                starts.push(octets.len().saturating_sub(rest.len()) as u32);
                rest = fill(tile, width, column, rest);
            }
        }
        Some(Self { tiles: tiles.into(), starts: starts.into() })
    }

    /// Calls with the start of each block in which the entry of this serial number in canonical form may stand, in ascending order, until
    /// something is found.
    pub(super) fn search<T>(&self, serial: &[u8], mut look: impl FnMut(usize) -> Option<T>) -> Option<T> {
        let probes = probes(serial);
        let mut starts = &*self.starts;
        for tile in self.tiles.chunks(SLICES.saturating_mul(WIDTH)) {
            for word in common(tile, probes).into_iter().take(width(tile)) {
                let (these, after) = starts.split_at_checked(64).unwrap_or((starts, &[]));
                let mut left = word;
                while left != 0 {
                    let start = these.get(left.trailing_zeros() as usize);
                    if let Some(found) = start.and_then(|start| look(*start as usize)) {
                        return Some(found);
                    }
                    left &= left.wrapping_sub(1);
                }
                starts = after;
            }
        }
        None
    }

    /// Octets of memory.
    #[cfg(test)]
    pub(super) fn octets(&self) -> usize {
        8 * self.tiles.len() + 4 * self.starts.len()
    }
}

/// Sets the bits of one block, which starts here, in this column of a tile; what follows the block.
#[inline]
fn fill<'a>(tile: &mut [u64], width: usize, column: usize, block: &'a [u8]) -> &'a [u8] {
    let (word, bit) = (column >> 6, 1u64 << (column & 63));
    let mut rest = block;
    for _ in 0..BLOCK {
        let Some((serial, after)) = Entry::split_serial(rest) else { break };
        for slice in probes(canonical(serial)) {
            if let Some(word) = tile.get_mut(slice.saturating_mul(width).saturating_add(word)) {
                *word |= bit;
            }
        }
        rest = after;
    }
    rest
}

/// The bits that a serial number sets.
#[inline]
fn probes(canonical: &[u8]) -> [usize; PROBES] {
    let mut left = hash(canonical);
    [(); PROBES].map(|()| {
        let slice = left as usize & SLICES.saturating_sub(1);
        left >>= SLICE_BITS;
        slice
    })
}

/// The words of a tile in which the bits stand of the blocks that have all of these. Those beyond its width mean nothing.
#[inline]
fn common(tile: &[u64], probes: [usize; PROBES]) -> [u64; WIDTH] {
    let width = width(tile);
    let mut common = [u64::MAX; WIDTH];
    for slice in probes {
        let words = tile.get(slice.saturating_mul(width)..).and_then(<[u64]>::first_chunk::<WIDTH>);
        common.iter_mut().zip(words.unwrap_or(&[0; WIDTH])).for_each(|(common, word)| *common &= word);
    }
    common
}

/// How many words of a tile lie side by side.
fn width(tile: &[u64]) -> usize {
    tile.len() >> SLICE_BITS
}
