// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/SavedViews.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

namespace nextquill::store {
namespace {

SavedView longOnes()
{
    return {.name = "Long ones",
            .filter = FilterExpression::parse(TableKind::Reviews, "words:40.. item:\"Kind of\""),
            .order = {.column = "time", .descending = true},
            .columns = {"user", "words"}};
}

TEST(SavedViews, SurviveTheEndOfTheProgram)
{
    testing::TemporaryProject made;
    SavedViews{*made.project}.save(longOnes(), false);
    made.reopen();
    const auto view = SavedViews{*made.project}.find(TableKind::Reviews, "Long ones");
    ASSERT_TRUE(view);
    EXPECT_EQ(view->filter, longOnes().filter);
    EXPECT_EQ(view->order, longOnes().order);
    EXPECT_EQ(view->columns, longOnes().columns);
    EXPECT_TRUE(SavedViews{*made.project}.all(TableKind::Users).empty());
}

TEST(SavedViews, KeepTheirNamesApart)
{
    testing::TemporaryProject made;
    SavedViews views{*made.project};
    SavedView view = longOnes();
    views.save(view, false);
    EXPECT_THROW(views.save(view, false), Error);
    view.order = {};
    views.save(view, true);
    EXPECT_EQ(views.all(TableKind::Reviews).size(), 1U);
    EXPECT_EQ(views.all(TableKind::Reviews).at(0).order, TableOrder{});
    view.name = "Another";
    views.save(view, false);
    EXPECT_EQ(views.all(TableKind::Reviews).at(0).name, "Another");
    EXPECT_THROW(views.rename(TableKind::Reviews, "Another", "Long ones"), Error);
    views.rename(TableKind::Reviews, "Another", "A third");
    EXPECT_FALSE(views.find(TableKind::Reviews, "Another"));
    views.remove(TableKind::Reviews, "A third");
    EXPECT_THROW(views.remove(TableKind::Reviews, "A third"), Error);
    view.name = "  ";
    EXPECT_THROW(views.save(view, false), Error);
    view.name = std::string(81, 'x');
    EXPECT_THROW(views.save(view, false), Error);
    view.name = std::string(80, 'x');
    views.save(view, false);
}

TEST(SavedViews, LeavesOutThoseOfANewerVersion)
{
    testing::TemporaryProject made;
    SavedViews views{*made.project};
    views.save(longOnes(), false);
    made.project->connection().execute(
        "INSERT INTO saved_views VALUES ('reviews', 'new', 'mood:happy', 'id', '')");
    EXPECT_EQ(views.all(TableKind::Reviews).size(), 1U);
}

} // namespace
} // namespace nextquill::store
