//! The crate certval, which is given the path and builds none.

use certval::{
    CertificationPath, CertificationPathResults, CertificationPathSettings, Error, PDVCertificate, PDVTrustAnchorChoice, PkiEnvironment,
    TimeOfInterest,
};
use const_oid::ObjectIdentifier;
use der::Encode;
use der::asn1::BitString;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Verifier;
use smime::asn1::oid;
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use super::Answer;
use crate::case::Case;

/// The name of the status; `parse` where a certificate cannot be read.
pub fn judge(environment: &PkiEnvironment, case: &Case) -> Answer {
    let Ok(anchor) = PDVTrustAnchorChoice::try_from(case.anchor.as_slice()) else { return Some("parse".to_owned()) };
    let Ok(leaf) = PDVCertificate::try_from(case.leaf.as_slice()) else { return Some("parse".to_owned()) };
    let authorities: Result<Vec<_>, _> = case.authorities.iter().map(|octets| PDVCertificate::try_from(octets.as_slice())).collect();
    let Ok(authorities) = authorities else { return Some("parse".to_owned()) };
    let settings = settings(case);
    let settings = match certval::enforce_trust_anchor_constraints(&settings, &anchor) {
        Ok(settings) => settings,
        Err(error) => return Some(format!("anchor {}", name(error))),
    };
    let path = CertificationPath::new(anchor, authorities, leaf);
    let mut results = CertificationPathResults::new();
    environment.validate_path(environment, &settings, &path, &mut results).err().map(name)
}

fn name(error: Error) -> String {
    match error {
        Error::PathValidation(status) => format!("{status:?}"),
        other => format!("{other:?}"),
    }
}

/// As ours are, as far as there are words for it. Whether the leaf may sign cannot be asked: it would have to have all of the bits that
/// are asked for.
fn settings(case: &Case) -> CertificationPathSettings {
    let inputs = &case.draft.inputs;
    let mut settings = CertificationPathSettings::new();
    if let Ok(time) = TimeOfInterest::from_unix_secs(case.draft.at.unsigned_abs()) {
        settings.set_time_of_interest(time);
    }
    settings.set_enforce_trust_anchor_constraints(true);
    settings.set_enforce_trust_anchor_validity(true);
    settings.set_require_ta_store(false);
    settings.set_extended_key_usage_path(true);
    settings.set_extended_key_usage(vec![oid::KP_EMAIL_PROTECTION.to_string()]);
    settings.set_initial_explicit_policy_indicator(inputs.explicit);
    settings.set_initial_policy_mapping_inhibit_indicator(inputs.inhibit_mapping);
    settings.set_initial_inhibit_any_policy_indicator(inputs.inhibit_any);
    if !inputs.accepted.is_empty() {
        settings.set_initial_policy_set(inputs.accepted.iter().map(ObjectIdentifier::to_string).collect());
    }
    settings
}

/// Its own checks and algorithms, and RSA from OpenSSL: the crate `rsa` that it would use cannot be built beside ours.
pub fn environment() -> PkiEnvironment {
    let mut environment = PkiEnvironment::new();
    environment.populate_5280_pki_environment();
    environment.add_verify_signature_message_callback(verify_rsa);
    environment
}

fn verify_rsa(
    _: &PkiEnvironment,
    message: &[u8],
    signature: &BitString,
    algorithm: &AlgorithmIdentifierOwned,
    key: &SubjectPublicKeyInfoOwned,
) -> Result<(), Error> {
    let digest = match algorithm.oid {
        oid::SHA256_WITH_RSA => MessageDigest::sha256(),
        oid::SHA384_WITH_RSA => MessageDigest::sha384(),
        oid::SHA512_WITH_RSA => MessageDigest::sha512(),
        _ => return Err(Error::Unrecognized),
    };
    let refused = |_| Error::PathValidation(certval::PathValidationStatus::SignatureVerificationFailure);
    let key = key.to_der().map_err(Error::Asn1Error)?;
    let key = PKey::public_key_from_der(&key).map_err(refused)?;
    if key.id() != openssl::pkey::Id::RSA {
        return Err(Error::Unrecognized);
    }
    let mut verifier = Verifier::new(digest, &key).map_err(refused)?;
    match verifier.verify_oneshot(signature.raw_bytes(), message) {
        Ok(true) => Ok(()),
        _ => Err(Error::PathValidation(certval::PathValidationStatus::SignatureVerificationFailure)),
    }
}
