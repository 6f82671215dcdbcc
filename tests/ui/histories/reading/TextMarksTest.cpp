// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/reading/TextMarks.h"

#include <gtest/gtest.h>

namespace nextquill::ui {
namespace {

std::string marked(const TextMarks& marks, const QString& text)
{
    QString found;
    for (const TextRange& range : marks.in(text)) {
        found += u'[' + text.mid(range.begin, range.end - range.begin) + u']';
    }
    return found.toStdString();
}

TEST(TextMarks, AreWhatIsLookedForWhateverTheCase)
{
    TextMarks marks;
    EXPECT_TRUE(marks.isEmpty());
    marks.setLookedFor(QStringLiteral("bass"));
    EXPECT_EQ(marked(marks, QStringLiteral("Bass, BASS and bassoon")), "[Bass][BASS][bass]");
    EXPECT_EQ(marked(marks, QStringLiteral("nothing")), "");
    EXPECT_EQ(marked(marks, {}), "");
}

TEST(TextMarks, AreTheHitsOfTheTablesSearchInUnitsOfTheText)
{
    TextMarks marks;
    marks.setSearch(QStringLiteral("\"miles davis\" OR jazz* NOT pop"));
    // Before the hits: characters of two, three and four bytes.
    EXPECT_EQ(marked(marks, QStringLiteral("é 東 😀 Miles Davis: jazzy, pop")),
              "[Miles Davis][jazzy]");
}

TEST(TextMarks, AreNoneForASearchThatCannotBeRead)
{
    TextMarks marks;
    marks.setSearch(QStringLiteral("\"never closed"));
    EXPECT_EQ(marked(marks, QStringLiteral("never closed")), "");
}

} // namespace
} // namespace nextquill::ui
