// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/FileErrors.h"
#include "core/model/ModelLimits.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace nextquill::model {

static_assert(std::endian::native == std::endian::little, "GGUF is read as it lies in the file");

/// Goes through a GGUF file from front to back; nothing is read that is not there.
class GgufCursor
{
public:
    /// Reads until `limit` bytes, for metadata.
    GgufCursor(const std::byte* data, std::size_t size, std::size_t limit, const std::string& where)
        : m_data{data}
        , m_size{size}
        , m_limit{limit}
        , m_where{where}
    {
    }

    [[nodiscard]] std::size_t position() const { return m_position; }
    [[nodiscard]] std::size_t bytesLeft() const { return m_size - m_position; }
    [[nodiscard]] const std::byte* here() const { return m_data + m_position; }

    /// Steps over `bytes` bytes and returns the first.
    const std::byte* take(std::uint64_t bytes)
    {
        if (bytes > bytesLeft()) {
            throw damaged("the file ends at byte " + std::to_string(m_size) + ", where " +
                              std::to_string(bytes) + " bytes are read from byte " +
                              std::to_string(m_position),
                          m_where);
        }
        if (m_position + bytes > m_limit) {
            throw overLimit("the size of the metadata", m_position + bytes, m_limit, m_where);
        }
        const std::byte* first = here();
        m_position += bytes;
        return first;
    }

    template<typename Number>
    [[nodiscard]] Number number()
    {
        Number value{};
        std::memcpy(&value, take(sizeof(Number)), sizeof(Number));
        return value;
    }

    /// u64 length, bytes.
    [[nodiscard]] std::string_view text(std::uint64_t limit, const char* what)
    {
        const auto length = number<std::uint64_t>();
        if (length > limit) {
            throw overLimit(std::string{"the length of "} + what, length, limit, m_where);
        }
        return {reinterpret_cast<const char*>(take(length)), static_cast<std::size_t>(length)};
    }

    [[nodiscard]] const std::string& where() const { return m_where; }

private:
    const std::byte* m_data;
    std::size_t m_size;
    std::size_t m_limit;
    std::size_t m_position = 0;
    const std::string& m_where;
};

} // namespace nextquill::model
