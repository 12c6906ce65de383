//! Writing PKCS #12 (RFC 7292): certificates encrypted together, each key for itself, the whole under a MAC.

use super::super::Identity;
use super::profile::Pkcs12Profile;
use crate::asn1::{Tag, Writer, oid, set_of};
use crate::crypto::{DigestAlgorithm, PrivateKey};
use crate::error::Result;

/// Octets of a localKeyId.
const LOCAL_KEY_ID: usize = 20;

/// What a key and its certificates are called.
struct Entry<'a> {
    key: &'a PrivateKey,
    local_key_id: Vec<u8>,
    /// No two entries have the same, as Java takes it for the name of the entry.
    friendly_name: String,
}

/// PFX (RFC 7292 section 4). The entries are called by this name, or by the addresses in their certificates.
pub(in super::super) fn write(identity: &Identity, password: &str, profile: Pkcs12Profile, friendly_name: Option<&str>) -> Result<Vec<u8>> {
    let entries = entries(identity, friendly_name);
    let keys = key_bags(&entries, password, profile)?;
    let (algorithm, encrypted) = profile.protection().encrypt(&certificate_bags(identity, &entries), password)?;
    let mut authenticated = Writer::new();
    authenticated.nest(Tag::SEQUENCE, |writer| {
        write_encrypted_data(writer, &algorithm, &encrypted);
        write_data(writer, &keys);
    });
    let authenticated = authenticated.into_vec();
    let mac_data = profile.mac_data(&authenticated, password)?;
    let mut pfx = Writer::new();
    pfx.nest(Tag::SEQUENCE, |writer| {
        writer.unsigned(3);
        write_data(writer, &authenticated);
        writer.raw(&mac_data);
    });
    Ok(pfx.into_vec())
}

/// Every key, once each.
fn entries<'a>(identity: &'a Identity, friendly_name: Option<&str>) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for (key, certificate) in identity.pairs() {
        if entries.iter().any(|entry| entry.key.public_key() == key.public_key()) {
            continue;
        }
        let address = || certificate.addresses().into_iter().next();
        let name = friendly_name.map(str::to_owned).or_else(address).unwrap_or_else(|| certificate.subject().to_string());
        let number = entries.len().saturating_add(1);
        let friendly_name = if number == 1 { name } else { format!("{name} ({number})") };
        let digest = DigestAlgorithm::Sha256.digest(key.public_key().key_octets());
        let local_key_id = digest.iter().copied().take(LOCAL_KEY_ID).collect();
        entries.push(Entry { key, local_key_id, friendly_name });
    }
    entries
}

/// SafeContents with every certificate; those of a key are called as it is.
fn certificate_bags(identity: &Identity, entries: &[Entry<'_>]) -> Vec<u8> {
    let entry = |key: &PrivateKey| entries.iter().find(|entry| entry.key.public_key() == key.public_key());
    let own = identity.pairs().map(|(key, certificate)| (certificate, entry(key)));
    let chain = identity.chain().iter().map(|certificate| (certificate, None));
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        for (certificate, entry) in own.chain(chain) {
            let mut value = Writer::new();
            value.nest(Tag::SEQUENCE, |writer| {
                writer.oid(oid::PKCS9_X509_CERTIFICATE);
                writer.nest(Tag::context_constructed(0), |writer| writer.octet_string(certificate.der()));
            });
            write_bag(writer, oid::PKCS12_CERT_BAG, &value.into_vec(), entry);
        }
    });
    writer.into_vec()
}

/// SafeContents with every key, each encrypted for itself.
fn key_bags(entries: &[Entry<'_>], password: &str, profile: Pkcs12Profile) -> Result<Vec<u8>> {
    let values: Vec<_> = entries.iter().map(|entry| profile.protection().encrypt_key(entry.key, password)).collect::<Result<_>>()?;
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        for (entry, value) in entries.iter().zip(&values) {
            write_bag(writer, oid::PKCS12_SHROUDED_KEY_BAG, value, Some(entry));
        }
    });
    Ok(writer.into_vec())
}

/// SafeBag.
fn write_bag(writer: &mut Writer, kind: const_oid::ObjectIdentifier, value: &[u8], entry: Option<&Entry<'_>>) {
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.oid(kind);
        writer.nest(Tag::context_constructed(0), |writer| writer.raw(value));
        if let Some(entry) = entry {
            let mut identifier = Writer::new();
            identifier.octet_string(&entry.local_key_id);
            let mut name = Writer::new();
            let units: Vec<u8> = entry.friendly_name.encode_utf16().flat_map(u16::to_be_bytes).collect();
            name.element(Tag::BMP_STRING, &units);
            let attributes = [(oid::PKCS9_LOCAL_KEY_ID, identifier), (oid::PKCS9_FRIENDLY_NAME, name)];
            let attributes = attributes.map(|(kind, value)| attribute(kind, &value.into_vec()));
            writer.raw(&set_of(Tag::SET, attributes.to_vec()));
        }
    });
}

fn attribute(kind: const_oid::ObjectIdentifier, value: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.oid(kind);
        writer.nest(Tag::SET, |writer| writer.raw(value));
    });
    writer.into_vec()
}

/// ContentInfo of type data.
fn write_data(writer: &mut Writer, content: &[u8]) {
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.oid(oid::ID_DATA);
        writer.nest(Tag::context_constructed(0), |writer| writer.octet_string(content));
    });
}

/// ContentInfo of type encryptedData (RFC 5652 section 8).
fn write_encrypted_data(writer: &mut Writer, algorithm: &[u8], encrypted: &[u8]) {
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.oid(oid::ID_ENCRYPTED_DATA);
        writer.nest(Tag::context_constructed(0), |writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.unsigned(0);
                writer.nest(Tag::SEQUENCE, |writer| {
                    writer.oid(oid::ID_DATA);
                    writer.raw(algorithm);
                    writer.element(Tag::context(0), encrypted);
                });
            });
        });
    });
}
