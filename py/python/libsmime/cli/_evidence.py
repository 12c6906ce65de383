"""evidence verify."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import libsmime

from .. import Report, UsageError, VerificationError
from .. import Code
from ._console import print_json, refuse
from ._messages import anchors


def verify(options: argparse.Namespace) -> int:
    """``smime evidence verify``"""
    if options.policy == "noted" and options.revocation is not None:
        raise UsageError(Code.USE_ARGUMENT, "--revocation changes a policy of yours: with --policy noted it is the one in the file")
    settings: dict[str, Any] = {
        "trust": anchors(options.trust),
        "time_stamp": None if options.time_stamp is None else Path(options.time_stamp),
        "time_stamp_trust": anchors(options.time_stamp_trust),
        "at": options.at,
        "policy": options.policy,
        "revocation": options.revocation,
        "crls": [Path(path) for path in options.crl],
        "ocsp": [Path(path) for path in options.ocsp],
    }
    raw: Any = sys.stdin.buffer if options.evidence == "-" else Path(options.evidence)
    if options.output is None:
        report = libsmime.examine_evidence(raw, **settings)
    else:
        try:
            report = libsmime.open_evidence(
                raw, output=Path(options.output), as_message=options.as_message, content_digest=options.json, **settings
            ).report
        except VerificationError as error:
            report = error.report
    if not options.json:
        _tell(report)
    elif report.is_acceptable:
        print_json(report.to_dict())
    return 0 if report.is_acceptable else refuse(report, options.json)


def _tell(report: Report) -> None:
    print(f"verdict: {report.verdict}")
    evidence = report.evidence
    if evidence is not None:
        stamp = evidence.time_stamp
        whose = "by the word of whoever kept the file" if stamp is None else f"by the time-stamp of {stamp.authority}"
        print(f"as of: {_shown(report.at)}, {whose}")
        print(f"judged first: {_shown(evidence.noted_at)}, {evidence.noted_verdict} by the policy {evidence.noted_policy}")
    for signer in report.signers:
        print(f"signer: {signer.subject or ', '.join(signer.addresses)}, {signer.verdict}, revocation {signer.revocation}")
    for finding in report.findings:
        print(f"{finding.severity}: {finding.code}: {finding.message}")


def _shown(time: Any) -> str:
    return "unknown" if time is None else str(time.strftime("%Y-%m-%dT%H:%M:%SZ"))
