"""Bounds on what one input may ask for."""

from __future__ import annotations

from dataclasses import dataclass

from ._libsmime import default_limits

_DEFAULT = default_limits()


@dataclass(frozen=True)
class Limits:
    """Bounds on what one input may ask for; each is checked before the memory or the time is spent.

    >>> libsmime.Limits(message_bytes=50 << 20).layers
    16
    """

    message_bytes: int = _DEFAULT["message_bytes"]
    """Octets of one message as it comes in."""
    memory_bytes: int = _DEFAULT["memory_bytes"]
    """Octets of content held in memory."""
    layers: int = _DEFAULT["layers"]
    """Protective layers inside one another."""
    ber_depth: int = _DEFAULT["ber_depth"]
    """Nesting of BER elements."""
    element_bytes: int = _DEFAULT["element_bytes"]
    """Octets of one element that has to be kept whole."""
    layer_bytes: int = _DEFAULT["layer_bytes"]
    """Octets of all elements kept while one layer is read."""
    recipients: int = _DEFAULT["recipients"]
    """Recipients of one layer."""
    signers: int = _DEFAULT["signers"]
    """Signers of one layer."""
    certificates: int = _DEFAULT["certificates"]
    """Certificates and CRLs carried by one layer."""
    attributes: int = _DEFAULT["attributes"]
    """Attributes of one signer or layer."""
    private_key_operations: int = _DEFAULT["private_key_operations"]
    """Private-key operations for one message."""
    header_bytes: int = _DEFAULT["header_bytes"]
    """Octets of one MIME header."""
    header_fields: int = _DEFAULT["header_fields"]
    """Fields of one MIME header."""
    mime_parts: int = _DEFAULT["mime_parts"]
    """MIME parts of one message."""
    mime_depth: int = _DEFAULT["mime_depth"]
    """Nesting of MIME multiparts."""
    kdf_iterations: int = _DEFAULT["kdf_iterations"]
    """Iterations of a key derivation."""
    kdf_memory: int = _DEFAULT["kdf_memory"]
    """Octets of memory of scrypt."""
    path_signatures: int = _DEFAULT["path_signatures"]
    """Signatures checked while one certification path is built."""
    path_steps: int = _DEFAULT["path_steps"]
    """Candidate issuers looked at while one certification path is built."""
    path_length: int = _DEFAULT["path_length"]
    """Certificates in one path, anchor included."""
    fetches: int = _DEFAULT["fetches"]
    """Things that one judgement may have fetched."""
    inflate_ratio: int = _DEFAULT["inflate_ratio"]
    """Octets out for each octet in of compressed content, beyond the first MiB."""
