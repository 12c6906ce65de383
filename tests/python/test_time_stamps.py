"""Time-stamps on signatures: tokens of OpenSSL's authority, put where RFC 3161 appendix A has them."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import libsmime
import pytest
from conftest import ENTITY, PLAIN, Command, only_line
from cryptography.x509.oid import ExtendedKeyUsageOID
from evidence import DAY, NOW
from libsmime import Certificate, Code, TrustStore, Verdict
from pki import Party, Pki, issue

LATER = NOW + 200 * DAY
"""The signer's certificate has expired by then, those of the authorities have not."""

CONFIGURATION = """[tsa]
default_tsa = clock
[clock]
serial = {folder}/serial
signer_cert = {clock.certificate_file}
signer_key = {clock.key_file}
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
"""

TIME_STAMP_TOKEN = bytes.fromhex("060b2a864886f70d010910020e")
"""id-aa-timeStampToken"""


def elements(der: bytes) -> list[bytes]:
    """The elements in the content of this one, each with its tag and length."""
    _, at, end = bounds(der, 0)
    found = []
    while at < end:
        _, _, after = bounds(der, at)
        found.append(der[at:after])
        at = after
    return found


def bounds(der: bytes, at: int) -> tuple[int, int, int]:
    """Where the element that begins here has its tag, its content and its end."""
    first = der[at + 1]
    if first < 0x80:
        return at, at + 2, at + 2 + first
    content = at + 2 + (first & 0x7F)
    return at, content, content + int.from_bytes(der[at + 2 : content], "big")


def element(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([size]) if size < 0x80 else bytes([0x80 | len(octets)]) + octets) + content


def stamped(signed: bytes, token_about: Callable[[bytes], bytes]) -> bytes:
    """An opaque message with a token about the signature of its first signer."""
    head, body = signed.split(b"\r\n\r\n", 1)
    kind, wrapped = elements(base64.b64decode(body))
    [data] = elements(wrapped)
    *before, signers = elements(data)
    first, *others = elements(signers)
    fields = elements(first)
    _, start, end = bounds(fields[-1], 0)
    attribute = element(0x30, TIME_STAMP_TOKEN, element(0x31, token_about(fields[-1][start:end])))
    signer = element(0x30, *fields, element(0xA1, attribute))
    cms = element(0x30, kind, element(0xA0, element(0x30, *before, element(0x31, signer, *others))))
    return head + b"\r\n\r\n" + base64.encodebytes(cms).replace(b"\n", b"\r\n")


@dataclass
class Scene:
    """Somebody whose certificate ends soon, and an authority for time-stamps below a root of its own."""

    folder: Path
    root: Party
    clock: Party
    alice: Party

    def token(self, signature: bytes) -> bytes:
        """What OpenSSL's authority says of it."""
        configuration = self.folder / "tsa.cnf"
        configuration.write_text(CONFIGURATION.format(folder=self.folder, clock=self.clock))
        (self.folder / "serial").write_text("01\n")
        question, answer = self.folder / "question", self.folder / "answer"
        digest = hashlib.sha256(signature).hexdigest()
        run = ["openssl", "ts", "-query", "-digest", digest, "-sha256", "-cert", "-out", str(question)]
        subprocess.run(run, check=True, capture_output=True)
        run = ["openssl", "ts", "-reply", "-config", str(configuration), "-queryfile", str(question), "-token_out", "-out", str(answer)]
        subprocess.run(run, check=True, capture_output=True)
        return answer.read_bytes()

    def sign(self) -> bytes:
        return libsmime.sign(PLAIN, libsmime.Identity.load(self.alice.pem_file), opaque=True)

    def message(self) -> bytes:
        return stamped(self.sign(), self.token)


@pytest.fixture(scope="module")
def scene(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder = tmp_path_factory.mktemp("clock")
    root = issue(folder, "Clocks", "p256", authority=True)
    clock = issue(folder, "Clock", "p256", root, purpose=ExtendedKeyUsageOID.TIME_STAMPING)
    return Scene(folder, root, clock, issue(folder, "alice", "p256", pki.intermediate, address="alice@example.org", days=(-10, 100)))


@pytest.fixture(scope="module")
def clocks(scene: Scene) -> TrustStore:
    return TrustStore(anchors=scene.root.certificate_file)


def test_a_time_stamp_moves_the_time_of_judgement(scene: Scene, store: TrustStore, clocks: TrustStore) -> None:
    message = scene.message()
    opened = libsmime.open(message, trust=store, at=LATER, time_stamp_trust=clocks)
    assert opened.content == ENTITY and opened.verdict is Verdict.VALID
    stamp = opened.report.signers[0].time_stamp
    assert stamp is not None and stamp.time is not None
    assert (stamp.verdict, stamp.authority) == (Verdict.VALID, "CN=Clock,O=Example")
    assert abs(stamp.time - datetime.datetime.now(datetime.timezone.utc)) < DAY
    assert not opened.report.has(Code.TST_UNTRUSTED) and not opened.report.has(Code.PATH_EXPIRED)
    # An unsigned attribute changes nothing for who judges while the certificate is valid.
    assert libsmime.open(message, trust=store).content == ENTITY


def test_time_stamps_of_nobody_who_is_trusted(scene: Scene, store: TrustStore, clocks: TrustStore) -> None:
    message = scene.message()
    for trusted in (None, store):
        report = libsmime.examine(message, trust=store, at=LATER, time_stamp_trust=trusted)
        assert report.verdict is Verdict.UNTRUSTED and report.has(Code.TST_UNTRUSTED) and report.has(Code.PATH_EXPIRED)
        stamp = report.signers[0].time_stamp
        assert stamp is not None and stamp.verdict is Verdict.UNTRUSTED
    with pytest.raises(libsmime.VerificationError) as caught:
        libsmime.open(message, trust=store, at=LATER)
    assert caught.value.code is Code.PATH_EXPIRED
    # Who is trusted for time is not trusted for people.
    report = libsmime.examine(message, trust=clocks, time_stamp_trust=clocks)
    assert report.verdict is Verdict.UNTRUSTED and report.has(Code.PATH_NO_ANCHOR)
    with pytest.raises(TypeError):
        libsmime.open(message, trust=store, time_stamp_trust=[scene.root.certificate_file])  # type: ignore[arg-type]


def test_time_stamps_that_prove_nothing(scene: Scene, store: TrustStore, clocks: TrustStore) -> None:
    def broken(signature: bytes) -> bytes:
        token = bytearray(scene.token(signature))
        token[-1] ^= 1
        return bytes(token)

    tokens: dict[str, Callable[[bytes], bytes]] = {
        "of another signature": lambda signature: scene.token(signature + b"x"),
        "broken": broken,
        "no token": lambda _: element(0x30, b"\x05\x00"),
    }
    for name, token in tokens.items():
        report = libsmime.examine(stamped(scene.sign(), token), trust=store, at=LATER, time_stamp_trust=clocks)
        assert report.has(Code.TST_INVALID) and report.has(Code.PATH_EXPIRED), name
        assert report.verdict is Verdict.UNTRUSTED, name
    # A signature without one is judged at the time of judgement.
    report = libsmime.examine(scene.sign(), trust=store, at=LATER, time_stamp_trust=clocks)
    assert report.signers[0].time_stamp is None
    assert [finding.code for finding in report.findings if finding.code.value.startswith("TST-")] == []
    assert report.verdict is Verdict.UNTRUSTED and report.has(Code.PATH_EXPIRED)


def test_the_command(smime: Command, pki: Pki, scene: Scene) -> None:
    at = LATER.strftime("%Y-%m-%dT%H:%M:%SZ")
    call: list[Any] = ["open", "--trust", pki.root.certificate_file, "--at", at]
    message = scene.message()
    ran = smime(*call, "--time-stamp-trust", scene.root.certificate_file, stdin=message)
    assert (ran.code, ran.out, ran.err) == (0, ENTITY, "")
    # Several anchors, the one that counts among them.
    several = ["--time-stamp-trust", pki.other_root.certificate_file, "--time-stamp-trust", scene.root.certificate_file]
    ran = smime(*call, *several, "--json", stdin=message)
    signer = ran.json["layers"][0]["signers"][0]
    assert (ran.code, ran.json["verdict"], signer["time_stamp"]["verdict"]) == (0, "valid", "valid")
    for others in ([], ["--time-stamp-trust", pki.root.certificate_file]):
        ran = smime(*call, *others, stdin=message)
        assert (ran.code, ran.out) == (1, b"") and only_line(ran).startswith("smime: PATH-EXPIRED: ")
        ran = smime(*call, *others, "--json", stdin=message)
        codes = [finding["code"] for finding in ran.json["findings"]]
        assert (ran.code, ran.json["verdict"]) == (1, "untrusted") and "TST-UNTRUSTED" in codes, json.dumps(ran.json)


def test_certificates_for_time_stamping(scene: Scene, pki: Pki, store: TrustStore, clocks: TrustStore) -> None:
    clock, alice = Certificate.from_bytes(scene.clock.pem), Certificate.from_bytes(pki.carol.pem)
    above = Certificate.from_bytes(pki.intermediate.pem)
    report = libsmime.verify_certificate(clock, trust=clocks, purpose="time-stamping")
    assert report.is_valid and report.path[0] == clock and report.findings == ()
    for certificate, trust, purpose in [(clock, clocks, "email-signature"), (alice, store, "time-stamping")]:
        report = libsmime.verify_certificate(certificate, trust=trust, intermediates=[above], purpose=purpose)  # type: ignore[arg-type]
        assert not report.is_valid and [finding.code for finding in report.findings] == [Code.PATH_EXTENDED_KEY_USAGE], report.findings
