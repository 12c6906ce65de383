//! What a certificate is to say, good or bad: nothing is checked here.

pub mod extensions;
pub mod name;

use const_oid::ObjectIdentifier;
use smime::Time;
use smime::asn1::{Tag, Writer};

use crate::keys::{Digest, pool};
use name::Name;

/// How the flag `critical` of an extension is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Critical {
    /// Not at all: the default.
    No,
    /// TRUE.
    Yes,
    /// A BOOLEAN with this octet.
    Octet(u8),
}

/// One extension.
#[derive(Clone, Debug)]
pub struct Extension {
    /// Its object identifier.
    pub kind: ObjectIdentifier,
    /// Whether it is critical.
    pub critical: Critical,
    /// The octets inside its OCTET STRING.
    pub value: Vec<u8>,
}

/// How a date is written.
#[derive(Clone, Debug)]
pub enum Date {
    /// As RFC 5280 section 4.1.2.5 has it: UTCTime through 2049, then GeneralizedTime.
    Proper(i64),
    /// This element, which stands for this time.
    Element(i64, Vec<u8>),
}

impl Date {
    /// The time that is meant, in seconds since 1970.
    pub fn unix(&self) -> i64 {
        match self {
            Self::Proper(unix) | Self::Element(unix, _) => *unix,
        }
    }

    fn write(&self, writer: &mut Writer) {
        match self {
            Self::Element(_, element) => writer.raw(element),
            Self::Proper(unix) => {
                let (year, ..) = Time::from_unix(*unix).civil();
                if (1950..2050).contains(&year) {
                    writer.element(Tag::UTC_TIME, utc_time(*unix).as_bytes());
                } else {
                    writer.element(Tag::GENERALIZED_TIME, generalized_time(*unix).as_bytes());
                }
            }
        }
    }
}

/// `YYMMDDHHMMSSZ`.
pub fn utc_time(unix: i64) -> String {
    generalized_time(unix)[2..].to_owned()
}

/// `YYYYMMDDHHMMSSZ`.
pub fn generalized_time(unix: i64) -> String {
    let (year, month, day, hour, minute, second) = Time::from_unix(unix).civil();
    format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}Z")
}

/// An element with this tag and content.
pub fn element(tag: Tag, content: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.element(tag, content);
    writer.into_vec()
}

/// What is done to octets that are ready.
pub type Edit = fn(Vec<u8>) -> Vec<u8>;

/// A certificate that is to be.
#[derive(Clone, Debug)]
pub struct Model {
    /// The number in the field `version`; `None`: the field is left out.
    pub version: Option<u8>,
    /// Content octets.
    pub serial: Vec<u8>,
    /// Who issues it.
    pub issuer: Name,
    /// Whose key it is.
    pub subject: Name,
    /// The first second.
    pub not_before: Date,
    /// The last second.
    pub not_after: Date,
    /// The subject's key: a place in the pool.
    pub key: usize,
    /// The key that signs it: a place in the pool.
    pub signer: usize,
    /// The digest of the signature.
    pub digest: Digest,
    /// SubjectPublicKeyInfo instead of that of the key.
    pub spki: Option<Vec<u8>>,
    /// The AlgorithmIdentifier inside what is signed, instead of the right one.
    pub inner_algorithm: Option<Vec<u8>>,
    /// The AlgorithmIdentifier beside the signature, instead of the right one.
    pub outer_algorithm: Option<Vec<u8>>,
    /// issuerUniqueID and the like: elements between the key and the extensions.
    pub unique_identifiers: Vec<u8>,
    /// The extensions; where there are none, the field is left out.
    pub extensions: Vec<Extension>,
    /// What is done to TBSCertificate before it is signed.
    pub edit_tbs: Option<Edit>,
    /// What is done to the signature.
    pub edit_signature: Option<Edit>,
    /// What is done to the whole certificate.
    pub edit_whole: Option<Edit>,
}

impl Model {
    /// The extension of this kind.
    pub fn extension(&self, kind: ObjectIdentifier) -> Option<&Extension> {
        self.extensions.iter().find(|extension| extension.kind == kind)
    }

    /// With this extension, in place of another of its kind.
    pub fn set(&mut self, kind: ObjectIdentifier, critical: bool, value: Vec<u8>) {
        let critical = if critical { Critical::Yes } else { Critical::No };
        match self.extensions.iter_mut().find(|extension| extension.kind == kind) {
            Some(found) => *found = Extension { kind, critical, value },
            None => self.extensions.push(Extension { kind, critical, value }),
        }
    }

    /// Without this extension; whether there was one.
    pub fn remove(&mut self, kind: ObjectIdentifier) -> bool {
        let before = self.extensions.len();
        self.extensions.retain(|extension| extension.kind != kind);
        self.extensions.len() < before
    }

    /// The octets of the certificate.
    pub fn issue(&self) -> Vec<u8> {
        let signer = &pool()[self.signer];
        let mut tbs = self.tbs();
        if let Some(edit) = self.edit_tbs {
            tbs = edit(tbs);
        }
        let mut signature = [vec![0], signer.sign(self.digest, &tbs)].concat();
        if let Some(edit) = self.edit_signature {
            signature = edit(signature);
        }
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.raw(&tbs);
            writer.raw(self.outer_algorithm.as_ref().unwrap_or(&signer.algorithm(self.digest)));
            writer.element(Tag::BIT_STRING, &signature);
        });
        let whole = writer.into_vec();
        self.edit_whole.map_or_else(|| whole.clone(), |edit| edit(whole.clone()))
    }

    fn tbs(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            if let Some(version) = self.version {
                writer.nest(Tag::context_constructed(0), |writer| writer.element(Tag::INTEGER, &[version]));
            }
            writer.element(Tag::INTEGER, &self.serial);
            writer.raw(self.inner_algorithm.as_ref().unwrap_or(&pool()[self.signer].algorithm(self.digest)));
            self.issuer.write(writer);
            writer.nest(Tag::SEQUENCE, |writer| {
                self.not_before.write(writer);
                self.not_after.write(writer);
            });
            self.subject.write(writer);
            writer.raw(self.spki.as_ref().unwrap_or(&pool()[self.key].spki));
            writer.raw(&self.unique_identifiers);
            if !self.extensions.is_empty() {
                writer.nest(Tag::context_constructed(3), |writer| {
                    writer.nest(Tag::SEQUENCE, |writer| self.extensions.iter().for_each(|extension| extension.write(writer)));
                });
            }
        });
        writer.into_vec()
    }
}

impl Extension {
    fn write(&self, writer: &mut Writer) {
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.oid(self.kind);
            match self.critical {
                Critical::No => {}
                Critical::Yes => writer.element(Tag::BOOLEAN, &[0xff]),
                Critical::Octet(octet) => writer.element(Tag::BOOLEAN, &[octet]),
            }
            writer.octet_string(&self.value);
        });
    }
}
