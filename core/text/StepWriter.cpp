// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/StepWriter.h"

#include "core/text/Base64.h"

namespace nextquill::text {

namespace {

OrderedJson typed(const char* type)
{
    return {{"type", type}};
}

OrderedJson patternOf(const std::string& pattern, bool isRegex)
{
    return {{isRegex ? "Regex" : "String", pattern}};
}

const char* nameOf(SplitBehavior behavior)
{
    switch (behavior) {
    case SplitBehavior::Removed:
        return "Removed";
    case SplitBehavior::Isolated:
        return "Isolated";
    case SplitBehavior::MergedWithPrevious:
        return "MergedWithPrevious";
    case SplitBehavior::MergedWithNext:
        return "MergedWithNext";
    case SplitBehavior::Contiguous:
        return "Contiguous";
    }
    return "";
}

const char* nameOf(PrependScheme scheme)
{
    return scheme == PrependScheme::Always  ? "always"
           : scheme == PrependScheme::First ? "first"
                                            : "never";
}

OrderedJson stepJson(const NormalizerStep& step)
{
    switch (step.kind) {
    case NormalizerStep::Kind::Nfc:
        return typed("NFC");
    case NormalizerStep::Kind::Nfd:
        return typed("NFD");
    case NormalizerStep::Kind::Nfkc:
        return typed("NFKC");
    case NormalizerStep::Kind::Nfkd:
        return typed("NFKD");
    case NormalizerStep::Kind::Lowercase:
        return typed("Lowercase");
    case NormalizerStep::Kind::Strip:
        return {{"type", "Strip"}, {"strip_left", step.left}, {"strip_right", step.right}};
    case NormalizerStep::Kind::Prepend:
        return {{"type", "Prepend"}, {"prepend", step.text}};
    case NormalizerStep::Kind::Replace:
        return {{"type", "Replace"},
                {"pattern", patternOf(step.pattern, false)},
                {"content", step.text}};
    case NormalizerStep::Kind::ReplaceRuns:
        return {{"type", "Replace"}, {"pattern", patternOf(" {2,}", true)}, {"content", step.text}};
    case NormalizerStep::Kind::Charsmap:
        return {{"type", "Precompiled"}, {"precompiled_charsmap", toBase64(step.text)}};
    }
    return {};
}

OrderedJson stepJson(const PreTokenizerStep& step)
{
    switch (step.kind) {
    case PreTokenizerStep::Kind::ByteLevel:
        return byteLevelJson(step.addPrefixSpace, false, step.useRegex);
    case PreTokenizerStep::Kind::Split:
        return {{"type", "Split"},
                {"pattern", patternOf(step.pattern, step.isRegex)},
                {"behavior", nameOf(step.behavior)},
                {"invert", step.invert}};
    case PreTokenizerStep::Kind::Digits:
        return {{"type", "Digits"}, {"individual_digits", step.individual}};
    case PreTokenizerStep::Kind::Whitespace:
        return typed("WhitespaceSplit");
    case PreTokenizerStep::Kind::Metaspace:
        return {{"type", "Metaspace"},
                {"replacement", step.pattern},
                {"prepend_scheme", nameOf(step.prepend)},
                {"split", step.split}};
    }
    return {};
}

OrderedJson stepJson(const DecoderStep& step)
{
    switch (step.kind) {
    case DecoderStep::Kind::ByteLevel:
        return byteLevelJson(false, false, false);
    case DecoderStep::Kind::ByteFallback:
        return typed("ByteFallback");
    case DecoderStep::Kind::Fuse:
        return typed("Fuse");
    case DecoderStep::Kind::Strip:
        return {
            {"type", "Strip"}, {"content", step.text}, {"start", step.start}, {"stop", step.stop}};
    case DecoderStep::Kind::Replace:
        return {{"type", "Replace"},
                {"pattern", patternOf(step.pattern, false)},
                {"content", step.text}};
    case DecoderStep::Kind::Metaspace:
        return {{"type", "Metaspace"},
                {"replacement", step.pattern},
                {"prepend_scheme", nameOf(step.prepend)},
                {"split", true}};
    }
    return {};
}

template<typename Step>
OrderedJson allSteps(const std::vector<Step>& steps, const char* list)
{
    if (steps.empty()) {
        return {};
    }
    if (steps.size() == 1) {
        return stepJson(steps.front());
    }
    OrderedJson sequence = typed("Sequence");
    sequence[list] = OrderedJson::array();
    for (const Step& step : steps) {
        sequence[list].push_back(stepJson(step));
    }
    return sequence;
}

} // namespace

OrderedJson toJson(const std::vector<NormalizerStep>& steps)
{
    return allSteps(steps, "normalizers");
}

OrderedJson toJson(const std::vector<PreTokenizerStep>& steps)
{
    return allSteps(steps, "pretokenizers");
}

OrderedJson toJson(const std::vector<DecoderStep>& steps)
{
    return allSteps(steps, "decoders");
}

OrderedJson byteLevelJson(bool addPrefixSpace, bool trimOffsets, bool useRegex)
{
    return {{"type", "ByteLevel"},
            {"add_prefix_space", addPrefixSpace},
            {"trim_offsets", trimOffsets},
            {"use_regex", useRegex}};
}

} // namespace nextquill::text
