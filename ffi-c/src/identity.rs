//! Private keys with their certificates.

use std::ffi::{c_char, c_void};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use smime::identity::{KeyDerivation, Pkcs12Profile};
use smime::{ExternalKey, Identity};

use crate::buffer::smime_buffer;
use crate::call;
use crate::certificate::smime_certificate;
use crate::certificates::smime_certificates;
use crate::constants as c;
use crate::error::smime_error;
use crate::external::{Keeper, smime_agree_fn, smime_destroy_fn, smime_sign_fn, smime_unwrap_fn};
use crate::key::{key_derivation, smime_key};

/// One or several private keys, each with its certificate, and the certificates between them and a root. Never changes; may
/// be used from several threads. Keys are wiped when the last object that needs them ends.
pub struct smime_identity(pub(crate) Identity);

/// Reads PKCS #12, or PEM with keys, certificates and chain in any order. The password may be NULL.
/// Errors: SMIME_E_KEY_MISSING, SMIME_E_KEY_CERTIFICATE_MISSING, SMIME_E_KEY_MISMATCH, SMIME_E_USE_PASSWORD,
/// SMIME_E_KEY_PASSWORD_WRONG, SMIME_E_PKCS12_MALFORMED, SMIME_E_PEM_MALFORMED, SMIME_E_KEY_MALFORMED, SMIME_E_KEY_INVALID,
/// SMIME_E_KEY_UNSUPPORTED, SMIME_E_CERT_MALFORMED, SMIME_E_ALG_UNSUPPORTED, SMIME_E_LIMIT_KDF, SMIME_E_LIMIT_BYTES.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_identity_from_bytes(
    data: *const u8,
    length: usize,
    password: *const c_char,
    identity: *mut *mut smime_identity,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, identity, || Identity::from_bytes(call::octets(data, length)?, call::optional_text(password)?).map(smime_identity))
    }
}

/// An identity from its parts. The chain may be NULL.
/// Errors: SMIME_E_KEY_MISMATCH where the key is not that of the certificate.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_identity_from_key(
    key: *const smime_key,
    certificate: *const smime_certificate,
    chain: *const smime_certificates,
    identity: *mut *mut smime_identity,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, identity, || {
            let (key, certificate) = (call::shared(key)?.0.clone(), call::shared(certificate)?.0.clone());
            Identity::from_parts(key, certificate, smime_certificates::optional(chain)).map(smime_identity)
        })
    }
}

/// An identity whose key stays with its keeper: a smart card, an HSM, a key service. The chain may be NULL, and so may each
/// callback: the key cannot do that then. The callbacks may run on every thread that uses the identity, several at the same time.
/// They must not let exceptions out.
///
/// On success the identity owns user: destroy (which may be NULL) is called with it once, when the last object that needs it ends.
/// On failure user stays the caller's and destroy is not called. Whether the key is that of the certificate shows when it is used.
/// Errors: those of the certificate's key, for example SMIME_E_KEY_UNSUPPORTED.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "a struct of callbacks could never grow without breaking the ABI")]
pub unsafe extern "C" fn smime_identity_from_external(
    certificate: *const smime_certificate,
    chain: *const smime_certificates,
    sign: smime_sign_fn,
    unwrap: smime_unwrap_fn,
    agree: smime_agree_fn,
    user: *mut c_void,
    destroy: smime_destroy_fn,
    identity: *mut *mut smime_identity,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, identity, || {
            let certificate = call::shared(certificate)?.0.clone();
            let keeper = Arc::new(Keeper { sign, unwrap, agree, destroy, user, owned: AtomicBool::new(false) });
            let key = Arc::clone(&keeper) as Arc<dyn ExternalKey>;
            let made = Identity::from_external(key, certificate, smime_certificates::optional(chain))?;
            keeper.owned.store(true, Ordering::Release);
            Ok(smime_identity(made))
        })
    }
}

/// The certificate that stands for this identity: the one that it signs with, else its first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_identity_certificate(
    identity: *const smime_identity,
    certificate: *mut *mut smime_certificate,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, certificate, || Ok(smime_certificate(call::shared(identity)?.0.certificate().clone()))) }
}

/// Every certificate that has its private key here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_identity_certificates(
    identity: *const smime_identity,
    certificates: *mut *mut smime_certificates,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, certificates, || {
            Ok(smime_certificates::of(call::shared(identity)?.0.pairs().map(|(_, certificate)| certificate.clone())))
        })
    }
}

/// The certificates that are no key's own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_identity_chain(
    identity: *const smime_identity,
    chain: *mut *mut smime_certificates,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, chain, || Ok(smime_certificates::of(call::shared(identity)?.0.chain().iter().cloned()))) }
}

/// One identity with the keys and certificates of both, each once, and these certificates besides in the chain: for example a key for
/// signing and one for encryption, with the authorities above them. The second identity and the chain may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_identity_join(
    first: *const smime_identity,
    second: *const smime_identity,
    chain: *const smime_certificates,
    identity: *mut *mut smime_identity,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, identity, || {
            let identities = std::iter::once(&call::shared(first)?.0).chain(second.as_ref().map(|second| &second.0));
            Identity::join(identities, &smime_certificates::optional(chain)).map(smime_identity)
        })
    }
}

/// The identity as PKCS #12 under this password, in the profile SMIME_PKCS12_COMPATIBLE.
/// Errors: SMIME_E_KEY_EXTERNAL_FAILED where a key does not leave its keeper.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_identity_to_pkcs12(
    identity: *const smime_identity,
    password: *const c_char,
    pkcs12: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::make(err, pkcs12, || Ok(smime_buffer::octets(call::shared(identity)?.0.to_pkcs12(call::text(password)?)?))) }
}

/// The identity as PKCS #12 under this password, in one of SMIME_PKCS12_*. Programs show the friendlyName; it may be NULL, then it is the
/// first address in the certificate, else the subject. With several keys the second and further ones get a number behind it.
/// Errors: SMIME_E_KEY_EXTERNAL_FAILED where a key does not leave its keeper.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_identity_to_pkcs12_profile(
    identity: *const smime_identity,
    password: *const c_char,
    profile: i32,
    friendly_name: *const c_char,
    pkcs12: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, pkcs12, || {
            let profile = match profile {
                c::SMIME_PKCS12_WINDOWS_LEGACY => Pkcs12Profile::WindowsLegacy,
                c::SMIME_PKCS12_COMPATIBLE => Pkcs12Profile::Compatible,
                c::SMIME_PKCS12_MODERN => Pkcs12Profile::Modern,
                _ => return Err(call::wrong(format!("there is no profile {profile} of PKCS #12"))),
            };
            let (password, friendly_name) = (call::text(password)?, call::optional_text(friendly_name)?);
            Ok(smime_buffer::octets(call::shared(identity)?.0.to_pkcs12_profile(password, profile, friendly_name)?))
        })
    }
}

/// The identity as PEM: each key as PKCS #8 with its certificates behind it, then the chain. The keys are encrypted with this password, by
/// one of SMIME_KEY_DERIVATION_*; with NULL they are not encrypted, and the derivation says nothing. The buffer is text.
/// Errors: SMIME_E_KEY_EXTERNAL_FAILED where a key does not leave its keeper.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_identity_to_pem(
    identity: *const smime_identity,
    password: *const c_char,
    derivation: i32,
    pem: *mut *mut smime_buffer,
    err: *mut *mut smime_error,
) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    unsafe {
        call::make(err, pem, || {
            let (identity, password) = (&call::shared(identity)?.0, call::optional_text(password)?);
            let derivation = if password.is_some() { key_derivation(derivation)? } else { KeyDerivation::default() };
            let mut text = identity.to_pem(password, derivation)?;
            Ok(smime_buffer::secret_text(std::mem::take(&mut *text)))
        })
    }
}

/// Ends an identity. NULL is none. Objects that were made with it keep what they need.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_identity_free(identity: *mut smime_identity) {
    // SAFETY: the pointers are what the header asks for.
    unsafe { call::release(identity) };
}
