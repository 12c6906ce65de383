"""What an authority tells about its certificates: revocation lists and OCSP answers."""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Optional, Union

from .. import Certificate, Code, CrlEntry, Error, Issuer, OcspRequest, OcspResponder, PrivateKey, UsageError, crl_delta
from ._records import Change, Records

_RESPONDER_LASTS = timedelta(days=30)
# Answers kept ready, the latest asked for.
_PREPARED = 4096


@dataclass(frozen=True)
class MadeList:
    """A revocation list that an authority has made. Times are seconds since 1970-01-01T00:00:00Z."""

    number: int
    der: bytes
    this_update: int
    next_update: int
    base: Optional[int] = None
    """The number of the complete list that it goes with, where it is a delta."""


@dataclass(frozen=True)
class Answer:
    """An OCSP answer."""

    der: bytes
    until: Optional[int] = None
    """Until when it may be given to others who ask the same, in seconds since 1970-01-01T00:00:00Z; None where it may not."""


class Status:
    """The part of an authority that tells how its certificates stand."""

    certificate: Certificate
    answers_last: timedelta = timedelta(days=1)
    """For how long an OCSP answer holds."""
    _records: Records
    _settings: dict[str, str]
    _lock: threading.RLock  # type: ignore[valid-type]
    _responder: Optional[OcspResponder] = None
    _responder_ends: Optional[datetime] = None
    _prepared: OrderedDict[bytes, tuple[Any, Answer, datetime]]

    @property
    def issuer(self) -> Issuer:
        """The key at work."""
        raise NotImplementedError

    def certify_responder(self, key: PrivateKey, until: datetime) -> Certificate:
        """A certificate for a key that answers for this authority."""
        raise NotImplementedError

    def _now(self) -> datetime:
        raise NotImplementedError

    def _change(self) -> AbstractContextManager[Change]:
        raise NotImplementedError

    # Lists

    def make_list(self, section: int = 0, *, delta: bool = False, lasts: timedelta = timedelta(days=7)) -> MadeList:
        """Makes the next revocation list, and keeps it. A delta tells what has changed since the last complete list of its section."""
        if not 0 <= section < int(self._settings["sections"]):
            raise UsageError(Code.USE_ARGUMENT, f"there is no section {section}")
        with self._change() as change:
            now = change.now
            number = 1 + int(change.execute("SELECT COALESCE(MAX(number), 0) FROM lists").fetchone()[0])
            rows = change.execute(
                "SELECT serial, since, reason FROM certificates WHERE section = ? AND standing <> 'good' ORDER BY serial", (section,)
            )
            entries = [CrlEntry(serial.hex(), _moment(since), reason or "certificateHold") for serial, since, reason in rows]
            base = self._latest(change, section, delta=False) if delta else None
            if delta:
                if base is None:
                    raise UsageError(Code.USE_STATE, "a delta needs a complete list before it")
                entries = crl_delta(base.der, entries)
            url = self._settings.get("crl_url")
            made = self.issuer.revocation_list(
                number=number,
                entries=entries,
                this_update=now,
                next_update=now + lasts,
                base_number=None if base is None else base.number,
                urls=[] if int(self._settings["sections"]) == 1 or url is None else [url.replace("{section}", str(section))],
            )
            times = (int(now.timestamp()), int((now + lasts).timestamp()))
            change.execute(
                "INSERT INTO lists VALUES (?, ?, ?, ?, ?, ?)", (number, section, None if base is None else base.number, *times, made)
            )
            change.record("listed", number=number, section=section, entries=len(entries), delta=delta)
            return MadeList(number, made, *times, base=None if base is None else base.number)

    def latest_list(self, section: int = 0, *, delta: bool = False) -> Optional[MadeList]:
        """The list that was made last."""
        with self._lock, self._records.view() as view:
            return self._latest(view, section, delta=delta)

    def _latest(self, at: Any, section: int, *, delta: bool) -> Optional[MadeList]:
        row = at.execute(
            f"SELECT number, der, this_update, next_update, base FROM lists WHERE section = ? AND base IS {'NOT ' if delta else ''}NULL"
            " ORDER BY number DESC LIMIT 1",
            (section,),
        ).fetchone()
        return None if row is None else MadeList(*row)

    # OCSP

    def answer(self, request: bytes) -> Answer:
        """Answers an OCSP request in DER, whatever it is: what cannot be answered gets the response that says so.

        The answers are signed by a key of this process, for which the authority makes a certificate that lasts a month.
        """
        now = self._now()
        try:
            asked = OcspRequest.from_der(request)
        except Error:
            return Answer(OcspResponder.refusal("malformedRequest"))
        responder = self._delegated(now)
        standings = self._standings(asked.serials)
        key = asked.to_der() if asked.nonce is None else None
        with self._lock:
            kept = None if key is None else self._prepared.get(key)
            if kept is not None and kept[0] == standings and now < kept[2]:
                return kept[1]
        until = now + self.answers_last
        der = responder.answer(request, standings, this_update=now, next_update=until, produced_at=now)
        if key is None:
            return Answer(der)
        made = Answer(der, int(until.timestamp()))
        with self._lock:
            self._prepared[key] = (standings, made, now + self.answers_last / 2)
            self._prepared.move_to_end(key)
            while len(self._prepared) > _PREPARED:
                self._prepared.popitem(last=False)
        return made

    def _standings(self, serials: list[str]) -> dict[str, Union[str, CrlEntry]]:
        found: dict[str, Union[str, CrlEntry]] = {}
        with self._lock, self._records.view() as view:
            for serial in serials:
                row = view.execute("SELECT standing, since, reason FROM certificates WHERE serial = ?", (bytes.fromhex(serial),)).fetchone()
                if row is not None:
                    standing, since, reason = row
                    found[serial] = "good" if standing == "good" else CrlEntry(serial, _moment(since), reason or "certificateHold")
        return found

    def _delegated(self, now: datetime) -> OcspResponder:
        with self._lock:
            ends = self._responder_ends
            # An answer must not outlive the certificate of who gave it.
            if self._responder is None or ends is None or ends - now < max(self.answers_last, _RESPONDER_LASTS / 3):
                key = PrivateKey.generate("p256")
                ends = now + max(_RESPONDER_LASTS, 2 * self.answers_last)
                self._responder = OcspResponder(key, self.certify_responder(key, ends), self.certificate)
                self._responder_ends = ends
                self._prepared.clear()
            return self._responder


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)
