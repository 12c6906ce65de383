"""Fetching what a judgement lacks: revocation lists, OCSP answers, certificates of issuers."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Optional

from . import _libsmime as native
from ._report import Need
from ._sources import replacing

# What speaks HTTP is imported where it is needed: most programs fetch nothing.

_HEADERS = {"ocsp": {"Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response"}}


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
        Answers to OCSP requests with a nonce (``ocsp_nonce``) are never kept.
    :param timeout: seconds that looking up a name, each connection, and each wait on it, may take
    :param deadline: seconds that one fetch may take in all: looking up the name, connecting, redirections, and the answer to its last octet,
        however slowly it drips
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
        from ._http import Client, Deadline

        client = Client(Deadline(self.timeout, self.deadline), size=self.size, private=self.private)
        body = need.request if need.what == "ocsp" else None
        return client.fetch(need.url, body, {"User-Agent": "libsmime", **_HEADERS.get(need.what, {})})

    def _place(self, need: Need) -> Optional[Path]:
        # An answer to a question with a nonce is of use for nobody who asks later.
        if self.cache is None or (need.what == "ocsp" and native.has_nonce(need.request)):
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
