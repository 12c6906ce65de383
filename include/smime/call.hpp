/* How C++ calls the library: errors, octets, objects that end themselves, streams behind callbacks. Part of smime.hpp. */
#ifndef LIBSMIME_SMIME_CALL_HPP
#define LIBSMIME_SMIME_CALL_HPP

#include "../smime.h"

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

} // namespace smime

#endif
