"""The trust anchors of the system."""

from __future__ import annotations

import os
import signal
from typing import Optional

from ._libsmime import SystemSource, TrustStore

# What was read last, with what it was read from.
_read: Optional[tuple[tuple[str, int, int], TrustStore]] = None


def system_trust() -> TrustStore:
    """The anchors that judge where no ``trust`` is given: what the system trusts for e-mail. The first of these that is there:

    * the PEM bundle that the variable ``SSL_CERT_FILE`` names;
    * the certificate store of Windows, or of macOS;
    * the distribution's bundle for e-mail (Fedora, Red Hat, Arch);
    * what NSS's library trusts for e-mail (``libnssckbi.so``, as Debian's package libnss3 has it), without the roots for which NSS has a date
      after which it distrusts what they issue for e-mail;
    * the distribution's bundle for every purpose, such as ``/etc/ssl/certs/ca-certificates.crt``.

    A file is read once, and again when it has changed; what comes from elsewhere is read once. One that is there and cannot be read raises
    :class:`OSError`: nothing else takes its place. Without any of them the store is empty, so that nobody is trusted.
    """
    global _read
    source = SystemSource.find()
    if source.file is None:
        key = (str(source), 0, 0)
    else:
        facts = os.stat(source.file)
        key = (source.file, facts.st_mtime_ns, facts.st_size)
    known = _read
    if known is None or known[0] != key:
        known = (key, source.read())
        _read = known
        _restore_sigpipe()
    return known[1]


def system_trust_source() -> str:
    """Where the anchors of :func:`system_trust` come from, for logs: a path, ``NSS: `` and the path of the library, ``Windows: ROOT``,
    ``macOS: trust settings``, or ``nowhere``. Nothing is read.

    >>> print(libsmime.system_trust_source())
    NSS: /usr/lib/x86_64-linux-gnu/nss/libnssckbi.so
    """
    return str(SystemSource.find())


def _restore_sigpipe() -> None:
    """NSS, where it was asked, has set SIGPIPE to be ignored. Python begins so, too; a program may have chosen otherwise."""
    number = getattr(signal, "SIGPIPE", None)
    if number is None:
        return
    handler = signal.getsignal(number)
    if handler is None or handler is signal.SIG_IGN:
        return
    try:
        signal.signal(number, handler)
    except ValueError:
        pass  # Only the main thread may.
