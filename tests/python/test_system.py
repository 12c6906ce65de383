"""The trust anchors of the system."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import libsmime
import pytest
from conftest import Command, only_line
from libsmime import Code, _libsmime

TOKEN = "Builtin Object Token"


def test_a_bundle_that_was_chosen(tmp_path: Path, pki: Any, signed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = tmp_path / "bundle.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    bundle.write_bytes(b"# a comment\n" + pki.other_root.pem)
    assert libsmime.examine(signed).has(Code.PATH_NO_ANCHOR)
    broken = b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    bundle.write_bytes(pki.other_root.pem + broken + pki.root.pem)
    assert libsmime.examine(signed).verdict is libsmime.Verdict.VALID
    assert len(libsmime.system_trust().anchors) == 2
    assert libsmime.system_trust() is libsmime.system_trust()
    assert libsmime.system_trust_source() == str(bundle)
    bundle.unlink()
    with pytest.raises(FileNotFoundError):
        libsmime.examine(signed)
    # What was named is where they come from, there or not.
    assert libsmime.system_trust_source() == str(bundle)


def test_where_they_come_from_where_nothing_was_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "")
    source = libsmime.system_trust_source()
    assert isinstance(source, str) and source and "\n" not in source
    monkeypatch.delenv("SSL_CERT_FILE")
    assert libsmime.system_trust_source() == source == str(_libsmime.SystemSource.find())
    if source == "nowhere":
        assert libsmime.system_trust().anchors == []


def test_a_bundle_that_cannot_be_read(tmp_path: Path, smime: Command, signed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = tmp_path / "missing.pem"
    for path, kind in [(missing, FileNotFoundError), (tmp_path, IsADirectoryError)]:
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        with pytest.raises(kind) as caught:
            libsmime.system_trust()
        assert caught.value.filename == str(path)
        ran = smime("open", stdin=signed, env={"SSL_CERT_FILE": str(path)})
        assert ran.code == 2 and str(path) in only_line(ran)


def test_a_bundle_without_certificates_trusts_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty.pem").write_bytes(b"# nobody\n")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "empty.pem"))
    assert libsmime.system_trust().anchors == []


def test_the_roots_of_nss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against certutil's reading of the same library: what it trusts for e-mail, and nobody else."""
    library = nss_library(monkeypatch)
    if not (shutil.which("certutil") and shutil.which("modutil")):
        pytest.skip("certutil and modutil are not installed")
    store = libsmime.system_trust()
    assert libsmime.system_trust() is store
    anchors = {anchor.sha256 for anchor in store.anchors}

    database = f"sql:{tmp_path}"
    subprocess.run(["certutil", "-N", "-d", database, "--empty-password"], check=True)
    subprocess.run(["modutil", "-dbdir", database, "-add", "roots", "-libfile", library, "-force"], check=True, capture_output=True)
    listed = subprocess.run(["certutil", "-L", "-d", database, "-h", TOKEN], check=True, capture_output=True).stdout.decode()
    rows = [line.rpartition(" ") for line in map(str.strip, listed.splitlines()) if line.startswith(TOKEN)]
    for_email: set[str] = set()
    others: set[str] = set()
    for name, _, flags in rows:
        pem = subprocess.run(["certutil", "-L", "-d", database, "-n", name.strip(), "-a"], check=True, capture_output=True).stdout
        kind = for_email if "C" in flags.split(",")[1] else others
        kind.update(root.sha256 for root in libsmime.Certificate.many(pem))  # two may have one name
    assert len(for_email) > 20 and len(others) > 20
    assert anchors <= for_email and anchors.isdisjoint(others)
    # The rest has a date of distrust.
    assert len(anchors) >= 0.8 * len(for_email)


def test_signals_stay_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    nss_library(monkeypatch)
    code = (
        "import signal, libsmime; signal.signal(signal.SIGPIPE, signal.SIG_DFL); libsmime.system_trust();"
        "print([line for line in open('/proc/self/status') if line.startswith('SigIgn')][0].split()[1])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout, 16) & 1 << 12 == 0


def nss_library(monkeypatch: pytest.MonkeyPatch) -> str:
    """The library that the roots come from where nothing was chosen."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    source = libsmime.system_trust_source()
    kind, _, library = source.partition(": ")
    if kind != "NSS":
        pytest.skip(f"the roots of this machine come from {source}")
    assert _libsmime.SystemSource.find().file is None
    return library
