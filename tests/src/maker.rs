//! Makes certificates and revocation lists for tests, good and bad ones alike: nothing is checked.

mod crl;

use smime::asn1::{Tag, Writer, oid};
use smime::cert::Certificate;
use smime::crypto::{Curve, DigestAlgorithm, KeyKind, PrivateKey, SignatureScheme, ToBeSigned};

pub use crl::{CrlEntry, CrlPlace, CrlPoint, CrlScope, CrlTemplate};

/// A new P-256 key.
///
/// # Panics
/// Where none can be made.
pub fn key() -> PrivateKey {
    PrivateKey::generate(KeyKind::Ec(Curve::P256)).expect("a key")
}

/// What a certificate is to say.
#[derive(Clone)]
pub struct Template {
    /// Common name of the subject.
    pub subject: String,
    /// Common name of the issuer.
    pub issuer: String,
    /// Content octets.
    pub serial: Vec<u8>,
    /// UTCTime.
    pub not_before: String,
    /// UTCTime.
    pub not_after: String,
    /// 3, or 1 without extensions.
    pub version: u8,
    /// The object identifier, whether it is critical, the DER of its value.
    pub extensions: Vec<(const_oid::ObjectIdentifier, bool, Vec<u8>)>,
}

impl Template {
    /// Nothing but names; valid from 2020 to 2040.
    pub fn new(subject: &str, issuer: &str) -> Self {
        Self {
            subject: subject.to_owned(),
            issuer: issuer.to_owned(),
            serial: vec![1],
            not_before: "200101000000Z".to_owned(),
            not_after: "400101000000Z".to_owned(),
            version: 3,
            extensions: Vec::new(),
        }
    }

    /// An authority.
    pub fn authority(subject: &str, issuer: &str) -> Self {
        Self::new(subject, issuer).basic_constraints(true, None).key_usage(0x06)
    }

    /// A person with this address, for signatures and encryption alike.
    pub fn person(subject: &str, issuer: &str, address: &str) -> Self {
        Self::new(subject, issuer).key_usage(0xe8).purposes(&[oid::KP_EMAIL_PROTECTION]).addresses(&[address])
    }

    /// With this extension too.
    #[must_use]
    pub fn extension(mut self, kind: const_oid::ObjectIdentifier, critical: bool, value: impl FnOnce(&mut Writer)) -> Self {
        let mut writer = Writer::new();
        value(&mut writer);
        self.extensions.push((kind, critical, writer.into_vec()));
        self
    }

    /// Without this extension.
    #[must_use]
    pub fn without(mut self, kind: const_oid::ObjectIdentifier) -> Self {
        self.extensions.retain(|(found, ..)| *found != kind);
        self
    }

    /// With these basicConstraints instead of others.
    #[must_use]
    pub fn basic_constraints(self, ca: bool, path_length: Option<u64>) -> Self {
        self.without(oid::CE_BASIC_CONSTRAINTS).extension(oid::CE_BASIC_CONSTRAINTS, true, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                if ca {
                    writer.element(Tag::BOOLEAN, &[0xff]);
                }
                if let Some(length) = path_length {
                    writer.unsigned(length);
                }
            });
        })
    }

    /// With this first octet of keyUsage instead of another: digitalSignature is 0x80, keyCertSign 0x04.
    #[must_use]
    pub fn key_usage(self, bits: u8) -> Self {
        let unused = bits.trailing_zeros().min(7) as u8;
        self.without(oid::CE_KEY_USAGE).extension(oid::CE_KEY_USAGE, true, |writer| writer.element(Tag::BIT_STRING, &[unused, bits]))
    }

    /// With this extKeyUsage instead of another.
    #[must_use]
    pub fn purposes(self, purposes: &[const_oid::ObjectIdentifier]) -> Self {
        self.without(oid::CE_EXT_KEY_USAGE).extension(oid::CE_EXT_KEY_USAGE, false, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| purposes.iter().for_each(|purpose| writer.oid(*purpose)));
        })
    }

    /// With these rfc822Names instead of others.
    #[must_use]
    pub fn addresses(self, addresses: &[&str]) -> Self {
        self.without(oid::CE_SUBJECT_ALT_NAME).extension(oid::CE_SUBJECT_ALT_NAME, false, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| addresses.iter().for_each(|address| writer.element(Tag::context(1), address.as_bytes())));
        })
    }

    /// With nameConstraints that permit or exclude these rfc822Names.
    #[must_use]
    pub fn address_constraints(self, permitted: &[&str], excluded: &[&str]) -> Self {
        self.extension(oid::CE_NAME_CONSTRAINTS, true, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                for (number, hosts) in [(0, permitted), (1, excluded)] {
                    if !hosts.is_empty() {
                        writer.nest(Tag::context_constructed(number), |writer| {
                            for host in hosts {
                                writer.nest(Tag::SEQUENCE, |writer| writer.element(Tag::context(1), host.as_bytes()));
                            }
                        });
                    }
                }
            });
        })
    }

    /// With these certificatePolicies instead of others.
    #[must_use]
    pub fn policies(self, policies: &[const_oid::ObjectIdentifier]) -> Self {
        self.without(oid::CE_CERTIFICATE_POLICIES).extension(oid::CE_CERTIFICATE_POLICIES, false, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                for policy in policies {
                    writer.nest(Tag::SEQUENCE, |writer| writer.oid(*policy));
                }
            });
        })
    }

    /// With these policyMappings instead of others, each from what the issuer calls it to what the subject calls it.
    #[must_use]
    pub fn policy_mappings(self, mappings: &[(const_oid::ObjectIdentifier, const_oid::ObjectIdentifier)]) -> Self {
        self.without(oid::CE_POLICY_MAPPINGS).extension(oid::CE_POLICY_MAPPINGS, true, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                for (from, to) in mappings {
                    writer.nest(Tag::SEQUENCE, |writer| {
                        writer.oid(*from);
                        writer.oid(*to);
                    });
                }
            });
        })
    }

    /// With these policyConstraints instead of others.
    #[must_use]
    pub fn policy_constraints(self, require_explicit_policy: Option<u64>, inhibit_policy_mapping: Option<u64>) -> Self {
        self.without(oid::CE_POLICY_CONSTRAINTS).extension(oid::CE_POLICY_CONSTRAINTS, true, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                for (number, count) in [(0, require_explicit_policy), (1, inhibit_policy_mapping)] {
                    if let Some(count) = count {
                        let mut integer = Writer::new();
                        integer.unsigned(count);
                        let integer = integer.into_vec();
                        // [n] in place of the tag of INTEGER
                        writer.element(Tag::context(number), &integer[2..]);
                    }
                }
            });
        })
    }

    /// With this inhibitAnyPolicy instead of another.
    #[must_use]
    pub fn inhibit_any_policy(self, count: u64) -> Self {
        self.without(oid::CE_INHIBIT_ANY_POLICY).extension(oid::CE_INHIBIT_ANY_POLICY, true, |writer| writer.unsigned(count))
    }

    /// With this subjectKeyIdentifier.
    #[must_use]
    pub fn subject_key_identifier(self, identifier: &[u8]) -> Self {
        self.extension(oid::CE_SUBJECT_KEY_IDENTIFIER, false, |writer| writer.octet_string(identifier))
    }

    /// With this keyIdentifier in authorityKeyIdentifier.
    #[must_use]
    pub fn authority_key_identifier(self, identifier: &[u8]) -> Self {
        self.extension(oid::CE_AUTHORITY_KEY_IDENTIFIER, false, |writer| {
            writer.nest(Tag::SEQUENCE, |writer| writer.element(Tag::context(0), identifier));
        })
    }

    /// The certificate of this key, signed by that one.
    ///
    /// # Panics
    /// Where the signature cannot be made or the result cannot be read.
    pub fn issue(&self, subject: &PrivateKey, issuer: &PrivateKey) -> Certificate {
        Certificate::from_der(&self.issue_der(subject, issuer)).expect("a certificate")
    }

    /// The octets of the certificate of this key, signed by that one with SHA-256.
    ///
    /// # Panics
    /// Where the signature cannot be made.
    pub fn issue_der(&self, subject: &PrivateKey, issuer: &PrivateKey) -> Vec<u8> {
        sign(issuer, |algorithm| self.tbs(subject.public_key().spki(), algorithm))
    }

    fn tbs(&self, spki: &[u8], algorithm: &[u8]) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            if self.version > 1 {
                writer.nest(Tag::context_constructed(0), |writer| writer.unsigned(u64::from(self.version) - 1));
            }
            writer.element(Tag::INTEGER, &self.serial);
            writer.raw(algorithm);
            name(writer, &self.issuer);
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.element(Tag::UTC_TIME, self.not_before.as_bytes());
                writer.element(Tag::UTC_TIME, self.not_after.as_bytes());
            });
            name(writer, &self.subject);
            writer.raw(spki);
            if !self.extensions.is_empty() {
                writer.nest(Tag::context_constructed(3), |writer| {
                    extensions(writer, &self.extensions);
                });
            }
        });
        writer.into_vec()
    }
}

/// Something signed by this key with SHA-256: what is to be signed says with which algorithm, and is given that.
fn sign(key: &PrivateKey, tbs: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let scheme = match key.kind() {
        KeyKind::Rsa { .. } => SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha256),
        KeyKind::Ec(_) => SignatureScheme::Ecdsa(DigestAlgorithm::Sha256),
        _ => SignatureScheme::Ed25519,
    };
    let tbs = tbs(&scheme.algorithm_identifier());
    let signature = key.sign(&scheme, ToBeSigned::Message(&tbs)).expect("a signature");
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.raw(&tbs);
        writer.raw(&scheme.algorithm_identifier());
        writer.bit_string(&signature);
    });
    writer.into_vec()
}

fn extensions(writer: &mut Writer, extensions: &[(const_oid::ObjectIdentifier, bool, Vec<u8>)]) {
    writer.nest(Tag::SEQUENCE, |writer| {
        for (kind, critical, value) in extensions {
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.oid(*kind);
                if *critical {
                    writer.element(Tag::BOOLEAN, &[0xff]);
                }
                writer.octet_string(value);
            });
        }
    });
}

/// A name with one common name.
fn name(writer: &mut Writer, common_name: &str) {
    writer.nest(Tag::SEQUENCE, |writer| relative_name(writer, Tag::SET, common_name));
}

/// A relative distinguished name with one common name.
fn relative_name(writer: &mut Writer, tag: Tag, common_name: &str) {
    writer.nest(tag, |writer| {
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.oid(oid::AT_COMMON_NAME);
            writer.element(Tag::UTF8_STRING, common_name.as_bytes());
        });
    });
}
