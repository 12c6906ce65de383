"""The arguments of the command."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn, Optional, Union

from .. import __version__
from . import _authority_parser, _certificates, _evidence, _keys, _messages
from ._moment import moment


class UsageMistake(Exception):
    """The arguments make no sense."""


class _Parser(argparse.ArgumentParser):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        raise UsageMistake(f"{message} (see {self.prog} --help)")


class _IdentityFile(argparse.Action):
    """Notes an identity file, and room for the file of its password."""

    def __call__(
        self, parser: argparse.ArgumentParser, options: argparse.Namespace, value: Union[str, Sequence[Any], None], option: Optional[str] = None
    ) -> None:
        options.identity = [*options.identity, (value, None)]


class _PasswordFile(argparse.Action):
    """Goes with the identity before it."""

    def __call__(
        self, parser: argparse.ArgumentParser, options: argparse.Namespace, value: Union[str, Sequence[Any], None], option: Optional[str] = None
    ) -> None:
        if not options.identity or options.identity[-1][1] is not None:
            parser.error(f"{option} stands behind the --identity that it belongs to")
        *others, (identity, _) = options.identity
        options.identity = [*others, (identity, value)]


def parser() -> argparse.ArgumentParser:
    """The parser of the command; the namespace that it makes has ``run``."""
    top = _Parser(prog="smime", description="Signs, encrypts, decrypts and verifies S/MIME mail.")
    top.add_argument("--version", action="version", version=f"smime (libsmime) {__version__}")
    commands = top.add_subparsers(title="commands", dest="command", required=True, metavar="COMMAND")
    _sign(commands.add_parser("sign", help="sign a message", description="Signs a message or MIME entity."))
    _encrypt(commands.add_parser("encrypt", help="encrypt a message", description="Encrypts a message or MIME entity."))
    _open(
        commands.add_parser(
            "open",
            help="decrypt and verify a message",
            description="Decrypts and verifies every layer of a message and gives out its content if it is acceptable.",
        )
    )
    certificates = commands.add_parser("cert", help="look into certificates").add_subparsers(
        title="commands", dest="subcommand", required=True, metavar="COMMAND"
    )
    _show(certificates.add_parser("show", help="show certificates"))
    _verify(certificates.add_parser("verify", help="judge a certificate"))
    _lint(certificates.add_parser("lint", help="hold certificates against RFC 5280 and the S/MIME Baseline Requirements"))
    _bundle(certificates.add_parser("bundle", help="put certificates into one file"))
    evidence = commands.add_parser("evidence", help="judge evidence of messages again").add_subparsers(
        title="commands", dest="subcommand", required=True, metavar="COMMAND"
    )
    _verify_evidence(
        evidence.add_parser(
            "verify",
            help="judge what open --evidence wrote",
            description="Judges evidence as of its time, by what is in the file alone: without a network, and years later.",
        )
    )
    keys = commands.add_parser("key", help="make private keys").add_subparsers(
        title="commands", dest="subcommand", required=True, metavar="COMMAND"
    )
    _key_new(keys.add_parser("new", help="make a private key"))
    files = commands.add_parser("p12", help="move keys with their certificates").add_subparsers(
        title="commands", dest="subcommand", required=True, metavar="COMMAND"
    )
    _pack(files.add_parser("pack", help="write PKCS#12"))
    _unpack(files.add_parser("unpack", help="read PKCS#12 and write PEM"))
    _authority_parser.add_request(commands)
    _authority_parser.add_authority(commands)
    return top


def _sign(command: argparse.ArgumentParser) -> None:
    _identities(command, required=True)
    command.add_argument("--opaque", action="store_true", help="application/pkcs7-mime rather than multipart/signed")
    command.add_argument("--digest", metavar="NAME", help="sha256, sha384 or sha512")
    command.add_argument("--pss", action="store_true", help="RSASSA-PSS rather than RSASSA-PKCS1-v1_5")
    command.add_argument("--no-chain", action="store_true", help="without the certificates above the signer's")
    _protect(command)
    _streams(command)
    command.set_defaults(run=_messages.sign)


def _encrypt(command: argparse.ArgumentParser) -> None:
    command.add_argument("--to", metavar="CERT", action="append", default=[], help="PEM with certificates of recipients, or DER; may be repeated")
    command.add_argument("--cipher", metavar="NAME", help="for example aes-256-gcm; chosen by what the recipients read otherwise")
    command.add_argument("--key-transport", choices=("oaep", "pkcs1"), help="for RSA recipients")
    command.add_argument("--message-password-file", metavar="FILE", help="not supported by this version")
    _protect(command)
    _streams(command)
    command.set_defaults(run=_messages.encrypt)


def _open(command: argparse.ArgumentParser) -> None:
    _identities(command, required=False)
    _judgement(command)
    command.add_argument("--time-stamp-trust", metavar="FILE", action="append", default=[], help="anchors for time-stamps, which move the time of judgement")
    command.add_argument("--require-signature", action="store_true", help="refuse a message without a valid signature")
    command.add_argument("--form", choices=("mime", "der", "pem"), default="detect", help="the wrapping of the message; found out otherwise")
    command.add_argument("--content", metavar="FILE", help="the content of a detached signature")
    command.add_argument("--as-message", action="store_true", help="give out a whole message: the outer header fields, then the content")
    command.add_argument("--evidence", metavar="FILE", help="write evidence for later: the message, decrypted, with everything by which it was judged")
    command.add_argument("--message-password-file", metavar="FILE", help="not supported by this version")
    command.add_argument("--json", action="store_true", help="the report on standard output; the content goes to -o FILE only")
    _streams(command)
    command.set_defaults(run=_messages.open_message)


def _verify_evidence(command: argparse.ArgumentParser) -> None:
    command.add_argument("evidence", metavar="EVIDENCE", nargs="?", default="-", help="standard input where it is absent or -")
    command.add_argument("--trust", metavar="FILE", action="append", default=[], help="trust anchors; those of the system otherwise")
    command.add_argument("--time-stamp", metavar="FILE", help="a time-stamp over the whole file, DER: it says as of when the message is judged")
    command.add_argument("--time-stamp-trust", metavar="FILE", action="append", default=[], help="anchors for time-stamps, over the file and on signatures")
    command.add_argument("--crl", metavar="FILE", action="append", default=[], help="revocation lists about who made the time-stamp over the file")
    command.add_argument("--ocsp", metavar="FILE", action="append", default=[], help="OCSP responses about who made it")
    command.add_argument("--at", metavar="RFC3339", type=moment, help="the time of the judge; now otherwise")
    command.add_argument("--policy", choices=("default", "strict", "legacy", "noted"), default="default", help="noted: the one that the file notes")
    command.add_argument("--revocation", choices=("off", "soft", "hard"), help="soft otherwise, and hard under the policy strict")
    command.add_argument("--as-message", action="store_true", help="with -o: give out a whole message")
    command.add_argument("--json", action="store_true", help="the report on standard output")
    command.add_argument("-o", dest="output", metavar="CONTENT", help="a file for the content of the message; it is given out nowhere otherwise")
    command.set_defaults(run=_evidence.verify)


def _show(command: argparse.ArgumentParser) -> None:
    command.add_argument("certificate", metavar="CERT", help="PEM with any number of certificates, or DER")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=_certificates.show)


def _lint(command: argparse.ArgumentParser) -> None:
    command.add_argument("certificate", metavar="CERT", help="PEM with any number of certificates, or DER")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=_certificates.lint)


def _verify(command: argparse.ArgumentParser) -> None:
    command.add_argument("certificate", metavar="CERT", help="the certificate; others in the file help to find the path")
    _judgement(command)
    command.add_argument("--purpose", choices=("email-signature", "email-encryption", "any"), default="email-signature")
    command.add_argument("--address", metavar="ADDR", help="an address that the certificate must have")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=_certificates.verify)


def _bundle(command: argparse.ArgumentParser) -> None:
    command.add_argument("certificate", metavar="CERT", nargs="+", help="PEM with any number of certificates, DER, or a bundle")
    command.add_argument("--form", choices=("p7b", "p7b-pem", "pem"), default="p7b", help="certs-only SignedData in DER or PEM, or a row of PEM certificates")
    _output(command)
    command.set_defaults(run=_certificates.bundle)


def _key_new(command: argparse.ArgumentParser) -> None:
    command.add_argument("--kind", metavar="KIND", required=True, help="p256, p384, p521, ed25519, x25519, or rsa- and a number of bits, such as rsa-3072")
    passwords = command.add_mutually_exclusive_group()
    passwords.add_argument("--password-file", metavar="FILE", help="its first line protects the key")
    passwords.add_argument("--no-password", action="store_true", help="the key is not encrypted")
    _kdf(command)
    _output(command)
    command.set_defaults(run=_keys.new)


def _pack(command: argparse.ArgumentParser) -> None:
    _identities(command, required=True)
    command.add_argument(
        "--cert", metavar="FILE", action="append", default=[], help="certificates of keys that stand alone in their file, and of the chain"
    )
    command.add_argument("--profile", choices=("windows-legacy", "compatible", "modern"), default="compatible", help="by whom it is to be read")
    command.add_argument("--name", metavar="TEXT", help="what programs show: friendlyName; the address in the certificate otherwise")
    command.add_argument("--new-password-file", metavar="FILE", help="its first line protects the new file")
    _output(command)
    command.set_defaults(run=_keys.pack)


def _unpack(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", help="PKCS#12, or PEM with key and certificate")
    command.add_argument("--password-file", metavar="FILE", help="its first line opens the file, and protects the new one too")
    passwords = command.add_mutually_exclusive_group()
    passwords.add_argument("--new-password-file", metavar="FILE", help="its first line protects the new file")
    passwords.add_argument("--no-password", action="store_true", help="the keys in the new file are not encrypted")
    _kdf(command)
    _output(command)
    command.set_defaults(run=_keys.unpack)


def _kdf(command: argparse.ArgumentParser) -> None:
    command.add_argument("--kdf", choices=("pbkdf2", "scrypt"), default="pbkdf2", help="how the password becomes a key")


def _output(command: argparse.ArgumentParser) -> None:
    command.add_argument("-o", dest="output", metavar="OUT", default="-", help="standard output where it is absent or -")


def _identities(command: argparse.ArgumentParser, *, required: bool) -> None:
    command.add_argument(
        "--identity", metavar="FILE", action=_IdentityFile, default=[], required=required, help="PKCS#12, or PEM with key, certificate and chain"
    )
    command.add_argument("--password-file", metavar="FILE", action=_PasswordFile, help="its first line opens the --identity before it")


def _judgement(command: argparse.ArgumentParser) -> None:
    command.add_argument("--trust", metavar="FILE", action="append", default=[], help="trust anchors; those of the system otherwise")
    command.add_argument("--intermediate", metavar="FILE", action="append", default=[], help="certificates that may be needed")
    command.add_argument("--crl", metavar="FILE", action="append", default=[], help="revocation lists, PEM with any number or DER")
    command.add_argument("--ocsp", metavar="FILE", action="append", default=[], help="OCSP responses, DER or PEM")
    command.add_argument("--at", metavar="RFC3339", type=moment, help="the time of judgement; now otherwise")
    command.add_argument("--policy", choices=("default", "strict", "legacy"), default="default")
    command.add_argument("--policy-oid", metavar="OID", action="append", default=[], help="a certificate policy that is accepted; every one otherwise")
    command.add_argument("--require-explicit-policy", action="store_true", help="an accepted certificate policy must hold for the whole path")
    command.add_argument("--inhibit-policy-mapping", action="store_true", help="no authority may map certificate policies")
    command.add_argument("--inhibit-any-policy", action="store_true", help="anyPolicy counts for nothing")
    command.add_argument("--revocation", choices=("off", "soft", "hard"), help="soft otherwise, and hard under the policy strict")
    command.add_argument("--fetch", action="store_true", help="fetch over HTTP what is missing; who runs the addresses learns that you ask")
    command.add_argument("--fetch-cache", metavar="DIR", help="with --fetch: keep what was fetched in this folder")
    command.add_argument("--fetch-private", action="store_true", help="with --fetch: from addresses within private networks too")


def _protect(command: argparse.ArgumentParser) -> None:
    command.add_argument("--protect-headers", action="store_true", help="header fields stand inside too (RFC 9788)")


def _streams(command: argparse.ArgumentParser) -> None:
    command.add_argument("input", metavar="IN", nargs="?", default="-", help="standard input where it is absent or -")
    _output(command)
