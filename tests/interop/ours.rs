//! libsmime behind the same verbs as the others. It sees whole messages, and opens all layers in one call.

use std::time::{SystemTime, UNIX_EPOCH};

use smime::report::Layer;
use smime::{Certificate, ContentCipher, DigestAlgorithm, Encryptor, Identity, Opener, Signer, Time, TrustStore, Verdict};

use crate::case::{self, Case, Digest, Encoding, Form, Key, Sealing, Signing, Transport};
use crate::mail;
use crate::peer::{Answer, Obstacle, Peer, check_marks};
use crate::pki::{PASSWORD, Pki};

pub(crate) struct Ours {
    alice: Vec<Identity>,
    bob: Vec<Identity>,
    trust: TrustStore,
    now: Time,
}

impl Ours {
    pub(crate) fn new(pki: &Pki) -> Self {
        let identity = |person: &str, key: Key| {
            let file = std::fs::read(pki.file(&format!("{person}-{}.p12", key.file()))).expect("a PKCS #12 file");
            Identity::from_pkcs12(&file, PASSWORD).expect("an identity")
        };
        let root = std::fs::read(pki.file("root.pem")).expect("the root");
        let root = Certificate::many(&root).expect("certificates").remove(0);
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs();
        Self {
            alice: Key::ALL.map(|key| identity("alice", key)).into(),
            bob: Key::ALL.map(|key| identity("bob", key)).into(),
            trust: TrustStore::builder().anchor(&root).build(),
            now: Time::from_unix(seconds as i64),
        }
    }

    /// Alice's signer with this key.
    pub(crate) fn signer(&self, key: Key) -> Signer {
        Signer::new(&self.alice[key as usize]).at(self.now)
    }

    /// An opener that trusts the root, without identities.
    pub(crate) fn opener(&self) -> Opener {
        Opener::new(&self.trust).at(self.now)
    }

    /// Bob with this key.
    pub(crate) fn bob(&self, key: Key) -> &Identity {
        &self.bob[key as usize]
    }

    fn signer_for(&self, signing: &Signing) -> Signer {
        let digest = DigestAlgorithm::from_name(signing.digest.name()).expect("a digest");
        let mut signer = self.signer(signing.scheme.key()).digest(digest);
        if signing.scheme.is_pss() {
            signer = signer.pss();
        }
        if signing.form == Form::Opaque {
            signer = signer.opaque();
        }
        signer
    }

    /// Opens a message and looks whether the layers are those expected.
    fn open(&self, message: &[u8], key: Option<Key>, encrypted: bool, signed: bool) -> Answer {
        let opener = key.into_iter().fold(self.opener(), |opener, key| opener.identity(self.bob(key)));
        let opened = opener.open(message).map_err(|error| error.to_string())?;
        let expected = if signed { Verdict::Valid } else { Verdict::Unsigned };
        let layers = &opened.report().layers;
        let found =
            (layers.iter().any(|layer| matches!(layer, Layer::Encrypted(_))), layers.iter().any(|layer| matches!(layer, Layer::Signed(_))));
        if opened.verdict() != expected || found != (encrypted, signed) {
            return Err(format!("{} in {} layers", opened.report().summary(), layers.len()));
        }
        let content = opened.content().map_err(|error| error.to_string())?;
        if mail::canonical(message) == message && mail::canonical(content) != content {
            return Err("line ends of the content are not what they were".into());
        }
        Ok(content.to_vec())
    }
}

impl Peer for Ours {
    fn name(&self) -> &'static str {
        "libsmime"
    }

    fn version(&self) -> String {
        format!("libsmime {}", env!("CARGO_PKG_VERSION"))
    }

    fn cannot_make(&self, case: &Case) -> Option<Obstacle> {
        let is_clear = case.sealing.is_none() && case.signing.is_some_and(|signing| signing.form == Form::Clear);
        if is_clear && case.encoding == Encoding::Ber {
            return Some(Obstacle::NoWay("a detached signature is small, and therefore always DER"));
        }
        match case.sealing?.transport {
            Transport::Oaep(digest) if digest != Digest::Sha256 => Some(Obstacle::NoWay("OAEP is written with SHA-256")),
            Transport::Ecdh { cofactor: true, .. } => {
                Some(Obstacle::NoWay("standard ECDH is written; with these curves the cofactor is 1"))
            }
            Transport::Ecdh { key, kdf, .. } if kdf != case::fitting(key) => {
                Some(Obstacle::NoWay("the key is derived with SHA-256 for P-256, SHA-384 for P-384, SHA-512 for P-521"))
            }
            _ => None,
        }
    }

    fn cannot_read(&self, case: &Case) -> Option<&'static str> {
        match case.sealing?.transport {
            Transport::Ecdh { kdf: Digest::Sha224, .. } => Some("it does not know SHA-224"),
            _ => None,
        }
    }

    fn sign(&self, message: &[u8], signing: &Signing, encoding: Encoding) -> Answer {
        let signer = self.signer_for(signing);
        if encoding == Encoding::Der {
            return signer.sign(message).map_err(|error| error.to_string());
        }
        let mut signed = Vec::new();
        let mut stream = signer.stream(&mut signed);
        message.chunks(1000).try_for_each(|piece| stream.push(piece)).and_then(|()| stream.finish()).map_err(|error| error.to_string())?;
        Ok(signed)
    }

    fn encrypt(&self, message: &[u8], sealing: &Sealing, encoding: Encoding) -> Answer {
        self.encrypted(message, sealing, encoding).map_err(|error| error.to_string())
    }

    fn verify(&self, message: &[u8]) -> Answer {
        self.open(message, None, false, true)
    }

    fn decrypt(&self, message: &[u8], key: Key) -> Answer {
        self.open(message, Some(key), true, false)
    }

    fn make(&self, case: &Case, entity: &[u8], date: &str) -> Answer {
        let mut made = mail::message(entity, date);
        if let Some(signing) = &case.signing {
            made = self.sign(&made, signing, case.encoding)?;
            check_marks(&made, &case::marks_of_signing(signing))?;
        }
        if let Some(sealing) = &case.sealing {
            made = self.encrypt(&made, sealing, case.encoding)?;
            check_marks(&made, &case::marks_of_sealing(sealing))?;
        }
        let found = mail::encoding(&mail::layer(&made)?.cms);
        if found == Some(case.encoding) { Ok(made) } else { Err(format!("asked for {}, got {found:?}", case.encoding)) }
    }

    fn read(&self, case: &Case, message: &[u8], _: &str) -> Answer {
        let key = case.sealing.map(|sealing| sealing.transport.key());
        self.open(message, key, case.sealing.is_some(), case.signing.is_some())
    }
}

impl Ours {
    fn encrypted(&self, message: &[u8], sealing: &Sealing, encoding: Encoding) -> smime::Result<Vec<u8>> {
        let bob = self.bob(sealing.transport.key()).certificate();
        let cipher = ContentCipher::from_name(sealing.cipher.name()).expect("a cipher");
        let oaep = matches!(sealing.transport, Transport::Oaep(_));
        let encryptor = Encryptor::new().recipient(bob)?.cipher(cipher)?.key_transport_oaep(oaep);
        if encoding == Encoding::Der {
            return encryptor.encrypt(message);
        }
        let mut encrypted = Vec::new();
        let mut stream = encryptor.stream(&mut encrypted)?;
        message.chunks(1000).try_for_each(|piece| stream.push(piece))?;
        stream.finish()?;
        Ok(encrypted)
    }
}
