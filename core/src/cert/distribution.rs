//! Where revocation lists are published and what they answer for (RFC 5280 sections 4.2.1.13, 4.2.1.15 and 5.2.5).

use std::collections::BTreeSet;

use super::extensions::{sequence, url};
use super::name::read_relative;
use super::{GeneralName, NameKey, ReasonFlags};
use crate::asn1::{Element, Reader, Tag};
use crate::error::{Code, Result};

/// One place where a revocation list is published: DistributionPoint (RFC 5280 section 4.2.1.13).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DistributionPoint {
    /// distributionPoint: the names of the place.
    pub name: Option<DistributionPointName>,
    /// reasons: those for which the list answers; `None` for all.
    pub reasons: Option<ReasonFlags>,
    /// cRLIssuer: who issues the list; empty where it is the issuer of the certificate.
    pub crl_issuer: Vec<GeneralNameKey>,
}

impl DistributionPoint {
    /// The directory names among those of the list's issuer: what the issuer field of the list is compared with.
    pub fn crl_issuer_names(&self) -> impl Iterator<Item = &NameKey> {
        self.crl_issuer.iter().filter_map(GeneralNameKey::directory)
    }

    /// The URLs of the place that may be handed to a fetcher: printable ASCII without blanks.
    pub fn urls(&self) -> Vec<String> {
        self.name.as_ref().map(DistributionPointName::urls).unwrap_or_default()
    }
}

/// What a revocation list answers for: IssuingDistributionPoint (RFC 5280 section 5.2.5).
///
/// Two are equal when each of their fields is, as lists have to be that a delta CRL and its base may be combined from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct IssuingDistributionPoint {
    /// distributionPoint: the names of the place where the list is published.
    pub distribution_point: Option<DistributionPointName>,
    /// onlyContainsUserCerts.
    pub only_user_certificates: bool,
    /// onlyContainsCACerts.
    pub only_ca_certificates: bool,
    /// onlyContainsAttributeCerts.
    pub only_attribute_certificates: bool,
    /// onlySomeReasons; `None` for all.
    pub only_some_reasons: Option<ReasonFlags>,
    /// indirectCRL: the list may speak of the certificates of other issuers than its own.
    pub indirect: bool,
}

/// The names of a place where a revocation list is published: DistributionPointName (RFC 5280 section 4.2.1.13).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DistributionPointName {
    /// fullName: each of them names the place.
    FullName(Vec<GeneralNameKey>),
    /// nameRelativeToCRLIssuer: the key of a relative distinguished name, to be put below the name of the list's issuer.
    RelativeToIssuer(NameKey),
}

impl DistributionPointName {
    /// Whether one name at least is both here and there: RFC 5280 section 6.3.3 (b)(2)(i).
    ///
    /// A relative name stands below that of the list's issuer, which is `own_issuer` for this and `other_issuer` for the other: for the
    /// distribution point of a certificate its cRLIssuer, else the issuer of the certificate; for that of a list the issuer of the list.
    /// Directory names are compared by [`NameKey`], all others octet by octet.
    pub fn matches(&self, own_issuer: &NameKey, other: &Self, other_issuer: &NameKey) -> bool {
        match (self, other) {
            (Self::FullName(own), Self::FullName(others)) => have_common(own, others),
            (Self::FullName(names), Self::RelativeToIssuer(relative)) => names_directory(names, &other_issuer.with_relative(relative)),
            (Self::RelativeToIssuer(relative), Self::FullName(names)) => names_directory(names, &own_issuer.with_relative(relative)),
            (Self::RelativeToIssuer(own), Self::RelativeToIssuer(others)) => {
                own_issuer.with_relative(own) == other_issuer.with_relative(others)
            }
        }
    }

    /// The URLs that may be handed to a fetcher: printable ASCII without blanks.
    pub fn urls(&self) -> Vec<String> {
        let Self::FullName(names) = self else { return Vec::new() };
        let urls = names.iter().filter_map(|name| if let GeneralNameKey::Uri(octets) = name { url(octets) } else { None });
        urls.collect()
    }

    /// DistributionPointName is a CHOICE, so the tag around it is explicit.
    fn read(explicit: Element<'_>) -> Result<Self> {
        let name = explicit.children()?.single()?;
        match name.tag {
            FULL_NAME => Ok(Self::FullName(read_names(name.children()?)?)),
            RELATIVE_NAME => Ok(Self::RelativeToIssuer(read_relative(name)?)),
            _ => Err(name.error(Code::BerTag)),
        }
    }
}

const FULL_NAME: Tag = Tag::context_constructed(0);
const RELATIVE_NAME: Tag = Tag::context_constructed(1);

/// What identifies a general name: equal for equal names, usable as a key.
///
/// Directory names are compared as [`NameKey`] does, all others octet by octet.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum GeneralNameKey {
    /// directoryName.
    Directory(NameKey),
    /// uniformResourceIdentifier: its octets, unchecked.
    Uri(Box<[u8]>),
    /// Any other kind.
    Other {
        /// The identifier octet, which tells the kind.
        tag: u8,
        /// The content octets.
        octets: Box<[u8]>,
    },
}

impl GeneralNameKey {
    /// The directory name, if it is one.
    pub fn directory(&self) -> Option<&NameKey> {
        if let Self::Directory(name) = self { Some(name) } else { None }
    }

    fn read(element: Element<'_>) -> Result<Self> {
        Ok(match GeneralName::read(element)? {
            GeneralName::Directory(name) => Self::Directory(name.key()),
            GeneralName::Uri(octets) => Self::Uri(octets.into()),
            _ => Self::Other { tag: element.tag.0, octets: element.content.into() },
        })
    }
}

/// Octets of an extension with distribution points. What is made of them is many times as large, and real ones have some hundred.
const OCTETS: usize = 1 << 16;

/// CRLDistributionPoints, which FreshestCRL is as well.
pub(super) fn read_points(element: Element<'_>) -> Result<Vec<DistributionPoint>> {
    let mut members = bounded(element)?;
    let mut points = Vec::new();
    while !members.is_empty() {
        let mut fields = members.sequence()?;
        points.push(DistributionPoint {
            name: fields.optional(Tag::context_constructed(0))?.map(DistributionPointName::read).transpose()?,
            reasons: fields.optional(Tag::context(1))?.map(read_reasons).transpose()?,
            crl_issuer: fields.optional(Tag::context_constructed(2))?.map_or(Ok(Vec::new()), |names| read_names(names.children()?))?,
        });
        fields.finish()?;
    }
    Ok(points)
}

/// IssuingDistributionPoint.
pub(super) fn read_issuing_point(element: Element<'_>) -> Result<IssuingDistributionPoint> {
    let mut fields = bounded(element)?;
    let point = IssuingDistributionPoint {
        distribution_point: fields.optional(Tag::context_constructed(0))?.map(DistributionPointName::read).transpose()?,
        only_user_certificates: read_flag(&mut fields, 1)?,
        only_ca_certificates: read_flag(&mut fields, 2)?,
        only_some_reasons: fields.optional(Tag::context(3))?.map(read_reasons).transpose()?,
        indirect: read_flag(&mut fields, 4)?,
        only_attribute_certificates: read_flag(&mut fields, 5)?,
    };
    fields.finish()?;
    Ok(point)
}

fn bounded(element: Element<'_>) -> Result<Reader<'_>> {
    if element.raw.len() > OCTETS { Err(element.error(Code::LimitElement)) } else { sequence(element) }
}

/// A BOOLEAN that is false where it is absent.
fn read_flag(fields: &mut Reader<'_>, number: u8) -> Result<bool> {
    fields.optional(Tag::context(number))?.map_or(Ok(false), |flag| flag.boolean())
}

fn read_reasons(element: Element<'_>) -> Result<ReasonFlags> {
    let (octets, unused) = element.bits()?;
    // Bits that are not used must be zero; where they are not they mean nothing.
    let used = |index: usize, octet: &u8| if index.saturating_add(1) == octets.len() { octet >> unused << unused } else { *octet };
    let octets: Vec<u8> = octets.iter().enumerate().take(2).map(|(index, octet)| used(index, octet)).collect();
    Ok(ReasonFlags::from_bits(&octets))
}

/// GeneralNames: one at least.
fn read_names(mut members: Reader<'_>) -> Result<Vec<GeneralNameKey>> {
    let mut names = vec![GeneralNameKey::read(members.element()?)?];
    while !members.is_empty() {
        names.push(GeneralNameKey::read(members.element()?)?);
    }
    Ok(names)
}

/// Whether two sets of names have one in common, in less than the product of their sizes.
fn have_common(one: &[GeneralNameKey], other: &[GeneralNameKey]) -> bool {
    let one: BTreeSet<_> = one.iter().collect();
    other.iter().any(|name| one.contains(name))
}

fn names_directory(names: &[GeneralNameKey], wanted: &NameKey) -> bool {
    names.iter().any(|name| name.directory() == Some(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::{Writer, oid};
    use crate::cert::Name;

    /// A name of these common names, one in each relative name.
    fn name(common_names: &[&str]) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| common_names.iter().for_each(|name| relative(writer, Tag::SET, name)));
        writer.into_vec()
    }

    fn relative(writer: &mut Writer, tag: Tag, common_name: &str) {
        writer.nest(tag, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.oid(oid::AT_COMMON_NAME);
                writer.element(Tag::UTF8_STRING, common_name.as_bytes());
            });
        });
    }

    fn key(common_names: &[&str]) -> NameKey {
        Name::from_der(&name(common_names)).unwrap().key()
    }

    /// The place that this writes.
    fn place(content: impl FnOnce(&mut Writer)) -> Result<DistributionPointName> {
        let mut writer = Writer::new();
        writer.nest(Tag::context_constructed(0), content);
        let encoded = writer.into_vec();
        DistributionPointName::read(Reader::single_der(&encoded)?)
    }

    fn below(common_name: &str) -> DistributionPointName {
        place(|writer| relative(writer, RELATIVE_NAME, common_name)).unwrap()
    }

    fn urls(urls: &[&str]) -> DistributionPointName {
        place(|writer| writer.nest(FULL_NAME, |writer| urls.iter().for_each(|url| writer.element(Tag::context(6), url.as_bytes()))))
            .unwrap()
    }

    fn directory(common_names: &[&str]) -> DistributionPointName {
        place(|writer| {
            writer.nest(FULL_NAME, |writer| {
                writer.element(Tag::context(6), b"ldap://");
                writer.nest(Tag::context_constructed(4), |writer| writer.raw(&name(common_names)));
            });
        })
        .unwrap()
    }

    #[test]
    fn names_match_where_one_is_common() {
        let (ca, other) = (key(&["CA"]), key(&["Other"]));
        for (one, two, expected) in [
            (urls(&["http://a", "http://b"]), urls(&["http://c", "http://b"]), true),
            (urls(&["http://a"]), urls(&["http://A"]), false),
            (urls(&["http://a"]), directory(&["a"]), false),
            (directory(&["CA", "List"]), directory(&["ca", "LIST"]), true),
            (directory(&["CA", "List"]), below("list"), true),
            (directory(&["List"]), below("List"), false),
            (directory(&["Other", "List"]), below("List"), false),
            (below("List"), below("List"), true),
            (below("List"), below("Lists"), false),
        ] {
            assert_eq!(one.matches(&ca, &two, &ca), expected, "{one:?} {two:?}");
            assert_eq!(two.matches(&ca, &one, &ca), expected, "{one:?} {two:?}");
        }
        assert!(!below("List").matches(&ca, &below("List"), &other));
        assert!(below("List").matches(&other, &directory(&["Other", "List"]), &ca));
        assert!(directory(&["Other", "List"]).matches(&ca, &below("List"), &other));
    }

    #[test]
    fn only_urls_that_may_be_fetched_are_told() {
        assert_eq!(urls(&["http://a/%20", "http://b/ c", "http://\u{e4}"]).urls(), ["http://a/%20"]);
        assert!(below("List").urls().is_empty());
    }

    #[test]
    fn points() {
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.nest(Tag::context_constructed(0), |writer| {
                    writer.nest(FULL_NAME, |writer| writer.element(Tag::context(6), b"http://a"))
                });
                writer.element(Tag::context(1), &[5, 0x60]);
                writer.nest(Tag::context_constructed(2), |writer| {
                    writer.element(Tag::context(2), b"example.org");
                    writer.nest(Tag::context_constructed(4), |writer| writer.raw(&name(&["CA"])));
                });
            });
            writer.nest(Tag::SEQUENCE, |_| {});
        });
        let encoded = writer.into_vec();
        let points = read_points(Reader::single_der(&encoded).unwrap()).unwrap();
        assert_eq!((points.len(), points[0].urls().as_slice()), (2, &["http://a".to_owned()][..]));
        assert_eq!(points[0].reasons, Some(ReasonFlags::from_bits(&[0x60])));
        assert_eq!(points[0].crl_issuer.len(), 2);
        assert_eq!(points[0].crl_issuer_names().collect::<Vec<_>>(), [&key(&["CA"])]);
        assert_eq!(points[1], DistributionPoint::default());
    }

    #[test]
    fn what_is_no_place_is_refused() {
        let read = |der: &[u8]| Reader::single_der(der).and_then(read_points).map_err(|error| error.code());
        for (der, code) in [
            (&[0x31, 0][..], Code::BerTag),
            (&[0x30, 2, 0x31, 0], Code::BerTag),
            (&[0x30, 4, 0x30, 2, 0xa0, 0], Code::BerTruncated),
            (&[0x30, 6, 0x30, 4, 0xa0, 2, 0xa0, 0], Code::BerTruncated),
            (&[0x30, 6, 0x30, 4, 0xa0, 2, 0xa1, 0], Code::BerValue),
            (&[0x30, 6, 0x30, 4, 0xa0, 2, 0xa2, 0], Code::BerTag),
            (&[0x30, 8, 0x30, 6, 0xa0, 4, 0xa0, 2, 0x85, 0], Code::BerTag),
            (&[0x30, 4, 0x30, 2, 0x81, 0], Code::BerValue),
            (&[0x30, 4, 0x30, 2, 0xa2, 0], Code::BerTruncated),
            (&[0x30, 4, 0x30, 2, 0x83, 0], Code::BerTrailing),
        ] {
            assert_eq!(read(der), Err(code), "{der:02x?}");
        }
    }

    #[test]
    fn what_is_too_long_is_refused() {
        let point = |octets: usize| {
            let mut writer = Writer::new();
            writer.nest(Tag::SEQUENCE, |writer| writer.raw(&[0x30, 0].repeat(octets / 2)));
            writer.into_vec()
        };
        let read = |der: &[u8]| Reader::single_der(der).and_then(read_points).map(|points| points.len()).map_err(|error| error.code());
        assert_eq!(read(&point(OCTETS - 4)), Ok((OCTETS - 4) / 2));
        assert_eq!(read(&point(OCTETS)), Err(Code::LimitElement));
        let scope = Reader::single_der(&point(OCTETS)).and_then(read_issuing_point).unwrap_err().code();
        assert_eq!(scope, Code::LimitElement);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(input: Vec<u8>) {
            let element = || Reader::single_der(&input);
            let _ = (element().and_then(read_points).is_ok(), element().and_then(read_issuing_point).is_ok());
        }
    }
}
