// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::text {

class AlignedText;

/// SentencePiece's precompiled table of replacements: a double array over the bytes of what is
/// replaced, and the texts that replace it.
///
/// Threads  immutable.
/// Source   spm_precompiled 0.1 and tokenizers 0.23, normalizers/precompiled: of the shortest entry
///          that a grapheme begins with the text replaces the whole grapheme
class Charsmap
{
public:
    /// Throws Error(BadInput) when sizes contradict each other.
    explicit Charsmap(std::string_view bytes);

    void apply(AlignedText& text) const;

private:
    [[nodiscard]] std::optional<std::string_view> replacement(std::string_view part) const;

    std::vector<std::uint32_t> m_units;
    std::string m_texts; ///< each ends with a zero byte
};

} // namespace nextquill::text
