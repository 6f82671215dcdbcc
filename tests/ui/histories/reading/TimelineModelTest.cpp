// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/reading/TimelineModel.h"

#include <QSignalSpy>

#include <gtest/gtest.h>

namespace nextquill::ui {
namespace {

TimelineEntry entry(std::int64_t id, bool excluded = false, const QString& text = {})
{
    return {.id = id, .text = text, .excluded = excluded};
}

TEST(TimelineModel, ChangesRowsOfTheSameReviewsInPlace)
{
    TimelineModel model;
    model.setEntries({entry(1), entry(2), entry(3)}, 0);
    QSignalSpy reset{&model, &QAbstractItemModel::modelReset};
    QSignalSpy changed{&model, &QAbstractItemModel::dataChanged};
    model.setEntries({entry(1), entry(2, true), entry(3)}, 0);
    EXPECT_EQ(reset.count(), 0);
    ASSERT_EQ(changed.count(), 1);
    EXPECT_EQ(changed.front().at(0).toModelIndex().row(), 1);
    model.setEntries({entry(1), entry(3)}, 0);
    EXPECT_EQ(reset.count(), 1);
    EXPECT_EQ(model.rowOf(3), 1);
    EXPECT_EQ(model.rowOf(2), -1);
}

TEST(TimelineModel, ShowsWhatWasAskedForUntilTheProjectHasIt)
{
    TimelineModel model;
    model.setEntries({entry(1), entry(2)}, 0);
    constexpr quint64 act = 7;
    model.expectExcluded(2, true, act);
    model.expectTag(2, QStringLiteral("funny"), true, act);
    EXPECT_TRUE(model.entry(1).excluded);
    EXPECT_EQ(model.entry(1).tags, QStringList{QStringLiteral("funny")});
    model.setEntries({entry(1), entry(2)}, act - 1); // read before the act was over
    EXPECT_TRUE(model.entry(1).excluded);
    model.setEntries({entry(1), entry(2)}, act); // and after: it did not come true
    EXPECT_FALSE(model.entry(1).excluded);
    EXPECT_TRUE(model.entry(1).tags.isEmpty());
}

TEST(TimelineModel, ShowsItOnRowsThatComeLater)
{
    TimelineModel model;
    model.setEntries({entry(1)}, 0);
    model.expectExcluded(5, true, 1);
    model.append({entry(5)});
    EXPECT_TRUE(model.entry(1).excluded);
    model.prepend({entry(4)});
    EXPECT_EQ(model.rowOf(4), 0);
    EXPECT_EQ(model.rowOf(5), 2);
}

TEST(TimelineModel, KeepsTokensAsLongAsTheTextIsTheSame)
{
    TimelineModel model;
    const QString text = QStringLiteral("some words");
    model.setEntries({entry(1, false, text)}, 0);
    model.setTokens(1, text, 3);
    model.setEntries({entry(1, true, text)}, 0);
    EXPECT_EQ(model.entry(0).tokens, 3);
    model.setEntries({entry(1, true, QStringLiteral("others"))}, 0);
    EXPECT_FALSE(model.entry(0).tokens.has_value());
    model.setTokens(1, text, 3); // counted before the edit
    EXPECT_FALSE(model.entry(0).tokens.has_value());
}

} // namespace
} // namespace nextquill::ui
