//! Object identifiers that only lints ask for.

use const_oid::ObjectIdentifier;

use crate::asn1::oid;

macro_rules! kinds {
    ($($name:ident = $dotted:literal;)*) => {
        $(pub(super) const $name: ObjectIdentifier = ObjectIdentifier::new_unwrap($dotted);)*
    };
}

kinds! {
    // Attributes of names (RFC 5280 appendix A.1, X.520, BR section 7.1.4.2.2)
    SURNAME = "2.5.4.4";
    LOCALITY = "2.5.4.7";
    STATE = "2.5.4.8";
    STREET = "2.5.4.9";
    ORGANIZATION = "2.5.4.10";
    ORGANIZATIONAL_UNIT = "2.5.4.11";
    TITLE = "2.5.4.12";
    POSTAL_CODE = "2.5.4.17";
    NAME = "2.5.4.41";
    GIVEN_NAME = "2.5.4.42";
    INITIALS = "2.5.4.43";
    GENERATION_QUALIFIER = "2.5.4.44";
    DN_QUALIFIER = "2.5.4.46";
    PSEUDONYM = "2.5.4.65";
    ORGANIZATION_IDENTIFIER = "2.5.4.97";
    // Extensions
    SUBJECT_DIRECTORY_ATTRIBUTES = "2.5.29.9";
    SUBJECT_INFO_ACCESS = "1.3.6.1.5.5.7.1.11";
    QC_STATEMENTS = "1.3.6.1.5.5.7.1.3";
    SMIME_CAPABILITIES = "1.2.840.113549.1.9.15";
    LEGAL_ENTITY_IDENTIFIER = "1.3.6.1.4.1.52266.1";
    LEGAL_ENTITY_ROLE = "1.3.6.1.4.1.52266.2";
    ADOBE_TIME_STAMP = "1.2.840.113583.1.1.9.1";
    ADOBE_ARCHIVE_REVOCATION = "1.2.840.113583.1.1.9.2";
    // Access methods and policy qualifiers (RFC 5280 sections 4.2.2.1 and 4.2.1.4)
    ACCESS_OCSP = "1.3.6.1.5.5.7.48.1";
    ACCESS_CA_ISSUERS = "1.3.6.1.5.5.7.48.2";
    QUALIFIER_CPS = "1.3.6.1.5.5.7.2.1";
    QUALIFIER_USER_NOTICE = "1.3.6.1.5.5.7.2.2";
    // Purposes
    SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
    // Keys (RFC 8410, 9881, 9935)
    X448 = "1.3.101.111";
    ED448 = "1.3.101.113";
    ML_DSA_44 = "2.16.840.1.101.3.4.3.17";
    ML_DSA_65 = "2.16.840.1.101.3.4.3.18";
    ML_DSA_87 = "2.16.840.1.101.3.4.3.19";
    ML_KEM_512 = "2.16.840.1.101.3.4.4.1";
    ML_KEM_768 = "2.16.840.1.101.3.4.4.2";
    ML_KEM_1024 = "2.16.840.1.101.3.4.4.3";
    // Signatures that are no longer made (RFC 3279)
    MD2_WITH_RSA = "1.2.840.113549.1.1.2";
    MD5_WITH_RSA = "1.2.840.113549.1.1.4";
}

/// The keys of ML-DSA.
pub(super) const ML_DSA: &[ObjectIdentifier] = &[ML_DSA_44, ML_DSA_65, ML_DSA_87];
/// The keys of ML-KEM.
pub(super) const ML_KEM: &[ObjectIdentifier] = &[ML_KEM_512, ML_KEM_768, ML_KEM_1024];
/// The keys of RFC 8410 that sign.
pub(super) const EDWARDS: &[ObjectIdentifier] = &[oid::ID_ED25519, ED448];
/// The keys of RFC 8410 that agree.
pub(super) const MONTGOMERY: &[ObjectIdentifier] = &[oid::ID_X25519, X448];

/// Whether the content octets of an OBJECT IDENTIFIER are one of these.
pub(super) fn is_one_of(kind: &[u8], kinds: &[ObjectIdentifier]) -> bool {
    kinds.iter().any(|known| known.as_bytes() == kind)
}
