//! MacData (RFC 7292 section 4, RFC 9579): what shows that password and file belong together.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::super::password::{Budget, Password};
use super::super::pbe::{Derivation, narrow, prf, string_octets};
use crate::asn1::{Reader, Tag, oid};
use crate::crypto::kdf::{self, Pkcs12Purpose};
use crate::crypto::{DigestAlgorithm, constant_time_eq, mac};
use crate::error::{Code, Error, Result};

/// The lengths that a key of PBMAC1 may have, octets: shorter ones can be guessed (RFC 9579 section 9), longer ones are
/// work for nothing. Bouncy Castle up to 1.86 wrote 256.
const MAC_KEY_LENGTHS: std::ops::RangeInclusive<u64> = 20..=1024;

pub(super) struct MacData<'a> {
    scheme: MacScheme<'a>,
    mac: Cow<'a, [u8]>,
}

enum MacScheme<'a> {
    /// HMAC under a key derived by RFC 7292 appendix B.
    Pkcs12 { digest: DigestAlgorithm, salt: Cow<'a, [u8]>, iterations: u64 },
    /// PBMAC1 of RFC 8018; the salt and the iterations of MacData itself mean nothing.
    Pbmac1 { derivation: Derivation<'a>, digest: DigestAlgorithm, key_length: usize },
}

impl<'a> MacData<'a> {
    pub(super) fn read(mut mac_data: Reader<'a>) -> Result<Self> {
        let mut digest_info = mac_data.sequence()?;
        let mut algorithm = digest_info.sequence()?;
        let identifier = algorithm.oid()?;
        let mac = string_octets(digest_info.element()?)?;
        digest_info.finish()?;
        let salt = string_octets(mac_data.element()?)?;
        let iterations = mac_data.optional(Tag::INTEGER)?.map_or(Ok(1), |element| element.unsigned())?;
        mac_data.finish()?;
        let scheme = if identifier == oid::ID_PBMAC1 {
            MacScheme::pbmac1(algorithm.sequence()?)?
        } else {
            let digest = DigestAlgorithm::from_oid(identifier);
            let digest = digest.ok_or_else(|| Error::new(Code::AlgUnsupported).because(format!("the MAC digest {identifier}")))?;
            MacScheme::Pkcs12 { digest, salt, iterations }
        };
        if mac.len() != scheme.digest().len() {
            return Err(Error::new(Code::Pkcs12Malformed).because(format!("a MAC of {} octets", mac.len())));
        }
        Ok(Self { scheme, mac })
    }

    /// Whether the MAC over this content fits the password, compared in constant time.
    pub(super) fn verify(&self, content: &[u8], password: Password<'_>, budget: &mut Budget<'_>) -> Result<()> {
        let fits = |key: &[u8]| constant_time_eq(&mac::hmac(self.scheme.digest(), key, content), &self.mac);
        let verified = match &self.scheme {
            MacScheme::Pbmac1 { derivation, key_length, .. } => fits(&derivation.derive(password.utf8(), *key_length, budget)?),
            MacScheme::Pkcs12 { digest, salt, iterations } => {
                let mut verified = false;
                for form in password.pkcs12_forms() {
                    if fits(&derive(*digest, &form, salt, *iterations, budget)?) {
                        verified = true;
                        break;
                    }
                }
                verified
            }
        };
        if verified { Ok(()) } else { Err(Error::new(Code::KeyPasswordWrong)) }
    }
}

/// The MAC key, as long as the digest (RFC 7292 appendix B.4).
fn derive(digest: DigestAlgorithm, password: &[u8], salt: &[u8], iterations: u64, budget: &mut Budget<'_>) -> Result<Zeroizing<Vec<u8>>> {
    budget.charge(iterations)?;
    kdf::pkcs12_kdf(digest, Pkcs12Purpose::Mac, password, salt, narrow(iterations)?, digest.len(), budget.limits())
}

impl<'a> MacScheme<'a> {
    /// PBMAC1-params (RFC 8018 appendix A.5).
    fn pbmac1(mut parameters: Reader<'a>) -> Result<Self> {
        let derivation = Derivation::read(parameters.sequence()?)?;
        let digest = prf(parameters.sequence()?.oid()?)?;
        parameters.finish()?;
        let length = derivation.length().filter(|length| MAC_KEY_LENGTHS.contains(length));
        let key_length = length.and_then(|length| usize::try_from(length).ok());
        let key_length = key_length.ok_or_else(|| Error::new(Code::AlgParameters).because("the length of the PBMAC1 key"))?;
        Ok(Self::Pbmac1 { derivation, digest, key_length })
    }

    fn digest(&self) -> DigestAlgorithm {
        match self {
            Self::Pkcs12 { digest, .. } | Self::Pbmac1 { digest, .. } => *digest,
        }
    }
}
