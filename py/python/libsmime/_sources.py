"""Inputs of every kind, made into what the native half reads; outputs that appear whole or not at all."""

from __future__ import annotations

import builtins
import io
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from os import PathLike
from typing import TYPE_CHECKING, Any, Optional, Protocol, Union, cast

if TYPE_CHECKING:
    from email.message import Message as EmailMessage  # EmailMessage is one, and so are the messages of mailbox


class Readable(Protocol):
    """A binary file to read. One that has ``seekable``, ``seek`` and ``tell`` is read twice; others are spooled."""

    def read(self, count: int, /) -> bytes: ...


class Writable(Protocol):
    """A binary file to write."""

    def write(self, octets: bytes, /) -> Any: ...


Octets = Union[bytes, bytearray, memoryview]
Path = Union["PathLike[str]", "PathLike[bytes]"]
Raw = Union[Octets, Path, Readable]
"""A message as it was received: octets, the path of a file, or a binary file."""
Message = Union[Raw, "EmailMessage"]
"""A message to be made: as :data:`Raw`, or an EmailMessage."""
Target = Union[Path, Writable]

# What cannot be read twice waits in memory up to this size, then in a temporary file without a name.
_IN_MEMORY = 4 << 20
_PIECE = 256 << 10


def readable(stack: ExitStack, source: Raw) -> Union[bytes, str, Readable]:
    """What the native half reads: bytes, the path of a regular file, or a binary file that can seek."""
    if isinstance(source, bytes):
        return source
    if isinstance(source, (bytearray, memoryview)):
        return bytes(source)
    if isinstance(source, str):
        raise TypeError("a str could be a path or a message: pass pathlib.Path(...) or bytes")
    if _is_email(source):
        raise TypeError(
            "an EmailMessage no longer has the octets that were signed, and writing it anew breaks signatures: "
            "pass the bytes as they were received"
        )
    if isinstance(source, os.PathLike):
        return _regular(stack, os.fsdecode(source))
    return _seekable(stack, source)


def readable_message(stack: ExitStack, message: Message) -> Union[bytes, str, Readable]:
    """As :func:`readable`, with an EmailMessage written out as SMTP has it."""
    if not _is_email(message):
        return readable(stack, cast("Raw", message))
    from email import policy

    message = cast("EmailMessage", message)
    return message.as_bytes(policy=policy.SMTP.clone(utf8=getattr(message.policy, "utf8", False)))


def _is_email(source: object) -> bool:
    # Who has made one has imported the module; the others need not.
    module = sys.modules.get("email.message")
    return module is not None and isinstance(source, module.Message)


def _regular(stack: ExitStack, path: str) -> Union[str, Readable]:
    if stat.S_ISREG(os.stat(path).st_mode):
        return path
    return _seekable(stack, stack.enter_context(builtins.open(path, "rb")))


def _seekable(stack: ExitStack, file: Readable) -> Readable:
    if isinstance(file, io.TextIOBase):
        raise TypeError("the file is open as text: open it in binary mode, 'rb'")
    if not hasattr(file, "read"):
        raise TypeError(f"bytes, a pathlib.Path or a binary file is due here, not {type(file).__name__}")
    if hasattr(file, "seekable") and file.seekable():
        return file
    import tempfile

    spool = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))
    while piece := file.read(_PIECE):
        spool.write(piece)
    spool.seek(0)
    return cast("Readable", spool)


@contextmanager
def writable(target: Optional[Target]) -> Iterator[Union[None, str, Writable]]:
    """What the native half writes to: nothing, a file that takes its place when all has gone well, or a binary file."""
    if target is None:
        yield None
    elif isinstance(target, str):
        raise TypeError("output is a pathlib.Path or a binary file, not a str")
    elif isinstance(target, os.PathLike):
        with replacing(os.fsdecode(target)) as path:
            yield path
    elif isinstance(target, io.TextIOBase) or not hasattr(target, "write"):
        raise TypeError("output is a pathlib.Path or a file that is open in binary mode, 'wb'")
    else:
        yield target


@contextmanager
def replacing(path: str, *, private: bool = False) -> Iterator[str]:
    """A file to write that takes the place of this one when all has gone well, and vanishes otherwise.

    One that is private can be read by its owner alone, whoever could read the one before.
    """
    path = os.path.realpath(path)
    try:
        mode: Optional[int] = os.stat(path).st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(f"{path} is a directory")
        # A device or pipe cannot be replaced.
        yield path
        return
    temporary = _create_beside(path, 0o600 if private else 0o666)
    try:
        if mode is not None and not private:
            os.chmod(temporary, stat.S_IMODE(mode))
        yield temporary
        os.replace(temporary, path)
    except BaseException:
        try:
            os.unlink(temporary)
        except FileNotFoundError:
            pass
        raise


def _create_beside(path: str, rights: int) -> str:
    """An empty file of a new name in the same folder, with these rights as far as a new file gets them."""
    folder, name = os.path.split(path)
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
    while True:
        temporary = os.path.join(folder, f".{name[:100]}.{os.urandom(8).hex()}.part")
        try:
            os.close(os.open(temporary, flags, rights))
            return temporary
        except FileExistsError:
            continue
