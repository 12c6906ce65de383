"""Keys, templates, issuers."""

from __future__ import annotations

import ssl
from datetime import datetime, timedelta, timezone
from pathlib import Path

import libsmime
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from libsmime import CertificateTemplate, Code, Identity, Issuer, PrivateKey, PublicKey

NOW = datetime.now(timezone.utc).replace(microsecond=0)
YEAR = timedelta(days=365)


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    key = PrivateKey.generate("p256")
    return Issuer.self_signed(key, CertificateTemplate("CN=Root,O=Example", authority=True, not_before=NOW, not_after=NOW + YEAR))


def person(name: str = "alice", **changes: object) -> CertificateTemplate:
    settings = {"addresses": [f"{name}@example.org"], "not_before": NOW, "not_after": NOW + YEAR, **changes}
    return CertificateTemplate(f"CN={name}", **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["rsa-2048", "p256", "p384", "p521", "ed25519", "x25519"])
def test_every_kind_of_key(kind: str, issuer: Issuer) -> None:
    key = PrivateKey.generate(kind)
    assert key.kind == key.public_key.kind == kind and kind in repr(key) and kind in repr(key.public_key)
    certificate = issuer.issue(key, person())
    assert certificate.addresses == ("alice@example.org",)
    assert libsmime.verify_certificate(certificate, trust=libsmime.TrustStore(issuer.certificate), purpose="any").verdict == "valid"
    theirs = x509.load_der_x509_certificate(certificate.to_der()).public_key()
    spki = theirs.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert key.public_key.to_der() == spki and PublicKey.from_der(spki) == key.public_key
    assert ssl.PEM_cert_to_DER_cert(key.public_key.to_pem().replace("PUBLIC KEY", "CERTIFICATE")) == spki


def test_keys_are_written_and_read(tmp_path: Path) -> None:
    key = PrivateKey.generate("p256")
    assert PrivateKey.from_bytes(key.to_pem().encode()).public_key == key.public_key
    path = tmp_path / "key.pem"
    path.write_text(key.to_pem("sécret"))
    assert PrivateKey.load(path, "sécret").public_key == key.public_key
    with pytest.raises(libsmime.UsageError) as missing:
        PrivateKey.load(path)
    assert missing.value.code == Code.USE_PASSWORD
    both = key.to_pem() + PrivateKey.generate("ed25519").to_pem()
    for octets, code in [(both.encode(), Code.USE_ARGUMENT), (b"-----BEGIN X-----\n-----END X-----\n", Code.KEY_MISSING)]:
        with pytest.raises(libsmime.UsageError) as refused:
            PrivateKey.from_bytes(octets)
        assert refused.value.code == code
    with pytest.raises(libsmime.UsageError):
        PrivateKey.generate("rsa-17")


def test_a_template_is_written(issuer: Issuer) -> None:
    template = person(
        key_usage=["digitalSignature", "nonRepudiation"],
        extended_key_usage=["emailProtection", "1.2.3.4"],
        serial_number=0x80FF,
        extensions=[("1.2.3", False, b"\x05\x00")],
    )
    assert (template.not_before, template.not_after, template.authority) == (NOW, NOW + YEAR, False)
    certificate = issuer.issue(PrivateKey.generate("ed25519"), template)
    told = certificate.describe()
    assert told["key_usage"] == ["digitalSignature", "nonRepudiation"] and told["extended_key_usage"] == ["emailProtection", "1.2.3.4"]
    assert certificate.serial_number == 0x80FF and "1.2.3" in told["extensions"]
    assert (certificate.not_before, certificate.not_after) == (NOW, NOW + YEAR)
    pairs = CertificateTemplate([("C", "DE"), ("commonName", "Müller, Jörg")], not_before=NOW, not_after=NOW + YEAR)
    assert issuer.issue(certificate, pairs).subject == "CN=Müller\\, Jörg,C=DE"
    for wrong in ({"key_usage": ["x"]}, {"extended_key_usage": ["x"]}, {"serial_number": -1}, {"extensions": [("x", False, b"")]}):
        with pytest.raises(libsmime.UsageError):
            person(**wrong)
    with pytest.raises(libsmime.UsageError):
        person(not_before=datetime(2026, 1, 1))
    with pytest.raises(libsmime.UsageError):
        CertificateTemplate("shoeSize=9", not_before=NOW, not_after=NOW)


def test_identities_from_parts_and_back(issuer: Issuer) -> None:
    key = PrivateKey.generate("p256")
    alice = Identity.from_parts(key, issuer.issue(key, person()), [issuer.certificate])
    again = Identity.from_pkcs12(alice.to_pkcs12("x"), "x")
    assert (again.certificate, again.chain) == (alice.certificate, [issuer.certificate])
    opened = libsmime.open(libsmime.sign(b"\r\nHello\r\n", again), trust=libsmime.TrustStore(issuer.certificate))
    assert opened.report.verdict == "valid"
    with pytest.raises(libsmime.DecryptionError) as mismatch:
        Identity.from_parts(PrivateKey.generate("p256"), alice.certificate)
    assert mismatch.value.code == Code.KEY_MISMATCH


def test_an_issuer_from_an_identity() -> None:
    key = PrivateKey.generate("p384")
    root = Issuer.self_signed(key, CertificateTemplate("CN=Root", authority=True, not_before=NOW, not_after=NOW + YEAR))
    issuer = Issuer.from_identity(Identity.from_parts(key, root.certificate))
    assert issuer.certificate == root.certificate and Issuer(key, root.certificate).certificate == root.certificate
    assert "CN=Root" in repr(issuer)
    with pytest.raises(libsmime.DecryptionError):
        Issuer(PrivateKey.generate("p384"), root.certificate)
