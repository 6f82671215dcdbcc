// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/FilterField.h"

#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

namespace nextquill::ui {
namespace {

class FilterFieldTest : public ::testing::Test
{
protected:
    void SetUp() override
    {
        field.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&field));
        field.setFocus();
    }

    FilterField field;
    QSignalSpy committed{&field, &FilterField::committed};
};

TEST_F(FilterFieldTest, IsAppliedAtOnceOnEnterAndNotASecondTime)
{
    QTest::keyClicks(&field, QStringLiteral("40.."));
    EXPECT_EQ(committed.count(), 0);
    QTest::keyClick(&field, Qt::Key_Return);
    ASSERT_EQ(committed.count(), 1);
    EXPECT_EQ(committed.front().front().toString(), QStringLiteral("40.."));
    QTest::keyClick(&field, Qt::Key_Return);
    EXPECT_EQ(committed.count(), 1);
}

TEST_F(FilterFieldTest, IsAppliedOnceWhenTypingRests)
{
    QTest::keyClicks(&field, QStringLiteral("jazz"));
    EXPECT_EQ(committed.count(), 0) << "before the last key has rested";
    ASSERT_TRUE(QTest::qWaitFor([&] { return committed.count() > 0; }, 60'000));
    EXPECT_EQ(committed.count(), 1);
    EXPECT_EQ(committed.front().front().toString(), QStringLiteral("jazz"));
}

TEST_F(FilterFieldTest, SaysNothingWhenItIsSetByProgram)
{
    field.setFilter(QStringLiteral("5"));
    field.setFilter({});
    EXPECT_EQ(committed.count(), 0);
}

TEST_F(FilterFieldTest, IsClearedByEscapeAndGoesToTheRowsWithDown)
{
    field.setFilter(QStringLiteral("5"));
    const QSignalSpy rows{&field, &FilterField::rowsWanted};
    QTest::keyClick(&field, Qt::Key_Down);
    EXPECT_EQ(rows.count(), 1);
    QTest::keyClick(&field, Qt::Key_Escape);
    EXPECT_EQ(field.text(), QString{});
    ASSERT_EQ(committed.count(), 1);
    EXPECT_EQ(committed.front().front().toString(), QString{});
}

TEST_F(FilterFieldTest, KeepsWhatIsWrongForScreenReadersAndSaysWhere)
{
    field.setHelp(QStringLiteral("5  is it"));
    field.setError(QStringLiteral("No number"), 2);
    EXPECT_EQ(field.accessibleDescription(), QStringLiteral("No number"));
    EXPECT_TRUE(field.toolTip().contains(QStringLiteral("letter 3")))
        << qPrintable(field.toolTip());
    EXPECT_TRUE(field.property("invalid").toBool());
    field.setError({});
    EXPECT_EQ(field.toolTip(), QStringLiteral("5  is it"));
    EXPECT_FALSE(field.property("invalid").toBool());
}

} // namespace
} // namespace nextquill::ui
