// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>

namespace nextquill::text {

/// What `tokenizers` calls normalizers, pre-tokenizers and decoders: small steps that are done one
/// after the other. Each says of its fields which kinds use them.

/// The character that stands for a space in pieces of the SentencePiece kind, U+2581.
inline constexpr const char* spaceMark = "\u2581";

/// A step that changes the text before it is cut.
struct NormalizerStep
{
    enum class Kind {
        Nfc,
        Nfd,
        Nfkc,
        Nfkd,
        Lowercase,
        Strip,       ///< white space at the ends
        Prepend,     ///< `text` before a text that is not empty
        Replace,     ///< each `pattern` by `text`
        ReplaceRuns, ///< each run of two spaces or more by `text`
        Charsmap,    ///< SentencePiece's precompiled table, the bytes in `text`
    };
    Kind kind = Kind::Nfc;
    std::string text;
    std::string pattern;
    bool left = true; ///< Strip
    bool right = true;

    friend bool operator==(const NormalizerStep&, const NormalizerStep&) = default;
};

/// What becomes of the stretches that a pattern matches.
enum class SplitBehavior {
    Removed,
    Isolated, ///< a piece of its own
    MergedWithPrevious,
    MergedWithNext,
    Contiguous, ///< neighbouring ones together are a piece
};

/// When Metaspace puts its mark before a text.
enum class PrependScheme { First, Never, Always };

/// A step that cuts the text into pieces, inside which tokens are found.
struct PreTokenizerStep
{
    enum class Kind {
        ByteLevel,  ///< from here on text is bytes in GPT-2's spelling; always the last step
        Split,      ///< at `pattern`
        Digits,     ///< at numeric characters
        Whitespace, ///< at white space, which vanishes
        Metaspace,  ///< spaces become `pattern`, a single character; then cut before each
    };
    Kind kind = Kind::ByteLevel;
    std::string pattern;
    bool isRegex = false; ///< Split: `pattern` is a regular expression, one that SplitPattern knows
    SplitBehavior behavior = SplitBehavior::Isolated;
    bool invert = false;                           ///< Split: what does not match counts as match
    bool individual = true;                        ///< Digits: each alone
    bool addPrefixSpace = false;                   ///< ByteLevel: before every piece without one
    bool useRegex = true;                          ///< ByteLevel: cuts by GPT-2's pattern
    PrependScheme prepend = PrependScheme::Always; ///< Metaspace
    bool split = true;                             ///< Metaspace

    friend bool operator==(const PreTokenizerStep&, const PreTokenizerStep&) = default;
};

/// A step that makes text of tokens.
struct DecoderStep
{
    enum class Kind {
        ByteLevel,    ///< bytes of GPT-2's spelling, all in one
        ByteFallback, ///< pieces like <0x0A> become bytes
        Fuse,         ///< all in one
        Strip,        ///< up to `start` and `stop` times `text`, one character, at the ends
        Replace,      ///< each `pattern` by `text`
        Metaspace,    ///< each `pattern` a space, none in the first token
    };
    Kind kind = Kind::ByteLevel;
    std::string text;
    std::string pattern;
    std::size_t start = 0;
    std::size_t stop = 0;
    PrependScheme prepend = PrependScheme::Always; ///< Metaspace: Never keeps those of the first

    friend bool operator==(const DecoderStep&, const DecoderStep&) = default;
};

} // namespace nextquill::text
