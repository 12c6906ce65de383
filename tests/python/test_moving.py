"""Keys and certificates that move: PKCS #12 in its profiles, PEM, bundles; and the commands for it."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any, Optional

import libsmime
import pytest
from conftest import PLAIN, Command, only_line
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, load_pem_private_key, pkcs7, pkcs12
from libsmime import Certificate, Code, Identity, PrivateKey
from pki import PASSWORD, Pki

PROFILES = ["windows-legacy", "compatible", "modern"]


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    return written(tmp_path / "password", PASSWORD.encode() + b"\n")


@pytest.fixture
def new_password_file(tmp_path: Path) -> Path:
    return written(tmp_path / "new-password", b"another")


def written(path: Path, octets: bytes) -> Path:
    path.write_bytes(octets)
    return path


def mode(path: Path) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("person", ["alice", "carol", "dave", "erin"])
def test_each_profile_is_read_by_another(pki: Pki, person: str, profile: str) -> None:
    party = getattr(pki, person)
    file = Identity.load(party.pem_file).to_pkcs12(PASSWORD, profile=profile, friendly_name="Zoë's key")
    theirs = pkcs12.load_pkcs12(file, PASSWORD.encode())
    assert theirs.key is not None and theirs.key.public_key() == party.key.public_key()
    assert theirs.cert is not None and (theirs.cert.certificate, theirs.cert.friendly_name) == (party.certificate, "Zoë's key".encode())
    assert [other.certificate for other in theirs.additional_certs] == [above.certificate for above in party.chain]


@pytest.mark.parametrize("algorithm", ["PBESv1SHA1And3KeyTripleDESCBC", "PBESv2SHA256AndAES256CBC"])
@pytest.mark.parametrize("mac", [hashes.SHA1(), hashes.SHA256()], ids=lambda mac: mac.name)
def test_what_another_writes_is_read(pki: Pki, algorithm: str, mac: hashes.HashAlgorithm) -> None:
    builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(5000).hmac_hash(mac)
    encryption = builder.key_cert_algorithm(getattr(pkcs12.PBES, algorithm)).build(PASSWORD.encode())
    file = pkcs12.serialize_key_and_certificates(b"x", pki.carol.key, pki.carol.certificate, None, encryption)
    assert Identity.from_pkcs12(file, PASSWORD).certificate == Certificate.from_bytes(pki.carol.pem)


def test_what_is_no_profile_is_refused(alice: Identity) -> None:
    for call in (lambda: alice.to_pkcs12("x", profile="rot13"), lambda: alice.to_pem("x", kdf="md5"), lambda: Identity.join([])):
        with pytest.raises(libsmime.UsageError) as refused:
            call()
        assert refused.value.code == Code.USE_ARGUMENT


@pytest.mark.parametrize("kdf", ["pbkdf2", "scrypt"])
@pytest.mark.parametrize("kind", ["rsa-2048", "p256", "p384", "p521", "ed25519", "x25519"])
def test_keys_are_read_by_another(kind: str, kdf: str) -> None:
    key = PrivateKey.generate(kind)
    pem = key.to_pem(PASSWORD, kdf=kdf)
    assert pem.startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    theirs = load_pem_private_key(pem.encode(), PASSWORD.encode())
    assert theirs.public_key().public_bytes(Encoding.PEM, _spki()).decode() == key.public_key.to_pem()
    assert PrivateKey.from_bytes(pem.encode(), PASSWORD).public_key == key.public_key


def _spki() -> Any:
    from cryptography.hazmat.primitives.serialization import PublicFormat

    return PublicFormat.SubjectPublicKeyInfo


def test_several_identities_made_one(alice: Identity, carol: Identity, pki: Pki) -> None:
    both = Identity.join([alice, carol, alice], [pki.root.certificate_file])
    assert both.certificates == [alice.certificate, carol.certificate]
    assert len(both.chain) == 2
    for octets in (both.to_pkcs12("x", profile="windows-legacy"), both.to_pem("x").encode(), both.to_pem().encode()):
        again = Identity.from_bytes(octets, "x")
        assert (again.certificates, again.chain) == (both.certificates, both.chain)


def test_bundles(pki: Pki) -> None:
    own = Certificate.many(pki.alice.pem + pki.root.pem)
    der, pem = libsmime.certs_only(own), libsmime.certs_only(own, pem=True)
    for theirs in (pkcs7.load_der_pkcs7_certificates(der), pkcs7.load_pem_pkcs7_certificates(pem)):
        assert {one.public_bytes(Encoding.DER) for one in theirs} == {one.to_der() for one in own}
    for octets in (der, pem):
        assert set(Certificate.many(octets)) == set(own)
    for encoding in (Encoding.DER, Encoding.PEM):
        octets = pkcs7.serialize_certificates([pki.alice.certificate, pki.root.certificate], encoding)
        assert set(Certificate.many(octets)) == set(own)
    with pytest.raises(libsmime.UsageError):
        libsmime.certs_only([])


# The commands.


@pytest.mark.parametrize("kind", ["rsa-2048", "p384", "ed25519", "x25519"])
def test_key_new(smime: Command, tmp_path: Path, password_file: Path, kind: str) -> None:
    out = tmp_path / "key.pem"
    ran = smime("key", "new", "--kind", kind, "--password-file", password_file, "-o", out)
    assert (ran.code, ran.out, ran.err, mode(out)) == (0, b"", "", 0o600)
    assert PrivateKey.load(out, PASSWORD).kind == kind
    ran = smime("key", "new", "--kind", kind, "--no-password")
    assert ran.code == 0 and PrivateKey.from_bytes(ran.out).kind == kind
    ran = smime("key", "new", "--kind", kind, "--kdf", "scrypt", env={"SMIME_PASSWORD": "from outside"})
    assert PrivateKey.from_bytes(ran.out, "from outside").kind == kind


def test_a_key_is_for_its_owner_alone(smime: Command, tmp_path: Path) -> None:
    out = written(tmp_path / "key.pem", b"as it was")
    out.chmod(0o644)
    assert smime("key", "new", "--kind", "rsa-17", "--no-password", "-o", out).code == 2
    assert (out.read_bytes(), mode(out)) == (b"as it was", 0o644)
    assert smime("key", "new", "--kind", "p256", "--no-password", "-o", out).code == 0
    assert mode(out) == 0o600 and PrivateKey.load(out).kind == "p256"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("profile", [None, *PROFILES])
def test_there_and_back(smime: Command, pki: Pki, tmp_path: Path, new_password_file: Path, password_file: Path, profile: Optional[str]) -> None:
    out, pem = tmp_path / "out.p12", tmp_path / "out.pem"
    options = [] if profile is None else ["--profile", profile]
    identities = ["--identity", pki.alice.p12_file, "--password-file", password_file, "--identity", pki.carol.pem_file]
    ran = smime("p12", "pack", *identities, *options, "--name", "Älice", "--new-password-file", new_password_file, "-o", out)
    assert (ran.code, ran.out, ran.err, mode(out)) == (0, b"", "", 0o600)
    both = Identity.load(out, "another")
    assert [certificate.subject for certificate in both.certificates] == ["CN=alice,O=Example", "CN=carol,O=Example"]
    theirs = pkcs12.load_pkcs12(out.read_bytes(), b"another")
    assert theirs.cert is not None and theirs.cert.friendly_name in ("Älice".encode(), "Älice (2)".encode())

    # Encrypted again under the same password, under another one, or not at all.
    for more, password in [(["--password-file", new_password_file], "another"), (["--password-file", new_password_file, "--no-password"], None)]:
        ran = smime("p12", "unpack", out, *more, "-o", pem)
        assert (ran.code, ran.out, ran.err, mode(pem)) == (0, b"", "", 0o600)
        again = Identity.load(pem, password)
        assert (again.certificates, again.chain) == (both.certificates, both.chain)
    ran = smime("p12", "unpack", out, "--password-file", new_password_file, "--new-password-file", password_file, "--kdf", "scrypt")
    assert Identity.from_pem(ran.out, PASSWORD).certificates == both.certificates
    assert smime("sign", "--identity", pem, stdin=PLAIN).code == 0


def test_a_key_and_its_certificate_from_two_files(smime: Command, pki: Pki, tmp_path: Path, new_password_file: Path) -> None:
    out = tmp_path / "out.p12"
    certificates = ["--cert", pki.intermediate.certificate_file, "--cert", pki.bob.certificate_file]
    ran = smime("p12", "pack", "--identity", pki.bob.key_file, *certificates, "--new-password-file", new_password_file, "-o", out)
    assert (ran.code, ran.err) == (0, "")
    identity = Identity.load(out, "another")
    assert identity.certificate == Certificate.from_bytes(pki.bob.pem) and identity.chain == [Certificate.from_bytes(pki.intermediate.pem)]


def test_a_file_without_a_password_needs_a_new_one(smime: Command, pki: Pki, tmp_path: Path, new_password_file: Path) -> None:
    ran = smime("p12", "unpack", pki.alice.open_p12_file, "-o", tmp_path / "out.pem")
    assert ran.code == 2 and only_line(ran).startswith("smime: USE-PASSWORD: ") and "--no-password" in ran.err
    ran = smime("p12", "unpack", pki.alice.open_p12_file, "--new-password-file", new_password_file)
    assert Identity.from_pem(ran.out, "another").certificates
    assert Identity.from_pem(smime("p12", "unpack", pki.alice.open_p12_file, "--no-password").out).certificates


def test_cert_bundle(smime: Command, pki: Pki, tmp_path: Path) -> None:
    due = set(Certificate.many(pki.alice.pem + pki.root.pem))
    files = [pki.alice.certificate_file, pki.root.certificate_file]
    for form, start in [("p7b", b"0\x82"), ("p7b-pem", b"-----BEGIN PKCS7-----"), ("pem", b"-----BEGIN CERTIFICATE-----")]:
        ran = smime("cert", "bundle", "--form", form, *files)
        assert ran.code == 0 and ran.out.startswith(start) and set(Certificate.many(ran.out)) == due
        out = tmp_path / "out"
        assert smime("cert", "bundle", "--form", form, *files, written(tmp_path / "again", ran.out), "-o", out).code == 0
        assert out.read_bytes() == ran.out
