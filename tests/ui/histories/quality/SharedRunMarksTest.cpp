// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/quality/SharedRunMarks.h"

#include <gtest/gtest.h>

namespace nextquill::ui {
namespace {

QStringList marked(const QString& text, const QList<TextRange>& marks)
{
    QStringList parts;
    for (const TextRange& mark : marks) {
        parts << text.mid(mark.begin, mark.end - mark.begin);
    }
    return parts;
}

TEST(SharedRunMarks, AreRunsOfWordsThatBothTextsHave)
{
    const QString first = QStringLiteral("So: one Two, three four. And then five six seven.");
    const QString second = QStringLiteral("ONE two three FOUR; five six eight");
    const SharedRunMarks marks = sharedRunMarks(first, second, 3);
    EXPECT_EQ(marked(first, marks.first), QStringList{QStringLiteral("one Two, three four")});
    EXPECT_EQ(marked(second, marks.second), QStringList{QStringLiteral("ONE two three FOUR")});
    EXPECT_EQ(marked(first, sharedRunMarks(first, second, 2).first),
              (QStringList{QStringLiteral("one Two, three four"), QStringLiteral("five six")}));
}

TEST(SharedRunMarks, OfAShortTextAreAllOfIt)
{
    const QString text = QStringLiteral("I like the tall ones");
    EXPECT_EQ(marked(text, sharedRunMarks(text, QStringLiteral("the tall"), 5).first),
              QStringList{QStringLiteral("the tall")});
    EXPECT_TRUE(sharedRunMarks(text, QStringLiteral("tall the"), 5).first.isEmpty());
    EXPECT_TRUE(sharedRunMarks(text, {}, 5).first.isEmpty());
    EXPECT_TRUE(sharedRunMarks(QStringLiteral("…!"), text, 5).second.isEmpty());
}

} // namespace
} // namespace nextquill::ui
