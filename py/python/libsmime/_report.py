"""What was found out about a message or a certificate, as dataclasses."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import cached_property
from typing import TYPE_CHECKING, Any, Optional, Union

from ._codes import Code
from ._libsmime import Certificate, __version__
from ._words import Word

if TYPE_CHECKING:
    from ._libsmime import NativeReport

_SCHEMA = 1


class Verdict(Word):
    """What a message, a layer, a signer or a path is worth."""

    VALID = "valid"
    """Signed, and each check passed."""
    UNSIGNED = "unsigned"
    """Nothing is signed; what there is (encryption) is in order."""
    UNTRUSTED = "untrusted"
    """The signature fits, but the signer, the algorithm or the sender's address is not to be trusted."""
    INDETERMINATE = "indeterminate"
    """Not everything could be checked."""
    INVALID = "invalid"
    """A check failed that proves the message altered or the signature wrong."""

    @property
    def is_acceptable(self) -> bool:
        """Whether a message with this verdict may be used: valid and unsigned."""
        return self in (Verdict.VALID, Verdict.UNSIGNED)


class Severity(Word):
    """How much a finding weighs."""

    INFO = "info"
    """Worth knowing, changes nothing."""
    WARNING = "warning"
    """Does not change the verdict, but a person should see it."""
    ERROR = "error"
    """Keeps the verdict from being valid."""


class Check(Word):
    """The outcome of one check."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"


class AddressMatch(Word):
    """How the address in From and those of the signer's certificate compare."""

    MATCH = "match"
    MISMATCH = "mismatch"
    AMBIGUOUS = "ambiguous"
    ABSENT = "absent"


@dataclass(frozen=True)
class Finding:
    """One thing seen."""

    code: Code
    severity: Severity
    message: str
    """A sentence that a postmaster understands."""
    reference: Optional[str] = None
    """The rule behind it, for example ``RFC 5652 section 5.6``."""
    layer: Optional[int] = None
    """Index into ``Report.layers``."""
    signer: Optional[int] = None
    """Index into the layer's ``signers``."""
    certificate: Optional[str] = None
    """SHA-256 of the certificate it is about, in reports about paths."""


@dataclass(frozen=True)
class Need:
    """Something that is missing and could be fetched."""

    what: str
    """crl, ocsp or issuer."""
    url: str
    """The word of the certificate: nobody has checked it."""
    certificate: str
    """SHA-256 of the certificate that it is needed for."""
    request: bytes = field(default=b"", repr=False)
    """For ocsp: what is to be POSTed there, as ``application/ocsp-request``."""


@dataclass(frozen=True)
class Revocation:
    """What is known of the revocation of one certificate."""

    status: str
    """good, revoked, unknown or not_checked."""
    source: Optional[str] = None
    """crl or ocsp: what says so."""
    this_update: Optional[datetime] = None
    """When that was made."""
    next_update: Optional[datetime] = None
    """Until when newer evidence is due, where it says so."""
    revoked_at: Optional[datetime] = None
    reason: Optional[str] = None
    """The name of RFC 5280, for example keyCompromise."""
    doubts: tuple[Code, ...] = ()
    """Why it is not known."""


@dataclass(frozen=True)
class TimeStamp:
    """A time-stamp on a signature, or over evidence (RFC 3161)."""

    time: Optional[datetime]
    """When the signature is said to have been there already."""
    verdict: Verdict
    """The signer is judged at that time where this is valid, and only there."""
    authority: Optional[str]


@dataclass(frozen=True)
class EvidenceReport:
    """Of which evidence a message was judged: what the file says, which is the word of whoever kept it."""

    noted_at: Optional[datetime]
    """When the message is said to have been judged first."""
    noted_verdict: Verdict
    """What is said to have come of it."""
    noted_policy: str
    """By which policy, ``+`` where points of it were changed."""
    time_stamp: Optional[TimeStamp] = None
    """That over the file, where one was given; ``report.at`` is its time then."""


@dataclass(frozen=True)
class RecipientReport:
    """One recipient of an encrypted layer."""

    kind: str
    """ktri, kari, kekri, pwri or ori."""
    algorithm: str
    used: bool
    """Whether the content key came from here."""


@dataclass(frozen=True)
class SignerReport:
    """One signer of a signed layer, and what was found out."""

    verdict: Verdict
    signature: Check
    """Whether the signature fits the content and the key."""
    chain: Check
    """Whether the certification path leads to an anchor."""
    revocation: str
    """good, revoked, unknown or not_checked."""
    address_match: AddressMatch
    subject: Optional[str]
    issuer: Optional[str]
    serial: Optional[str]
    sha256: Optional[str]
    """SHA-256 of the signer's certificate."""
    addresses: tuple[str, ...]
    digest: str
    algorithm: str
    signing_time: Optional[datetime]
    """When the signer claims to have signed. Nothing is judged by it."""
    capabilities: tuple[str, ...]
    """Ciphers that the signer says it reads, best first: for :class:`Recipient`."""
    findings: tuple[int, ...]
    """Indices into ``Report.findings``."""
    certificate: Optional[Certificate] = field(default=None, repr=False)
    path: tuple[Certificate, ...] = field(default=(), repr=False)
    """The certification path, signer first, as far as it was built."""
    path_revocation: tuple[Revocation, ...] = field(default=(), repr=False)
    """What is known of each certificate of the path, in its order."""
    time_stamp: Optional[TimeStamp] = None
    """The time-stamp on the signature, where there is one."""


@dataclass(frozen=True)
class EncryptedLayer:
    """EnvelopedData or AuthEnvelopedData."""

    cipher: str
    integrity: str
    """aead where changes to the content would have been noticed, none otherwise."""
    recipients: tuple[RecipientReport, ...]
    kind: str = "encrypted"


@dataclass(frozen=True)
class SignedLayer:
    """multipart/signed or SignedData."""

    form: str
    """clear or opaque."""
    verdict: Verdict
    signers: tuple[SignerReport, ...]
    kind: str = "signed"


@dataclass(frozen=True)
class CompressedLayer:
    """CompressedData."""

    algorithm: str
    kind: str = "compressed"


@dataclass(frozen=True)
class CertificatesLayer:
    """SignedData without signers, for the transport of certificates."""

    certificates: tuple[Certificate, ...] = ()
    kind: str = "certs-only"


Layer = Union[EncryptedLayer, SignedLayer, CompressedLayer, CertificatesLayer]


@dataclass(frozen=True)
class Sender:
    """Who the message says it is from."""

    from_: tuple[str, ...] = ()
    """The addresses of every From field."""
    sender: Optional[str] = None
    """The address of the Sender field."""
    address_match: AddressMatch = AddressMatch.ABSENT


@dataclass(frozen=True)
class Coverage:
    """What the protection covers."""

    signed: tuple[tuple[int, int], ...] = ()
    """Octet ranges of the entity of each clear-signed layer."""
    uncovered_parts: tuple[str, ...] = ()
    """Parts outside the protection: preamble, epilogue or part numbers."""


@dataclass(frozen=True)
class ProtectedHeaders:
    """Header fields that stand inside the protection (RFC 9788)."""

    protected: Mapping[str, str] = field(default_factory=dict)
    differences: tuple[str, ...] = ()
    """Names of fields that differ between outside and inside."""


@dataclass(frozen=True)
class ContentReport:
    """The content that was given out, or would be."""

    bytes: int = 0
    sha256: Optional[str] = None


@dataclass(frozen=True)
class _Told:
    """What a report of the core tells, as plain values."""

    verdict: str
    summary: str
    text: str
    known: dict[str, Certificate]

    def to_json(self) -> str:
        return self.text

    def certificates(self) -> dict[str, Certificate]:
        return self.known


class Report:
    """Everything that was found out about a message: a verdict, the layers from the outside in, and findings with stable codes.

    >>> report = libsmime.examine(signed, trust=store)
    >>> report.verdict
    <Verdict.VALID: 'valid'>
    >>> [signer.addresses for signer in report.signers]
    [('alice@example.org',)]
    """

    def __init__(self, told: Union[NativeReport, _Told]) -> None:
        # Nothing is turned into Python objects before somebody looks.
        self._told = told

    @classmethod
    def _of_refusal(cls, code: Code, message: str) -> Report:
        """The report on a message that was not looked into, as an error said."""
        return cls(_told(Verdict.UNTRUSTED, [_seen(code, "error", message)]))

    @classmethod
    def _of_other_mail(cls, message: str, require_signature: bool) -> Report:
        """The report on a message that is not S/MIME."""
        seen = [_seen(Code.MIME_NOT_SMIME, "info", message)]
        if not require_signature:
            return cls(_told(Verdict.UNSIGNED, seen))
        missing = Code.SIG_MISSING
        return cls(_told(Verdict.UNTRUSTED, [*seen, _seen(missing, missing.severity, missing.sentence)]))

    @cached_property
    def _text(self) -> str:
        return self._told.to_json()

    @cached_property
    def _certificates(self) -> Mapping[str, Certificate]:
        return self._told.certificates()

    @cached_property
    def summary(self) -> str:
        """One line for people and logs: the verdict, who signed, and what matters most."""
        return self._told.summary

    def to_json(self, indent: Optional[int] = None) -> str:
        """The report as JSON by the published schema, which the C library and the command ``smime`` share."""
        return self._text if indent is None else json.dumps(self.to_dict(), indent=indent, ensure_ascii=False)

    def to_dict(self) -> dict[str, Any]:
        """The report by the published schema as plain Python values, anew with each call."""
        document: dict[str, Any] = json.loads(self._text)
        return document

    @cached_property
    def _document(self) -> dict[str, Any]:
        return self.to_dict()

    @cached_property
    def verdict(self) -> Verdict:
        """What the message as a whole is worth: as much as its worst layer."""
        return Verdict(self._told.verdict)

    @property
    def is_acceptable(self) -> bool:
        """Whether the content may be used."""
        return self.verdict.is_acceptable

    @cached_property
    def at(self) -> Optional[datetime]:
        """The time of judgement."""
        return _time(self._document["at"])

    @cached_property
    def evidence(self) -> Optional[EvidenceReport]:
        """The evidence that was judged, where it was not a message as it came in: see :func:`open_evidence`."""
        found = self._document["evidence"]
        return None if found is None else _evidence(found)

    @cached_property
    def sender(self) -> Sender:
        """Who the message says it is from."""
        found = self._document["sender"]
        return Sender(tuple(found["from"]), found["sender"], AddressMatch(found["address_match"]))

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The protective layers, from the outside in."""
        return tuple(self._layer(found) for found in self._document["layers"])

    @property
    def signers(self) -> tuple[SignerReport, ...]:
        """The signers of all layers, from the outside in."""
        return tuple(signer for layer in self.layers if isinstance(layer, SignedLayer) for signer in layer.signers)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What was seen."""
        return tuple(_finding(found) for found in self._document["findings"])

    @property
    def principal(self) -> Optional[Finding]:
        """The finding that matters most: the first of the highest severity."""
        order = list(Severity)
        return max(self.findings, key=lambda finding: order.index(finding.severity), default=None)

    def has(self, code: Union[Code, str]) -> bool:
        """Whether a finding with this code is in the report."""
        return any(finding.code == code for finding in self.findings)

    @cached_property
    def coverage(self) -> Coverage:
        """What the protection covers."""
        found = self._document["coverage"]
        return Coverage(tuple((start, end) for start, end in found["signed"]), tuple(found["uncovered_parts"]))

    @cached_property
    def headers(self) -> ProtectedHeaders:
        """Header fields that stand inside the protection."""
        found = self._document["headers"]
        return ProtectedHeaders(found["protected"], tuple(found["differences"]))

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """What could be fetched to know more."""
        return tuple(_need(found) for found in self._document["needs"])

    @cached_property
    def content(self) -> ContentReport:
        """The content that was given out, or would be."""
        return ContentReport(**self._document["content"])

    def _layer(self, found: dict[str, Any]) -> Layer:
        kind = found["kind"]
        if kind == "encrypted":
            return EncryptedLayer(found["cipher"], found["integrity"], tuple(_recipient(one) for one in found["recipients"]))
        if kind == "signed":
            return SignedLayer(found["form"], Verdict(found["verdict"]), tuple(self._signer(one) for one in found["signers"]))
        if kind == "compressed":
            return CompressedLayer(found["algorithm"])
        carried = (self._certificates.get(one["sha256"]) for one in found.get("certificates", ()))
        return CertificatesLayer(tuple(one for one in carried if one is not None))

    def _signer(self, found: dict[str, Any]) -> SignerReport:
        path = (self._certificates.get(sha256) for sha256 in found["path"])
        return SignerReport(
            verdict=Verdict(found["verdict"]),
            signature=Check(found["signature"]),
            chain=Check(found["chain"]),
            revocation=found["revocation"],
            address_match=AddressMatch(found["address_match"]),
            subject=found["subject"],
            issuer=found["issuer"],
            serial=found["serial"],
            sha256=found["sha256"],
            addresses=tuple(found["addresses"]),
            digest=found["digest"],
            algorithm=found["algorithm"],
            signing_time=_time(found["signing_time"]),
            capabilities=tuple(found["capabilities"]),
            findings=tuple(found["findings"]),
            certificate=self._certificates.get(found["sha256"] or ""),
            path=tuple(one for one in path if one is not None),
            path_revocation=tuple(_revocation(one) for one in found["path_revocation"]),
            time_stamp=_time_stamp(found["time_stamp"]),
        )

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, Report) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> Any:
        return Report, (_Told(self.verdict.value, self.summary, self._text, dict(self._certificates)),)

    def __repr__(self) -> str:
        return f"<libsmime.Report {self.summary}>"


@dataclass(frozen=True)
class PathReport:
    """What was found out about a certificate and the way from it to an anchor."""

    verdict: Verdict
    path: tuple[Certificate, ...]
    """The leaf first, the anchor last where the path leads to one."""
    findings: tuple[Finding, ...]
    needs: tuple[Need, ...]
    policies: tuple[str, ...]
    """Certificate policies that hold for the whole path and are accepted, dotted; ``2.5.29.32.0`` is anyPolicy."""
    revocation: dict[str, Revocation]
    """What is known of each certificate of the path, by its SHA-256."""
    address_match: Optional[AddressMatch]
    """How the address that was asked about compares; None where none was."""
    tree: str = field(repr=False)
    """The path for people: the anchor first, each certificate below the one that issued it."""
    _text: str = field(repr=False)

    @classmethod
    def _of_core(cls, text: str, tree: str, path: list[Certificate]) -> PathReport:
        found = json.loads(text)
        match = found["address_match"]
        return cls(
            verdict=Verdict(found["verdict"]),
            path=tuple(path),
            findings=tuple(_finding(one) for one in found["findings"]),
            needs=tuple(_need(one) for one in found["needs"]),
            policies=tuple(found["policies"]),
            revocation={digest: _revocation(one) for digest, one in found["revocation"].items()},
            address_match=None if match is None else AddressMatch(match),
            tree=tree,
            _text=text,
        )

    @property
    def is_valid(self) -> bool:
        """Whether the path leads to an anchor and every check passed."""
        return self.verdict is Verdict.VALID

    def has(self, code: Union[Code, str]) -> bool:
        """Whether a finding with this code is in the report."""
        return any(finding.code == code for finding in self.findings)

    def to_json(self, indent: Optional[int] = None) -> str:
        """The report as JSON, as ``smime cert verify --json`` prints it."""
        return self._text if indent is None else json.dumps(self.to_dict(), indent=indent, ensure_ascii=False)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain Python values, anew with each call."""
        document: dict[str, Any] = json.loads(self._text)
        return document


def _told(verdict: Verdict, findings: list[dict[str, Any]]) -> _Told:
    """A report without layers, by the published schema."""
    document = {
        "schema": _SCHEMA,
        "libsmime": __version__,
        "verdict": verdict.value,
        "at": None,
        "evidence": None,
        "sender": {"from": [], "sender": None, "address_match": "absent"},
        "layers": [],
        "coverage": {"signed": [], "uncovered_parts": []},
        "headers": {"protected": {}, "differences": []},
        "findings": findings,
        "needs": [],
        "content": {"bytes": 0, "sha256": None},
    }
    last = findings[-1]
    summary = f"{verdict.value}; {last['code']}: {last['message']}"
    return _Told(verdict.value, summary, json.dumps(document, ensure_ascii=False), {})


def _seen(code: Code, severity: str, message: str) -> dict[str, Any]:
    return {
        "code": code.value,
        "severity": severity,
        "layer": None,
        "signer": None,
        "message": message,
        "reference": code.reference,
    }


def _finding(found: dict[str, Any]) -> Finding:
    return Finding(
        code=Code(found["code"]),
        severity=Severity(found["severity"]),
        message=found["message"],
        reference=found["reference"],
        layer=found.get("layer"),
        signer=found.get("signer"),
        certificate=found.get("certificate"),
    )


def _revocation(found: dict[str, Any]) -> Revocation:
    return Revocation(
        status=found["status"],
        source=found["source"],
        this_update=_time(found["this_update"]),
        next_update=_time(found["next_update"]),
        revoked_at=_time(found["revoked_at"]),
        reason=found["reason"],
        doubts=tuple(Code(code) for code in found["doubts"]),
    )


def _time_stamp(found: Optional[dict[str, Any]]) -> Optional[TimeStamp]:
    return None if found is None else TimeStamp(_time(found["time"]), Verdict(found["verdict"]), found["authority"])


def _evidence(found: dict[str, Any]) -> EvidenceReport:
    return EvidenceReport(_time(found["noted_at"]), Verdict(found["noted_verdict"]), found["noted_policy"], _time_stamp(found["time_stamp"]))


def _need(found: dict[str, Any]) -> Need:
    return Need(found["what"], found["url"], found["for"], base64.b64decode(found["request"]))


def _recipient(found: dict[str, Any]) -> RecipientReport:
    return RecipientReport(found["kind"], found["algorithm"], found["used"])


def _time(text: Optional[str]) -> Optional[datetime]:
    if text is None or text.startswith("0000"):
        return None
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
