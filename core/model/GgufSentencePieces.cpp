// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufSentencePieces.h"

#include "core/model/FileErrors.h"
#include "core/model/GgufFile.h"
#include "core/model/GgufPieces.h"
#include "core/text/PieceMerges.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

namespace nextquill::model {

namespace {

using text::DecoderStep;
using text::NormalizerStep;
using text::PreTokenizerStep;
using text::TokenizerDefinition;

/// Where the file does not say which token stands for unknown characters: the one of that type,
/// else what the kind has as its own.
text::TokenId unknownToken(const GgufFile& file, const GgufPieces& pieces, std::size_t usual)
{
    std::uint64_t id = usual;
    if (const auto said = file.metadata().whole("tokenizer.ggml.unknown_token_id")) {
        id = *said;
    } else if (const auto found = std::ranges::find(pieces.types, ggufToken::unknown);
               found != pieces.types.end()) {
        id = static_cast<std::uint64_t>(found - pieces.types.begin());
    }
    if (id >= pieces.texts.size()) {
        throw damaged("tokenizer.ggml.unknown_token_id is no token", file.where());
    }
    return static_cast<text::TokenId>(id);
}

/// Pieces keep their place also where they are tokens of their own, as in tokenizer.json: a merge
/// may lead to them.
void takePieces(GgufPieces pieces, TokenizerDefinition& definition)
{
    const auto unknown = static_cast<std::size_t>(*definition.unknown);
    for (std::size_t id = 0; id < pieces.texts.size(); ++id) {
        const bool isSpecial =
            pieces.is(id, ggufToken::control) || id == unknown || pieces.is(id, ggufToken::unknown);
        if (isSpecial || pieces.is(id, ggufToken::userDefined)) {
            definition.addedTokens.push_back({.id = static_cast<text::TokenId>(id),
                                              .content = pieces.texts[id],
                                              .special = isSpecial});
        }
        if (pieces.is(id, ggufToken::unused)) { // fills up the embedding's rows
            pieces.texts[id].clear();
        }
        definition.byteFallback = definition.byteFallback || pieces.is(id, ggufToken::byte);
    }
    definition.pieces = std::move(pieces.texts);
}

const GgufPieces& withScores(const GgufPieces& pieces, const GgufFile& file)
{
    if (pieces.scores.empty()) {
        throw damaged("the metadata key tokenizer.ggml.scores is missing", file.where());
    }
    const auto broken =
        std::ranges::find_if(pieces.scores, [](double score) { return !std::isfinite(score); });
    if (broken != pieces.scores.end()) {
        throw damaged("the score of token " + std::to_string(broken - pieces.scores.begin()) +
                          " is no finite number",
                      file.where());
    }
    return pieces;
}

/// Phi-3's marks take the white space behind them, which no metadata say.
void takeSpacesOfPhi3(const GgufFile& file, TokenizerDefinition& definition)
{
    constexpr std::array<std::string_view, 3> others{"<unk>", "<s>", "<|endoftext|>"};
    std::string name{file.metadata().text("general.name").value_or("")};
    std::ranges::transform(name, name.begin(), [](unsigned char letter) {
        return static_cast<char>(std::tolower(letter));
    });
    const bool isPhi3 = file.metadata().text("general.architecture").value_or("") == "phi3" ||
                        name.find("phi-3") != std::string::npos ||
                        name.find("phi3") != std::string::npos;
    for (text::AddedToken& token : definition.addedTokens) {
        token.rightStrip = isPhi3 && std::ranges::find(others, token.content) == others.end();
    }
}

std::vector<DecoderStep> spacesBack(bool dropsFirst)
{
    std::vector<DecoderStep> steps{
        {.kind = DecoderStep::Kind::Replace, .text = " ", .pattern = text::spaceMark},
        {.kind = DecoderStep::Kind::ByteFallback},
        {.kind = DecoderStep::Kind::Fuse}};
    if (dropsFirst) {
        steps.push_back({.kind = DecoderStep::Kind::Strip, .text = " ", .start = 1});
    }
    return steps;
}

} // namespace

TokenizerDefinition readGgufScoredPairs(const GgufFile& file)
{
    const bool hasPrefix = file.metadata().flag("tokenizer.ggml.add_space_prefix").value_or(true);
    TokenizerDefinition definition;
    definition.preTokenizers.clear();
    if (hasPrefix) {
        definition.normalizers.push_back(
            {.kind = NormalizerStep::Kind::Prepend, .text = text::spaceMark});
    }
    definition.normalizers.push_back(
        {.kind = NormalizerStep::Kind::Replace, .text = text::spaceMark, .pattern = " "});
    definition.decoders = spacesBack(hasPrefix);
    definition.fuseUnknown = true;
    GgufPieces pieces = readGgufPieces(file);
    definition.unknown = unknownToken(file, pieces, 0);
    const std::vector<double> scores = withScores(pieces, file).scores;
    takePieces(std::move(pieces), definition);
    definition.merges = text::scoredMerges(definition.pieces, scores);
    takeSpacesOfPhi3(file, definition);
    readTokensAround(file, true, false, definition);
    return definition;
}

TokenizerDefinition readGgufUnigram(const GgufFile& file)
{
    const GgufMetadata& metadata = file.metadata();
    TokenizerDefinition definition;
    definition.model = text::TokenModel::Unigram;
    if (const auto charsmap = metadata.octets("tokenizer.ggml.precompiled_charsmap")) {
        definition.normalizers.push_back(
            {.kind = NormalizerStep::Kind::Charsmap, .text = std::string{*charsmap}});
    }
    const bool joinsSpaces =
        metadata.flag("tokenizer.ggml.remove_extra_whitespaces").value_or(false);
    if (joinsSpaces) {
        definition.normalizers.push_back({.kind = NormalizerStep::Kind::Strip});
        definition.normalizers.push_back({.kind = NormalizerStep::Kind::ReplaceRuns, .text = " "});
    }
    const bool hasPrefix = metadata.flag("tokenizer.ggml.add_space_prefix").value_or(joinsSpaces);
    const auto prepend = hasPrefix ? text::PrependScheme::Always : text::PrependScheme::Never;
    definition.preTokenizers = {{.kind = PreTokenizerStep::Kind::Metaspace,
                                 .pattern = text::spaceMark,
                                 .prepend = prepend}};
    definition.decoders = {
        {.kind = DecoderStep::Kind::Metaspace, .pattern = text::spaceMark, .prepend = prepend}};
    definition.fuseUnknown = true;
    GgufPieces pieces = readGgufPieces(file);
    definition.unknown = unknownToken(file, pieces, 2);
    definition.scores = withScores(pieces, file).scores;
    takePieces(std::move(pieces), definition);
    readTokensAround(file, false, true, definition);
    return definition;
}

} // namespace nextquill::model
