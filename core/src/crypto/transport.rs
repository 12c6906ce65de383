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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::tests::octets;

    fn oaep(parameters: &str) -> Result<KeyTransport> {
        KeyTransport::from_algorithm(oid::ID_RSAES_OAEP, Some(&octets(parameters)))
    }

    #[test]
    fn what_is_written_is_read() {
        let mut transports = vec![KeyTransport::RsaPkcs1v15];
        for digest in DigestAlgorithm::ALL {
            for mgf_digest in DigestAlgorithm::ALL {
                for label in [&b""[..], b"a label", &[0; 300]] {
                    transports.push(KeyTransport::RsaOaep { digest: *digest, mgf_digest: *mgf_digest, label: label.to_vec() });
                }
            }
        }
        for transport in transports {
            let identifier = transport.algorithm_identifier();
            let mut fields = Reader::der(&identifier).sequence().unwrap();
            let oid = fields.oid().unwrap();
            assert_eq!(KeyTransport::from_algorithm(oid, Some(fields.rest())).unwrap(), transport);
        }
    }

    /// RFC 4055 section 4.1: SHA-1, MGF1 with SHA-1, no label.
    #[test]
    fn the_defaults_of_oaep() {
        assert_eq!(oaep("3000").unwrap(), KeyTransport::oaep(DigestAlgorithm::Sha1));
        assert_eq!(oaep("3011a20f300d06092a864886f70d0101090400").unwrap(), KeyTransport::oaep(DigestAlgorithm::Sha1));
        assert_eq!(KeyTransport::from_algorithm(oid::ID_RSAES_OAEP, None).unwrap(), KeyTransport::oaep(DigestAlgorithm::Sha1));
    }

    #[test]
    fn parameters_are_strict() {
        let cases = [
            ("no SEQUENCE", "0500", Code::AlgParameters),
            ("octets after", "300000", Code::AlgParameters),
            ("an unknown field", "3004a3020500", Code::AlgParameters),
            ("SHA-224", "3011a00f300d06096086480165030402040500", Code::AlgUnsupported),
            ("another mask generation", "3011a10f300d06092a864886f70d0101090500", Code::AlgUnsupported),
            ("another source of the label", "3011a20f300d06092a864886f70d0101080400", Code::AlgUnsupported),
            ("a label of another type", "3011a20f300d06092a864886f70d0101090500", Code::AlgParameters),
            ("fields in another order", "301ea20f300d06092a864886f70d0101090400a00b300906052b0e03021a0500", Code::AlgParameters),
        ];
        for (what, parameters, code) in cases {
            assert_eq!(oaep(parameters).unwrap_err().code(), code, "{what}");
        }
        let refused = KeyTransport::from_algorithm(oid::RSA_ENCRYPTION, Some(&[4, 0])).unwrap_err();
        assert_eq!(refused.code(), Code::AlgParameters);
        let refused = KeyTransport::from_algorithm(oid::ID_EC_PUBLIC_KEY, None).unwrap_err();
        assert_eq!(refused.code(), Code::AlgUnsupported);
    }
}
