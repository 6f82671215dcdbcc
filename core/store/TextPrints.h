// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

/// Digests of pieces of texts, by which the texts are found again in any bytes without being kept.
///
/// A text of at least 32 bytes has one for each 16 bytes: whatever part of it of 47 bytes or more
/// is anywhere is found. One of 12 to 31 bytes is found as a whole; shorter ones are not looked
/// for.
///
/// Speed    looking is linear in the bytes, whatever is looked for
/// Threads  looking may be done by several at a time
class TextPrints
{
public:
    TextPrints() = default;
    explicit TextPrints(const std::vector<std::string>& texts);

    /// Texts that were too short.
    [[nodiscard]] std::int64_t tooShort() const { return m_tooShort; }
    [[nodiscard]] bool isEmpty() const { return m_long.empty() && m_short.empty(); }

    /// Forgets the pieces that `text` has, too.
    void leaveOut(std::string_view text);

    [[nodiscard]] bool areIn(std::string_view text) const { return firstPlace(text) >= 0; }

    /// The place of the first piece in a file, -1 when there is none. `onRead` is told how many
    /// bytes were read.
    ///
    /// Throws Error(Storage) when it cannot be read; Stopped
    [[nodiscard]] std::int64_t placeIn(const std::filesystem::path& file,
                                       const std::function<void(std::int64_t)>& onRead,
                                       const StopToken& stop) const;

    /// As a column keeps them, and back. Throws Error(BadInput) when it is no such column.
    [[nodiscard]] std::string toBytes() const;
    [[nodiscard]] static TextPrints fromBytes(std::string_view bytes);

private:
    using Prints = std::vector<std::uint64_t>; ///< sorted

    void prepare();
    [[nodiscard]] std::int64_t firstPlace(std::string_view text) const;
    template<typename Visit>
    void forEachKnown(std::string_view text, std::size_t window, const Prints& prints,
                      Visit visit) const;

    Prints m_long;
    Prints m_short;
    std::vector<bool> m_maybe; ///< by the first bits of a print: whether there is one
    std::int64_t m_tooShort = 0;
};

} // namespace nextquill::store
