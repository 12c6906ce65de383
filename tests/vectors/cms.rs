//! The CMS reader against messages that others made, whole, cut and damaged.

mod counts;
mod oracle;
mod record;
mod samples;

use std::collections::BTreeMap;

use smime::asn1::oid;
use smime::cms::{AttributeSwapDetector, CmsReader, SignedAttributes};
use smime::crypto::DigestAlgorithm;
use smime::{Class, Code, Limits};
use smime_tests::{Tally, archive, hex, json, vectors};

use record::{Record, read};

/// Samples that are refused, and why.
const REFUSED: [(&str, Code); 19] = [
    ("rfc4134/3.1.bin", Code::CmsTypeUnsupported),
    ("rfc4134/3.2.bin", Code::CmsTypeUnsupported),
    ("rfc4134/6.0.bin", Code::CmsTypeUnsupported),
    ("rfc4134/7.1.bin", Code::CmsTypeUnsupported),
    ("rfc4134/7.2.bin", Code::CmsTypeUnsupported),
    // SignedAndEnvelopedData, and content that is no OCTET STRING.
    ("openssl/80-test_cms_data/pkcs7-md4-encrypted.pem", Code::CmsTypeUnsupported),
    ("pyca/pkcs7/authenticode.der", Code::CmsTypeUnsupported),
    // One octet follows.
    ("openssl/pkcs7-1.pem", Code::BerTrailing),
    // Damaged signers.
    ("mbedtls/pkcs7_data_signed_badsigner.der", Code::BerTag),
    ("mbedtls/pkcs7_data_signed_badsigner1_badsize.der", Code::BerTruncated),
    ("mbedtls/pkcs7_data_signed_badsigner1_badtag.der", Code::BerTag),
    ("mbedtls/pkcs7_data_signed_badsigner1_fuzzbad.der", Code::BerTag),
    ("mbedtls/pkcs7_data_signed_badsigner2_badsize.der", Code::BerTruncated),
    ("mbedtls/pkcs7_data_signed_badsigner2_badtag.der", Code::BerTag),
    ("mbedtls/pkcs7_data_signed_badsigner2_fuzzbad.der", Code::BerTag),
    ("mbedtls/pkcs7_signerInfo_1_serial_invalid_tag_after_long_name.der", Code::BerTag),
    ("mbedtls/pkcs7_signerInfo_2_invalid_tag.der", Code::BerTag),
    ("mbedtls/pkcs7_signerInfo_issuer_invalid_size.der", Code::BerTag),
    ("mbedtls/pkcs7_signerInfo_serial_invalid_size.der", Code::BerTruncated),
];

/// The samples that are read, by name.
fn readable() -> Option<BTreeMap<String, (Vec<u8>, Record)>> {
    let samples = samples::all()?;
    Some(samples.into_iter().filter_map(|(name, octets)| read(&octets, usize::MAX).ok().map(|record| (name, (octets, record)))).collect())
}

#[test]
fn every_sample_is_read_or_refused_for_its_reason() {
    let Some(samples) = samples::all() else { return };
    let refused = BTreeMap::from(REFUSED);
    let mut tally = Tally::new("CMS samples");
    for (name, octets) in &samples {
        let code = read(octets, usize::MAX).err().map(|error| error.code());
        tally.check(code.as_ref() == refused.get(name.as_str()), || format!("{name}: {code:?}"));
    }
    tally.finish(719);
    assert!(REFUSED.iter().all(|(name, _)| samples.contains_key(*name)));
}

#[test]
fn cutting_a_sample_makes_no_difference() {
    let Some(samples) = readable() else { return };
    let mut tally = Tally::new("CMS samples in pieces");
    for (name, (octets, whole)) in &samples {
        for chunk in [1, 7, 1000] {
            let pieces = read(octets, chunk);
            tally.check(pieces.as_ref().is_ok_and(|pieces| pieces == whole), || format!("{name} in pieces of {chunk}"));
        }
    }
    tally.finish(3 * 700);
}

/// The reader is asked after each octet whether the message is whole; that is the same as ending the input there.
#[test]
fn a_sample_cut_short_anywhere_is_truncated() {
    let Some(samples) = readable() else { return };
    let mut tally = Tally::new("CMS truncations");
    for (name, (octets, _)) in &samples {
        let mut record = Record::default();
        let mut reader = CmsReader::new(&Limits::default());
        for (place, octet) in octets.iter().enumerate() {
            let code = reader.finish().err().map(|error| error.code());
            tally.check(code == Some(Code::BerTruncated), || format!("{name} cut at {place}: {code:?}"));
            reader.push(std::slice::from_ref(octet), &mut record).expect("a sample that is read");
        }
        tally.check(reader.finish().is_ok(), || format!("{name}: not whole at its end"));
        let trailing = reader.push(b"\n", &mut record).err().map(|error| error.code());
        tally.check(trailing == Some(Code::BerTrailing), || format!("{name}: {trailing:?}"));
    }
    tally.finish(1_000_000);
}

#[test]
fn flipped_bits_never_panic() {
    let Some(samples) = readable() else { return };
    let mut tally = Tally::new("CMS bit flips");
    for (name, (octets, _)) in samples.iter().filter(|(_, (octets, _))| octets.len() < 1_000) {
        for place in 0..octets.len() {
            for bit in 0..8 {
                let mut damaged = octets.clone();
                damaged[place] ^= 1 << bit;
                let fine = match read(&damaged, usize::MAX) {
                    Ok(_) => true,
                    Err(error) => matches!(error.class(), Class::Malformed | Class::Unsupported | Class::Limit),
                };
                tally.check(fine, || format!("{name}: bit {bit} of octet {place}"));
            }
        }
    }
    tally.finish(200_000);
}

/// That the content comes out right is shown by its digest, which the signer has put into the signed attributes.
#[test]
fn content_has_the_digest_that_the_signer_gave() {
    let Some(samples) = readable() else { return };
    let mut tally = Tally::new("CMS content digests");
    for (name, (_, record)) in &samples {
        let Some(end) = record.signed_end.as_ref().filter(|_| record.present == Some(true)) else { continue };
        for signer in &end.signers {
            let Some(attributes) = &signer.signed_attributes else { continue };
            let (Ok(expected), Some(digest)) = (attributes.message_digest(), DigestAlgorithm::from_oid(signer.digest_algorithm.oid)) else {
                tally.skip("another digest, or none");
                continue;
            };
            let matches = digest.digest(&record.content)[..] == *expected;
            let bad = name.contains("-bad") || name.contains("cryptonext");
            if bad && !matches {
                tally.skip("content altered on purpose, or signed apart from what is there");
            } else {
                tally.check(matches, || name.clone());
            }
        }
    }
    tally.finish(90);
}

#[test]
fn attributes_of_samples_are_judged() {
    let Some(samples) = readable() else { return };
    let attributes = |name: &str| -> SignedAttributes {
        let (_, record) = &samples[&format!("openssl/80-test_cms_data/{name}.cms")];
        record.signed_end.as_ref().expect("SignedData").signers[0].signed_attributes.clone().expect("signed attributes")
    };
    assert_eq!(attributes("no_ct_attr").content_type().unwrap_err().code(), Code::SigAttributeMissing);
    assert_eq!(attributes("no_md_attr").message_digest().unwrap_err().code(), Code::SigAttributeMissing);
    assert_eq!(attributes("ct_multiple_attr").content_type().unwrap_err().code(), Code::SigAttributeDuplicate);
    let (_, misplaced) = &samples["openssl/80-test_cms_data/bad_signtime_attr.cms"];
    let misplaced = &misplaced.signed_end.as_ref().expect("SignedData").signers[0];
    assert_eq!(misplaced.misplaced_attribute(), Some(oid::ID_SIGNING_TIME));
    let mut tally = Tally::new("CMS attributes");
    for (name, (_, record)) in &samples {
        for signer in record.signed_end.iter().flat_map(|end| &end.signers) {
            let Some(attributes) = &signer.signed_attributes else { continue };
            if name.starts_with("gnupg/gnupg-cms/text-") {
                // Early versions of gpgsm left the content type out.
                let code = attributes.content_type().err().map(|error| error.code());
                tally.check(code == Some(Code::SigAttributeMissing), || format!("{name}: {code:?}"));
            } else if !name.starts_with("openssl/80-test_cms_data") {
                let read =
                    attributes.content_type().and(attributes.message_digest().map(|_| ())).and(attributes.signing_time().map(|_| ()));
                let more = attributes.smime_capabilities().map(|_| ()).and(attributes.algorithm_protection().map(|_| ()));
                tally.check(read.is_ok() && more.is_ok(), || format!("{name}: {read:?} {more:?}"));
                tally.check(signer.misplaced_attribute().is_none(), || format!("{name}: places"));
            }
            let signed = attributes.to_be_signed();
            tally.check(attributes.is_der() == attributes.to_be_signed_der().is_ok_and(|der| der == signed), || name.clone());
        }
    }
    tally.finish(800);
}

#[test]
fn signed_attributes_presented_as_content_are_recognised() {
    let Some(samples) = readable() else { return };
    let mut tally = Tally::new("attribute swaps");
    let detects = |content: &[u8]| {
        let mut detector = AttributeSwapDetector::new();
        content.chunks(100).for_each(|piece| detector.push(piece));
        detector.finish()
    };
    for (name, (_, record)) in &samples {
        tally.check(!detects(&record.content), || format!("{name}: ordinary content"));
        for attributes in record.signed_end.iter().flat_map(|end| &end.signers).filter_map(|signer| signer.signed_attributes.as_ref()) {
            tally.check(detects(&attributes.to_be_signed()), || format!("{name}: signed attributes"));
        }
    }
    tally.finish(1_000);
}

#[test]
fn kinds_of_recipients_are_told() {
    let Some(samples) = readable() else { return };
    let mut tally = Tally::new("recipients");
    for (name, (_, record)) in &samples {
        let Some(start) = &record.enveloped else { continue };
        let kinds: Vec<&str> = start.recipients.iter().map(|recipient| recipient.kind()).collect();
        let expected = match name.as_str() {
            // Named otherwise, but for an RSA key.
            name if name.starts_with("cht_") && name.contains("_kemri_auth") => "ktri",
            name if name.contains("_kemri") || name.contains("ML-KEM") => "ori",
            name if name.contains("pwri") => "pwri",
            name if ["-ec_", "ecdh", "dh-malformed", "from_1_1_1"].iter().any(|part| name.contains(part)) => "kari",
            name if name.contains("for-aes-gcm") => "kekri",
            name if name.contains("missing-kdf") => "pwri",
            _ => "ktri",
        };
        tally.check(kinds.contains(&expected), || format!("{name}: {kinds:?}"));
        let authenticated = name.contains("_kemri_auth") || name.contains(".gcm.") || name.ends_with("ML-KEM-512.cms");
        tally.check(start.authenticated == authenticated, || format!("{name}: authenticated {}", start.authenticated));
        tally.check(record.enveloped_end.as_ref().is_some_and(|end| end.mac.is_empty() != authenticated), || format!("{name}: mac"));
    }
    tally.finish(500);
}

/// Mbed TLS's own broken inputs. It looks into certificates and names while it reads CMS; here a certificate is judged where it is
/// needed, and what stands as the value of a name or of parameters is carried along.
#[test]
fn broken_inputs_of_mbed_tls() {
    let Some(folder) = vectors() else { return };
    let cases = json(&folder.join("mbedtls/pkcs7-cases.json.gz"));
    let mut tally = Tally::new("broken inputs of Mbed TLS");
    let mut carried = 0;
    for case in cases["cases"].as_array().expect("cases").iter().filter(|case| case["operation"] == "pkcs7_asn1_fail") {
        let title = case["title"].as_str().expect("a title");
        let octets = hex(case["args"][0].as_str().expect("octets"));
        match read(&octets, usize::MAX) {
            Err(error) => {
                let class = error.class();
                tally.check(matches!(class, Class::Malformed | Class::Unsupported | Class::Limit), || format!("{title}: {error}"));
            }
            Ok(record) => {
                let certificates = record.signed_end.expect("SignedData").certificates.certificates;
                let malformed = certificates.iter().any(|octets| !is_certificate(octets));
                let of_a_value = ["tag 0c to 02", "tag 13 to 02", "tag 05 to 02"].iter().any(|change| title.contains(change));
                carried += usize::from(!malformed && of_a_value);
                tally.check(malformed || of_a_value, || format!("{title}: accepted"));
            }
        }
        let cut = read(&octets, 1).is_ok();
        tally.check(cut == read(&octets, usize::MAX).is_ok(), || format!("{title}: octet by octet"));
    }
    tally.finish(2 * 775);
    assert!(carried <= 27, "{carried} with another type as a value");
}

fn is_certificate(octets: &[u8]) -> bool {
    use der::Decode as _;
    x509_cert::Certificate::from_der(octets).is_ok()
}

#[test]
fn files_of_mbed_tls_are_read_where_they_are_well_formed() {
    let Some(folder) = vectors() else { return };
    let files = archive(&folder.join("mbedtls/mbedtls-3.6.6-pkcs7-crl.tar.gz"));
    let cases = json(&folder.join("mbedtls/pkcs7-cases.json.gz"));
    let mut tally = Tally::new("files of Mbed TLS");
    for case in cases["cases"].as_array().expect("cases").iter().filter(|case| case["operation"] == "pkcs7_parse") {
        let (file, expected) = (case["args"][0].as_str().expect("a file"), case["args"][1].as_str().expect("a result"));
        // A bare SignedData, and what Mbed TLS does not do or judges on the certificate.
        let bare = file == "pkcs7_data_cert_signeddata_sha256.der";
        let limits_of_mbed_tls =
            ["FEATURE_UNAVAILABLE", "INVALID_CERT", "INVALID_ALG", "INVALID_VERSION"].iter().any(|limit| expected.contains(limit));
        let mut record = Record::default();
        let mut reader = if bare {
            CmsReader::bare(oid::ID_SIGNED_DATA, &Limits::default()).expect("a reader")
        } else {
            CmsReader::new(&Limits::default())
        };
        let result = reader.push(&files[file], &mut record).and_then(|()| reader.finish());
        let due = expected == "MBEDTLS_PKCS7_SIGNED_DATA" || limits_of_mbed_tls;
        tally.check(result.is_ok() == due, || format!("{file}: {result:?}, {expected}"));
    }
    tally.finish(23);
}
