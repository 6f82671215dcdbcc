// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/Inspection.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::workflow {

/// What a piece of a sentence is about: a window makes it a link.
struct SentenceTarget
{
    enum class Kind {
        Token,   ///< `index` into the effects
        Review,  ///< `index` into the inspection's history
        Placebo, ///< the placebo's distribution of token `index`
        Place,   ///< `index` is a byte of the text: where a name or a number begins
    };
    Kind kind{};
    std::size_t index = 0;

    friend bool operator==(const SentenceTarget&, const SentenceTarget&) = default;
};

struct SentencePiece
{
    std::string text;
    std::optional<SentenceTarget> target; ///< none: plain words
};

/// A sentence in pieces; together they read as it.
struct EffectSentence
{
    std::vector<SentencePiece> pieces;

    [[nodiscard]] std::string text() const;
};

/// What other people's histories do to a token, where that was measured.
enum class PlaceboVerdict {
    Unknown,
    OwnAlone,   ///< the effect is above the placebo's 95 % range: another history does not do it
    AnyHistory, ///< within it: another history does as much
};

/// What the placebos that an inspection was tested by say, a verdict for each token: none of what
/// the history made less likely, which they do not test. Empty where there are no placebos.
[[nodiscard]] std::vector<PlaceboVerdict> placeboVerdictsOf(const Inspection& inspection);

/// What the numbers say of a token: how much likelier the history made it, which past text accounts
/// for it (where the inspection has its attribution), whether another person's history does the
/// same; or that there was no room for an effect, where the token was certain in both worlds.
///
/// "The history made “killer” 6 times as likely (0.07 to 0.42); review 3 of 2013 accounts for most
/// of it; another person's history does not."
[[nodiscard]] EffectSentence tokenSentence(const Inspection& inspection, std::size_t token,
                                           PlaceboVerdict placebo = PlaceboVerdict::Unknown);

/// Sentences of the tokens with the highest PCE above the inspection's threshold, the highest
/// first; `placebo` is empty or has a verdict for each token.
[[nodiscard]] std::vector<EffectSentence>
strongestSentences(const Inspection& inspection, std::size_t count,
                   std::span<const PlaceboVerdict> placebo = {});

} // namespace nextquill::workflow
