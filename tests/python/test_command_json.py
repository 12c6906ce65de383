"""What --json prints: the keys of the published schema, in every case."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import libsmime
import pytest
from conftest import ENTITY, PLAIN, Command
from libsmime import Identity, encrypt, sign
from pki import Pki

REPORT = {"schema", "libsmime", "verdict", "sender", "layers", "coverage", "headers", "findings", "needs", "content"}
SIGNER = {
    "subject",
    "issuer",
    "serial",
    "sha256",
    "addresses",
    "digest",
    "algorithm",
    "signing_time",
    "signature",
    "chain",
    "revocation",
    "verdict",
    "findings",
}
FINDING = {"code", "severity", "layer", "signer", "message", "reference"}


def check_report(report: Any) -> None:
    """Keys are only ever added to."""
    assert REPORT <= set(report)
    assert report["schema"] == 1
    assert report["verdict"] in ("valid", "untrusted", "invalid", "indeterminate", "unsigned")
    assert {"from", "sender", "address_match"} <= set(report["sender"])
    assert report["sender"]["address_match"] in ("match", "mismatch", "ambiguous", "absent")
    assert {"signed", "uncovered_parts"} <= set(report["coverage"])
    assert {"protected", "differences"} <= set(report["headers"])
    assert {"bytes", "sha256"} <= set(report["content"])
    for layer in report["layers"]:
        if layer["kind"] == "encrypted":
            assert {"cipher", "integrity", "recipients"} <= set(layer)
            assert layer["integrity"] in ("aead", "none")
            for recipient in layer["recipients"]:
                assert {"kind", "algorithm", "used"} <= set(recipient)
                assert recipient["kind"] in ("ktri", "kari", "kemri", "kekri", "pwri", "ori")
        elif layer["kind"] == "signed":
            assert {"form", "verdict", "signers"} <= set(layer)
            assert layer["form"] in ("clear", "opaque")
            for signer in layer["signers"]:
                assert SIGNER <= set(signer)
                assert signer["signature"] in ("passed", "failed", "not_checked")
                assert signer["chain"] in ("passed", "failed", "not_checked")
                assert signer["revocation"] in ("good", "revoked", "unknown", "not_checked")
                assert all(report["findings"][index] for index in signer["findings"])
        else:
            assert layer["kind"] in ("compressed", "certs-only")
    for finding in report["findings"]:
        assert FINDING <= set(finding)
        assert finding["severity"] in ("error", "warning", "info")
    for need in report["needs"]:
        assert {"what", "url", "for"} <= set(need)


def test_an_accepted_message(smime: Command, pki: Pki, sealed: bytes, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for more, content in (([], ENTITY), (["--as-message"], None)):
        ran = smime("open", "--identity", pki.bob.pem_file, "--trust", pki.root.certificate_file, "--json", "-o", out, *more, stdin=sealed)
        assert (ran.code, ran.err) == (0, "")
        check_report(ran.json)
        octets = out.read_bytes()
        assert content is None or octets == content
        assert ran.json["content"] == {"bytes": len(octets), "sha256": hashlib.sha256(octets).hexdigest()}
    report = ran.json
    assert (report["verdict"], [layer["kind"] for layer in report["layers"]]) == ("valid", ["encrypted", "signed"])
    assert report["sender"] == {"from": ["alice@example.org"], "sender": None, "address_match": "match"}
    signer = report["layers"][1]["signers"][0]
    assert (signer["verdict"], signer["signature"], signer["chain"]) == ("valid", "passed", "passed")
    assert signer["addresses"] == ["alice@example.org"] and signer["serial"] == f"{pki.alice.certificate.serial_number:x}".rjust(len(signer["serial"]), "0")


@pytest.mark.parametrize("output", [[], ["-o", "-"]])
def test_standard_output_is_for_the_report_alone(smime: Command, pki: Pki, sealed: bytes, output: list[str]) -> None:
    ran = smime("open", "--identity", pki.bob.pem_file, "--trust", pki.root.certificate_file, "--json", *output, stdin=sealed)
    assert (ran.code, ran.err) == (0, "")
    check_report(ran.json)
    assert b"Good morning" not in ran.out
    assert ran.json["content"] == {"bytes": len(ENTITY), "sha256": None}


def test_a_refused_message(smime: Command, pki: Pki, signed: bytes, tmp_path: Path) -> None:
    altered = signed.replace(b"Good morning", b"Good evening")
    for more in ([], ["-o", tmp_path / "out"]):
        ran = smime("open", "--trust", pki.root.certificate_file, "--json", *more, stdin=altered)
        assert ran.code == 1 and ran.err.startswith("smime: SIG-DIGEST-MISMATCH: ")
        check_report(ran.json)
        assert ran.json["verdict"] == "invalid" and ran.json["content"]["sha256"] is None
        [finding] = [finding for finding in ran.json["findings"] if finding["code"] == "SIG-DIGEST-MISMATCH"]
        assert (finding["severity"], finding["layer"], finding["signer"]) == ("error", 0, 0)
    assert not (tmp_path / "out").exists()


def test_a_cipher_that_the_policy_forbids(smime: Command, pki: Pki, bob: Identity) -> None:
    sealed = encrypt(PLAIN, bob.certificate, cipher="aes-256-cbc")
    ran = smime("open", "--identity", pki.bob.pem_file, "--policy", "strict", "--json", stdin=sealed)
    assert ran.code == 1
    check_report(ran.json)
    assert ran.json["findings"][0]["code"] == "ENC-ALGORITHM-FORBIDDEN"


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "exit_code"),
    [
        (["open", "--frobnicate"], b"", "USE-ARGUMENT", 2),
        (["open", "/nonexistent/message"], b"", "USE-IO", 2),
        (["open"], PLAIN, "MIME-NOT-SMIME", 3),
        (["open", "--require-signature"], PLAIN, "MIME-NOT-SMIME", 3),
        (["open", "--form", "der"], b"\x30\x82", "BER-TRUNCATED", 3),
        (["open"], "sealed", "ENC-NO-RECIPIENT", 4),
        (["open", "--message-password-file", "x"], "sealed", "ALG-UNSUPPORTED", 6),
        (["open", "--fetch-private"], "sealed", "USE-ARGUMENT", 2),
        (["open", "--fetch-cache", "/nonexistent/folder"], "sealed", "USE-ARGUMENT", 2),
        (["cert", "show", "/nonexistent/certificate"], b"", "USE-IO", 2),
        (["cert", "lint", "/nonexistent/certificate"], b"", "USE-IO", 2),
    ],
)
def test_an_error(smime: Command, sealed: bytes, arguments: list[str], stdin: Any, code: str, exit_code: int) -> None:
    ran = smime(*arguments, "--json", stdin=sealed if stdin == "sealed" else stdin)
    assert ran.code == exit_code
    assert set(ran.json) == {"error"} and set(ran.json["error"]) == {"code", "message", "offset"}
    assert ran.json["error"]["code"] == code
    assert ran.err == f"smime: {code}: {ran.json['error']['message']}\n"
    assert ran.json["error"]["offset"] is None or isinstance(ran.json["error"]["offset"], int)


def test_every_kind_of_layer(smime: Command, pki: Pki, alice: Identity, bob: Identity, carol: Identity) -> None:
    message = sign(encrypt(sign(PLAIN, alice, opaque=True), [bob.certificate, carol.certificate], cipher="aes-128-gcm"), alice)
    ran = smime("open", "--identity", pki.carol.pem_file, "--trust", pki.root.certificate_file, "--json", stdin=message)
    check_report(ran.json)
    outer, encrypted, inner = ran.json["layers"]
    assert (outer["form"], encrypted["cipher"], encrypted["integrity"], inner["form"]) == ("clear", "aes-128-gcm", "aead", "opaque")
    assert [(recipient["kind"], recipient["used"]) for recipient in encrypted["recipients"]] == [("ktri", False), ("kari", True)]


def test_cert_lint(smime: Command, pki: Pki, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(pki.alice.pem + pki.root.pem)
    certificates = libsmime.Certificate.many(both.read_bytes())
    ran = smime("cert", "lint", "--json", both)
    due = [{**finding.to_dict(), "certificate": one.sha256} for one in certificates for finding in one.lint()]
    assert set(ran.json) == {"lints"} and ran.json["lints"] == due
    assert ran.code == (1 if any(one["severity"] == "error" for one in due) else 0)
    told = smime("cert", "lint", both)
    assert told.code == ran.code and len(told.out.splitlines()) == len(due)


def test_cert_show(smime: Command, pki: Pki, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(pki.alice.pem + pki.root.pem)
    shown = smime("cert", "show", "--json", both).json["certificates"]
    assert [(one["subject"], one["is_ca"]) for one in shown] == [("CN=alice,O=Example", False), ("CN=Root,O=Example", True)]
    text = smime("cert", "show", both)
    assert text.code == 0 and "subject: CN=alice,O=Example\n" in text.out.decode() and "addresses: alice@example.org\n" in text.out.decode()


def test_cert_verify(smime: Command, pki: Pki, tmp_path: Path) -> None:
    call = ["cert", "verify", "--trust", pki.root.certificate_file, "--intermediate", pki.intermediate.certificate_file]
    ran = smime(*call, "--purpose", "email-encryption", "--address", "bob@example.org", "--json", pki.bob.certificate_file)
    assert (ran.code, ran.err) == (0, "")
    assert {"verdict", "path", "revocation", "policies", "findings", "needs"} <= set(ran.json)
    assert ran.json["verdict"] == "valid" and len(ran.json["path"]) == 3 and ran.json["policies"] == []
    assert set(ran.json["revocation"]) == set(ran.json["path"])
    other = smime(*call, "--address", "alice@example.org", "--json", pki.bob.certificate_file)
    assert (other.code, other.json["verdict"]) == (1, "untrusted")
    assert FINDING - {"layer", "signer"} <= set(other.json["findings"][0])
    assert other.err == "smime: ADDR-MISMATCH: " + other.json["findings"][0]["message"] + "\n"
    text = smime(*call, pki.bob.certificate_file)
    assert text.out.decode().splitlines()[0] == "verdict: valid" and text.out.count(b"\npath: ") == 3, text.out
    # Others in the file help to find the path.
    both = tmp_path / "both.pem"
    both.write_bytes(pki.bob.pem + pki.intermediate.pem)
    assert smime("cert", "verify", "--trust", pki.root.certificate_file, both).code == 0
    refused = smime("cert", "verify", "--trust", pki.other_root.certificate_file, both)
    assert refused.code == 1 and refused.err.startswith("smime: PATH-NO-ANCHOR: ")
