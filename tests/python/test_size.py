"""Large messages through files: in constant memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import libsmime
import pytest
from pki import Pki

SIZE = 100 << 20
ALLOWED_KIB = 16 << 10

# Runs one verb in a process of its own and prints by how many KiB the peak of its memory rose over the idle process.
MEASURE = """
import resource, sys
from pathlib import Path
import libsmime
verb, identity, anchor, source, target = sys.argv[1:]
identity = libsmime.Identity.load(identity)
store = libsmime.TrustStore(anchors=[Path(anchor)])
small = b"From: alice@example.org\\r\\n\\r\\nx\\r\\n"
libsmime.open(libsmime.encrypt(libsmime.sign(small, identity), identity.certificate), identity=identity, trust=store)
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
idle = peak()
with open(source, "rb") as input, open(target, "wb") as output:
    if verb == "sign":
        libsmime.sign(input, identity, output=output)
    elif verb == "encrypt":
        libsmime.encrypt(input, identity.certificate, cipher="aes-256-gcm", output=output)
    elif verb == "open":
        libsmime.open(input, identity=identity, trust=store, output=output)
    elif verb == "prove":
        libsmime.examine(input, identity=identity, trust=store, evidence=output)
    elif verb == "judge":
        libsmime.open_evidence(input, trust=store, output=output)
    else:
        report = libsmime.examine(input, identity=identity, trust=store)
        assert report.is_acceptable, report
print(peak() - idle)
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "plain"
    lines = b"All work and no play makes Jack a dull boy.\r\n" * 1000
    with open(path, "wb") as file:
        file.write(b"From: alice@example.org\r\nSubject: large\r\nContent-Type: text/plain\r\n\r\n")
        for _ in range(SIZE // len(lines) + 1):
            file.write(lines)
    return path


def test_a_large_message_takes_little_memory(large: Path, pki: Pki) -> None:
    names = {"sign": "plain", "encrypt": "signed", "open": "sealed", "examine": "sealed", "prove": "sealed", "judge": "proof"}
    results = {"sign": "signed", "encrypt": "sealed", "open": "opened", "examine": "nothing", "prove": "proof", "judge": "judged"}
    rises = {}
    for verb, source in names.items():
        arguments = [verb, pki.alice.pem_file, pki.root.certificate_file, large.with_name(source), large.with_name(results[verb])]
        done = subprocess.run([sys.executable, "-c", MEASURE, *map(str, arguments)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        rises[verb] = int(done.stdout)
    assert max(rises.values()) <= ALLOWED_KIB, rises
    # What came out is what went in: the protected entity is the message without its outer header fields.
    entity = large.read_bytes().split(b"Subject: large\r\n", 1)[1]
    assert large.with_name("opened").read_bytes() == entity
    assert large.with_name("judged").read_bytes() == entity


def test_paths_give_the_same(large: Path, pki: Pki, alice: libsmime.Identity, store: libsmime.TrustStore, tmp_path: Path) -> None:
    small = tmp_path / "plain"
    with open(large, "rb") as file:
        small.write_bytes(file.read(1 << 20) + b"\r\n")
    libsmime.sign(small, alice, output=tmp_path / "signed")
    libsmime.encrypt(tmp_path / "signed", alice.certificate, output=tmp_path / "sealed")
    opened = libsmime.open(tmp_path / "sealed", identity=alice, trust=store, output=tmp_path / "opened", content_digest=True)
    in_memory = libsmime.open((tmp_path / "sealed").read_bytes(), identity=alice, trust=store, content_digest=True)
    assert opened.report == in_memory.report
    assert (tmp_path / "opened").read_bytes() == in_memory.content
