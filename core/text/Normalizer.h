// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/AlignedText.h"
#include "core/text/TokenizerSteps.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::text {

class Charsmap;

/// The steps that change a text before it is cut.
///
/// Threads  immutable.
/// Source   tokenizers 0.23, normalizers
class Normalizer
{
public:
    /// Throws Error(BadInput) for a charsmap that is damaged.
    explicit Normalizer(const std::vector<NormalizerStep>& steps);

    void apply(AlignedText& text) const;
    [[nodiscard]] std::string applied(std::string_view text) const;

private:
    struct Step
    {
        NormalizerStep step;
        std::shared_ptr<const Charsmap> charsmap;
    };

    std::vector<Step> m_steps;
};

/// Each `pattern`, which is not empty, becomes `text`.
void replaceAll(AlignedText& in, std::string_view pattern, std::string_view text);

} // namespace nextquill::text
