// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufTokenizerWriter.h"

#include "core/model/FileErrors.h"
#include "core/model/GgufBytePairs.h"
#include "core/model/GgufFile.h"
#include "core/model/GgufPieces.h"
#include "core/model/GgufTokenizer.h"
#include "core/model/GgufWriter.h"
#include "core/model/MappedFile.h"
#include "core/text/PieceMerges.h"

#include <algorithm>
#include <array>
#include <span>
#include <tuple>

namespace nextquill::model {

namespace {

using text::AddedToken;
using text::TokenizerDefinition;

Error unsayableTokenizer(const std::string& what)
{
    return {ErrorKind::Unsupported, what + ", which GGUF files do not say", "tokenizer",
            "export as a Hugging Face folder (--format hf)"};
}

void appendPieces(GgufPairs& pairs, const TokenizerDefinition& definition, std::size_t rows)
{
    if (definition.pieces.size() > rows) {
        throw damaged("the tokenizer has more tokens than the embedding rows", "tokenizer");
    }
    std::vector<std::string> texts(rows);
    std::vector<std::int32_t> types(rows, ggufToken::normal);
    std::ranges::copy(definition.pieces, texts.begin());
    for (const AddedToken& token : definition.addedTokens) {
        const auto id = static_cast<std::size_t>(token.id);
        if (id >= rows) {
            throw damaged("the tokenizer has more tokens than the embedding rows", "tokenizer");
        }
        texts[id] = token.content;
        types[id] = token.special ? ggufToken::control : ggufToken::userDefined;
    }
    const bool isByteLevel = text::isByteLevel(definition);
    for (unsigned byte = 0; !isByteLevel && definition.byteFallback && byte < 256; ++byte) {
        const auto named =
            std::ranges::find(texts, text::byteName(static_cast<unsigned char>(byte)));
        if (named != texts.end()) {
            types[static_cast<std::size_t>(named - texts.begin())] = ggufToken::byte;
        }
    }
    if (!isByteLevel && definition.unknown) {
        types[static_cast<std::size_t>(*definition.unknown)] = ggufToken::unknown;
    }
    for (std::size_t id = 0; id < rows; ++id) {
        if (texts[id].empty()) {
            texts[id] = "[PAD" + std::to_string(id) + "]";
            types[id] = ggufToken::unused;
        }
    }
    pairs.texts("tokenizer.ggml.tokens", texts);
    pairs.integers("tokenizer.ggml.token_type", types);
}

void appendNamed(GgufPairs& pairs, const TokenizerDefinition& definition, const NamedTokens& tokens)
{
    const auto put = [&](const char* key, const std::optional<std::string>& content) {
        if (!content) {
            return;
        }
        const auto added =
            std::ranges::find(definition.addedTokens, *content, &AddedToken::content);
        const auto piece = std::ranges::find(definition.pieces, *content);
        if (added != definition.addedTokens.end()) {
            pairs.whole(key, static_cast<std::uint32_t>(added->id));
        } else if (piece != definition.pieces.end()) {
            pairs.whole(key, static_cast<std::uint32_t>(piece - definition.pieces.begin()));
        }
    };
    put("tokenizer.ggml.bos_token_id", tokens.beginning);
    put("tokenizer.ggml.padding_token_id", tokens.padding);
    if (definition.unknown) {
        pairs.whole("tokenizer.ggml.unknown_token_id",
                    static_cast<std::uint32_t>(*definition.unknown));
    } else {
        put("tokenizer.ggml.unknown_token_id", tokens.unknown);
    }
    pairs.flag("tokenizer.ggml.add_bos_token", !definition.before.empty());
    pairs.flag("tokenizer.ggml.add_eos_token", !definition.after.empty());
}

/// What stands before a text's first space, and behind special tokens.
enum class SpacePrefix { None, Everywhere, AtTheBegin };

/// How a tokenizer of SentencePiece's kind marks spaces; none where it does so in another way.
std::optional<SpacePrefix> spacePrefixOf(const TokenizerDefinition& definition)
{
    using text::NormalizerStep;
    using text::PreTokenizerStep;
    const NormalizerStep marks{
        .kind = NormalizerStep::Kind::Replace, .text = text::spaceMark, .pattern = " "};
    const NormalizerStep prefix{.kind = NormalizerStep::Kind::Prepend, .text = text::spaceMark};
    const PreTokenizerStep nothing{.kind = PreTokenizerStep::Kind::Split,
                                   .pattern = " ", // none is left then (Gemma)
                                   .behavior = text::SplitBehavior::MergedWithPrevious};
    const auto& steps = definition.preTokenizers;
    if (steps.empty() || steps == std::vector{nothing}) {
        if (definition.normalizers == std::vector{prefix, marks}) {
            return SpacePrefix::Everywhere;
        }
        return definition.normalizers == std::vector{marks} ? std::optional{SpacePrefix::None}
                                                            : std::nullopt;
    }
    const bool isMetaspace = definition.normalizers.empty() && steps.size() == 1 &&
                             steps[0].kind == PreTokenizerStep::Kind::Metaspace &&
                             steps[0].pattern == text::spaceMark && !steps[0].split;
    if (!isMetaspace || steps[0].prepend == text::PrependScheme::Always) { // none before a space
        return std::nullopt;
    }
    return steps[0].prepend == text::PrependScheme::Never ? SpacePrefix::None
                                                          : SpacePrefix::AtTheBegin;
}

/// Merges without those that lead to markup, and with ranks that count pieces: those of one piece
/// are equal. None where merges of one piece are not neighbours by rank.
std::optional<std::vector<text::Merge>> mergesByPiece(const TokenizerDefinition& definition)
{
    std::vector<bool> isLeftOut(definition.pieces.size());
    for (const AddedToken& token : definition.addedTokens) {
        const auto id = static_cast<std::size_t>(token.id);
        if (id < isLeftOut.size()) {
            isLeftOut[id] = !text::isOrdinary(token);
        }
    }
    std::vector<text::Merge> merges;
    std::ranges::copy_if(definition.merges, std::back_inserter(merges), [&](const auto& merge) {
        return !isLeftOut[static_cast<std::size_t>(merge.result)];
    });
    std::ranges::stable_sort(merges, {}, &text::Merge::rank);
    std::vector<bool> isDone(definition.pieces.size());
    std::uint32_t rank = 0;
    for (std::size_t begin = 0; begin < merges.size(); ++rank) {
        const auto result = static_cast<std::size_t>(merges[begin].result);
        if (isDone[result]) {
            return std::nullopt;
        }
        isDone[result] = true;
        std::size_t end = begin;
        for (; end < merges.size() && merges[end].result == merges[begin].result; ++end) {
            merges[end].rank = rank;
        }
        std::sort(merges.begin() + static_cast<std::ptrdiff_t>(begin),
                  merges.begin() + static_cast<std::ptrdiff_t>(end),
                  [](const auto& a, const auto& b) {
                      return std::pair{a.left, a.right} < std::pair{b.left, b.right};
                  });
        begin = end;
    }
    return merges;
}

std::vector<std::string> allPieces(const TokenizerDefinition& definition)
{
    std::vector<std::string> all = definition.pieces;
    for (const AddedToken& token : definition.addedTokens) { // may stand among the pieces or not
        all.resize(std::max(all.size(), static_cast<std::size_t>(token.id) + 1));
        all[static_cast<std::size_t>(token.id)] = token.content;
    }
    while (!all.empty() && all.back().empty()) {
        all.pop_back();
    }
    return all;
}

/// In what the two differ beside steps and merges that would change ids; empty where nothing does.
std::string difference(const TokenizerDefinition& a, const TokenizerDefinition& b)
{
    const auto flags = [](const AddedToken& t) {
        return std::tuple{t.id, t.content, t.special, t.leftStrip, t.rightStrip, t.singleWord};
    };
    const auto sorted = [](std::vector<AddedToken> tokens) {
        std::ranges::sort(tokens, {}, &AddedToken::id);
        return tokens;
    };
    if (a.ignoreMerges != b.ignoreMerges) {
        return "whole pieces are merged in another way than by files of this kind";
    }
    if (a.before != b.before || a.after != b.after) {
        return "other tokens than the beginning and end are put around a text";
    }
    if (!std::ranges::equal(sorted(a.addedTokens), sorted(b.addedTokens), {}, flags, flags)) {
        return "added tokens have flags (lstrip, rstrip, single_word)";
    }
    return allPieces(a) != allPieces(b) ? "its pieces are unusual" : "";
}

std::string differenceOfBytePairs(const TokenizerDefinition& a, const TokenizerDefinition& b)
{
    if (a.normalizers != b.normalizers) {
        return "the text is normalized in another way than by files of this kind";
    }
    const std::string other = difference(a, b);
    return other.empty() && a.merges != b.merges ? "its merges are unusual" : other;
}

std::string differenceOfScoredPairs(const TokenizerDefinition& a, const TokenizerDefinition& b)
{
    const bool isNormalized =
        std::ranges::any_of(a.addedTokens, [](const AddedToken& t) { return t.normalized; });
    if (isNormalized) {
        return "added tokens are found in the normalized text";
    }
    if (a.unknown != b.unknown || a.byteFallback != b.byteFallback) {
        return "characters without a piece become other tokens than in files of this kind";
    }
    const std::string other = difference(a, b);
    const auto merges = mergesByPiece(a);
    return other.empty() && (!merges || merges != mergesByPiece(b)) ? "its merges follow no scores"
                                                                    : other;
}

/// Appends the kind, the pieces and what joins them.
void appendBytePairs(GgufPairs& pairs, const TokenizerDefinition& definition, std::size_t rows)
{
    const auto name = ggufPreTokenizer(definition);
    if (!name) {
        throw unsayableTokenizer("the text is cut up by a pre-tokenizer of another kind");
    }
    pairs.text("tokenizer.ggml.model", "gpt2");
    pairs.text("tokenizer.ggml.pre", *name);
    appendPieces(pairs, definition, rows);
    const std::vector<std::string> pieces = allPieces(definition);
    std::vector<std::string> merges;
    merges.reserve(definition.merges.size());
    for (const text::Merge& merge : definition.merges) {
        merges.push_back(pieces.at(static_cast<std::size_t>(merge.left)) + ' ' +
                         pieces.at(static_cast<std::size_t>(merge.right)));
    }
    pairs.texts("tokenizer.ggml.merges", merges);
}

void appendScoredPairs(GgufPairs& pairs, const TokenizerDefinition& definition, std::size_t rows,
                       bool beginsWithMarkup)
{
    const auto prefix = spacePrefixOf(definition);
    if (definition.model != text::TokenModel::BytePairs || !prefix) {
        throw unsayableTokenizer("the text is normalized or cut up in a way of its own");
    }
    pairs.text("tokenizer.ggml.model", "llama");
    pairs.text("tokenizer.ggml.pre", "default");
    appendPieces(pairs, definition, rows);
    pairs.reals("tokenizer.ggml.scores", text::scoresOf(definition.merges, rows));
    pairs.flag("tokenizer.ggml.add_space_prefix",
               *prefix == SpacePrefix::Everywhere ||
                   (*prefix == SpacePrefix::AtTheBegin && !beginsWithMarkup));
}

} // namespace

void appendTokenizer(GgufPairs& pairs, const TokenizerDefinition& definition,
                     const NamedTokens& tokens, const std::vector<text::TokenId>& stops,
                     std::int64_t rows, bool beginsWithMarkup)
{
    const bool isByteLevel = text::isByteLevel(definition);
    GgufPairs own;
    if (isByteLevel) {
        appendBytePairs(own, definition, static_cast<std::size_t>(rows));
    } else {
        appendScoredPairs(own, definition, static_cast<std::size_t>(rows), beginsWithMarkup);
    }
    appendNamed(own, definition, tokens);
    constexpr std::array<const char*, 3> stopKeys{"tokenizer.ggml.eos_token_id",
                                                  "tokenizer.ggml.eot_token_id",
                                                  "tokenizer.ggml.eom_token_id"};
    for (std::size_t i = 0; i < std::min(stops.size(), stopKeys.size()); ++i) {
        own.whole(stopKeys[i], static_cast<std::uint32_t>(stops[i]));
    }

    GgufPairs all = pairs;
    all.append(own);
    const std::string head = ggufHead(all, {});
    const GgufFile again{
        MappedFile::around(std::as_bytes(std::span{head.data(), head.size()}), "tokenizer")};
    const TokenizerDefinition read = readGgufTokenizer(again);
    const std::string differs = isByteLevel ? differenceOfBytePairs(definition, read)
                                            : differenceOfScoredPairs(definition, read);
    if (!differs.empty()) {
        throw unsayableTokenizer(differs);
    }
    pairs.append(own);
}

} // namespace nextquill::model
