// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Recipe.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/store/Histories.h"
#include "core/store/Splits.h"
#include "core/store/table/TableCuration.h"
#include "core/store/table/TableReader.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace nextquill::store {
namespace {

using testing::histories;
using testing::reviewLine;
using testing::TemporaryProject;

/// The lines in another order: other row ids.
std::string reversedLines(const std::string& lines)
{
    std::string reversed;
    for (std::size_t end = lines.size(); end > 0;) {
        const std::size_t begin = lines.rfind('\n', end - 2);
        const std::size_t from = begin == std::string::npos || end < 2 ? 0 : begin + 1;
        reversed += lines.substr(from, end - from);
        end = from;
    }
    return reversed;
}

std::string digestOfSplit(Project& project)
{
    return Splits{project}.create({.name = "d", .minimumHistory = 1}).digest;
}

void curateSome(Project& project)
{
    Histories store{project};
    store.setExcluded({ReviewId{2}, ReviewId{5}, ReviewId{6}}, true, "Exclude 3 reviews");
    store.setText(ReviewId{1}, "edited \"once\"\nand once more", "Edit a text");
    store.setText(ReviewId{1}, "edited twice, with five words", "Edit a text");
    store.setExcluded({ReviewId{5}}, false, "Include 1 reviews");
    store.setExcluded({ReviewId{7}}, true, "taken back");
    static_cast<void>(store.undo());
}

TEST(Recipe, GivesTheSameRowsAndDigestInAnotherProject)
{
    const std::string lines = histories(3, 6);
    TemporaryProject from;
    from.import(lines);
    curateSome(*from.project);
    const auto file = from.folder / "r.json";
    EXPECT_EQ(writeRecipe(*from.project, file, false, {}), 4);
    TemporaryProject to;
    to.import(reversedLines(lines));
    const std::string before = digestOfSplit(*to.project);
    const RecipeResult result = applyRecipe(*to.project, file, {});
    EXPECT_EQ(result.steps, 4);
    EXPECT_EQ(result.changes, 6);
    EXPECT_TRUE(result.mismatches.empty());
    EXPECT_EQ(digestOfSplit(*to.project), digestOfSplit(*from.project));
    EXPECT_NE(digestOfSplit(*to.project), before);
    EXPECT_EQ(Histories{*to.project}.counts().excluded, 2);
    EXPECT_TRUE(to.project->check(true, {}).empty());
    for (int step = 0; step < 4; ++step) { // each can be taken back on its own
        EXPECT_TRUE(Histories{*to.project}.undo());
    }
    EXPECT_FALSE(Histories{*to.project}.undo());
    EXPECT_EQ(digestOfSplit(*to.project), before);
}

/// One step of each kind that there is.
void curateAll(Project& project)
{
    TableCuration curation{project};
    NoProgress progress;
    const auto rows = [](std::set<std::int64_t> ids) {
        return Selection::rows(TableKind::Reviews, std::move(ids));
    };
    curation.exclude(rows({2, 5, 6}), {}, progress);
    curation.remove(rows({3, 5}), {}, progress);
    curation.include(rows({6}), {}, progress); // one that is deleted is not reached any more
    curation.tag(rows({1, 4, 7}), "to read", {}, progress);
    curation.untag(rows({4}), "to read", {}, progress);
    curation.setTitle(ReviewId{1}, "A \"better\" title");
    curation.setText(ReviewId{1}, "a better text, too");
    curation.setRating(ReviewId{1}, 2.5);
    const UserId from = Histories{project}.findUser("user1")->id;
    const UserId into = Histories{project}.findUser("user0")->id;
    curation.mergeUsers({from}, into, {}, progress);
}

/// All that steps can change, by what the reviews are.
std::string stateOf(TemporaryProject& temporary)
{
    NoProgress progress;
    const TableQuery query{
        .filter = FilterExpression{},
        .order = {.column = "time"},
        .columns = {"user", "asin", "rating", "title", "text", "tags", "excluded", "words"},
        .longestText = 0};
    std::string state;
    for (const TableRow& row : TableReader{*temporary.project}
                                   .page(query, {.key = {}, .limit = 1'000}, {}, progress)
                                   .rows) {
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            state += cellText(columnOf(TableKind::Reviews, query.columns[i]), row.cells[i]) + "|";
        }
        state += "\n";
    }
    return state;
}

TEST(Recipe, HasEveryKindOfStepThatThereIs)
{
    const std::string lines = histories(3, 6);
    TemporaryProject from;
    from.import(lines);
    curateAll(*from.project);
    const auto file = from.folder / "r.json";
    const std::int64_t steps = writeRecipe(*from.project, file, false, {});
    EXPECT_EQ(steps, static_cast<std::int64_t>(curationSteps(*from.project).size()));
    TemporaryProject to;
    to.import(reversedLines(lines));
    const std::string before = stateOf(to);
    const RecipeResult result = applyRecipe(*to.project, file, {});
    for (const RecipeMismatch& mismatch : result.mismatches) {
        ADD_FAILURE() << mismatch.step << ": " << mismatch.why;
    }
    EXPECT_EQ(result.steps, steps);
    EXPECT_EQ(stateOf(to), stateOf(from));
    EXPECT_NE(stateOf(to), before);
    EXPECT_EQ(digestOfSplit(*to.project), digestOfSplit(*from.project));
    EXPECT_EQ(to.project->check(true, {}), std::vector<std::string>{});
    const auto again = to.folder / "again.json";
    EXPECT_EQ(writeRecipe(*to.project, again, false, {}), steps);
    while (Histories{*to.project}.undo()) {
    }
    EXPECT_EQ(stateOf(to), before);
    EXPECT_EQ(to.project->check(true, {}), std::vector<std::string>{});
}

TEST(Recipe, TellsWhatDoesNotApplyAndDoesTheRest)
{
    TemporaryProject from;
    from.import(histories(3, 6));
    curateSome(*from.project);
    const auto file = from.folder / "r.json";
    static_cast<void>(writeRecipe(*from.project, file, false, {}));
    TemporaryProject to;
    to.import(histories(2, 6)); // user2's reviews are not there
    Histories store{*to.project};
    store.setText(ReviewId{1}, "another edit", "mine");
    store.setExcluded({ReviewId{2}}, true, "mine");
    const RecipeResult result = applyRecipe(*to.project, file, {});
    std::string told;
    for (const RecipeMismatch& mismatch : result.mismatches) {
        told += mismatch.user + "/" + mismatch.item + ": " + mismatch.why + "\n";
    }
    EXPECT_EQ(told, "user1/item0: it is excluded already\n"
                    "user2/item1: there is no such review\n"
                    "user0/item0: its text is another one than was changed\n"
                    "user0/item0: its text is another one than was changed\n");
    EXPECT_EQ(result.changes, 2); // excluded and included again
    EXPECT_EQ(result.steps, 2);   // those of which something applied
    EXPECT_TRUE(to.project->check(true, {}).empty());
}

TEST(Recipe, IsAllOrNothing)
{
    TemporaryProject project;
    project.import(histories(3, 6));
    curateSome(*project.project);
    const auto file = project.folder / "r.json";
    static_cast<void>(writeRecipe(*project.project, file, false, {}));
    EXPECT_THROW(static_cast<void>(writeRecipe(*project.project, file, false, {})), Error);
    const std::string text = readFile(file);
    TemporaryProject to;
    to.import(histories(3, 6));
    const auto refused = [&](const std::string& bytes) {
        const auto bad = to.folder.write("bad.json", bytes);
        EXPECT_THROW(static_cast<void>(applyRecipe(*to.project, bad, {})), Error) << bytes;
        EXPECT_TRUE(curationSteps(*to.project).empty());
    };
    for (std::size_t cut = 0; cut < text.size() - 2; cut += 7) {
        refused(text.substr(0, cut));
    }
    refused("[]");
    refused(R"({"format":"other","version":1,"steps":[]})");
    refused(R"({"format":"nextquill-recipe","version":2,"steps":[]})");
    refused(text.substr(0, text.size() - 4) + ",{\"what\":\"x\",\"changes\":[7]}]}");
    refused(text.substr(0, text.size() - 4) + ",{\"what\":\"x\"}]}");
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(static_cast<void>(applyRecipe(*to.project, file, stop.get_token())), Stopped);
    EXPECT_TRUE(curationSteps(*to.project).empty());
}

TEST(Recipe, StepsHaveTheirCounts)
{
    TemporaryProject project;
    project.import(histories(3, 6));
    curateSome(*project.project);
    const auto steps = curationSteps(*project.project);
    ASSERT_EQ(steps.size(), 5U);
    EXPECT_EQ(steps[0].what, "Exclude 3 reviews");
    EXPECT_EQ(steps[0].changes, 3);
    EXPECT_GT(steps[0].time, 0);
    EXPECT_FALSE(steps[0].undone);
    EXPECT_TRUE(steps[4].undone);
}

} // namespace
} // namespace nextquill::store
