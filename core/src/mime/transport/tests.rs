use proptest::prelude::*;

use super::super::testing::{mail_text, pieces};
use super::*;

fn safe(entity: &[u8]) -> Vec<u8> {
    make_transport_safe(entity, &Limits::default())
        .unwrap_or_else(|error| panic!("{error}: {:?}", String::from_utf8_lossy(entity)))
        .into_owned()
}

fn refused(entity: &str) -> Code {
    make_transport_safe(entity.as_bytes(), &Limits::default()).map(|_| panic!("accepted: {entity:?}")).unwrap_err().code()
}

fn text(entity: &str) -> String {
    String::from_utf8(safe(entity.as_bytes())).unwrap()
}

#[test]
fn safe_content_stays_octet_for_octet() {
    for entity in [
        "Content-Type:text/plain\r\n\r\nHello\r\n",
        "\r\nno header",
        "X: 1\r\n\r\n.\r\n..\r\n--\r\n",
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nascii",
    ] {
        assert!(
            matches!(make_transport_safe(entity.as_bytes(), &Limits::default()).unwrap(), Cow::Borrowed(same) if same == entity.as_bytes())
        );
        assert_eq!(text(&entity.replace("\r\n", "\n")), entity);
    }
    let long = format!("A: b\r\n\r\n{}\r\n", "x".repeat(998));
    assert_eq!(text(&long), long, "lines up to 998 octets are kept");
}

#[test]
fn leaves_are_encoded_as_suits_them() {
    for (entity, expected) in [
        ("Content-Type: text/plain\n\nend \n", "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nend=20\r\n"),
        ("\nFrom me\n", "Content-Transfer-Encoding: quoted-printable\r\n\r\n=46rom me\r\n"),
        (
            "content-transfer-encoding: 8BIT (x)\nX: y\n\na\tcafé\n",
            "content-transfer-encoding: quoted-printable\r\nX: y\r\n\r\na\tcaf=C3=A9\r\n",
        ),
        (
            "Content-Type: image/x\nContent-Transfer-Encoding: binary\n\n\0\n",
            "Content-Type: image/x\r\nContent-Transfer-Encoding: base64\r\n\r\nAAo=\r\n",
        ),
        (
            "Content-Type: image/x\nContent-Transfer-Encoding: 8bit\n\n\0\n",
            "Content-Type: image/x\r\nContent-Transfer-Encoding: base64\r\n\r\nAA0K\r\n",
        ),
        ("Content-Type: text/plain\n\nжжж", "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n0LbQttC2\r\n"),
        (
            "Content-Transfer-Encoding: quoted-printable\n\na=20 \nb =\n c",
            "Content-Transfer-Encoding: quoted-printable\r\n\r\na=20\r\nb  c",
        ),
        ("Content-Transfer-Encoding: base64\n\n YWJj \n", "Content-Transfer-Encoding: base64\r\n\r\nYWJj\r\n"),
        (
            "Content-Type: message/delivery-status\n\nA: \n\nB: c\n",
            "Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nA:=20\r\n\r\nB: c\r\n",
        ),
    ] {
        assert_eq!(text(entity), expected, "{entity:?}");
    }
}

#[test]
fn header_lines_lose_their_trailing_blanks() {
    assert_eq!(
        text("Content-Type: text/plain; \n \n\tcharset=utf-8 \nX: \n\nbody"),
        "Content-Type: text/plain;\r\n\tcharset=utf-8\r\nX:\r\n\r\nbody"
    );
    assert_eq!(text("From : x\n\nbody"), "From: x\r\n\r\nbody");
}

#[test]
fn only_the_parts_in_need_are_encoded() {
    let entity = "Content-Type: multipart/mixed; boundary=x\nContent-Transfer-Encoding: 8bit\n\npreamble \n--x\n\nkept\n--x \nContent-Transfer-Encoding: 8bit\n\nÄ and more\n--x\nContent-Type: message/rfc822\n\nSubject: y \n\n-- \n--x--\nepilogue";
    let expected = "Content-Type: multipart/mixed; boundary=x\nContent-Transfer-Encoding: 7bit\n\n--x\n\nkept\n--x\nContent-Transfer-Encoding: quoted-printable\n\n=C3=84 and more\n--x\nContent-Type: message/rfc822\n\nSubject: y\nContent-Transfer-Encoding: quoted-printable\n\n=2D-=20\n--x--\nepilogue";
    assert_eq!(text(entity), expected.replace('\n', "\r\n"));
}

#[test]
fn parts_of_a_digest_are_messages() {
    let digest = "Content-Type: multipart/digest; boundary=x\n\n--x\n\nSubject: a\n\nend \n--x--\n";
    assert!(
        text(digest).contains("\r\n--x\r\n\r\nSubject: a\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nend=20\r\n--x--"),
        "{}",
        text(digest)
    );
}

#[test]
fn what_may_not_be_changed_is_refused() {
    for entity in [
        "Content-Type: multipart/signed; boundary=x\n\n--x\n\nend \n--x\n\ny\n--x--\n",
        "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/signed; boundary=x\n\n--x\n\nÄ\n--x\n\ny\n--x--\n--o--\n",
        "Content-Description: Ä\n\nbody",
        "Content-Description: a\rb\n\nbody",
        "Content-Description: a\0b\n\nbody",
        "no field\n\nÄ",
        "Content-Type: text/plain\nContent-Type: text/html\n\nÄ",
        "Content-Transfer-Encoding: 8bit\nContent-Transfer-Encoding: 8bit\n\nÄ",
        "Content-Transfer-Encoding: x-uuencode\n\nÄ",
        "Content-Type: text\n\nÄ",
        "Content-Transfer-Encoding: base64\n\nÄ",
        "Content-Transfer-Encoding: base64\n\nQQ==\nfooter ",
        "Content-Transfer-Encoding: quoted-printable\n\n=X ",
        "Content-Type: multipart/mixed; boundary=x\nContent-Transfer-Encoding: base64\n\n\u{e4}",
        "Content-Type: message/partial\n\nÄ",
    ] {
        assert_eq!(refused(entity), Code::UseNotTransportSafe, "{entity:?}");
    }
    assert_eq!(refused(&format!("X: {}\n\nbody", "x".repeat(999))), Code::UseNotTransportSafe);
    assert_eq!(refused("Content-Type: multipart/mixed\n\nÄ"), Code::MimeBoundary);
    assert_eq!(refused("Content-Type: multipart/mixed; boundary=a; boundary=b\n\nÄ"), Code::MimeBoundary);
    assert_eq!(refused("Content-Type: multipart/mixed; boundary=x\n\n--x\n\nÄ"), Code::MimeTruncated);
    let signed = "Content-Type: multipart/signed; boundary=x\n\n--x\n\nsafe\n--x\n\ny\n--x--\n";
    assert_eq!(text(signed), signed.replace('\n', "\r\n"), "a safe one stays");
}

#[test]
fn depth_and_count_are_limited() {
    let nested = |depth: usize| {
        (0..depth)
            .rev()
            .fold("\nÄ\n".to_owned(), |inner, n| format!("Content-Type: multipart/mixed; boundary=b{n}x\n\n--b{n}x\n{inner}\n--b{n}x--\n"))
    };
    let depth = Limits::default().mime_depth;
    assert!(make_transport_safe(nested(depth).as_bytes(), &Limits::default()).is_ok());
    assert_eq!(refused(&nested(depth + 1)), Code::LimitDepth);
    assert_eq!(refused(&nested(2_000)), Code::LimitDepth);
    let limits = Limits { mime_parts: 5, ..Limits::default() };
    let wide = format!("Content-Type: multipart/mixed; boundary=x\n\n{}--x--\n", "--x\n\nÄ\n".repeat(5));
    assert_eq!(make_transport_safe(wide.as_bytes(), &limits).unwrap_err().code(), Code::LimitParts);
}

/// An entity as a tree, with its leaves decoded: what must not change.
fn leaves(entity: &[u8], in_digest: bool, exact: bool) -> Vec<(String, Vec<u8>)> {
    let (header, body) = Header::read(entity, &Limits::default()).unwrap();
    let entity = Entity::of(&header, in_digest).unwrap();
    match entity.form() {
        Form::Multipart => {
            let parts = Parts::of(body, entity.content_type.parameter("boundary").unwrap(), &Limits::default()).unwrap();
            parts.parts.iter().flat_map(|part| leaves(part, entity.content_type.subtype() == "digest", exact)).collect()
        }
        Form::Message => leaves(body, false, exact),
        _ => {
            let mut decoder = TransferDecoder::new(entity.encoding);
            let mut content = Vec::new();
            decoder.push(body, &mut content).unwrap();
            decoder.finish(&mut content).unwrap();
            let kind = format!("{}/{}", entity.content_type.kind(), entity.content_type.subtype());
            // Line ends of what is 7-bit safe become CRLF also where the encoding is binary.
            let is_octets = entity.encoding == TransferEncoding::Base64 && exact;
            vec![(kind, if is_octets { content } else { canonical(&content).into_owned() })]
        }
    }
}

fn encoded(encoding: &str, content: Vec<u8>) -> Vec<u8> {
    let mut out = Vec::new();
    match encoding {
        "base64" => {
            let mut writer = Base64Writer::new(LineLength::Of64);
            writer.push(&content, &mut out);
            writer.finish(&mut out);
            // What transport would alter.
            out.extend_from_slice(b" \n");
        }
        "quoted-printable" => {
            let mut writer = QuotedPrintableWriter::new();
            writer.push(&content, &mut out);
            writer.finish(&mut out);
            out = String::from_utf8(out).unwrap().replace("=20\r\n", "=20 \r\n").replace("=46rom ", "From ").into_bytes();
        }
        _ => return content,
    }
    out
}

fn leaf() -> impl Strategy<Value = Vec<u8>> {
    let kinds = prop::sample::select(vec![
        "",
        "Content-Type: text/plain; charset=utf-8\n",
        "Content-Type: text/html; \n charset=utf-8\n",
        "Content-Type: application/octet-stream\n",
    ]);
    let encodings = prop::sample::select(vec!["", "7bit", "8bit", "binary", "base64", "quoted-printable"]);
    (kinds, encodings, mail_text()).prop_map(|(kind, encoding, content)| {
        let field = if encoding.is_empty() { String::new() } else { format!("Content-Transfer-Encoding: {encoding}\n") };
        [kind.as_bytes(), field.as_bytes(), b"\n", &encoded(encoding, content)].concat()
    })
}

fn entity() -> impl Strategy<Value = Vec<u8>> {
    leaf().prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            (prop::collection::vec(inner.clone(), 1..4), "[a-zA-Z0-9=_]{12,20}", any::<bool>()).prop_map(|(parts, boundary, preamble)| {
                let mut out = format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\n\n").into_bytes();
                if preamble {
                    out.extend_from_slice(b"This is MIME.\n");
                }
                for part in parts {
                    out.extend_from_slice(format!("--{boundary}\n").as_bytes());
                    out.extend_from_slice(&part);
                    out.extend_from_slice(b"\n");
                }
                out.extend_from_slice(format!("--{boundary}--\n").as_bytes());
                out
            }),
            inner.prop_map(|inner| [b"Content-Type: message/rfc822\n\nSubject: inside \nMIME-Version: 1.0\n".as_slice(), &inner].concat()),
        ]
    })
}

/// What relays and stores were seen to do to content on the way.
fn relayed(content: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::new();
    let lines: Vec<&[u8]> = content.split(|octet| *octet == b'\n').collect();
    for (index, line) in lines.iter().enumerate() {
        let text = line.strip_suffix(b"\r").unwrap_or(line);
        // Stores of the mbox kind quote.
        if text.starts_with(b"From ") {
            out.push(b'>');
        }
        // Lines of more than 998 octets are folded, blanks at their ends are lost, CR becomes a blank, NUL 0x80, 8bit quoted-printable.
        for piece in text.trim_ascii_end().chunks(998).enumerate() {
            if piece.0 > 0 {
                out.extend_from_slice(b"\r\n ");
            }
            for octet in piece.1 {
                match octet {
                    b'\r' => out.push(b' '),
                    0 => out.push(0x80),
                    128.. => out.extend_from_slice(format!("={octet:02X}").as_bytes()),
                    _ => out.push(*octet),
                }
            }
        }
        if index + 1 < lines.len() {
            out.extend_from_slice(b"\r\n");
        }
    }
    out
}

/// Dots doubled for SMTP and taken away again; and lost where a relay forgets to.
fn without_dot_stuffing(content: &[u8]) -> Vec<u8> {
    let stuffed = content
        .split_inclusive(|octet| *octet == b'\n')
        .flat_map(|line| [if line.starts_with(b".") { &b"."[..] } else { b"" }, line].concat());
    let stuffed: Vec<u8> = stuffed.collect();
    stuffed.split_inclusive(|octet| *octet == b'\n').flat_map(|line| line.strip_prefix(b".").unwrap_or(line).to_vec()).collect()
}

proptest! {
    #[test]
    fn the_result_is_safe_and_means_the_same(entity in entity()) {
        let out = safe(&entity);
        let facts = BodyFacts::of(&out);
        prop_assert!(facts.is_transport_safe() && !facts.bare_lf);
        prop_assert_eq!(relayed(&out), out.clone());
        prop_assert_eq!(without_dot_stuffing(&out), out.clone());
        prop_assert_eq!(&*make_transport_safe(&out, &Limits::default()).unwrap(), out.as_slice());
        let exact = !entity.windows(6).any(|word| word == b"binary");
        prop_assert_eq!(leaves(&out, false, exact), leaves(&entity, false, exact));
    }

    /// The same for another reader of MIME.
    #[test]
    fn mail_parser_reads_the_same(content in mail_text(), binary in any::<bool>()) {
        let encoding = if binary { "binary" } else { "8bit" };
        let entity = [b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: ", encoding.as_bytes(), b"\n\n", &content].concat();
        let out = safe(&entity);
        let parsed = mail_parser::MessageParser::default().parse(&out).unwrap();
        let expected = if binary && out != canonical(&entity).as_ref() { content } else { canonical(&content).into_owned() };
        prop_assert_eq!(parsed.parts[0].contents(), expected.as_slice());
    }

    #[test]
    fn an_entity_in_pieces_becomes_the_same(entity in pieces(leaf())) {
        let (header, body) = Header::read(&entity.octets, &Limits::default()).unwrap();
        let (mut out, mut encoder) = TransportEncoder::new(&header, &BodyFacts::of(body)).unwrap();
        let mut at = header.raw().len();
        entity.each(|piece| {
            let end = (at + piece.len()).min(entity.octets.len());
            encoder.push(&entity.octets[at..end], &mut out).unwrap();
            at = end;
        });
        encoder.finish(&mut out).unwrap();
        prop_assert_eq!(out, safe(&entity.octets));
    }

    #[test]
    fn nothing_panics(entity in mail_text()) {
        if let Ok(out) = make_transport_safe(&entity, &Limits::default()) {
            prop_assert!(BodyFacts::of(&out).is_transport_safe());
        }
    }
}

#[test]
fn in_pieces_a_multipart_that_is_not_safe_is_refused() {
    let limits = Limits::default();
    for (entity, accepted) in [
        ("Content-Type: multipart/mixed; boundary=x\n\n--x\n\nend \n--x--\n", false),
        ("Content-Type: multipart/mixed; boundary=x\n\n--x\n\nend\n--x--\n", true),
    ] {
        let (header, body) = Header::read(entity.as_bytes(), &limits).unwrap();
        let result = TransportEncoder::new(&header, &BodyFacts::of(body));
        assert_eq!(result.is_ok(), accepted);
        if let Err(error) = result {
            assert_eq!(error.code(), Code::UseNotTransportSafe);
        }
    }
}
