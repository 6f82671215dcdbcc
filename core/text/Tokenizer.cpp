// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/Tokenizer.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/text/AddedTokens.h"
#include "core/text/BytePairEncoder.h"
#include "core/text/Normalizer.h"
#include "core/text/PreTokenizer.h"
#include "core/text/TokenizerDefinition.h"
#include "core/text/Vocabulary.h"

#include <algorithm>

// The order of work is the reference library's: added tokens are found in the text as given; each
// gap between them is normalized; added tokens that are matched in normal form are found in that;
// what is left between them is cut into pieces, and byte pairs are merged inside the pieces.

namespace nextquill::text {

namespace {

bool isContinuation(std::string_view text, std::size_t position)
{
    return position < text.size() && (static_cast<unsigned char>(text[position]) & 0xc0U) == 0x80U;
}

/// `bytes` widened to whole characters: a token that holds a part of one is said to be all of it.
ByteRange wholeCharacters(std::string_view text, ByteRange bytes)
{
    for (int back = 0; back < 3 && bytes.begin > 0 && isContinuation(text, bytes.begin); ++back) {
        --bytes.begin;
    }
    for (int ahead = 0; ahead < 3 && isContinuation(text, bytes.end); ++ahead) {
        ++bytes.end;
    }
    return bytes;
}

/// Text between two added tokens, in normal form, with the way back to the text given.
struct Gap
{
    std::size_t begin = 0;                          ///< in the text given
    std::string_view normal;                        ///< in normal form
    const std::vector<ByteRange>* source = nullptr; ///< by byte of `normal`; null: unchanged

    [[nodiscard]] ByteRange given(const ByteRange& bytes) const
    {
        if (source == nullptr) {
            const ByteRange wide = bytes.size() > 0 ? wholeCharacters(normal, bytes) : bytes;
            return {begin + wide.begin, begin + wide.end};
        }
        if (bytes.size() == 0) {
            const std::size_t at = bytes.begin < source->size() ? (*source)[bytes.begin].begin : 0;
            return {begin + at, begin + at};
        }
        return {begin + (*source)[bytes.begin].begin, begin + (*source)[bytes.end - 1].end};
    }
};

bool liesWithinOne(std::span<const ByteRange> ranges, const ByteRange& bytes)
{
    const auto behind =
        std::upper_bound(ranges.begin(), ranges.end(), bytes.begin,
                         [](std::size_t begin, const ByteRange& r) { return begin < r.begin; });
    return behind != ranges.begin() && bytes.end <= std::prev(behind)->end;
}

} // namespace

struct Tokenizer::State
{
    explicit State(const TokenizerDefinition& definition);

    /// Appends the tokens of `text`; added tokens are recognised where `allowed` says so.
    void encode(std::string_view text, const AddedTokens::Allowed& allowed,
                Encoding& encoding) const;
    void encodeGap(const Gap& gap, const AddedTokens::Allowed& allowed, Encoding& encoding) const;
    void encodeStretch(const Gap& gap, ByteRange stretch, Encoding& encoding) const;

    Vocabulary vocabulary;
    BytePairEncoder bytePairs;
    AddedTokens added;           ///< found in the text as given
    AddedTokens addedNormalized; ///< found in the normal form
    PreTokenizerKind preTokenizer;
    NormalizerKind normalizer;
    bool addPrefixSpace;
    std::vector<TokenId> before;
    std::vector<TokenId> after;
};

Tokenizer::State::State(const TokenizerDefinition& definition)
    : vocabulary{definition}
    , bytePairs{definition, vocabulary}
    , added{definition.addedTokens, false, definition.normalizer}
    , addedNormalized{definition.addedTokens, true, definition.normalizer}
    , preTokenizer{definition.preTokenizer}
    , normalizer{definition.normalizer}
    , addPrefixSpace{definition.addPrefixSpace}
    , before{definition.before}
    , after{definition.after}
{
    if (addPrefixSpace && preTokenizer != PreTokenizerKind::Gpt2) {
        throw Error{ErrorKind::Unsupported,
                    "the tokenizer puts a space before every piece of a split text", "tokenizer",
                    "use a model whose tokenizer has add_prefix_space off"};
    }
    for (const std::vector<TokenId>* ids : {&before, &after}) {
        for (const TokenId id : *ids) {
            if (!vocabulary.isKnown(id)) {
                throw Error{ErrorKind::BadInput,
                            "token " + std::to_string(static_cast<int>(id)) +
                                ", put around every text, is not in the vocabulary",
                            "tokenizer", "download the model's tokenizer again"};
            }
        }
    }
}

void Tokenizer::State::encode(std::string_view text, const AddedTokens::Allowed& allowed,
                              Encoding& encoding) const
{
    std::size_t done = 0;
    const auto encodeUpTo = [&](std::size_t end) {
        if (end <= done) {
            return;
        }
        const std::string_view given = text.substr(done, end - done);
        const bool unchanged = isNormalized(normalizer, given);
        const NormalizedText changed = unchanged ? NormalizedText{} : composed(given);
        const Gap gap{.begin = done,
                      .normal = unchanged ? given : std::string_view{changed.text},
                      .source = unchanged ? nullptr : &changed.source};
        encodeGap(gap, allowed, encoding);
    };
    for (const AddedTokens::Match& match : added.find(text, allowed)) {
        encodeUpTo(match.bytes.begin);
        encoding.ids.push_back(match.id);
        encoding.bytes.push_back(match.bytes);
        done = match.bytes.end;
    }
    encodeUpTo(text.size());
}

void Tokenizer::State::encodeGap(const Gap& gap, const AddedTokens::Allowed& allowed,
                                 Encoding& encoding) const
{
    std::size_t done = 0;
    const auto isAllowed = [&](const ByteRange& bytes) { return allowed(gap.given(bytes)); };
    for (const AddedTokens::Match& match : addedNormalized.find(gap.normal, isAllowed)) {
        encodeStretch(gap, {done, match.bytes.begin}, encoding);
        encoding.ids.push_back(match.id);
        encoding.bytes.push_back(gap.given(match.bytes));
        done = match.bytes.end;
    }
    encodeStretch(gap, {done, gap.normal.size()}, encoding);
}

void Tokenizer::State::encodeStretch(const Gap& gap, ByteRange stretch, Encoding& encoding) const
{
    if (stretch.size() == 0) {
        return;
    }
    std::string_view text = gap.normal.substr(stretch.begin, stretch.size());
    std::string prefixed;
    const std::size_t prefix = addPrefixSpace && text.front() != ' ' ? 1 : 0;
    if (prefix > 0) {
        prefixed.append(" ").append(text);
        text = prefixed;
    }
    const auto position = [&](std::size_t byte) { // of the gap; the prefix has no place of its own
        return stretch.begin + (byte > prefix ? byte - prefix : 0);
    };
    std::vector<PieceToken> tokens;
    for (const ByteRange& piece : splitPieces(preTokenizer, text)) {
        tokens.clear();
        bytePairs.encode(text.substr(piece.begin, piece.size()), tokens);
        for (const PieceToken& token : tokens) {
            encoding.ids.push_back(token.id);
            encoding.bytes.push_back(gap.given(
                {position(piece.begin + token.begin), position(piece.begin + token.end)}));
        }
    }
}

Tokenizer::Tokenizer(const TokenizerDefinition& definition)
    : m_state{std::make_unique<const State>(definition)}
{
}

Tokenizer::~Tokenizer() = default;

Encoding Tokenizer::encode(std::string_view text) const
{
    Encoding encoding;
    m_state->encode(text, [](const ByteRange&) { return true; }, encoding);
    return encoding;
}

Encoding Tokenizer::encode(std::string_view text, std::span<const ByteRange> markup) const
{
    Encoding encoding;
    m_state->encode(
        text, [markup](const ByteRange& bytes) { return liesWithinOne(markup, bytes); }, encoding);
    return encoding;
}

Encoding Tokenizer::encodeWithSpecial(std::string_view text) const
{
    Encoding encoding{.ids = m_state->before,
                      .bytes = std::vector<ByteRange>(m_state->before.size(), ByteRange{0, 0})};
    m_state->encode(text, [](const ByteRange&) { return true; }, encoding);
    encoding.ids.insert(encoding.ids.end(), m_state->after.begin(), m_state->after.end());
    encoding.bytes.resize(encoding.ids.size(), ByteRange{text.size(), text.size()});
    return encoding;
}

std::string Tokenizer::decode(std::span<const TokenId> ids, bool skipSpecial) const
{
    std::string bytes;
    for (const TokenId id : ids) {
        if (!skipSpecial || !isSpecial(id)) {
            bytes += m_state->vocabulary.bytesOf(id);
        }
    }
    return isUtf8(bytes) ? bytes : toUtf8(bytes);
}

std::string Tokenizer::bytesOf(TokenId id) const
{
    return std::string{m_state->vocabulary.bytesOf(id)};
}

std::optional<TokenId> Tokenizer::find(std::string_view token) const
{
    return m_state->vocabulary.find(token);
}

bool Tokenizer::isSpecial(TokenId id) const
{
    return m_state->vocabulary.isSpecial(id);
}

std::size_t Tokenizer::size() const
{
    return m_state->vocabulary.size();
}

} // namespace nextquill::text
