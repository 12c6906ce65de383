use proptest::prelude::*;

use super::*;
use crate::cms::testing::messages::{element, messages};
use crate::cms::testing::{Choices, Record, Tree, read, read_pieces};

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(Tag::SEQUENCE, &parts.concat())
}

fn set(parts: &[&[u8]]) -> Vec<u8> {
    element(Tag::SET, &parts.concat())
}

fn oid_of(oid: ObjectIdentifier) -> Vec<u8> {
    element(Tag::OID, oid.as_bytes())
}

fn content_info(content_type: ObjectIdentifier, structure: &[u8]) -> Vec<u8> {
    sequence(&[&oid_of(content_type), &element(Tag::context_constructed(0), structure)])
}

const VERSION: [u8; 3] = [0x02, 0x01, 0x01];
const EMPTY_SET: [u8; 2] = [0x31, 0x00];

/// A SignedData of these elements after encapContentInfo.
fn signed(content: &[u8], rest: &[&[u8]]) -> Vec<u8> {
    let info = sequence(&[&oid_of(oid::ID_DATA), content]);
    content_info(oid::ID_SIGNED_DATA, &sequence(&[&VERSION, &EMPTY_SET, &info, &rest.concat()]))
}

fn name() -> Vec<u8> {
    sequence(&[&sequence(&[]), &[0x02, 0x01, 0x05]])
}

fn null_algorithm() -> Vec<u8> {
    AlgorithmIdentifier { oid: oid::ID_SHA256, parameters: None }.to_der()
}

fn signer_info() -> Vec<u8> {
    sequence(&[&VERSION, &name(), &null_algorithm(), &null_algorithm(), &[0x04, 0x00]])
}

fn enveloped(recipients: &[u8], content: &[u8], rest: &[u8]) -> Vec<u8> {
    let info = sequence(&[&oid_of(oid::ID_DATA), &null_algorithm(), content]);
    content_info(oid::ID_ENVELOPED_DATA, &sequence(&[&VERSION, recipients, &info, rest]))
}

fn key_transport() -> Vec<u8> {
    sequence(&[&VERSION, &name(), &null_algorithm(), &[0x04, 0x00]])
}

fn code(message: &[u8]) -> Option<Code> {
    read(message).err().map(|error| error.code())
}

fn code_with(message: &[u8], limits: &Limits) -> Option<Code> {
    read_pieces(message.chunks(1), limits).err().map(|error| error.code())
}

#[test]
fn structures_that_lack_or_exceed_are_refused() {
    let content = [0xa0, 0x03, 0x04, 0x01, b'x'];
    let info = sequence(&[&oid_of(oid::ID_DATA)]);
    let inner = |parts: &[&[u8]]| content_info(oid::ID_SIGNED_DATA, &sequence(parts));
    for (message, expected) in [
        (signed(&content, &[&EMPTY_SET]), None),
        (signed(&[], &[&EMPTY_SET]), None),
        (signed(&[], &[&[0xa0, 0], &[0xa1, 0], &EMPTY_SET]), None),
        // Lacking.
        (vec![0x30, 0x00], Some(Code::CmsStructure)),
        (sequence(&[&oid_of(oid::ID_SIGNED_DATA)]), Some(Code::CmsStructure)),
        (sequence(&[&oid_of(oid::ID_SIGNED_DATA), &[0xa0, 0]]), Some(Code::CmsStructure)),
        (inner(&[]), Some(Code::CmsStructure)),
        (inner(&[&VERSION]), Some(Code::CmsStructure)),
        (signed(&content, &[]), Some(Code::CmsStructure)),
        (signed(&[0xa0, 0x00], &[&EMPTY_SET]), Some(Code::CmsStructure)),
        // Too many.
        (signed(&content, &[&EMPTY_SET, &EMPTY_SET]), Some(Code::CmsStructure)),
        (signed(&[0xa0, 0x04, 0x04, 0x00, 0x04, 0x00], &[&EMPTY_SET]), Some(Code::CmsStructure)),
        (signed(&[&content[..], &content].concat(), &[&EMPTY_SET]), Some(Code::CmsStructure)),
        (sequence(&[&oid_of(oid::ID_SIGNED_DATA), &[0xa0, 0], &[0x05, 0]]), Some(Code::CmsStructure)),
        // Another type, or out of order.
        (signed(&[], &[&[0xa1, 0], &[0xa0, 0], &EMPTY_SET]), Some(Code::BerTag)),
        (signed(&[], &[&[0xa0, 0], &[0xa0, 0], &EMPTY_SET]), Some(Code::BerTag)),
        (signed(&[0x04, 0x00], &[&EMPTY_SET]), Some(Code::CmsStructure)),
        (signed(&[], &[&[0x30, 0]]), Some(Code::BerTag)),
        (signed(&[], &[&[0xa0, 2, 0x05, 0], &EMPTY_SET]), Some(Code::BerTag)),
        (signed(&[], &[&[0x31, 2, 0x05, 0]]), Some(Code::BerTag)),
        (inner(&[&[0x04, 1, 1], &EMPTY_SET, &info, &EMPTY_SET]), Some(Code::BerTag)),
        (inner(&[&[0x02, 0], &EMPTY_SET, &info, &EMPTY_SET]), Some(Code::BerValue)),
        (inner(&[&[0x02, 1, 0x80], &EMPTY_SET, &info, &EMPTY_SET]), Some(Code::BerValue)),
        (set(&[]), Some(Code::BerTag)),
        (b"Content-Type: text/plain".to_vec(), Some(Code::BerTag)),
        (vec![], Some(Code::BerTruncated)),
        // Strings made of something else than strings.
        (signed(&[0xa0, 0x04, 0x24, 0x02, 0x02, 0x00], &[&EMPTY_SET]), Some(Code::BerTag)),
        (signed(&[0xa0, 0x04, 0x24, 0x02, 0x80, 0x00], &[&EMPTY_SET]), Some(Code::BerTag)),
        (enveloped(&set(&[&key_transport()]), &[0xa0, 0x02, 0x80, 0x00], &[]), Some(Code::BerTag)),
        (enveloped(&set(&[&key_transport()]), &[0xa0, 0x04, 0x24, 0x02, 0x04, 0x00], &[]), None),
    ] {
        assert_eq!(code(&message), expected, "{message:02x?}");
        assert_eq!(code_with(&message, &Limits::default()), expected, "{message:02x?} octet by octet");
    }
}

#[test]
fn content_types_that_are_not_read_are_named() {
    for (content_type, name) in [
        (oid::ID_DATA, "data without protection"),
        (oid::ID_DIGESTED_DATA, "DigestedData"),
        (oid::ID_ENCRYPTED_DATA, "EncryptedData"),
        (oid::ID_CT_AUTH_DATA, "AuthenticatedData"),
        (oid::ID_SHA256, "unknown"),
    ] {
        let error = read(&content_info(content_type, &[0x30, 0x00])).unwrap_err();
        assert_eq!(error.code(), Code::CmsTypeUnsupported);
        assert!(error.detail().unwrap().starts_with(name), "{error}");
        assert!(CmsReader::bare(content_type, &Limits::default()).is_err());
    }
}

#[test]
fn content_that_is_no_octet_string_is_pkcs7() {
    let info = sequence(&[&oid_of(oid::ID_SIGNED_DATA), &[0xa0, 0x02, 0x30, 0x00]]);
    let message = content_info(oid::ID_SIGNED_DATA, &sequence(&[&VERSION, &EMPTY_SET, &info, &EMPTY_SET]));
    let error = read(&message).unwrap_err();
    assert_eq!(error.code(), Code::CmsTypeUnsupported);
    assert!(error.detail().unwrap().contains("PKCS #7"), "{error}");
    assert_eq!(code(&signed(&[0xa0, 0x02, 0x30, 0x00], &[&EMPTY_SET])), Some(Code::BerTag));
}

#[test]
fn certificates_of_other_kinds_are_counted() {
    let choices = [0x30, 0x00, 0xa0, 0x00, 0xa1, 0x00, 0xa2, 0x80, 0x05, 0x00, 0x00, 0x00, 0x30, 0x00];
    let certificates = element(Tag::context_constructed(0), &choices);
    let end = read(&signed(&[], &[&certificates, &EMPTY_SET])).unwrap().signed_end.unwrap();
    assert_eq!(end.certificates.certificates, [[0x30, 0x00], [0x30, 0x00]]);
    assert_eq!(end.certificates.other_certificates, 3);
}

#[test]
fn revocation_information_of_other_kinds_is_kept() {
    let other = element(Tag::context_constructed(1), &[oid_of(oid::ID_SHA256), vec![0x05, 0x00]].concat());
    let crls = element(Tag::context_constructed(1), &[vec![0x30, 0x00], other].concat());
    let set = read(&signed(&[], &[&crls, &EMPTY_SET])).unwrap().signed_end.unwrap().certificates;
    assert_eq!(set.crls, [[0x30, 0x00]]);
    assert_eq!(set.other_revocation, [OtherRevocationInfo { format: oid::ID_SHA256, info: vec![0x05, 0x00] }]);
}

#[test]
fn originator_and_attributes_are_read() {
    let originator = [0xa0, 0x06, 0xa0, 0x02, 0x30, 0x00, 0xa1, 0x00];
    let attribute = sequence(&[&oid_of(oid::ID_SHA256), &set(&[&[0x05, 0x00]])]);
    let info = sequence(&[&oid_of(oid::ID_DATA), &null_algorithm()]);
    let message = content_info(
        oid::ID_CT_AUTH_ENVELOPED_DATA,
        &sequence(&[
            &VERSION,
            &originator,
            &set(&[&key_transport()]),
            &info,
            &element(Tag::context_constructed(1), &attribute),
            &[0x24, 0x04, 0x04, 0x02, 7, 8],
            &element(Tag::context_constructed(2), &attribute),
        ]),
    );
    let record = read(&message).unwrap();
    let start = record.enveloped.unwrap();
    assert!(start.authenticated);
    assert_eq!(start.originator.unwrap().certificates, [[0x30, 0x00]]);
    assert_eq!(record.present, Some(false));
    let end = record.enveloped_end.unwrap();
    assert_eq!(end.mac, [7, 8]);
    assert_eq!(end.additional_data().unwrap(), set(&[&attribute]));
    assert_eq!(end.unprotected_attributes.unwrap().list()[0].oid, oid::ID_SHA256);
    assert!(EnvelopedEnd::default().additional_data().unwrap().is_empty());
}

#[test]
fn what_follows_is_noticed_at_once_and_late() {
    let message = signed(&[], &[&EMPTY_SET]);
    for trailing in [&[0x00][..], b"\n", &message] {
        let mut reader = CmsReader::new(&Limits::default());
        let mut record = Record::default();
        reader.push(&message, &mut record).unwrap();
        assert!(reader.is_done());
        reader.finish().unwrap();
        let error = reader.push(trailing, &mut record).unwrap_err();
        assert_eq!((error.code(), error.offset()), (Code::BerTrailing, Some(message.len() as u64)));
        assert_eq!(reader.finish().unwrap_err().code(), Code::UseState);
        assert_eq!(reader.push(&[], &mut record).unwrap_err().code(), Code::UseState);
        assert_eq!(code(&[&message, trailing].concat()), Some(Code::BerTrailing));
    }
}

#[test]
fn bare_structures_are_read() {
    let message = signed(&[], &[&EMPTY_SET]);
    let structure = Reader::ber(&message).single().unwrap().children().unwrap().rest()[11..].to_vec();
    let structure = Reader::ber(&structure).single().unwrap().content;
    let mut reader = CmsReader::bare(oid::ID_SIGNED_DATA, &Limits::default()).unwrap();
    let mut record = Record::default();
    reader.push(structure, &mut record).unwrap();
    reader.finish().unwrap();
    assert_eq!(record, read(&message).unwrap());
}

#[test]
fn limits_hold_and_have_their_own_codes() {
    let limits = Limits {
        ber_depth: 8,
        element_bytes: 200,
        layer_bytes: 1000,
        recipients: 3,
        signers: 2,
        certificates: 4,
        attributes: 5,
        ..Limits::default()
    };
    let certificate = element(Tag::SEQUENCE, &[0x05; 2]);
    let certificates = |count: usize| element(Tag::context_constructed(0), &certificate.repeat(count));
    let other = |count: usize| element(Tag::context_constructed(0), &[0xa1, 0x00].repeat(count));
    let crls = |count: usize| element(Tag::context_constructed(1), &certificate.repeat(count));
    let attribute = |values: usize| sequence(&[&oid_of(oid::ID_SHA256), &element(Tag::SET, &[0x05, 0x00].repeat(values))]);
    let with_attributes = |attributes: &[u8]| {
        let attributes = element(Tag::context_constructed(0), attributes);
        set(&[&sequence(&[&VERSION, &name(), &null_algorithm(), &attributes, &null_algorithm(), &[0x04, 0x00]])])
    };
    let agreement = |count: usize| {
        let originator = element(Tag::context_constructed(0), &name());
        let key = sequence(&[&name(), &[0x04, 0x00]]);
        element(
            Tag::context_constructed(1),
            &[VERSION.to_vec(), originator, null_algorithm(), element(Tag::SEQUENCE, &key.repeat(count))].concat(),
        )
    };
    let large = |length: usize| element(Tag::context_constructed(0), &element(Tag::SEQUENCE, &vec![0; length]));
    let pieces = |depth: usize| {
        let string = (0..depth).fold(vec![0x04, 0x00], |inner, _| element(Tag(0x24), &inner));
        signed(&element(Tag::context_constructed(0), &string), &[&EMPTY_SET])
    };
    let digests = |count: usize| {
        let info = sequence(&[&oid_of(oid::ID_DATA)]);
        content_info(oid::ID_SIGNED_DATA, &sequence(&[&VERSION, &element(Tag::SET, &null_algorithm().repeat(count)), &info, &EMPTY_SET]))
    };
    for (message, expected) in [
        (signed(&[], &[&certificates(4), &EMPTY_SET]), None),
        (signed(&[], &[&certificates(5), &EMPTY_SET]), Some(Code::LimitCertificates)),
        (signed(&[], &[&certificates(2), &crls(3), &EMPTY_SET]), Some(Code::LimitCertificates)),
        (signed(&[], &[&other(4), &EMPTY_SET]), None),
        (signed(&[], &[&other(5), &EMPTY_SET]), Some(Code::LimitCertificates)),
        (signed(&[], &[&element(Tag::SET, &signer_info().repeat(2))]), None),
        (signed(&[], &[&element(Tag::SET, &signer_info().repeat(3))]), Some(Code::LimitSigners)),
        (digests(2), None),
        (digests(3), Some(Code::LimitSigners)),
        (signed(&[], &[&with_attributes(&attribute(1).repeat(5))]), None),
        (signed(&[], &[&with_attributes(&attribute(1).repeat(6))]), Some(Code::LimitAttributes)),
        (signed(&[], &[&with_attributes(&attribute(6))]), Some(Code::LimitAttributes)),
        (signed(&[], &[&with_attributes(&attribute(3).repeat(2))]), Some(Code::LimitAttributes)),
        (enveloped(&element(Tag::SET, &key_transport().repeat(3)), &[], &[]), None),
        (enveloped(&element(Tag::SET, &key_transport().repeat(4)), &[], &[]), Some(Code::LimitRecipients)),
        (enveloped(&set(&[&agreement(3)]), &[], &[]), None),
        (enveloped(&set(&[&agreement(4)]), &[], &[]), Some(Code::LimitRecipients)),
        (enveloped(&set(&[&agreement(2), &agreement(2)]), &[], &[]), Some(Code::LimitRecipients)),
        (signed(&[], &[&large(197), &EMPTY_SET]), None),
        (signed(&[], &[&large(198), &EMPTY_SET]), Some(Code::LimitElement)),
        (pieces(3), None),
        (pieces(4), Some(Code::LimitDepth)),
    ] {
        assert_eq!(code_with(&message, &limits), expected, "{message:02x?}");
    }
}

#[test]
fn what_is_kept_of_a_layer_is_bounded_in_sum() {
    let certificate = element(Tag::SEQUENCE, &[0; 100]);
    let message = signed(&[], &[&element(Tag::context_constructed(0), &certificate.repeat(5)), &EMPTY_SET]);
    // The types and the version are kept too.
    let kept = 5 * 102 + 2 * 11 + 3;
    for (layer_bytes, expected) in [(kept, None), (kept - 1, Some(Code::LimitBytes))] {
        assert_eq!(code_with(&message, &Limits { layer_bytes, ..Limits::default() }), expected);
    }
}

#[test]
fn an_element_that_is_too_long_is_refused_at_its_header() {
    let start = [0x30, 0x80, 0x06, 0x09];
    let start = [&start[..], oid::ID_SIGNED_DATA.as_bytes(), &[0xa0, 0x80, 0x30, 0x80, 0x02, 0x84, 0x7f, 0xff, 0xff, 0xff]].concat();
    assert_eq!(code(&start), Some(Code::LimitElement));
    // Of indefinite length it is only seen as it grows.
    let limits = Limits { element_bytes: 100, ..Limits::default() };
    let endless = [&[0xa0, 0x80, 0x30, 0x80][..], &[0x04, 0x01, 0x00].repeat(50)].concat();
    let message = [&[0x30, 0x80][..], &oid_of(oid::ID_SIGNED_DATA), &[0xa0, 0x80, 0x30, 0x80], &VERSION, &EMPTY_SET];
    let message = [message.concat(), sequence(&[&oid_of(oid::ID_DATA)]), endless].concat();
    assert_eq!(code_with(&message, &limits), Some(Code::LimitElement));
}

#[test]
fn the_error_of_the_sink_comes_back_as_it_is() {
    struct Refusing;
    impl CmsSink for Refusing {
        fn signed_start(&mut self, _: SignedStart) -> Result<()> {
            Err(Error::new(Code::UseIo).at(7))
        }
        fn enveloped_start(&mut self, _: EnvelopedStart) -> Result<()> {
            Ok(())
        }
        fn compressed_start(&mut self, _: CompressedStart) -> Result<()> {
            Ok(())
        }
        fn content(&mut self, _: &[u8]) -> Result<()> {
            Ok(())
        }
        fn content_end(&mut self, _: bool) -> Result<()> {
            Ok(())
        }
        fn signed_end(&mut self, _: SignedEnd) -> Result<()> {
            Ok(())
        }
        fn enveloped_end(&mut self, _: EnvelopedEnd) -> Result<()> {
            Ok(())
        }
    }
    let error = CmsReader::new(&Limits::default()).push(&signed(&[], &[&EMPTY_SET]), &mut Refusing).unwrap_err();
    assert_eq!((error.code(), error.offset()), (Code::UseIo, Some(7)));
}

#[test]
fn errors_say_where() {
    // The serial number of the signer is empty.
    let bad_name = sequence(&[&sequence(&[]), &[0x02, 0x00]]);
    let bad = sequence(&[&VERSION, &bad_name, &null_algorithm(), &null_algorithm(), &[0x04, 0x00]]);
    let message = signed(&[], &[&set(&[&bad])]);
    let place = message.windows(2).rposition(|window| window == [0x02, 0x00]).unwrap();
    let error = read(&message).unwrap_err();
    assert_eq!((error.code(), error.offset()), (Code::BerValue, Some(place as u64)));
}

/// Looks at the slices that it is given.
struct Slices<'a> {
    input: &'a [u8],
    calls: usize,
}

impl CmsSink for Slices<'_> {
    fn signed_start(&mut self, _: SignedStart) -> Result<()> {
        Ok(())
    }
    fn enveloped_start(&mut self, _: EnvelopedStart) -> Result<()> {
        Ok(())
    }
    fn compressed_start(&mut self, _: CompressedStart) -> Result<()> {
        Ok(())
    }
    fn content(&mut self, octets: &[u8]) -> Result<()> {
        assert!(self.input.as_ptr_range().contains(&octets.as_ptr()), "content was copied");
        self.calls += 1;
        Ok(())
    }
    fn content_end(&mut self, _: bool) -> Result<()> {
        Ok(())
    }
    fn signed_end(&mut self, _: SignedEnd) -> Result<()> {
        Ok(())
    }
    fn enveloped_end(&mut self, _: EnvelopedEnd) -> Result<()> {
        Ok(())
    }
}

#[test]
fn content_comes_in_slices_of_the_input() {
    let message = signed(&element(Tag::context_constructed(0), &element(Tag::OCTET_STRING, &vec![b'x'; 1 << 20])), &[&EMPTY_SET]);
    let mut sink = Slices { input: &message, calls: 0 };
    CmsReader::new(&Limits::default()).push(&message, &mut sink).unwrap();
    assert_eq!(sink.calls, 1);
}

proptest! {
    #[test]
    fn every_encoding_in_every_cut_reads_the_same((der, expected) in messages(), choices: Vec<u8>) {
        let (record, was_der) = read_pieces(std::iter::once(der.as_slice()), &Limits::default()).unwrap();
        prop_assert!(was_der);
        let expected = expected.normal();
        prop_assert_eq!(record.normal(), expected.clone());
        let mut choices = Choices::new(choices);
        let ber = Tree::parse(&der).to_ber(&mut choices);
        let whole = read_pieces(std::iter::once(ber.as_slice()), &Limits::default()).unwrap();
        let mut octet_by_octet = read_pieces(ber.chunks(1), &Limits::default()).unwrap();
        octet_by_octet.0.pieces = whole.0.pieces;
        prop_assert_eq!(&whole, &octet_by_octet);
        let (first, second) = ber.split_at(choices.cut(ber.len()));
        let mut halves = read_pieces([first, second].into_iter(), &Limits::default()).unwrap();
        halves.0.pieces = whole.0.pieces;
        prop_assert_eq!(&whole, &halves);
        prop_assert_eq!(whole.0.normal(), expected);
    }

    #[test]
    fn a_truncated_message_is_told_as_such((der, _) in messages(), choices: Vec<u8>) {
        let ber = Tree::parse(&der).to_ber(&mut Choices::new(choices));
        let mut record = Record::default();
        let mut reader = CmsReader::new(&Limits::default());
        for octet in &ber {
            prop_assert_eq!(reader.finish().map_err(|error| error.code()), Err(Code::BerTruncated));
            reader.push(std::slice::from_ref(octet), &mut record).unwrap();
        }
        reader.finish().unwrap();
    }

    #[test]
    fn damage_never_panics_nor_depends_on_the_cut((der, _) in messages(), choices: Vec<u8>, damage: Vec<(u16, u8)>) {
        let mut choices = Choices::new(choices);
        let mut ber = Tree::parse(&der).to_ber(&mut choices);
        for (place, octet) in damage {
            let place = usize::from(place) % ber.len();
            ber[place] = octet;
        }
        let told = |result: Result<(Record, bool)>| result.map(|(record, der)| (Record { pieces: 0, ..record }, der)).map_err(|error| (error.code(), error.offset()));
        let whole = told(read_pieces(std::iter::once(ber.as_slice()), &Limits::default()));
        prop_assert_eq!(&whole, &told(read_pieces(ber.chunks(1), &Limits::default())));
        prop_assert_eq!(&whole, &told(read_pieces(ber.chunks(choices.cut(60).max(1)), &Limits::default())));
    }
}
