//! Profiles: by which rules an authority makes certificates for mail, as plain data.
//!
//! [`Profile::baseline`] has those of the CA/Browser Forum ("Baseline Requirements for the Issuance and Management of
//! Publicly-Trusted S/MIME Certificates", here BR, version 1.0.12); [`Profile::default`] has none but keys that are worth certifying.
//! Either can be changed field by field, and written as pairs of words ([`Profile::pairs`], [`Profile::from_pairs`]) for files.

mod pairs;
mod rules;

use const_oid::ObjectIdentifier;

use super::{CertificateRequest, CertificateTemplate, NewExtension};
use crate::asn1::oid;
use crate::cert::KeyUsage;
use crate::crypto::{Curve, KeyKind};
use crate::error::{Code, Error, Result};
use crate::time::Time;

/// Seconds of a day (BR section 6.3.2).
const DAY: i64 = 86_400;

/// What was validated of the subject: the types of certificates of the BR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Validation {
    /// Control of the mailbox, and nothing else.
    Mailbox,
    /// A legal entity.
    Organization,
    /// A person whom a legal entity vouches for.
    Sponsor,
    /// A person.
    Individual,
}

/// How much a certificate may hold: the generations of the BR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Generation {
    /// For mail alone.
    Strict,
    /// Also for uses beside mail, such as signing documents.
    Multipurpose,
    /// As it used to be.
    Legacy,
}

/// What the keys are used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyUse {
    /// Signing alone.
    Signing,
    /// Encryption alone.
    Encryption,
    /// Whatever of both the key can do.
    Dual,
}

/// The rules by which certificates are made. Plain data: start from [`baseline`](Self::baseline) or the default and change what you must.
///
/// ```
/// use smime::ca::{CertificateTemplate, Generation, Issuer, Profile, RequestTemplate, Validated, Validation};
/// use smime::{Time, crypto::{Curve, KeyKind, PrivateKey}};
/// let now = Time::parse_rfc3339("2026-01-01T00:00:00Z")?;
/// # let ca_key = PrivateKey::generate(KeyKind::Ec(Curve::P256))?;
/// # let ca = Issuer::self_signed(&ca_key, &CertificateTemplate::authority("CA", now, now.plus_seconds(1 << 30)))?;
/// # let request = RequestTemplate::mailbox("alice@example.org").sign(&PrivateKey::generate(KeyKind::Ec(Curve::P256))?)?;
/// let mut profile = Profile::baseline(Validation::Mailbox, Generation::Strict);
/// profile.crl_urls = vec!["http://crl.example.org/ca.crl".to_owned()];
/// assert!(profile.check(&request).is_empty());
///
/// // Only what was validated goes into the certificate, whatever the request says.
/// let validated = Validated::mailbox("alice@example.org");
/// let template = profile.template(&request, &validated, now)?;
/// let certificate = ca.issue(&request.public_key()?, &template)?;
/// assert_eq!(certificate.addresses(), ["alice@example.org"]);
/// # Ok::<(), smime::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The type and generation of the BR whose rules hold; `None`: none of theirs, only what the other fields say.
    pub baseline: Option<(Validation, Generation)>,
    /// Days of validity.
    pub days: u32,
    /// The most days that may be given.
    pub maximum_days: u32,
    /// The kinds of keys that are certified; for RSA the bits are the least.
    pub keys: Vec<KeyKind>,
    /// What the keys are used for. Who wants separate ("split") keys has two profiles and makes two certificates.
    pub key_use: KeyUse,
    /// Whether keyUsage has nonRepudiation beside digitalSignature.
    pub non_repudiation: bool,
    /// The purposes of extKeyUsage, which are written.
    pub extended_key_usage: Vec<ObjectIdentifier>,
    /// Attributes that the subject must have.
    pub required_subject: Vec<ObjectIdentifier>,
    /// Attributes that the subject may have beside these; `None`: any.
    pub allowed_subject: Option<Vec<ObjectIdentifier>>,
    /// The policies of certificatePolicies.
    pub policies: Vec<ObjectIdentifier>,
    /// The URL of the certification practice statement, written with the first policy.
    pub cps: Option<String>,
    /// Where revocation lists are: cRLDistributionPoints.
    pub crl_urls: Vec<String>,
    /// Where OCSP is answered: authorityInfoAccess.
    pub ocsp_urls: Vec<String>,
    /// Where the certificate of the issuer is: authorityInfoAccess.
    pub issuer_urls: Vec<String>,
}

/// What an authority has validated of a subject: the only source of what a certificate says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validated {
    /// The subject: attribute types and values, the least specific first.
    pub subject: Vec<(ObjectIdentifier, String)>,
    /// The addresses whose control was shown.
    pub addresses: Vec<String>,
}

impl Validated {
    /// Control of one mailbox; no subject.
    pub fn mailbox(address: &str) -> Self {
        Self { subject: Vec::new(), addresses: vec![address.to_owned()] }
    }
}

impl Validation {
    /// Every type, in the order of the reserved policy identifiers.
    pub const ALL: [Self; 4] = [Self::Mailbox, Self::Organization, Self::Sponsor, Self::Individual];

    /// `mailbox`, `organization`, `sponsor`, `individual`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mailbox => "mailbox",
            Self::Organization => "organization",
            Self::Sponsor => "sponsor",
            Self::Individual => "individual",
        }
    }

    /// The type of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|validation| validation.name() == name)
    }
}

impl Generation {
    /// Every generation, in the order of the reserved policy identifiers.
    pub const ALL: [Self; 3] = [Self::Legacy, Self::Multipurpose, Self::Strict];

    /// `strict`, `multipurpose`, `legacy`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Multipurpose => "multipurpose",
            Self::Legacy => "legacy",
        }
    }

    /// The generation of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|generation| generation.name() == name)
    }
}

impl KeyUse {
    /// Every use.
    pub const ALL: [Self; 3] = [Self::Signing, Self::Encryption, Self::Dual];

    /// `signing`, `encryption`, `dual`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Signing => "signing",
            Self::Encryption => "encryption",
            Self::Dual => "dual",
        }
    }

    /// The use of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key_use| key_use.name() == name)
    }
}

impl Default for Profile {
    /// No rules of the BR: any subject, no URLs, a year, RSA from 2048 bits and every curve, emailProtection.
    fn default() -> Self {
        Self {
            baseline: None,
            days: 365,
            maximum_days: 1185,
            keys: vec![
                KeyKind::Rsa { bits: 2048 },
                KeyKind::Ec(Curve::P256),
                KeyKind::Ec(Curve::P384),
                KeyKind::Ec(Curve::P521),
                KeyKind::Ed25519,
                KeyKind::X25519,
            ],
            key_use: KeyUse::Dual,
            non_repudiation: false,
            extended_key_usage: vec![oid::KP_EMAIL_PROTECTION],
            required_subject: Vec::new(),
            allowed_subject: None,
            policies: Vec::new(),
            cps: None,
            crl_urls: Vec::new(),
            ocsp_urls: Vec::new(),
            issuer_urls: Vec::new(),
        }
    }
}

impl Profile {
    /// The rules of the BR for this type and generation. What is missing is where the authority's revocation lists are
    /// ([`crl_urls`](Self::crl_urls)), without which [`template`](Self::template) refuses.
    pub fn baseline(validation: Validation, generation: Generation) -> Self {
        let mut profile = Self {
            baseline: Some((validation, generation)),
            maximum_days: if generation == Generation::Legacy { 1185 } else { 825 },
            required_subject: rules::required_subject(validation),
            allowed_subject: rules::allowed_subject(validation, generation),
            policies: vec![rules::reserved_policy(validation, generation)],
            ..Self::default()
        };
        profile.keys.retain(|kind| *kind != KeyKind::X25519);
        profile
    }

    /// All that speaks against issuing what this request asks for, as it asks for it; nothing where it follows the profile. Each error names
    /// the rule: [`Code::CaProfile`], or what is wrong with the key, the proof of possession or an address.
    ///
    /// An authority that fills in the subject itself may pass over what is said of the subject: [`template`](Self::template) judges what
    /// goes into the certificate.
    pub fn check(&self, request: &CertificateRequest) -> Vec<Error> {
        rules::check_request(self, request)
    }

    /// What the certificate for this request shall say: the subject and the addresses that were validated, and all else by the profile.
    /// Of the request nothing goes in but the key; that its sender has the private half is checked here.
    ///
    /// # Errors
    /// What [`CertificateRequest::verify`] says; [`Code::CaProfile`] where the key, what was validated, or the profile itself breaks a rule;
    /// [`Code::AddrMalformed`].
    pub fn template(&self, request: &CertificateRequest, validated: &Validated, not_before: Time) -> Result<CertificateTemplate> {
        request.verify()?;
        let key = request.public_key()?;
        let mut problems = rules::check_key(self, request.spki(), key.kind());
        problems.extend(rules::check_subject(self, validated));
        problems.extend(rules::check_profile(self));
        if let Some(first) = problems.into_iter().next() {
            return Err(first);
        }
        let seconds = i64::from(self.days).saturating_mul(DAY).saturating_sub(1);
        Ok(CertificateTemplate {
            subject: validated.subject.clone(),
            addresses: validated.addresses.clone(),
            not_before,
            // Both ends belong to the validity (RFC 5280 section 4.1.2.5).
            not_after: not_before.plus_seconds(seconds),
            key_usage: Some(self.key_usage(key.kind())?),
            extended_key_usage: self.extended_key_usage.clone(),
            authority: false,
            path_length: None,
            serial: None,
            extensions: self.extensions()?,
        })
    }

    /// The keyUsage for a key of this kind (BR section 7.1.2.3 e).
    ///
    /// # Errors
    /// [`Code::CaProfile`] where it is good for nothing that the profile is for.
    pub fn key_usage(&self, kind: KeyKind) -> Result<KeyUsage> {
        let mut usage = KeyUsage::default();
        if kind.signs() && self.key_use != KeyUse::Encryption {
            usage = usage.with(KeyUsage::DIGITAL_SIGNATURE);
            if self.non_repudiation {
                usage = usage.with(KeyUsage::NON_REPUDIATION);
            }
        }
        if self.key_use != KeyUse::Signing {
            usage = match kind {
                KeyKind::Rsa { .. } => usage.with(KeyUsage::KEY_ENCIPHERMENT),
                kind if kind.agrees() => usage.with(KeyUsage::KEY_AGREEMENT),
                _ => usage,
            };
        }
        if usage == KeyUsage::default() {
            return Err(refused("7.1.2.3 e", format!("a key of the kind {kind} is not for {}", self.key_use.name())));
        }
        Ok(usage)
    }

    fn extensions(&self) -> Result<Vec<NewExtension>> {
        let mut extensions = Vec::new();
        if !self.policies.is_empty() {
            extensions.push(NewExtension::certificate_policies(&self.policies, self.cps.as_deref())?);
        }
        if !self.crl_urls.is_empty() {
            extensions.push(NewExtension::crl_distribution_points(&self.crl_urls)?);
        }
        if !self.ocsp_urls.is_empty() || !self.issuer_urls.is_empty() {
            extensions.push(NewExtension::authority_info_access(&self.ocsp_urls, &self.issuer_urls)?);
        }
        Ok(extensions)
    }
}

/// What breaks the rule of this section of the BR, or of the profile itself, whose fields carry the same numbers.
fn refused(section: &str, what: impl std::fmt::Display) -> Error {
    Error::new(Code::CaProfile).because(format!("{what} (BR section {section})"))
}

#[cfg(test)]
mod tests;
