//! Control of a mailbox: our own challenge, and that of ACME.

use pyo3::prelude::*;
use smime::ca::{self, acme};

use crate::errors::raise;
use crate::key::public_key_of;
use crate::template::time_of;

/// What an answer shall prove: that who has this key also reads the mail of this address, for this purpose.
///
/// >>> challenge = libsmime.Challenge("alice@example.org", request, "issue")
/// >>> token = challenge.token(secret, expires=now + timedelta(hours=24))       # to be sent to the address, and nowhere else
/// >>> challenge.check(secret, token, at=now)                                   # raises unless it is good
#[pyo3::pyclass(frozen, module = "libsmime")]
pub(crate) struct Challenge {
    inner: ca::Challenge,
}

#[pyo3::pymethods]
impl Challenge {
    #[new]
    fn new(address: &str, key: &Bound<'_, PyAny>, purpose: &str) -> PyResult<Self> {
        Ok(Self { inner: ca::Challenge::new(address, &public_key_of(key)?, purpose).map_err(raise)? })
    }

    /// A token to send to the address. The secret has 32 octets or more.
    #[pyo3(signature = (secret, *, expires))]
    fn token(&self, secret: &[u8], expires: &Bound<'_, PyAny>) -> PyResult<String> {
        self.inner.token(secret, time_of(expires)?).map_err(raise)
    }

    /// Checks a token that came back; raises unless it was made for this challenge under this secret, and came in time.
    #[pyo3(signature = (secret, token, *, at))]
    fn check(&self, secret: &[u8], token: &str, at: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.check(secret, token, time_of(at)?).map_err(raise)
    }
}

/// The identifier of an order, as JSON.
#[pyo3::pyfunction]
pub(crate) fn acme_identifier(address: &str) -> PyResult<String> {
    acme::identifier(address).map_err(raise)
}

/// Half a token for a server.
#[pyo3::pyfunction]
pub(crate) fn acme_new_token_part() -> PyResult<String> {
    acme::new_token_part().map_err(raise)
}

/// The first half of the token out of a Subject; None where there is none.
#[pyo3::pyfunction]
pub(crate) fn acme_token_part1(subject: &str) -> Option<&str> {
    acme::token_part1(subject)
}

/// The token: its halves, joined.
#[pyo3::pyfunction]
pub(crate) fn acme_token(part1: &str, part2: &str) -> PyResult<String> {
    acme::token(part1, part2).map_err(raise)
}

/// The account's key as JSON Web Key.
#[pyo3::pyfunction]
pub(crate) fn acme_jwk(key: &Bound<'_, PyAny>) -> PyResult<String> {
    acme::jwk(&public_key_of(key)?).map_err(raise)
}

/// The thumbprint of the account's key.
#[pyo3::pyfunction]
pub(crate) fn acme_jwk_thumbprint(key: &Bound<'_, PyAny>) -> PyResult<String> {
    acme::jwk_thumbprint(&public_key_of(key)?).map_err(raise)
}

/// The body of the answer.
#[pyo3::pyfunction]
pub(crate) fn acme_response(token: &str, thumbprint: &str) -> String {
    acme::response(token, thumbprint)
}

/// Checks the body of an answer.
#[pyo3::pyfunction]
pub(crate) fn acme_check_response(body: &str, token: &str, thumbprint: &str) -> PyResult<()> {
    acme::check_response(body, token, thumbprint).map_err(raise)
}
