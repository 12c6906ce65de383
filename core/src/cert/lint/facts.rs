//! A certificate taken apart once, for all rules.

use std::borrow::Cow;
use std::collections::HashSet;

use const_oid::ObjectIdentifier;

use super::kinds;
use super::smime_br::profile::Profile;
use crate::asn1::{Element, Reader, Tag, oid};
use crate::cert::extensions::{self, sequence};
use crate::cert::{Attribute, Certificate, DistributionPointName, Extension, GeneralName, GeneralNameKey, KeyUsage, Mailbox, text};
use crate::error::Result;

/// Whose certificate it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// basicConstraints says that it is an authority's.
    Authority,
    /// Signed with its own key, but no authority's.
    SelfSigned,
    /// All others.
    Subscriber,
}

/// The certificate, and what many rules ask of it.
pub(super) struct Facts<'a> {
    pub(super) certificate: &'a Certificate,
    pub(super) role: Role,
    /// Signed with its own key.
    pub(super) self_signed: bool,
    pub(super) fields: Fields<'a>,
    pub(super) subject: Vec<Attribute<'a>>,
    pub(super) issuer: Vec<Attribute<'a>>,
    pub(super) extensions: Vec<Extension<'a>>,
    pub(super) usage: Option<KeyUsage>,
    /// The purposes of extKeyUsage; none where it is missing or cannot be read.
    pub(super) purposes: Vec<&'a [u8]>,
    /// The names of subjectAltName; none where it is missing or cannot be read.
    pub(super) names: Vec<GeneralName<'a>>,
    /// The names of issuerAltName.
    pub(super) issuer_names: Vec<GeneralName<'a>>,
    pub(super) policies: Vec<Policy<'a>>,
    /// The profiles of the BR whose policies are among them, each once.
    pub(super) profiles: Vec<Profile>,
    /// How many of the policies are reserved by the BR.
    pub(super) reserved_policies: usize,
    /// authorityInfoAccess: access methods and locations.
    pub(super) access: Vec<(&'a [u8], GeneralName<'a>)>,
    /// The URIs of cRLDistributionPoints.
    pub(super) list_uris: Vec<Box<[u8]>>,
}

/// The elements of TBSCertificate as they stand.
#[derive(Default)]
pub(super) struct Fields<'a> {
    /// The INTEGER within `[0]`.
    pub(super) version: Option<Element<'a>>,
    pub(super) serial: Option<Element<'a>>,
    /// The AlgorithmIdentifier of the signature.
    pub(super) signature: Option<Element<'a>>,
    /// notBefore and notAfter.
    pub(super) times: Vec<Element<'a>>,
    /// The AlgorithmIdentifier of the key.
    pub(super) key_algorithm: Option<Element<'a>>,
    /// The content of the BIT STRING of the key, without the count of unused bits.
    pub(super) key_octets: &'a [u8],
    /// issuerUniqueID or subjectUniqueID.
    pub(super) unique_identifiers: bool,
    /// The extensions are there, if only an empty list of them.
    pub(super) has_extensions: bool,
    /// An extension says that it is not critical, which is the default.
    pub(super) spells_default: bool,
}

/// One policy of certificatePolicies.
pub(super) struct Policy<'a> {
    pub(super) kind: &'a [u8],
    pub(super) has_qualifiers: bool,
    /// Kinds and values of its qualifiers.
    pub(super) qualifiers: Vec<(&'a [u8], Element<'a>)>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(certificate: &'a Certificate) -> Self {
        let self_signed = certificate.issuer().der() == certificate.subject().der()
            && certificate.public_key().is_ok_and(|key| certificate.verify_signed_by(key).is_ok());
        let role = match (certificate.is_ca(), self_signed) {
            (true, _) => Role::Authority,
            (false, true) => Role::SelfSigned,
            (false, false) => Role::Subscriber,
        };
        let policies = read(certificate, oid::CE_CERTIFICATE_POLICIES, read_policies).unwrap_or_default();
        let (mut profiles, mut reserved_policies) = (Vec::new(), 0usize);
        for profile in policies.iter().filter_map(|policy| Profile::of(policy.kind)) {
            reserved_policies = reserved_policies.saturating_add(1);
            if !profiles.contains(&profile) {
                profiles.push(profile);
            }
        }
        let points = certificate.crl_distribution_points().ok().flatten().unwrap_or_default();
        let list_uris = points.iter().filter_map(|point| match &point.name {
            Some(DistributionPointName::FullName(names)) => Some(names),
            _ => None,
        });
        Self {
            certificate,
            role,
            self_signed,
            fields: Fields::read(certificate).unwrap_or_default(),
            subject: certificate.subject().attributes().collect(),
            issuer: certificate.issuer().attributes().collect(),
            extensions: certificate.extensions().collect(),
            usage: certificate.key_usage().ok().flatten(),
            purposes: certificate.extended_key_usage().ok().flatten().map(|usage| usage.purposes().to_vec()).unwrap_or_default(),
            names: certificate.subject_alternative_names().ok().flatten().unwrap_or_default(),
            issuer_names: read(certificate, oid::CE_ISSUER_ALT_NAME, extensions::general_names).unwrap_or_default(),
            profiles,
            reserved_policies,
            policies,
            access: read(certificate, oid::PE_AUTHORITY_INFO_ACCESS, read_access).unwrap_or_default(),
            list_uris: list_uris
                .flatten()
                .filter_map(|name| if let GeneralNameKey::Uri(uri) = name { Some(uri.clone()) } else { None })
                .collect(),
        }
    }

    pub(super) fn is_authority(&self) -> bool {
        self.role == Role::Authority
    }

    pub(super) fn extension(&self, kind: ObjectIdentifier) -> Option<Extension<'a>> {
        self.extensions.iter().find(|extension| extension.kind == kind.as_bytes()).copied()
    }

    pub(super) fn has(&self, kind: ObjectIdentifier) -> bool {
        self.extension(kind).is_some()
    }

    pub(super) fn is_critical(&self, kind: ObjectIdentifier) -> bool {
        self.extension(kind).is_some_and(|extension| extension.critical)
    }

    /// Whether keyUsage has any of these bits.
    pub(super) fn uses(&self, usages: KeyUsage) -> bool {
        self.usage.is_some_and(|usage| usage.any(usages))
    }

    pub(super) fn has_purpose(&self, purpose: ObjectIdentifier) -> bool {
        self.purposes.contains(&purpose.as_bytes())
    }

    /// Whether the key is of one of these algorithms.
    pub(super) fn key_is(&self, kinds: &[ObjectIdentifier]) -> bool {
        kinds::is_one_of(self.certificate.key_algorithm(), kinds)
    }

    /// The modulus and the exponent of an RSA key, whatever they are worth.
    pub(super) fn rsa_numbers(&self) -> Option<(&'a [u8], &'a [u8])> {
        if !self.key_is(&[oid::RSA_ENCRYPTION, oid::ID_RSASSA_PSS]) {
            return None;
        }
        let mut numbers = Reader::single_der(self.fields.key_octets).ok()?.children().ok()?;
        let mut number = || numbers.expect(Tag::INTEGER).and_then(|number| number.unsigned_octets()).ok();
        Some((number()?, number()?))
    }

    /// The attributes of the subject, then those of the issuer.
    pub(super) fn attributes(&self) -> impl Iterator<Item = &Attribute<'a>> {
        self.subject.iter().chain(&self.issuer)
    }

    /// The text of each attribute of the subject of this type.
    pub(super) fn subject_values(&self, kind: ObjectIdentifier) -> impl Iterator<Item = Cow<'a, str>> {
        values(&self.subject, kind)
    }

    pub(super) fn subject_has(&self, kinds: &[ObjectIdentifier]) -> bool {
        self.subject.iter().any(|attribute| kinds::is_one_of(attribute.kind, kinds))
    }

    /// The mailboxes of subjectAltName, in a form in which equal ones are the same.
    pub(super) fn san_mailboxes(&self) -> HashSet<(String, String)> {
        self.names.iter().filter_map(mailbox_of).map(|mailbox| mailbox_key(&mailbox)).collect()
    }
}

/// The text of each attribute of this type.
pub(super) fn values<'s, 'a: 's>(attributes: &'s [Attribute<'a>], kind: ObjectIdentifier) -> impl Iterator<Item = Cow<'a, str>> + 's {
    attributes.iter().filter(move |attribute| attribute.kind == kind.as_bytes()).filter_map(|one| text::decode(one.tag, one.value))
}

/// Equal for mailboxes that are.
pub(super) fn mailbox_key(mailbox: &Mailbox) -> (String, String) {
    (mailbox.local().to_ascii_lowercase(), mailbox.domain().to_owned())
}

/// The mailbox that an rfc822Name or SmtpUTF8Mailbox names, the latter also where RFC 9598 has rfc822Name used.
fn mailbox_of(name: &GeneralName<'_>) -> Option<Mailbox> {
    match name {
        GeneralName::Rfc822(octets) => Mailbox::from_ascii(octets).ok(),
        GeneralName::Other { kind, value } if *kind == oid::ID_ON_SMTP_UTF8_MAILBOX.as_bytes() => {
            let element = Reader::single_der(value).ok().filter(|element| element.tag == Tag::UTF8_STRING)?;
            Mailbox::parse(std::str::from_utf8(element.content).ok()?).ok()
        }
        _ => None,
    }
}

/// What this reads of the extension of this kind, where it is there and can be read.
fn read<'a, T>(certificate: &'a Certificate, kind: ObjectIdentifier, content: impl FnOnce(Element<'a>) -> Result<T>) -> Option<T> {
    certificate.extension(kind).and_then(|extension| extensions::read(&extension, content).ok())
}

impl<'a> Fields<'a> {
    fn read(certificate: &'a Certificate) -> Result<Self> {
        let mut fields = Reader::single_der(certificate.tbs())?.children()?;
        let version = fields.optional(Tag::context_constructed(0))?.map(|version| version.children()?.single()).transpose()?;
        let serial = fields.element()?;
        let signature = fields.element()?;
        fields.element()?;
        let mut validity = fields.sequence()?;
        let times = vec![validity.element()?, validity.element()?];
        fields.element()?;
        let mut key = fields.sequence()?;
        let key_algorithm = key.element()?;
        let key_octets = key.element().and_then(|key| Ok(key.bits()?.0)).unwrap_or_default();
        let issuer_identifier = fields.optional(Tag::context(1))?;
        let subject_identifier = fields.optional(Tag::context(2))?;
        let extensions = fields.optional(Tag::context_constructed(3))?;
        let spells_default = extensions.map(spells_default).transpose()?.unwrap_or_default();
        Ok(Self {
            version,
            serial: Some(serial),
            signature: Some(signature),
            times,
            key_algorithm: Some(key_algorithm),
            key_octets,
            unique_identifiers: issuer_identifier.or(subject_identifier).is_some(),
            has_extensions: extensions.is_some(),
            spells_default,
        })
    }
}

fn spells_default(explicit: Element<'_>) -> Result<bool> {
    let mut list = explicit.children()?.single()?.children()?;
    while !list.is_empty() {
        let mut fields = list.sequence()?;
        fields.element()?;
        if fields.optional(Tag::BOOLEAN)?.is_some_and(|critical| critical.content == [0]) {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) fn read_policies(element: Element<'_>) -> Result<Vec<Policy<'_>>> {
    let mut list = sequence(element)?;
    let mut policies = Vec::new();
    while !list.is_empty() {
        let mut fields = list.sequence()?;
        let kind = fields.expect(Tag::OID)?.oid_octets()?;
        let mut qualifiers = Vec::new();
        let listed = fields.optional(Tag::SEQUENCE)?;
        if let Some(listed) = listed {
            let mut members = listed.children()?;
            while !members.is_empty() {
                let mut qualifier = members.sequence()?;
                qualifiers.push((qualifier.expect(Tag::OID)?.oid_octets()?, qualifier.element()?));
                qualifier.finish()?;
            }
        }
        fields.finish()?;
        policies.push(Policy { kind, has_qualifiers: listed.is_some(), qualifiers });
    }
    Ok(policies)
}

pub(super) fn read_access(element: Element<'_>) -> Result<Vec<(&[u8], GeneralName<'_>)>> {
    let mut list = sequence(element)?;
    let mut found = Vec::new();
    while !list.is_empty() {
        let mut fields = list.sequence()?;
        found.push((fields.expect(Tag::OID)?.oid_octets()?, GeneralName::read(fields.element()?)?));
        fields.finish()?;
    }
    Ok(found)
}
