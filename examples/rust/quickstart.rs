//! A small CA, two people, one signed and encrypted message: `cargo run --example quickstart`.
//!
//! The messages are left in `target/quickstart/` to look at.

use std::error::Error;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use smime::ca::{CertificateTemplate, Issuer};
use smime::crypto::{Curve, KeyKind, PrivateKey};
use smime::{Encryptor, Identity, Opener, Signer, Time, TrustStore};

const MESSAGE: &[u8] = b"From: Alice <alice@example.org>\r\n\
    To: Bob <bob@example.org>\r\n\
    Subject: Lunch\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\
    \r\n\
    Caf\xc3\xa9 Central at noon?\r\n";

const DAY: i64 = 86_400;

fn main() -> Result<(), Box<dyn Error>> {
    let now = Time::from_unix(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs().try_into()?);
    let folder = Path::new("target/quickstart");
    std::fs::create_dir_all(folder)?;

    // A certification authority, and two people with certificates from it.
    let key = PrivateKey::generate(KeyKind::Ec(Curve::P256))?;
    let authority = Issuer::self_signed(&key, &CertificateTemplate::authority("Example CA", now, now.plus_seconds(3650 * DAY)))?;
    let alice = person(&authority, "Alice", "alice@example.org", KeyKind::Rsa { bits: 2048 }, now)?;
    let bob = person(&authority, "Bob", "bob@example.org", KeyKind::Ec(Curve::P256), now)?;
    let trust = TrustStore::builder().anchor(authority.certificate()).build();

    // Alice signs, then encrypts to Bob.
    let signed = Signer::new(&alice).at(now).sign(MESSAGE)?;
    let sealed = Encryptor::new().recipient(bob.certificate())?.encrypt(&signed)?;
    std::fs::write(folder.join("signed.eml"), &signed)?;
    std::fs::write(folder.join("sealed.eml"), &sealed)?;

    // Bob opens: every layer, to the content and a verdict with reasons.
    let opened = Opener::new(&trust).identity(&bob).at(now).as_message(true).open(&sealed)?;
    std::fs::write(folder.join("opened.eml"), opened.content()?)?;
    std::fs::write(folder.join("report.json"), opened.report().to_json_pretty())?;

    println!("{}", opened.report().to_json_pretty());
    println!("\n{}\n", opened.report().summary());
    println!("{}", String::from_utf8_lossy(opened.content()?));
    println!("Left to look at, in {}: signed.eml, sealed.eml, opened.eml, report.json", folder.display());
    Ok(())
}

fn person(authority: &Issuer, name: &str, address: &str, kind: KeyKind, now: Time) -> Result<Identity, Box<dyn Error>> {
    let key = PrivateKey::generate(kind)?;
    let certificate =
        authority.issue(key.public_key(), &CertificateTemplate::end_entity(name, address, now, now.plus_seconds(365 * DAY)))?;
    Ok(Identity::from_parts(key, certificate, Vec::new())?)
}
