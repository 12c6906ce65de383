"""What is issued under each profile of the S/MIME Baseline Requirements, before pkilint and before our own lints."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path
from typing import Optional

import pytest
from libsmime import CertificateRequest, PrivateKey
from libsmime.ca import Authority

ADDRESS = "alice@example.org"
ORGANIZATION = [("C", "GB"), ("O", "Example Ltd"), ("2.5.4.97", "NTRGB-12345678")]
PERSON = [("GN", "Alice"), ("SN", "Example"), ("CN", "Alice Example")]
SUBJECTS: dict[str, Optional[list[tuple[str, str]]]] = {
    "mailbox": None,
    "organization": ORGANIZATION,
    "sponsor": [*ORGANIZATION, *PERSON],
    "individual": [("C", "GB"), *PERSON],
}


def pkilint(path: Path) -> list[str]:
    """The errors, and those alone."""
    lint = Path(sys.executable).with_name("lint_cabf_smime_cert")
    done = subprocess.run([lint, "lint", "-d", "-s", "ERROR", "-f", "CSV", path], capture_output=True, text=True, check=False)
    assert done.stderr == "", done.stderr
    _, *rows = csv.reader(io.StringIO(done.stdout))
    return [": ".join(row) for row in rows if row]


@pytest.mark.parametrize("generation", ["strict", "multipurpose"])
@pytest.mark.parametrize("kind", ["rsa-2048", "p256", "p384"])
def test_no_error_under_any_profile(tmp_path: Path, generation: str, kind: str) -> None:
    with Authority.create(
        tmp_path / "ca",
        "CN=Example CA,O=Example Ltd,C=GB",
        password=None,
        kind="rsa-3072",
        crl_url="http://example.org/ca.crl",
        ocsp_url="http://example.org/ocsp",
        issuer_url="http://example.org/ca.crt",
    ) as authority:
        for validation, subject in SUBJECTS.items():
            request = CertificateRequest(PrivateKey.generate(kind), addresses=[ADDRESS])
            issued = authority.issue(request, f"{validation}-{generation}", addresses=[ADDRESS], subject=subject).certificate
            (tmp_path / "issued.pem").write_text(issued.to_pem())
            assert pkilint(tmp_path / "issued.pem") == []
            assert [finding.lint for finding in issued.lint() if finding.severity == "error"] == []


def test_pkilint_sees_errors(tmp_path: Path) -> None:
    with Authority.create(tmp_path / "ca", "CN=Example CA,O=Example Ltd,C=GB", password=None, crl_url="http://example.org/ca.crl") as authority:
        request = CertificateRequest(PrivateKey.generate("p256"), addresses=[ADDRESS])
        fields = {"policies": ["2.23.140.1.5.1.3"], "extended_key_usage": ["emailProtection", "serverAuth"]}
        issued = authority.issue(request, fields, addresses=[ADDRESS]).certificate
        (tmp_path / "issued.pem").write_text(issued.to_pem())
        assert pkilint(tmp_path / "issued.pem") != []
        assert [finding.lint for finding in issued.lint() if finding.severity == "error"] != []
