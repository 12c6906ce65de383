//! What relays and mailboxes do to messages on the way (RFC 8551 section 3.1.3): what we sign gives them no reason to, and what they
//! do all the same is noticed.

mod postfix;

use smime::{Code, Encryptor, Verdict};
use smime_tests::Tally;

use crate::case::Key;
use crate::command::{command, run};
use crate::lab::Lab;
use crate::mail;

/// A step on the way of a message, seen in real relays.
struct Step {
    what: &'static str,
    change: fn(&[u8]) -> Vec<u8>,
}

const STEPS: [Step; 8] = [
    Step { what: "8bit to quoted-printable, as the next hop lacks 8BITMIME", change: downgraded },
    Step { what: "lines over 998 octets folded", change: folded },
    Step { what: "From_ quoted for an mbox", change: from_quoted },
    Step { what: "leading dots dropped by a client that does not stuff them", change: dots_dropped },
    Step { what: "blanks at line ends dropped", change: blanks_dropped },
    Step { what: "NUL and bare CR replaced", change: controls_replaced },
    Step { what: "the eighth bit cleared", change: eighth_bit_cleared },
    Step { what: "stored with LF and sent on with CRLF", change: stored_with_lf },
];

/// Entities that no relay leaves alone, and each of the steps in at least one of them.
fn hard_entities() -> Vec<(&'static str, Vec<u8>)> {
    let long = "word ".repeat(400);
    let text = format!(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\u{fc}\u{df}e,\r\n\r\nFrom here on it is hard:\r\n\
         .\r\n..\r\n.hidden\r\nblanks at the end  \t \r\n{long}\r\n-- \r\nAlice\r\n"
    );
    let ascii = "Content-Type: text/plain\r\n\r\nFrom the first line on\r\n.profile\r\nends with a blank \r\n";
    let parts = format!(
        "Content-Type: multipart/mixed; boundary=in\r\n\r\npreamble\r\n--in\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n\u{e4}\u{f6}\u{fc} \r\nFrom me\r\n--in\r\nContent-Type: multipart/alternative; boundary=deep\r\n\r\n\
         --deep\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<p>{long}\u{20ac}</p>\r\n--deep--\r\n--in\r\n\
         Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n\u{0}\u{1}\rcr\r\n.\r\n--in--\r\n"
    );
    vec![("8bit text", text.into_bytes()), ("ASCII text", ascii.into()), ("parts of parts", parts.into_bytes())]
}

#[test]
fn clear_signed_mail_passes_unchanged() {
    let Some(lab) = Lab::shared() else { return };
    let mut tally = Tally::new("relays and clear signatures");
    for (name, entity) in hard_entities() {
        for line_ends in ["CRLF", "LF"] {
            let message = mail::message(&entity, &lab.pki.date);
            let message = if line_ends == "LF" { with_lf(&message) } else { message };
            let signed = lab.ours.signer(Key::Rsa).sign(&message).expect("a signed message");
            for step in &STEPS {
                let arrived = (step.change)(&signed);
                let case = || format!("{name} in {line_ends}: {}", step.what);
                tally.check(arrived == signed, || format!("{} changes it", case()));
                let opened = lab.ours.opener().open(&arrived);
                tally.check(opened.is_ok_and(|opened| opened.verdict() == Verdict::Valid), || format!("{} breaks it", case()));
            }
            let stored = lab.ours.opener().open(&with_lf(&signed));
            tally.check(stored.is_ok_and(|opened| opened.verdict() == Verdict::Valid), || format!("{name}: not valid when stored with LF"));
        }
    }
    tally.finish(3 * 2 * (2 * STEPS.len() + 1));
}

#[test]
fn opaque_and_encrypted_mail_passes_unchanged() {
    let Some(lab) = Lab::shared() else { return };
    let mut tally = Tally::new("relays and opaque messages");
    let bob = lab.ours.bob(Key::P256);
    let opener = lab.ours.opener().identity(bob);
    for (name, entity) in hard_entities() {
        let message = mail::message(&entity, &lab.pki.date);
        let signed = lab.ours.signer(Key::P256).opaque().sign(&message).expect("a signed message");
        let encryptor = Encryptor::new().recipient(bob.certificate()).expect("a recipient");
        let encrypted = encryptor.encrypt(&message).expect("an encrypted message");
        for (kind, sent, expected) in [("opaque", signed, Verdict::Valid), ("encrypted", encrypted, Verdict::Unsigned)] {
            for step in &STEPS {
                let arrived = (step.change)(&sent);
                let opened = opener.open(&arrived);
                let holds = arrived == sent && opened.is_ok_and(|opened| opened.verdict() == expected);
                tally.check(holds, || format!("{kind}, {name}: {}", step.what));
            }
        }
    }
    tally.finish(3 * 2 * STEPS.len());
}

/// Clear-signed by a program that takes the content as it is.
fn carelessly_signed(lab: &Lab, entity: &[u8]) -> Vec<u8> {
    let mut sign = command("openssl", ["cms", "-sign", "-binary", "-crlfeol", "-signer", "alice-rsa.pem", "-inkey", "alice-rsa.key"]);
    let signed = run(sign.current_dir(lab.pki.folder()).args(["-certfile", "inter.pem"]), entity).expect("a signed message");
    mail::canonical(&signed)
}

/// The control: signed as it is, by a program that does not make it safe first, the same content does not survive.
#[test]
fn what_was_not_made_safe_breaks_and_is_noticed() {
    let Some(lab) = Lab::shared() else { return };
    let mut tally = Tally::new("relays and careless signatures");
    let mut breaking = vec![0; STEPS.len()];
    for (name, entity) in hard_entities() {
        let sent = mail::message(&carelessly_signed(&lab, &entity), &lab.pki.date);
        let judged =
            |message: &[u8]| lab.ours.opener().open(message).map(|opened| (opened.verdict(), opened.report().has(Code::SigDigestMismatch)));
        tally.check(judged(&sent).is_ok_and(|(verdict, _)| verdict == Verdict::Valid), || format!("{name}: {:?}", judged(&sent)));
        for (step, breaking) in STEPS.iter().zip(&mut breaking) {
            let arrived = (step.change)(&sent);
            if arrived != sent {
                *breaking += 1;
                let verdict = judged(&arrived);
                let noticed = matches!(verdict, Ok((Verdict::Invalid, true)));
                tally.check(noticed, || format!("{name}: not noticed: {}: {verdict:?}", step.what));
            }
        }
    }
    for (step, breaking) in STEPS.iter().zip(&breaking) {
        // Line ends alone are mended by making them canonical; everything else must have had something to do.
        let holds = *breaking > 0 || step.what.starts_with("stored with LF");
        tally.check(holds, || format!("no entity is hard enough for: {}", step.what));
    }
    tally.finish(18);
}

fn with_lf(message: &[u8]) -> Vec<u8> {
    let crlf = memchr::memmem::find_iter(message, b"\r\n").collect::<Vec<_>>();
    let mut stored = Vec::with_capacity(message.len());
    let mut from = 0;
    for at in crlf {
        stored.extend_from_slice(&message[from..at]);
        from = at + 1;
    }
    stored.extend_from_slice(&message[from..]);
    stored
}

fn stored_with_lf(message: &[u8]) -> Vec<u8> {
    mail::canonical(&with_lf(message))
}

/// Does this to each line, given without its CRLF.
fn by_line(message: &[u8], change: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut rest = message;
    let mut changed = Vec::with_capacity(message.len());
    while let Some(at) = memchr::memmem::find(rest, b"\r\n") {
        changed.extend(change(&rest[..at]));
        changed.extend_from_slice(b"\r\n");
        rest = &rest[at + 2..];
    }
    changed.extend(change(rest));
    changed
}

/// As Postfix does with `smtp_line_length_limit`.
fn folded(message: &[u8]) -> Vec<u8> {
    by_line(message, |line| if line.len() > 998 { line.chunks(998).collect::<Vec<_>>().join(&b"\r\n "[..]) } else { line.to_vec() })
}

fn from_quoted(message: &[u8]) -> Vec<u8> {
    by_line(message, |line| if line.starts_with(b"From ") { [b">", line].concat() } else { line.to_vec() })
}

fn dots_dropped(message: &[u8]) -> Vec<u8> {
    by_line(message, |line| line.strip_prefix(b".").unwrap_or(line).to_vec())
}

fn blanks_dropped(message: &[u8]) -> Vec<u8> {
    by_line(message, |line| {
        let end = line.iter().rposition(|octet| !matches!(octet, b' ' | b'\t')).map_or(0, |last| last + 1);
        line[..end].to_vec()
    })
}

fn controls_replaced(message: &[u8]) -> Vec<u8> {
    let replaced = |octet: &u8| match octet {
        0 => 0x80,
        b'\r' => b' ',
        other => *other,
    };
    by_line(message, |line| line.iter().map(replaced).collect())
}

fn eighth_bit_cleared(message: &[u8]) -> Vec<u8> {
    message.iter().map(|octet| octet & 0x7f).collect()
}

/// As relays do that announce 8BITMIME before one that does not: each part with 8-bit octets becomes quoted-printable.
fn downgraded(message: &[u8]) -> Vec<u8> {
    if message.is_ascii() {
        return message.to_vec();
    }
    let at = memchr::memmem::find(message, b"\r\n\r\n").map_or(message.len(), |at| at + 4);
    let (header, body) = message.split_at(at);
    let text = String::from_utf8_lossy(header).replace("\r\n ", " ").replace("\r\n\t", " ");
    let boundary =
        text.split("boundary=").nth(1).map(|rest| rest.trim_matches('"').split(['"', ';', '\r']).next().unwrap_or_default().to_owned());
    let Some(boundary) = boundary else {
        let header = text.replace("Content-Transfer-Encoding: 8bit", "Content-Transfer-Encoding: quoted-printable");
        return [header.replace(": binary", ": quoted-printable").into_bytes(), quoted_printable(body)].concat();
    };
    let delimiter = format!("--{boundary}");
    let mut converted = header.to_vec();
    let starts: Vec<usize> = memchr::memmem::find_iter(body, delimiter.as_bytes()).collect();
    converted.extend_from_slice(&body[..starts.first().copied().unwrap_or(body.len())]);
    for (at, start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(body.len());
        let (line, part) =
            body[*start..end].split_at(memchr::memmem::find(&body[*start..end], b"\r\n").map_or(end - start, |found| found + 2));
        converted.extend_from_slice(line);
        converted.extend(if end == body.len() { part.to_vec() } else { downgraded(part) });
    }
    converted
}

fn quoted_printable(body: &[u8]) -> Vec<u8> {
    by_line(body, |line| {
        let mut encoded = Vec::new();
        let mut width = 0;
        for octet in line {
            let written = match octet {
                b'=' | 0..=31 | 127.. => format!("={octet:02X}").into_bytes(),
                plain => vec![*plain],
            };
            if width + written.len() > 75 {
                encoded.extend_from_slice(b"=\r\n");
                width = 0;
            }
            width += written.len();
            encoded.extend(written);
        }
        encoded
    })
}
