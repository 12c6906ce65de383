"""How many certificates a second an authority issues, by kind of its key, and how many OCSP requests a second it answers: ``rates.py``.

Each certificate is a request that is verified, a profile, a signature and a transaction that is on the disk when it ends. The responder is asked
by ``wrk`` (Debian's package of that name) over HTTP on this machine.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import libsmime
from libsmime import CertificateRequest, PrivateKey
from libsmime.ca import Authority, OcspServer

_KINDS = ("p256", "p384", "p521", "ed25519", "rsa-2048", "rsa-3072", "rsa-4096")
_SECONDS = 5.0


def authority_in(folder: Path, kind: str = "p256") -> Authority:
    """A new authority."""
    urls = ("http://127.0.0.1/ca.crl", "http://127.0.0.1/")
    return Authority.create(folder, "CN=Rates", password=None, kind=kind, crl_url=urls[0], ocsp_url=urls[1])


def issued(folder: Path, kind: str) -> float:
    """Certificates a second."""
    request = CertificateRequest(PrivateKey.generate("p256"), addresses=["alice@example.org"])
    with authority_in(folder / kind, kind) as authority:
        authority.issue(request, addresses=["alice@example.org"])
        count, began = 0, time.monotonic()
        while time.monotonic() - began < _SECONDS:
            authority.issue(request, addresses=["alice@example.org"])
            count += 1
        return count / (time.monotonic() - began)


def questions(authority: Authority, *, nonce: bool) -> bytes:
    """An OCSP request about a certificate of this authority, as our own verifier asks."""
    request = CertificateRequest(PrivateKey.generate("p256"), addresses=["alice@example.org"])
    certificate = authority.issue(request, addresses=["alice@example.org"]).certificate
    asked: list[bytes] = []

    def fetch(need: libsmime.Need) -> None:
        if need.what == "ocsp":
            asked.append(need.request)

    trust = libsmime.TrustStore([authority.certificate])
    libsmime.verify_certificate(certificate, trust=trust, fetch=fetch, revocation="hard", ocsp_nonce=nonce)
    return asked[0]


def answered(folder: Path, *, nonce: bool) -> float:
    """OCSP answers a second."""
    with authority_in(folder / f"ocsp-{nonce}") as authority, OcspServer(authority) as server:
        (folder / "body").write_bytes(questions(authority, nonce=nonce))
        (folder / "ask.lua").write_text(
            'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/ocsp-request"\n'
            f'wrk.body = io.open("{folder / "body"}", "rb"):read("*a")\n'
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        command = ["wrk", "-t1", "-c16", f"-d{_SECONDS:.0f}s", "-s", str(folder / "ask.lua"), server.url]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        server.shutdown()
    assert "Non-2xx" not in told, told
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert found is not None, told
    return float(found[1])


def main() -> None:
    """The command."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("| key of the authority | certificates a second |\n|---|---|")
        for kind in _KINDS:
            print(f"| {kind} | {issued(folder, kind):.0f} |", flush=True)
        print("\n| OCSP requests | answers a second |\n|---|---|")
        for words, nonce in (("without a nonce", False), ("with a nonce", True)):
            print(f"| {words} | {answered(folder, nonce=nonce):.0f} |", flush=True)


if __name__ == "__main__":
    main()
