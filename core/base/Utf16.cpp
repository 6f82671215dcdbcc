// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Utf16.h"

#include <algorithm>
#include <utility>

namespace nextquill {

namespace {

constexpr std::uint32_t notACharacter = 0xFFFD;
constexpr std::size_t bytesOfUnits = std::size_t{1} << 18;

std::size_t putUtf8(std::uint32_t code, char* out)
{
    if (code < 0x80) {
        *out = static_cast<char>(code);
        return 1;
    }
    const std::size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    const unsigned lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (std::size_t i = length - 1; i > 0; --i) {
        out[i] = static_cast<char>(0x80U | (code & 0x3FU));
        code >>= 6U;
    }
    *out = static_cast<char>(lead[length] | code);
    return length;
}

} // namespace

std::optional<Utf16::Order> Utf16::orderOf(std::string_view text)
{
    using namespace std::string_view_literals;
    if (text.starts_with("\xff\xfe"sv) && !text.starts_with("\xff\xfe\0\0"sv)) {
        return Order::LittleFirst;
    }
    return text.starts_with("\xfe\xff"sv) ? std::optional{Order::BigFirst} : std::nullopt;
}

Utf16::Utf16(std::unique_ptr<Decompressor> stream, std::string begin, Order order)
    : m_stream{std::move(stream)}
    , m_raw{std::move(begin)}
    , m_order{order}
{
}

std::size_t Utf16::fill(char* out, std::size_t size)
{
    std::size_t written = 0;
    while (written + 4 <= size && hasUnits()) {
        written += putCharacter(out + written);
    }
    return written;
}

/// Whether there is a whole unit more, and what belongs to it; at the end also what is left.
bool Utf16::hasUnits()
{
    if (m_raw.size() - m_at < 4 && !m_isAtEnd) {
        m_raw.erase(0, m_at);
        m_at = 0;
        const std::size_t rest = m_raw.size();
        m_raw.resize(rest + bytesOfUnits);
        const std::size_t more = m_stream->fill(m_raw.data() + rest, bytesOfUnits);
        m_raw.resize(rest + more);
        m_isAtEnd = more == 0;
        return hasUnits();
    }
    return m_at < m_raw.size();
}

std::uint32_t Utf16::unitAt(std::size_t at) const
{
    if (at + 1 >= m_raw.size()) {
        return notACharacter;
    }
    const auto first = static_cast<unsigned char>(m_raw[at]);
    const auto second = static_cast<unsigned char>(m_raw[at + 1]);
    return m_order == Order::BigFirst ? first * 256U + second : second * 256U + first;
}

std::size_t Utf16::putCharacter(char* out)
{
    std::uint32_t code = unitAt(m_at);
    const std::uint32_t next = unitAt(m_at + 2);
    m_at = std::min(m_at + 2, m_raw.size());
    if (code >= 0xD800 && code < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10U) + (next - 0xDC00);
        m_at += 2;
    } else if (code >= 0xD800 && code < 0xE000) {
        code = notACharacter;
    }
    return putUtf8(code, out);
}

} // namespace nextquill
