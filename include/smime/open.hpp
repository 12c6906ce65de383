/* Opening: decrypting and verifying, with a report. Part of smime.hpp. */
#ifndef LIBSMIME_SMIME_OPEN_HPP
#define LIBSMIME_SMIME_OPEN_HPP

#include "identity.hpp"
#include "path.hpp"

#include <cstddef>
#include <cstdint>
#include <istream>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace smime {

/** Everything that was found out about a message. */
class Report : public detail::Object<smime_report, smime_report_free> {
public:
    using Object::Object;

    /** One of SMIME_VERDICT_*. */
    std::int32_t verdict() const noexcept { return smime_report_verdict(get()); }
    bool is_acceptable() const noexcept { return smime_verdict_is_acceptable(verdict()) != 0; }
    std::string json() const { return text(smime_report_to_json); }
    std::string json_pretty() const { return text(smime_report_to_json_pretty); }
    std::string summary() const { return text(smime_report_summary); }
    bool has(std::int32_t code) const noexcept { return smime_report_has(get(), code) != 0; }
    std::int32_t address_match() const noexcept { return smime_report_address_match(get()); }
    std::uint64_t content_length() const noexcept { return smime_report_content_length(get()); }

    std::vector<Finding> findings() const
    {
        std::vector<Finding> found;
        for (std::size_t index = 0; index < smime_report_finding_count(get()); index++)
            found.push_back({smime_report_finding_code(get(), index), smime_report_finding_severity(get(), index),
                             Buffer(detail::made<smime_buffer>(smime_report_finding_message, nullptr, get(), index)).str()});
        return found;
    }

    /** One of SMIME_LAYER_* for each layer, from the outside in. */
    std::vector<std::int32_t> layers() const
    {
        std::vector<std::int32_t> kinds;
        for (std::size_t index = 0; index < smime_report_layer_count(get()); index++) kinds.push_back(smime_report_layer_kind(get(), index));
        return kinds;
    }

    std::size_t signer_count() const noexcept { return smime_report_signer_count(get()); }
    std::int32_t signer_verdict(std::size_t index) const noexcept { return smime_report_signer_verdict(get(), index); }
    Certificate signer_certificate(std::size_t index) const
    {
        return Certificate(detail::made<smime_certificate>(smime_report_signer_certificate, nullptr, get(), index));
    }
    bool signer_time(std::size_t index, std::int64_t &time) const noexcept { return smime_report_signer_time(get(), index, &time) != 0; }
    std::string signer_capabilities(std::size_t index) const
    {
        return Buffer(detail::made<smime_buffer>(smime_report_signer_capabilities, nullptr, get(), index)).str();
    }

private:
    std::string text(std::int32_t (*function)(const smime_report *, smime_buffer **, smime_error **)) const
    {
        return Buffer(detail::made<smime_buffer>(function, nullptr, get())).str();
    }
};

/** A message after opening. */
class Opened : public detail::Object<smime_opened, smime_opened_free> {
public:
    using Object::Object;

    /** One of SMIME_VERDICT_*. */
    std::int32_t verdict() const noexcept { return smime_opened_verdict(get()); }
    bool is_acceptable() const noexcept { return smime_opened_is_acceptable(get()) != 0; }
    Report report() const { return Report(detail::made<smime_report>(smime_opened_report, nullptr, get())); }
    /** Throws SMIME_E_USE_CONTENT_REFUSED unless the verdict allows the use of the content. */
    Buffer content() const { return Buffer(detail::made<smime_buffer>(smime_opened_content, nullptr, get())); }
    /** DANGER: altered, forged, or from nobody knows whom. */
    Buffer danger_content_despite_verdict() const
    {
        return Buffer(detail::made<smime_buffer>(smime_opened_danger_content_despite_verdict, nullptr, get()));
    }
};

/** A message that comes in pieces. */
class OpenStream : public detail::Object<smime_open_stream, smime_open_stream_free> {
public:
    using Object::Object;

    void push(Octets octets) { detail::done(smime_open_stream_push, get(), octets.data(), octets.size()); }
    Opened finish() { return Opened(detail::made<smime_opened>(smime_open_stream_finish, nullptr, get())); }
};

/** Opens messages: decrypts, verifies and explains. */
class Opener : public detail::Object<smime_opener, smime_opener_free> {
public:
    /** Trusts no signer. */
    Opener() : Object(detail::made<smime_opener>(smime_opener_new, nullptr, static_cast<const smime_trust *>(nullptr))) {}
    explicit Opener(const Trust &trust) : Object(detail::made<smime_opener>(smime_opener_new, nullptr, trust.get())) {}

    Opener &identity(const Identity &identity) & { return with(smime_opener_add_identity, identity.get()); }
    Opener &&identity(const Identity &identity) && { return std::move(this->identity(identity)); }
    Opener &intermediate(const Certificate &certificate) & { return with(smime_opener_add_intermediate, certificate.get()); }
    Opener &&intermediate(const Certificate &certificate) && { return std::move(this->intermediate(certificate)); }
    Opener &crls(Octets file) & { return with(smime_opener_add_crls, file.data(), file.size()); }
    Opener &&crls(Octets file) && { return std::move(this->crls(file)); }
    Opener &ocsp(Octets file) & { return with(smime_opener_add_ocsp, file.data(), file.size()); }
    Opener &&ocsp(Octets file) && { return std::move(this->ocsp(file)); }
    Opener &time_stamp_trust(const Trust &trust) & { return with(smime_opener_set_time_stamp_trust, trust.get()); }
    Opener &&time_stamp_trust(const Trust &trust) && { return std::move(this->time_stamp_trust(trust)); }
    Opener &fetch(Fetch function) &
    {
        detail::set_fetch(smime_opener_set_fetch, get(), std::move(function));
        return *this;
    }
    Opener &&fetch(Fetch function) && { return std::move(this->fetch(std::move(function))); }
    Opener &at(std::int64_t time) & { return with(smime_opener_set_at, time); }
    Opener &&at(std::int64_t time) && { return std::move(this->at(time)); }
    Opener &policy(std::int32_t policy) & { return with(smime_opener_set_policy, policy); }
    Opener &&policy(std::int32_t policy) && { return std::move(this->policy(policy)); }
    Opener &policy_option(std::int32_t option, std::int64_t value) & { return with(smime_opener_set_policy_option, option, value); }
    Opener &&policy_option(std::int32_t option, std::int64_t value) && { return std::move(this->policy_option(option, value)); }
    Opener &certificate_policy(const std::string &oid) & { return with(smime_opener_add_certificate_policy, oid.c_str()); }
    Opener &&certificate_policy(const std::string &oid) && { return std::move(this->certificate_policy(oid)); }
    Opener &allow_digest(const std::string &digest, bool allowed) & { return with(smime_opener_allow_digest, digest.c_str(), number(allowed)); }
    Opener &&allow_digest(const std::string &digest, bool allowed) && { return std::move(this->allow_digest(digest, allowed)); }
    Opener &allow_cipher(const std::string &cipher, bool allowed) & { return with(smime_opener_allow_cipher, cipher.c_str(), number(allowed)); }
    Opener &&allow_cipher(const std::string &cipher, bool allowed) && { return std::move(this->allow_cipher(cipher, allowed)); }
    Opener &limit(std::int32_t limit, std::uint64_t value) & { return with(smime_opener_set_limit, limit, value); }
    Opener &&limit(std::int32_t limit, std::uint64_t value) && { return std::move(this->limit(limit, value)); }
    Opener &form(std::int32_t form) & { return with(smime_opener_set_form, form); }
    Opener &&form(std::int32_t form) && { return std::move(this->form(form)); }
    Opener &require_signature(bool required = true) & { return with(smime_opener_set_require_signature, number(required)); }
    Opener &&require_signature(bool required = true) && { return std::move(this->require_signature(required)); }
    Opener &content_digest(bool wanted = true) & { return with(smime_opener_set_content_digest, number(wanted)); }
    Opener &&content_digest(bool wanted = true) && { return std::move(this->content_digest(wanted)); }
    Opener &as_message(bool wanted = true) & { return with(smime_opener_set_as_message, number(wanted)); }
    Opener &&as_message(bool wanted = true) && { return std::move(this->as_message(wanted)); }

    Opened open(Octets message) const
    {
        return Opened(detail::made<smime_opened>(smime_opener_open, nullptr, get(), message.data(), message.size()));
    }
    Report examine(Octets message) const
    {
        return Report(detail::made<smime_report>(smime_opener_examine, nullptr, get(), message.data(), message.size()));
    }
    Opened open_detached(Octets signature, Octets content) const
    {
        return Opened(detail::made<smime_opened>(smime_opener_open_detached, nullptr, get(), signature.data(), signature.size(), content.data(),
                                                 content.size()));
    }

    /** Constant memory; nothing is written unless the verdict allows it. */
    Opened open(std::istream &source, std::ostream &output) const
    {
        detail::Source from(source);
        detail::Sink to(output);
        return detail::through(
            [&] {
                return Opened(detail::made<smime_opened>(smime_opener_open_io, nullptr, get(), detail::Source::read, detail::Source::seek,
                                                         static_cast<void *>(&from), detail::Sink::take, static_cast<void *>(&to)));
            },
            from, to);
    }
    Report examine(std::istream &source) const
    {
        detail::Source from(source);
        return detail::through(
            [&] {
                return Report(detail::made<smime_report>(smime_opener_examine_io, nullptr, get(), detail::Source::read, detail::Source::seek,
                                                         static_cast<void *>(&from)));
            },
            from);
    }
    Report examine_detached(Octets signature, std::istream &content) const
    {
        detail::Source from(content);
        return detail::through(
            [&] {
                return Report(detail::made<smime_report>(smime_opener_examine_detached_io, nullptr, get(), signature.data(), signature.size(),
                                                         detail::Source::read, static_cast<void *>(&from)));
            },
            from);
    }

    /** Evidence of a message that this opener has judged with this report: one file, to be judged again years later. */
    Buffer write_evidence(const Report &report, Octets message) const
    {
        return Buffer(detail::made<smime_buffer>(smime_opener_write_evidence, nullptr, get(), report.get(), message.data(), message.size()));
    }
    void write_evidence(const Report &report, std::istream &source, std::ostream &output) const
    {
        detail::Source from(source);
        detail::Sink to(output);
        detail::through(
            [&] {
                detail::done(smime_opener_write_evidence_io, get(), report.get(), detail::Source::read, static_cast<void *>(&from), detail::Sink::take,
                             static_cast<void *>(&to));
                return true;
            },
            from, to);
    }
    /** Judges evidence again as of its time, or as of that of a time-stamp over it; as_noted: by the policy that it notes. */
    Opened open_evidence(Octets file, Octets time_stamp = Octets(nullptr, 0), bool as_noted = false) const
    {
        return Opened(detail::made<smime_opened>(smime_opener_open_evidence, nullptr, get(), file.data(), file.size(), time_stamp.data(),
                                                 time_stamp.size(), number(as_noted)));
    }
    Opened open_evidence(std::istream &file, std::ostream &output, Octets time_stamp = Octets(nullptr, 0), bool as_noted = false) const
    {
        detail::Source from(file);
        detail::Sink to(output);
        return detail::through(
            [&] {
                return Opened(detail::made<smime_opened>(smime_opener_open_evidence_io, nullptr, get(), detail::Source::read, detail::Source::seek,
                                                         static_cast<void *>(&from), time_stamp.data(), time_stamp.size(), number(as_noted),
                                                         detail::Sink::take, static_cast<void *>(&to)));
            },
            from, to);
    }

    OpenStream stream() const { return OpenStream(detail::made<smime_open_stream>(smime_opener_stream, nullptr, get())); }
    OpenStream examine_stream() const { return OpenStream(detail::made<smime_open_stream>(smime_opener_examine_stream, nullptr, get())); }

private:
    static std::int32_t number(bool truth) noexcept { return truth ? 1 : 0; }
    template <typename Function, typename... Arguments> Opener &with(Function function, Arguments... arguments)
    {
        detail::done(function, get(), arguments...);
        return *this;
    }
};

} // namespace smime

#endif
