// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/PlainBytePairs.h"

#include "core/base/Utf8.h"
#include "core/text/AlignedText.h"
#include "core/text/ByteSpelling.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace nextquill::bench {

namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

std::string pairKey(std::string_view left, std::string_view right)
{
    return std::string{left} + '\0' + std::string{right};
}

} // namespace

PlainBytePairs::PlainBytePairs(const text::TokenizerDefinition& definition)
    : m_definition{definition}
    , m_isByteLevel{text::isByteLevel(definition)}
    , m_normalizer{definition.normalizers}
    , m_preTokenizer{definition.preTokenizers}
    , m_vocabulary{definition}
{
    for (const text::Merge& merge : definition.merges) {
        if (!m_vocabulary.isMarkup(merge.result)) {
            m_ranks.insert_or_assign(
                pairKey(m_vocabulary.textOf(merge.left), m_vocabulary.textOf(merge.right)),
                merge.rank);
        }
    }
}

std::vector<text::TokenId> PlainBytePairs::encode(std::string_view given) const
{
    text::AlignedText text{given, 0};
    m_normalizer.apply(text);
    std::vector<ByteRange> pieces;
    m_preTokenizer.cut(text, pieces);
    std::vector<text::TokenId> ids;
    for (const ByteRange& piece : pieces) {
        encodePiece(text.text().substr(piece.begin, piece.size()), ids);
    }
    return ids;
}

void PlainBytePairs::encodePiece(std::string_view piece, std::vector<text::TokenId>& ids) const
{
    if (m_definition.ignoreMerges) {
        std::string whole{m_isByteLevel ? "" : piece};
        for (std::size_t i = 0; m_isByteLevel && i < piece.size(); ++i) {
            whole += text::spellingOf(static_cast<unsigned char>(piece[i]));
        }
        if (const auto id = m_vocabulary.findPlain(whole)) {
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
    for (std::size_t next = 0; next < piece.size();) {
        const std::size_t begin = next;
        if (m_isByteLevel) {
            ++next;
        } else {
            (void)nextCodePoint(piece, next);
        }
        const std::string_view character = piece.substr(begin, next - begin);
        const std::string spelling{
            m_isByteLevel ? text::spellingOf(static_cast<unsigned char>(character.front()))
                          : character};
        if (m_vocabulary.findPlain(spelling)) {
            symbols.push_back(spelling);
            afterUnknown = false;
            continue;
        }
        for (std::string& symbol : unknownOf(character)) {
            const bool isUnknown = symbol.empty();
            if (!(isUnknown && m_definition.fuseUnknown && afterUnknown)) {
                symbols.push_back(std::move(symbol));
            }
            afterUnknown = isUnknown;
        }
    }
    return symbols;
}

/// Spellings of its bytes; one that is spelled by nothing where they have none; none where the
/// tokenizer lets such characters vanish.
std::vector<std::string> PlainBytePairs::unknownOf(std::string_view character) const
{
    std::vector<std::string> names;
    for (const char byte : character) {
        names.push_back(text::byteName(static_cast<unsigned char>(byte)));
    }
    const bool hasNames =
        m_definition.byteFallback && std::ranges::all_of(names, [this](const auto& n) {
            return m_vocabulary.find(n).has_value();
        });
    if (!hasNames) {
        names.assign(m_definition.unknown ? 1 : 0, "");
    }
    return names;
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
