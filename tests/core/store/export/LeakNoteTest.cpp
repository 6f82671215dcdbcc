// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/export/LeakNote.h"

#include "core/base/AtomicFile.h"
#include "core/store/Histories.h"
#include "core/store/export/Exporter.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace nextquill::store {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(LeakNote, HasTheCountsOfEachKindInWords)
{
    const LeakCheck check{
        .targets = 1,
        .threshold = 0.5,
        .runWords = 5,
        .counts = {{.kind = "text-in-history", .ofParts = {0, 0, 1}, .sameMoment = 1},
                   {.kind = "same-item", .ofParts = {4, 2, 3}},
                   {.kind = "other-user"},
                   {.kind = "`of a stranger`", .ofParts = {1, 0, 0}}},
        .time = 1'700'000'000'000};
    EXPECT_EQ(leakNote(check),
              "- leaks between histories and targets were looked for on 2023-11-14T22:13:20.000Z: "
              "1 target, more than 50 % of runs of 5 words in common\n"
              "  - 1 target whose words, all and in their order, are a review of the user's own (1 "
              "test, 0 validation, 0 train); of these 1 by reviews of the same moment alone, which "
              "are in no history\n"
              "  - 9 targets about an item that the user had reviewed (3 test, 2 validation, 4 "
              "train)\n"
              "  - 0 targets whose words another user wrote, too\n"
              "  - 1 target of a kind that this program does not know (0 test, 0 validation, 1 "
              "train)\n");
    EXPECT_THAT(leakNote(std::nullopt), HasSubstr("was not looked for"));
}

TEST(LeakNote, StandsInTheCardOfASplit)
{
    testing::TemporaryProject temporary;
    temporary.import(testing::histories(3, 7));
    Project& project = *temporary.project;
    const Split split = Splits{project}.create({.name = "s"});
    const auto card = [&](const std::string& of) {
        NoProgress progress;
        static_cast<void>(exportReviews(
            project, temporary.folder / "hf",
            {.format = ExportFormat::HuggingFace, .split = of, .replace = true}, {}, progress));
        return readFile(temporary.folder / "hf/README.md");
    };
    EXPECT_THAT(card("s"), HasSubstr("was not looked for (`nextquill data leaks` does)"));
    EXPECT_THAT(card(""), Not(HasSubstr("nextquill data leaks")));
    keepLeakCheck(project, split,
                  {.targets = 9, .counts = {{.kind = "same-item", .ofParts = {0, 0, 2}}}});
    EXPECT_THAT(card("s"), HasSubstr("  - 2 targets about an item"));
    EXPECT_THAT(card("s"), Not(HasSubstr("changed since")));
    Histories{project}.setExcluded({ReviewId{1}}, true, "Exclude 1");
    EXPECT_THAT(card("s"), HasSubstr("and the project was changed since"));
}

} // namespace
} // namespace nextquill::store
