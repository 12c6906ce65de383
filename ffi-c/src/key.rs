//! Private keys.

use std::ffi::c_char;

use smime::crypto::{KeyKind, PrivateKey};
use smime::identity::{KeyDerivation, KeyFile, encrypt_private_key, encrypt_private_key_with};
use smime::{Code, Error, Limits};

use crate::buffer::smime_buffer;
use crate::call;
use crate::constants as c;
use crate::error::smime_error;

/// A private key. Never changes; may be used from several threads. It is wiped when the last object that needs it ends.
pub struct smime_key(pub(crate) PrivateKey);

/// Makes a new key: "p256", "p384", "p521", "ed25519", "x25519", or "rsa-" and a number of bits, for example "rsa-3072".
/// Errors: SMIME_E_USE_ARGUMENT where there is no such kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_key_generate(kind: *const c_char, key: *mut *mut smime_key, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, key, || {
            let kind = KeyKind::from_name(call::text(kind)?).ok_or_else(|| call::wrong("there is no such kind of key"))?;
            PrivateKey::generate(kind).map(smime_key)
        })
    }
}

/// Reads the one private key in these octets: PKCS #8 (plain or encrypted), PKCS #1, SEC 1, in PEM or DER, or PKCS #12.
/// The password may be NULL.
/// Errors: SMIME_E_KEY_MISSING, SMIME_E_KEY_MALFORMED, SMIME_E_KEY_INVALID, SMIME_E_KEY_UNSUPPORTED, SMIME_E_USE_PASSWORD,
/// SMIME_E_KEY_PASSWORD_WRONG, SMIME_E_LIMIT_KDF; SMIME_E_USE_ARGUMENT where there are several.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_key_from_bytes(
    data: *const u8,
    length: usize,
    password: *const c_char,
    key: *mut *mut smime_key,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, key, || {
            let file = KeyFile::read(call::octets(data, length)?, call::optional_text(password)?, &Limits::default())?;
            let mut keys = file.keys();
            match (keys.next(), keys.next()) {
                (Some(only), None) => Ok(smime_key(only.clone())),
                (None, _) => Err(Error::new(Code::KeyMissing)),
                _ => Err(call::wrong("more than one private key where one is due")),
            }
        })
    }
}

/// The kind of the key, in the words of smime_key_generate. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_key_kind(key: *const smime_key, kind: *mut *mut smime_buffer, err: *mut *mut smime_error) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, kind, || Ok(smime_buffer::text(call::shared(key)?.0.kind().to_string()))) }
}

/// The key as PKCS #8 in PEM, encrypted with this password; with NULL it is not encrypted. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_key_to_pem(
    key: *const smime_key,
    password: *const c_char,
    pem: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, pem, || {
            let key = &call::shared(key)?.0;
            Ok(match call::optional_text(password)? {
                Some(password) => smime_buffer::text(smime::pem::encode("ENCRYPTED PRIVATE KEY", &encrypt_private_key(key, password)?)),
                None => smime_buffer::secret_text(smime::pem::encode("PRIVATE KEY", &key.to_pkcs8()?)),
            })
        })
    }
}

/// The key as PKCS #8 in PEM, encrypted with this password, by one of SMIME_KEY_DERIVATION_*. The buffer is text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_key_to_encrypted_pem(
    key: *const smime_key,
    password: *const c_char,
    derivation: i32,
    pem: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, pem, || {
            let encrypted = encrypt_private_key_with(&call::shared(key)?.0, call::text(password)?, key_derivation(derivation)?)?;
            Ok(smime_buffer::text(smime::pem::encode("ENCRYPTED PRIVATE KEY", &encrypted)))
        })
    }
}

/// One of SMIME_KEY_DERIVATION_*.
pub(crate) fn key_derivation(number: i32) -> Result<KeyDerivation, Error> {
    match number {
        c::SMIME_KEY_DERIVATION_PBKDF2 => Ok(KeyDerivation::Pbkdf2),
        c::SMIME_KEY_DERIVATION_SCRYPT => Ok(KeyDerivation::Scrypt),
        _ => Err(call::wrong(format!("there is no key derivation {number}"))),
    }
}

/// Ends a key. NULL is none. Objects that were made with it keep what they need.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_key_free(key: *mut smime_key) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(key) };
}
