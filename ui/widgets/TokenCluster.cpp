// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/TokenCluster.h"

#include <QTextBoundaryFinder>

#include <algorithm>

namespace nextquill::ui {

namespace {

/// Whole characters around a range. Looks no further than a window: no character is longer.
TextRange wholeCharacters(const QString& text, const TextRange& range)
{
    constexpr qsizetype window = 64; // UTF-16 units
    const qsizetype from = std::max<qsizetype>(0, range.begin - window);
    const qsizetype to = std::min(text.size(), range.end + window);
    QTextBoundaryFinder finder{QTextBoundaryFinder::Grapheme, text.mid(from, to - from)};
    TextRange whole = range;
    finder.setPosition(range.begin - from);
    if (!finder.isAtBoundary()) {
        whole.begin = from + std::max<qsizetype>(0, finder.toPreviousBoundary());
    }
    finder.setPosition(range.end - from);
    if (!finder.isAtBoundary()) {
        const qsizetype next = finder.toNextBoundary();
        whole.end = next < 0 ? to : from + next;
    }
    return whole;
}

} // namespace

TextRange tokensOfCharacter(const TokenText& text, qsizetype token)
{
    const TokenText::Token& own = text.tokens[token];
    TextRange tokens{.begin = token, .end = token + 1};
    if (own.begin >= own.end) {
        return tokens; // empty: an end of text
    }
    const TextRange whole = wholeCharacters(text.text, {.begin = own.begin, .end = own.end});
    while (tokens.begin > 0 && text.tokens[tokens.begin - 1].end > whole.begin) {
        --tokens.begin;
    }
    while (tokens.end < text.tokens.size() && text.tokens[tokens.end].begin < whole.end) {
        ++tokens.end;
    }
    return tokens;
}

} // namespace nextquill::ui
