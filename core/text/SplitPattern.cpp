// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/SplitPattern.h"

#include "core/text/PatternMatchers.h"

#include <array>

namespace nextquill::text {

namespace {

using Known = SplitPattern::Known;

struct KnownRegex
{
    Known known;
    std::string_view regex;
};

// Several spellings of one pattern match the same texts.
constexpr std::array<KnownRegex, 11> knownRegexes{{
    {Known::Gpt2, R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)"},
    {Known::Gpt2, R"('(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)"},
    {Known::Llama3,
     R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"},
    {Known::Llama3,
     R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)"},
    {Known::Qwen2,
     R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"},
    {Known::Qwen2,
     R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)"},
    {Known::Qwen35,
     R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"},
    {Known::Gpt4o,
     R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)"},
    {Known::Tekken,
     R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)"},
    {Known::DeepSeek3,
     R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"},
    {Known::DeepSeek3,
     "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}"
     "\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"},
}};

struct RunMatcher
{
    const RunPattern& pattern;

    [[nodiscard]] std::size_t operator()(const KindReader& text, std::size_t begin) const
    {
        return pattern.matchEnd(text, begin);
    }
    [[nodiscard]] std::size_t next(const KindReader& text, std::size_t begin) const
    {
        return pattern.next(text, begin);
    }
};

/// Calls `found(begin, end, isMatch)` for each stretch of `text`.
template<typename Matcher, typename Found>
void forEachStretch(std::string_view text, const Matcher& matcher, const Found& found)
{
    const KindReader reader{text};
    std::size_t done = 0;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t end = matcher(reader, i);
        if (end == i) {
            i = matcher.next(reader, i);
            continue;
        }
        if (i > done) {
            found(done, i, false);
        }
        found(i, end, true);
        done = i = end;
    }
    if (done < text.size()) {
        found(done, text.size(), false);
    }
}

template<typename Found>
void forEachStretch(std::string_view text, const std::variant<Known, RunPattern>& pattern,
                    const Found& found)
{
    if (const auto* run = std::get_if<RunPattern>(&pattern)) {
        forEachStretch(text, RunMatcher{*run}, found);
        return;
    }
    switch (std::get<Known>(pattern)) {
    case Known::Gpt2:
        forEachStretch(text, Gpt2Matcher{}, found);
        break;
    case Known::Llama3:
        forEachStretch(text, WordMatcher{.digits = 3}, found);
        break;
    case Known::Qwen2:
        forEachStretch(text, WordMatcher{.digits = 1}, found);
        break;
    case Known::Qwen35:
        forEachStretch(text, WordMatcher{.digits = 1, .word = kind::letter | kind::mark}, found);
        break;
    case Known::Gpt4o:
        forEachStretch(text, CasedMatcher{.digits = 3, .contractions = true}, found);
        break;
    case Known::Tekken:
        forEachStretch(text, CasedMatcher{.digits = 1, .contractions = false}, found);
        break;
    case Known::DeepSeek3:
        forEachStretch(text, DeepSeekMatcher{}, found);
        break;
    }
}

} // namespace

std::optional<SplitPattern> SplitPattern::find(std::string_view regex)
{
    for (const KnownRegex& entry : knownRegexes) {
        if (entry.regex == regex) {
            return SplitPattern{entry.known};
        }
    }
    if (auto run = RunPattern::parse(regex)) {
        return SplitPattern{std::move(*run)};
    }
    return std::nullopt;
}

std::string_view SplitPattern::regexOf(Known known)
{
    for (const KnownRegex& entry : knownRegexes) {
        if (entry.known == known) {
            return entry.regex;
        }
    }
    return {};
}

void SplitPattern::cut(std::string_view text, const ByteRange& bytes,
                       std::vector<Stretch>& stretches) const
{
    forEachStretch(text.substr(bytes.begin, bytes.size()), m_pattern,
                   [&](std::size_t begin, std::size_t end, bool isMatch) {
                       stretches.push_back({{bytes.begin + begin, bytes.begin + end}, isMatch});
                   });
}

void SplitPattern::cut(std::string_view text, const ByteRange& bytes,
                       std::vector<ByteRange>& pieces) const
{
    forEachStretch(text.substr(bytes.begin, bytes.size()), m_pattern,
                   [&](std::size_t begin, std::size_t end, bool /*isMatch*/) {
                       pieces.push_back({bytes.begin + begin, bytes.begin + end});
                   });
}

} // namespace nextquill::text
