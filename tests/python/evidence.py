"""Revocation evidence of these parties, and servers where it can be fetched."""

from __future__ import annotations

import datetime
import http.server
from typing import Any, Callable, Optional

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID
from pki import Party, Pki, issue

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
DAY = datetime.timedelta(days=1)


def list_of(issuer: Party, *revoked: Party, until: datetime.timedelta = DAY) -> bytes:
    """A list of this issuer with these on it, for loss of the key."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
    builder = builder.last_update(NOW - DAY).next_update(NOW + until)
    for party in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(party.certificate.serial_number).revocation_date(NOW - 2 * DAY)
        builder = builder.add_revoked_certificate(entry.add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), False).build())
    key: Any = issuer.key
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def response_of(
    issuer: Party,
    party: Party,
    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
    *,
    age: datetime.timedelta = DAY,
    until: Optional[datetime.timedelta] = DAY,
    responder: Optional[Party] = None,
    nonce: Optional[bytes] = None,
) -> bytes:
    """What the issuer, or another responder, answers about this party: for so long, or without saying for how long."""
    revoked = status is ocsp.OCSPCertStatus.REVOKED
    builder = ocsp.OCSPResponseBuilder().add_response(
        party.certificate,
        issuer.certificate,
        hashes.SHA1(),
        status,
        NOW - age,
        None if until is None else NOW + until,
        NOW - 2 * DAY if revoked else None,
        x509.ReasonFlags.superseded if revoked else None,
    )
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    responder = responder or issuer
    key: Any = responder.key
    return builder.responder_id(ocsp.OCSPResponderEncoding.NAME, responder.certificate).sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def pointing(pki: Pki, url: str) -> "tuple[Party, Party]":
    """An authority without a place in the message, and a person whose certificate says where everything is."""
    authority = issue(pki.folder, "Fetched", "p256", pki.root, authority=True)
    access = x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(f"{url}/ca")),
            x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(f"{url}/ocsp")),
        ]
    )
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{url}/crl")], None, None, None)
    extensions = (access, x509.CRLDistributionPoints([point]))
    return authority, issue(pki.folder, "fay", "p256", authority, address="alice@example.org", extensions=extensions, critical=False)


class Shelf(http.server.BaseHTTPRequestHandler):
    """Answers from a table, and keeps account."""

    answers: "dict[str, Callable[[bytes], bytes]]" = {}
    redirects: "dict[str, str]" = {}
    asked: "list[tuple[str, str]]" = []

    def answer(self, body: bytes) -> None:
        self.asked.append((self.command, self.path))
        if self.path in self.redirects:
            self.send_response(302)
            self.send_header("Location", self.redirects[self.path])
            self.end_headers()
        elif self.path in self.answers:
            octets = self.answers[self.path](body)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(octets)
        else:
            self.send_error(404)

    def do_GET(self) -> None:
        self.answer(b"")

    def do_POST(self) -> None:
        assert self.headers["Content-Type"] == "application/ocsp-request"
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def log_message(self, *_: object) -> None:
        pass
