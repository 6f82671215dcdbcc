// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/SequenceTree.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace nextquill::causal {

SequenceTree::SequenceTree(std::vector<std::vector<text::TokenId>> sequences)
    : m_sequences{std::move(sequences)}
    , m_rows(m_sequences.size())
{
    std::vector<std::size_t> rest(m_sequences.size());
    std::iota(rest.begin(), rest.end(), std::size_t{0});
    while (!rest.empty()) { // sequences that begin otherwise are roots of their own
        const text::TokenId first = m_sequences[rest.front()].front();
        const auto others =
            std::stable_partition(rest.begin(), rest.end(), [&](std::size_t member) {
                return m_sequences[member].front() == first;
            });
        grow(-1, {rest.begin(), others}, 0);
        rest.erase(rest.begin(), others);
    }
}

/// Adds what `members` have in common behind `offset`, then each group that differs there.
void SequenceTree::grow(int parent, const std::vector<std::size_t>& members, std::size_t offset)
{
    const std::size_t end = commonEnd(members, offset);
    const std::vector<text::TokenId>& first = m_sequences[members.front()];
    const int segment = m_batch.add(parent, std::span{first}.subspan(offset, end - offset));
    const std::int64_t begin = m_batch.segments[static_cast<std::size_t>(segment)].begin;
    for (const std::size_t member : members) {
        for (std::size_t i = offset; i < end; ++i) {
            m_rows[member].push_back(begin + static_cast<std::int64_t>(i - offset));
        }
    }
    std::vector<std::size_t> rest;
    for (const std::size_t member : members) {
        if (m_sequences[member].size() > end) {
            rest.push_back(member);
        }
    }
    while (!rest.empty()) {
        const text::TokenId next = m_sequences[rest.front()][end];
        const auto others =
            std::stable_partition(rest.begin(), rest.end(), [&](std::size_t member) {
                return m_sequences[member][end] == next;
            });
        grow(segment, {rest.begin(), others}, end);
        rest.erase(rest.begin(), others);
    }
}

std::size_t SequenceTree::commonEnd(const std::vector<std::size_t>& members,
                                    std::size_t offset) const
{
    const std::span<const text::TokenId> first = m_sequences[members.front()];
    std::size_t end = first.size();
    for (const std::size_t member : members) {
        const std::span<const text::TokenId> other = m_sequences[member];
        end = offset + commonTokens(first.subspan(offset, end - offset), other.subspan(offset));
    }
    return end;
}

std::size_t commonTokens(std::span<const text::TokenId> a, std::span<const text::TokenId> b)
{
    const auto [endOfA, endOfB] = std::ranges::mismatch(a, b);
    return static_cast<std::size_t>(endOfA - a.begin());
}

} // namespace nextquill::causal
