//! Serial numbers compared by value: lists and certificates sometimes differ by a superfluous octet in front.

/// The content octets of an INTEGER in the fewest octets (X.690 section 8.3.2).
#[inline]
pub(crate) fn canonical(serial: &[u8]) -> &[u8] {
    if is_padded(serial) { strip(serial) } else { serial }
}

/// Whether the first octet only repeats the sign of the second. One branch, hardly ever taken: half of all serials begin with a zero.
#[inline]
fn is_padded(serial: &[u8]) -> bool {
    let sign = |octet: u8| if octet & 0x80 == 0 { 0x00 } else { 0xff };
    matches!(serial, [first, second, ..] if *first == sign(*second))
}

#[cold]
fn strip(serial: &[u8]) -> &[u8] {
    let mut rest = serial;
    while is_padded(rest) {
        rest = rest.get(1..).unwrap_or_default();
    }
    rest
}

/// A number that is equal for equal serials in canonical form, and whose bits are spread for others.
///
/// It looks at 16 octets at most: a list whose serials differ elsewhere only is searched slowly, as one made to be slow is.
#[inline]
pub(crate) fn hash(canonical: &[u8]) -> u64 {
    let (first, last) = match (canonical.first_chunk::<8>(), canonical.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_be_bytes(*first), u64::from_be_bytes(*last)),
        _ => (0, canonical.iter().fold(1, |value, octet| value << 8 | u64::from(*octet))),
    };
    // Odd numbers with well mixed bits: the fractions of the golden ratio and of the square root of 2.
    const PHI: u64 = 0x9e37_79b9_7f4a_7c15;
    const ROOT: u64 = 0x6a09_e667_f3bc_c909;
    let mixed = first.wrapping_mul(PHI) ^ last.wrapping_mul(ROOT).rotate_left(32);
    let mixed = (mixed ^ mixed >> 32).wrapping_mul(PHI);
    mixed ^ mixed >> 29
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn superfluous_octets_do_not_count() {
        for (serial, expected) in [
            (&[0x00, 0x00, 0x7f][..], &[0x7f][..]),
            (&[0x00, 0x80], &[0x00, 0x80]),
            (&[0x00, 0x7f], &[0x7f]),
            (&[0x00], &[0x00]),
            (&[0x00, 0x00, 0x00], &[0x00]),
            (&[0x00, 0x00], &[0x00]),
            (&[0xff, 0xff, 0x80], &[0x80]),
            (&[0xff, 0x7f], &[0xff, 0x7f]),
            (&[0xff, 0xff], &[0xff]),
            (&[0x01, 0x00], &[0x01, 0x00]),
            (&[], &[]),
        ] {
            assert_eq!(canonical(serial), expected, "{serial:02x?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn canonical_form_is_that_of_the_value(value: i64, more in 0usize..20) {
            let fill = if value < 0 { 0xff } else { 0 };
            let padded: Vec<u8> = std::iter::repeat_n(fill, more).chain(value.to_be_bytes()).collect();
            let short = canonical(&padded);
            assert_eq!(short, canonical(&value.to_be_bytes()));
            let back = short.iter().fold(if short[0] & 0x80 != 0 { -1 } else { 0 }, |value, octet| value << 8 | i64::from(*octet));
            assert_eq!(back, value);
        }
    }
}
