// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/ImportJournal.h"

#include "core/base/Error.h"
#include "core/store/Histories.h"
#include "core/store/Splits.h"
#include "core/store/import/ImportBatch.h"

#include "tests/core/store/TemporaryProject.h"
#include "tests/core/store/import/DyingProcess.h"
#include "tests/core/store/import/ProjectTables.h"

#include <functional>
#include <gmock/gmock.h>
#include <unistd.h>
#include <zlib.h>

namespace nextquill::store {
namespace {

namespace fs = std::filesystem;
using nextquill::testing::expectSoundProject;
using nextquill::testing::histories;
using nextquill::testing::reviewLine;
using nextquill::testing::tablesOf;
using nextquill::testing::TemporaryProject;
using ::testing::HasSubstr;

/// Ends the process, or asks to stop, at a report.
class EndAtReport final : public Progress
{
public:
    EndAtReport(int reports, bool dies)
        : m_left{reports}
        , m_dies{dies}
    {
    }
    void report(const ProgressReport& /*report*/) noexcept override
    {
        if (--m_left == 0 && m_dies) {
            ::_exit(testing::death);
        }
        if (m_left == 0) {
            source.request_stop();
        }
    }
    std::stop_source source;

private:
    int m_left;
    bool m_dies;
};

/// Runs it in a process that dies at this report; false when it was done before.
bool diesAt(int reports, const fs::path& file,
            const std::function<void(Project& project, Progress& progress)>& work)
{
    return testing::dies(file, [&](Project& project) {
        EndAtReport progress{reports, true};
        work(project, progress);
    });
}

class ImportJournalTest : public ::testing::Test
{
protected:
    /// More than two batches, with rejects, the same lines twice, and texts that share their ids.
    [[nodiscard]] static std::string reviews(int count = 12'000)
    {
        std::string lines;
        for (int i = 0; i < count; ++i) {
            lines += reviewLine("user" + std::to_string(i % 97), "item" + std::to_string(i % 41),
                                1'000 + i - i % 7, "text " + std::to_string(i % 11'500));
            lines += i % 1'000 == 999 ? "no JSON\n" : "";
        }
        return lines;
    }

    /// An import that dies at this report; it is interrupted then.
    void interrupt(int reports, const std::vector<fs::path>& files,
                   const ImportSettings& settings = {})
    {
        m_temporary.project.reset();
        ASSERT_TRUE(diesAt(reports, m_temporary.file(), [&](Project& project, Progress& progress) {
            static_cast<void>(importReviews(project, files, settings, {}, progress));
        }));
        m_temporary.reopen();
    }

    ImportEntry onlyInterrupted()
    {
        const auto entries = interruptedImports(*m_temporary.project);
        EXPECT_EQ(entries.size(), 1U);
        return entries.empty() ? ImportEntry{} : entries.front();
    }

    Counts counts() { return Histories{*m_temporary.project}.counts(); }

    TemporaryProject m_temporary;
    NoProgress m_quiet;
};

/// Interrupts an import again and again, each time so many records further.
void expectSameWhateverInterrupts(const TemporaryProject& place, const std::vector<fs::path>& files,
                                  const ImportSettings& settings, int reportsOfLife,
                                  int recordsOfBatch = 5'000)
{
    NoProgress quiet;
    TemporaryProject whole;
    const ImportResult expected = importReviews(*whole.project, files, settings, {}, quiet);
    const fs::path file = place.folder / "again.nextquill";
    static_cast<void>(Project::create(file));
    int deaths = 0;
    bool died = diesAt(reportsOfLife, file, [&](Project& project, Progress& progress) {
        static_cast<void>(importReviews(project, files, settings, {}, progress));
    });
    while (died && ++deaths < 50) {
        died = diesAt(reportsOfLife + deaths * recordsOfBatch, file,
                      [&](Project& project, Progress& progress) {
                          const ImportId import = interruptedImports(project).at(0).id;
                          static_cast<void>(resumeImport(project, import, {}, {}, progress));
                      });
    }
    EXPECT_GT(deaths, 1);
    const auto project = Project::open(file, OpenMode::ReadWrite);
    EXPECT_EQ(tablesOf(*project), tablesOf(*whole.project));
    const ImportEntry entry = imports(*project).at(0);
    EXPECT_EQ(entry.state, ImportState::Done);
    EXPECT_EQ(entry.figures.read, expected.read);
    EXPECT_EQ(entry.figures.kept + entry.figures.rejected + entry.figures.duplicates,
              entry.figures.read);
    expectSoundProject(*project);
}

TEST_F(ImportJournalTest, ResumesToWhatAnImportWithoutInterruptionGives)
{
    const auto file = m_temporary.folder.write("r.jsonl", reviews());
    const auto more = m_temporary.folder.write("more.jsonl", histories(30, 200));
    const auto items =
        m_temporary.folder.write("m.jsonl", "{\"asin\": \"item3\", \"title\": \"Three\"}\n"
                                            "{\"asin\": \"item4\", \"title\": \"Four\"}\nbad\n");
    expectSameWhateverInterrupts(m_temporary, {file, more}, {.items = {items}}, 5'300);
}

TEST_F(ImportJournalTest, ResumesATableWhoseRowsAreTheirOwnTime)
{
    std::string table = "who;body;thing\n";
    for (int i = 0; i < 11'000; ++i) {
        table += "u" + std::to_string(i % 50) + ";\"text; " + std::to_string(i) +
                 "\nof two lines\";t" + std::to_string(i % 9) + "\n";
        table += i % 3'000 == 7 ? "a;b\n" : "";
    }
    const auto file = m_temporary.folder.write("t.csv", table);
    expectSameWhateverInterrupts(
        m_temporary, {file},
        {.format = SourceFormat::Csv, .map = {.user = "who", .text = "body", .item = "thing"}},
        5'100);
}

TEST_F(ImportJournalTest, ResumesACompressedFileOfWholeUsers)
{
    std::string records;
    for (int user = 0; user < 1'000; ++user) {
        OrderedJson past = OrderedJson::array();
        for (int i = 0; i < 12; ++i) {
            past.push_back({{"asin", "i" + std::to_string(i)},
                            {"rating", 5},
                            {"text", "text " + std::to_string(i) + " of " + std::to_string(user)},
                            {"timestamp", 900'000'000 + i}});
        }
        records += OrderedJson{{"user_id", "u" + std::to_string(user)},
                               {"profile", past},
                               {"data", nullptr}}
                       .dump() +
                   "\n";
    }
    const auto file = m_temporary.folder / "r.jsonl.gz";
    gzFile out = gzopen(file.c_str(), "wb");
    gzwrite(out, records.data(), static_cast<unsigned>(records.size()));
    gzclose(out);
    expectSameWhateverInterrupts(m_temporary, {file}, {}, 450, 430);
}

TEST_F(ImportJournalTest, TakesAnInterruptedImportBack)
{
    m_temporary.import(histories(5, 3) + reviewLine("user3", "item7", 5, "before"));
    const auto before = tablesOf(*m_temporary.project);
    const auto file = m_temporary.folder.write("r.jsonl", reviews());
    interrupt(11'000, {file});
    const ImportEntry entry = onlyInterrupted();
    EXPECT_EQ(entry.figures.kept + entry.figures.rejected, 10'000); // two batches
    EXPECT_EQ(entry.files, "r.jsonl");
    EXPECT_EQ(counts().reviews, 16 + entry.figures.kept);
    EXPECT_EQ(rollBackImport(*m_temporary.project, entry.id, {}, m_quiet), entry.figures.kept);
    EXPECT_EQ(tablesOf(*m_temporary.project), before);
    EXPECT_TRUE(interruptedImports(*m_temporary.project).empty());
    EXPECT_TRUE(Histories{*m_temporary.project}.reviews({.search = "text"}).empty());
    expectSoundProject(*m_temporary.project);
    EXPECT_EQ(importReviews(*m_temporary.project, {file}, {}, {}, m_quiet).rejected, 12);
    expectSoundProject(*m_temporary.project);
}

TEST_F(ImportJournalTest, KeepsWhatIsThere)
{
    interrupt(6'000, {m_temporary.folder.write("r.jsonl", reviews())});
    keepImport(*m_temporary.project, onlyInterrupted().id, {}, m_quiet);
    EXPECT_TRUE(interruptedImports(*m_temporary.project).empty());
    const ImportEntry entry = imports(*m_temporary.project).at(0);
    EXPECT_EQ(entry.state, ImportState::Done);
    EXPECT_GT(entry.finished, 0);
    EXPECT_EQ(entry.figures.kept + entry.figures.rejected, 5'000);
    EXPECT_EQ(counts().reviews, entry.figures.kept);
    expectSoundProject(*m_temporary.project);
    EXPECT_THROW(keepImport(*m_temporary.project, entry.id, {}, m_quiet), Error);
    EXPECT_THROW(static_cast<void>(resumeImport(*m_temporary.project, entry.id, {}, {}, m_quiet)),
                 Error);
}

TEST_F(ImportJournalTest, GoesOnOnlyWithTheFileThatItBeganWith)
{
    const auto file = m_temporary.folder.write("r.jsonl", reviews());
    interrupt(6'000, {file});
    const ImportId import = onlyInterrupted().id;
    const auto elsewhere = m_temporary.folder / "elsewhere";
    fs::create_directory(elsewhere);
    fs::copy_file(file, elsewhere / "r.jsonl");
    const auto failure = [&](const std::vector<fs::path>& moved) -> std::string {
        try {
            static_cast<void>(resumeImport(*m_temporary.project, import, moved, {}, m_quiet));
            return {};
        } catch (const Error& error) {
            return error.what();
        }
    };
    m_temporary.folder.write("r.jsonl", reviews(12'001));
    EXPECT_THAT(failure({}), HasSubstr("not the one"));
    fs::remove(file);
    EXPECT_THAT(failure({}), HasSubstr("gone"));
    EXPECT_EQ(counts().reviews + counts().rejects, 5'000) << "what was there is lost";
    EXPECT_EQ(failure({elsewhere / "r.jsonl"}), "");
    EXPECT_EQ(imports(*m_temporary.project).at(0).figures.read, 12'012);
    expectSoundProject(*m_temporary.project);
}

TEST_F(ImportJournalTest, TellsWhoStoppedAnImport)
{
    const auto file = m_temporary.folder.write("r.jsonl", reviews());
    EndAtReport progress{6'000, false};
    EXPECT_TRUE(
        importReviews(*m_temporary.project, {file}, {}, progress.source.get_token(), progress)
            .stopped);
    EXPECT_TRUE(interruptedImports(*m_temporary.project).empty()) << "it would start by itself";
    const ImportEntry entry = imports(*m_temporary.project).at(0);
    EXPECT_EQ(entry.state, ImportState::Stopped);
    EXPECT_EQ(entry.whyNoResume, "");
    const ImportResult result = resumeImport(*m_temporary.project, entry.id, {}, {}, m_quiet);
    EXPECT_EQ(result.read, 12'012);
    EXPECT_FALSE(result.stopped);
    EXPECT_EQ(imports(*m_temporary.project).at(0).state, ImportState::Done);
}

/// Looks at the project's imports in the middle of one.
class LookInTheMiddle final : public Progress
{
public:
    explicit LookInTheMiddle(const fs::path& file)
        : m_file{file}
    {
    }
    void report(const ProgressReport& /*report*/) noexcept override
    {
        if (++m_reports != 6'000) {
            return;
        }
        const auto reader = Project::open(m_file, OpenMode::ReadOnly);
        states.push_back(imports(*reader).at(0).state);
        interrupted = static_cast<int>(interruptedImports(*reader).size());
    }
    std::vector<ImportState> states;
    int interrupted = -1;

private:
    fs::path m_file;
    int m_reports = 0;
};

TEST_F(ImportJournalTest, TakesNoImportThatGoesOnForAnInterruptedOne)
{
    LookInTheMiddle progress{m_temporary.file()};
    static_cast<void>(importReviews(
        *m_temporary.project, {m_temporary.folder.write("r.jsonl", reviews())}, {}, {}, progress));
    EXPECT_THAT(progress.states, ::testing::ElementsAre(ImportState::GoingOn));
    EXPECT_EQ(progress.interrupted, 0);
}

TEST_F(ImportJournalTest, TakesADoneImportBackUnlessItsReviewsAreUsed)
{
    m_temporary.import(histories(2, 3));
    const auto before = tablesOf(*m_temporary.project);
    const auto second = m_temporary.import(histories(4, 5));
    EXPECT_EQ(second.kept, 14);
    const ImportId import = imports(*m_temporary.project).at(0).id;
    Histories{*m_temporary.project}.setExcluded({ReviewId{7}}, true, "Exclude 1 review");
    try {
        rollBackImport(*m_temporary.project, import, {}, m_quiet);
        ADD_FAILURE() << "a step names reviews that are gone";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("steps of curation"));
    }
    EXPECT_EQ(counts().reviews + counts().excluded, 20);
    expectSoundProject(*m_temporary.project);
    TemporaryProject other;
    other.import(histories(2, 3));
    other.import(histories(4, 5));
    rollBackImport(*other.project, imports(*other.project).at(0).id, {}, m_quiet);
    EXPECT_EQ(tablesOf(*other.project), before);
    expectSoundProject(*other.project);
}

TEST_F(ImportJournalTest, IsNotTakenBackByHalvesWhenItIsStopped)
{
    interrupt(6'000, {m_temporary.folder.write("r.jsonl", reviews())});
    const auto before = tablesOf(*m_temporary.project);
    std::stop_source source;
    source.request_stop();
    EXPECT_THROW(
        rollBackImport(*m_temporary.project, onlyInterrupted().id, source.get_token(), m_quiet),
        Stopped);
    EXPECT_EQ(tablesOf(*m_temporary.project), before);
    expectSoundProject(*m_temporary.project);
}

TEST_F(ImportJournalTest, CannotGoOnWithATextInMemory)
{
    m_temporary.project.reset();
    const std::string text = reviews();
    ASSERT_TRUE(diesAt(6'000, m_temporary.file(), [&](Project& project, Progress& progress) {
        static_cast<void>(importReviewText(project, text, {}, "text", {}, progress));
    }));
    m_temporary.reopen();
    const ImportEntry entry = onlyInterrupted();
    EXPECT_NE(entry.whyNoResume, "");
    EXPECT_THROW(static_cast<void>(resumeImport(*m_temporary.project, entry.id, {}, {}, m_quiet)),
                 Error);
    rollBackImport(*m_temporary.project, entry.id, {}, m_quiet);
    EXPECT_EQ(counts().reviews, 0);
    EXPECT_THROW(rollBackImport(*m_temporary.project, entry.id, {}, m_quiet), Error);
}

} // namespace
} // namespace nextquill::store
