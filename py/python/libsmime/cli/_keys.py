"""key new, p12 pack, p12 unpack."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Optional

from .. import Certificate, Code, DecryptionError, Error, Identity, PrivateKey
from ._console import new_password, unlock, write_file


def new(options: argparse.Namespace) -> int:
    """``smime key new``"""
    password = None if options.no_password else new_password(options.password_file, "--password-file", " or --no-password")
    write_file(options.output, PrivateKey.generate(options.kind).to_pem(password, kdf=options.kdf).encode(), private=True)
    return 0


def pack(options: argparse.Namespace) -> int:
    """``smime p12 pack``"""
    certificates = [certificate for path in options.cert for certificate in Certificate.many(Path(path).read_bytes())]
    identity = Identity.join([_identity(path, password_file, certificates) for path, password_file in options.identity], certificates)
    password = new_password(options.new_password_file, "--new-password-file")
    write_file(options.output, identity.to_pkcs12(password, profile=options.profile, friendly_name=options.name), private=True)
    return 0


def unpack(options: argparse.Namespace) -> int:
    """``smime p12 unpack``"""
    identity, password = unlock(options.file, options.password_file, Identity.load)
    if options.no_password:
        password = None
    elif options.new_password_file is not None or not password:
        password = new_password(options.new_password_file, "--new-password-file", " or --no-password")
    write_file(options.output, identity.to_pem(password, kdf=options.kdf).encode(), private=True)
    return 0


def _identity(path: str, password_file: Optional[str], certificates: list[Certificate]) -> Identity:
    """The identity in this file, or the key in it with its certificate among these."""

    def load(path: str, password: Optional[str]) -> Identity:
        try:
            return Identity.load(path, password)
        except Error as error:
            if error.code is not Code.KEY_CERTIFICATE_MISSING or not certificates:
                raise
        key = PrivateKey.load(path, password)
        wanted = hashlib.sha256(key.public_key.to_der()).hexdigest()
        for certificate in certificates:
            if certificate.describe()["key_sha256"] == wanted:
                return Identity.from_parts(key, certificate)
        raise DecryptionError(Code.KEY_MISMATCH, f"{path}: none of the certificates is that of its key")

    return unlock(path, password_file, load)[0]
