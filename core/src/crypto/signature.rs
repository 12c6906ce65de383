//! Signature schemes and their AlgorithmIdentifiers (RFC 3370, 4056, 5754, 8419).

use const_oid::ObjectIdentifier;

use crate::asn1::{Reader, Tag, Writer, oid};
use crate::crypto::digest::{Digest, DigestAlgorithm};
use crate::error::{Code, Error, Result};

/// The longest PSS salt that a key of ours has room for.
const LONGEST_SALT: u64 = 2048;

/// How something is signed: algorithm, digest and parameters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureScheme {
    /// RSASSA-PKCS1-v1_5 with this digest.
    RsaPkcs1v15(DigestAlgorithm),
    /// RSASSA-PSS (RFC 4056).
    RsaPss {
        /// The digest of the message.
        digest: DigestAlgorithm,
        /// The digest inside MGF1.
        mgf_digest: DigestAlgorithm,
        /// Octets of the salt.
        salt_length: usize,
    },
    /// ECDSA with this digest; the curve is that of the key.
    Ecdsa(DigestAlgorithm),
    /// Ed25519, which takes the message rather than a digest.
    Ed25519,
    /// DSA with this digest (RFC 3370 section 3.1): verified, never made.
    Dsa(DigestAlgorithm),
}

/// What a signature is made over.
#[derive(Clone, Copy, Debug)]
pub enum ToBeSigned<'a> {
    /// The message itself.
    Message(&'a [u8]),
    /// The digest of the message, by the digest of the scheme.
    Digest(&'a Digest),
}

impl SignatureScheme {
    /// RSASSA-PSS with one digest throughout and a salt of its length, as RFC 4056 recommends.
    pub const fn pss(digest: DigestAlgorithm) -> Self {
        Self::RsaPss { digest, mgf_digest: digest, salt_length: digest.len() }
    }

    /// The scheme that an AlgorithmIdentifier names. The parameters are its raw element, if there is one.
    ///
    /// A SignerInfo may name the kind of key alone (rsaEncryption, id-ecPublicKey, id-dsa) beside its digest algorithm: that is
    /// what `digest` is for. Elsewhere it is `None`.
    ///
    /// ```
    /// use smime::asn1::oid;
    /// use smime::crypto::{DigestAlgorithm, SignatureScheme};
    /// let scheme = SignatureScheme::from_algorithm(oid::RSA_ENCRYPTION, None, Some(DigestAlgorithm::Sha256))?;
    /// assert_eq!(scheme, SignatureScheme::RsaPkcs1v15(DigestAlgorithm::Sha256));
    /// # Ok::<(), smime::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Code::SigAlgorithmUnsupported`] where it is none of ours, [`Code::AlgParameters`] where its parameters are not
    /// those that the RFCs allow.
    pub fn from_algorithm(algorithm: ObjectIdentifier, parameters: Option<&[u8]>, digest: Option<DigestAlgorithm>) -> Result<Self> {
        use DigestAlgorithm as D;
        let scheme = match (algorithm, digest) {
            (oid::RSA_ENCRYPTION, Some(digest)) => Self::RsaPkcs1v15(digest),
            (oid::SHA1_WITH_RSA, _) => Self::RsaPkcs1v15(D::Sha1),
            (oid::SHA256_WITH_RSA, _) => Self::RsaPkcs1v15(D::Sha256),
            (oid::SHA384_WITH_RSA, _) => Self::RsaPkcs1v15(D::Sha384),
            (oid::SHA512_WITH_RSA, _) => Self::RsaPkcs1v15(D::Sha512),
            (oid::ID_RSASSA_PSS, _) => return read_pss(parameters),
            // The parameters of a key are its curve, which is the key's business.
            (oid::ID_EC_PUBLIC_KEY, Some(digest)) => return Ok(Self::Ecdsa(digest)),
            (oid::ECDSA_WITH_SHA1, _) => Self::Ecdsa(D::Sha1),
            (oid::ECDSA_WITH_SHA256, _) => Self::Ecdsa(D::Sha256),
            (oid::ECDSA_WITH_SHA384, _) => Self::Ecdsa(D::Sha384),
            (oid::ECDSA_WITH_SHA512, _) => Self::Ecdsa(D::Sha512),
            (oid::ID_DSA, Some(digest)) => Self::Dsa(digest),
            (oid::ID_DSA_WITH_SHA1, _) => Self::Dsa(D::Sha1),
            (oid::ID_DSA_WITH_SHA256, _) => Self::Dsa(D::Sha256),
            (oid::ID_DSA_WITH_SHA384, _) => Self::Dsa(D::Sha384),
            (oid::ID_DSA_WITH_SHA512, _) => Self::Dsa(D::Sha512),
            (oid::ID_ED25519, _) if parameters.is_none() => Self::Ed25519,
            (oid::ID_ED25519, _) => return Err(Error::new(Code::AlgParameters).because("Ed25519 with parameters")),
            (other, _) => return Err(Error::new(Code::SigAlgorithmUnsupported).because(format!("signature algorithm {other}"))),
        };
        if null_or_absent(parameters) {
            Ok(scheme)
        } else {
            Err(Error::new(Code::AlgParameters).because(format!("{} with parameters", scheme.name())))
        }
    }

    /// Its AlgorithmIdentifier in DER.
    pub fn algorithm_identifier(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.nest(Tag::SEQUENCE, |writer| {
            writer.oid(self.oid());
            match self {
                Self::RsaPkcs1v15(_) => writer.null(),
                Self::RsaPss { digest, mgf_digest, salt_length } => {
                    writer.nest(Tag::SEQUENCE, |writer| write_pss(writer, *digest, *mgf_digest, *salt_length));
                }
                Self::Ecdsa(_) | Self::Ed25519 | Self::Dsa(_) => {}
            }
        });
        writer.into_vec()
    }

    /// Its object identifier.
    pub const fn oid(&self) -> ObjectIdentifier {
        use DigestAlgorithm as D;
        match self {
            Self::RsaPkcs1v15(D::Sha1) => oid::SHA1_WITH_RSA,
            Self::RsaPkcs1v15(D::Sha256) => oid::SHA256_WITH_RSA,
            Self::RsaPkcs1v15(D::Sha384) => oid::SHA384_WITH_RSA,
            Self::RsaPkcs1v15(D::Sha512) => oid::SHA512_WITH_RSA,
            Self::RsaPss { .. } => oid::ID_RSASSA_PSS,
            Self::Ecdsa(D::Sha1) => oid::ECDSA_WITH_SHA1,
            Self::Ecdsa(D::Sha256) => oid::ECDSA_WITH_SHA256,
            Self::Ecdsa(D::Sha384) => oid::ECDSA_WITH_SHA384,
            Self::Ecdsa(D::Sha512) => oid::ECDSA_WITH_SHA512,
            Self::Ed25519 => oid::ID_ED25519,
            Self::Dsa(D::Sha1) => oid::ID_DSA_WITH_SHA1,
            Self::Dsa(D::Sha256) => oid::ID_DSA_WITH_SHA256,
            Self::Dsa(D::Sha384) => oid::ID_DSA_WITH_SHA384,
            Self::Dsa(D::Sha512) => oid::ID_DSA_WITH_SHA512,
        }
    }

    /// The digest that is applied to the message, or nothing for a scheme that takes the message itself.
    pub const fn digest(&self) -> Option<DigestAlgorithm> {
        match self {
            Self::RsaPkcs1v15(digest) | Self::RsaPss { digest, .. } | Self::Ecdsa(digest) | Self::Dsa(digest) => Some(*digest),
            Self::Ed25519 => None,
        }
    }

    /// The name in reports: `rsassa-pkcs1-v1_5`, `rsassa-pss`, `ecdsa`, `ed25519` or `dsa`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RsaPkcs1v15(_) => "rsassa-pkcs1-v1_5",
            Self::RsaPss { .. } => "rsassa-pss",
            Self::Ecdsa(_) => "ecdsa",
            Self::Ed25519 => "ed25519",
            Self::Dsa(_) => "dsa",
        }
    }
}

/// RSASSA-PSS-params (RFC 4055 section 3.1), which a signature must carry.
pub(super) fn read_pss(parameters: Option<&[u8]>) -> Result<SignatureScheme> {
    let parameters = parameters.ok_or_else(|| Error::new(Code::AlgParameters).because("RSASSA-PSS without parameters"))?;
    let unacceptable = |error: Error| match error.code() {
        Code::AlgUnsupported => Error::new(Code::SigAlgorithmUnsupported).with_source(error),
        Code::AlgParameters => error,
        _ => Error::new(Code::AlgParameters).because("RSASSA-PSS-params").with_source(error),
    };
    read_pss_fields(parameters).map_err(unacceptable)
}

fn read_pss_fields(parameters: &[u8]) -> Result<SignatureScheme> {
    let mut outer = Reader::der(parameters);
    let mut reader = outer.sequence()?;
    outer.finish()?;
    let digest = match reader.optional(Tag::context_constructed(0))? {
        Some(field) => read_digest_algorithm(field.children()?)?,
        None => DigestAlgorithm::Sha1,
    };
    let mgf_digest = match reader.optional(Tag::context_constructed(1))? {
        Some(field) => read_mgf(field.children()?)?,
        None => DigestAlgorithm::Sha1,
    };
    let salt_length = match reader.optional(Tag::context_constructed(2))? {
        Some(field) => only_unsigned(field.children()?)?,
        None => 20,
    };
    let trailer = match reader.optional(Tag::context_constructed(3))? {
        Some(field) => only_unsigned(field.children()?)?,
        None => 1,
    };
    reader.finish()?;
    if trailer != 1 {
        return Err(Error::new(Code::AlgParameters).because(format!("RSASSA-PSS with trailerField {trailer}")));
    }
    match usize::try_from(salt_length) {
        Ok(octets) if salt_length <= LONGEST_SALT => Ok(SignatureScheme::RsaPss { digest, mgf_digest, salt_length: octets }),
        _ => Err(Error::new(Code::AlgParameters).because(format!("RSASSA-PSS with a salt of {salt_length} octets"))),
    }
}

fn write_pss(writer: &mut Writer, digest: DigestAlgorithm, mgf_digest: DigestAlgorithm, salt_length: usize) {
    if digest != DigestAlgorithm::Sha1 {
        writer.nest(Tag::context_constructed(0), |writer| write_digest_algorithm(writer, digest));
    }
    if mgf_digest != DigestAlgorithm::Sha1 {
        writer.nest(Tag::context_constructed(1), |writer| write_mgf(writer, mgf_digest));
    }
    if salt_length != 20 {
        writer.nest(Tag::context_constructed(2), |writer| writer.unsigned(salt_length as u64));
    }
}

fn only_unsigned(mut field: Reader<'_>) -> Result<u64> {
    let value = field.unsigned()?;
    field.finish()?;
    Ok(value)
}

/// A HashAlgorithm inside the parameters of PSS or OAEP.
pub(super) fn read_digest_algorithm(mut field: Reader<'_>) -> Result<DigestAlgorithm> {
    let mut algorithm = field.sequence()?;
    field.finish()?;
    let oid = algorithm.oid()?;
    if !null_or_absent((!algorithm.is_empty()).then_some(algorithm.rest())) {
        return Err(Error::new(Code::AlgParameters).because("a digest algorithm with parameters"));
    }
    DigestAlgorithm::from_oid(oid).ok_or_else(|| Error::new(Code::AlgUnsupported).because(format!("digest {oid}")))
}

/// A MaskGenAlgorithm, which can only be MGF1.
pub(super) fn read_mgf(mut field: Reader<'_>) -> Result<DigestAlgorithm> {
    let mut algorithm = field.sequence()?;
    field.finish()?;
    let oid = algorithm.oid()?;
    if oid != oid::ID_MGF1 {
        return Err(Error::new(Code::AlgUnsupported).because(format!("mask generation function {oid}")));
    }
    read_digest_algorithm(algorithm)
}

pub(super) fn write_digest_algorithm(writer: &mut Writer, digest: DigestAlgorithm) {
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.oid(digest.oid());
        writer.null();
    });
}

pub(super) fn write_mgf(writer: &mut Writer, digest: DigestAlgorithm) {
    writer.nest(Tag::SEQUENCE, |writer| {
        writer.oid(oid::ID_MGF1);
        write_digest_algorithm(writer, digest);
    });
}

/// Whether parameters that carry no meaning are written in one of the two ways in use.
pub(super) fn null_or_absent(parameters: Option<&[u8]>) -> bool {
    matches!(parameters, None | Some([5, 0]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::tests::octets;
    use DigestAlgorithm as D;

    /// Reads an AlgorithmIdentifier.
    fn read(algorithm: &[u8]) -> Result<SignatureScheme> {
        let mut fields = Reader::der(algorithm).sequence()?;
        let oid = fields.oid()?;
        SignatureScheme::from_algorithm(oid, (!fields.is_empty()).then_some(fields.rest()), None)
    }

    fn pss(parameters: &str) -> Result<SignatureScheme> {
        SignatureScheme::from_algorithm(oid::ID_RSASSA_PSS, Some(&octets(parameters)), None)
    }

    #[test]
    fn what_is_written_is_read() {
        let mut schemes = vec![SignatureScheme::Ed25519];
        for digest in D::ALL {
            schemes.extend([SignatureScheme::RsaPkcs1v15(*digest), SignatureScheme::Ecdsa(*digest), SignatureScheme::pss(*digest)]);
            schemes.push(SignatureScheme::Dsa(*digest));
            for mgf_digest in D::ALL {
                for salt_length in [0, 20, 32, 128, 2048] {
                    schemes.push(SignatureScheme::RsaPss { digest: *digest, mgf_digest: *mgf_digest, salt_length });
                }
            }
        }
        for scheme in schemes {
            assert_eq!(read(&scheme.algorithm_identifier()).unwrap(), scheme);
        }
    }

    /// RFC 4055 section 3.1: the defaults of PSS are SHA-1, MGF1 with SHA-1, 20 and 1.
    #[test]
    fn the_defaults_of_pss() {
        assert_eq!(pss("3000").unwrap(), SignatureScheme::pss(D::Sha1));
        // All four written out, with and without NULL.
        let explicit = "3031a00b300906052b0e03021a0500a118301606092a864886f70d010108300906052b0e03021a0500a203020114a303020101";
        assert_eq!(pss(explicit).unwrap(), SignatureScheme::pss(D::Sha1));
        let without_null = "302da009300706052b0e03021aa116301406092a864886f70d010108300706052b0e03021aa203020114a303020101";
        assert_eq!(pss(without_null).unwrap(), SignatureScheme::pss(D::Sha1));
    }

    #[test]
    fn parameters_of_pss_are_strict() {
        let cases = [
            ("trailerField 2", "3005a303020102", Code::AlgParameters),
            ("a negative salt", "3005a2030201ff", Code::AlgParameters),
            ("a salt of 2049 octets", "3006a20402020801", Code::AlgParameters),
            ("a salt of 2^63 octets", "300da20b0209008000000000000000", Code::AlgParameters),
            ("an integer too long", "3006a20402020014", Code::AlgParameters),
            ("the fields in another order", "300aa303020101a203020114", Code::AlgParameters),
            ("an unknown field", "3005a403020101", Code::AlgParameters),
            ("octets after", "30000500", Code::AlgParameters),
            ("two integers in a field", "3008a206020114020114", Code::AlgParameters),
            ("NULL", "0500", Code::AlgParameters),
            ("a digest with parameters", "3010a00e300c06052b0e03021a0403040506", Code::AlgParameters),
            ("SHA-224", "3011a00f300d06096086480165030402040500", Code::SigAlgorithmUnsupported),
            ("another mask generation", "3011a10f300d06092a864886f70d0101090500", Code::SigAlgorithmUnsupported),
            ("an indefinite length", "3080a203020114 0000", Code::AlgParameters),
        ];
        for (what, parameters, code) in cases {
            assert_eq!(pss(&parameters.replace(' ', "")).unwrap_err().code(), code, "{what}");
        }
        let absent = SignatureScheme::from_algorithm(oid::ID_RSASSA_PSS, None, None).unwrap_err();
        assert_eq!(absent.code(), Code::AlgParameters);
    }

    #[test]
    fn a_kind_of_key_needs_a_digest_beside_it() {
        let read = |oid, digest| SignatureScheme::from_algorithm(oid, None, digest);
        assert_eq!(read(oid::RSA_ENCRYPTION, Some(D::Sha384)).unwrap(), SignatureScheme::RsaPkcs1v15(D::Sha384));
        assert_eq!(read(oid::ID_EC_PUBLIC_KEY, Some(D::Sha256)).unwrap(), SignatureScheme::Ecdsa(D::Sha256));
        assert_eq!(read(oid::ID_DSA, Some(D::Sha1)).unwrap(), SignatureScheme::Dsa(D::Sha1));
        for oid in [oid::RSA_ENCRYPTION, oid::ID_EC_PUBLIC_KEY, oid::ID_DSA, oid::ID_MD5, oid::ID_X25519] {
            assert_eq!(read(oid, None).unwrap_err().code(), Code::SigAlgorithmUnsupported);
        }
    }

    #[test]
    fn other_schemes_have_no_parameters() {
        for oid in [oid::SHA256_WITH_RSA, oid::ECDSA_WITH_SHA256, oid::ID_DSA_WITH_SHA1] {
            assert!(SignatureScheme::from_algorithm(oid, Some(&[5, 0]), None).is_ok());
            for parameters in [&[][..], &[5, 1, 0], &[4, 0], &[5, 0, 0]] {
                let refused = SignatureScheme::from_algorithm(oid, Some(parameters), None).unwrap_err();
                assert_eq!(refused.code(), Code::AlgParameters);
            }
        }
        // RFC 8410 section 3: absent, not NULL.
        assert_eq!(SignatureScheme::from_algorithm(oid::ID_ED25519, Some(&[5, 0]), None).unwrap_err().code(), Code::AlgParameters);
    }
}
