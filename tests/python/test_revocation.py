"""Revocation: lists and OCSP responses given, carried and fetched, from Python and from the command."""

from __future__ import annotations

import datetime
import http.server
import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable, Optional

import libsmime
import pytest
from conftest import ENTITY, PLAIN, Command
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID
from libsmime import Certificate, Code, Fetcher, Need
from pki import Party, Pki, issue

_NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
_DAY = datetime.timedelta(days=1)


def list_of(issuer: Party, *revoked: Party, until: datetime.timedelta = _DAY) -> bytes:
    """A list of this issuer with these on it, for loss of the key."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
    builder = builder.last_update(_NOW - _DAY).next_update(_NOW + until)
    for party in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(party.certificate.serial_number).revocation_date(_NOW - 2 * _DAY)
        builder = builder.add_revoked_certificate(entry.add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), False).build())
    key: Any = issuer.key
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def response_of(issuer: Party, party: Party, status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD) -> bytes:
    revoked = status is ocsp.OCSPCertStatus.REVOKED
    builder = ocsp.OCSPResponseBuilder().add_response(
        party.certificate,
        issuer.certificate,
        hashes.SHA1(),
        status,
        _NOW - _DAY,
        _NOW + _DAY,
        _NOW - 2 * _DAY if revoked else None,
        x509.ReasonFlags.superseded if revoked else None,
    )
    key: Any = issuer.key
    return builder.responder_id(ocsp.OCSPResponderEncoding.NAME, issuer.certificate).sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_lists_and_responses_that_are_given(pki: Pki, store: libsmime.TrustStore, signed: bytes, tmp_path: Path) -> None:
    assert libsmime.open(signed, trust=store, crls=list_of(pki.intermediate)).content == ENTITY
    given: "list[dict[str, Any]]" = [
        {"crls": list_of(pki.intermediate, pki.alice)},
        {"ocsp": [response_of(pki.intermediate, pki.alice, ocsp.OCSPCertStatus.REVOKED)]},
    ]
    for evidence in given:
        with pytest.raises(libsmime.VerificationError) as refused:
            libsmime.open(signed, trust=store, **evidence)
        signer = refused.value.report.signers[0]
        assert refused.value.report.has(Code.PATH_REVOKED) and signer.revocation == "revoked"
        assert signer.path_revocation[0].revoked_at == _NOW - 2 * _DAY
        assert signer.path_revocation[0].reason in ("keyCompromise", "superseded")
        assert libsmime.open(signed, trust=store, revocation="off", **evidence).content == ENTITY
    path = tmp_path / "list.crl"
    path.write_bytes(list_of(pki.intermediate))
    stocked = libsmime.TrustStore(anchors=[pki.root.pem], crls=[path, list_of(pki.root)], ocsp=response_of(pki.intermediate, pki.alice))
    report = libsmime.open(signed, trust=stocked, revocation="hard").report
    assert report.signers[0].revocation == "good"
    assert [one.source for one in report.signers[0].path_revocation] in (["ocsp", "crl", None], ["crl", "crl", None])


def test_hard_refuses_what_is_not_shown(store: libsmime.TrustStore, signed: bytes) -> None:
    with pytest.raises(libsmime.VerificationError) as refused:
        libsmime.open(signed, trust=store, revocation="hard")
    assert refused.value.report.has(Code.REV_MISSING) and refused.value.report.signers[0].revocation == "unknown"
    with pytest.raises(libsmime.UsageError):
        libsmime.open(signed, trust=store, revocation="harder")  # type: ignore[arg-type]
    for wrong in ("list.crl", 5, [5]):
        with pytest.raises(TypeError):
            libsmime.open(signed, trust=store, crls=wrong)  # type: ignore[arg-type]
    with pytest.raises(libsmime.MalformedError):
        libsmime.open(signed, trust=store, crls=b"no list")


class Shelf(http.server.BaseHTTPRequestHandler):
    """Answers from a table, and keeps account."""

    answers: "dict[str, Callable[[bytes], bytes]]" = {}
    redirects: "dict[str, str]" = {}
    asked: "list[tuple[str, str]]" = []

    def answer(self, body: bytes) -> None:
        self.asked.append((self.command, self.path))
        if self.path in self.redirects:
            self.send_response(302)
            self.send_header("Location", self.redirects[self.path])
            self.end_headers()
        elif self.path in self.answers:
            octets = self.answers[self.path](body)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(octets)
        else:
            self.send_error(404)

    def do_GET(self) -> None:
        self.answer(b"")

    def do_POST(self) -> None:
        assert self.headers["Content-Type"] == "application/ocsp-request"
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def shelf() -> Iterator["tuple[str, type[Shelf]]"]:
    Shelf.answers, Shelf.redirects, Shelf.asked = {}, {}, []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shelf) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", Shelf
        server.shutdown()


def pointing(pki: Pki, url: str) -> "tuple[Party, Party]":
    """An authority without a place in the message, and a person whose certificate says where everything is."""
    authority = issue(pki.folder, "Fetched", "p256", pki.root, authority=True)
    access = x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(f"{url}/ca")),
            x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(f"{url}/ocsp")),
        ]
    )
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{url}/crl")], None, None, None)
    extensions = (access, x509.CRLDistributionPoints([point]))
    return authority, issue(pki.folder, "fay", "p256", authority, address="alice@example.org", extensions=extensions, critical=False)


def test_what_lacks_is_fetched(pki: Pki, store: libsmime.TrustStore, shelf: "tuple[str, type[Shelf]]", tmp_path: Path) -> None:
    url, server = shelf
    authority, fay = pointing(pki, url)
    identity = libsmime.Identity.load(fay.pem_file)
    signed = libsmime.sign(PLAIN, identity, chain=False)
    told = libsmime.examine(signed, trust=store)
    assert told.has(Code.PATH_NO_ANCHOR) and [need.what for need in told.needs] == ["issuer"]

    server.answers = {"/ca": lambda _: authority.certificate.public_bytes(Encoding.DER), "/ocsp": lambda _: response_of(authority, fay)}
    fetcher = Fetcher(private=True, cache=tmp_path / "cache")
    opened = libsmime.open(signed, trust=store, fetch=fetcher)
    leaf, above, _ = opened.report.signers[0].path_revocation
    assert (leaf.status, leaf.source, above.status, opened.report.needs) == ("good", "ocsp", "unknown", ())
    assert server.asked == [("GET", "/ca"), ("POST", "/ocsp")]
    # The cache answers the second time.
    libsmime.open(signed, trust=store, fetch=fetcher)
    assert len(server.asked) == 2
    # A whole file is read twice, and asks once.
    path = tmp_path / "large.eml"
    path.write_bytes(libsmime.sign(PLAIN + b"x" * 76 * 10000, identity, chain=False))
    libsmime.open(path, trust=store, output=tmp_path / "out", fetch=Fetcher(private=True))
    assert len(server.asked) == 4
    # Without an answer the list is asked for, and what it says counts.
    server.answers = {"/ca": server.answers["/ca"], "/crl": lambda _: list_of(authority, fay)}
    refused = libsmime.examine(signed, trust=store, fetch=Fetcher(private=True))
    assert refused.has(Code.PATH_REVOKED)
    report = libsmime.verify_certificate(Certificate.from_bytes(fay.pem), trust=store, fetch=Fetcher(private=True))
    assert report.has(Code.PATH_REVOKED) and report.revocation[report.path[0].sha256].status == "revoked"


def test_what_a_fetcher_refuses(shelf: "tuple[str, type[Shelf]]") -> None:
    url, server = shelf

    def late(_: bytes) -> bytes:
        time.sleep(3)
        return b"late"

    server.answers = {"/list": lambda _: b"x" * 100_000, "/slow": late}
    server.redirects = {"/other": "ftp://127.0.0.1/list", "/tls": f"https{url[4:]}/list", "/file": "file:///etc/passwd", "/good": "/list", "/loop": "/loop"}

    def fetch(path: str, **settings: Any) -> Optional[bytes]:
        return Fetcher(**{"private": True, **settings})(Need("crl", path if ":" in path else url + path, "00"))

    assert fetch("/list") == b"x" * 100_000 and fetch("/good") is not None
    assert fetch("/list", size=99_999) is None
    assert fetch("/slow", timeout=0.3) is None and fetch("/none") is None
    for path in ("/other", "/tls", "/file", "/loop"):
        assert fetch(path) is None, path
    assert all(path != "/list" for _, path in server.asked[-4:])
    # Addresses within private networks only where that is allowed; no other scheme at all; nothing that is no address.
    before = len(server.asked)
    assert fetch("/list", private=False) is None and fetch(f"http://localhost:{url.rsplit(':')[-1]}/list", private=False) is None
    for path in ("https://127.0.0.1/", "file:///etc/passwd", "http://user@127.0.0.1/", "http:///x", "http://[::1", "http://127.0.0.1:99999/", "http://\udcff/"):
        assert fetch(path) is None, path
    assert len(server.asked) == before


def test_what_a_fetcher_raises_comes_out(pki: Pki, store: libsmime.TrustStore, shelf: "tuple[str, type[Shelf]]") -> None:
    _, fay = pointing(pki, shelf[0])
    signed = libsmime.sign(PLAIN, libsmime.Identity.load(fay.pem_file))

    def broken(need: Need) -> bytes:
        raise RuntimeError(need.what)

    with pytest.raises(RuntimeError):
        libsmime.open(signed, trust=store, fetch=broken)
    with pytest.raises(TypeError):
        libsmime.examine(signed, trust=store, fetch=lambda need: "text")  # type: ignore[arg-type, return-value]


def test_the_command(smime: Command, pki: Pki, signed: bytes, shelf: "tuple[str, type[Shelf]]", tmp_path: Path) -> None:
    lists = {"good": list_of(pki.intermediate), "root": list_of(pki.root), "gone": list_of(pki.intermediate, pki.alice)}
    for name, octets in lists.items():
        (tmp_path / name).write_bytes(octets)
    (tmp_path / "ocsp").write_bytes(response_of(pki.intermediate, pki.alice))
    call = ["open", "--trust", pki.root.certificate_file]
    assert smime(*call, "--revocation", "hard", "--crl", tmp_path / "good", "--crl", tmp_path / "root", stdin=signed).out == ENTITY
    assert smime(*call, "--revocation", "hard", "--ocsp", tmp_path / "ocsp", "--crl", tmp_path / "root", stdin=signed).out == ENTITY
    refused = smime(*call, "--crl", tmp_path / "gone", stdin=signed)
    assert (refused.code, refused.out) == (1, b"") and refused.err.startswith("smime: PATH-REVOKED: ")
    silent = smime(*call, "--revocation", "hard", "--json", stdin=signed)
    assert (silent.code, silent.json["verdict"]) == (1, "indeterminate")
    assert silent.json["layers"][0]["signers"][0]["revocation"] == "unknown"
    assert smime(*call, "--policy", "strict", stdin=signed).code == 1
    assert smime(*call, "--crl", tmp_path / "none", stdin=signed).code == 2
    assert smime(*call, "--crl", pki.root.certificate_file, stdin=signed).code == 3

    judge = ["cert", "verify", "--trust", pki.root.certificate_file, "--intermediate", pki.intermediate.certificate_file]
    ran = smime(*judge, "--crl", tmp_path / "gone", "--json", pki.alice.certificate_file)
    assert (ran.code, ran.json["verdict"], ran.json["revocation"][ran.json["path"][0]]["reason"]) == (1, "untrusted", "keyCompromise")
    tree = smime(*judge, "--crl", tmp_path / "good", pki.alice.certificate_file).out.decode().splitlines()
    assert tree[1].startswith("path: CN=Root,O=Example (trusted, valid until ") and tree[3].endswith("revocation good)")

    url, server = shelf
    authority, fay = pointing(pki, url)
    server.answers = {"/ca": lambda _: authority.certificate.public_bytes(Encoding.DER), "/crl": lambda _: list_of(authority)}
    message = libsmime.sign(PLAIN, libsmime.Identity.load(fay.pem_file), chain=False)
    fetched = smime(*call, "--fetch", "--fetch-private", "--fetch-cache", tmp_path / "cache", "--json", stdin=message)
    leaf = fetched.json["layers"][0]["signers"][0]["path_revocation"][0]
    assert (fetched.code, leaf["status"], leaf["source"], len(fetched.json["needs"])) == (0, "good", "crl", 0)
    again = len(server.asked)
    assert smime(*call, "--fetch", "--fetch-private", "--fetch-cache", tmp_path / "cache", stdin=message).code == 0
    # What could be had is not asked for again; the responder, who was silent, is.
    assert server.asked[again:] == [("POST", "/ocsp")]
    # Without leave nobody within the network is asked.
    again = len(server.asked)
    assert smime(*call, "--fetch", stdin=message).code == 1 and len(server.asked) == again


def test_openssl_responds(smime: Command, pki: Pki, tmp_path: Path) -> None:
    """The responder of OpenSSL, started on this machine, over HTTP."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    authority, fay = pointing(pki, f"http://127.0.0.1:{port}")
    index = tmp_path / "index.txt"

    def record(status: str) -> None:
        until = fay.certificate.not_valid_after_utc.strftime("%y%m%d%H%M%SZ")
        revoked = (_NOW - _DAY).strftime("%y%m%d%H%M%SZ,superseded") if status == "R" else ""
        index.write_text(f"{status}\t{until}\t{revoked}\t{fay.certificate.serial_number:X}\tunknown\t/CN=fay\n")

    judge = ["cert", "verify", "--trust", pki.root.certificate_file, "--intermediate", authority.certificate_file, "--fetch", "--fetch-private"]
    for status, expected, code in (("V", "good", 0), ("R", "revoked", 1)):
        record(status)
        responder = subprocess.Popen(
            ["openssl", "ocsp", "-index", str(index), "-port", str(port), "-CA", str(authority.certificate_file)]
            + ["-rsigner", str(authority.certificate_file), "-rkey", str(authority.pem_file), "-nmin", "10"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            # A connection to see whether it listens would keep it waiting for what is asked there.
            assert responder.stderr is not None
            while "waiting for OCSP client connections" not in responder.stderr.readline():
                assert responder.poll() is None
            ran = smime(*judge, "--policy", "default", "--json", fay.certificate_file)
        finally:
            responder.kill()
            responder.communicate()
        leaf = ran.json["revocation"][ran.json["path"][0]]
        assert (ran.code, leaf["status"], leaf["source"]) == (code, expected, "ocsp"), json.dumps(ran.json)
