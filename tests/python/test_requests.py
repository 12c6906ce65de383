"""Requests, profiles, renewal, control of mailboxes."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import libsmime
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from libsmime import CertificateRequest, CertificateTemplate, Challenge, Code, Issuer, PrivateKey, Profile, acme

NOW = datetime.now(timezone.utc).replace(microsecond=0)
YEAR = timedelta(days=365)
SECRET = bytes(range(32))


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    key = PrivateKey.generate("p256")
    return Issuer.self_signed(key, CertificateTemplate("CN=Root", authority=True, not_before=NOW, not_after=NOW + 9 * YEAR))


@pytest.fixture(scope="module")
def key() -> PrivateKey:
    return PrivateKey.generate("p256")


@pytest.fixture(scope="module")
def request_(key: PrivateKey) -> CertificateRequest:
    return CertificateRequest(key, subject="CN=Alice,C=DE", addresses=["alice@example.org"], extended_key_usage=["emailProtection"])


def mailbox(**fields: Any) -> Profile:
    return Profile(**{"type": "mailbox", "generation": "strict", "crl_urls": ["http://crl.example.org/ca.crl"], **fields})


def test_others_read_what_is_asked_for(key: PrivateKey) -> None:
    request = CertificateRequest(
        key,
        subject=[("C", "DE"), ("CN", "Zoë")],
        addresses=["zoe@example.org"],
        key_usage=["digitalSignature"],
        extensions=[("1.2.3", True, b"\x05\x00")],
    )
    theirs = x509.load_pem_x509_csr(request.to_pem().encode())
    assert theirs.is_signature_valid and theirs.subject.rfc4514_string() == request.subject == "CN=Zoë,C=DE"
    names = theirs.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.RFC822Name) == ["zoe@example.org"]
    assert theirs.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    assert ("1.2.3", True, b"\x05\x00") in request.extensions and len(request.extensions) == 3
    assert (request.key_usage, request.extended_key_usage) == (["digitalSignature"], None)


def test_requests_of_others_are_read(tmp_path: Path) -> None:
    their_key = ec.generate_private_key(ec.SECP384R1())
    names = x509.SubjectAlternativeName([x509.RFC822Name("bob@example.org")])
    theirs = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).add_extension(names, False).sign(their_key, hashes.SHA384())
    path = tmp_path / "request"
    for encoding in (serialization.Encoding.PEM, serialization.Encoding.DER):
        path.write_bytes(theirs.public_bytes(encoding))
        request = CertificateRequest.load(path)
        request.verify()
        assert (request.addresses, request.subject, request.public_key.kind) == (("bob@example.org",), "", "p384")
    told = request.describe()
    assert json.loads(json.dumps(told)) == told and told["signature"] == "passed" and told["key"] == "p384"
    altered = CertificateRequest.from_bytes(request.to_der().replace(b"bob@", b"eve@"))
    with pytest.raises(libsmime.VerificationError) as wrong:
        altered.verify()
    assert wrong.value.code == Code.SIG_INVALID and altered.describe()["signature"] == "failed"


def test_requests_compare_by_their_octets(request_: CertificateRequest, key: PrivateKey) -> None:
    assert pickle.loads(pickle.dumps(request_)) == request_ == copy.deepcopy(request_) != CertificateRequest(key, subject="CN=x")
    assert "CN=Alice" in repr(request_)


def test_what_is_no_request() -> None:
    for octets, code in [(b"\x30\x00", Code.REQ_MALFORMED), (bytes(300_000), Code.LIMIT_BYTES)]:
        with pytest.raises(libsmime.Error) as refused:
            CertificateRequest.from_bytes(octets)
        assert refused.value.code == code
    nothing: list[dict[str, Any]] = [{}, {"subject": "CN"}, {"addresses": ["a@example.org"], "key_usage": ["x"]}]
    for wrong in nothing:
        with pytest.raises(libsmime.UsageError):
            CertificateRequest(PrivateKey.generate("ed25519"), **wrong)
    with pytest.raises(libsmime.UnsupportedError):
        CertificateRequest(PrivateKey.generate("x25519"), subject="CN=x")


def test_a_profile_makes_certificates_of_what_was_validated(issuer: Issuer, key: PrivateKey, request_: CertificateRequest) -> None:
    profile = mailbox(days=90, ocsp_urls="http://ocsp.example.org", cps="https://example.org/cps")
    template = profile.template(request_, addresses=["alice@example.org"], not_before=NOW)
    certificate = issuer.issue(request_, template)
    told = certificate.describe()
    assert (certificate.subject, certificate.addresses) == ("", ("alice@example.org",))
    assert certificate.not_after == NOW + timedelta(days=90) - timedelta(seconds=1)
    assert told["key_usage"] == ["digitalSignature", "keyAgreement"] and told["crl_urls"] == ["http://crl.example.org/ca.crl"]
    assert told["key_sha256"] == request_.describe()["key_sha256"]

    problems = profile.check(request_)
    assert [problem.code for problem in problems] == [Code.CA_PROFILE] * 2 and "7.1.4.2" in str(problems[0])
    assert profile.check(CertificateRequest(key, addresses=["alice@example.org"])) == []
    with pytest.raises(libsmime.VerificationError) as refused:
        profile.template(request_, subject="O=Example", addresses=["alice@example.org"], not_before=NOW)
    assert refused.value.code == Code.CA_PROFILE and "7.1.4.2.3" in str(refused.value)
    with pytest.raises(libsmime.VerificationError):
        mailbox(crl_urls=[]).template(request_, addresses=["alice@example.org"], not_before=NOW)


def test_profiles_are_plain_data() -> None:
    profile = mailbox(days=30, non_repudiation=True, keys=["rsa-3072", "p384"], allowed_subject=["CN"])
    told = profile.to_dict()
    assert Profile(**told) == profile and json.loads(json.dumps(told)) == told
    assert told["days"] == 30 and told["non_repudiation"] is True and told["keys"] == ["rsa-3072", "p384"]
    assert told["policies"] == ["2.23.140.1.5.1.3"] and told["allowed_subject"] == ["commonName"]
    assert Profile().to_dict()["allowed_subject"] == "any" and Profile(**Profile().to_dict()) == Profile() != profile
    assert "mailbox strict" in repr(profile)
    refused_fields: list[dict[str, Any]] = [{"shoe_size": 9}, {"days": "x"}, {"type": "mailbox"}, {"keys": ["p257"]}, {"cps": "nowhere"}]
    for wrong in refused_fields:
        with pytest.raises(libsmime.UsageError) as refused:
            Profile(**wrong)
        assert refused.value.code == Code.USE_ARGUMENT
    no_fields: list[dict[str, Any]] = [{"days": -1}, {"days": 1.5}, {"keys": [1]}, {"keys": None}]
    for no_words in no_fields:
        with pytest.raises(TypeError):
            Profile(**no_words)


def test_renewal(issuer: Issuer, key: PrivateKey, request_: CertificateRequest) -> None:
    old = issuer.issue(key, CertificateTemplate("CN=Alice", addresses=["alice@example.org"], not_before=NOW, not_after=NOW + YEAR))
    other = PrivateKey.generate("p256")
    for given, due in [(None, key), (request_, key), (other, other), (other.public_key, other)]:
        new = issuer.renew(old, given, not_before=NOW + YEAR, not_after=NOW + 2 * YEAR)
        assert (new.subject, new.addresses, new.not_after) == (old.subject, old.addresses, NOW + 2 * YEAR)
        assert new.serial != old.serial and new.describe()["key_usage"] == old.describe()["key_usage"]
        assert libsmime.Identity.from_parts(due, new).certificate == new
    stranger = Issuer.self_signed(other, CertificateTemplate("CN=Root", authority=True, not_before=NOW, not_after=NOW))
    with pytest.raises(libsmime.VerificationError) as refused:
        stranger.renew(old, not_before=NOW, not_after=NOW)
    assert refused.value.code == Code.CA_NOT_ISSUER
    unproved = CertificateRequest.from_bytes(request_.to_der().replace(b"alice@", b"elice@"))
    with pytest.raises(libsmime.VerificationError):
        issuer.renew(old, unproved, not_before=NOW, not_after=NOW)


def test_a_challenge_is_good_for_one_address_key_and_purpose(request_: CertificateRequest) -> None:
    challenge = Challenge("alice@example.org", request_, "issue")
    token = challenge.token(SECRET, expires=NOW + timedelta(hours=24))
    challenge.check(SECRET, token, at=NOW)
    for wrong in (Challenge("bob@example.org", request_, "issue"), Challenge("alice@example.org", request_, "revoke")):
        with pytest.raises(libsmime.VerificationError) as refused:
            wrong.check(SECRET, token, at=NOW)
        assert refused.value.code == Code.ADDR_CHALLENGE
    with pytest.raises(libsmime.VerificationError) as late:
        challenge.check(SECRET, token, at=NOW + timedelta(days=2))
    assert late.value.code == Code.ADDR_CHALLENGE_EXPIRED
    with pytest.raises(libsmime.UsageError):
        challenge.token(b"short", expires=NOW)
    with pytest.raises(libsmime.UsageError):
        challenge.token(SECRET, expires=datetime(2026, 1, 1))


def test_acme(key: PrivateKey) -> None:
    part1, part2 = acme.new_token_part(), acme.new_token_part()
    assert acme.token_part1(f"Re: ACME: {part1}") == part1 and acme.token_part1("Hello") is None
    token, thumbprint = acme.token(part1, part2), acme.jwk_thumbprint(key)
    assert json.loads(acme.jwk(key))["crv"] == "P-256" and json.loads(acme.identifier("a@example.org"))["type"] == "email"
    body = acme.response(token, thumbprint)
    acme.check_response("> quoted\n" + body.replace("\r\n", "\n"), token, thumbprint)
    with pytest.raises(libsmime.VerificationError) as refused:
        acme.check_response(body, token, acme.jwk_thumbprint(PrivateKey.generate("ed25519")))
    assert refused.value.code == Code.ADDR_CHALLENGE and acme.CHALLENGE_TYPE == "email-reply-00"
    with pytest.raises(libsmime.UsageError):
        acme.token(part1, "short")
