//! One message for several recipients with different keys: what is there for one must not keep the other from reading.

use smime::{ContentCipher, Encryptor};
use smime_tests::Tally;

use crate::case::{Case, Cipher, Digest, Encoding, Key, Sealing, Transport};
use crate::command::{command, run};
use crate::lab::Lab;
use crate::mail;
use crate::matrix::Exchange;
use crate::peer::Peer;

/// What Bob's key of each kind has to do, in the case of the matrix that comes nearest.
fn cases(cipher: Cipher) -> [Case; 4] {
    let agreement = |key, kdf| Transport::Ecdh { key, kdf, cofactor: false };
    [Transport::Pkcs1, agreement(Key::P256, Digest::Sha256), agreement(Key::P384, Digest::Sha384), agreement(Key::P521, Digest::Sha512)]
        .map(|transport| Case { signing: None, sealing: Some(Sealing { transport, cipher }), encoding: Encoding::Der })
}

/// Why a reader does not get at its part, where that is known.
fn obstacle(reader: &dyn Peer, case: &Case) -> Option<&'static str> {
    let cannot_parse = ["openssl smime", "NSS cmsutil"].contains(&reader.name());
    let among_others = cannot_parse.then_some("it reads nothing where one of the recipients has an EC key");
    reader.cannot_read(case).or(among_others)
}

#[test]
fn each_of_several_recipients_reads() {
    let Some(lab) = Lab::shared() else { return };
    let exchange = Exchange { ours: &lab.ours, peers: &lab.peers, entity: mail::entity(), date: lab.pki.date.clone() };
    let mut tally = Tally::new("interop with several recipients");
    for cipher in [Cipher::Aes256Cbc, Cipher::Aes256Gcm] {
        let (ours, theirs) = (ours(&lab, &exchange, cipher), openssl(&lab, &exchange, cipher));
        for reader in lab.present().chain([&lab.ours as &dyn Peer]) {
            for case in cases(cipher) {
                let [ours, theirs] = [&ours, &theirs].map(|message| exchange.read_by(reader, &case, message));
                match obstacle(reader, &case) {
                    // A known weakness excuses us only where OpenSSL's message meets it too.
                    Some(reason) if ours.is_err() && theirs.is_err() => tally.skip(format!("{}: {reason}", reader.name())),
                    _ => {
                        let what = || format!("{} does not read {case} among others", reader.name());
                        tally.check(ours.is_ok(), || format!("{}: {ours:?}", what()));
                        tally.check(theirs.is_ok(), || format!("{} of OpenSSL: {theirs:?}", what()));
                    }
                }
            }
        }
    }
    tally.finish(if lab.is_complete() { 50 } else { 16 });
}

fn ours(lab: &Lab, exchange: &Exchange<'_>, cipher: Cipher) -> Vec<u8> {
    let cipher = ContentCipher::from_name(cipher.name()).expect("a cipher");
    let encryptor = Encryptor::new().cipher(cipher).expect("a cipher to write");
    let encryptor =
        Key::ALL.iter().fold(encryptor, |encryptor, key| encryptor.recipient(lab.ours.bob(*key).certificate()).expect("a recipient"));
    encryptor.encrypt(&mail::message(&exchange.entity, &exchange.date)).expect("an encrypted message")
}

fn openssl(lab: &Lab, exchange: &Exchange<'_>, cipher: Cipher) -> Vec<u8> {
    let mut encrypt = command("openssl", ["cms", "-encrypt", &format!("-{}", cipher.name())]);
    // OpenSSL's default derivation is with SHA-1, and it takes options for one recipient after -recip.
    for key in Key::ALL {
        encrypt.args(["-recip", &format!("bob-{}.pem", key.file())]);
    }
    mail::message(&run(encrypt.current_dir(lab.pki.folder()), &exchange.entity).expect("an encrypted message"), &exchange.date)
}
