//! MIME messages that others made: taken apart, made canonical, decoded; and their protected header fields.

use std::collections::BTreeMap;

use smime::Limits;
use smime::crypto::DigestAlgorithm;
use smime::error::Result;
use smime::mime::{
    BodyFacts, Canonicalizer, ContentType, Header, HeaderIntent, HeaderProtection, HeaderReader, PartSink, Parts, ProtectedHeader, Senders,
    Splitter, TransferDecoder, TransferEncoding, canonical, make_transport_safe,
};
use smime_tests::{Tally, archive, json, vectors};

/// Has no signed attributes, so that its digest stands nowhere.
const WITHOUT_ATTRIBUTES: &str = "rfc4134/4.8.eml";

/// Every file that is a MIME message with S/MIME on its outside.
fn messages() -> Option<BTreeMap<String, Vec<u8>>> {
    let folder = vectors()?;
    let mut found = BTreeMap::new();
    for name in ["rfc9788", "rfc4134", "protected-headers-2019"] {
        for entry in std::fs::read_dir(folder.join(name)).expect("the folder") {
            let path = entry.expect("an entry").path();
            found.insert(
                format!("{name}/{}", path.file_name().unwrap_or_default().to_string_lossy()),
                std::fs::read(&path).expect("a file"),
            );
        }
    }
    for name in ["pkits/PKITS_data.tar.gz", "openssl/openssl-3.6.3-testdata.tar.gz"] {
        found.extend(archive(&folder.join(name)).into_iter().map(|(path, octets)| (format!("{name}/{path}"), octets)));
    }
    found.retain(|_, octets| {
        content_type(octets).is_some_and(|found| found.is("multipart", "signed") || found.subtype().ends_with("pkcs7-mime"))
    });
    Some(found)
}

fn content_type(message: &[u8]) -> Option<ContentType> {
    let (header, _) = Header::read(message, &Limits::default()).ok()?;
    ContentType::parse(header.first("Content-Type")?).ok()
}

fn decoded(entity: &[u8], step: usize) -> Result<Vec<u8>> {
    let (header, body) = Header::read(entity, &Limits::default())?;
    let encoding = header.first("Content-Transfer-Encoding").and_then(TransferEncoding::parse).unwrap_or_default();
    let mut decoder = TransferDecoder::new(encoding);
    let mut out = Vec::new();
    body.chunks(step).try_for_each(|piece| decoder.push(piece, &mut out))?;
    decoder.finish(&mut out)?;
    Ok(out)
}

/// The canonical octets of each part, read in pieces of this length.
#[derive(Default)]
struct Collected {
    parts: Vec<Vec<u8>>,
    canonicalizer: Canonicalizer,
}

impl PartSink for Collected {
    fn part_start(&mut self, _index: usize, _offset: u64) -> Result<()> {
        self.canonicalizer = Canonicalizer::new();
        self.parts.push(Vec::new());
        Ok(())
    }

    fn part_data(&mut self, octets: &[u8]) -> Result<()> {
        let part = self.parts.last_mut().expect("a part");
        self.canonicalizer.push(octets, &mut |piece| {
            part.extend_from_slice(piece);
            Ok(())
        })
    }

    fn part_end(&mut self, _index: usize, _offset: u64) -> Result<()> {
        Ok(())
    }
}

fn collect(message: &[u8], step: usize) -> Result<(Vec<Vec<u8>>, bool)> {
    let limits = Limits::default();
    let mut reader = HeaderReader::new(&limits);
    let mut at = 0;
    for piece in message.chunks(step) {
        match reader.push(piece)? {
            Some(octets) => {
                at += octets;
                break;
            }
            None => at += piece.len(),
        }
    }
    let header = reader.finish();
    let content_type = ContentType::parse(header.first("Content-Type").unwrap_or_default())?;
    let mut splitter = Splitter::new(content_type.parameter("boundary").unwrap_or_default(), &limits)?;
    let mut collected = Collected::default();
    message[at..].chunks(step).try_for_each(|piece| splitter.push(piece, &mut collected))?;
    splitter.finish(&mut collected)?;
    Ok((collected.parts, splitter.closed()))
}

fn contains(octets: &[u8], word: &[u8]) -> bool {
    octets.windows(word.len()).any(|window| window == word)
}

/// The digest of the first part, as it is cut out and made canonical here, is what the signature holds: not an octet is off.
#[test]
fn the_signed_part_has_the_digest_that_was_signed() {
    let Some(messages) = messages() else { return };
    let mut tally = Tally::new("multipart/signed messages, in LF and CRLF, in pieces");
    for (name, message) in &messages {
        if !content_type(message).is_some_and(|found| found.is("multipart", "signed")) {
            continue;
        }
        if name == WITHOUT_ATTRIBUTES {
            tally.skip("no signed attributes");
            continue;
        }
        let with_lf: Vec<u8> = message.iter().copied().filter(|octet| *octet != b'\r').collect();
        for (form, message) in [("as it is", message.as_slice()), ("LF", &with_lf), ("CRLF", &canonical(message))] {
            for step in [1, 61, 4096, usize::MAX] {
                let (parts, closed) = collect(message, step.min(message.len())).expect("a multipart");
                let holds = match parts.as_slice() {
                    [content, signature] if closed => {
                        let signature = decoded(signature, step.min(signature.len())).expect("a signature part");
                        DigestAlgorithm::ALL.iter().any(|algorithm| contains(&signature, &algorithm.digest(content)))
                    }
                    _ => false,
                };
                tally.check(holds, || format!("{name} {form} in pieces of {step}"));
            }
        }
    }
    tally.finish(2_760);
}

#[test]
fn opaque_messages_decode_to_der() {
    let Some(messages) = messages() else { return };
    let mut tally = Tally::new("application/pkcs7-mime messages");
    for (name, message) in &messages {
        if content_type(message).is_some_and(|found| found.subtype().ends_with("pkcs7-mime")) {
            let whole = decoded(message, message.len()).expect("a body");
            tally.check(whole.first() == Some(&0x30) && decoded(message, 1).is_ok_and(|pieces| pieces == whole), || name.clone());
        }
    }
    tally.finish(8);
}

/// What was signed in the clear by others is carried safely, or is made so without a change of meaning, or is refused as signed inside.
#[test]
fn signed_parts_are_made_safe() {
    let Some(messages) = messages() else { return };
    let mut tally = Tally::new("signed entities made transport safe");
    for (name, message) in &messages {
        let Ok((parts, _)) = collect(message, message.len()) else { continue };
        let Some(part) = parts.first() else { continue };
        let safe = make_transport_safe(part, &Limits::default());
        let is_safe = safe.as_ref().is_ok_and(|safe| BodyFacts::of(safe).is_transport_safe());
        let unchanged = safe.as_ref().is_ok_and(|safe| **safe == **part);
        tally.check(is_safe && unchanged == BodyFacts::of(part).is_transport_safe(), || format!("{name}: {:?}", safe.err()));
    }
    tally.finish(231);
}

/// The header at the root of what is protected, and that of the message inside where the root is one.
fn root(message: &[u8]) -> (Header, Option<Header>) {
    let limits = Limits::default();
    let (header, body) = Header::read(message, &limits).expect("a header");
    let found = ContentType::parse(header.first("Content-Type").unwrap_or_default()).expect("a type");
    let content = if found.is("multipart", "signed") {
        let parts = Parts::of(body, found.parameter("boundary").unwrap_or_default(), &limits).expect("parts");
        parts.parts.first().expect("a part").to_vec()
    } else {
        // The content stands in one piece in the DER: its header is found by the field that begins it.
        let der = decoded(message, message.len()).expect("a body");
        let start = [&b"MIME-Version: 1.0"[..], b"Content-Type: "]
            .iter()
            .filter_map(|field| der.windows(field.len()).position(|window| window == *field))
            .min();
        der[start.expect("a content in the clear")..].to_vec()
    };
    let (root, rest) = Header::read(&content, &limits).expect("a header");
    let is_message = ContentType::parse(root.first("Content-Type").unwrap_or_default()).is_ok_and(|found| found.is("message", "rfc822"));
    let wrapped = is_message.then(|| Header::read(rest, &limits).expect("a header").0);
    (root, wrapped)
}

#[test]
fn protected_header_fields_are_found() {
    let Some(folder) = vectors() else { return };
    let manifest = json(&folder.join("manifest.json"));
    let mut tally = Tally::new("messages with protected header fields");
    let clear = HeaderProtection::Rfc9788(HeaderIntent::Clear);
    for (name, protection) in [
        ("rfc9788/smime-one-part-hp.eml", clear),
        ("rfc9788/smime-multipart-hp.eml", clear),
        ("rfc9788/smime-multipart-complex-hp.eml", clear),
        ("rfc9788/smime-multipart-complex-rfc8551hp.eml", HeaderProtection::Rfc8551),
        ("protected-headers-2019/smime-multipart-signed.eml", HeaderProtection::ProtectedHeaders),
        ("protected-headers-2019/smime-onepart-signed.eml", HeaderProtection::ProtectedHeaders),
    ] {
        let message = std::fs::read(folder.join(name)).expect("a file");
        let (outer, _) = Header::read(&message, &Limits::default()).expect("a header");
        let (root, wrapped) = root(&message);
        let protected = ProtectedHeader::of(&root, wrapped.as_ref()).unwrap_or_else(|| panic!("{name}: no protected fields"));
        let field = |name: &str| protected.fields().iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
        tally.check(protected.protection() == protection, || format!("{name}: {:?}", protected.protection()));
        tally.check(protected.differences(&outer).is_empty() && protected.altered(&outer).is_empty(), || {
            format!("{name}: {:?}", protected.differences(&outer))
        });
        tally.check(protected.duplicates().is_empty() && protected.confidential().is_empty(), || name.to_owned());
        tally.check(field("From").is_some_and(|from| from.contains("<alice@smime.example>")) && field("Content-Type").is_none(), || {
            format!("{name}: {:?}", protected.fields())
        });
        let case = manifest["cases"].as_array().expect("cases").iter().find(|case| case["files"][0] == name);
        if let Some(subject) = case.and_then(|case| case["protected_subject"].as_str()) {
            tally.check(field("Subject") == Some(subject), || format!("{name}: {:?}", field("Subject")));
        }
        // Somebody else's Subject outside, and a second From.
        let forged = String::from_utf8(outer.raw().to_vec())
            .expect("ASCII")
            .replace("Subject: ", "Subject: Re: ")
            .replace("From: ", "From: mallory@evil.example\nFrom: ");
        let (forged, _) = Header::read(forged.as_bytes(), &Limits::default()).expect("a header");
        let mut differences = protected.differences(&forged);
        differences.sort_unstable();
        tally.check(differences == ["From", "Subject"], || format!("{name}: {differences:?}"));
        tally.check(Senders::of(&outer).author().is_some_and(|author| author.to_string() == "alice@smime.example"), || name.to_owned());
        tally.check(Senders::of(&forged).author().is_none(), || name.to_owned());
    }
    tally.finish(46);
}
