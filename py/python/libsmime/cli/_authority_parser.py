"""The arguments of ``smime request`` and ``smime ca``."""

from __future__ import annotations

import argparse
from typing import Any, Callable

from . import _authority
from ._moment import moment

# What argparse calls the object that holds subcommands.
_Commands = Any
_REASONS = (
    "unspecified",
    "keyCompromise",
    "cACompromise",
    "affiliationChanged",
    "superseded",
    "cessationOfOperation",
    "privilegeWithdrawn",
    "aACompromise",
)


def add_request(commands: _Commands) -> None:
    """``smime request new`` and ``smime request show``."""
    group = commands.add_parser("request", help="ask an authority for a certificate").add_subparsers(
        title="commands", dest="subcommand", required=True, metavar="COMMAND"
    )
    new = group.add_parser("new", help="make a request (PKCS #10)")
    new.add_argument("--key", metavar="FILE", required=True, help="the private key; see smime key new")
    new.add_argument("--password-file", metavar="FILE", help="its first line opens the key")
    new.add_argument("--subject", metavar="NAME", default="", help="for example CN=Alice,O=Example")
    new.add_argument("--address", metavar="ADDR", action="append", default=[], help="an e-mail address; may be repeated")
    new.add_argument("--use", choices=("signing", "encryption", "both"), default="both", help="what the key is for")
    new.add_argument("-o", dest="output", metavar="OUT", default="-")
    new.set_defaults(run=_authority.new_request)
    show = group.add_parser("show", help="show a request, and whether who made it has the key")
    show.add_argument("request", metavar="REQUEST")
    show.add_argument("--json", action="store_true")
    show.set_defaults(run=_authority.show_request)


def add_authority(commands: _Commands) -> None:
    """``smime ca ...``"""
    group = commands.add_parser("ca", help="run a certification authority").add_subparsers(
        title="commands", dest="subcommand", required=True, metavar="COMMAND"
    )

    def add(name: str, help: str, run: Callable[[argparse.Namespace], int], *, key: bool = True) -> argparse.ArgumentParser:
        command: argparse.ArgumentParser = group.add_parser(name, help=help)
        command.add_argument("--dir", metavar="DIR", default="ca", help="the folder of the authority; ca otherwise")
        if key:
            command.add_argument("--password-file", metavar="FILE", help="its first line opens the key of the authority")
        command.set_defaults(run=run)
        return command

    init = add("init", "make an authority", _authority.init)
    init.add_argument("--subject", metavar="NAME", required=True, help="for example CN=Example Mail CA,O=Example")
    init.add_argument("--root", metavar="DIR", help="the folder of the authority that certifies this one; it is a root otherwise")
    init.add_argument("--root-password-file", metavar="FILE", help="its first line opens the key of the root")
    init.add_argument("--kind", default="p256", help="of the key: p256, p384, p521, rsa-3072 and the like, ed25519; p256 otherwise")
    init.add_argument("--days", type=int, help="of its certificate: ten years for a root, five below it otherwise")
    init.add_argument("--no-password", action="store_true", help="leave the key open")
    init.add_argument("--crl-url", metavar="URL", help="where its lists will be; {section} stands for the number of the section")
    init.add_argument("--ocsp-url", metavar="URL", help="where its responder will be")
    init.add_argument("--issuer-url", metavar="URL", help="where its certificate will be")
    init.add_argument("--sections", type=int, default=1, metavar="N", help="make the list in so many sections")

    issue = add("issue", "issue a certificate for a request", _authority.issue)
    issue.add_argument("--profile", default="mailbox-strict", metavar="NAME|FILE", help="a profile by its name, or a TOML file; mailbox-strict otherwise")
    issue.add_argument("--address", metavar="ADDR", action="append", default=[], help="an address that you know to be the applicant's; may be repeated")
    issue.add_argument("--subject", metavar="NAME", help="the name that you know to be the applicant's; none otherwise")
    issue.add_argument("--as-requested", action="store_true", help="take the addresses and the name of the request for true")
    issue.add_argument("--days", type=int, help="as many as the profile allows otherwise")
    issue.add_argument("request", metavar="REQUEST")
    _output(issue)

    renew = add("renew", "issue the same certificate for another time", _authority.renew)
    renew.add_argument("--request", metavar="FILE", help="for the key of this request; for the same key otherwise")
    renew.add_argument("--days", type=int, help="as many as before otherwise")
    renew.add_argument("certificate", metavar="CERT|SERIAL")
    _output(renew)

    revoke = add("revoke", "revoke a certificate, or hold and release it", _authority.revoke, key=False)
    step = revoke.add_mutually_exclusive_group()
    step.add_argument("--reason", choices=_REASONS, default="unspecified")
    step.add_argument("--hold", action="store_true", help="only until it is released")
    step.add_argument("--release", action="store_true", help="from hold")
    revoke.add_argument("--at", metavar="RFC3339", type=moment, help="from when on; now otherwise")
    revoke.add_argument("certificate", metavar="CERT|SERIAL")

    lists = add("crl", "make a revocation list", _authority.revocation_list)
    lists.add_argument("--delta", action="store_true", help="only what has changed since the last complete one")
    lists.add_argument("--section", type=int, default=0, metavar="N")
    lists.add_argument("--hours", type=int, default=168, help="until the next one; a week otherwise")
    lists.add_argument("-o", dest="output", metavar="OUT", default="-", help="DER")

    ocsp = add("ocsp", "answer OCSP requests over HTTP", _authority.respond)
    ocsp.add_argument("--listen", metavar="HOST:PORT", default="127.0.0.1:8080", help="127.0.0.1:8080 otherwise")
    ocsp.add_argument("--hours", type=int, default=24, help="for which an answer holds; a day otherwise")
    ocsp.add_argument("--request", metavar="FILE", help="answer the request in this file instead, and end")
    ocsp.add_argument("-o", dest="output", metavar="OUT", default="-", help="of --request")

    shown = add("list", "list what was issued", _authority.show, key=False)
    shown.add_argument("--expiring", type=int, metavar="DAYS", help="only what ends within so many days and has no successor")
    shown.add_argument("--address", metavar="ADDR", help="only those with this address")
    shown.add_argument("--json", action="store_true")

    journal = add("journal", "show what was done, and check that nobody altered it", _authority.journal, key=False)
    journal.add_argument("--check", metavar="HEAD", nargs="?", const="", help="check it; HEAD is the head that was noted another day")
    journal.add_argument("--json", action="store_true")


def _output(command: argparse.ArgumentParser) -> None:
    command.add_argument("--chain", action="store_true", help="with the certificates above it")
    command.add_argument("-o", dest="output", metavar="OUT", default="-")
