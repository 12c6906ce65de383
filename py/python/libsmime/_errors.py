"""Exceptions: one class for each kind of blame, and a stable code in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ._codes import Code

if TYPE_CHECKING:
    from ._report import Report


class Error(Exception):
    """Something could not be done. Programs look at the class and at ``code``; the text is for people.

    Files that cannot be read or written raise :class:`OSError` as everywhere in Python.
    """

    code: Code
    """What happened: a :class:`Code`, which is also the ``str`` that logs and JSON have."""
    offset: Optional[int]
    """Octets from the start of the input that was being read, where that is known."""

    def __init__(self, code: Code, message: Optional[str] = None, offset: Optional[int] = None) -> None:
        self.code = Code(code)
        self.message = self.code.sentence if message is None else message
        self.offset = offset
        super().__init__(code, message, offset)

    @property
    def number(self) -> int:
        """The number of the code, as the C library has it."""
        return self.code.number

    def __str__(self) -> str:
        return f"{self.code.value}: {self.message}"


class UsageError(Error, ValueError):
    """The call was wrong; the caller can mend it."""


class MalformedError(Error):
    """The input does not follow its format, or is no S/MIME at all (``MIME-NOT-SMIME``)."""


class DecryptionError(Error):
    """The keys or passwords given do not open it."""


class LimitError(Error):
    """A bound of :class:`Limits` was reached."""


class UnsupportedError(Error):
    """The input needs what this library does not do."""


class VerificationError(Error):
    """The message is not acceptable; ``report`` says why. Its content is withheld."""

    report: Report

    def __init__(self, report: Report) -> None:
        principal = report.principal
        Error.__init__(self, Code.USE_CONTENT_REFUSED if principal is None else principal.code, report.summary)
        self.report = report
        self.args = (report,)

    def __str__(self) -> str:
        return self.message


_CLASSES: dict[str, type[Error]] = {
    "usage": UsageError,
    "malformed": MalformedError,
    "decryption": DecryptionError,
    "limit": LimitError,
    "unsupported": UnsupportedError,
}


def from_core(name: str, message: str, offset: Optional[int]) -> Error:
    """The exception for an error of the core."""
    code = Code(name)
    if code.blame in ("signature", "path", "address"):
        from ._report import Report

        return VerificationError(Report._of_refusal(code, message))
    return _CLASSES.get(code.blame, Error)(code, message, offset)
