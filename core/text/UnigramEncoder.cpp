// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/UnigramEncoder.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nextquill::text {

namespace {

/// How much less likely than the least likely piece an unknown character is.
constexpr double unknownPenalty = 10;

Error damaged(const std::string& problem)
{
    return {ErrorKind::BadInput, problem, "tokenizer", "download the model's tokenizer again"};
}

std::size_t bytesOf(const TokenizerDefinition& definition)
{
    std::size_t bytes = 0;
    for (const std::string& piece : definition.pieces) {
        if (piece.size() > UnigramEncoder::longestPiece) {
            throw damaged("a piece has " + std::to_string(piece.size()) + " bytes, at most " +
                          std::to_string(UnigramEncoder::longestPiece) + " are read");
        }
        bytes += piece.size();
    }
    return bytes;
}

} // namespace

UnigramEncoder::UnigramEncoder(const TokenizerDefinition& definition, const Vocabulary& vocabulary)
    : m_vocabulary{vocabulary}
    , m_trie{bytesOf(definition)}
    , m_scores{definition.scores}
{
    if (m_scores.size() != definition.pieces.size()) {
        throw damaged("there are " + std::to_string(m_scores.size()) + " scores for " +
                      std::to_string(definition.pieces.size()) + " pieces");
    }
    if (!definition.unknown || !vocabulary.isKnown(*definition.unknown)) {
        throw damaged("no piece stands for unknown characters (unk_id)");
    }
    m_unknown = *definition.unknown;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t id = 0; id < m_scores.size(); ++id) {
        if (!std::isfinite(m_scores[id])) {
            throw damaged("the score of piece " + std::to_string(id) + " is no finite number");
        }
        least = std::min(least, m_scores[id]);
        const auto token = static_cast<TokenId>(id);
        if (!definition.pieces[id].empty() && !vocabulary.isMarkup(token)) {
            m_trie.insert(definition.pieces[id], static_cast<std::int32_t>(id));
        }
    }
    m_unknownScore = least - unknownPenalty;
    for (unsigned byte = 0; definition.byteFallback && byte < m_byteNames.size(); ++byte) {
        m_byteNames.at(byte) = vocabulary.find(byteName(static_cast<unsigned char>(byte)));
    }
}

std::vector<UnigramEncoder::Best> UnigramEncoder::bestWays(std::string_view piece) const
{
    std::vector<Best> best(piece.size() + 1);
    const auto reach = [&best](std::size_t end, std::size_t begin, double score, TokenId id) {
        Best& there = best[end];
        if (!there.isReached || score > there.score) {
            there = {.score = score, .begin = begin, .id = id, .isReached = true};
        }
    };
    for (std::size_t begin = 0; begin < piece.size();) {
        std::size_t next = begin;
        (void)nextCodePoint(piece, next);
        const double here = best[begin].score;
        bool hasSingle = false;
        auto node = std::optional{ByteTrie::root};
        for (std::size_t end = begin; end < piece.size();) {
            node = m_trie.child(*node, static_cast<unsigned char>(piece[end++]));
            if (!node) {
                break;
            }
            if (const std::int32_t number = m_trie.numberAt(*node); number != ByteTrie::none) {
                reach(end, begin, m_scores[static_cast<std::size_t>(number)] + here,
                      static_cast<TokenId>(number));
                hasSingle = hasSingle || end == next;
            }
        }
        if (!hasSingle) {
            reach(next, begin, m_unknownScore + here, m_unknown);
        }
        begin = next;
    }
    return best;
}

void UnigramEncoder::encode(std::string_view piece, std::vector<PieceToken>& tokens) const
{
    const std::vector<Best> best = bestWays(piece);
    std::vector<PieceToken> path; // from back to front
    for (std::size_t end = piece.size(); end > 0;) {
        const Best& step = best[end];
        if (step.id == m_unknown && !path.empty() && path.back().id == m_unknown) {
            path.back().begin = step.begin;
        } else {
            path.push_back({.id = step.id, .begin = step.begin, .end = end});
        }
        end = step.begin;
    }
    for (auto token = path.rbegin(); token != path.rend(); ++token) {
        if (token->id == m_unknown) {
            appendUnknown(piece, token->begin, token->end, tokens);
        } else {
            tokens.push_back(*token);
        }
    }
}

void UnigramEncoder::appendUnknown(std::string_view piece, std::size_t begin, std::size_t end,
                                   std::vector<PieceToken>& tokens) const
{
    const std::string_view text = piece.substr(begin, end - begin);
    if (const auto id = m_vocabulary.findPlain(text)) { // a less likely way, but one token
        tokens.push_back({.id = *id, .begin = begin, .end = end});
        return;
    }
    const bool hasNames = std::all_of(text.begin(), text.end(), [this](char byte) {
        return m_byteNames.at(static_cast<unsigned char>(byte)).has_value();
    });
    if (!hasNames) {
        tokens.push_back({.id = m_unknown, .begin = begin, .end = end});
        return;
    }
    for (const char byte : text) {
        tokens.push_back(
            {.id = *m_byteNames.at(static_cast<unsigned char>(byte)), .begin = begin, .end = end});
    }
}

} // namespace nextquill::text
