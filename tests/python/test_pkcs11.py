"""Keys that stay in a PKCS #11 device, which SoftHSM plays."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import libsmime
import pytest
from conftest import ENTITY, PLAIN
from libsmime import CertificateTemplate, Code, Identity, Issuer, PrivateKey, TrustStore

pkcs11 = pytest.importorskip("pkcs11")
from libsmime.pkcs11 import Pkcs11Key, public_key  # noqa: E402
from pkcs11.util.ec import encode_named_curve_parameters  # noqa: E402

MODULES = [Path("/usr/lib/softhsm/libsofthsm2.so"), Path("/usr/lib64/softhsm/libsofthsm2.so"), Path("/usr/lib64/pkcs11/libsofthsm2.so")]
KINDS = ["rsa", "secp256r1", "secp384r1", "secp521r1"]
PIN = "1234"
NOW = datetime.now(timezone.utc).replace(microsecond=0)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    module = next((module for module in MODULES if module.exists()), None)
    if module is None or shutil.which("softhsm2-util") is None:
        pytest.skip("SoftHSM is not installed: Debian's package softhsm2")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "conf").write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "conf"))
        init = ["softhsm2-util", "--init-token", "--free", "--label", "mail", "--pin", PIN, "--so-pin", PIN]
        subprocess.run(init, check=True, capture_output=True)
        with pkcs11.lib(str(module)).get_token(token_label="mail").open(user_pin=PIN, rw=True) as session:
            yield session


def generate(session: Any, kind: str) -> PrivateKey:
    """A new key in the device, as libsmime sees it."""
    if kind == "rsa":
        public, private = session.generate_keypair(pkcs11.KeyType.RSA, 2048, label=kind)
    else:
        curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(kind)}
        public, private = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True).generate_keypair(label=kind)
    assert "libsmime.pkcs11.Pkcs11Key" in repr(Pkcs11Key(private))
    return PrivateKey.external(Pkcs11Key(private), public_key(public))


def template(name: str, **changes: Any) -> CertificateTemplate:
    return CertificateTemplate(f"CN={name}", not_before=NOW - timedelta(days=1), not_after=NOW + timedelta(days=300), **changes)


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def issuer(kind: str, session: Any) -> Issuer:
    """An authority whose key is in the device: one that a root in the device has certified."""
    root = Issuer.self_signed(generate(session, kind), template("Root", authority=True))
    key = generate(session, kind)
    return Issuer(key, root.issue(key, template("Sub", authority=True)))


@pytest.fixture(scope="module")
def alice(kind: str, issuer: Issuer, session: Any) -> Identity:
    """Somebody with a key of the same kind, in the device too."""
    key = generate(session, kind)
    certificate = issuer.issue(key, template("alice", addresses=["alice@example.org"]))
    return Identity.from_parts(key, certificate)


def test_messages_are_signed_and_certificates_issued(issuer: Issuer, alice: Identity, tmp_path: Path) -> None:
    signed = libsmime.sign(PLAIN, alice)
    opened = libsmime.open(signed, trust=TrustStore(issuer.certificate), require_signature=True)
    assert opened.content == ENTITY
    (tmp_path / "ca.pem").write_text(issuer.certificate.to_pem())
    (tmp_path / "signed.eml").write_bytes(signed)
    verify = ["openssl", "cms", "-verify", "-in", "signed.eml", "-CAfile", "ca.pem", "-partial_chain", "-out", "content", "-purpose", "any"]
    subprocess.run(verify, check=True, capture_output=True, cwd=tmp_path)


def test_messages_are_opened(alice: Identity) -> None:
    for cipher in ("aes-256-cbc", "aes-256-gcm"):
        sealed = libsmime.encrypt(PLAIN, alice.certificate, cipher=cipher, key_transport="pkcs1" if is_rsa(alice) else None)
        assert libsmime.open(sealed, identity=alice).content == ENTITY


def is_rsa(identity: Identity) -> bool:
    return str(identity.certificate.describe()["key"]).startswith("rsa")


def test_nothing_leaves_the_device(alice: Identity) -> None:
    for write in (lambda: alice.to_pkcs12("secret"), lambda: alice.to_pem()):
        with pytest.raises(libsmime.DecryptionError) as refused:
            write()
        assert refused.value.code == Code.KEY_EXTERNAL_FAILED


@pytest.fixture(scope="module")
def rsa(session: Any) -> Identity:
    key = generate(session, "rsa")
    return Identity.from_parts(key, Issuer.self_signed(key, template("alice", addresses=["alice@example.org"])).certificate)


def test_pss(rsa: Identity) -> None:
    for digest in ("sha256", "sha384", "sha512"):
        report = libsmime.examine(libsmime.sign(PLAIN, rsa, pss=True, digest=digest), trust=TrustStore(rsa.certificate))
        assert [(signer.algorithm, signer.digest, str(signer.signature)) for signer in report.signers] == [("rsassa-pss", digest, "passed")]


def test_a_wrong_padding_shows_as_wrong_content_does(rsa: Identity) -> None:
    """The device refuses; who sent the message learns only that it cannot be decrypted."""
    sealed = libsmime.encrypt(PLAIN, rsa.certificate, cipher="aes-256-gcm", key_transport="pkcs1")
    head, body = sealed.split(b"\r\n\r\n", 1)
    der = bytearray(base64.b64decode(body))
    # The encrypted key is the only string of 256 octets.
    der[der.index(b"\x04\x82\x01\x00") + 100] ^= 1
    with pytest.raises(libsmime.DecryptionError) as refused:
        libsmime.open(head + b"\r\n\r\n" + base64.encodebytes(bytes(der)), identity=rsa)
    assert refused.value.code == Code.ENC_DECRYPT_FAILED


def test_what_the_device_does_not_do_is_said(rsa: Identity) -> None:
    """SoftHSM has OAEP with SHA-1 only."""
    sealed = libsmime.encrypt(PLAIN, rsa.certificate, key_transport="oaep")
    with pytest.raises(libsmime.DecryptionError) as refused:
        libsmime.open(sealed, identity=rsa)
    assert refused.value.code == Code.KEY_EXTERNAL_FAILED and isinstance(refused.value.__cause__, Exception)
