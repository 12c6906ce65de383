"""A certification authority that keeps its records: issue, renew, revoke, lists, OCSP.

The single steps, which keep nothing, are :class:`libsmime.Issuer`, :class:`libsmime.Profile` and the like.
"""

from .._libsmime import Journal
from ._authority import Authority, Issued
from ._records import Entry
from ._server import OcspServer
from ._status import Answer, MadeList

__all__ = ["Answer", "Authority", "Entry", "Issued", "Journal", "MadeList", "OcspServer"]
