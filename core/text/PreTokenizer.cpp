// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/PreTokenizer.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/text/CharacterKind.h"

#include <string_view>

namespace nextquill::text {

namespace {

using Kind = PreTokenizerStep::Kind;
using Stretches = std::vector<Stretch>;

constexpr std::size_t shownPattern = 120;

Error unsupported(const std::string& problem)
{
    return {ErrorKind::Unsupported, problem, "pre_tokenizer",
            "use a model whose pre-tokenizer is known (docs/tokenizers.md)"};
}

void cutAtText(std::string_view text, const ByteRange& piece, std::string_view pattern,
               Stretches& stretches)
{
    std::size_t done = piece.begin;
    const std::string_view inside = text.substr(0, piece.end);
    while (done < piece.end) {
        const std::size_t found = inside.find(pattern, done);
        if (found == std::string_view::npos) {
            break;
        }
        if (found > done) {
            stretches.push_back({{done, found}, false});
        }
        done = found + pattern.size();
        stretches.push_back({{found, done}, true});
    }
    if (done < piece.end) {
        stretches.push_back({{done, piece.end}, false});
    }
}

/// Each character of a kind is a match.
void cutAtKind(std::string_view text, const ByteRange& piece, KindSet kinds, Stretches& stretches)
{
    const KindReader reader{text.substr(0, piece.end)};
    std::size_t done = piece.begin;
    for (std::size_t i = piece.begin; i < piece.end;) {
        const KindReader::Character c = reader.at(i);
        if ((c.kind & kinds) != 0) {
            if (i > done) {
                stretches.push_back({{done, i}, false});
            }
            stretches.push_back({{i, c.end}, true});
            done = c.end;
        }
        i = c.end;
    }
    if (done < piece.end) {
        stretches.push_back({{done, piece.end}, false});
    }
}

/// The first in order goes with its forerunner where that is a match and it is none, or the other
/// way round; see SplitBehavior.
void mergeForward(const Stretches& stretches, SplitBehavior behavior,
                  std::vector<ByteRange>& pieces)
{
    const std::size_t first = pieces.size();
    bool previous = false;
    for (const Stretch& stretch : stretches) {
        const bool joins = behavior == SplitBehavior::Contiguous ? stretch.isMatch == previous
                                                                 : stretch.isMatch && !previous;
        if (joins && pieces.size() > first) {
            pieces.back().end = stretch.bytes.end;
        } else {
            pieces.push_back(stretch.bytes);
        }
        previous = stretch.isMatch;
    }
}

void mergeBackward(const Stretches& stretches, std::vector<ByteRange>& pieces)
{
    std::vector<ByteRange> reversed;
    bool next = false;
    for (auto stretch = stretches.rbegin(); stretch != stretches.rend(); ++stretch) {
        if (stretch->isMatch && !next && !reversed.empty()) {
            reversed.back().begin = stretch->bytes.begin;
        } else {
            reversed.push_back(stretch->bytes);
        }
        next = stretch->isMatch;
    }
    pieces.insert(pieces.end(), reversed.rbegin(), reversed.rend());
}

void appendPieces(Stretches& stretches, SplitBehavior behavior, bool invert,
                  std::vector<ByteRange>& pieces)
{
    for (Stretch& stretch : stretches) {
        stretch.isMatch = stretch.isMatch != invert;
    }
    switch (behavior) {
    case SplitBehavior::Isolated:
    case SplitBehavior::Removed:
        for (const Stretch& stretch : stretches) {
            if (behavior == SplitBehavior::Isolated || !stretch.isMatch) {
                pieces.push_back(stretch.bytes);
            }
        }
        break;
    case SplitBehavior::MergedWithPrevious:
    case SplitBehavior::Contiguous:
        mergeForward(stretches, behavior, pieces);
        break;
    case SplitBehavior::MergedWithNext:
        mergeBackward(stretches, pieces);
        break;
    }
}

/// Puts `prefix` before each piece for which `wanted(piece)` says so.
template<typename Wanted>
void prefixPieces(AlignedText& text, std::vector<ByteRange>& pieces, std::string_view prefix,
                  const Wanted& wanted)
{
    bool any = false;
    for (const ByteRange& piece : pieces) {
        any = any || wanted(piece);
    }
    if (!any) {
        return;
    }
    std::vector<ByteRange> moved;
    moved.reserve(pieces.size());
    TextRewriter rewriter{text};
    for (const ByteRange& piece : pieces) {
        const std::size_t begin = rewriter.size();
        if (wanted(piece)) {
            rewriter.put(prefix, piece.begin);
        }
        rewriter.copy(piece);
        moved.push_back({begin, rewriter.size()});
    }
    rewriter.finish();
    pieces = std::move(moved);
}

/// Each `pattern` in a piece becomes `by`.
void replaceInPieces(AlignedText& text, std::vector<ByteRange>& pieces, char pattern,
                     std::string_view by)
{
    const std::string_view before = text.text();
    if (before.find(pattern) == std::string_view::npos) {
        return;
    }
    TextRewriter rewriter{text};
    for (ByteRange& piece : pieces) {
        const std::size_t begin = rewriter.size();
        const std::string_view inside = before.substr(0, piece.end);
        std::size_t done = piece.begin;
        for (std::size_t i = inside.find(pattern, done); i < piece.end;
             i = inside.find(pattern, done)) {
            rewriter.copy({done, i});
            rewriter.put(by, i);
            done = i + 1;
        }
        rewriter.copy({done, piece.end});
        piece = {begin, rewriter.size()};
    }
    rewriter.finish();
}

SplitBehavior behaviorOf(const PreTokenizerStep& step)
{
    switch (step.kind) {
    case Kind::Digits:
        return step.individual ? SplitBehavior::Isolated : SplitBehavior::Contiguous;
    case Kind::Whitespace:
        return SplitBehavior::Removed;
    case Kind::Metaspace:
        return SplitBehavior::MergedWithNext;
    case Kind::Split:
    case Kind::ByteLevel:
        break;
    }
    return step.behavior;
}

void runMetaspace(const PreTokenizerStep& step, AlignedText& text, std::vector<ByteRange>& pieces)
{
    replaceInPieces(text, pieces, ' ', step.pattern);
    if (step.prepend != PrependScheme::Never) {
        prefixPieces(text, pieces, step.pattern, [&](const ByteRange& piece) {
            const bool isFirst = step.prepend == PrependScheme::Always ||
                                 text.given({piece.begin, piece.begin + 1}).begin == 0;
            return isFirst && !text.text().substr(piece.begin).starts_with(step.pattern);
        });
    }
}

} // namespace

void PreTokenizer::findStretches(const Step& step, std::string_view text, const ByteRange& piece,
                                 std::vector<Stretch>& stretches)
{
    switch (step.step.kind) {
    case Kind::Split:
    case Kind::ByteLevel:
        if (step.pattern) {
            step.pattern->cut(text, piece, stretches);
        } else {
            cutAtText(text, piece, step.step.pattern, stretches);
        }
        break;
    case Kind::Digits:
        cutAtKind(text, piece, kind::number, stretches);
        break;
    case Kind::Whitespace:
        cutAtKind(text, piece, kind::space, stretches);
        break;
    case Kind::Metaspace:
        cutAtText(text, piece, step.step.pattern, stretches);
        break;
    }
}

PreTokenizer::PreTokenizer(const std::vector<PreTokenizerStep>& steps)
{
    for (const PreTokenizerStep& step : steps) {
        if (!m_steps.empty() && m_steps.back().step.kind == Kind::ByteLevel) {
            throw unsupported("ByteLevel is followed by other steps");
        }
        std::optional<SplitPattern> pattern;
        if (step.kind == Kind::Split && step.isRegex) {
            pattern = SplitPattern::find(step.pattern);
            if (!pattern) {
                throw unsupported("the split pattern is not known: " +
                                  escapedForDisplay(step.pattern, shownPattern));
            }
        } else if (step.kind == Kind::ByteLevel && step.useRegex) {
            pattern = SplitPattern{SplitPattern::Known::Gpt2};
        } else if ((step.kind == Kind::Split || step.kind == Kind::Metaspace) &&
                   step.pattern.empty()) {
            throw unsupported("text is split at an empty text");
        }
        m_steps.push_back({.step = step, .pattern = std::move(pattern)});
    }
}

void PreTokenizer::run(const Step& step, AlignedText& text, std::vector<ByteRange>& pieces)
{
    const PreTokenizerStep& how = step.step;
    if (how.kind == Kind::Metaspace) {
        runMetaspace(how, text, pieces);
    } else if (how.kind == Kind::ByteLevel && how.addPrefixSpace) {
        prefixPieces(text, pieces, " ",
                     [&](const ByteRange& piece) { return text.text()[piece.begin] != ' '; });
    }
    const bool cuts = how.kind == Kind::Metaspace   ? how.split
                      : how.kind == Kind::ByteLevel ? how.useRegex
                                                    : true;
    if (!cuts) {
        return;
    }
    std::vector<ByteRange> cut;
    Stretches stretches;
    for (const ByteRange& piece : pieces) {
        if (step.pattern && how.behavior == SplitBehavior::Isolated) {
            step.pattern->cut(text.text(), piece, cut);
        } else {
            stretches.clear();
            findStretches(step, text.text(), piece, stretches);
            appendPieces(stretches, behaviorOf(how), how.invert, cut);
        }
    }
    pieces = std::move(cut);
}

void PreTokenizer::cut(AlignedText& text, std::vector<ByteRange>& pieces) const
{
    pieces.clear();
    if (!text.text().empty()) {
        pieces.push_back({0, text.text().size()});
    }
    for (const Step& step : m_steps) {
        run(step, text, pieces);
    }
}

} // namespace nextquill::text
