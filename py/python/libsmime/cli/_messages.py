"""sign, encrypt and open."""

from __future__ import annotations

import argparse
import builtins
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Optional, Union, cast

import libsmime

from .. import Certificate, Code, Error, Fetcher, TrustStore, UnsupportedError, UsageError, VerificationError
from ._console import Progress, load_identity, print_json

# What goes to standard output waits in memory up to this size, then in a temporary file without a name, so that it comes whole or not at all.
_IN_MEMORY = 4 << 20
# A file of this size may take long enough for a progress bar.
_LARGE = 64 << 20


def sign(options: argparse.Namespace) -> int:
    """``smime sign``"""
    identities = [load_identity(*file) for file in options.identity]
    with _input(options.input) as message, _whole_output(options.output) as output:
        libsmime.sign(
            message,
            identities,
            opaque=options.opaque,
            digest=options.digest,
            pss=options.pss,
            chain=not options.no_chain,
            protect_headers=options.protect_headers,
            output=output,
        )
    return 0


def encrypt(options: argparse.Namespace) -> int:
    """``smime encrypt``"""
    _refuse_message_password(options)
    recipients = [certificate for path in options.to for certificate in _recipients(path)]
    with _input(options.input) as message, _whole_output(options.output) as output:
        libsmime.encrypt(
            message,
            recipients,
            cipher=options.cipher,
            key_transport=options.key_transport,
            protect_headers=options.protect_headers,
            output=output,
        )
    return 0


def _recipients(path: str) -> list[Certificate]:
    """The persons in this file. Authorities above them may be there too; nobody means to encrypt to those."""
    found = Certificate.many(Path(path).read_bytes())
    persons = [certificate for certificate in found if not certificate.describe()["is_ca"]]
    return persons or found[:1]


def open_message(options: argparse.Namespace) -> int:
    """``smime open``"""
    _refuse_message_password(options)
    settings: dict[str, Any] = {
        # Before anybody is asked for a password.
        **judgement(options),
        "identity": [load_identity(*file) for file in options.identity],
        "intermediates": [Path(path) for path in options.intermediate],
        "time_stamp_trust": anchors(options.time_stamp_trust),
        "require_signature": options.require_signature,
        "form": options.form,
        "content": None if options.content is None else Path(options.content),
        "evidence": None if options.evidence is None else Path(options.evidence),
    }
    to_standard_output = options.output == "-"
    with _input(options.input) as raw:
        if options.json and to_standard_output:
            report = _examine(raw, settings)
        else:
            output = sys.stdout.buffer if to_standard_output else Path(options.output)
            digest = options.json and not to_standard_output
            opened = libsmime.open(raw, output=output, as_message=options.as_message, content_digest=digest, **settings)
            report = opened.report
    if options.json:
        print_json(report.to_dict())
    elif sys.stderr.isatty():
        print(f"smime: {report.summary}", file=sys.stderr)
    return 0


def _examine(raw: Any, settings: dict[str, Any]) -> libsmime.Report:
    """The report alone: the content stays where it is, as standard output is taken."""
    report = libsmime.examine(raw, **settings)
    for finding in report.findings:
        if finding.code is Code.MIME_NOT_SMIME and not report.layers:
            raise libsmime.MalformedError(finding.code, finding.message)
    if not report.is_acceptable:
        raise VerificationError(report)
    return report


def anchors(files: list[str]) -> Optional[TrustStore]:
    """A store with the anchors in these files; nothing where there is none."""
    return TrustStore(anchors=[Path(path) for path in files]) if files else None


def judgement(options: argparse.Namespace) -> dict[str, Any]:
    """How certificates are judged, as the verbs have it."""
    return {
        "trust": anchors(options.trust),
        "at": options.at,
        "policy": options.policy,
        "policy_oids": options.policy_oid,
        "require_explicit_policy": options.require_explicit_policy,
        "inhibit_policy_mapping": options.inhibit_policy_mapping,
        "inhibit_any_policy": options.inhibit_any_policy,
        "revocation": options.revocation,
        "crls": [Path(path) for path in options.crl],
        "ocsp": [Path(path) for path in options.ocsp],
        "fetch": _fetcher(options),
    }


def _fetcher(options: argparse.Namespace) -> Optional[Fetcher]:
    if not options.fetch:
        for name, given in (("--fetch-cache", options.fetch_cache is not None), ("--fetch-private", options.fetch_private)):
            if given:
                raise UsageError(Code.USE_ARGUMENT, f"{name} goes with --fetch: without it nothing is fetched")
        return None
    return Fetcher(cache=None if options.fetch_cache is None else Path(options.fetch_cache), private=options.fetch_private)


def _refuse_message_password(options: argparse.Namespace) -> None:
    if options.message_password_file is not None:
        raise unsupported("Password recipients are not supported by this version")


def unsupported(message: str) -> Error:
    """The error for what a later version will do."""
    return UnsupportedError(Code.ALG_UNSUPPORTED, message)


@contextmanager
def _input(path: str) -> Iterator[Union[Path, BinaryIO]]:
    if path == "-":
        yield sys.stdin.buffer
        return
    facts = os.stat(path)
    if not stat.S_ISREG(facts.st_mode) or facts.st_size < _LARGE or not sys.stderr.isatty():
        yield Path(path)
        return
    with builtins.open(path, "rb") as file:
        progress = Progress(file)
        try:
            yield cast("BinaryIO", progress)
        finally:
            progress.done()


@contextmanager
def _whole_output(path: str) -> Iterator[Union[Path, BinaryIO]]:
    if path != "-":
        yield Path(path)
        return
    import shutil
    import tempfile

    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        yield cast("BinaryIO", spool)
        spool.seek(0)
        shutil.copyfileobj(spool, sys.stdout.buffer, 256 << 10)
        sys.stdout.buffer.flush()
