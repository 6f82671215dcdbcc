// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Decompressor.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nextquill {

/// A stream of UTF-16 as UTF-8; what is no character becomes U+FFFD.
class Utf16 final : public Decompressor
{
public:
    enum class Order { LittleFirst, BigFirst };

    /// By the byte order mark that the text begins with; none where it has none, or UTF-32's.
    [[nodiscard]] static std::optional<Order> orderOf(std::string_view text);

    /// `begin` is what was read of the stream already, without the mark.
    Utf16(std::unique_ptr<Decompressor> stream, std::string begin, Order order);

    std::size_t fill(char* out, std::size_t size) override;

private:
    bool hasUnits();
    [[nodiscard]] std::uint32_t unitAt(std::size_t at) const;
    std::size_t putCharacter(char* out);

    std::unique_ptr<Decompressor> m_stream;
    std::string m_raw;
    std::size_t m_at = 0;
    bool m_isAtEnd = false;
    Order m_order;
};

} // namespace nextquill
