//! OpenSSL, within this process: X509_verify_cert with the purpose smimesign.

use std::ffi::c_int;

use foreign_types::ForeignType;
use openssl::asn1::Asn1Object;
use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::verify::{X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509, X509PurposeId, X509StoreContext};

use smime::asn1::oid;

use super::Answer;
use crate::case::Case;

/// 112 bits: RSA of 2048 bits, no SHA-1.
const SECURITY_LEVEL: c_int = 2;

unsafe extern "C" {
    fn X509_VERIFY_PARAM_add0_policy(param: *mut openssl_sys::X509_VERIFY_PARAM, policy: *mut openssl_sys::ASN1_OBJECT) -> c_int;
}

/// The version that runs.
pub fn version() -> &'static str {
    openssl::version::version()
}

/// The number of its error and what that says; `parse` where a certificate of the path cannot be read.
pub fn judge(case: &Case) -> Answer {
    let unreadable = case.path().into_iter().any(|octets| X509::from_der(octets).is_err());
    if unreadable {
        return Some("parse".to_owned());
    }
    match verify(case) {
        Ok(None) => None,
        Ok(Some((error, text))) => Some(format!("{error} {text}")),
        Err(error) => Some(format!("failure {error}")),
    }
}

fn verify(case: &Case) -> Result<Option<(i32, &'static str)>, openssl::error::ErrorStack> {
    let mut parameters = X509VerifyParam::new()?;
    parameters.set_purpose(X509PurposeId::SMIME_SIGN)?;
    parameters.set_time(case.draft.at);
    parameters.set_auth_level(SECURITY_LEVEL);
    let inputs = &case.draft.inputs;
    let mut flags = X509VerifyFlags::POLICY_CHECK;
    flags.set(X509VerifyFlags::EXPLICIT_POLICY, inputs.explicit);
    flags.set(X509VerifyFlags::INHIBIT_MAP, inputs.inhibit_mapping);
    flags.set(X509VerifyFlags::INHIBIT_ANY, inputs.inhibit_any);
    parameters.set_flags(flags)?;
    // None would leave it without a policy to accept.
    let any = [oid::ANY_POLICY];
    let accepted = if inputs.accepted.is_empty() { any.as_slice() } else { &inputs.accepted };
    for policy in accepted {
        accept_policy(&mut parameters, Asn1Object::from_str(&policy.to_string())?);
    }
    let mut store = X509StoreBuilder::new()?;
    store.add_cert(X509::from_der(&case.anchor)?)?;
    store.set_param(&parameters)?;
    let mut pool = Stack::new()?;
    for octets in case.pool() {
        pool.push(X509::from_der(octets)?)?;
    }
    let leaf = X509::from_der(&case.leaf)?;
    let mut context = X509StoreContext::new()?;
    context.init(&store.build(), &leaf, &pool, |context| {
        let valid = context.verify_cert()?;
        let error = context.error();
        Ok((!valid).then(|| (error.as_raw(), error.error_string())))
    })
}

/// Adds a policy to the user-initial-policy-set, for which the crate has no function.
fn accept_policy(parameters: &mut X509VerifyParam, policy: Asn1Object) {
    // SAFETY: both pointers are valid, and the object belongs to the parameters from here on, so it is forgotten.
    unsafe {
        X509_VERIFY_PARAM_add0_policy(parameters.as_ptr(), policy.as_ptr());
    }
    std::mem::forget(policy);
}
