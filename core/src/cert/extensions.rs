//! The extensions of a certificate (RFC 5280 section 4.2), each with its own type.

mod policies;

use const_oid::ObjectIdentifier;

pub use policies::{PolicyConstraints, PolicyMapping};

pub(super) use policies::{certificate_policies, inhibit_any_policy, policy_constraints, policy_mappings};

use super::Name;
use crate::asn1::{Element, Reader, Tag, oid};
use crate::error::{Code, Error, Result};

/// One extension as it stands in the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension<'a> {
    /// Content octets of the OBJECT IDENTIFIER.
    pub kind: &'a [u8],
    /// Whether a verifier that does not know the extension must refuse the certificate.
    pub critical: bool,
    /// The DER inside the OCTET STRING.
    pub value: &'a [u8],
}

impl Extension<'_> {
    /// The dotted object identifier; `?` where it is none.
    pub fn dotted(&self) -> String {
        oid::dotted(self.kind).unwrap_or_else(|| "?".to_owned())
    }
}

/// basicConstraints (RFC 5280 section 4.2.1.9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether the subject is a certification authority.
    pub ca: bool,
    /// How many certificates of other authorities may follow below.
    pub path_length: Option<u64>,
}

/// keyUsage (RFC 5280 section 4.2.1.3): a set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyUsage(u16);

impl KeyUsage {
    /// digitalSignature.
    pub const DIGITAL_SIGNATURE: Self = Self(1);
    /// nonRepudiation, also called contentCommitment.
    pub const NON_REPUDIATION: Self = Self(1 << 1);
    /// keyEncipherment.
    pub const KEY_ENCIPHERMENT: Self = Self(1 << 2);
    /// dataEncipherment.
    pub const DATA_ENCIPHERMENT: Self = Self(1 << 3);
    /// keyAgreement.
    pub const KEY_AGREEMENT: Self = Self(1 << 4);
    /// keyCertSign.
    pub const KEY_CERT_SIGN: Self = Self(1 << 5);
    /// cRLSign.
    pub const CRL_SIGN: Self = Self(1 << 6);
    /// encipherOnly.
    pub const ENCIPHER_ONLY: Self = Self(1 << 7);
    /// decipherOnly.
    pub const DECIPHER_ONLY: Self = Self(1 << 8);

    const NAMES: [&'static str; 9] = [
        "digitalSignature",
        "nonRepudiation",
        "keyEncipherment",
        "dataEncipherment",
        "keyAgreement",
        "keyCertSign",
        "cRLSign",
        "encipherOnly",
        "decipherOnly",
    ];

    /// Whether any of these usages is among them.
    pub const fn any(self, of: Self) -> bool {
        self.0 & of.0 != 0
    }

    /// These usages and those.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The usage that has this name in RFC 5280, in any case.
    ///
    /// ```
    /// use smime::cert::KeyUsage;
    /// assert_eq!(KeyUsage::from_name("digitalSignature"), Some(KeyUsage::DIGITAL_SIGNATURE));
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        let name = if name.eq_ignore_ascii_case("contentCommitment") { "nonRepudiation" } else { name };
        (0u16..).zip(Self::NAMES).find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(bit, _)| Self(1 << bit))
    }

    /// Whether none of these usages is outside those.
    pub const fn is_within(self, those: Self) -> bool {
        self.0 & !those.0 == 0
    }

    /// The names of RFC 5280.
    pub fn names(self) -> Vec<&'static str> {
        (0u16..).zip(Self::NAMES).filter(|(bit, _)| self.0 >> bit & 1 != 0).map(|(_, name)| name).collect()
    }
}

/// extKeyUsage (RFC 5280 section 4.2.1.12): the purposes, as content octets of their OBJECT IDENTIFIERs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtendedKeyUsage<'a>(Vec<&'a [u8]>);

impl<'a> ExtendedKeyUsage<'a> {
    /// Whether this purpose is named outright.
    pub fn contains(&self, purpose: ObjectIdentifier) -> bool {
        self.0.contains(&purpose.as_bytes())
    }

    /// The content octets of each OBJECT IDENTIFIER.
    pub fn purposes(&self) -> &[&'a [u8]] {
        &self.0
    }

    /// The names of those that have one here, for example `emailProtection`, and the dotted form of others.
    pub fn names(&self) -> Vec<String> {
        self.0.iter().map(|purpose| purpose_name(purpose)).collect()
    }
}

const PURPOSES: &[(ObjectIdentifier, &str)] = &[
    (oid::KP_EMAIL_PROTECTION, "emailProtection"),
    (oid::ANY_EXTENDED_KEY_USAGE, "anyExtendedKeyUsage"),
    (ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1"), "serverAuth"),
    (ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2"), "clientAuth"),
    (ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.3"), "codeSigning"),
    (oid::KP_TIME_STAMPING, "timeStamping"),
    (oid::KP_OCSP_SIGNING, "OCSPSigning"),
    (ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36"), "documentSigning"),
];

fn purpose_name(purpose: &[u8]) -> String {
    match PURPOSES.iter().find(|(known, _)| known.as_bytes() == purpose) {
        Some((_, name)) => (*name).to_owned(),
        None => oid::dotted(purpose).unwrap_or_else(|| "?".to_owned()),
    }
}

/// The purpose of this name, in any case, or of this dotted object identifier.
///
/// ```
/// assert_eq!(smime::cert::purpose_from_name("emailProtection"), Some(smime::asn1::oid::KP_EMAIL_PROTECTION));
/// ```
pub fn purpose_from_name(name: &str) -> Option<ObjectIdentifier> {
    match PURPOSES.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)) {
        Some((purpose, _)) => Some(*purpose),
        None => name.parse().ok(),
    }
}

/// One name of subjectAltName and other extensions (RFC 5280 section 4.2.1.6); octets are those of the string types, unchecked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GeneralName<'a> {
    /// otherName: content octets of its type's OBJECT IDENTIFIER, and the DER of its value.
    Other {
        /// Content octets of the OBJECT IDENTIFIER.
        kind: &'a [u8],
        /// The DER of the value.
        value: &'a [u8],
    },
    /// rfc822Name: an e-mail address.
    Rfc822(&'a [u8]),
    /// dNSName.
    Dns(&'a [u8]),
    /// x400Address, not looked into.
    X400(&'a [u8]),
    /// directoryName.
    Directory(Name<'a>),
    /// ediPartyName, not looked into.
    EdiParty(&'a [u8]),
    /// uniformResourceIdentifier.
    Uri(&'a [u8]),
    /// iPAddress: 4 or 16 octets; 8 or 32 in name constraints.
    IpAddress(&'a [u8]),
    /// registeredID: content octets of an OBJECT IDENTIFIER.
    RegisteredId(&'a [u8]),
}

impl<'a> GeneralName<'a> {
    pub(crate) fn read(element: Element<'a>) -> Result<Self> {
        Ok(match element.tag.0 {
            0xa0 => {
                let mut fields = element.children()?;
                let kind = fields.expect(Tag::OID)?.content;
                let value = fields.expect(Tag::context_constructed(0))?.content;
                fields.finish()?;
                Self::Other { kind, value }
            }
            0x81 => Self::Rfc822(element.content),
            0x82 => Self::Dns(element.content),
            0xa3 => Self::X400(element.content),
            0xa4 => Self::Directory(Name::from_der(element.content)?),
            0xa5 => Self::EdiParty(element.content),
            0x86 => Self::Uri(element.content),
            0x87 => Self::IpAddress(element.content),
            0x88 => Self::RegisteredId(element.content),
            _ => return Err(element.error(Code::BerTag)),
        })
    }
}

/// authorityKeyIdentifier (RFC 5280 section 4.2.1.1): a hint, never a proof.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AuthorityKeyIdentifier<'a> {
    /// keyIdentifier.
    pub key_identifier: Option<&'a [u8]>,
    /// Content octets of authorityCertSerialNumber.
    pub serial: Option<&'a [u8]>,
}

/// id-ad-caIssuers (RFC 5280 section 4.2.2.1).
pub(super) const CA_ISSUERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2");

/// Reads the value of an extension whole; an error says which extension it is.
pub(crate) fn read<'a, T>(extension: &Extension<'a>, content: impl FnOnce(Element<'a>) -> Result<T>) -> Result<T> {
    Reader::single_der(extension.value).and_then(content).map_err(|error| {
        let why = format!("the extension {} cannot be read", extension.dotted());
        Error::new(Code::CertMalformed).because(why).with_source(error)
    })
}

pub(crate) fn basic_constraints(element: Element<'_>) -> Result<BasicConstraints> {
    let mut fields = sequence(element)?;
    let ca = match fields.optional(Tag::BOOLEAN)? {
        Some(ca) => ca.boolean()?,
        None => false,
    };
    let path_length = match fields.optional(Tag::INTEGER)? {
        Some(length) => Some(length.unsigned()?),
        None => None,
    };
    fields.finish()?;
    Ok(BasicConstraints { ca, path_length })
}

pub(crate) fn key_usage(element: Element<'_>) -> Result<KeyUsage> {
    if element.tag != Tag::BIT_STRING {
        return Err(element.error(Code::BerTag));
    }
    let (octets, unused) = element.bits()?;
    // Unused bits are zero in DER (X.690 section 11.2.1): whoever read them would find usages that others do not.
    if octets.last().is_some_and(|last| last.trailing_zeros() < u32::from(unused)) {
        return Err(element.error(Code::BerNotDer));
    }
    let octet = |index: usize| u16::from(octets.get(index).copied().unwrap_or(0).reverse_bits());
    Ok(KeyUsage((octet(0) | octet(1) << 8) & 0x1ff))
}

pub(crate) fn extended_key_usage(element: Element<'_>) -> Result<ExtendedKeyUsage<'_>> {
    let mut fields = sequence(element)?;
    let mut purposes = Vec::new();
    while !fields.is_empty() {
        purposes.push(fields.expect(Tag::OID)?.content);
    }
    if purposes.is_empty() {
        return Err(element.error(Code::BerValue));
    }
    Ok(ExtendedKeyUsage(purposes))
}

pub(crate) fn general_names(element: Element<'_>) -> Result<Vec<GeneralName<'_>>> {
    let mut fields = sequence(element)?;
    let mut names = Vec::new();
    while !fields.is_empty() {
        names.push(GeneralName::read(fields.element()?)?);
    }
    Ok(names)
}

pub(super) fn octet_string(element: Element<'_>) -> Result<&[u8]> {
    if element.tag == Tag::OCTET_STRING { Ok(element.content) } else { Err(element.error(Code::BerTag)) }
}

pub(super) fn authority_key_identifier(element: Element<'_>) -> Result<AuthorityKeyIdentifier<'_>> {
    let mut fields = sequence(element)?;
    let key_identifier = fields.optional(Tag::context(0))?.map(|field| field.content);
    fields.optional(Tag::context_constructed(1))?;
    let serial = fields.optional(Tag::context(2))?.map(|field| field.content);
    fields.finish()?;
    Ok(AuthorityKeyIdentifier { key_identifier, serial })
}

/// The URLs that AuthorityInfoAccess (RFC 5280 section 4.2.2.1) gives for this access method.
pub(super) fn access_urls(element: Element<'_>, method: ObjectIdentifier) -> Result<Vec<String>> {
    let mut descriptions = sequence(element)?;
    let mut urls = Vec::new();
    while !descriptions.is_empty() {
        let mut fields = descriptions.sequence()?;
        let found = fields.expect(Tag::OID)?.content == method.as_bytes();
        let location = GeneralName::read(fields.element()?)?;
        if let (true, GeneralName::Uri(octets)) = (found, location) {
            urls.extend(url(octets));
        }
    }
    Ok(urls)
}

/// A URL that may be handed to a fetcher: printable ASCII without blanks.
pub(super) fn url(octets: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(octets).ok()?;
    text.bytes().all(|octet| octet.is_ascii_graphic()).then(|| text.to_owned())
}

pub(super) fn sequence(element: Element<'_>) -> Result<Reader<'_>> {
    if element.tag == Tag::SEQUENCE { element.children() } else { Err(element.error(Code::BerTag)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse<'a, T>(value: &'a [u8], content: impl FnOnce(Element<'a>) -> Result<T>) -> Result<T> {
        read(&Extension { kind: &[0x55, 0x1d, 0x13], critical: false, value }, content)
    }

    #[test]
    fn basic_constraints_are_strict() {
        let ok = |value: &[u8]| parse(value, basic_constraints).ok();
        assert_eq!(ok(&[0x30, 0]), Some(BasicConstraints { ca: false, path_length: None }));
        assert_eq!(ok(&[0x30, 6, 1, 1, 0xff, 2, 1, 3]), Some(BasicConstraints { ca: true, path_length: Some(3) }));
        for bad in [&[0x30, 6, 1, 1, 0xff, 2, 1, 0x83][..], &[0x30, 3, 1, 1, 2], &[0x30, 0, 0], &[0x31, 0], &[], &[0x30, 2, 5, 0]] {
            let error = parse(bad, basic_constraints).unwrap_err();
            assert_eq!(error.code(), Code::CertMalformed, "{bad:02x?}");
            assert!(error.message().contains("2.5.29.19"));
        }
    }

    #[test]
    fn key_usage_bits() {
        assert_eq!(parse(&[3, 2, 1, 0x06], key_usage).unwrap().names(), ["keyCertSign", "cRLSign"]);
        assert_eq!(parse(&[3, 3, 7, 0x80, 0x80], key_usage).unwrap().names(), ["digitalSignature", "decipherOnly"]);
        assert_eq!(parse(&[3, 1, 0], key_usage).unwrap().names(), [""; 0]);
        assert!(parse(&[3, 1, 5], key_usage).is_err());
        assert!(parse(&[3, 2, 3, 0x84], key_usage).is_err());
        assert!(parse(&[4, 1, 5], key_usage).is_err());
    }

    #[test]
    fn purposes() {
        let value = [0x30, 0x10, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 4, 6, 4, 0x55, 0x1d, 0x25, 0];
        let usage = parse(&value, extended_key_usage).unwrap();
        assert_eq!(usage.names(), ["emailProtection", "anyExtendedKeyUsage"]);
        assert!(usage.contains(oid::KP_EMAIL_PROTECTION));
        assert!(parse(&[0x30, 0], extended_key_usage).is_err());
    }
}
