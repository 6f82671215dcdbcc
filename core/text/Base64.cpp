// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/Base64.h"

#include <cstddef>
#include <cstdint>

namespace nextquill::text {

namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t groupDigits = 4;
constexpr std::size_t groupBytes = 3;
constexpr std::uint32_t digitMask = 0x3f;

} // namespace

std::optional<std::string> bytesOfBase64(std::string_view text)
{
    if (text.size() % groupDigits != 0) {
        return std::nullopt;
    }
    std::string bytes;
    bytes.reserve(text.size() / groupDigits * groupBytes);
    for (std::size_t i = 0; i < text.size(); i += groupDigits) {
        const bool isLast = i + groupDigits == text.size();
        const std::string_view group = text.substr(i, groupDigits);
        const std::size_t padding = !isLast ? 0 : group.ends_with("==") ? 2 : group.ends_with('=');
        std::uint32_t value = 0;
        for (std::size_t d = 0; d < groupDigits; ++d) {
            const std::size_t digit = d < groupDigits - padding ? digits.find(group[d]) : 0;
            if (digit == std::string_view::npos) {
                return std::nullopt;
            }
            value = (value << 6U) | static_cast<std::uint32_t>(digit);
        }
        for (std::size_t b = 0; b < groupBytes - padding; ++b) {
            bytes += static_cast<char>((value >> (16U - 8U * b)) & 0xffU);
        }
    }
    return bytes;
}

std::string toBase64(std::string_view bytes)
{
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += groupBytes) {
        const std::string_view group = bytes.substr(i, groupBytes);
        std::uint32_t value = 0;
        for (std::size_t b = 0; b < groupBytes; ++b) {
            value = (value << 8U) | (b < group.size() ? static_cast<unsigned char>(group[b]) : 0U);
        }
        for (std::size_t d = 0; d < groupDigits; ++d) {
            text += d <= group.size() ? digits[(value >> (18U - 6U * d)) & digitMask] : '=';
        }
    }
    return text;
}

} // namespace nextquill::text
