//! CMS structures of which one element is repeated as often as is asked for: the smallest elements that a reader takes.

use smime::asn1::{Tag, oid};

use crate::forge::{element, object, sequence};

const VERSION: [u8; 3] = [0x02, 0x01, 0x01];
const NAME: [u8; 7] = [0x30, 0x05, 0x30, 0x00, 0x02, 0x01, 0x05];
const ALGORITHM: [u8; 5] = [0x30, 0x03, 0x06, 0x01, 0x2a];
const EMPTY_SET: [u8; 2] = [0x31, 0x00];
const KEY: [u8; 2] = [0x04, 0x00];

/// What is repeated, and the structure with so many of it.
pub type Kind = (&'static str, fn(usize) -> Vec<u8>);

/// Everything that may stand many times.
pub const KINDS: [Kind; 13] = [
    ("digest algorithms", |count| signed(&set(&ALGORITHM, count), &[], &[&EMPTY_SET])),
    ("pieces of content", |count| signed_content(&[0x04, 0x01, b'x'].repeat(count))),
    ("empty pieces of content", |count| signed_content(&[0x24, 0x80, 0x00, 0x00].repeat(count))),
    ("certificates", |count| with_certificates(&[0x30, 0x00].repeat(count))),
    ("certificates of indefinite length", |count| with_certificates(&[0x30, 0x80, 0x00, 0x00].repeat(count))),
    ("other certificates", |count| with_certificates(&[0xa1, 0x00].repeat(count))),
    ("elements of a certificate", |count| {
        with_certificates(&[&[0x30, 0x80][..], &[0x30, 0x80, 0x00, 0x00].repeat(count), &[0x00, 0x00]].concat())
    }),
    ("CRLs", |count| signed(&EMPTY_SET, &[], &[&context(1, &[&[0x30, 0x00].repeat(count)]), &EMPTY_SET])),
    ("signers", |count| signed(&EMPTY_SET, &[], &[&set(&signer(&[]), count)])),
    ("attributes", |count| with_attributes(&attribute(1).repeat(count))),
    ("attribute values", |count| with_attributes(&attribute(count))),
    ("recipients", |count| enveloped(&set(&sequence(&[&VERSION, &NAME, &ALGORITHM, &KEY]), count))),
    ("recipients of one agreement", |count| enveloped(&agreement(count))),
];

fn context(number: u8, parts: &[&[u8]]) -> Vec<u8> {
    element(Tag::context_constructed(number), &parts.concat())
}

fn set(one: &[u8], count: usize) -> Vec<u8> {
    element(Tag::SET, &one.repeat(count))
}

fn content_info(kind: const_oid::ObjectIdentifier, structure: &[&[u8]]) -> Vec<u8> {
    crate::forge::content_info(kind, &sequence(structure))
}

fn signed(digests: &[u8], content: &[u8], rest: &[&[u8]]) -> Vec<u8> {
    let info = sequence(&[&object(oid::ID_DATA), content]);
    content_info(oid::ID_SIGNED_DATA, &[&VERSION, digests, &info, &rest.concat()])
}

fn signed_content(pieces: &[u8]) -> Vec<u8> {
    signed(&EMPTY_SET, &context(0, &[&element(Tag::OCTET_STRING.constructed(), pieces)]), &[&EMPTY_SET])
}

fn with_certificates(certificates: &[u8]) -> Vec<u8> {
    signed(&EMPTY_SET, &[], &[&context(0, &[certificates]), &EMPTY_SET])
}

fn with_attributes(attributes: &[u8]) -> Vec<u8> {
    signed(&EMPTY_SET, &[], &[&set(&signer(&context(0, &[attributes])), 1)])
}

fn signer(attributes: &[u8]) -> Vec<u8> {
    sequence(&[&VERSION, &NAME, &ALGORITHM, attributes, &ALGORITHM, &KEY])
}

fn attribute(values: usize) -> Vec<u8> {
    sequence(&[&[0x06, 0x01, 0x2a], &set(&[0x05, 0x00], values)])
}

fn enveloped(recipients: &[u8]) -> Vec<u8> {
    let info = sequence(&[&object(oid::ID_DATA), &ALGORITHM]);
    content_info(oid::ID_ENVELOPED_DATA, &[&VERSION, recipients, &info])
}

fn agreement(count: usize) -> Vec<u8> {
    let keys = sequence(&[&sequence(&[&NAME, &KEY]).repeat(count)]);
    element(Tag::SET, &context(1, &[&VERSION, &context(0, &[&NAME]), &ALGORITHM, &keys]))
}
