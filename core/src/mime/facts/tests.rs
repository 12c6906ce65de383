use proptest::prelude::*;

use super::super::canonical::canonical;
use super::super::testing::{mail_text, pieces};
use super::*;

/// The facts, each by its own definition.
fn check(facts: &BodyFacts, input: &[u8]) {
    let lines: Vec<&[u8]> = input.split(|octet| *octet == b'\n').collect();
    let last = lines.len() - 1;
    let text = |index: usize| if index < last { lines[index].strip_suffix(b"\r").unwrap_or(lines[index]) } else { lines[index] };
    assert_eq!(facts.octets, input.len() as u64);
    assert_eq!(facts.canonical_octets, canonical(input).len() as u64);
    assert_eq!(facts.has_8bit, input.iter().any(|octet| *octet > 127));
    assert_eq!(facts.has_nul, input.contains(&0));
    assert_eq!(facts.bare_cr, (0..=last).any(|index| text(index).contains(&b'\r')));
    assert_eq!(facts.bare_lf, canonical(input).len() != input.len());
    assert_eq!(facts.long_lines, (0..=last).any(|index| text(index).len() > 998));
    assert_eq!(facts.trailing_blanks, (0..=last).any(|index| text(index).ends_with(b" ") || text(index).ends_with(b"\t")));
    assert_eq!(facts.from_lines, lines.iter().any(|line| line.starts_with(b"From ")));
    assert_eq!(facts.to_escape, input.iter().filter(|octet| matches!(octet, 0 | 128..)).count() as u64);
}

#[test]
fn each_danger_is_seen_and_dots_are_none() {
    for safe in ["", "\n", "text\r\n", "text", ".\r\n..\r\n", "from me\nFromage \u{7f}x", "a\tb", &"x".repeat(998)] {
        assert!(BodyFacts::of(safe.as_bytes()).is_transport_safe(), "{safe:?}");
    }
    for unsafe_text in
        ["ä", "\0", "a\rb", "a\r", "a \n", "a\t\r\n", "a ", "From \n", "x\r\nFrom y", &"x".repeat(999), &format!("{}\r\n", "x".repeat(999))]
    {
        assert!(!BodyFacts::of(unsafe_text.as_bytes()).is_transport_safe(), "{unsafe_text:?}");
    }
}

#[test]
fn lines_across_blocks() {
    for fill in [BLOCK - 6, BLOCK - 5, BLOCK - 3, BLOCK - 2, BLOCK - 1, BLOCK, BLOCK + 1] {
        for tail in ["\r\nFrom x\r\n", "From \r\n", " \r\n", "\r\n", "\n", "\r", "\rx", " x\r\n\r\n"] {
            for start in ["\r\n", "x"] {
                let input = [start.repeat(fill / start.len()).as_bytes(), tail.as_bytes()].concat();
                check(&BodyFacts::of(&input), &input);
            }
        }
    }
}

#[test]
fn lines_about_as_long_as_allowed() {
    for start in ["", "short\r\n", "x\n"] {
        for length in 990..1010 {
            for end in ["", "\n", "\r\n", "\r", "\r\r\n", "\rx\n"] {
                for after in ["", "short\r\n", &"y".repeat(998)] {
                    let input = [start, &"x".repeat(length), end, after].concat();
                    check(&BodyFacts::of(input.as_bytes()), input.as_bytes());
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn facts_are_what_is_defined_for_pieces_of_any_size(input in pieces(mail_text())) {
        let whole = BodyFacts::of(&input.octets);
        check(&whole, &input.octets);
        let mut facts = BodyFacts::new();
        input.each(|piece| facts.push(piece));
        facts.finish();
        prop_assert_eq!(facts, whole);
    }
}
