// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/WordDiff.h"

#include <QHash>
#include <QTextBoundaryFinder>

#include <algorithm>
#include <dtl/dtl.hpp>
#include <vector>

namespace nextquill::ui {

namespace {

constexpr std::size_t hugeText = 10'000; // words; above it dtl must be told

struct Words
{
    std::vector<int> ids; // equal words of both texts have equal ids
    std::vector<TextRange> ranges;
};

Words wordsOf(const QString& text, QHash<QString, int>& dictionary)
{
    Words words;
    QTextBoundaryFinder finder{QTextBoundaryFinder::Word, text};
    qsizetype begin = 0;
    for (qsizetype end = finder.toNextBoundary(); end >= 0; end = finder.toNextBoundary()) {
        const QString word = text.mid(begin, end - begin);
        if (!word.trimmed().isEmpty()) {
            auto id = dictionary.constFind(word);
            if (id == dictionary.constEnd()) {
                id = dictionary.insert(word, static_cast<int>(dictionary.size()));
            }
            words.ids.push_back(*id);
            words.ranges.push_back({.begin = begin, .end = end});
        }
        begin = end;
    }
    return words;
}

/// Neighbouring words become one range, with the space between them.
void add(QList<TextRange>& ranges, const Words& words, std::size_t index)
{
    const TextRange& range = words.ranges[index];
    if (index > 0 && !ranges.isEmpty() && ranges.last().end == words.ranges[index - 1].end) {
        ranges.last().end = range.end;
    } else {
        ranges.push_back(range);
    }
}

} // namespace

TextDifferences wordDifferences(const QString& before, const QString& after)
{
    QHash<QString, int> dictionary;
    const Words first = wordsOf(before, dictionary);
    const Words second = wordsOf(after, dictionary);
    dtl::Diff<int, std::vector<int>> diff{first.ids, second.ids};
    if (std::max(first.ids.size(), second.ids.size()) > hugeText) {
        diff.onHuge();
    }
    diff.compose();

    TextDifferences result;
    std::size_t common = 0;
    std::size_t inFirst = 0;
    std::size_t inSecond = 0;
    for (const auto& [id, step] : diff.getSes().getSequence()) {
        if (step.type == dtl::SES_COMMON) {
            ++common;
            ++inFirst;
            ++inSecond;
        } else if (step.type == dtl::SES_DELETE) {
            add(result.before, first, inFirst++);
        } else {
            add(result.after, second, inSecond++);
        }
    }
    const std::size_t all = first.ids.size() + second.ids.size();
    if (all > 0) {
        result.similarity = 2.0 * static_cast<double>(common) / static_cast<double>(all);
    }
    return result;
}

} // namespace nextquill::ui
