//! Other people's S/MIME, each behind the same four verbs.

mod bouncy;
mod gpgsm;
mod nss;
mod openssl;

use bouncy::BouncyCastle;
use gpgsm::Gpgsm;
use nss::Nss;
use openssl::OpenSsl;

use crate::case::{self, Case, Encoding, Form, Key, Sealing, Signing};
use crate::mail;
use crate::pki::Pki;

/// Why a peer does not serve a case.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Obstacle {
    /// Its interface has no way to ask for it.
    NoWay(&'static str),
    /// It is asked, and says no; a later version may say yes.
    Refuses(&'static str),
}

impl Obstacle {
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Obstacle::NoWay(reason) | Obstacle::Refuses(reason) => reason,
        }
    }
}

/// Octets, or why there are none.
pub(crate) type Answer = Result<Vec<u8>, String>;

/// A program or library that signs, verifies, encrypts and decrypts. Entities and messages go in and out; Alice signs, Bob receives.
pub(crate) trait Peer: Send + Sync {
    fn name(&self) -> &'static str;

    fn version(&self) -> String;

    /// Why it cannot make this case, where that is known.
    fn cannot_make(&self, case: &Case) -> Option<Obstacle>;

    /// Why it cannot read this case, where that is known.
    fn cannot_read(&self, case: &Case) -> Option<&'static str>;

    /// The signed entity around this entity.
    fn sign(&self, entity: &[u8], signing: &Signing, encoding: Encoding) -> Answer;

    /// The encrypted entity around this entity.
    fn encrypt(&self, entity: &[u8], sealing: &Sealing, encoding: Encoding) -> Answer;

    /// What a signed message protects. Fails unless the signature and the path to the root are good.
    fn verify(&self, message: &[u8]) -> Answer;

    /// What an encrypted message holds for Bob, who has this kind of key.
    fn decrypt(&self, message: &[u8], key: Key) -> Answer;

    /// A whole message for a case.
    fn make(&self, case: &Case, entity: &[u8], date: &str) -> Answer {
        let mut made = entity.to_vec();
        if let Some(signing) = &case.signing {
            made = self.sign(&made, signing, self.inner_encoding(case))?;
            check_marks(&made, &case::marks_of_signing(signing))?;
        }
        if let Some(sealing) = &case.sealing {
            made = self.encrypt(&made, sealing, case.encoding)?;
            check_marks(&made, &case::marks_of_sealing(sealing))?;
        }
        let made = mail::message(&made, date);
        let found = mail::encoding(&mail::layer(&made)?.cms);
        if found == Some(case.encoding) { Ok(made) } else { Err(format!("asked for {}, got {found:?}", case.encoding)) }
    }

    /// The encoding of the signature: that of the case, unless it stands inside encryption and this peer has the other one only.
    fn inner_encoding(&self, case: &Case) -> Encoding {
        let has_it = self.cannot_make(&Case { sealing: None, ..*case }).is_none();
        match case.encoding {
            encoding if case.sealing.is_none() || has_it => encoding,
            Encoding::Der => Encoding::Ber,
            Encoding::Ber => Encoding::Der,
        }
    }

    /// The content of a message made for a case.
    fn read(&self, case: &Case, message: &[u8], date: &str) -> Answer {
        match (case.sealing, case.signing) {
            (Some(sealing), Some(_)) => self.verify(&mail::message(&self.decrypt(message, sealing.transport.key())?, date)),
            (Some(sealing), None) => self.decrypt(message, sealing.transport.key()),
            (None, _) => self.verify(message),
        }
    }
}

/// Whether a layer has the algorithms that were asked for: an option that a peer ignores would make a row of the table a lie.
pub(crate) fn check_marks(entity: &[u8], marks: &[&str]) -> Result<(), String> {
    let cms = mail::layer(entity)?.cms;
    match marks.iter().find(|mark| !mail::contains(&cms, &smime_tests::hex(mark))) {
        None => Ok(()),
        Some(mark) => Err(format!("what was made does not have the object identifier {mark}")),
    }
}

/// A peer by its name, or why it is not there.
pub(crate) type Present = (&'static str, Result<Box<dyn Peer>, String>);

/// The peers to test with.
pub(crate) fn all(pki: &Pki) -> Vec<Present> {
    fn boxed<P: Peer + 'static>(peer: Result<P, String>) -> Result<Box<dyn Peer>, String> {
        peer.map(|peer| Box::new(peer) as Box<dyn Peer>)
    }
    type Start = fn(&Pki) -> Result<Box<dyn Peer>, String>;
    let starts: [(&'static str, Start); 5] = [
        ("openssl cms", |pki| boxed(OpenSsl::cms(pki))),
        ("openssl smime", |pki| boxed(OpenSsl::smime(pki))),
        ("gpgsm", |pki| boxed(Gpgsm::new(pki))),
        ("NSS cmsutil", |pki| boxed(Nss::new(pki))),
        ("Bouncy Castle", |pki| boxed(BouncyCastle::new(pki))),
    ];
    std::thread::scope(|scope| {
        let started = starts.map(|(name, start)| (name, scope.spawn(move || start(pki))));
        started.into_iter().map(|(name, peer)| (name, peer.join().expect("a peer that starts"))).collect()
    })
}

/// Whether a case has a clear signature outermost, whose CMS is small and written in DER by those who have a choice.
fn is_clear(case: &Case) -> bool {
    case.sealing.is_none() && case.signing.is_some_and(|signing| signing.form == Form::Clear)
}
