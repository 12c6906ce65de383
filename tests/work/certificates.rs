//! Certificates of which one thing is repeated: read and described, and used by a signer.

use const_oid::ObjectIdentifier;
use smime::asn1::{Tag, oid};
use smime::cert::Name;
use smime::{Certificate, Verdict};
use smime_tests::forge::{ENTITY, algorithm, element, object, sequence};
use smime_tests::maker::Template;
use smime_tests::parts::{self, Attribute, Parts};

use crate::scene::{Scene, signing_key};
use crate::{Case, case};

const ACCESS_TO_ISSUERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2");

/// What is repeated, how often to begin with, and the certificate with so many of it.
type Row = (&'static str, usize, fn(Template, usize) -> Template);

const ROWS: &[Row] = &[
    ("extensions", 3_000, |template, count| (0..count).fold(template, |template, index| template.extension(kind(index), false, |_| ()))),
    ("addresses", 1_000, |template, count| names(template, 1, |index| format!("{index}@example.org"), count)),
    ("names of hosts", 5_000, |template, count| names(template, 2, |index| format!("{index}.example.org"), count)),
    ("purposes", 6_000, |template, count| {
        let kinds: Vec<_> = (0..count).map(kind).chain([oid::KP_EMAIL_PROTECTION]).collect();
        template.purposes(&kinds)
    }),
    ("places of the issuer", 4_000, |template, count| {
        listed(template, oid::PE_AUTHORITY_INFO_ACCESS, |index| sequence(&[&object(ACCESS_TO_ISSUERS), &place(index)]), count)
    }),
    ("places of revocation lists", 700, |template, count| {
        let point =
            |index| sequence(&[&[0, 0].map(Tag::context_constructed).iter().fold(place(index), |inner, tag| element(*tag, &inner))]);
        listed(template, oid::CE_CRL_DISTRIBUTION_POINTS, point, count)
    }),
    // Twice as many are still of one length: sorting finds other patterns among object identifiers of two lengths.
    ("policies", 4_000, |template, count| listed(template, oid::CE_CERTIFICATE_POLICIES, |index| sequence(&[&object(kind(index))]), count)),
    ("letters of a name", 20_000, |template, count| Template { subject: "x ".repeat(count), ..template }),
];

pub(crate) fn cases() -> Vec<Case> {
    let read = ROWS.iter().map(|(what, count, change)| {
        case(format!("certificate: {what}"), *count, move |count| {
            let certificate = change(Scene::person("Alice", 1), count).issue_der(&signing_key(3), &signing_key(2));
            move || drop(Certificate::from_der(&certificate).expect("a certificate").describe())
        })
    });
    let used = ROWS.iter().map(|(what, count, change)| {
        case(format!("certificate of a signer: {what}"), *count, move |count| {
            signed_under(&|authority| authority, &|alice| change(alice, count))
        })
    });
    let linted = ROWS.iter().map(|(what, count, change)| {
        // Of letters there have to be many before they outweigh the rest.
        let count = if *what == "letters of a name" { 60_000 } else { *count };
        case(format!("certificate linted: {what}"), count, move |count| {
            let certificate = change(public(Scene::person("Alice", 1)), count).issue_der(&signing_key(3), &signing_key(2));
            move || drop(Certificate::from_der(&certificate).expect("a certificate").lint())
        })
    });
    read.chain(used).chain(linted).chain(subjects_linted()).chain(names_compared()).collect()
}

/// The same under the Baseline Requirements, sponsor-validated and multipurpose, unless policies are what is repeated.
fn public(template: Template) -> Template {
    let sponsor = sequence(&[&sequence(&[&object(ObjectIdentifier::new_unwrap("2.23.140.1.5.3.2"))])]);
    Template { not_before: "240101000000Z".to_owned(), ..template }
        .extension(oid::CE_CERTIFICATE_POLICIES, false, |writer| writer.raw(&sponsor))
}

/// Subjects with many addresses, each a relative name of its own or all in one.
fn subjects_linted() -> [Case; 2] {
    let address = |index: usize| -> Attribute { ("1.2.840.113549.1.9.1", Tag::IA5_STRING, format!("{index}@example.org").into_bytes()) };
    let lint = |subject: Vec<Vec<Attribute>>| {
        let certificate = linted_parts(subject).der();
        move || drop(Certificate::from_der(&certificate).expect("a certificate").lint())
    };
    [
        case("certificate linted: parts of the subject", 2_000, move |count| lint((0..count).map(|index| vec![address(index)]).collect())),
        case("certificate linted: attributes of one part", 2_000, move |count| lint(vec![(0..count).rev().map(address).collect()])),
    ]
}

/// Names and what is compared with them.
fn names_compared() -> [Case; 4] {
    [
        case("name: parts", 2_000, |count| {
            let parts: Vec<u8> = (0..count).flat_map(|index| element(Tag::SET, &common_name(index))).collect();
            name(sequence(&[&parts]))
        }),
        case("name: attributes of one part", 2_000, |count| {
            name(sequence(&[&element(Tag::SET, &(0..count).rev().flat_map(common_name).collect::<Vec<_>>())]))
        }),
        case("path: name constraints", 3_000, |count| {
            let hosts: Vec<_> = (0..count).map(|index| format!("{index}.example")).collect();
            let hosts: Vec<_> = hosts.iter().map(String::as_str).collect();
            signed_under(&|authority| authority.address_constraints(&[], &hosts), &|alice| alice)
        }),
        case("path: names under constraints", 500, |count| {
            signed_under(&|authority| authority.address_constraints(&["example.org"], &["example.com"]), &|alice| {
                names(alice, 1, |index| format!("{index}@example.org"), count)
            })
        }),
    ]
}

/// Opens a message whose signer has this certificate from this authority, and writes the report.
fn signed_under(authority: &dyn Fn(Template) -> Template, alice: &dyn Fn(Template) -> Template) -> impl FnOnce() + use<> {
    let scene = Scene::with(authority, alice);
    let (opener, message) = (scene.opener(), scene.signed(ENTITY).der());
    move || {
        let opened = opener.open(&message).expect("a message");
        assert_eq!(opened.verdict(), Verdict::Valid);
        drop(opened.report().to_json());
    }
}

/// A certificate of this subject whose names all stand in it, and not in subjectAltName.
fn linted_parts(subject: Vec<Vec<Attribute>>) -> Parts {
    Parts {
        version: Some(vec![2]),
        serial: vec![1; 16],
        algorithm: algorithm(oid::ECDSA_WITH_SHA256, &[]),
        issuer: parts::name(&[vec![parts::utf8("2.5.4.3", "Example CA")]]),
        validity: [(Tag::UTC_TIME, "251001000000Z"), (Tag::UTC_TIME, "270901000000Z")],
        subject,
        key: signing_key(3).public_key().spki().to_vec(),
        unique_identifiers: Vec::new(),
        extensions: None,
    }
    .with("2.5.29.32", false, &parts::policies(&["2.23.140.1.5.3.2"]))
}

fn name(der: Vec<u8>) -> impl FnOnce() + use<> {
    move || {
        let name = Name::from_der(&der).expect("a name");
        drop((name.key(), name.to_string(), name.brief()));
    }
}

/// An object identifier that no other number makes.
fn kind(index: usize) -> ObjectIdentifier {
    oid::ID_DATA.push_arc(u32::try_from(index).expect("a small number")).expect("an object identifier")
}

fn names(template: Template, number: u8, name: impl Fn(usize) -> String, count: usize) -> Template {
    let template = template.without(oid::CE_SUBJECT_ALT_NAME);
    let own = element(Tag::context(1), b"a@example.org");
    template.extension(oid::CE_SUBJECT_ALT_NAME, false, |writer| {
        let names = (0..count).flat_map(|index| element(Tag::context(number), name(index).as_bytes()));
        writer.raw(&sequence(&[&own, &names.collect::<Vec<_>>()]));
    })
}

fn listed(template: Template, extension: ObjectIdentifier, one: impl Fn(usize) -> Vec<u8>, count: usize) -> Template {
    template
        .without(extension)
        .extension(extension, false, |writer| writer.raw(&sequence(&[&(0..count).flat_map(one).collect::<Vec<_>>()])))
}

/// A uniformResourceIdentifier.
fn place(index: usize) -> Vec<u8> {
    element(Tag::context(6), format!("http://example.org/{index}").as_bytes())
}

fn common_name(index: usize) -> Vec<u8> {
    sequence(&[&object(oid::AT_COMMON_NAME), &element(Tag::UTF8_STRING, index.to_string().as_bytes())])
}
