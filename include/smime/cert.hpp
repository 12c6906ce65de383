/* Certificates. Part of smime.hpp. */
#ifndef LIBSMIME_SMIME_CERT_HPP
#define LIBSMIME_SMIME_CERT_HPP

#include "call.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace smime {

/** Octets or text that the library made. */
class Buffer : public detail::Object<smime_buffer, smime_buffer_free> {
public:
    using Object::Object;

    const std::uint8_t *data() const noexcept { return smime_buffer_data(get()); }
    std::size_t size() const noexcept { return smime_buffer_len(get()); }
    std::string str() const { return std::string(reinterpret_cast<const char *>(data()), size()); }
    operator Octets() const { return Octets(data(), size()); }
};

/** An X.509 certificate. */
class Certificate : public detail::Object<smime_certificate, smime_certificate_free> {
public:
    using Object::Object;

    static Certificate from_bytes(Octets octets)
    {
        return Certificate(detail::made<smime_certificate>(smime_certificate_from_bytes, nullptr, octets.data(), octets.size()));
    }

    std::string der() const { return text(smime_certificate_to_der); }
    std::string pem() const { return text(smime_certificate_to_pem); }
    std::string json() const { return text(smime_certificate_to_json); }
    /** The rules for those who issue certificates that it does not keep. */
    std::string lint_json() const { return text(smime_certificate_lint_to_json); }
    std::string subject() const { return text(smime_certificate_subject); }
    std::string issuer() const { return text(smime_certificate_issuer); }
    std::string serial() const { return text(smime_certificate_serial); }
    std::string sha256() const { return text(smime_certificate_sha256); }
    std::int64_t not_before() const noexcept { return smime_certificate_not_before(get()); }
    std::int64_t not_after() const noexcept { return smime_certificate_not_after(get()); }

    std::vector<std::string> addresses() const
    {
        std::vector<std::string> found;
        for (std::size_t index = 0; index < smime_certificate_address_count(get()); index++)
            found.push_back(Buffer(detail::made<smime_buffer>(smime_certificate_address, nullptr, get(), index)).str());
        return found;
    }

    /** Whether this address is one of the certificate's. */
    bool has_address(const std::string &address) const noexcept
    {
        return smime_certificate_match_address(get(), address.c_str()) == SMIME_ADDRESS_MATCH;
    }

private:
    std::string text(std::int32_t (*function)(const smime_certificate *, smime_buffer **, smime_error **)) const
    {
        return Buffer(detail::made<smime_buffer>(function, nullptr, get())).str();
    }
};

/** A list of certificates. */
class Certificates : public detail::Object<smime_certificates, smime_certificates_free> {
public:
    using Object::Object;

    Certificates() : Object(detail::made<smime_certificates>(smime_certificates_new, nullptr)) {}

    static Certificates from_bytes(Octets octets)
    {
        return Certificates(detail::made<smime_certificates>(smime_certificates_from_bytes, nullptr, octets.data(), octets.size()));
    }

    Certificates &add(const Certificate &certificate)
    {
        detail::done(smime_certificates_add, get(), certificate.get());
        return *this;
    }

    std::string pem() const { return Buffer(detail::made<smime_buffer>(smime_certificates_to_pem, nullptr, get())).str(); }
    /** A bundle (.p7c, .p7b) in SMIME_FORM_DER or SMIME_FORM_PEM. */
    std::string certs_only(std::int32_t form = SMIME_FORM_DER) const
    {
        return Buffer(detail::made<smime_buffer>(smime_certificates_to_certs_only, nullptr, get(), form)).str();
    }

    std::size_t size() const noexcept { return smime_certificates_len(get()); }
    Certificate at(std::size_t index) const
    {
        return Certificate(detail::made<smime_certificate>(smime_certificates_at, nullptr, get(), index));
    }
};

} // namespace smime

#endif
