"""Signs a message, encrypts it to its recipient if there is a certificate that holds, and sends it.

    python sign_and_send.py --identity ME.p12 --from me@example.org --to you@example.org [--certificate YOU.pem] [--trust ROOTS.pem]
                            [--host localhost] [--port 25] < TEXT

The password of the identity is taken from the variable SMIME_PASSWORD.
"""

from __future__ import annotations

import argparse
import os
import smtplib
import sys
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path

import libsmime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--identity", type=Path, required=True)
    parser.add_argument("--from", dest="sender", required=True)
    parser.add_argument("--to", required=True)
    parser.add_argument("--subject", default="(no subject)")
    parser.add_argument("--certificate", type=Path, help="of the recipient")
    parser.add_argument("--trust", type=Path, help="trust anchors; those of the system otherwise")
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=25)
    options = parser.parse_args()

    message = EmailMessage()
    message["From"] = options.sender
    message["To"] = options.to
    message["Subject"] = options.subject
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid()
    message.set_content(sys.stdin.read())

    identity = libsmime.Identity.load(options.identity, os.environ.get("SMIME_PASSWORD"))
    octets = libsmime.sign(message, identity)
    if options.certificate:
        octets = encrypt(octets, options)
    # As octets: an EmailMessage made of them would be written anew, and the signature would break.
    with smtplib.SMTP(options.host, options.port) as server:
        server.sendmail(options.sender, [options.to], octets)


def encrypt(octets: bytes, options: argparse.Namespace) -> bytes:
    certificate, *others = libsmime.Certificate.many(options.certificate.read_bytes())
    trust = libsmime.TrustStore(anchors=options.trust) if options.trust else libsmime.system_trust()
    report = libsmime.verify_certificate(
        certificate, trust=trust, intermediates=others, purpose="email-encryption", address=options.to
    )
    if not report.is_valid:
        sys.exit("The recipient's certificate does not hold: " + "; ".join(finding.message for finding in report.findings))
    return libsmime.encrypt(octets, certificate)


if __name__ == "__main__":
    main()
