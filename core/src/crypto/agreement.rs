//! Ephemeral keys for key agreement (RFC 5753, RFC 8418).

use std::fmt;

use zeroize::Zeroizing;

use crate::crypto::key::{KeyKind, PublicKey};
use crate::crypto::{Backend, pure};
use crate::error::{Code, Error, Result};

#[cfg(feature = "aws-lc")]
use crate::crypto::aws;

/// A key that lives for one message. It can agree with any number of recipients of its kind.
///
/// ```
/// use smime::crypto::{Curve, EphemeralKey, KeyKind, PrivateKey};
/// let recipient = PrivateKey::generate(KeyKind::Ec(Curve::P256))?;
/// let ephemeral = EphemeralKey::generate(KeyKind::Ec(Curve::P256))?;
/// assert_eq!(*ephemeral.agree(recipient.public_key())?, *recipient.agree(ephemeral.public_octets())?);
/// # Ok::<(), smime::Error>(())
/// ```
pub struct EphemeralKey {
    kind: KeyKind,
    secret: Secret,
    public: Vec<u8>,
}

pub(super) enum Secret {
    #[cfg(feature = "aws-lc")]
    Aws(aws::AgreementKey),
    Pure(pure::AgreementKey),
}

impl Secret {
    pub(super) fn agree(&self, peer_public_octets: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        match self {
            #[cfg(feature = "aws-lc")]
            Self::Aws(secret) => secret.agree(peer_public_octets),
            Self::Pure(secret) => secret.agree(peer_public_octets),
        }
    }
}

impl EphemeralKey {
    /// A new key of a kind that agrees: on a curve or X25519.
    ///
    /// # Errors
    /// [`Code::UseArgument`] where the kind does not agree.
    pub fn generate(kind: KeyKind) -> Result<Self> {
        Self::generate_with(Backend::default(), kind)
    }

    /// A new key by this back end.
    ///
    /// # Errors
    /// As [`EphemeralKey::generate`].
    #[doc(hidden)]
    pub fn generate_with(backend: Backend, kind: KeyKind) -> Result<Self> {
        if !kind.agrees() {
            return Err(Error::new(Code::UseArgument).because(format!("key agreement with a key of the kind {kind}")));
        }
        let (secret, public) = match backend {
            #[cfg(feature = "aws-lc")]
            Backend::AwsLc => aws::AgreementKey::generate(kind).map(|(secret, public)| (Secret::Aws(secret), public))?,
            Backend::Pure => pure::AgreementKey::generate(kind).map(|(secret, public)| (Secret::Pure(secret), public))?,
        };
        Ok(Self { kind, secret, public })
    }

    /// What kind of key it is.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The public key for the recipients: an uncompressed SEC 1 point, or the 32 octets of X25519.
    pub fn public_octets(&self) -> &[u8] {
        &self.public
    }

    /// The secret shared with this recipient.
    ///
    /// # Errors
    /// [`Code::UseArgument`] where the recipient's key is of another kind, [`Code::KeyInvalid`] where it is one that makes
    /// X25519 all zero.
    pub fn agree(&self, recipient: &PublicKey) -> Result<Zeroizing<Vec<u8>>> {
        if recipient.kind() != self.kind {
            let detail = format!("an ephemeral key of the kind {} for a recipient of the kind {}", self.kind, recipient.kind());
            return Err(Error::new(Code::UseArgument).because(detail));
        }
        recipient.agree_with(&self.secret)
    }
}

impl fmt::Debug for EphemeralKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EphemeralKey({})", self.kind)
    }
}
