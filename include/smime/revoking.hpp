/* Issuing revocation lists and answering OCSP requests. Part of smime.hpp. */
#ifndef LIBSMIME_SMIME_REVOKING_HPP
#define LIBSMIME_SMIME_REVOKING_HPP

#include "ca.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace smime {

/** A revocation list in the making: first what it says as a whole, then its entries. */
class CrlBuilder : public detail::Object<smime_crl_builder, smime_crl_builder_free> {
public:
    using Object::Object;

    CrlBuilder(const Issuer &issuer, std::uint64_t number, std::int64_t this_update, std::int64_t next_update)
        : Object(detail::made<smime_crl_builder>(smime_crl_builder_new, nullptr, issuer.get(), number, this_update, next_update))
    {
    }

    /** Big-endian, for numbers beyond 64 bits. */
    CrlBuilder &number(Octets number) { return with(smime_crl_builder_set_number, number.data(), number.size()); }
    CrlBuilder &base_number(Octets number) { return with(smime_crl_builder_set_base_number, number.data(), number.size()); }
    CrlBuilder &base_number(std::uint64_t number)
    {
        std::uint8_t octets[8];
        for (unsigned index = 0; index < 8; index++)
            octets[index] = static_cast<std::uint8_t>(number >> (56 - 8 * index));
        return base_number(Octets(octets, sizeof octets));
    }
    CrlBuilder &url(const std::string &url) { return with(smime_crl_builder_add_url, url.c_str()); }
    CrlBuilder &freshest_url(const std::string &url) { return with(smime_crl_builder_add_freshest_url, url.c_str()); }
    /** One of SMIME_CRL_ONLY_*. */
    CrlBuilder &only(std::int32_t kind) { return with(smime_crl_builder_set_only, kind); }
    /** One of SMIME_REASON_*. */
    CrlBuilder &only_reason(std::int32_t reason) { return with(smime_crl_builder_add_only_reason, reason); }
    CrlBuilder &indirect() { return with(smime_crl_builder_set_indirect); }

    /** The serial number is the content octets of an INTEGER, the reason one of SMIME_REASON_*. */
    CrlBuilder &entry(Octets serial, std::int64_t revocation_date, std::int32_t reason = SMIME_REASON_UNSPECIFIED,
                      const std::int64_t *invalidity_date = nullptr, const Certificate *certificate_issuer = nullptr)
    {
        return with(smime_crl_builder_add_entry, serial.data(), serial.size(), revocation_date, reason, invalidity_date,
                    certificate_issuer == nullptr ? nullptr : certificate_issuer->get());
    }
    CrlBuilder &entries_of(Octets list) { return with(smime_crl_builder_add_entries_of, list.data(), list.size()); }
    /** What a delta CRL has to say. */
    CrlBuilder &changes(Octets base, Octets current)
    {
        return with(smime_crl_builder_add_changes, base.data(), base.size(), current.data(), current.size());
    }

    /** The list in DER. Nothing can be added afterwards. */
    Buffer build() { return Buffer(detail::made<smime_buffer>(smime_crl_builder_build, nullptr, get())); }

private:
    template <typename Function, typename... Arguments> CrlBuilder &with(Function function, Arguments... arguments)
    {
        detail::done(function, get(), arguments...);
        return *this;
    }
};

/** An OCSP request that was read. */
class OcspRequest : public detail::Object<smime_ocsp_request, smime_ocsp_request_free> {
public:
    using Object::Object;

    static OcspRequest from_bytes(Octets octets)
    {
        return OcspRequest(detail::made<smime_ocsp_request>(smime_ocsp_request_from_bytes, nullptr, octets.data(), octets.size()));
    }
    static OcspRequest from_get_path(const std::string &path)
    {
        return OcspRequest(detail::made<smime_ocsp_request>(smime_ocsp_request_from_get_path, nullptr, path.c_str()));
    }

    std::size_t size() const noexcept { return smime_ocsp_request_len(get()); }
    Buffer cert_id(std::size_t index) const { return Buffer(detail::made<smime_buffer>(smime_ocsp_request_cert_id, nullptr, get(), index)); }
    Buffer serial(std::size_t index) const { return Buffer(detail::made<smime_buffer>(smime_ocsp_request_serial, nullptr, get(), index)); }
    Buffer nonce() const { return Buffer(detail::made<smime_buffer>(smime_ocsp_request_nonce, nullptr, get())); }
    Buffer der() const { return Buffer(detail::made<smime_buffer>(smime_ocsp_request_to_der, nullptr, get())); }
};

/** What a responder says of a certificate. */
struct OcspStatus {
    /** One of SMIME_OCSP_STATUS_*. */
    std::int32_t kind;
    std::int64_t revoked_at;
    /** One of SMIME_REASON_*. */
    std::int32_t reason;
};

/** A key that answers for the certificates of one issuer. */
class OcspResponder : public detail::Object<smime_ocsp_responder, smime_ocsp_responder_free> {
public:
    using Object::Object;
    /** The status of the certificate with this serial number. Where it throws, so does the call. */
    using StatusOf = std::function<OcspStatus(const Octets &)>;

    OcspResponder(const Key &key, const Certificate &certificate, const Certificate &issuer)
        : Object(detail::made<smime_ocsp_responder>(smime_ocsp_responder_new, nullptr, key.get(), certificate.get(), issuer.get()))
    {
    }

    void by_name() { detail::done(smime_ocsp_responder_set_by_name, get()); }
    void omit_nonces() { detail::done(smime_ocsp_responder_omit_nonces, get()); }
    void others_unknown() { detail::done(smime_ocsp_responder_set_others_unknown, get()); }

    /** The answer to a request, whatever its octets are. */
    Buffer respond(Octets request, StatusOf status_of, std::int64_t this_update, const std::int64_t *next_update, std::int64_t produced_at) const
    {
        Asked asked{std::move(status_of), detail::Thrown()};
        Buffer response(detail::made<smime_buffer>(smime_ocsp_responder_respond, nullptr, get(), request.data(), request.size(), &ask,
                                                   static_cast<void *>(&asked), this_update, next_update, produced_at));
        asked.thrown.rethrow();
        return response;
    }

    /** An answer made before anybody asks. */
    Buffer prepare(Octets serial, const OcspStatus &status, std::int64_t this_update, std::int64_t next_update, std::int64_t produced_at,
                   const std::string &digest = "sha1") const
    {
        return Buffer(detail::made<smime_buffer>(smime_ocsp_responder_prepare, nullptr, get(), serial.data(), serial.size(), digest.c_str(),
                                                 status.kind, status.revoked_at, status.reason, this_update, next_update, produced_at));
    }

    /** A response without an answer: one of SMIME_OCSP_RESPONSE_*. */
    static Buffer refusal(std::int32_t status) { return Buffer(detail::made<smime_buffer>(smime_ocsp_refusal, nullptr, status)); }

private:
    struct Asked {
        StatusOf status_of;
        detail::Thrown thrown;
    };

    static std::int32_t ask(void *user, const std::uint8_t *serial, std::size_t length, smime_ocsp_status *place) noexcept
    {
        Asked &asked = *static_cast<Asked *>(user);
        return asked.thrown.keep([&] {
            const OcspStatus status = asked.status_of(Octets(serial, length));
            detail::done(smime_ocsp_status_set, place, status.kind, status.revoked_at, status.reason);
        });
    }
};

} // namespace smime

#endif
