//! A path that is to be: its certificates, what else lies in the pool, what is asked of it, and what must come of that.

use std::collections::BTreeSet;

use const_oid::ObjectIdentifier;
use smime::Code;

use crate::model::Model;
use crate::model::extensions::General;

/// Something in a path that may make verifiers differ although nothing is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// The leaf is for anyExtendedKeyUsage and not for emailProtection.
    LeafAnyUsage,
    /// An authority is for anyExtendedKeyUsage and not for emailProtection.
    AuthorityAnyUsage,
    /// An authority has no keyUsage.
    NoKeyUsage,
    /// The anchor has no keyUsage or no subjectKeyIdentifier.
    BareAnchor,
    /// A certificate ends in the very second of judgement.
    EndsNow,
    /// An authority certifies its next key under its own name.
    SelfIssued,
    /// Another certificate in the pool has the name of an authority of the path, and another key.
    NameTwin,
    /// Another certificate in the pool has the name and the key of an authority of the path, and has expired.
    ExpiredTwin,
    /// Another certificate in the pool has the name and the key of an authority of the path, and comes from a root that nobody trusts.
    CrossCertificate,
    /// A certificate names the key of its issuer by name and serial number too.
    IssuerAndSerial,
    /// A name is written in other octets where it is the issuer's.
    RewrittenName,
    /// An authority restricts names of this form; see the others for which.
    MailConstraints,
    /// ... directoryName.
    DirectoryConstraints,
    /// ... dNSName.
    DnsConstraints,
    /// ... uniformResourceIdentifier.
    UriConstraints,
    /// ... iPAddress.
    IpConstraints,
    /// A subtree permits one mailbox alone.
    MailboxSubtree,
    /// The subject of the leaf has an emailAddress attribute.
    SubjectMail,
    /// The leaf has a SmtpUTF8Mailbox.
    Utf8Mailbox,
    /// The subject of the leaf is empty.
    EmptySubject,
    /// An authority maps policies.
    Mappings,
    /// A certificate has policies.
    Policies,
    /// The anchor has policies of its own, which do not bind it.
    AnchorPolicies,
    /// A relative name of the leaf has two attributes.
    TwoAttributes,
    /// extKeyUsage of the anchor is critical.
    AnchorCriticalUsage,
    /// A policy is followed through self-issued certificates.
    PoliciesSelfIssued,
    /// An Ed25519 key signs a certificate of the path.
    Ed25519,
    /// A certificate has extensions that nobody knows, none of them critical.
    UnknownExtension,
    /// An authority does not restrict anything, but writes out that it permits no path length below, nor needs it.
    ExactPathLength,
}

/// What is asked about certificate policies (RFC 5280 section 6.1.1 (c) to (g)).
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// user-initial-policy-set; empty: any.
    pub accepted: Vec<ObjectIdentifier>,
    /// initial-explicit-policy.
    pub explicit: bool,
    /// initial-policy-mapping-inhibit.
    pub inhibit_mapping: bool,
    /// initial-any-policy-inhibit.
    pub inhibit_any: bool,
}

/// The place of a certificate in the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The whole path or what is asked.
    Path,
    /// The anchor.
    Anchor,
    /// An authority below it.
    Authority,
    /// The leaf.
    Leaf,
}

/// What must come of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// It is valid.
    Valid,
    /// It is refused, with these codes and no others.
    Refused(Vec<Code>),
    /// It is against a rule, and taken all the same, for this reason.
    Tolerated(&'static str),
}

/// A path.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The anchor first, the leaf last.
    pub path: Vec<Model>,
    /// What else is in the pool.
    pub others: Vec<Model>,
    /// The time of judgement.
    pub at: i64,
    /// What is asked about policies.
    pub inputs: Inputs,
    /// What is peculiar about it.
    pub features: BTreeSet<Feature>,
    /// The names in the leaf's subjectAltName.
    pub names: Vec<General>,
    /// The anchor that is in the store in place of that of the path.
    pub other_anchor: Option<Model>,
    /// An authority that is left out of the pool.
    pub missing: Option<usize>,
    /// The one certificate that was changed, or the place of the change.
    pub place: Place,
    /// Whether other certificates of the pool explain a refusal as well as those of the path: then only the refusal is asked for.
    pub ambiguous: bool,
}

impl Draft {
    /// The place of the leaf.
    pub fn leaf_place(&self) -> usize {
        self.path.len() - 1
    }

    /// The leaf.
    ///
    /// # Panics
    /// Where there is none: there is always one.
    pub fn leaf(&mut self) -> &mut Model {
        self.place = Place::Leaf;
        self.path.last_mut().expect("a leaf")
    }

    /// The places of the authorities below the anchor.
    pub fn authorities(&self) -> std::ops::Range<usize> {
        1..self.path.len() - 1
    }

    /// Whether the certificate in this place is self-issued; an anchor is as a rule.
    pub fn is_self_issued(&self, place: usize) -> bool {
        place == 0 || (place < self.leaf_place() && self.path[place].subject.to_der() == self.path[place - 1].subject.to_der())
    }

    /// How many authorities below this place are not self-issued.
    pub fn authorities_below(&self, place: usize) -> u64 {
        (place + 1..self.leaf_place()).filter(|below| !self.is_self_issued(*below)).count() as u64
    }

    /// What the place of a certificate is called.
    pub fn role(&self, place: usize) -> Place {
        match place {
            0 => Place::Anchor,
            _ if place == self.leaf_place() => Place::Leaf,
            _ => Place::Authority,
        }
    }

    /// The certificate in this place, as the one that is changed.
    pub fn change(&mut self, place: usize) -> &mut Model {
        self.place = self.role(place);
        &mut self.path[place]
    }
}
