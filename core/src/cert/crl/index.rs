//! Where in a long list the entry of a serial number may stand: a bit-sliced signature file.
//!
//! The entries are taken in blocks of 48. A serial number sets six of the 1024 bits of its block; a look-up walks the blocks that have
//! all six of its own set, which is the right one and one in some thousands besides. The bits are laid out in slices, the same bit of
//! 512 blocks side by side, so that few octets are read to ask all blocks. In all it takes less than three octets an entry, and is made in
//! one pass that stays within 64 KiB of it at a time.

use super::entry::Entry;
use super::serial::{canonical, hash};

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
        let mut tiles = vec![0; blocks.div_ceil(64).saturating_mul(SLICES)];
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

    /// Where the blocks start, in ascending order, in which the entry of this serial number in canonical form may stand.
    pub(super) fn blocks(&self, serial: &[u8]) -> impl Iterator<Item = usize> {
        let probes = probes(serial);
        let tiles = self.tiles.chunks(SLICES.saturating_mul(WIDTH));
        let words = tiles.flat_map(move |tile| {
            let width = width(tile);
            let mut common = [u64::MAX; WIDTH];
            for slice in probes {
                let words = tile.get(slice.saturating_mul(width)..).unwrap_or_default();
                common.iter_mut().zip(words).for_each(|(common, word)| *common &= word);
            }
            common.into_iter().take(width)
        });
        let hits = words.zip((0usize..).step_by(64)).filter(|(word, _)| *word != 0);
        let blocks = hits.flat_map(|(word, first)| bits(word).map(move |bit| first.saturating_add(bit)));
        blocks.filter_map(|block| self.starts.get(block)).map(|start| *start as usize)
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

/// How many words of a tile lie side by side.
fn width(tile: &[u64]) -> usize {
    tile.len() >> SLICE_BITS
}

/// The numbers of the bits that are set.
fn bits(word: u64) -> impl Iterator<Item = usize> {
    let mut left = word;
    std::iter::from_fn(move || {
        let bit = left.trailing_zeros() as usize;
        let found = (left != 0).then_some(bit);
        left &= left.wrapping_sub(1);
        found
    })
}
