//! The jobs that `cargo xtask bench` compares with OpenSSL (`openssl.c` beside this file).
//!
//! `bench-ours fixtures FOLDER` makes keys, certificates and messages; `bench-ours JOB KEY INPUT ITERATIONS FOLDER` prints the CPU
//! seconds of one iteration and the peak memory in KiB, as the other program does.
//!
//! `bench-ours lists FOLDER ENTRIES` makes revocation lists; `bench-ours look-up LIST` prints what reading one and finding entries takes.
//! `bench-ours answers` prints how many OCSP requests a second each kind of key answers; `bench-ours issue ENTRIES` what issuing a list takes.
//! `bench-ours graphs` prints what certification graphs made to exhaust take, a name, CPU seconds and counts on each line.

mod graphs;
mod lists;
mod revoking;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use smime::ca::{CertificateTemplate, Issuer};
use smime::crypto::{Curve, KeyKind, PrivateKey};
use smime::{Certificate, ContentCipher, Encryptor, Identity, Opener, Signer, Time, TrustStore};

type Outcome = Result<(), Box<dyn std::error::Error>>;

const KINDS: [(&str, KeyKind); 3] =
    [("rsa2048", KeyKind::Rsa { bits: 2048 }), ("rsa3072", KeyKind::Rsa { bits: 3072 }), ("p256", KeyKind::Ec(Curve::P256))];
const DAY: i64 = 86_400;
/// Input over this size is read from the file each time.
const IN_MEMORY: u64 = 100_000_000;

fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["fixtures", folder, large] => fixtures(Path::new(folder), large.parse()?),
        ["lists", folder, entries] => lists::make(Path::new(folder), entries.parse()?),
        ["look-up", list] => lists::look_up(Path::new(list)),
        ["list", _, list, iterations, folder] => lists::read(&Path::new(folder).join(list), iterations.parse()?),
        ["graphs"] => graphs::judge(),
        ["answers"] => revoking::answer(),
        ["issue", entries] => revoking::issue(entries.parse()?),
        [job, kind, input, iterations, folder] => measure(job, kind, input, iterations.parse()?, Path::new(folder)),
        _ => {
            Err("bench-ours fixtures FOLDER LARGE_MIB | JOB KEY INPUT ITERATIONS FOLDER | lists FOLDER ENTRIES | look-up LIST | graphs | answers | issue ENTRIES"
                .into())
        }
    }
}

fn now() -> Time {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Time::from_unix(since.as_secs() as i64)
}

fn fixtures(folder: &Path, large: usize) -> Outcome {
    std::fs::create_dir_all(folder)?;
    for (name, octets) in [("2k", 2_000), ("10m", 10_000_000)] {
        std::fs::write(folder.join(format!("plain-{name}.eml")), message(octets))?;
    }
    if large > 0 {
        let mut file = BufWriter::new(File::create(folder.join("plain-large.eml"))?);
        file.write_all(&message(0))?;
        let block = text(1 << 20);
        for _ in 0..large {
            file.write_all(&block)?;
        }
    }
    for (kind, key_kind) in KINDS {
        people(folder, kind, key_kind)?;
        let identity = identity(folder, kind)?;
        for size in ["2k", "10m", "large"] {
            let plain = folder.join(format!("plain-{size}.eml"));
            if !plain.exists() || (size == "large" && kind != "rsa2048") {
                continue;
            }
            let out = |form: &str| File::create(folder.join(format!("{form}-{kind}-{size}.eml"))).map(BufWriter::new);
            Signer::new(&identity).at(now()).sign_from(&mut File::open(&plain)?, &mut out("signed")?)?;
            let to = Encryptor::new().recipient(identity.certificate())?;
            to.clone().cipher(ContentCipher::Aes256Cbc)?.encrypt_from(&mut File::open(&plain)?, &mut out("cbc")?)?;
            to.cipher(ContentCipher::Aes256Gcm)?.encrypt_from(&mut File::open(&plain)?, &mut out("gcm")?)?;
        }
    }
    Ok(())
}

fn text(octets: usize) -> Vec<u8> {
    b"The quick brown fox jumps over the lazy dog, and then it does so again.\r\n".iter().copied().cycle().take(octets / 73 * 73).collect()
}

fn message(octets: usize) -> Vec<u8> {
    let mut message = b"From: bench@example.org\r\nTo: bench@example.org\r\nSubject: bench\r\nContent-Type: text/plain\r\n\r\n".to_vec();
    message.extend(text(octets));
    message
}

/// A root, an intermediate and a person, in PEM files that both programs read.
fn people(folder: &Path, kind: &str, key_kind: KeyKind) -> Outcome {
    let (from, until) = (now().plus_seconds(-DAY), now().plus_seconds(365 * DAY));
    let root_key = PrivateKey::generate(key_kind)?;
    let root = Issuer::self_signed(&root_key, &CertificateTemplate::authority("Bench Root", from, until))?;
    let issuing_key = PrivateKey::generate(key_kind)?;
    let issuing = root.issue(issuing_key.public_key(), &CertificateTemplate::authority("Bench Issuing", from, until))?;
    let key = PrivateKey::generate(key_kind)?;
    let person = Issuer::new(&issuing_key, issuing.clone())?
        .issue(key.public_key(), &CertificateTemplate::end_entity("Bench", "bench@example.org", from, until))?;
    std::fs::write(folder.join(format!("{kind}.root.crt")), root.certificate().to_pem())?;
    std::fs::write(folder.join(format!("{kind}.ca.crt")), issuing.to_pem())?;
    std::fs::write(folder.join(format!("{kind}.crt")), person.to_pem())?;
    std::fs::write(folder.join(format!("{kind}.key")), smime::pem::encode("PRIVATE KEY", &key.to_pkcs8()?))?;
    Ok(())
}

fn identity(folder: &Path, kind: &str) -> Result<Identity, Box<dyn std::error::Error>> {
    let mut pem = String::new();
    for part in ["key", "crt", "ca.crt"] {
        pem.push_str(&std::fs::read_to_string(folder.join(format!("{kind}.{part}")))?);
    }
    Ok(Identity::from_pem(&pem, None)?)
}

fn measure(job: &str, kind: &str, input: &str, iterations: u32, folder: &Path) -> Outcome {
    let identity = identity(folder, kind)?;
    let root = Certificate::from_pem(&std::fs::read(folder.join(format!("{kind}.root.crt")))?)?;
    let trust = || TrustStore::builder().anchor(&root).build();
    let mut encryptor = Encryptor::new();
    for _ in 0..if job.contains("100") { 100 } else { 1 } {
        encryptor = encryptor.recipient(identity.certificate())?;
    }
    let encryptor = encryptor.cipher(if job.contains("gcm") { ContentCipher::Aes256Gcm } else { ContentCipher::Aes256Cbc })?;
    let signer = Signer::new(&identity).at(now());
    let shared = Opener::new(&trust()).identity(&identity).at(now());
    // A path that was seen before costs nothing; the plain verify job gets a store that has seen none.
    let opener = || if job == "verify" { Opener::new(&trust()).identity(&identity).at(now()) } else { shared.clone() };

    let path = folder.join(input);
    let in_memory = std::fs::metadata(&path)?.len() < IN_MEMORY;
    let message = if in_memory { std::fs::read(&path)? } else { Vec::new() };
    if job.contains("warm") {
        require(shared.open(&message)?.is_acceptable())?;
    }
    let mut start = 0.0;
    // The first turn is not counted: the random generators of both libraries gather their entropy in it.
    for turn in 0..=iterations {
        if turn == 1 {
            start = cpu_seconds();
        }
        match (job.as_bytes().first(), in_memory) {
            (Some(b's'), true) => drop(signer.sign(&message)?),
            (Some(b's'), false) => signer.sign_from(&mut File::open(&path)?, &mut std::io::sink())?,
            (Some(b'e'), true) => drop(encryptor.encrypt(&message)?),
            (Some(b'e'), false) => encryptor.encrypt_from(&mut File::open(&path)?, &mut std::io::sink())?,
            (_, true) => require(opener().open(&message)?.is_acceptable())?,
            (_, false) => require(opener().open_from(&mut File::open(&path)?, &mut std::io::sink())?.is_acceptable())?,
        }
    }
    println!("{:.9} {}", (cpu_seconds() - start) / f64::from(iterations), peak_kib());
    Ok(())
}

fn require(holds: bool) -> Outcome {
    if holds { Ok(()) } else { Err("the message was not accepted".into()) }
}

/// CPU time of this process so far, from the kernel's account in nanoseconds.
fn cpu_seconds() -> f64 {
    let account = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    account.split_ascii_whitespace().next().and_then(|nanoseconds| nanoseconds.parse::<f64>().ok()).unwrap_or_default() / 1e9
}

fn peak_kib() -> u64 {
    status_kib("VmHWM:")
}

fn resident_kib() -> u64 {
    status_kib("VmRSS:")
}

fn status_kib(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse().unwrap_or_default()
}
