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
};

} // namespace smime

#endif
