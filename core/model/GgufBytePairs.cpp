// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufBytePairs.h"

#include "core/model/FileErrors.h"
#include "core/model/GgufFile.h"
#include "core/model/GgufPieces.h"
#include "core/model/ModelLimits.h"
#include "core/text/PieceMerges.h"

#include <algorithm>
#include <array>

namespace nextquill::model {

namespace {

/// What a file does not say, but the tokenizers that its name stands for do.
struct Habits
{
    std::string_view name;      ///< of tokenizer.ggml.pre
    bool isComposed = false;    ///< text is brought into the form NFC first
    bool ignoresMerges = false; ///< a whole pre-token that is a piece is taken as it is
    bool hasBeginning = false;  ///< a beginning is put before a text
};

/// Names that stand for no pre-tokenizer of their own are none that is written.
constexpr std::array<Habits, 17> habits{{
    {.name = "gpt-2"},
    {.name = "smollm"},
    {.name = "llama-bpe", .ignoresMerges = true, .hasBeginning = true},
    {.name = "qwen2", .isComposed = true},
    {.name = "qwen35", .isComposed = true},
    {.name = "gpt-4o"},
    {.name = "tekken", .ignoresMerges = true, .hasBeginning = true},
    {.name = "deepseek-v3"},
    {.name = "deepseek-llm"},
    {.name = "deepseek-coder"},
    {.name = "llama3", .ignoresMerges = true, .hasBeginning = true},
    {.name = "llama-v3", .ignoresMerges = true, .hasBeginning = true},
    {.name = "pixtral", .ignoresMerges = true, .hasBeginning = true},
    {.name = "falcon3", .ignoresMerges = true, .hasBeginning = true},
    {.name = "deepseek-r1-qwen", .isComposed = true},
    {.name = "dbrx"},
    {.name = "smaug-bpe"},
}};

Habits habitsOf(std::string_view name)
{
    const auto* const found = std::ranges::find(habits, name, &Habits::name);
    return found == habits.end() ? Habits{} : *found;
}

std::vector<text::NormalizerStep> normalizersOf(const Habits& habit)
{
    using Step = text::NormalizerStep;
    return habit.isComposed ? std::vector{Step{.kind = Step::Kind::Nfc}} : std::vector<Step>{};
}

/// Old Qwen files do not name their pre-tokenizer; the architecture tells.
std::string_view preTokenizerName(const GgufFile& file)
{
    const std::string_view named = file.metadata().text("tokenizer.ggml.pre").value_or("default");
    const std::string_view architecture = file.metadata().text("general.architecture").value_or("");
    return named == "default" && architecture.starts_with("qwen") ? "qwen2" : named;
}

void takePieces(GgufPieces pieces, text::TokenizerDefinition& definition)
{
    definition.pieces.resize(pieces.texts.size());
    for (std::size_t id = 0; id < pieces.texts.size(); ++id) {
        const bool isControl = pieces.is(id, ggufToken::control);
        if (isControl || pieces.is(id, ggufToken::userDefined)) {
            definition.addedTokens.push_back({.id = static_cast<text::TokenId>(id),
                                              .content = std::move(pieces.texts[id]),
                                              .special = isControl});
        } else if (!pieces.is(id, ggufToken::unused)) { // fills up the embedding's rows
            definition.pieces[id] = std::move(pieces.texts[id]);
        }
    }
}

std::vector<text::Merge> readMerges(const GgufFile& file, const GgufPieces& pieces)
{
    const auto merges = file.metadata().texts("tokenizer.ggml.merges");
    if (!merges) {
        throw damaged("the metadata key tokenizer.ggml.merges is missing", file.where());
    }
    if (merges->size() > limits::merges) {
        throw overLimit("the number of merges", merges->size(), limits::merges, file.where());
    }
    std::vector<std::pair<std::string_view, std::string_view>> halves;
    halves.reserve(merges->size());
    for (const std::string_view merge : *merges) {
        const std::size_t space = merge.find(' ');
        if (space == 0 || space == std::string_view::npos || space + 1 == merge.size() ||
            merge.find(' ', space + 1) != std::string_view::npos) {
            throw damaged("the merge " + inQuotes(merge) + " is not two pieces", file.where());
        }
        halves.emplace_back(merge.substr(0, space), merge.substr(space + 1));
    }
    return text::namedMerges(pieces.texts, halves, file.where());
}

/// The patterns that stand alone before the bytes match all of a text: whether what they match is
/// isolated, or what they do not match is removed, is the same.
std::vector<text::PreTokenizerStep> asNamed(std::vector<text::PreTokenizerStep> steps)
{
    using Step = text::PreTokenizerStep;
    const bool isAlone = steps.size() == 2 && steps[0].kind == Step::Kind::Split &&
                         steps[0].isRegex && steps[1].kind == Step::Kind::ByteLevel;
    if (isAlone && steps[0].behavior == text::SplitBehavior::Removed && steps[0].invert) {
        steps[0].behavior = text::SplitBehavior::Isolated;
        steps[0].invert = false;
    }
    return steps;
}

} // namespace

text::TokenizerDefinition readGgufBytePairs(const GgufFile& file)
{
    const std::string_view name = preTokenizerName(file);
    const auto steps = text::preTokenizerNamed(name);
    if (!steps) {
        throw Error{ErrorKind::Unsupported,
                    "the pre-tokenizer " + inQuotes(name) + " (tokenizer.ggml.pre) is not known",
                    file.where(), "use the model's Hugging Face folder instead of the GGUF file"};
    }
    const Habits habit = habitsOf(name);
    text::TokenizerDefinition definition;
    definition.preTokenizers = *steps;
    definition.normalizers = normalizersOf(habit);
    definition.ignoreMerges = habit.ignoresMerges;
    GgufPieces pieces = readGgufPieces(file);
    definition.merges = readMerges(file, pieces);
    takePieces(std::move(pieces), definition);
    readTokensAround(file, habit.hasBeginning, false, definition);
    return definition;
}

std::optional<std::string_view> ggufPreTokenizer(const text::TokenizerDefinition& definition)
{
    const auto steps = asNamed(definition.preTokenizers);
    // The first of a name that fits in all; else the first of the same steps.
    std::optional<std::string_view> similar;
    for (const Habits& habit : habits) {
        if (text::preTokenizerNamed(habit.name) != steps) {
            continue;
        }
        if (normalizersOf(habit) == definition.normalizers &&
            habit.ignoresMerges == definition.ignoreMerges) {
            return habit.name;
        }
        similar = similar.value_or(habit.name);
    }
    return similar;
}

} // namespace nextquill::model
