//! The roots of Mozilla as NSS's library has them, read through PKCS #11.
//!
//! The library shows two kinds of objects: certificates, and for each of them a trust object of NSS's own with the same issuer and
//! serial number, which says what the certificate is trusted for.

use std::collections::HashMap;
use std::ffi::c_ulong;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, Result, RvError};
use cryptoki::object::{Attribute, AttributeType, ObjectClass};
use cryptoki::session::Session;
use smime::{Certificate, DigestAlgorithm};

/// The built-in roots of NSS, and p11-kit's module in their place.
const LIBRARIES: &[&str] = &["libnssckbi.so", "nss/libnssckbi.so", "pkcs11/p11-kit-trust.so"];
const FOLDERS: &[&str] = &["/usr/lib64", "/usr/lib", "/usr/local/lib"];

// From NSS's pkcs11n.h.
const CKO_NSS_TRUST: c_ulong = 0xce53_4353;
const CKA_NSS_EMAIL_DISTRUST_AFTER: c_ulong = 0xce53_4374;
const CKA_TRUST_EMAIL_PROTECTION: c_ulong = 0xce53_635b;
const CKA_CERT_SHA1_HASH: c_ulong = 0xce53_63b4;
const CKT_NSS_TRUSTED_DELEGATOR: c_ulong = 0xce53_4352;
const CKT_NSS_NOT_TRUSTED: c_ulong = 0xce53_435a;
/// CKA_CLASS of PKCS #11, for classes that are NSS's own.
const CKA_CLASS: c_ulong = 0;

/// The roots that a library trusts for e-mail.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) library: PathBuf,
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) unreadable: usize,
    /// The library stays loaded: NSPR leaves hooks with the thread, which would lead into nothing.
    _loaded: Pkcs11,
}

/// What was read. The lock also keeps two threads from initializing and finalizing the library under each other.
static FOUND: Mutex<Option<Arc<Found>>> = Mutex::new(None);

/// The roots of the first library that can be used. It is read once.
pub(crate) fn find() -> Option<Arc<Found>> {
    let mut known = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    if known.is_none() {
        *known = candidates().iter().filter_map(|path| of_the_system(path)).find_map(|path| read(path).ok()).map(Arc::new);
    }
    known.clone()
}

fn candidates() -> Vec<PathBuf> {
    let multiarch = multiarch().map(|name| format!("/usr/lib/{name}"));
    let folders: Vec<&str> = multiarch.as_deref().into_iter().chain(FOLDERS.iter().copied()).collect();
    let folders = folders.as_slice();
    LIBRARIES.iter().flat_map(|library| folders.iter().map(move |folder| Path::new(folder).join(library))).collect()
}

/// Debian's name for this kind of machine.
fn multiarch() -> Option<&'static str> {
    match std::env::consts::ARCH {
        "x86_64" => Some("x86_64-linux-gnu"),
        "x86" => Some("i386-linux-gnu"),
        "aarch64" => Some("aarch64-linux-gnu"),
        "arm" => Some("arm-linux-gnueabihf"),
        "riscv64" => Some("riscv64-linux-gnu"),
        "powerpc64" => Some("powerpc64le-linux-gnu"),
        "s390x" => Some("s390x-linux-gnu"),
        "loongarch64" => Some("loongarch64-linux-gnu"),
        _ => None,
    }
}

/// Where this file really is, if only root could have put it there and could have made its name point there.
fn of_the_system(path: &Path) -> Option<PathBuf> {
    let (folder, file) = (path.parent()?.canonicalize().ok()?, path.canonicalize().ok()?);
    let roots_alone = |step: &Path| step.symlink_metadata().is_ok_and(|facts| facts.uid() == 0 && facts.mode() & 0o022 == 0);
    (file.is_file() && folder.ancestors().chain(file.ancestors()).all(roots_alone)).then_some(file)
}

fn read(library: PathBuf) -> Result<Found> {
    let module = Pkcs11::new(&library)?;
    let is_ours = match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) => true,
        // The program itself uses the library, and will end that use.
        Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => false,
        Err(error) => return Err(error),
    };
    let objects = Objects::of(&module);
    if is_ours {
        // The objects have been copied: whether the library ends well is its own affair.
        let _ = module.clone().finalize();
    }
    let (certificates, unreadable) = crate::parsed(objects?.trusted_for_email());
    Ok(Found { library, certificates, unreadable, _loaded: module })
}

/// What certificates and trust objects meet in: the DER of issuer and serial number.
type Key = (Vec<u8>, Vec<u8>);

#[derive(Default)]
struct Objects {
    certificates: Vec<Entry>,
    trust: HashMap<Key, Vec<Trust>>,
}

struct Entry {
    key: Key,
    der: Vec<u8>,
    has_distrust_date: bool,
}

struct Trust {
    email: c_ulong,
    sha1: Option<Vec<u8>>,
}

impl Objects {
    /// Copies the objects of all tokens.
    fn of(module: &Pkcs11) -> Result<Self> {
        let mut objects = Self::default();
        for slot in module.get_slots_with_token()? {
            let session = module.open_ro_session(slot)?;
            objects.add_certificates(&session)?;
            objects.add_trust(&session)?;
        }
        Ok(objects)
    }

    fn add_certificates(&mut self, session: &Session) -> Result<()> {
        let distrust_date = AttributeType::VendorDefined(CKA_NSS_EMAIL_DISTRUST_AFTER);
        let wanted = [AttributeType::Issuer, AttributeType::SerialNumber, AttributeType::Value, distrust_date];
        for object in session.find_objects(&[Attribute::Class(ObjectClass::CERTIFICATE)])? {
            let attributes = Attributes(session.get_attributes(object, &wanted)?);
            if let (Some(key), Some(der)) = (attributes.key(), attributes.value()) {
                // One octet is the truth value false: there is no date.
                let has_distrust_date = attributes.own(CKA_NSS_EMAIL_DISTRUST_AFTER).is_some_and(|date| date.len() > 1);
                self.certificates.push(Entry { key, der, has_distrust_date });
            }
        }
        Ok(())
    }

    fn add_trust(&mut self, session: &Session) -> Result<()> {
        let [email, sha1] = [CKA_TRUST_EMAIL_PROTECTION, CKA_CERT_SHA1_HASH].map(AttributeType::VendorDefined);
        let wanted = [AttributeType::Issuer, AttributeType::SerialNumber, email, sha1];
        let class = Attribute::VendorDefined((AttributeType::VendorDefined(CKA_CLASS), CKO_NSS_TRUST.to_ne_bytes().to_vec()));
        for object in session.find_objects(&[class])? {
            let attributes = Attributes(session.get_attributes(object, &wanted)?);
            let email = attributes.own(CKA_TRUST_EMAIL_PROTECTION).and_then(|value| value.try_into().ok()).map(c_ulong::from_ne_bytes);
            if let (Some(key), Some(email)) = (attributes.key(), email) {
                let sha1 = attributes.own(CKA_CERT_SHA1_HASH).filter(|digest| !digest.is_empty()).map(<[u8]>::to_vec);
                self.trust.entry(key).or_default().push(Trust { email, sha1 });
            }
        }
        Ok(())
    }

    /// The DER of those that may issue certificates for e-mail. Where tokens contradict each other the one that distrusts is right.
    fn trusted_for_email(&self) -> impl Iterator<Item = &[u8]> {
        self.certificates.iter().filter(|entry| !entry.has_distrust_date && self.is_trusted(entry)).map(|entry| entry.der.as_slice())
    }

    fn is_trusted(&self, entry: &Entry) -> bool {
        let about = self.trust.get(&entry.key).map(Vec::as_slice).unwrap_or_default();
        let distrusted = about.iter().any(|trust| trust.email == CKT_NSS_NOT_TRUSTED);
        !distrusted && about.iter().any(|trust| trust.email == CKT_NSS_TRUSTED_DELEGATOR && trust.is_of(&entry.der))
    }
}

impl Trust {
    fn is_of(&self, der: &[u8]) -> bool {
        self.sha1.as_deref().is_none_or(|sha1| sha1 == DigestAlgorithm::Sha1.digest(der).as_ref())
    }
}

/// Attributes of one object.
struct Attributes(Vec<Attribute>);

impl Attributes {
    fn key(&self) -> Option<Key> {
        let issuer = self.0.iter().find_map(|attribute| if let Attribute::Issuer(issuer) = attribute { Some(issuer) } else { None });
        let serial = self.0.iter().find_map(|attribute| if let Attribute::SerialNumber(serial) = attribute { Some(serial) } else { None });
        Some((issuer?.clone(), serial?.clone()))
    }

    fn value(&self) -> Option<Vec<u8>> {
        self.0.iter().find_map(|attribute| if let Attribute::Value(value) = attribute { Some(value.clone()) } else { None })
    }

    /// An attribute that NSS has added to PKCS #11.
    fn own(&self, number: c_ulong) -> Option<&[u8]> {
        self.0.iter().find_map(|attribute| match attribute {
            Attribute::VendorDefined((AttributeType::VendorDefined(found), value)) if *found == number => Some(value.as_slice()),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests;
