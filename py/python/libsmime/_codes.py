"""The one table of codes, as the core has it."""

from __future__ import annotations

from typing import Any

from ._libsmime import codes
from ._words import Word

_ROWS = {row[0]: row for row in codes()}


class _Code(Word):
    """What happened, as a stable code. Each is also the ``str`` that logs and JSON have: ``Code.SIG_INVALID == "SIG-INVALID"``."""

    @property
    def number(self) -> int:
        """The number that the C library uses as its status."""
        return _ROWS[self.value][1]

    @property
    def blame(self) -> str:
        """usage, malformed, decryption, limit, unsupported, signature, path, address or internal."""
        return _ROWS[self.value][2]

    @property
    def severity(self) -> str:
        """error, warning or info: how much a finding with this code weighs, unless the finding says otherwise."""
        return _ROWS[self.value][3]

    @property
    def sentence(self) -> str:
        """A sentence that a postmaster understands."""
        return _ROWS[self.value][4]

    @property
    def reference(self) -> str | None:
        """The rule behind it, for example ``RFC 5652 section 5.6``."""
        return _ROWS[self.value][5]

    @property
    def exit_code(self) -> int:
        """The exit code of the command ``smime`` for it."""
        return _ROWS[self.value][6]


Code: Any = _Code("Code", {name.replace("-", "_"): name for name in _ROWS}, module="libsmime")  # type: ignore[call-arg]
Code.__doc__ = _Code.__doc__
