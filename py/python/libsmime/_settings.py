"""What the verbs are told, made into what the native half reads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from os import PathLike
from typing import Any, Literal, Optional, Union

from ._codes import Code
from ._errors import UsageError
from ._libsmime import Certificate, Identity, TrustStore
from ._limits import Limits
from ._report import Need
from ._system import system_trust

Certificates = Union[Certificate, bytes, "PathLike[str]", Iterable[Union[Certificate, bytes, "PathLike[str]"]]]
"""Certificates: one or several of Certificate, octets (PEM with any number, or DER) and paths of such files."""
Files = Union[bytes, "PathLike[str]", Iterable[Union[bytes, "PathLike[str]"]]]
"""Revocation lists or OCSP responses: one or several of octets (PEM with any number, or DER) and paths of such files."""
Policy = Literal["default", "strict", "legacy"]
RevocationMode = Literal["off", "soft", "hard"]
Fetch = Callable[[Need], Optional[bytes]]
"""Fetches what a judgement lacks, or answers None: see :class:`Fetcher`."""
Form = Literal["detect", "mime", "der", "pem"]
Purpose = Literal["email-signature", "email-encryption", "any", "time-stamping"]


def opening(
    judged: dict[str, Any],
    identity: Union[None, Identity, Iterable[Identity]],
    time_stamp_trust: Optional[TrustStore],
    require_signature: bool,
    form: str,
    *,
    as_message: bool = False,
    content_digest: bool = False,
) -> dict[str, Any]:
    """How a message is opened; ``judged`` is by what its signers are judged: see :func:`judging`."""
    return {
        **judged,
        "identities": [] if identity is None else several(identity, Identity),
        "time_stamp_trust": None if time_stamp_trust is None else _store(time_stamp_trust),
        "require_signature": require_signature,
        "form": form,
        "as_message": as_message,
        "content_digest": content_digest,
    }


def judging(
    trust: Optional[TrustStore],
    intermediates: Certificates,
    at: Optional[datetime],
    policy: dict[str, Any],
    crls: Files,
    ocsp: Files,
    fetch: Optional[Fetch],
    limits: Optional[Limits],
) -> dict[str, Any]:
    """By what certificates are judged; ``policy`` is of :func:`policy_of`."""

    def fetched(what: str, url: str, certificate: str, request: bytes) -> Optional[bytes]:
        return None if fetch is None else fetch(Need(what, url, certificate, request))

    return {
        "trust": system_trust() if trust is None else _store(trust),
        "intermediates": intermediates,
        "at": seconds(at),
        "policy": policy,
        "crls": crls,
        "ocsp": ocsp,
        "fetch": None if fetch is None else fetched,
        "limits": plain(limits),
    }


def policy_of(
    name: str,
    oids: Union[str, Iterable[str]],
    require_explicit_policy: bool,
    inhibit_policy_mapping: bool,
    inhibit_any_policy: bool,
    revocation: Optional[str],
    evidence_lifetime: Optional[timedelta],
    ocsp_nonce: Optional[bool],
    allow_dsa: Optional[bool],
) -> dict[str, Any]:
    """A preset and what differs from it. None leaves what the preset says."""
    return {
        "name": name,
        "oids": several(oids, str),
        "require_explicit_policy": require_explicit_policy,
        "inhibit_policy_mapping": inhibit_policy_mapping,
        "inhibit_any_policy": inhibit_any_policy,
        "revocation": revocation,
        "evidence_lifetime": None if evidence_lifetime is None else _whole_seconds(evidence_lifetime),
        "ocsp_nonce": ocsp_nonce,
        "allow_dsa": allow_dsa,
    }


def several(things: Any, *kinds: type) -> list[Any]:
    """One thing or several of these kinds, as a list."""
    if isinstance(things, kinds):
        return [things]
    names = " or ".join(kind.__name__ for kind in kinds)
    try:
        found = list(things)
    except TypeError:
        raise TypeError(f"{names} is due here, not {type(things).__name__}") from None
    for thing in found:
        if not isinstance(thing, kinds):
            raise TypeError(f"{names} is due here, not {type(thing).__name__}")
    return found


def seconds(at: Optional[datetime]) -> int:
    """A point in time, now where it is None, in seconds since 1970."""
    if at is None:
        return int(time.time())
    if at.tzinfo is None:
        raise UsageError(Code.USE_ARGUMENT, "A time needs its time zone: datetime(..., tzinfo=timezone.utc)")
    return int(at.timestamp() // 1)


def plain(limits: Optional[Limits]) -> Optional[dict[str, int]]:
    """The limits as a dict."""
    return None if limits is None else asdict(limits)


def _whole_seconds(lifetime: timedelta) -> int:
    if not isinstance(lifetime, timedelta):
        raise TypeError(f"evidence_lifetime is a datetime.timedelta, not {type(lifetime).__name__}")
    if lifetime < timedelta(0):
        raise UsageError(Code.USE_ARGUMENT, "evidence_lifetime cannot be negative")
    return lifetime // timedelta(seconds=1)


def _store(trust: TrustStore) -> TrustStore:
    if not isinstance(trust, TrustStore):
        raise TypeError(f"trust is a TrustStore, not {type(trust).__name__}: libsmime.TrustStore(anchors=[...])")
    return trust
