// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/distributed/Launch.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Json.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <map>

namespace nextquill::train {

namespace {

using nextquill::testing::TemporaryFolder;
using ::testing::HasSubstr;

Launch launchOf(const std::map<std::string, std::string>& variables)
{
    return launchFrom([&](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found != variables.end() ? std::optional{found->second} : std::nullopt;
    });
}

std::string refusalOf(const std::map<std::string, std::string>& variables)
{
    try {
        static_cast<void>(launchOf(variables));
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing was refused";
}

TEST(Launch, WithoutALauncherIsAlone)
{
    EXPECT_TRUE(launchOf({}).isAlone());
    EXPECT_FALSE(launchOf({}).endsWithParent);
    // A batch script's own shell has a task number, too.
    EXPECT_TRUE(launchOf({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}}).isAlone());
}

TEST(Launch, ReadsTorchrun)
{
    const Launch launch = launchOf({{"RANK", "3"},
                                    {"WORLD_SIZE", "4"},
                                    {"LOCAL_RANK", "1"},
                                    {"LOCAL_WORLD_SIZE", "2"},
                                    {"MASTER_ADDR", "node1"},
                                    {"MASTER_PORT", "29511"},
                                    {"TORCHELASTIC_RUN_ID", "job7"},
                                    {"TORCHELASTIC_RESTART_COUNT", "2"},
                                    {"TORCHELASTIC_USE_AGENT_STORE", "True"},
                                    {"TORCHELASTIC_ERROR_FILE", "error.json"},
                                    {"GLOO_SOCKET_IFNAME", "eth1"},
                                    {"NEXTQUILL_JOB_SECRET", "s"}});
    EXPECT_EQ(launch.rank, 3);
    EXPECT_EQ(launch.ranks, 4);
    EXPECT_EQ(launch.localRank, 1);
    EXPECT_EQ(launch.localRanks, 2);
    EXPECT_FALSE(launch.isOneHost());
    EXPECT_EQ(launch.host, "node1");
    EXPECT_EQ(launch.port, 29511);
    EXPECT_EQ(launch.job, "job7");
    EXPECT_EQ(launch.attempt, 2);
    EXPECT_TRUE(launch.launcherKeepsStore);
    EXPECT_TRUE(launch.endsWithParent);
    EXPECT_EQ(launch.errorFile, "error.json");
    EXPECT_EQ(launch.interface, "eth1");
    EXPECT_EQ(launch.secret, "s");
}

TEST(Launch, ReadsSrun)
{
    const Launch launch = launchOf({{"SLURM_PROCID", "5"},
                                    {"SLURM_NTASKS", "7"},
                                    {"SLURM_LOCALID", "1"},
                                    {"SLURM_NODEID", "2"},
                                    {"SLURM_NNODES", "4"},
                                    {"SLURM_STEP_TASKS_PER_NODE", "2(x3),1"},
                                    {"SLURM_STEP_ID", "0"},
                                    {"SLURM_JOB_ID", "1234"},
                                    {"SLURM_STEP_NODELIST", "gpu[07-09,12],login"},
                                    {"SLURM_RESTART_COUNT", "1"}});
    EXPECT_EQ(launch.rank, 5);
    EXPECT_EQ(launch.ranks, 7);
    EXPECT_EQ(launch.localRank, 1);
    EXPECT_EQ(launch.localRanks, 2);
    EXPECT_EQ(launch.host, "gpu07");
    EXPECT_EQ(launch.port, 21234);
    EXPECT_EQ(launch.job, "1234.0");
    EXPECT_EQ(launch.attempt, 1);
    EXPECT_FALSE(launch.launcherKeepsStore);
    // Slurm ends its tasks itself.
    EXPECT_FALSE(launch.endsWithParent);
}

TEST(Launch, ReadsSrunOfOneHost)
{
    const Launch launch = launchOf({{"SLURM_PROCID", "1"},
                                    {"SLURM_NTASKS", "2"},
                                    {"SLURM_LOCALID", "1"},
                                    {"SLURM_NNODES", "1"},
                                    {"MASTER_ADDR", "here"},
                                    {"MASTER_PORT", "4000"}});
    EXPECT_TRUE(launch.isOneHost());
    EXPECT_EQ(launch.host, "here");
    EXPECT_EQ(launch.port, 4000);
}

TEST(Launch, NamesTheVariableThatIsWrong)
{
    EXPECT_THAT(refusalOf({{"RANK", "0"}}), HasSubstr("WORLD_SIZE"));
    EXPECT_THAT(refusalOf({{"WORLD_SIZE", "2"}}), HasSubstr("RANK"));
    EXPECT_THAT(refusalOf({{"RANK", "2"}, {"WORLD_SIZE", "2"}}), HasSubstr("is 2, not a number"));
    EXPECT_THAT(refusalOf({{"RANK", "-1"}, {"WORLD_SIZE", "2"}}), HasSubstr("0 to 1"));
    EXPECT_THAT(refusalOf({{"RANK", "1x"}, {"WORLD_SIZE", "2"}}), HasSubstr("RANK"));
    EXPECT_THAT(refusalOf({{"RANK", "0"}, {"WORLD_SIZE", "65537"}}), HasSubstr("65536"));
    EXPECT_THAT(refusalOf({{"RANK", "0"}, {"WORLD_SIZE", "2"}, {"MASTER_PORT", "65536"}}),
                HasSubstr("MASTER_PORT"));
}

TEST(Launch, FindsTheFirstHost)
{
    EXPECT_EQ(firstHost("one"), "one");
    EXPECT_EQ(firstHost("one,two"), "one");
    EXPECT_EQ(firstHost("n[3-7],x"), "n3");
    EXPECT_EQ(firstHost("n[003,5]"), "n003");
    EXPECT_EQ(firstHost("n[1-2].cluster,m"), "n1.cluster");
    EXPECT_EQ(firstHost(""), "");
}

TEST(Launch, GivesEachLocalRankItsGpu)
{
    const Launch rank{.rank = 5, .ranks = 8, .localRank = 1, .localRanks = 4};
    EXPECT_EQ(deviceOf(rank, "auto", true), "cuda:1");
    EXPECT_EQ(deviceOf(rank, "cuda", true), "cuda:1");
    EXPECT_EQ(deviceOf(rank, "auto", false), "auto");
    EXPECT_EQ(deviceOf(rank, "cpu", true), "cpu");
    EXPECT_EQ(deviceOf(rank, "cuda:3", true), "cuda:3");
    EXPECT_EQ(deviceOf({}, "auto", true), "auto");
}

TEST(Launch, DealsTheCores)
{
    EXPECT_EQ(threadsOf({}, 0), 0);
    EXPECT_EQ(threadsOf({.ranks = 2, .localRanks = 2}, 3), 3);
    const int alone = threadsOf({.ranks = 2, .localRanks = 1}, 0);
    EXPECT_GE(alone, 1);
    EXPECT_LE(threadsOf({.ranks = 2, .localRanks = 2}, 0), alone);
    EXPECT_EQ(threadsOf({.ranks = 9999, .localRanks = 9999}, 0), 1);
}

TEST(Launch, ErrorFileIsAsTorchrunReadsIt)
{
    const TemporaryFolder temporary;
    const Launch launch{.errorFile = temporary / "error.json"};
    writeErrorFile(launch, "rank 1 is lost");
    const Json file = readJsonFile(launch.errorFile, {});
    EXPECT_EQ(file.at("message").at("message"), "rank 1 is lost");
    EXPECT_GT(std::stoll(file.at("message").at("extraInfo").at("timestamp").get<std::string>()),
              1'600'000'000);
    writeErrorFile({}, "nowhere to write");
    writeErrorFile({.errorFile = temporary / "none" / "error.json"}, "nowhere to write");
}

} // namespace

} // namespace nextquill::train
