"""Revocation: lists and OCSP responses given, carried and fetched, from Python and from the command."""

from __future__ import annotations

import json
import socket
import subprocess
from pathlib import Path
from typing import Any

import libsmime
import pytest
from conftest import ENTITY, PLAIN, Command, Ran, only_line
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from evidence import DAY, NOW, Shelf, list_of, pointing, response_of
from libsmime import Certificate, Code, TrustStore, Verdict
from pki import Pki, issue


def test_lists_and_responses_that_are_given(pki: Pki, store: libsmime.TrustStore, signed: bytes, tmp_path: Path) -> None:
    assert libsmime.open(signed, trust=store, crls=list_of(pki.intermediate)).content == ENTITY
    given: "list[tuple[dict[str, Any], str, str]]" = [
        ({"crls": list_of(pki.intermediate, pki.alice)}, "crl", "keyCompromise"),
        ({"ocsp": [response_of(pki.intermediate, pki.alice, ocsp.OCSPCertStatus.REVOKED)]}, "ocsp", "superseded"),
    ]
    for evidence, source, reason in given:
        with pytest.raises(libsmime.VerificationError) as refused:
            libsmime.open(signed, trust=store, **evidence)
        assert refused.value.code is Code.PATH_REVOKED
        [signer] = refused.value.report.signers
        leaf = signer.path_revocation[0]
        assert signer.revocation == "revoked"
        assert (leaf.status, leaf.source, leaf.reason, leaf.revoked_at) == ("revoked", source, reason, NOW - 2 * DAY)
        assert libsmime.open(signed, trust=store, revocation="off", **evidence).content == ENTITY
    path = tmp_path / "list.crl"
    path.write_bytes(list_of(pki.intermediate))
    stocked = libsmime.TrustStore(anchors=[pki.root.pem], crls=[path, list_of(pki.root)], ocsp=response_of(pki.intermediate, pki.alice))
    report = libsmime.open(signed, trust=stocked, revocation="hard").report
    assert report.signers[0].revocation == "good"
    assert [one.source for one in report.signers[0].path_revocation] == ["crl", "crl", None]


def test_hard_refuses_what_is_not_shown(store: libsmime.TrustStore, signed: bytes) -> None:
    with pytest.raises(libsmime.VerificationError) as refused:
        libsmime.open(signed, trust=store, revocation="hard")
    assert refused.value.code is Code.REV_MISSING and refused.value.report.signers[0].revocation == "unknown"
    with pytest.raises(libsmime.UsageError) as usage:
        libsmime.open(signed, trust=store, revocation="harder")  # type: ignore[arg-type]
    assert usage.value.code is Code.USE_ARGUMENT
    for wrong in ("list.crl", 5, [5]):
        with pytest.raises(TypeError):
            libsmime.open(signed, trust=store, crls=wrong)  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            libsmime.open(signed, trust=store, ocsp=wrong)  # type: ignore[arg-type]
    with pytest.raises(libsmime.MalformedError) as malformed:
        libsmime.open(signed, trust=store, crls=b"no list")
    assert malformed.value.code is Code.CRL_MALFORMED
    with pytest.raises(libsmime.MalformedError) as malformed:
        libsmime.open(signed, trust=store, ocsp=b"no response")
    assert malformed.value.code is Code.OCSP_MALFORMED


def test_a_responder_that_is_trusted_for_every_issuer(pki: Pki, signed: bytes) -> None:
    """Nobody has delegated anything to him but who judges."""
    local = issue(pki.folder, "Responder", "p256", pki.other_root, purpose=ExtendedKeyUsageOID.OCSP_SIGNING)
    good = [response_of(pki.intermediate, pki.alice, responder=local), response_of(pki.root, pki.intermediate, responder=local)]
    report = libsmime.examine(signed, trust=TrustStore(anchors=[pki.root.pem], ocsp=good), revocation="hard")
    assert report.verdict is Verdict.INDETERMINATE and report.has(Code.REV_SIGNER) and report.signers[0].revocation == "unknown"
    trusting = TrustStore(anchors=[pki.root.pem], ocsp=good, ocsp_responders=local.certificate_file)
    report = libsmime.open(signed, trust=trusting, revocation="hard").report
    assert not report.has(Code.REV_SIGNER)
    assert [(one.status, one.source) for one in report.signers[0].path_revocation[:2]] == [("good", "ocsp")] * 2
    # Those that are given with the call count as well; others are not trusted for it.
    gone = response_of(pki.intermediate, pki.alice, ocsp.OCSPCertStatus.REVOKED, responder=local)
    for responder, code in [(local, Code.PATH_REVOKED), (pki.mallory, Code.REV_SIGNER)]:
        store = TrustStore(anchors=[pki.root.pem], ocsp_responders=[Certificate.from_bytes(responder.pem)])
        with pytest.raises(libsmime.VerificationError) as refused:
            libsmime.open(signed, trust=store, ocsp=gone, crls=list_of(pki.root), revocation="hard")
        assert refused.value.code is code
    # He may say nothing of anything else: he is no anchor.
    assert trusting.anchors == [Certificate.from_bytes(pki.root.pem)]
    for wrong in ("local.pem", 5, [5]):
        with pytest.raises(TypeError):
            TrustStore(ocsp_responders=wrong)  # type: ignore[arg-type]


def errors(ran: Ran) -> "list[str]":
    """The codes of what speaks against a message or certificate."""
    return [finding["code"] for finding in ran.json["findings"] if finding["severity"] == "error"]


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
    assert (silent.code, silent.json["verdict"], errors(silent)) == (1, "indeterminate", ["REV-MISSING", "REV-MISSING"])
    assert silent.json["layers"][0]["signers"][0]["revocation"] == "unknown"
    strict = smime(*call, "--policy", "strict", "--json", stdin=signed)
    assert (strict.code, strict.json["verdict"], errors(strict)) == (1, "indeterminate", ["REV-MISSING", "REV-MISSING"])
    lists_only = ["--crl", tmp_path / "good", "--crl", tmp_path / "root"]
    assert smime(*call, "--policy", "strict", *lists_only, stdin=signed).out == ENTITY

    judge = ["cert", "verify", "--trust", pki.root.certificate_file, "--intermediate", pki.intermediate.certificate_file]
    ran = smime(*judge, "--crl", tmp_path / "gone", "--json", pki.alice.certificate_file)
    assert (ran.code, ran.json["verdict"], errors(ran)) == (1, "untrusted", ["PATH-REVOKED"])
    assert ran.json["revocation"][ran.json["path"][0]]["reason"] == "keyCompromise"
    refused = smime(*judge, "--crl", tmp_path / "gone", pki.alice.certificate_file)
    assert refused.code == 1 and only_line(refused).startswith("smime: PATH-REVOKED: ")
    tree = smime(*judge, "--crl", tmp_path / "good", pki.alice.certificate_file).out.decode().splitlines()
    assert tree[1].startswith("path: CN=Root,O=Example (trusted, valid until ") and tree[3].endswith("revocation good)")

    url, server = shelf
    authority, fay = pointing(pki, url)
    server.answers = {"/ca": lambda _: authority.certificate.public_bytes(Encoding.DER), "/crl": lambda _: list_of(authority)}
    message = libsmime.sign(PLAIN, libsmime.Identity.load(fay.pem_file), chain=False)
    fetched = smime(*call, "--fetch", "--fetch-private", "--fetch-cache", tmp_path / "cache", "--json", stdin=message)
    leaf = fetched.json["layers"][0]["signers"][0]["path_revocation"][0]
    assert (fetched.code, leaf["status"], leaf["source"], fetched.json["needs"], errors(fetched)) == (0, "good", "crl", [], [])
    again = len(server.asked)
    assert smime(*call, "--fetch", "--fetch-private", "--fetch-cache", tmp_path / "cache", stdin=message).code == 0
    # What could be had is not asked for again; the responder, who was silent, is.
    assert server.asked[again:] == [("POST", "/ocsp")]
    # Without leave nobody within the network is asked.
    again = len(server.asked)
    refused = smime(*call, "--fetch", "--json", stdin=message)
    assert (refused.code, errors(refused), len(server.asked)) == (1, ["PATH-NO-ANCHOR"], again)
    assert [need["what"] for need in refused.json["needs"]] == ["issuer"]
    # What is missing stands in the report of a message, and in lines of its own where a certificate is judged.
    refused = smime(*call, stdin=message)
    assert (refused.code, refused.out) == (1, b"") and only_line(refused).startswith("smime: PATH-NO-ANCHOR: ")
    told = smime("cert", "verify", "--trust", pki.root.certificate_file, fay.certificate_file).out.decode().splitlines()
    assert [line for line in told if line.startswith("need: ")] == [f"need: issuer {url}/ca"]


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
    for status, expected, against in (("V", "good", []), ("R", "revoked", ["PATH-REVOKED"])):
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
        assert (ran.code, leaf["status"], leaf["source"]) == (len(against), expected, "ocsp"), json.dumps(ran.json)
        assert errors(ran) == against
