"""An authority that keeps its records: what it does, what it refuses, and what happens when it is killed."""

from __future__ import annotations

import http.client
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import libsmime
import pytest
from conftest import Command, Ran, only_line
from libsmime import CertificateRequest, Code, PrivateKey, TrustStore, UsageError
from libsmime.ca import Authority, OcspServer

HERE = Path(__file__).parents[2]
URL = "http://127.0.0.1/ca.crl"


def request(kind: str = "p256") -> CertificateRequest:
    return CertificateRequest(PrivateKey.generate(kind), addresses=["alice@example.org"])


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    made = Authority.create(tmp_path / "ca", "CN=Example CA", password="secret", crl_url=URL, ocsp_url="http://127.0.0.1/")
    with made:
        yield made


def issue(authority: Authority, address: str = "alice@example.org") -> libsmime.Certificate:
    return authority.issue(request(), addresses=[address]).certificate


def judged(authority: Authority, certificate: libsmime.Certificate, **evidence: object) -> str:
    trust = TrustStore([authority.certificate])
    report = libsmime.verify_certificate(certificate, trust=trust, revocation="hard", **evidence)  # type: ignore[arg-type]
    return report.revocation[certificate.sha256].status


def entries(der: bytes) -> dict[str, str]:
    return {entry.serial: entry.reason for entry in libsmime.crl_entries(der)}


def refused(code: Code, step: Callable[[], object]) -> None:
    with pytest.raises(libsmime.Error) as caught:
        step()
    assert caught.value.code is code


def test_a_life(authority: Authority) -> None:
    certificate = issue(authority)
    renewed = authority.renew(certificate)
    assert renewed.replaces == certificate.serial and renewed.certificate.serial != certificate.serial
    assert renewed.certificate.describe()["key_sha256"] == certificate.describe()["key_sha256"]
    other = authority.renew(certificate, request())
    assert other.certificate.describe()["key_sha256"] != certificate.describe()["key_sha256"]
    first = authority.make_list()
    assert entries(first.der) == {} and judged(authority, certificate, crls=[first.der]) == "good"

    authority.hold(certificate.serial.upper())
    authority.revoke(renewed.certificate, "keyCompromise")
    second = authority.make_list()
    assert entries(second.der) == {certificate.serial: "certificateHold", renewed.serial: "keyCompromise"}
    assert judged(authority, certificate, crls=[second.der]) == "revoked"
    assert authority.release(certificate).standing == "good"
    delta = authority.make_list(delta=True)
    assert entries(delta.der) == {certificate.serial: "removeFromCRL"} and delta.base == second.number
    assert judged(authority, certificate, crls=[second.der, delta.der]) == "good"
    assert [one.serial for one in authority.issued("ALICE@example.org")] == [one.serial for one in authority.issued()]
    assert [entry.event for entry in authority.journal()][:4] == ["created", "issued", "renewed", "renewed"]
    head = authority.check()
    issue(authority)
    assert authority.check(head) != head


def test_what_ends_soon(authority: Authority) -> None:
    short = authority.issue(request(), addresses=["a@example.org"], days=20)
    authority.issue(request(), addresses=["b@example.org"], days=200)
    revoked = authority.issue(request(), addresses=["c@example.org"], days=10)
    authority.revoke(revoked.serial)
    assert [one.serial for one in authority.expiring(timedelta(days=30))] == [short.serial]
    authority.renew(short.certificate)
    assert authority.expiring(timedelta(days=5)) == []


def test_what_is_refused_leaves_everything_as_it_was(authority: Authority, tmp_path: Path) -> None:
    certificate = issue(authority)
    authority.revoke(certificate)
    good, before = request(), (authority.check(), len(authority.issued()))
    forged = bytearray(good.to_der())
    forged[-1] ^= 1
    with Authority.create(tmp_path / "other", "CN=Example CA", password="secret", crl_url=URL) as other:
        stranger = issue(other)
    refused(Code.SIG_INVALID, lambda: authority.issue(bytes(forged), addresses=["a@example.org"]))
    refused(Code.REQ_MALFORMED, lambda: authority.issue(b"no request", addresses=["a@example.org"]))
    weak = tmp_path / "weak.csr"
    made = ["openssl", "req", "-new", "-newkey", "rsa:1024", "-nodes", "-subj", "/CN=A", "-keyout", str(tmp_path / "weak.key"), "-out", str(weak)]
    subprocess.run(made, capture_output=True, check=True)
    refused(Code.CA_PROFILE, lambda: authority.issue(weak.read_bytes(), addresses=["a@example.org"]))
    refused(Code.CA_PROFILE, lambda: authority.issue(good, addresses=["a@example.org"], days=10_000))
    refused(Code.USE_ARGUMENT, lambda: authority.issue(good, "no-profile", addresses=["a@example.org"]))
    refused(Code.ADDR_MALFORMED, lambda: authority.issue(good, addresses=["no address"]))
    refused(Code.CA_STANDING, lambda: authority.renew(certificate))
    refused(Code.CA_STANDING, lambda: authority.revoke(certificate))
    refused(Code.CA_STANDING, lambda: authority.release(certificate))
    refused(Code.CA_STANDING, lambda: authority.revoke("5f01"))
    refused(Code.CA_STANDING, lambda: authority.revoke(stranger))
    refused(Code.USE_ARGUMENT, lambda: authority.revoke("no serial"))
    refused(Code.USE_ARGUMENT, lambda: authority.make_list(7))
    refused(Code.USE_STATE, lambda: authority.make_list(delta=True))
    late = datetime.now(timezone.utc) + timedelta(days=1)
    refused(Code.USE_ARGUMENT, lambda: authority.revoke(certificate, at=late))
    refused(Code.KEY_PASSWORD_WRONG, lambda: Authority(authority.folder, "wrong").issuer)
    refused(Code.USE_ARGUMENT, lambda: Authority(tmp_path / "nothing"))
    refused(Code.USE_ARGUMENT, lambda: Authority.create(authority.folder, "CN=Again", password=None))
    assert before == (authority.check(), len(authority.issued()))


def test_a_clock_set_back(authority: Authority) -> None:
    certificate = issue(authority)
    head = authority.check()
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    with Authority(authority.folder, "secret", clock=lambda: yesterday) as late:
        refused(Code.CA_CLOCK, lambda: late.issue(request(), addresses=["a@example.org"]))
        refused(Code.CA_CLOCK, lambda: late.revoke(certificate))
        refused(Code.CA_CLOCK, late.make_list)
    assert authority.check() == head and authority.find(certificate).standing == "good"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE certificates SET standing = 'good', since = NULL, reason = NULL",
        "UPDATE certificates SET since = since - 1 WHERE standing = 'revoked'",
        "DELETE FROM certificates WHERE standing = 'good'",
        "UPDATE journal SET detail = replace(detail, 'keyCompromise', 'superseded')",
        "DELETE FROM journal WHERE event = 'revoked'",
        "UPDATE journal SET at = at - 1 WHERE number = 2",
        "DELETE FROM journal WHERE number = (SELECT MAX(number) FROM journal)",
    ],
)
def test_records_that_somebody_altered(authority: Authority, tmp_path: Path, change: str) -> None:
    authority.revoke(issue(authority), "keyCompromise")
    issue(authority)
    head = authority.check()
    authority.close()
    altered = shutil.copytree(authority.folder, tmp_path / "altered")
    with sqlite3.connect(altered / "records.sqlite") as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM addresses")
        connection.execute(change)
    connection.close()
    with Authority(altered) as found:
        refused(Code.CA_JOURNAL, lambda: found.check(head))


def test_an_authority_below_a_root_and_lists_in_sections(tmp_path: Path) -> None:
    root = Authority.create(tmp_path / "root", "CN=Example Root", password="r", kind="p384", crl_url="http://127.0.0.1/root.crl")
    section = "http://127.0.0.1/{section}.crl"
    ca = Authority.create(tmp_path / "ca", "CN=Example CA", password="c", root=root, crl_url=section, sections=3)
    refused(Code.USE_ARGUMENT, lambda: Authority.create(tmp_path / "x", "CN=X", password=None, crl_url=URL, sections=2))
    with root, ca:
        issued = [authority.issue(request(), addresses=[f"a{number}@example.org"]) for number, authority in enumerate([ca] * 6)]
        assert sorted(one.section for one in issued) == [0, 0, 1, 1, 2, 2]
        for one in issued[:3]:
            ca.revoke(one.certificate)
        lists = [root.make_list().der, *(ca.make_list(number).der for number in range(3))]
        assert [len(entries(made)) for made in lists] == [0, 1, 1, 1]
        trust = TrustStore([root.certificate], [ca.certificate])
        for one in issued:
            report = libsmime.verify_certificate(one.certificate, trust=trust, crls=lists, revocation="hard")
            assert report.revocation[one.certificate.sha256].status == ("revoked" if one in issued[:3] else "good")
            assert report.is_valid == (one not in issued[:3])
        root.revoke(ca.certificate, "cACompromise")
        report = libsmime.verify_certificate(issued[5].certificate, trust=trust, crls=[*lists, root.make_list().der], revocation="hard")
        assert Code.PATH_REVOKED in [finding.code for finding in report.findings]


def test_a_key_that_stays_elsewhere(tmp_path: Path) -> None:
    key = PrivateKey.generate("p256")
    with Authority.create(tmp_path / "ca", "CN=Example CA", password=None, key=key, crl_url=URL) as ca:
        issue(ca)
    assert not (tmp_path / "ca" / "authority.key").exists()
    with Authority(tmp_path / "ca") as again:
        again.use(key)
        issue(again)
        refused(Code.KEY_MISMATCH, lambda: again.use(PrivateKey.generate("p256")))


def test_a_profile_of_ones_own(authority: Authority) -> None:
    profile = {"name": "people", "days": 30, "keys": ["p256"], "extended_key_usage": ["emailProtection", "clientAuth"]}
    issued = authority.issue(request(), profile, addresses=["a@example.org"])
    assert issued.profile == "people" and issued.certificate.not_after - issued.certificate.not_before <= timedelta(days=30)
    assert "clientAuth" in str(issued.certificate.describe()["extended_key_usage"])
    refused(Code.CA_PROFILE, lambda: authority.issue(request("p384"), profile, addresses=["a@example.org"]))


def test_a_key_that_cannot_sign_a_request(authority: Authority) -> None:
    key = PrivateKey.generate("x25519")
    refused(Code.KEY_UNSUPPORTED, lambda: CertificateRequest(key, addresses=["alice@example.org"]))
    now = datetime.now(timezone.utc)
    addresses, until = ["alice@example.org"], now + timedelta(days=30)
    template = libsmime.CertificateTemplate("CN=Alice", addresses=addresses, not_before=now, not_after=until, extensions=authority.places())
    certificate = authority.certify(key.public_key, template)
    assert authority.find(certificate).profile == "own" and certificate.describe()["key_usage"] == ["keyAgreement"]
    sealed = libsmime.encrypt(b"From: bob@example.org\r\n\r\nHello\r\n", certificate)
    opened = libsmime.open(sealed, identity=libsmime.Identity.from_parts(key, certificate), trust=TrustStore([authority.certificate]))
    assert opened.content == b"\r\nHello\r\n"


@pytest.fixture
def server(authority: Authority) -> Iterator[OcspServer]:
    with OcspServer(authority) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_the_responder(authority: Authority, server: OcspServer, tmp_path: Path) -> None:
    good, bad = issue(authority), issue(authority)
    authority.revoke(bad, "superseded")
    fetcher = libsmime.Fetcher(private=True)

    def fetch(need: libsmime.Need) -> "bytes | None":
        return fetcher(libsmime.Need(**{**need.__dict__, "url": server.url})) if need.what == "ocsp" else None

    assert judged(authority, good, fetch=fetch) == "good" and judged(authority, bad, fetch=fetch) == "revoked"
    # A revocation shows at once, though the answer was kept ready.
    assert judged(authority, good, fetch=fetch) == "good"
    authority.revoke(good)
    assert judged(authority, good, fetch=fetch) == "revoked"
    (tmp_path / "good.pem").write_text(good.to_pem())
    command: list[object] = ["openssl", "ocsp", "-issuer", authority.folder / "authority.crt", "-cert", tmp_path / "good.pem", "-url", server.url]
    command += ["-CAfile", authority.folder / "authority.crt"]
    told = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    assert "Response verify OK" in told.stderr and "good.pem: revoked" in told.stdout


def test_answers_that_last_longer_than_responders(authority: Authority) -> None:
    certificate = issue(authority)
    authority.answers_last = timedelta(days=90)
    for _ in range(3):
        assert judged(authority, certificate, fetch=lambda need: authority.answer(need.request).der if need.what == "ocsp" else None) == "good"
    assert [one.profile for one in authority.issued()].count("responder") == 1


def test_what_the_responder_hands_out_and_refuses(authority: Authority, server: OcspServer) -> None:
    made = authority.make_list()
    host, port = server.server_address[:2]

    def ask(method: str, path: str, body: "bytes | None" = None, kind: str = "application/ocsp-request") -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(str(host), int(port), timeout=10)
        connection.request(method, path, body, {"Content-Type": kind} if body is not None else {})
        answer = connection.getresponse()
        octets = answer.read()
        connection.close()
        return answer.status, octets

    malformed = bytes.fromhex("30030a0101")
    assert ask("GET", "/ca.crl") == (200, made.der) and ask("GET", "/ca.crt") == (200, authority.certificate.to_der())
    assert ask("HEAD", "/ca.crl") == (200, b"")
    assert ask("GET", "/ca.crl?section=7")[0] == 404 and ask("GET", f"/ca.crl?section={9**99}")[0] == 200
    assert ask("GET", "/ca-delta.crl")[0] == 404 and ask("GET", "/no-request")[0] == 404
    assert ask("POST", "/", b"no request") == (200, malformed)
    assert ask("POST", "/", b"x" * 70_000)[0] == 413 and ask("POST", "/", b"x", "text/plain")[0] == 415
    assert ask("PUT", "/", b"x")[0] == 501


def test_many_at_once(authority: Authority) -> None:
    def work(number: int) -> None:
        with Authority(authority.folder, "secret") as own:
            for _ in range(5):
                own.revoke(issue(own, f"t{number}@example.org"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    authority.check()
    assert len({one.serial for one in authority.issued()}) == 30 and len(entries(authority.make_list().der)) == 30


def test_killed_at_any_moment() -> None:
    command = [sys.executable, str(HERE / "tests" / "life" / "life.py"), "--certificates", "250", "--kills", "10", "--seed", "7"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert " 10 killed, " in done.stdout and int(done.stdout.split()[0]) >= 250, done.stdout


def test_the_command(smime: Command, tmp_path: Path) -> None:
    def command(*arguments: object) -> Ran:
        return smime(*arguments, env={"SMIME_PASSWORD": "secret"})

    folder = ["--dir", tmp_path / "ca"]
    (tmp_path / "a.csr").write_text(request().to_pem())
    (tmp_path / "profile.toml").write_text('name = "people"\ndays = 30\nextended_key_usage = ["emailProtection"]\n')
    assert command("ca", "init", *folder, "--subject", "CN=Example CA", "--crl-url", URL, "--ocsp-url", URL).code == 0
    unsaid = command("ca", "issue", *folder, tmp_path / "a.csr")
    assert (unsaid.code, only_line(unsaid).split(":")[1].strip()) == (2, "USE-ARGUMENT")
    issued = command("ca", "issue", *folder, "--as-requested", tmp_path / "a.csr")
    serial = libsmime.Certificate.from_bytes(issued.out).serial
    if sys.version_info >= (3, 11):
        assert command("ca", "issue", *folder, "--as-requested", "--profile", tmp_path / "profile.toml", tmp_path / "a.csr").code == 0
    assert command("ca", "revoke", *folder, "--reason", "superseded", serial).code == 0
    again = command("ca", "revoke", *folder, serial)
    assert (again.code, only_line(again).split(":")[1].strip()) == (2, "CA-STANDING")
    assert entries(command("ca", "crl", *folder).out) == {serial: "superseded"}
    head = command("ca", "journal", *folder, "--check").out.split()[-1].decode()
    assert command("ca", "journal", *folder, "--check", head).code == 0
    altered = command("ca", "journal", *folder, "--check", "00" * 32)
    assert (altered.code, only_line(altered).split(":")[1].strip()) == (2, "CA-JOURNAL")
    (tmp_path / "request.der").write_bytes(b"no request")
    answer = command("ca", "ocsp", *folder, "--request", tmp_path / "request.der")
    assert (answer.code, answer.out) == (0, bytes.fromhex("30030a0101"))
