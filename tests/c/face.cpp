/* smime.hpp: the same library with objects, strings, streams and exceptions. */
#include "smime.hpp"

#include "check.h"

#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <thread>

namespace {

const std::string entity = ENTITY, message = MESSAGE;

struct World {
    smime::Issuer issuer = smime::Issuer::self_signed(smime::Key::generate("p256"), smime::Template::authority("CA", NOW - DAY, NOW + 900 * DAY));
    smime::Trust trust = smime::TrustBuilder().anchor(issuer.certificate()).build();
    smime::Key alice_key = smime::Key::generate("p256"), bob_key = smime::Key::generate(quick() ? "p256" : "rsa-2048");
    smime::Certificate alice_certificate = issuer.issue(alice_key, smime::Template::end_entity("Alice", "alice@example.org", NOW - DAY, NOW + DAY));
    smime::Certificate bob_certificate = issuer.issue(bob_key, smime::Template::end_entity("Bob", "bob@example.org", NOW - DAY, NOW + DAY));
    smime::Identity alice = smime::Identity::from_key(alice_key, alice_certificate), bob = smime::Identity::from_key(bob_key, bob_certificate);
};

template <typename Work> std::int32_t code_of(Work work)
{
    try {
        work();
    } catch (const smime::Error &error) {
        CHECK(error.name() == smime_code_name(error.code()));
        CHECK(error.what() == error.name() + ": " + error.message());
        CHECK(error.error_class() == smime_code_class(error.code()));
        CHECK(error.offset() >= -1);
        return error.code();
    }
    return SMIME_OK;
}

void roundtrip(const World &world)
{
    const smime::Buffer with_signature = smime::Signer(world.alice).at(NOW).sign(message);
    const smime::Buffer sealed = smime::Encryptor().recipient(world.bob_certificate).cipher("aes-256-gcm").oaep().encrypt(with_signature);
    const smime::Opener opener = smime::Opener(world.trust).identity(world.bob).at(NOW).require_signature();
    const smime::Opened opened = opener.open(sealed);
    CHECK(opened.is_acceptable() && opened.verdict() == SMIME_VERDICT_VALID);
    CHECK(opened.content().str() == entity);
    CHECK(opened.danger_content_despite_verdict().str() == entity);
    const smime::Report report = opened.report();
    CHECK(report.is_acceptable() && report.layers() == std::vector<std::int32_t>({SMIME_LAYER_ENCRYPTED, SMIME_LAYER_SIGNED}));
    CHECK(report.signer_count() == 1 && report.signer_verdict(0) == SMIME_VERDICT_VALID && report.address_match() == SMIME_ADDRESS_MATCH);
    CHECK(report.signer_certificate(0).has_address("alice@example.org"));
    CHECK(report.signer_capabilities(0).find("aes-256-gcm") != std::string::npos);
    CHECK(report.content_length() == entity.size() && report.json().find("\"verdict\":\"valid\"") != std::string::npos);
    CHECK(report.json_pretty().size() > report.json().size() && report.summary().find("valid") == 0);
    std::int64_t time = 0;
    CHECK(report.signer_time(0, time) && time == NOW);
    CHECK(opener.examine(sealed).verdict() == SMIME_VERDICT_VALID);

    const smime::Buffer signature = smime::Signer(world.alice).sign_detached(std::string("octets"));
    CHECK(opener.open_detached(signature, std::string("octets")).verdict() == SMIME_VERDICT_VALID);
    std::istringstream altered("Octets");
    const smime::Report examined = opener.examine_detached(signature, altered);
    CHECK(!examined.is_acceptable() && examined.has(SMIME_E_SIG_DIGEST_MISMATCH) && !examined.findings().empty());
}

void streams(const World &world)
{
    std::istringstream source(message);
    std::stringstream with_signature, sealed, content;
    smime::Signer(world.alice).at(NOW).opaque().sign(source, with_signature);
    smime::Encryptor().recipient(world.bob_certificate).encrypt(with_signature, sealed);
    const smime::Opener opener = smime::Opener(world.trust).identity(world.bob).at(NOW).as_message();
    CHECK(opener.open(sealed, content).verdict() == SMIME_VERDICT_VALID);
    CHECK(content.str().find("Subject: Lunch") != std::string::npos);
    sealed.clear();
    sealed.seekg(0);
    CHECK(opener.examine(sealed).verdict() == SMIME_VERDICT_VALID);

    std::string pieces;
    smime::SignStream signing = smime::Signer(world.alice).at(NOW).stream(
        [&pieces](const std::uint8_t *data, std::size_t length) { pieces.append(reinterpret_cast<const char *>(data), length); });
    for (char octet : message) signing.push(std::string(1, octet));
    signing.finish();
    std::ostringstream encrypted;
    smime::EncryptStream encrypting = smime::Encryptor().recipient(world.bob_certificate).stream(encrypted);
    encrypting.push(pieces);
    encrypting.finish();
    smime::OpenStream opening = opener.stream();
    opening.push(encrypted.str());
    CHECK(opening.finish().is_acceptable());
    CHECK(code_of([&] { opening.push(pieces); }) == SMIME_E_USE_STATE);
    smime::OpenStream examining = opener.examine_stream();
    examining.push(encrypted.str());
    CHECK(examining.finish().is_acceptable());
}

void evidence(const World &world)
{
    const smime::Buffer sealed = smime::Encryptor().recipient(world.bob_certificate).encrypt(smime::Signer(world.alice).at(NOW).sign(message));
    const smime::Opener opener = smime::Opener(world.trust).identity(world.bob).at(NOW);
    const smime::Report report = opener.examine(sealed);
    const std::string proof = opener.write_evidence(report, sealed).str();
    std::istringstream source(sealed.str());
    std::stringstream file;
    opener.write_evidence(report, source, file);
    const smime::Opener later = smime::Opener(world.trust).at(NOW + 20000 * DAY);
    std::ostringstream content;
    CHECK(later.open_evidence(file, content).verdict() == SMIME_VERDICT_VALID && content.str() == entity);
    CHECK(later.open_evidence(proof, smime::Octets(nullptr, 0), true).content().str() == entity);
    CHECK(code_of([&] { later.open_evidence(proof, std::string("no token")); }) == SMIME_E_TST_INVALID);
    CHECK(code_of([&] { later.open_evidence(message); }) == SMIME_E_EVIDENCE_MALFORMED);
}

void exceptions(const World &world)
{
    CHECK(code_of([&] { smime::Certificate::from_bytes(std::string("x")); }) != SMIME_OK);
    CHECK(code_of([&] { smime::Encryptor().encrypt(message); }) == SMIME_E_USE_NO_RECIPIENT);
    CHECK(code_of([&] { smime::Signer(world.alice).digest("md5"); }) == SMIME_E_USE_ARGUMENT);
    const smime::Opened untrusted = smime::Opener().open(smime::Signer(world.alice).sign(message));
    CHECK(untrusted.verdict() == SMIME_VERDICT_UNTRUSTED && code_of([&] { untrusted.content(); }) == SMIME_E_USE_CONTENT_REFUSED);

    /* What a callback throws comes out as it is. */
    struct Full {};
    bool caught = false;
    try {
        smime::SignStream stream = smime::Signer(world.alice).stream([](const std::uint8_t *, std::size_t) { throw Full(); });
        stream.push(message);
        stream.finish();
    } catch (const Full &) {
        caught = true;
    }
    CHECK(caught);
    std::ostringstream closed;
    closed.setstate(std::ios_base::badbit);
    std::istringstream source(message);
    caught = false;
    try {
        smime::Signer(world.alice).sign(source, closed);
    } catch (const std::ios_base::failure &) {
        caught = true;
    }
    CHECK(caught);
}

/* A keeper that has the key as a file. */
struct Shy : smime::ExternalKey {
    std::string sign(const smime::Algorithm &algorithm, smime::Octets digest) override
    {
        CHECK(algorithm.name() == "ecdsa" && algorithm.digest() == "sha256" && algorithm.mgf_digest().empty() && algorithm.salt_length() == 0);
        CHECK(!algorithm.identifier().empty() && algorithm.label().empty() && digest.size() == 32);
        throw std::runtime_error("not today");
    }
};

void external(const World &world)
{
    std::shared_ptr<Shy> shy = std::make_shared<Shy>();
    {
        smime::Identity identity = smime::Identity::from_external(shy, world.alice_certificate, smime::Certificates().add(world.issuer.certificate()));
        CHECK(shy.use_count() == 2 && identity.chain().size() == 1 && identity.certificate().subject() == world.alice_certificate.subject());
        CHECK(code_of([&] { smime::Signer(identity).sign(message); }) == SMIME_E_KEY_EXTERNAL_FAILED);
    }
    CHECK(shy.use_count() == 1);
}

void the_rest(const World &world)
{
    const smime::Certificate again = smime::Certificate::from_bytes(world.alice_certificate.pem());
    CHECK(again.der() == world.alice_certificate.der() && again.sha256().size() == 64 && !again.serial().empty() && again.issuer() == "CN=CA");
    CHECK(again.addresses() == std::vector<std::string>({"alice@example.org"}) && again.not_before() < again.not_after() && again.json()[0] == '{' &&
          again.lint_json().find("\"lints\":[") != std::string::npos);
    CHECK(smime::Certificates::from_bytes(again.pem() + again.pem()).size() == 2);
    CHECK(smime::Certificates().add(again).at(0).der() == again.der());
    const smime::Key key = smime::Key::from_bytes(world.alice_key.pem());
    CHECK(key.kind() == "p256");
    if (!quick()) {
        CHECK(smime::Key::from_bytes(key.pem("secret"), "secret").kind() == "p256");
        CHECK(smime::Identity::from_bytes(world.alice.pkcs12("secret"), "secret").certificates().size() == 1);
        CHECK(smime::Identity::from_bytes(world.alice.pkcs12("secret", SMIME_PKCS12_MODERN, "Alice"), "secret").certificates().size() == 1);
        CHECK(smime::Identity::from_bytes(world.alice.pem("secret"), "secret").certificates().size() == 1);
    }
    CHECK(smime::Identity::from_bytes(world.alice.joined(world.alice).pem()).certificates().size() == 1);
    smime::Certificates alone;
    alone.add(again);
    CHECK(smime::Certificates::from_bytes(alone.certs_only(SMIME_FORM_PEM)).size() == 1 && alone.pem() == again.pem());
    CHECK(smime::Identity::from_bytes(key.pem().str() + again.pem()).certificate().der() == again.der());
    CHECK(smime::TrustBuilder().anchors(again.pem()).intermediates(again.pem()).build().anchors().size() == 1);
    CHECK(smime::TrustBuilder().intermediate(again).build().intermediates().size() == 1);
    std::string source;
    CHECK(smime::Trust::system(&source).anchors().size() == smime::Trust::system().anchors().size() && !source.empty());
    const smime::Path path = smime::Verifier(world.trust).at(NOW).purpose(SMIME_PURPOSE_ANY).policy(SMIME_POLICY_STRICT).policy_option(SMIME_POLICY_OPTION_REVOCATION, SMIME_REVOCATION_SOFT).verify(again);
    CHECK(path.is_valid() && path.certificates().size() == 2 && path.json()[0] == '{' && !path.has(SMIME_E_PATH_EXPIRED));
    CHECK(!smime::Verifier(world.trust).at(NOW + 99 * DAY).verify(again).findings().empty());
    const smime::Path demanded = smime::Verifier(world.trust).at(NOW).policy_option(SMIME_POLICY_OPTION_REQUIRE_EXPLICIT_POLICY, 1)
                                     .certificate_policy("1.2.3").verify(again);
    CHECK(demanded.has(SMIME_E_PATH_POLICY));
    CHECK(code_of([&] { smime::Opener(world.trust).certificate_policy("1.2."); }) == SMIME_E_USE_ARGUMENT);
    CHECK(smime::Verifier(world.trust).at(NOW).address("bob@example.org").verify(again).has(SMIME_E_ADDR_MISMATCH));
    CHECK(path.tree().find('\n') != std::string::npos);
    CHECK(code_of([&] { smime::TrustBuilder().crls(std::string("no list")); }) == SMIME_E_CRL_MALFORMED);
    CHECK(code_of([&] { smime::TrustBuilder().ocsp(std::string("no response")); }) == SMIME_E_OCSP_MALFORMED);
    CHECK(code_of([&] { smime::Opener(world.trust).crls(std::string("no list")); }) == SMIME_E_CRL_MALFORMED);
    CHECK(code_of([&] { smime::Opener(world.trust).ocsp(std::string("no response")); }) == SMIME_E_OCSP_MALFORMED);
    CHECK(code_of([&] { smime::Verifier(world.trust).crls(std::string("no list")); }) == SMIME_E_CRL_MALFORMED);
    CHECK(code_of([&] { smime::Verifier(world.trust).ocsp(std::string("no response")); }) == SMIME_E_OCSP_MALFORMED);
    CHECK(smime::TrustBuilder().anchor(again).ocsp_responder(again).build().anchors().size() == 1);
    CHECK(smime::Opener(world.trust).time_stamp_trust(world.trust).at(NOW).examine(smime::Signer(world.alice).at(NOW).sign(message)).is_acceptable());
    CHECK(smime::Issuer(world.alice_key, again).certificate().der() == again.der());
    const smime::Issuer own = smime::Issuer(world.alice_key, again);
    const smime::Request request = smime::Request::from_bytes(smime::Request(world.alice_key, "", "alice@example.org").pem());
    request.verify();
    smime::Profile profile("mailbox", "strict");
    CHECK(code_of([&] { profile.make(request, "", "alice@example.org", NOW); }) == SMIME_E_CA_PROFILE);
    CHECK(profile.set("crl_urls", "http://crl.example.org/").check(request) == "[]" && request.subject().empty() && request.json()[0] == '{');
    const smime::Certificate issued = own.issue(request, profile.make(request, "", "alice@example.org", NOW));
    CHECK(own.renew(issued, NOW, NOW + DAY).not_after() == NOW + DAY && own.renew(issued, request, NOW, NOW).addresses() == issued.addresses());
    CHECK(smime::Profile().json()[0] == '{' && !request.der().empty());

    /* Objects move. */
    smime::Opener first = smime::Opener(world.trust).at(NOW);
    const smime::Opener second = std::move(first);
    std::thread other([&] { CHECK(second.examine(smime::Signer(world.alice).at(NOW).sign(message)).is_acceptable()); });
    other.join();
}

std::string unhexed(const std::string &digits)
{
    std::string octets;
    for (std::size_t at = 0; at + 1 < digits.size(); at += 2)
        octets.push_back(static_cast<char>(std::stoi(digits.substr(at, 2), nullptr, 16)));
    return octets;
}

/* Lists and answers of the authority, judged by the library itself. */
void revoking(const World &world)
{
    const smime::Certificate root = world.issuer.certificate();
    const std::string alice = unhexed(world.alice_certificate.serial()), bob = unhexed(world.bob_certificate.serial());
    smime::CrlBuilder complete(world.issuer, 1, NOW, NOW + DAY);
    complete.freshest_url("http://crl.example.org/delta.crl").entry(alice, NOW - DAY, SMIME_REASON_CERTIFICATE_HOLD);
    const smime::Buffer base = complete.build();
    const std::int64_t lost = NOW - DAY;
    smime::CrlBuilder next(world.issuer, 2, NOW, NOW + DAY);
    const smime::Buffer current = next.entry(bob, NOW, SMIME_REASON_KEY_COMPROMISE, &lost).build();
    smime::CrlBuilder changes(world.issuer, 3, NOW, NOW + DAY);
    const smime::Buffer delta = changes.base_number(1).changes(base, current).build();
    const auto revoked = [&](const smime::Certificate &certificate, const std::vector<const smime::Buffer *> &lists) {
        smime::Verifier verifier(world.trust);
        for (const smime::Buffer *list : lists)
            verifier.crls(*list);
        return verifier.at(NOW).verify(certificate).has(SMIME_E_PATH_REVOKED);
    };
    CHECK(revoked(world.alice_certificate, {&base}) && !revoked(world.bob_certificate, {&base}));
    CHECK(!revoked(world.alice_certificate, {&base, &delta}) && revoked(world.bob_certificate, {&base, &delta}));
    CHECK(code_of([&] { changes.indirect(); }) == SMIME_E_USE_STATE);
    smime::CrlBuilder all(world.issuer, 4, NOW, NOW + DAY);
    all.number(std::string(20, '\1')).url("http://crl.example.org/").only(SMIME_CRL_ONLY_USER).only_reason(SMIME_REASON_KEY_COMPROMISE).indirect();
    CHECK(code_of([&] { all.entries_of(base); }) == SMIME_E_USE_ARGUMENT);
    CHECK(all.entries_of(current).entry(bob, NOW, SMIME_REASON_KEY_COMPROMISE, nullptr, &world.alice_certificate).build().size() > 0);

    const smime::Key key = smime::Key::generate("p256");
    smime::OcspResponder responder(key, world.issuer.issue(key, smime::Template::ocsp_responder("OCSP", NOW - DAY, NOW + DAY)), root);
    const smime::Buffer prepared = responder.prepare(alice, {SMIME_OCSP_STATUS_REVOKED, NOW - DAY, SMIME_REASON_SUPERSEDED}, NOW, NOW + DAY, NOW);
    CHECK(smime::Verifier(world.trust).ocsp(prepared).at(NOW).verify(world.alice_certificate).has(SMIME_E_PATH_REVOKED));
    std::string question;
    CHECK(code_of([&] { smime::OcspRequest::from_bytes(question); }) == SMIME_E_OCSP_MALFORMED);
    /* OCSPRequest of the CertID that the prepared answer has. */
    const std::string answer = prepared.str(), oid("\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00", 11);
    const std::size_t at = answer.find(oid) - 2;
    question = answer.substr(at, 2u + static_cast<unsigned char>(answer[at + 1]));
    for (int depth = 0; depth < 4; depth++)
        question = std::string("\x30") + static_cast<char>(question.size()) + question;
    const smime::OcspRequest request = smime::OcspRequest::from_bytes(question);
    CHECK(request.size() == 1 && request.serial(0).str() == alice && request.nonce().size() == 0 && request.der().str() == question);
    CHECK(request.cert_id(0).size() + 8 == question.size());
    CHECK(code_of([] { smime::OcspRequest::from_get_path("/!"); }) == SMIME_E_OCSP_MALFORMED);
    const smime::OcspResponder::StatusOf held = [&](const smime::Octets &serial) {
        CHECK(std::string(reinterpret_cast<const char *>(serial.data()), serial.size()) == alice);
        return smime::OcspStatus{SMIME_OCSP_STATUS_REVOKED, NOW - DAY, SMIME_REASON_CERTIFICATE_HOLD};
    };
    responder.by_name();
    responder.omit_nonces();
    responder.others_unknown();
    const std::int64_t until = NOW + DAY;
    const smime::Buffer response = responder.respond(question, held, NOW, &until, NOW);
    CHECK(smime::Verifier(world.trust).ocsp(response).at(NOW).verify(world.alice_certificate).has(SMIME_E_PATH_REVOKED));
    bool thrown = false;
    try {
        responder.respond(question, [](const smime::Octets &) -> smime::OcspStatus { throw std::runtime_error("away"); }, NOW, nullptr, NOW);
    } catch (const std::runtime_error &error) {
        thrown = std::string(error.what()) == "away";
    }
    CHECK(thrown);
    CHECK(smime::OcspResponder::refusal(SMIME_OCSP_RESPONSE_TRY_LATER).size() == 5);
}

/* The certificate of this file has an issuer that is not at hand, with an address where it can be had. */
void fetching(const World &world, const char *file)
{
    std::ifstream from(file, std::ios::binary);
    const smime::Certificate certificate = smime::Certificate::from_bytes(std::string(std::istreambuf_iterator<char>(from), {}));
    const std::shared_ptr<int> calls = std::make_shared<int>(0);
    {
        const smime::Verifier verifier = smime::Verifier(world.trust).fetch([calls](const smime::Wanted &wanted, std::string &octets) {
            CHECK(wanted.what == SMIME_NEED_ISSUER && wanted.url == "http://ca.example.org/ca.cer" && wanted.request.empty());
            if (++*calls == 3)
                throw std::runtime_error("no network");
            octets = "no certificate";
            return *calls == 1;
        });
        CHECK(verifier.verify(certificate).has(SMIME_E_REV_MALFORMED) && *calls == 1);
        CHECK(!verifier.verify(certificate).has(SMIME_E_REV_MALFORMED) && *calls == 2);
        CHECK(!verifier.verify(certificate).has(SMIME_E_REV_MALFORMED) && *calls == 3);
        CHECK(calls.use_count() == 2);
    }
    CHECK(calls.use_count() == 1);
    smime::Opener(world.trust).fetch([calls](const smime::Wanted &, std::string &) { return false; });
    CHECK(calls.use_count() == 1);
}

} // namespace

int main(int argc, char **argv)
{
    const World world;
    roundtrip(world);
    streams(world);
    evidence(world);
    exceptions(world);
    external(world);
    the_rest(world);
    revoking(world);
    if (argc == 2)
        fetching(world, argv[1]);
    return checks_end("face");
}
