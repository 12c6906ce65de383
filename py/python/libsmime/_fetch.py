"""Fetching what a judgement lacks: revocation lists, OCSP answers, certificates of issuers."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Optional, Union

from . import _libsmime as native
from ._report import Need
from ._sources import replacing

if TYPE_CHECKING:
    from http.client import HTTPConnection, HTTPResponse

# What speaks HTTP is imported where it is needed: most programs fetch nothing.

_HEADERS = {"ocsp": {"Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response"}}
_REDIRECTS = (301, 302, 303, 307, 308)
_BLOCK = 64 << 10


class Fetcher:
    """Fetches over HTTP, for the parameter ``fetch`` of :func:`libsmime.open` and its companions.

    >>> fetcher = libsmime.Fetcher(timeout=5)
    >>> fetcher(libsmime.Need("crl", "ftp://example.org/list.crl", "00")) is None
    True

    **Privacy.** Whoever runs the addresses in a certificate learns that, when and from where somebody judges it: for ``ocsp`` and ``issuer``
    that is close to learning who reads mail from whom. The sender of a message chooses the certificates that come with it, and so may
    have any address fetched; therefore only plain HTTP is spoken (what comes back is signed), only with public addresses unless
    ``private`` says otherwise, and never at another scheme than asked. Programs that read mail for people should have them ask for it,
    or fetch lists ahead of time.

    :param cache: a folder for what was fetched, made if need be; None keeps nothing. It holds nothing secret and may be emptied at any time.
    :param timeout: seconds that each connection, and each wait on it, may take
    :param deadline: seconds that one fetch may take in all
    :param size: octets that one answer may have
    :param lifetime: seconds for which the cache answers; a list or answer that says when its successor comes is asked for again then
    :param private: whether addresses within private networks and on this machine may be asked, as a company's own authority needs
    """

    def __init__(
        self,
        *,
        cache: Optional["os.PathLike[str]"] = None,
        timeout: float = 10.0,
        deadline: float = 30.0,
        size: int = 64 << 20,
        lifetime: float = 3600.0,
        private: bool = False,
    ) -> None:
        self.cache = None if cache is None else Path(cache)
        self.timeout = timeout
        self.deadline = deadline
        self.size = size
        self.lifetime = lifetime
        self.private = private

    def __call__(self, need: Need) -> Optional[bytes]:
        """The octets, or None where they cannot be had."""
        from http.client import HTTPException

        place = self._place(need)
        known = None if place is None else self._recall(place)
        if known is not None:
            return known
        try:
            octets = self._fetch(need)
        except (OSError, HTTPException, ValueError):
            return None
        if octets is not None and place is not None:
            self._remember(need, place, octets)
        return octets

    def _fetch(self, need: Need) -> Optional[bytes]:
        from urllib.parse import urljoin

        url, until = need.url, time.monotonic() + self.deadline
        for _ in range(4):
            answer = self._ask(url, need, until)
            if not isinstance(answer, str):
                return answer
            # Only a plain address of the same scheme: see _ask.
            url = urljoin(url, answer)
        return None

    def _ask(self, url: str, need: Need, until: float) -> Union[None, bytes, str]:
        """The body; or, for a redirection, where to."""
        from urllib.parse import urlsplit

        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname or parts.username is not None:
            return None
        connection = self._connect(parts.hostname, parts.port or 80)
        if connection is None:
            return None
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers = {"User-Agent": "libsmime", **_HEADERS.get(need.what, {})}
            if need.what == "ocsp":
                connection.request("POST", target, body=need.request, headers=headers)
            else:
                connection.request("GET", target, headers=headers)
            answer = connection.getresponse()
            if answer.status in _REDIRECTS:
                return answer.getheader("Location")
            return self._read(answer, until) if answer.status == 200 else None
        finally:
            connection.close()

    def _connect(self, host: str, port: int) -> Optional[HTTPConnection]:
        """A connection to an address that was looked at: a name that is asked for twice may have two answers."""
        import socket
        from http.client import HTTPConnection
        from ipaddress import ip_address

        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            if not self.private and not ip_address(str(address[0]).partition("%")[0]).is_global:
                continue
            connection = HTTPConnection(host, port, timeout=self.timeout)
            made = socket.socket(family, kind, protocol)
            made.settimeout(self.timeout)
            try:
                made.connect(address)
            except OSError:
                made.close()
                continue
            connection.sock = made
            return connection
        return None

    def _read(self, answer: HTTPResponse, until: float) -> Optional[bytes]:
        blocks: list[bytes] = []
        room = self.size
        while time.monotonic() < until:
            block = answer.read1(min(_BLOCK, room + 1))
            if not block:
                return b"".join(blocks)
            room -= len(block)
            if room < 0:
                return None
            blocks.append(block)
        return None

    def _place(self, need: Need) -> Optional[Path]:
        if self.cache is None:
            return None
        from hashlib import sha256

        key = sha256(b"\0".join([need.what.encode(), need.url.encode(), need.request]))
        return self.cache / key.hexdigest()

    def _recall(self, place: Path) -> Optional[bytes]:
        """The file's first line says until when it may be used."""
        try:
            until, octets = place.read_bytes().split(b"\n", 1)
            return octets if time.time() < float(until) else None
        except (OSError, ValueError):
            return None

    def _remember(self, need: Need, place: Path, octets: bytes) -> None:
        until = time.time() + self.lifetime
        successor = native.next_update(need.what, octets)
        if successor is not None:
            until = min(until, successor)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with replacing(os.fspath(place)) as path:
                Path(path).write_bytes(b"%.0f\n" % until + octets)
        except OSError:
            # A cache that cannot be written is no reason not to judge.
            pass
