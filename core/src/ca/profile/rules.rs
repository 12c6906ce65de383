//! The rules of the Baseline Requirements, by their sections.

use const_oid::ObjectIdentifier;

use super::{Generation, Profile, Validated, Validation, refused};
use crate::asn1::{Reader, oid};
use crate::ca::CertificateRequest;
use crate::cert::{self, KeyUsage, Mailbox, Name};
use crate::crypto::{Curve, KeyKind};
use crate::error::{Code, Error, Result};

const CN: ObjectIdentifier = oid::AT_COMMON_NAME;
const EMAIL: ObjectIdentifier = oid::AT_EMAIL_ADDRESS;
const COUNTRY: ObjectIdentifier = oid::AT_COUNTRY_NAME;

/// Attributes that a subject of each type may have, and must have where it says so (7.1.4.2.3 to 7.1.4.2.6).
const ORGANIZATION: [ObjectIdentifier; 2] = [oid::AT_ORGANIZATION_NAME, oid::AT_ORGANIZATION_IDENTIFIER];
const PERSON: [ObjectIdentifier; 4] = [oid::AT_GIVEN_NAME, oid::AT_SURNAME, oid::AT_PSEUDONYM, oid::AT_TITLE];
const PLACE: [ObjectIdentifier; 3] = [oid::AT_LOCALITY_NAME, oid::AT_STATE_OR_PROVINCE_NAME, COUNTRY];
const STREET: [ObjectIdentifier; 2] = [oid::AT_STREET_ADDRESS, oid::AT_POSTAL_CODE];

/// 2.23.140.1.5.type.generation (7.1.6.1).
pub(super) fn reserved_policy(validation: Validation, generation: Generation) -> ObjectIdentifier {
    const POLICIES: [[ObjectIdentifier; 3]; 4] = {
        const fn of(dotted: &str) -> ObjectIdentifier {
            ObjectIdentifier::new_unwrap(dotted)
        }
        [
            [of("2.23.140.1.5.1.1"), of("2.23.140.1.5.1.2"), of("2.23.140.1.5.1.3")],
            [of("2.23.140.1.5.2.1"), of("2.23.140.1.5.2.2"), of("2.23.140.1.5.2.3")],
            [of("2.23.140.1.5.3.1"), of("2.23.140.1.5.3.2"), of("2.23.140.1.5.3.3")],
            [of("2.23.140.1.5.4.1"), of("2.23.140.1.5.4.2"), of("2.23.140.1.5.4.3")],
        ]
    };
    let row = Validation::ALL.into_iter().zip(POLICIES).find(|(found, _)| *found == validation).map(|(_, row)| row);
    let [legacy, multipurpose, strict] = row.unwrap_or(POLICIES[0]);
    match generation {
        Generation::Legacy => legacy,
        Generation::Multipurpose => multipurpose,
        Generation::Strict => strict,
    }
}

/// What a subject must have; of a person besides see [`check_person`].
pub(super) fn required_subject(validation: Validation) -> Vec<ObjectIdentifier> {
    match validation {
        Validation::Organization | Validation::Sponsor => ORGANIZATION.to_vec(),
        Validation::Mailbox | Validation::Individual => Vec::new(),
    }
}

/// What a subject may have; `None`: anything.
pub(super) fn allowed_subject(validation: Validation, generation: Generation) -> Option<Vec<ObjectIdentifier>> {
    let mut allowed = vec![CN, oid::AT_SERIAL_NUMBER, EMAIL];
    if validation == Validation::Mailbox {
        return Some(allowed);
    }
    if matches!(validation, Validation::Organization | Validation::Sponsor) {
        allowed.extend(ORGANIZATION);
        allowed.push(oid::AT_ORGANIZATIONAL_UNIT_NAME);
    }
    if matches!(validation, Validation::Sponsor | Validation::Individual) {
        allowed.extend(PERSON);
    }
    allowed.extend(PLACE);
    match generation {
        Generation::Strict => {}
        Generation::Multipurpose => allowed.extend(STREET),
        // "Other: MAY"; what is forbidden all the same is in `forbidden_subject`.
        Generation::Legacy => return None,
    }
    Some(allowed)
}

/// What a type excludes even where other attributes are free.
fn forbidden_subject(validation: Validation) -> &'static [ObjectIdentifier] {
    const UNIT: [ObjectIdentifier; 3] = [ORGANIZATION[0], ORGANIZATION[1], oid::AT_ORGANIZATIONAL_UNIT_NAME];
    match validation {
        Validation::Organization => &PERSON,
        Validation::Individual => &UNIT,
        Validation::Mailbox | Validation::Sponsor => &[],
    }
}

/// Where the attributes of a type stand.
fn section(validation: Option<Validation>) -> &'static str {
    match validation {
        Some(Validation::Mailbox) => "7.1.4.2.3",
        Some(Validation::Organization) => "7.1.4.2.4",
        Some(Validation::Sponsor) => "7.1.4.2.5",
        Some(Validation::Individual) => "7.1.4.2.6",
        None => "7.1.4.2",
    }
}

/// See [`Profile::check`].
pub(super) fn check_request(profile: &Profile, request: &CertificateRequest) -> Vec<Error> {
    let mut problems: Vec<Error> = request.verify().err().into_iter().collect();
    if let Ok(key) = request.public_key() {
        problems.extend(check_key(profile, request.spki(), key.kind()));
        problems.extend(check_usages(profile, request, key.kind()).unwrap_or_else(|error| vec![error]));
    }
    let malformed = request.mailboxes().malformed;
    problems.extend(malformed.into_iter().map(|shown| Error::new(Code::AddrMalformed).because(shown)));
    let names = request.subject_alternative_names().unwrap_or_else(|error| {
        problems.push(error);
        None
    });
    // Those of the subject have to be among them.
    let addresses = cert::address::collect(names.unwrap_or_default(), Name::checked(&[0x30, 0])).mailboxes;
    let mut asked = Validated { subject: Vec::new(), addresses: addresses.iter().map(Mailbox::to_string).collect() };
    for attribute in request.subject().attributes() {
        let kind = ObjectIdentifier::from_bytes(attribute.kind).ok();
        let text = cert::text::decode(attribute.tag, attribute.value);
        match kind.zip(text) {
            Some((kind, text)) => asked.subject.push((kind, text.into_owned())),
            None => problems.push(refused(section(profile.baseline.map(|(validation, _)| validation)), "an attribute that is no text")),
        }
    }
    problems.extend(check_subject(profile, &asked));
    problems
}

/// The kind and size of the key (6.1.5), and how its algorithm is written (7.1.3.1).
pub(super) fn check_key(profile: &Profile, spki: &[u8], kind: KeyKind) -> Vec<Error> {
    let mut problems = Vec::new();
    let taken = |accepted: &KeyKind| match (accepted, kind) {
        (KeyKind::Rsa { bits: least }, KeyKind::Rsa { bits }) => bits >= *least,
        (accepted, kind) => *accepted == kind,
    };
    if !profile.keys.iter().any(taken) {
        problems.push(refused("6.1.5", format!("a key of the kind {kind}")));
    }
    if profile.baseline.is_none() {
        return problems;
    }
    if let KeyKind::Rsa { bits } = kind
        && bits % 8 != 0
    {
        problems.push(refused("6.1.5", format!("an RSA modulus of {bits} bits, which do not fill octets")));
    }
    let written = Reader::single_der(spki).and_then(|spki| spki.children()?.element()).map(|algorithm| algorithm.raw);
    let expected: &[u8] = match kind {
        KeyKind::Rsa { .. } => &[0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0],
        KeyKind::Ec(Curve::P256) => &[0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7],
        KeyKind::Ec(Curve::P384) => &[0x30, 0x10, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 5, 0x2b, 0x81, 4, 0, 0x22],
        KeyKind::Ec(Curve::P521) => &[0x30, 0x10, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 5, 0x2b, 0x81, 4, 0, 0x23],
        KeyKind::Ed25519 => &[0x30, 5, 6, 3, 0x2b, 0x65, 0x70],
        _ => return problems,
    };
    if !written.is_ok_and(|written| written == expected) {
        problems.push(refused("7.1.3.1", "the algorithm of the key is written in another way than the one that is allowed"));
    }
    problems
}

/// The usages and purposes that a request asks for (7.1.2.3 e and f).
fn check_usages(profile: &Profile, request: &CertificateRequest, kind: KeyKind) -> Result<Vec<Error>> {
    let mut problems = Vec::new();
    if let Some(asked) = request.key_usage()? {
        let mut most = profile.key_usage(kind)?;
        if most.any(KeyUsage::DIGITAL_SIGNATURE) {
            most = most.with(KeyUsage::NON_REPUDIATION);
        }
        if most.any(KeyUsage::KEY_AGREEMENT) {
            most = most.with(KeyUsage::ENCIPHER_ONLY).with(KeyUsage::DECIPHER_ONLY);
        }
        let strict = matches!(profile.baseline, Some((_, Generation::Strict)));
        if most.any(KeyUsage::KEY_ENCIPHERMENT) && !strict {
            most = most.with(KeyUsage::DATA_ENCIPHERMENT);
        }
        if asked.with(most) != most || asked == KeyUsage::default() {
            problems.push(refused("7.1.2.3 e", format!("the key usages {}", asked.names().join(", "))));
        }
    }
    if let Some(asked) = request.extended_key_usage()? {
        let allowed = |purpose: &&[u8]| profile.extended_key_usage.iter().any(|allowed| allowed.as_bytes() == *purpose);
        let beyond: Vec<String> =
            asked.purposes().iter().filter(|purpose| !allowed(purpose)).filter_map(|purpose| oid::dotted(purpose)).collect();
        if !beyond.is_empty() {
            problems.push(refused("7.1.2.3 f", format!("the purposes {}", beyond.join(", "))));
        }
    }
    if request.basic_constraints()?.is_some_and(|constraints| constraints.ca) {
        problems.push(refused("7.1.2.3 d", "to be an authority"));
    }
    Ok(problems)
}

/// The subject and the addresses (7.1.4.2).
pub(super) fn check_subject(profile: &Profile, validated: &Validated) -> Vec<Error> {
    let mut problems = Vec::new();
    let validation = profile.baseline.map(|(validation, _)| validation);
    let subject = Subject { attributes: &validated.subject };
    let mut mailboxes = Vec::new();
    for address in &validated.addresses {
        match Mailbox::parse(address) {
            Ok(mailbox) => mailboxes.push(mailbox),
            Err(error) => problems.push(error),
        }
    }
    if validated.addresses.is_empty() && (validation.is_some() || subject.attributes.is_empty()) {
        problems.push(refused("7.1.4.2.1", "there is no address for subjectAltName"));
    }
    for required in profile.required_subject.iter().filter(|required| !subject.has(**required)) {
        problems.push(refused(section(validation), format!("the subject has no {}", cert::attribute_name(*required))));
    }
    let forbidden = validation.map(forbidden_subject).unwrap_or_default();
    for (kind, value) in subject.attributes {
        let name = cert::attribute_name(*kind);
        let known =
            profile.allowed_subject.as_ref().is_none_or(|allowed| allowed.contains(kind) || profile.required_subject.contains(kind));
        if !known || forbidden.contains(kind) {
            problems.push(refused(section(validation), format!("the subject may not have {name}")));
        }
        if value.chars().all(|character| matches!(character, '.' | '-' | ' ')) {
            problems.push(refused("7.1.4.2", format!("{name} says nothing")));
        }
    }
    if let Some((validation, generation)) = profile.baseline {
        check_names(validation, &subject, &mailboxes, &mut problems);
        check_person(validation, generation, &subject, &mut problems);
        check_place(&subject, &mut problems);
    }
    problems
}

struct Subject<'a> {
    attributes: &'a [(ObjectIdentifier, String)],
}

impl Subject<'_> {
    fn values(&self, kind: ObjectIdentifier) -> impl Iterator<Item = &str> {
        self.attributes.iter().filter(move |(found, _)| *found == kind).map(|(_, value)| value.as_str())
    }

    fn has(&self, kind: ObjectIdentifier) -> bool {
        self.values(kind).next().is_some()
    }
}

/// commonName, emailAddress (7.1.4.2.2 a and h).
fn check_names(validation: Validation, subject: &Subject<'_>, mailboxes: &[Mailbox], problems: &mut Vec<Error>) {
    let validated = |value: &str| Mailbox::parse(value).is_ok_and(|mailbox| mailboxes.contains(&mailbox));
    // The first alone: more than one is refused, and many would be compared with many addresses.
    for name in subject.values(CN).take(1) {
        let fits = match validation {
            Validation::Mailbox => validated(name),
            Validation::Organization => validated(name) || subject.values(oid::AT_ORGANIZATION_NAME).any(|found| found == name),
            // The name of a person may be written in any way that the person prefers; an address is none.
            Validation::Sponsor | Validation::Individual => validated(name) || !name.contains('@'),
        };
        if !fits {
            problems.push(refused("7.1.4.2.2 a", "commonName is nothing that was validated"));
        }
    }
    if subject.values(EMAIL).take(1).any(|address| !validated(address)) {
        problems.push(refused("7.1.4.2.1", "emailAddress is not repeated in subjectAltName"));
    }
    for kind in [CN, EMAIL] {
        if subject.values(kind).count() > 1 {
            problems.push(refused("7.1.4.2.2", format!("{} stands more than once", cert::attribute_name(kind))));
        }
    }
}

/// Names of persons and pseudonyms (7.1.4.2.2 e and f; the notes of 7.1.4.2.5 and 7.1.4.2.6).
fn check_person(validation: Validation, generation: Generation, subject: &Subject<'_>, problems: &mut Vec<Error>) {
    let named = subject.has(oid::AT_GIVEN_NAME) || subject.has(oid::AT_SURNAME);
    let pseudonym = subject.has(oid::AT_PSEUDONYM);
    if named && pseudonym {
        problems.push(refused("7.1.4.2.2 f", "both a name and a pseudonym"));
    }
    let is_person = matches!(validation, Validation::Sponsor | Validation::Individual);
    if is_person && !named && !pseudonym && (generation != Generation::Legacy || !subject.has(CN)) {
        problems.push(refused(section(Some(validation)), "neither the name of a person nor a pseudonym"));
    }
}

/// Country, places, and the country inside organizationIdentifier (7.1.4.2.2 d and j to n).
fn check_place(subject: &Subject<'_>, problems: &mut Vec<Error>) {
    let country = subject.values(COUNTRY).next();
    if subject.values(COUNTRY).any(|code| code.len() != 2 || !code.bytes().all(|octet| octet.is_ascii_uppercase())) {
        problems.push(refused("7.1.4.2.2 n", "countryName is no code of two letters"));
    }
    let (locality, state) = (subject.has(oid::AT_LOCALITY_NAME), subject.has(oid::AT_STATE_OR_PROVINCE_NAME));
    if country.is_none() && (locality || state || subject.has(oid::AT_POSTAL_CODE)) {
        problems.push(refused("7.1.4.2.2 k to m", "a place without a country"));
    }
    if subject.has(oid::AT_STREET_ADDRESS) && !locality && !state {
        problems.push(refused("7.1.4.2.2 j", "a street without a locality or state"));
    }
    for identifier in subject.values(oid::AT_ORGANIZATION_IDENTIFIER) {
        if let Err(why) = check_identifier(identifier, country) {
            problems.push(refused("7.1.4.2.2 d", why));
        }
    }
}

/// Registration scheme, country, state if need be, reference: `NTRGB-12345678`, `NTRUS+CA-12345678`, `GOVUS`, `INTXG`.
fn check_identifier(identifier: &str, country: Option<&str>) -> std::result::Result<(), &'static str> {
    let malformed = "organizationIdentifier is not a registration scheme, a country and a reference";
    let (place, reference) = match identifier.split_once('-') {
        Some((place, reference)) => (place, Some(reference)),
        None => (identifier, None),
    };
    let (place, state) = match place.split_once('+') {
        Some((place, state)) => (place, Some(state)),
        None => (place, None),
    };
    let (scheme, code) = place.split_at_checked(3).ok_or(malformed)?;
    let letters = |text: &str| text.bytes().all(|octet| octet.is_ascii_uppercase());
    let has_state = state.is_none_or(|state| (1..=3).contains(&state.len()) && state.bytes().all(|octet| octet.is_ascii_alphanumeric()));
    if !letters(scheme) || code.len() != 2 || !letters(code) || !has_state {
        return Err(malformed);
    }
    match (scheme, reference) {
        ("GOV" | "INT", None) => {}
        ("GOV" | "INT", Some(_)) | (_, None | Some("")) => return Err(malformed),
        ("NTR" | "VAT" | "PSD" | "LEI", Some(_)) => {}
        _ => return Err("organizationIdentifier names a registration scheme that is not known"),
    }
    if matches!(scheme, "LEI" | "INT") {
        return if code == "XG" { Ok(()) } else { Err("organizationIdentifier has a country where XG is due") };
    }
    // Directive 2006/112/EC has EL for Greece and XI for Northern Ireland.
    let same = |country: &str| code == country || (scheme == "VAT" && matches!((code, country), ("EL", "GR") | ("XI", "GB")));
    if country.is_none_or(same) { Ok(()) } else { Err("organizationIdentifier and countryName name two countries") }
}

/// What the authority has set (6.3.2, 7.1.2.3 a to c and f).
pub(super) fn check_profile(profile: &Profile) -> Vec<Error> {
    let mut problems = Vec::new();
    if profile.days == 0 || profile.days > profile.maximum_days {
        problems.push(refused("6.3.2", format!("a validity of {} days, where {} are the most", profile.days, profile.maximum_days)));
    }
    let Some((validation, generation)) = profile.baseline else { return problems };
    let most = if generation == Generation::Legacy { 1185 } else { 825 };
    if profile.days > most {
        problems.push(refused("6.3.2", format!("a validity of {} days, where {most} are the most", profile.days)));
    }
    let reserved = profile.policies.iter().filter(|policy| policy.to_string().starts_with("2.23.140.1.5."));
    if !reserved.eq([&reserved_policy(validation, generation)]) {
        problems.push(refused("7.1.2.3 a", "not exactly the policy that is reserved for the type and generation"));
    }
    if profile.cps.as_ref().is_some_and(|url| !is_http(url) && !url.starts_with("https://")) {
        problems.push(refused("7.1.2.3 a", "the practice statement is not at an HTTP or HTTPS URL"));
    }
    if profile.crl_urls.is_empty() {
        problems.push(refused("7.1.2.3 b", "there is no URL of a revocation list"));
    }
    for (urls, part) in [(&profile.crl_urls, "b"), (&profile.ocsp_urls, "c"), (&profile.issuer_urls, "c")] {
        let mut http = urls.iter().map(|url| is_http(url));
        let fits = if generation == Generation::Legacy { urls.is_empty() || http.any(|is| is) } else { http.all(|is| is) };
        if !fits {
            problems.push(refused(&format!("7.1.2.3 {part}"), "a URL that is not HTTP"));
        }
    }
    check_purposes(profile, generation, &mut problems);
    problems
}

fn check_purposes(profile: &Profile, generation: Generation, problems: &mut Vec<Error>) {
    let purposes = &profile.extended_key_usage;
    let never = [oid::KP_SERVER_AUTH, oid::KP_CODE_SIGNING, oid::KP_TIME_STAMPING, oid::ANY_EXTENDED_KEY_USAGE];
    let strict = generation == Generation::Strict && purposes.len() != 1;
    if strict || !purposes.contains(&oid::KP_EMAIL_PROTECTION) || purposes.iter().any(|purpose| never.contains(purpose)) {
        problems.push(refused("7.1.2.3 f", "purposes that do not go with mail"));
    }
}

fn is_http(url: &str) -> bool {
    url.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"))
}
