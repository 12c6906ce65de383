//! CMS messages from the test vectors, whoever made them.

use std::collections::BTreeMap;
use std::path::Path;

use smime_tests::{archive, vectors, zip};

/// Every sample, by a name that says where it comes from; `None` without test vectors.
pub(super) fn all() -> Option<BTreeMap<String, Vec<u8>>> {
    let folder = vectors()?;
    let mut samples = BTreeMap::new();
    rfc4134(&folder, &mut samples);
    nss(&folder, &mut samples);
    archived(&folder.join("openssl/openssl-3.6.3-testdata.tar.gz"), "openssl", &mut samples);
    archived(&folder.join("gnupg/libksba-1.6.7_gnupg-2.4.9-samples.tar.gz"), "gnupg", &mut samples);
    archived(&folder.join("pyca/cryptography_vectors-50.0.2-subset.tar.gz"), "pyca", &mut samples);
    archived(&folder.join("mbedtls/mbedtls-3.6.6-pkcs7-crl.tar.gz"), "mbedtls", &mut samples);
    archived(&folder.join("pkits/PKITS_data.tar.gz"), "pkits", &mut samples);
    hackathon(&folder, &mut samples);
    pqc(&folder, &mut samples);
    Some(samples)
}

fn rfc4134(folder: &Path, samples: &mut BTreeMap<String, Vec<u8>>) {
    for (name, octets) in files(&folder.join("rfc4134")) {
        match name.rsplit_once('.') {
            Some((_, "bin")) if name != "ExContent.bin" => _ = samples.insert(format!("rfc4134/{name}"), octets),
            Some((_, "eml")) => _ = samples.insert(format!("rfc4134/{name}"), base64_of_mail(&octets).expect("base64 in it")),
            _ => {}
        }
    }
}

fn nss(folder: &Path, samples: &mut BTreeMap<String, Vec<u8>>) {
    for (name, octets) in files(&folder.join("nss-interop")) {
        if name.ends_with(".env") {
            samples.insert(format!("nss-interop/{name}"), octets);
        }
    }
}

fn pqc(folder: &Path, samples: &mut BTreeMap<String, Vec<u8>>) {
    for part in ["rfc9882-cms-ml-dsa", "rfc9936-cms-ml-kem"] {
        for (name, octets) in files(&folder.join("pqc").join(part)) {
            insert(format!("{part}/{name}"), &octets, samples);
        }
    }
}

fn hackathon(folder: &Path, samples: &mut BTreeMap<String, Vec<u8>>) {
    for (name, octets) in files(&folder.join("pqc/hackathon")) {
        if name.contains("_cms_") && name.ends_with(".zip") {
            for (member, octets) in zip(&octets) {
                if member.contains("signed_attrs") || member.contains("_kemri") || member.contains("_signed") {
                    insert(format!("{name}/{member}"), &octets, samples);
                }
            }
        }
    }
}

fn archived(path: &Path, source: &str, samples: &mut BTreeMap<String, Vec<u8>>) {
    for (name, octets) in archive(path) {
        let kinds = [".cms", ".p7m", ".p7s", ".p7b", ".der", ".pem", ".asc", ".eml"];
        if kinds.iter().any(|kind| name.ends_with(kind)) {
            insert(format!("{source}/{name}"), &octets, samples);
        }
    }
}

/// Takes in what is a ContentInfo, bare, in PEM or in a mail.
fn insert(name: String, octets: &[u8], samples: &mut BTreeMap<String, Vec<u8>>) {
    let found = if octets.starts_with(b"-----BEGIN ") {
        smime::pem::blocks(octets).filter_map(Result::ok).find_map(|block| {
            ["PKCS7", "CMS", "ENCRYPTED MESSAGE", "SIGNED MESSAGE"].contains(&block.label()).then(|| block.decode().ok()).flatten()
        })
    } else if name.ends_with(".eml") || octets.starts_with(b"MIME-Version") {
        base64_of_mail(octets).map(Into::into)
    } else {
        Some(octets.to_vec().into())
    };
    if let Some(found) = found.filter(|octets| is_content_info(octets)) {
        samples.insert(name, found.to_vec());
    }
}

/// Whether this begins like a ContentInfo: a SEQUENCE whose first element is an OBJECT IDENTIFIER under pkcs-7 or smime.
fn is_content_info(octets: &[u8]) -> bool {
    let head = &octets[..octets.len().min(16)];
    octets.first() == Some(&0x30)
        && [
            &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07][..],
            &[0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09],
        ]
        .iter()
        .any(|oid| head.windows(oid.len()).any(|window| window == *oid))
}

/// The last base64 body of a mail.
fn base64_of_mail(mail: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(mail).replace("\r\n", "\n");
    let (_, rest) = text.rsplit_once("base64")?;
    let (_, body) = rest.split_once("\n\n")?;
    let body: Vec<&str> = body.lines().take_while(|line| !line.starts_with("--")).collect();
    let pem = format!("-----BEGIN CMS-----\n{}\n-----END CMS-----\n", body.join("\n"));
    let block = smime::pem::blocks(pem.as_bytes()).next()?.ok()?;
    block.decode().ok().map(|octets| octets.to_vec())
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().is_file())
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).expect("a file")))
        .collect()
}
