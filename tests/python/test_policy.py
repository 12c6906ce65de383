"""Points of the policy that differ from what a preset says."""

from __future__ import annotations

import datetime
from typing import Any, Optional

import libsmime
import pytest
from conftest import ENTITY, PLAIN
from cryptography import x509
from cryptography.x509 import ocsp
from evidence import DAY, list_of, pointing, response_of
from libsmime import Certificate, Code, Need, Severity, TrustStore, Verdict
from pki import Party, Pki, issue

anything: Any = libsmime
"""The package without its types, for what these would forbid."""


@pytest.mark.parametrize(
    ("age", "lifetime", "is_fresh"),
    [(6, None, True), (8, None, False), (8, 9, True), (1, 0.5, False), (0, 0, False), (3000, 9999999, True)],
)
def test_the_lifetime_of_evidence_without_an_end(
    pki: Pki, store: TrustStore, signed: bytes, age: float, lifetime: Optional[float], is_fresh: bool
) -> None:
    settings: "dict[str, Any]" = {
        "trust": store,
        "revocation": "hard",
        "crls": list_of(pki.root),
        "ocsp": response_of(pki.intermediate, pki.alice, age=age * DAY + datetime.timedelta(hours=1), until=None),
        "evidence_lifetime": None if lifetime is None else lifetime * DAY,
    }
    report = libsmime.examine(signed, **settings)
    path = libsmime.verify_certificate(Certificate.from_bytes(pki.alice.pem), intermediates=pki.intermediate.pem, **settings)
    if is_fresh:
        assert libsmime.open(signed, **settings).content == ENTITY
        assert report.verdict is Verdict.VALID and report.signers[0].revocation == "good" and path.is_valid
    else:
        with pytest.raises(libsmime.VerificationError) as caught:
            libsmime.open(signed, **settings)
        assert caught.value.code is Code.REV_STALE
        assert report.verdict is Verdict.INDETERMINATE and report.has(Code.REV_STALE)
        assert report.signers[0].revocation == "unknown"
        assert path.verdict is Verdict.INDETERMINATE and path.has(Code.REV_STALE)


def test_a_lifetime_that_is_none(signed: bytes, store: TrustStore) -> None:
    with pytest.raises(libsmime.UsageError) as caught:
        libsmime.examine(signed, trust=store, evidence_lifetime=-DAY)
    assert caught.value.code is Code.USE_ARGUMENT
    for wrong in (3600, 3600.0, "P1D"):
        with pytest.raises(TypeError):
            anything.open(signed, trust=store, evidence_lifetime=wrong)


@pytest.mark.parametrize(
    ("policy", "ocsp_nonce", "is_sent"),
    [("default", None, False), ("default", True, True), ("default", False, False), ("strict", None, True), ("strict", False, False)],
)
def test_nonces(pki: Pki, store: TrustStore, policy: Any, ocsp_nonce: Optional[bool], is_sent: bool) -> None:
    authority, fay = pointing(pki, "http://ocsp.example")
    nonces: "list[Optional[bytes]]" = []

    def fetch(need: Need) -> Optional[bytes]:
        if need.what != "ocsp":
            return None
        extensions = ocsp.load_der_ocsp_request(need.request).extensions
        nonces.extend(found.value.nonce for found in extensions if isinstance(found.value, x509.OCSPNonce))
        return response_of(authority, fay, nonce=b"that of another question")

    settings: "dict[str, Any]" = {"trust": store, "policy": policy, "revocation": "soft", "ocsp_nonce": ocsp_nonce, "fetch": fetch}
    message = libsmime.sign(PLAIN, libsmime.Identity.load(fay.pem_file))
    path = libsmime.verify_certificate(Certificate.from_bytes(fay.pem), intermediates=authority.pem, **settings)
    report = libsmime.examine(message, **settings)
    assert libsmime.open(message, **settings).content == ENTITY
    assert len(nonces) == (3 if is_sent else 0) == len(set(nonces))
    assert path.has(Code.REV_NONCE) is is_sent and report.has(Code.REV_NONCE) is is_sent
    assert report.signers[0].revocation == "unknown" and report.signers[0].path_revocation[0].status == ("unknown" if is_sent else "good")


@pytest.fixture(scope="module")
def below_dsa(pki: Pki) -> Party:
    """Somebody whose authority has a DSA key."""
    authority = issue(pki.folder, "Elder", "dsa", pki.root, authority=True)
    return issue(pki.folder, "dora", "p256", authority, address="alice@example.org")


@pytest.mark.parametrize(
    ("policy", "allow_dsa", "is_allowed"),
    [("default", None, False), ("default", True, True), ("strict", None, False), ("legacy", None, True), ("legacy", False, False)],
)
def test_dsa(store: TrustStore, below_dsa: Party, policy: Any, allow_dsa: Optional[bool], is_allowed: bool) -> None:
    settings: "dict[str, Any]" = {"trust": store, "policy": policy, "allow_dsa": allow_dsa, "revocation": "soft"}
    message = libsmime.sign(PLAIN, libsmime.Identity.load(below_dsa.pem_file))
    path = libsmime.verify_certificate(Certificate.from_bytes(below_dsa.pem), intermediates=below_dsa.chain[0].pem, **settings)
    report = libsmime.examine(message, **settings)
    if is_allowed:
        assert libsmime.open(message, **settings).content == ENTITY
    else:
        with pytest.raises(libsmime.VerificationError) as caught:
            libsmime.open(message, **settings)
        assert caught.value.code is Code.PATH_WEAK
    assert (path.is_valid, report.verdict) == ((True, Verdict.VALID) if is_allowed else (False, Verdict.UNTRUSTED))
    # It is told in any case.
    for findings in (path.findings, report.findings):
        weak = {finding.severity for finding in findings if finding.code is Code.PATH_WEAK}
        assert weak == {Severity.WARNING if is_allowed else Severity.ERROR}
    with pytest.raises(TypeError):
        anything.open(message, **{**settings, "allow_dsa": "yes"})
