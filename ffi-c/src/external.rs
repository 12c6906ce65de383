//! Keys that stay with their keeper: a smart card, an HSM, a key service, the key store of the operating system.

use std::ffi::{CStr, CString, c_char, c_void};
use std::sync::atomic::{AtomicBool, Ordering};

use smime::crypto::{DigestAlgorithm, KeyTransport, SignatureScheme};
use smime::{Code, Error, ExternalKey, Result};
use zeroize::Zeroizing;

use crate::{call, texts};

/// Octets that a callback has room for: four times what an RSA key of 4096 bits answers with, twice one of 16384.
const ROOM: usize = 4096;

/// How a callback is to sign or to decrypt. It lives as long as the callback runs.
pub struct smime_algorithm {
    name: CString,
    digest: Option<CString>,
    mgf_digest: Option<CString>,
    salt_length: i32,
    label: Vec<u8>,
    identifier: Vec<u8>,
}

/// Signs. The digest of the algorithm has been applied already: the octets are its value, except with "ed25519", where they are
/// the whole message. RSA with "rsassa-pkcs1-v1_5": make the DigestInfo, pad, sign. An ECDSA signature is a DER Ecdsa-Sig-Value.
/// The signature goes to where signature points, at most capacity octets (4096), its length to *length.
/// Answers 0; any other number makes the call fail with SMIME_E_KEY_EXTERNAL_FAILED, which names the number.
pub type smime_sign_fn = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        algorithm: *const smime_algorithm,
        digest: *const u8,
        digest_length: usize,
        signature: *mut u8,
        capacity: usize,
        length: *mut usize,
    ) -> i32,
>;

/// Decrypts a content-encryption key with an RSA key: "rsaes-pkcs1-v1_5" or "rsaes-oaep". The key goes to where key points, at
/// most capacity octets (4096), its length to *length.
/// Answers 0; SMIME_E_ENC_DECRYPT_FAILED where the padding is wrong, which nobody will learn: a random key is used then; any
/// other number where it fails.
pub type smime_unwrap_fn = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        algorithm: *const smime_algorithm,
        encrypted: *const u8,
        encrypted_length: usize,
        key: *mut u8,
        capacity: usize,
        length: *mut usize,
    ) -> i32,
>;

/// Agrees on a secret with this public key (an uncompressed or compressed SEC 1 point, or the 32 octets of X25519): the x
/// coordinate for a curve, as X25519 makes it for X25519. The secret goes to where secret points, at most capacity octets (4096), its
/// length to *length. Answers 0, or any other number where it fails.
pub type smime_agree_fn = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        peer: *const u8,
        peer_length: usize,
        secret: *mut u8,
        capacity: usize,
        length: *mut usize,
    ) -> i32,
>;

/// Ends what a user pointer points to. It is called once, by the thread that ends the last object which needs it.
pub type smime_destroy_fn = Option<unsafe extern "C" fn(user: *mut c_void)>;

/// The callbacks of a keeper with their user pointer.
pub(crate) struct Keeper {
    pub(crate) sign: smime_sign_fn,
    pub(crate) unwrap: smime_unwrap_fn,
    pub(crate) agree: smime_agree_fn,
    pub(crate) destroy: smime_destroy_fn,
    pub(crate) user: *mut c_void,
    /// Whether the user pointer belongs to us by now.
    pub(crate) owned: AtomicBool,
}

// SAFETY: the header asks for callbacks that may run on any thread, several at the same time.
unsafe impl Send for Keeper {}
// SAFETY: as above.
unsafe impl Sync for Keeper {}

impl Drop for Keeper {
    fn drop(&mut self) {
        if let Some(destroy) = self.destroy.filter(|_| self.owned.load(Ordering::Acquire)) {
            // SAFETY: nobody else has the keeper any more, so this is the one call.
            unsafe { destroy(self.user) };
        }
    }
}

impl ExternalKey for Keeper {
    fn sign_digest(&self, scheme: &SignatureScheme, digest: &[u8]) -> Result<Vec<u8>> {
        let Some(sign) = self.sign else { return Err(unable("it does not sign")) };
        let algorithm = smime_algorithm::of_scheme(scheme);
        // SAFETY: the callback does what its type says with this pointer; everything else outlives the call.
        let answer = answered("sign", |room, length| unsafe {
            sign(self.user, &raw const algorithm, digest.as_ptr(), digest.len(), room.as_mut_ptr(), room.len(), length)
        })?;
        Ok(answer.to_vec())
    }

    fn unwrap_key(&self, transport: &KeyTransport, encrypted_key: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let Some(unwrap) = self.unwrap else { return Err(unable("it does not decrypt")) };
        let algorithm = smime_algorithm::of_transport(transport);
        // SAFETY: the callback does what its type says with this pointer; everything else outlives the call.
        answered("unwrap", |room, length| unsafe {
            unwrap(self.user, &raw const algorithm, encrypted_key.as_ptr(), encrypted_key.len(), room.as_mut_ptr(), room.len(), length)
        })
    }

    fn agree(&self, peer_public: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let Some(agree) = self.agree else { return Err(unable("it does not agree on secrets")) };
        // SAFETY: the callback does what its type says with this pointer; everything else outlives the call.
        answered("agree", |room, length| unsafe {
            agree(self.user, peer_public.as_ptr(), peer_public.len(), room.as_mut_ptr(), room.len(), length)
        })
    }
}

/// What a callback wrote into the room that it was given.
fn answered(which: &str, call: impl FnOnce(&mut [u8], *mut usize) -> i32) -> Result<Zeroizing<Vec<u8>>> {
    let mut room = Zeroizing::new(vec![0; ROOM]);
    let mut length = 0;
    match call(&mut room, &raw mut length) {
        0 if length <= ROOM => {
            room.truncate(length);
            Ok(room)
        }
        0 => Err(unable(format!("the {which} callback wrote more than there was room for"))),
        number if number == Code::EncDecryptFailed.number() => Err(Code::EncDecryptFailed.into()),
        number => Err(unable(format!("the {which} callback answered {number}"))),
    }
}

fn unable(why: impl Into<String>) -> Error {
    Error::new(Code::KeyExternalFailed).because(why)
}

impl smime_algorithm {
    fn of_scheme(scheme: &SignatureScheme) -> Self {
        let (mgf_digest, salt_length) = match scheme {
            SignatureScheme::RsaPss { mgf_digest, salt_length, .. } => (Some(*mgf_digest), *salt_length),
            _ => (None, 0),
        };
        Self {
            name: texts::c_string(scheme.name()),
            digest: scheme.digest().map(digest_name),
            mgf_digest: mgf_digest.map(digest_name),
            salt_length: i32::try_from(salt_length).unwrap_or(i32::MAX),
            label: Vec::new(),
            identifier: scheme.algorithm_identifier(),
        }
    }

    fn of_transport(transport: &KeyTransport) -> Self {
        let (digests, label) = match transport {
            KeyTransport::RsaOaep { digest, mgf_digest, label } => (Some((*digest, *mgf_digest)), label.clone()),
            _ => (None, Vec::new()),
        };
        Self {
            name: texts::c_string(transport.name()),
            digest: digests.map(|(digest, _)| digest_name(digest)),
            mgf_digest: digests.map(|(_, mgf_digest)| digest_name(mgf_digest)),
            salt_length: 0,
            label,
            identifier: transport.algorithm_identifier(),
        }
    }
}

fn digest_name(digest: DigestAlgorithm) -> CString {
    texts::c_string(digest.name())
}

fn pointer(text: Option<&CString>) -> *const c_char {
    text.map_or(std::ptr::null(), |text| text.as_ptr())
}

/// "rsassa-pkcs1-v1_5", "rsassa-pss", "ecdsa", "ed25519", "rsaes-pkcs1-v1_5" or "rsaes-oaep". "" where algorithm is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_algorithm_name(algorithm: *const smime_algorithm) -> *const c_char {
    // SAFETY: the pointers are what the header asks for.
    call::value::<&CStr>(c"", || Ok(&unsafe { call::shared(algorithm) }?.name)).as_ptr()
}

/// The digest of the message, or with "rsaes-oaep" that of the label: "sha1", "sha256", "sha384" or "sha512". NULL where there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_algorithm_digest(algorithm: *const smime_algorithm) -> *const c_char {
    // SAFETY: the pointers are what the header asks for.
    call::value(std::ptr::null(), || Ok(pointer(unsafe { call::shared(algorithm) }?.digest.as_ref())))
}

/// The digest inside MGF1, with "rsassa-pss" and "rsaes-oaep". NULL where there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_algorithm_mgf_digest(algorithm: *const smime_algorithm) -> *const c_char {
    // SAFETY: the pointers are what the header asks for.
    call::value(std::ptr::null(), || Ok(pointer(unsafe { call::shared(algorithm) }?.mgf_digest.as_ref())))
}

/// Octets of the salt, with "rsassa-pss". Else 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_algorithm_salt_length(algorithm: *const smime_algorithm) -> i32 {
    // SAFETY: the pointers are what the header asks for.
    call::value(0, || Ok(unsafe { call::shared(algorithm) }?.salt_length))
}

/// The label of "rsaes-oaep", empty nearly always; its length goes to *length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_algorithm_label(algorithm: *const smime_algorithm, length: *mut usize) -> *const u8 {
    // SAFETY: the pointers are what the header asks for.
    call::value(std::ptr::null(), || unsafe { lend(&call::shared(algorithm)?.label, length) })
}

/// The AlgorithmIdentifier in DER; its length goes to *length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn smime_algorithm_identifier(algorithm: *const smime_algorithm, length: *mut usize) -> *const u8 {
    // SAFETY: the pointers are what the header asks for.
    call::value(std::ptr::null(), || unsafe { lend(&call::shared(algorithm)?.identifier, length) })
}

/// # Safety
/// `length` is NULL or points to a place for a number.
unsafe fn lend(octets: &[u8], length: *mut usize) -> Result<*const u8> {
    if length.is_null() {
        return Err(call::wrong("there is no place for the length"));
    }
    // SAFETY: not NULL; the rest by the contract of this function.
    unsafe { length.write(octets.len()) };
    Ok(octets.as_ptr())
}
