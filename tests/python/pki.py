"""A small public-key infrastructure, made anew for each run: root, intermediate, persons."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Optional, Union

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PASSWORD = "sécret"

Key = Union[rsa.RSAPrivateKey, dsa.DSAPrivateKey, ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey]
_NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
_DAY = datetime.timedelta(days=1)


@dataclass
class Party:
    """A key, its certificate and who issued it."""

    key: Any
    certificate: x509.Certificate
    issuer: Optional[Party]
    folder: Path
    name: str = field(default="")

    @cached_property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @cached_property
    def key_pem(self) -> bytes:
        return bytes(self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, NoEncryption()))

    @cached_property
    def chain(self) -> list[Party]:
        """Everybody above, without the root."""
        above, party = [], self.issuer
        while party is not None and party.issuer is not None:
            above.append(party)
            party = party.issuer
        return above

    @cached_property
    def certificate_file(self) -> Path:
        return self._write("crt.pem", self.pem)

    @cached_property
    def key_file(self) -> Path:
        return self._write("key.pem", self.key_pem)

    @cached_property
    def pem_file(self) -> Path:
        """Key, certificate and chain in one file, without a password."""
        return self._write("all.pem", b"".join([self.key_pem, self.pem, *(party.pem for party in self.chain)]))

    @cached_property
    def p12(self) -> bytes:
        return self.pkcs12(PASSWORD)

    @cached_property
    def p12_file(self) -> Path:
        return self._write("p12", self.p12)

    @cached_property
    def open_p12_file(self) -> Path:
        """PKCS#12 without a password."""
        return self._write("open.p12", self.pkcs12(None))

    def pkcs12(self, password: Optional[str]) -> bytes:
        encryption = NoEncryption() if password is None else BestAvailableEncryption(password.encode())
        chain = [party.certificate for party in self.chain]
        return pkcs12.serialize_key_and_certificates(self.name.encode(), self.key, self.certificate, chain or None, encryption)

    def _write(self, ending: str, octets: bytes) -> Path:
        path = self.folder / f"{self.name}.{ending}"
        path.write_bytes(octets)
        return path


def generate(kind: str) -> Key:
    if kind == "rsa":
        return rsa.generate_private_key(65537, 2048)
    if kind == "dsa":
        return dsa.generate_private_key(2048)
    if kind == "p256":
        return ec.generate_private_key(ec.SECP256R1())
    if kind == "p384":
        return ec.generate_private_key(ec.SECP384R1())
    return ed25519.Ed25519PrivateKey.generate()


def issue(
    folder: Path,
    name: str,
    kind: str,
    issuer: Optional[Party] = None,
    *,
    authority: bool = False,
    address: Optional[str] = None,
    days: tuple[int, int] = (-10, 800),
    purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.EMAIL_PROTECTION,
    extensions: Iterable[x509.ExtensionType] = (),
    critical: bool = True,
) -> Party:
    """A party with a new key and a certificate from this issuer, or from itself."""
    key = generate(kind)
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer: Any = key if issuer is None else issuer.key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_NOW + days[0] * _DAY)
        .not_valid_after(_NOW + days[1] * _DAY)
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .add_extension(_usage(kind, authority, purpose), critical=True)
    )
    if not authority:
        # RFC 3161 section 2.3
        is_clock = purpose == ExtendedKeyUsageOID.TIME_STAMPING
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=is_clock)
    if address is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(address)]), critical=False)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=critical)
    digest = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return Party(key, builder.sign(signer, digest), issuer, folder, name)


def _usage(kind: str, authority: bool, purpose: x509.ObjectIdentifier) -> x509.KeyUsage:
    is_recipient = not authority and purpose == ExtendedKeyUsageOID.EMAIL_PROTECTION
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=is_recipient and kind == "rsa",
        data_encipherment=False,
        key_agreement=is_recipient and kind.startswith("p"),
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


class Pki:
    """Root -> intermediate -> alice (RSA), bob (RSA), carol (P-256), dave (P-384), erin (Ed25519); old has expired; mallory has another root."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = issue(folder, "Root", "p256", authority=True)
        self.intermediate = issue(folder, "Intermediate", "p256", self.root, authority=True)
        self.alice = self._person("alice", "rsa")
        self.bob = self._person("bob", "rsa")
        self.carol = self._person("carol", "p256")
        self.dave = self._person("dave", "p384")
        self.erin = self._person("erin", "ed25519")
        self.old = issue(folder, "old", "p256", self.intermediate, address="old@example.org", days=(-9, -1))
        self.other_root = issue(folder, "Other-Root", "p256", authority=True)
        self.mallory = issue(folder, "mallory", "p256", self.other_root, address="alice@example.org")

    def _person(self, name: str, kind: str) -> Party:
        return issue(self.folder, name, kind, self.intermediate, address=f"{name}@example.org")
