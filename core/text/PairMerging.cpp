// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/PairMerging.h"

#include <queue>

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <tuple>

namespace nextquill::text {

namespace {

/// Up to here looking through all pairs again is cheaper than a heap.
constexpr std::size_t fewSymbols = 24;

/// A pair in the heap. Stale once one of its symbols was merged with another neighbour.
struct Candidate
{
    std::uint32_t rank = 0;
    std::uint32_t position = 0;
    TokenId result{};

    friend bool operator>(const Candidate& a, const Candidate& b)
    {
        return std::tie(a.rank, a.position) > std::tie(b.rank, b.position);
    }
};

using CandidateHeap = std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>>;

constexpr std::uint32_t noSymbol = std::numeric_limits<std::uint32_t>::max();

/// The merges of a long piece: symbols in a doubly linked list, candidate pairs in a heap.
class HeapMerge
{
public:
    HeapMerge(const MergeTable& merges, std::span<PieceToken> symbols);

    /// Merges all that can be, moves what is left to the front and returns how many these are.
    [[nodiscard]] std::size_t run();

private:
    struct Link
    {
        std::uint32_t previous = noSymbol;
        std::uint32_t next = noSymbol;
        bool alive = true;
    };

    /// The merge of the symbol at `left` with the next one.
    [[nodiscard]] std::optional<Candidate> candidateAt(std::uint32_t left) const;
    void push(std::uint32_t left);
    void join(std::uint32_t left, TokenId result);

    const MergeTable& m_merges;
    std::span<PieceToken> m_symbols;
    std::vector<Link> m_links;
    CandidateHeap m_heap;
};

HeapMerge::HeapMerge(const MergeTable& merges, std::span<PieceToken> symbols)
    : m_merges{merges}
    , m_symbols{symbols}
    , m_links(symbols.size())
{
    const auto count = static_cast<std::uint32_t>(symbols.size());
    std::vector<Candidate> pairs;
    for (std::uint32_t i = 0; i < count; ++i) {
        m_links[i].previous = i > 0 ? i - 1 : noSymbol;
        m_links[i].next = i + 1 < count ? i + 1 : noSymbol;
        if (const auto candidate = candidateAt(i)) {
            pairs.push_back(*candidate);
        }
    }
    m_heap = CandidateHeap{std::greater<>{}, std::move(pairs)};
}

std::optional<Candidate> HeapMerge::candidateAt(std::uint32_t left) const
{
    const std::uint32_t right = m_links[left].next;
    if (!m_links[left].alive || right == noSymbol) {
        return std::nullopt;
    }
    const auto* merge = m_merges.find(m_symbols[left].id, m_symbols[right].id);
    if (merge == nullptr) {
        return std::nullopt;
    }
    return Candidate{.rank = merge->rank, .position = left, .result = merge->id};
}

void HeapMerge::push(std::uint32_t left)
{
    if (const auto candidate = candidateAt(left)) {
        m_heap.push(*candidate);
    }
}

void HeapMerge::join(std::uint32_t left, TokenId result)
{
    Link& link = m_links[left];
    m_symbols[left].id = result;
    m_symbols[left].end = m_symbols[link.next].end;
    m_links[link.next].alive = false;
    link.next = m_links[link.next].next;
    if (link.next != noSymbol) {
        m_links[link.next].previous = left;
        push(left);
    }
    if (link.previous != noSymbol) {
        push(link.previous);
    }
}

std::size_t HeapMerge::run()
{
    while (!m_heap.empty()) {
        const Candidate top = m_heap.top();
        m_heap.pop();
        const auto current = candidateAt(top.position);
        if (current && current->result == top.result) {
            join(top.position, top.result);
        }
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < m_symbols.size(); ++i) {
        if (m_links[i].alive) {
            m_symbols[kept++] = m_symbols[i];
        }
    }
    return kept;
}

void mergeFew(const MergeTable& table, std::vector<PieceToken>& tokens, std::size_t first)
{
    std::array<const MergeTable::Result*, fewSymbols> merges{}; // of symbol i with the next
    std::size_t count = tokens.size() - first;
    const auto mergeAt = [&](std::size_t i) {
        return i + 1 < count ? table.find(tokens[first + i].id, tokens[first + i + 1].id) : nullptr;
    };
    for (std::size_t i = 0; i < count; ++i) {
        merges.at(i) = mergeAt(i);
    }
    while (true) {
        std::size_t best = count;
        for (std::size_t i = 0; i + 1 < count; ++i) {
            if (merges.at(i) != nullptr &&
                (best == count || merges.at(i)->rank < merges.at(best)->rank)) {
                best = i;
            }
        }
        if (best == count) {
            return;
        }
        PieceToken& left = tokens[first + best];
        left.id = merges.at(best)->id;
        left.end = tokens[first + best + 1].end;
        tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(first + best + 1));
        std::copy(merges.begin() + static_cast<std::ptrdiff_t>(best) + 2,
                  merges.begin() + static_cast<std::ptrdiff_t>(count),
                  merges.begin() + static_cast<std::ptrdiff_t>(best) + 1);
        --count;
        merges.at(best) = mergeAt(best);
        if (best > 0) {
            merges.at(best - 1) = mergeAt(best - 1);
        }
    }
}

} // namespace

void mergePairs(const MergeTable& merges, std::vector<PieceToken>& tokens, std::size_t first)
{
    if (tokens.size() - first <= fewSymbols) {
        mergeFew(merges, tokens, first);
    } else {
        HeapMerge merge{merges, std::span{tokens}.subspan(first)};
        tokens.resize(first + merge.run());
    }
}

} // namespace nextquill::text
