/* Signing and encrypting. Part of smime.hpp. */
#ifndef LIBSMIME_SMIME_SEND_HPP
#define LIBSMIME_SMIME_SEND_HPP

#include "identity.hpp"

#include <cstddef>
#include <cstdint>
#include <istream>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

namespace smime {

namespace detail {

/** A stream that writes through a sink of its own. */
template <typename T, void (*End)(T *), std::int32_t (*Push)(T *, const std::uint8_t *, std::size_t, smime_error **),
          std::int32_t (*Finish)(T *, smime_error **)>
class Pipe {
public:
    template <typename Open> Pipe(Sink sink, Open open) : sink_(new Sink(std::move(sink))), stream_(open(static_cast<void *>(sink_.get()))) {}

    void push(Octets octets)
    {
        through([&] { done(Push, stream_.get(), octets.data(), octets.size()); }, *sink_);
    }
    /** Writes what remains. */
    void finish()
    {
        through([&] { done(Finish, stream_.get()); }, *sink_);
    }

private:
    // In this order: the stream ends before its sink.
    std::unique_ptr<Sink> sink_;
    Object<T, End> stream_;
};

} // namespace detail

/** A message that is signed while it comes in pieces. */
using SignStream = detail::Pipe<smime_sign_stream, smime_sign_stream_free, smime_sign_stream_push, smime_sign_stream_finish>;
/** A message that is encrypted while it comes in pieces. */
using EncryptStream = detail::Pipe<smime_encrypt_stream, smime_encrypt_stream_free, smime_encrypt_stream_push, smime_encrypt_stream_finish>;

/** Signs messages. */
class Signer : public detail::Object<smime_signer, smime_signer_free> {
public:
    explicit Signer(const Identity &identity) : Object(detail::made<smime_signer>(smime_signer_new, nullptr, identity.get())) {}

    Signer &also(const Identity &identity) & { return with(smime_signer_add_identity, identity.get()); }
    Signer &&also(const Identity &identity) && { return std::move(this->also(identity)); }
    Signer &digest(const std::string &name) & { return with(smime_signer_set_digest, name.c_str()); }
    Signer &&digest(const std::string &name) && { return std::move(this->digest(name)); }
    Signer &pss(bool wanted = true) & { return with(smime_signer_set_pss, number(wanted)); }
    Signer &&pss(bool wanted = true) && { return std::move(this->pss(wanted)); }
    Signer &opaque(bool wanted = true) & { return with(smime_signer_set_form, wanted ? SMIME_SIGNED_FORM_OPAQUE : SMIME_SIGNED_FORM_CLEAR); }
    Signer &&opaque(bool wanted = true) && { return std::move(this->opaque(wanted)); }
    Signer &chain(bool wanted) & { return with(smime_signer_set_chain, number(wanted)); }
    Signer &&chain(bool wanted) && { return std::move(this->chain(wanted)); }
    Signer &protect_headers(bool wanted = true) & { return with(smime_signer_set_protect_headers, number(wanted)); }
    Signer &&protect_headers(bool wanted = true) && { return std::move(this->protect_headers(wanted)); }
    Signer &at(std::int64_t time) & { return with(smime_signer_set_at, time); }
    Signer &&at(std::int64_t time) && { return std::move(this->at(time)); }
    Signer &omit_time() & { return with(smime_signer_omit_time); }
    Signer &&omit_time() && { return std::move(this->omit_time()); }
    Signer &limit(std::int32_t limit, std::uint64_t value) & { return with(smime_signer_set_limit, limit, value); }
    Signer &&limit(std::int32_t limit, std::uint64_t value) && { return std::move(this->limit(limit, value)); }

    Buffer sign(Octets message) const
    {
        return Buffer(detail::made<smime_buffer>(smime_signer_sign, nullptr, get(), message.data(), message.size()));
    }
    Buffer sign_detached(Octets content) const
    {
        return Buffer(detail::made<smime_buffer>(smime_signer_sign_detached, nullptr, get(), content.data(), content.size()));
    }
    /** Constant memory. */
    void sign(std::istream &source, std::ostream &output) const
    {
        detail::Source from(source);
        detail::Sink to(output);
        detail::through(
            [&] {
                detail::done(smime_signer_sign_io, get(), detail::Source::read, detail::Source::seek, static_cast<void *>(&from),
                             detail::Sink::take, static_cast<void *>(&to));
            },
            from, to);
    }
    SignStream stream(std::ostream &output) const { return open(detail::Sink(output)); }
    SignStream stream(detail::Sink::Write write) const { return open(detail::Sink(std::move(write))); }

private:
    static std::int32_t number(bool truth) noexcept { return truth ? 1 : 0; }
    SignStream open(detail::Sink sink) const
    {
        const smime_signer *self = get();
        return SignStream(std::move(sink), [self](void *user) {
            return detail::made<smime_sign_stream>(smime_signer_stream, nullptr, self, detail::Sink::take, user);
        });
    }
    template <typename Function, typename... Arguments> Signer &with(Function function, Arguments... arguments)
    {
        detail::done(function, get(), arguments...);
        return *this;
    }
};

/** Encrypts messages. */
class Encryptor : public detail::Object<smime_encryptor, smime_encryptor_free> {
public:
    Encryptor() : Object(detail::made<smime_encryptor>(smime_encryptor_new, nullptr)) {}

    Encryptor &recipient(const Certificate &certificate) & { return with(smime_encryptor_add_recipient, certificate.get()); }
    Encryptor &&recipient(const Certificate &certificate) && { return std::move(this->recipient(certificate)); }
    Encryptor &recipient(const Certificate &certificate, const std::string &capabilities) &
    {
        return with(smime_encryptor_add_recipient_announcing, certificate.get(), capabilities.c_str());
    }
    Encryptor &&recipient(const Certificate &certificate, const std::string &capabilities) &&
    {
        return std::move(this->recipient(certificate, capabilities));
    }
    Encryptor &cipher(const std::string &name) & { return with(smime_encryptor_set_cipher, name.c_str()); }
    Encryptor &&cipher(const std::string &name) && { return std::move(this->cipher(name)); }
    Encryptor &oaep(bool wanted = true) &
    {
        return with(smime_encryptor_set_key_transport, wanted ? SMIME_KEY_TRANSPORT_OAEP : SMIME_KEY_TRANSPORT_PKCS1);
    }
    Encryptor &&oaep(bool wanted = true) && { return std::move(this->oaep(wanted)); }
    Encryptor &protect_headers(bool wanted = true) & { return with(smime_encryptor_set_protect_headers, wanted ? 1 : 0); }
    Encryptor &&protect_headers(bool wanted = true) && { return std::move(this->protect_headers(wanted)); }
    Encryptor &limit(std::int32_t limit, std::uint64_t value) & { return with(smime_encryptor_set_limit, limit, value); }
    Encryptor &&limit(std::int32_t limit, std::uint64_t value) && { return std::move(this->limit(limit, value)); }

    Buffer encrypt(Octets message) const
    {
        return Buffer(detail::made<smime_buffer>(smime_encryptor_encrypt, nullptr, get(), message.data(), message.size()));
    }
    /** Constant memory. */
    void encrypt(std::istream &source, std::ostream &output) const
    {
        detail::Source from(source);
        detail::Sink to(output);
        detail::through(
            [&] {
                detail::done(smime_encryptor_encrypt_io, get(), detail::Source::read, detail::Source::seek, static_cast<void *>(&from),
                             detail::Sink::take, static_cast<void *>(&to));
            },
            from, to);
    }
    EncryptStream stream(std::ostream &output) const { return open(detail::Sink(output)); }
    EncryptStream stream(detail::Sink::Write write) const { return open(detail::Sink(std::move(write))); }

private:
    EncryptStream open(detail::Sink sink) const
    {
        const smime_encryptor *self = get();
        return EncryptStream(std::move(sink), [self](void *user) {
            return detail::made<smime_encrypt_stream>(smime_encryptor_stream, nullptr, self, detail::Sink::take, user);
        });
    }
    template <typename Function, typename... Arguments> Encryptor &with(Function function, Arguments... arguments)
    {
        detail::done(function, get(), arguments...);
        return *this;
    }
};

} // namespace smime

#endif
