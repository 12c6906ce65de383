/* Private keys, and the certificates that belong to them. Part of smime.hpp. */
#ifndef LIBSMIME_SMIME_IDENTITY_HPP
#define LIBSMIME_SMIME_IDENTITY_HPP

#include "cert.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace smime {

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
    /** Encrypted, by one of SMIME_KEY_DERIVATION_*. */
    Buffer pem(const std::string &password, std::int32_t derivation) const
    {
        return Buffer(detail::made<smime_buffer>(smime_key_to_encrypted_pem, nullptr, get(), password.c_str(), derivation));
    }

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
    /** In one of SMIME_PKCS12_*; without a friendlyName the certificate's address serves. */
    Buffer pkcs12(const std::string &password, std::int32_t profile) const { return pkcs12_as(password, profile, nullptr); }
    Buffer pkcs12(const std::string &password, std::int32_t profile, const std::string &friendly_name) const
    {
        return pkcs12_as(password, profile, friendly_name.c_str());
    }
    /** Keys that are not encrypted, their certificates and the chain. */
    Buffer pem() const { return Buffer(detail::made<smime_buffer>(smime_identity_to_pem, nullptr, get(), nullptr, 0)); }
    /** The same, encrypted by one of SMIME_KEY_DERIVATION_*. */
    Buffer pem(const std::string &password, std::int32_t derivation = SMIME_KEY_DERIVATION_PBKDF2) const
    {
        return Buffer(detail::made<smime_buffer>(smime_identity_to_pem, nullptr, get(), password.c_str(), derivation));
    }
    /** One identity with the keys and certificates of this one and another, and these certificates besides in the chain. */
    Identity joined(const Identity &other, const Certificates &chain = Certificates()) const
    {
        return Identity(detail::made<smime_identity>(smime_identity_join, nullptr, get(), other.get(), chain.get()));
    }

private:
    using Keeper = std::shared_ptr<ExternalKey>;

    Buffer pkcs12_as(const std::string &password, std::int32_t profile, const char *friendly_name) const
    {
        return Buffer(
            detail::made<smime_buffer>(smime_identity_to_pkcs12_profile, nullptr, get(), password.c_str(), profile, friendly_name));
    }
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

} // namespace smime

#endif
