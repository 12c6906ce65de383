//! Derivation of keys from shared secrets and from passwords.

use zeroize::{Zeroize, Zeroizing};

use crate::crypto::digest::{DigestAlgorithm, Hasher};
use crate::crypto::mac::Hmac;
use crate::crypto::{Backend, pure};
use crate::error::{Code, Error, Result};
use crate::limits::Limits;

#[cfg(feature = "aws-lc")]
use crate::crypto::aws;

/// The longest key that anything here derives, in octets. No format asks for more than a few keys at once.
const LONGEST: usize = 4096;

/// The key derivation function of ANSI X9.63, as key agreement in CMS uses it (RFC 5753 section 7.2, SEC 1 section 3.6.1).
///
/// # Errors
/// [`Code::UseArgument`] where more than 4096 octets are asked for.
pub fn x963(digest: DigestAlgorithm, secret: &[u8], shared_info: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>> {
    let mut key = output(length)?;
    for (block, counter) in key.chunks_mut(digest.len()).zip(1u32..) {
        let mut hasher = Hasher::new(digest);
        hasher.update(secret);
        hasher.update(&counter.to_be_bytes());
        hasher.update(shared_info);
        fill(block, &hasher.finish());
    }
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
/// [`Code::UseArgument`] where more than 4096 octets are asked for, or more than 255 digests.
pub fn hkdf(digest: DigestAlgorithm, salt: &[u8], secret: &[u8], info: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>> {
    hkdf_with(Backend::default(), digest, salt, secret, info, length)
}

/// HKDF by this back end.
///
/// # Errors
/// As [`hkdf`].
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
    let pseudorandom = extract.finish();
    let mut previous = None;
    for (block, counter) in key.chunks_mut(digest.len()).zip(1u8..=255) {
        let mut expand = Hmac::with(backend, digest, &pseudorandom);
        expand.update(previous.as_deref().unwrap_or_default());
        expand.update(info);
        expand.update(&[counter]);
        let value = expand.finish();
        fill(block, &value);
        previous = Some(value);
    }
    Ok(key)
}

/// PBKDF2 with HMAC over this digest (RFC 8018 section 5.2).
///
/// # Errors
/// [`Code::LimitKdf`] where the iterations exceed [`Limits::kdf_iterations`], before any work is done;
/// [`Code::AlgParameters`] where they are zero; [`Code::UseArgument`] where more than 4096 octets are asked for.
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
/// As [`pbkdf2`].
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
/// As [`pbkdf2`].
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
        let mut value = hasher.finish();
        for _ in 1..iterations {
            value = digest.digest(&value);
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
    carry.zeroize();
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
