// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/BytePairEncoder.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/text/ByteSpelling.h"

#include <queue>

#include <algorithm>
#include <bit>
#include <limits>
#include <span>
#include <tuple>

namespace nextquill::text {

namespace {

/// Up to here looking through all pairs again is cheaper than a heap.
constexpr std::size_t fewSymbols = 24;
constexpr std::uint64_t emptyKey = std::numeric_limits<std::uint64_t>::max();

std::uint64_t keyOf(TokenId left, TokenId right) noexcept
{
    return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32U) |
           static_cast<std::uint32_t>(right);
}

std::string inQuotes(std::string_view text)
{
    return '"' + escapedForDisplay(text, 60) + '"';
}

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

constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

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
        std::uint32_t previous = none;
        std::uint32_t next = none;
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
        m_links[i].previous = i > 0 ? i - 1 : none;
        m_links[i].next = i + 1 < count ? i + 1 : none;
        if (const auto candidate = candidateAt(i)) {
            pairs.push_back(*candidate);
        }
    }
    m_heap = CandidateHeap{std::greater<>{}, std::move(pairs)};
}

std::optional<Candidate> HeapMerge::candidateAt(std::uint32_t left) const
{
    const std::uint32_t right = m_links[left].next;
    if (!m_links[left].alive || right == none) {
        return std::nullopt;
    }
    const auto* merge = m_merges.find(m_symbols[left].id, m_symbols[right].id);
    if (merge == nullptr) {
        return std::nullopt;
    }
    return Candidate{.rank = merge->rank, .position = left, .result = merge->result};
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
    if (link.next != none) {
        m_links[link.next].previous = left;
        push(left);
    }
    if (link.previous != none) {
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

} // namespace

MergeTable::MergeTable(std::size_t count)
    : m_slots(std::bit_ceil(2 * count + 2), Slot{.key = emptyKey, .merge = {}})
{
}

std::size_t MergeTable::slotOf(std::uint64_t key) const noexcept
{
    // Fibonacci hashing of both ids; then the next free slot.
    const std::uint64_t mixed = (key ^ (key >> 29U)) * 0x9e3779b97f4a7c15U;
    std::size_t slot = (mixed ^ (mixed >> 32U)) & (m_slots.size() - 1);
    while (m_slots[slot].key != key && m_slots[slot].key != emptyKey) {
        slot = (slot + 1) & (m_slots.size() - 1);
    }
    return slot;
}

void MergeTable::set(TokenId left, TokenId right, Merge merge)
{
    const std::uint64_t key = keyOf(left, right);
    m_slots[slotOf(key)] = {.key = key, .merge = merge};
}

const MergeTable::Merge* MergeTable::find(TokenId left, TokenId right) const noexcept
{
    const std::uint64_t key = keyOf(left, right);
    const Slot& slot = m_slots[slotOf(key)];
    return slot.key == key ? &slot.merge : nullptr;
}

BytePairEncoder::BytePairEncoder(const TokenizerDefinition& definition,
                                 const Vocabulary& vocabulary)
    : m_merges{definition.merges.size()}
    , m_unknown{definition.unknown}
    , m_fuseUnknown{definition.fuseUnknown}
{
    if (m_unknown && !vocabulary.isKnown(*m_unknown)) {
        throw Error{ErrorKind::BadInput,
                    "the token for unknown characters is not in the vocabulary", "tokenizer",
                    "download the model's tokenizer again"};
    }
    for (unsigned byte = 0; byte < m_bytes.size(); ++byte) {
        const auto id = vocabulary.find(spellingOf(static_cast<unsigned char>(byte)));
        // A special token never comes out of plain text, whatever it spells.
        m_bytes.at(byte) = id && vocabulary.isSpecial(*id) ? std::nullopt : id;
    }
    takeMerges(definition, vocabulary);
    if (definition.ignoreMerges) {
        for (std::size_t id = 0; id < definition.pieces.size(); ++id) {
            const auto token = static_cast<TokenId>(id);
            if (!definition.pieces[id].empty() && !vocabulary.isSpecial(token)) {
                m_whole.emplace(vocabulary.bytesOf(token), token);
            }
        }
    }
}

void BytePairEncoder::takeMerges(const TokenizerDefinition& definition,
                                 const Vocabulary& vocabulary)
{
    for (std::size_t rank = 0; rank < definition.merges.size(); ++rank) {
        const auto& [left, right] = definition.merges[rank];
        const auto leftId = vocabulary.find(left);
        const auto rightId = vocabulary.find(right);
        const auto result = vocabulary.find(left + right);
        if (!leftId || !rightId || !result) {
            throw Error{ErrorKind::BadInput,
                        "merge " + std::to_string(rank) + ", " + inQuotes(left) + " and " +
                            inQuotes(right) + ", names a piece that is not in the vocabulary",
                        "tokenizer", "download the model's tokenizer again"};
        }
        if (!vocabulary.isSpecial(*result)) {
            m_merges.set(*leftId, *rightId,
                         {.rank = static_cast<std::uint32_t>(rank), .result = *result});
        }
    }
}

void BytePairEncoder::encode(std::string_view piece, std::vector<PieceToken>& tokens) const
{
    if (!m_whole.empty()) {
        if (const auto found = m_whole.find(piece); found != m_whole.end()) {
            tokens.push_back({.id = found->second, .begin = 0, .end = piece.size()});
            return;
        }
    }
    const std::size_t first = tokens.size();
    appendSymbols(piece, tokens);
    if (tokens.size() - first <= fewSymbols) {
        mergeFew(tokens, first);
    } else {
        mergeMany(tokens, first);
    }
}

void BytePairEncoder::appendSymbols(std::string_view piece, std::vector<PieceToken>& symbols) const
{
    bool afterUnknown = false;
    for (std::size_t i = 0; i < piece.size(); ++i) {
        const auto& id = m_bytes.at(static_cast<unsigned char>(piece[i]));
        if (id) {
            symbols.push_back({.id = *id, .begin = i, .end = i + 1});
        } else if (m_unknown && m_fuseUnknown && afterUnknown) {
            symbols.back().end = i + 1;
        } else if (m_unknown) {
            symbols.push_back({.id = *m_unknown, .begin = i, .end = i + 1});
        }
        afterUnknown = !id;
    }
}

void BytePairEncoder::mergeFew(std::vector<PieceToken>& tokens, std::size_t first) const
{
    std::array<const MergeTable::Merge*, fewSymbols> merges{}; // of symbol i with the next
    std::size_t count = tokens.size() - first;
    const auto mergeAt = [&](std::size_t i) {
        return i + 1 < count ? m_merges.find(tokens[first + i].id, tokens[first + i + 1].id)
                             : nullptr;
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
        left.id = merges.at(best)->result;
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

void BytePairEncoder::mergeMany(std::vector<PieceToken>& tokens, std::size_t first) const
{
    HeapMerge merge{m_merges, std::span{tokens}.subspan(first)};
    tokens.resize(first + merge.run());
}

} // namespace nextquill::text
