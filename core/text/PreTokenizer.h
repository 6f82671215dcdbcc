// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"
#include "core/text/AlignedText.h"
#include "core/text/SplitPattern.h"
#include "core/text/TokenizerSteps.h"

#include <optional>
#include <string_view>
#include <vector>

namespace nextquill::text {

/// Cuts text into the pieces inside which tokens are found, step by step.
///
/// Speed    linear in the text
/// Threads  immutable.
/// Source   tokenizers 0.23, pre_tokenizers
class PreTokenizer
{
public:
    /// Throws Error(Unsupported) for a pattern that is not known, and for steps behind ByteLevel.
    explicit PreTokenizer(const std::vector<PreTokenizerStep>& steps);

    /// The pieces of `text` in order, in bytes of its text() as the steps leave it. They do not
    /// overlap; what a step removes belongs to none.
    void cut(AlignedText& text, std::vector<ByteRange>& pieces) const;

private:
    struct Step
    {
        PreTokenizerStep step;
        std::optional<SplitPattern> pattern;
    };

    static void findStretches(const Step& step, std::string_view text, const ByteRange& piece,
                              std::vector<Stretch>& stretches);
    static void run(const Step& step, AlignedText& text, std::vector<ByteRange>& pieces);

    std::vector<Step> m_steps;
};

} // namespace nextquill::text
