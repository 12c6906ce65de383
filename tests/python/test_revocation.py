"""Revocation: lists and OCSP responses given, carried and fetched, from Python and from the command."""

from __future__ import annotations

import json
import socket
import subprocess
from pathlib import Path
from typing import Any

import libsmime
import pytest
from conftest import ENTITY, PLAIN, Command
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from evidence import DAY, NOW, Shelf, list_of, pointing, response_of
from libsmime import Code
from pki import Pki


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
        assert signer.path_revocation[0].revoked_at == NOW - 2 * DAY
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
        revoked = (NOW - DAY).strftime("%y%m%d%H%M%SZ,superseded") if status == "R" else ""
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
