use proptest::prelude::*;

use super::super::content_type::ContentType;
use super::super::splitter::Parts;
use super::super::testing::mail_text;
use super::super::transfer::{TransferDecoder, TransferEncoding};
use super::*;
use crate::limits::Limits;

fn read(message: &[u8]) -> (Header, Vec<u8>) {
    let (header, body) = Header::read(message, &Limits::default()).unwrap();
    (header, body.to_vec())
}

#[test]
fn fields_go_where_they_belong() {
    let (header, _) = read(
        b"From x y\nReceived: a\n b\nMime-version: 1.0\nFROM: c\nCONTENT-type: text/plain;\n charset=x\nContent: z\nContent-X: y\nTo: d",
    );
    let split = split_message(&header).unwrap();
    assert_eq!(split.outer, b"Received: a\r\n b\r\nFROM: c\r\nContent: z\r\nTo: d\r\n");
    assert_eq!(split.entity, b"Mime-version: 1.0\r\nCONTENT-type: text/plain;\r\n charset=x\r\nContent-X: y\r\n");
    assert_eq!(split_message(&read(b"\n").0).unwrap(), SplitMessage::default());
    for input in [&b"bare data"[..], b"A: 1\nno field\n\n"] {
        assert_eq!(split_message(&read(input).0).unwrap_err().code(), Code::MimeHeader);
    }
}

#[test]
fn a_clear_signed_message() {
    let boundary = boundary(&[0xab; 16]);
    let head = multipart_signed_head(b"From: a@b\r\n", "sha-256", &boundary).unwrap();
    let entity = b"Content-Type: text/plain\r\n\r\nHello\r\n";
    let signature: Vec<u8> = (0..=255).collect();
    let tail = multipart_signed_tail(&boundary, &signature).unwrap();
    let message = [&head[..], entity, &tail].concat();
    let (header, body) = read(&message);
    assert_eq!(header.first("From").unwrap(), b" a@b");
    assert_eq!(header.first("MIME-Version").unwrap(), b" 1.0");
    let content_type = ContentType::parse(header.first("Content-Type").unwrap()).unwrap();
    assert!(content_type.is("multipart", "signed"));
    assert_eq!(content_type.parameter("protocol"), Some("application/pkcs7-signature"));
    assert_eq!(content_type.parameter("micalg"), Some("sha-256"));
    assert_eq!(content_type.parameter("boundary"), Some(boundary.as_str()));
    let parts = Parts::of(&body, &boundary, &Limits::default()).unwrap();
    assert!(parts.closed && parts.preamble.is_empty() && parts.epilogue.is_empty());
    let [first, second] = parts.parts[..] else { panic!("{} parts", parts.parts.len()) };
    assert_eq!(first, entity);
    let (header, body) = read(second);
    assert!(ContentType::parse(header.first("Content-Type").unwrap()).unwrap().is("application", "pkcs7-signature"));
    assert_eq!(unfold(&header, "Content-Disposition"), "attachment; filename=\"smime.p7s\"");
    assert_eq!(unfold(&header, "Content-Transfer-Encoding"), "base64");
    let mut decoder = TransferDecoder::new(TransferEncoding::Base64);
    let mut out = Vec::new();
    decoder.push(&body, &mut out).unwrap();
    decoder.finish(&mut out).unwrap();
    assert_eq!((out, decoder.trailing()), (signature, false));
    assert!(message.split(|octet| *octet == b'\n').all(|line| line.len() <= 79 && (line.is_empty() || line.ends_with(b"\r"))));
}

fn unfold(header: &Header, name: &str) -> String {
    super::super::header::unfolded(header.first(name).unwrap())
}

#[test]
fn an_opaque_message() {
    for (smime_type, name) in
        [("signed-data", "smime.p7m"), ("authEnveloped-data", "smime.p7m"), ("certs-only", "smime.p7c"), ("compressed-data", "smime.p7z")]
    {
        let message = [pkcs7_mime_head(b"To: x\r\n", smime_type).unwrap(), b"TUlJ\r\n".to_vec()].concat();
        let (header, body) = read(&message);
        assert_eq!(
            header.fields().map(|field| field.name).collect::<Vec<_>>(),
            ["To", "MIME-Version", "Content-Type", "Content-Disposition", "Content-Transfer-Encoding"]
        );
        let content_type = ContentType::parse(header.first("Content-Type").unwrap()).unwrap();
        assert!(content_type.is("application", "pkcs7-mime"));
        assert_eq!((content_type.parameter("smime-type"), content_type.parameter("name")), (Some(smime_type), Some(name)));
        assert_eq!(unfold(&header, "Content-Disposition"), format!("attachment; filename=\"{name}\""));
        assert_eq!(unfold(&header, "Content-Transfer-Encoding"), "base64");
        assert_eq!(body, b"TUlJ\r\n");
    }
}

#[test]
fn values_that_would_end_the_field_are_refused() {
    for value in ["a\rb", "a\nb", "a\0b", "a\r\nBcc: x"] {
        assert_eq!(check_field("Subject", value).unwrap_err().code(), Code::UseHeaderValue);
    }
    for name in ["", "a b", "a:b", "a\nb", "ä"] {
        assert_eq!(check_field(name, "x").unwrap_err().code(), Code::UseHeaderValue, "{name:?}");
    }
    check_field("Subject", "Grüße").unwrap();
    for bad in ["a\"b", "a\\b", "a\r\nb", "a b", "ä"] {
        assert_eq!(multipart_signed_head(b"", bad, "b").unwrap_err().code(), Code::UseHeaderValue);
        assert_eq!(multipart_signed_head(b"", "sha-256", bad).unwrap_err().code(), Code::UseHeaderValue);
        assert_eq!(multipart_signed_tail(bad, b"").unwrap_err().code(), Code::UseHeaderValue);
        assert_eq!(pkcs7_mime_head(b"", bad).unwrap_err().code(), Code::UseHeaderValue);
    }
    assert!(multipart_signed_head(b"", "sha-256", &"x".repeat(71)).is_err() && multipart_signed_head(b"", "sha-256", "").is_err());
}

#[test]
fn a_boundary_has_what_no_encoding_has() {
    assert_eq!(boundary(&[0x0f; 16]), "=_0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f");
}

proptest! {
    /// Whatever the entity, the message is read back as two parts, the first octet for octet; by another reader too.
    #[test]
    fn any_entity_is_read_back(entity in mail_text(), random in any::<[u8; 16]>()) {
        let boundary = boundary(&random);
        let message = [multipart_signed_head(b"", "sha-512", &boundary).unwrap(), entity.clone(), multipart_signed_tail(&boundary, b"x").unwrap()].concat();
        let (_, body) = read(&message);
        let parts = Parts::of(&body, &boundary, &Limits::default()).unwrap();
        prop_assert!(parts.closed && parts.parts.len() == 2);
        prop_assert_eq!(parts.parts[0], entity.as_slice());
        let parsed = mail_parser::MessageParser::default().parse(&message).unwrap();
        prop_assert_eq!(parsed.parts.last().unwrap().contents(), b"x");
    }
}
