// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/TableCuration.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/Histories.h"
#include "core/store/Recipe.h"
#include "core/store/table/EditHistory.h"
#include "core/store/table/StepNames.h"
#include "core/store/table/TableReader.h"

#include "tests/core/store/table/RandomHistories.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace nextquill::store {
namespace {

using testing::Draw;
using testing::histories;
using testing::KnownFilter;
using testing::RandomHistories;
using testing::reviewLine;
using testing::TemporaryProject;

Selection matching(std::string_view filter, TableKind table = TableKind::Reviews)
{
    return Selection::everything(FilterExpression::parse(table, filter));
}

Selection some(std::set<std::int64_t> ids, TableKind table = TableKind::Reviews)
{
    return Selection::rows(table, std::move(ids));
}

/// Everything that curation can change, and what is derived from it.
std::string stateOf(Project& project)
{
    std::string state;
    for (const char* const statement :
         {"SELECT id, user_id, rating, words, excluded FROM reviews ORDER BY id",
          "SELECT id, title, text, 0, 0 FROM texts ORDER BY id",
          "SELECT review_id, tag_id, 0, 0, 0 FROM review_tags ORDER BY review_id, tag_id",
          "SELECT id, reviews, first_time, last_time, round(mean_words * 1000000) FROM users "
          "WHERE merged_into = 0 ORDER BY id",
          "SELECT id, round(mean_rating * 1000000), 0, merged_into, 0 FROM users ORDER BY id",
          "SELECT id, reviews, 0, 0, 0 FROM items ORDER BY id",
          "SELECT users, items, reviews, excluded, deleted FROM totals"}) {
        Query query{project.connection(), statement};
        while (query.next()) {
            for (int column = 0; column < 5; ++column) {
                state += query.text(column) + '|';
            }
            state += '\n';
        }
    }
    return state;
}

std::int64_t rowsOf(Project& project, std::string_view filter, TableKind table = TableKind::Reviews)
{
    NoProgress progress;
    return TableReader{project}
        .fences(
            {.filter = FilterExpression::parse(table, filter), .order = {}, .columns = {}},
            [](const auto&) {}, {}, progress)
        .rows;
}

struct TableCurationActs : ::testing::Test
{
    TableCurationActs() { made.import(histories(4, 6)); }

    TemporaryProject made;
    Project& project = *made.project;
    TableCuration curation{project};
    NoProgress progress;
};

TEST_F(TableCurationActs, NamesAStepWithItsCount)
{
    EXPECT_EQ(curation.exclude(some({1, 2, 3}), {}, progress).what, "Exclude 3 reviews");
    const StepResult again = curation.exclude(some({3, 4}), {}, progress);
    EXPECT_EQ(again.what, "Exclude 1 review");
    EXPECT_EQ(again.changes, 1);
    EXPECT_EQ(curation.include(matching("excluded:yes"), {}, progress).what, "Include 4 reviews");
    EXPECT_EQ(curation.tag(matching("user:=user1"), "odd", {}, progress).what,
              "Tag 6 reviews \"odd\"");
    EXPECT_EQ(curation.untag(some({2}), "odd", {}, progress).what,
              "Take the tag \"odd\" from 1 review");
    EXPECT_EQ(curation.remove(some({1}, TableKind::Users), {}, progress).what, "Delete 6 reviews");
    EXPECT_EQ(curation.mergeUsers({UserId{2}, UserId{3}}, UserId{3}, {}, progress).what,
              "Merge 1 user into user2");
    EXPECT_EQ(counted(12'403, "review", "reviews"), "12,403 reviews");
}

TEST_F(TableCurationActs, MakesNoStepWhereNothingChanges)
{
    static_cast<void>(curation.exclude(some({1}), {}, progress));
    const std::string before = stateOf(project);
    EXPECT_EQ(curation.exclude(some({1}), {}, progress).step, 0);
    EXPECT_EQ(curation.include(matching("rating:99"), {}, progress).step, 0);
    EXPECT_EQ(curation.untag(some({1}), "nothing", {}, progress).step, 0);
    EXPECT_EQ(curation.exclude(some({}), {}, progress).step, 0);
    EXPECT_EQ(curation.setRating(ReviewId{1}, 4).step, 0);
    EXPECT_EQ(editSteps(project, 0, 100).size(), 1U);
    EXPECT_EQ(stateOf(project), before);
}

TEST_F(TableCurationActs, TakesEverythingButWhatIsLeftOut)
{
    Selection selection = matching("user:=user1");
    selection.ids = {2};
    EXPECT_EQ(countOf(project, selection, {}, progress).reviews, 5);
    EXPECT_EQ(curation.exclude(selection, {}, progress).changes, 5);
    EXPECT_EQ(rowsOf(project, "user:=user1 excluded:no"), 1);
    const SelectionCount users =
        countOf(project, matching("user:user", TableKind::Users), {}, progress);
    EXPECT_EQ(users.rows, 4);
    EXPECT_EQ(users.reviews, 24);
    EXPECT_EQ(countOf(project, some({1}, TableKind::Items), {}, progress).reviews, 4);
}

TEST_F(TableCurationActs, DeletesFromEveryTableUntilItIsUndone)
{
    const std::string before = stateOf(project);
    static_cast<void>(curation.remove(some({1, 5}), {}, progress));
    static_cast<void>(curation.remove(some({2}, TableKind::Users), {}, progress));
    EXPECT_EQ(rowsOf(project, ""), 24 - 2 - 6);
    EXPECT_EQ(rowsOf(project, "", TableKind::Users), 3);
    EXPECT_EQ(Histories{project}.counts().deleted, 8);
    EXPECT_EQ(Histories{project}.timeline(UserId{1}).size(), 4U);
    EXPECT_EQ(Histories{project}.reviews({}).size(), 16U);
    EXPECT_FALSE(TableReader{project}.row({}, 1));
    const auto again = made.import(histories(4, 6)); // and an import does not bring them back
    EXPECT_EQ(again.kept, 0);
    EXPECT_EQ(curation.include(some({1}), {}, progress).step, 0);
    EXPECT_EQ(curation.undo({}, progress)->what, "Delete 6 reviews");
    EXPECT_EQ(curation.undo({}, progress)->what, "Delete 2 reviews");
    EXPECT_EQ(stateOf(project), before);
}

TEST_F(TableCurationActs, GivesAMergedUsersReviewsToTheOther)
{
    const std::string before = stateOf(project);
    EXPECT_EQ(
        curation.mergeUsers({UserId{1}, UserId{2}, UserId{3}}, UserId{2}, {}, progress).changes,
        12);
    EXPECT_EQ(Histories{project}.timeline(UserId{2}).size(), 18U);
    EXPECT_EQ(Histories{project}.users({}).size(), 2U);
    EXPECT_EQ(Histories{project}.counts().users, 2);
    EXPECT_EQ(rowsOf(project, "", TableKind::Users), 2);
    made.import(reviewLine("user0", "later", 1'400'000'000, "some new words"));
    EXPECT_EQ(Histories{project}.timeline(UserId{2}).size(), 19U);
    EXPECT_TRUE(project.check(true, {}).empty());
    static_cast<void>(curation.mergeUsers({UserId{2}}, UserId{4}, {}, progress));
    made.import(reviewLine("user0", "later still", 1'400'000'000, "some more words"));
    EXPECT_EQ(Histories{project}.timeline(UserId{4}).size(), 26U);
    EXPECT_TRUE(project.check(true, {}).empty());
    static_cast<void>(curation.undo({}, progress));
    static_cast<void>(curation.undo({}, progress));
    EXPECT_EQ(Histories{project}.timeline(UserId{1}).size(), 6U);
    EXPECT_TRUE(project.check(true, {}).empty());
    EXPECT_THROW(static_cast<void>(curation.mergeUsers({UserId{1}}, UserId{77}, {}, progress)),
                 Error);
    static_cast<void>(before);
}

TEST_F(TableCurationActs, EditsTextsTitlesAndRatings)
{
    const std::string before = stateOf(project);
    static_cast<void>(curation.setText(ReviewId{1}, "entirely different zebra words"));
    static_cast<void>(curation.setTitle(ReviewId{1}, "okapi"));
    static_cast<void>(curation.setRating(ReviewId{1}, 1.5));
    EXPECT_EQ(rowsOf(project, "search:\"zebra okapi\""), 1);
    EXPECT_EQ(rowsOf(project, "rating:1.5 words:4"), 1);
    EXPECT_DOUBLE_EQ(Histories{project}.findUser(UserId{1})->meanRating, (5 * 4 + 1.5) / 6);
    const std::string after = stateOf(project);
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(curation.undo({}, progress));
    }
    EXPECT_EQ(stateOf(project), before);
    EXPECT_EQ(rowsOf(project, "search:zebra"), 0);
    EXPECT_EQ(curation.goTo(3, {}, progress), 3);
    EXPECT_EQ(stateOf(project), after);
    EXPECT_THROW(static_cast<void>(curation.setText(ReviewId{1}, " \n")), Error);
    EXPECT_THROW(static_cast<void>(curation.setText(ReviewId{99}, "x")), Error);
    EXPECT_THROW(static_cast<void>(curation.setTitle(ReviewId{1}, "\xFF")), Error);
    EXPECT_THROW(static_cast<void>(curation.setRating(ReviewId{1}, 1.0 / 0.0)), Error);
}

TEST_F(TableCurationActs, KeepsWhatWasUndoneAsABranch)
{
    static_cast<void>(curation.exclude(some({1}), {}, progress));
    static_cast<void>(curation.exclude(some({2}), {}, progress));
    static_cast<void>(curation.undo({}, progress));
    EXPECT_EQ(curation.nextRedo(), "Exclude 1 review");
    const StepResult other = curation.setTitle(ReviewId{1}, "another way");
    EXPECT_FALSE(curation.nextRedo());
    EXPECT_FALSE(curation.redo({}, progress));
    const std::vector<EditStep> steps = editSteps(project, 0, 10);
    ASSERT_EQ(steps.size(), 3U);
    EXPECT_EQ(steps[0].state, StepState::Done);
    EXPECT_EQ(steps[1].state, StepState::Dropped);
    EXPECT_EQ(steps[1].branch, other.step);
    EXPECT_EQ(steps[2].state, StepState::Done);
    EXPECT_EQ(editSteps(project, steps[1].id, 10).size(), 1U);
    const auto changes = changesOf(project, steps[1].id, 0, 10);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].user + changes[0].field + changes[0].before + changes[0].after,
              "user1excluded01");
    EXPECT_THROW(static_cast<void>(curation.goTo(steps[1].id, {}, progress)), Error);
    EXPECT_EQ(forgetDroppedSteps(project), 0);
    project.connection().execute("UPDATE steps SET dropped = dropped - 31 * 86400000 "
                                 "WHERE dropped > 0");
    EXPECT_EQ(forgetDroppedSteps(project), 1);
    EXPECT_EQ(editSteps(project, 0, 10).size(), 2U);
}

TEST_F(TableCurationActs, GivesKeysToTags)
{
    curation.setTagKey("good", 1);
    curation.setTagKey("bad", 2);
    curation.setTagKey("ugly", 1);
    static_cast<void>(curation.tag(some({1, 2}), "bad", {}, progress));
    std::string tags;
    for (const Tag& tag : curation.tags()) {
        tags += tag.name + std::to_string(tag.key) + ' ' + std::to_string(tag.reviews) + '\n';
    }
    EXPECT_EQ(tags, "ugly1 0\nbad2 2\ngood0 0\n");
    EXPECT_THROW(curation.setTagKey("good", 10), Error);
    for (const std::string name : {"", " ", "a,b", " a", "a  b"}) {
        EXPECT_THROW(static_cast<void>(curation.tag(some({1}), name, {}, progress)), Error) << name;
    }
    EXPECT_THROW(static_cast<void>(curation.tag(some({1}), std::string(65, 'x'), {}, progress)),
                 Error);
}

TEST_F(TableCurationActs, ChangesNothingWhenStopped)
{
    const std::string before = stateOf(project);
    std::stop_source source;
    source.request_stop();
    EXPECT_THROW(static_cast<void>(curation.exclude(matching(""), source.get_token(), progress)),
                 Stopped);
    EXPECT_EQ(stateOf(project), before);
    EXPECT_TRUE(editSteps(project, 0, 10).empty());
    static_cast<void>(curation.exclude(matching(""), {}, progress));
    const std::string after = stateOf(project);
    EXPECT_THROW(static_cast<void>(curation.undo(source.get_token(), progress)), Stopped);
    EXPECT_EQ(stateOf(project), after);
}

/// The lines in another order: other row ids.
std::string shuffledLines(const std::string& lines)
{
    std::vector<std::string> all;
    std::istringstream in{lines};
    for (std::string line; std::getline(in, line);) {
        all.push_back(line + "\n");
    }
    std::string shuffled;
    for (const std::int64_t at : permutation(static_cast<std::int64_t>(all.size()), 5, 0)) {
        shuffled += all[static_cast<std::size_t>(at)];
    }
    return shuffled;
}

/// What a project's tables show, whatever its ids.
std::string shownBy(Project& project)
{
    NoProgress progress;
    const TableQuery query{.filter = FilterExpression{},
                           .order = {.column = "time"},
                           .columns = {"user", "item", "rating", "title", "words", "time",
                                       "excluded", "tags", "text"}};
    std::string all;
    for (const TableRow& row :
         TableReader{project}
             .page(query, {.from = PageFrom::Start, .key = {}, .limit = 1'000}, {}, progress)
             .rows) {
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            all += cellText(columnOf(TableKind::Reviews, query.columns[i]), row.cells[i]) + '|';
        }
        all += '\n';
    }
    return all;
}

TEST_F(TableCurationActs, IsARecipeForAnotherProjectWithTheSameRows)
{
    static_cast<void>(curation.exclude(matching("words:9"), {}, progress));
    static_cast<void>(curation.remove(some({3, 4}), {}, progress));
    static_cast<void>(curation.tag(matching("user:=user0"), "odd", {}, progress));
    static_cast<void>(curation.untag(some({1}), "odd", {}, progress));
    static_cast<void>(curation.mergeUsers({UserId{1}}, UserId{2}, {}, progress));
    static_cast<void>(curation.setText(ReviewId{6}, "entirely new words"));
    static_cast<void>(curation.setTitle(ReviewId{6}, "a new title"));
    static_cast<void>(curation.setRating(ReviewId{7}, 2.5));
    const auto file = made.folder / "r.json";
    EXPECT_EQ(writeRecipe(project, file, false, {}), 8);
    TemporaryProject other;
    other.import(shuffledLines(histories(4, 6)));
    ASSERT_NE(shownBy(*other.project), shownBy(project));
    const RecipeResult result = applyRecipe(*other.project, file, {});
    EXPECT_EQ(result.steps, 8);
    EXPECT_TRUE(result.mismatches.empty());
    EXPECT_EQ(shownBy(*other.project), shownBy(project));
    EXPECT_EQ(Histories{*other.project}.counts().users, 3);
    EXPECT_TRUE(other.project->check(true, {}).empty());
    EXPECT_EQ(applyRecipe(*other.project, file, {}).steps, 2); // a tag given and taken again
    EXPECT_EQ(shownBy(*other.project), shownBy(project));
    EXPECT_EQ(TableCuration{*other.project}.goTo(0, {}, progress), 10);
    EXPECT_TRUE(other.project->check(true, {}).empty());
}

/// One random act on a random selection.
StepResult act(Project& project, Draw& draw)
{
    NoProgress progress;
    TableCuration curation{project};
    const KnownFilter& filter = draw.oneOf(testing::knownFilters());
    FilterExpression expression;
    expression.set(filter.column, filter.typed);
    const Selection selection = Selection::everything(expression);
    switch (draw.below(7)) {
    case 0:
        return curation.exclude(selection, {}, progress);
    case 1:
        return curation.include(selection, {}, progress);
    case 2:
        return curation.tag(selection, draw.below(2) == 0 ? "funny" : "sad", {}, progress);
    case 3:
        return curation.untag(selection, "funny", {}, progress);
    case 4:
        return draw.below(3) == 0 ? curation.remove(selection, {}, progress) : StepResult{};
    case 5:
        return curation.mergeUsers({UserId{1 + draw.below(5)}}, UserId{1 + draw.below(5)}, {},
                                   progress);
    default:
        return curation.setRating(ReviewId{1 + draw.below(50)},
                                  static_cast<double>(draw.below(10)) / 2);
    }
}

TEST(TableCurationProperty, UndoesAndRedoesAnyRowOfActsExactly)
{
    for (std::uint64_t seed = 40; seed < 46; ++seed) {
        RandomHistories random{150, seed};
        NoProgress progress;
        Draw draw{seed};
        std::vector<std::string> states{stateOf(*random.made.project)};
        while (states.size() < 20) {
            if (act(*random.made.project, draw).step != 0) {
                states.push_back(stateOf(*random.made.project));
                ASSERT_TRUE(random.made.project->check(false, {}).empty());
            }
        }
        random.made.reopen();
        for (std::size_t i = states.size() - 1; i > 0; --i) {
            ASSERT_TRUE(TableCuration{*random.made.project}.undo({}, progress));
            ASSERT_EQ(stateOf(*random.made.project), states[i - 1]) << seed << ' ' << i;
        }
        random.made.reopen();
        for (std::size_t i = 1; i < states.size(); ++i) {
            ASSERT_TRUE(TableCuration{*random.made.project}.redo({}, progress));
            ASSERT_EQ(stateOf(*random.made.project), states[i]) << seed << ' ' << i;
        }
    }
}

} // namespace
} // namespace nextquill::store
