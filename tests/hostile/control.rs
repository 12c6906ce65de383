//! Control messages, cut at each octet and with each bit flipped: no panic, and no other content passes as signed or authenticated.

use smime::crypto::{Curve, KeyKind};
use smime::report::Layer;
use smime::{ContentCipher, Encryptor, Identity, Opened, Opener, Report, Signer, Verdict};
use smime_tests::pki::Pki;

const MESSAGE: &[u8] = b"From: a@example.org\r\nContent-Type: text/plain\r\n\r\nOne line.\r\nAnother.\r\n";

struct Control {
    name: &'static str,
    message: Vec<u8>,
    opener: Opener,
    content: Vec<u8>,
    /// What the whole message is worth.
    verdict: Verdict,
}

fn control(name: &'static str, message: Vec<u8>, opener: &Opener) -> Control {
    let opened = opener.open(&message).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(opened.is_acceptable(), "{name}: {}", opened.report().to_json());
    let content = opened.content().expect("content").to_vec();
    Control { name, message, opener: opener.clone(), content, verdict: opened.verdict() }
}

fn encrypted(to: &Identity, cipher: ContentCipher, message: &[u8]) -> Vec<u8> {
    Encryptor::new()
        .recipient(to.certificate())
        .and_then(|e| e.cipher(cipher))
        .and_then(|e| e.encrypt(message))
        .expect("an encrypted message")
}

fn controls() -> Vec<Control> {
    let pki = Pki::new();
    let alice = pki.person("a@example.org", KeyKind::Ec(Curve::P256));
    let rsa = pki.person("b@example.org", KeyKind::Rsa { bits: 2048 });
    let curve = pki.person("c@example.org", KeyKind::Ec(Curve::P256));
    let opener = pki.opener().identity(&rsa).identity(&curve);
    let clear = Signer::new(&alice).at(pki.now).sign(MESSAGE).expect("a signature");
    let opaque = Signer::new(&alice).at(pki.now).opaque().sign(MESSAGE).expect("a signature");
    let nested = encrypted(&curve, ContentCipher::Aes128Gcm, &clear);
    vec![
        control("clear", clear, &opener),
        control("opaque", opaque, &opener),
        control("CBC", encrypted(&rsa, ContentCipher::Aes128Cbc, MESSAGE), &opener),
        control("GCM", encrypted(&rsa, ContentCipher::Aes256Gcm, MESSAGE), &opener),
        control("ECDH", encrypted(&curve, ContentCipher::Aes256Cbc, MESSAGE), &opener),
        control("nested", nested, &opener),
    ]
}

/// Whether each layer vouches for the content: it is signed, or the encryption authenticates.
fn is_vouched_for(report: &Report) -> bool {
    report.layers.iter().any(|layer| match layer {
        Layer::Signed(_) => true,
        Layer::Encrypted(encrypted) => encrypted.authenticated,
        _ => false,
    })
}

fn check(control: &Control, what: &str, opened: &Opened) {
    let Ok(content) = opened.content() else { return };
    if is_vouched_for(opened.report()) {
        assert!(content == control.content, "{} {what}: other content passed: {}", control.name, opened.report().to_json());
    } else {
        // Nothing vouches for it: the report has to say so.
        assert!(opened.report().has(smime::Code::EncNoIntegrity), "{} {what}: {}", control.name, opened.report().to_json());
        assert_ne!(opened.verdict(), Verdict::Valid, "{} {what}", control.name);
    }
}

#[test]
fn every_truncation_is_noticed() {
    for control in controls() {
        let mut accepted = 0;
        for length in 0..control.message.len() {
            if let Ok(opened) = control.opener.open(&control.message[..length]) {
                check(&control, &format!("cut to {length}"), &opened);
                accepted += usize::from(opened.is_acceptable());
            }
        }
        println!("RAN {}: {} truncations, {accepted} of them lack nothing but the last line ends", control.name, control.message.len());
        assert!(accepted <= 6, "{}: {accepted} truncations were accepted", control.name);
    }
}

#[test]
fn every_flipped_bit_is_noticed_or_harmless() {
    let workers: Vec<_> = controls().into_iter().map(|control| std::thread::spawn(move || flip_each_bit(&control))).collect();
    for worker in workers {
        worker.join().expect("no panic");
    }
}

fn flip_each_bit(control: &Control) {
    let mut message = control.message.clone();
    let (mut opened_all_the_same, mut refused) = (0, 0);
    for bit in 0..message.len() * 8 {
        message[bit / 8] ^= 1 << (bit % 8);
        match control.opener.open(&message) {
            Ok(opened) => {
                check(control, &format!("bit {bit}"), &opened);
                assert!(
                    opened.verdict() >= control.verdict || opened.content().is_ok_and(|content| content == control.content),
                    "{} bit {bit}",
                    control.name
                );
                opened_all_the_same += 1;
            }
            Err(_) => refused += 1,
        }
        message[bit / 8] ^= 1 << (bit % 8);
    }
    println!("RAN {}: {} flips, {refused} refused, {opened_all_the_same} opened and judged", control.name, message.len() * 8);
    assert!(refused > 0);
}
