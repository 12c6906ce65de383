//! Where the fields of a request stand (RFC 2986 section 4).

use crate::asn1::{Element, Reader, Tag, oid};
use crate::cert::Name;
use crate::cert::view::{ExtensionView, Range, Signed, check_no_duplicates, content, read_extension_list, whole};
use crate::error::{Code, Error, Result};

/// The fields as ranges of the request's octets.
pub(super) struct View {
    pub(super) signed: Signed,
    pub(super) subject: Range,
    pub(super) spki: Range,
    pub(super) attributes: Vec<AttributeView>,
    pub(super) extensions: Vec<ExtensionView>,
}

pub(super) struct AttributeView {
    pub(super) kind: Range,
    pub(super) values: Range,
}

impl View {
    pub(super) fn read(der: &[u8]) -> Result<Self> {
        // Octets behind the request are not a request that is malformed.
        let request = Reader::single_der(der).map_err(|error| if error.code() == Code::BerTrailing { error } else { malformed(error) })?;
        read(der, request).map_err(malformed)
    }
}

fn malformed(error: Error) -> Error {
    match error.code() {
        Code::ReqMalformed => error,
        Code::CertDuplicateExtension => {
            let kind = error.detail().unwrap_or_default().to_owned();
            Error::new(Code::ReqMalformed).because(format!("the extension {kind} stands twice"))
        }
        _ => {
            let offset = error.offset().unwrap_or(0);
            Error::new(Code::ReqMalformed).at(offset).with_source(error)
        }
    }
}

fn read(der: &[u8], request: Element<'_>) -> Result<View> {
    if request.tag != Tag::SEQUENCE {
        return Err(request.error(Code::BerTag));
    }
    let mut request = request.children()?;
    let (signed, info, _) = Signed::read(&mut request)?;
    request.finish()?;

    let mut fields = info.children()?;
    let version = fields.expect(Tag::INTEGER)?;
    if !matches!(version.content, [0..=2]) {
        // RFC 2986 knows 0 alone; some have counted on.
        return Err(version.error(Code::ReqMalformed).because("the version is not known"));
    }
    let subject = fields.expect(Tag::SEQUENCE)?;
    Name::from_der(subject.raw).map_err(|error| subject.error(Code::ReqMalformed).because("the subject is no name").with_source(error))?;
    let spki = fields.expect(Tag::SEQUENCE)?;
    // Left out by some who have no attribute, against RFC 2986.
    let (attributes, extensions) = match fields.optional(Tag::context_constructed(0))? {
        Some(attributes) => read_attributes(attributes)?,
        None => (Vec::new(), Vec::new()),
    };
    fields.finish()?;
    let mut kinds: Vec<&[u8]> = extensions.iter().map(|extension| der.get(extension.kind.clone()).unwrap_or_default()).collect();
    check_no_duplicates(&mut kinds)?;
    Ok(View { signed, subject: whole(subject), spki: whole(spki), attributes, extensions })
}

/// The attributes, and the extensions in them.
fn read_attributes(implicit: Element<'_>) -> Result<(Vec<AttributeView>, Vec<ExtensionView>)> {
    let mut members = implicit.children()?;
    let (mut attributes, mut extensions) = (Vec::new(), Vec::new());
    while !members.is_empty() {
        let mut fields = members.sequence()?;
        let kind = fields.expect(Tag::OID)?;
        let values = fields.expect(Tag::SET)?;
        fields.finish()?;
        if [oid::PKCS9_EXTENSION_REQUEST, oid::MS_CERT_EXTENSIONS].iter().any(|known| known.as_bytes() == kind.content) {
            // Read once: two readers could take two lists for the one that counts.
            let list = values.children()?.single()?;
            if list.tag != Tag::SEQUENCE || !extensions.is_empty() {
                return Err(list.error(Code::ReqMalformed).because("the extensions stand twice, or are none"));
            }
            extensions = read_extension_list(list.children()?)?;
        }
        attributes.push(AttributeView { kind: content(kind), values: content(values) });
    }
    Ok((attributes, extensions))
}
