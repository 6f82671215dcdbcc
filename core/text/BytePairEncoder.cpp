// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/BytePairEncoder.h"

#include "core/base/ByteRange.h"
#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/text/ByteSpelling.h"
#include "core/text/PairMerging.h"

namespace nextquill::text {

namespace {

constexpr std::string_view mark = spaceMark;

Error damaged(const std::string& problem)
{
    return {ErrorKind::BadInput, problem, "tokenizer", "download the model's tokenizer again"};
}

} // namespace

BytePairEncoder::BytePairEncoder(const TokenizerDefinition& definition,
                                 const Vocabulary& vocabulary)
    : m_vocabulary{vocabulary}
    , m_merges{definition.merges.size()}
    , m_isByteLevel{isByteLevel(definition)}
    , m_ignoresMerges{definition.ignoreMerges}
    , m_fusesUnknown{definition.fuseUnknown}
    , m_unknown{definition.unknown}
{
    if (m_unknown && !vocabulary.isKnown(*m_unknown)) {
        throw damaged("the token for unknown characters is not in the vocabulary");
    }
    // Markup never comes out of plain text, whatever it spells.
    for (unsigned value = 0; value < m_bytes.size(); ++value) {
        const auto byte = static_cast<unsigned char>(value);
        if (m_isByteLevel) {
            m_bytes.at(value) = vocabulary.findPlain(spellingOf(byte));
        } else if (value < 0x80) {
            const char character = static_cast<char>(byte);
            m_bytes.at(value) = vocabulary.findPlain({&character, 1});
        }
        if (definition.byteFallback) {
            m_byteNames.at(value) = vocabulary.find(byteName(byte));
        }
    }
    takeMerges(definition);
    if (!m_isByteLevel) {
        findWordBorders(definition);
    }
}

void BytePairEncoder::takeMerges(const TokenizerDefinition& definition)
{
    for (const Merge& merge : definition.merges) {
        for (const TokenId id : {merge.left, merge.right, merge.result}) {
            if (!m_vocabulary.isKnown(id)) {
                throw damaged("a merge names the id " + std::to_string(static_cast<int>(id)) +
                              ", which is not in the vocabulary");
            }
        }
        if (!m_vocabulary.isMarkup(merge.result)) {
            m_merges.set(merge.left, merge.right, {.rank = merge.rank, .id = merge.result});
        }
    }
}

void BytePairEncoder::findWordBorders(const TokenizerDefinition& definition)
{
    m_hasWords = m_vocabulary.findPlain(mark).has_value();
    for (std::size_t i = 0; m_hasWords && i < definition.merges.size(); ++i) {
        const std::string_view text = m_vocabulary.textOf(definition.merges[i].result);
        for (std::size_t at = text.find(mark, 1); at != std::string_view::npos;
             at = text.find(mark, at + 1)) {
            if (text.substr(0, at).ends_with(mark)) {
                m_joinsMarks = true;
            } else {
                m_joinsMarkWith.set(static_cast<unsigned char>(text[at - 1]));
            }
        }
    }
}

std::size_t BytePairEncoder::wordEnd(std::string_view piece, std::size_t begin) const
{
    if (!m_hasWords) {
        return piece.size();
    }
    for (std::size_t at = piece.find(mark, begin + 1); at != std::string_view::npos;
         at = piece.find(mark, at + 1)) {
        const bool joins = piece.substr(0, at).ends_with(mark)
                               ? m_joinsMarks
                               : m_joinsMarkWith[static_cast<unsigned char>(piece[at - 1])];
        if (!joins) {
            return at;
        }
    }
    return piece.size();
}

std::optional<TokenId> BytePairEncoder::whole(std::string_view piece) const
{
    if (!m_isByteLevel) {
        return m_vocabulary.findPlain(piece);
    }
    std::string spelled;
    spell(piece, spelled);
    return m_vocabulary.findPlain(spelled);
}

void BytePairEncoder::encode(std::string_view piece, std::vector<PieceToken>& tokens) const
{
    if (m_ignoresMerges) {
        if (const auto id = whole(piece)) {
            tokens.push_back({.id = *id, .begin = 0, .end = piece.size()});
            return;
        }
    }
    if (m_isByteLevel) {
        const std::size_t first = tokens.size();
        appendBytes(piece, tokens);
        mergePairs(m_merges, tokens, first);
        return;
    }
    for (std::size_t begin = 0; begin < piece.size();) {
        const std::size_t end = wordEnd(piece, begin);
        const std::size_t first = tokens.size();
        appendCharacters(piece, {begin, end}, tokens);
        mergePairs(m_merges, tokens, first);
        begin = end;
    }
}

void BytePairEncoder::appendBytes(std::string_view piece, std::vector<PieceToken>& symbols) const
{
    bool afterUnknown = false;
    for (std::size_t i = 0; i < piece.size(); ++i) {
        const auto& id = m_bytes.at(static_cast<unsigned char>(piece[i]));
        if (id) {
            symbols.push_back({.id = *id, .begin = i, .end = i + 1});
        } else if (m_unknown && m_fusesUnknown && afterUnknown) {
            symbols.back().end = i + 1;
        } else if (m_unknown) {
            symbols.push_back({.id = *m_unknown, .begin = i, .end = i + 1});
        }
        afterUnknown = !id;
    }
}

void BytePairEncoder::appendCharacters(std::string_view piece, const ByteRange& word,
                                       std::vector<PieceToken>& symbols) const
{
    std::size_t at = word.begin;
    std::size_t unknown = 0; // bytes of unknown characters that no token stands for yet
    const auto flush = [&] {
        if (unknown > 0) {
            symbols.push_back({.id = *m_unknown, .begin = at, .end = at + unknown});
            at += unknown;
            unknown = 0;
        }
    };
    for (std::size_t next = word.begin; next < word.end;) {
        const std::size_t begin = next;
        (void)nextCodePoint(piece, next);
        const std::string_view character = piece.substr(begin, next - begin);
        const auto first = static_cast<unsigned char>(character.front());
        const auto id = first < 0x80 ? m_bytes.at(first) : m_vocabulary.findPlain(character);
        if (id) {
            flush();
            symbols.push_back({.id = *id, .begin = at, .end = at + character.size()});
            at += character.size();
        } else if (appendByteNames(character, at, symbols)) {
            // The reference library leaves unknown characters before these for later, too.
        } else if (m_unknown) {
            if (!m_fusesUnknown) {
                flush();
            }
            unknown += character.size();
        } else {
            at += character.size();
        }
    }
    flush();
}

bool BytePairEncoder::appendByteNames(std::string_view character, std::size_t& at,
                                      std::vector<PieceToken>& symbols) const
{
    for (const char byte : character) {
        if (!m_byteNames.at(static_cast<unsigned char>(byte))) {
            return false;
        }
    }
    for (const char byte : character) {
        symbols.push_back(
            {.id = *m_byteNames.at(static_cast<unsigned char>(byte)), .begin = at, .end = at + 1});
        ++at;
    }
    return true;
}

} // namespace nextquill::text
