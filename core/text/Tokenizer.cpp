// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/Tokenizer.h"

#include "core/base/Error.h"
#include "core/text/AddedTokens.h"
#include "core/text/AlignedText.h"
#include "core/text/BytePairEncoder.h"
#include "core/text/Normalizer.h"
#include "core/text/OffsetTrim.h"
#include "core/text/PreTokenizer.h"
#include "core/text/TokenDecoder.h"
#include "core/text/TokenizerDefinition.h"
#include "core/text/UnigramEncoder.h"
#include "core/text/Vocabulary.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

// The order of work is the reference library's: added tokens are found in the text as given; each
// gap between them is normalized; added tokens that are matched in normal form are found in that;
// what is left between them is cut into pieces, and the pieces become tokens.

namespace nextquill::text {

namespace {

constexpr std::size_t longestText = std::numeric_limits<std::uint32_t>::max() - 1;

/// Which added tokens are recognised; null: all.
using Markup = const std::span<const ByteRange>*;

/// The stretches of `text`'s present form that come from within one of `markup` each.
std::vector<ByteRange> inPresentForm(const AlignedText& text, std::span<const ByteRange> markup)
{
    std::vector<ByteRange> ranges;
    std::size_t next = 0;
    for (std::size_t i = 0; i < text.text().size(); ++i) {
        const ByteRange bytes = text.given({i, i + 1});
        while (next < markup.size() && markup[next].end <= bytes.begin) {
            ++next;
        }
        if (next == markup.size()) {
            break;
        }
        const bool isInside =
            markup[next].begin <= bytes.begin && bytes.end <= markup[next].end && bytes.size() > 0;
        const bool joins = isInside && i > 0 && !ranges.empty() && ranges.back().end == i &&
                           text.given({i - 1, i}).begin >= markup[next].begin;
        if (joins) {
            ranges.back().end = i + 1;
        } else if (isInside) {
            ranges.push_back({i, i + 1});
        }
    }
    return ranges;
}

} // namespace

struct Tokenizer::State
{
    explicit State(const TokenizerDefinition& definition);

    /// Appends the tokens of `text`.
    void encode(std::string_view text, Markup markup, Encoding& encoding) const;
    void encodeGap(AlignedText gap, Markup markup, Encoding& encoding) const;
    void encodeStretch(AlignedText stretch, Encoding& encoding) const;
    static void append(TokenId id, const ByteRange& bytes, Encoding& encoding);
    /// What decoders are given: added tokens that are matched in normal form stand in it.
    [[nodiscard]] std::string_view textOf(TokenId id) const;

    Vocabulary vocabulary;
    Normalizer normalizer;
    PreTokenizer preTokenizer;
    std::optional<BytePairEncoder> bytePairs; ///< one of the two
    std::optional<UnigramEncoder> unigram;
    AddedTokens added;           ///< found in the text as given
    AddedTokens addedNormalized; ///< found in the normal form
    TokenDecoder decoder;
    std::optional<OffsetTrim> trim;
    std::unordered_map<TokenId, std::string> normalForms; ///< where they differ from the text
    std::vector<TokenId> before;
    std::vector<TokenId> after;
};

Tokenizer::State::State(const TokenizerDefinition& definition)
    : vocabulary{definition}
    , normalizer{definition.normalizers}
    , preTokenizer{definition.preTokenizers}
    , added{definition.addedTokens, false, normalizer}
    , addedNormalized{definition.addedTokens, true, normalizer}
    , decoder{definition.decoders}
    , before{definition.before}
    , after{definition.after}
{
    if (definition.model == TokenModel::Unigram) {
        unigram.emplace(definition, vocabulary);
    } else {
        bytePairs.emplace(definition, vocabulary);
    }
    for (const AddedToken& token : definition.addedTokens) {
        std::string normal = token.normalized ? normalizer.applied(token.content) : token.content;
        if (normal != token.content) {
            normalForms.insert_or_assign(token.id, std::move(normal));
        }
    }
    if (definition.trimsOffsets) {
        trim.emplace(vocabulary, definition.keepsFirstSpace);
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

std::string_view Tokenizer::State::textOf(TokenId id) const
{
    const auto normal = normalForms.find(id);
    return normal == normalForms.end() ? vocabulary.textOf(id) : std::string_view{normal->second};
}

void Tokenizer::State::encode(std::string_view text, Markup markup, Encoding& encoding) const
{
    if (text.size() > longestText) {
        throw Error{ErrorKind::BadInput,
                    "a text has " + std::to_string(text.size()) + " bytes, at most " +
                        std::to_string(longestText) + " are tokenized",
                    "text", "cut it into several"};
    }
    const std::size_t first = encoding.ids.size();
    std::size_t done = 0;
    const auto encodeUpTo = [&](std::size_t end) {
        if (end > done) {
            encodeGap({text.substr(done, end - done), done}, markup, encoding);
        }
    };
    for (const AddedTokens::Match& match :
         markup != nullptr ? added.find(text, *markup) : added.find(text)) {
        encodeUpTo(match.bytes.begin);
        append(match.id, match.bytes, encoding);
        done = match.bytes.end;
    }
    encodeUpTo(text.size());
    if (trim) {
        trim->apply(text, first, encoding);
    }
}

void Tokenizer::State::append(TokenId id, const ByteRange& bytes, Encoding& encoding)
{
    encoding.ids.push_back(id);
    encoding.bytes.push_back(bytes);
}

void Tokenizer::State::encodeGap(AlignedText gap, Markup markup, Encoding& encoding) const
{
    normalizer.apply(gap);
    if (addedNormalized.isEmpty()) {
        encodeStretch(std::move(gap), encoding);
        return;
    }
    const auto matches = markup != nullptr
                             ? addedNormalized.find(gap.text(), inPresentForm(gap, *markup))
                             : addedNormalized.find(gap.text());
    if (matches.empty()) {
        encodeStretch(std::move(gap), encoding);
        return;
    }
    std::size_t done = 0;
    const auto encodeUpTo = [&](std::size_t end) {
        if (end > done) {
            encodeStretch(gap.slice({done, end}), encoding);
        }
    };
    for (const AddedTokens::Match& match : matches) {
        encodeUpTo(match.bytes.begin);
        append(match.id, gap.given(match.bytes), encoding);
        done = match.bytes.end;
    }
    encodeUpTo(gap.text().size());
}

void Tokenizer::State::encodeStretch(AlignedText stretch, Encoding& encoding) const
{
    std::vector<ByteRange> pieces;
    preTokenizer.cut(stretch, pieces);
    const std::string_view text = stretch.text();
    std::vector<PieceToken> tokens;
    for (const ByteRange& piece : pieces) {
        tokens.clear();
        const std::string_view inside = text.substr(piece.begin, piece.size());
        if (bytePairs) {
            bytePairs->encode(inside, tokens);
        } else {
            unigram->encode(inside, tokens);
        }
        for (const PieceToken& token : tokens) {
            append(token.id, stretch.given({piece.begin + token.begin, piece.begin + token.end}),
                   encoding);
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
    m_state->encode(text, nullptr, encoding);
    return encoding;
}

Encoding Tokenizer::encode(std::string_view text, std::span<const ByteRange> markup) const
{
    Encoding encoding;
    m_state->encode(text, &markup, encoding);
    return encoding;
}

Encoding Tokenizer::encodeWithSpecial(std::string_view text) const
{
    Encoding encoding{.ids = m_state->before,
                      .bytes = std::vector<ByteRange>(m_state->before.size(), ByteRange{0, 0})};
    m_state->encode(text, nullptr, encoding);
    encoding.ids.insert(encoding.ids.end(), m_state->after.begin(), m_state->after.end());
    encoding.bytes.resize(encoding.ids.size(), ByteRange{text.size(), text.size()});
    return encoding;
}

std::string Tokenizer::decode(std::span<const TokenId> ids, bool skipSpecial) const
{
    std::vector<std::string_view> tokens;
    tokens.reserve(ids.size());
    for (const TokenId id : ids) {
        if (m_state->vocabulary.isKnown(id) && (!skipSpecial || !isSpecial(id))) {
            tokens.push_back(m_state->textOf(id));
        }
    }
    return m_state->decoder.decoded(tokens);
}

std::string Tokenizer::bytesOf(TokenId id, bool isFirst) const
{
    return m_state->decoder.bytesOf(m_state->textOf(id), isFirst);
}

std::optional<TokenId> Tokenizer::find(std::string_view token) const
{
    return m_state->vocabulary.find(token);
}

std::string_view Tokenizer::spelling(TokenId id) const
{
    return m_state->vocabulary.textOf(id);
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
