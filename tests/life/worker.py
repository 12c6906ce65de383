"""Works at an authority until it is killed: ``worker.py FOLDER WITNESS SEED CERTIFICATES``.

What a step answered is written into the witness only after the step has returned, as a caller would have learnt of it.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import libsmime
from libsmime.ca import Authority

_REASONS = ("unspecified", "keyCompromise", "superseded", "cessationOfOperation")
# Of a hundred steps.
_REVOKE, _HOLD, _RELEASE, _LIST, _RENEW = 10, 3, 3, 1, 5


def main(folder: str, witness: str, seed: int, certificates: int) -> None:
    chance = random.Random(seed)
    requests = [path.read_bytes() for path in sorted(Path(folder).parent.glob("*.csr"))]
    with Authority(folder, "secret") as authority, open(witness, "ab", buffering=0) as told:
        mine: list[str] = []
        held: list[str] = []
        while len(authority.issued()) < certificates if len(mine) % 50 == 0 else True:
            step = chance.randrange(100)
            if step < _REVOKE and mine:
                serial = mine.pop(chance.randrange(len(mine)))
                changed = authority.revoke(serial, chance.choice(_REASONS))
            elif step < _REVOKE + _HOLD and mine:
                serial = mine.pop(chance.randrange(len(mine)))
                held.append(serial)
                changed = authority.hold(serial)
            elif step < _REVOKE + _HOLD + _RELEASE and held:
                serial = held.pop(chance.randrange(len(held)))
                mine.append(serial)
                changed = authority.release(serial)
            elif step < _REVOKE + _HOLD + _RELEASE + _LIST:
                authority.make_list()
                continue
            elif step < _REVOKE + _HOLD + _RELEASE + _LIST + _RENEW and mine:
                changed = authority.renew(chance.choice(mine))
            else:
                changed = authority.issue(chance.choice(requests), addresses=[f"p{chance.randrange(10**9)}@example.org"])
                mine.append(changed.serial)
            line = f"{changed.serial} {changed.standing} {changed.certificate.sha256}\n"
            os.write(told.fileno(), line.encode())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
