//! The values of extensions (RFC 5280 section 4.2.1).

use const_oid::ObjectIdentifier;
use smime::asn1::{Tag, Writer, oid};

use super::name::Name;

/// One name of subjectAltName or of a subtree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum General {
    /// rfc822Name.
    Rfc822(Vec<u8>),
    /// dNSName.
    Dns(Vec<u8>),
    /// uniformResourceIdentifier.
    Uri(Vec<u8>),
    /// iPAddress, or one with its mask.
    Ip(Vec<u8>),
    /// directoryName.
    Directory(Name),
    /// SmtpUTF8Mailbox (RFC 9598).
    SmtpUtf8(String),
    /// registeredID.
    Registered(ObjectIdentifier),
    /// These octets.
    Raw(Vec<u8>),
}

impl General {
    /// An rfc822Name of this text.
    pub fn mail(text: &str) -> Self {
        Self::Rfc822(text.as_bytes().to_vec())
    }

    /// A dNSName of this text.
    pub fn dns(text: &str) -> Self {
        Self::Dns(text.as_bytes().to_vec())
    }

    /// A uniformResourceIdentifier of this text.
    pub fn uri(text: &str) -> Self {
        Self::Uri(text.as_bytes().to_vec())
    }

    fn write(&self, writer: &mut Writer) {
        match self {
            Self::Rfc822(octets) => writer.element(Tag::context(1), octets),
            Self::Dns(octets) => writer.element(Tag::context(2), octets),
            Self::Uri(octets) => writer.element(Tag::context(6), octets),
            Self::Ip(octets) => writer.element(Tag::context(7), octets),
            Self::Directory(name) => writer.nest(Tag::context_constructed(4), |writer| name.write(writer)),
            Self::SmtpUtf8(mailbox) => writer.nest(Tag::context_constructed(0), |writer| {
                writer.oid(oid::ID_ON_SMTP_UTF8_MAILBOX);
                writer.nest(Tag::context_constructed(0), |writer| writer.element(Tag::UTF8_STRING, mailbox.as_bytes()));
            }),
            Self::Registered(kind) => writer.element(Tag::context(8), kind.as_bytes()),
            Self::Raw(octets) => writer.raw(octets),
        }
    }
}

fn written(content: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.nest(Tag::SEQUENCE, content);
    writer.into_vec()
}

/// basicConstraints.
pub fn basic_constraints(ca: bool, path_length: Option<u64>) -> Vec<u8> {
    written(|writer| {
        if ca {
            writer.element(Tag::BOOLEAN, &[0xff]);
        }
        if let Some(length) = path_length {
            writer.unsigned(length);
        }
    })
}

/// keyUsage with this first octet: digitalSignature is 0x80, keyCertSign 0x04.
pub fn key_usage(bits: u8) -> Vec<u8> {
    super::element(Tag::BIT_STRING, &[bits.trailing_zeros().min(7) as u8, bits])
}

/// A SEQUENCE of object identifiers, as extKeyUsage is.
pub fn identifiers(kinds: &[ObjectIdentifier]) -> Vec<u8> {
    written(|writer| kinds.iter().for_each(|kind| writer.oid(*kind)))
}

/// subjectAltName and issuerAltName.
pub fn general_names(names: &[General]) -> Vec<u8> {
    written(|writer| names.iter().for_each(|name| name.write(writer)))
}

/// nameConstraints.
pub fn name_constraints(permitted: &[General], excluded: &[General]) -> Vec<u8> {
    written(|writer| {
        for (number, subtrees) in [(0, permitted), (1, excluded)] {
            if !subtrees.is_empty() {
                writer.nest(Tag::context_constructed(number), |writer| {
                    subtrees.iter().for_each(|base| writer.nest(Tag::SEQUENCE, |writer| base.write(writer)));
                });
            }
        }
    })
}

/// nameConstraints that permit one subtree, with this behind its base.
pub fn name_constraints_bounded(base: &General, bounds: &[u8]) -> Vec<u8> {
    written(|writer| {
        writer.nest(Tag::context_constructed(0), |writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                base.write(writer);
                writer.raw(bounds);
            });
        });
    })
}

/// certificatePolicies without qualifiers.
pub fn policies(policies: &[ObjectIdentifier]) -> Vec<u8> {
    written(|writer| policies.iter().for_each(|policy| writer.nest(Tag::SEQUENCE, |writer| writer.oid(*policy))))
}

/// certificatePolicies of one policy with the address of a statement.
pub fn policy_with_statement(policy: ObjectIdentifier, address: &str) -> Vec<u8> {
    written(|writer| {
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.oid(policy);
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.nest(Tag::SEQUENCE, |writer| {
                    writer.oid(ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.2.1"));
                    writer.element(Tag::IA5_STRING, address.as_bytes());
                });
            });
        });
    })
}

/// policyMappings.
pub fn policy_mappings(mappings: &[(ObjectIdentifier, ObjectIdentifier)]) -> Vec<u8> {
    written(|writer| {
        for (from, to) in mappings {
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.oid(*from);
                writer.oid(*to);
            });
        }
    })
}

/// policyConstraints, with content octets of its integers.
pub fn policy_constraints(require_explicit_policy: Option<&[u8]>, inhibit_policy_mapping: Option<&[u8]>) -> Vec<u8> {
    written(|writer| {
        for (number, count) in [(0, require_explicit_policy), (1, inhibit_policy_mapping)] {
            if let Some(count) = count {
                writer.element(Tag::context(number), count);
            }
        }
    })
}

/// inhibitAnyPolicy.
pub fn inhibit_any_policy(count: u8) -> Vec<u8> {
    super::element(Tag::INTEGER, &[count])
}

/// subjectKeyIdentifier.
pub fn subject_key_identifier(identifier: &[u8]) -> Vec<u8> {
    super::element(Tag::OCTET_STRING, identifier)
}

/// authorityKeyIdentifier; the issuer goes with a serial number.
pub fn authority_key_identifier(identifier: Option<&[u8]>, issuer: Option<(&Name, &[u8])>) -> Vec<u8> {
    written(|writer| {
        if let Some(identifier) = identifier {
            writer.element(Tag::context(0), identifier);
        }
        if let Some((name, serial)) = issuer {
            writer.nest(Tag::context_constructed(1), |writer| General::Directory(name.clone()).write(writer));
            writer.element(Tag::context(2), serial);
        }
    })
}

/// cRLDistributionPoints with one address.
pub fn distribution_points(address: &str) -> Vec<u8> {
    written(|writer| {
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.nest(Tag::context_constructed(0), |writer| {
                writer.nest(Tag::context_constructed(0), |writer| General::uri(address).write(writer));
            });
        });
    })
}

/// authorityInfoAccess: where the issuer's certificate is.
pub fn issuer_access(address: &str) -> Vec<u8> {
    written(|writer| {
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.oid(ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2"));
            General::uri(address).write(writer);
        });
    })
}
