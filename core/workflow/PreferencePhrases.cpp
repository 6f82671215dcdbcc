// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/PreferencePhrases.h"

#include "core/curate/StyleText.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <string>
#include <string_view>
#include <utility>

namespace nextquill::workflow {

namespace {

/// A run of tokens above the threshold, made longer to whole words.
struct PhraseRun
{
    ByteRange bytes;
    std::string text; ///< its words in lower case; of signs alone, they themselves
};

class PhraseReader
{
public:
    PhraseReader(const MeasuredText& text, double threshold)
        : m_text{text.text}
        , m_words{text.text}
        , m_tokens{text.tokens}
        , m_threshold{threshold}
    {
    }

    [[nodiscard]] std::vector<PhraseRun> runs() const
    {
        std::vector<ByteRange> ranges;
        for (const store::KeptToken& token : m_tokens) {
            if (!token.bytes || token.bytes->size() == 0 || pceOf(token) <= m_threshold) {
                continue;
            }
            const ByteRange words = toWords(withoutBlanks(*token.bytes));
            if (words.size() == 0) {
                continue;
            }
            // Two runs that meet, but for blanks between, are one.
            if (!ranges.empty() && isBlankBetween(ranges.back().end, words.begin)) {
                ranges.back().end = std::max(ranges.back().end, words.end);
            } else {
                ranges.push_back(words);
            }
        }
        std::vector<PhraseRun> runs;
        runs.reserve(ranges.size());
        for (const ByteRange& range : ranges) {
            runs.push_back({.bytes = range, .text = textOf(range)});
        }
        return runs;
    }

private:
    static bool isBlank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

    [[nodiscard]] ByteRange withoutBlanks(ByteRange range) const
    {
        while (range.begin < range.end && isBlank(m_text[range.begin])) {
            ++range.begin;
        }
        while (range.end > range.begin && isBlank(m_text[range.end - 1])) {
            --range.end;
        }
        return range;
    }

    [[nodiscard]] bool isBlankBetween(std::size_t begin, std::size_t end) const
    {
        return begin >= end ||
               std::all_of(m_text.begin() + static_cast<std::ptrdiff_t>(begin),
                           m_text.begin() + static_cast<std::ptrdiff_t>(end), isBlank);
    }

    /// The first word that ends behind a place.
    [[nodiscard]] std::vector<curate::StyleWord>::const_iterator wordAt(std::size_t at) const
    {
        return std::upper_bound(m_words.words().begin(), m_words.words().end(), at,
                                [](std::size_t place, const curate::StyleWord& word) {
                                    return place < word.range.end;
                                });
    }

    /// Made longer to the ends of the words that it touches.
    [[nodiscard]] ByteRange toWords(ByteRange range) const
    {
        if (range.size() == 0) {
            return range;
        }
        if (const auto first = wordAt(range.begin);
            first != m_words.words().end() && first->range.begin < range.end) {
            range.begin = std::min(range.begin, first->range.begin);
        }
        if (const auto last = wordAt(range.end - 1);
            last != m_words.words().end() && last->range.begin < range.end) {
            range.end = std::max(range.end, last->range.end);
        }
        return range;
    }

    [[nodiscard]] std::string textOf(ByteRange range) const
    {
        const auto first = wordAt(range.begin);
        std::size_t count = 0;
        for (auto word = first; word != m_words.words().end() && word->range.begin < range.end;
             ++word) {
            ++count;
        }
        return count > 0 ? m_words.phraseText(
                               static_cast<std::size_t>(first - m_words.words().begin()), count)
                         : std::string{m_text.substr(range.begin, range.size())};
    }

    std::string_view m_text;
    curate::StyleText m_words;
    const std::vector<store::KeptToken>& m_tokens;
    double m_threshold;
};

/// A run with the figures of all its tokens.
EffectPlace placeOfRun(const MeasuredText& text, ByteRange bytes, double threshold,
                       std::int64_t& above)
{
    EffectPlace place{.example = text.example, .bytes = bytes};
    for (const store::KeptToken& token : text.tokens) {
        if (token.bytes && token.bytes->end > bytes.begin && token.bytes->begin < bytes.end) {
            ++place.tokens;
            place.pce += pceOf(token);
            place.bits += bitsOf(token);
            above += pceOf(token) > threshold ? 1 : 0;
        }
    }
    place.pce /= static_cast<double>(std::max<std::int64_t>(place.tokens, 1));
    return place;
}

struct PhraseTally
{
    std::vector<EffectPlace> places;
    std::int64_t above = 0;
    double bits = 0;
};

/// How many texts the places are in; those of one text stand together.
std::int64_t textsOf(const std::vector<EffectPlace>& places)
{
    std::int64_t texts = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        texts += i == 0 || places[i].example != places[i - 1].example ? 1 : 0;
    }
    return texts;
}

} // namespace

double pceOf(const store::KeptToken& token)
{
    return std::exp(double{token.logp_h}) - std::exp(double{token.logp_0});
}

double bitsOf(const store::KeptToken& token)
{
    return (double{token.logp_h} - double{token.logp_0}) / std::numbers::ln2;
}

void complete(EffectGroup& group, std::int64_t above, std::uint64_t seed)
{
    std::vector<double> means;
    means.reserve(group.places.size());
    for (const EffectPlace& place : group.places) {
        group.tokens += place.tokens;
        group.bits += place.bits;
        means.push_back(place.pce);
    }
    group.pce = evaluate::bootstrapMean(means, seed);
    group.shareAbove =
        group.tokens > 0 ? static_cast<double>(above) / static_cast<double>(group.tokens) : 0;
}

std::vector<EffectGroup> preferencePhrases(std::span<const MeasuredText> texts,
                                           const SummaryRules& rules, const StopToken& stop,
                                           std::int64_t& leftOut)
{
    std::map<std::string, PhraseTally> phrases;
    for (const MeasuredText& text : texts) {
        stopPoint(stop);
        for (PhraseRun& run : PhraseReader{text, rules.threshold}.runs()) {
            PhraseTally& phrase = phrases[std::move(run.text)];
            phrase.places.push_back(placeOfRun(text, run.bytes, rules.threshold, phrase.above));
            phrase.bits += phrase.places.back().bits;
        }
    }
    std::vector<std::pair<double, std::string>> order;
    for (const auto& [text, phrase] : phrases) {
        order.emplace_back(-phrase.bits, text);
    }
    std::ranges::sort(order);
    leftOut = 0;
    if (order.size() > rules.longest) {
        leftOut = static_cast<std::int64_t>(order.size() - rules.longest);
        order.resize(rules.longest);
    }
    std::vector<EffectGroup> groups;
    for (const auto& [bits, text] : order) {
        stopPoint(stop);
        PhraseTally& phrase = phrases[text];
        EffectGroup group{.name = text, .places = std::move(phrase.places)};
        group.texts = textsOf(group.places);
        complete(group, phrase.above, rules.seed);
        std::ranges::stable_sort(group.places, std::ranges::greater{}, &EffectPlace::bits);
        groups.push_back(std::move(group));
    }
    return groups;
}

} // namespace nextquill::workflow
