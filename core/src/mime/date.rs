//! The date and time of a header field (RFC 5322 section 3.3), with the obsolete zones and two-digit years of old mail.

use crate::time::Time;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// Octets of a date that are looked at.
const LONGEST: usize = 256;

/// Reads the value of a Date field; `None` where it is no date.
///
/// ```
/// let date = smime::mime::date::parse(b" Mon, 23 Nov 2026 12:00:00 +0100 (CET)");
/// assert_eq!(date.map(|time| time.to_string()).as_deref(), Some("2026-11-23T11:00:00Z"));
/// ```
pub fn parse(value: &[u8]) -> Option<Time> {
    let text = std::str::from_utf8(value.get(..LONGEST).unwrap_or(value)).ok()?;
    // What stands behind the zone is a comment; nobody writes one before it.
    let text = text.split('(').next()?;
    let text = text.split_once(',').map_or(text, |(_, rest)| rest);
    let mut words = text.split_ascii_whitespace();
    let day: u8 = words.next()?.parse().ok()?;
    let name = words.next()?.to_ascii_lowercase();
    let month = MONTHS.iter().position(|known| *known == name)?;
    let year = year(words.next()?)?;
    let mut clock = words.next()?.split(':');
    let hour: u8 = clock.next()?.parse().ok()?;
    let minute: u8 = clock.next()?.parse().ok()?;
    let second: u8 = clock.next().map_or(Some(0), |second| second.parse().ok())?;
    let zone = words.next().map_or(Some(0), zone)?;
    let local = Time::from_civil(year, u8::try_from(month).ok()?.checked_add(1)?, day, hour, minute, second.min(59))?;
    Some(local.plus_seconds(zone.checked_neg()?))
}

fn year(digits: &str) -> Option<u16> {
    let year: u16 = digits.parse().ok()?;
    match digits.len() {
        2 if year < 50 => year.checked_add(2000),
        2 | 3 => year.checked_add(1900),
        4 => Some(year),
        _ => None,
    }
}

/// Seconds east of Greenwich.
fn zone(word: &str) -> Option<i64> {
    let (sign, digits) = match word.as_bytes().first()? {
        b'+' => (1, word.get(1..)?),
        b'-' => (-1, word.get(1..)?),
        _ => return Some(named_zone(word)),
    };
    if digits.len() != 4 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let minutes: i64 = digits.get(2..)?.parse().ok()?;
    hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?.checked_mul(sign)
}

/// RFC 5322 section 4.3; what is unknown counts as UTC.
fn named_zone(name: &str) -> i64 {
    let hours: i64 = match name.to_ascii_uppercase().as_str() {
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        _ => 0,
    };
    hours.saturating_mul(3600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_real_mail() {
        for (text, expected) in [
            ("23 Nov 2026 12:00 -0330", "2026-11-23T15:30:00Z"),
            ("Tue, 1 Jul 03 10:52:37 EST", "2003-07-01T15:52:37Z"),
            (" Fri, 21 Nov 1997 09:55:06 GMT", "1997-11-21T09:55:06Z"),
        ] {
            assert_eq!(parse(text.as_bytes()).map(|time| time.to_string()).as_deref(), Some(expected), "{text}");
        }
        for bad in ["", "yesterday", "32 Nov 2026 12:00:00 +0000", "1 Nov 2026", "1 Nov 2026 12:00:00 +1"] {
            assert_eq!(parse(bad.as_bytes()), None, "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(value: Vec<u8>) {
            let _ = parse(&value);
        }
    }
}
