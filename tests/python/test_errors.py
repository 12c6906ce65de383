"""Exceptions, codes and limits."""

from __future__ import annotations

import dataclasses
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import code_stub
import libsmime
import pytest
from conftest import PLAIN
from libsmime import Code, _libsmime


def test_codes_are_those_of_the_core() -> None:
    rows = _libsmime.codes()
    assert len(rows) > 100
    assert [code.value for code in Code] == [row[0] for row in rows]
    for code, (name, number, blame, severity, sentence, reference, exit_code) in zip(Code, rows):
        assert code.name == name.replace("-", "_")
        assert (code.number, code.blame, code.severity) == (number, blame, severity)
        assert (code.sentence, code.reference, code.exit_code) == (sentence, reference, exit_code)


def test_the_stub_names_every_code() -> None:
    assert code_stub.PLACE.read_text() == code_stub.text(), "write it anew: python tests/python/code_stub.py"


def test_a_code_is_a_word() -> None:
    code = Code("SIG-INVALID")
    assert code == "SIG-INVALID" and code is Code.SIG_INVALID
    assert f"{code} {code!s}" == "SIG-INVALID SIG-INVALID"
    assert (code.number, code.blame, code.exit_code) == (6003, "signature", 1)
    assert pickle.loads(pickle.dumps(code)) is code
    assert {"SIG-INVALID": 1}[code] == 1


def test_each_class_of_blame_has_its_exception() -> None:
    from libsmime._errors import from_core

    classes = {
        "usage": libsmime.UsageError,
        "malformed": libsmime.MalformedError,
        "decryption": libsmime.DecryptionError,
        "limit": libsmime.LimitError,
        "unsupported": libsmime.UnsupportedError,
        "signature": libsmime.VerificationError,
        "path": libsmime.VerificationError,
        "address": libsmime.VerificationError,
        "internal": libsmime.Error,
    }
    for code in Code:
        error = from_core(code.value, "why", 3)
        assert type(error) is classes[code.blame]
        assert isinstance(error, libsmime.Error) and error.code is code and error.number == code.number
    assert issubclass(libsmime.UsageError, ValueError)


def test_an_error_says_what_and_where() -> None:
    with pytest.raises(libsmime.MalformedError) as caught:
        libsmime.open(b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x02\x05", form="der")
    error = caught.value
    assert error.code is Code.BER_TRUNCATED and error.number == 2001
    assert str(error).startswith("BER-TRUNCATED: ")
    again = pickle.loads(pickle.dumps(error))
    assert (again.code, again.offset, str(again)) == (error.code, error.offset, str(error))


def test_a_broken_certificate_tells_its_offset(pki: Any) -> None:
    with pytest.raises(libsmime.MalformedError) as caught:
        libsmime.Certificate.from_bytes(libsmime.Certificate.from_bytes(pki.bob.pem).to_der()[:-1])
    assert isinstance(caught.value.offset, int)


anything: Any = libsmime
"""The package without its types, for what these would forbid."""


@pytest.mark.parametrize(
    "call",
    [
        lambda bob: libsmime.encrypt(PLAIN, []),
        lambda bob: libsmime.sign(PLAIN, []),
        lambda bob: anything.encrypt(PLAIN, bob.certificate, cipher="rot13"),
        lambda bob: anything.encrypt(PLAIN, bob.certificate, cipher="des-ede3-cbc"),
        lambda bob: anything.encrypt(PLAIN, bob.certificate, key_transport="carrier pigeon"),
        lambda bob: anything.sign(PLAIN, bob, digest="md5"),
        lambda bob: anything.sign(PLAIN, bob, digest="sha1"),
        lambda bob: anything.examine(PLAIN, policy="lax"),
        lambda bob: anything.examine(PLAIN, form="tnef"),
        lambda bob: anything.verify_certificate(bob.certificate, purpose="fun"),
        lambda bob: libsmime.verify_certificate(bob.certificate, address="bob"),
        lambda bob: anything.examine(PLAIN, at=__import__("datetime").datetime(2026, 1, 1)),
    ],
)
def test_arguments_that_make_no_sense(bob: libsmime.Identity, call: Any) -> None:
    with pytest.raises(libsmime.UsageError):
        call(bob)


def test_who_cannot_open(sealed: bytes, carol: libsmime.Identity) -> None:
    for identity in (None, carol):
        with pytest.raises(libsmime.DecryptionError) as caught:
            libsmime.open(sealed, identity=identity)
        assert caught.value.code is Code.ENC_NO_RECIPIENT


def test_passwords(pki: Any) -> None:
    with pytest.raises(libsmime.DecryptionError) as wrong:
        libsmime.Identity.load(pki.alice.p12_file, "wrong")
    assert wrong.value.code is Code.KEY_PASSWORD_WRONG
    with pytest.raises(libsmime.Error) as none:
        libsmime.Identity.load(pki.alice.p12_file)
    assert none.value.code in (Code.USE_PASSWORD, Code.KEY_PASSWORD_WRONG)
    assert libsmime.Identity.load(pki.alice.open_p12_file).certificate.subject == "CN=alice,O=Example"


def test_limits(signed: bytes, sealed: bytes, bob: libsmime.Identity, store: libsmime.TrustStore) -> None:
    assert dataclasses.asdict(libsmime.Limits()) == _libsmime.default_limits()
    with pytest.raises(libsmime.LimitError) as caught:
        libsmime.open(signed, trust=store, limits=libsmime.Limits(message_bytes=100))
    assert caught.value.code is Code.LIMIT_BYTES
    with pytest.raises(libsmime.LimitError) as layers:
        libsmime.open(sealed, identity=bob, trust=store, limits=libsmime.Limits(layers=1))
    assert layers.value.code is Code.LIMIT_LAYERS
    with pytest.raises(OverflowError):
        libsmime.open(signed, trust=store, limits=libsmime.Limits(layers=-1))


def test_import_is_light() -> None:
    code = "import sys, libsmime; print([name for name in ('email', 'argparse', 'getpass', 'http') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
