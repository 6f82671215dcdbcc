// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/EffectSentences.h"

#include "core/base/Utf8.h"
#include "core/curate/StyleText.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <utility>

namespace nextquill::workflow {

namespace {

constexpr float certainly = 0.95F;
constexpr double hardly = 1.1; ///< a factor below it is no news

using Kind = SentenceTarget::Kind;

/// Puts a sentence together.
class SentenceWriter
{
public:
    SentenceWriter& say(std::string text)
    {
        m_sentence.pieces.push_back({.text = std::move(text)});
        return *this;
    }
    SentenceWriter& link(std::string text, Kind kind, std::size_t index)
    {
        m_sentence.pieces.push_back(
            {.text = std::move(text), .target = SentenceTarget{.kind = kind, .index = index}});
        return *this;
    }
    [[nodiscard]] EffectSentence take() { return std::move(m_sentence); }

private:
    EffectSentence m_sentence;
};

std::string inQuotes(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(' ');
    return "“" +
           escapedForDisplay(begin == std::string_view::npos ? text : text.substr(begin), 40) + "”";
}

bool isSpace(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

bool isWithinCharacter(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// What stands around a token between white spaces: its word does not go beyond, and a long text
/// need not be divided into words for one of them.
ByteRange stretchAround(std::string_view text, const ByteRange& token)
{
    constexpr std::size_t most = 256; // scripts without spaces
    ByteRange stretch = token;
    while (stretch.begin > 0 && token.begin - stretch.begin < most &&
           !isSpace(text[stretch.begin - 1])) {
        --stretch.begin;
    }
    while (stretch.begin < token.begin && isWithinCharacter(text[stretch.begin])) {
        ++stretch.begin;
    }
    while (stretch.end < text.size() && !isSpace(text[stretch.end]) &&
           (stretch.end - token.end < most || isWithinCharacter(text[stretch.end]))) {
        ++stretch.end;
    }
    return stretch;
}

/// “killer”; of a part of a word “ler” in “killer”.
std::string quotedToken(const Inspection& inspection, std::size_t token)
{
    const std::string piece = inQuotes(inspection.tokenTexts[token]);
    const std::optional<ByteRange>& bytes = inspection.effects.tokens[token].bytes;
    if (!bytes) {
        return piece;
    }
    const ByteRange stretch = stretchAround(inspection.text, *bytes);
    const std::string around = inspection.text.substr(stretch.begin, stretch.size());
    const std::size_t begin = bytes->begin - stretch.begin;
    const std::size_t end = bytes->end - stretch.begin;
    const curate::StyleText text{around};
    for (const curate::StyleWord& word : text.words()) {
        const bool begins = word.range.begin < begin && begin < word.range.end;
        const bool ends = word.range.begin < end && end < word.range.end;
        if (begins || ends) {
            return piece + " in " +
                   inQuotes(std::string_view{around}.substr(word.range.begin, word.range.size()));
        }
    }
    return piece;
}

/// "6", "1.4": a whole number where that is what one would say.
std::string timesInWords(double factor)
{
    return factor >= 1'000 ? "over 1,000"
           : factor >= 3   ? fmt::format("{:.0f}", factor)
                           : fmt::format("{:.1f}", factor);
}

std::string probability(float p)
{
    return p > 0 && p < 0.005F ? fmt::format("{:.1g}", p) : fmt::format("{:.2f}", p);
}

/// "review 3 of 2013"
std::string reviewInWords(const Inspection& inspection, std::size_t review)
{
    using namespace std::chrono;
    const sys_time<milliseconds> time{milliseconds{inspection.history[review].review.time}};
    const year_month_day date{floor<days>(time)};
    return fmt::format("review {} of {}", review + 1, static_cast<int>(date.year()));
}

/// The past text with the largest effect in the direction of the whole history's, if there is one.
void sayReview(SentenceWriter& writer, const Inspection& inspection, std::size_t token)
{
    if (!inspection.attribution || inspection.attribution->reviews == 0) {
        return;
    }
    const float pce = inspection.effects.tokens[token].pce();
    const float sign = pce < 0 ? -1 : 1;
    std::size_t strongest = 0;
    for (int i = 1; i < inspection.attribution->reviews; ++i) {
        if (sign * inspection.attribution->at(token, i) >
            sign * inspection.attribution->at(token, static_cast<int>(strongest))) {
            strongest = static_cast<std::size_t>(i);
        }
    }
    const float share =
        sign * inspection.attribution->at(token, static_cast<int>(strongest)) / std::abs(pce);
    constexpr float most = 0.5F;
    constexpr float some = 0.15F;
    if (strongest >= inspection.history.size() || !(share >= some)) {
        writer.say("; no single past text accounts for it");
        return;
    }
    writer.say("; ")
        .link(reviewInWords(inspection, strongest), Kind::Review, strongest)
        .say(share >= most ? " accounts for most of it" : " accounts for the largest part of it");
}

void sayPlacebo(SentenceWriter& writer, std::size_t token, PlaceboVerdict verdict)
{
    if (verdict == PlaceboVerdict::Unknown) {
        return;
    }
    writer.say("; ")
        .link("another person's history", Kind::Placebo, token)
        .say(verdict == PlaceboVerdict::OwnAlone ? " does not" : " does as much");
}

} // namespace

std::string EffectSentence::text() const
{
    std::string text;
    for (const SentencePiece& piece : pieces) {
        text += piece.text;
    }
    return text;
}

std::vector<PlaceboVerdict> placeboVerdictsOf(const Inspection& inspection)
{
    std::vector<PlaceboVerdict> verdicts;
    if (!inspection.controls || !inspection.controls->placebo) {
        return verdicts;
    }
    const std::vector<causal::PlaceboVerdict>& found = inspection.controls->placebo->verdicts;
    verdicts.resize(inspection.effects.tokens.size(), PlaceboVerdict::Unknown);
    for (std::size_t t = 0; t < std::min(found.size(), verdicts.size()); ++t) {
        // The test looks one way only: what the history made less likely it does not judge.
        if (inspection.effects.tokens[t].pce() > 0) {
            verdicts[t] = found[t].isOwn ? PlaceboVerdict::OwnAlone : PlaceboVerdict::AnyHistory;
        }
    }
    return verdicts;
}

EffectSentence tokenSentence(const Inspection& inspection, std::size_t token,
                             PlaceboVerdict placebo)
{
    const causal::TokenEffect& effect = inspection.effects.tokens[token];
    SentenceWriter writer;
    const std::string word = quotedToken(inspection, token);
    if (effect.p_h >= certainly && effect.p_0 >= certainly) {
        return writer.say("Nothing but ")
            .link(word, Kind::Token, token)
            .say(fmt::format(" could stand here, with the history ({}) or without ({}): no room "
                             "for an effect.",
                             probability(effect.p_h), probability(effect.p_0)))
            .take();
    }
    const double factor = std::exp(double{effect.logp_h} - double{effect.logp_0});
    const std::string from =
        fmt::format(" ({} to {})", probability(effect.p_0), probability(effect.p_h));
    if (factor < hardly && factor > 1 / hardly) {
        return writer.say("The history hardly changes ")
            .link(word, Kind::Token, token)
            .say(from + ".")
            .take();
    }
    writer.say("The history made ").link(word, Kind::Token, token).say(" ");
    writer.link(factor >= hardly ? timesInWords(factor) + " times as likely"
                                 : timesInWords(1 / factor) + " times less likely",
                Kind::Token, token);
    writer.say(from);
    sayReview(writer, inspection, token);
    sayPlacebo(writer, token, placebo);
    return writer.say(".").take();
}

std::vector<EffectSentence> strongestSentences(const Inspection& inspection, std::size_t count,
                                               std::span<const PlaceboVerdict> placebo)
{
    std::vector<std::size_t> tokens;
    for (std::size_t t = 0; t < inspection.effects.tokens.size(); ++t) {
        if (double{inspection.effects.tokens[t].pce()} > inspection.threshold) {
            tokens.push_back(t);
        }
    }
    std::ranges::stable_sort(tokens, std::ranges::greater{},
                             [&](std::size_t t) { return inspection.effects.tokens[t].pce(); });
    std::vector<EffectSentence> sentences;
    for (std::size_t i = 0; i < std::min(count, tokens.size()); ++i) {
        sentences.push_back(tokenSentence(
            inspection, tokens[i], placebo.empty() ? PlaceboVerdict::Unknown : placebo[tokens[i]]));
    }
    return sentences;
}

} // namespace nextquill::workflow
