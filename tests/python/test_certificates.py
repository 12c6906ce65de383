"""Certificates, identities, external keys, paths."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Optional

import libsmime
import pytest
from conftest import ENTITY, PLAIN, Command, only_line
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from libsmime import Certificate, Code, Identity, Verdict
from pki import PASSWORD, Party, Pki, issue


def test_a_certificate_tells_about_itself(pki: Pki) -> None:
    theirs = pki.alice.certificate
    ours = Certificate.load(pki.alice.certificate_file)
    assert (ours.subject, ours.issuer) == (theirs.subject.rfc4514_string(), theirs.issuer.rfc4514_string())
    assert ours.serial_number == theirs.serial_number == int(ours.serial, 16)
    assert (ours.not_before, ours.not_after) == (theirs.not_valid_before_utc, theirs.not_valid_after_utc)
    assert ours.sha256 == theirs.fingerprint(hashes.SHA256()).hex()
    assert ours.addresses == ("alice@example.org",)
    assert ours.to_der() == theirs.public_bytes(serialization.Encoding.DER)
    assert ours.to_pem().split() == pki.alice.pem.decode().split()
    told = ours.describe()
    assert json.loads(json.dumps(told)) == told
    assert (told["key"], told["key_bits"], told["is_ca"]) == ("rsa", 2048, False)
    assert told["addresses"] == ["alice@example.org"] and told["extended_key_usage"] == ["emailProtection"]
    assert told["not_before"] == theirs.not_valid_before_utc.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_lints(pki: Pki, smime: Command, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "alice")])
    usage = dict.fromkeys(["key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"], False)
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), 1 << 100, datetime(2026, 1, 1), datetime(2026, 12, 1))
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name("alice@example.org")]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    usages = x509.KeyUsage(digital_signature=True, content_commitment=False, **usage, encipher_only=False, decipher_only=False)
    identifier = x509.AuthorityKeyIdentifier(b"1" * 20, None, None)
    good = builder.add_extension(usages, critical=True).add_extension(identifier, critical=False)
    relaxed = builder.add_extension(usages, critical=False).add_extension(identifier, critical=False)
    bad = builder.add_extension(usages, critical=True)
    other = ec.generate_private_key(ec.SECP256R1())
    for made, due, code in [
        (good, [], 0),
        (relaxed, [("rfc5280-key-usage-critical", "warning", "RFC 5280 section 4.2.1.3")], 0),
        (bad, [("rfc5280-authority-key-identifier", "error", "RFC 5280 section 4.2.1.1")], 1),
    ]:
        certificate = Certificate.from_bytes(made.sign(other, hashes.SHA256()).public_bytes(serialization.Encoding.DER))
        found = certificate.lint()
        assert [(finding.lint, finding.severity, finding.reference) for finding in found] == due
        assert found == certificate.lint() and all(finding.message in finding.to_dict().values() for finding in found)
        file = tmp_path / "certificate.der"
        file.write_bytes(certificate.to_der())
        ran = smime("cert", "lint", file)
        assert (ran.code, ran.err) == (code, "")
        lines = [f"{finding.severity}: {finding.lint}: {finding.message} ({finding.reference})" for finding in found]
        assert ran.out.decode().splitlines() == lines


def test_certificates_compare_by_their_octets(pki: Pki) -> None:
    alice, again, bob = (Certificate.from_bytes(pem) for pem in (pki.alice.pem, pki.alice.pem, pki.bob.pem))
    assert alice == again and alice != bob and alice != "alice"
    assert len({alice, again, bob}) == 2
    assert pickle.loads(pickle.dumps(alice)) == alice == copy.deepcopy(alice)
    assert "CN=alice" in repr(alice)


def test_one_or_many_certificates(pki: Pki, tmp_path: Path) -> None:
    both = pki.alice.pem + pki.bob.pem
    assert [found.subject for found in Certificate.many(both)] == ["CN=alice,O=Example", "CN=bob,O=Example"]
    with pytest.raises(libsmime.MalformedError):
        Certificate.from_bytes(both)
    for broken in (b"", b"-----BEGIN CERTIFICATE-----\n", b"\x30\x03\x02\x01\x00"):
        with pytest.raises(libsmime.MalformedError):
            Certificate.many(broken)
    with pytest.raises(FileNotFoundError) as caught:
        Certificate.load(tmp_path / "none.pem")
    assert caught.value.filename == str(tmp_path / "none.pem")
    (tmp_path / "both.pem").write_bytes(both)
    store = libsmime.TrustStore(anchors=tmp_path / "both.pem", intermediates=[Certificate.from_bytes(pki.root.pem), pki.root.pem])
    assert (len(store.anchors), len(store.intermediates)) == (2, 1)
    assert repr(store) == "<libsmime.TrustStore of 2 anchors and 1 intermediates>"


def test_identities_from_everywhere(pki: Pki, tmp_path: Path) -> None:
    party = pki.alice
    expected = Certificate.from_bytes(party.pem)
    identities = [
        Identity.from_pkcs12(party.p12, PASSWORD),
        Identity.from_pkcs12(bytearray(party.p12), PASSWORD),
        Identity.from_pkcs12(party.p12_file, PASSWORD),
        Identity.from_pkcs12(party.open_p12_file),
        Identity.from_pem(party.pem_file.read_text()),
        Identity.from_pem(party.pem_file.read_bytes()),
        Identity.from_pem(party.pem_file),
        Identity.from_bytes(party.p12, PASSWORD),
        Identity.load(party.pem_file),
        Identity.load(str(party.pem_file)),
    ]
    for identity in identities:
        assert identity.certificate == expected and identity.certificates == [expected]
        assert [certificate.subject for certificate in identity.chain] == ["CN=Intermediate,O=Example"]
        assert repr(identity) == "<libsmime.Identity CN=alice,O=Example>"
        with pytest.raises(TypeError):
            pickle.dumps(identity)
    with pytest.raises(libsmime.Error) as caught:
        Identity.from_pem(party.pem)
    assert caught.value.code is Code.KEY_MISSING


def test_an_encrypted_key_in_pem(pki: Pki) -> None:
    encrypted = pki.carol.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(PASSWORD.encode())
    )
    text = (encrypted + pki.carol.pem).decode()
    assert Identity.from_pem(text, PASSWORD).certificate.subject == "CN=carol,O=Example"
    with pytest.raises(libsmime.UsageError) as caught:
        Identity.from_pem(text)
    assert caught.value.code is Code.USE_PASSWORD


class Keeper(libsmime.ExternalKey):
    """A key behind a counter."""

    def __init__(self, party: Party) -> None:
        self._key = party.key
        self.asked: list[str] = []

    def sign_digest(self, scheme: str, digest: bytes) -> bytes:
        self.asked.append(scheme)
        kind, _, name = scheme.rpartition("-")
        prehashed = utils.Prehashed({"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[name])
        if kind == "ecdsa":
            return bytes(self._key.sign(digest, ec.ECDSA(prehashed)))
        if kind == "rsassa-pss":
            return bytes(self._key.sign(digest, padding.PSS(padding.MGF1(prehashed._algorithm), len(digest)), prehashed))
        assert kind == "rsassa-pkcs1-v1_5"
        return bytes(self._key.sign(digest, padding.PKCS1v15(), prehashed))

    def unwrap_key(self, algorithm: str, encrypted: bytes) -> bytes:
        self.asked.append(algorithm)
        if algorithm == "rsaes-pkcs1-v1_5":
            return bytes(self._key.decrypt(encrypted, padding.PKCS1v15()))
        assert algorithm == "rsaes-oaep-sha256"
        return bytes(self._key.decrypt(encrypted, padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)))

    def agree(self, peer: bytes) -> bytes:
        self.asked.append("agree")
        return bytes(self._key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(self._key.curve, peer)))


def external(party: Party) -> tuple[Keeper, Identity]:
    keeper = Keeper(party)
    return keeper, Identity.external(keeper, Certificate.from_bytes(party.pem), [above.pem for above in party.chain])


@pytest.mark.parametrize(
    ("name", "settings", "scheme"),
    [
        ("alice", {}, "rsassa-pkcs1-v1_5-sha256"),
        ("alice", {"pss": True, "digest": "sha512"}, "rsassa-pss-sha512"),
        ("carol", {"digest": "sha256"}, "ecdsa-sha256"),
        ("dave", {"digest": "sha384"}, "ecdsa-sha384"),
    ],
)
def test_an_external_key_signs(pki: Pki, store: libsmime.TrustStore, name: str, settings: Any, scheme: str) -> None:
    keeper, identity = external(getattr(pki, name))
    message = PLAIN.replace(b"alice@", name.encode() + b"@")
    assert libsmime.open(libsmime.sign(message, identity, **settings), trust=store).verdict is Verdict.VALID
    assert keeper.asked == [scheme]


@pytest.mark.parametrize(
    ("name", "settings", "asked"),
    [
        ("bob", {"key_transport": "pkcs1"}, "rsaes-pkcs1-v1_5"),
        ("bob", {"key_transport": "oaep"}, "rsaes-oaep-sha256"),
        ("carol", {}, "agree"),
    ],
)
def test_an_external_key_decrypts(pki: Pki, name: str, settings: Any, asked: str) -> None:
    keeper, identity = external(getattr(pki, name))
    sealed = libsmime.encrypt(PLAIN, identity.certificate, **settings)
    assert libsmime.open(sealed, identity=identity).content == ENTITY
    assert keeper.asked == [asked]


def test_what_an_external_key_raises_is_the_cause(pki: Pki) -> None:
    class Gone(libsmime.ExternalKey):
        def sign_digest(self, scheme: str, digest: bytes) -> bytes:
            raise ConnectionError("the card was pulled out")

    class Silent(libsmime.ExternalKey):
        def sign_digest(self, scheme: str, digest: bytes) -> bytes:
            return None  # type: ignore[return-value]

    certificate = Certificate.from_bytes(pki.alice.pem)
    for key, cause in ((Gone(), ConnectionError), (Silent(), TypeError), (libsmime.ExternalKey, TypeError)):
        with pytest.raises(libsmime.DecryptionError) as caught:
            libsmime.sign(PLAIN, Identity.external(key, certificate))  # type: ignore[arg-type]
        assert caught.value.code is Code.KEY_EXTERNAL_FAILED
        assert isinstance(caught.value.__cause__, cause)

    class Stopped(libsmime.ExternalKey):
        def sign_digest(self, scheme: str, digest: bytes) -> bytes:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        libsmime.sign(PLAIN, Identity.external(Stopped(), certificate))


def test_a_wrong_padding_is_told_to_nobody(pki: Pki) -> None:
    _, identity = external(pki.bob)
    # With CBC one random key in 256 would leave a padding that looks right.
    sealed = libsmime.encrypt(PLAIN, identity.certificate, key_transport="pkcs1", cipher="aes-256-gcm")

    class Oracle(Keeper):
        def unwrap_key(self, algorithm: str, encrypted: bytes) -> bytes:
            raise ValueError("Decryption failed")

    for key in (Oracle(pki.bob), Keeper(Party(pki.alice.key, pki.bob.certificate, None, pki.folder))):
        with pytest.raises(libsmime.DecryptionError) as caught:
            libsmime.open(sealed, identity=Identity.external(key, identity.certificate))
        assert caught.value.code is Code.ENC_DECRYPT_FAILED and caught.value.__cause__ is None


def test_a_wrong_signature_of_an_external_key_is_not_sent(pki: Pki) -> None:
    _, identity = external(Party(pki.bob.key, pki.alice.certificate, pki.intermediate, pki.folder))
    with pytest.raises(libsmime.Error):
        libsmime.sign(PLAIN, identity)


def test_a_path_is_judged(pki: Pki, store: libsmime.TrustStore) -> None:
    bob = Certificate.from_bytes(pki.bob.pem)
    report = libsmime.verify_certificate(bob, trust=store, intermediates=pki.intermediate.pem, address="bob@EXAMPLE.org")
    assert report.is_valid and report.address_match is libsmime.AddressMatch.MATCH and report.findings == ()
    assert [certificate.subject for certificate in report.path] == ["CN=bob,O=Example", "CN=Intermediate,O=Example", "CN=Root,O=Example"]
    document = json.loads(report.to_json())
    assert document["path"] == [certificate.sha256 for certificate in report.path]
    assert [document["revocation"][one]["status"] for one in document["path"]] == ["unknown", "unknown", "not_checked"]
    assert report.to_dict() == document == json.loads(report.to_json(indent=1))


@pytest.mark.parametrize(
    ("name", "settings", "verdict", "code"),
    [
        ("bob", {"intermediates": ()}, Verdict.UNTRUSTED, Code.PATH_NO_ANCHOR),
        ("bob", {"address": "alice@example.org"}, Verdict.UNTRUSTED, Code.ADDR_MISMATCH),
        ("intermediate", {"address": "alice@example.org", "purpose": "any"}, Verdict.UNTRUSTED, Code.ADDR_ABSENT),
        ("bob", {"at": datetime.now(timezone.utc) + timedelta(days=5000)}, Verdict.UNTRUSTED, Code.PATH_EXPIRED),
        ("mallory", {}, Verdict.UNTRUSTED, Code.PATH_NO_ANCHOR),
        ("erin", {"purpose": "email-encryption"}, Verdict.UNTRUSTED, Code.PATH_KEY_USAGE),
    ],
)
def test_a_path_is_refused(pki: Pki, store: libsmime.TrustStore, name: str, settings: Any, verdict: Verdict, code: Code) -> None:
    certificate = Certificate.from_bytes(getattr(pki, name).pem)
    report = libsmime.verify_certificate(certificate, trust=store, **{"intermediates": pki.intermediate.pem, **settings})
    assert (report.verdict, report.is_valid) == (verdict, False)
    assert report.has(code), report.findings


def under(*oids: str) -> x509.CertificatePolicies:
    return x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(oid), None) for oid in oids])


@pytest.fixture(scope="module")
def mapped(pki: Pki) -> Party:
    """The authority maps 1.2.3.1 to 1.2.3.7."""
    mapping = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.33"), bytes.fromhex("300c300a06032a030106032a0307"))
    authority = issue(pki.folder, "Mapper", "p256", pki.root, authority=True, extensions=[under("1.2.3.1", "1.2.3.2"), mapping])
    return issue(pki.folder, "zoe", "p256", authority, address="zoe@example.org", extensions=[under("1.2.3.7", "1.2.3.2")])


@pytest.fixture(scope="module")
def general(pki: Pki) -> Party:
    """The authority is under anyPolicy and demands a policy."""
    demand = x509.PolicyConstraints(require_explicit_policy=0, inhibit_policy_mapping=None)
    authority = issue(pki.folder, "General", "p256", pki.root, authority=True, extensions=[under("2.5.29.32.0"), demand])
    return issue(pki.folder, "yan", "p256", authority, address="yan@example.org", extensions=[under("1.2.3.1")])


POLICIES: list[tuple[str, dict[str, Any], Optional[tuple[str, ...]]]] = [
    ("mapped", {}, ("1.2.3.1", "1.2.3.2")),
    ("mapped", {"inhibit_policy_mapping": True}, ("1.2.3.2",)),
    ("mapped", {"policy_oids": "1.2.3.2", "require_explicit_policy": True}, ("1.2.3.2",)),
    ("mapped", {"policy_oids": ["1.2.3.9"]}, ()),
    ("mapped", {"policy_oids": ["1.2.3.9", "1.2.3.7"], "require_explicit_policy": True}, None),
    ("mapped", {"policy_oids": ["1.2.3.1"], "require_explicit_policy": True, "inhibit_policy_mapping": True}, None),
    ("general", {}, ("1.2.3.1",)),
    ("general", {"policy_oids": ["1.2.3.2"]}, None),
    ("general", {"inhibit_any_policy": True}, None),
    ("bob", {}, ()),
    ("bob", {"require_explicit_policy": True}, None),
]


@pytest.mark.parametrize(("name", "settings", "policies"), POLICIES)
def test_certificate_policies(
    smime: Command,
    pki: Pki,
    store: libsmime.TrustStore,
    mapped: Party,
    general: Party,
    name: str,
    settings: dict[str, Any],
    policies: Optional[tuple[str, ...]],
) -> None:
    party = {"mapped": mapped, "general": general, "bob": pki.bob}[name]
    above = [above.pem for above in party.chain]
    report = libsmime.verify_certificate(Certificate.from_bytes(party.pem), trust=store, intermediates=above, **settings)
    assert (report.is_valid, report.policies) == (policies is not None, policies or ()), report.findings
    assert [finding.code for finding in report.findings] == ([Code.PATH_POLICY] if policies is None else [])

    options = [word for oid in _several(settings.get("policy_oids", ())) for word in ("--policy-oid", oid)]
    options += [f"--{name.replace('_', '-')}" for name in settings if name != "policy_oids"]
    files = ["--trust", pki.root.certificate_file, "--intermediate", party.chain[0].certificate_file, party.certificate_file]
    ran = smime("cert", "verify", *options, "--json", *files)
    document = json.loads(ran.out)
    assert (ran.code, document["policies"], document["verdict"]) == (int(policies is None), list(policies or ()), report.verdict)
    ran = smime("cert", "verify", *options, *files)
    told = [line[len("policy: ") :] for line in ran.out.decode().splitlines() if line.startswith("policy: ")]
    assert (ran.code, told) == (int(policies is None), list(policies or ()))
    if policies is None:
        assert only_line(ran).startswith("smime: PATH-POLICY: ")
    # The same of who signed a message.
    message = libsmime.sign(PLAIN.replace(b"alice@", f"{party.name}@".encode()), Identity.load(party.pem_file))
    ran = smime("open", *options, "--trust", pki.root.certificate_file, "--json", stdin=message)
    document = json.loads(ran.out)
    assert (ran.code, document["verdict"], document["layers"][0]["signers"][0]["policies"]) == (
        int(policies is None),
        report.verdict,
        list(policies or ()),
    )
    ran = smime("open", *options, "--trust", pki.root.certificate_file, stdin=message)
    if policies is None:
        assert (ran.code, ran.out) == (1, b"") and only_line(ran).startswith("smime: PATH-POLICY: ")
    else:
        assert (ran.code, ran.out, ran.err) == (0, ENTITY, "")


def _several(oids: Any) -> list[str]:
    return [oids] if isinstance(oids, str) else list(oids)


def test_certificate_policies_of_signers(store: libsmime.TrustStore, alice: Identity, mapped: Party) -> None:
    signed = libsmime.sign(PLAIN, alice)
    assert libsmime.open(signed, trust=store, policy_oids=["1.2.3.1"]).content == ENTITY
    with pytest.raises(libsmime.VerificationError) as caught:
        libsmime.open(signed, trust=store, require_explicit_policy=True)
    assert caught.value.report.has(Code.PATH_POLICY)
    assert libsmime.examine(signed, trust=store, require_explicit_policy=True).has(Code.PATH_POLICY)
    zoe = libsmime.sign(PLAIN.replace(b"alice@", b"zoe@"), Identity.load(mapped.pem_file))
    assert libsmime.examine(zoe, trust=store, require_explicit_policy=True, policy_oids="1.2.3.1").verdict is Verdict.VALID
    assert libsmime.examine(zoe, trust=store, require_explicit_policy=True, policy_oids="1.2.3.7").has(Code.PATH_POLICY)


def test_what_is_no_certificate_policy(smime: Command, pki: Pki, store: libsmime.TrustStore) -> None:
    bob = Certificate.from_bytes(pki.bob.pem)
    for wrong in ("", "1.2.", "anyPolicy", ["1.2.3", "x"]):
        with pytest.raises(libsmime.UsageError) as caught:
            libsmime.verify_certificate(bob, trust=store, policy_oids=wrong)
        assert caught.value.code is Code.USE_ARGUMENT
    with pytest.raises(TypeError):
        libsmime.verify_certificate(bob, trust=store, policy_oids=[1])  # type: ignore[list-item]
    for call in (["cert", "verify", pki.bob.certificate_file], ["open"]):
        ran = smime(*call, "--policy-oid", "1.2.", "--trust", pki.root.certificate_file, stdin=PLAIN)
        assert (ran.code, ran.out) == (2, b"") and only_line(ran).startswith("smime: USE-ARGUMENT: ")


def test_what_a_certificate_says_of_policies(smime: Command, pki: Pki, mapped: Party) -> None:
    said = [
        under("1.2.3.1", "2.5.29.32.0"),
        x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.33"), bytes.fromhex("300c300a06032a030106032a0307")),
        x509.PolicyConstraints(require_explicit_policy=0, inhibit_policy_mapping=2),
        x509.InhibitAnyPolicy(1),
    ]
    authority = issue(pki.folder, "Strict", "p256", pki.root, authority=True, extensions=said)
    facts: dict[str, Any] = {
        "certificate_policies": ["1.2.3.1", "2.5.29.32.0"],
        "policy_mappings": [{"issuer_domain_policy": "1.2.3.1", "subject_domain_policy": "1.2.3.7"}],
        "require_explicit_policy": 0,
        "inhibit_policy_mapping": 2,
        "inhibit_any_policy": 1,
    }
    told = Certificate.from_bytes(authority.pem).describe()
    assert {name: told[name] for name in facts} == facts and told["problems"] == []
    [shown] = smime("cert", "show", "--json", authority.certificate_file).json["certificates"]
    assert shown == told
    lines = smime("cert", "show", authority.certificate_file).out.decode().splitlines()
    assert [line for line in lines if "polic" in line and not line.startswith("extensions")] == [
        "certificate policies: 1.2.3.1, 2.5.29.32.0",
        "policy mappings: 1.2.3.1 -> 1.2.3.7",
        "require explicit policy: 0",
        "inhibit policy mapping: 2",
        "inhibit any policy: 1",
    ]
    # A person's certificate, one that says nothing, and one that cannot be read.
    assert Certificate.from_bytes(mapped.pem).describe()["certificate_policies"] == ["1.2.3.7", "1.2.3.2"]
    silent = Certificate.from_bytes(pki.bob.pem).describe()
    assert {name: silent[name] for name in facts} == dict.fromkeys(facts)
    broken = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.32"), bytes.fromhex("3000"))
    odd = Certificate.from_bytes(issue(pki.folder, "odd", "p256", pki.root, extensions=[broken]).pem).describe()
    assert odd["certificate_policies"] is None and ["2.5.29.32" in problem for problem in odd["problems"]] == [True]
