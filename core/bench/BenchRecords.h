// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/TwinExample.h"
#include "core/model/ModelConfig.h"
#include "core/text/TokenId.h"

#include <cstdint>
#include <vector>

namespace nextquill::bench {

/// Lengths in tokens of a bench record. The default is a typical one: a prompt of 900 tokens with
/// history and 230 without, a target of 120.
struct RecordLengths
{
    std::int64_t prefix = 195;  ///< that both prompts share
    std::int64_t history = 675; ///< behind it with history
    std::int64_t none = 5;      ///< in its place without
    std::int64_t suffix = 30;   ///< the end of both prompts
    std::int64_t target = 120;
};

/// Random tokens of a vocabulary, one draw after the other; always the same.
class TokenDraw
{
public:
    explicit TokenDraw(std::int64_t vocabularySize)
        : m_vocabularySize{vocabularySize}
    {
    }

    [[nodiscard]] std::vector<text::TokenId> next(std::int64_t count);

private:
    std::int64_t m_vocabularySize;
    std::uint64_t m_place = 0;
};

/// `count` records of random tokens.
[[nodiscard]] std::vector<causal::TwinExample>
randomRecords(const RecordLengths& lengths, std::int64_t count, const model::ModelConfig& config);

} // namespace nextquill::bench
