// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/quality/SharedRunMarks.h"

#include <QSet>
#include <QTextBoundaryFinder>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

namespace {

struct PlacedWord
{
    QString folded;
    TextRange range;
};

QList<PlacedWord> placedWords(const QString& text)
{
    QList<PlacedWord> words;
    QTextBoundaryFinder finder{QTextBoundaryFinder::Word, text};
    qsizetype begin = 0;
    for (qsizetype end = finder.toNextBoundary(); end >= 0; end = finder.toNextBoundary()) {
        QString word = text.mid(begin, end - begin);
        if (std::any_of(word.cbegin(), word.cend(), [](QChar c) { return c.isLetterOrNumber(); })) {
            words.push_back(
                {.folded = std::move(word).toCaseFolded(), .range = {.begin = begin, .end = end}});
        }
        begin = end;
    }
    return words;
}

QString runAt(const QList<PlacedWord>& words, qsizetype first, qsizetype count)
{
    QString run;
    for (qsizetype i = first; i < first + count; ++i) {
        run += words[i].folded % QLatin1Char(' ');
    }
    return run;
}

QSet<QString> runsOf(const QList<PlacedWord>& words, qsizetype count)
{
    QSet<QString> runs;
    for (qsizetype first = 0; first + count <= words.size(); ++first) {
        runs.insert(runAt(words, first, count));
    }
    return runs;
}

QList<TextRange> marksOf(const QList<PlacedWord>& words, const QSet<QString>& others,
                         qsizetype count)
{
    QList<TextRange> marks;
    qsizetype marked = 0; // words before it are
    for (qsizetype first = 0; first + count <= words.size(); ++first) {
        if (!others.contains(runAt(words, first, count))) {
            continue;
        }
        const TextRange range{.begin = words[first].range.begin,
                              .end = words[first + count - 1].range.end};
        if (!marks.isEmpty() && first <= marked) {
            marks.last().end = range.end;
        } else {
            marks.push_back(range);
        }
        marked = first + count;
    }
    return marks;
}

} // namespace

SharedRunMarks sharedRunMarks(const QString& first, const QString& second, qsizetype words)
{
    const QList<PlacedWord> ours = placedWords(first);
    const QList<PlacedWord> theirs = placedWords(second);
    const qsizetype count = std::min({words, ours.size(), theirs.size()});
    if (count < 1) {
        return {};
    }
    return {.first = marksOf(ours, runsOf(theirs, count), count),
            .second = marksOf(theirs, runsOf(ours, count), count)};
}

} // namespace nextquill::ui
