// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/PlainBytePairs.h"

#include "core/text/ByteSpelling.h"
#include "core/text/Normalizer.h"
#include "core/text/PreTokenizer.h"

#include <limits>
#include <optional>

namespace nextquill::bench {

namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

/// No piece is spelled with a space, so that keys are unambiguous. An unknown character is spelled
/// by nothing.
std::string pairKey(const std::string& left, const std::string& right)
{
    return left + ' ' + right;
}

} // namespace

PlainBytePairs::PlainBytePairs(const text::TokenizerDefinition& definition)
    : m_definition{definition}
    , m_vocabulary{definition}
{
    for (std::size_t rank = 0; rank < definition.merges.size(); ++rank) {
        const auto& [left, right] = definition.merges[rank];
        const std::optional<text::TokenId> result = m_vocabulary.find(left + right);
        if (result && !m_vocabulary.isSpecial(*result)) {
            m_ranks.insert_or_assign(pairKey(left, right), rank);
        }
    }
}

std::vector<text::TokenId> PlainBytePairs::encode(std::string_view given) const
{
    std::string text = text::isNormalized(m_definition.normalizer, given)
                           ? std::string{given}
                           : text::composed(given).text;
    if (m_definition.addPrefixSpace && !text.empty() && text.front() != ' ') {
        text.insert(text.begin(), ' ');
    }
    std::vector<text::TokenId> ids;
    for (const ByteRange& piece : text::splitPieces(m_definition.preTokenizer, text)) {
        encodePiece(std::string_view{text}.substr(piece.begin, piece.size()), ids);
    }
    return ids;
}

void PlainBytePairs::encodePiece(std::string_view piece, std::vector<text::TokenId>& ids) const
{
    if (m_definition.ignoreMerges) {
        std::string whole;
        for (const char byte : piece) {
            whole += text::spellingOf(static_cast<unsigned char>(byte));
        }
        if (const auto id = m_vocabulary.find(whole); id && !m_vocabulary.isSpecial(*id)) {
            ids.push_back(*id);
            return;
        }
    }
    std::vector<std::string> symbols = symbolsOf(piece);
    join(symbols);
    for (const std::string& symbol : symbols) {
        ids.push_back(symbol.empty() ? *m_definition.unknown : *m_vocabulary.find(symbol));
    }
}

std::vector<std::string> PlainBytePairs::symbolsOf(std::string_view piece) const
{
    std::vector<std::string> symbols;
    bool afterUnknown = false;
    for (const char byte : piece) {
        const std::string spelling{text::spellingOf(static_cast<unsigned char>(byte))};
        const auto id = m_vocabulary.find(spelling);
        const bool known = id && !m_vocabulary.isSpecial(*id);
        if (known) {
            symbols.push_back(spelling);
        } else if (m_definition.unknown && !(m_definition.fuseUnknown && afterUnknown)) {
            symbols.emplace_back();
        }
        afterUnknown = !known;
    }
    return symbols;
}

void PlainBytePairs::join(std::vector<std::string>& symbols) const
{
    while (true) {
        std::size_t best = none;
        std::size_t at = 0;
        for (std::size_t i = 0; i + 1 < symbols.size(); ++i) {
            const auto found = m_ranks.find(pairKey(symbols[i], symbols[i + 1]));
            if (found != m_ranks.end() && found->second < best) {
                best = found->second;
                at = i;
            }
        }
        if (best == none) {
            return;
        }
        symbols[at] += symbols[at + 1];
        symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    }
}

} // namespace nextquill::bench
