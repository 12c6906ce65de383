"""What a judgement lacks is fetched: what for, from where, and for how long."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Optional

import libsmime
import pytest
from conftest import PLAIN, Command
from cryptography.hazmat.primitives.serialization import Encoding
from evidence import Shelf, list_of, pointing, response_of
from libsmime import Certificate, Code, Fetcher, Need
from pki import Pki


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


def test_an_answer_to_a_nonce_is_not_kept(
    smime: Command, pki: Pki, store: libsmime.TrustStore, shelf: "tuple[str, type[Shelf]]", tmp_path: Path
) -> None:
    url, server = shelf
    authority, fay = pointing(pki, url)
    server.answers = {"/ocsp": lambda _: response_of(authority, fay)}
    cache = tmp_path / "cache"
    fetcher = Fetcher(private=True, cache=cache)

    def judged(nonce: bool) -> int:
        """How often the responder has been asked by then."""
        report = libsmime.verify_certificate(
            Certificate.from_bytes(fay.pem), trust=store, intermediates=authority.pem, fetch=fetcher, ocsp_nonce=nonce
        )
        assert report.is_valid and report.revocation[report.path[0].sha256].source == "ocsp"
        return len(server.asked)

    assert (judged(True), judged(True)) == (1, 2) and not cache.exists()
    assert (judged(False), judged(False)) == (3, 3) and len(list(cache.iterdir())) == 1
    assert judged(True) == 4 and len(list(cache.iterdir())) == 1
    # The policy strict sends one.
    call = ["cert", "verify", "--trust", pki.root.certificate_file, "--intermediate", authority.certificate_file, "--policy", "strict", "--revocation", "soft"]
    call += ["--fetch", "--fetch-private", "--fetch-cache", tmp_path / "other", fay.certificate_file]
    for count in (5, 6):
        assert smime(*call).code == 0
        assert len(server.asked) == count and not (tmp_path / "other").exists()


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


class Dripping:
    """A server that answers each request with a head and then with drops, as long as somebody listens; ten seconds and no longer."""

    PAUSE = 0.05
    DROPS = 200

    def __init__(self, heads: Iterable[bytes], drop: bytes) -> None:
        self._heads, self._drop = iter(heads), drop
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/"
        self.requests = self.drops = 0

    def serve(self) -> None:
        for head in self._heads:
            try:
                peer, _ = self._listening.accept()
            except OSError:
                return
            with peer:
                self._answer(peer, head)

    def _answer(self, peer: socket.socket, head: bytes) -> None:
        try:
            peer.recv(1 << 16)
            self.requests += 1
            peer.sendall(head)
            for _ in range(self.DROPS if self._drop else 0):
                time.sleep(self.PAUSE)
                peer.sendall(self._drop)
                self.drops += 1
        except OSError:
            pass

    def close(self) -> None:
        # To shut it down wakes who waits for a peer; to close it does not.
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


@contextmanager
def dripping(heads: Iterable[bytes], drop: bytes) -> Iterator[Dripping]:
    server = Dripping(heads, drop)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
SLOW = {
    "the status line": (b"HTTP/1.1 200 ", b"x"),
    "answers before the answer": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a header field": (OK + b"X-Slow: ", b"x"),
    "header fields": (OK, b"X: y\r\n"),
    "a body of some length": (OK + b"Content-Length: 1000\r\n\r\n", b"x"),
    "a body until the end": (OK + b"\r\n", b"x"),
    "chunks": (CHUNKED, b"1\r\nx\r\n"),
    "the line before a chunk": (CHUNKED + b"1;", b"x"),
    "within a chunk": (CHUNKED + b"400\r\n", b"x"),
    "what follows the chunks": (CHUNKED + b"1\r\nx\r\n0\r\n", b"X: y\r\n"),
}


@pytest.mark.parametrize("name", SLOW)
def test_who_answers_by_drops_keeps_nobody(name: str) -> None:
    """Each drop comes well within the timeout."""
    head, drop = SLOW[name]
    with dripping([head], drop) as server:
        assert Fetcher(private=True, deadline=0.5)(Need("crl", server.url, "00")) is None
        assert server.requests == 1 and server.drops < server.DROPS // 4


def test_the_deadline_is_one_for_all_redirections() -> None:
    def heads() -> Iterator[bytes]:
        while True:
            time.sleep(0.3)
            yield b"HTTP/1.1 302 Found\r\nLocation: /again\r\n\r\n"

    with dripping(heads(), b"") as server:
        assert Fetcher(private=True, deadline=0.5)(Need("crl", server.url, "00")) is None
        assert server.requests < 4


def test_the_deadline_holds_before_there_is_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    fetcher = Fetcher(private=True, deadline=0.3)
    given_up = threading.Event()
    resolve = socket.getaddrinfo

    def slow(*arguments: Any, **settings: Any) -> Any:
        given_up.wait(10)
        return resolve(*arguments, **settings)

    with monkeypatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", slow)
        assert fetcher(Need("crl", "http://127.0.0.1:9/", "00")) is None
        assert not given_up.is_set()
        given_up.set()

    # Many addresses of somebody who never accepts: his queue is full.
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for peer in waiting:
            peer.setblocking(False)
            peer.connect_ex(("127.0.0.1", port))
        with monkeypatch.context() as patched:
            patched.setattr(socket, "getaddrinfo", lambda *arguments, **settings: resolve(*arguments, **settings) * 20)
            done: "list[Optional[bytes]]" = []
            thread = threading.Thread(target=lambda: done.append(fetcher(Need("crl", f"http://127.0.0.1:{port}/", "00"))), daemon=True)
            thread.start()
            thread.join(5)
            assert done == [None]
        for peer in waiting:
            peer.close()


def test_what_was_not_fetched_in_time_is_missing(pki: Pki, store: libsmime.TrustStore) -> None:
    with dripping([OK] * 3, b"X: y\r\n") as server:
        authority, fay = pointing(pki, server.url.rstrip("/"))
        signed = libsmime.sign(PLAIN, libsmime.Identity.load(fay.pem_file))
        report = libsmime.examine(signed, trust=store, revocation="hard", fetch=Fetcher(private=True, deadline=0.3))
        assert server.requests == 2 and server.drops < server.DROPS // 4
    assert report.verdict is libsmime.Verdict.INDETERMINATE and report.has(Code.REV_MISSING)
    assert [need.what for need in report.needs] == ["ocsp", "crl"]
    with dripping([OK], b"X: y\r\n") as server:
        authority, fay = pointing(pki, server.url.rstrip("/"))
        signed = libsmime.sign(PLAIN, libsmime.Identity.load(fay.pem_file), chain=False)
        report = libsmime.examine(signed, trust=store, fetch=Fetcher(private=True, deadline=0.3))
        assert server.requests == 1 and server.drops < server.DROPS // 4
    assert report.verdict is libsmime.Verdict.UNTRUSTED and report.has(Code.PATH_NO_ANCHOR)
    assert [need.what for need in report.needs] == ["issuer"]
