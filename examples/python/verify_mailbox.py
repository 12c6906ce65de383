"""Says for each message of a mailbox what its protection is worth.

    python verify_mailbox.py MAILBOX [--trust ROOTS.pem] [--identity ME.p12]

MAILBOX is an mbox file or a Maildir folder. The password of the identity is taken from the variable SMIME_PASSWORD.
"""

from __future__ import annotations

import argparse
import mailbox
import os
from pathlib import Path
from typing import Optional, Union

import libsmime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mailbox", type=Path)
    parser.add_argument("--trust", type=Path, help="trust anchors; those of the system otherwise")
    parser.add_argument("--identity", type=Path, help="who can open what is encrypted")
    options = parser.parse_args()

    trust = libsmime.TrustStore(anchors=options.trust) if options.trust else libsmime.system_trust()
    identity = libsmime.Identity.load(options.identity, os.environ.get("SMIME_PASSWORD")) if options.identity else None
    box: Union[mailbox.Maildir, mailbox.mbox]
    box = mailbox.Maildir(options.mailbox) if options.mailbox.is_dir() else mailbox.mbox(options.mailbox)
    for key in box.keys():
        # The octets as they are stored: a message that was parsed and written anew is no longer what was signed.
        print(f"{key}: {judge(box.get_bytes(key), trust, identity)}")
    box.close()


def judge(raw: bytes, trust: libsmime.TrustStore, identity: Optional[libsmime.Identity]) -> str:
    try:
        report = libsmime.examine(raw, trust=trust, identity=identity)
    except libsmime.Error as error:
        return f"not readable, {error}"
    return report.summary


if __name__ == "__main__":
    main()
