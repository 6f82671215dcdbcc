// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Digest.h"

#include "core/base/Error.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <openssl/evp.h>
#include <vector>

namespace nextquill {

struct Digest::State
{
    struct Free
    {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };

    std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
};

namespace {

void require(int success)
{
    if (success != 1) {
        throw Error{ErrorKind::Internal, "a digest is not available", "OpenSSL",
                    "install OpenSSL's default provider"};
    }
}

/// Fetched once: EVP_sha256() is looked up anew for each digest, which takes as long as the digest
/// of a short text. Never freed, for OpenSSL is gone before our statics.
const EVP_MD* sha256Method()
{
    static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return method != nullptr ? method : EVP_sha256();
}

} // namespace

Digest::Digest(DigestKind kind)
    : m_state{std::make_unique<State>()}
{
    const EVP_MD* const method = kind == DigestKind::Sha256 ? sha256Method() : EVP_sha1();
    require(EVP_DigestInit_ex(m_state->context.get(), method, nullptr));
}

Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

void Digest::add(std::string_view bytes)
{
    add(bytes.data(), bytes.size());
}

void Digest::add(const void* bytes, std::size_t size)
{
    require(EVP_DigestUpdate(m_state->context.get(), bytes, size));
}

std::string Digest::bytes()
{
    std::string bytes(EVP_MAX_MD_SIZE, '\0');
    unsigned int size = 0;
    require(EVP_DigestFinal_ex(m_state->context.get(),
                               reinterpret_cast<unsigned char*>(bytes.data()), &size));
    bytes.resize(size);
    return bytes;
}

std::string Digest::hex()
{
    constexpr std::string_view digits = "0123456789abcdef";
    const std::string digest = bytes();
    std::string text;
    text.reserve(digest.size() * 2);
    for (const char c : digest) {
        const auto byte = static_cast<unsigned char>(c);
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

std::string sha256(std::string_view bytes)
{
    Digest digest;
    digest.add(bytes);
    return digest.hex();
}

std::string sha256Bytes(std::string_view bytes)
{
    Digest digest;
    digest.add(bytes);
    return digest.bytes();
}

std::string sha256OfFile(const std::filesystem::path& file)
{
    std::ifstream stream{file, std::ios::binary};
    Digest digest;
    std::vector<char> buffer(std::size_t{1} << 20);
    while (stream) {
        stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        digest.add(buffer.data(), static_cast<std::size_t>(stream.gcount()));
    }
    if (!stream.eof()) {
        throw Error{ErrorKind::Storage, "the file cannot be read", file.string(),
                    "check that it exists and that you may read it"};
    }
    return digest.hex();
}

} // namespace nextquill
