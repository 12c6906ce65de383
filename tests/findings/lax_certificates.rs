//! What a comparison with other validators on generated paths brought to light: certificates that were read more laxly than DER allows.

use smime::asn1::{Tag, oid};
use smime::cert::{Certificate, Name};
use smime::path::PathRequest;
use smime::{Code, Time, TrustStore};
use smime_tests::maker::{Template, key};

/// The unused bits at the end of keyUsage were read as if they were used: five bits that end before keyCertSign made an authority of a
/// certificate that others read as none.
#[test]
fn a_bit_of_key_usage_that_is_not_there_makes_no_authority() {
    let (root_key, authority_key, person_key) = (key(), key(), key());
    let root = Template::authority("Root", "Root").issue(&root_key, &root_key);
    let person = Template::person("Alice", "Authority", "alice@example.org").issue(&person_key, &authority_key);
    let store = TrustStore::builder().anchor(&root).build();
    let codes = |usage: &[u8]| {
        let authority = Template::authority("Authority", "Root").without(oid::CE_KEY_USAGE);
        let authority = authority.extension(oid::CE_KEY_USAGE, true, |writer| writer.element(Tag::BIT_STRING, usage));
        let authority = [authority.issue(&authority_key, &root_key)];
        let at = Time::parse_rfc3339("2026-11-23T12:00:00Z").expect("a time");
        let report = PathRequest::new(&person, &store).intermediates(&authority).at(at).validate();
        report.findings.iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    // digitalSignature and keyCertSign, then the same octet of which five bits, or seven, are said to be used.
    assert_eq!(codes(&[2, 0x84]), []);
    assert_eq!(codes(&[3, 0x84]), [Code::CertMalformed]);
    assert_eq!(codes(&[1, 0x85]), [Code::CertMalformed]);
    // Bits that are used and zero are superfluous in DER (X.690 section 11.2.2), and say nothing.
    assert_eq!(codes(&[0, 0x84]), []);
}

/// A name with a relative name of no attributes was equal to the name without it.
#[test]
fn a_relative_name_of_nothing_is_no_name() {
    let person_key = key();
    let good = Template::person("Alice", "Root", "alice@example.org").issue_der(&person_key, &person_key);
    let certificate = Certificate::from_der(&good).expect("a certificate");
    let name = certificate.subject().der();
    let longer = [&[0x30, name[1] + 2], &name[2..], &[0x31, 0]].concat();
    assert_eq!(Name::from_der(&longer).err().map(|error| error.code()), Some(Code::CertMalformed));
}
