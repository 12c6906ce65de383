/* What is trusted, and how a certificate is judged by it. Part of smime.hpp. */
#ifndef LIBSMIME_SMIME_PATH_HPP
#define LIBSMIME_SMIME_PATH_HPP

#include "cert.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace smime {

/** Trust anchors, and certificates that help to reach them. */
class Trust : public detail::Object<smime_trust, smime_trust_free> {
public:
    using Object::Object;

    /** The anchors that the system has for e-mail; *source becomes where they come from, one line for logs. */
    static Trust system(std::string *source = nullptr)
    {
        smime_trust *trust = nullptr;
        smime_buffer *text = nullptr;
        detail::done(smime_trust_system, &trust, source ? &text : nullptr);
        Trust found(trust);
        const Buffer words(text);
        if (source) *source = words.str();
        return found;
    }

    Certificates anchors() const { return Certificates(detail::made<smime_certificates>(smime_trust_anchors, nullptr, get())); }
    Certificates intermediates() const { return Certificates(detail::made<smime_certificates>(smime_trust_intermediates, nullptr, get())); }
};

/** Collects what a Trust is to hold. */
class TrustBuilder : public detail::Object<smime_trust_builder, smime_trust_builder_free> {
public:
    TrustBuilder() : Object(detail::made<smime_trust_builder>(smime_trust_builder_new, nullptr)) {}

    TrustBuilder &anchor(const Certificate &certificate) { return with(smime_trust_builder_add_anchor, certificate.get()); }
    TrustBuilder &anchors(Octets file) { return with(smime_trust_builder_add_anchors, file.data(), file.size()); }
    TrustBuilder &intermediate(const Certificate &certificate) { return with(smime_trust_builder_add_intermediate, certificate.get()); }
    TrustBuilder &intermediates(Octets file) { return with(smime_trust_builder_add_intermediates, file.data(), file.size()); }
    TrustBuilder &crls(Octets file) { return with(smime_trust_builder_add_crls, file.data(), file.size()); }
    TrustBuilder &ocsp(Octets file) { return with(smime_trust_builder_add_ocsp, file.data(), file.size()); }
    TrustBuilder &ocsp_responder(const Certificate &certificate) { return with(smime_trust_builder_add_ocsp_responder, certificate.get()); }
    Trust build() const { return Trust(detail::made<smime_trust>(smime_trust_builder_build, nullptr, get())); }

private:
    template <typename Function, typename... Arguments> TrustBuilder &with(Function function, Arguments... arguments)
    {
        detail::done(function, get(), arguments...);
        return *this;
    }
};

/** One thing seen. */
struct Finding {
    std::int32_t code;     /**< one of SMIME_E_* */
    std::int32_t severity; /**< one of SMIME_SEVERITY_* */
    std::string message;
};

/** Something that a judgement lacks, for a Fetch to get. */
struct Wanted {
    /** One of SMIME_NEED_*. */
    std::int32_t what;
    /** Where a certificate says that it can be had. The certificate may come from anybody: see smime_fetch_fn. */
    std::string url;
    /** To be POSTed for SMIME_NEED_OCSP, empty otherwise. */
    std::vector<std::uint8_t> request;
};

/**
 * Puts the octets into the string and answers true, or answers false (or throws) where they cannot be had: the judgement goes on without
 * them. Called from any thread that uses the opener or verifier, several at the same time.
 */
using Fetch = std::function<bool(const Wanted &, std::string &)>;

namespace detail {

inline std::int32_t fetch(void *user, std::int32_t what, const char *url, const std::uint8_t *, const std::uint8_t *request, std::size_t length,
                          smime_answer *answer) noexcept
{
    try {
        std::string octets;
        Wanted wanted{what, url, {}};
        if (length != 0)
            wanted.request.assign(request, request + length);
        if (!(*static_cast<const Fetch *>(user))(wanted, octets))
            return 1;
        return smime_answer_set(answer, reinterpret_cast<const std::uint8_t *>(octets.data()), octets.size(), nullptr);
    } catch (...) {
        return 1;
    }
}

inline void end_fetch(void *user) noexcept
{
    delete static_cast<Fetch *>(user);
}

/** Hands the function over: the library owns it once the call has succeeded. */
template <typename Set, typename Judge> void set_fetch(Set set, Judge *judge, Fetch function)
{
    std::unique_ptr<Fetch> owned(new Fetch(std::move(function)));
    done(set, judge, &fetch, static_cast<void *>(owned.get()), &end_fetch);
    owned.release();
}

} // namespace detail

/** What was found out about a certificate and its path. */
class Path : public detail::Object<smime_path, smime_path_free> {
public:
    using Object::Object;

    /** One of SMIME_VERDICT_*. */
    std::int32_t verdict() const noexcept { return smime_path_verdict(get()); }
    bool is_valid() const noexcept { return verdict() == SMIME_VERDICT_VALID; }
    std::string json() const { return Buffer(detail::made<smime_buffer>(smime_path_to_json, nullptr, get())).str(); }
    /** The path as a tree for people: the anchor first, what speaks against a certificate below it. */
    std::string tree() const { return Buffer(detail::made<smime_buffer>(smime_path_to_tree, nullptr, get())).str(); }
    Certificates certificates() const { return Certificates(detail::made<smime_certificates>(smime_path_certificates, nullptr, get())); }
    bool has(std::int32_t code) const noexcept { return smime_path_has(get(), code) != 0; }
    std::vector<Finding> findings() const
    {
        std::vector<Finding> found;
        for (std::size_t index = 0; index < smime_path_finding_count(get()); index++)
            found.push_back({smime_path_finding_code(get(), index), smime_path_finding_severity(get(), index),
                             Buffer(detail::made<smime_buffer>(smime_path_finding_message, nullptr, get(), index)).str()});
        return found;
    }
};

/** Judges certificates. */
class Verifier : public detail::Object<smime_verifier, smime_verifier_free> {
public:
    explicit Verifier(const Trust &trust) : Object(detail::made<smime_verifier>(smime_verifier_new, nullptr, trust.get())) {}

    Verifier &intermediate(const Certificate &certificate) & { return with(smime_verifier_add_intermediate, certificate.get()); }
    Verifier &&intermediate(const Certificate &certificate) && { return std::move(this->intermediate(certificate)); }
    Verifier &crls(Octets file) & { return with(smime_verifier_add_crls, file.data(), file.size()); }
    Verifier &&crls(Octets file) && { return std::move(this->crls(file)); }
    Verifier &ocsp(Octets file) & { return with(smime_verifier_add_ocsp, file.data(), file.size()); }
    Verifier &&ocsp(Octets file) && { return std::move(this->ocsp(file)); }
    Verifier &fetch(Fetch function) &
    {
        detail::set_fetch(smime_verifier_set_fetch, get(), std::move(function));
        return *this;
    }
    Verifier &&fetch(Fetch function) && { return std::move(this->fetch(std::move(function))); }
    Verifier &at(std::int64_t time) & { return with(smime_verifier_set_at, time); }
    Verifier &&at(std::int64_t time) && { return std::move(this->at(time)); }
    Verifier &purpose(std::int32_t purpose) & { return with(smime_verifier_set_purpose, purpose); }
    Verifier &&purpose(std::int32_t purpose) && { return std::move(this->purpose(purpose)); }
    Verifier &address(const std::string &address) & { return with(smime_verifier_set_address, address.c_str()); }
    Verifier &&address(const std::string &address) && { return std::move(this->address(address)); }
    Verifier &policy(std::int32_t policy) & { return with(smime_verifier_set_policy, policy); }
    Verifier &&policy(std::int32_t policy) && { return std::move(this->policy(policy)); }
    Verifier &policy_option(std::int32_t option, std::int64_t value) & { return with(smime_verifier_set_policy_option, option, value); }
    Verifier &&policy_option(std::int32_t option, std::int64_t value) && { return std::move(this->policy_option(option, value)); }
    Verifier &certificate_policy(const std::string &oid) & { return with(smime_verifier_add_certificate_policy, oid.c_str()); }
    Verifier &&certificate_policy(const std::string &oid) && { return std::move(this->certificate_policy(oid)); }
    Verifier &allow_digest(const std::string &digest, bool allowed) & { return with(smime_verifier_allow_digest, digest.c_str(), allowed ? 1 : 0); }
    Verifier &&allow_digest(const std::string &digest, bool allowed) && { return std::move(this->allow_digest(digest, allowed)); }
    Verifier &limit(std::int32_t limit, std::uint64_t value) & { return with(smime_verifier_set_limit, limit, value); }
    Verifier &&limit(std::int32_t limit, std::uint64_t value) && { return std::move(this->limit(limit, value)); }

    Path verify(const Certificate &certificate) const
    {
        return Path(detail::made<smime_path>(smime_verifier_verify, nullptr, get(), certificate.get()));
    }

private:
    template <typename Function, typename... Arguments> Verifier &with(Function function, Arguments... arguments)
    {
        detail::done(function, get(), arguments...);
        return *this;
    }
};

} // namespace smime

#endif
