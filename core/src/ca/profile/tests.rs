use super::*;
use crate::ca::{Issuer, RequestTemplate};
use crate::cert::Certificate;
use crate::crypto::{Curve, PrivateKey};

const NOW: Time = Time::from_unix(1_800_000_000);

fn key(kind: KeyKind) -> PrivateKey {
    PrivateKey::generate(kind).unwrap()
}

fn request() -> CertificateRequest {
    RequestTemplate::mailbox("alice@example.org").sign(&key(KeyKind::Ec(Curve::P256))).unwrap()
}

fn profile(validation: Validation, generation: Generation) -> Profile {
    Profile { crl_urls: vec!["http://crl.example.org/ca.crl".to_owned()], ..Profile::baseline(validation, generation) }
}

fn validated(subject: &str) -> Validated {
    Validated { subject: crate::ca::parse_subject(subject).unwrap(), ..Validated::mailbox("alice@example.org") }
}

/// The section that the refusal names; empty where there is none.
fn refusal(profile: &Profile, validated: &Validated) -> String {
    match profile.template(&request(), validated, NOW) {
        Ok(_) => String::new(),
        Err(error) => {
            assert_eq!(error.code(), Code::CaProfile);
            section_of(&error)
        }
    }
}

fn section_of(error: &Error) -> String {
    error
        .detail()
        .and_then(|detail| detail.rsplit_once("BR section "))
        .map(|(_, section)| section.trim_end_matches(')').to_owned())
        .unwrap()
}

/// A subject that fits each type.
fn good(validation: Validation) -> Validated {
    validated(match validation {
        Validation::Mailbox => "CN=alice@example.org,emailAddress=alice@example.org",
        Validation::Organization => "CN=Example AG,O=Example AG,organizationIdentifier=NTRDE-HRB1,C=DE",
        Validation::Sponsor => "CN=Alice A.,GN=Alice,SN=Adams,O=Example AG,organizationIdentifier=VATDE-1,L=Berlin,C=DE",
        Validation::Individual => "CN=Ali,pseudonym=Ali",
    })
}

fn all() -> impl Iterator<Item = (Validation, Generation)> {
    Validation::ALL.into_iter().flat_map(|validation| Generation::ALL.map(|generation| (validation, generation)))
}

#[test]
fn every_type_and_generation_makes_certificates() {
    let ca = Issuer::self_signed(&key(KeyKind::Ec(Curve::P256)), &CertificateTemplate::authority("CA", NOW, NOW)).unwrap();
    for (validation, generation) in all() {
        let mut profile = profile(validation, generation);
        profile.cps = Some("https://example.org/cps".to_owned());
        profile.ocsp_urls = vec!["http://ocsp.example.org".to_owned()];
        profile.issuer_urls = vec!["http://example.org/ca.cer".to_owned()];
        let template = profile.template(&request(), &good(validation), NOW).unwrap();
        let certificate = ca.issue(&request().public_key().unwrap(), &template).unwrap();
        assert_eq!(certificate.addresses(), ["alice@example.org"]);
        assert_eq!((certificate.not_before(), certificate.not_after().unix() - NOW.unix() + 1), (NOW, 365 * 86_400));
        assert_eq!(certificate.key_usage().unwrap().unwrap().names(), ["digitalSignature", "keyAgreement"]);
        assert_eq!((certificate.crl_urls(), certificate.ocsp_urls()), (profile.crl_urls.clone(), profile.ocsp_urls.clone()));
        assert_eq!(certificate.issuer_urls(), profile.issuer_urls);
        let policies: Vec<String> =
            certificate.certificate_policies().unwrap().unwrap().into_iter().filter_map(crate::asn1::oid::dotted).collect();
        let at = |wanted: usize| wanted + 1;
        let row = Validation::ALL.iter().position(|found| *found == validation).unwrap();
        let column = Generation::ALL.iter().position(|found| *found == generation).unwrap();
        assert_eq!(policies, [format!("2.23.140.1.5.{}.{}", at(row), at(column))]);
        assert!(is_small(&certificate));
    }
}

fn is_small(certificate: &Certificate) -> bool {
    certificate.der().windows(23).any(|window| window == b"https://example.org/cps") && certificate.extensions().count() == 9
}

#[test]
fn nothing_of_the_request_but_its_key_goes_in() {
    let template = RequestTemplate {
        subject: vec![(oid::AT_COMMON_NAME, "Mallory".to_owned())],
        addresses: vec!["alice@example.org".to_owned(), "mallory@example.org".to_owned()],
        key_usage: Some(KeyUsage::KEY_CERT_SIGN),
        extended_key_usage: vec![oid::ANY_EXTENDED_KEY_USAGE],
        extensions: vec![NewExtension { kind: oid::CE_BASIC_CONSTRAINTS, critical: true, value: vec![0x30, 3, 1, 1, 0xff] }],
    };
    let request = template.sign(&key(KeyKind::Ed25519)).unwrap();
    let profile = profile(Validation::Mailbox, Generation::Strict);
    let template = profile.template(&request, &Validated::mailbox("alice@example.org"), NOW).unwrap();
    assert!(template.subject.is_empty() && !template.authority);
    assert_eq!((template.addresses, template.extended_key_usage), (vec!["alice@example.org".to_owned()], vec![oid::KP_EMAIL_PROTECTION]));
    assert_eq!(template.key_usage.unwrap().names(), ["digitalSignature"]);
    assert!(template.extensions.iter().all(|extension| extension.kind != oid::CE_BASIC_CONSTRAINTS));
    let sections: Vec<_> = profile.check(&request).iter().map(section_of).collect();
    assert_eq!(sections, ["7.1.2.3 e", "7.1.2.3 f", "7.1.2.3 d", "7.1.4.2.2 a"]);

    let mut der = request.der().to_vec();
    *der.last_mut().unwrap() ^= 1;
    let unproved = CertificateRequest::from_der(&der).unwrap();
    let refused = profile.template(&unproved, &Validated::mailbox("alice@example.org"), NOW).unwrap_err();
    assert_eq!((refused.code(), profile.check(&unproved)[0].code()), (Code::SigInvalid, Code::SigInvalid));
}

#[test]
fn subjects_by_type() {
    use Generation::{Legacy, Multipurpose, Strict};
    use Validation::{Individual, Mailbox, Organization, Sponsor};
    for (validation, generation, subject, section) in [
        (Mailbox, Strict, "", ""),
        (Mailbox, Strict, "serialNumber=7", ""),
        (Mailbox, Strict, "CN=Alice", "7.1.4.2.2 a"),
        (Mailbox, Strict, "CN=bob@example.org", "7.1.4.2.2 a"),
        (Mailbox, Legacy, "O=Example", "7.1.4.2.3"),
        (Mailbox, Legacy, "C=DE", "7.1.4.2.3"),
        (Mailbox, Strict, "emailAddress=bob@example.org", "7.1.4.2.1"),
        (Mailbox, Strict, "emailAddress=alice@example.org,emailAddress=alice@example.org", "7.1.4.2.2"),
        (Organization, Strict, "O=Example", "7.1.4.2.4"),
        (Organization, Strict, "CN=Other,O=Example,organizationIdentifier=INTXG", "7.1.4.2.2 a"),
        (Organization, Legacy, "GN=A,O=Example,organizationIdentifier=INTXG", "7.1.4.2.4"),
        (Organization, Legacy, "description=x,O=Example,organizationIdentifier=INTXG", ""),
        (Organization, Multipurpose, "description=x,O=Example,organizationIdentifier=INTXG", "7.1.4.2.4"),
        (Organization, Strict, "O=.,organizationIdentifier=INTXG", "7.1.4.2"),
        (Organization, Strict, "O=E,organizationIdentifier=NTRGB-1,C=DE", "7.1.4.2.2 d"),
        (Organization, Strict, "O=E,organizationIdentifier=VATEL-1,C=GR", ""),
        (Organization, Strict, "O=E,organizationIdentifier=NTRUS\\+CA-1,C=US", ""),
        (Organization, Strict, "O=E,organizationIdentifier=GOVUS\\+CA,C=US", ""),
        (Organization, Strict, "O=E,organizationIdentifier=LEIDE-1,C=DE", "7.1.4.2.2 d"),
        (Organization, Strict, "O=E,organizationIdentifier=LEIXG-1,C=DE", ""),
        (Organization, Strict, "O=E,organizationIdentifier=ABCDE-1", "7.1.4.2.2 d"),
        (Organization, Strict, "O=E,organizationIdentifier=NTRDE", "7.1.4.2.2 d"),
        (Organization, Strict, "O=E,organizationIdentifier=x", "7.1.4.2.2 d"),
        (Organization, Strict, "O=E,organizationIdentifier=INTXG,C=de", "7.1.4.2.2 n"),
        (Organization, Strict, "O=E,organizationIdentifier=INTXG,L=Berlin", "7.1.4.2.2 k to m"),
        (Organization, Legacy, "O=E,organizationIdentifier=INTXG,STREET=x,C=DE", "7.1.4.2.2 j"),
        (Organization, Strict, "O=E,organizationIdentifier=INTXG,STREET=x,L=y,C=DE", "7.1.4.2.4"),
        (Organization, Multipurpose, "O=E,organizationIdentifier=INTXG,STREET=x,L=y,C=DE", ""),
        (Sponsor, Strict, "CN=A,O=E,organizationIdentifier=INTXG", "7.1.4.2.5"),
        (Sponsor, Legacy, "CN=A,O=E,organizationIdentifier=INTXG", ""),
        (Sponsor, Legacy, "O=E,organizationIdentifier=INTXG", "7.1.4.2.5"),
        (Sponsor, Strict, "GN=A,pseudonym=B,O=E,organizationIdentifier=INTXG", "7.1.4.2.2 f"),
        (Individual, Strict, "SN=A,O=E", "7.1.4.2.6"),
        (Individual, Legacy, "SN=A,O=E", "7.1.4.2.6"),
        (Individual, Strict, "SN=A,CN=bob@example.org", "7.1.4.2.2 a"),
    ] {
        assert_eq!(refusal(&profile(validation, generation), &validated(subject)), section, "{validation:?} {generation:?} {subject}");
    }
    let nobody = Validated::default();
    assert_eq!(refusal(&profile(Mailbox, Strict), &nobody), "7.1.4.2.1");
    assert_eq!(refusal(&Profile::default(), &nobody), "7.1.4.2.1");
    let malformed = profile(Mailbox, Strict).template(&request(), &Validated::mailbox("alice"), NOW).unwrap_err();
    assert_eq!(malformed.code(), Code::AddrMalformed);
    // Without the BR only what the profile itself says.
    let mut own = Profile::default();
    assert_eq!(refusal(&own, &validated("CN=Alice,O=.x")), "");
    own.set("required_subject", "O").unwrap();
    own.set("allowed_subject", "CN").unwrap();
    assert_eq!(refusal(&own, &validated("CN=Alice,O=x")), "");
    assert_eq!(refusal(&own, &validated("CN=Alice")), "7.1.4.2");
    assert_eq!(refusal(&own, &validated("OU=y,O=x")), "7.1.4.2");
}

#[test]
fn what_the_authority_sets() {
    let refusal = |generation, change: &dyn Fn(&mut Profile)| {
        let mut profile = profile(Validation::Mailbox, generation);
        change(&mut profile);
        refusal(&profile, &Validated::mailbox("alice@example.org"))
    };
    use Generation::{Legacy, Multipurpose, Strict};
    let ldap = || "ldap://example.org/cn=ca".to_owned();
    assert_eq!(refusal(Strict, &|profile| profile.days = 825), "");
    assert_eq!(refusal(Strict, &|profile| profile.days = 826), "6.3.2");
    assert_eq!(refusal(Multipurpose, &|profile| (profile.days, profile.maximum_days) = (826, 9999)), "6.3.2");
    assert_eq!(refusal(Legacy, &|profile| profile.days = 1185), "");
    assert_eq!(refusal(Legacy, &|profile| profile.days = 1186), "6.3.2");
    assert_eq!(refusal(Strict, &|profile| profile.days = 0), "6.3.2");
    assert_eq!(refusal(Strict, &|profile| profile.policies.clear()), "7.1.2.3 a");
    assert_eq!(refusal(Strict, &|profile| profile.policies.push(oid::ANY_POLICY)), "");
    assert_eq!(refusal(Strict, &|profile| profile.policies.push("2.23.140.1.5.1.1".parse().unwrap())), "7.1.2.3 a");
    assert_eq!(refusal(Strict, &|profile| profile.cps = Some("ftp://x".to_owned())), "7.1.2.3 a");
    assert_eq!(refusal(Strict, &|profile| profile.crl_urls.clear()), "7.1.2.3 b");
    assert_eq!(refusal(Strict, &|profile| profile.crl_urls.push(ldap())), "7.1.2.3 b");
    assert_eq!(refusal(Legacy, &|profile| profile.crl_urls.push(ldap())), "");
    assert_eq!(refusal(Legacy, &|profile| profile.crl_urls = vec![ldap()]), "7.1.2.3 b");
    assert_eq!(refusal(Multipurpose, &|profile| profile.ocsp_urls.push("https://x".to_owned())), "7.1.2.3 c");
    assert_eq!(refusal(Legacy, &|profile| profile.issuer_urls.push(ldap())), "7.1.2.3 c");
    assert_eq!(refusal(Strict, &|profile| profile.extended_key_usage.push(oid::KP_CLIENT_AUTH)), "7.1.2.3 f");
    assert_eq!(refusal(Multipurpose, &|profile| profile.extended_key_usage.push(oid::KP_CLIENT_AUTH)), "");
    assert_eq!(refusal(Legacy, &|profile| profile.extended_key_usage.push(oid::KP_SERVER_AUTH)), "7.1.2.3 f");
    assert_eq!(refusal(Legacy, &|profile| profile.extended_key_usage.clear()), "7.1.2.3 f");
    assert_eq!(refusal(Strict, &|profile| profile.keys = vec![KeyKind::Ed25519]), "6.1.5");
}

#[test]
fn keys_and_their_usages() {
    let names = |profile: &Profile, kind| profile.key_usage(kind).map(|usage| usage.names().join(" ")).unwrap_or_default();
    let (rsa, ec) = (KeyKind::Rsa { bits: 2048 }, KeyKind::Ec(Curve::P521));
    let mut profile = profile(Validation::Mailbox, Generation::Strict);
    assert_eq!(names(&profile, rsa), "digitalSignature keyEncipherment");
    assert_eq!(names(&profile, ec), "digitalSignature keyAgreement");
    assert_eq!(names(&profile, KeyKind::Ed25519), "digitalSignature");
    assert_eq!(names(&profile, KeyKind::X25519), "keyAgreement");
    (profile.key_use, profile.non_repudiation) = (KeyUse::Signing, true);
    assert_eq!(names(&profile, rsa), "digitalSignature nonRepudiation");
    assert_eq!(names(&profile, KeyKind::X25519), "");
    profile.key_use = KeyUse::Encryption;
    assert_eq!(names(&profile, rsa), "keyEncipherment");
    assert_eq!(names(&profile, ec), "keyAgreement");
    assert_eq!(names(&profile, KeyKind::Ed25519), "");

    let sections = |request: &CertificateRequest| {
        let profile = Profile::baseline(Validation::Mailbox, Generation::Strict);
        profile.check(request).iter().map(section_of).collect::<Vec<_>>()
    };
    let asked = |kind, usage| {
        sections(&RequestTemplate { key_usage: Some(usage), ..RequestTemplate::mailbox("a@example.org") }.sign(&key(kind)).unwrap())
    };
    let signing = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::NON_REPUDIATION);
    assert!(asked(rsa, signing.with(KeyUsage::KEY_ENCIPHERMENT)).is_empty() && asked(ec, signing.with(KeyUsage::KEY_AGREEMENT)).is_empty());
    assert_eq!(asked(rsa, signing.with(KeyUsage::DATA_ENCIPHERMENT)), ["7.1.2.3 e"]);
    assert_eq!(asked(ec, signing.with(KeyUsage::KEY_ENCIPHERMENT)), ["7.1.2.3 e"]);
    assert_eq!(asked(KeyKind::Ed25519, KeyUsage::default()), ["7.1.2.3 e"]);
    let small = RequestTemplate::mailbox("a@example.org").sign(&key(rsa)).unwrap();
    assert!(sections(&small).is_empty());
    profile.keys = vec![KeyKind::Rsa { bits: 3072 }];
    assert_eq!(profile.check(&small).iter().map(section_of).collect::<Vec<_>>(), ["6.1.5"]);
    let subject = RequestTemplate { subject: vec![(oid::AT_EMAIL_ADDRESS, "a@example.org".to_owned())], ..RequestTemplate::default() };
    assert_eq!(sections(&subject.sign(&key(ec)).unwrap()), ["7.1.4.2.1", "7.1.4.2.1"]);
}

#[test]
fn pairs_of_words() {
    for (validation, generation) in all() {
        let profile = profile(validation, generation);
        assert_eq!(Profile::from_pairs(profile.pairs()).unwrap(), profile);
    }
    let mut own = Profile { cps: Some("https://example.org/cps".to_owned()), ..Profile::default() };
    assert_eq!(Profile::from_pairs(own.pairs()).unwrap(), own);
    for (name, value) in own.clone().pairs() {
        own.set(name, &value).unwrap();
    }
    for (name, value) in [
        ("days", "many"),
        ("days", "-1"),
        ("keys", "p256 p257"),
        ("key_use", "both"),
        ("non_repudiation", "yes"),
        ("extended_key_usage", "mail"),
        ("allowed_subject", "shoeSize"),
        ("policies", "one"),
        ("crl_urls", "example"),
        ("crl_urls", "http://b\u{fc}cher.example"),
        ("type", "mailbox"),
        ("size", "9"),
    ] {
        assert_eq!(own.set(name, value).unwrap_err().code(), Code::UseArgument, "{name} {value}");
    }
    for pairs in
        [vec![("type", "mailbox")], vec![("type", "mail"), ("generation", "strict")], vec![("type", "mailbox"), ("generation", "x")]]
    {
        assert_eq!(Profile::from_pairs(pairs).unwrap_err().code(), Code::UseArgument);
    }
}

proptest::proptest! {
    #[test]
    fn never_panics(subject: Vec<(String, String)>, address: String, identifier: String) {
        let mut validated = Validated::mailbox(&address);
        validated.subject = subject.into_iter().map(|(_, value)| (oid::AT_COMMON_NAME, value)).collect();
        validated.subject.push((oid::AT_ORGANIZATION_IDENTIFIER, identifier));
        for (validation, generation) in all() {
            let _ = rules::check_subject(&profile(validation, generation), &validated);
        }
    }
}
