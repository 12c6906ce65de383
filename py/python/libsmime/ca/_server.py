"""An OCSP responder over HTTP (RFC 6960 appendix A), for one authority. It also hands out the lists and the certificate of that authority."""

from __future__ import annotations

import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Optional

from .. import Error, OcspRequest

if TYPE_CHECKING:
    from ._authority import Authority

# A request for one certificate has about 100 octets; one for hundreds is nobody's.
_REQUEST_BYTES = 64 << 10
_TIMEOUT = 10.0
# So many answers at a time; who comes later waits.
_AT_A_TIME = 64


class OcspServer(ThreadingHTTPServer):
    """Answers OCSP requests, by POST and by GET, at ``/``; ``/ca.crl``, ``/ca-delta.crl`` (``?section=N``) and ``/ca.crt`` are the list, the delta
    and the certificate.

    >>> with OcspServer(authority, ("127.0.0.1", 8080)) as server:
    ...     server.serve_forever()
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, authority: Authority, address: tuple[str, int] = ("127.0.0.1", 0)) -> None:
        self.authority = authority
        self._turns = threading.BoundedSemaphore(_AT_A_TIME)
        super().__init__(address, _Handler)

    @property
    def url(self) -> str:
        """Where it answers."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}/"

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """As the base class, but for a bounded number at a time."""
        with self._turns:
            super().process_request_thread(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nothing to tell."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "libsmime"
    sys_version = ""
    timeout = _TIMEOUT
    # Head and body in one packet: a client that waits before it acknowledges the first would be waited for.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: OcspServer

    def do_POST(self) -> None:
        """A request in the body."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            return self._refuse(411)
        if int(length) > _REQUEST_BYTES:
            return self._refuse(413)
        if self.headers.get_content_type() != "application/ocsp-request":
            return self._refuse(415)
        body = self.rfile.read(int(length))
        if len(body) != int(length):
            self.close_connection = True
            return None
        return self._answer(body)

    def do_GET(self) -> None:
        """A request in the path, or a file."""
        path, _, query = self.path.partition("?")
        served = self._file(path, query)
        if served is not None:
            return self._send(*served)
        try:
            request = OcspRequest.from_get_path(path)
        except Error:
            return self._refuse(404)
        return self._answer(request.to_der())

    do_HEAD = do_GET

    def _answer(self, request: bytes) -> None:
        answer = self.server.authority.answer(request)
        self._send("application/ocsp-response", answer.der, answer.until)

    def _file(self, path: str, query: str) -> Optional[tuple[str, bytes, Optional[int]]]:
        authority = self.server.authority
        if path == "/ca.crt":
            return "application/pkix-cert", authority.certificate.to_der(), None
        if path in ("/ca.crl", "/ca-delta.crl"):
            _, _, section = query.partition("section=")
            number = int(section) if section.isdecimal() and len(section) < 10 else 0
            found = authority.latest_list(number, delta=path == "/ca-delta.crl")
            return None if found is None else ("application/pkix-crl", found.der, found.next_update)
        return None

    def _send(self, kind: str, body: bytes, until: Optional[int]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if until is None:
            self.send_header("Cache-Control", "no-store")
        else:
            self.send_header("Expires", formatdate(until, usegmt=True))
            self.send_header("Cache-Control", "public, no-transform, must-revalidate")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _refuse(self, status: int) -> None:
        self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Who asks about whom is nobody's business."""
