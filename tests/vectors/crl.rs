//! Revocation lists that others made, ordinary and odd: every field is compared with what x509-parser reads.

use std::collections::{BTreeMap, BTreeSet};

use smime::asn1::oid;
use smime::cert::{Certificate, CertificateList, DistributionPointName, ReasonFlags};
use smime::{Code, pem};
use smime_tests::{Tally, archive, vectors};
use x509_parser::extensions::{DistributionPointName as OracleName, GeneralName as OracleGeneralName, ParsedExtension};
use x509_parser::prelude::{CertificateRevocationList, FromDer};

const PKITS: &str = "pkits/PKITS_data.tar.gz";

/// Every list of the collections, by name: DER.
fn all() -> Option<BTreeMap<String, Vec<u8>>> {
    let folder = vectors()?;
    let mut found = BTreeMap::new();
    for name in [
        PKITS,
        "pyca/cryptography_vectors-50.0.2-subset.tar.gz",
        "openssl/openssl-3.6.3-testdata.tar.gz",
        "mbedtls/mbedtls-3.6.6-pkcs7-crl.tar.gz",
        "gnupg/libksba-1.6.7_gnupg-2.4.9-samples.tar.gz",
    ] {
        for (member, octets) in archive(&folder.join(name)) {
            add(&mut found, &format!("{name}:{member}"), &octets);
        }
    }
    for entry in std::fs::read_dir(folder.join("rfc4134")).expect("a folder") {
        let path = entry.expect("an entry").path();
        add(&mut found, &format!("rfc4134:{}", path.display()), &std::fs::read(&path).expect("a file"));
    }
    Some(found)
}

fn add(found: &mut BTreeMap<String, Vec<u8>>, name: &str, octets: &[u8]) {
    let file = name.rsplit(['/', ':']).next().unwrap_or_default();
    if pem::is_pem(octets) {
        let blocks = pem::blocks(octets).filter_map(Result::ok).filter(|block| block.label() == "X509 CRL");
        for (index, block) in blocks.enumerate() {
            if let Ok(der) = block.decode() {
                found.insert(format!("{name}#{index}"), der.to_vec());
            }
        }
    } else if file.ends_with(".crl") || (file.contains("crl") && file.ends_with(".der")) {
        found.insert(name.to_owned(), octets.to_vec());
    }
}

#[test]
fn fields_agree_with_x509_parser() {
    let Some(lists) = all() else { return };
    let mut tally = Tally::new("revocation lists");
    let mut refused: BTreeMap<String, Code> = BTreeMap::new();
    let (mut entries, mut pkits) = (0, 0);
    for (name, der) in &lists {
        pkits += usize::from(name.starts_with(PKITS));
        let oracle = CertificateRevocationList::from_der(der);
        match (CertificateList::from_der(der), oracle) {
            (Ok(list), Ok((_, oracle))) => {
                let differences = differences(&list, &oracle);
                if is_relative(list.issuing_distribution_point().and_then(|scope| scope.distribution_point.as_ref())) {
                    tally.skip("issuingDistributionPoint with a relative name, which x509-parser does not read");
                }
                tally.check(differences.is_empty(), || format!("{name}: {}", differences.join(", ")));
                tally.check(every_entry_is_found(&list), || format!("{name}: an entry is not found"));
                entries += list.len();
            }
            (Ok(_), Err(_)) => tally.skip("read here, not by x509-parser"),
            (Err(error), _) => _ = refused.insert(name.rsplit('/').next().unwrap_or_default().to_owned(), error.code()),
        }
    }
    let expected: BTreeMap<_, _> = REFUSED.iter().map(|(name, code)| ((*name).to_owned(), *code)).collect();
    tally.check(refused == expected, || format!("refused: {refused:?}"));
    tally.check(pkits == 173, || format!("{pkits} lists of PKITS"));
    println!("{} lists, {entries} entries, {} refused", lists.len(), refused.len());
    tally.finish(490);
}

/// What is refused, and why.
const REFUSED: &[(&str, Code)] = &[
    ("crl_bad_version.pem#0", Code::CrlMalformed),
    ("crl_dup_entry_ext.pem#0", Code::CertDuplicateExtension),
    ("crl_inner_outer_mismatch.der", Code::CertAlgorithmMismatch),
    // Nobody could say whose certificate the entry is about.
    ("crl_inval_cert_issuer_entry_ext.pem#0", Code::CrlMalformed),
    ("crl_invalid_time.der", Code::CrlMalformed),
];

/// What x509-parser cannot be asked: relative names.
#[test]
fn relative_names() {
    let Some(lists) = all() else { return };
    let mut tally = Tally::new("relative names in revocation lists");
    for (name, user, ca, reasons) in [
        ("crl_idp_only_ca.pem#0", false, true, None),
        ("crl_idp_relative_user_all_reasons.pem#0", true, false, Some(ReasonFlags::ALL)),
        ("crl_idp_relativename_only.pem#0", false, false, None),
    ] {
        let (_, der) = lists.iter().find(|(path, _)| path.ends_with(name)).expect("a list");
        let list = CertificateList::from_der(der).expect("a list");
        let scope = list.issuing_distribution_point().expect("an issuingDistributionPoint");
        tally.check(is_relative(scope.distribution_point.as_ref()), || format!("{name}: the name is not relative"));
        let found = (scope.only_user_certificates, scope.only_ca_certificates, scope.only_some_reasons, scope.indirect);
        tally.check(found == (user, ca, reasons, false), || format!("{name}: {found:?}"));
    }
    tally.finish(6);
}

pub(crate) fn is_relative(place: Option<&DistributionPointName>) -> bool {
    matches!(place, Some(DistributionPointName::RelativeToIssuer(_)))
}

fn every_entry_is_found(list: &CertificateList) -> bool {
    list.entries().all(|entry| {
        let issuer = entry.certificate_issuer.map_or_else(|| list.issuer_key().clone(), |issuer| issuer.key());
        list.find(&issuer, entry.serial).is_some_and(|found| found.serial == entry.serial)
    })
}

fn differences(list: &CertificateList, oracle: &CertificateRevocationList<'_>) -> Vec<&'static str> {
    let mut differences = Vec::new();
    let mut check = |same: bool, what| {
        if !same {
            differences.push(what);
        }
    };
    check(list.tbs() == oracle.tbs_cert_list.as_ref(), "tbs");
    check(u32::from(list.version()) == oracle.version().map_or(1, |version| version.0 + 1), "version");
    check(list.issuer().der() == oracle.issuer().as_raw(), "issuer");
    check(list.this_update().unix() == oracle.last_update().timestamp(), "thisUpdate");
    check(list.next_update().map(|time| time.unix()) == oracle.next_update().map(|time| time.timestamp()), "nextUpdate");
    check(list.signature() == oracle.signature_value.as_ref(), "signature");
    check(list.len() == oracle.iter_revoked_certificates().count(), "count of entries");
    for (entry, expected) in list.entries().zip(oracle.iter_revoked_certificates()) {
        check(entry.serial == expected.raw_serial(), "serial");
        check(entry.revocation_date.unix() == expected.revocation_date.timestamp(), "revocationDate");
        check(entry.reason.map(|reason| reason.number()) == known_reason(expected), "reason");
        let invalidity_date = expected.extensions().iter().find_map(|extension| match extension.parsed_extension() {
            ParsedExtension::InvalidityDate(time) => Some(time.timestamp()),
            _ => None,
        });
        check(entry.invalidity_date.map(|time| time.unix()) == invalidity_date, "invalidityDate");
        let found: Vec<_> = entry.extensions().map(|extension| (extension.dotted(), extension.critical, extension.value)).collect();
        let extensions = expected.extensions().iter().map(|one| (one.oid.to_id_string(), one.critical, one.value));
        check(found == extensions.collect::<Vec<_>>(), "extensions of an entry");
    }
    let found: Vec<_> = list.extensions().map(|extension| (extension.dotted(), extension.critical, extension.value)).collect();
    let extensions = oracle.extensions().iter().map(|one| (one.oid.to_id_string(), one.critical, one.value));
    check(found == extensions.collect::<Vec<_>>(), "extensions");
    let number = oracle.crl_number().map(|number| number.to_bytes_be()).map(|octets| if octets == [0] { Vec::new() } else { octets });
    check(list.crl_number().map(<[u8]>::to_vec) == number, "cRLNumber");
    let has = |kind: const_oid::ObjectIdentifier| oracle.extensions().iter().any(|one| one.oid.to_id_string() == kind.to_string());
    check(list.is_delta() == has(oid::CE_DELTA_CRL_INDICATOR), "deltaCRLIndicator");
    check(list.freshest_crl().is_empty() != has(oid::CE_FRESHEST_CRL), "freshestCRL");
    check(list.authority_key_identifier().is_some() == has(oid::CE_AUTHORITY_KEY_IDENTIFIER), "authorityKeyIdentifier");
    let scope = oracle.extensions().iter().find_map(|extension| match extension.parsed_extension() {
        ParsedExtension::IssuingDistributionPoint(scope) => Some(scope),
        _ => None,
    });
    check(list.issuing_distribution_point().is_some() == has(oid::CE_ISSUING_DISTRIBUTION_POINT), "issuingDistributionPoint");
    if let (Some(found), Some(expected)) = (list.issuing_distribution_point(), scope)
        && !is_relative(found.distribution_point.as_ref())
    {
        check(
            (found.only_user_certificates, found.only_ca_certificates, found.only_attribute_certificates, found.indirect)
                == (
                    expected.only_contains_user_certs,
                    expected.only_contains_ca_certs,
                    expected.only_contains_attribute_certs,
                    expected.indirect_crl,
                ),
            "flags of issuingDistributionPoint",
        );
        check(found.only_some_reasons == expected.only_some_reasons.as_ref().map(|reasons| flags(reasons.flags)), "onlySomeReasons");
        check(same_place(found.distribution_point.as_ref(), expected.distribution_point.as_ref()), "distributionPoint");
    }
    differences
}

/// The reason, if it is one that has a name.
fn known_reason(entry: &x509_parser::revocation_list::RevokedCertificate<'_>) -> Option<u8> {
    let (_, reason) = entry.reason_code()?;
    (reason.0 <= 10 && reason.0 != 7).then_some(reason.0)
}

/// The flags from a number in which bit n stands for flag n.
pub(crate) fn flags(bits: u16) -> ReasonFlags {
    let bits = bits.reverse_bits().to_be_bytes();
    ReasonFlags::from_bits(&bits)
}

/// Whether the URLs and the counts of names are the same.
pub(crate) fn same_place(found: Option<&DistributionPointName>, expected: Option<&OracleName<'_>>) -> bool {
    match (found, expected) {
        (None, None) => true,
        (Some(place @ DistributionPointName::FullName(names)), Some(OracleName::FullName(expected))) => {
            let urls: Vec<_> = expected
                .iter()
                .filter_map(|name| if let OracleGeneralName::URI(url) = name { Some(*url) } else { None })
                .filter(|url| url.bytes().all(|octet| octet.is_ascii_graphic()))
                .collect();
            names.len() == expected.len() && place.urls() == urls
        }
        _ => false,
    }
}

/// PKITS: which list names which certificate, and which key signed which list.
#[test]
fn pkits_look_ups_and_signatures() {
    let Some(folder) = vectors() else { return };
    let files = archive(&folder.join(PKITS));
    let certificates: Vec<Certificate> =
        files.iter().filter(|(name, _)| name.starts_with("certs/")).filter_map(|(_, der)| Certificate::from_der(der).ok()).collect();
    let mut tally = Tally::new("PKITS look-ups and signatures");
    let mut revoked = 0;
    let mut unsigned = BTreeSet::new();
    for (name, der) in files.iter().filter(|(name, _)| name.starts_with("crls/")) {
        let list = CertificateList::from_der(der).expect("a list");
        let entries: Vec<_> = list.entries().collect();
        for certificate in &certificates {
            let issuer = certificate.issuer();
            let expected = entries
                .iter()
                .find(|entry| entry.serial == certificate.serial() && entry.certificate_issuer.unwrap_or(list.issuer()) == issuer)
                .copied();
            tally.check(list.find(certificate.issuer_key(), certificate.serial()) == expected, || name.clone());
            revoked += usize::from(expected.is_some());
        }
        let mut issuers = certificates.iter().filter(|certificate| certificate.subject_key() == list.issuer_key());
        if !issuers.any(|issuer| issuer.public_key().is_ok_and(|key| list.verify_signed_by(key).is_ok())) {
            unsigned.insert(name.trim_start_matches("crls/").trim_end_matches(".crl"));
        }
    }
    println!("{revoked} pairs of a certificate and a list that names it");
    tally.check(unsigned == UNSIGNED.into_iter().collect(), || format!("not signed by its issuer: {unsigned:?}"));
    tally.finish(70_000);
}

/// Lists that are made so, and one signed with a DSA key whose parameters stand in the path above it.
const UNSIGNED: [&str; 4] = ["BadCRLIssuerNameCACRL", "BadCRLSignatureCACRL", "DSAParametersInheritedCACRL", "TwoCRLsCABadCRL"];
