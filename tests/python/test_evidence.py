"""Evidence that lasts: written when a message is opened, judged again when everything has expired."""

from __future__ import annotations

import base64
import email
import io
import json
import subprocess
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import libsmime
import pytest
from conftest import ENTITY, PLAIN, Command, only_line
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from evidence import DAY, NOW, Shelf, list_of, pointing, response_of
from libsmime import Code, TrustStore, Verdict
from pki import Pki, issue
from test_time_stamps import CONFIGURATION

LATER = NOW + 3650 * DAY
"""Every certificate has expired by then."""


def lists(pki: Pki, *revoked: Any) -> list[bytes]:
    """By which everybody but these is good."""
    return [list_of(pki.root), list_of(pki.intermediate, *revoked)]


def parts(proof: bytes) -> dict[str, bytes]:
    """What a mail program shows of the file."""
    found = {}
    for part in email.message_from_bytes(proof).walk():
        if not part.is_multipart():
            octets = part.get_payload(decode=True)
            assert isinstance(octets, bytes)
            found[part.get_filename() or ""] = octets
    return found


@pytest.fixture
def proof(signed: bytes, store: TrustStore, pki: Pki, tmp_path: Path) -> Path:
    file = tmp_path / "proof.eml"
    libsmime.open(signed, trust=store, crls=lists(pki), revocation="hard", evidence=file)
    return file


def test_it_is_judged_again_when_everything_has_expired(proof: Path, signed: bytes, store: TrustStore) -> None:
    opened = libsmime.open_evidence(proof, trust=store, at=LATER, policy="strict", revocation="hard")
    assert opened.content == ENTITY and opened.verdict is Verdict.VALID
    report = opened.report
    assert report.at is not None and abs(report.at - NOW) < DAY
    assert report.evidence is not None and report.evidence.noted_at == report.at
    assert (report.evidence.noted_verdict, report.evidence.noted_policy, report.evidence.time_stamp) == (Verdict.VALID, "default+", None)
    assert report.has(Code.EVIDENCE_TIME) and report.summary.startswith("valid as of ")
    assert libsmime.examine(signed, trust=store, at=LATER).verdict is Verdict.UNTRUSTED
    assert libsmime.examine_evidence(proof.read_bytes(), trust=store, at=LATER, policy="noted").verdict is Verdict.VALID
    output = io.BytesIO()
    libsmime.open_evidence(io.BytesIO(proof.read_bytes()), trust=store, at=LATER, output=output)
    assert output.getvalue() == ENTITY
    # An ordinary report has a time, and is of no evidence.
    ordinary = libsmime.examine(signed, trust=store, at=NOW)
    assert (ordinary.at, ordinary.evidence) == (NOW, None)


def test_every_mail_program_can_show_it(proof: Path, signed: bytes, pki: Pki) -> None:
    found = parts(proof.read_bytes())
    assert list(found) == [
        "evidence.txt",
        "message.eml",
        *(f"certificate-{number}.cer" for number in (1, 2, 3)),
        "list-1.crl",
        "list-2.crl",
        "report.json",
        "manifest.json",
    ]
    assert found["message.eml"] == signed and b"by the policy default: valid, signed by " in found["evidence.txt"]
    assert {found["list-1.crl"], found["list-2.crl"]} == {octets for octets in found.values() if octets.startswith(b"\x30")} - {
        found[f"certificate-{number}.cer"] for number in (1, 2, 3)
    }
    assert json.loads(found["report.json"])["verdict"] == "valid"
    manifest = json.loads(found["manifest.json"])
    assert (manifest["evidence"], manifest["verdict"], manifest["policy"]["changed"]) == (1, "valid", {"revocation": "hard"})


def test_a_file_vouches_for_nobody(proof: Path, pki: Pki) -> None:
    others = TrustStore(anchors=[pki.other_root.certificate_file])
    with pytest.raises(libsmime.VerificationError) as caught:
        libsmime.open_evidence(proof, trust=others, at=LATER)
    assert caught.value.code is Code.PATH_NO_ANCHOR
    assert libsmime.examine_evidence(proof, trust=others, at=LATER, policy="noted").verdict is Verdict.UNTRUSTED


def test_revoked_afterwards_and_before(proof: Path, signed: bytes, pki: Pki, tmp_path: Path) -> None:
    revoked = [list_of(pki.root), list_of(pki.intermediate, pki.alice, until=4000 * DAY)]
    knowing = TrustStore(anchors=[pki.root.certificate_file], crls=revoked)
    # That list is of the time of the evidence too: the judge knows better than who made it.
    assert libsmime.examine_evidence(proof, trust=knowing, at=LATER).has(Code.PATH_REVOKED)
    store = TrustStore(anchors=[pki.root.certificate_file])
    refused = tmp_path / "refused.eml"
    with pytest.raises(libsmime.VerificationError):
        libsmime.open(signed, trust=store, crls=revoked, evidence=refused, output=tmp_path / "content")
    assert not (tmp_path / "content").exists()
    report = libsmime.examine_evidence(refused, trust=store, at=LATER)
    assert report.verdict is Verdict.UNTRUSTED and report.has(Code.PATH_REVOKED)
    with pytest.raises(libsmime.VerificationError):
        libsmime.open_evidence(refused, trust=store, at=LATER, output=tmp_path / "content")
    assert not (tmp_path / "content").exists()


def test_ocsp_that_was_fetched(shelf: tuple[str, type[Shelf]], pki: Pki, store: TrustStore, tmp_path: Path) -> None:
    url, shelves = shelf
    authority, fay = pointing(pki, url)
    shelves.answers = {"/ca": lambda _: authority.pem, "/ocsp": lambda _: response_of(authority, fay, ocsp.OCSPCertStatus.GOOD)}
    message = libsmime.sign(PLAIN, libsmime.Identity.load(fay.pem_file), chain=False)
    proof, fetch = tmp_path / "proof.eml", libsmime.Fetcher(private=True)
    opened = libsmime.open(message, trust=store, crls=[list_of(pki.root)], revocation="hard", fetch=fetch, evidence=proof)
    asked = list(shelves.asked)
    assert opened.verdict is Verdict.VALID and {path for _, path in asked} == {"/ca", "/ocsp"}
    report = libsmime.examine_evidence(proof, trust=store, at=LATER, revocation="hard")
    assert report.verdict is Verdict.VALID and shelves.asked == asked
    assert report.signers[0].path_revocation[0].source == "ocsp"
    assert {"list-1.crl", "response-1.ors"} <= set(parts(proof.read_bytes()))


def test_encrypted_messages(sealed: bytes, bob: libsmime.Identity, store: TrustStore, tmp_path: Path) -> None:
    proof = tmp_path / "proof.eml"
    opened = libsmime.open(io.BytesIO(sealed), identity=bob, trust=store, evidence=proof, output=tmp_path / "content")
    assert [layer.kind for layer in opened.report.layers] == ["encrypted", "signed"]
    assert (tmp_path / "content").read_bytes() == ENTITY
    again = libsmime.open_evidence(proof, trust=store, at=LATER)
    assert again.content == ENTITY and [layer.kind for layer in again.report.layers] == ["signed"]
    assert again.report.sender == opened.report.sender
    assert b"what the encrypted message held" in parts(proof.read_bytes())["evidence.txt"]


def test_messages_of_which_there_is_none(signed: bytes, bob: libsmime.Identity, store: TrustStore, tmp_path: Path) -> None:
    proof = tmp_path / "proof.eml"
    unsigned = libsmime.encrypt(PLAIN, bob.certificate)
    calls: list[dict[str, Any]] = [{"raw": unsigned, "identity": bob}, {"raw": b"0", "content": PLAIN}]
    for call in calls:
        for verb in (libsmime.open, libsmime.examine):
            with pytest.raises(libsmime.UsageError) as caught:
                verb(trust=store, evidence=proof, **call)
            assert caught.value.code is Code.USE_EVIDENCE
    assert libsmime.examine(PLAIN, trust=store, evidence=proof).has(Code.MIME_NOT_SMIME)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(TypeError):
        libsmime.open(signed, trust=store, evidence="proof.eml")  # type: ignore[arg-type]


def test_files_that_are_none_or_were_altered(proof: Path, signed: bytes, store: TrustStore) -> None:
    whole = proof.read_bytes()
    message = base64.b64encode(signed[:48])
    for raw, code in [
        (signed, Code.EVIDENCE_MALFORMED),
        (whole[: whole.rindex(b"--=_")], Code.MIME_TRUNCATED),
        (whole.replace(message, b"AAAA" + message[4:]), Code.EVIDENCE_ALTERED),
        (whole.replace(b"list-1.crl", b"list-3.crl"), Code.EVIDENCE_ALTERED),
    ]:
        with pytest.raises(libsmime.MalformedError) as caught:
            libsmime.examine_evidence(raw, trust=store, at=LATER)
        assert caught.value.code is code
    with pytest.raises(libsmime.MalformedError) as caught:
        libsmime.examine_evidence(whole, trust=store, at=NOW - DAY)
    assert caught.value.code is Code.EVIDENCE_MALFORMED
    with pytest.raises(libsmime.LimitError):
        libsmime.open_evidence(whole, trust=store, at=LATER, limits=libsmime.Limits(mime_parts=3))


@pytest.fixture(scope="module")
def clocks(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """OpenSSL's authority for time-stamps: what it says of a file, and its anchor."""
    folder = tmp_path_factory.mktemp("clocks")
    root = issue(folder, "Clocks", "p256", authority=True)
    clock = issue(folder, "Clock", "p256", root, purpose=ExtendedKeyUsageOID.TIME_STAMPING)

    def stamp(file: Path, *options: str) -> Path:
        (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder, clock=clock))
        (folder / "serial").write_text("01\n")
        question, answer = folder / "question.tsq", folder / "answer.tsr"
        run = ["openssl", "ts", "-query", "-data", str(file), "-sha256", "-cert", "-out", str(question)]
        subprocess.run(run, check=True, capture_output=True)
        run = ["openssl", "ts", "-reply", "-config", str(folder / "tsa.cnf"), "-queryfile", str(question), *options, "-out", str(answer)]
        subprocess.run(run, check=True, capture_output=True)
        return answer

    return root, stamp


def test_a_time_stamp_over_the_file(proof: Path, store: TrustStore, clocks: Any, pki: Pki) -> None:
    root, stamp = clocks
    trusted, at = TrustStore(anchors=root.certificate_file), NOW + 100 * DAY
    recent = list_of(root, until=200 * DAY)
    for options in ([], ["-token_out"]):
        token = stamp(proof, *options)
        report = libsmime.examine_evidence(proof, trust=store, time_stamp=token, time_stamp_trust=trusted, at=at, revocation="hard", crls=recent)
        assert report.verdict is Verdict.VALID and not report.has(Code.EVIDENCE_TIME)
        evidence = report.evidence
        assert evidence is not None and evidence.time_stamp is not None and evidence.time_stamp.time == report.at
        assert (evidence.time_stamp.verdict, evidence.time_stamp.authority) == (Verdict.VALID, "CN=Clock,O=Example")
    token = stamp(proof).read_bytes()
    refused: list[tuple[Any, Any, Code]] = [(token, None, Code.TST_UNTRUSTED), (token, store, Code.TST_UNTRUSTED), (b"no token", trusted, Code.TST_INVALID)]
    for octets, trusting, code in refused:
        with pytest.raises(libsmime.VerificationError) as caught:
            libsmime.open_evidence(proof, trust=store, time_stamp=octets, time_stamp_trust=trusting, at=at)
        assert caught.value.code is code
    proof.write_bytes(proof.read_bytes().replace(b"Subject: ", b"Subject: My "))
    with pytest.raises(libsmime.VerificationError) as caught:
        libsmime.open_evidence(proof, trust=store, time_stamp=token, time_stamp_trust=trusted, at=at)
    assert caught.value.code is Code.TST_INVALID


def test_the_command(smime: Command, pki: Pki, sealed: bytes, clocks: Any, tmp_path: Path) -> None:
    proof, content = tmp_path / "proof.eml", tmp_path / "content"
    crls = [tmp_path / "root.crl", tmp_path / "intermediate.crl"]
    for file, octets in zip(crls, lists(pki)):
        file.write_bytes(octets)
    judging: list[Any] = ["--trust", pki.root.certificate_file, "--revocation", "hard"]
    evidence: list[Any] = [*judging, "--crl", crls[0], "--crl", crls[1], "--evidence", proof]
    ran = smime("open", "--identity", pki.bob.pem_file, *evidence, "-o", content, stdin=sealed)
    assert (ran.code, ran.out, ran.err, content.read_bytes()) == (0, b"", "", ENTITY)
    for way in ([], ["--json"]):
        ran = smime("open", "--identity", pki.bob.pem_file, *evidence, *way, stdin=sealed)
        assert ran.code == 0, ran.err

    content.unlink()
    at = ["--at", LATER.strftime("%Y-%m-%dT%H:%M:%SZ")]
    ran = smime("evidence", "verify", *judging, *at, proof, "-o", content)
    assert (ran.code, ran.err, content.read_bytes()) == (0, "", ENTITY)
    lines = ran.out.decode().splitlines()
    assert lines[0] == "verdict: valid" and lines[1].endswith("Z, by the word of whoever kept the file"), lines
    assert lines[2].endswith(", valid by the policy default+") and lines[3].endswith(", valid, revocation good"), lines
    assert any(line.startswith("warning: EVIDENCE-TIME: ") for line in lines)
    ran = smime("evidence", "verify", *judging, *at, "--json", stdin=proof.read_bytes())
    assert (ran.code, ran.json["verdict"], ran.json["evidence"]["noted_verdict"]) == (0, "valid", "valid")

    root, stamp = clocks
    soon = (NOW + 100 * DAY).strftime("%Y-%m-%dT%H:%M:%SZ")
    recent = tmp_path / "clocks.crl"
    recent.write_bytes(list_of(root, until=200 * DAY))
    stamped: list[Any] = ["--at", soon, "--time-stamp", stamp(proof), "--time-stamp-trust", root.certificate_file, "--crl", recent]
    ran = smime("evidence", "verify", *judging, *stamped, proof)
    assert ran.code == 0 and b", by the time-stamp of CN=Clock,O=Example\n" in ran.out and b"EVIDENCE-TIME" not in ran.out

    for arguments, code, word in [
        (["--trust", pki.other_root.certificate_file, *at], 1, "PATH-NO-ANCHOR"),
        ([*judging, "--at", soon, *stamped[2:4]], 1, "TST-UNTRUSTED"),
        ([*judging, "--policy", "noted"], 2, "USE-ARGUMENT"),
        (["--trust", pki.root.certificate_file, "--at", "2020-01-01T00:00:00Z"], 3, "EVIDENCE-MALFORMED"),
    ]:
        ran = smime("evidence", "verify", *arguments, proof)
        assert ran.code == code and only_line(ran).startswith(f"smime: {word}: "), ran.err
        ran = smime("evidence", "verify", *arguments, "--json", proof)
        assert ran.code == code and ("error" in ran.json or ran.json["verdict"] == "untrusted"), ran.out
    ran = smime("evidence", "verify", *judging, stdin=PLAIN)
    assert (ran.code, ran.out) == (3, b"") and only_line(ran).startswith("smime: EVIDENCE-MALFORMED: ")
    ran = smime("evidence")
    assert ran.code == 2


def test_what_stands_in_the_message_is_octet_for_octet(alice: libsmime.Identity, store: TrustStore) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "alice@example.org", "Größe"
    mail.set_content("für alle Zeiten\n" * 10_000)
    signed = libsmime.sign(mail, alice).replace(b"\r\n", b"\n")
    proof = io.BytesIO()
    opened = libsmime.open(signed, trust=store, evidence=proof)
    assert parts(proof.getvalue())["message.eml"] == signed
    assert libsmime.open_evidence(proof.getvalue(), trust=store, at=LATER).content == opened.content
