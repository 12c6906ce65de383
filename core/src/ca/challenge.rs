//! Control of a mailbox, shown by an answer to a message that only its holder reads (BR section 3.2.2.2).

use crate::cert::{self, Mailbox};
use crate::crypto::mac::Hmac;
use crate::crypto::{DigestAlgorithm, PublicKey, constant_time_eq, rng};
use crate::error::{Code, Error, Result};
use crate::time::Time;

/// The fewest octets of a secret: what HMAC-SHA256 is worth.
const SECRET: usize = 32;
/// Octets of the random part; BR section 1.6.1 asks for 112 bits.
const RANDOM: usize = 16;
/// Octets of the expiry.
const EXPIRY: usize = 8;
const MAC: usize = 32;
/// What tells these tags from all others that the same secret may make.
const CONTEXT: &[u8] = b"libsmime mailbox challenge 1";

/// What an answer shall prove: that who has this key also reads the mail of this address, for this purpose.
///
/// The token is sent to the address and nowhere else, and comes back; nothing has to be kept in between but the authority's secret.
/// Within its time a token can be shown again, but only ever for the same address, key and purpose.
///
/// ```
/// use smime::{Code, Time, ca::Challenge, crypto::{KeyKind, PrivateKey}};
/// # let secret = [7; 32];
/// let now = Time::parse_rfc3339("2026-01-01T00:00:00Z")?;
/// let key = PrivateKey::generate(KeyKind::Ed25519)?;
/// let challenge = Challenge::new("alice@example.org", key.public_key(), "issue")?;
/// let token = challenge.token(&secret, now.plus_seconds(3600))?;
///
/// challenge.check(&secret, &token, now)?;
/// let other = Challenge::new("mallory@example.org", key.public_key(), "issue")?;
/// assert_eq!(other.check(&secret, &token, now).unwrap_err().code(), Code::AddrChallenge);
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Challenge {
    address: String,
    key_sha256: [u8; 32],
    purpose: String,
}

impl Challenge {
    /// What is to be proved. The purpose is the authority's own word, for example `issue` or `revoke`: a token for one is none for the other.
    ///
    /// # Errors
    /// [`Code::AddrMalformed`] where the address is none.
    pub fn new(address: &str, key: &PublicKey, purpose: &str) -> Result<Self> {
        let mut address = Mailbox::parse(address)?.to_string();
        if address.is_ascii() {
            // As addresses compare everywhere here.
            address.make_ascii_lowercase();
        }
        Ok(Self { address, key_sha256: cert::sha256(key.spki()), purpose: purpose.to_owned() })
    }

    /// A token to send to the address: 75 characters of URL-safe Base64. It is good up to this time; a day is the most that the BR allow.
    ///
    /// # Errors
    /// [`Code::UseArgument`] where the secret has fewer than 32 octets; [`Code::Internal`] where there are no random octets.
    pub fn token(&self, secret: &[u8], expires: Time) -> Result<String> {
        let mut random = [0; RANDOM];
        rng::fill(&mut random)?;
        let expiry = expires.unix().to_be_bytes();
        let tag = self.tag(secret, &expiry, &random)?;
        Ok(base64_simd::URL_SAFE_NO_PAD.encode_to_string([&expiry[..], &random, &tag].concat()))
    }

    /// Checks a token that came back at this time. Blanks and line ends around it do not matter.
    ///
    /// # Errors
    /// [`Code::AddrChallenge`] where it is no token for this challenge under this secret, [`Code::AddrChallengeExpired`] where it came too late;
    /// [`Code::UseArgument`] as in [`token`](Self::token).
    pub fn check(&self, secret: &[u8], token: &str, at: Time) -> Result<()> {
        let wrong = || Error::new(Code::AddrChallenge);
        let token = token.trim_ascii();
        if token.len() > 2 * (EXPIRY + RANDOM + MAC) {
            return Err(wrong());
        }
        let octets = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(token).map_err(|_| wrong())?;
        let (expiry, rest) = octets.split_first_chunk::<EXPIRY>().ok_or_else(wrong)?;
        let (random, tag) = rest.split_first_chunk::<RANDOM>().ok_or_else(wrong)?;
        if !constant_time_eq(&self.tag(secret, expiry, random)?, tag) {
            return Err(wrong());
        }
        // Only what was proved genuine is looked at.
        if i64::from_be_bytes(*expiry) < at.unix() { Err(Error::new(Code::AddrChallengeExpired)) } else { Ok(()) }
    }

    fn tag(&self, secret: &[u8], expiry: &[u8; EXPIRY], random: &[u8; RANDOM]) -> Result<Vec<u8>> {
        if secret.len() < SECRET {
            return Err(Error::new(Code::UseArgument).because(format!("the secret has fewer than {SECRET} octets")));
        }
        let mut mac = Hmac::new(DigestAlgorithm::Sha256, secret);
        // Each part with its length, so that no two challenges write the same octets.
        for part in [CONTEXT, expiry, random, &self.key_sha256, self.address.as_bytes(), self.purpose.as_bytes()] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        Ok(mac.finish().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{KeyKind, PrivateKey};

    const NOW: Time = Time::from_unix(1_800_000_000);
    const SECRET: [u8; 32] = [7; 32];

    fn challenge(address: &str, purpose: &str, key: &PrivateKey) -> Challenge {
        Challenge::new(address, key.public_key(), purpose).unwrap()
    }

    fn code(result: Result<()>) -> Option<Code> {
        result.err().map(|error| error.code())
    }

    #[test]
    fn a_token_proves_what_it_was_made_for_and_nothing_else() {
        let [key, other] = [0; 2].map(|_| PrivateKey::generate(KeyKind::Ed25519).unwrap());
        let asked = challenge("alice@example.org", "issue", &key);
        let token = asked.token(&SECRET, NOW).unwrap();
        assert!(token.len() == 75 && token.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_')));
        assert_ne!(token, asked.token(&SECRET, NOW).unwrap());
        for (at, found) in [(0, None), (-1_000_000, None), (1, Some(Code::AddrChallengeExpired))] {
            assert_eq!(code(asked.check(&SECRET, &token, NOW.plus_seconds(at))), found);
        }
        assert_eq!(code(challenge("Alice@EXAMPLE.org", "issue", &key).check(&SECRET, &format!(" {token}\r\n"), NOW)), None);
        for wrong in [
            challenge("bob@example.org", "issue", &key),
            challenge("alice@example.org", "revoke", &key),
            challenge("alice@example.org", "", &key),
            challenge("alice@example.org", "issue", &other),
        ] {
            assert_eq!(code(wrong.check(&SECRET, &token, NOW)), Some(Code::AddrChallenge));
        }
        assert_eq!(code(asked.check(&[8; 32], &token, NOW)), Some(Code::AddrChallenge));
        assert_eq!(code(asked.check(&SECRET, "", NOW)), Some(Code::AddrChallenge));
        assert_eq!(code(asked.check(&SECRET, &"A".repeat(1 << 20), NOW)), Some(Code::AddrChallenge));
        assert_eq!(code(asked.check(&[7; 31], &token, NOW)), Some(Code::UseArgument));
        assert_eq!(asked.token(&[], NOW).unwrap_err().code(), Code::UseArgument);
        assert_eq!(Challenge::new("alice", key.public_key(), "").unwrap_err().code(), Code::AddrMalformed);
    }

    proptest::proptest! {
        #[test]
        fn no_other_token_is_good(at in 0usize..75, letter in "[A-Za-z0-9_-]", cut in 0usize..75) {
            let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
            let asked = challenge("alice@example.org", "issue", &key);
            let token = asked.token(&SECRET, NOW).unwrap();
            let altered = format!("{}{letter}{}", &token[..at], &token[at + 1..]);
            proptest::prop_assert_eq!(asked.check(&SECRET, &altered, NOW).is_ok(), altered == token);
            proptest::prop_assert!(asked.check(&SECRET, &token[..cut], NOW).is_err());
        }

        #[test]
        fn never_panics(token: String) {
            let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
            proptest::prop_assert!(challenge("alice@example.org", "issue", &key).check(&SECRET, &token, NOW).is_err());
        }
    }
}
