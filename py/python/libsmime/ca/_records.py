"""The records of an authority: one SQLite file, changed in transactions only.

A process may be killed at any moment, and many may work at once: what was not committed never happened, and what was is on the disk. Each
change writes its entry into the journal in the same transaction, so that neither can be without the other.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Optional

from .. import Code, UsageError
from .._libsmime import Journal

_VERSION = 1
# How long one process waits for the others.
_PATIENCE = 120.0

_SCHEMA = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE certificates (
    serial BLOB PRIMARY KEY,
    der BLOB NOT NULL,
    subject TEXT NOT NULL,
    not_before INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    profile TEXT NOT NULL,
    section INTEGER NOT NULL,
    replaces BLOB REFERENCES certificates (serial),
    standing TEXT NOT NULL DEFAULT 'good' CHECK (standing IN ('good', 'held', 'revoked')),
    since INTEGER,
    reason TEXT
) WITHOUT ROWID;
CREATE INDEX certificates_by_end ON certificates (not_after);
CREATE INDEX certificates_not_good ON certificates (section, serial) WHERE standing <> 'good';
CREATE TABLE addresses (
    address TEXT NOT NULL COLLATE NOCASE,
    serial BLOB NOT NULL REFERENCES certificates (serial),
    PRIMARY KEY (address, serial)
) WITHOUT ROWID;
CREATE TABLE lists (
    number INTEGER PRIMARY KEY,
    section INTEGER NOT NULL,
    base INTEGER REFERENCES lists (number),
    this_update INTEGER NOT NULL,
    next_update INTEGER NOT NULL,
    der BLOB NOT NULL
);
CREATE INDEX lists_by_section ON lists (section, base, number);
CREATE TABLE journal (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash BLOB NOT NULL
);
"""


@dataclass(frozen=True)
class Entry:
    """An entry of the journal."""

    number: int
    at: int
    event: str
    detail: dict[str, Any]
    hash: bytes


class Change:
    """What one transaction does."""

    def __init__(self, connection: sqlite3.Connection, now: datetime) -> None:
        at = int(now.timestamp())
        last = connection.execute("SELECT number, at, hash FROM journal ORDER BY number DESC LIMIT 1").fetchone()
        self._journal = Journal(last)
        self._journal.in_time(at)
        self.execute = connection.execute
        self.executemany = connection.executemany
        self.now = now
        self.at = at

    def record(self, event: str, **detail: Any) -> None:
        """Writes an entry into the journal."""
        text = json.dumps(detail, sort_keys=True)
        number, hash = self._journal.append(self.at, event, text)
        self.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?)", (number, self.at, event, text, hash))


class Records:
    """The records in one file. A connection of its own for each object: do not share one between threads."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise UsageError(Code.USE_ARGUMENT, f"{path}: there are no records of an authority")
        self._connection = _connect(path)
        found = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if found != _VERSION:
            raise UsageError(Code.USE_STATE, f"{path}: records of version {found}, and this program knows {_VERSION}")

    @classmethod
    def create(cls, path: Path, settings: dict[str, str], now: datetime, detail: dict[str, Any]) -> Records:
        """New records with these settings, whole or not at all."""
        connection = _connect(path)
        try:
            connection.execute("BEGIN EXCLUSIVE")
            for statement in _SCHEMA.split(";\n"):
                connection.execute(statement)
            connection.executemany("INSERT INTO settings VALUES (?, ?)", settings.items())
            Change(connection, now).record("created", **detail)
            connection.execute(f"PRAGMA user_version = {_VERSION}")
            connection.execute("COMMIT")
        finally:
            connection.close()
        return cls(path)

    @contextmanager
    def change(self, clock: Callable[[], datetime]) -> Iterator[Change]:
        """A transaction: all of what it does happens, or nothing. Others wait. CA-CLOCK where the time is before the last entry's.

        The clock is read when all others have ended: who has waited comes after them.
        """
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield Change(self._connection, clock())
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def view(self) -> Iterator[sqlite3.Connection]:
        """What is recorded at one moment."""
        self._connection.execute("BEGIN")
        try:
            yield self._connection
        finally:
            self._connection.execute("ROLLBACK")

    def settings(self) -> dict[str, str]:
        """How the authority was set up."""
        return dict(self._connection.execute("SELECT name, value FROM settings").fetchall())

    def journal(self) -> Iterator[Entry]:
        """The entries, as they stand."""
        for number, at, event, detail, hash in self._connection.execute("SELECT * FROM journal ORDER BY number"):
            yield Entry(number, at, event, json.loads(detail), hash)

    def check(self, known_head: Optional[bytes] = None) -> bytes:
        """Follows the journal from its beginning and compares the certificates with it. The head of the journal.

        CA-JOURNAL where an entry was altered, where a certificate is not as the journal says, or where ``known_head``, the head of an
        earlier day, is not in it.
        """
        journal = Journal()
        found = known_head is None
        standings: dict[str, tuple[str, Optional[int], Optional[str]]] = {}
        with self.view() as view:
            for number, at, event, text, hash in view.execute("SELECT * FROM journal ORDER BY number"):
                journal.follow(number, at, event, text, hash)
                found = found or hash == known_head
                detail = json.loads(text)
                if "standing" in detail:
                    standings[detail["serial"]] = tuple(detail["standing"])
            for serial, *standing in view.execute("SELECT serial, standing, since, reason FROM certificates"):
                told = standings.pop(serial.hex(), None)
                if told is None or told != tuple(standing):
                    raise UsageError(Code.CA_JOURNAL, f"certificate {serial.hex()} is not as the journal says")
        if standings:
            raise UsageError(Code.CA_JOURNAL, f"certificate {min(standings)} is in the journal and not in the records")
        if not found:
            raise UsageError(Code.CA_JOURNAL, "the journal does not contain the head that was noted")
        return journal.head

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    # Transactions are begun and ended here, never by the module behind one's back.
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection
