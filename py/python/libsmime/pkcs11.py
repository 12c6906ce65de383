"""Keys in PKCS #11 devices: HSMs, smart cards, tokens. It needs the package python-pkcs11: ``pip install libsmime[pkcs11]``.

>>> import pkcs11
>>> from libsmime.pkcs11 import Pkcs11Key
>>> token = pkcs11.lib("/usr/lib/softhsm/libsofthsm2.so").get_token(token_label="mail")
>>> session = token.open(user_pin="1234")
>>> key = Pkcs11Key(session.get_key(pkcs11.ObjectClass.PRIVATE_KEY, label="alice"))
>>> alice = libsmime.Identity.external(key, certificate)                      # for signing and decrypting
>>> issuer = libsmime.Issuer(libsmime.PrivateKey.external(key, ca), ca)       # for issuing, with the certificate of an authority

The session must stay open as long as the key is used.
"""

from __future__ import annotations

import threading
from typing import Any, Optional

import pkcs11
from pkcs11 import KDF, MGF, Attribute, KeyType, Mechanism, PrivateKey
from pkcs11.exceptions import DataInvalid, DataLenRange, EncryptedDataInvalid, EncryptedDataLenRange, MechanismInvalid, MechanismParamInvalid

from ._keys import ExternalKey
from ._libsmime import PublicKey

__all__ = ["Pkcs11Key", "public_key"]

# DigestInfo of RFC 8017 section 9.2 up to the digest.
_DIGEST_INFO = {
    "sha1": "3021300906052b0e03021a05000414",
    "sha256": "3031300d060960864801650304020105000420",
    "sha384": "3041300d060960864801650304020205000430",
    "sha512": "3051300d060960864801650304020305000440",
}
# Octets of a coordinate, by the object identifier of the curve.
_FIELDS = {"06082a8648ce3d030107": 32, "06052b81040022": 48, "06052b81040023": 66}
_HASHES = {"sha1": Mechanism.SHA_1, "sha256": Mechanism.SHA256, "sha384": Mechanism.SHA384, "sha512": Mechanism.SHA512}
_MASKS = {"sha1": MGF.SHA1, "sha256": MGF.SHA256, "sha384": MGF.SHA384, "sha512": MGF.SHA512}


class Pkcs11Key(ExternalKey):
    """A private key in a PKCS #11 device, for :meth:`Identity.external` and :meth:`PrivateKey.external`.

    It signs by RSA (PKCS #1 v1.5 and PSS), ECDSA and Ed25519, decrypts by RSA (PKCS #1 v1.5 and OAEP) and agrees by ECDH, as far as the device
    has the mechanisms and lets the key be used for it. Several threads may use it: they wait for each other, as a session does one thing at a
    time. Give the same ``lock`` to all keys of one session.
    """

    def __init__(self, key: PrivateKey, lock: Optional[threading.Lock] = None) -> None:
        self._key = key
        self._lock = threading.Lock() if lock is None else lock

    def __repr__(self) -> str:
        return f"<libsmime.pkcs11.Pkcs11Key {self._key.label!r}>"

    def sign_digest(self, scheme: str, digest: bytes) -> bytes:
        """Signs a digest; see :meth:`ExternalKey.sign_digest`."""
        name, _, hash_name = scheme.rpartition("-")
        if scheme == "ed25519":
            return self._sign(digest, Mechanism.EDDSA)
        if name == "rsassa-pkcs1-v1_5" and hash_name in _DIGEST_INFO:
            return self._sign(bytes.fromhex(_DIGEST_INFO[hash_name]) + digest, Mechanism.RSA_PKCS)
        if name == "rsassa-pss" and hash_name in _HASHES:
            return self._sign(digest, Mechanism.RSA_PKCS_PSS, (_HASHES[hash_name], _MASKS[hash_name], len(digest)))
        if name == "ecdsa":
            # A longer digest is cut to the length of the curve (SEC 1 section 4.1.3), which not every device does by itself.
            return _ecdsa_sig_value(self._sign(digest[: self._field_length()], Mechanism.ECDSA))
        return super().sign_digest(scheme, digest)

    def unwrap_key(self, algorithm: str, encrypted: bytes) -> bytes:
        """Decrypts a content-encryption key; see :meth:`ExternalKey.unwrap_key`."""
        if algorithm == "rsaes-pkcs1-v1_5":
            return self._decrypt(encrypted, Mechanism.RSA_PKCS)
        name, _, mask = algorithm.partition("-mgf1-")
        hash_name = name.removeprefix("rsaes-oaep-")
        if name.startswith("rsaes-oaep-") and hash_name in _HASHES and (mask or hash_name) in _MASKS:
            return self._decrypt(encrypted, Mechanism.RSA_PKCS_OAEP, (_HASHES[hash_name], _MASKS[mask or hash_name], None))
        return super().unwrap_key(algorithm, encrypted)

    def agree(self, peer: bytes) -> bytes:
        """The secret shared with this public key; see :meth:`ExternalKey.agree`."""
        length = self._field_length()
        template = {Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True}
        with self._lock:
            derived = self._key.derive_key(  # type: ignore[attr-defined]
                KeyType.GENERIC_SECRET, length * 8, mechanism=Mechanism.ECDH1_DERIVE, mechanism_param=(KDF.NULL, None, peer), template=template
            )
            try:
                return bytes(derived[Attribute.VALUE])
            finally:
                derived.destroy()

    def _field_length(self) -> int:
        with self._lock:
            curve = bytes(self._key[Attribute.EC_PARAMS]).hex()
        if curve not in _FIELDS:
            raise NotImplementedError(f"this key is on a curve that is not known: {curve}")
        return _FIELDS[curve]

    def _sign(self, octets: bytes, mechanism: Mechanism, parameters: Any = None) -> bytes:
        with self._lock:
            return bytes(self._key.sign(octets, mechanism=mechanism, mechanism_param=parameters))  # type: ignore[attr-defined]

    def _decrypt(self, octets: bytes, mechanism: Mechanism, parameters: Any = None) -> bytes:
        try:
            with self._lock:
                return bytes(self._key.decrypt(octets, mechanism=mechanism, mechanism_param=parameters))  # type: ignore[attr-defined]
        except (MechanismInvalid, MechanismParamInvalid):
            raise
        except (DataInvalid, DataLenRange, EncryptedDataInvalid, EncryptedDataLenRange, pkcs11.exceptions.GeneralError) as error:
            # Nobody must learn that the padding was wrong; some devices say only that something was.
            raise ValueError("it cannot be decrypted") from error


def public_key(key: pkcs11.PublicKey) -> PublicKey:
    """A public key out of a device: what a request or a certificate is to be made for."""
    if key.key_type is KeyType.RSA:
        numbers = b"".join(_integer(int.from_bytes(key[name], "big")) for name in (Attribute.MODULUS, Attribute.PUBLIC_EXPONENT))
        bits, algorithm = _element(0x30, numbers), bytes.fromhex("300d06092a864886f70d0101010500")
    elif key.key_type is KeyType.EC:
        # The point is within an OCTET STRING there: one octet for the tag, one or two for the length.
        point = bytes(key[Attribute.EC_POINT])
        bits = point[3 if point[1] & 0x80 else 2 :]
        algorithm = _element(0x30, bytes.fromhex("06072a8648ce3d0201") + bytes(key[Attribute.EC_PARAMS]))
    else:
        raise NotImplementedError(f"a public key of the kind {key.key_type}")
    return PublicKey.from_der(_element(0x30, algorithm + _element(0x03, b"\0" + bits)))


def _ecdsa_sig_value(raw: bytes) -> bytes:
    """Ecdsa-Sig-Value (RFC 3279 section 2.2.3) of r and s one after the other, as PKCS #11 has them."""
    half = len(raw) // 2
    integers = b"".join(_integer(int.from_bytes(number, "big")) for number in (raw[:half], raw[half:]))
    return _element(0x30, integers)


def _integer(number: int) -> bytes:
    return _element(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _element(tag: int, content: bytes) -> bytes:
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (b"" if len(content) < 0x80 else bytes([0x80 | len(length)])) + length + content
