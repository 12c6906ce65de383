//! EnvelopedData and AuthEnvelopedData: from recipients to plaintext, which is read on as it comes.

use const_oid::ObjectIdentifier;

use crate::asn1::oid;
use crate::cms::{EnvelopedEnd, EnvelopedStart};
use crate::crypto::{CipherParameters, ContentCipher, ContentDecryptor};
use crate::error::{Code, Error, Result};
use crate::report::{EncryptedLayer, Layer};

use super::entity::Entity;
use super::layer::inner;
use super::session::Session;
use super::tap;
use super::unlock::{self, Unlocked};

/// An encrypted layer while its content goes by.
pub(super) struct Envelope {
    layer: usize,
    is_authenticated: bool,
    tag_length: usize,
    content_type: ObjectIdentifier,
    decryptor: ContentDecryptor,
    entity: Entity,
    plaintext: zeroize::Zeroizing<Vec<u8>>,
    /// What went wrong inside. It is not shown before the decryption as a whole has proved good, so that nobody learns
    /// from it how a guessed plaintext was read.
    inner_error: Option<Error>,
}

impl Envelope {
    /// Finds the content key and makes everything ready.
    pub(super) fn open(session: &mut Session<'_>, start: EnvelopedStart) -> Result<Self> {
        let (cipher, parameters) = cipher_of(&start)?;
        check_policy(session, cipher)?;
        let layer = session.add_layer(Layer::Encrypted(EncryptedLayer {
            cipher: cipher.name().to_owned(),
            authenticated: start.authenticated,
            recipients: unlock::describe(&start.recipients),
        }))?;
        if !start.authenticated {
            session.find(Code::EncNoIntegrity, Some(layer), Some(cipher.name()));
        }
        if matches!(cipher, ContentCipher::DesEde3Cbc | ContentCipher::Rc2Cbc) {
            session.find(Code::EncWeak, Some(layer), Some(cipher.name()));
        }
        let Unlocked { key, recipient } = unlock::content_key(session, &start.recipients, parameters.key_length(cipher))?;
        if let Some(Layer::Encrypted(reported)) = session.report.layers.get_mut(layer)
            && let Some(used) = reported.recipients.get_mut(recipient)
        {
            used.used = true;
        }
        let decryptor = ContentDecryptor::new(cipher, &key, &parameters)?;
        tap::check(session, layer, start.content_type)?;
        let entity = inner(session, layer, start.content_type);
        let plaintext = zeroize::Zeroizing::new(Vec::new());
        Ok(Self {
            layer,
            is_authenticated: start.authenticated,
            tag_length: parameters.tag_length,
            content_type: start.content_type,
            decryptor,
            entity,
            plaintext,
            inner_error: None,
        })
    }

    pub(super) fn layer(&self) -> usize {
        self.layer
    }

    pub(super) fn is_authenticated(&self) -> bool {
        self.is_authenticated
    }

    pub(super) fn push(&mut self, session: &mut Session<'_>, octets: &[u8]) -> Result<()> {
        for block in octets.chunks(super::BLOCK) {
            self.plaintext.clear();
            self.decryptor.update(block, &mut self.plaintext)?;
            self.read_on(session);
        }
        Ok(())
    }

    /// Hands the plaintext to the machine inside.
    fn read_on(&mut self, session: &mut Session<'_>) {
        if self.inner_error.is_none() {
            self.inner_error = pass_on(session, self.layer, &mut self.entity, &self.plaintext).err();
        }
    }

    /// Nothing covers the content type but the authenticated attributes, so they must be there unless it is the ordinary one (RFC 5083
    /// section 2.1): who could change it would decide how the content is read.
    fn check_content_type(&self, end: &EnvelopedEnd) -> Result<()> {
        let covered = end.authenticated_attributes.as_ref().map(|attributes| attributes.content_type());
        match covered {
            Some(Ok(content_type)) if content_type == self.content_type => Ok(()),
            None if self.content_type == oid::ID_DATA => Ok(()),
            Some(Err(error)) if error.code() == Code::SigAttributeDuplicate => Err(Code::CmsDuplicateAttribute.into()),
            _ => Err(Error::new(Code::CmsStructure).because("the content type is not covered by the authentication")),
        }
    }

    pub(super) fn finish(mut self, session: &mut Session<'_>, end: &EnvelopedEnd) -> Result<()> {
        if self.is_authenticated && end.mac.len() != self.tag_length {
            return Err(Code::EncTagLength.into());
        }
        if self.is_authenticated {
            self.check_content_type(end)?;
        }
        let additional = end.additional_data()?;
        self.plaintext.clear();
        self.decryptor.finish(&mut self.plaintext, self.is_authenticated.then_some((additional.as_slice(), end.mac.as_slice())))?;
        if let Some(error) = self.inner_error {
            return Err(error);
        }
        pass_on(session, self.layer, &mut self.entity, &self.plaintext)?;
        tap::end(session, self.layer)?;
        self.entity.finish(session).map(|_| ())
    }
}

/// Hands what is inside to the machine for it, and to who hears it.
fn pass_on(session: &mut Session<'_>, layer: usize, entity: &mut Entity, plaintext: &[u8]) -> Result<()> {
    if plaintext.is_empty() {
        return Ok(());
    }
    tap::hear(session, layer, plaintext)?;
    entity.push(session, plaintext)
}

/// The content cipher, which must be of the kind that the structure is for (RFC 5083 section 2.1).
fn cipher_of(start: &EnvelopedStart) -> Result<(ContentCipher, CipherParameters)> {
    let algorithm = &start.content_encryption;
    let unsupported = || Error::new(Code::AlgUnsupported).because(format!("content encryption {}", algorithm.oid));
    let cipher = ContentCipher::from_oid(algorithm.oid).ok_or_else(unsupported)?;
    match (start.authenticated, cipher.is_aead()) {
        (true, false) => return Err(Code::EncNotAead.into()),
        (false, true) => return Err(Code::EncAeadInEnveloped.into()),
        _ => {}
    }
    let parameters = cipher.parse_parameters(algorithm.parameters.as_deref().ok_or(Code::AlgParameters)?)?;
    Ok((cipher, parameters))
}

fn check_policy(session: &Session<'_>, cipher: ContentCipher) -> Result<()> {
    let policy = &session.settings.policy;
    if !policy.ciphers.contains(&cipher) || (!cipher.is_aead() && !policy.allow_unauthenticated_ciphers) {
        return Err(Error::new(Code::EncAlgorithmForbidden).because(format!("{} under policy {}", cipher.name(), policy.name)));
    }
    Ok(())
}
