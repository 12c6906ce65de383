"""ACME for S/MIME (RFC 8823): the parts of the challenge ``email-reply-00`` that are about text and digests.

The server sends one half of a token in a message (``Subject: ACME: token-part1``) and gives the other over HTTPS. Who reads the mail and has
the account answers with a digest of both halves and the account's key:

>>> from libsmime import acme
>>> token = acme.token(acme.token_part1(message["Subject"]), part2)
>>> answer.set_content(acme.response(token, acme.jwk_thumbprint(account_key)))

That challenge and answer came from whom they should (DKIM or S/MIME, RFC 8823 section 3) is for the caller to check.
"""

from ._libsmime import acme_check_response as check_response
from ._libsmime import acme_identifier as identifier
from ._libsmime import acme_jwk as jwk
from ._libsmime import acme_jwk_thumbprint as jwk_thumbprint
from ._libsmime import acme_new_token_part as new_token_part
from ._libsmime import acme_response as response
from ._libsmime import acme_token as token
from ._libsmime import acme_token_part1 as token_part1

CHALLENGE_TYPE = "email-reply-00"

__all__ = [
    "CHALLENGE_TYPE",
    "check_response",
    "identifier",
    "jwk",
    "jwk_thumbprint",
    "new_token_part",
    "response",
    "token",
    "token_part1",
]
