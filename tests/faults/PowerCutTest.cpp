// SPDX-License-Identifier: GPL-3.0-or-later
//
// Power cuts at random instants of a recorded run: a checkpoint that was acknowledged (its event
// was written) is there and whole, or a newer one is. Syncs left out of the record show that the
// simulation would see a protocol that is not.
#include "core/base/Error.h"
#include "core/train/RunDirectory.h"

#include "tests/faults/CutDisk.h"
#include "tests/faults/TrainingProgram.h"
#include "tests/support/Fixtures.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iostream>
#include <random>
#include <sstream>

namespace nextquill::faults {

namespace {

namespace fs = std::filesystem;
using Kind = FileChange::Kind;
using nextquill::testing::TemporaryFolder;

std::string contentsOf(const fs::path& file)
{
    std::ifstream stream{file, std::ios::binary};
    std::ostringstream bytes;
    bytes << stream.rdbuf();
    return bytes.str();
}

CutDisk::Files filesBelow(const fs::path& folder)
{
    CutDisk::Files files;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator{folder}) {
        const std::string path = fs::relative(entry.path(), folder).string();
        files[path + (entry.is_directory() ? "/" : "")] =
            entry.is_directory() ? std::string{} : contentsOf(entry.path());
    }
    return files;
}

/// What a run has promised by its events so far.
struct Promises
{
    std::int64_t checkpoint = -1;
    bool done = false;

    void hear(const FileChange& change)
    {
        if (change.kind != Kind::Write || !change.path.ends_with("/events.jsonl")) {
            return;
        }
        const Json event = Json::parse(change.bytes, nullptr, /*allow_exceptions=*/false);
        if (!event.is_object()) {
            return;
        }
        if (event.at("event") == "checkpoint") {
            checkpoint = event.at("step").get<std::int64_t>();
        }
        done = done || event.at("event") == "done";
    }
};

/// A run of a dozen checkpoints and every change of files it made.
class PowerCut : public ::testing::Test
{
protected:
    void SetUp() override
    {
        NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
        m_program = std::make_unique<TrainingProgram>(TrainingProgram::Weights::Adapters,
                                                      model.string(), 9);
        m_below = fs::canonical(m_program->folder()) / "runs";
        fs::create_directory(m_below);
        const fs::path record = m_program->folder() / "record";
        const auto ended = m_program
                               ->start("runs/run", {"LD_PRELOAD=" FILE_RECORDER,
                                                    "FILE_RECORDER_BELOW=" + m_below.string(),
                                                    "FILE_RECORDER_LOG=" + record.string()})
                               ->wait();
        ASSERT_EQ(ended.status, 0) << ended.err;
        m_changes = readRecord(record);
        m_curve = curveOf(m_program->runFolder("runs/run"));
    }

    /// What happened to `cuts` cuts.
    struct Outcome
    {
        int cuts = 0;
        int acknowledged = 0; ///< cuts after the first acknowledged checkpoint
        int noneLeft = 0;
        int older = 0;   ///< than the newest acknowledged
        int damaged = 0; ///< cuts that left a checkpoint that is not whole under its own name
        int resultLost = 0;
        int unreadable = 0; ///< runs that cannot be opened, after an acknowledgement

        [[nodiscard]] int lost() const { return noneLeft + older + resultLost + unreadable; }
    };

    /// `isLeftOut` takes changes out of the record, as a program would that did not make them.
    Outcome cut(DiskModel model, int cuts,
                const std::function<bool(const FileChange&)>& isLeftOut = {},
                const std::function<void(const fs::path&, int cut)>& then = {}) const
    {
        std::mt19937_64 random{11};
        std::multiset<std::size_t> instants; // in order: the record is gone through once
        for (int i = 0; i < cuts; ++i) {
            instants.insert(1 + random() % m_changes.size());
        }
        CutDisk disk{model, m_below.string()};
        Promises promises;
        Outcome outcome;
        for (std::size_t i = 0; i < m_changes.size(); ++i) {
            if (!isLeftOut || !isLeftOut(m_changes[i])) {
                disk.apply(m_changes[i]);
            }
            promises.hear(m_changes[i]);
            for (std::size_t n = instants.count(i + 1); n > 0; --n) {
                const TemporaryFolder after;
                putBelow(after / "runs", disk.filesAfterCut(random));
                judge(after / "runs/run", promises, outcome);
                if (then) {
                    then(after.path(), outcome.cuts);
                }
            }
        }
        return outcome;
    }

    void judge(const fs::path& run, const Promises& promises, Outcome& outcome) const
    {
        ++outcome.cuts;
        if (promises.checkpoint < 0) {
            return; // nothing was promised yet
        }
        ++outcome.acknowledged;
        try {
            const auto directory = train::RunDirectory::open(run);
            directory->removeUnfinishedCheckpoints();
            const std::vector<std::int64_t> whole = directory->checkpoints();
            outcome.damaged += whole.size() < directory->checkpointFolders().size() ? 1 : 0;
            outcome.noneLeft += whole.empty() ? 1 : 0;
            outcome.older += !whole.empty() && whole.front() < promises.checkpoint ? 1 : 0;
        } catch (const Error&) {
            ++outcome.unreadable;
        }
        if (promises.done) {
            for (const auto& [name, digest] : m_curve.model) {
                const std::string now = contentsOf(run / "model" / name);
                const std::string before =
                    contentsOf(m_program->runFolder("runs/run") / "model" / name);
                outcome.resultLost += now == before ? 0 : 1;
            }
        }
    }

    std::unique_ptr<TrainingProgram> m_program;
    fs::path m_below;
    std::vector<FileChange> m_changes;
    Curve m_curve;
};

void print(const char* name, const char* model, int cuts, int acknowledged, int noneLeft, int older,
           int unreadable, int damaged)
{
    std::cout << name << ", " << model << ": " << cuts << " cuts, " << acknowledged
              << " after an acknowledged checkpoint; none left " << noneLeft << ", older than "
              << "acknowledged " << older << ", run lost " << unreadable
              << "; a damaged one passed over " << damaged << "\n";
}

constexpr std::pair<DiskModel, const char*> models[] = {{DiskModel::Journal, "ext4-like"},
                                                        {DiskModel::Strict, "strict"}};

TEST_F(PowerCut, RecordHasEveryChange)
{
    CutDisk disk{DiskModel::Strict, m_below.string()};
    for (const FileChange& change : m_changes) {
        disk.apply(change);
    }
    EXPECT_EQ(disk.filesNow(), filesBelow(m_below));
    EXPECT_GE(eventsOf(m_program->runFolder("runs/run"), "checkpoint").size(), 12U);
}

TEST_F(PowerCut, LosesNoAcknowledgedCheckpoint)
{
    for (const auto& [model, name] : models) {
        const Outcome outcome = cut(model, allFaults() ? 1000 : 60);
        EXPECT_EQ(outcome.lost(), 0) << name;
        EXPECT_GT(outcome.acknowledged, outcome.cuts / 2) << name;
        print("as it is", name, outcome.cuts, outcome.acknowledged, outcome.noneLeft, outcome.older,
              outcome.unreadable, outcome.damaged);
    }
}

TEST_F(PowerCut, WhatIsLeftGoesOnToTheSameEnd)
{
    const int every = allFaults() ? 10 : 20;
    for (const auto& [model, name] : models) {
        int resumed = 0;
        const auto goOn = [&](const fs::path& after, int cut) {
            if (cut % every != 0 || !fs::exists(after / "runs/run/run.toml")) {
                return;
            }
            const fs::path run = m_program->runFolder("runs/again");
            fs::remove_all(run);
            fs::copy(after / "runs/run", run, fs::copy_options::recursive);
            const auto ended = m_program->start("runs/again")->wait();
            EXPECT_EQ(ended.status, 0) << ended.err;
            EXPECT_EQ(curveOf(run).model, m_curve.model);
            EXPECT_EQ(differingSteps(run, m_curve), 0);
            ++resumed;
        };
        const Outcome outcome = cut(model, allFaults() ? 300 : 60, {}, goOn);
        EXPECT_EQ(outcome.lost(), 0) << name;
        EXPECT_GT(resumed, 0);
        std::cout << name << ": " << resumed << " runs resumed after a cut\n";
    }
}

TEST_F(PowerCut, SyncsThatAreLeftOutAreMissed)
{
    const int cuts = allFaults() ? 1000 : 150;
    const auto isSync = [](const FileChange& change) { return change.kind == Kind::Sync; };
    const auto ofFolderAbove = [&](const FileChange& change) {
        return isSync(change) && change.path.ends_with("/checkpoints");
    };
    const auto ofFolder = [&](const FileChange& change) {
        return isSync(change) && change.path.ends_with(".tmp");
    };
    const auto ofFiles = [&](const FileChange& change) {
        return isSync(change) && change.path.find(".tmp/") != std::string::npos;
    };
    const auto ofRunFolder = [&](const FileChange& change) {
        return isSync(change) && change.path == m_below.string();
    };
    const struct
    {
        const char* name;
        std::function<bool(const FileChange&)> isLeftOut;
        bool journalLoses; ///< an ext4-like disk loses something as well
    } cases[] = {{"all syncs left out", isSync, true},
                 {"files' syncs left out", ofFiles, true},
                 {"the folder's left out", ofFolder, false},
                 {"that of the folder above left out", ofFolderAbove, false},
                 {"that of the folder of runs left out", ofRunFolder, false}};
    for (const auto& c : cases) {
        for (const auto& [model, name] : models) {
            const Outcome outcome = cut(model, cuts, c.isLeftOut);
            if (model == DiskModel::Strict || c.journalLoses) {
                EXPECT_GT(outcome.lost(), 0) << c.name << ", " << name;
            }
            print(c.name, name, outcome.cuts, outcome.acknowledged, outcome.noneLeft, outcome.older,
                  outcome.unreadable, outcome.damaged);
        }
    }
}

} // namespace

} // namespace nextquill::faults
