/*
 * libsmime for C++11: smime.h with objects that end themselves, strings, streams and exceptions.
 *
 *     smime::Identity bob = smime::Identity::from_bytes(file, "secret");
 *     smime::Opened opened = smime::Opener(trust).identity(bob).open(message);
 *     if (opened.is_acceptable()) deliver(opened.content().str());
 *     else log(opened.report().summary());
 *
 * Header only; link libsmime. Every call that fails throws smime::Error. Objects can be moved but not copied; all of them may be
 * used from several threads at the same time. What smime.h says of each function holds here too.
 */
#ifndef LIBSMIME_SMIME_HPP
#define LIBSMIME_SMIME_HPP

#include "smime.h"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <istream>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace smime {

/** Why a call failed. */
class Error : public std::runtime_error {
public:
    explicit Error(const smime_error *error)
        : std::runtime_error(std::string(smime_error_name(error)) + ": " + smime_error_message(error)),
          code_(smime_error_code(error)), offset_(smime_error_offset(error)), name_(smime_error_name(error)), message_(smime_error_message(error))
    {
    }

    /** One of SMIME_E_*. */
    std::int32_t code() const noexcept { return code_; }
    /** One of SMIME_CLASS_*. */
    std::int32_t error_class() const noexcept { return smime_code_class(code_); }
    /** The stable name of the code, for example "BER-TRUNCATED". */
    const std::string &name() const noexcept { return name_; }
    /** One line for people. */
    const std::string &message() const noexcept { return message_; }
    /** Octets from the start of the input, or -1. */
    std::int64_t offset() const noexcept { return offset_; }

private:
    std::int32_t code_;
    std::int64_t offset_;
    std::string name_, message_;
};

/** Octets that the caller keeps: a view of a string, a vector, or a pointer and a length. */
class Octets {
public:
    Octets(const void *data, std::size_t length) : data_(static_cast<const std::uint8_t *>(data)), length_(length) {}
    Octets(const std::string &text) : Octets(text.data(), text.size()) {}
    Octets(const std::vector<std::uint8_t> &octets) : Octets(octets.data(), octets.size()) {}

    const std::uint8_t *data() const noexcept { return data_; }
    std::size_t size() const noexcept { return length_; }

private:
    const std::uint8_t *data_;
    std::size_t length_;
};

namespace detail {

/** The place of an error object during one call. */
class Failure {
public:
    Failure() = default;
    Failure(const Failure &) = delete;
    Failure &operator=(const Failure &) = delete;
    ~Failure() { smime_error_free(error_); }

    operator smime_error **() noexcept { return &error_; }

    void check(std::int32_t status) const
    {
        if (status != SMIME_OK) throw Error(error_);
    }

private:
    smime_error *error_ = nullptr;
};

/** An object of the library that ends itself. */
template <typename T, void (*End)(T *)> class Object {
public:
    explicit Object(T *object) noexcept : object_(object) {}

    /** The object for the functions of smime.h. It stays owned. */
    T *get() const noexcept { return object_.get(); }
    /** Gives the object away; whoever takes it ends it. */
    T *release() noexcept { return object_.release(); }

protected:
    struct Ending {
        void operator()(T *object) const noexcept { End(object); }
    };
    std::unique_ptr<T, Ending> object_;
};

/** Calls a function whose last two parameters are a place for the result and one for the error. */
template <typename T, typename... Parameters, typename... Arguments>
T *made(std::int32_t (*function)(Parameters...), T *, Arguments &&...arguments)
{
    Failure failure;
    T *object = nullptr;
    failure.check(function(std::forward<Arguments>(arguments)..., &object, failure));
    return object;
}

/** Calls a function whose last parameter is a place for the error. */
template <typename... Parameters, typename... Arguments> void done(std::int32_t (*function)(Parameters...), Arguments &&...arguments)
{
    Failure failure;
    failure.check(function(std::forward<Arguments>(arguments)..., failure));
}

/** What a callback could not throw through C. */
class Thrown {
public:
    template <typename Work> std::int32_t keep(Work work) noexcept
    {
        try {
            work();
            return 0;
        } catch (...) {
            exception_ = std::current_exception();
            return -1;
        }
    }

    /** Throws what was kept, in place of the error that came of it. */
    void rethrow()
    {
        if (exception_) {
            std::exception_ptr exception;
            std::swap(exception, exception_);
            std::rethrow_exception(exception);
        }
    }

private:
    std::exception_ptr exception_;
};

/** A std::istream behind the read and seek callbacks. */
struct Source {
    explicit Source(std::istream &stream_) : stream(stream_) {}

    static std::int32_t read(void *user, std::uint8_t *buffer, std::size_t capacity, std::size_t *length)
    {
        Source &self = *static_cast<Source *>(user);
        return self.thrown.keep([&] {
            self.stream.read(reinterpret_cast<char *>(buffer), static_cast<std::streamsize>(capacity));
            *length = static_cast<std::size_t>(self.stream.gcount());
            if (self.stream.bad()) throw std::ios_base::failure("reading failed");
        });
    }

    static std::int32_t seek(void *user, std::int64_t offset, std::int32_t origin, std::uint64_t *position)
    {
        Source &self = *static_cast<Source *>(user);
        return self.thrown.keep([&] {
            self.stream.clear();
            self.stream.seekg(static_cast<std::streamoff>(offset), origin == SMIME_SEEK_START   ? std::ios_base::beg
                                                                   : origin == SMIME_SEEK_END ? std::ios_base::end
                                                                                              : std::ios_base::cur);
            const std::streamoff place = self.stream.tellg();
            if (place < 0) throw std::ios_base::failure("seeking failed");
            *position = static_cast<std::uint64_t>(place);
        });
    }

    std::istream &stream;
    Thrown thrown;
};

/** A function, or a std::ostream, behind the write callback. */
struct Sink {
    using Write = std::function<void(const std::uint8_t *, std::size_t)>;

    explicit Sink(Write write_) : write(std::move(write_)) {}
    explicit Sink(std::ostream &stream)
        : write([&stream](const std::uint8_t *data, std::size_t length) {
              if (!stream.write(reinterpret_cast<const char *>(data), static_cast<std::streamsize>(length)))
                  throw std::ios_base::failure("writing failed");
          })
    {
    }

    static std::int32_t take(void *user, const std::uint8_t *data, std::size_t length)
    {
        Sink &self = *static_cast<Sink *>(user);
        return self.thrown.keep([&] { self.write(data, length); });
    }

    Write write;
    Thrown thrown;
};

/** Work whose error is that of a callback where a callback has thrown. */
template <typename Work, typename... Ends> auto through(Work work, Ends &...ends) -> decltype(work())
{
    try {
        return work();
    } catch (const Error &) {
        const int all[] = {(ends.thrown.rethrow(), 0)...};
        (void)all;
        throw;
    }
}

} // namespace detail

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

    std::size_t size() const noexcept { return smime_certificates_len(get()); }
    Certificate at(std::size_t index) const
    {
        return Certificate(detail::made<smime_certificate>(smime_certificates_at, nullptr, get(), index));
    }
};

/** A private key. */
class Key : public detail::Object<smime_key, smime_key_free> {
public:
    using Object::Object;

    /** "p256", "ed25519", "rsa-3072" and the like. */
    static Key generate(const std::string &kind) { return Key(detail::made<smime_key>(smime_key_generate, nullptr, kind.c_str())); }
    static Key from_bytes(Octets octets) { return read(octets, nullptr); }
    static Key from_bytes(Octets octets, const std::string &password) { return read(octets, password.c_str()); }

    std::string kind() const { return Buffer(detail::made<smime_buffer>(smime_key_kind, nullptr, get())).str(); }
    Buffer pem() const { return write(nullptr); }
    Buffer pem(const std::string &password) const { return write(password.c_str()); }

private:
    static Key read(Octets octets, const char *password)
    {
        return Key(detail::made<smime_key>(smime_key_from_bytes, nullptr, octets.data(), octets.size(), password));
    }
    Buffer write(const char *password) const { return Buffer(detail::made<smime_buffer>(smime_key_to_pem, nullptr, get(), password)); }
};

/** How a keeper is to sign or to decrypt. */
class Algorithm {
public:
    explicit Algorithm(const smime_algorithm *algorithm) noexcept : algorithm_(algorithm) {}

    std::string name() const { return smime_algorithm_name(algorithm_); }
    /** Empty where there is none. */
    std::string digest() const { return text(smime_algorithm_digest(algorithm_)); }
    std::string mgf_digest() const { return text(smime_algorithm_mgf_digest(algorithm_)); }
    std::int32_t salt_length() const noexcept { return smime_algorithm_salt_length(algorithm_); }
    std::string label() const { return octets(smime_algorithm_label); }
    std::string identifier() const { return octets(smime_algorithm_identifier); }

private:
    static std::string text(const char *words) { return words == nullptr ? std::string() : std::string(words); }
    std::string octets(const std::uint8_t *(*function)(const smime_algorithm *, std::size_t *)) const
    {
        std::size_t length = 0;
        const std::uint8_t *data = function(algorithm_, &length);
        return std::string(reinterpret_cast<const char *>(data), length);
    }

    const smime_algorithm *algorithm_;
};

/** A key that stays with its keeper: override what it can do. Several threads may call it at the same time. */
class ExternalKey {
public:
    virtual ~ExternalKey() = default;
    /** The signature over this digest; see smime_sign_fn. */
    virtual std::string sign(const Algorithm &, Octets) { throw std::logic_error("it does not sign"); }
    /** The key that was encrypted; see smime_unwrap_fn. */
    virtual std::string unwrap(const Algorithm &, Octets) { throw std::logic_error("it does not decrypt"); }
    /** The secret shared with this public key; see smime_agree_fn. */
    virtual std::string agree(Octets) { throw std::logic_error("it does not agree on secrets"); }
};

/** Private keys with their certificates. */
class Identity : public detail::Object<smime_identity, smime_identity_free> {
public:
    using Object::Object;

    /** PKCS #12, or PEM with keys, certificates and chain in any order. */
    static Identity from_bytes(Octets octets) { return read(octets, nullptr); }
    static Identity from_bytes(Octets octets, const std::string &password) { return read(octets, password.c_str()); }

    static Identity from_key(const Key &key, const Certificate &certificate) { return joined(key, certificate, nullptr); }
    static Identity from_key(const Key &key, const Certificate &certificate, const Certificates &chain)
    {
        return joined(key, certificate, chain.get());
    }

    /** What the keeper throws becomes SMIME_E_KEY_EXTERNAL_FAILED. */
    static Identity from_external(std::shared_ptr<ExternalKey> key, const Certificate &certificate, const Certificates &chain = Certificates())
    {
        std::unique_ptr<Keeper> keeper(new Keeper(std::move(key)));
        Identity identity(detail::made<smime_identity>(smime_identity_from_external, nullptr, certificate.get(), chain.get(), sign, unwrap, agree,
                                                       static_cast<void *>(keeper.get()), end));
        keeper.release();
        return identity;
    }

    Certificate certificate() const
    {
        return Certificate(detail::made<smime_certificate>(smime_identity_certificate, nullptr, get()));
    }
    Certificates certificates() const { return list(smime_identity_certificates); }
    Certificates chain() const { return list(smime_identity_chain); }
    Buffer pkcs12(const std::string &password) const
    {
        return Buffer(detail::made<smime_buffer>(smime_identity_to_pkcs12, nullptr, get(), password.c_str()));
    }

private:
    using Keeper = std::shared_ptr<ExternalKey>;

    static Identity read(Octets octets, const char *password)
    {
        return Identity(detail::made<smime_identity>(smime_identity_from_bytes, nullptr, octets.data(), octets.size(), password));
    }
    static Identity joined(const Key &key, const Certificate &certificate, const smime_certificates *chain)
    {
        return Identity(detail::made<smime_identity>(smime_identity_from_key, nullptr, key.get(), certificate.get(), chain));
    }
    Certificates list(std::int32_t (*function)(const smime_identity *, smime_certificates **, smime_error **)) const
    {
        return Certificates(detail::made<smime_certificates>(function, nullptr, get()));
    }

    template <typename Work> static std::int32_t answer(std::uint8_t *place, std::size_t capacity, std::size_t *length, Work work) noexcept
    {
        try {
            const std::string octets = work();
            if (octets.size() > capacity) return -2;
            octets.copy(reinterpret_cast<char *>(place), octets.size());
            *length = octets.size();
            return 0;
        } catch (...) {
            return -1;
        }
    }
    static std::int32_t sign(void *user, const smime_algorithm *algorithm, const std::uint8_t *digest, std::size_t digest_length,
                             std::uint8_t *signature, std::size_t capacity, std::size_t *length)
    {
        return answer(signature, capacity, length,
                      [&] { return (*static_cast<Keeper *>(user))->sign(Algorithm(algorithm), Octets(digest, digest_length)); });
    }
    static std::int32_t unwrap(void *user, const smime_algorithm *algorithm, const std::uint8_t *encrypted, std::size_t encrypted_length,
                               std::uint8_t *key, std::size_t capacity, std::size_t *length)
    {
        return answer(key, capacity, length,
                      [&] { return (*static_cast<Keeper *>(user))->unwrap(Algorithm(algorithm), Octets(encrypted, encrypted_length)); });
    }
    static std::int32_t agree(void *user, const std::uint8_t *peer, std::size_t peer_length, std::uint8_t *secret, std::size_t capacity,
                              std::size_t *length)
    {
        return answer(secret, capacity, length, [&] { return (*static_cast<Keeper *>(user))->agree(Octets(peer, peer_length)); });
    }
    static void end(void *user) { delete static_cast<Keeper *>(user); }
};

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
