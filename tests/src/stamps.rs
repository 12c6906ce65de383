//! Signatures with time-stamps on them (RFC 3161), right and wrong.

use smime::asn1::{ObjectIdentifier, Tag, oid};
use smime::cert::Certificate;
use smime::crypto::{DigestAlgorithm, PrivateKey, ToBeSigned};
use smime::{Identity, Opened, Opener, Time, TrustStore};

use crate::forge::{ENTITY, SignedForge, SignerForge, algorithm, attribute, element, object, pkcs7_mime, sequence};
use crate::maker::{Template, key};

/// A time in the form of RFC 3339.
pub fn time(text: &str) -> Time {
    Time::parse_rfc3339(text).expect("a time")
}

/// Alice, whose certificate ends with the year 2025, and an authority for time-stamps, each below a root of its own.
pub struct Scene {
    /// The key of Alice's root.
    pub root_key: PrivateKey,
    /// The anchor for people.
    pub root: Certificate,
    /// The signer.
    pub alice: Identity,
    /// The key of the root of authorities for time-stamps.
    pub stamp_root_key: PrivateKey,
    /// The anchor for time-stamps.
    pub stamp_root: Certificate,
    /// The key of the authority.
    pub stamp_key: PrivateKey,
}

impl Default for Scene {
    fn default() -> Self {
        Self::new()
    }
}

impl Scene {
    /// New keys for everybody.
    pub fn new() -> Self {
        let (root_key, alice_key, stamp_root_key) = (key(), key(), key());
        let root = Template::authority("Root", "Root").issue(&root_key, &root_key);
        let template = Template { serial: vec![5], ..Template::person("Alice", "Root", "a@example.org") };
        let alice = Template { not_after: "251231235959Z".to_owned(), ..template }.issue(&alice_key, &root_key);
        let alice = Identity::from_parts(alice_key, alice, Vec::new()).expect("an identity");
        let stamp_root = Template::authority("Stamps", "Stamps").issue(&stamp_root_key, &stamp_root_key);
        Self { root_key, root, alice, stamp_root_key, stamp_root, stamp_key: key() }
    }

    /// The certificate of the authority.
    pub fn stamper(&self, template: Template) -> Certificate {
        template.issue(&self.stamp_key, &self.stamp_root_key)
    }

    /// What it says where nothing is wrong.
    pub fn template() -> Template {
        Template::new("Clock", "Stamps").key_usage(0x80).extension(oid::CE_EXT_KEY_USAGE, true, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| writer.oid(oid::KP_TIME_STAMPING));
        })
    }

    /// A signature by Alice with a token about it, as `change` leaves that.
    pub fn message(&self, stamper: &Certificate, at: &str, change: impl FnOnce(&mut Vec<u8>, &mut SignerForge)) -> Vec<u8> {
        self.message_with(oid::ID_CT_TST_INFO, stamper, at, change)
    }

    /// The same with a token whose content is of this type.
    pub fn message_with(
        &self,
        content_type: ObjectIdentifier,
        stamper: &Certificate,
        at: &str,
        change: impl FnOnce(&mut Vec<u8>, &mut SignerForge),
    ) -> Vec<u8> {
        let mut signer = SignerForge::new(&self.alice, ENTITY);
        let signature = signer.key.sign(&signer.scheme, ToBeSigned::Message(&signer.to_be_signed())).expect("a signature");
        signer.signature = Some(signature.clone());
        let token = self.token_with(content_type, &signature, stamper, at, change);
        signer.unsigned = vec![attribute(oid::ID_AA_TIME_STAMP_TOKEN, &[token])];
        pkcs7_mime("signed-data", &SignedForge::new(Some(ENTITY), &[&signer], &[]).der())
    }

    /// What the authority says of these octets.
    pub fn token(&self, stamped: &[u8], stamper: &Certificate, at: &str) -> Vec<u8> {
        self.token_with(oid::ID_CT_TST_INFO, stamped, stamper, at, keep)
    }

    fn token_with(
        &self,
        content_type: ObjectIdentifier,
        stamped: &[u8],
        stamper: &Certificate,
        at: &str,
        change: impl FnOnce(&mut Vec<u8>, &mut SignerForge),
    ) -> Vec<u8> {
        let imprint = sequence(&[&algorithm(oid::ID_SHA256, &[]), &element(Tag::OCTET_STRING, &DigestAlgorithm::Sha256.digest(stamped))]);
        let time = element(Tag::GENERALIZED_TIME, at.as_bytes());
        let mut info = sequence(&[&[2, 1, 1], &object(oid::ID_DATA), &imprint, &[2, 1, 1], &time]);
        let mut authority = SignerForge::with_digest(&self.stamp_key, stamper, &info, DigestAlgorithm::Sha256);
        let named = element(Tag::OCTET_STRING, &DigestAlgorithm::Sha256.digest(stamper.der()));
        let named = sequence(&[&sequence(&[&sequence(&[&named])])]);
        let attributes = authority.attributes.get_or_insert_default();
        attributes[0] = attribute(oid::ID_CONTENT_TYPE, &[object(content_type)]);
        attributes.push(attribute(oid::ID_AA_SIGNING_CERTIFICATE_V2, &[named]));
        change(&mut info, &mut authority);
        SignedForge { content_type, ..SignedForge::new(Some(&info), &[&authority], &[]) }.der()
    }

    /// Trusts both roots, and judges at the end of 2026.
    pub fn opener(&self) -> Opener {
        let trust = TrustStore::builder().anchor(&self.root).build();
        let stamps = TrustStore::builder().anchor(&self.stamp_root).build();
        Opener::new(&trust).at(time("2026-11-23T12:00:00Z")).time_stamp_trust(&stamps)
    }

    /// The message as that opener sees it.
    pub fn open(&self, message: &[u8]) -> Opened {
        self.opener().open(message).expect("a message")
    }
}

/// The token as it is.
pub fn keep(_: &mut Vec<u8>, _: &mut SignerForge) {}
