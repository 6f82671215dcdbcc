// SPDX-License-Identifier: GPL-3.0-or-later
//
// A process whose memory is limited (ulimit -d): a micro-batch that does not fit is halved and the
// run ends with the curve that it has elsewhere; with too little for anything it says so. It never
// crashes, and what it leaves goes on.
#include "tests/faults/TrainingProgram.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <gmock/gmock.h>
#include <iostream>
#include <map>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>

namespace nextquill::faults {

namespace {

namespace fs = std::filesystem;
using app::testing::Child;
using app::testing::Ended;
using ::testing::HasSubstr;
using Weights = TrainingProgram::Weights;

constexpr std::uint64_t mebibyte = 1024 * 1024;

/// Bytes that the limit counts; 0 while the process begins or ends.
std::uint64_t dataOf(const Child& child)
{
    std::ifstream status{"/proc/" + std::to_string(child.process()) + "/status"};
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmData:")) {
            return std::stoull(line.substr(7)) * 1024;
        }
    }
    return 0;
}

struct Measured
{
    Ended ended;
    std::uint64_t most = 0; ///< bytes
};

bool hasEnded(const Child& child)
{
    siginfo_t info{};
    const auto process = static_cast<id_t>(child.process());
    return ::waitid(P_PID, process, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0;
}

Measured measured(Child& child)
{
    std::uint64_t most = 0;
    while (!hasEnded(child)) {
        most = std::max(most, dataOf(child));
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return {.ended = child.wait(), .most = most};
}

class MemoryLimit : public ::testing::Test
{
protected:
    /// Of 64 records of some 450 tokens a step, so that activations are what counts.
    [[nodiscard]] static TrainingProgram programOf(const std::string& batch,
                                                   const std::string& recompute)
    {
        const auto model = nextquill::testing::shared("fixtures/models/tiny-qwen2");
        const int records = 64;
        return {Weights::All,
                model.value().string(),
                {"--dtype", "float32", "--batch", batch, "--accumulation",
                 std::to_string(records / std::stoi(batch)), "--epochs", "3", "--checkpoint-every",
                 "1", "--activation-checkpointing", recompute},
                records,
                210};
    }

    static Measured limited(const TrainingProgram& program, const std::string& run,
                            std::uint64_t bytes)
    {
        const auto child = program.start(run);
        const rlimit limit{.rlim_cur = bytes, .rlim_max = RLIM_INFINITY};
        ::prlimit(child->process(), RLIMIT_DATA, &limit, nullptr);
        return measured(*child);
    }

    static void expectCurve(const fs::path& run, const fs::path& whole)
    {
        const std::map<int, double> expected = lossByStep(whole);
        const std::map<int, double> losses = lossByStep(run);
        ASSERT_EQ(losses.size(), expected.size());
        for (const auto& [step, loss] : expected) {
            EXPECT_NEAR(losses.at(step), loss, 1e-5 * std::max(1.0, loss)) << step;
        }
    }
};

TEST_F(MemoryLimit, AMicroBatchThatDoesNotFitIsHalvedAndTheCurveStays)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    const TrainingProgram program = programOf("64", "off");
    const Measured whole = limited(program, "whole", RLIM_INFINITY);
    ASSERT_EQ(whole.ended.status, 0) << whole.ended.err;
    const TrainingProgram single = programOf("1", "off");
    const Measured least = limited(single, "whole", RLIM_INFINITY);
    ASSERT_EQ(least.ended.status, 0) << least.ended.err;
    ASSERT_GT(whole.most, least.most + 100 * mebibyte) << "activations are not what counts";

    for (const double share :
         allFaults() ? std::vector{0.9, 0.7, 0.5, 0.3, 0.1} : std::vector{0.5}) {
        const std::string run = "share" + std::to_string(share);
        const auto room = static_cast<double>(whole.most - least.most);
        const Measured limit =
            limited(program, run, least.most + static_cast<std::uint64_t>(share * room));
        ASSERT_EQ(limit.ended.status, 0) << limit.ended.err;
        expectCurve(program.runFolder(run), program.runFolder("whole"));
        const auto warnings = eventsOf(program.runFolder(run), "warning");
        ASSERT_FALSE(warnings.empty());
        EXPECT_THAT(warnings.front().at("message").get<std::string>(),
                    HasSubstr("not enough memory for 64 records at once"));
        std::cout << "with " << 100 * share
                  << " % of what a micro-batch takes: " << warnings.back().at("records_at_once")
                  << " of 64 records at once, " << warnings.size() << " warnings\n";
    }
}

TEST_F(MemoryLimit, TooLittleIsAnErrorAndNeverACrash)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    const TrainingProgram program = programOf("64", "auto");
    const Measured whole = limited(program, "whole", RLIM_INFINITY);
    ASSERT_EQ(whole.ended.status, 0) << whole.ended.err;
    Child nothing{program.folder(), {"train", "--resume", "nothing"}, ""};
    // Of the program that does nothing, less than the stack of its first thread takes.
    const std::uint64_t bare = measured(nothing).most - 3 * mebibyte;
    ASSERT_GT(whole.most, bare);

    int done = 0;
    const int limits = allFaults() ? 120 : 6;
    for (int i = 0; i < limits; ++i) {
        const std::string run = "run" + std::to_string(i);
        const std::uint64_t bytes = bare + (whole.most - bare) * static_cast<std::uint64_t>(i) /
                                               static_cast<std::uint64_t>(limits);
        const Ended ended = limited(program, run, bytes).ended;
        if (ended.status == 0) {
            ++done;
        } else {
            EXPECT_EQ(ended.status, 1) << bytes / mebibyte << " MiB: " << ended.err;
            EXPECT_THAT(ended.err, ::testing::StartsWith("nextquill: error: "))
                << bytes / mebibyte << " MiB";
            EXPECT_THAT(ended.err, HasSubstr("memory")) << bytes / mebibyte << " MiB";
            ASSERT_EQ(program.start(run)->wait().status, 0) << "it does not go on";
        }
        expectCurve(program.runFolder(run), program.runFolder("whole"));
        fs::remove_all(program.runFolder(run));
    }
    EXPECT_GT(done, 0);
    EXPECT_LT(done, limits);
    std::cout << "of " << limits << " limits from " << bare / mebibyte << " to "
              << whole.most / mebibyte << " MiB " << done << " were enough, the others said so\n";
}

} // namespace

} // namespace nextquill::faults
