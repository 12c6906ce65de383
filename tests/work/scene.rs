//! People and messages that are the same in each run: keys made from fixed octets, signatures that need no random numbers.

use smime::asn1::{Tag, oid};
use smime::cms::{AlgorithmIdentifier, ecc_cms_shared_info};
use smime::crypto::wrap::wrap_key;
use smime::crypto::{DigestAlgorithm, KeyWrap, PrivateKey, kdf};
use smime::{Certificate, ContentCipher, Identity, Limits, Opener, Time, TrustStore};
use smime_tests::forge::{
    ENTITY, EnvelopeForge, SignedForge, SignerForge, algorithm, content_info, element, issuer_and_serial, multipart_signed, object,
    sequence,
};
use smime_tests::maker::Template;

/// Bounds so wide that only the work itself counts.
pub(crate) fn wide() -> Limits {
    Limits {
        element_bytes: usize::MAX,
        layer_bytes: usize::MAX,
        recipients: usize::MAX,
        signers: usize::MAX,
        certificates: usize::MAX,
        attributes: usize::MAX,
        private_key_operations: usize::MAX,
        header_bytes: usize::MAX,
        header_fields: usize::MAX,
        mime_parts: usize::MAX,
        path_signatures: usize::MAX,
        path_steps: usize::MAX,
        ..Limits::default()
    }
}

/// The key that this number stands for, of Ed25519: it signs without random numbers.
pub(crate) fn signing_key(number: usize) -> PrivateKey {
    key(oid::ID_ED25519, number)
}

fn key(kind: const_oid::ObjectIdentifier, number: usize) -> PrivateKey {
    let mut secret = [7; 32];
    secret[..8].copy_from_slice(&number.to_be_bytes());
    let inner = element(Tag::OCTET_STRING, &secret);
    let info = sequence(&[&[0x02, 0x01, 0x00], &sequence(&[&object(kind)]), &element(Tag::OCTET_STRING, &inner)]);
    PrivateKey::from_pkcs8(&info).expect("a key")
}

/// An INTEGER that no other number makes.
pub(crate) fn number(number: usize) -> Vec<u8> {
    element(Tag::INTEGER, &[&[1], &number.to_be_bytes()[..]].concat())
}

/// A root, an authority below it, Alice who signs and Bob who decrypts.
pub(crate) struct Scene {
    pub(crate) root: Certificate,
    pub(crate) issuing_key: PrivateKey,
    pub(crate) issuing: Certificate,
    pub(crate) alice: Identity,
    pub(crate) bob: Identity,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::with(|authority| authority, |alice| alice)
    }

    /// One in which the certificates of the authority and of Alice say something more.
    pub(crate) fn with(authority: impl FnOnce(Template) -> Template, alice: impl FnOnce(Template) -> Template) -> Self {
        let (root_key, issuing_key, alice_key, bob_key) = (signing_key(1), signing_key(2), signing_key(3), key(oid::ID_X25519, 4));
        let root = Template::authority("Root", "Root").issue(&root_key, &root_key);
        let issuing = authority(Template::authority("Authority", "Root")).issue(&issuing_key, &root_key);
        let alice = alice(Self::person("Alice", 1)).issue(&alice_key, &issuing_key);
        let bob = Self::person("Bob", 2).issue(&bob_key, &issuing_key);
        let alice = Identity::from_parts(alice_key, alice, Vec::new()).expect("an identity");
        let bob = Identity::from_parts(bob_key, bob, Vec::new()).expect("an identity");
        Self { root, issuing_key, issuing, alice, bob }
    }

    /// Somebody with this serial number.
    pub(crate) fn person(name: &str, serial: u8) -> Template {
        Template { serial: vec![serial], ..Template::person(name, "Authority", "a@example.org") }
    }

    pub(crate) fn opener(&self) -> Opener {
        let now = Time::parse_rfc3339("2026-11-23T12:00:00Z").expect("a time");
        Opener::new(&TrustStore::builder().anchor(&self.root).build()).at(now).identity(&self.bob).limits(wide())
    }

    pub(crate) fn signer(&self, content: &[u8]) -> SignerForge {
        let (key, certificate) = self.alice.signing_pair().expect("a key");
        SignerForge::with_digest(key, certificate, content, DigestAlgorithm::Sha512)
    }

    /// A SignedData around this content that is good until it is changed.
    pub(crate) fn signed(&self, content: &[u8]) -> SignedForge {
        SignedForge::new(Some(content), &[&self.signer(content)], &[&self.issuing])
    }

    /// The same around the usual content with other signers.
    pub(crate) fn signed_by(&self, signers: Vec<Vec<u8>>) -> Vec<u8> {
        SignedForge { signers, ..self.signed(ENTITY) }.der()
    }

    /// The usual content as a multipart/signed, header included.
    pub(crate) fn clear(&self) -> Vec<u8> {
        multipart_signed(ENTITY, &SignedForge { content: None, ..self.signed(ENTITY) }.der())
    }

    /// This message for Bob.
    pub(crate) fn encrypted(&self, message: &[u8]) -> Vec<u8> {
        let content_key = [1; 16];
        let recipient = self.agreement(&[(self.bob.certificate(), self.wrapped(&content_key))]);
        self.envelope(vec![recipient], message)
    }

    /// An AuthEnvelopedData with these recipients around this content, encrypted under a key of ones.
    pub(crate) fn envelope(&self, recipients: Vec<Vec<u8>>, content: &[u8]) -> Vec<u8> {
        let cipher = ContentCipher::Aes128Gcm;
        let (ciphertext, tag) = smime_tests::forge::encrypt(cipher, &[1; 16], &[2; 12], &[], content);
        EnvelopeForge {
            recipients,
            content_type: oid::ID_DATA,
            algorithm: cipher.algorithm_identifier(&[2; 12], 16),
            ciphertext: Some(ciphertext),
            attributes: None,
            tag: Some(tag),
        }
        .der()
    }

    /// A KeyAgreeRecipientInfo that has these keys for these people.
    pub(crate) fn agreement(&self, keys: &[(&Certificate, Vec<u8>)]) -> Vec<u8> {
        let ephemeral = key(oid::ID_X25519, 5);
        let point = [&[0], ephemeral.public_key().key_octets()].concat();
        let public = [algorithm(oid::ID_X25519, &[]), element(Tag::BIT_STRING, &point)].concat();
        let originator = element(Tag::context_constructed(0), &element(Tag::context_constructed(1), &public));
        let method = algorithm(oid::DH_SINGLE_PASS_STD_DH_SHA256KDF, &algorithm(oid::AES128_WRAP, &[]));
        let one = |(to, key): &(&Certificate, Vec<u8>)| sequence(&[&issuer_and_serial(to), &element(Tag::OCTET_STRING, key)]);
        let keys: Vec<u8> = keys.iter().flat_map(one).collect();
        element(Tag::context_constructed(1), &[&[0x02, 0x01, 0x03], &originator[..], &method, &sequence(&[&keys])].concat())
    }

    /// The content key for Bob as [`Self::agreement`] has it.
    fn wrapped(&self, content_key: &[u8]) -> Vec<u8> {
        let wrap = AlgorithmIdentifier { oid: oid::AES128_WRAP, parameters: None };
        let public = self.bob.certificate().public_key().expect("a key").key_octets();
        let secret = key(oid::ID_X25519, 5).agree(public).expect("a secret");
        let info = ecc_cms_shared_info(&wrap, None, 16).expect("an encoding");
        let key = kdf::x963(DigestAlgorithm::Sha256, &secret, &info, 16).expect("a key");
        wrap_key(KeyWrap::Aes128, &key, content_key).expect("a wrapped key")
    }
}

/// A SignedData with this eContent, whatever its form.
pub(crate) fn signed_string(forge: &SignedForge, string: &[u8]) -> Vec<u8> {
    let signed = sequence(&[
        &[0x02, 0x01, 0x01],
        &element(Tag::SET, &forge.digest_algorithms[0]),
        &sequence(&[&object(oid::ID_DATA), &element(Tag::context_constructed(0), string)]),
        &element(Tag::context_constructed(0), &forge.certificates.concat()),
        &element(Tag::SET, &forge.signers.concat()),
    ]);
    content_info(oid::ID_SIGNED_DATA, &signed)
}

/// A RecipientInfo with a key in RSA under this name and serial number.
pub(crate) fn transported(issuer: &[u8], serial: &[u8]) -> Vec<u8> {
    let rid = sequence(&[issuer, &element(Tag::INTEGER, serial)]);
    sequence(&[&[0x02, 0x01, 0x00], &rid, &algorithm(oid::RSA_ENCRYPTION, &[0x05, 0x00]), &element(Tag::OCTET_STRING, &[1; 256])])
}
