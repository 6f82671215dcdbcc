// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/WordDiff.h"

#include <gtest/gtest.h>

#include <random>

namespace nextquill::ui {
namespace {

QStringList parts(const QString& text, const QList<TextRange>& ranges)
{
    QStringList result;
    for (const TextRange& range : ranges) {
        result << text.mid(range.begin, range.end - range.begin);
    }
    return result;
}

QString without(QString text, const QList<TextRange>& ranges)
{
    for (auto range = ranges.rbegin(); range != ranges.rend(); ++range) {
        text.remove(range->begin, range->end - range->begin);
    }
    return text.simplified().remove(QLatin1Char(' '));
}

TEST(WordDiff, FindsTheWordsThatChanged)
{
    const QString before = QStringLiteral("This album is a great collection");
    const QString after = QStringLiteral("This album is the great killer collection");

    const TextDifferences found = wordDifferences(before, after);

    EXPECT_EQ(parts(before, found.before), QStringList{QStringLiteral("a")});
    EXPECT_EQ(parts(after, found.after),
              (QStringList{QStringLiteral("the"), QStringLiteral("killer")}));
}

TEST(WordDiff, JoinsNeighboursWithTheSpaceBetweenThem)
{
    const QString after = QStringLiteral("one two three four");

    const TextDifferences found = wordDifferences(QStringLiteral("one four"), after);

    EXPECT_EQ(parts(after, found.after), QStringList{QStringLiteral("two three")});
    EXPECT_TRUE(found.before.isEmpty());
}

TEST(WordDiff, DoesNotCountWhiteSpace)
{
    const TextDifferences found =
        wordDifferences(QStringLiteral("one  two\nthree"), QStringLiteral("one two three"));

    EXPECT_TRUE(found.before.isEmpty());
    EXPECT_TRUE(found.after.isEmpty());
    EXPECT_EQ(found.similarity, 1);
}

TEST(WordDiff, KnowsEmptyTexts)
{
    EXPECT_EQ(wordDifferences({}, {}).similarity, 1);
    EXPECT_EQ(wordDifferences({}, QStringLiteral("word")).similarity, 0);
    EXPECT_EQ(wordDifferences({}, QStringLiteral("word")).after.size(), 1);
}

TEST(WordDiff, LeavesTheSameTextOnBothSidesOfAnyTwoTexts)
{
    std::mt19937 random{7};
    std::uniform_int_distribution<int> word{0, 12};
    std::uniform_int_distribution<int> length{0, 60};
    for (int round = 0; round < 200; ++round) {
        QString texts[2];
        for (QString& text : texts) {
            for (int left = length(random); left > 0; --left) {
                text += QStringLiteral("w%1 ").arg(word(random));
            }
        }
        const TextDifferences found = wordDifferences(texts[0], texts[1]);
        ASSERT_EQ(without(texts[0], found.before), without(texts[1], found.after)) << round;
    }
}

TEST(WordDiff, TakesTextsThatAreHuge)
{
    QString before;
    QString after;
    for (int i = 0; i < 11'000; ++i) {
        before += QStringLiteral("w%1 ").arg(i % 997);
        after += QStringLiteral("w%1 ").arg(i % 50 == 0 ? -i : i % 997);
    }

    const TextDifferences found = wordDifferences(before, after);

    EXPECT_EQ(without(before, found.before), without(after, found.after));
    EXPECT_GT(found.similarity, 0.9);
}

} // namespace
} // namespace nextquill::ui
