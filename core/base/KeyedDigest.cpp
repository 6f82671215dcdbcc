// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/KeyedDigest.h"

#include "core/base/Error.h"

#include <array>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <vector>

namespace nextquill {

namespace {

std::string hexadecimal(const unsigned char* bytes, std::size_t count)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(count * 2);
    for (std::size_t i = 0; i < count; ++i) {
        text += digits[bytes[i] >> 4U];
        text += digits[bytes[i] & 15U];
    }
    return text;
}

} // namespace

std::string hmacSha256(std::string_view key, std::string_view bytes)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
    unsigned int size = 0;
    const auto* const data = reinterpret_cast<const unsigned char*>(bytes.data());
    if (::HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data, bytes.size(),
               code.data(), &size) == nullptr) {
        throw Error{ErrorKind::Internal, "a keyed digest is not available", "OpenSSL",
                    "install OpenSSL's default provider"};
    }
    return hexadecimal(code.data(), size);
}

std::string randomKey(std::size_t bytes)
{
    std::vector<unsigned char> key(bytes);
    if (::RAND_bytes(key.data(), static_cast<int>(bytes)) != 1) {
        throw Error{ErrorKind::Internal, "there is no source of randomness", "OpenSSL",
                    "check the system's random numbers"};
    }
    return hexadecimal(key.data(), key.size());
}

} // namespace nextquill
