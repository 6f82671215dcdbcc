// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/TableIndices.h"

#include "core/base/Error.h"
#include "core/store/Erasure.h"
#include "core/store/table/TableCuration.h"
#include "core/store/table/TableReader.h"

#include "tests/core/store/table/RandomHistories.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace nextquill::store {
namespace {

using testing::RandomHistories;

std::string missingOf(Project& project)
{
    std::string missing;
    for (const TableIndex& index : tableIndices(project)) {
        missing += index.isThere ? "" : index.name + ' ';
    }
    return missing;
}

std::int64_t hitsOf(Project& project, const char* search)
{
    NoProgress progress;
    TableQuery query;
    query.filter.setSearch(search);
    return TableReader{project}.fences(query, [](const auto&) {}, {}, progress).rows;
}

TEST(TableIndices, AreBuiltTakenOutAndLeaveASoundProject)
{
    RandomHistories histories{60, 30};
    Project& project = *histories.made.project;
    NoProgress progress;
    EXPECT_EQ(missingOf(project), "time rating words ");
    buildMissingIndices(project, {}, progress);
    EXPECT_EQ(missingOf(project), "");
    buildMissingIndices(project, {}, progress);
    const std::int64_t hits = hitsOf(project, "jazz");
    EXPECT_GT(hits, 0);
    for (const char* const name : {"search", "time", "rating", "words"}) {
        dropIndex(project, name, {}, progress);
        dropIndex(project, name, {}, progress);
    }
    EXPECT_EQ(missingOf(project), "time rating words search ");
    EXPECT_EQ(hitsOf(project, "jazz"), hits);
    EXPECT_THROW(buildIndex(project, "mood", {}, progress), Error);
    EXPECT_THROW(dropIndex(project, "mood", {}, progress), Error);
    histories.made.reopen(); // the schema is compared with ours
    buildMissingIndices(*histories.made.project, {}, progress);
    histories.made.reopen();
    EXPECT_EQ(hitsOf(*histories.made.project, "jazz"), hits);
    EXPECT_TRUE(histories.made.project->check(true, {}).empty());
}

TEST(TableIndices, StayAsTheyAreWhenStopped)
{
    RandomHistories histories{60, 31};
    Project& project = *histories.made.project;
    NoProgress progress;
    dropIndex(project, "search", {}, progress);
    std::stop_source source;
    source.request_stop();
    EXPECT_THROW(buildIndex(project, "search", source.get_token(), progress), Stopped);
    EXPECT_THROW(buildMissingIndices(project, source.get_token(), progress), Stopped);
    EXPECT_EQ(missingOf(project), "time rating words search ");
    buildIndex(project, "search", {}, progress);
    EXPECT_GT(hitsOf(project, "jazz"), 0);
}

TEST(TableIndices, AreNotNeededToEditImportAndErase)
{
    RandomHistories histories{60, 32};
    Project& project = *histories.made.project;
    NoProgress progress;
    dropIndex(project, "search", {}, progress);
    TableCuration curation{project};
    static_cast<void>(curation.setText(ReviewId{histories.reviews.front().id}, "an edited zebra"));
    histories.made.import(testing::reviewLine("new", "i", 1'400'000'000, "a second zebra"));
    const UserId user{histories.reviews.back().userId};
    static_cast<void>(eraseUser(project, user, {}, progress));
    EXPECT_EQ(hitsOf(project, "zebra"), 2);
    buildIndex(project, "search", {}, progress);
    EXPECT_EQ(hitsOf(project, "zebra"), 2);
    static_cast<void>(curation.undo({}, progress));
    EXPECT_EQ(hitsOf(project, "zebra"), 1);
    EXPECT_TRUE(project.check(true, {}).empty());
}

} // namespace
} // namespace nextquill::store
