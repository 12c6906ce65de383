"""The examples, the docstrings and the command's page do what they say."""

from __future__ import annotations

import doctest
import mailbox
import os
import re
import shlex
import socketserver
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import libsmime
import pytest
from conftest import PLAIN
from pki import PASSWORD, Pki

HERE = Path(__file__).parents[2]
EXAMPLES = HERE / "examples" / "python"


def run(name: str, *arguments: object, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "SMIME_PASSWORD": PASSWORD}
    command = [sys.executable, "-W", "error", str(EXAMPLES / name), *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, env=environment, timeout=120, check=False)


@pytest.mark.parametrize("kind", [mailbox.mbox, mailbox.Maildir])
def test_verify_mailbox(pki: Pki, signed: bytes, sealed: bytes, tmp_path: Path, kind: Any) -> None:
    box = kind(tmp_path / "box")
    for raw in (signed, signed.replace(b"Good morning", b"Good evening"), sealed, PLAIN, sealed[:2000]):
        box.add(raw)
    box.close()
    done = run("verify_mailbox.py", tmp_path / "box", "--trust", pki.root.certificate_file, "--identity", pki.bob.p12_file)
    assert done.returncode == 0, done.stderr
    told = sorted(line.split(": ", 1)[1] for line in done.stdout.splitlines())
    assert len(told) == 5
    for line, start in zip(told, ["invalid, signed by CN=alice", "not readable, ", "unsigned; MIME-NOT-SMIME", "valid, signed by CN=alice", "valid, "]):
        assert line.startswith(start)


def test_authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CA_PASSWORD", "secret")
    folder, asked, certificate = tmp_path / "ca", tmp_path / "alice.csr", tmp_path / "alice.pem"
    key = libsmime.PrivateKey.generate("p256")
    asked.write_text(libsmime.CertificateRequest(key, addresses=["alice@example.org"]).to_pem())
    assert run("authority.py", "init", "--folder", folder).returncode == 0
    who = ["--folder", folder, "--request", asked, "--address", "alice@example.org"]
    token = run("authority.py", "ask", *who).stdout.strip()
    refused = run("authority.py", "issue", *who, "--token", token[::-1])
    assert refused.returncode == 1 and refused.stderr.startswith("ADDR-CHALLENGE: ")
    issued = run("authority.py", "issue", *who, "--token", token)
    assert issued.returncode == 0, issued.stderr
    certificate.write_text(issued.stdout)
    renewed = libsmime.Certificate.from_bytes(run("authority.py", "renew", "--folder", folder, "--certificate", certificate).stdout.encode())
    trust = libsmime.TrustStore(folder / "ca.pem")
    for found in (libsmime.Certificate.load(certificate), renewed):
        assert libsmime.verify_certificate(found, trust=trust, address="alice@example.org").verdict == "valid"
        assert found.describe()["key_sha256"] == libsmime.CertificateRequest.load(asked).describe()["key_sha256"]


def test_small_company_ca(tmp_path: Path) -> None:
    shell(f"{shlex.quote(str(HERE / 'examples' / 'small-company-ca' / 'run.sh'))} life", tmp_path)
    assert (tmp_path / "life" / "back.txt").read_bytes().endswith(b"I am back.\r\n")
    assert not (tmp_path / "life" / "stolen.txt").exists()


class Mailbox(socketserver.StreamRequestHandler):
    """As much of SMTP as it takes to receive a message."""

    received: bytes

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        for line in self.rfile:
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                self.wfile.write(b"354 go ahead\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                type(self).received = b"".join(line[1:] if line.startswith(b".") else line for line in lines)
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 ok\r\n")


def test_sign_and_send(pki: Pki, bob: libsmime.Identity, store: libsmime.TrustStore, tmp_path: Path) -> None:
    certificates = tmp_path / "bob.pem"
    certificates.write_bytes(pki.bob.pem + pki.intermediate.pem)
    with socketserver.TCPServer(("127.0.0.1", 0), Mailbox) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        call = ["--identity", pki.alice.p12_file, "--from", "alice@example.org", "--to", "bob@example.org", "--trust", pki.root.certificate_file]
        call += ["--host", "127.0.0.1", "--port", server.server_address[1], "--subject", "Grüße"]
        for more in ([], ["--certificate", certificates]):
            done = run("sign_and_send.py", *call, *more, stdin=".leading dot\nFrom here\nSchöne Grüße\n")
            assert done.returncode == 0, done.stderr
            opened = libsmime.open(Mailbox.received, identity=bob, trust=store, require_signature=True, as_message=True)
            assert opened.email()["Subject"] == "Grüße"
            assert opened.email().get_content().splitlines() == [".leading dot", "From here", "Schöne Grüße"]
            assert len(opened.report.layers) == 1 + bool(more)
        refused = run("sign_and_send.py", *call, "--certificate", pki.mallory.certificate_file, stdin="x")
        assert refused.returncode == 1 and "does not hold" in refused.stderr
        server.shutdown()


def test_docstrings(
    pki: Pki,
    alice: libsmime.Identity,
    bob: libsmime.Identity,
    store: libsmime.TrustStore,
    signed: bytes,
    sealed: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, octets in {"bob.pem": pki.bob.pem, "root.pem": pki.root.pem, "alice.p12": pki.alice.pkcs12("secret")}.items():
        Path(name).write_bytes(octets)
    stocked = libsmime.TrustStore(anchors=store.anchors, intermediates=[pki.intermediate.pem])
    names = {
        "libsmime": libsmime,
        "Path": Path,
        "alice": alice,
        "bob": bob,
        "bob_certificate": bob.certificate,
        "store": stocked,
        "signed": signed,
        "sealed": sealed,
    }
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner()
    # The native classes are not looked into by the finder.
    natives: list[Any] = [libsmime.Certificate, libsmime.Identity, libsmime.TrustStore, libsmime.certs_only]
    found = [doctest.DocTestParser().get_doctest(str(kind.__doc__), dict(names), kind.__name__, None, None) for kind in natives]
    functions = [libsmime.sign, libsmime.encrypt, libsmime.open, libsmime.examine, libsmime.verify_certificate]
    functions += [libsmime.open_evidence, libsmime.examine_evidence]
    for thing in [*functions, libsmime.Report, libsmime.Limits]:
        found += finder.find(thing, globs=dict(names))
    for test in found:
        runner.run(test)
    assert runner.tries >= 17 and runner.failures == 0


def consoles(page: str) -> "list[str]":
    """The commands of a page, in order."""
    blocks = re.findall(r"```console\n(.*?)```", page, re.S)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def files(pki: Pki, folder: Path, alice: bytes) -> None:
    written = {
        "alice.p12": alice,
        "alice.password": PASSWORD.encode(),
        "bob.pem": pki.bob.pem_file.read_bytes() + pki.intermediate.pem,
        "bob-identity.pem": pki.bob.pem_file.read_bytes(),
        "root.pem": pki.root.pem,
        "message.eml": PLAIN,
    }
    for name, octets in written.items():
        (folder / name).write_bytes(octets)


def shell(script: str, folder: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "SMIME_PASSWORD"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(["sh", "-ec", script], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{script}: {done.stderr}"


def test_the_page_about_the_command(pki: Pki, tmp_path: Path) -> None:
    commands = consoles((HERE / "docs" / "command-line.md").read_text(encoding="utf-8"))
    assert len(commands) >= 6
    files(pki, tmp_path, pki.alice.p12)
    (tmp_path / "bob.pem").write_bytes(pki.bob.pem + pki.intermediate.pem)
    for command in commands:
        shell(command, tmp_path)


def test_the_readme(pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (HERE / "README.md").read_text(encoding="utf-8")
    files(pki, tmp_path, pki.alice.pkcs12("secret"))
    commands = consoles(page)
    assert len(commands) == 8
    shell("\n".join(commands), tmp_path)
    assert b"Subject: Hello\r\n" in (tmp_path / "opened.eml").read_bytes()

    (code,) = re.findall(r"```python\n(.*?)```", page, re.S)
    monkeypatch.chdir(tmp_path)
    names: "dict[str, Any]" = {}
    exec(code, names)
    assert names["opened"].report.verdict == libsmime.Verdict.VALID
