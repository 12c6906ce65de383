"""The verbs, from octets to octets."""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta, timezone

import libsmime
import pytest
from conftest import ENTITY, PLAIN, detached_signature
from libsmime import Check, Code, Severity, Verdict
from pki import Pki

UTF8 = "From: alice@example.org\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n".encode()


@pytest.mark.parametrize("name", ["alice", "carol", "dave", "erin"])
@pytest.mark.parametrize("opaque", [False, True])
def test_a_signed_message_is_opened(pki: Pki, store: libsmime.TrustStore, name: str, opaque: bool) -> None:
    party = getattr(pki, name)
    message = PLAIN.replace(b"alice@", name.encode() + b"@")
    signed = libsmime.sign(message, libsmime.Identity.load(party.pem_file), opaque=opaque)
    assert (b"multipart/signed" in signed) is not opaque
    assert signed.startswith(message.split(b"\r\n\r\n")[0])
    opened = libsmime.open(signed, trust=store, require_signature=True)
    assert opened.verdict is Verdict.VALID
    assert opened.content == ENTITY
    [signer] = opened.report.signers
    assert signer.addresses == (f"{name}@example.org",)
    assert (signer.signature, signer.chain) == (Check.PASSED, Check.PASSED)
    assert signer.certificate is not None and signer.certificate.to_pem().encode().split() == party.pem.split()
    assert [certificate.subject for certificate in signer.path] == [f"CN={name},O=Example", "CN=Intermediate,O=Example", "CN=Root,O=Example"]
    layer = opened.report.layers[0]
    assert isinstance(layer, libsmime.SignedLayer) and layer.form == ("opaque" if opaque else "clear")


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize("pss", [False, True])
def test_digest_and_padding_are_the_callers_choice(alice: libsmime.Identity, store: libsmime.TrustStore, digest: str, pss: bool) -> None:
    signed = libsmime.sign(PLAIN, alice, digest=digest, pss=pss)  # type: ignore[call-overload]
    [signer] = libsmime.open(signed, trust=store).report.signers
    assert (signer.digest, signer.algorithm) == (digest, "rsassa-pss" if pss else "rsassa-pkcs1-v1_5")


def test_the_signature_claims_the_time_that_it_is_given(alice: libsmime.Identity, store: libsmime.TrustStore) -> None:
    at = datetime(2026, 5, 4, 3, 2, 1, tzinfo=timezone(timedelta(hours=2)))
    [signer] = libsmime.examine(libsmime.sign(PLAIN, alice, at=at), trust=store).signers
    assert signer.signing_time == at
    before = datetime.now(timezone.utc).replace(microsecond=0)
    [signer] = libsmime.examine(libsmime.sign(PLAIN, alice), trust=store).signers
    assert signer.signing_time is not None and before <= signer.signing_time <= datetime.now(timezone.utc)


def test_without_the_chain_the_intermediate_must_be_at_hand(pki: Pki, alice: libsmime.Identity, store: libsmime.TrustStore) -> None:
    signed = libsmime.sign(PLAIN, alice, chain=False)
    report = libsmime.examine(signed, trust=store)
    assert report.verdict is Verdict.UNTRUSTED and report.has(Code.PATH_NO_ANCHOR)
    assert libsmime.examine(signed, trust=store, intermediates=pki.intermediate.certificate_file).verdict is Verdict.VALID
    stocked = libsmime.TrustStore(anchors=[pki.root.certificate_file], intermediates=[pki.intermediate.pem])
    assert libsmime.examine(signed, trust=stocked).verdict is Verdict.VALID


def test_several_signers(pki: Pki, alice: libsmime.Identity, carol: libsmime.Identity, store: libsmime.TrustStore) -> None:
    report = libsmime.examine(libsmime.sign(PLAIN, [alice, carol]), trust=store)
    # A SET has no order of its own.
    assert {signer.subject for signer in report.signers} == {"CN=alice,O=Example", "CN=carol,O=Example"}
    assert [signer.signature for signer in report.signers] == [Check.PASSED, Check.PASSED]


@pytest.mark.parametrize("name", ["bob", "carol", "dave"])
@pytest.mark.parametrize(
    "cipher", ["aes-128-gcm", "aes-192-gcm", "aes-256-gcm", "aes-128-cbc", "aes-192-cbc", "aes-256-cbc"]
)
def test_an_encrypted_message_is_opened_by_its_recipient(pki: Pki, name: str, cipher: str) -> None:
    recipient = libsmime.Identity.load(getattr(pki, name).pem_file)
    sealed = libsmime.encrypt(PLAIN, recipient.certificate, cipher=cipher)  # type: ignore[call-overload]
    opened = libsmime.open(sealed, identity=recipient)
    assert opened.verdict is Verdict.UNSIGNED
    assert opened.content == ENTITY
    layer = opened.report.layers[0]
    assert isinstance(layer, libsmime.EncryptedLayer)
    assert (layer.cipher, layer.integrity) == (cipher, "none" if cipher.endswith("cbc") else "aead")
    assert [recipient.used for recipient in layer.recipients] == [True]


@pytest.mark.parametrize(("transport", "name"), [("oaep", "rsaes-oaep"), ("pkcs1", "rsaes-pkcs1-v1_5")])
def test_key_transport_is_the_callers_choice(bob: libsmime.Identity, transport: str, name: str) -> None:
    sealed = libsmime.encrypt(PLAIN, bob.certificate, key_transport=transport)  # type: ignore[call-overload]
    layer = libsmime.open(sealed, identity=bob).report.layers[0]
    assert isinstance(layer, libsmime.EncryptedLayer)
    assert [recipient.algorithm for recipient in layer.recipients] == [name]


def test_capabilities_choose_the_cipher(alice: libsmime.Identity, bob: libsmime.Identity, store: libsmime.TrustStore) -> None:
    reply = PLAIN.replace(b"alice@", b"bob@")
    [signer] = libsmime.examine(libsmime.sign(reply, bob), trust=store).signers
    assert signer.certificate is not None
    announcing = libsmime.Recipient(signer.certificate, signer.capabilities)
    for recipient, cipher in [(announcing, "aes-256-gcm"), (libsmime.Recipient(signer.certificate), "aes-256-cbc")]:
        layer = libsmime.open(libsmime.encrypt(PLAIN, [recipient]), identity=bob).report.layers[0]
        assert isinstance(layer, libsmime.EncryptedLayer) and layer.cipher == cipher


def test_every_recipient_can_open_it(bob: libsmime.Identity, carol: libsmime.Identity) -> None:
    sealed = libsmime.encrypt(PLAIN, [bob.certificate, carol.certificate])
    assert [libsmime.open(sealed, identity=one).content for one in (bob, carol)] == [ENTITY, ENTITY]


def test_layers_at_any_depth(alice: libsmime.Identity, bob: libsmime.Identity, store: libsmime.TrustStore) -> None:
    message = PLAIN
    for _ in range(3):
        message = libsmime.encrypt(libsmime.sign(message, alice), bob.certificate)
    opened = libsmime.open(message, identity=[alice, bob], trust=store)
    assert opened.content == ENTITY
    assert [layer.kind for layer in opened.report.layers] == ["encrypted", "signed"] * 3


def test_unsafe_content_is_encoded_and_comes_back(alice: libsmime.Identity, store: libsmime.TrustStore) -> None:
    signed = libsmime.sign(UTF8, alice)
    assert signed.isascii()
    assert libsmime.open(signed, trust=store).email().get_content() == "Grüße\r\n"


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_either_line_end_is_read(signed: bytes, sealed: bytes, bob: libsmime.Identity, store: libsmime.TrustStore, line_end: bytes) -> None:
    for message in (signed, sealed):
        assert libsmime.open(message.replace(b"\r\n", line_end), identity=bob, trust=store).content == ENTITY
    assert libsmime.sign(PLAIN.replace(b"\r\n", line_end), bob).count(b"\r\nGood morning\r\n") == 1


def test_a_whole_message_comes_back(sealed: bytes, bob: libsmime.Identity, store: libsmime.TrustStore) -> None:
    opened = libsmime.open(sealed, identity=bob, trust=store, as_message=True)
    assert opened.email()["Subject"] == "Hello"
    assert opened.email().get_content() == "Good morning\r\n"


def test_headers_inside_the_protection_win(alice: libsmime.Identity, bob: libsmime.Identity, store: libsmime.TrustStore) -> None:
    sealed = libsmime.encrypt(libsmime.sign(PLAIN, alice, protect_headers=True), bob.certificate, protect_headers=True)
    assert b"Subject: Hello" not in sealed
    opened = libsmime.open(sealed, identity=bob, trust=store, as_message=True)
    assert opened.report.headers.protected["Subject"] == "Hello"
    assert "Subject" in opened.report.headers.differences
    assert opened.email()["Subject"] == "Hello"


def test_a_detached_signature(pki: Pki, alice: libsmime.Identity, store: libsmime.TrustStore) -> None:
    signature = detached_signature(libsmime.sign(PLAIN, alice))
    opened = libsmime.open(signature, content=ENTITY, trust=store, content_digest=True)
    assert (opened.verdict, opened.content) == (Verdict.VALID, ENTITY)
    assert opened.report.content.sha256 is not None
    assert libsmime.examine(signature, content=ENTITY, form="der", trust=store).verdict is Verdict.VALID
    with pytest.raises(libsmime.VerificationError) as caught:
        libsmime.open(signature, content=ENTITY + b"!", trust=store)
    assert caught.value.report.has(Code.SIG_DIGEST_MISMATCH)
    with pytest.raises(libsmime.UsageError) as missing:
        libsmime.open(signature, trust=store)
    assert missing.value.code is Code.USE_CONTENT_MISSING


def test_an_altered_message_is_refused_and_explained(signed: bytes, store: libsmime.TrustStore) -> None:
    altered = signed.replace(b"Good morning", b"Good evening")
    report = libsmime.examine(altered, trust=store)
    assert report.verdict is Verdict.INVALID and not report.is_acceptable
    assert report.principal is not None and report.principal.code is Code.SIG_DIGEST_MISMATCH
    assert report.principal.severity is Severity.ERROR and report.principal.reference == "RFC 5652 section 5.6"
    with pytest.raises(libsmime.VerificationError) as caught:
        libsmime.open(altered, trust=store)
    assert caught.value.report == report
    assert caught.value.code is Code.SIG_DIGEST_MISMATCH
    assert str(caught.value) == report.summary
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.report == report and again.report.signers == report.signers


def test_a_stranger_is_untrusted(pki: Pki, store: libsmime.TrustStore) -> None:
    signed = libsmime.sign(PLAIN, libsmime.Identity.load(pki.mallory.pem_file))
    report = libsmime.examine(signed, trust=store)
    assert report.verdict is Verdict.UNTRUSTED and report.has("PATH-NO-ANCHOR")


def test_somebody_elses_address_is_untrusted(carol: libsmime.Identity, store: libsmime.TrustStore) -> None:
    report = libsmime.examine(libsmime.sign(PLAIN, carol), trust=store)
    assert report.verdict is Verdict.UNTRUSTED and report.has(Code.ADDR_MISMATCH)
    assert report.sender.from_ == ("alice@example.org",)
    assert report.sender.address_match is libsmime.AddressMatch.MISMATCH


def test_the_time_of_judgement(pki: Pki, store: libsmime.TrustStore) -> None:
    message = PLAIN.replace(b"alice@", b"old@")
    now = datetime.now(timezone.utc)
    signed = libsmime.sign(message, libsmime.Identity.load(pki.old.pem_file), at=now)
    assert libsmime.examine(signed, trust=store).has(Code.PATH_EXPIRED)
    assert libsmime.examine(signed, trust=store, at=now - timedelta(days=5)).verdict is Verdict.VALID
    assert libsmime.examine(signed, trust=store, at=now - timedelta(days=500)).has(Code.PATH_NOT_YET_VALID)


def test_plain_mail_is_described_but_not_opened(store: libsmime.TrustStore) -> None:
    report = libsmime.examine(PLAIN, trust=store)
    assert (report.verdict, report.layers) == (Verdict.UNSIGNED, ())
    assert report.has(Code.MIME_NOT_SMIME)
    assert report.to_dict()["findings"][0]["code"] == "MIME-NOT-SMIME"
    strict = libsmime.examine(PLAIN, trust=store, require_signature=True)
    assert strict.verdict is Verdict.UNTRUSTED and strict.principal is not None and strict.principal.code is Code.SIG_MISSING
    with pytest.raises(libsmime.MalformedError) as caught:
        libsmime.open(PLAIN, trust=store)
    assert caught.value.code is Code.MIME_NOT_SMIME


def test_a_required_signature_that_is_missing(bob: libsmime.Identity, store: libsmime.TrustStore) -> None:
    sealed = libsmime.encrypt(PLAIN, bob.certificate)
    with pytest.raises(libsmime.VerificationError) as caught:
        libsmime.open(sealed, identity=bob, trust=store, require_signature=True)
    assert caught.value.code is Code.SIG_MISSING


def test_policies(bob: libsmime.Identity, store: libsmime.TrustStore) -> None:
    sealed = libsmime.encrypt(PLAIN, bob.certificate, cipher="aes-256-cbc")
    assert libsmime.open(sealed, identity=bob, policy="legacy").verdict is Verdict.UNSIGNED
    with pytest.raises(libsmime.VerificationError) as caught:
        libsmime.open(sealed, identity=bob, trust=store, policy="strict")
    assert caught.value.code is Code.ENC_ALGORITHM_FORBIDDEN
    assert libsmime.examine(sealed, identity=bob, trust=store, policy="strict").has(Code.ENC_ALGORITHM_FORBIDDEN)


def test_the_digest_of_the_content(sealed: bytes, bob: libsmime.Identity, store: libsmime.TrustStore) -> None:
    import hashlib

    for as_message in (False, True):
        opened = libsmime.open(sealed, identity=bob, trust=store, content_digest=True, as_message=as_message)
        assert opened.report.content.sha256 == hashlib.sha256(opened.content).hexdigest()
        assert opened.report.content.bytes == len(opened.content)
