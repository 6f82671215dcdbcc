// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/DeferredSearch.h"

#include "core/base/Error.h"
#include "core/store/FullTextIndex.h"
#include "core/store/Histories.h"
#include "core/store/import/ImportJournal.h"

#include "tests/core/store/TemporaryProject.h"
#include "tests/core/store/import/ProjectTables.h"

#include <gtest/gtest.h>

namespace nextquill::store {
namespace {

using nextquill::testing::expectSoundProject;
using nextquill::testing::histories;
using nextquill::testing::TemporaryProject;

/// Whether the index is there at each stage of an import.
class WatchIndex final : public Progress
{
public:
    explicit WatchIndex(Project& project)
        : m_project{project}
    {
    }
    void report(const ProgressReport& report) noexcept override
    {
        if (report.stage != stage) {
            stage = report.stage;
            seen +=
                stage + (FullTextIndex::isThere(m_project.connection()) ? " with, " : " without, ");
        }
    }
    std::string stage;
    std::string seen;

private:
    Project& m_project;
};

class DeferredSearchTest : public ::testing::Test
{
protected:
    ImportResult import(const std::string& lines, const ImportSettings& settings,
                        StopToken stop = {})
    {
        const auto file = m_temporary.folder.write("r.jsonl", lines);
        return importReviews(*m_temporary.project, {file}, settings, std::move(stop), m_quiet);
    }
    [[nodiscard]] bool isThere() const
    {
        return FullTextIndex::isThere(m_temporary.project->connection());
    }
    [[nodiscard]] std::size_t hits() const
    {
        return Histories{*m_temporary.project}.reviews({.search = "seven", .limit = 1'000}).size();
    }

    TemporaryProject m_temporary;
    NoProgress m_quiet;
};

TEST_F(DeferredSearchTest, BuildsTheIndexWhenAllIsRead)
{
    WatchIndex progress{*m_temporary.project};
    const auto file = m_temporary.folder.write("r.jsonl", histories(10, 10));
    static_cast<void>(importReviews(*m_temporary.project, {file}, {}, {}, progress));
    EXPECT_EQ(progress.seen,
              "reading reviews without, indexing reviews without, indexing words with, ");
    EXPECT_EQ(hits(), 100U);
    expectSoundProject(*m_temporary.project);
    // A little more goes in as it comes.
    WatchIndex again{*m_temporary.project};
    const auto more = m_temporary.folder.write("s.jsonl", histories(1, 11));
    static_cast<void>(importReviews(*m_temporary.project, {more}, {}, {}, again));
    EXPECT_EQ(again.seen, "reading reviews with, ");
    EXPECT_EQ(hits(), 101U);
    expectSoundProject(*m_temporary.project);
}

TEST_F(DeferredSearchTest, LeavesTheIndexOutOfANewProjectWhereItIsToldTo)
{
    EXPECT_EQ(import(histories(10, 10), {.leavesSearchOut = true}).kept, 100);
    EXPECT_FALSE(isThere());
    EXPECT_EQ(import(histories(11, 10), {}).kept, 10);
    EXPECT_FALSE(isThere()) << "a person left it out";
    expectSoundProject(*m_temporary.project);
}

TEST_F(DeferredSearchTest, BuildsTheIndexAfterAStopWithTheNextImport)
{
    std::stop_source stop;
    stop.request_stop();
    EXPECT_TRUE(import(histories(10, 10), {}, stop.get_token()).stopped);
    EXPECT_FALSE(isThere());
    EXPECT_EQ(import(histories(10, 10), {}).kept, 100);
    EXPECT_TRUE(isThere());
    EXPECT_EQ(hits(), 100U);
    expectSoundProject(*m_temporary.project);
}

TEST_F(DeferredSearchTest, BuildsTheIndexOfWhatIsLeftWhenAnImportIsTakenBack)
{
    import(histories(2, 5), {});
    const std::string broken = "no JSON\n";
    EXPECT_THROW(import(histories(200, 60) + broken, {.maximumRejects = 0}), Error);
    EXPECT_TRUE(isThere());
    EXPECT_EQ(hits(), 10U);
    expectSoundProject(*m_temporary.project);
}

} // namespace
} // namespace nextquill::store
