//! Points in time, to the second, as certificates and signatures carry them. The core never asks a clock.

use std::fmt;

use crate::error::{Code, Error, Result};

/// A point in time: seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// ```
/// use smime::Time;
/// let time = Time::parse_rfc3339("2026-11-23T12:00:00+01:00")?;
/// assert_eq!(time.to_string(), "2026-11-23T11:00:00Z");
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

const DAY: i64 = 86_400;
/// 9999-12-31T23:59:59Z, the end of what certificates can express.
const LAST: i64 = 253_402_300_799;
/// 0000-01-01T00:00:00Z.
const FIRST: i64 = -62_167_219_200;

impl Time {
    /// The time this many seconds after 1970-01-01T00:00:00Z; held within the years 0 to 9999.
    pub const fn from_unix(seconds: i64) -> Self {
        if seconds < FIRST {
            Self(FIRST)
        } else if seconds > LAST {
            Self(LAST)
        } else {
            Self(seconds)
        }
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// Time of a calendar date and clock time in UTC; `None` where there is no such day or second.
    pub fn from_civil(year: u16, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Option<Self> {
        if !(1..=12).contains(&month)
            || day == 0
            || day > days_in_month(year, month)
            || hour > 23
            || minute > 59
            || second > 59
            || year > 9999
        {
            return None;
        }
        let days = days_from_civil(i64::from(year), i64::from(month), i64::from(day));
        let clock = i64::from(hour).checked_mul(3600)?.checked_add(i64::from(minute).checked_mul(60)?)?.checked_add(i64::from(second))?;
        days.checked_mul(DAY)?.checked_add(clock).map(Self)
    }

    /// Year, month, day, hour, minute and second in UTC.
    #[allow(clippy::arithmetic_side_effects, reason = "the value is held within the years 0 to 9999")]
    pub fn civil(self) -> (u16, u8, u8, u8, u8, u8) {
        let (days, clock) = (self.0.div_euclid(DAY), self.0.rem_euclid(DAY));
        // Howard Hinnant's civil_from_days, counted from 0000-03-01.
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let day_of_era = z.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let mp = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * mp + 2) / 5 + 1;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year as u16, month as u8, day as u8, (clock / 3600) as u8, (clock / 60 % 60) as u8, (clock % 60) as u8)
    }

    /// Reads an RFC 3339 time, with any offset; fractions of a second are dropped.
    ///
    /// # Errors
    /// [`Code::UseArgument`] where the text is no such time.
    pub fn parse_rfc3339(text: &str) -> Result<Self> {
        parse_rfc3339(text.as_bytes()).ok_or_else(|| Error::new(Code::UseArgument).because("not an RFC 3339 time"))
    }

    /// Reads the content octets of an ASN.1 UTCTime (RFC 5280 section 4.1.2.5.1): `YYMMDDHHMM[SS]Z`, seconds optional as
    /// old certificates leave them out.
    pub fn from_utc_time(octets: &[u8]) -> Option<Self> {
        let (yy, rest) = two_digits(octets)?;
        let year = if yy < 50 { 2000 } else { 1900 };
        Self::from_fields(u16::from(yy).checked_add(year)?, rest, true)
    }

    /// Reads the content octets of an ASN.1 GeneralizedTime (RFC 5280 section 4.1.2.5.2): `YYYYMMDDHHMMSSZ`.
    pub fn from_generalized_time(octets: &[u8]) -> Option<Self> {
        let (hundreds, rest) = two_digits(octets)?;
        let (years, rest) = two_digits(rest)?;
        Self::from_fields(u16::from(hundreds).checked_mul(100)?.checked_add(u16::from(years))?, rest, false)
    }

    fn from_fields(year: u16, octets: &[u8], seconds_optional: bool) -> Option<Self> {
        let (month, rest) = two_digits(octets)?;
        let (day, rest) = two_digits(rest)?;
        let (hour, rest) = two_digits(rest)?;
        let (minute, rest) = two_digits(rest)?;
        let (second, rest) = match two_digits(rest) {
            Some(found) => found,
            None if seconds_optional => (0, rest),
            None => return None,
        };
        if rest != b"Z" {
            return None;
        }
        Self::from_civil(year, month, day, hour, minute, second)
    }

    /// This time moved by so many seconds, held within the years 0 to 9999.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_unix(self.0.saturating_add(seconds))
    }
}

impl fmt::Display for Time {
    /// RFC 3339 in UTC: `2026-11-23T11:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day, hour, minute, second) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

fn two_digits(octets: &[u8]) -> Option<(u8, &[u8])> {
    let ([tens, ones], rest) = octets.split_first_chunk::<2>()?;
    if !tens.is_ascii_digit() || !ones.is_ascii_digit() {
        return None;
    }
    let value = tens.wrapping_sub(b'0').wrapping_mul(10).wrapping_add(ones.wrapping_sub(b'0'));
    Some((value, rest))
}

fn parse_rfc3339(text: &[u8]) -> Option<Time> {
    let (hundreds, rest) = two_digits(text)?;
    let (years, rest) = two_digits(rest)?;
    let (month, rest) = two_digits(rest.strip_prefix(b"-")?)?;
    let (day, rest) = two_digits(rest.strip_prefix(b"-")?)?;
    let (separator, rest) = rest.split_first()?;
    if !matches!(separator, b'T' | b't' | b' ') {
        return None;
    }
    let (hour, rest) = two_digits(rest)?;
    let (minute, rest) = two_digits(rest.strip_prefix(b":")?)?;
    let (second, mut rest) = two_digits(rest.strip_prefix(b":")?)?;
    if let Some(fraction) = rest.strip_prefix(b".") {
        let digits = fraction.iter().take_while(|octet| octet.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        rest = fraction.get(digits..)?;
    }
    let offset = match rest.split_first()? {
        (b'Z' | b'z', []) => 0,
        (sign @ (b'+' | b'-'), zone) => {
            let (hours, zone) = two_digits(zone)?;
            let (minutes, zone) = two_digits(zone.strip_prefix(b":")?)?;
            if !zone.is_empty() || hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = i64::from(hours).checked_mul(3600)?.checked_add(i64::from(minutes).checked_mul(60)?)?;
            if *sign == b'+' { seconds.checked_neg()? } else { seconds }
        }
        _ => return None,
    };
    let year = u16::from(hundreds).checked_mul(100)?.checked_add(u16::from(years))?;
    let second = second.min(59);
    Time::from_civil(year, month, day, hour, minute, second).map(|time| time.plus_seconds(offset))
}

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[allow(clippy::arithmetic_side_effects, reason = "called with years 0 to 9999 only")]
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_round_trips_over_four_centuries() {
        for days in (-800_000..3_000_000).step_by(97) {
            let time = Time::from_unix(days * DAY + 12_345);
            let (y, mo, d, h, mi, s) = time.civil();
            if time.unix() > FIRST && time.unix() < LAST {
                assert_eq!(Time::from_civil(y, mo, d, h, mi, s), Some(time));
            }
        }
    }

    #[test]
    fn asn1_times() {
        assert_eq!(Time::from_utc_time(b"491231235959Z").map(|t| t.to_string()).as_deref(), Some("2049-12-31T23:59:59Z"));
        assert_eq!(Time::from_utc_time(b"5001010000Z").map(|t| t.to_string()).as_deref(), Some("1950-01-01T00:00:00Z"));
        assert_eq!(Time::from_generalized_time(b"99991231235959Z").map(Time::unix), Some(LAST));
        for bad in [&b"20200230000000Z"[..], b"20200101000000", b"20200101000000+0100", b"2020010100000Z", b""] {
            assert_eq!(Time::from_generalized_time(bad), None);
        }
    }

    #[test]
    fn rfc3339_refuses_what_is_no_time() {
        for bad in [
            "",
            "2026-11-23",
            "2026-13-01T00:00:00Z",
            "2026-11-23T24:00:00Z",
            "2026-11-23T00:00:00",
            "2026-11-23T00:00:00.Z",
            "2026-11-23T00:00:00+1:00",
        ] {
            assert!(Time::parse_rfc3339(bad).is_err(), "{bad}");
        }
        assert_eq!(Time::parse_rfc3339("2026-11-23T00:00:00.5-02:30").map(|t| t.to_string()).ok().as_deref(), Some("2026-11-23T02:30:00Z"));
    }
}
