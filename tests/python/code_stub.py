"""The stub that names every code for type checkers: ``python tests/python/code_stub.py`` writes it, a test compares."""

from __future__ import annotations

from pathlib import Path

from libsmime import _libsmime

PLACE = Path(__file__).parents[2] / "py" / "python" / "libsmime" / "_codes.pyi"

_TEXT = '''"""The one table of codes. Written by tests/python/code_stub.py."""

from ._words import Word

class Code(Word):
{members}
    @property
    def number(self) -> int: ...
    @property
    def blame(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def sentence(self) -> str: ...
    @property
    def reference(self) -> str | None: ...
    @property
    def exit_code(self) -> int: ...
'''


def text() -> str:
    names = [row[0] for row in _libsmime.codes()]
    return _TEXT.format(members="\n".join(f'    {name.replace("-", "_")} = "{name}"' for name in names))


if __name__ == "__main__":
    PLACE.write_text(text())
