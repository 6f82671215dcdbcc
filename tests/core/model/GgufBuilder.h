// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::testing {

/// Writes GGUF files for tests, sound ones and broken ones: every number can be made wrong.
class GgufBuilder
{
public:
    // Numbers of the format.
    static constexpr std::uint32_t u32 = 4, f32 = 6, boolean = 7, text = 8, array = 9;

    std::uint32_t version = 3;
    std::uint64_t alignment = 32;
    bool statesAlignment = false;
    std::int64_t keysMore = 0;    ///< stated beyond those that are there
    std::int64_t tensorsMore = 0; ///< stated beyond those that are there

    template<typename Number>
    static std::string raw(Number number)
    {
        std::string bytes(sizeof(number), '\0');
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            bytes[i] = reinterpret_cast<const char*>(&number)[i];
        }
        return bytes;
    }

    static std::string rawText(std::string_view value)
    {
        return raw(std::uint64_t{value.size()}).append(value);
    }

    /// A key with any type number and any bytes as its value.
    GgufBuilder& key(std::string_view name, std::uint32_t type, const std::string& value)
    {
        m_keys += rawText(name) + raw(type) + value;
        ++m_keyCount;
        return *this;
    }
    GgufBuilder& number(std::string_view name, std::uint32_t value)
    {
        return key(name, u32, raw(value));
    }
    GgufBuilder& real(std::string_view name, float value) { return key(name, f32, raw(value)); }
    GgufBuilder& flag(std::string_view name, bool value)
    {
        return key(name, boolean, raw(static_cast<std::uint8_t>(value)));
    }
    GgufBuilder& words(std::string_view name, std::string_view value)
    {
        return key(name, text, rawText(value));
    }
    GgufBuilder& list(std::string_view name, const std::vector<std::string>& values)
    {
        std::string bytes = raw(text) + raw(std::uint64_t{values.size()});
        for (const std::string& value : values) {
            bytes += rawText(value);
        }
        return key(name, array, bytes);
    }
    GgufBuilder& list(std::string_view name, const std::vector<std::int32_t>& values)
    {
        std::string bytes = raw(std::uint32_t{5}) + raw(std::uint64_t{values.size()});
        for (const std::int32_t value : values) {
            bytes += raw(value);
        }
        return key(name, array, bytes);
    }

    /// A tensor behind those that are there; `sizes` innermost first, as the format has them.
    GgufBuilder& tensor(std::string_view name, const std::vector<std::uint64_t>& sizes,
                        std::uint32_t type, const std::string& data)
    {
        return tensorAt(name, sizes, type, data, m_data.size());
    }
    GgufBuilder& tensorAt(std::string_view name, const std::vector<std::uint64_t>& sizes,
                          std::uint32_t type, const std::string& data, std::uint64_t offset)
    {
        m_tensors += rawText(name) + raw(static_cast<std::uint32_t>(sizes.size()));
        for (const std::uint64_t size : sizes) {
            m_tensors += raw(size);
        }
        m_tensors += raw(type) + raw(offset);
        m_data += data;
        pad(m_data);
        ++m_tensorCount;
        return *this;
    }

    [[nodiscard]] std::string bytes() const
    {
        std::string file = header();
        pad(file);
        return file + m_data;
    }

    /// Everything before the data, without padding.
    [[nodiscard]] std::string header() const
    {
        std::string keys = m_keys;
        std::int64_t count = m_keyCount + keysMore;
        if (statesAlignment) {
            keys += rawText("general.alignment") + raw(u32) +
                    raw(static_cast<std::uint32_t>(alignment));
            ++count;
        }
        return "GGUF" + raw(version) + raw(m_tensorCount + tensorsMore) + raw(count) + keys +
               m_tensors;
    }

private:
    void pad(std::string& bytes) const
    {
        const std::uint64_t step = alignment == 0 ? 1 : alignment;
        bytes.append((step - bytes.size() % step) % step, '\0');
    }

    std::string m_keys;
    std::string m_tensors;
    std::string m_data;
    std::int64_t m_keyCount = 0;
    std::int64_t m_tensorCount = 0;
};

} // namespace nextquill::testing
