//! The grammar of the CMS structures as data: which element may follow which, and what is done with it.
//!
//! The tables follow the ASN.1 modules of RFC 5652, RFC 5083 and RFC 3274 line by line.

use const_oid::ObjectIdentifier;

use crate::asn1::{Tag, oid};

/// A structure whose elements are read one by one.
pub(super) struct Shape {
    pub(super) name: &'static str,
    /// A SET OF or SEQUENCE OF: any of the fields, any number of times. Else each field once and in order.
    pub(super) repeats: bool,
    pub(super) fields: &'static [Field],
    pub(super) end: Hook,
}

/// One element of a structure.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) matches: fn(Tag) -> bool,
    pub(super) optional: bool,
    pub(super) part: Part,
}

/// What is done with an element.
#[derive(Clone, Copy)]
pub(super) enum Part {
    /// Its elements are read by this shape.
    Enter(&'static Shape),
    /// It is kept whole and then understood.
    Keep(Kept),
    /// Its octets are content and handed on.
    Stream,
    /// Its shape is that of the content type read before.
    Inner,
    /// It is counted and passed over.
    OtherCertificate,
}

/// The elements that are kept whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    OuterType,
    Version,
    DigestAlgorithm,
    SignedType,
    Certificate,
    Crl,
    OtherRevocation,
    Signer,
    Recipient,
    EncryptedType,
    ContentEncryption,
    UnprotectedAttributes,
    AuthenticatedAttributes,
    Mac,
    Compression,
    CompressedType,
}

/// What happens where a structure ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hook {
    Nothing,
    Content,
    Originator,
    Signed,
    Enveloped,
}

const INTEGER: fn(Tag) -> bool = |tag| tag == Tag::INTEGER;
const OID: fn(Tag) -> bool = |tag| tag == Tag::OID;
const SEQUENCE: fn(Tag) -> bool = |tag| tag == Tag::SEQUENCE;
const SET: fn(Tag) -> bool = |tag| tag == Tag::SET;
const OCTET_STRING: fn(Tag) -> bool = |tag| matches!(tag.0, 0x04 | 0x24);
const CONTEXT_0: fn(Tag) -> bool = |tag| tag.0 == 0xa0;
const CONTEXT_1: fn(Tag) -> bool = |tag| tag.0 == 0xa1;
const CONTEXT_2: fn(Tag) -> bool = |tag| tag.0 == 0xa2;
/// [0] IMPLICIT OCTET STRING, primitive or constructed.
const CONTEXT_0_STRING: fn(Tag) -> bool = |tag| matches!(tag.0, 0x80 | 0xa0);
/// The CertificateChoices that are no X.509 certificates: [0] to [3].
const OTHER_CERTIFICATE: fn(Tag) -> bool = |tag| matches!(tag.0, 0xa0..=0xa3);
/// RecipientInfo is an extensible CHOICE: SEQUENCE or any context-specific tag.
const RECIPIENT: fn(Tag) -> bool = |tag| tag == Tag::SEQUENCE || tag.0 & 0xc0 == 0x80;

const fn required(name: &'static str, matches: fn(Tag) -> bool, part: Part) -> Field {
    Field { name, matches, optional: false, part }
}

const fn optional(name: &'static str, matches: fn(Tag) -> bool, part: Part) -> Field {
    Field { name, matches, optional: true, part }
}

const fn sequence(name: &'static str, fields: &'static [Field], end: Hook) -> Shape {
    Shape { name, repeats: false, fields, end }
}

const fn set_of(name: &'static str, fields: &'static [Field]) -> Shape {
    Shape { name, repeats: true, fields, end: Hook::Nothing }
}

pub(super) static TOP: Field = required("ContentInfo", SEQUENCE, Part::Enter(&CONTENT_INFO));
pub(super) static BARE: Field = required("content", SEQUENCE, Part::Inner);

static CONTENT_INFO: Shape = sequence(
    "ContentInfo",
    &[required("contentType", OID, Part::Keep(Kept::OuterType)), required("content", CONTEXT_0, Part::Enter(&EXPLICIT_INNER))],
    Hook::Nothing,
);
static EXPLICIT_INNER: Shape = sequence("content", &[required("content", SEQUENCE, Part::Inner)], Hook::Nothing);

static SIGNED_DATA: Shape = sequence(
    "SignedData",
    &[
        required("version", INTEGER, Part::Keep(Kept::Version)),
        required("digestAlgorithms", SET, Part::Enter(&DIGEST_ALGORITHMS)),
        required("encapContentInfo", SEQUENCE, Part::Enter(&SIGNED_CONTENT)),
        optional("certificates", CONTEXT_0, Part::Enter(&CERTIFICATES)),
        optional("crls", CONTEXT_1, Part::Enter(&CRLS)),
        required("signerInfos", SET, Part::Enter(&SIGNERS)),
    ],
    Hook::Signed,
);
static DIGEST_ALGORITHMS: Shape = set_of("digestAlgorithms", &[required("digestAlgorithm", SEQUENCE, Part::Keep(Kept::DigestAlgorithm))]);
static SIGNED_CONTENT: Shape = sequence(
    "encapContentInfo",
    &[required("eContentType", OID, Part::Keep(Kept::SignedType)), optional("eContent", CONTEXT_0, Part::Enter(&EXPLICIT_OCTETS))],
    Hook::Content,
);
pub(super) static EXPLICIT_OCTETS: Shape = sequence("eContent", &[required("eContent", OCTET_STRING, Part::Stream)], Hook::Nothing);
static CERTIFICATES: Shape = set_of(
    "certificates",
    &[
        required("certificate", SEQUENCE, Part::Keep(Kept::Certificate)),
        required("certificate of another kind", OTHER_CERTIFICATE, Part::OtherCertificate),
    ],
);
static CRLS: Shape =
    set_of("crls", &[required("crl", SEQUENCE, Part::Keep(Kept::Crl)), required("other", CONTEXT_1, Part::Keep(Kept::OtherRevocation))]);
static SIGNERS: Shape = set_of("signerInfos", &[required("signerInfo", SEQUENCE, Part::Keep(Kept::Signer))]);

static ENVELOPED_DATA: Shape = sequence(
    "EnvelopedData",
    &[
        required("version", INTEGER, Part::Keep(Kept::Version)),
        optional("originatorInfo", CONTEXT_0, Part::Enter(&ORIGINATOR)),
        required("recipientInfos", SET, Part::Enter(&RECIPIENTS)),
        required("encryptedContentInfo", SEQUENCE, Part::Enter(&ENCRYPTED_CONTENT)),
        optional("unprotectedAttrs", CONTEXT_1, Part::Keep(Kept::UnprotectedAttributes)),
    ],
    Hook::Enveloped,
);
static AUTH_ENVELOPED_DATA: Shape = sequence(
    "AuthEnvelopedData",
    &[
        required("version", INTEGER, Part::Keep(Kept::Version)),
        optional("originatorInfo", CONTEXT_0, Part::Enter(&ORIGINATOR)),
        required("recipientInfos", SET, Part::Enter(&RECIPIENTS)),
        required("authEncryptedContentInfo", SEQUENCE, Part::Enter(&ENCRYPTED_CONTENT)),
        optional("authAttrs", CONTEXT_1, Part::Keep(Kept::AuthenticatedAttributes)),
        required("mac", OCTET_STRING, Part::Keep(Kept::Mac)),
        optional("unauthAttrs", CONTEXT_2, Part::Keep(Kept::UnprotectedAttributes)),
    ],
    Hook::Enveloped,
);
static ORIGINATOR: Shape = sequence(
    "originatorInfo",
    &[optional("certs", CONTEXT_0, Part::Enter(&CERTIFICATES)), optional("crls", CONTEXT_1, Part::Enter(&CRLS))],
    Hook::Originator,
);
static RECIPIENTS: Shape = set_of("recipientInfos", &[required("recipientInfo", RECIPIENT, Part::Keep(Kept::Recipient))]);
static ENCRYPTED_CONTENT: Shape = sequence(
    "encryptedContentInfo",
    &[
        required("contentType", OID, Part::Keep(Kept::EncryptedType)),
        required("contentEncryptionAlgorithm", SEQUENCE, Part::Keep(Kept::ContentEncryption)),
        optional("encryptedContent", CONTEXT_0_STRING, Part::Stream),
    ],
    Hook::Content,
);

static COMPRESSED_DATA: Shape = sequence(
    "CompressedData",
    &[
        required("version", INTEGER, Part::Keep(Kept::Version)),
        required("compressionAlgorithm", SEQUENCE, Part::Keep(Kept::Compression)),
        required("encapContentInfo", SEQUENCE, Part::Enter(&COMPRESSED_CONTENT)),
    ],
    Hook::Nothing,
);
static COMPRESSED_CONTENT: Shape = sequence(
    "encapContentInfo",
    &[required("eContentType", OID, Part::Keep(Kept::CompressedType)), optional("eContent", CONTEXT_0, Part::Enter(&EXPLICIT_OCTETS))],
    Hook::Content,
);

/// The shape of a content type, where it is one that this library reads.
pub(super) fn shape_of(content_type: ObjectIdentifier) -> Option<&'static Shape> {
    match content_type {
        oid::ID_SIGNED_DATA => Some(&SIGNED_DATA),
        oid::ID_ENVELOPED_DATA => Some(&ENVELOPED_DATA),
        oid::ID_CT_AUTH_ENVELOPED_DATA => Some(&AUTH_ENVELOPED_DATA),
        oid::ID_CT_COMPRESSED_DATA => Some(&COMPRESSED_DATA),
        _ => None,
    }
}

/// RFC 2315 section 12, which CMS has dropped.
const SIGNED_AND_ENVELOPED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.4");

/// The name of a content type that this library knows but does not read.
pub(super) fn name_of(content_type: ObjectIdentifier) -> &'static str {
    match content_type {
        oid::ID_DATA => "data without protection",
        oid::ID_DIGESTED_DATA => "DigestedData",
        oid::ID_ENCRYPTED_DATA => "EncryptedData",
        oid::ID_CT_AUTH_DATA => "AuthenticatedData",
        SIGNED_AND_ENVELOPED_DATA => "SignedAndEnvelopedData of PKCS #7 1.5",
        _ => "unknown",
    }
}
