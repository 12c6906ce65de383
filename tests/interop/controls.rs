//! The controls: readers that say yes to everything would make every table green.

use smime_tests::Tally;

use crate::case::{Case, Cipher, Digest, Encoding, Form, Key, Scheme, Sealing, Signing, Transport};
use crate::command::{command, run};
use crate::lab::Lab;
use crate::mail;
use crate::matrix::{Exchange, over};
use crate::peer::Peer;

const WORD: &[u8] = b"here is what you asked for";
const OTHER: &[u8] = b"here is what YOU asked for";

/// One case for each kind of key and form: enough to prove that the drivers do what they say.
fn samples() -> Vec<Case> {
    let mut samples = Vec::new();
    for encoding in Encoding::BOTH {
        for scheme in
            [Scheme::Pkcs1(Key::Rsa), Scheme::Pss(Key::Rsa), Scheme::Ecdsa(Key::P256), Scheme::Ecdsa(Key::P384), Scheme::Ecdsa(Key::P521)]
        {
            let digest = if scheme.key() == Key::P384 { Digest::Sha384 } else { Digest::Sha512 };
            for form in [Form::Clear, Form::Opaque] {
                samples.push(Case { signing: Some(Signing { form, scheme, digest }), sealing: None, encoding });
            }
        }
        let agreement = |key, kdf| Transport::Ecdh { key, kdf, cofactor: false };
        for transport in
            [Transport::Pkcs1, Transport::Oaep(Digest::Sha256), agreement(Key::P256, Digest::Sha256), agreement(Key::P521, Digest::Sha512)]
        {
            for cipher in [Cipher::Aes128Cbc, Cipher::Aes256Gcm] {
                samples.push(Case { signing: None, sealing: Some(Sealing { transport, cipher }), encoding });
            }
        }
    }
    samples
}

/// The peers among themselves: what one makes the other reads, unless it is known not to, and then it does not.
#[test]
fn the_drivers_agree_without_us() {
    let Some(lab) = Lab::shared() else { return };
    let exchange = Exchange { ours: &lab.ours, peers: &lab.peers, entity: mail::entity(), date: lab.pki.date.clone() };
    let mut tally = Tally::new("interop of the others");
    let outcomes = over(&samples(), |case| {
        let makers = lab.present().filter(|maker| maker.cannot_make(case).is_none());
        makers.flat_map(|maker| among_others(&lab, &exchange, maker, case)).collect::<Vec<_>>()
    });
    for (holds, what) in outcomes.into_iter().flatten() {
        tally.check(holds, || what);
    }
    tally.finish(if lab.is_complete() { 250 } else { 20 });
}

fn among_others(lab: &Lab, exchange: &Exchange<'_>, maker: &dyn Peer, case: &Case) -> Vec<(bool, String)> {
    let message = match maker.make(case, &exchange.entity, &exchange.date) {
        Ok(message) => message,
        Err(why) => return vec![(false, format!("{} does not make {case}: {why}", maker.name()))],
    };
    let readers = lab.present().filter(|reader| !lacks_salt(*reader, maker, case));
    readers
        .map(|reader| {
            let outcome = exchange.read_by(reader, case, &message);
            let holds = outcome.is_ok() || reader.cannot_read(case).is_some();
            (holds, format!("{} does not read {case} of {}: {outcome:?}", reader.name(), maker.name()))
        })
        .collect()
}

/// gpgsm takes PSS only with a salt as long as the digest; OpenSSL's is as long as fits.
fn lacks_salt(reader: &dyn Peer, maker: &dyn Peer, case: &Case) -> bool {
    let is_pss = case.signing.is_some_and(|signing| signing.scheme.is_pss());
    is_pss && reader.name() == "gpgsm" && maker.name() == "openssl cms"
}

/// Everybody, we too, must refuse what was altered or signed by a stranger.
#[test]
fn nobody_takes_what_is_forged() {
    let Some(lab) = Lab::shared() else { return };
    let mut tally = Tally::new("interop controls");
    let readers = || lab.present().chain([&lab.ours as &dyn Peer]);
    for (what, message) in forgeries(&lab) {
        for reader in readers() {
            let outcome = reader.verify(&message);
            tally.check(outcome.is_err(), || format!("{} takes {what}", reader.name()));
        }
    }
    let gcm =
        Case { signing: None, sealing: Some(Sealing { transport: Transport::Pkcs1, cipher: Cipher::Aes256Gcm }), encoding: Encoding::Der };
    let sealed = lab.ours.make(&gcm, &mail::entity(), &lab.pki.date).expect("an encrypted message");
    for at_end in [1, 100, 1000] {
        let mut cms = mail::layer(&sealed).expect("a layer").cms;
        let at = cms.len() - at_end;
        cms[at] ^= 1;
        let altered = mail::message(&mail::opaque(&cms, "authEnveloped-data"), &lab.pki.date);
        for reader in readers().filter(|reader| reader.cannot_read(&gcm).is_none()) {
            tally.check(reader.decrypt(&sealed, Key::Rsa).is_ok(), || format!("{} does not read what it must", reader.name()));
            tally.check(reader.decrypt(&altered, Key::Rsa).is_err(), || format!("{} takes an altered ciphertext", reader.name()));
        }
    }
    tally.finish(if lab.is_complete() { 50 } else { 10 });
}

/// Signed messages that nobody may take.
fn forgeries(lab: &Lab) -> Vec<(String, Vec<u8>)> {
    let (entity, date) = (mail::entity(), &lab.pki.date);
    let mut forgeries = Vec::new();
    for maker in lab.present().chain([&lab.ours as &dyn Peer]) {
        for form in [Form::Clear, Form::Opaque] {
            let signing = Signing { form, scheme: Scheme::Pkcs1(Key::Rsa), digest: Digest::Sha256 };
            let case = Encoding::BOTH
                .map(|encoding| Case { signing: Some(signing), sealing: None, encoding })
                .into_iter()
                .find(|case| maker.cannot_make(case).is_none())
                .expect("everybody signs");
            let good = maker.make(&case, &entity, date).expect("a signed message");
            let altered = match form {
                Form::Clear => replaced(&good),
                Form::Opaque => mail::message(&mail::opaque(&replaced(&mail::layer(&good).expect("a layer").cms), "signed-data"), date),
            };
            forgeries.push((format!("an altered message of {} ({case})", maker.name()), altered));
        }
    }
    for opaque in [&[][..], &["-nodetach"]] {
        let mut sign = command("openssl", ["cms", "-sign", "-md", "sha256", "-signer", "stranger-rsa.pem", "-inkey", "stranger-rsa.key"]);
        sign.current_dir(lab.pki.folder()).args(["-certfile", "other.pem"]).args(opaque);
        let signed = run(&mut sign, &entity).expect("a message of the stranger");
        forgeries.push((format!("a message of a stranger {opaque:?}"), mail::message(&signed, date)));
    }
    forgeries
}

fn replaced(octets: &[u8]) -> Vec<u8> {
    let at = memchr::memmem::find(octets, WORD).expect("the sentence in one piece");
    let mut altered = octets.to_vec();
    altered[at..at + WORD.len()].copy_from_slice(OTHER);
    altered
}
