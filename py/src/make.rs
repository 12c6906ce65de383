//! Signing and encrypting.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use smime::{Code, ContentCipher, DigestAlgorithm, Encryptor, Error, Signer, Time};

use crate::certificate::Certificate;
use crate::errors::{compute, raise, usage};
use crate::identity::{Identity, at_least_one};
use crate::limits::limits_of;
use crate::streams::{Output, ReadSeek, Source};

/// How to sign; the items of a dict.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct Signing<'py> {
    identities: Vec<Py<Identity>>,
    opaque: bool,
    digest: Option<String>,
    pss: bool,
    chain: bool,
    protect_headers: bool,
    at: Option<i64>,
    limits: Option<Bound<'py, PyDict>>,
}

impl Signing<'_> {
    fn signer(&self) -> PyResult<Signer> {
        let mut signer = Signer::new(&at_least_one(&self.identities)?.get().inner).limits(limits_of(self.limits.as_ref())?);
        for identity in self.identities.iter().skip(1) {
            signer = signer.also(&identity.get().inner);
        }
        if let Some(name) = &self.digest {
            signer = signer.digest(digest_of(name)?);
        }
        if let Some(at) = self.at {
            signer = signer.at(Time::from_unix(at));
        }
        let chosen = |wanted: bool, change: fn(Signer) -> Signer, signer: Signer| if wanted { change(signer) } else { signer };
        let signer = chosen(self.opaque, Signer::opaque, signer);
        let signer = chosen(self.pss, Signer::pss, signer);
        let signer = chosen(!self.chain, Signer::without_chain, signer);
        Ok(chosen(self.protect_headers, Signer::protect_headers, signer))
    }
}

fn digest_of(name: &str) -> PyResult<DigestAlgorithm> {
    match DigestAlgorithm::from_name(name) {
        Some(DigestAlgorithm::Sha1) => Err(usage("sha1 is for reading only")),
        Some(digest) => Ok(digest),
        None => Err(usage(&format!("there is no digest {name}"))),
    }
}

/// Signs a message; answers with it where no output is given.
#[pyo3::pyfunction]
pub(crate) fn sign<'py>(
    source: &Bound<'py, PyAny>,
    output: Option<&Bound<'py, PyAny>>,
    settings: &Bound<'py, PyDict>,
) -> PyResult<Option<Bound<'py, PyBytes>>> {
    let signer = settings.extract::<Signing<'_>>()?.signer()?;
    make(source, output, |message| signer.sign(message), |reader, output| signer.sign_from(reader, output))
}

/// How to encrypt; the items of a dict.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct Encrypting<'py> {
    recipients: Vec<(Py<Certificate>, Option<Vec<String>>)>,
    cipher: Option<String>,
    key_transport: Option<String>,
    protect_headers: bool,
    limits: Option<Bound<'py, PyDict>>,
}

impl Encrypting<'_> {
    fn encryptor(&self) -> PyResult<Encryptor> {
        let mut encryptor = Encryptor::new().limits(limits_of(self.limits.as_ref())?);
        for (certificate, capabilities) in &self.recipients {
            let certificate = &certificate.get().inner;
            encryptor = match capabilities {
                Some(capabilities) => encryptor.recipient_announcing(certificate, capabilities),
                None => encryptor.recipient(certificate),
            }
            .map_err(raise)?;
        }
        if let Some(name) = &self.cipher {
            encryptor = encryptor.cipher(cipher_of(name)?).map_err(raise)?;
        }
        match self.key_transport.as_deref() {
            None => {}
            Some("oaep") => encryptor = encryptor.key_transport_oaep(true),
            Some("pkcs1") => encryptor = encryptor.key_transport_oaep(false),
            Some(other) => return Err(usage(&format!("the key transport is oaep or pkcs1, not {other}"))),
        }
        Ok(if self.protect_headers { encryptor.protect_headers() } else { encryptor })
    }
}

fn cipher_of(name: &str) -> PyResult<ContentCipher> {
    match ContentCipher::from_name(name) {
        Some(cipher) => Ok(cipher),
        None if name == "chacha20-poly1305" => Err(raise(Error::new(Code::AlgUnsupported).because(name))),
        None => Err(usage(&format!("there is no cipher {name}"))),
    }
}

/// Encrypts a message; answers with it where no output is given.
#[pyo3::pyfunction]
pub(crate) fn encrypt<'py>(
    source: &Bound<'py, PyAny>,
    output: Option<&Bound<'py, PyAny>>,
    settings: &Bound<'py, PyDict>,
) -> PyResult<Option<Bound<'py, PyBytes>>> {
    let encryptor = settings.extract::<Encrypting<'_>>()?.encryptor()?;
    make(source, output, |message| encryptor.encrypt(message), |reader, output| encryptor.encrypt_from(reader, output))
}

/// Octets to octets in one call, everything else through a reader and a writer; without the interpreter lock.
fn make<'py>(
    source: &Bound<'py, PyAny>,
    output: Option<&Bound<'py, PyAny>>,
    whole: impl Fn(&[u8]) -> smime::Result<Vec<u8>> + Sync,
    streamed: impl Fn(&mut Box<dyn ReadSeek + '_>, &mut dyn std::io::Write) -> smime::Result<()> + Sync,
) -> PyResult<Option<Bound<'py, PyBytes>>> {
    let py = source.py();
    let made = match (Source::of(source)?, output) {
        (Source::Octets(message), None) => Some(compute(py, || whole(message))?),
        (input, output) => {
            let mut output = Output::of(output)?;
            compute(py, || output.filled_by(|output| streamed(&mut input.reader(), output)))?;
            output.into_memory()
        }
    };
    Ok(made.map(|octets| PyBytes::new(py, &octets)))
}
