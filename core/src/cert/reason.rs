//! Why a certificate was revoked (RFC 5280 sections 4.2.1.13 and 5.3.1).

/// Why a certificate was revoked (RFC 5280 section 5.3.1).
///
/// ```
/// use smime::cert::RevocationReason;
/// assert_eq!(RevocationReason::from_number(1), Some(RevocationReason::KeyCompromise));
/// assert_eq!(RevocationReason::KeyCompromise.as_str(), "keyCompromise");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RevocationReason {
    /// No reason is given.
    Unspecified,
    /// The private key is, or may be, in other hands.
    KeyCompromise,
    /// The same of an authority's key.
    CaCompromise,
    /// The subject's name or other information has changed.
    AffiliationChanged,
    /// Another certificate has taken its place.
    Superseded,
    /// It is no longer needed.
    CessationOfOperation,
    /// It is suspended and may become good again.
    CertificateHold,
    /// Delta CRLs only: it is no longer revoked.
    RemoveFromCrl,
    /// A right that it confers was withdrawn.
    PrivilegeWithdrawn,
    /// The key of an attribute authority is, or may be, in other hands.
    AaCompromise,
}

impl RevocationReason {
    /// Every reason, in the order of its number; number 7 is not used.
    pub const ALL: [Self; 10] = [
        Self::Unspecified,
        Self::KeyCompromise,
        Self::CaCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
        Self::CertificateHold,
        Self::RemoveFromCrl,
        Self::PrivilegeWithdrawn,
        Self::AaCompromise,
    ];

    /// Its number in CRLReason.
    pub const fn number(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::KeyCompromise => 1,
            Self::CaCompromise => 2,
            Self::AffiliationChanged => 3,
            Self::Superseded => 4,
            Self::CessationOfOperation => 5,
            Self::CertificateHold => 6,
            Self::RemoveFromCrl => 8,
            Self::PrivilegeWithdrawn => 9,
            Self::AaCompromise => 10,
        }
    }

    /// The reason with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.number() == number)
    }

    /// The reason with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }

    /// The name that RFC 5280 gives it, for example `keyCompromise`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::KeyCompromise => "keyCompromise",
            Self::CaCompromise => "cACompromise",
            Self::AffiliationChanged => "affiliationChanged",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessationOfOperation",
            Self::CertificateHold => "certificateHold",
            Self::RemoveFromCrl => "removeFromCRL",
            Self::PrivilegeWithdrawn => "privilegeWithdrawn",
            Self::AaCompromise => "aACompromise",
        }
    }
}

/// The reasons for which a distribution point or a CRL answers: ReasonFlags (RFC 5280 section 4.2.1.13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReasonFlags(u16);

impl ReasonFlags {
    /// Every reason that has a flag: numbers 1 to 8.
    pub const ALL: Self = Self(0x1fe);
    /// None.
    pub const NONE: Self = Self(0);

    /// From the octets of a named BIT STRING: bit 0, the first, is unused; bit n stands for the flag with number n.
    pub fn from_bits(octets: &[u8]) -> Self {
        let bit = |number: u16| {
            let octet = octets.get(usize::from(number / 8)).copied().unwrap_or_default();
            octet.reverse_bits() >> (number % 8) & 1 == 1
        };
        Self((1..=8).filter(|number| bit(*number)).fold(0, |flags, number| flags | 1 << number))
    }

    /// The octets of the named BIT STRING in DER: the count of unused bits, and the bits without zeros at the end.
    pub(crate) fn to_named_bits(self) -> Vec<u8> {
        let octets = [(self.0 as u8).reverse_bits(), ((self.0 >> 8) as u8).reverse_bits()];
        let used = octets.iter().rposition(|octet| *octet != 0).map_or(0, |last| last.saturating_add(1));
        let octets = octets.get(..used).unwrap_or_default();
        let unused = octets.last().map_or(0, |last| last.trailing_zeros() as u8);
        std::iter::once(unused).chain(octets.iter().copied()).collect()
    }

    /// Those in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of the other are in this.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether none is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl From<RevocationReason> for ReasonFlags {
    /// The flag of this reason; none for `Unspecified` and `RemoveFromCrl`, which have no flag.
    fn from(reason: RevocationReason) -> Self {
        match reason {
            RevocationReason::Unspecified | RevocationReason::RemoveFromCrl => Self::NONE,
            // The numbers of flags and of reasons are the same up to certificateHold.
            RevocationReason::PrivilegeWithdrawn => Self(1 << 7),
            RevocationReason::AaCompromise => Self(1 << 8),
            reason => Self(1 << reason.number()),
        }
    }
}

impl FromIterator<RevocationReason> for ReasonFlags {
    fn from_iter<T: IntoIterator<Item = RevocationReason>>(reasons: T) -> Self {
        reasons.into_iter().fold(Self::NONE, |flags, reason| flags.or(reason.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for bits in 0..=0xff {
            let flags = ReasonFlags(bits << 1);
            let written = flags.to_named_bits();
            assert_eq!(ReasonFlags::from_bits(&written[1..]), flags);
            assert_eq!(u32::from(written[0]), written[1..].last().map_or(0, |last| last.trailing_zeros()));
        }
        assert_eq!(RevocationReason::ALL.into_iter().collect::<ReasonFlags>(), ReasonFlags::ALL);
        assert_eq!(ReasonFlags::from(RevocationReason::KeyCompromise).to_named_bits(), [6, 0x40]);
        assert_eq!(ReasonFlags::from(RevocationReason::AaCompromise).to_named_bits(), [7, 0, 0x80]);
    }

    #[test]
    fn numbers_and_names() {
        for reason in RevocationReason::ALL {
            assert_eq!(RevocationReason::from_number(reason.number()), Some(reason));
        }
        assert_eq!(RevocationReason::from_number(7), None);
        assert_eq!(RevocationReason::from_number(11), None);
    }

    #[test]
    fn flags_are_counted_from_the_first_bit() {
        assert_eq!(ReasonFlags::from_bits(&[0x40]), ReasonFlags(1 << 1));
        assert_eq!(ReasonFlags::from_bits(&[0x7f, 0x80]), ReasonFlags::ALL);
        assert_eq!(ReasonFlags::from_bits(&[0x80]), ReasonFlags::NONE);
        assert!(ReasonFlags::ALL.contains(ReasonFlags::from_bits(&[0x60])));
        assert!(!ReasonFlags::from_bits(&[0x60]).contains(ReasonFlags::ALL));
        assert_eq!(ReasonFlags::from_bits(&[0x40]).or(ReasonFlags::from_bits(&[0x20])), ReasonFlags::from_bits(&[0x60]));
        assert!(ReasonFlags::from_bits(&[0x40]).and(ReasonFlags::from_bits(&[0x20])).is_empty());
    }
}
