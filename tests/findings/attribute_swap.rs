//! Signed attributes passed off as content were noticed inside SignedData alone, not as the first part of a multipart/signed and
//! not beside a detached signature.

use smime::crypto::ToBeSigned;
use smime::{Code, Verdict};
use smime_tests::forge::{ENTITY, SignedForge, SignerForge, multipart_signed};

use crate::scene::{Scene, assert_refused};

/// The encoding of attributes that Alice signed, and a detached SignedData that takes her signature for one over this as content.
fn forged(scene: &Scene) -> (Vec<u8>, Vec<u8>) {
    let signer = SignerForge::new(&scene.alice, ENTITY);
    let content = signer.to_be_signed();
    let signature = signer.key.sign(&signer.scheme, ToBeSigned::Message(&content)).expect("a signature");
    let forged = SignerForge { attributes: None, signature: Some(signature), content: content.clone(), ..signer };
    (content, SignedForge::new(None, &[&forged], &scene.chain()).der())
}

#[test]
fn in_a_multipart_signed() {
    let scene = Scene::new();
    let (content, cms) = forged(&scene);
    // No line end that would be made CRLF: the digest of this content has none.
    assert!(!content.contains(&b'\n'));
    let message = multipart_signed(&content, &cms);
    assert_refused(&scene.opener().open(&message).expect("a message"), Code::SigAttributeSwap, Verdict::Invalid);
    let mut stream = scene.opener().stream();
    message.chunks(1).for_each(|octet| stream.push(octet).expect("an octet"));
    assert_refused(&stream.finish().expect("a message"), Code::SigAttributeSwap, Verdict::Invalid);
}

#[test]
fn beside_a_detached_signature() {
    let scene = Scene::new();
    let (content, cms) = forged(&scene);
    assert_refused(&scene.opener().open_detached(&cms, &content).expect("a message"), Code::SigAttributeSwap, Verdict::Invalid);
    let report = scene.opener().examine_detached(&cms, &mut content.as_slice()).expect("a report");
    assert!(report.has(Code::SigAttributeSwap) && report.verdict == Verdict::Invalid, "{}", report.to_json());
}
