//! Certificates that others made, ordinary and odd: every field is compared with what x509-parser reads.

use std::collections::BTreeMap;

use smime::cert::{Certificate, DistributionPoint, KeyUsage};
use smime::{Code, pem};
use smime_tests::{Tally, archive, vectors};
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::crl::{flags, is_relative, same_place};

/// Every certificate of the collections, by name: DER.
pub(crate) fn all() -> Option<BTreeMap<String, Vec<u8>>> {
    let folder = vectors()?;
    let mut found = BTreeMap::new();
    for name in [
        "zlint-smime/zlint-smime-certs.tar.gz",
        "pyca/cryptography_vectors-50.0.2-subset.tar.gz",
        "openssl/openssl-3.6.3-testdata.tar.gz",
        "pkits/PKITS_data.tar.gz",
        "pkits/PKITS_p256_certs.tar.gz",
        "gnupg/libksba-1.6.7_gnupg-2.4.9-samples.tar.gz",
        "mbedtls/mbedtls-3.6.6-pkcs7-crl.tar.gz",
    ] {
        for (member, octets) in archive(&folder.join(name)) {
            add(&mut found, &format!("{name}:{member}"), &octets);
        }
    }
    for subfolder in ["rfc9216", "pqc/rfc9881-9935-9909-certs", "rfc4134"] {
        for entry in std::fs::read_dir(folder.join(subfolder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                add(&mut found, &path.display().to_string(), &std::fs::read(&path).expect("a file"));
            }
        }
    }
    Some(found)
}

fn add(found: &mut BTreeMap<String, Vec<u8>>, name: &str, octets: &[u8]) {
    let extension = name.rsplit('.').next().unwrap_or_default();
    if pem::is_pem(octets) {
        let blocks = pem::blocks(octets).filter_map(Result::ok).filter(|block| block.label() == "CERTIFICATE");
        for (index, block) in blocks.enumerate() {
            if let Ok(der) = block.decode() {
                found.insert(format!("{name}#{index}"), der.to_vec());
            }
        }
    } else if matches!(extension, "crt" | "der" | "cer") && !name.contains("/crls/") && !name.contains("ocsp") {
        found.insert(name.to_owned(), octets.to_vec());
    }
}

#[test]
fn fields_agree_with_x509_parser() {
    let Some(certificates) = all() else { return };
    let mut tally = Tally::new("certificate fields");
    let mut refused: BTreeMap<String, Code> = BTreeMap::new();
    for (name, der) in &certificates {
        let oracle = X509Certificate::from_der(der);
        match (Certificate::from_der(der), oracle) {
            (Ok(certificate), Ok((_, oracle))) => {
                let differences = differences(&certificate, &oracle);
                tally.check(differences.is_empty(), || format!("{name}: {}", differences.join(", ")));
                // Whatever stands in a certificate, describing it neither fails nor lets a control character through.
                let description = certificate.describe();
                let shown = format!("{} {} {:?}", description.subject, description.issuer, certificate.mailboxes());
                tally.check(!shown.chars().any(char::is_control), || format!("{name}: {shown:?}"));
            }
            (Ok(_), Err(_)) => tally.skip("read here, not by x509-parser"),
            (Err(_), Err(_)) => tally.skip("no certificate, or none that either reads"),
            (Err(error), Ok(_)) => {
                refused.insert(name.rsplit('/').next().unwrap_or_default().to_owned(), error.code());
            }
        }
    }
    let expected: BTreeMap<_, _> = REFUSED.iter().map(|(name, code)| ((*name).to_owned(), *code)).collect();
    tally.check(refused == expected, || format!("refused here, not by x509-parser: {refused:?}"));
    tally.finish(2_800);
}

/// Where this library is stricter, and why.
const REFUSED: &[(&str, Code)] = &[
    ("invalid_version.pem#0", Code::CertMalformed),
    ("mismatch_inner_outer_sig_algorithm.der", Code::CertAlgorithmMismatch),
    ("rsa_pss_cert_invalid_mgf.der", Code::CertAlgorithmMismatch),
    ("rsa_pss_cert_no_sig_params.der", Code::CertAlgorithmMismatch),
    ("rsa_pss_cert_unsupported_mgf_hash.der", Code::CertAlgorithmMismatch),
    ("two_basic_constraints.pem#0", Code::CertDuplicateExtension),
    // md5WithRSAEncryption inside, md5 outside.
    ("v1_cert.pem#0", Code::CertAlgorithmMismatch),
];

fn differences(certificate: &Certificate, oracle: &X509Certificate<'_>) -> Vec<&'static str> {
    let mut differences = Vec::new();
    let mut check = |same: bool, what| {
        if !same {
            differences.push(what);
        }
    };
    check(certificate.tbs() == oracle.tbs_certificate.as_ref(), "tbs");
    check(u32::from(certificate.version()) == oracle.version().0 + 1, "version");
    check(certificate.serial() == oracle.tbs_certificate.raw_serial(), "serial");
    check(certificate.issuer().der() == oracle.issuer().as_raw(), "issuer");
    check(certificate.subject().der() == oracle.subject().as_raw(), "subject");
    check(certificate.not_before().unix() == oracle.validity().not_before.timestamp(), "notBefore");
    check(certificate.not_after().unix() == oracle.validity().not_after.timestamp(), "notAfter");
    check(certificate.spki() == oracle.public_key().raw, "subjectPublicKeyInfo");
    check(certificate.signature() == oracle.signature_value.as_ref(), "signature");
    let extensions: Vec<_> = certificate.extensions().map(|extension| (extension.dotted(), extension.critical, extension.value)).collect();
    let expected: Vec<_> =
        oracle.extensions().iter().map(|extension| (extension.oid.to_id_string(), extension.critical, extension.value)).collect();
    check(extensions == expected, "extensions");
    if let (Ok(found), Ok(expected)) = (certificate.basic_constraints(), oracle.basic_constraints()) {
        let expected = expected.map(|extension| (extension.value.ca, extension.value.path_len_constraint.map(u64::from)));
        check(found.map(|constraints| (constraints.ca, constraints.path_length)) == expected, "basicConstraints");
    }
    if let (Ok(found), Ok(expected)) = (certificate.key_usage(), oracle.key_usage()) {
        let signs = |usage: KeyUsage| {
            (usage.any(KeyUsage::DIGITAL_SIGNATURE), usage.any(KeyUsage::KEY_CERT_SIGN), usage.any(KeyUsage::DECIPHER_ONLY))
        };
        let expected = expected.map(|usage| (usage.value.digital_signature(), usage.value.key_cert_sign(), usage.value.decipher_only()));
        check(found.map(signs) == expected, "keyUsage");
    }
    if let (Ok(found), Ok(expected)) = (certificate.extended_key_usage(), oracle.extended_key_usage()) {
        let found = found.map(|usage| usage.contains(smime::asn1::oid::KP_EMAIL_PROTECTION));
        check(found == expected.map(|usage| usage.value.email_protection), "extKeyUsage");
    }
    let points = oracle.extensions().iter().find_map(|extension| match extension.parsed_extension() {
        ParsedExtension::CRLDistributionPoints(points) => Some(points),
        _ => None,
    });
    if let (Ok(found), Some(expected)) = (certificate.crl_distribution_points(), points) {
        let found = found.unwrap_or_default();
        let same = found.iter().zip(expected.iter()).all(|(found, expected)| {
            // x509-parser reads nothing of a point with a relative name.
            if is_relative(found.name.as_ref()) {
                return true;
            }
            same_place(found.name.as_ref(), expected.distribution_point.as_ref())
                && found.reasons == expected.reasons.as_ref().map(|reasons| flags(reasons.flags))
                && found.crl_issuer.len() == expected.crl_issuer.as_ref().map_or(0, Vec::len)
        });
        check(found.len() == expected.len() && same, "cRLDistributionPoints");
        check(
            found.iter().flat_map(DistributionPoint::urls).collect::<Vec<_>>() == certificate.crl_urls(),
            "URLs of cRLDistributionPoints",
        );
    }
    if let (Ok(found), Ok(expected)) = (certificate.subject_alternative_names(), oracle.subject_alternative_name()) {
        check(found.map(|names| names.len()) == expected.map(|names| names.value.general_names.len()), "subjectAltName");
    }
    differences
}
