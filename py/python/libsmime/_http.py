"""Asking over plain HTTP, for no longer than was said, whoever answers."""

from __future__ import annotations

import socket
import time
from http.client import HTTPConnection, HTTPResponse
from ipaddress import ip_address
from threading import Thread
from typing import Any, Optional, Union
from urllib.parse import urljoin, urlsplit

_REDIRECTS = (301, 302, 303, 307, 308)
_HOPS = 4
_BLOCK = 64 << 10


class Deadline:
    """When a fetch must be over, and how long each wait until then may take."""

    def __init__(self, timeout: float, seconds: float) -> None:
        self._timeout = timeout
        self._end = time.monotonic() + seconds

    def wait(self) -> float:
        """The seconds that the next wait may take.

        :raises TimeoutError: where none are left
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return min(self._timeout, left)


class _Socket(socket.socket):
    """Asks the deadline before each wait: a timeout alone begins anew with every octet, and a peer may have many to give."""

    deadline: Deadline

    def connect(self, address: Any) -> None:
        self.settimeout(self.deadline.wait())
        super().connect(address)

    def sendall(self, *arguments: Any) -> None:
        self.settimeout(self.deadline.wait())
        super().sendall(*arguments)

    def recv_into(self, *arguments: Any) -> int:
        self.settimeout(self.deadline.wait())
        return super().recv_into(*arguments)


class Client:
    """Asks for one thing.

    :param size: octets that the answer may have
    :param private: whether addresses within private networks and on this machine may be asked
    """

    def __init__(self, deadline: Deadline, *, size: int, private: bool) -> None:
        self._deadline = deadline
        self._size = size
        self._private = private

    def fetch(self, url: str, body: Optional[bytes], headers: dict[str, str]) -> Optional[bytes]:
        """What this URL answers, to a POST where there is a body; None where that is nothing of use.

        :raises OSError: TimeoutError among others
        :raises http.client.HTTPException: where the peer does not speak HTTP
        :raises ValueError: where the URL is none
        """
        for _ in range(_HOPS):
            answer = self._ask(url, body, headers)
            if not isinstance(answer, str):
                return answer
            # Only a plain address of the same scheme: see _ask.
            url = urljoin(url, answer)
        return None

    def _ask(self, url: str, body: Optional[bytes], headers: dict[str, str]) -> Union[None, bytes, str]:
        """The body; or, for a redirection, where to."""
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname or parts.username is not None:
            return None
        connection = self._connect(parts.hostname, parts.port or 80)
        if connection is None:
            return None
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET" if body is None else "POST", target, body=body, headers=headers)
            answer = connection.getresponse()
            if answer.status in _REDIRECTS:
                return answer.getheader("Location")
            return self._read(answer) if answer.status == 200 else None
        finally:
            connection.close()

    def _connect(self, host: str, port: int) -> Optional[HTTPConnection]:
        """A connection to an address that was looked at: a name that is asked for twice may have two answers."""
        for family, kind, protocol, _, address in self._addresses(host, port):
            if not self._private and not ip_address(str(address[0]).partition("%")[0]).is_global:
                continue
            connection = HTTPConnection(host, port)
            made = _Socket(family, kind, protocol)
            made.deadline = self._deadline
            try:
                made.connect(address)
            except OSError:
                made.close()
                continue
            connection.sock = made
            return connection
        return None

    def _addresses(self, host: str, port: int) -> list[Any]:
        """What the name stands for. The resolver of the system cannot be interrupted: where it is too slow it is left behind."""
        found: list[Any] = []

        def resolve() -> None:
            try:
                found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            except Exception as error:
                found.append(error)

        resolver = Thread(target=resolve, name="libsmime resolver", daemon=True)
        resolver.start()
        resolver.join(self._deadline.wait())
        if not found:
            raise TimeoutError(f"the name {host} is not resolved in time")
        [answer] = found
        if isinstance(answer, Exception):
            raise answer
        return list(answer)

    def _read(self, answer: HTTPResponse) -> Optional[bytes]:
        blocks: list[bytes] = []
        room = self._size
        while block := answer.read1(min(_BLOCK, room + 1)):
            room -= len(block)
            if room < 0:
                return None
            blocks.append(block)
        return b"".join(blocks)
