// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/StepReader.h"

#include "core/base/Utf8.h"
#include "core/text/Base64.h"
#include "core/text/SplitPattern.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace nextquill::text {

namespace {

// docs/formats.md, tokenizer.json
constexpr std::size_t patternBytesLimit = std::size_t{4} << 10;
constexpr std::size_t aroundLimit = 65'536;
constexpr std::size_t shownPattern = 120;
constexpr std::size_t shownName = 40;

/// Calls `read` for each step of a sequence, or for the step alone.
template<typename Read>
void forEachStep(const JsonPlace& step, const char* list, std::size_t depth, const Read& read)
{
    if (step.isMissing()) {
        return;
    }
    step.checkDepth(depth);
    if (step.type() != "Sequence") {
        read(step);
        return;
    }
    const JsonPlace steps = step.member(list);
    if (!steps.value().is_array()) {
        throw step.bad("a sequence has no list of steps");
    }
    for (const Json& inner : steps.value()) {
        forEachStep(steps.item(inner), list, depth + 1, read);
    }
}

struct Pattern
{
    std::string text;
    bool isRegex = false;
};

Pattern patternOf(const JsonPlace& step)
{
    const JsonPlace pattern = step.member("pattern");
    const bool isRegex = !pattern.member("Regex").isMissing();
    const Pattern found{.text = pattern.text(isRegex ? "Regex" : "String"), .isRegex = isRegex};
    if (found.text.size() > patternBytesLimit) {
        throw step.bad("the split pattern has " + std::to_string(found.text.size()) +
                       " bytes, at most " + std::to_string(patternBytesLimit) + " are read");
    }
    if (found.text.empty()) {
        throw step.unsupported("a pattern is empty");
    }
    return found;
}

[[noreturn]] void refuseType(const JsonPlace& step, const char* what)
{
    throw step.unsupported(std::string{"the "} + what + ' ' +
                           escapedForDisplay(step.type(), shownName) + " is not known");
}

std::string singleCharacter(const JsonPlace& step, const char* key)
{
    const std::string text = step.text(key);
    if (codePointCount(text) != 1) {
        throw step.bad(std::string{key} + " is not one character");
    }
    return text;
}

NormalizerStep replaceStep(const JsonPlace& step)
{
    Pattern pattern = patternOf(step);
    const std::string content = step.text("content");
    if (!pattern.isRegex) {
        return {.kind = NormalizerStep::Kind::Replace, .text = content, .pattern = pattern.text};
    }
    if (pattern.text != " {2,}") {
        throw step.unsupported("the pattern that is replaced is not known: " +
                               escapedForDisplay(pattern.text, shownPattern));
    }
    return {.kind = NormalizerStep::Kind::ReplaceRuns, .text = content, .pattern = {}};
}

NormalizerStep normalizerStep(const JsonPlace& step)
{
    using Kind = NormalizerStep::Kind;
    static constexpr std::array<std::pair<std::string_view, Kind>, 5> simple{
        {{"NFC", Kind::Nfc},
         {"NFD", Kind::Nfd},
         {"NFKC", Kind::Nfkc},
         {"NFKD", Kind::Nfkd},
         {"Lowercase", Kind::Lowercase}}};
    const std::string type = step.type();
    for (const auto& [name, kind] : simple) {
        if (name == type) {
            return {.kind = kind};
        }
    }
    if (type == "Strip") {
        return {.kind = Kind::Strip,
                .left = step.flag("strip_left", true),
                .right = step.flag("strip_right", true)};
    }
    if (type == "Prepend") {
        return {.kind = Kind::Prepend, .text = step.text("prepend")};
    }
    if (type == "Replace") {
        return replaceStep(step);
    }
    if (type == "Precompiled") {
        auto bytes = bytesOfBase64(step.text("precompiled_charsmap"));
        if (!bytes) {
            throw step.bad("precompiled_charsmap is no Base64");
        }
        return {.kind = Kind::Charsmap, .text = std::move(*bytes)};
    }
    refuseType(step, "normalizer");
}

SplitBehavior behaviorOf(const JsonPlace& step)
{
    static constexpr std::array<std::pair<std::string_view, SplitBehavior>, 5> known{
        {{"Removed", SplitBehavior::Removed},
         {"Isolated", SplitBehavior::Isolated},
         {"MergedWithPrevious", SplitBehavior::MergedWithPrevious},
         {"MergedWithNext", SplitBehavior::MergedWithNext},
         {"Contiguous", SplitBehavior::Contiguous}}};
    const std::string name = step.text("behavior");
    for (const auto& [known_, behavior] : known) {
        if (known_ == name) {
            return behavior;
        }
    }
    throw step.unsupported("the split behavior " + escapedForDisplay(name, shownName) +
                           " is not known");
}

PrependScheme prependOf(const JsonPlace& step)
{
    const JsonPlace scheme = step.member("prepend_scheme");
    const bool addsPrefix = step.flag("add_prefix_space", true); // of old files
    if (scheme.isMissing()) {
        return addsPrefix ? PrependScheme::Always : PrependScheme::Never;
    }
    if (scheme.value() == "always" && addsPrefix) {
        return PrependScheme::Always;
    }
    if (scheme.value() == "first" && addsPrefix) {
        return PrependScheme::First;
    }
    if (scheme.value() == "never") {
        return PrependScheme::Never;
    }
    throw step.bad("prepend_scheme is none of first, never and always, or contradicts "
                   "add_prefix_space");
}

PreTokenizerStep splitStep(const JsonPlace& step)
{
    Pattern pattern = patternOf(step);
    if (pattern.isRegex && !SplitPattern::find(pattern.text)) {
        throw step.unsupported("the split pattern is not known: " +
                               escapedForDisplay(pattern.text, shownPattern));
    }
    return {.kind = PreTokenizerStep::Kind::Split,
            .pattern = std::move(pattern.text),
            .isRegex = pattern.isRegex,
            .behavior = behaviorOf(step),
            .invert = step.flag("invert", false)};
}

PreTokenizerStep preTokenizerStep(const JsonPlace& step)
{
    using Kind = PreTokenizerStep::Kind;
    const std::string type = step.type();
    if (type == "ByteLevel") {
        return {.kind = Kind::ByteLevel,
                .addPrefixSpace = step.flag("add_prefix_space", true),
                .useRegex = step.flag("use_regex", true)};
    }
    if (type == "Split") {
        return splitStep(step);
    }
    if (type == "Digits") {
        return {.kind = Kind::Digits, .individual = step.flag("individual_digits", false)};
    }
    if (type == "WhitespaceSplit") {
        return {.kind = Kind::Whitespace};
    }
    if (type == "Metaspace") {
        return {.kind = Kind::Metaspace,
                .pattern = singleCharacter(step, "replacement"),
                .prepend = prependOf(step),
                .split = step.flag("split", true)};
    }
    refuseType(step, "pre-tokenizer");
}

DecoderStep decoderStep(const JsonPlace& step)
{
    using Kind = DecoderStep::Kind;
    const std::string type = step.type();
    if (type == "ByteLevel") {
        return {.kind = Kind::ByteLevel};
    }
    if (type == "ByteFallback") {
        return {.kind = Kind::ByteFallback};
    }
    if (type == "Fuse") {
        return {.kind = Kind::Fuse};
    }
    if (type == "Strip") {
        return {.kind = Kind::Strip,
                .text = singleCharacter(step, "content"),
                .start = step.count("start"),
                .stop = step.count("stop")};
    }
    if (type == "Replace") {
        Pattern pattern = patternOf(step);
        if (pattern.isRegex) {
            throw step.unsupported("the pattern that is replaced is not known: " +
                                   escapedForDisplay(pattern.text, shownPattern));
        }
        return {.kind = Kind::Replace,
                .text = step.text("content"),
                .pattern = std::move(pattern.text)};
    }
    if (type == "Metaspace") {
        return {.kind = Kind::Metaspace,
                .pattern = singleCharacter(step, "replacement"),
                .prepend = prependOf(step)};
    }
    refuseType(step, "decoder");
}

void readTemplate(const JsonPlace& processor, const std::function<TokenId(const Json&)>& idOf,
                  TokenizerDefinition& definition)
{
    const JsonPlace single = processor.member("single");
    const JsonPlace specials = processor.member("special_tokens");
    if (!single.value().is_array()) {
        throw processor.bad("the template for one text is no list");
    }
    std::vector<TokenId>* side = &definition.before;
    for (const Json& value : single.value()) {
        const JsonPlace part = single.item(value);
        if (!part.member("Sequence").isMissing()) {
            if (side == &definition.after) {
                throw processor.unsupported("the template has the text twice");
            }
            side = &definition.after;
            continue;
        }
        const JsonPlace name = part.member("SpecialToken").member("id");
        if (!name.value().is_string()) {
            throw processor.bad("the template has a part that is neither text nor token");
        }
        const JsonPlace ids = specials.member(name.value().get<std::string>()).member("ids");
        if (!ids.value().is_array()) {
            throw processor.bad("the template names a token without ids");
        }
        for (const Json& id : ids.value()) {
            side->push_back(idOf(id));
        }
    }
    if (side == &definition.before) {
        throw processor.unsupported("the template leaves the text out");
    }
    const std::size_t around = definition.before.size() + definition.after.size();
    if (around > aroundLimit) {
        throw processor.bad("there are " + std::to_string(around) +
                            " tokens in the template, at most " + std::to_string(aroundLimit) +
                            " are read");
    }
}

} // namespace

std::vector<NormalizerStep> readNormalizers(const JsonPlace& normalizer)
{
    std::vector<NormalizerStep> steps;
    forEachStep(normalizer, "normalizers", 0,
                [&](const JsonPlace& step) { steps.push_back(normalizerStep(step)); });
    return steps;
}

std::vector<PreTokenizerStep> readPreTokenizers(const JsonPlace& preTokenizer)
{
    std::vector<PreTokenizerStep> steps;
    forEachStep(preTokenizer, "pretokenizers", 0, [&](const JsonPlace& step) {
        if (!steps.empty() && steps.back().kind == PreTokenizerStep::Kind::ByteLevel) {
            throw step.unsupported("the pre-tokenizer ByteLevel is followed by " +
                                   escapedForDisplay(step.type(), shownName));
        }
        steps.push_back(preTokenizerStep(step));
    });
    return steps;
}

std::vector<DecoderStep> readDecoders(const JsonPlace& decoder)
{
    std::vector<DecoderStep> steps;
    forEachStep(decoder, "decoders", 0,
                [&](const JsonPlace& step) { steps.push_back(decoderStep(step)); });
    return steps;
}

void readPostProcessor(const JsonPlace& processor, const std::function<TokenId(const Json&)>& idOf,
                       TokenizerDefinition& definition)
{
    bool hasTemplate = false;
    forEachStep(processor, "processors", 0, [&](const JsonPlace& step) {
        const std::string type = step.type();
        if (type == "TemplateProcessing") {
            if (std::exchange(hasTemplate, true)) {
                throw step.unsupported("there are two templates");
            }
            readTemplate(step, idOf, definition);
        } else if (type == "ByteLevel") {
            if (step.flag("trim_offsets", true)) {
                definition.trimsOffsets = true;
                definition.keepsFirstSpace = step.flag("add_prefix_space", true);
            }
        } else {
            refuseType(step, "post-processor");
        }
    });
}

} // namespace nextquill::text
