//! Object identifiers, named as their RFCs name them.
#![allow(missing_docs, reason = "the names are those of the RFCs")]

use const_oid::ObjectIdentifier;

/// The dotted form of the content octets of an OBJECT IDENTIFIER of any length.
///
/// `None` where the octets are no such thing, or an arc is larger than 128 bits.
///
/// ```
/// assert_eq!(smime::asn1::oid::dotted(&[0x55, 0x1d, 0x11]).as_deref(), Some("2.5.29.17"));
/// ```
pub fn dotted(content: &[u8]) -> Option<String> {
    let mut text = String::new();
    let mut arc = 0u128;
    let mut within = false;
    for octet in content {
        if arc >> 121 != 0 || (!within && *octet == 0x80) {
            return None;
        }
        arc = arc << 7 | u128::from(octet & 0x7f);
        within = octet & 0x80 != 0;
        if within {
            continue;
        }
        if text.is_empty() {
            let first = (arc / 40).min(2);
            text = format!("{first}.{}", arc.saturating_sub(first.saturating_mul(40)));
        } else {
            text.push_str(&format!(".{arc}"));
        }
        arc = 0;
    }
    (!within && !text.is_empty()).then_some(text)
}

macro_rules! oids {
    ($($name:ident = $dotted:literal;)*) => {
        $(pub const $name: ObjectIdentifier = ObjectIdentifier::new_unwrap($dotted);)*
    };
}

oids! {
    // Content types (RFC 5652, 5083, 3274)
    ID_DATA = "1.2.840.113549.1.7.1";
    ID_SIGNED_DATA = "1.2.840.113549.1.7.2";
    ID_ENVELOPED_DATA = "1.2.840.113549.1.7.3";
    ID_DIGESTED_DATA = "1.2.840.113549.1.7.5";
    ID_ENCRYPTED_DATA = "1.2.840.113549.1.7.6";
    ID_CT_AUTH_DATA = "1.2.840.113549.1.9.16.1.2";
    ID_CT_COMPRESSED_DATA = "1.2.840.113549.1.9.16.1.9";
    ID_CT_AUTH_ENVELOPED_DATA = "1.2.840.113549.1.9.16.1.23";
    ID_ALG_ZLIB_COMPRESS = "1.2.840.113549.1.9.16.3.8";
    // Attributes (RFC 5652, 8551, 6211)
    ID_CONTENT_TYPE = "1.2.840.113549.1.9.3";
    ID_MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
    ID_SIGNING_TIME = "1.2.840.113549.1.9.5";
    ID_COUNTERSIGNATURE = "1.2.840.113549.1.9.6";
    ID_SMIME_CAPABILITIES = "1.2.840.113549.1.9.15";
    ID_ENCRYPTION_KEY_PREFERENCE = "1.2.840.113549.1.9.16.2.11";
    ID_CMS_ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52";
    // Time-stamps and signing certificates (RFC 3161, RFC 5035)
    ID_CT_TST_INFO = "1.2.840.113549.1.9.16.1.4";
    ID_AA_SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12";
    ID_AA_TIME_STAMP_TOKEN = "1.2.840.113549.1.9.16.2.14";
    ID_AA_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
    // OCSP responses as revocation information (RFC 5940)
    ID_RI_OCSP_RESPONSE = "1.3.6.1.5.5.7.16.2";
    // Digests
    ID_MD5 = "1.2.840.113549.2.5";
    ID_SHA1 = "1.3.14.3.2.26";
    ID_SHA256 = "2.16.840.1.101.3.4.2.1";
    ID_SHA384 = "2.16.840.1.101.3.4.2.2";
    ID_SHA512 = "2.16.840.1.101.3.4.2.3";
    // RSA (RFC 8017)
    RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
    SHA1_WITH_RSA = "1.2.840.113549.1.1.5";
    ID_RSAES_OAEP = "1.2.840.113549.1.1.7";
    ID_MGF1 = "1.2.840.113549.1.1.8";
    ID_P_SPECIFIED = "1.2.840.113549.1.1.9";
    ID_RSASSA_PSS = "1.2.840.113549.1.1.10";
    SHA256_WITH_RSA = "1.2.840.113549.1.1.11";
    SHA384_WITH_RSA = "1.2.840.113549.1.1.12";
    SHA512_WITH_RSA = "1.2.840.113549.1.1.13";
    // Elliptic curves (RFC 5480, 5753, 8410, 8418)
    ID_EC_PUBLIC_KEY = "1.2.840.10045.2.1";
    SECP256R1 = "1.2.840.10045.3.1.7";
    SECP384R1 = "1.3.132.0.34";
    SECP521R1 = "1.3.132.0.35";
    ECDSA_WITH_SHA1 = "1.2.840.10045.4.1";
    ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
    ECDSA_WITH_SHA384 = "1.2.840.10045.4.3.3";
    ECDSA_WITH_SHA512 = "1.2.840.10045.4.3.4";
    // DSA (RFC 3279, 5758)
    ID_DSA = "1.2.840.10040.4.1";
    ID_DSA_WITH_SHA1 = "1.2.840.10040.4.3";
    ID_DSA_WITH_SHA256 = "2.16.840.1.101.3.4.3.2";
    ID_DSA_WITH_SHA384 = "2.16.840.1.101.3.4.3.3";
    ID_DSA_WITH_SHA512 = "2.16.840.1.101.3.4.3.4";
    ID_X25519 = "1.3.101.110";
    ID_ED25519 = "1.3.101.112";
    DH_SINGLE_PASS_STD_DH_SHA1KDF = "1.3.133.16.840.63.0.2";
    DH_SINGLE_PASS_STD_DH_SHA224KDF = "1.3.132.1.11.0";
    DH_SINGLE_PASS_STD_DH_SHA256KDF = "1.3.132.1.11.1";
    DH_SINGLE_PASS_STD_DH_SHA384KDF = "1.3.132.1.11.2";
    DH_SINGLE_PASS_STD_DH_SHA512KDF = "1.3.132.1.11.3";
    DH_SINGLE_PASS_COFACTOR_DH_SHA1KDF = "1.3.133.16.840.63.0.3";
    DH_SINGLE_PASS_COFACTOR_DH_SHA224KDF = "1.3.132.1.14.0";
    DH_SINGLE_PASS_COFACTOR_DH_SHA256KDF = "1.3.132.1.14.1";
    DH_SINGLE_PASS_COFACTOR_DH_SHA384KDF = "1.3.132.1.14.2";
    DH_SINGLE_PASS_COFACTOR_DH_SHA512KDF = "1.3.132.1.14.3";
    DH_SINGLE_PASS_STD_DH_HKDF_SHA256 = "1.2.840.113549.1.9.16.3.19";
    DH_SINGLE_PASS_STD_DH_HKDF_SHA384 = "1.2.840.113549.1.9.16.3.20";
    DH_SINGLE_PASS_STD_DH_HKDF_SHA512 = "1.2.840.113549.1.9.16.3.21";
    // Ciphers and key wrap (RFC 3565, 5084, 8103, 3370)
    AES128_CBC = "2.16.840.1.101.3.4.1.2";
    ID_ALG_CMS_3DES_WRAP = "1.2.840.113549.1.9.16.3.6";
    AES128_WRAP = "2.16.840.1.101.3.4.1.5";
    AES128_GCM = "2.16.840.1.101.3.4.1.6";
    AES192_CBC = "2.16.840.1.101.3.4.1.22";
    AES192_WRAP = "2.16.840.1.101.3.4.1.25";
    AES192_GCM = "2.16.840.1.101.3.4.1.26";
    AES256_CBC = "2.16.840.1.101.3.4.1.42";
    AES256_WRAP = "2.16.840.1.101.3.4.1.45";
    AES256_GCM = "2.16.840.1.101.3.4.1.46";
    CHACHA20_POLY1305 = "1.2.840.113549.1.9.16.3.18";
    DES_EDE3_CBC = "1.2.840.113549.3.7";
    RC2_CBC = "1.2.840.113549.3.2";
    ID_ALG_PWRI_KEK = "1.2.840.113549.1.9.16.3.9";
    // Password-based (RFC 8018, 7292)
    ID_PBKDF2 = "1.2.840.113549.1.5.12";
    ID_PBES2 = "1.2.840.113549.1.5.13";
    ID_PBMAC1 = "1.2.840.113549.1.5.14";
    ID_SCRYPT = "1.3.6.1.4.1.11591.4.11";
    ID_HMAC_WITH_SHA1 = "1.2.840.113549.2.7";
    ID_HMAC_WITH_SHA256 = "1.2.840.113549.2.9";
    ID_HMAC_WITH_SHA384 = "1.2.840.113549.2.10";
    ID_HMAC_WITH_SHA512 = "1.2.840.113549.2.11";
    PBE_WITH_SHA_AND_3_KEY_DES_CBC = "1.2.840.113549.1.12.1.3";
    PBE_WITH_SHA_AND_2_KEY_DES_CBC = "1.2.840.113549.1.12.1.4";
    PBE_WITH_SHA_AND_128_RC2_CBC = "1.2.840.113549.1.12.1.5";
    PBE_WITH_SHA_AND_40_RC2_CBC = "1.2.840.113549.1.12.1.6";
    PKCS12_KEY_BAG = "1.2.840.113549.1.12.10.1.1";
    PKCS12_SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2";
    PKCS12_CERT_BAG = "1.2.840.113549.1.12.10.1.3";
    PKCS12_SAFE_CONTENTS_BAG = "1.2.840.113549.1.12.10.1.6";
    PKCS9_FRIENDLY_NAME = "1.2.840.113549.1.9.20";
    PKCS9_LOCAL_KEY_ID = "1.2.840.113549.1.9.21";
    PKCS9_X509_CERTIFICATE = "1.2.840.113549.1.9.22.1";
    // Extensions and key purposes (RFC 5280, 9598)
    CE_SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
    CE_KEY_USAGE = "2.5.29.15";
    CE_PRIVATE_KEY_USAGE_PERIOD = "2.5.29.16";
    CE_SUBJECT_ALT_NAME = "2.5.29.17";
    CE_ISSUER_ALT_NAME = "2.5.29.18";
    CE_BASIC_CONSTRAINTS = "2.5.29.19";
    CE_CRL_NUMBER = "2.5.29.20";
    CE_CRL_REASONS = "2.5.29.21";
    CE_INVALIDITY_DATE = "2.5.29.24";
    CE_DELTA_CRL_INDICATOR = "2.5.29.27";
    CE_ISSUING_DISTRIBUTION_POINT = "2.5.29.28";
    CE_CERTIFICATE_ISSUER = "2.5.29.29";
    CE_NAME_CONSTRAINTS = "2.5.29.30";
    CE_CRL_DISTRIBUTION_POINTS = "2.5.29.31";
    CE_CERTIFICATE_POLICIES = "2.5.29.32";
    ANY_POLICY = "2.5.29.32.0";
    CE_POLICY_MAPPINGS = "2.5.29.33";
    CE_AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
    CE_POLICY_CONSTRAINTS = "2.5.29.36";
    CE_EXT_KEY_USAGE = "2.5.29.37";
    CE_FRESHEST_CRL = "2.5.29.46";
    CE_INHIBIT_ANY_POLICY = "2.5.29.54";
    PE_AUTHORITY_INFO_ACCESS = "1.3.6.1.5.5.7.1.1";
    AD_OCSP = "1.3.6.1.5.5.7.48.1";
    AD_CA_ISSUERS = "1.3.6.1.5.5.7.48.2";
    QT_CPS = "1.3.6.1.5.5.7.2.1";
    CT_PRECERT_SCTS = "1.3.6.1.4.1.11129.2.4.2";
    ANY_EXTENDED_KEY_USAGE = "2.5.29.37.0";
    KP_SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    KP_CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    KP_CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
    KP_EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";
    KP_TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
    KP_OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
    ID_ON_SMTP_UTF8_MAILBOX = "1.3.6.1.5.5.7.8.9";
    AT_EMAIL_ADDRESS = "1.2.840.113549.1.9.1";
    AT_COMMON_NAME = "2.5.4.3";
    AT_SURNAME = "2.5.4.4";
    AT_SERIAL_NUMBER = "2.5.4.5";
    AT_COUNTRY_NAME = "2.5.4.6";
    AT_LOCALITY_NAME = "2.5.4.7";
    AT_STATE_OR_PROVINCE_NAME = "2.5.4.8";
    AT_STREET_ADDRESS = "2.5.4.9";
    AT_ORGANIZATION_NAME = "2.5.4.10";
    AT_ORGANIZATIONAL_UNIT_NAME = "2.5.4.11";
    AT_TITLE = "2.5.4.12";
    AT_POSTAL_CODE = "2.5.4.17";
    AT_GIVEN_NAME = "2.5.4.42";
    AT_PSEUDONYM = "2.5.4.65";
    AT_ORGANIZATION_IDENTIFIER = "2.5.4.97";
    AT_DOMAIN_COMPONENT = "0.9.2342.19200300.100.1.25";
    // Certification requests (RFC 2985), and what Windows had before
    PKCS9_EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
    MS_CERT_EXTENSIONS = "1.3.6.1.4.1.311.2.1.14";
    // OCSP (RFC 6960)
    PKIX_OCSP_BASIC = "1.3.6.1.5.5.7.48.1.1";
    PKIX_OCSP_NONCE = "1.3.6.1.5.5.7.48.1.2";
    PKIX_OCSP_NO_CHECK = "1.3.6.1.5.5.7.48.1.5";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_agrees_with_const_oid_and_takes_longer_ones() {
        for oid in [ID_DATA, ANY_EXTENDED_KEY_USAGE, ID_X25519, KP_EMAIL_PROTECTION] {
            assert_eq!(dotted(oid.as_bytes()), Some(oid.to_string()));
        }
        let uuid: Vec<u8> = [0x69].into_iter().chain([0x83]).chain([0xff; 17]).chain([0x7f]).collect();
        assert_eq!(dotted(&uuid), Some(format!("2.25.{}", u128::MAX)));
        for bad in [
            &[][..],
            &[0x80, 0x01],
            &[0x55, 0x80],
            &[0x69, 0x87, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        ] {
            assert_eq!(dotted(bad), None, "{bad:02x?}");
        }
    }
}
