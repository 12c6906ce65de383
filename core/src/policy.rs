//! What is acceptable: plain data with presets. No decision is hidden in code elsewhere.

mod json;

use const_oid::ObjectIdentifier;

use crate::crypto::{ContentCipher, DigestAlgorithm};

/// How much is asked of revocation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RevocationMode {
    /// Nothing: evidence is not looked at.
    Off,
    /// What evidence says counts; where there is none that can be used, that is told and held against nobody. More evidence than the
    /// bounds let be looked at is held against the certificate: its sender may have meant to hide something.
    #[default]
    Soft,
    /// Each certificate below the anchor must be shown not to be revoked.
    Hard,
}

impl RevocationMode {
    /// The word of the command line: `off`, `soft` or `hard`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Soft => "soft",
            Self::Hard => "hard",
        }
    }

    /// The mode of this word.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Off, Self::Soft, Self::Hard].into_iter().find(|mode| mode.as_str() == name)
    }
}

/// What a verifier accepts. Plain data: start from a preset and change what you must.
///
/// ```
/// use smime::Policy;
/// let policy = Policy { require_signed_attributes: true, ..Policy::default() };
/// assert!(policy.rsa_minimum_bits >= 2048);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The word by which reports name this policy.
    pub name: &'static str,
    /// Digest algorithms accepted in message signatures and in certificates.
    pub digests: Vec<DigestAlgorithm>,
    /// The smallest RSA modulus accepted in signatures, in bits.
    pub rsa_minimum_bits: usize,
    /// Whether DSA is accepted in signatures, of messages and of certificates; it is flagged in any case.
    pub allow_dsa: bool,
    /// Content ciphers accepted when a message is opened.
    pub ciphers: Vec<ContentCipher>,
    /// Whether ciphers that do not authenticate (CBC) are accepted at all; they are flagged in any case.
    pub allow_unauthenticated_ciphers: bool,
    /// Whether a signature over the bare content, without signed attributes, is accepted.
    pub require_signed_attributes: bool,
    /// Whether anyExtendedKeyUsage serves in place of emailProtection (RFC 8550 section 4.4.4).
    pub allow_any_extended_key_usage: bool,
    /// Whether a mismatch between From and the certificate makes a signature untrusted.
    pub require_sender_match: bool,
    /// Whether one valid signer is enough when there are several. Default: all must be valid.
    pub any_signer_suffices: bool,
    /// Whether the dates of an anchor's own certificate count. RFC 5280 section 6.1.1 takes an anchor as a name and a key, without
    /// dates; mail programs refuse one that has expired.
    pub check_anchor_validity: bool,
    /// How far signingTime and Date may be apart before that is reported, in seconds.
    pub signing_time_tolerance: i64,
    /// The certificate policies that are acceptable (user-initial-policy-set of RFC 5280 section 6.1.1 (c)). None, or anyPolicy among
    /// them: whichever. By themselves they only narrow what [`PathReport::policies`](crate::path::PathReport::policies) tells and what
    /// an authority's demand for a policy is met with; to demand one of them of every path, set `require_explicit_policy` too.
    ///
    /// ```
    /// use smime::{Policy, asn1::ObjectIdentifier};
    /// let medium = ObjectIdentifier::new("2.16.840.1.101.3.2.1.48.2").expect("an object identifier");
    /// let policy = Policy { certificate_policies: vec![medium], require_explicit_policy: true, ..Policy::default() };
    /// # let _ = policy;
    /// ```
    pub certificate_policies: Vec<ObjectIdentifier>,
    /// Whether a policy must hold for every path (initial-explicit-policy), not only where an authority demands it.
    pub require_explicit_policy: bool,
    /// Whether no authority may map policies onto others (initial-policy-mapping-inhibit).
    pub inhibit_policy_mapping: bool,
    /// Whether anyPolicy in a certificate counts for nothing (initial-any-policy-inhibit), but for self-issued authorities.
    pub inhibit_any_policy: bool,
    /// How much is asked of revocation.
    pub revocation: RevocationMode,
    /// For how long revocation evidence that names no end can be used, in seconds after it was made.
    pub evidence_lifetime: i64,
    /// Whether OCSP requests that are fetched carry a nonce, so that no old answer can be passed off. An answer without one is taken
    /// all the same, as most responders prepare theirs (RFC 9654 section 2.1).
    pub ocsp_nonce: bool,
}

impl Policy {
    /// What current standards ask for (RFC 8551, RFC 8550): SHA-2, RSA of 2048 bits and more, AES. Of certificate policies nothing
    /// is demanded, here and in the other presets: what authorities demand of them holds all the same.
    pub fn standard() -> Self {
        use {ContentCipher as C, DigestAlgorithm as D};
        Self {
            name: "default",
            digests: vec![D::Sha256, D::Sha384, D::Sha512],
            rsa_minimum_bits: 2048,
            allow_dsa: false,
            ciphers: vec![C::Aes128Gcm, C::Aes192Gcm, C::Aes256Gcm, C::ChaCha20Poly1305, C::Aes128Cbc, C::Aes192Cbc, C::Aes256Cbc],
            allow_unauthenticated_ciphers: true,
            require_signed_attributes: false,
            allow_any_extended_key_usage: true,
            require_sender_match: true,
            any_signer_suffices: false,
            check_anchor_validity: true,
            signing_time_tolerance: 14 * 86_400,
            certificate_policies: Vec::new(),
            require_explicit_policy: false,
            inhibit_policy_mapping: false,
            inhibit_any_policy: false,
            revocation: RevocationMode::Soft,
            evidence_lifetime: 7 * 86_400,
            ocsp_nonce: false,
        }
    }

    /// Standard, and besides: signed attributes demanded, authenticated ciphers only, emailProtection named outright, each certificate shown
    /// not to be revoked.
    pub fn strict() -> Self {
        Self {
            name: "strict",
            allow_unauthenticated_ciphers: false,
            require_signed_attributes: true,
            allow_any_extended_key_usage: false,
            revocation: RevocationMode::Hard,
            ocsp_nonce: true,
            ..Self::standard()
        }
    }

    /// For archives: also SHA-1, RSA of 1024 bits, DSA, 3DES, RC2 and anchors that have expired since. Each weak algorithm is flagged.
    pub fn legacy() -> Self {
        let standard = Self::standard();
        let mut digests = standard.digests.clone();
        digests.push(DigestAlgorithm::Sha1);
        let mut ciphers = standard.ciphers.clone();
        ciphers.extend([ContentCipher::DesEde3Cbc, ContentCipher::Rc2Cbc]);
        Self { name: "legacy", digests, ciphers, rsa_minimum_bits: 1024, allow_dsa: true, check_anchor_validity: false, ..standard }
    }

    /// The preset of this name: `default`, `strict` or `legacy`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "default" => Some(Self::standard()),
            "strict" => Some(Self::strict()),
            "legacy" => Some(Self::legacy()),
            _ => None,
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::standard()
    }
}
