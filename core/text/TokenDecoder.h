// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TokenizerSteps.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::text {

/// Makes text of tokens.
///
/// Threads  immutable.
/// Source   tokenizers 0.23, decoders
class TokenDecoder
{
public:
    explicit TokenDecoder(std::vector<DecoderStep> steps);

    /// Bytes that are no UTF-8 become U+FFFD, as the reference library has it: of pieces in GPT-2's
    /// spelling one for each broken sequence, of pieces like <0x0A> one for each byte in a row of
    /// them that is broken anywhere.
    [[nodiscard]] std::string decoded(const std::vector<std::string_view>& tokens) const;

    /// The bytes of one token; `isFirst` in a text, where decoders drop spaces.
    [[nodiscard]] std::string bytesOf(std::string_view token, bool isFirst) const;

private:
    std::vector<DecoderStep> m_steps;
    bool m_isByteLevel; ///< the one step
};

} // namespace nextquill::text
