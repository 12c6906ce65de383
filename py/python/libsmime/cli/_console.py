"""What the command says, and how it asks: errors, reports, passwords, progress."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import BinaryIO, Optional, TypeVar

from .. import Code, Identity, PathReport, Report, Severity, UsageError
from .. import Error as LibraryError
from .._sources import replacing

_NOT_ACCEPTED = 1

_T = TypeVar("_T")


def fail(code: Code, message: str, offset: Optional[int], with_json: bool) -> int:
    """Says what went wrong and answers with the exit code for it."""
    if with_json:
        print_json({"error": {"code": code.value, "message": message, "offset": offset}})
    complain(code.value, message)
    return code.exit_code


def refuse(report: Report, with_json: bool) -> int:
    """Says why a message is not accepted."""
    if with_json:
        print_json(report.to_dict())
    principal = report.principal
    if principal is None:
        complain(report.verdict.value, "The message is not acceptable")
    else:
        complain(principal.code.value, principal.message)
    return _NOT_ACCEPTED


def refuse_certificate(report: PathReport) -> int:
    """Says why a certificate is not accepted."""
    errors = [finding for finding in report.findings if finding.severity is Severity.ERROR]
    for finding in errors[:1]:
        complain(finding.code.value, finding.message)
    return _NOT_ACCEPTED


def complain(word: str, message: str) -> None:
    """One line on standard error."""
    line = " ".join(f"smime: {word}: {message}".split())
    try:
        print(line, file=sys.stderr, flush=True)
    except (OSError, ValueError):
        pass


def print_json(document: object) -> None:
    """A document on standard output, in ASCII so that no terminal or locale can spoil it."""
    print(json.dumps(document, indent=2), flush=True)


def load_identity(path: str, password_file: Optional[str]) -> Identity:
    """The identity in this file. The password comes from its file, else from SMIME_PASSWORD, else from who sits at the terminal."""
    return unlock(path, password_file, Identity.load)[0]


def unlock(path: str, password_file: Optional[str], load: Callable[[str, Optional[str]], _T]) -> tuple[_T, Optional[str]]:
    """What this file holds, and the password that opened it."""
    password = _given_password(password_file)
    try:
        return load(path, password), password
    except LibraryError as error:
        if password is not None or error.code not in (Code.USE_PASSWORD, Code.KEY_PASSWORD_WRONG):
            raise
        if not _is_interactive():
            raise UsageError(Code.USE_PASSWORD, f"{path} needs a password: --password-file or SMIME_PASSWORD") from error
    import getpass

    password = getpass.getpass(f"Password of {path}: ")
    return load(path, password), password


def new_password(password_file: Optional[str], option: str, ways_out: str = "") -> str:
    """The password for a new file: from its file, else from SMIME_PASSWORD, else asked for twice at the terminal. An empty one is none."""
    password = _given_password(password_file)
    if password is None and _is_interactive():
        import getpass

        password = getpass.getpass("New password: ")
        if password and getpass.getpass("The same again: ") != password:
            raise UsageError(Code.USE_PASSWORD, "the two passwords differ")
    if not password:
        raise UsageError(Code.USE_PASSWORD, f"the new file needs a password: {option}, SMIME_PASSWORD{ways_out}")
    return password


def write_file(path: str, octets: bytes, *, private: bool = False) -> None:
    """A file, whole or not at all; one that is private for its owner alone. "-" is standard output."""
    if path == "-":
        sys.stdout.buffer.write(octets)
        sys.stdout.buffer.flush()
        return
    with replacing(path, private=private) as temporary, open(temporary, "wb") as file:
        file.write(octets)


def _is_interactive() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _given_password(password_file: Optional[str]) -> Optional[str]:
    if password_file is None:
        return os.environ.get("SMIME_PASSWORD")
    with open(password_file, "rb") as file:
        line = file.readline(64 << 10).rstrip(b"\r\n")
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(Code.USE_ARGUMENT, f"{password_file}: the password is not UTF-8") from None


class Progress:
    """A binary file that tells the terminal how far it has been read, once that takes longer than a second."""

    _PATIENCE = 1.0
    _INTERVAL = 0.1
    _WIDTH = 40

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._size = os.fstat(file.fileno()).st_size
        self._next = time.monotonic() + self._PATIENCE
        self._is_drawn = False

    def read(self, count: int = -1) -> bytes:
        octets = self._file.read(count)
        now = time.monotonic()
        if now >= self._next:
            self._next = now + self._INTERVAL
            self._draw()
        return octets

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def done(self) -> None:
        """Wipes the bar away."""
        if self._is_drawn:
            print("\r" + " " * (self._WIDTH + 8) + "\r", end="", file=sys.stderr, flush=True)

    def _draw(self) -> None:
        part = min(1.0, self._file.tell() / max(1, self._size))
        full = int(part * self._WIDTH)
        print(f"\r[{'#' * full}{' ' * (self._WIDTH - full)}] {part:4.0%}", end="", file=sys.stderr, flush=True)
        self._is_drawn = True
