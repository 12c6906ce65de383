"""What the tests share: the parties, messages, and the command in a process of its own."""

from __future__ import annotations

import email
import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import libsmime
import pytest
from evidence import Shelf
from pki import PASSWORD, Pki

PLAIN = b"From: alice@example.org\r\nTo: bob@example.org\r\nSubject: Hello\r\n\r\nGood morning\r\n"
ENTITY = b"\r\nGood morning\r\n"
"""What is protected of PLAIN: no Content-* fields, the blank line, the body."""


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def alice(pki: Pki) -> libsmime.Identity:
    return libsmime.Identity.from_pkcs12(pki.alice.p12_file, PASSWORD)


@pytest.fixture(scope="session")
def bob(pki: Pki) -> libsmime.Identity:
    return libsmime.Identity.load(pki.bob.pem_file)


@pytest.fixture(scope="session")
def carol(pki: Pki) -> libsmime.Identity:
    return libsmime.Identity.load(pki.carol.pem_file)


@pytest.fixture(scope="session")
def store(pki: Pki) -> libsmime.TrustStore:
    return libsmime.TrustStore(anchors=[pki.root.certificate_file])


@pytest.fixture(scope="session")
def signed(alice: libsmime.Identity) -> bytes:
    return libsmime.sign(PLAIN, alice)


@pytest.fixture(scope="session")
def sealed(signed: bytes, bob: libsmime.Identity) -> bytes:
    return libsmime.encrypt(signed, bob.certificate)


@pytest.fixture
def shelf() -> Iterator["tuple[str, type[Shelf]]"]:
    Shelf.answers, Shelf.redirects, Shelf.asked = {}, {}, []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shelf) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", Shelf
        server.shutdown()


def detached_signature(signed: bytes) -> bytes:
    """The bare CMS in a multipart/signed."""
    octets = [part.get_payload(decode=True) for part in email.message_from_bytes(signed).walk()][-1]
    assert isinstance(octets, bytes)
    return octets


@dataclass
class Ran:
    """How the command ended."""

    code: int
    out: bytes
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Ran]


@pytest.fixture(scope="session")
def smime(pki: Pki) -> Command:
    """Runs ``smime`` with these arguments, in an environment without passwords and with no anchors of the system."""
    empty = pki.folder / "no-anchors.pem"
    empty.write_bytes(b"")

    def run(*arguments: object, stdin: bytes = b"", env: Optional[dict[str, str]] = None, cwd: Optional[Path] = None) -> Ran:
        environment = {name: value for name, value in os.environ.items() if name != "SMIME_PASSWORD"}
        environment.update({"SSL_CERT_FILE": str(empty), "PYTHONWARNINGS": "error"}, **(env or {}))
        done = subprocess.run(
            [sys.executable, "-m", "libsmime", *map(str, arguments)], input=stdin, capture_output=True, env=environment, cwd=cwd, timeout=120
        )
        return Ran(done.returncode, done.stdout, done.stderr.decode())

    return run


def only_line(ran: Ran) -> str:
    """The one line on standard error."""
    assert ran.err.endswith("\n") and ran.err.count("\n") == 1, ran.err
    return ran.err.rstrip("\n")
