"""Evidence that lasts: judging again, years later, what :func:`open` and :func:`examine` wrote as ``evidence``."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any, Literal, Optional, Union

from . import _libsmime as native
from ._errors import VerificationError
from ._libsmime import TrustStore
from ._limits import Limits
from ._report import Report
from ._settings import Files, RevocationMode, judging, opening, policy_of
from ._sources import Raw, Target, readable, writable
from ._verbs import Opened

EvidencePolicy = Literal["default", "strict", "legacy", "noted"]


def open_evidence(
    raw: Raw,
    *,
    trust: Optional[TrustStore] = None,
    time_stamp: Union[None, bytes, "PathLike[str]"] = None,
    time_stamp_trust: Optional[TrustStore] = None,
    at: Optional[datetime] = None,
    policy: EvidencePolicy = "default",
    revocation: Optional[RevocationMode] = None,
    crls: Files = (),
    ocsp: Files = (),
    require_signature: bool = True,
    output: Optional[Target] = None,
    as_message: bool = False,
    content_digest: bool = False,
    limits: Optional[Limits] = None,
) -> Opened:
    """Judges evidence again as of its time, by what is in the file alone, and gives out the content of the message. What comes back may be
    used; all else raises.

    >>> opened = libsmime.open(signed, trust=store, evidence=Path("proof.eml"))
    >>> again = libsmime.open_evidence(Path("proof.eml"), trust=store)
    >>> again.report.at == opened.report.at and again.content == opened.content
    True

    A file vouches for nothing: whom to trust is for the judge to say. What it says of the time is the word of whoever kept it (the finding
    ``EVIDENCE-TIME``), unless there is a time-stamp over it.

    :param raw: the file: octets, a path, or a binary file
    :param trust: the anchors; those of the system where it is None
    :param time_stamp: a time-stamp over the whole file (RFC 3161), token or response in DER, octets or a path; its time is the time of
        judgement then. One that does not fit, or of nobody in ``time_stamp_trust``, is refused.
    :param time_stamp_trust: whose time-stamps count, over the file and on signatures
    :param at: the time of the judge, now where it is None: evidence of a later time is refused, and the time-stamp over the file is judged at it
    :param policy: default, strict or legacy; ``noted`` is the one that the file notes, which may allow whatever its writer liked
    :param revocation: as for :func:`open`; with ``noted`` it is the one that the file notes
    :param crls: revocation lists about who made the time-stamp over the file; about the message only those in the file count
    :param ocsp: OCSP responses about who made that

    The other parameters are those of :func:`open`.

    :raises VerificationError: unless the verdict is acceptable
    :raises MalformedError: where the file is no evidence (``EVIDENCE-MALFORMED``) or was altered (``EVIDENCE-ALTERED``)
    """
    settings = _settings(trust, time_stamp_trust, at, policy, revocation, crls, ocsp, require_signature, as_message, content_digest, limits)
    with ExitStack() as stack:
        source = readable(stack, raw)
        with writable(output) as target:
            told, given = native.open_evidence(source, target, settings, _octets(time_stamp), policy == "noted")
            report = Report(told)
            if not report.is_acceptable:
                raise VerificationError(report)
    return Opened(report, given)


def examine_evidence(
    raw: Raw,
    *,
    trust: Optional[TrustStore] = None,
    time_stamp: Union[None, bytes, "PathLike[str]"] = None,
    time_stamp_trust: Optional[TrustStore] = None,
    at: Optional[datetime] = None,
    policy: EvidencePolicy = "default",
    revocation: Optional[RevocationMode] = None,
    crls: Files = (),
    ocsp: Files = (),
    require_signature: bool = True,
    limits: Optional[Limits] = None,
) -> Report:
    """Judges evidence again as of its time, without giving out the content of the message.

    >>> libsmime.examine_evidence(Path("proof.eml"), trust=store).verdict
    <Verdict.VALID: 'valid'>

    The parameters are those of :func:`open_evidence`.

    :raises VerificationError: where the time-stamp over the file proves nothing; a message that does not hold is a verdict
    :raises MalformedError: as :func:`open_evidence`
    """
    settings = _settings(trust, time_stamp_trust, at, policy, revocation, crls, ocsp, require_signature, False, False, limits)
    with ExitStack() as stack:
        return Report(native.examine_evidence(readable(stack, raw), settings, _octets(time_stamp), policy == "noted"))


def _settings(
    trust: Optional[TrustStore],
    time_stamp_trust: Optional[TrustStore],
    at: Optional[datetime],
    policy: EvidencePolicy,
    revocation: Optional[RevocationMode],
    crls: Files,
    ocsp: Files,
    require_signature: bool,
    as_message: bool,
    content_digest: bool,
    limits: Optional[Limits],
) -> dict[str, Any]:
    name = "default" if policy == "noted" else policy
    chosen = policy_of(name, (), False, False, False, revocation, None, None, None)
    judged = judging(trust, (), at, chosen, crls, ocsp, None, limits)
    return opening(judged, None, time_stamp_trust, require_signature, "detect", as_message=as_message, content_digest=content_digest)


def _octets(time_stamp: Union[None, bytes, "PathLike[str]"]) -> Optional[bytes]:
    if time_stamp is None or isinstance(time_stamp, bytes):
        return time_stamp
    if isinstance(time_stamp, str):
        raise TypeError("time_stamp is bytes or a pathlib.Path, not a str")
    return Path(time_stamp).read_bytes()
