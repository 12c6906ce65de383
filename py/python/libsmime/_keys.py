"""Private keys that stay with their keeper."""

from __future__ import annotations

from typing import NoReturn, Protocol


class ExternalKey(Protocol):
    """A private key that a smart card, an HSM or a key service keeps. Give it to :meth:`Identity.external`.

    Any object with these methods will do. Derive from this class to write only those that the key is good for.
    """

    def sign_digest(self, scheme: str, digest: bytes) -> bytes:
        """Signs a digest.

        ``scheme`` is ``rsassa-pkcs1-v1_5-sha256``, ``rsassa-pss-sha256`` (the salt has the length of the digest), ``ecdsa-sha256`` (the
        answer is a DER ``Ecdsa-Sig-Value``), the same with ``sha384`` and ``sha512``, or ``ed25519``, which gets the whole message.
        """
        _refuse(f"sign with {scheme}")

    def unwrap_key(self, algorithm: str, encrypted: bytes) -> bytes:
        """Decrypts a content-encryption key.

        ``algorithm`` is ``rsaes-pkcs1-v1_5`` or ``rsaes-oaep-sha256`` (or another digest; ``-mgf1-sha1`` follows where the mask uses another).
        Raise :class:`ValueError` where the padding is wrong: whoever sent the message never learns the difference, as that would help to forge.
        """
        _refuse(f"decrypt with {algorithm}")

    def agree(self, peer: bytes) -> bytes:
        """The secret shared with the public key ``peer``, a SEC 1 point or the 32 octets of X25519: the x coordinate."""
        _refuse("agree on secrets")


def _refuse(what: str) -> NoReturn:
    raise NotImplementedError(f"this key does not {what}")
