"""S/MIME (RFC 8551): sign, encrypt, decrypt and verify mail, with a verdict that can be trusted, explained and logged.

>>> import libsmime
>>> alice = libsmime.Identity.from_pkcs12(Path("alice.p12"), "secret")
>>> signed = libsmime.sign(message, alice)                            # octets, a path, a binary file or an EmailMessage
>>> sealed = libsmime.encrypt(signed, [bob_certificate])
>>> opened = libsmime.open(sealed, identity=bob, trust=store)         # raises VerificationError unless acceptable
>>> report = libsmime.examine(raw, trust=store)                       # describes, never raises for a bad signature

Reading verbs take the octets as they were received. Long calls release the interpreter lock; all objects may be shared between threads.
"""

from ._codes import Code as Code
from ._errors import DecryptionError as DecryptionError
from ._errors import Error as Error
from ._errors import LimitError as LimitError
from ._errors import MalformedError as MalformedError
from ._errors import UnsupportedError as UnsupportedError
from ._errors import UsageError as UsageError
from ._errors import VerificationError as VerificationError
from ._evidence import examine_evidence as examine_evidence
from ._evidence import open_evidence as open_evidence
from ._fetch import Fetcher as Fetcher
from ._keys import ExternalKey as ExternalKey
from ._libsmime import CertId as CertId
from ._libsmime import Certificate as Certificate
from ._libsmime import CertificateRequest as CertificateRequest
from ._libsmime import CertificateTemplate as CertificateTemplate
from ._libsmime import Challenge as Challenge
from ._libsmime import CrlEntry as CrlEntry
from ._libsmime import Identity as Identity
from ._libsmime import Issuer as Issuer
from ._libsmime import OcspRequest as OcspRequest
from ._libsmime import OcspResponder as OcspResponder
from ._libsmime import LintFinding as LintFinding
from ._libsmime import PrivateKey as PrivateKey
from ._libsmime import Profile as Profile
from ._libsmime import PublicKey as PublicKey
from ._libsmime import TrustStore as TrustStore
from ._libsmime import __version__ as __version__
from ._libsmime import crl_delta as crl_delta
from ._libsmime import crl_entries as crl_entries
from ._libsmime import certs_only as certs_only
from ._limits import Limits as Limits
from ._report import AddressMatch as AddressMatch
from ._report import CertificatesLayer as CertificatesLayer
from ._report import Check as Check
from ._report import CompressedLayer as CompressedLayer
from ._report import ContentReport as ContentReport
from ._report import Coverage as Coverage
from ._report import EncryptedLayer as EncryptedLayer
from ._report import EvidenceReport as EvidenceReport
from ._report import Finding as Finding
from ._report import Need as Need
from ._report import PathReport as PathReport
from ._report import ProtectedHeaders as ProtectedHeaders
from ._report import RecipientReport as RecipientReport
from ._report import Report as Report
from ._report import Revocation as Revocation
from ._report import Sender as Sender
from ._report import Severity as Severity
from ._report import SignedLayer as SignedLayer
from ._report import SignerReport as SignerReport
from ._report import TimeStamp as TimeStamp
from ._report import Verdict as Verdict
from ._system import system_trust as system_trust
from ._system import system_trust_source as system_trust_source
from ._verbs import Opened as Opened
from ._verbs import Recipient as Recipient
from ._verbs import encrypt as encrypt
from ._verbs import examine as examine
from ._verbs import open as open
from ._verbs import sign as sign
from ._verbs import verify_certificate as verify_certificate

__all__ = [
    "AddressMatch",
    "CertId",
    "Certificate",
    "CertificateRequest",
    "CertificateTemplate",
    "CertificatesLayer",
    "Challenge",
    "Check",
    "Code",
    "CompressedLayer",
    "ContentReport",
    "Coverage",
    "CrlEntry",
    "DecryptionError",
    "EncryptedLayer",
    "Error",
    "EvidenceReport",
    "ExternalKey",
    "Fetcher",
    "Finding",
    "Identity",
    "Issuer",
    "LimitError",
    "Limits",
    "MalformedError",
    "Need",
    "OcspRequest",
    "OcspResponder",
    "Opened",
    "PathReport",
    "PrivateKey",
    "Profile",
    "ProtectedHeaders",
    "PublicKey",
    "Recipient",
    "RecipientReport",
    "Report",
    "Revocation",
    "Sender",
    "Severity",
    "SignedLayer",
    "SignerReport",
    "TimeStamp",
    "TrustStore",
    "UnsupportedError",
    "UsageError",
    "Verdict",
    "VerificationError",
    "__version__",
    "crl_delta",
    "crl_entries",
    "certs_only",
    "encrypt",
    "examine",
    "examine_evidence",
    "open",
    "open_evidence",
    "sign",
    "system_trust",
    "system_trust_source",
    "verify_certificate",
]
