// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/Segments.h"
#include "core/text/TokenId.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nextquill::causal {

/// Token sequences packed as a tree: every common beginning stands once.
///
/// Sequences that are equal share all of their rows; one that is the beginning of another has rows
/// of the other's. The tree has no more rows than the sequences have tokens together.
class SequenceTree
{
public:
    /// `sequences` are not empty.
    explicit SequenceTree(std::vector<std::vector<text::TokenId>> sequences);

    [[nodiscard]] const model::SegmentedBatch& batch() const { return m_batch; }

    /// Row of the batch that holds token `position` of sequence `index`.
    [[nodiscard]] std::int64_t row(std::size_t index, std::size_t position) const
    {
        return m_rows[index][position];
    }

private:
    void grow(int parent, const std::vector<std::size_t>& members, std::size_t offset);
    [[nodiscard]] std::size_t commonEnd(const std::vector<std::size_t>& members,
                                        std::size_t offset) const;

    std::vector<std::vector<text::TokenId>> m_sequences;
    std::vector<std::vector<std::int64_t>> m_rows;
    model::SegmentedBatch m_batch;
};

/// Tokens that two sequences have in common at their beginning.
[[nodiscard]] std::size_t commonTokens(std::span<const text::TokenId> a,
                                       std::span<const text::TokenId> b);

} // namespace nextquill::causal
