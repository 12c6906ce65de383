"""The command: arguments, exit codes, streams, files, passwords."""

from __future__ import annotations

import base64
import json
import os
import pty
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import libsmime
import pytest
from conftest import ENTITY, PLAIN, Command, detached_signature, only_line
from pki import PASSWORD, Pki



@pytest.fixture
def message(tmp_path: Path) -> Path:
    path = tmp_path / "message.eml"
    path.write_bytes(PLAIN)
    return path


def test_there_and_back_in_a_pipe(smime: Command, pki: Pki) -> None:
    signed = smime("sign", "--identity", pki.alice.pem_file, stdin=PLAIN)
    assert (signed.code, signed.err) == (0, "")
    sealed = smime("encrypt", "--to", pki.bob.certificate_file, "--to", pki.carol.certificate_file, stdin=signed.out)
    assert (sealed.code, sealed.err) == (0, "")
    for name in ("bob", "carol"):
        identity = getattr(pki, name).pem_file
        opened = smime("open", "--identity", identity, "--trust", pki.root.certificate_file, "--require-signature", stdin=sealed.out)
        assert (opened.code, opened.err, opened.out) == (0, "", ENTITY)
        whole = smime("open", "--identity", identity, "--trust", pki.root.certificate_file, "--as-message", "-", "-o", "-", stdin=sealed.out)
        assert whole.code == 0 and whole.out.endswith(b"\r\n" + ENTITY) and b"Subject: Hello\r\n" in whole.out


def test_there_and_back_in_files(smime: Command, pki: Pki, tmp_path: Path, message: Path) -> None:
    steps = [
        ["sign", "--identity", pki.alice.pem_file, "--opaque", "--digest", "sha512", "--pss", message, "-o", "signed"],
        ["encrypt", "signed", "--to", pki.bob.certificate_file, "--cipher", "aes-128-gcm", "--key-transport", "oaep", "-o", "sealed"],
        ["open", "-o", "content", "sealed", "--identity", pki.bob.pem_file, "--trust", pki.root.certificate_file],
    ]
    for step in steps:
        ran = smime(*step, cwd=tmp_path)
        assert (ran.code, ran.out, ran.err) == (0, b"", "")
    assert (tmp_path / "content").read_bytes() == ENTITY
    assert sorted(path.name for path in tmp_path.iterdir()) == ["content", "message.eml", "sealed", "signed"]


def test_options_reach_the_message(smime: Command, pki: Pki, store: libsmime.TrustStore, bob: libsmime.Identity) -> None:
    signed = smime("sign", "--identity", pki.alice.pem_file, "--opaque", "--digest", "sha384", "--pss", stdin=PLAIN).out
    report = libsmime.examine(signed, trust=store)
    assert [(layer.kind, layer.form) for layer in report.layers if isinstance(layer, libsmime.SignedLayer)] == [("signed", "opaque")]
    assert [(signer.digest, signer.algorithm) for signer in report.signers] == [("sha384", "rsassa-pss")]
    bare = smime("sign", "--identity", pki.alice.pem_file, "--no-chain", stdin=PLAIN).out
    assert libsmime.examine(bare, trust=store).has("PATH-NO-ANCHOR")
    both = smime("sign", "--identity", pki.alice.pem_file, "--identity", pki.carol.pem_file, stdin=PLAIN).out
    assert len(libsmime.examine(both, trust=store).signers) == 2
    hidden = smime("encrypt", "--to", pki.bob.certificate_file, "--protect-headers", stdin=PLAIN).out
    assert b"Hello" not in hidden
    assert libsmime.examine(hidden, identity=bob).headers.protected["Subject"] == "Hello"


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_either_line_end(smime: Command, pki: Pki, signed: bytes, sealed: bytes, line_end: bytes) -> None:
    for raw in (signed, sealed):
        ran = smime(
            "open", "--identity", pki.bob.pem_file, "--trust", pki.root.certificate_file, stdin=raw.replace(b"\r\n", line_end)
        )
        assert (ran.code, ran.out) == (0, ENTITY)
    ran = smime("sign", "--identity", pki.alice.pem_file, stdin=PLAIN.replace(b"\r\n", line_end))
    assert smime("open", "--trust", pki.root.certificate_file, stdin=ran.out).out == ENTITY


def test_passwords(smime: Command, pki: Pki, tmp_path: Path) -> None:
    right, wrong, latin = tmp_path / "right", tmp_path / "wrong", tmp_path / "latin"
    right.write_bytes(PASSWORD.encode() + b"\nanother line\n")
    wrong.write_bytes(b"wrong")
    latin.write_bytes(PASSWORD.encode("latin-1"))
    p12 = pki.alice.p12_file
    assert smime("sign", "--identity", p12, "--password-file", right, stdin=PLAIN).code == 0
    assert smime("sign", "--identity", p12, stdin=PLAIN, env={"SMIME_PASSWORD": PASSWORD}).code == 0
    assert smime("sign", "--identity", p12, "--password-file", right, stdin=PLAIN, env={"SMIME_PASSWORD": "wrong"}).code == 0
    two = ["--identity", p12, "--password-file", right, "--identity", pki.carol.p12_file]
    assert smime("sign", *two, stdin=PLAIN, env={"SMIME_PASSWORD": PASSWORD}).code == 0
    refused = smime("sign", *two, stdin=PLAIN, env={"SMIME_PASSWORD": "wrong"})
    assert refused.code == 4 and only_line(refused).startswith("smime: KEY-PASSWORD-WRONG: ")
    refused = smime("sign", "--identity", p12, "--password-file", wrong, stdin=PLAIN)
    assert (refused.code, refused.out) == (4, b"") and only_line(refused).startswith("smime: KEY-PASSWORD-WRONG: ")
    missing = smime("sign", "--identity", p12, stdin=PLAIN)
    assert missing.code == 2 and only_line(missing).startswith("smime: USE-PASSWORD: ")
    assert smime("sign", "--identity", p12, "--password-file", latin, stdin=PLAIN).code == 2
    assert smime("sign", "--identity", p12, "--password-file", tmp_path / "none", stdin=PLAIN).code == 2
    # A key without a password is none the worse for one.
    assert smime("sign", "--identity", pki.alice.pem_file, "--password-file", right, stdin=PLAIN).code == 0


def test_a_password_is_asked_for_at_a_terminal(pki: Pki, message: Path, tmp_path: Path) -> None:
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "libsmime", "sign", "--identity", str(pki.alice.p12_file), str(message), "-o", str(tmp_path / "out")]
    environment = {name: value for name, value in os.environ.items() if name != "SMIME_PASSWORD"}
    process = subprocess.Popen(command, stdin=child, stdout=child, stderr=child, env=environment, start_new_session=True)
    os.close(child)
    said = b""
    while not said.endswith(b": "):
        said += os.read(parent, 1024)
    assert said.startswith(b"Password of ")
    os.write(parent, PASSWORD.encode() + b"\n")
    assert process.wait(60) == 0
    os.close(parent)
    assert (tmp_path / "out").read_bytes().startswith(b"From: alice")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["frobnicate"],
        ["sign"],
        ["sign", "--identity"],
        ["sign", "--identity", "a.p12", "--frobnicate"],
        ["sign", "--password-file", "x", "--identity", "a.p12"],
        ["sign", "--identity", "a.p12", "--password-file", "x", "--password-file", "y"],
        ["sign", "--ident", "a.p12"],
        ["sign", "--identity", "a.p12", "one", "two"],
        ["encrypt", "--key-transport", "pigeon"],
        ["open", "--policy", "lax"],
        ["open", "--at", "yesterday"],
        ["open", "--at", "2026-02-30T00:00:00Z"],
        ["open", "--at", "2026-02-03T00:00:00"],
        ["open", "--form", "tnef"],
        ["open", "--fetch-private"],
        ["open", "--fetch-cache", "folder"],
        ["open", "--identity", "missing.p12", "--fetch-cache", "folder", "--fetch-private"],
        ["cert"],
        ["cert", "frobnicate"],
        ["cert", "show"],
        ["cert", "verify", "x.pem", "--purpose", "fun"],
        ["cert", "verify", "x.pem", "--fetch-private"],
        ["cert", "verify", "x.pem", "--fetch-cache", "folder"],
        ["key", "new"],
        ["request", "new"],
        ["ca", "init"],
        ["p12", "pack"],
    ],
)
def test_usage(smime: Command, arguments: list[str]) -> None:
    ran = smime(*arguments)
    assert (ran.code, ran.out) == (2, b"")
    assert only_line(ran).startswith("smime: USE-ARGUMENT: ")


def test_usage_that_the_library_finds(smime: Command, pki: Pki) -> None:
    none = smime("encrypt", stdin=PLAIN)
    assert none.code == 2 and only_line(none).startswith("smime: USE-NO-RECIPIENT: ")
    cipher = smime("encrypt", "--to", pki.bob.certificate_file, "--cipher", "des-ede3-cbc", stdin=PLAIN)
    assert cipher.code == 2 and only_line(cipher).startswith("smime: USE-ARGUMENT: ")


def test_help_and_version(smime: Command) -> None:
    assert smime("--version").out.decode() == f"smime (libsmime) {libsmime.__version__}\n"
    for arguments in (["--help"], ["sign", "--help"], ["open", "-h"], ["cert", "verify", "--help"]):
        ran = smime(*arguments)
        assert ran.code == 0 and ran.out.startswith(b"usage: smime") and ran.err == ""


def test_not_accepted(smime: Command, pki: Pki, signed: bytes, tmp_path: Path) -> None:
    out = tmp_path / "out"
    altered = signed.replace(b"Good morning", b"Good evening")
    ran = smime("open", "--trust", pki.root.certificate_file, "-o", out, stdin=altered)
    assert (ran.code, ran.out) == (1, b"")
    assert only_line(ran).startswith("smime: SIG-DIGEST-MISMATCH: The content is not what was signed")
    untrusted = smime("open", "-o", out, stdin=signed)
    assert untrusted.code == 1 and only_line(untrusted).startswith("smime: PATH-NO-ANCHOR: ")
    unsigned = smime("encrypt", "--to", pki.bob.certificate_file, stdin=PLAIN).out
    missing = smime("open", "--identity", pki.bob.pem_file, "--require-signature", "-o", out, stdin=unsigned)
    assert missing.code == 1 and only_line(missing).startswith("smime: SIG-MISSING: ")
    assert not out.exists()


def test_malformed(smime: Command, pki: Pki, signed: bytes, sealed: bytes, tmp_path: Path) -> None:
    out = tmp_path / "out"
    plain = smime("open", "-o", out, stdin=PLAIN)
    assert plain.code == 3 and only_line(plain).startswith("smime: MIME-NOT-SMIME: ")
    for broken in (b"", b"\x30\x80", sealed[: len(sealed) // 2]):
        ran = smime("open", "--identity", pki.bob.pem_file, "-o", out, stdin=broken)
        assert (ran.code, ran.out) == (3, b"") and only_line(ran).startswith("smime: ")
    assert smime("sign", "--identity", pki.root.certificate_file, stdin=PLAIN).code == 2
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    for arguments in (["sign", "--identity", garbage], ["encrypt", "--to", garbage], ["open", "--trust", garbage], ["cert", "show", garbage]):
        assert smime(*arguments, stdin=signed).code == 3
    assert not out.exists()


def test_cannot_be_decrypted(smime: Command, pki: Pki, sealed: bytes) -> None:
    for arguments in ([], ["--identity", pki.carol.pem_file]):
        ran = smime("open", *arguments, stdin=sealed)
        assert (ran.code, ran.out) == (4, b"") and only_line(ran).startswith("smime: ENC-NO-RECIPIENT: ")


def test_a_limit(smime: Command, pki: Pki, alice: libsmime.Identity) -> None:
    message = PLAIN
    for _ in range(17):
        message = libsmime.sign(message, alice, opaque=True, chain=False)
    ran = smime("open", "--trust", pki.root.certificate_file, stdin=message)
    assert (ran.code, ran.out) == (5, b"") and only_line(ran).startswith("smime: LIMIT-LAYERS: ")


def test_not_supported(smime: Command, pki: Pki, signed: bytes) -> None:
    calls: list[list[Any]] = [["open", "--message-password-file", "x"]]
    calls += [["encrypt", "--to", pki.bob.certificate_file, "--message-password-file", "x"]]
    for call in calls:
        ran = smime(*call, stdin=signed)
        assert (ran.code, ran.out) == (6, b""), call
        assert only_line(ran).startswith("smime: ALG-UNSUPPORTED: ")


def test_files_that_are_not_there(smime: Command, pki: Pki, tmp_path: Path) -> None:
    none = tmp_path / "none"
    calls: list[list[Any]] = [
        ["sign", "--identity", none],
        ["sign", "--identity", pki.alice.pem_file, none],
        ["encrypt", "--to", none],
        ["open", "--trust", none],
        ["open", "--intermediate", none],
        ["open", "--content", none],
        ["open", none],
        ["cert", "show", none],
        ["cert", "lint", none],
        ["cert", "verify", "--trust", none, pki.bob.certificate_file],
    ]
    for call in calls:
        ran = smime(*call, stdin=PLAIN)
        assert (ran.code, ran.out) == (2, b""), call
        assert only_line(ran) == f"smime: USE-IO: {none}: No such file or directory"
    ran = smime("sign", "--identity", pki.alice.pem_file, "-o", tmp_path / "no" / "out", stdin=PLAIN)
    assert ran.code == 2 and only_line(ran).startswith("smime: USE-IO: ")
    assert smime("sign", "--identity", tmp_path, stdin=PLAIN).code == 2
    assert smime("sign", "--identity", pki.alice.pem_file, "-o", tmp_path, stdin=PLAIN).code == 2


def test_an_output_that_was_there_stays_until_the_new_one_is_whole(smime: Command, pki: Pki, signed: bytes, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_bytes(b"old")
    out.chmod(0o600)
    assert smime("open", "-o", out, stdin=signed).code == 1
    assert out.read_bytes() == b"old"
    assert smime("open", "--trust", pki.root.certificate_file, "-o", out, stdin=signed).code == 0
    assert out.read_bytes() == ENTITY and stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_output_may_be_the_input(smime: Command, pki: Pki, message: Path) -> None:
    assert smime("sign", "--identity", pki.alice.pem_file, message, "-o", message).code == 0
    assert smime("open", "--trust", pki.root.certificate_file, message, "-o", message).code == 0
    assert message.read_bytes() == ENTITY


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_a_full_disk(smime: Command, pki: Pki, signed: bytes) -> None:
    for call in (["sign", "--identity", pki.alice.pem_file], ["open", "--trust", pki.root.certificate_file]):
        ran = smime(*call, "-o", "/dev/full", stdin=signed)
        assert ran.code == 2 and only_line(ran) == "smime: USE-IO: No space left on device"


@pytest.mark.parametrize("verb", ["sign", "open", "json", "refused", "show"])
def test_a_reader_that_went_away(pki: Pki, alice: libsmime.Identity, verb: str, tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(b"From: alice@example.org\r\n\r\n" + b"Good morning\r\n" * 20_000)
    raw = tmp_path / "raw"
    libsmime.sign(large, alice, output=raw)
    many = tmp_path / "many.pem"
    many.write_bytes(pki.bob.pem * 200)
    arguments = {
        "sign": ["sign", "--identity", str(pki.alice.pem_file), str(large)],
        "open": ["open", "--trust", str(pki.root.certificate_file), str(raw)],
        "json": ["open", "--trust", str(pki.root.certificate_file), str(raw), "--json"],
        "refused": ["open", "--trust", str(pki.other_root.certificate_file), str(raw), "--json"],
        "show": ["cert", "show", str(many)],
    }[verb]
    process = subprocess.Popen([sys.executable, "-m", "libsmime", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(60) == 2
    assert said == "smime: USE-IO: The reader of the output is gone\n"


def test_a_redirected_file_is_read_like_any_other(pki: Pki, signed: bytes, tmp_path: Path) -> None:
    raw, content = tmp_path / "raw", tmp_path / "content"
    raw.write_bytes(signed)
    with open(raw, "rb") as source, open(content, "wb") as target:
        command = [sys.executable, "-m", "libsmime", "open", "--trust", str(pki.root.certificate_file)]
        assert subprocess.run(command, stdin=source, stdout=target, check=False).returncode == 0
    assert content.read_bytes() == ENTITY


def test_the_form_may_be_said(smime: Command, pki: Pki, signed: bytes) -> None:
    der = detached_signature(signed)
    pem = b"-----BEGIN CMS-----\n" + base64.encodebytes(der) + b"-----END CMS-----\n"
    content = pki.folder / "detached"
    content.write_bytes(ENTITY)
    for form, octets in (("der", der), ("pem", pem)):
        for more in ([], ["--form", form]):
            ran = smime("open", "--trust", pki.root.certificate_file, "--content", content, *more, stdin=octets)
            assert (ran.code, ran.out) == (0, ENTITY)
    assert smime("open", "--form", "der", "--trust", pki.root.certificate_file, stdin=pem).code == 3
    ran = smime("open", "--trust", pki.root.certificate_file, stdin=der)
    assert ran.code == 2 and only_line(ran).startswith("smime: USE-CONTENT-MISSING: ")


def test_the_time_of_judgement(smime: Command, pki: Pki, signed: bytes) -> None:
    late = smime("open", "--trust", pki.root.certificate_file, "--at", "2099-01-01T01:00:00+01:00", stdin=signed)
    assert late.code == 1 and only_line(late).startswith("smime: PATH-EXPIRED: ")


def test_without_trust_the_anchors_of_the_system_judge(smime: Command, pki: Pki, signed: bytes) -> None:
    assert smime("open", stdin=signed).code == 1
    assert smime("open", stdin=signed, env={"SSL_CERT_FILE": str(pki.root.certificate_file)}).code == 0


def test_the_console_script_is_the_same(pki: Pki, signed: bytes) -> None:
    script = Path(sys.executable).parent / "smime"
    done = subprocess.run([script, "open", "--trust", pki.root.certificate_file, "--json"], input=signed, capture_output=True, check=False)
    assert done.returncode == 0 and json.loads(done.stdout)["verdict"] == "valid"


def test_progress_is_shown_at_a_terminal_and_wiped_away(pki: Pki, alice: libsmime.Identity, tmp_path: Path) -> None:
    from libsmime.cli import _console

    path = tmp_path / "large"
    path.write_bytes(bytes(1000))
    parent, child = pty.openpty()
    code = (
        "import sys; from libsmime.cli._console import Progress\n"
        "Progress._PATIENCE = Progress._INTERVAL = 0.0\n"
        f"progress = Progress(open({str(path)!r}, 'rb'))\n"
        "progress.read(500); progress.done()\n"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], stderr=child, check=True)
    os.close(child)
    said = os.read(parent, 4096).decode()
    os.close(parent)
    assert said == f"\r[{'#' * 20}{' ' * 20}]  50%\r{' ' * (_console.Progress._WIDTH + 8)}\r"
