"""request new, request show, ca init, ca issue, ca renew, ca revoke, ca crl, ca ocsp, ca list, ca journal."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Optional, Union

from .. import Certificate, CertificateRequest, Code, PrivateKey, UsageError
from ..ca import Authority, Issued, OcspServer
from ._console import new_password, print_json, unlock, write_file


def new_request(options: argparse.Namespace) -> int:
    """``smime request new``"""
    key, _ = unlock(options.key, options.password_file, PrivateKey.load)
    usages = {"signing": ["digitalSignature"], "encryption": [_encryption_usage(key)], "both": None}[options.use]
    request = CertificateRequest(key, subject=options.subject, addresses=options.address, key_usage=usages)
    return _write(options.output, request.to_pem().encode())


def show_request(options: argparse.Namespace) -> int:
    """``smime request show``"""
    request = CertificateRequest.from_bytes(_read(options.request))
    request.verify()
    facts = request.describe()
    if options.json:
        print_json(facts)
    else:
        for name, value in facts.items():
            if value not in (None, "", [], ()):
                print(f"{name}: {', '.join(value) if isinstance(value, (list, tuple)) else value}")
    return 0


def init(options: argparse.Namespace) -> int:
    """``smime ca init``"""
    password = None if options.no_password else new_password(options.password_file, "--password-file", ", or --no-password")
    root = None
    if options.root is not None:
        root = _opened(options.root, options.root_password_file)
    with Authority.create(
        options.dir,
        options.subject,
        password=password,
        kind=options.kind,
        root=root,
        days=options.days,
        crl_url=options.crl_url,
        ocsp_url=options.ocsp_url,
        issuer_url=options.issuer_url,
        sections=options.sections,
    ) as made:
        print(f"{made.certificate.subject}: {made.folder}")
        if root is None:
            print(f"Keep {made.folder} offline once it has certified another authority: smime ca init --root {made.folder} ...")
    return 0


def issue(options: argparse.Namespace) -> int:
    """``smime ca issue``"""
    request = CertificateRequest.from_bytes(_read(options.request))
    addresses, subject = options.address, options.subject
    if options.as_requested:
        addresses, subject = [*addresses, *request.addresses], subject if subject is not None else request.subject or None
    if not addresses:
        raise UsageError(Code.USE_ARGUMENT, "say by --address which address is the applicant's, or --as-requested")
    with _opened(options.dir, options.password_file) as authority:
        return _give_out(authority, authority.issue(request, _profile(options.profile), addresses=addresses, subject=subject, days=options.days), options)


def renew(options: argparse.Namespace) -> int:
    """``smime ca renew``"""
    request = None if options.request is None else _read(options.request)
    with _opened(options.dir, options.password_file) as authority:
        return _give_out(authority, authority.renew(_certificate(options.certificate), request, days=options.days), options)


def revoke(options: argparse.Namespace) -> int:
    """``smime ca revoke``"""
    if options.at is not None and (options.hold or options.release):
        raise UsageError(Code.USE_ARGUMENT, "--at goes with a revocation for good")
    with Authority(options.dir) as authority:
        certificate = _certificate(options.certificate)
        if options.hold:
            changed = authority.hold(certificate)
        elif options.release:
            changed = authority.release(certificate)
        else:
            changed = authority.revoke(certificate, options.reason, at=options.at)
        print(_line(changed))
    return 0


def revocation_list(options: argparse.Namespace) -> int:
    """``smime ca crl``"""
    with _opened(options.dir, options.password_file) as authority:
        made = authority.make_list(options.section, delta=options.delta, lasts=timedelta(hours=options.hours))
    return _write(options.output, made.der)


def respond(options: argparse.Namespace) -> int:
    """``smime ca ocsp``"""
    with _opened(options.dir, options.password_file) as authority:
        authority.answers_last = timedelta(hours=options.hours)
        if options.request is not None:
            return _write(options.output, authority.answer(_read(options.request)).der)
        host, _, port = options.listen.rpartition(":")
        if not host or not port.isdecimal():
            raise UsageError(Code.USE_ARGUMENT, f"{options.listen} is not HOST:PORT")
        with OcspServer(authority, (host.strip("[]"), int(port))) as server:
            signal.signal(signal.SIGTERM, _end)
            print(f"answering at {server.url}", flush=True)
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                pass
    return 0


def show(options: argparse.Namespace) -> int:
    """``smime ca list``"""
    with Authority(options.dir) as authority:
        found = authority.issued(options.address) if options.expiring is None else authority.expiring(timedelta(days=options.expiring))
    if options.address is not None:
        found = [one for one in found if options.address.lower() in (address.lower() for address in one.certificate.addresses)]
    if options.json:
        print_json({"certificates": [_facts(one) for one in found]})
    else:
        for one in found:
            print(_line(one))
    return 0


def journal(options: argparse.Namespace) -> int:
    """``smime ca journal``"""
    with Authority(options.dir) as authority:
        head = None if options.check is None else authority.check(options.check or None)
        entries = [] if options.check is not None else list(authority.journal())
    if options.json:
        told = [{"number": e.number, "at": e.at, "event": e.event, "detail": e.detail, "hash": e.hash.hex()} for e in entries]
        print_json({"entries": told} if head is None else {"head": head})
    elif head is not None:
        print(f"unaltered; head {head}")
    else:
        for entry in entries:
            print(f"{entry.number} {_moment(datetime.fromtimestamp(entry.at, timezone.utc))} {entry.event} {json.dumps(entry.detail, sort_keys=True)}")
    return 0


def _end(*_: object) -> None:
    raise KeyboardInterrupt


def _encryption_usage(key: PrivateKey) -> str:
    return "keyEncipherment" if key.kind.startswith("rsa") else "keyAgreement"


def _opened(folder: str, password_file: Optional[str]) -> Authority:
    def opened(path: str, password: Optional[str]) -> Authority:
        authority = Authority(path, password)
        try:
            _ = authority.issuer
        except BaseException:
            authority.close()
            raise
        return authority

    return unlock(folder, password_file, opened)[0]


def _profile(name: str) -> Union[str, dict[str, Any]]:
    if not name.endswith(".toml"):
        return name
    try:
        import tomllib
    except ImportError:
        raise UsageError(Code.USE_ARGUMENT, "profiles in TOML need Python 3.11; give the authority a dictionary from Python") from None
    try:
        with open(name, "rb") as file:
            return tomllib.load(file)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(Code.USE_ARGUMENT, f"{name}: {error}") from None


def _certificate(word: str) -> Union[Certificate, str]:
    """A serial number, or the first certificate in a file: what is above it may follow there."""
    return Certificate.many(Path(word).read_bytes())[0] if os.path.exists(word) else word


def _give_out(authority: Authority, issued: Issued, options: argparse.Namespace) -> int:
    certificates: Iterable[Certificate] = [issued.certificate]
    if options.chain:
        certificates = [issued.certificate, authority.certificate, *authority.chain]
    return _write(options.output, "".join(certificate.to_pem() for certificate in certificates).encode())


def _facts(one: Issued) -> dict[str, Any]:
    return {
        "serial": one.serial,
        "subject": one.certificate.subject,
        "addresses": list(one.certificate.addresses),
        "not_before": _moment(one.certificate.not_before),
        "not_after": _moment(one.certificate.not_after),
        "sha256": one.certificate.sha256,
        "profile": one.profile,
        "standing": one.standing,
        "since": None if one.since is None else _moment(one.since),
        "reason": one.reason,
        "replaces": one.replaces,
    }


def _line(one: Issued) -> str:
    who = ", ".join(one.certificate.addresses) or one.certificate.subject
    standing = one.standing if one.reason is None else f"{one.standing} ({one.reason})"
    return f"{one.serial} {one.certificate.not_after:%Y-%m-%d} {standing} {who}"


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(path: str) -> bytes:
    return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()


def _write(path: str, octets: bytes) -> int:
    write_file(path, octets)
    return 0
