"""Bad input at every verb: one clear line with the right exit code or exception, and nothing half-written."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import libsmime
import pytest
from conftest import PLAIN, Command, only_line
from evidence import list_of, response_of
from pki import PASSWORD, Pki

GARBAGE = bytes(range(256)) * 20
"""Neither text nor DER."""


@dataclass
class Scene:
    """Files, good and bad."""

    folder: Path
    pki: Pki

    def file(self, name: str, octets: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(octets)
        return path

    @property
    def garbage(self) -> Path:
        return self.file("garbage", GARBAGE)

    @property
    def empty(self) -> Path:
        return self.file("empty", b"")

    @property
    def missing(self) -> Path:
        return self.folder / "none"

    @property
    def plain(self) -> Path:
        return self.file("plain.eml", PLAIN)

    @property
    def certificate(self) -> Path:
        return self.pki.bob.certificate_file

    @property
    def broken_certificate(self) -> Path:
        return self.file("broken.der", libsmime.Certificate.from_bytes(self.pki.bob.pem).to_der()[:-7])

    @property
    def broken_list(self) -> Path:
        return self.file("broken.crl", list_of(self.pki.intermediate)[:-7])

    @property
    def broken_response(self) -> Path:
        return self.file("broken.ocsp", response_of(self.pki.intermediate, self.pki.bob)[:-7])

    @property
    def wrong_password(self) -> list[Any]:
        return ["--identity", self.pki.alice.p12_file, "--password-file", self.file("wrong", b"wrong")]

    @property
    def new_password(self) -> list[Any]:
        return ["--new-password-file", self.file("new-password", b"another")]

    @property
    def not_utf8(self) -> Path:
        return self.file("not-utf8", b"\xff")

    @property
    def broken_p12(self) -> list[Any]:
        return ["--identity", self.file("broken.p12", self.pki.alice.p12[:-50]), "--password-file", self.file("right", PASSWORD.encode())]


@pytest.fixture
def scene(tmp_path: Path, pki: Pki) -> Scene:
    return Scene(tmp_path, pki)


def _open(raw: Callable[[Scene, bytes], bytes], *more: str) -> Callable[[Scene, bytes], list[Any]]:
    return lambda scene, sealed: ["open", "--identity", scene.pki.bob.pem_file, *more, scene.file("raw", raw(scene, sealed))]


def _altered(sealed: bytes, place: Callable[[bytearray], int]) -> bytes:
    """The message with one octet of its CMS changed."""
    head, body = sealed.split(b"\r\n\r\n", 1)
    der = bytearray(base64.b64decode(body))
    der[place(der)] ^= 1
    return head + b"\r\n\r\n" + base64.encodebytes(bytes(der)).replace(b"\n", b"\r\n")


CALLS: dict[str, tuple[Callable[[Scene, bytes], list[Any]], str, int]] = {
    # sign
    "sign: no such message": (lambda s, _: ["sign", "--identity", s.pki.alice.pem_file, s.missing], "USE-IO", 2),
    "sign: a folder": (lambda s, _: ["sign", "--identity", s.pki.alice.pem_file, s.folder], "USE-IO", 2),
    "sign: garbage": (lambda s, _: ["sign", "--identity", s.pki.alice.pem_file, s.garbage], "MIME-HEADER", 3),
    "sign: no such identity": (lambda s, _: ["sign", "--identity", s.missing, s.plain], "USE-IO", 2),
    "sign: an identity of garbage": (lambda s, _: ["sign", "--identity", s.garbage, s.plain], "PEM-MALFORMED", 3),
    "sign: an empty identity": (lambda s, _: ["sign", "--identity", s.empty, s.plain], "PEM-MALFORMED", 3),
    "sign: an identity without a key": (lambda s, _: ["sign", "--identity", s.certificate, s.plain], "KEY-MISSING", 2),
    "sign: an identity without a certificate": (
        lambda s, _: ["sign", "--identity", s.pki.alice.key_file, s.plain],
        "KEY-CERTIFICATE-MISSING",
        2,
    ),
    "sign: a wrong password": (lambda s, _: ["sign", *s.wrong_password, s.plain], "KEY-PASSWORD-WRONG", 4),
    "sign: PKCS #12 cut short": (lambda s, _: ["sign", *s.broken_p12, s.plain], "PKCS12-MALFORMED", 3),
    # encrypt
    "encrypt: no such message": (lambda s, _: ["encrypt", "--to", s.certificate, s.missing], "USE-IO", 2),
    "encrypt: garbage": (lambda s, _: ["encrypt", "--to", s.certificate, s.garbage], "MIME-HEADER", 3),
    "encrypt: no such certificate": (lambda s, _: ["encrypt", "--to", s.missing, s.plain], "USE-IO", 2),
    "encrypt: a certificate of garbage": (lambda s, _: ["encrypt", "--to", s.garbage, s.plain], "CERT-MALFORMED", 3),
    "encrypt: an empty certificate": (lambda s, _: ["encrypt", "--to", s.empty, s.plain], "CERT-MALFORMED", 3),
    "encrypt: a certificate cut short": (lambda s, _: ["encrypt", "--to", s.broken_certificate, s.plain], "CERT-MALFORMED", 3),
    "encrypt: a key": (lambda s, _: ["encrypt", "--to", s.pki.bob.key_file, s.plain], "PEM-MALFORMED", 3),
    "encrypt: to nobody": (lambda s, _: ["encrypt", s.plain], "USE-NO-RECIPIENT", 2),
    "encrypt: a cipher that is none": (lambda s, _: ["encrypt", "--to", s.certificate, "--cipher", "rot13", s.plain], "USE-ARGUMENT", 2),
    # open
    "open: no such message": (lambda s, _: ["open", s.missing], "USE-IO", 2),
    "open: a folder": (lambda s, _: ["open", s.folder], "USE-IO", 2),
    "open: nothing": (lambda s, _: ["open", s.empty], "MIME-NOT-SMIME", 3),
    "open: garbage": (lambda s, _: ["open", s.garbage], "MIME-NOT-SMIME", 3),
    "open: not S/MIME": (lambda s, _: ["open", s.plain], "MIME-NOT-SMIME", 3),
    "open: garbage as DER": (lambda s, _: ["open", "--form", "der", s.garbage], "BER-TAG", 3),
    "open: garbage as PEM": (lambda s, _: ["open", "--form", "pem", s.garbage], "PEM-MALFORMED", 3),
    "open: a certificate": (lambda s, _: ["open", s.certificate], "BER-TAG", 3),
    "open: no such identity": (lambda s, m: ["open", "--identity", s.missing, s.file("raw", m)], "USE-IO", 2),
    "open: a wrong password": (lambda s, m: ["open", *s.wrong_password, s.file("raw", m)], "KEY-PASSWORD-WRONG", 4),
    "open: PKCS #12 cut short": (lambda s, m: ["open", *s.broken_p12, s.file("raw", m)], "PKCS12-MALFORMED", 3),
    "open: no identity": (lambda s, m: ["open", s.file("raw", m)], "ENC-NO-RECIPIENT", 4),
    "open: somebody else": (lambda s, m: ["open", "--identity", s.pki.carol.pem_file, s.file("raw", m)], "ENC-NO-RECIPIENT", 4),
    "open: a tag that is wrong": (_open(lambda _, m: _altered(m, lambda der: len(der) - 1)), "ENC-DECRYPT-FAILED", 4),
    "open: content that is wrong": (_open(lambda _, m: _altered(m, lambda der: len(der) - 40)), "ENC-DECRYPT-FAILED", 4),
    "open: cut in the header": (_open(lambda _, m: m[:30]), "MIME-NOT-SMIME", 3),
    "open: cut in the content": (_open(lambda _, m: m[: len(m) // 2 // 66 * 66]), "BER-TRUNCATED", 3),
    "open: anchors of garbage": (lambda s, m: ["open", "--trust", s.garbage, s.file("raw", m)], "CERT-MALFORMED", 3),
    "open: intermediates of garbage": (lambda s, m: ["open", "--intermediate", s.garbage, s.file("raw", m)], "CERT-MALFORMED", 3),
    "open: no such list": (lambda s, m: ["open", "--crl", s.missing, s.file("raw", m)], "USE-IO", 2),
    "open: a folder as a list": (lambda s, m: ["open", "--crl", s.folder, s.file("raw", m)], "USE-IO", 2),
    "open: a list of garbage": (lambda s, m: ["open", "--crl", s.garbage, s.file("raw", m)], "CRL-MALFORMED", 3),
    "open: an empty list": (lambda s, m: ["open", "--crl", s.empty, s.file("raw", m)], "CRL-MALFORMED", 3),
    "open: a list cut short": (lambda s, m: ["open", "--crl", s.broken_list, s.file("raw", m)], "CRL-MALFORMED", 3),
    "open: a certificate as a list": (lambda s, m: ["open", "--crl", s.certificate, s.file("raw", m)], "PEM-MALFORMED", 3),
    "open: no such response": (lambda s, m: ["open", "--ocsp", s.missing, s.file("raw", m)], "USE-IO", 2),
    "open: a response of garbage": (lambda s, m: ["open", "--ocsp", s.garbage, s.file("raw", m)], "OCSP-MALFORMED", 3),
    "open: an empty response": (lambda s, m: ["open", "--ocsp", s.empty, s.file("raw", m)], "OCSP-MALFORMED", 3),
    "open: a response cut short": (lambda s, m: ["open", "--ocsp", s.broken_response, s.file("raw", m)], "OCSP-MALFORMED", 3),
    "open: a certificate as a response": (lambda s, m: ["open", "--ocsp", s.certificate, s.file("raw", m)], "PEM-MALFORMED", 3),
    "open: no such anchors for time-stamps": (lambda s, m: ["open", "--time-stamp-trust", s.missing, s.file("raw", m)], "USE-IO", 2),
    "open: anchors for time-stamps of garbage": (lambda s, m: ["open", "--time-stamp-trust", s.garbage, s.file("raw", m)], "CERT-MALFORMED", 3),
    "open: empty anchors for time-stamps": (lambda s, m: ["open", "--time-stamp-trust", s.empty, s.file("raw", m)], "CERT-MALFORMED", 3),
    "open: a key as an anchor for time-stamps": (
        lambda s, m: ["open", "--time-stamp-trust", s.pki.bob.key_file, s.file("raw", m)],
        "PEM-MALFORMED",
        3,
    ),
    "open: no such content": (lambda s, m: ["open", "--content", s.missing, s.file("raw", m)], "USE-IO", 2),
    "open: content beside what is not detached": (_open(lambda _, m: m, "--content", __file__), "CMS-STRUCTURE", 3),
    # cert show
    "cert show: no such file": (lambda s, _: ["cert", "show", s.missing], "USE-IO", 2),
    "cert show: a folder": (lambda s, _: ["cert", "show", s.folder], "USE-IO", 2),
    "cert show: garbage": (lambda s, _: ["cert", "show", s.garbage], "CERT-MALFORMED", 3),
    "cert show: nothing": (lambda s, _: ["cert", "show", s.empty], "CERT-MALFORMED", 3),
    "cert show: cut short": (lambda s, _: ["cert", "show", s.broken_certificate], "CERT-MALFORMED", 3),
    "cert show: a key": (lambda s, _: ["cert", "show", s.pki.bob.key_file], "PEM-MALFORMED", 3),
    "cert show: PKCS #12": (lambda s, _: ["cert", "show", s.pki.bob.p12_file], "CERT-MALFORMED", 3),
    "cert show: a message": (lambda s, m: ["cert", "show", s.file("raw", m)], "CERT-MALFORMED", 3),
    # cert verify
    "cert verify: no such file": (lambda s, _: ["cert", "verify", s.missing], "USE-IO", 2),
    "cert verify: garbage": (lambda s, _: ["cert", "verify", s.garbage], "CERT-MALFORMED", 3),
    "cert verify: nothing": (lambda s, _: ["cert", "verify", s.empty], "CERT-MALFORMED", 3),
    "cert verify: cut short": (lambda s, _: ["cert", "verify", s.broken_certificate], "CERT-MALFORMED", 3),
    "cert verify: anchors of garbage": (lambda s, _: ["cert", "verify", "--trust", s.garbage, s.certificate], "CERT-MALFORMED", 3),
    "cert verify: intermediates of garbage": (
        lambda s, _: ["cert", "verify", "--intermediate", s.garbage, s.certificate],
        "CERT-MALFORMED",
        3,
    ),
    "cert verify: no such list": (lambda s, _: ["cert", "verify", "--crl", s.missing, s.certificate], "USE-IO", 2),
    "cert verify: a list of garbage": (lambda s, _: ["cert", "verify", "--crl", s.garbage, s.certificate], "CRL-MALFORMED", 3),
    "cert verify: a list cut short": (lambda s, _: ["cert", "verify", "--crl", s.broken_list, s.certificate], "CRL-MALFORMED", 3),
    "cert verify: no such response": (lambda s, _: ["cert", "verify", "--ocsp", s.missing, s.certificate], "USE-IO", 2),
    "cert verify: a response of garbage": (lambda s, _: ["cert", "verify", "--ocsp", s.garbage, s.certificate], "OCSP-MALFORMED", 3),
    "cert verify: a response cut short": (lambda s, _: ["cert", "verify", "--ocsp", s.broken_response, s.certificate], "OCSP-MALFORMED", 3),
    # key new
    "key new: no such kind": (lambda s, _: ["key", "new", "--kind", "rot13", "--no-password"], "USE-ARGUMENT", 2),
    "key new: too short": (lambda s, _: ["key", "new", "--kind", "rsa-1024", "--no-password"], "USE-ARGUMENT", 2),
    "key new: no password": (lambda s, _: ["key", "new", "--kind", "p256"], "USE-PASSWORD", 2),
    "key new: an empty password": (lambda s, _: ["key", "new", "--kind", "p256", "--password-file", s.empty], "USE-PASSWORD", 2),
    "key new: no such password": (lambda s, _: ["key", "new", "--kind", "p256", "--password-file", s.missing], "USE-IO", 2),
    "key new: a password that is not UTF-8": (lambda s, _: ["key", "new", "--kind", "p256", "--password-file", s.not_utf8], "USE-ARGUMENT", 2),
    "key new: a password and none": (
        lambda s, _: ["key", "new", "--kind", "p256", "--no-password", "--password-file", s.empty],
        "USE-ARGUMENT",
        2,
    ),
    # p12 pack
    "p12 pack: no such identity": (lambda s, _: ["p12", "pack", "--identity", s.missing, *s.new_password], "USE-IO", 2),
    "p12 pack: an identity of garbage": (lambda s, _: ["p12", "pack", "--identity", s.garbage, *s.new_password], "PEM-MALFORMED", 3),
    "p12 pack: a wrong password": (lambda s, _: ["p12", "pack", *s.wrong_password, *s.new_password], "KEY-PASSWORD-WRONG", 4),
    "p12 pack: no new password": (lambda s, _: ["p12", "pack", "--identity", s.pki.alice.pem_file], "USE-PASSWORD", 2),
    "p12 pack: a key alone": (lambda s, _: ["p12", "pack", "--identity", s.pki.alice.key_file, *s.new_password], "KEY-CERTIFICATE-MISSING", 2),
    "p12 pack: the certificate of another key": (
        lambda s, _: ["p12", "pack", "--identity", s.pki.alice.key_file, "--cert", s.certificate, *s.new_password],
        "KEY-MISMATCH",
        4,
    ),
    "p12 pack: certificates of garbage": (
        lambda s, _: ["p12", "pack", "--identity", s.pki.alice.pem_file, "--cert", s.garbage, *s.new_password],
        "CERT-MALFORMED",
        3,
    ),
    "p12 pack: no such profile": (
        lambda s, _: ["p12", "pack", "--identity", s.pki.alice.pem_file, "--profile", "rot13", *s.new_password],
        "USE-ARGUMENT",
        2,
    ),
    # p12 unpack
    "p12 unpack: no such file": (lambda s, _: ["p12", "unpack", "--no-password", s.missing], "USE-IO", 2),
    "p12 unpack: garbage": (lambda s, _: ["p12", "unpack", "--no-password", s.garbage], "PEM-MALFORMED", 3),
    "p12 unpack: cut short": (lambda s, _: ["p12", "unpack", "--no-password", *s.broken_p12[1:]], "PKCS12-MALFORMED", 3),
    "p12 unpack: no password": (lambda s, _: ["p12", "unpack", "--no-password", s.pki.alice.p12_file], "USE-PASSWORD", 2),
    "p12 unpack: a wrong password": (lambda s, _: ["p12", "unpack", "--no-password", *s.wrong_password[1:]], "KEY-PASSWORD-WRONG", 4),
    "p12 unpack: a certificate": (lambda s, _: ["p12", "unpack", "--no-password", s.certificate], "KEY-MISSING", 2),
    # cert bundle
    "cert bundle: no such file": (lambda s, _: ["cert", "bundle", s.missing], "USE-IO", 2),
    "cert bundle: garbage": (lambda s, _: ["cert", "bundle", s.certificate, s.garbage], "CERT-MALFORMED", 3),
    "cert bundle: a key": (lambda s, _: ["cert", "bundle", s.pki.bob.key_file], "PEM-MALFORMED", 3),
    "cert verify: an address that is none": (lambda s, _: ["cert", "verify", "--address", "bob", s.certificate], "USE-ARGUMENT", 2),
}


@pytest.fixture(scope="module")
def authenticated(signed: bytes, bob: libsmime.Identity) -> bytes:
    return libsmime.encrypt(signed, bob.certificate, cipher="aes-256-gcm")


@pytest.mark.parametrize("name", CALLS)
def test_the_command_says_it_in_one_line(smime: Command, scene: Scene, authenticated: bytes, name: str) -> None:
    call, code, exit_code = CALLS[name]
    arguments = call(scene, authenticated)
    before = {path: path.read_bytes() for path in scene.folder.iterdir()}
    out = scene.folder / "out"
    tells = arguments[0] == "cert" and arguments[1] in ("show", "verify")
    for output in ([],) if tells else ([], ["-o", out]):
        ran = smime(*arguments, *output)
        assert (ran.code, ran.out) == (exit_code, b""), ran.err
        assert only_line(ran).startswith(f"smime: {code}: ") and len(only_line(ran)) < 500
        assert {path: path.read_bytes() for path in scene.folder.iterdir()} == before
    if arguments[0] == "open" or tells:
        ran = smime(*arguments, "--json")
        assert ran.code == exit_code and ran.json["error"]["code"] == code


class Counting(io.RawIOBase):
    """Counts what is written."""

    written = 0

    def writable(self) -> bool:
        return True

    def write(self, octets: Any) -> int:
        self.written += len(octets)
        return len(octets)


@pytest.fixture(scope="module")
def large(alice: libsmime.Identity, bob: libsmime.Identity) -> bytes:
    """Encrypted with AES-GCM, and too large to be kept between the two readings of a file."""
    return libsmime.encrypt(PLAIN + b"Good morning\r\n" * 100_000, bob.certificate, cipher="aes-256-gcm")


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda raw: _altered(raw, lambda der: len(der) - 1), libsmime.DecryptionError),
        (lambda raw: _altered(raw, lambda der: len(der) // 2), libsmime.DecryptionError),
        (lambda raw: raw[: len(raw) // 2 // 66 * 66], libsmime.MalformedError),
    ],
    ids=["tag", "content", "cut"],
)
def test_nothing_leaves_before_the_tag_is_checked(
    smime: Command, pki: Pki, bob: libsmime.Identity, large: bytes, tmp_path: Path, spoil: Any, kind: type[libsmime.Error]
) -> None:
    good = Counting()
    libsmime.open(large, identity=bob, output=good)
    assert good.written > 1_000_000
    raw = tmp_path / "raw"
    raw.write_bytes(spoil(large))
    before = tmp_path / "before"
    before.write_bytes(b"as it was")
    with open(raw, "rb") as file:
        for source in (raw.read_bytes(), raw, file):
            target = Counting()
            for output in (target, tmp_path / "new", before, None):
                file.seek(0)
                with pytest.raises(kind):
                    libsmime.open(source, identity=bob, output=output)
            assert target.written == 0
    exit_code = 4 if kind is libsmime.DecryptionError else 3
    options: list[list[Any]] = [[], ["-o", tmp_path / "new"], ["-o", before], ["--json"]]
    for more in options:
        ran = smime("open", "--identity", pki.bob.pem_file, *more, raw)
        assert ran.code == exit_code and b"Good morning" not in ran.out
        assert ran.out == b"" or "--json" in more
    assert sorted(path.name for path in tmp_path.iterdir()) == ["before", "raw"]
    assert before.read_bytes() == b"as it was"


def test_the_package_raises_what_the_command_says(scene: Scene, authenticated: bytes, bob: libsmime.Identity, alice: libsmime.Identity) -> None:
    certificate = libsmime.Certificate.from_bytes(scene.pki.bob.pem)
    cases: list[tuple[Callable[[], Any], type[BaseException], Optional[str]]] = [
        (lambda: libsmime.sign(scene.missing, alice), FileNotFoundError, None),
        (lambda: libsmime.sign(GARBAGE, alice), libsmime.MalformedError, "MIME-HEADER"),
        (lambda: libsmime.encrypt(scene.missing, certificate), FileNotFoundError, None),
        (lambda: libsmime.encrypt(GARBAGE, certificate), libsmime.MalformedError, "MIME-HEADER"),
        (lambda: libsmime.open(scene.missing), FileNotFoundError, None),
        (lambda: libsmime.open(GARBAGE), libsmime.MalformedError, "MIME-NOT-SMIME"),
        (lambda: libsmime.open(b""), libsmime.MalformedError, "MIME-NOT-SMIME"),
        (lambda: libsmime.open(authenticated[: len(authenticated) // 2 // 66 * 66], identity=bob), libsmime.MalformedError, "BER-TRUNCATED"),
        (lambda: libsmime.open(authenticated), libsmime.DecryptionError, "ENC-NO-RECIPIENT"),
        (lambda: libsmime.open(authenticated, identity=alice), libsmime.DecryptionError, "ENC-NO-RECIPIENT"),
        (lambda: libsmime.open(authenticated, identity=bob, content=b"x"), libsmime.MalformedError, "CMS-STRUCTURE"),
        (lambda: libsmime.examine(authenticated), libsmime.DecryptionError, "ENC-NO-RECIPIENT"),
        (lambda: libsmime.Identity.load(scene.missing), FileNotFoundError, None),
        (lambda: libsmime.Identity.load(scene.garbage), libsmime.MalformedError, "PEM-MALFORMED"),
        (lambda: libsmime.Identity.load(scene.certificate), libsmime.UsageError, "KEY-MISSING"),
        (lambda: libsmime.Identity.load(scene.pki.alice.p12_file, "wrong"), libsmime.DecryptionError, "KEY-PASSWORD-WRONG"),
        (lambda: libsmime.Identity.from_pkcs12(scene.pki.alice.p12[:-50], PASSWORD), libsmime.MalformedError, "PKCS12-MALFORMED"),
        (lambda: libsmime.Certificate.many(GARBAGE), libsmime.MalformedError, "CERT-MALFORMED"),
        (lambda: libsmime.Certificate.many(b""), libsmime.MalformedError, "CERT-MALFORMED"),
        (lambda: libsmime.TrustStore(anchors=[scene.garbage]), libsmime.MalformedError, "CERT-MALFORMED"),
        (lambda: libsmime.TrustStore(anchors=[scene.missing]), FileNotFoundError, None),
        (lambda: libsmime.TrustStore(crls=scene.garbage), libsmime.MalformedError, "CRL-MALFORMED"),
        (lambda: libsmime.TrustStore(ocsp=scene.garbage), libsmime.MalformedError, "OCSP-MALFORMED"),
        (lambda: libsmime.TrustStore(ocsp_responders=scene.garbage), libsmime.MalformedError, "CERT-MALFORMED"),
        (lambda: libsmime.open(authenticated, identity=bob, crls=scene.missing), FileNotFoundError, None),
        (lambda: libsmime.examine(authenticated, identity=bob, ocsp=[scene.broken_response]), libsmime.MalformedError, "OCSP-MALFORMED"),
        (lambda: libsmime.verify_certificate(certificate, crls=[scene.broken_list]), libsmime.MalformedError, "CRL-MALFORMED"),
        (lambda: libsmime.verify_certificate(certificate, intermediates=[scene.garbage]), libsmime.MalformedError, "CERT-MALFORMED"),
    ]
    for index, (call, kind, code) in enumerate(cases):
        with pytest.raises(kind) as caught:
            call()
        if code is not None:
            assert isinstance(caught.value, libsmime.Error) and caught.value.code == code, f"{index}: {caught.value}"
            assert "\n" not in str(caught.value)
