// SPDX-License-Identifier: GPL-3.0-or-later
//
// A disk that refuses the n-th change of a run's files, for many n: the program says so and ends
// with status 1, what it acknowledged is whole, and a resume ends as if nothing had been.
#include "core/train/RunDirectory.h"

#include "tests/faults/FileRecord.h"
#include "tests/faults/TrainingProgram.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <gmock/gmock.h>
#include <iostream>

namespace nextquill::faults {

namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class WriteError : public ::testing::Test
{
protected:
    void SetUp() override
    {
        NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
        m_program = std::make_unique<TrainingProgram>(TrainingProgram::Weights::Adapters,
                                                      model.string(), 3);
        m_here = fs::canonical(m_program->folder());
    }

    /// Trains with a recorder that watches what lies below `below` in the run's folder.
    app::testing::Ended train(const std::string& run, const std::string& below,
                              std::vector<std::string> variables) const
    {
        variables.emplace_back("LD_PRELOAD=" FILE_RECORDER);
        variables.push_back("FILE_RECORDER_BELOW=" + (m_here / run / below).string());
        return m_program->start(run, variables)->wait();
    }

    /// Lets each `every`-th change below `below` fail. Returns how many did.
    int failEach(const std::string& below, const std::string& fault, bool stays, int every) const
    {
        const fs::path record = m_here / "record";
        fs::remove(record);
        const auto whole = train("whole", below, {"FILE_RECORDER_LOG=" + record.string()});
        EXPECT_EQ(whole.status, 0) << whole.err;
        const Curve curve = curveOf(m_here / "whole");
        fs::remove_all(m_here / "whole");
        const std::vector<FileChange> changes = readRecord(record);
        const auto count = static_cast<int>(
            std::ranges::count_if(changes, [](const FileChange& c) { return c.canFail(); }));
        int failed = 0;
        for (int at = every / 2; at < count; at += every) {
            SCOPED_TRACE(fault + " at change " + std::to_string(at) + " of " +
                         std::to_string(count) + " below " + below);
            std::vector<std::string> variables{"FILE_FAULT=" + fault,
                                               "FILE_FAULT_AT=" + std::to_string(at)};
            if (stays) {
                variables.emplace_back("FILE_FAULT_STAYS=yes");
            }
            expectRecovery(below, variables, curve);
            ++failed;
        }
        return failed;
    }

    void expectRecovery(const std::string& below, const std::vector<std::string>& variables,
                        const Curve& curve) const
    {
        const fs::path run = m_here / "run";
        fs::remove_all(run);
        const auto ended = train("run", below, variables);
        EXPECT_EQ(ended.status, 1) << ended.err;
        EXPECT_THAT(ended.err, HasSubstr("nextquill: error: "));
        EXPECT_THAT(ended.err, HasSubstr(variables[0].ends_with("EIO") ? "Input/output error"
                                                                       : "No space left"));
        if (fs::exists(run / "run.toml")) {
            const std::vector<Json> said = eventsOf(run, "checkpoint");
            const auto whole = train::RunDirectory::open(run)->checkpoints();
            EXPECT_TRUE(said.empty() || (!whole.empty() && whole.front() >= said.back().at("step")))
                << "an acknowledged checkpoint is lost";
        } else {
            fs::remove_all(run); // it had not begun
        }
        const auto resumed = m_program->start("run")->wait();
        EXPECT_EQ(resumed.status, 0) << resumed.err;
        EXPECT_EQ(curveOf(run).model, curve.model);
        EXPECT_EQ(curveOf(run).steps, curve.steps);
        EXPECT_EQ(differingSteps(run, curve), 0);
    }

    std::unique_ptr<TrainingProgram> m_program;
    fs::path m_here;
};

TEST_F(WriteError, FullDiskEndsTheRunAndAResumeGoesOn)
{
    const int failed = failEach("checkpoints/", "ENOSPC", true, allFaults() ? 1 : 40);
    std::cout << failed << " changes of checkpoints refused for want of space\n";
    EXPECT_GT(failed, 1);
}

TEST_F(WriteError, SingleErrorOfTheDiskEndsTheRunAndAResumeGoesOn)
{
    const int failed = failEach("checkpoints/", "EIO", false, allFaults() ? 1 : 40);
    std::cout << failed << " changes of checkpoints failed once\n";
    EXPECT_GT(failed, 1);
}

TEST_F(WriteError, AnyFileOfTheRunMayBeTheOne)
{
    const int failed = failEach("", "ENOSPC", true, allFaults() ? 2 : 60);
    std::cout << failed << " changes of the run's files refused for want of space\n";
    EXPECT_GT(failed, 1);
}

} // namespace

} // namespace nextquill::faults
