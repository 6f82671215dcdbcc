// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/TextSummary.h"

#include "core/base/Utf8.h"
#include "core/causal/StrengthLikelihood.h"
#include "core/model/Decoder.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>
#include <utility>

namespace nextquill::workflow {

namespace {

/// "From the item it has Miles, Davis and 3 more."
class FactList
{
public:
    FactList(std::string beginning, std::size_t most)
        : m_most{most}
    {
        say(std::move(beginning));
    }

    void add(std::string_view fact, std::optional<std::size_t> byte)
    {
        if (m_facts < m_most) {
            say(m_facts == 0 ? " " : ", ");
            SentencePiece piece{.text = escapedForDisplay(fact, 40)};
            if (byte) {
                piece.target = SentenceTarget{.kind = SentenceTarget::Kind::Place, .index = *byte};
            }
            m_sentence.pieces.push_back(std::move(piece));
        }
        ++m_facts;
    }

    /// Nothing where there was no fact.
    void endIn(std::vector<EffectSentence>& sentences)
    {
        if (m_facts == 0) {
            return;
        }
        say(m_facts > m_most ? fmt::format(" and {} more.", m_facts - m_most) : ".");
        sentences.push_back(std::move(m_sentence));
    }

private:
    void say(std::string words) { m_sentence.pieces.push_back({.text = std::move(words)}); }

    EffectSentence m_sentence;
    std::size_t m_most;
    std::size_t m_facts = 0;
};

std::vector<std::string> wordsOf(const std::vector<evaluate::TextFact>& facts)
{
    std::vector<std::string> words;
    for (const evaluate::TextFact& fact : facts) {
        words.push_back(fact.text);
    }
    return words;
}

std::string strengthSentence(const LikeliestStrength& found)
{
    const std::string more =
        found.bits >= 0.05 ? fmt::format(", {:.1f} bits more than at 1", found.bits) : "";
    return found.isAtEdge
               ? fmt::format("The likeliest strength of the history is {:.2f}, the last one tried"
                             "{}: it may lie beyond.",
                             found.strength, more)
               : fmt::format("The likeliest strength of the history is {:.2f} (0: as without it, "
                             "1: as with it){}.",
                             found.strength, more);
}

} // namespace

TextSummary textSummary(const causal::PreferenceEffects& effects, std::string_view text,
                        const store::Item& item)
{
    TextSummary summary{.tokens = static_cast<std::int64_t>(effects.tokens.size())};
    for (const causal::TokenEffect& token : effects.tokens) {
        summary.bits += (double{token.logp_h} - double{token.logp_0}) / std::numbers::ln2;
    }
    summary.facts = evaluate::groundedFacts(text, item.title + "\n" + item.description);
    return summary;
}

std::vector<double> triedStrengths()
{
    std::vector<double> strengths;
    for (int quarter = -4; quarter <= 16; ++quarter) {
        strengths.push_back(quarter / 4.0);
    }
    return strengths;
}

LikeliestStrength likeliestStrength(std::span<const double> strengths,
                                    std::span<const double> likelihoods)
{
    const auto highest =
        static_cast<std::size_t>(std::ranges::max_element(likelihoods) - likelihoods.begin());
    const auto trained =
        static_cast<std::size_t>(std::ranges::find(strengths, 1.0) - strengths.begin());
    LikeliestStrength found{.strength = strengths[highest]};
    double top = likelihoods[highest];
    if (highest == 0 || highest + 1 == strengths.size()) {
        found.isAtEdge = true;
    } else {
        // Through (-1, a), (0, b), (1, c): highest at (a - c) / (2 (a - 2b + c)).
        const double a = likelihoods[highest - 1];
        const double b = likelihoods[highest];
        const double c = likelihoods[highest + 1];
        const double bend = a - 2 * b + c;
        const double at = bend < 0 ? (a - c) / (2 * bend) : 0;
        found.strength += at * (strengths[highest + 1] - strengths[highest]);
        top = b - bend * at * at / 2;
    }
    if (trained < likelihoods.size()) {
        found.bits = std::max(0.0, (top - likelihoods[trained]) / std::numbers::ln2);
    }
    return found;
}

LikeliestStrength likeliestStrengthOf(const store::ExampleData& data, model::Decoder& decoder,
                                      const ExampleSettings& settings,
                                      const std::optional<std::string>& targetText,
                                      const StopToken& stop, Progress& progress)
{
    const std::vector<double> strengths = triedStrengths();
    return likeliestStrength(
        strengths, causal::strengthLikelihoods(
                       decoder, twinExampleFor(data, decoder.files(), settings, targetText),
                       strengths, stop, progress));
}

std::string meaningOfBits(double bits)
{
    constexpr double noticeable = 0.5;
    constexpr double asPower = 10; // bits; below, the factor itself is a number one can read
    const double size = std::abs(bits);
    if (size < noticeable) {
        return "this text is about as likely for someone with this history as for anyone";
    }
    const std::string factor = size >= asPower ? fmt::format("2^{:.0f}", size)
                               : size >= 3     ? fmt::format("{:.0f}", std::exp2(size))
                                               : fmt::format("{:.1f}", std::exp2(size));
    return fmt::format("this text is {} times {} for someone with this history", factor,
                       bits > 0 ? "likelier" : "less likely");
}

OrderedJson toJson(const TextSummary& summary)
{
    OrderedJson json{{"tokens", summary.tokens},
                     {"bits", summary.bits},
                     {"meaning", meaningOfBits(summary.bits)},
                     {"kept", wordsOf(summary.facts.kept)},
                     {"invented", wordsOf(summary.facts.invented)},
                     {"missing", summary.facts.missing}};
    if (summary.strength) {
        json["likeliest_strength"] = {{"strength", summary.strength->strength},
                                      {"bits", summary.strength->bits},
                                      {"at_edge", summary.strength->isAtEdge}};
    }
    return json;
}

std::vector<EffectSentence> linkedSentencesOf(const TextSummary& summary, std::size_t mostFacts)
{
    std::vector<EffectSentence> sentences;
    const auto say = [&sentences](std::string words) {
        sentences.push_back({.pieces = {{.text = std::move(words)}}});
    };
    std::string meaning = meaningOfBits(summary.bits);
    meaning.front() = 'T';
    say(fmt::format("{} ({:+.1f} bits over {} tokens).", meaning, summary.bits, summary.tokens));
    if (summary.strength) {
        say(strengthSentence(*summary.strength));
    }
    const auto list = [&](std::string beginning, const std::vector<evaluate::TextFact>& facts) {
        FactList listed{std::move(beginning), mostFacts};
        for (const evaluate::TextFact& fact : facts) {
            listed.add(fact.text, fact.bytes.begin);
        }
        listed.endIn(sentences);
    };
    list("From the item it has", summary.facts.kept);
    list("Names and numbers that the item does not have:", summary.facts.invented);
    FactList missing{"The item alone has", mostFacts};
    for (const std::string& fact : summary.facts.missing) {
        missing.add(fact, std::nullopt);
    }
    missing.endIn(sentences);
    return sentences;
}

std::vector<std::string> sentencesOf(const TextSummary& summary)
{
    std::vector<std::string> sentences;
    for (const EffectSentence& sentence : linkedSentencesOf(summary)) {
        sentences.push_back(sentence.text());
    }
    return sentences;
}

} // namespace nextquill::workflow
