"""A certification authority that keeps its records in a folder."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Optional, Union

from .. import Certificate, CertificateRequest, CertificateTemplate, Code, Issuer, PrivateKey, Profile, PublicKey, UsageError
from .._libsmime import next_standing, places_of
from .._sources import replacing
from ._records import Change, Entry, Records
from ._status import Status

_RECORDS = "records.sqlite"
_KEY = "authority.key"
_CERTIFICATE = "authority.crt"
_CHAIN = "chain.pem"
_DAY = 86_400
_YEAR = 365


@dataclass(frozen=True)
class Issued:
    """A certificate that an authority has issued, and how it stands."""

    certificate: Certificate
    serial: str
    profile: str
    section: int
    standing: str
    """``good``, ``held`` or ``revoked``."""
    since: Optional[datetime] = None
    """From when on it is held or revoked."""
    reason: Optional[str] = None
    """Why it was revoked, in the word of RFC 5280 section 5.3.1."""
    replaces: Optional[str] = None
    """The serial number of the certificate that it renews."""


class Authority(Status):
    """A certification authority: its key, its certificate and its records.

    Every step is one transaction: killed at any moment, a step has happened or has not. Several processes may work on one folder.

    >>> authority = Authority.create(Path("ca"), "CN=Example Mail CA", password="secret")
    >>> issued = authority.issue(request, "mailbox-strict", addresses=["alice@example.org"])
    """

    def __init__(self, folder: Union[str, os.PathLike[str]], password: Optional[str] = None, *, clock: Optional[Callable[[], datetime]] = None) -> None:
        """Opens the authority in this folder. The password is that of its key; without one what needs no key can be done all the same.

        ``clock`` is for those who have a better one than the system's.
        """
        self.folder = Path(folder)
        self._records = Records(self.folder / _RECORDS)
        self._settings = self._records.settings()
        self._password = password
        self._clock = clock or (lambda: datetime.now(timezone.utc))
        self._lock = threading.RLock()
        self._issuer: Optional[Issuer] = None
        self._prepared = OrderedDict()
        self.certificate = Certificate.load(self.folder / _CERTIFICATE)
        self.chain: list[Certificate] = Certificate.many((self.folder / _CHAIN).read_bytes()) if (self.folder / _CHAIN).exists() else []

    @classmethod
    def create(
        cls,
        folder: Union[str, os.PathLike[str]],
        subject: Union[str, Sequence[tuple[str, str]]],
        *,
        password: Optional[str],
        kind: str = "p256",
        root: Optional[Authority] = None,
        key: Optional[PrivateKey] = None,
        days: Optional[int] = None,
        crl_url: Optional[str] = None,
        ocsp_url: Optional[str] = None,
        issuer_url: Optional[str] = None,
        sections: int = 1,
        clock: Optional[Callable[[], datetime]] = None,
    ) -> Authority:
        """A new authority in a new folder: a root, or one that ``root`` certifies.

        ``password`` encrypts its key; None leaves it open. ``key`` is one that is there already, as in a device: then nothing is written of
        it, and it is given again when the authority is opened. The addresses go into the certificates that it issues: where its lists
        are (``{section}`` stands for the section of a list in parts, of which there are ``sections``), where its responder and its own
        certificate.
        """
        folder = Path(folder)
        if sections < 1 or (sections > 1 and (crl_url is None or "{section}" not in crl_url)):
            raise UsageError(Code.USE_ARGUMENT, "a list in sections needs an address with {section} in it")
        if folder.exists() and any(folder.iterdir()):
            raise UsageError(Code.USE_ARGUMENT, f"{folder} is not empty")
        now = (clock or (lambda: datetime.now(timezone.utc)))()
        own = key if key is not None else PrivateKey.generate(kind)
        template = CertificateTemplate(
            subject,
            not_before=now,
            not_after=now + timedelta(days=days or (10 if root is None else 5) * _YEAR),
            authority=True,
            path_length=None if root is None else 0,
            extensions=[] if root is None else root.places(),
        )
        certificate = Issuer.self_signed(own, template).certificate if root is None else root.certify(own, template)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if key is None:
            with replacing(os.fspath(folder / _KEY), private=True) as temporary, open(temporary, "w", encoding="ascii") as file:
                file.write(own.to_pem(password))
                file.flush()
                os.fsync(file.fileno())
        (folder / _CERTIFICATE).write_text(certificate.to_pem())
        if root is not None:
            (folder / _CHAIN).write_text("".join(above.to_pem() for above in [root.certificate, *root.chain]))
        urls = {"crl_url": crl_url, "ocsp_url": ocsp_url, "issuer_url": issuer_url}
        settings = {name: url for name, url in urls.items() if url is not None}
        settings["sections"] = str(sections)
        detail = {"subject": certificate.subject, "sha256": certificate.sha256}
        Records.create(folder / _RECORDS, settings, now, detail).close()
        made = cls(folder, password, clock=clock)
        if key is not None:
            made.use(key)
        return made

    def use(self, key: PrivateKey) -> None:
        """Takes this key, of a device for example, instead of the file."""
        self._issuer = Issuer(key, self.certificate)

    @property
    def issuer(self) -> Issuer:
        """The key at work. Reads the file of the key where it was not needed before."""
        with self._lock:
            if self._issuer is None:
                self._issuer = Issuer(PrivateKey.load(self.folder / _KEY, self._password), self.certificate)
            return self._issuer

    def places(self) -> list[tuple[str, bool, bytes]]:
        """The extensions that say where the lists, the responder and the certificate of this authority are, for an authority below it."""
        urls = self._urls(0)
        return places_of(*([urls[field]] if field in urls else [] for field in ("crl_urls", "ocsp_urls", "issuer_urls")))

    # Issuing

    def issue(
        self,
        request: Union[CertificateRequest, bytes],
        profile: Union[str, Profile, Mapping[str, Any]] = "mailbox-strict",
        *,
        addresses: Iterable[str],
        subject: Union[str, Sequence[tuple[str, str]], None] = None,
        days: Optional[int] = None,
    ) -> Issued:
        """A certificate for the key of a request, under a profile.

        ``addresses`` and ``subject`` are what the authority has found to be true: nothing is taken over from the request but its key, and
        only after its proof of possession was checked. What the request asks for beyond is refused by the profile.
        """
        if not isinstance(request, CertificateRequest):
            request = CertificateRequest.from_bytes(request)
        request.verify()
        with self._change() as change:
            section = self._next_section(change)
            name, chosen = self._profile(profile, section, days)
            certificate = self.issuer.issue(request, chosen.template(request, subject=subject, addresses=list(addresses), not_before=change.now))
            return self._add(change, certificate, name, section, "issued", None)

    def _profile(self, profile: Union[str, Profile, Mapping[str, Any]], section: int, days: Optional[int]) -> tuple[str, Profile]:
        """A profile, with the addresses of this authority where it has none of its own."""
        fields: dict[str, Any]
        if isinstance(profile, str):
            kind, _, generation = profile.partition("-")
            name, fields = profile, {"type": kind, "generation": generation}
        elif isinstance(profile, Profile):
            name, fields = "own", profile.to_dict()
        else:
            fields = dict(profile)
            name = str(fields.pop("name", "own"))
        if days is not None:
            fields["days"] = days
        for field, url in self._urls(section).items():
            if not fields.get(field):
                fields[field] = [url]
        return name, Profile(**fields)

    def _urls(self, section: int) -> dict[str, str]:
        urls = {f"{what}_urls": self._settings[f"{what}_url"] for what in ("crl", "ocsp", "issuer") if f"{what}_url" in self._settings}
        return {field: url.replace("{section}", str(section)) for field, url in urls.items()}

    def certify(self, key: Union[PrivateKey, PublicKey], template: CertificateTemplate) -> Certificate:
        """A certificate by a template of the caller, whom no profile binds: for an authority below this one, or for a key that cannot sign a
        request (X25519). That its holder has the key must have been shown in another way."""
        with self._change() as change:
            certificate = self.issuer.issue(key, template)
            self._add(change, certificate, "authority" if template.authority else "own", 0, "issued", None)
            return certificate

    def renew(self, old: Union[Certificate, str], request: Union[CertificateRequest, bytes, None] = None, *, days: Optional[int] = None) -> Issued:
        """The same certificate for another time: for the same key, or for that of a request. The old one stays as it is."""
        if request is not None and not isinstance(request, CertificateRequest):
            request = CertificateRequest.from_bytes(request)
        with self._change() as change:
            found = self._find(change.execute, old)
            if found.standing != "good":
                raise UsageError(Code.CA_STANDING, f"certificate {found.serial} is {found.standing}")
            lasted = found.certificate.not_after - found.certificate.not_before
            certificate = self.issuer.renew(
                found.certificate,
                request,
                not_before=change.now,
                not_after=change.now + (lasted if days is None else timedelta(days=days)),
            )
            return self._add(change, certificate, found.profile, found.section, "renewed", found.serial)

    def certify_responder(self, key: PrivateKey, until: datetime) -> Certificate:
        """A certificate for a key that answers OCSP requests for this authority."""
        with self._change() as change:
            template = CertificateTemplate.ocsp_responder(f"OCSP responder {change.now:%Y-%m-%d}", not_before=change.now, not_after=until)
            certificate = self.issuer.issue(key, template)
            self._add(change, certificate, "responder", 0, "issued", None)
            return certificate

    def _add(self, change: Change, certificate: Certificate, profile: str, section: int, event: str, replaces: Optional[str]) -> Issued:
        serial = bytes.fromhex(certificate.serial)
        times = (_seconds(certificate.not_before), _seconds(certificate.not_after))
        change.execute(
            "INSERT INTO certificates (serial, der, subject, not_before, not_after, profile, section, replaces) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (serial, certificate.to_der(), certificate.subject, *times, profile, section, None if replaces is None else bytes.fromhex(replaces)),
        )
        change.executemany("INSERT OR IGNORE INTO addresses VALUES (?, ?)", [(address, serial) for address in certificate.addresses])
        detail = {"serial": certificate.serial, "sha256": certificate.sha256, "profile": profile, "standing": ("good", None, None)}
        change.record(event, **detail, **({} if replaces is None else {"replaces": replaces}))
        return Issued(certificate, certificate.serial, profile, section, "good", replaces=replaces)

    def _next_section(self, change: Change) -> int:
        sections = int(self._settings["sections"])
        return 0 if sections == 1 else int(change.execute("SELECT COUNT(*) FROM certificates").fetchone()[0]) % sections

    # Revoking

    def revoke(self, certificate: Union[Certificate, str], reason: str = "unspecified", *, at: Optional[datetime] = None) -> Issued:
        """Revokes a certificate for good, by itself or by its serial number. ``at`` is from when on, now by default."""
        return self._step(certificate, "revoke", at, reason)

    def hold(self, certificate: Union[Certificate, str]) -> Issued:
        """Puts a certificate on hold: as if revoked, until it is released."""
        return self._step(certificate, "hold", None, None)

    def release(self, certificate: Union[Certificate, str]) -> Issued:
        """Releases a certificate from hold."""
        return self._step(certificate, "release", None, None)

    def _step(self, certificate: Union[Certificate, str], step: str, at: Optional[datetime], reason: Optional[str]) -> Issued:
        with self._change() as change:
            if at is not None and at > change.now:
                raise UsageError(Code.USE_ARGUMENT, "a certificate cannot be revoked from a day to come on")
            found = self._find(change.execute, certificate)
            since = None if found.since is None else _seconds(found.since)
            standing = next_standing((found.standing, since, found.reason), step, _seconds(at or change.now), reason)
            change.execute(
                "UPDATE certificates SET standing = ?, since = ?, reason = ? WHERE serial = ?", (*standing, bytes.fromhex(found.serial))
            )
            change.record({"revoke": "revoked", "hold": "held", "release": "released"}[step], serial=found.serial, standing=standing)
            return self._find(change.execute, found.serial)

    # Looking

    def find(self, certificate: Union[Certificate, str]) -> Issued:
        """A certificate of this authority, by itself or by its serial number in hexadecimal digits. CA-STANDING where it issued no such."""
        with self._lock, self._records.view() as view:
            return self._find(view.execute, certificate)

    def issued(self, address: Optional[str] = None) -> list[Issued]:
        """All certificates, or those with this address, the oldest first."""
        where = "" if address is None else " WHERE serial IN (SELECT serial FROM addresses WHERE address = ?)"
        return self._select(f"{where} ORDER BY not_before, serial", () if address is None else (address,))

    def expiring(self, within: timedelta) -> list[Issued]:
        """The certificates in force that end within this time and have no successor, the first to end first."""
        now = _seconds(self._now())
        where = (
            " WHERE not_after >= ? AND not_after <= ? AND standing <> 'revoked'"
            " AND NOT EXISTS (SELECT 1 FROM certificates AS later WHERE later.replaces = certificates.serial)"
        )
        return self._select(f"{where} ORDER BY not_after, serial", (now, now + int(within.total_seconds())))

    def journal(self) -> Iterator[Entry]:
        """What this authority did, entry by entry."""
        return self._records.journal()

    def check(self, known_head: Optional[str] = None) -> str:
        """Checks that nobody altered the journal or the certificates. Answers with the head of the journal: note it elsewhere, and give it
        back another day as ``known_head``."""
        with self._lock:
            return self._records.check(None if known_head is None else bytes.fromhex(known_head)).hex()

    def close(self) -> None:
        """Ends the connection to the records."""
        self._records.close()

    def __enter__(self) -> Authority:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _select(self, where: str, values: tuple[Any, ...]) -> list[Issued]:
        with self._lock, self._records.view() as view:
            return [_issued(row) for row in view.execute(_SELECT + where, values)]

    def _find(self, execute: Callable[..., Any], certificate: Union[Certificate, str]) -> Issued:
        serial = certificate.serial if isinstance(certificate, Certificate) else certificate.replace(":", "").lower()
        try:
            octets = bytes.fromhex(serial)
        except ValueError:
            raise UsageError(Code.USE_ARGUMENT, f"{serial} is no serial number in hexadecimal digits") from None
        row = execute(_SELECT + " WHERE serial = ?", (octets,)).fetchone()
        if row is None or (isinstance(certificate, Certificate) and row[1] != certificate.to_der()):
            raise UsageError(Code.CA_STANDING, f"this authority has issued no certificate {serial}")
        return _issued(row)

    def _now(self) -> datetime:
        return self._clock().replace(microsecond=0)

    @contextmanager
    def _change(self) -> Iterator[Change]:
        with self._lock, self._records.change(self._now) as change:
            yield change


_SELECT = "SELECT serial, der, profile, section, standing, since, reason, replaces FROM certificates"


def _issued(row: tuple[Any, ...]) -> Issued:
    serial, der, profile, section, standing, since, reason, replaces = row
    moment = None if since is None else datetime.fromtimestamp(since, timezone.utc)
    before = None if replaces is None else replaces.hex()
    return Issued(Certificate.from_bytes(der), serial.hex(), profile, section, standing, moment, reason, before)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
