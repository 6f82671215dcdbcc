// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Markups.h"

#include "core/store/Project.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

namespace nextquill::store {
namespace {

using testing::TemporaryProject;

TEST(Markups, AreKeptByModel)
{
    TemporaryProject temporary;
    Markups markups{*temporary.project};
    EXPECT_TRUE(markups.all().empty());

    markups.put("/models/b", {{"name", "first"}});
    markups.put("", {{"name", "all"}});
    markups.put("/models/b", {{"name", "second"}});

    const std::vector<MarkupRow> rows = markups.all();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].model, "");
    EXPECT_EQ(rows[1].markup.at("name"), "second");
}

TEST(Markups, OutliveTheProgramAndCanBeRemoved)
{
    TemporaryProject temporary;
    Markups{*temporary.project}.put("", {{"name", "all"}});
    temporary.reopen();

    Markups markups{*temporary.project};
    EXPECT_EQ(markups.all().size(), 1U);
    EXPECT_TRUE(markups.remove(""));
    EXPECT_FALSE(markups.remove(""));
    EXPECT_TRUE(markups.all().empty());
}

} // namespace
} // namespace nextquill::store
