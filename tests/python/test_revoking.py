"""Revocation lists that are issued and OCSP requests that are answered, compared with pyca/cryptography."""

from __future__ import annotations

import base64
import copy
import pickle
from datetime import datetime, timedelta, timezone
from typing import Any, Optional
from urllib.parse import quote

import libsmime
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from libsmime import Certificate, Code, CrlEntry, Identity, Issuer, OcspRequest, OcspResponder, PrivateKey
from pki import Party, Pki

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
WEEK = timedelta(days=7)


@pytest.fixture(scope="module")
def issuer(pki: Pki) -> Issuer:
    return Issuer(PrivateKey.from_bytes(pki.root.key_pem), Certificate.from_bytes(pki.root.pem))


def listed(der: bytes) -> x509.CertificateRevocationList:
    return x509.load_der_x509_crl(der)


def code_of(call: Any) -> Optional[Code]:
    with pytest.raises(libsmime.Error) as caught:
        call()
    return caught.value.code


def test_an_entry_tells_about_itself(pki: Pki) -> None:
    alice = Certificate.from_bytes(pki.alice.pem)
    entry = CrlEntry(alice.serial, NOW, "keyCompromise", invalidity_date=NOW - WEEK, certificate_issuer=alice)
    assert (entry.serial, entry.revocation_date, entry.reason) == (alice.serial, NOW, "keyCompromise")
    assert (entry.invalidity_date, entry.certificate_issuer) == (NOW - WEEK, alice.subject)
    assert CrlEntry(alice.serial_number, NOW).serial == alice.serial
    plain = CrlEntry("05", NOW)
    assert (plain.reason, plain.invalidity_date, plain.certificate_issuer) == ("unspecified", None, None)
    assert plain == CrlEntry(5, NOW) and plain != CrlEntry(6, NOW) and len({plain, CrlEntry(5, NOW)}) == 1
    assert CrlEntry(0xF0, NOW).serial == "00f0"
    assert "keyCompromise" in repr(entry)


@pytest.mark.parametrize("serial", ["5", "0x05", "zz", "+1"])
def test_a_serial_number_that_is_none(serial: str) -> None:
    assert code_of(lambda: CrlEntry(serial, NOW)) == Code.USE_ARGUMENT


def test_an_entry_that_cannot_be(pki: Pki) -> None:
    assert code_of(lambda: CrlEntry("05", NOW, "because")) == Code.USE_ARGUMENT
    assert code_of(lambda: CrlEntry("05", NOW.replace(tzinfo=None))) == Code.USE_ARGUMENT
    assert code_of(lambda: CrlEntry("05", NOW, certificate_issuer=b"no name")) is not None
    with pytest.raises(TypeError):
        CrlEntry("05", NOW, certificate_issuer="CN=Root")  # type: ignore[arg-type]


def test_a_complete_list(pki: Pki, issuer: Issuer) -> None:
    entries = [CrlEntry(5, NOW - WEEK, "keyCompromise", invalidity_date=NOW - 2 * WEEK), CrlEntry(2**150, NOW)]
    der = issuer.revocation_list(number=2**100, this_update=NOW, next_update=NOW + WEEK, entries=iter(entries))
    theirs = listed(der)
    assert theirs.is_signature_valid(pki.root.certificate.public_key())  # type: ignore[arg-type]
    assert theirs.issuer == pki.root.certificate.subject
    assert (theirs.last_update_utc, theirs.next_update_utc) == (NOW, NOW + WEEK)
    assert theirs.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 2**100
    first, second = theirs
    assert (first.serial_number, second.serial_number, second.revocation_date_utc) == (5, 2**150, NOW)
    assert first.extensions.get_extension_for_class(x509.CRLReason).value.reason == x509.ReasonFlags.key_compromise
    assert len(second.extensions) == 0
    assert libsmime.crl_entries(der) == entries
    assert list(listed(issuer.revocation_list(number=1, this_update=NOW, next_update=NOW))) == []


def test_what_is_said_of_a_list(issuer: Issuer) -> None:
    der = issuer.revocation_list(
        number=7,
        this_update=NOW,
        next_update=NOW + WEEK,
        urls=["http://crl.example.org/1.crl"],
        only="user",
        only_some_reasons=["keyCompromise", "certificateHold"],
        indirect=True,
        freshest_urls=["http://crl.example.org/d.crl"],
    )
    point = listed(der).extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    assert point.full_name is not None and point.full_name[0].value == "http://crl.example.org/1.crl"
    assert (point.only_contains_user_certs, point.indirect_crl, point.only_contains_ca_certs) == (True, True, False)
    assert point.only_some_reasons == frozenset({x509.ReasonFlags.key_compromise, x509.ReasonFlags.certificate_hold})
    assert len(list(listed(der).extensions.get_extension_for_class(x509.FreshestCRL).value)) == 1


def test_a_delta(pki: Pki, issuer: Issuer) -> None:
    held, gone, new = CrlEntry(5, NOW, "certificateHold"), CrlEntry(6, NOW, "superseded"), CrlEntry(7, NOW)
    base = issuer.revocation_list(number=10, this_update=NOW, next_update=NOW + WEEK, entries=[held, gone])
    changes = libsmime.crl_delta(base, [gone, new])
    assert [(entry.serial, entry.reason) for entry in changes] == [("07", "unspecified"), ("05", "removeFromCRL")]
    assert libsmime.crl_delta([held, gone], [gone, new]) == changes
    later = libsmime.crl_delta(base, [gone, new], later=[CrlEntry(8, NOW, "certificateHold")])
    assert [entry.serial for entry in later] == ["07", "05", "08"]
    delta = issuer.revocation_list(number=11, this_update=NOW, next_update=NOW + WEEK, entries=changes, base_number=10)
    indicator = listed(delta).extensions.get_extension_for_class(x509.DeltaCRLIndicator)
    assert (indicator.critical, indicator.value.crl_number) == (True, 10)
    assert code_of(lambda: libsmime.crl_delta([], [held, held])) == Code.USE_ARGUMENT
    assert code_of(lambda: libsmime.crl_delta(b"no list", [])) == Code.CRL_MALFORMED


@pytest.mark.parametrize(
    "change",
    [
        {"number": 2**159},
        {"number": -1},
        {"base_number": 5},
        {"next_update": NOW - WEEK},
        {"entries": [CrlEntry(5, NOW), CrlEntry(5, NOW)]},
        {"entries": [CrlEntry(5, NOW, "removeFromCRL")]},
        {"entries": [CrlEntry(-5, NOW)]},
        {"entries": [CrlEntry(2**159, NOW)]},
        {"only": "dogs"},
        {"only_some_reasons": []},
        {"urls": ["http://crl example.org"]},
    ],
)
def test_a_list_that_must_not_be(issuer: Issuer, change: dict[str, Any]) -> None:
    settings: dict[str, Any] = {"number": 5, "this_update": NOW, "next_update": NOW + WEEK, **change}
    assert code_of(lambda: issuer.revocation_list(**settings)) == Code.USE_ARGUMENT


def test_who_may_sign_no_list(pki: Pki) -> None:
    alice = Issuer(PrivateKey.from_bytes(pki.alice.key_pem), Certificate.from_bytes(pki.alice.pem))
    assert code_of(lambda: alice.revocation_list(number=1, this_update=NOW, next_update=NOW)) == Code.USE_KEY_FOR_SIGNING


def test_entries_that_are_none(issuer: Issuer) -> None:
    with pytest.raises(TypeError):
        issuer.revocation_list(number=1, this_update=NOW, next_update=NOW, entries=["05"])  # type: ignore[list-item]


def test_what_iterating_raises_comes_out(issuer: Issuer) -> None:
    def entries() -> Any:
        yield CrlEntry(5, NOW)
        raise KeyError("no such row")

    with pytest.raises(KeyError):
        issuer.revocation_list(number=1, this_update=NOW, next_update=NOW, entries=entries())


# OCSP


@pytest.fixture(scope="module")
def responder(pki: Pki) -> OcspResponder:
    root = Certificate.from_bytes(pki.root.pem)
    return OcspResponder(PrivateKey.from_bytes(pki.root.key_pem), root, root)


def asked(pki: Pki, nonce: Optional[bytes] = None, subject: Optional[Party] = None) -> bytes:
    builder = ocsp.OCSPRequestBuilder().add_certificate((subject or pki.intermediate).certificate, pki.root.certificate, hashes.SHA1())
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), False)
    return builder.build().public_bytes(serialization.Encoding.DER)


def serial_of(pki: Pki) -> str:
    return Certificate.from_bytes(pki.intermediate.pem).serial


def test_a_request_tells_about_itself(pki: Pki) -> None:
    octets = asked(pki, b"n" * 16)
    request = OcspRequest.from_der(octets)
    (only,) = request.cert_ids
    theirs = ocsp.load_der_ocsp_request(octets)
    assert request.serials == [only.serial] == [serial_of(pki)]
    assert (only.digest, only.issuer_name_hash, only.issuer_key_hash) == ("sha1", theirs.issuer_name_hash.hex(), theirs.issuer_key_hash.hex())
    assert (request.nonce, request.is_signed, request.to_der()) == (b"n" * 16, False, octets)
    assert only.to_der() in octets and serial_of(pki) in repr(only)
    assert OcspRequest.from_der(asked(pki)).nonce is None
    path = base64.b64encode(octets).decode()
    for form in (path, "/" + path, quote(path, safe="")):
        assert OcspRequest.from_get_path(form).to_der() == octets
    assert code_of(lambda: OcspRequest.from_der(octets[:-1])) == Code.OCSP_MALFORMED
    assert code_of(lambda: OcspRequest.from_get_path("/%")) == Code.OCSP_MALFORMED


STATUSES: list[tuple[Any, ocsp.OCSPCertStatus, Optional[x509.ReasonFlags]]] = [
    ("good", ocsp.OCSPCertStatus.GOOD, None),
    ("unknown", ocsp.OCSPCertStatus.UNKNOWN, None),
    (None, ocsp.OCSPCertStatus.UNKNOWN, None),
    ("never-issued", ocsp.OCSPCertStatus.REVOKED, x509.ReasonFlags.certificate_hold),
    (CrlEntry(5, NOW, "superseded"), ocsp.OCSPCertStatus.REVOKED, x509.ReasonFlags.superseded),
    (CrlEntry(5, NOW), ocsp.OCSPCertStatus.REVOKED, None),
]


@pytest.mark.parametrize(("status", "due", "reason"), STATUSES)
def test_each_status(
    pki: Pki, responder: OcspResponder, status: Any, due: ocsp.OCSPCertStatus, reason: Optional[x509.ReasonFlags]
) -> None:
    for told in ({serial_of(pki): status}, lambda serial: status if serial == serial_of(pki) else "good"):
        answer = responder.answer(asked(pki, b"n"), told, this_update=NOW, next_update=NOW + WEEK, produced_at=NOW)
        theirs = ocsp.load_der_ocsp_response(answer)
        assert (theirs.certificate_status, theirs.revocation_reason) == (due, reason)
        assert theirs.serial_number == pki.intermediate.certificate.serial_number
        assert (theirs.this_update_utc, theirs.next_update_utc, theirs.produced_at_utc) == (NOW, NOW + WEEK, NOW)
        assert theirs.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"n"
        assert theirs.responder_key_hash is not None and theirs.certificates == []


def test_our_own_judgement_takes_the_answer(pki: Pki, responder: OcspResponder) -> None:
    now = datetime.now(timezone.utc)
    for status, verdict in (("good", "good"), (CrlEntry(5, now - timedelta(hours=1), "keyCompromise"), "revoked")):
        answer = responder.answer(asked(pki), {serial_of(pki): status}, this_update=now, next_update=now + WEEK)
        intermediate = Certificate.from_bytes(pki.intermediate.pem)
        told = libsmime.verify_certificate(intermediate, trust=libsmime.TrustStore([pki.root.pem]), purpose="any", ocsp=[answer])
        assert told.revocation[intermediate.sha256].status == verdict


def test_a_delegate(pki: Pki, issuer: Issuer) -> None:
    root = Certificate.from_bytes(pki.root.pem)
    alice = Identity.from_pem(pki.alice.pem_file)
    assert code_of(lambda: OcspResponder.from_identity(alice, root)) == Code.USE_KEY_FOR_SIGNING
    assert code_of(lambda: OcspResponder(PrivateKey.from_bytes(pki.alice.key_pem), root, root)) == Code.KEY_MISMATCH
    own = Identity.from_pem(pki.root.key_pem + pki.root.pem)
    responder = OcspResponder.from_identity(own, root, by_name=True, nonces=False)
    theirs = ocsp.load_der_ocsp_response(responder.answer(asked(pki, b"n"), {}, this_update=NOW))
    assert theirs.responder_name == pki.root.certificate.subject and len(theirs.extensions) == 0
    assert theirs.next_update_utc is None
    assert responder.certificate == root and root.subject in repr(responder)


def test_refusals(pki: Pki, responder: OcspResponder) -> None:
    def status(octets: bytes) -> ocsp.OCSPResponseStatus:
        return ocsp.load_der_ocsp_response(octets).response_status

    for octets in (b"", b"nothing", asked(pki)[:-1]):
        assert status(responder.answer(octets, {}, this_update=NOW)) == ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    strange = ocsp.OCSPRequestBuilder().add_certificate(pki.alice.certificate, pki.intermediate.certificate, hashes.SHA256()).build()
    request = strange.public_bytes(serialization.Encoding.DER)
    assert status(responder.answer(request, {}, this_update=NOW)) == ocsp.OCSPResponseStatus.UNAUTHORIZED
    root = Certificate.from_bytes(pki.root.pem)
    lenient = OcspResponder(PrivateKey.from_bytes(pki.root.key_pem), root, root, other_issuers="unknown")
    answer = ocsp.load_der_ocsp_response(lenient.answer(request, {}, this_update=NOW))
    assert answer.certificate_status == ocsp.OCSPCertStatus.UNKNOWN
    assert status(OcspResponder.refusal("tryLater")) == ocsp.OCSPResponseStatus.TRY_LATER
    assert code_of(lambda: OcspResponder.refusal("successful")) == Code.USE_ARGUMENT
    assert code_of(lambda: responder.answer(asked(pki), {}, this_update=NOW, next_update=NOW - WEEK)) == Code.USE_ARGUMENT
    assert code_of(lambda: responder.answer(asked(pki), lambda _: "dead", this_update=NOW)) == Code.USE_ARGUMENT


def test_what_the_function_raises_comes_out(pki: Pki, responder: OcspResponder) -> None:
    def status(serial: str) -> str:
        raise ConnectionError("the store is away")

    with pytest.raises(ConnectionError, match="away"):
        responder.answer(asked(pki), status, this_update=NOW)
    with pytest.raises(TypeError):
        responder.answer(asked(pki), lambda _: 5, this_update=NOW)  # type: ignore[arg-type,return-value]


def test_prepared_answers(pki: Pki, responder: OcspResponder) -> None:
    for serial in (serial_of(pki), pki.intermediate.certificate.serial_number):
        answer = responder.prepare(serial, "good", this_update=NOW, next_update=NOW + WEEK, digest="sha256")
        theirs = ocsp.load_der_ocsp_response(answer)
        assert (theirs.certificate_status, theirs.hash_algorithm.name) == (ocsp.OCSPCertStatus.GOOD, "sha256")
    assert code_of(lambda: responder.prepare(5, "good", this_update=NOW, next_update=NOW, digest="md5")) == Code.USE_ARGUMENT


def test_entries_are_values(pki: Pki) -> None:
    entry = CrlEntry(5, NOW, "superseded", invalidity_date=NOW - WEEK, certificate_issuer=Certificate.from_bytes(pki.root.pem))
    assert copy.copy(entry) == pickle.loads(pickle.dumps(entry)) == entry
