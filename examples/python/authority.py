"""A small authority: makes its root, and a certificate for a request after its sender has shown that he reads his mail.

    python authority.py init  --folder CA --name "Example Mail CA" --crl http://crl.example.org/ca.crl
    python authority.py ask   --folder CA --request alice.csr --address alice@example.org            writes the token that is to be sent
    python authority.py issue --folder CA --request alice.csr --address alice@example.org --token TOKEN   writes the certificate
    python authority.py renew --folder CA --certificate alice.pem                                     writes one for the same key

The key lies in the folder under the password in the variable CA_PASSWORD. A real authority keeps it in an HSM: see PrivateKey.external.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import libsmime
from libsmime import Certificate, CertificateRequest, CertificateTemplate, Challenge, Issuer, PrivateKey, Profile

NOW = datetime.now(timezone.utc).replace(microsecond=0)
YEAR = timedelta(days=365)


def init(options: argparse.Namespace) -> str:
    key = PrivateKey.generate("p384")
    root = CertificateTemplate(f"CN={options.name}", authority=True, not_before=NOW, not_after=NOW + 10 * YEAR)
    certificate = Issuer.self_signed(key, root).certificate.to_pem()
    options.folder.mkdir(parents=True)
    (options.folder / "key.pem").write_text(key.to_pem(os.environ["CA_PASSWORD"]))
    (options.folder / "ca.pem").write_text(certificate)
    (options.folder / "secret").write_bytes(secrets.token_bytes(32))
    # The same as [fields] of a TOML file, which tomllib reads.
    profile = Profile(type="mailbox", generation="strict", days=365, crl_urls=[options.crl])
    (options.folder / "profile.json").write_text(json.dumps(profile.to_dict(), indent=2))
    return certificate


def issuer(folder: Path) -> Issuer:
    key = PrivateKey.load(folder / "key.pem", os.environ["CA_PASSWORD"])
    return Issuer(key, Certificate.load(folder / "ca.pem"))


def ask(options: argparse.Namespace) -> str:
    challenge = Challenge(options.address, CertificateRequest.load(options.request), "issue")
    return challenge.token((options.folder / "secret").read_bytes(), expires=NOW + timedelta(hours=24)) + "\n"


def issue(options: argparse.Namespace) -> str:
    request = CertificateRequest.load(options.request)
    secret = (options.folder / "secret").read_bytes()
    Challenge(options.address, request, "issue").check(secret, options.token, at=NOW)
    profile = Profile(**json.loads((options.folder / "profile.json").read_text()))
    template = profile.template(request, addresses=[options.address], not_before=NOW)
    return issuer(options.folder).issue(request, template).to_pem()


def renew(options: argparse.Namespace) -> str:
    old = Certificate.load(options.certificate)
    return issuer(options.folder).renew(old, not_before=NOW, not_after=NOW + YEAR - timedelta(seconds=1)).to_pem()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = {"init": init, "ask": ask, "issue": issue, "renew": renew}
    parser.add_argument("step", choices=steps)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--name", default="Example Mail CA")
    parser.add_argument("--crl", default="http://crl.example.org/ca.crl")
    parser.add_argument("--request", type=Path)
    parser.add_argument("--certificate", type=Path)
    parser.add_argument("--address")
    parser.add_argument("--token")
    options = parser.parse_args()
    try:
        sys.stdout.write(steps[options.step](options))
    except libsmime.Error as error:
        sys.exit(f"{error.code}: {error}")


if __name__ == "__main__":
    main()
