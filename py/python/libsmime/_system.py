"""The trust anchors of the system."""

from __future__ import annotations

import os
from typing import Optional

from ._libsmime import TrustStore

_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, Red Hat
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # Alpine, BSD
)

# The last bundle that was read, with what it was read from.
_read: Optional[tuple[tuple[str, int, int], TrustStore]] = None


def system_trust() -> TrustStore:
    """The anchors that judge where no ``trust`` is given: those of the file that ``SSL_CERT_FILE`` names, else of the system's bundle.

    The bundle is read once, and again when the file has changed. Where there is none the store is empty, so that nobody is trusted.
    """
    global _read
    path = _bundle()
    if path is None:
        return TrustStore()
    facts = os.stat(path)
    key = (path, facts.st_mtime_ns, facts.st_size)
    known = _read
    if known is None or known[0] != key:
        with open(path, "rb") as file:
            known = (key, TrustStore.from_bundle(file.read()))
        _read = known
    return known[1]


def _bundle() -> Optional[str]:
    chosen = os.environ.get("SSL_CERT_FILE")
    if chosen:
        return chosen
    return next((path for path in _BUNDLES if os.path.isfile(path)), None)
