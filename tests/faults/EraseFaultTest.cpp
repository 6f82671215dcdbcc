// SPDX-License-Identifier: GPL-3.0-or-later
//
// Erasing a user on a disk that refuses the n-th change, and with the power cut at any instant: who
// erases again, or goes on with what was begun, ends with no byte of the user in any file.
#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Progress.h"
#include "core/store/Erasure.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"

#include "tests/app/cli/CommandLine.h"
#include "tests/faults/CutDisk.h"
#include "tests/faults/TrainingProgram.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <random>

namespace nextquill::faults {

namespace {

namespace fs = std::filesystem;
using nextquill::testing::TemporaryFolder;

constexpr const char* erased = "erika-mustermann-77";
constexpr const char* canary = "zanzibarkettle";

std::string lineBy(const std::string& user, int item, int time, const std::string& text)
{
    return OrderedJson{{"user_id", user}, {"parent_asin", "i" + std::to_string(item)},
                       {"rating", 4},     {"title", "T"},
                       {"text", text},    {"timestamp", time}}
               .dump() +
           "\n";
}

/// A dozen long texts of one user among those of thirty others.
std::string importedLines()
{
    std::string lines;
    for (int review = 0; review < 12; ++review) {
        std::string text;
        for (int word = 0; word < 90; ++word) {
            text += std::string{canary} + " word" + std::to_string(word * review) + " ";
        }
        lines += lineBy(erased, review, 1'000 + review, text);
        for (int user = 0; user < 30; ++user) {
            lines += lineBy("user" + std::to_string(user), review, 1'000 + review,
                            "what user " + std::to_string(user) + " has to say, number " +
                                std::to_string(review));
        }
    }
    return lines;
}

/// Files below the folder that have something of the user.
std::vector<std::string> filesWithTheUser(const fs::path& folder)
{
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator{folder}) {
        if (!entry.is_regular_file()) {
            continue;
        }
        const std::string bytes = readFile(entry.path());
        if (bytes.find(canary) != std::string::npos || bytes.find(erased) != std::string::npos) {
            found.push_back(entry.path().filename().string());
        }
    }
    return found;
}

class EraseFault : public ::testing::Test
{
protected:
    void SetUp() override
    {
        m_here = fs::canonical(m_folder.path());
        m_work = m_here / "work";
        fs::create_directory(m_work);
    }

    /// Runs the program with a recorder that watches the project's folder.
    app::testing::Ended run(const std::vector<std::string>& arguments, const std::string& input,
                            std::vector<std::string> variables) const
    {
        variables.emplace_back("LD_PRELOAD=" FILE_RECORDER);
        variables.push_back("FILE_RECORDER_BELOW=" + m_work.string());
        return app::testing::Child{m_here, arguments, input, variables}.wait();
    }

    [[nodiscard]] std::vector<std::string> recording() const
    {
        return {"FILE_RECORDER_LOG=" + (m_here / "record").string()};
    }

    void makeProject() const
    {
        const auto imported = run({"import", "work/p.nextquill", "-"}, importedLines(), {});
        ASSERT_EQ(imported.status, 0) << imported.err;
        const auto split = run({"data", "split", "work/p.nextquill"}, {}, {});
        ASSERT_EQ(split.status, 0) << split.err;
    }

    /// What made the files as they are, and brought them to the disk.
    [[nodiscard]] std::vector<FileChange> makingOfFiles() const
    {
        std::vector<FileChange> changes;
        std::vector<std::string> made;
        for (const auto& entry : fs::recursive_directory_iterator{m_work}) {
            const std::string path = entry.path().string();
            made.push_back(path);
            if (entry.is_directory()) {
                changes.push_back({.kind = FileChange::Kind::MakeFolder, .path = path});
                continue;
            }
            changes.push_back({.kind = FileChange::Kind::Create, .path = path});
            changes.push_back(
                {.kind = FileChange::Kind::Write, .path = path, .bytes = readFile(entry.path())});
        }
        made.push_back(m_work.string());
        for (const std::string& path : made) {
            changes.push_back({.kind = FileChange::Kind::Sync, .path = path});
        }
        return changes;
    }

    app::testing::Ended erase(const std::vector<std::string>& variables) const
    {
        return run({"data", "erase", "work/p.nextquill", "--user", erased, "--yes"}, {}, variables);
    }

    [[nodiscard]] std::vector<FileChange> record() const { return readRecord(m_here / "record"); }

    /// What a user does then: erases again, or goes on. Returns whether the rows were gone.
    static bool finish(const fs::path& folder)
    {
        const auto project =
            store::Project::open(folder / "p.nextquill", store::OpenMode::ReadWrite);
        NoProgress progress;
        const auto user = store::Histories{*project}.findUser(erased);
        const store::Erasure done = user ? store::eraseUser(*project, user->id, {}, progress)
                                         : store::finishErasures(*project, {}, progress);
        EXPECT_TRUE(done.isFinished());
        EXPECT_EQ(store::unfinishedErasures(*project), 0);
        EXPECT_EQ(project->check(true, {}), std::vector<std::string>{});
        EXPECT_EQ(store::Histories{*project}.counts().reviews, 360);
        EXPECT_EQ(filesWithTheUser(folder), std::vector<std::string>{});
        return !user;
    }

    TemporaryFolder m_folder;
    fs::path m_here;
    fs::path m_work;
};

TEST_F(EraseFault, OfARefusingDiskIsFinishedByTheNextCall)
{
    makeProject();
    const fs::path kept = m_here / "kept";
    fs::copy(m_work, kept, fs::copy_options::recursive);
    ASSERT_EQ(erase(recording()).status, 0);
    const std::vector<FileChange> changes = record();
    const auto count = static_cast<int>(
        std::ranges::count_if(changes, [](const FileChange& change) { return change.canFail(); }));
    ASSERT_GT(count, 20);
    int failed = 0;
    int begun = 0;
    const int every = allFaults() ? 1 : std::max(1, count / 12);
    for (const auto& [fault, stays] : {std::pair{"ENOSPC", true}, std::pair{"EIO", false}}) {
        for (int at = every / 2; at < count; at += every) {
            SCOPED_TRACE(std::string{fault} + " at change " + std::to_string(at) + " of " +
                         std::to_string(count));
            fs::remove_all(m_work);
            fs::copy(kept, m_work, fs::copy_options::recursive);
            std::vector<std::string> variables{std::string{"FILE_FAULT="} + fault,
                                               "FILE_FAULT_AT=" + std::to_string(at)};
            if (stays) {
                variables.emplace_back("FILE_FAULT_STAYS=yes");
            }
            const auto ended = erase(variables);
            if (ended.status == 0) { // SQLite can do without that change
                EXPECT_EQ(filesWithTheUser(m_work), std::vector<std::string>{});
            } else {
                EXPECT_EQ(ended.status, 1) << ended.err;
                EXPECT_NE(ended.err.find("nextquill: error: "), std::string::npos) << ended.err;
                ++failed;
            }
            begun += finish(m_work) && ended.status != 0 ? 1 : 0;
        }
    }
    std::cout << failed << " erasures failed, " << begun << " of them with the rows gone\n";
    EXPECT_GT(failed, 5);
    EXPECT_GT(begun, 2);
}

TEST_F(EraseFault, OfACutPowerIsFinishedByTheNextCall)
{
    makeProject();
    std::vector<FileChange> changes = makingOfFiles();
    const std::size_t before = changes.size();
    ASSERT_EQ(erase(recording()).status, 0);
    std::ranges::move(record(), std::back_inserter(changes));
    ASSERT_GT(changes.size(), before + 20);
    for (const DiskModel model : {DiskModel::Journal, DiskModel::Strict}) {
        std::mt19937_64 random{7};
        std::multiset<std::size_t> instants;
        for (int i = 0; i < (allFaults() ? 500 : 25); ++i) {
            instants.insert(before + random() % (changes.size() - before + 1));
        }
        CutDisk disk{model, m_work.string()};
        int begun = 0;
        for (std::size_t i = 0; i <= changes.size(); ++i) {
            for (std::size_t n = instants.count(i); n > 0; --n) {
                SCOPED_TRACE("cut after change " + std::to_string(i) + " of " +
                             std::to_string(changes.size()));
                const TemporaryFolder after;
                putBelow(after / "work", disk.filesAfterCut(random));
                begun += finish(after / "work") ? 1 : 0;
            }
            if (i < changes.size()) {
                disk.apply(changes[i]);
            }
        }
        std::cout << instants.size() << " cuts, " << begun << " with the rows gone\n";
        EXPECT_GT(begun, 0);
        EXPECT_LT(begun, static_cast<int>(instants.size()));
    }
}

} // namespace

} // namespace nextquill::faults
