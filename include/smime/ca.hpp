/* Issuing certificates. Part of smime.hpp. */
#ifndef LIBSMIME_SMIME_CA_HPP
#define LIBSMIME_SMIME_CA_HPP

#include "identity.hpp"

#include <cstdint>
#include <string>

namespace smime {

/** What a new certificate shall say. */
class Template : public detail::Object<smime_template, smime_template_free> {
public:
    using Object::Object;

    static Template authority(const std::string &common_name, std::int64_t not_before, std::int64_t not_after)
    {
        return Template(detail::made<smime_template>(smime_template_authority, nullptr, common_name.c_str(), not_before, not_after));
    }
    static Template end_entity(const std::string &common_name, const std::string &address, std::int64_t not_before, std::int64_t not_after)
    {
        return Template(
            detail::made<smime_template>(smime_template_end_entity, nullptr, common_name.c_str(), address.c_str(), not_before, not_after));
    }
    /** For a key that answers OCSP requests in the place of the authority. */
    static Template ocsp_responder(const std::string &common_name, std::int64_t not_before, std::int64_t not_after)
    {
        return Template(detail::made<smime_template>(smime_template_ocsp_responder, nullptr, common_name.c_str(), not_before, not_after));
    }
};

/** A certification request. */
class Request : public detail::Object<smime_request, smime_request_free> {
public:
    using Object::Object;

    /** For this key: subject as RFC 4514 writes it, addresses between blanks; either may be empty. */
    Request(const Key &key, const std::string &subject, const std::string &addresses)
        : Object(detail::made<smime_request>(smime_request_new, nullptr, key.get(), subject.c_str(), addresses.c_str(), nullptr, nullptr))
    {
    }
    static Request from_bytes(Octets octets)
    {
        return Request(detail::made<smime_request>(smime_request_from_bytes, nullptr, octets.data(), octets.size()));
    }

    /** Throws unless who made it has the private key. */
    void verify() const { detail::done(smime_request_verify, get()); }
    std::string der() const { return text(smime_request_to_der); }
    std::string pem() const { return text(smime_request_to_pem); }
    std::string json() const { return text(smime_request_to_json); }
    std::string subject() const { return text(smime_request_subject); }

private:
    template <typename Function> std::string text(Function function) const
    {
        return Buffer(detail::made<smime_buffer>(function, nullptr, get())).str();
    }
};

/** The rules by which certificates are made. */
class Profile : public detail::Object<smime_profile, smime_profile_free> {
public:
    using Object::Object;

    Profile() : Object(detail::made<smime_profile>(smime_profile_new, nullptr, nullptr, nullptr)) {}
    Profile(const std::string &type, const std::string &generation)
        : Object(detail::made<smime_profile>(smime_profile_new, nullptr, type.c_str(), generation.c_str()))
    {
    }

    Profile &set(const std::string &name, const std::string &value)
    {
        detail::done(smime_profile_set, get(), name.c_str(), value.c_str());
        return *this;
    }
    std::string json() const { return Buffer(detail::made<smime_buffer>(smime_profile_to_json, nullptr, get())).str(); }
    /** A JSON array of all that speaks against it. */
    std::string check(const Request &request) const
    {
        return Buffer(detail::made<smime_buffer>(smime_profile_check, nullptr, get(), request.get())).str();
    }
    Template make(const Request &request, const std::string &subject, const std::string &addresses, std::int64_t not_before) const
    {
        return Template(detail::made<smime_template>(
            smime_profile_template, nullptr, get(), request.get(), subject.c_str(), addresses.c_str(), not_before));
    }
};

/** A key that signs certificates. */
class Issuer : public detail::Object<smime_issuer, smime_issuer_free> {
public:
    using Object::Object;

    Issuer(const Key &key, const Certificate &certificate)
        : Object(detail::made<smime_issuer>(smime_issuer_new, nullptr, key.get(), certificate.get()))
    {
    }
    static Issuer self_signed(const Key &key, const Template &what)
    {
        return Issuer(detail::made<smime_issuer>(smime_issuer_self_signed, nullptr, key.get(), what.get()));
    }

    Certificate certificate() const { return Certificate(detail::made<smime_certificate>(smime_issuer_certificate, nullptr, get())); }
    Certificate issue(const Key &key, const Template &what) const
    {
        return Certificate(detail::made<smime_certificate>(smime_issuer_issue, nullptr, get(), key.get(), what.get()));
    }
    Certificate issue(const Request &request, const Template &what) const
    {
        return Certificate(detail::made<smime_certificate>(smime_issuer_issue_for_request, nullptr, get(), request.get(), what.get()));
    }
    /** What the old one says, for the same key. */
    Certificate renew(const Certificate &old, std::int64_t not_before, std::int64_t not_after) const
    {
        return Certificate(detail::made<smime_certificate>(smime_issuer_renew, nullptr, get(), old.get(), nullptr, not_before, not_after));
    }
    /** What the old one says, for the key of this request. */
    Certificate renew(const Certificate &old, const Request &request, std::int64_t not_before, std::int64_t not_after) const
    {
        return Certificate(
            detail::made<smime_certificate>(smime_issuer_renew, nullptr, get(), old.get(), request.get(), not_before, not_after));
    }
};

} // namespace smime

#endif
