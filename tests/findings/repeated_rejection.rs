//! A content key that could not be decrypted was replaced by another random one each time. Under CBC one in 256 of these passes for good, so
//! that trying the same message again told a wrong padding from a right one: the oracle of Bleichenbacher.

use smime::crypto::KeyKind;
use smime::{ContentCipher, KeyTransport};
use smime_tests::forge::{ENTITY, EnvelopeForge, recipient_with};

use crate::scene::Scene;

#[test]
fn trying_again_tells_nothing() {
    let scene = Scene::new();
    let bob = scene.pki.person("b@example.org", KeyKind::Rsa { bits: 2048 });
    let opener = scene.opener().identity(&bob);
    let good = EnvelopeForge::new(bob.certificate(), ContentCipher::Aes128Cbc, ENTITY);
    let name = KeyTransport::RsaPkcs1v15.algorithm_identifier();
    let outcome = |seed: u8| {
        let recipients = vec![recipient_with(bob.certificate(), &name, &[[0; 128], [seed; 128]].concat())];
        let opened = opener.open(&EnvelopeForge { recipients, ..good.clone() }.message());
        opened.map(|opened| opened.content().expect("content").to_vec()).map_err(|error| error.code())
    };
    // With a key drawn anew each of these would come out otherwise once in 256 times.
    for seed in 0..16 {
        let first = outcome(seed);
        assert!((0..100).all(|_| outcome(seed) == first), "{seed}");
    }
}
