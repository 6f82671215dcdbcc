// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/ModelReader.h"

#include "core/base/Utf8.h"
#include "core/text/JsonPlace.h"
#include "core/text/TokenTable.h"

#include <algorithm>

namespace nextquill::text {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

// docs/formats.md, tokenizer.json
constexpr std::size_t pieceLimit = 2'097'152;
constexpr std::size_t mergeLimit = 4'194'304;

std::string inQuotes(std::string_view text)
{
    return '"' + escapedForDisplay(text, 60) + '"';
}

class Reader
{
public:
    Reader(const element& model, const std::string& where, TokenizerDefinition& definition)
        : m_model{model}
        , m_where{where}
        , m_definition{definition}
    {
    }

    [[nodiscard]] std::size_t read();

private:
    struct Piece
    {
        std::string_view text;
        std::size_t id = 0;
    };

    [[nodiscard]] Error bad(const std::string& problem, const char* place) const
    {
        return badTokenizer(problem, m_where + ", " + place);
    }
    [[nodiscard]] Error unsupported(const std::string& problem, const char* place) const
    {
        return unsupportedTokenizer(problem, m_where + ", " + place);
    }

    [[nodiscard]] bool flag(const char* key) const;
    [[nodiscard]] std::string modelName() const;
    void refuseOtherSettings() const;
    void checkLength(std::string_view text, const char* place) const;
    void checkCount(std::size_t count, std::size_t limit, const char* what,
                    const char* place) const;

    void readBytePairs();
    void readUnigram();
    void readVocabulary(const object& vocabulary);
    void readUnknown();
    void readMerges(const array& merges);
    [[nodiscard]] std::optional<std::pair<std::string_view, std::string_view>>
    halvesOf(const element& merge) const;
    [[nodiscard]] std::optional<TokenId> find(std::string_view text) const;
    [[nodiscard]] std::optional<TokenId> resultOf(std::string_view left, std::string_view right,
                                                  TokenId expected);

    const element& m_model;
    const std::string& m_where;
    TokenizerDefinition& m_definition;
    std::size_t m_idLimit = 0;
    std::vector<Piece> m_pieces;       ///< texts are the parser's
    std::optional<TokenTable> m_table; ///< indices into m_pieces
    std::string m_joined;
};

bool Reader::flag(const char* key) const
{
    const auto found = lastOf(m_model, key);
    bool value = false;
    if (found && !found->is_null() && found->get(value) != simdjson::SUCCESS) {
        throw bad(std::string{key} + " is neither true nor false", "model");
    }
    return value;
}

void Reader::checkLength(std::string_view text, const char* place) const
{
    if (text.size() > tokenBytesLimit) {
        throw bad(tooLong(text.size()), place);
    }
}

void Reader::checkCount(std::size_t count, std::size_t limit, const char* what,
                        const char* place) const
{
    if (count > limit) {
        throw bad("there are " + std::to_string(count) + ' ' + what + ", at most " +
                      std::to_string(limit) + " are read",
                  place);
    }
}

/// Old files leave the type out.
std::string Reader::modelName() const
{
    const auto found = lastOf(m_model, "type");
    if (!found || found->is_null()) {
        return lastOf(m_model, "merges") ? "BPE" : "Unigram";
    }
    std::string_view name;
    return found->get(name) == simdjson::SUCCESS ? std::string{name} : std::string{"unnamed"};
}

std::size_t Reader::read()
{
    const std::string name = modelName();
    if (name == "BPE") {
        readBytePairs();
    } else if (name == "Unigram") {
        readUnigram();
    } else {
        throw unsupported("the tokenizer's model is " + escapedForDisplay(name, 40) +
                              ", neither BPE nor Unigram",
                          "model.type");
    }
    return m_idLimit;
}

void Reader::refuseOtherSettings() const
{
    for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
        const auto value = lastOf(m_model, key);
        std::string_view text;
        const bool isUnset =
            !value || value->is_null() || (value->get(text) == simdjson::SUCCESS && text.empty());
        if (!isUnset) {
            throw unsupported(std::string{key} + " is set", "model");
        }
    }
    const auto dropout = lastOf(m_model, "dropout");
    double rate = 0;
    if (dropout && !dropout->is_null() && (dropout->get(rate) != simdjson::SUCCESS || rate != 0)) {
        throw unsupported("dropout is set: ids would be random", "model");
    }
}

void Reader::readBytePairs()
{
    const auto vocabulary = lastOf(m_model, "vocab");
    const auto merges = lastOf(m_model, "merges");
    object pieces;
    array pairs;
    if (!vocabulary || vocabulary->get(pieces) != simdjson::SUCCESS || !merges ||
        merges->get(pairs) != simdjson::SUCCESS) {
        throw bad("vocab is no object or merges no list", "model");
    }
    refuseOtherSettings();
    m_definition.model = TokenModel::BytePairs;
    m_definition.byteFallback = flag("byte_fallback");
    m_definition.ignoreMerges = flag("ignore_merges");
    m_definition.fuseUnknown = flag("fuse_unk");
    readVocabulary(pieces);
    readUnknown();
    readMerges(pairs);
}

void Reader::readVocabulary(const object& vocabulary)
{
    checkCount(vocabulary.size(), pieceLimit, "pieces", "model.vocab");
    m_idLimit = 4 * std::max<std::size_t>(vocabulary.size(), 1);
    m_pieces.reserve(vocabulary.size());
    m_table.emplace(vocabulary.size());
    std::size_t largest = 0;
    for (const auto [text, value] : vocabulary) {
        if (text.empty()) {
            throw bad("a piece is empty", "model.vocab");
        }
        checkLength(text, "model.vocab");
        std::uint64_t id = 0;
        if (value.get(id) != simdjson::SUCCESS) {
            throw bad("a token's id is no whole number from 0", "model.vocab");
        }
        if (id >= m_idLimit) {
            throw bad("a token has the id " + std::to_string(id) +
                          ", the largest that is read is " + std::to_string(m_idLimit - 1),
                      "model.vocab");
        }
        const auto index = static_cast<TokenId>(m_pieces.size());
        if (const auto earlier = m_table->insert(text, index)) { // of two the last counts
            m_pieces[static_cast<std::size_t>(*earlier)].id = id;
        } else {
            m_pieces.push_back({text, id});
        }
        largest = std::max<std::size_t>(largest, id);
    }
    m_definition.pieces.resize(m_pieces.empty() ? 0 : largest + 1);
    for (const Piece& piece : m_pieces) {
        std::string& place = m_definition.pieces[piece.id];
        if (!place.empty()) {
            throw bad("two pieces have the id " + std::to_string(piece.id), "model.vocab");
        }
        place = piece.text;
    }
}

std::optional<TokenId> Reader::find(std::string_view text) const
{
    const auto index = m_table->find(text);
    return index
               ? std::optional{static_cast<TokenId>(m_pieces[static_cast<std::size_t>(*index)].id)}
               : std::nullopt;
}

void Reader::readUnknown()
{
    const auto unknown = lastOf(m_model, "unk_token");
    if (!unknown || unknown->is_null()) {
        return;
    }
    std::string_view text;
    if (unknown->get(text) != simdjson::SUCCESS) {
        throw bad("a token is no text", "model.unk_token");
    }
    checkLength(text, "model.unk_token");
    m_definition.unknown = find(text);
    if (!m_definition.unknown) {
        throw bad("unk_token is not in the vocabulary", "model.unk_token");
    }
}

std::optional<std::pair<std::string_view, std::string_view>>
Reader::halvesOf(const element& merge) const
{
    std::string_view left;
    std::string_view right;
    array pair;
    if (merge.get(pair) == simdjson::SUCCESS) {
        const bool areTexts = pair.size() == 2 && pair.at(0).get(left) == simdjson::SUCCESS &&
                              pair.at(1).get(right) == simdjson::SUCCESS;
        return areTexts ? std::optional{std::pair{left, right}} : std::nullopt;
    }
    std::string_view both;
    if (merge.get(both) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    const std::size_t space = both.find(' ');
    if (space == std::string_view::npos || both.find(' ', space + 1) != std::string_view::npos) {
        return std::nullopt;
    }
    return std::pair{both.substr(0, space), both.substr(space + 1)};
}

std::optional<TokenId> Reader::resultOf(std::string_view left, std::string_view right,
                                        TokenId expected)
{
    const auto index = static_cast<std::size_t>(expected);
    if (index < m_definition.pieces.size()) {
        const std::string_view piece = m_definition.pieces[index];
        if (piece.size() == left.size() + right.size() && piece.starts_with(left) &&
            piece.ends_with(right)) {
            return expected;
        }
    }
    m_joined.assign(left).append(right);
    return find(m_joined);
}

void Reader::readMerges(const array& merges)
{
    checkCount(merges.size(), mergeLimit, "merges", "model.merges");
    m_definition.merges.reserve(merges.size());
    TokenId expected{};
    std::uint32_t rank = 0;
    for (const element merge : merges) {
        const auto halves = halvesOf(merge);
        if (!halves) {
            throw bad("merge " + std::to_string(rank) +
                          " is not two pieces, in a list or with one space between",
                      "model.merges");
        }
        const auto& [left, right] = *halves;
        checkLength(left, "model.merges");
        checkLength(right, "model.merges");
        const auto leftId = find(left);
        const auto rightId = find(right);
        const auto result = resultOf(left, right, expected);
        if (!leftId || !rightId || !result) {
            throw bad("merge " + std::to_string(rank) + ", " + inQuotes(left) + " and " +
                          inQuotes(right) + ", names a piece that is not in the vocabulary",
                      "model.merges");
        }
        m_definition.merges.push_back(
            {.left = *leftId, .right = *rightId, .result = *result, .rank = rank++});
        expected = static_cast<TokenId>(static_cast<int>(*result) + 1);
    }
}

void Reader::readUnigram()
{
    const auto vocabulary = lastOf(m_model, "vocab");
    array pieces;
    if (!vocabulary || vocabulary->get(pieces) != simdjson::SUCCESS) {
        throw bad("vocab is no list", "model");
    }
    checkCount(pieces.size(), pieceLimit, "pieces", "model.vocab");
    m_definition.model = TokenModel::Unigram;
    m_definition.byteFallback = flag("byte_fallback");
    m_idLimit = 4 * std::max<std::size_t>(pieces.size(), 1);
    for (const element entry : pieces) {
        array pair;
        std::string_view text;
        double score = 0;
        const bool isPiece = entry.get(pair) == simdjson::SUCCESS && pair.size() == 2 &&
                             pair.at(0).get(text) == simdjson::SUCCESS &&
                             pair.at(1).get(score) == simdjson::SUCCESS;
        if (!isPiece) {
            throw bad("piece " + std::to_string(m_definition.pieces.size()) +
                          " is not a text and its score",
                      "model.vocab");
        }
        checkLength(text, "model.vocab");
        m_definition.pieces.emplace_back(text);
        m_definition.scores.push_back(score);
    }
    const auto unknown = lastOf(m_model, "unk_id");
    std::uint64_t id = 0;
    if (!unknown || unknown->get(id) != simdjson::SUCCESS || id >= m_definition.pieces.size()) {
        throw bad("unk_id is missing or no piece", "model.unk_id");
    }
    m_definition.unknown = static_cast<TokenId>(id);
    m_definition.fuseUnknown = true;
}

} // namespace

std::string tooLong(std::size_t bytes)
{
    return "a token has " + std::to_string(bytes) + " bytes, at most " +
           std::to_string(tokenBytesLimit) + " are read";
}

std::optional<element> lastOf(const element& value, std::string_view key)
{
    object members;
    std::optional<element> found;
    if (value.get(members) == simdjson::SUCCESS) {
        for (const auto [name, member] : members) {
            if (name == key) {
                found = member;
            }
        }
    }
    return found;
}

std::size_t readModel(const element& model, const std::string& where,
                      TokenizerDefinition& definition)
{
    return Reader{model, where, definition}.read();
}

} // namespace nextquill::text
