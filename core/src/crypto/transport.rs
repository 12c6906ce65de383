//! Key transport with RSA (RFC 3370 section 4.2.1, RFC 3560).

use const_oid::ObjectIdentifier;

use crate::asn1::{Reader, Tag, Writer, oid};
use crate::crypto::digest::DigestAlgorithm;
use crate::crypto::signature::{null_or_absent, read_digest_algorithm, read_mgf, write_digest_algorithm, write_mgf};
use crate::error::{Code, Error, Result};

/// How a content-encryption key is encrypted to an RSA key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyTransport {
    /// RSAES-PKCS1-v1_5: what nearly everybody reads.
    RsaPkcs1v15,
    /// RSAES-OAEP (RFC 3560).
    RsaOaep {
        /// The digest of the label.
        digest: DigestAlgorithm,
        /// The digest inside MGF1.
        mgf_digest: DigestAlgorithm,
        /// The label, empty nearly always.
        label: Vec<u8>,
    },
}

impl KeyTransport {
    /// RSAES-OAEP with one digest throughout and no label.
    pub const fn oaep(digest: DigestAlgorithm) -> Self {
        Self::RsaOaep { digest, mgf_digest: digest, label: Vec::new() }
    }

    /// The key transport that an AlgorithmIdentifier names. The parameters are its raw element, if there is one.
    ///
    /// # Errors
    /// [`Code::AlgUnsupported`] where it is none of ours, [`Code::AlgParameters`] where its parameters are.
    pub fn from_algorithm(algorithm: ObjectIdentifier, parameters: Option<&[u8]>) -> Result<Self> {
        match algorithm {
            oid::RSA_ENCRYPTION if null_or_absent(parameters) => Ok(Self::RsaPkcs1v15),
            oid::RSA_ENCRYPTION => Err(Error::new(Code::AlgParameters).because("rsaEncryption with parameters")),
            oid::ID_RSAES_OAEP => match parameters {
                None => Ok(Self::oaep(DigestAlgorithm::Sha1)),
                Some(parameters) => read_oaep(parameters).map_err(|error| match error.code() {
                    Code::AlgUnsupported => error,
                    _ => Error::new(Code::AlgParameters).because("RSAES-OAEP-params").with_source(error),
                }),
            },
            other => Err(Error::new(Code::AlgUnsupported).because(format!("key transport {other}"))),
        }
    }

    /// Its AlgorithmIdentifier in DER.
    pub fn algorithm_identifier(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| match self {
            Self::RsaPkcs1v15 => {
                writer.oid(oid::RSA_ENCRYPTION);
                writer.null();
            }
            Self::RsaOaep { digest, mgf_digest, label } => {
                writer.oid(oid::ID_RSAES_OAEP);
                writer.nest(Tag::SEQUENCE, |writer| write_oaep(writer, *digest, *mgf_digest, label));
            }
        });
        writer.into_vec()
    }

    /// The name in reports: `rsaes-pkcs1-v1_5` or `rsaes-oaep`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RsaPkcs1v15 => "rsaes-pkcs1-v1_5",
            Self::RsaOaep { .. } => "rsaes-oaep",
        }
    }
}

/// RSAES-OAEP-params (RFC 4055 section 4.1).
fn read_oaep(parameters: &[u8]) -> Result<KeyTransport> {
    let fields = Reader::single_der(parameters)?;
    if fields.tag != Tag::SEQUENCE {
        return Err(fields.error(Code::BerTag));
    }
    let mut reader = fields.children()?;
    let digest = match reader.optional(Tag::context_constructed(0))? {
        Some(field) => read_digest_algorithm(field.children()?)?,
        None => DigestAlgorithm::Sha1,
    };
    let mgf_digest = match reader.optional(Tag::context_constructed(1))? {
        Some(field) => read_mgf(field.children()?)?,
        None => DigestAlgorithm::Sha1,
    };
    let label = match reader.optional(Tag::context_constructed(2))? {
        Some(field) => read_label(field.children()?)?,
        None => Vec::new(),
    };
    reader.finish()?;
    Ok(KeyTransport::RsaOaep { digest, mgf_digest, label })
}

/// A PSourceAlgorithm, which can only be id-pSpecified (RFC 4055 section 4.1).
fn read_label(mut field: Reader<'_>) -> Result<Vec<u8>> {
    let mut source = field.sequence()?;
    field.finish()?;
    if source.oid()? != oid::ID_P_SPECIFIED {
        return Err(Error::new(Code::AlgUnsupported).because("another source of the OAEP label than id-pSpecified"));
    }
    let label = source.expect(Tag::OCTET_STRING)?.content.to_vec();
    source.finish()?;
    Ok(label)
}

fn write_oaep(writer: &mut Writer, digest: DigestAlgorithm, mgf_digest: DigestAlgorithm, label: &[u8]) {
    if digest != DigestAlgorithm::Sha1 {
        writer.nest(Tag::context_constructed(0), |writer| write_digest_algorithm(writer, digest));
    }
    if mgf_digest != DigestAlgorithm::Sha1 {
        writer.nest(Tag::context_constructed(1), |writer| write_mgf(writer, mgf_digest));
    }
    if !label.is_empty() {
        writer.nest(Tag::context_constructed(2), |writer| {
            writer.nest(Tag::SEQUENCE, |writer| {
                writer.oid(oid::ID_P_SPECIFIED);
                writer.octet_string(label);
            });
        });
    }
}
