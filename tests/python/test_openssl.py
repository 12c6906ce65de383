"""What OpenSSL makes is read, and what we make OpenSSL reads."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import libsmime
import pytest
from conftest import PLAIN
from libsmime import Verdict
from pki import Pki

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl")

BODY = b"Content-Type: text/plain\r\n\r\nGood morning\r\n"
INSIDE = b"MIME-Version: 1.0\r\n" + BODY
MESSAGE = b"From: alice@example.org\r\n" + INSIDE


def openssl(*arguments: object, stdin: bytes = b"") -> bytes:
    done = subprocess.run(["openssl", *map(str, arguments)], input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.mark.parametrize("name", ["alice", "carol", "dave"])
@pytest.mark.parametrize("form", [[], ["-nodetach"], ["-nodetach", "-stream"], ["-stream"], ["-noattr"], ["-md", "sha512"]])
def test_openssl_signs(pki: Pki, store: libsmime.TrustStore, name: str, form: list[str]) -> None:
    party = getattr(pki, name)
    entity = BODY
    signed = openssl(
        "cms", "-sign", "-signer", party.certificate_file, "-inkey", party.key_file, "-certfile", pki.intermediate.certificate_file, *form,
        stdin=entity,
    )  # fmt: skip
    message = b"From: %s@example.org\n" % name.encode() + signed
    opened = libsmime.open(message, trust=store)
    assert opened.verdict is Verdict.VALID
    assert opened.content.replace(b"\r\n", b"\n") == entity.replace(b"\r\n", b"\n")


@pytest.mark.parametrize("name", ["alice", "carol", "dave"])
@pytest.mark.parametrize("settings", [{}, {"opaque": True}, {"digest": "sha512"}])
def test_openssl_verifies(pki: Pki, tmp_path: Path, name: str, settings: Any) -> None:
    signed = libsmime.sign(MESSAGE, libsmime.Identity.load(getattr(pki, name).pem_file), **settings)
    verified = openssl("cms", "-verify", "-CAfile", pki.root.certificate_file, "-purpose", "smimesign", stdin=signed)
    assert verified == INSIDE


@pytest.mark.parametrize("name", ["bob", "carol", "dave"])
@pytest.mark.parametrize("cipher", ["-aes128", "-aes256", "-aes-256-gcm"])
@pytest.mark.parametrize("form", [[], ["-stream"]])
def test_openssl_encrypts(pki: Pki, name: str, cipher: str, form: list[str]) -> None:
    party = getattr(pki, name)
    sealed = openssl("cms", "-encrypt", cipher, *form, party.certificate_file, stdin=BODY)
    opened = libsmime.open(sealed, identity=libsmime.Identity.load(party.pem_file))
    assert opened.content == BODY


@pytest.mark.parametrize("name", ["bob", "carol", "dave"])
@pytest.mark.parametrize("settings", [{}, {"cipher": "aes-128-cbc"}, {"cipher": "aes-256-gcm"}, {"key_transport": "oaep"}])
def test_openssl_decrypts(pki: Pki, name: str, settings: Any) -> None:
    party = getattr(pki, name)
    sealed = libsmime.encrypt(MESSAGE, libsmime.Certificate.from_bytes(party.pem), **settings)
    assert openssl("cms", "-decrypt", "-recip", party.certificate_file, "-inkey", party.key_file, stdin=sealed) == INSIDE


@pytest.mark.parametrize("options", [[], ["-legacy"], ["-keypbe", "NONE", "-certpbe", "NONE"]])
def test_pkcs12_of_openssl(pki: Pki, tmp_path: Path, store: libsmime.TrustStore, options: list[str]) -> None:
    path = tmp_path / "alice.p12"
    openssl(
        "pkcs12", "-export", *options, "-in", pki.alice.certificate_file, "-inkey", pki.alice.key_file,
        "-certfile", pki.intermediate.certificate_file, "-passout", "pass:secret", "-out", path,
    )  # fmt: skip
    signed = libsmime.sign(PLAIN, libsmime.Identity.from_pkcs12(path, "secret"))
    assert libsmime.open(signed, trust=store).verdict is Verdict.VALID
