"""What the verbs read and write: octets, paths, files of every kind, EmailMessage."""

from __future__ import annotations

import io
import os
import stat
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any, BinaryIO, Optional

import libsmime
import pytest
from conftest import ENTITY, PLAIN
from libsmime import Code


class Pipe(io.RawIOBase):
    """A file that cannot seek and answers with a few octets at a time."""

    def __init__(self, octets: bytes) -> None:
        self._file = io.BytesIO(octets)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._file.read(min(len(buffer), 17))
        buffer[: len(piece)] = piece
        return len(piece)


def every_kind(octets: bytes, folder: Path) -> Iterator[Any]:
    path = folder / "message.eml"
    path.write_bytes(octets)
    yield from (octets, bytearray(octets), memoryview(octets), path, io.BytesIO(octets), Pipe(octets))
    with open(path, "rb") as file:
        yield file


def test_every_kind_of_input_is_read(
    tmp_path: Path, alice: libsmime.Identity, bob: libsmime.Identity, store: libsmime.TrustStore, sealed: bytes
) -> None:
    for message in every_kind(PLAIN, tmp_path):
        signed = libsmime.sign(message, alice, opaque=True)
        assert libsmime.open(signed, trust=store).content == ENTITY
    for message in every_kind(PLAIN, tmp_path):
        assert libsmime.open(libsmime.encrypt(message, bob.certificate), identity=bob).content == ENTITY
    for raw in every_kind(sealed, tmp_path):
        assert libsmime.open(raw, identity=bob, trust=store).content == ENTITY
    for raw in every_kind(sealed, tmp_path):
        assert libsmime.examine(raw, identity=bob, trust=store).is_acceptable


def test_a_file_is_read_from_where_it_stands(signed: bytes, store: libsmime.TrustStore) -> None:
    file = io.BytesIO(b"From alice Mon Nov 23\n" + signed)
    file.readline()
    assert libsmime.open(file, trust=store).content == ENTITY


def test_a_named_pipe_is_read(tmp_path: Path, signed: bytes, store: libsmime.TrustStore) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(signed,))
    writer.start()
    assert libsmime.open(pipe, trust=store).content == ENTITY
    writer.join()


def test_an_email_message_is_signed_as_it_goes_out(alice: libsmime.Identity, bob: libsmime.Identity, store: libsmime.TrustStore) -> None:
    message = EmailMessage()
    message["From"] = "Alice <alice@example.org>"
    message["Subject"] = "Grüße"
    message.set_content("Schöne Grüße\n")
    message.add_attachment(bytes(range(256)), maintype="application", subtype="octet-stream", filename="ä.bin")
    for signed in (libsmime.sign(message, alice), libsmime.sign(message, alice, opaque=True)):
        opened = libsmime.open(libsmime.encrypt(signed, bob.certificate), identity=bob, trust=store, as_message=True)
        again = opened.email()
        assert again["Subject"] == "Grüße"
        body = again.get_body()
        assert body is not None and body.get_content().splitlines() == ["Schöne Grüße"]
        [attachment] = again.iter_attachments()
        assert (attachment.get_content(), attachment.get_filename()) == (bytes(range(256)), "ä.bin")
    assert libsmime.open(libsmime.encrypt(message, bob.certificate), identity=bob).email().is_multipart()


def test_messages_of_a_mailbox_are_signed_too(tmp_path: Path, alice: libsmime.Identity, store: libsmime.TrustStore) -> None:
    import mailbox

    box = mailbox.mbox(tmp_path / "box")
    key = box.add(PLAIN)
    assert libsmime.open(libsmime.sign(box[key], alice), trust=store).content == ENTITY
    box.close()


@pytest.mark.parametrize("verb", [libsmime.open, libsmime.examine])
def test_an_email_message_is_not_opened(verb: Any) -> None:
    with pytest.raises(TypeError, match="pass the bytes as they were received"):
        verb(EmailMessage())


@pytest.mark.parametrize("verb", [libsmime.open, libsmime.examine, lambda message: libsmime.sign(message, [])])
@pytest.mark.parametrize(
    ("message", "advice"),
    [("a.eml", "pathlib.Path"), (io.StringIO("x"), "binary mode"), (7, "a binary file is due here, not int"), (None, "not NoneType")],
)
def test_what_cannot_be_a_message_is_refused_with_advice(verb: Any, message: Any, advice: str) -> None:
    with pytest.raises(TypeError, match=advice):
        verb(message)


def test_wrong_kinds_elsewhere(pki: Any, alice: libsmime.Identity, signed: bytes) -> None:
    calls: list[tuple[Any, str]] = [
        (lambda: libsmime.sign(PLAIN, pki.alice.p12), "Identity is due here"),
        (lambda: libsmime.encrypt(PLAIN, [pki.bob.pem]), "Certificate or Recipient is due here"),
        (lambda: libsmime.encrypt(PLAIN, 7), "Certificate or Recipient is due here, not int"),  # type: ignore[call-overload]
        (lambda: libsmime.open(signed, trust=[alice.certificate]), "libsmime.TrustStore"),  # type: ignore[arg-type]
        (lambda: libsmime.open(signed, identity="alice.p12"), "Identity is due here"),  # type: ignore[arg-type]
        (lambda: libsmime.TrustStore(anchors=["root.pem"]), "pathlib.Path"),  # type: ignore[list-item]
        (lambda: libsmime.TrustStore(anchors=7), "int"),  # type: ignore[arg-type]
        (lambda: libsmime.verify_certificate(pki.bob.pem), "Certificate is due here"),
        (lambda: libsmime.sign(PLAIN, alice, output="out.eml"), "output is a pathlib.Path"),  # type: ignore[call-overload]
        (lambda: libsmime.sign(PLAIN, alice, output=io.StringIO()), "binary mode"),  # type: ignore[call-overload]
        (lambda: libsmime.Identity.from_bytes(7), "bytes or a pathlib.Path"),  # type: ignore[arg-type]
    ]
    for call, advice in calls:
        with pytest.raises(TypeError, match=advice):
            call()


def test_output_to_files_and_paths(
    tmp_path: Path, alice: libsmime.Identity, bob: libsmime.Identity, store: libsmime.TrustStore, sealed: bytes
) -> None:
    signed = tmp_path / "signed.eml"
    assert libsmime.sign(PLAIN, alice, output=signed) is None
    with open(tmp_path / "sealed.eml", "wb") as file:
        assert libsmime.encrypt(signed, bob.certificate, output=file) is None
    content = tmp_path / "content"
    opened = libsmime.open(tmp_path / "sealed.eml", identity=bob, trust=store, output=content)
    assert content.read_bytes() == ENTITY
    with pytest.raises(libsmime.UsageError) as caught:
        opened.content
    assert caught.value.code is Code.USE_STATE
    memory = io.BytesIO()
    libsmime.open(sealed, identity=bob, trust=store, output=memory)
    assert memory.getvalue() == ENTITY
    assert sorted(path.name for path in tmp_path.iterdir()) == ["content", "sealed.eml", "signed.eml"]


def test_output_in_the_folder_of_the_process(tmp_path: Path, alice: libsmime.Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    libsmime.sign(PLAIN, alice, output=Path("signed.eml"))
    assert [path.name for path in tmp_path.iterdir()] == ["signed.eml"]


def test_a_refused_message_leaves_no_output(tmp_path: Path, signed: bytes, store: libsmime.TrustStore) -> None:
    altered = signed.replace(b"Good morning", b"Good evening")
    before = tmp_path / "before"
    before.write_bytes(b"as it was")
    memory = io.BytesIO()
    for output in (tmp_path / "new", before, memory):
        with pytest.raises(libsmime.VerificationError):
            libsmime.open(altered, trust=store, output=output)
        with pytest.raises(libsmime.MalformedError):
            libsmime.open(PLAIN, trust=store, output=output)
    assert [path.name for path in tmp_path.iterdir()] == ["before"]
    assert before.read_bytes() == b"as it was"
    assert memory.getvalue() == b""


def test_an_output_that_fails_leaves_nothing(tmp_path: Path, bob: libsmime.Identity) -> None:
    class Full(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, octets: Any) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        libsmime.encrypt(PLAIN, bob.certificate, output=Full())
    with pytest.raises(FileNotFoundError):
        libsmime.encrypt(PLAIN, bob.certificate, output=tmp_path / "none" / "out")
    with pytest.raises(IsADirectoryError):
        libsmime.encrypt(PLAIN, bob.certificate, output=tmp_path)
    with pytest.raises(FileNotFoundError) as caught:
        libsmime.encrypt(tmp_path / "none", bob.certificate, output=tmp_path / "out")
    assert caught.value.filename == str(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_a_full_disk_is_an_oserror(bob: libsmime.Identity) -> None:
    with pytest.raises(OSError, match="No space left"):
        libsmime.encrypt(PLAIN, bob.certificate, output=Path("/dev/full"))


def test_rights_and_links_of_the_output_stay(tmp_path: Path, alice: libsmime.Identity) -> None:
    target, link, fresh = tmp_path / "target", tmp_path / "link", tmp_path / "fresh"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link.symlink_to(target)
    libsmime.sign(PLAIN, alice, output=link)
    assert link.is_symlink() and target.read_bytes().startswith(b"From: alice")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    libsmime.sign(PLAIN, alice, output=fresh)
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    assert stat.S_IMODE(fresh.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_what_a_file_raises_comes_out_as_it_is(bob: libsmime.Identity) -> None:
    class Surprise(Exception):
        pass

    class Broken(io.BytesIO):
        def read(self, count: Any = -1) -> bytes:
            raise Surprise("here")

    class Text(io.BytesIO):
        def read(self, count: Any = -1) -> Any:
            return "text"

    class Generous(io.BytesIO):
        def read(self, count: Optional[int] = -1) -> bytes:
            return bytes((count or 0) + 1)

    class Interrupted(io.BytesIO):
        def read(self, count: Any = -1) -> bytes:
            raise KeyboardInterrupt

    expected: list[tuple[BinaryIO, type[BaseException]]] = [
        (Broken(PLAIN), Surprise),
        (Text(PLAIN), TypeError),
        (Generous(PLAIN), OSError),
        (Interrupted(PLAIN), KeyboardInterrupt),
    ]
    for file, kind in expected:
        with pytest.raises(kind):
            libsmime.encrypt(file, bob.certificate)
        with pytest.raises(kind):
            libsmime.open(file)


def test_an_input_that_changes_between_its_readings_is_noticed(
    tmp_path: Path, alice: libsmime.Identity, store: libsmime.TrustStore
) -> None:
    good = libsmime.sign(PLAIN + b"Good morning\r\n" * 50_000, alice)

    class Changing(io.BytesIO):
        """Another message from the second reading on."""

        readings = 0

        def seek(self, offset: int, whence: int = 0) -> int:
            if (offset, whence) == (0, 0):
                self.readings += 1
                if self.readings == 2:
                    self.getbuffer()[:] = good.replace(b"Good morning", b"Good evening")
            return super().seek(offset, whence)

    with pytest.raises(libsmime.Error):
        libsmime.open(Changing(good), trust=store, output=tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
