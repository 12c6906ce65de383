//! Looking for secrets in one's own memory.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// Octets under a mask, and from under it.
pub fn mask(octets: &[u8]) -> Vec<u8> {
    octets.iter().map(|octet| octet ^ MASK).collect()
}

/// Changes each octet, and none to itself.
const MASK: u8 = 0xa5;

/// Masked octets to look for, by name.
pub struct Hunt {
    secrets: Vec<(String, Vec<u8>)>,
    /// Memory is copied here; wiped after each scan, as it is itself memory.
    window: Vec<u8>,
}

/// Octets looked at together.
const WINDOW: usize = 1 << 20;

impl Hunt {
    /// From lines with the masked octets in hexadecimal digits, a tab, and the name.
    ///
    /// # Panics
    /// Where the text is none such.
    pub fn new(text: &str) -> Self {
        let secrets = text.lines().map(|line| {
            let (digits, name) = line.split_once('\t').expect("digits and a name");
            (name.to_owned(), crate::hex(digits))
        });
        Self { secrets: secrets.collect(), window: vec![0; WINDOW] }
    }

    /// The names of those that are somewhere in memory that may be written, but for the stack: what functions that have returned left there is
    /// overwritten by the next.
    ///
    /// # Panics
    /// Where memory cannot be read.
    pub fn scan(&mut self) -> Vec<String> {
        let maps = std::fs::read_to_string("/proc/self/maps").expect("a list of memory");
        let mut memory = File::open("/proc/self/mem").expect("memory");
        let mut found = vec![false; self.secrets.len()];
        let longest = self.secrets.iter().map(|(_, octets)| octets.len()).max().unwrap_or(1);
        for line in maps.lines() {
            let mut words = line.split_ascii_whitespace();
            let (Some(range), Some(rights)) = (words.next(), words.next()) else { continue };
            if !rights.starts_with("rw") || line.ends_with("[stack]") {
                continue;
            }
            let (start, end) = range.split_once('-').expect("a range");
            let number = |digits| u64::from_str_radix(digits, 16).expect("an address");
            let (mut at, end) = (number(start), number(end));
            while at < end {
                let count = usize::try_from(end - at).unwrap_or(WINDOW).min(WINDOW);
                let window = &mut self.window[..count];
                if memory.seek(SeekFrom::Start(at)).and_then(|_| memory.read_exact(window)).is_err() {
                    break;
                }
                for ((_, secret), found) in self.secrets.iter().zip(&mut found) {
                    *found |= contains(window, secret);
                }
                // What lies across two windows is seen in the second.
                at += if at + count as u64 == end { count } else { count - longest } as u64;
            }
        }
        self.window.fill(0);
        std::hint::black_box(&mut self.window);
        let names = self.secrets.iter().zip(found).filter(|(_, found)| *found);
        names.map(|((name, _), _)| name.clone()).collect()
    }
}

/// Whether the masked secret is in this memory; never made unmasked.
fn contains(memory: &[u8], masked: &[u8]) -> bool {
    let Some((first, rest)) = masked.split_first() else { return false };
    let first = first ^ MASK;
    let mut from = 0;
    while let Some(at) = memchr::memchr(first, &memory[from..]) {
        let start = from + at + 1;
        if memory.get(start..start + rest.len()).is_some_and(|found| found.iter().zip(rest).all(|(octet, masked)| octet ^ MASK == *masked))
        {
            return true;
        }
        from = start;
    }
    false
}
