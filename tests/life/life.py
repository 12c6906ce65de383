"""A life of an authority: thousands of certificates, issued and revoked by processes that are killed at random moments.

``life.py [--certificates N] [--kills N] [--seed N] [--workers N]`` prints what happened, and fails where a serial number was lost or doubled, where
the journal does not hold, or where a list or an OCSP answer was wrong at any moment at which it was asked for.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import libsmime
from libsmime import CertificateRequest, PrivateKey, TrustStore
from libsmime.ca import Authority, Issued

_HERE = Path(__file__).parent


class Witness:
    """What the callers of an authority were told."""

    def __init__(self, path: Path) -> None:
        self.steps: dict[str, list[str]] = defaultdict(list)
        self.certificates: dict[str, str] = {}
        for line in path.read_text().splitlines():
            words = line.split()
            # The last line of a process that was killed may be cut short.
            if len(words) == 3 and len(words[2]) == 64:
                serial, standing, sha256 = words
                self.steps[serial].append(standing)
                assert self.certificates.setdefault(serial, sha256) == sha256, f"serial number {serial} was given out twice"


def standings(authority: Authority, first: int, last: int) -> dict[str, set[str]]:
    """How each certificate stood at any moment between these entries of the journal."""
    stood: dict[str, set[str]] = defaultdict(set)
    for entry in authority.journal():
        if entry.number > last:
            break
        if "standing" in entry.detail:
            serial, standing = entry.detail["serial"], entry.detail["standing"][0]
            if entry.number <= first:
                stood[serial].clear()
            stood[serial].add("good" if standing == "good" else "revoked")
    return stood


def ask(authority: Authority, chance: random.Random) -> int:
    """Asks for lists and answers while others work, and compares them with the journal. The number of questions."""
    known = [one for one in authority.issued() if one.profile != "responder"]
    asked = chance.sample(known, min(10, len(known)))
    trust = TrustStore([authority.certificate])

    def judge(one: Issued, **evidence: Any) -> str:
        report = libsmime.verify_certificate(one.certificate, trust=trust, revocation="hard", purpose="any", **evidence)
        told = report.revocation[one.certificate.sha256].status
        assert told in ("good", "revoked"), (told, report.findings)
        return told

    before = _length(authority)
    by_ocsp = [judge(one, fetch=lambda need: authority.answer(need.request).der if need.what == "ocsp" else None) for one in asked]
    made = authority.make_list()
    by_list = [judge(one, crls=[made.der]) for one in asked]
    stood = standings(authority, before, _length(authority))
    for one, *told in zip(asked, by_ocsp, by_list):
        assert set(told) <= stood[one.serial], (one.serial, told, stood[one.serial])
    return 2 * len(asked)


def _length(authority: Authority) -> int:
    return sum(1 for _ in authority.journal())


def live(folder: Path, certificates: int, kills: int, seed: int, workers: int) -> str:
    """Runs it. A line that tells what happened."""
    chance = random.Random(seed)
    for number, kind in enumerate(("p256", "p384", "ed25519", "rsa-2048")):
        key = PrivateKey.generate(kind)
        (folder / f"{number}.csr").write_text(CertificateRequest(key, addresses=[f"{kind}@example.org"]).to_pem())
    Authority.create(folder / "ca", "CN=Life Test CA", password="secret", crl_url="http://example.org/ca.crl", ocsp_url="http://ocsp.example.org/").close()
    witness, running, killed, questions = folder / "witness", [], 0, 0
    witness.touch()

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, str(_HERE / "worker.py"), str(folder / "ca"), str(witness), str(chance.randrange(2**32)), str(certificates)]
        return subprocess.Popen(command)

    began = time.monotonic()
    with Authority(folder / "ca", "secret") as authority:
        running = [start() for _ in range(workers)]
        while running:
            time.sleep(chance.uniform(0.05, 0.6))
            if killed < kills:
                victim = chance.choice(running)
                os.kill(victim.pid, signal.SIGKILL)
                victim.wait()
                killed += 1
                running.remove(victim)
                running.append(start())
            if chance.random() < 0.2:
                questions += ask(authority, chance)
            for worker in [worker for worker in running if worker.poll() is not None]:
                assert worker.returncode == 0, f"a worker ended with {worker.returncode}"
                running.remove(worker)
                if killed < kills:
                    running.append(start())
        seconds = time.monotonic() - began
        return f"{check(authority, Witness(witness))}, {killed} killed, {questions} questions, {seconds:.0f} s"


def check(authority: Authority, witness: Witness) -> str:
    """Compares what was told with what is recorded."""
    head = authority.check()
    recorded = {one.serial: one for one in authority.issued() if one.profile not in ("own", "responder")}
    for serial, sha256 in witness.certificates.items():
        assert serial in recorded, f"certificate {serial} was given out and is lost"
        assert recorded[serial].certificate.sha256 == sha256
    events: dict[str, list[str]] = defaultdict(list)
    for entry in authority.journal():
        if "standing" in entry.detail:
            events[entry.detail["serial"]].append(entry.detail["standing"][0])
    for serial, steps in witness.steps.items():
        happened = iter(events[serial])
        # What was told happened, in this order; what was killed before it could tell may stand between.
        assert all(step in happened for step in steps), (serial, steps, events[serial])
        assert events[serial][-1] == recorded[serial].standing
    made = libsmime.crl_entries(authority.make_list().der)
    assert {entry.serial for entry in made} == {serial for serial, one in recorded.items() if one.standing != "good"}
    revoked = sum(one.standing == "revoked" for one in recorded.values())
    return f"{len(recorded)} certificates, {revoked} revoked, {len(made)} in the last list, journal of {_length(authority)} entries, head {head[:16]}"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--certificates", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(live(Path(folder), options.certificates, options.kills, options.seed, options.workers))


if __name__ == "__main__":
    main()
