// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/RunObjective.h"

#include "core/base/Error.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <fstream>

namespace nextquill::workflow {
namespace {

TEST(RunObjective, IsThatOfTheRunsFile)
{
    const nextquill::testing::TemporaryFolder folder;
    std::ofstream{folder / "run.toml"} << "objective = \"token-weight\"\nthreshold = 0.125\n"
                                          "low-weight = 0.25\n";
    const auto objective = objectiveOf({.run = folder.path()});
    ASSERT_TRUE(objective.has_value());
    EXPECT_EQ(objective->kind, causal::ObjectiveKind::TokenWeight);
    EXPECT_EQ(objective->threshold, 0.125);
    EXPECT_EQ(objective->lowWeight, 0.25);
    EXPECT_EQ(objective->highWeight, 0.9); // the default, which the file leaves
}

TEST(RunObjective, IsNoneOfAModelWithoutRunOrFile)
{
    const nextquill::testing::TemporaryFolder folder;
    EXPECT_FALSE(objectiveOf({.name = "demo"}).has_value());
    EXPECT_FALSE(objectiveOf({.run = folder.path()}).has_value());
}

TEST(RunObjective, SaysWhatIsWrongWithTheFile)
{
    const nextquill::testing::TemporaryFolder folder;
    std::ofstream{folder / "run.toml"} << "threshold = high\n";
    EXPECT_THROW((void)objectiveOf({.run = folder.path()}), Error);
}

} // namespace
} // namespace nextquill::workflow
