//! MIME made to deceive or to exhaust, and MIME that is odd but must be read.

use std::fmt::Write as _;

use smime::crypto::{Curve, KeyKind};
use smime::{Code, Identity, Limits, Opened, Opener, Signer, Verdict};
use smime_tests::forge::{ENTITY, OUTER, SignedForge, SignerForge, base64, multipart_signed, pkcs7_mime, signature_part};
use smime_tests::pki::Pki;

struct Scene {
    pki: Pki,
    alice: Identity,
}

impl Scene {
    fn new() -> Self {
        let pki = Pki::new();
        let alice = pki.person("a@example.org", KeyKind::Ec(Curve::P256));
        Self { pki, alice }
    }

    fn cms(&self, entity: &[u8], content: Option<&[u8]>) -> Vec<u8> {
        SignedForge::new(content, &[&SignerForge::new(&self.alice, entity)], &[self.pki.issuing.certificate()]).der()
    }

    fn clear(&self) -> String {
        String::from_utf8(multipart_signed(ENTITY, &self.cms(ENTITY, None))).expect("text")
    }

    /// A clear-signed entity without the outer header.
    fn clear_entity(&self) -> String {
        let clear = self.clear();
        clear[clear.find("Content-Type: multipart/signed").expect("a header")..].to_owned()
    }

    fn opener(&self) -> Opener {
        self.pki.opener()
    }

    fn open(&self, message: &[u8]) -> Opened {
        self.opener().open(message).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(message)))
    }

    fn valid(&self, message: &[u8]) {
        drop(self.open_valid(message));
    }

    fn open_valid(&self, message: &[u8]) -> Opened {
        let opened = self.open(message);
        assert_eq!(opened.verdict(), Verdict::Valid, "{}\n{}", opened.report().to_json(), String::from_utf8_lossy(message));
        assert_eq!(opened.content().expect("content"), ENTITY);
        opened
    }

    fn code(&self, message: &[u8]) -> Code {
        self.opener().open(message).err().expect("an error").code()
    }
}

fn mixed(parts: &[&str]) -> String {
    let mut message = format!("{OUTER}Content-Type: multipart/mixed; boundary=m\r\n\r\n");
    parts.iter().for_each(|part| write!(message, "--m\r\n{part}\r\n").expect("a string"));
    message + "--m--\r\n"
}

/// The message with another boundary; in its base64 the old one may stand by chance.
fn with_boundary(message: &str, boundary: &str) -> String {
    message.replace("boundary=b1", &format!("boundary={boundary}")).replace("--b1", &format!("--{boundary}"))
}

const FOOTER: &str = "Content-Type: text/plain\r\n\r\nlist footer\r\n";

#[test]
fn line_ends_may_be_lf() {
    let scene = Scene::new();
    let clear = scene.clear();
    scene.valid(clear.as_bytes());
    scene.valid(clear.replace("\r\n", "\n").as_bytes());
    let opaque = String::from_utf8(pkcs7_mime("signed-data", &scene.cms(ENTITY, Some(ENTITY)))).expect("text");
    scene.valid(opaque.replace("\r\n", "\n").as_bytes());
    let mut stream = scene.opener().stream();
    clear.replace("\r\n", "\n").as_bytes().chunks(1).for_each(|octet| stream.push(octet).expect("an octet"));
    assert_eq!(stream.finish().expect("a message").verdict(), Verdict::Valid);
}

#[test]
fn every_transfer_encoding_and_every_name_of_the_type_is_read() {
    let scene = Scene::new();
    let cms = scene.cms(ENTITY, Some(ENTITY));
    let message =
        |kind: &str, encoding: &str, body: &[u8]| [format!("{OUTER}Content-Type: {kind}\r\n{encoding}\r\n").as_bytes(), body].concat();
    let kind = "application/pkcs7-mime; smime-type=signed-data";
    scene.valid(&message(kind, "Content-Transfer-Encoding: base64\r\n", &base64(&cms)));
    scene.valid(&message(kind, "Content-Transfer-Encoding: BASE64 (the usual)\r\n", &base64(&cms)));
    scene.valid(&message(kind, "Content-Transfer-Encoding: binary\r\n", &cms));
    scene.valid(&message(kind, "Content-Transfer-Encoding: 8bit\r\n", &cms));
    scene.valid(&message(kind, "", &cms));
    let hexadecimal: String =
        cms.chunks(20).map(|line| line.iter().map(|octet| format!("={octet:02X}")).collect::<String>() + "=\r\n").collect();
    scene.valid(&message(kind, "Content-Transfer-Encoding: quoted-printable\r\n", hexadecimal.as_bytes()));
    for kind in [
        "application/pkcs7-mime",
        "application/x-pkcs7-mime; name=smime.p7m",
        "Application/PKCS7-MIME; SMIME-Type=Signed-Data",
        "application/octet-stream; name=\"smime.p7m\"",
        "application/octet-stream\r\nContent-Disposition: attachment; filename=SMIME.P7M",
        "application/pkcs7-mime (it (really) is); smime-type=\"signed-data\"",
    ] {
        scene.valid(&message(kind, "Content-Transfer-Encoding: base64\r\n", &base64(&cms)));
    }
    assert_eq!(scene.code(&message("application/octet-stream; name=a.bin", "", &cms)), Code::MimeNotSmime);
    assert_eq!(scene.code(&message(kind, "Content-Transfer-Encoding: uuencode\r\n", &cms)), Code::MimeTransferEncoding);
    assert_eq!(scene.code(&message(kind, "Content-Transfer-Encoding: base64\r\n", b"MII!\r\n")), Code::MimeTransferEncoding);
}

#[test]
fn parameters_may_be_continued_and_encoded() {
    let scene = Scene::new();
    let good = "protocol=\"application/pkcs7-signature\"; micalg=sha-256; boundary=b1";
    for parameters in [
        "protocol*0=\"application/\"; protocol*1=\"pkcs7-signature\"; micalg=sha-256; boundary=b1",
        "protocol=\"application/pkcs7-signature\"; micalg*=us-ascii'en'sha-256; boundary*0=b; boundary*1=1",
        "PROTOCOL=\"application/pkcs7-signature\";\r\n\tmicalg=\"sha-256\" (a hint) ;\r\n boundary=\"b1\"",
        "protocol*0*=utf-8''application%2F; protocol*1=pkcs7-signature; micalg=sha-256; boundary=b1",
    ] {
        scene.valid(scene.clear().replace(good, parameters).as_bytes());
    }
    let twice = scene.open(scene.clear().replace("boundary=b1", "boundary=b1; boundary=b2").as_bytes());
    assert!(twice.report().has(Code::SigMimeAmbiguous), "{}", twice.report().to_json());
    let many: String = (0..10_000).fold(String::new(), |all, index| all + &format!("; x{index}=y"));
    let code = scene.code(scene.clear().replace("boundary=b1", &format!("boundary=b1{many}")).as_bytes());
    assert!(matches!(code, Code::LimitHeader | Code::MimeNotSmime), "{code:?}");
}

#[test]
fn boundaries_are_whole_lines_of_bounded_length() {
    let scene = Scene::new();
    let with = |boundary: &str| {
        scene.clear().replace("boundary=b1", &format!("boundary=\"{boundary}\"")).replace("--b1", &format!("--{boundary}"))
    };
    scene.valid(with(&"b".repeat(70)).as_bytes());
    scene.valid(with("a b'()+_,-./:=?c").as_bytes());
    assert_eq!(scene.code(with(&"b".repeat(71)).as_bytes()), Code::MimeBoundary);
    assert_eq!(scene.code(scene.clear().replace("boundary=b1", "boundary=\"\"").as_bytes()), Code::MimeBoundary);
    assert_eq!(scene.code(scene.clear().replace("; boundary=b1", "").as_bytes()), Code::MimeBoundary);
    // White space after a delimiter is no part of it; a line that only begins like one is content.
    scene.valid(scene.clear().replace("--b1\r\n", "--b1 \t\r\n").as_bytes());
    let entity = b"Content-Type: text/plain\r\n\r\n--b12\r\n--b1x--\r\n --b1\r\n";
    let opened = scene.open(&multipart_signed(entity, &scene.cms(entity, None)));
    assert_eq!((opened.verdict(), opened.content().expect("content")), (Verdict::Valid, &entity[..]));
}

#[test]
fn what_stands_around_the_protection_is_told_and_not_returned() {
    let scene = Scene::new();
    let around = scene.clear().replacen("\r\n\r\n--b1\r\n", "\r\n\r\nbefore\r\n--b1\r\n", 1) + "after\r\n";
    let opened = scene.open_valid(around.as_bytes());
    assert_eq!(opened.report().coverage.uncovered_parts, ["preamble", "epilogue"]);
    assert!(opened.report().has(Code::SigUncovered));
    let mut stream = scene.opener().stream();
    around.as_bytes().chunks(1).for_each(|octet| stream.push(octet).expect("an octet"));
    assert_eq!(stream.finish().expect("a message").report().coverage.uncovered_parts, ["preamble", "epilogue"]);
    let [(start, end)] = opened.report().coverage.signed[..] else { panic!("{}", opened.report().to_json()) };
    assert_eq!(&around.as_bytes()[start as usize..end as usize], ENTITY);

    let opened = scene.open_valid(mixed(&[&scene.clear_entity(), FOOTER]).as_bytes());
    assert!(opened.report().has(Code::SigUncovered));
    assert_eq!(opened.report().coverage.uncovered_parts, ["2"]);
    let opened = scene.open_valid(mixed(&[FOOTER, &scene.clear_entity(), FOOTER]).as_bytes());
    assert_eq!(opened.report().coverage.uncovered_parts, ["1", "3"]);
    let mut stream = scene.opener().stream();
    let message = mixed(&[&scene.clear_entity(), FOOTER]).replacen("\r\n\r\n--m", "\r\n\r\nbefore\r\n--m", 1) + "after\r\n";
    message.as_bytes().chunks(1).for_each(|octet| stream.push(octet).expect("an octet"));
    assert_eq!(stream.finish().expect("a message").report().coverage.uncovered_parts, ["preamble", "2", "epilogue"]);
    let inner = mixed(&[&scene.clear_entity(), FOOTER]).replace("--m", "--n").replace("boundary=m", "boundary=n");
    let inner = &inner[inner.find("Content-Type:").expect("a header")..];
    let opened = scene.open_valid(mixed(&[inner, FOOTER]).as_bytes());
    assert!(opened.report().coverage.uncovered_parts.contains(&"1.2".to_owned()), "{}", opened.report().to_json());
    assert_eq!(scene.code(mixed(&[FOOTER, FOOTER]).as_bytes()), Code::MimeNotSmime);
}

#[test]
fn of_two_protected_parts_one_is_opened() {
    let scene = Scene::new();
    let other = b"Content-Type: text/plain\r\n\r\nSomething else.\r\n";
    let second = String::from_utf8(multipart_signed(other, &scene.cms(other, None))).expect("text");
    let second = with_boundary(&second, "b2");
    let second = &second[second.find("Content-Type: multipart/signed").expect("a header")..];
    let opened = scene.open_valid(mixed(&[&scene.clear_entity(), second]).as_bytes());
    assert!(opened.report().has(Code::SigSeveralProtected));
    assert_eq!(opened.report().layers.len(), 1);
    // The first one cannot be opened: the other does not take its place.
    let broken = scene.clear_entity().replace("One line.", "One lie.");
    let opened = scene.open(mixed(&[&broken, second]).as_bytes());
    assert_eq!(opened.verdict(), Verdict::Invalid);
    assert!(opened.content().is_err());
}

#[test]
fn headers_parts_and_depth_are_bounded() {
    let scene = Scene::new();
    let long = format!("X-Long: {}\r\n{}", "x".repeat(300 << 10), scene.clear());
    assert_eq!(scene.code(long.as_bytes()), Code::LimitHeader);
    let many = "X: y\r\n".repeat(1_001) + &scene.clear();
    assert_eq!(scene.code(many.as_bytes()), Code::LimitHeader);
    let endless = "x".repeat(1 << 20);
    assert!(matches!(scene.code(endless.as_bytes()), Code::LimitHeader | Code::MimeNotSmime));
    let folded = format!("Subject: a\r\n{}{}", " b\r\n".repeat(100_000), scene.clear());
    assert_eq!(scene.code(folded.as_bytes()), Code::LimitHeader);
    // In the second part of a multipart/signed too.
    let inside = scene.clear().replace(
        "Content-Type: application/pkcs7-signature",
        &format!("X-Long: {}\r\nContent-Type: application/pkcs7-signature", "x".repeat(300 << 10)),
    );
    assert_eq!(scene.code(inside.as_bytes()), Code::LimitHeader);

    let parts = vec![FOOTER; 10_001];
    assert_eq!(scene.code(mixed(&parts).as_bytes()), Code::LimitParts);
    let nested = (0..40).fold(scene.clear_entity(), |inner, level| {
        format!("Content-Type: multipart/mixed; boundary=n{level}x\r\n\r\n--n{level}x\r\n{inner}\r\n--n{level}x--\r\n")
    });
    assert_eq!(scene.code(format!("{OUTER}{nested}").as_bytes()), Code::LimitDepth);
    let deeper = scene.opener().limits(Limits { mime_depth: 64, ..Limits::default() });
    assert_eq!(deeper.open(format!("{OUTER}{nested}").as_bytes()).expect("a message").verdict(), Verdict::Valid);
}

#[test]
fn differences_between_inner_and_outer_headers_are_reported() {
    let scene = Scene::new();
    let message = [OUTER.as_bytes(), b"Subject: the truth\r\n", ENTITY].concat();
    let signed = Signer::new(&scene.alice).at(scene.pki.now).protect_headers().sign(&message).expect("a signature");
    let text = String::from_utf8(signed).expect("text");
    let opened = scene.open(text.as_bytes());
    assert_eq!(opened.verdict(), Verdict::Valid);
    assert!(opened.report().headers.differences.is_empty(), "{}", opened.report().to_json());
    let opened = scene.open(text.replacen("Subject: the truth", "Subject: a lie", 1).as_bytes());
    assert_eq!(opened.report().headers.differences, ["Subject"], "{}", opened.report().to_json());
    assert!(opened.report().headers.protected.contains(&("Subject".to_owned(), "the truth".to_owned())));
}

#[test]
fn headers_that_decide_twice_are_flagged() {
    let scene = Scene::new();
    let opened = scene.open(scene.clear().replacen("boundary=b1\r\n", "boundary=b1\r\nContent-Type: text/plain\r\n", 1).as_bytes());
    assert!(opened.report().has(Code::SigMimeAmbiguous), "{}", opened.report().to_json());
    let inside = b"Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\nOne line.\r\n";
    let opened = scene.open(&multipart_signed(inside, &scene.cms(inside, None)));
    assert!(opened.report().has(Code::SigMimeAmbiguous), "{}", opened.report().to_json());
}

#[test]
fn an_encrypted_attachment_of_a_signed_message_is_content() {
    let scene = Scene::new();
    let part = signature_part(b"whatever");
    let entity = [&b"Content-Type: multipart/mixed; boundary=b1\r\n\r\n"[..], &part, b"--b1--\r\n"].concat();
    let outer = String::from_utf8(multipart_signed(b"ENTITY", &scene.cms(&entity, None))).expect("text");
    let outer = with_boundary(&outer, "outermost").replacen("ENTITY", std::str::from_utf8(&entity).expect("text"), 1);
    let opened = scene.open(outer.as_bytes());
    assert_eq!(opened.verdict(), Verdict::Valid, "{}\n{outer}", opened.report().to_json());
    assert_eq!(opened.report().layers.len(), 1);
    assert_eq!(opened.content().expect("content"), entity);
}
