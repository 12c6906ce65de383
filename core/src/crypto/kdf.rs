//! Derivation of keys from shared secrets and from passwords.

use zeroize::Zeroizing;

use crate::crypto::digest::{Digest, DigestAlgorithm, Hasher};
use crate::crypto::mac::Hmac;
use crate::crypto::{Backend, pure};
use crate::error::{Code, Error, Result};
use crate::limits::Limits;

#[cfg(feature = "aws-lc")]
use crate::crypto::aws;

/// The longest key that anything here derives, in octets: what HKDF has at most. No format asks for more than a few keys.
const LONGEST: usize = 255 * 64;

/// The key derivation function of ANSI X9.63, as key agreement in CMS uses it (RFC 5753 section 7.2, SEC 1 section 3.6.1).
///
/// # Errors
/// [`Code::UseArgument`] where more than 16 320 octets are asked for.
pub fn x963(digest: DigestAlgorithm, secret: &[u8], shared_info: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>> {
    let mut key = output(length)?;
    for (block, counter) in key.chunks_mut(digest.len()).zip(1u32..) {
        let mut hasher = Hasher::new(digest);
        hasher.update(secret);
        hasher.update(&counter.to_be_bytes());
        hasher.update(shared_info);
        fill(block, &Zeroizing::new(hasher.finish()));
    }
    Ok(key)
}

/// [`x963`] with SHA-224, which nothing else here uses: old mail that was encrypted by key agreement.
///
/// # Errors
/// As [`x963`].
pub fn x963_sha224(secret: &[u8], shared_info: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>> {
    let mut key = output(length)?;
    pure::x963_sha224(secret, shared_info, &mut key);
    Ok(key)
}

/// HKDF, extract and expand (RFC 5869), as RFC 8418 and RFC 9709 use it.
///
/// ```
/// use smime::crypto::{DigestAlgorithm, kdf};
/// let key = kdf::hkdf(DigestAlgorithm::Sha256, b"salt", b"secret", b"info", 16)?;
/// assert_eq!(key.len(), 16);
/// # Ok::<(), smime::Error>(())
/// ```
///
/// # Errors
/// [`Code::UseArgument`] where more than 16 320 octets are asked for, or more than 255 digests.
pub fn hkdf(digest: DigestAlgorithm, salt: &[u8], secret: &[u8], info: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>> {
    hkdf_with(Backend::default(), digest, salt, secret, info, length)
}

/// HKDF by this back end.
///
/// # Errors
/// As [`hkdf()`].
#[doc(hidden)]
pub fn hkdf_with(
    backend: Backend,
    digest: DigestAlgorithm,
    salt: &[u8],
    secret: &[u8],
    info: &[u8],
    length: usize,
) -> Result<Zeroizing<Vec<u8>>> {
    if length.div_ceil(digest.len()) > 255 {
        return Err(Error::new(Code::UseArgument).because("HKDF ends at 255 digests"));
    }
    let mut key = output(length)?;
    let mut extract = Hmac::with(backend, digest, salt);
    extract.update(secret);
    let pseudorandom = Zeroizing::new(extract.finish());
    let mut previous: Option<Zeroizing<Digest>> = None;
    for (block, counter) in key.chunks_mut(digest.len()).zip(1u8..=255) {
        let mut expand = Hmac::with(backend, digest, &pseudorandom);
        expand.update(previous.as_deref().map_or(&[], Digest::as_ref));
        expand.update(info);
        expand.update(&[counter]);
        let value = Zeroizing::new(expand.finish());
        fill(block, &value);
        previous = Some(value);
    }
    Ok(key)
}

/// PBKDF2 with HMAC over this digest (RFC 8018 section 5.2).
///
/// # Errors
/// [`Code::LimitKdf`] where the iterations exceed [`Limits::kdf_iterations`], before any work is done;
/// [`Code::AlgParameters`] where they are zero; [`Code::UseArgument`] where more than 16 320 octets are asked for.
pub fn pbkdf2(
    digest: DigestAlgorithm,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    length: usize,
    limits: &Limits,
) -> Result<Zeroizing<Vec<u8>>> {
    pbkdf2_with(Backend::default(), digest, password, salt, iterations, length, limits)
}

/// PBKDF2 by this back end.
///
/// # Errors
/// As [`pbkdf2()`].
#[doc(hidden)]
pub fn pbkdf2_with(
    backend: Backend,
    digest: DigestAlgorithm,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    length: usize,
    limits: &Limits,
) -> Result<Zeroizing<Vec<u8>>> {
    check_iterations(iterations, limits)?;
    let mut key = output(length)?;
    match backend {
        #[cfg(feature = "aws-lc")]
        Backend::AwsLc => aws::pbkdf2(digest, password, salt, iterations, &mut key)?,
        Backend::Pure => pure::pbkdf2(digest, password, salt, iterations, &mut key),
    }
    Ok(key)
}

/// scrypt (RFC 7914): `cost` is N, `block_size` is r, `parallelization` is p.
///
/// # Errors
/// [`Code::LimitKdf`] where the memory exceeds [`Limits::kdf_memory`] or the work that of [`Limits::kdf_iterations`],
/// before any is spent; [`Code::AlgParameters`] where the numbers are none that scrypt takes.
pub fn scrypt(
    password: &[u8],
    salt: &[u8],
    cost: u64,
    block_size: u32,
    parallelization: u32,
    length: usize,
    limits: &Limits,
) -> Result<Zeroizing<Vec<u8>>> {
    if cost < 2 || !cost.is_power_of_two() || block_size == 0 || parallelization == 0 || length == 0 {
        return Err(Error::new(Code::AlgParameters).because("scrypt takes no such numbers"));
    }
    let block = 128u64.saturating_mul(block_size.into());
    let memory = block.saturating_mul(cost).saturating_add(block.saturating_mul(parallelization.into()));
    // One unit of Salsa20/8 work is about that of one HMAC: 2 N r p mixings of 64 octets, counted in pairs.
    let work = cost.saturating_mul(block_size.into()).saturating_mul(parallelization.into());
    if memory > limits.kdf_memory || work > u64::from(limits.kdf_iterations).saturating_mul(4) {
        return Err(Error::new(Code::LimitKdf).because(format!("scrypt with N {cost}, r {block_size}, p {parallelization}")));
    }
    let mut key = output(length)?;
    pure::scrypt(password, salt, cost, block_size, parallelization, &mut key)?;
    Ok(key)
}

/// What a key of PKCS #12 is for (RFC 7292 appendix B.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Pkcs12Purpose {
    /// A key that encrypts.
    Encryption = 1,
    /// An initialisation vector.
    InitialisationVector = 2,
    /// A key that authenticates.
    Mac = 3,
}

/// The key derivation of PKCS #12 (RFC 7292 appendix B.2). The password is a BMPString with two final zero octets, or empty.
///
/// # Errors
/// As [`pbkdf2()`].
pub fn pkcs12_kdf(
    digest: DigestAlgorithm,
    purpose: Pkcs12Purpose,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    length: usize,
    limits: &Limits,
) -> Result<Zeroizing<Vec<u8>>> {
    check_iterations(iterations, limits)?;
    if salt.len().max(password.len()) > limits.element_bytes {
        return Err(Error::new(Code::LimitElement));
    }
    let mut key = output(length)?;
    let block_length = digest.block_length();
    let diversifier = [purpose as u8; 128];
    let diversifier = diversifier.get(..block_length).unwrap_or_default();
    let mut input = Zeroizing::new(Vec::new());
    for string in [salt, password] {
        let filled = string.len().next_multiple_of(block_length);
        input.extend(string.iter().cycle().take(filled));
    }
    for piece in key.chunks_mut(digest.len()) {
        let mut hasher = Hasher::new(digest);
        hasher.update(diversifier);
        hasher.update(&input);
        let mut value = Zeroizing::new(hasher.finish());
        for _ in 1..iterations {
            *value = digest.digest(&value);
        }
        fill(piece, &value);
        let mut addend = Zeroizing::new([0u8; 128]);
        for (to, from) in addend.iter_mut().zip(value.iter().cycle()).take(block_length) {
            *to = *from;
        }
        let addend = addend.get(..block_length).unwrap_or_default();
        input.chunks_exact_mut(block_length).for_each(|block| add_plus_one(block, addend));
    }
    Ok(key)
}

/// `block = block + addend + 1`, both big-endian of the same length, without the carry out.
fn add_plus_one(block: &mut [u8], addend: &[u8]) {
    let mut carry = 1u16;
    for (octet, add) in block.iter_mut().zip(addend).rev() {
        let [high, low] = u16::from(*octet).wrapping_add((*add).into()).wrapping_add(carry).to_be_bytes();
        *octet = low;
        carry = high.into();
    }
}

fn check_iterations(iterations: u32, limits: &Limits) -> Result<()> {
    match iterations {
        0 => Err(Error::new(Code::AlgParameters).because("no iterations")),
        _ if iterations > limits.kdf_iterations => Err(Error::new(Code::LimitKdf).because(format!("{iterations} iterations"))),
        _ => Ok(()),
    }
}

fn output(length: usize) -> Result<Zeroizing<Vec<u8>>> {
    if length > LONGEST {
        return Err(Error::new(Code::UseArgument).because(format!("a key of {length} octets")));
    }
    Ok(Zeroizing::new(vec![0; length]))
}

/// As many of these octets as there is room for.
fn fill(room: &mut [u8], octets: &[u8]) {
    for (to, from) in room.iter_mut().zip(octets) {
        *to = *from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::tests::{hex, octets};

    const PASSWORD: &str = "0073006500630072006500740000";

    /// The first of NIST's vectors for ANSI X9.63 (CAVS 12.0), and longer outputs by OpenSSL 3.0.
    #[test]
    fn x963_by_other_programs() {
        let cases = [
            (DigestAlgorithm::Sha1, "6beac0d8c10aa0362470a7a9b9ebfa01d578e82eed54367f38f62e8114fd82ad46"),
            (DigestAlgorithm::Sha256, "c498af77161cc59f2962b9a713e2b215152d139766ce34a776df11866a69bf2e52a13d9c7c6fc878c50c"),
            (
                DigestAlgorithm::Sha384,
                "5aaf37fafffe1857a9e90d62e11a71d6d12e2ab1eac864d14f8c9af4259bb6796bb847a78cf8d9696e3243a5e6e98133f68a825055d2",
            ),
            (DigestAlgorithm::Sha512, "72ca20c0d208d9aa6c76758d9ac54808481067a8f8c770e8443579b442db98d8"),
        ];
        let (secret, info) = (octets("22518b10e70f2a3f243810ae3254139efbee04aa57c7af7d"), octets("75eef81aa3041e33b80971203d2c0c52"));
        for (digest, expected) in cases {
            let key = x963(digest, &secret, &info, expected.len() / 2).unwrap();
            assert_eq!(hex(&key), expected, "{digest}");
        }
        assert!(x963(DigestAlgorithm::Sha256, &secret, &info, 0).unwrap().is_empty());
        assert_eq!(x963(DigestAlgorithm::Sha256, &secret, &info, LONGEST + 1).unwrap_err().code(), Code::UseArgument);
    }

    /// RFC 5869 appendix A.1.
    #[test]
    fn hkdf_of_the_rfc() {
        let (salt, info) = (octets("000102030405060708090a0b0c"), octets("f0f1f2f3f4f5f6f7f8f9"));
        let key = hkdf(DigestAlgorithm::Sha256, &salt, &[0x0b; 22], &info, 42).unwrap();
        assert_eq!(hex(&key), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    }

    /// RFC 6070, and the bounds.
    #[test]
    fn pbkdf2_of_the_rfc() {
        let limits = Limits { kdf_iterations: 4096, ..Limits::default() };
        for backend in Backend::ALL {
            let derive = |iterations| pbkdf2_with(*backend, DigestAlgorithm::Sha1, b"password", b"salt", iterations, 20, &limits);
            assert_eq!(hex(&derive(2).unwrap()), "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
            assert_eq!(hex(&derive(4096).unwrap()), "4b007901b765489abead49d926f721d065a429c1");
            assert_eq!(derive(4097).unwrap_err().code(), Code::LimitKdf);
            assert_eq!(derive(u32::MAX).unwrap_err().code(), Code::LimitKdf);
            assert_eq!(derive(0).unwrap_err().code(), Code::AlgParameters);
            assert!(pbkdf2_with(*backend, DigestAlgorithm::Sha512, b"p", b"s", 1, 0, &limits).unwrap().is_empty());
        }
    }

    #[test]
    fn the_two_back_ends_derive_the_same() {
        for digest in DigestAlgorithm::ALL {
            let derive = |backend| pbkdf2_with(backend, *digest, b"a password", b"some salt", 7, 90, &Limits::default()).unwrap();
            let keys: Vec<_> = Backend::ALL.iter().map(|backend| derive(*backend)).collect();
            assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "{digest}");
        }
    }

    /// RFC 7914 section 12, and the bounds.
    #[test]
    fn scrypt_of_the_rfc() {
        let limits = Limits::default();
        let key = scrypt(b"", b"", 16, 1, 1, 64, &limits).unwrap();
        assert!(hex(&key).starts_with("77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"));
        let key = scrypt(b"password", b"NaCl", 1024, 8, 16, 64, &limits).unwrap();
        assert!(hex(&key).starts_with("fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"));
        let code = |cost, block, parallel| scrypt(b"", b"", cost, block, parallel, 32, &limits).unwrap_err().code();
        for (cost, block, parallel) in [(0, 8, 1), (1, 8, 1), (1000, 8, 1), (1024, 0, 1), (1024, 8, 0)] {
            assert_eq!(code(cost, block, parallel), Code::AlgParameters, "{cost} {block} {parallel}");
        }
        for (cost, block, parallel) in [(1 << 63, 8, 1), (1 << 20, 8, 1), (2, u32::MAX, u32::MAX), (16, 1 << 20, 1), (1 << 15, 8, 1 << 20)]
        {
            assert_eq!(code(cost, block, parallel), Code::LimitKdf, "{cost} {block} {parallel}");
        }
    }

    /// Outputs by OpenSSL 3.0: SHA-256 over 2048 iterations and more than one block, SHA-1 over one, an empty password.
    #[test]
    fn pkcs12_by_other_programs() {
        let limits = Limits::default();
        let (password, salt) = (octets(PASSWORD), octets("0102030405060708"));
        let derive = |purpose| pkcs12_kdf(DigestAlgorithm::Sha256, purpose, &password, &salt, 2048, 50, &limits).unwrap();
        assert_eq!(
            hex(&derive(Pkcs12Purpose::Encryption)),
            "4f7075f15c384a1a7a76d6399764beabde936e35ce6285ef09fcffc12507f3c330ded34acff145d21ac3a5c59bcb986deebf"
        );
        assert_eq!(
            hex(&derive(Pkcs12Purpose::InitialisationVector)),
            "871f45a7df0245363fe2069c9c399545626682065a2d78a5c723b047f3797cca08238fd12401f7a0f1956e97b091f80b0d77"
        );
        assert_eq!(
            hex(&derive(Pkcs12Purpose::Mac)),
            "f5482fd03f702689b4e96cbbea867c6b16e5bda934929f2ecaf4da9e1c67be8f8dee9cfb585912e7ca73a160b53eaa43363f"
        );
        let key = pkcs12_kdf(DigestAlgorithm::Sha1, Pkcs12Purpose::Encryption, &password, &salt, 1, 24, &limits).unwrap();
        assert_eq!(hex(&key), "7dfb79be4aa7463b36d47deacb34d10e512b52982d1bffed");
        let key = pkcs12_kdf(DigestAlgorithm::Sha512, Pkcs12Purpose::Mac, b"", &salt, 3, 150, &limits).unwrap();
        assert!(hex(&key).starts_with("924a987061c993a81f245904a99f2fda295c1b48edfa65382540fe461acd92a75d7ab5be513f89efc15d6f79a2ef2966"));
        assert!(hex(&key).ends_with("7094645d8db5521b3cd2388d9c096ded8a6e82cd"));
    }

    #[test]
    fn pkcs12_has_bounds() {
        let limits = Limits { kdf_iterations: 100, element_bytes: 10, ..Limits::default() };
        let derive = |iterations, salt: &[u8]| {
            pkcs12_kdf(DigestAlgorithm::Sha1, Pkcs12Purpose::Mac, b"", salt, iterations, 20, &limits).map_err(|error| error.code())
        };
        assert_eq!(derive(101, b"").unwrap_err(), Code::LimitKdf);
        assert_eq!(derive(0, b"").unwrap_err(), Code::AlgParameters);
        assert_eq!(derive(1, &[0; 11]).unwrap_err(), Code::LimitElement);
        assert_eq!(derive(1, b"").unwrap().len(), 20);
    }
}
