"""The verbs: sign, encrypt, open, examine, verify_certificate. Those for evidence are in ``_evidence``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, Optional, Union, overload

from . import _libsmime as native
from ._codes import Code
from ._errors import MalformedError, UsageError, VerificationError
from ._libsmime import Certificate, Identity, TrustStore
from ._limits import Limits
from ._report import PathReport, Report, Verdict
from ._settings import Certificates, Fetch, Files, Form, Policy, Purpose, RevocationMode, judging, opening, plain, policy_of, seconds, several
from ._sources import Message, Raw, Readable, Target, readable, readable_message, writable

if TYPE_CHECKING:
    from email.message import EmailMessage

Digest = Literal["sha256", "sha384", "sha512"]
Cipher = Literal[
    "aes-128-gcm", "aes-192-gcm", "aes-256-gcm", "chacha20-poly1305", "aes-128-cbc", "aes-192-cbc", "aes-256-cbc"
]
KeyTransport = Literal["oaep", "pkcs1"]


@dataclass(frozen=True)
class Recipient:
    """A recipient who has announced what can be read: ``SignerReport.capabilities`` of a message that came from there."""

    certificate: Certificate
    capabilities: Sequence[str] = ()


@overload
def sign(
    message: Message,
    identity: Union[Identity, Iterable[Identity]],
    *,
    opaque: bool = ...,
    digest: Optional[Digest] = ...,
    pss: bool = ...,
    chain: bool = ...,
    protect_headers: bool = ...,
    at: Optional[datetime] = ...,
    output: None = ...,
    limits: Optional[Limits] = ...,
) -> bytes: ...
@overload
def sign(
    message: Message,
    identity: Union[Identity, Iterable[Identity]],
    *,
    opaque: bool = ...,
    digest: Optional[Digest] = ...,
    pss: bool = ...,
    chain: bool = ...,
    protect_headers: bool = ...,
    at: Optional[datetime] = ...,
    output: Target,
    limits: Optional[Limits] = ...,
) -> None: ...
def sign(
    message: Message,
    identity: Union[Identity, Iterable[Identity]],
    *,
    opaque: bool = False,
    digest: Optional[Digest] = None,
    pss: bool = False,
    chain: bool = True,
    protect_headers: bool = False,
    at: Optional[datetime] = None,
    output: Optional[Target] = None,
    limits: Optional[Limits] = None,
) -> Optional[bytes]:
    """Signs a message or MIME entity: multipart/signed, or application/pkcs7-mime with ``opaque``.

    MIME-Version and Content-* fields go inside, all other header fields stay outside (and stand inside too with ``protect_headers``).
    Content that is safe for 7-bit transport is kept octet for octet; other content is encoded so that it survives.

    >>> signed = libsmime.sign(b"Subject: Hello\\r\\n\\r\\nGood morning\\r\\n", alice)

    :param message: octets, a path, a binary file or an EmailMessage
    :param identity: who signs; several make a message with several signers, of which some clients look at one only
    :param digest: sha256 (default for RSA), sha384 or sha512; what fits the curve otherwise
    :param pss: RSASSA-PSS rather than RSASSA-PKCS1-v1_5
    :param chain: whether the certificates above the signer's go along, without the root
    :param at: the time that the signature claims; now where it is None
    :param output: a path or binary file that gets the result, in constant memory; the result is None then. A file named by path
        appears whole or not at all.
    """
    settings = {
        "identities": several(identity, Identity),
        "opaque": opaque,
        "digest": digest,
        "pss": pss,
        "chain": chain,
        "protect_headers": protect_headers,
        "at": seconds(at),
        "limits": plain(limits),
    }
    with ExitStack() as stack:
        source = readable_message(stack, message)
        with writable(output) as target:
            return native.sign(source, target, settings)


@overload
def encrypt(
    message: Message,
    recipients: Union[Certificate, Recipient, Iterable[Union[Certificate, Recipient]]],
    *,
    cipher: Optional[Cipher] = ...,
    key_transport: Optional[KeyTransport] = ...,
    protect_headers: bool = ...,
    output: None = ...,
    limits: Optional[Limits] = ...,
) -> bytes: ...
@overload
def encrypt(
    message: Message,
    recipients: Union[Certificate, Recipient, Iterable[Union[Certificate, Recipient]]],
    *,
    cipher: Optional[Cipher] = ...,
    key_transport: Optional[KeyTransport] = ...,
    protect_headers: bool = ...,
    output: Target,
    limits: Optional[Limits] = ...,
) -> None: ...
def encrypt(
    message: Message,
    recipients: Union[Certificate, Recipient, Iterable[Union[Certificate, Recipient]]],
    *,
    cipher: Optional[Cipher] = None,
    key_transport: Optional[KeyTransport] = None,
    protect_headers: bool = False,
    output: Optional[Target] = None,
    limits: Optional[Limits] = None,
) -> Optional[bytes]:
    """Encrypts a message or MIME entity to recipients. Whether their certificates are to be trusted was for the caller to find out:
    see :func:`verify_certificate`.

    >>> sealed = libsmime.encrypt(signed, [bob_certificate])

    :param message: octets, a path, a binary file or an EmailMessage
    :param recipients: certificates, or :class:`Recipient` with what its owner announced
    :param cipher: AES-256-GCM where every recipient is known to read it, else AES-256-CBC, which every client reads
    :param key_transport: oaep or pkcs1 for RSA keys; oaep where that is known to be read, else pkcs1
    :param protect_headers: puts a copy of the header fields inside, and hides the Subject outside (RFC 9788)
    :param output: as for :func:`sign`
    """
    chosen = [one if isinstance(one, Recipient) else Recipient(one) for one in several(recipients, Certificate, Recipient)]
    settings = {
        "recipients": [(one.certificate, list(one.capabilities) or None) for one in chosen],
        "cipher": cipher,
        "key_transport": key_transport,
        "protect_headers": protect_headers,
        "limits": plain(limits),
    }
    with ExitStack() as stack:
        source = readable_message(stack, message)
        with writable(output) as target:
            return native.encrypt(source, target, settings)


class Opened:
    """A message after opening, its verdict acceptable."""

    def __init__(self, report: Report, content: Optional[bytes]) -> None:
        self.report = report
        """Everything that was found out."""
        self._content = content

    @property
    def verdict(self) -> Verdict:
        """What the message is worth: valid, or unsigned where nothing was signed and no signature was required."""
        return self.report.verdict

    @property
    def content(self) -> bytes:
        """The innermost MIME entity, header fields and body, octet for octet as it was protected; with ``as_message`` a whole message."""
        if self._content is None:
            raise UsageError(Code.USE_STATE, "The content was written to the output")
        return self._content

    def email(self) -> EmailMessage:
        """The content as an EmailMessage to look into."""
        from email import message_from_bytes, policy

        return message_from_bytes(self.content, policy=policy.SMTP)

    def __repr__(self) -> str:
        return f"<libsmime.Opened {self.report.summary}>"


def open(
    raw: Raw,
    *,
    identity: Union[None, Identity, Iterable[Identity]] = None,
    trust: Optional[TrustStore] = None,
    intermediates: Certificates = (),
    at: Optional[datetime] = None,
    policy: Policy = "default",
    policy_oids: Union[str, Iterable[str]] = (),
    require_explicit_policy: bool = False,
    inhibit_policy_mapping: bool = False,
    inhibit_any_policy: bool = False,
    revocation: Optional[RevocationMode] = None,
    evidence_lifetime: Optional[timedelta] = None,
    ocsp_nonce: Optional[bool] = None,
    allow_dsa: Optional[bool] = None,
    crls: Files = (),
    ocsp: Files = (),
    fetch: Optional[Fetch] = None,
    time_stamp_trust: Optional[TrustStore] = None,
    require_signature: bool = False,
    form: Form = "detect",
    content: Optional[Raw] = None,
    output: Optional[Target] = None,
    evidence: Optional[Target] = None,
    as_message: bool = False,
    content_digest: bool = False,
    limits: Optional[Limits] = None,
) -> Opened:
    """Opens a message: decrypts and verifies every layer, at any depth. What comes back may be used; all else raises.

    >>> opened = libsmime.open(sealed, identity=bob, trust=store)
    >>> opened.email().get_content()
    'Good morning\\r\\n'

    :param raw: the message as it was received: octets, a path, or a binary file. Files are read twice, in constant memory where ``output``
        is given; one that cannot seek is kept in a temporary file in between.
    :param identity: who may decrypt
    :param trust: the anchors; those of the system where it is None, see :func:`system_trust`
    :param intermediates: certificates that may be needed on the way to an anchor
    :param at: the time of judgement; now where it is None
    :param policy: default, strict, or legacy for archives
    :param policy_oids: certificate policies that are accepted, dotted, one or several; every one where there are none. One of them is
        demanded only where an authority demands a policy, or you do:
    :param require_explicit_policy: demands an accepted certificate policy of every path (RFC 5280 section 6.1)
    :param inhibit_policy_mapping: lets no authority map certificate policies onto others
    :param inhibit_any_policy: has anyPolicy count for nothing, but for self-issued authorities
    :param revocation: off: not looked at; soft: what lists and OCSP responses say counts, silence is no reason to refuse; hard: each
        certificate below the anchor must be shown not to be revoked. What the policy says where it is None: hard for strict, else soft
    :param evidence_lifetime: for how long lists and OCSP responses that name no end can be used; a week where it is None
    :param ocsp_nonce: whether OCSP requests that are fetched carry a nonce, so that no old answer can be passed off; an answer without one is
        taken all the same. What the policy says where it is None: with strict they do
    :param allow_dsa: whether DSA is accepted in signatures, of messages and of certificates; it is flagged in any case. What the policy says
        where it is None: legacy accepts it
    :param crls: revocation lists that may be needed, beside those of ``trust`` and those in the message
    :param ocsp: OCSP responses that may be needed
    :param fetch: fetches what is missing: a :class:`Fetcher`, or any function that takes a :class:`Need` and answers octets or None.
        Nothing is fetched without; what is missing is told in ``report.needs``
    :param time_stamp_trust: whose time-stamps (RFC 3161) count: a signature that carries one is judged at its time. Nobody's by default
    :param require_signature: whether a message without a valid signature is refused
    :param form: in which wrapping the message comes: mime, der or pem; found out by default
    :param content: the content of a detached signature, where ``raw`` is bare CMS
    :param output: a path or binary file that gets the content, and gets it only where it may be used. A file named by path appears whole or
        not at all.
    :param evidence: a path or binary file that gets evidence of the message, to be judged again years later by :func:`open_evidence`: the message,
        with everything by which it was judged. It is written whatever the verdict says, but for messages of which there can be none
        (``USE-EVIDENCE``): those that are not signed, or encrypted inside a signature. Of an encrypted message it has what was inside.
    :param as_message: gives out a whole message: the outer header fields, then the content
    :param content_digest: has ``report.content.sha256`` computed
    :raises VerificationError: unless the verdict is acceptable
    :raises MalformedError: where the input is not S/MIME (``MIME-NOT-SMIME``) or broken
    :raises DecryptionError: where no identity opens it
    """
    chosen = policy_of(
        policy, policy_oids, require_explicit_policy, inhibit_policy_mapping, inhibit_any_policy, revocation, evidence_lifetime, ocsp_nonce, allow_dsa
    )
    judged = judging(trust, intermediates, at, chosen, crls, ocsp, fetch, limits)
    settings = opening(
        judged, identity, time_stamp_trust, require_signature, form, as_message=as_message, content_digest=content_digest
    )
    with ExitStack() as stack:
        source = readable(stack, raw)
        detached = None if content is None else _detached(stack, content, evidence)
        with writable(evidence) as proof:
            try:
                with writable(output) as target:
                    told, given = native.open(source, detached, target, settings, proof)
                    report = Report(told)
                    if not report.is_acceptable:
                        # Within the block, so that no empty file is left in the place of the output.
                        raise _Refused
            except _Refused:
                # Evidence of a refusal is evidence.
                pass
    if not report.is_acceptable:
        raise VerificationError(report)
    return Opened(report, given)


class _Refused(Exception):
    """The content is withheld."""


def _detached(stack: ExitStack, content: Raw, evidence: Optional[Target]) -> Union[bytes, str, Readable]:
    if evidence is not None:
        raise UsageError(Code.USE_EVIDENCE, "A signature and the content that stands beside it make no evidence: sign a message")
    return readable(stack, content)


def examine(
    raw: Raw,
    *,
    identity: Union[None, Identity, Iterable[Identity]] = None,
    trust: Optional[TrustStore] = None,
    intermediates: Certificates = (),
    at: Optional[datetime] = None,
    policy: Policy = "default",
    policy_oids: Union[str, Iterable[str]] = (),
    require_explicit_policy: bool = False,
    inhibit_policy_mapping: bool = False,
    inhibit_any_policy: bool = False,
    revocation: Optional[RevocationMode] = None,
    evidence_lifetime: Optional[timedelta] = None,
    ocsp_nonce: Optional[bool] = None,
    allow_dsa: Optional[bool] = None,
    crls: Files = (),
    ocsp: Files = (),
    fetch: Optional[Fetch] = None,
    time_stamp_trust: Optional[TrustStore] = None,
    require_signature: bool = False,
    form: Form = "detect",
    content: Optional[Raw] = None,
    evidence: Optional[Target] = None,
    limits: Optional[Limits] = None,
) -> Report:
    """Describes a message for a user interface or a filter, in constant memory and without its content.

    Never raises for a bad signature, nor for a message that is not S/MIME: that is ``unsigned``, with the finding ``MIME-NOT-SMIME``.

    >>> libsmime.examine(b"Subject: plain\\r\\n\\r\\nhello\\r\\n").verdict
    <Verdict.UNSIGNED: 'unsigned'>

    The parameters are those of :func:`open`.

    :raises MalformedError: where the input is broken
    :raises DecryptionError: where no identity opens it
    """
    chosen = policy_of(
        policy, policy_oids, require_explicit_policy, inhibit_policy_mapping, inhibit_any_policy, revocation, evidence_lifetime, ocsp_nonce, allow_dsa
    )
    judged = judging(trust, intermediates, at, chosen, crls, ocsp, fetch, limits)
    settings = opening(judged, identity, time_stamp_trust, require_signature, form)
    with ExitStack() as stack:
        source = readable(stack, raw)
        detached = None if content is None else _detached(stack, content, evidence)
        try:
            with writable(evidence) as proof:
                return Report(native.examine(source, detached, settings, proof))
        except MalformedError as error:
            if error.code is not Code.MIME_NOT_SMIME:
                raise
            return Report._of_other_mail(error.message, require_signature)
        except VerificationError as error:
            return error.report


def verify_certificate(
    certificate: Certificate,
    *,
    trust: Optional[TrustStore] = None,
    intermediates: Certificates = (),
    at: Optional[datetime] = None,
    purpose: Purpose = "email-signature",
    address: Optional[str] = None,
    policy: Policy = "default",
    policy_oids: Union[str, Iterable[str]] = (),
    require_explicit_policy: bool = False,
    inhibit_policy_mapping: bool = False,
    inhibit_any_policy: bool = False,
    revocation: Optional[RevocationMode] = None,
    evidence_lifetime: Optional[timedelta] = None,
    ocsp_nonce: Optional[bool] = None,
    allow_dsa: Optional[bool] = None,
    crls: Files = (),
    ocsp: Files = (),
    fetch: Optional[Fetch] = None,
    limits: Optional[Limits] = None,
) -> PathReport:
    """Whether a path of certificates leads from this one to an anchor, and whether it may be used for this purpose.

    >>> report = libsmime.verify_certificate(bob_certificate, trust=store, purpose="email-encryption", address="bob@example.org")
    >>> report.is_valid
    True

    :param address: an address that the certificate must have

    The other parameters are those of :func:`open`.
    """
    if not isinstance(certificate, Certificate):
        raise TypeError(f"a Certificate is due here, not {type(certificate).__name__}")
    chosen = policy_of(
        policy, policy_oids, require_explicit_policy, inhibit_policy_mapping, inhibit_any_policy, revocation, evidence_lifetime, ocsp_nonce, allow_dsa
    )
    judged = judging(trust, intermediates, at, chosen, crls, ocsp, fetch, limits)
    settings = {**judged, "purpose": purpose, "address": address}
    return PathReport._of_core(*native.verify_certificate(certificate, settings))
