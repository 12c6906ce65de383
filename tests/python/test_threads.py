"""Objects shared between threads, and the interpreter lock released."""

from __future__ import annotations

import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import libsmime
from conftest import ENTITY, PLAIN


def test_objects_are_shared_between_threads(alice: libsmime.Identity, bob: libsmime.Identity, store: libsmime.TrustStore) -> None:
    def there_and_back(number: int) -> bytes:
        message = PLAIN.replace(b"morning", b"morning %d" % number)
        sealed = libsmime.encrypt(libsmime.sign(message, alice), bob.certificate)
        opened = libsmime.open(io.BytesIO(sealed) if number % 2 else sealed, identity=bob, trust=store)
        assert opened.report.signers[0].certificate == alice.certificate
        return opened.content

    with ThreadPoolExecutor(8) as pool:
        contents = list(pool.map(there_and_back, range(80)))
    assert contents == [ENTITY.replace(b"morning", b"morning %d" % number) for number in range(80)]


def test_others_run_while_a_message_is_opened(alice: libsmime.Identity, store: libsmime.TrustStore) -> None:
    message = libsmime.sign(b"From: alice@example.org\r\n\r\n" + b"Good morning\r\n" * 1_000_000, alice)
    running = threading.Event()
    done = threading.Event()

    def work() -> None:
        running.set()
        libsmime.examine(message, trust=store)
        done.set()

    worker = threading.Thread(target=work)
    worker.start()
    running.wait()
    turns = 0
    while not done.is_set():
        turns += 1
        time.sleep(0.0005)
    worker.join()
    # Were the lock held throughout, this thread would hardly get a turn before the end.
    assert turns >= 5
