"""cert show, cert verify, cert bundle, cert lint."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import libsmime

from .. import Certificate, PathReport
from ._console import print_json, refuse_certificate
from ._messages import judgement
from ._console import print_json, refuse_certificate, write_file
from ._messages import judgement, unsupported


def show(options: argparse.Namespace) -> int:
    """``smime cert show``"""
    told = [certificate.describe() for certificate in _read(options.certificate)]
    if options.json:
        print_json({"certificates": told})
    else:
        print("\n\n".join("\n".join(_lines(facts)) for facts in told))
    return 0


def verify(options: argparse.Namespace) -> int:
    """``smime cert verify``"""
    judged = judgement(options)
    certificate, *others = _read(options.certificate)
    report = libsmime.verify_certificate(
        certificate,
        **judged,
        intermediates=[*others, *(Path(path) for path in options.intermediate)],
        purpose=options.purpose,
        address=options.address,
    )
    if options.json:
        print_json(report.to_dict())
    else:
        _tell(report)
    return 0 if report.is_valid else refuse_certificate(report)


def bundle(options: argparse.Namespace) -> int:
    """``smime cert bundle``"""
    certificates = [certificate for path in options.certificate for certificate in _read(path)]
    if options.form == "pem":
        octets = "".join(certificate.to_pem() for certificate in dict.fromkeys(certificates)).encode()
    else:
        octets = libsmime.certs_only(certificates, pem=options.form == "p7b-pem")
    write_file(options.output, octets)
    return 0


def lint(options: argparse.Namespace) -> int:
    """``smime cert lint``"""
    certificates = _read(options.certificate)
    found = [(certificate, finding) for certificate in certificates for finding in certificate.lint()]
    if options.json:
        print_json({"lints": [{**finding.to_dict(), "certificate": certificate.sha256} for certificate, finding in found]})
    else:
        for certificate, finding in found:
            whose = f"{certificate.subject}: " if len(certificates) > 1 else ""
            print(f"{finding.severity}: {finding.lint}: {whose}{finding.message} ({finding.reference})")
    return 1 if any(finding.severity == "error" for _, finding in found) else 0


def _read(path: str) -> list[Certificate]:
    return Certificate.many(Path(path).read_bytes())


def _tell(report: PathReport) -> None:
    print(f"verdict: {report.verdict}")
    for line in report.tree.splitlines():
        print(f"path: {line}")
    for policy in report.policies:
        print(f"policy: {policy}")
    for finding in report.findings:
        print(f"{finding.severity}: {finding.code}: {finding.message}")
    for need in report.needs:
        print(f"need: {need.what} {need.url}")


def _lines(facts: dict[str, Any]) -> list[str]:
    """One line for each fact that is there."""
    lines = []
    for name, value in facts.items():
        if value is None or value == []:
            continue
        shown = ", ".join(map(_shown, value)) if isinstance(value, list) else _shown(value)
        lines.append(f"{name.replace('_', ' ')}: {shown}")
    return lines


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        # policyMappings
        return " -> ".join(value.values())
    return str(value).lower() if isinstance(value, bool) else str(value)
