//! A short cut for entries of the form that nearly all have. Whatever is not seen to be ordinary is read with care elsewhere.

/// What follows the entry at the start of these octets, if that is one of DER with a serial number, a date as RFC 5280 wants it
/// (UTCTime, `YYMMDDHHMMSSZ`) and, at most, a reasonCode that is not critical. `None` says nothing.
#[inline]
pub(super) fn skip(octets: &[u8]) -> Option<&[u8]> {
    let ([0x30, length @ 0..=0x7f, 0x02, serial @ 1..=0x7f], _) = octets.split_first_chunk::<4>()? else { return None };
    let (entry, rest) = octets.split_at_checked(usize::from(*length).saturating_add(2))?;
    let fields = entry.get(usize::from(*serial).saturating_add(4)..)?;
    let (date, extensions) = fields.split_first_chunk::<15>()?;
    let is_ordinary = is_plain_date(date) && (extensions.is_empty() || is_reason(extensions));
    is_ordinary.then_some(rest)
}

/// Whether these are the extensions of nearly every entry that has any: a reasonCode and nothing else.
#[inline]
pub(super) fn is_reason_alone(extensions: &[u8]) -> bool {
    matches!(extensions, [0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01, _])
}

/// The same with the SEQUENCE around them.
#[inline]
fn is_reason(extensions: &[u8]) -> bool {
    matches!(extensions, [0x30, 0x0c, members @ ..] if is_reason_alone(members))
}

/// The highest bit of each octet and of each pair of octets.
const OCTETS: u64 = 0x8080_8080_8080_8080;
const PAIRS: u64 = 0x8000_8000_8000_8000;
/// Room for any pair of octets up to its highest bit.
const ROOM: u64 = 0x7fff_7fff_7fff_7fff;

/// Whether this is a UTCTime of 13 octets that names a day and a second, the 31st and the 29th of February left out.
///
/// All digits are judged at once: a list of a million entries is read in a few milliseconds.
#[inline]
fn is_plain_date(element: &[u8; 15]) -> bool {
    let (Some(first), Some(last)) = (element.first_chunk::<8>(), element.last_chunk::<8>()) else { return false };
    // Tag, length, YYMMDD; then HHMMSS and Z. Less what belongs there, digits are 0 to 9, and where one octet is too small its highest
    // bit becomes set.
    let date = u64::from_be_bytes(*first).wrapping_sub(0x170d_3030_3030_3030);
    let clock = (u64::from_be_bytes(*last) << 8).wrapping_sub(0x3030_3030_3030_5a00);
    // 0x76 and more than 9 set the highest bit.
    let no_digits = (date | date.wrapping_add(0x0000_7676_7676_7676) | clock | clock.wrapping_add(0x7676_7676_7676_0000)) & OCTETS;
    let (date, clock) = (numbers(date), numbers(clock));
    let above = date.wrapping_add(ROOM.wrapping_sub(0x0000_0063_000c_001e)) | clock.wrapping_add(ROOM.wrapping_sub(0x0017_003b_003b_0000));
    let below = !(date | PAIRS).wrapping_sub(0x0000_0000_0001_0001);
    let (month, day) = (date >> 16 & 0xff, date & 0xff);
    no_digits | ((above | below) & PAIRS) == 0 && (day <= 28) | (month != 2)
}

/// In each pair of octets the number that its two digits make.
#[inline]
fn numbers(digits: u64) -> u64 {
    const ONES: u64 = 0x00ff_00ff_00ff_00ff;
    (digits >> 8 & ONES).wrapping_mul(10).wrapping_add(digits & ONES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;

    fn utc_time(text: &[u8; 13]) -> [u8; 15] {
        [&[0x17, 13], &text[..]].concat().try_into().unwrap()
    }

    #[test]
    fn every_day_and_second() {
        let mut seen = 0;
        for number in 0..1_000_000u32 {
            let text = format!("{number:06}120000Z");
            let plain = is_plain_date(&utc_time(text.as_bytes().try_into().unwrap()));
            let there_is = Time::from_utc_time(text.as_bytes()).is_some();
            let left_out = text[4..6] == *"31" || text[2..6] == *"0229";
            assert_eq!(plain, there_is && !left_out, "{text}");
            seen += u32::from(plain);
            let text = format!("260101{number:06}Z");
            let plain = is_plain_date(&utc_time(text.as_bytes().try_into().unwrap()));
            assert_eq!(plain, Time::from_utc_time(text.as_bytes()).is_some(), "{text}");
        }
        assert_eq!(seen, 100 * 358);
    }

    #[test]
    fn every_other_octet_in_every_place() {
        let good = utc_time(b"260102030405Z");
        assert!(is_plain_date(&good));
        for at in 0..15 {
            for octet in 0..=255 {
                let mut other = good;
                other[at] = octet;
                let is_date = other[..2] == [0x17, 13] && Time::from_utc_time(&other[2..]).is_some();
                assert_eq!(is_plain_date(&other), is_date, "{other:02x?}");
            }
        }
    }

    #[test]
    fn what_is_ordinary() {
        let entry = [&[0x30, 18, 2, 1, 5][..], &utc_time(b"260102030405Z")].concat();
        assert_eq!(skip(&[&entry[..], b"rest"].concat()), Some(&b"rest"[..]));
        let reason =
            [&[0x30, 32, 2, 1, 5][..], &utc_time(b"260102030405Z"), &[0x30, 12, 0x30, 10, 6, 3, 0x55, 0x1d, 0x15, 4, 3, 10, 1, 4]].concat();
        assert_eq!(skip(&reason), Some(&[][..]));
        for at in 0..reason.len() {
            let mut other = reason.clone();
            other[at] ^= 0x80;
            let is_value = at == 4 || at == reason.len() - 1;
            assert_eq!(skip(&other).is_some(), is_value, "{at}");
        }
        assert_eq!(skip(&entry[..19]), None);
        assert_eq!(skip(&[]), None);
    }
}
