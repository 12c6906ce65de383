//! DSA keys without parameters, which have those of the key above them (RFC 5280 section 6.1.4 (d) to (f), RFC 3279 section 2.3.2).

use std::collections::HashMap;

use crate::cert::Certificate;
use crate::crypto::PublicKey;
use crate::error::{Code, Error, Result};

/// Whether the key of this certificate is to be completed from above.
pub(super) fn inherits(certificate: &Certificate) -> bool {
    certificate.public_key().is_ok_and(PublicKey::lacks_parameters)
}

/// The completed keys of a path, leaf first, by the place of their certificates; an error where there is nothing to inherit.
/// Keys that are complete by themselves are not among them.
pub(super) fn inherited(path: &[Certificate]) -> HashMap<usize, Result<PublicKey>> {
    let mut completed: HashMap<usize, Result<PublicKey>> = HashMap::new();
    for (place, certificate) in path.iter().enumerate().rev().filter(|(_, certificate)| inherits(certificate)) {
        let above = place.saturating_add(1);
        let issuer = match completed.get(&above) {
            Some(Ok(key)) => Some(key),
            Some(Err(_)) => None,
            None => path.get(above).and_then(|issuer| issuer.public_key().ok()),
        };
        completed.insert(place, complete(certificate, issuer));
    }
    completed
}

/// The key of this certificate, completed from that of its issuer.
pub(super) fn complete(certificate: &Certificate, issuer: Option<&PublicKey>) -> Result<PublicKey> {
    let nothing = || Error::new(Code::KeyUnsupported).because("a DSA key without parameters, and none above it to have them from");
    certificate.public_key()?.with_parameters_of(issuer.ok_or_else(nothing)?)
}
