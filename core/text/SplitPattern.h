// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"
#include "core/text/RunPattern.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace nextquill::text {

/// A stretch of a text that a pattern matches, or one between two matches.
struct Stretch
{
    ByteRange bytes;
    bool isMatch = false;
};

/// The regular expressions at which tokenizers cut text: known ones with a matcher written by hand
/// each, and runs of characters (RunPattern). No other is run.
///
/// Speed    linear in the text, whatever it is
/// Source   Oniguruma's semantics, as the reference library has them
class SplitPattern
{
public:
    enum class Known : std::uint8_t {
        Gpt2,
        Llama3,    ///< also of Phi-4 and GPT-4 (cl100k)
        Qwen2,     ///< as Llama3, every digit alone
        Qwen35,    ///< as Qwen2, marks belong to words
        Gpt4o,     ///< o200k, of Phi-4-mini and Llama 4
        Tekken,    ///< Mistral's
        DeepSeek3, ///< the last of its three
    };

    /// None when no such pattern is known.
    [[nodiscard]] static std::optional<SplitPattern> find(std::string_view regex);
    /// One regular expression of each kind, as tokenizer.json has it.
    [[nodiscard]] static std::string_view regexOf(Known known);

    explicit SplitPattern(Known known)
        : m_pattern{known}
    {
    }

    /// Appends the stretches of bytes [begin, end) of `text`, which cover them without gaps; what
    /// stands beside them is not seen.
    void cut(std::string_view text, const ByteRange& bytes, std::vector<Stretch>& stretches) const;

    /// The same for one who does not ask which of them match.
    void cut(std::string_view text, const ByteRange& bytes, std::vector<ByteRange>& pieces) const;

private:
    explicit SplitPattern(RunPattern run)
        : m_pattern{std::move(run)}
    {
    }

    std::variant<Known, RunPattern> m_pattern;
};

} // namespace nextquill::text
