//! PKCS #12 (RFC 7292), read as BER: the exports of NSS have indefinite lengths and strings in pieces.

mod mac;
mod profile;
mod write;

pub use profile::Pkcs12Profile;
pub(super) use write::write;

use super::password::{Budget, Password};
use super::pbe::{Origin, Scheme, string_octets};
use super::private_key;
use super::secret::Secret;
use crate::asn1::{Reader, Tag, oid};
use crate::cert::Certificate;
use crate::crypto::PrivateKey;
use crate::error::{Class, Code, Error, Result};
use crate::limits::Limits;

/// SafeBags inside one another that are still followed (RFC 7292 section 4.2.6).
const BAG_DEPTH: usize = 8;

/// A private key as it stood in a bag, or why it cannot be used.
pub(super) struct KeyBag {
    pub(super) key: Result<PrivateKey>,
    pub(super) local_key_id: Option<Vec<u8>>,
}

/// A certificate as it stood in a bag.
pub(super) struct CertificateBag {
    pub(super) certificate: Certificate,
    pub(super) local_key_id: Option<Vec<u8>>,
}

/// What a file holds, in its order.
#[derive(Default)]
pub(super) struct Bags {
    pub(super) keys: Vec<KeyBag>,
    pub(super) certificates: Vec<CertificateBag>,
}

impl Bags {
    /// Checked after each bag, as every key costs a point multiplication.
    pub(super) fn check(&self, limits: &Limits) -> Result<()> {
        let most = limits.certificates;
        if self.keys.len() > most || self.certificates.len() > most { Err(Error::new(Code::LimitCertificates)) } else { Ok(()) }
    }
}

/// Reads a PFX. No password and the empty one are taken for each other, as programs differ in which they write.
///
/// # Errors
/// [`Code::Pkcs12Malformed`], [`Code::KeyPasswordWrong`], [`Code::UsePassword`] where there is none and one is needed,
/// [`Code::LimitKdf`], [`Code::LimitCertificates`], [`Code::AlgUnsupported`], [`Code::CertMalformed`].
pub(super) fn read(octets: &[u8], password: Option<&str>, budget: &mut Budget<'_>) -> Result<Bags> {
    let given = Password::new(password.unwrap_or_default());
    read_pfx(octets, given, budget).map_err(|error| match error.code() {
        Code::KeyPasswordWrong if password.is_none() => Error::new(Code::UsePassword).because("the PKCS #12 file is protected"),
        _ => malformed(error),
    })
}

/// PFX (RFC 7292 section 4).
fn read_pfx(octets: &[u8], password: Password<'_>, budget: &mut Budget<'_>) -> Result<Bags> {
    let mut outer = Reader::ber(octets);
    let mut pfx = outer.sequence()?;
    outer.finish()?;
    let version = pfx.unsigned()?;
    if version != 3 {
        return Err(Error::new(Code::Pkcs12Malformed).because(format!("version {version}")));
    }
    let authenticated = read_data(pfx.sequence()?)?;
    if !pfx.is_empty() {
        let mac = mac::MacData::read(pfx.sequence()?)?;
        pfx.finish()?;
        // Nothing inside is looked at before this has passed.
        mac.verify(&authenticated, password, budget)?;
    }
    let mut bags = Bags::default();
    let mut outer = Reader::ber(&authenticated);
    let mut safes = outer.sequence()?;
    outer.finish()?;
    while !safes.is_empty() {
        read_safe(safes.sequence()?, password, budget, &mut bags)?;
    }
    Ok(bags)
}

/// The content of a ContentInfo that must be of type data.
fn read_data(mut content_info: Reader<'_>) -> Result<Secret<'_>> {
    let content_type = content_info.oid()?;
    if content_type != oid::ID_DATA {
        let why = if content_type == oid::ID_SIGNED_DATA { "a PKCS #12 file whose integrity is protected by a signature" } else { "" };
        return Err(Error::new(Code::CmsTypeUnsupported).because(format!("{why} {content_type}").trim_start()));
    }
    explicit_octets(content_info)
}

/// One member of the AuthenticatedSafe: SafeContents, plain or encrypted under the password.
fn read_safe(mut content_info: Reader<'_>, password: Password<'_>, budget: &mut Budget<'_>, bags: &mut Bags) -> Result<()> {
    let content_type = content_info.oid()?;
    if content_type == oid::ID_DATA {
        return read_bags(&explicit_octets(content_info)?, password, budget, bags);
    }
    if content_type != oid::ID_ENCRYPTED_DATA {
        return Err(Error::new(Code::CmsTypeUnsupported).because(format!("{content_type} within PKCS #12")));
    }
    let mut encrypted_data = content_info.expect(Tag::context_constructed(0))?.children()?.sequence()?;
    encrypted_data.unsigned()?;
    let mut content = encrypted_data.sequence()?;
    content.oid()?;
    let scheme = Scheme::read(content.sequence()?)?;
    let encrypted = match content.peek() {
        Some(tag) if tag == Tag::context(0) || tag == Tag::context_constructed(0) => content.element()?.octets()?,
        _ => return Err(Error::new(Code::BerTag).at(content.offset())),
    };
    let plain = scheme.decrypt(Origin::Pkcs12, password, &encrypted, budget)?;
    read_bags(&plain, password, budget, bags)
}

/// SafeContents (RFC 7292 section 4.2), with those nested in it.
fn read_bags(contents: &[u8], password: Password<'_>, budget: &mut Budget<'_>, bags: &mut Bags) -> Result<()> {
    let mut outer = Reader::ber(contents);
    let mut open = vec![outer.sequence()?];
    outer.finish()?;
    while let Some(reader) = open.last_mut() {
        if reader.is_empty() {
            open.pop();
            continue;
        }
        let mut bag = Bag::read(reader.sequence()?)?;
        match bag.kind {
            oid::PKCS12_KEY_BAG | oid::PKCS12_SHROUDED_KEY_BAG => bags.keys.push(bag.key(password, budget)?),
            oid::PKCS12_CERT_BAG => bags.certificates.extend(bag.certificate()?),
            oid::PKCS12_SAFE_CONTENTS_BAG => {
                open.push(bag.value.sequence()?);
                if open.len() > BAG_DEPTH {
                    return Err(Error::new(Code::LimitDepth).because("bags within bags"));
                }
            }
            // CRLs and secrets are nothing of an identity.
            _ => {}
        }
        bags.check(budget.limits())?;
    }
    Ok(())
}

/// SafeBag.
struct Bag<'a> {
    kind: const_oid::ObjectIdentifier,
    value: Reader<'a>,
    local_key_id: Option<Vec<u8>>,
}

impl<'a> Bag<'a> {
    fn read(mut bag: Reader<'a>) -> Result<Self> {
        let kind = bag.oid()?;
        let value = bag.expect(Tag::context_constructed(0))?.children()?;
        let mut local_key_id = None;
        if let Some(attributes) = bag.optional(Tag::SET)? {
            let mut attributes = attributes.children()?;
            while !attributes.is_empty() {
                let mut attribute = attributes.sequence()?;
                if attribute.oid()? == oid::PKCS9_LOCAL_KEY_ID {
                    let value = attribute.expect(Tag::SET)?.children()?.element()?;
                    local_key_id = Some(string_octets(value)?.into_owned());
                }
            }
        }
        bag.finish()?;
        Ok(Self { kind, value, local_key_id })
    }

    fn key(mut self, password: Password<'_>, budget: &mut Budget<'_>) -> Result<KeyBag> {
        let key = private_key::read(self.value.element()?.raw, None, Some(password), Origin::Pkcs12, budget);
        match key {
            // A key that is of no use here may stand beside one that is.
            Err(error) if error.class() != Class::Unsupported => Err(error),
            key => Ok(KeyBag { key, local_key_id: self.local_key_id }),
        }
    }

    /// The certificate, unless it is of another kind than X.509.
    fn certificate(mut self) -> Result<Option<CertificateBag>> {
        let mut bag = self.value.sequence()?;
        if bag.oid()? != oid::PKCS9_X509_CERTIFICATE {
            return Ok(None);
        }
        let certificate = Certificate::from_der(&explicit_octets(bag)?)?;
        Ok(Some(CertificateBag { certificate, local_key_id: self.local_key_id }))
    }
}

/// The OCTET STRING under the tag `[0]`, which ends what surrounds it.
fn explicit_octets(mut reader: Reader<'_>) -> Result<Secret<'_>> {
    let mut explicit = reader.expect(Tag::context_constructed(0))?.children()?;
    reader.finish()?;
    let octets = string_octets(explicit.element()?)?;
    explicit.finish()?;
    Ok(octets.into())
}

/// An error of the structure as one of the file.
fn malformed(error: Error) -> Error {
    let kept = matches!(error.code(), Code::Pkcs12Malformed | Code::KeyMalformed | Code::KeyInvalid | Code::CertMalformed);
    if kept || error.class() != Class::Malformed {
        return error;
    }
    let told = Error::new(Code::Pkcs12Malformed).because(error.to_string());
    match error.offset() {
        Some(offset) => told.at(offset),
        None => told,
    }
}

#[cfg(test)]
mod tests;
