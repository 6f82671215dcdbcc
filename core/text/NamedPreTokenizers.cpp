// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/SplitPattern.h"
#include "core/text/TokenizerDefinition.h"

#include <array>

namespace nextquill::text {

namespace {

using Kind = PreTokenizerStep::Kind;
using Known = SplitPattern::Known;
using Steps = std::vector<PreTokenizerStep>;

// What DeepSeek's first models take for letters and for signs: cased letters as Unicode had them
// then, and the punctuation of ASCII and of full width.
constexpr std::string_view deepSeekLetters =
    R"(\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼιῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤΩℨK-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃]+)";
constexpr std::string_view deepSeekSigns = R"(\s?[!-/:-~！-／：-～‘-‟　-。]+)";
constexpr std::string_view deepSeekIdeographs = "[一-龥ࠀ-一가-퟿]+";

PreTokenizerStep split(std::string_view regex)
{
    return {.kind = Kind::Split, .pattern = std::string{regex}, .isRegex = true};
}

PreTokenizerStep bytesAlone()
{
    return {.kind = Kind::ByteLevel, .useRegex = false};
}

Steps splitBy(Known known)
{
    return {split(SplitPattern::regexOf(known)), bytesAlone()};
}

Steps gpt2()
{
    return {PreTokenizerStep{}};
}

Steps digitsThenGpt2()
{
    return {{.kind = Kind::Digits}, PreTokenizerStep{}};
}

Steps llama3()
{
    return splitBy(Known::Llama3);
}

Steps qwen2()
{
    return splitBy(Known::Qwen2);
}

Steps qwen35()
{
    return splitBy(Known::Qwen35);
}

Steps gpt4o()
{
    return splitBy(Known::Gpt4o);
}

Steps tekken()
{
    return splitBy(Known::Tekken);
}

Steps deepSeek3()
{
    return {split(R"(\p{N}{1,3})"), split("[一-龥぀-ゟ゠-ヿ]+"),
            split(SplitPattern::regexOf(Known::DeepSeek3)), bytesAlone()};
}

Steps deepSeekLanguage()
{
    return {split("[\r\n]"),  split(deepSeekLetters),    split(deepSeekSigns),
            split(R"(\s+$)"), split(deepSeekIdeographs), {.kind = Kind::Digits, .individual = true},
            bytesAlone()};
}

Steps deepSeekCoder()
{
    return {split("[\r\n]"),
            split(R"(\s?\p{L}+)"),
            split(R"(\s?\p{P}+)"),
            split(deepSeekIdeographs),
            {.kind = Kind::Digits, .individual = true},
            bytesAlone()};
}

struct Named
{
    std::string_view name;
    Steps (*steps)();
};

// Only names whose pattern in llama.cpp is one of these.
constexpr std::array<Named, 26> known{{
    {"gpt-2", gpt2},
    {"phi-2", gpt2},
    {"olmo", gpt2},
    {"mpt", gpt2},
    {"smollm", digitsThenGpt2},
    {"starcoder", digitsThenGpt2},
    {"refact", digitsThenGpt2},
    {"command-r", digitsThenGpt2},
    {"codeshell", digitsThenGpt2},
    {"llama-bpe", llama3},
    {"llama3", llama3},
    {"llama-v3", llama3},
    {"pixtral", llama3},
    {"falcon3", llama3},
    {"dbrx", llama3},
    {"smaug-bpe", llama3},
    {"qwen2", qwen2},
    {"deepseek-r1-qwen", qwen2},
    {"stablelm2", qwen2},
    {"qwen35", qwen35},
    {"gpt-4o", gpt4o},
    {"llama4", gpt4o},
    {"tekken", tekken},
    {"deepseek-v3", deepSeek3},
    {"deepseek-llm", deepSeekLanguage},
    {"deepseek-coder", deepSeekCoder},
}};

} // namespace

std::optional<std::vector<PreTokenizerStep>> preTokenizerNamed(std::string_view ggufName)
{
    for (const Named& entry : known) {
        if (entry.name == ggufName) {
            return entry.steps();
        }
    }
    return std::nullopt;
}

} // namespace nextquill::text
