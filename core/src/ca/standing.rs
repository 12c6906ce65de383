//! How an issued certificate stands, and which steps lead on from there.

use crate::cert::RevocationReason;
use crate::error::{Code, Error, Result};
use crate::time::Time;

/// How an issued certificate stands.
///
/// ```
/// use smime::{Code, Time, ca::Standing, cert::RevocationReason};
/// let at = Time::parse_rfc3339("2026-11-26T12:00:00Z")?;
/// let held = Standing::Good.hold(at)?;
/// assert_eq!(held.release()?, Standing::Good);
/// let revoked = held.revoke(RevocationReason::KeyCompromise, at)?;
/// assert_eq!(revoked.release().unwrap_err().code(), Code::CaStanding);
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Neither held nor revoked.
    #[default]
    Good,
    /// On hold since this time: as if revoked, until it is released or revoked (RFC 5280 section 5.3.1, certificateHold).
    Held(Time),
    /// Revoked for good.
    Revoked {
        /// From when on.
        at: Time,
        /// Why.
        reason: RevocationReason,
    },
}

impl Standing {
    /// Revokes it. What was on hold stays revoked from the day of the hold on, unless the new date is earlier: its user was told not
    /// to rely on it since then.
    ///
    /// # Errors
    /// [`Code::CaStanding`] where it is revoked already; [`Code::UseArgument`] where the reason is certificateHold or removeFromCRL,
    /// which do not revoke.
    pub fn revoke(self, reason: RevocationReason, at: Time) -> Result<Self> {
        if matches!(reason, RevocationReason::CertificateHold | RevocationReason::RemoveFromCrl) {
            return Err(Error::new(Code::UseArgument).because("a reason that does not revoke for good"));
        }
        match self {
            Self::Good => Ok(Self::Revoked { at, reason }),
            Self::Held(since) => Ok(Self::Revoked { at: since.min(at), reason }),
            Self::Revoked { at, .. } => Err(already(at)),
        }
    }

    /// Puts it on hold.
    ///
    /// # Errors
    /// [`Code::CaStanding`] where it is held or revoked already.
    pub fn hold(self, at: Time) -> Result<Self> {
        match self {
            Self::Good => Ok(Self::Held(at)),
            Self::Held(since) => Err(Error::new(Code::CaStanding).because(format!("it is on hold since {since}"))),
            Self::Revoked { at, .. } => Err(already(at)),
        }
    }

    /// Releases it from hold.
    ///
    /// # Errors
    /// [`Code::CaStanding`] where it is not on hold. What is revoked stays revoked (RFC 5280 section 5.3.1).
    pub fn release(self) -> Result<Self> {
        match self {
            Self::Held(_) => Ok(Self::Good),
            Self::Good => Err(Error::new(Code::CaStanding).because("it is not on hold")),
            Self::Revoked { at, .. } => Err(already(at)),
        }
    }
}

fn already(at: Time) -> Error {
    Error::new(Code::CaStanding).because(format!("it is revoked since {at}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REASON: RevocationReason = RevocationReason::Superseded;

    #[test]
    fn each_step_from_each_standing() {
        let (early, late) = (Time::from_unix(1_000), Time::from_unix(2_000));
        let revoked = Standing::Revoked { at: early, reason: REASON };
        let code = |result: Result<Standing>| result.map_err(|error| error.code());
        for (from, revoke, hold, release) in [
            (Standing::Good, Ok(Standing::Revoked { at: late, reason: REASON }), Ok(Standing::Held(late)), Err(Code::CaStanding)),
            (Standing::Held(early), Ok(revoked), Err(Code::CaStanding), Ok(Standing::Good)),
            (revoked, Err(Code::CaStanding), Err(Code::CaStanding), Err(Code::CaStanding)),
        ] {
            assert_eq!(code(from.revoke(REASON, late)), revoke);
            assert_eq!(code(from.hold(late)), hold);
            assert_eq!(code(from.release()), release);
        }
        assert_eq!(Standing::Held(late).revoke(REASON, early).unwrap(), revoked);
        for reason in [RevocationReason::CertificateHold, RevocationReason::RemoveFromCrl] {
            assert_eq!(Standing::Good.revoke(reason, late).unwrap_err().code(), Code::UseArgument);
        }
    }
}
