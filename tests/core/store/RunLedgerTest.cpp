// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/RunLedger.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/Results.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <functional>

namespace nextquill::store {
namespace {

using testing::TemporaryProject;

TEST(RunLedger, KeepsARunAsItWasGiven)
{
    TemporaryProject temporary;
    RunLedger ledger{*temporary.project};
    const RunRow added = ledger.add("nextquill", {.objective = "nextquill",
                                                  .model = "demo",
                                                  .split = "default",
                                                  .dataDigest = "abc",
                                                  .settings = {{"steps", 10}},
                                                  .summary = {}});
    EXPECT_EQ(added.name, "nextquill-1");
    EXPECT_EQ(added.folder, "runs/nextquill-1");
    EXPECT_GT(added.created, 0);
    ledger.setState(added.id, RunState::Failed, "no memory");
    ledger.setSummary(added.id, {{"loss", 1.5}});
    temporary.reopen();
    const auto found = RunLedger{*temporary.project}.find("nextquill-1");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, added.id);
    EXPECT_EQ(found->state, RunState::Failed);
    EXPECT_EQ(found->error, "no memory");
    EXPECT_GT(found->finished, 0);
    EXPECT_EQ(found->settings, (Json{{"steps", 10}}));
    EXPECT_EQ(found->summary.value("loss", 0.0), 1.5);
    EXPECT_EQ(found->dataDigest, "abc");
    EXPECT_EQ(RunLedger{*temporary.project}.find("1")->name, "nextquill-1");
    EXPECT_FALSE(RunLedger{*temporary.project}.find("2"));
}

TEST(RunLedger, NamesRunsWithTheNextFreeNumber)
{
    TemporaryProject temporary;
    RunLedger ledger{*temporary.project};
    EXPECT_EQ(ledger.add("sft", {}).name, "sft-1");
    const RunRow second = ledger.add("sft", {});
    EXPECT_EQ(second.name, "sft-2");
    EXPECT_EQ(ledger.add("sft-no", {}).name, "sft-no-1");
    ledger.remove(second.id);
    EXPECT_EQ(ledger.all().size(), 2U);
    // The folder of a deleted run is not used again while it is there.
    std::filesystem::create_directories(temporary.project->folder() / "runs" / "sft-2");
    EXPECT_EQ(ledger.add("sft", {}).name, "sft-3");
    EXPECT_EQ(ledger.add("../../etc", {}).folder.find("runs/.."), std::string::npos);
    EXPECT_EQ(ledger.add("", {}).name, "run-1");
    EXPECT_EQ(ledger.all().front().name, "run-1");
}

TEST(RunLedger, RefusesToChangeARunThatIsNotThere)
{
    TemporaryProject temporary;
    RunLedger ledger{*temporary.project};
    const RunRow run = ledger.add("a", {});
    const RunId none{417};
    const std::function<void()> changes[] = {
        [&] { ledger.setState(none, RunState::Done); },
        [&] { ledger.setSummary(none, {{"loss", 1}}); },
        [&] { ledger.setOwnProcess(none, true); },
        [&] { ledger.remove(none); },
    };
    for (const auto& change : changes) {
        try {
            change();
            ADD_FAILURE() << "no error";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadInput);
            EXPECT_NE(error.problem().find("417"), std::string::npos) << error.problem();
        }
    }
    EXPECT_EQ(ledger.find("a-1")->state, RunState::Waiting);
    ledger.remove(run.id);
    EXPECT_THROW(ledger.remove(run.id), Error);
}

TEST(RunLedger, RecoversRunsThatTheProgramDiedIn)
{
    TemporaryProject temporary;
    RunLedger ledger{*temporary.project};
    const RunRow dead = ledger.add("a", {});
    const RunRow alive = ledger.add("b", {});
    const RunRow waiting = ledger.add("c", {});
    ledger.setState(dead.id, RunState::Running); // of no process: as an older version left it
    static_cast<void>(ledger.claim(alive.id));
    const auto recovered = ledger.recoverInterrupted();
    ASSERT_EQ(recovered.size(), 1U);
    EXPECT_EQ(ledger.find("a-1")->state, RunState::Paused);
    EXPECT_EQ(ledger.find("b-1")->state, RunState::Running);
    EXPECT_EQ(ledger.find(waiting.name)->state, RunState::Waiting);
    EXPECT_TRUE(ledger.recoverInterrupted().empty());
}

TEST(RunLedger, GivesARunToOneProcessAtATime)
{
    TemporaryProject temporary;
    RunLedger ledger{*temporary.project};
    const RunRow run = ledger.add("a", {});
    const RunRow claimed = ledger.claim(run.id);
    EXPECT_EQ(claimed.state, RunState::Running);
    EXPECT_EQ(ledger.get("a-1").process, thisProcess());
    EXPECT_THROW(static_cast<void>(ledger.claim(run.id)), Error); // goes on here
    EXPECT_THROW(ledger.remove(run.id), Error);
    ledger.setState(run.id, RunState::Stopped);
    EXPECT_EQ(ledger.get("a-1").process, ProcessIdentity{});
    static_cast<void>(ledger.claim(run.id));
    ledger.setState(run.id, RunState::Done);
    EXPECT_THROW(static_cast<void>(ledger.claim(run.id)), Error);
    EXPECT_THROW(static_cast<void>(ledger.claim(run.id, true)), Error);
}

TEST(RunLedger, TakesARunOfAnotherHostByForceAlone)
{
    TemporaryProject temporary;
    RunLedger ledger{*temporary.project};
    const RunId run = ledger.claim(ledger.add("a", {}).id).id;
    Query{temporary.project->connection(),
          "UPDATE runs SET process = 5, process_start = 'b/p 1', host = 'elsewhere'"}
        .run();
    EXPECT_TRUE(ledger.recoverInterrupted().empty());
    try {
        static_cast<void>(ledger.claim(run));
        ADD_FAILURE() << "no error";
    } catch (const Error& error) {
        EXPECT_NE(error.problem().find("process 5 on elsewhere"), std::string::npos);
        EXPECT_NE(error.remedy().find("runs recover"), std::string::npos);
    }
    EXPECT_EQ(ledger.claim(run, true).process, thisProcess());
}

TEST(RunLedger, KnowsModelsByName)
{
    TemporaryProject temporary;
    RunLedger ledger{*temporary.project};
    ledger.addModel({.name = "m", .path = "/models/m", .kind = "gguf", .description = "one"});
    ledger.addModel({.name = "a", .path = "runs/a", .kind = "run", .description = "two"});
    ledger.addModel(
        {.name = "m", .path = "/models/n", .kind = "huggingface", .description = "three"});
    ASSERT_EQ(ledger.models().size(), 2U);
    EXPECT_EQ(ledger.models().front().name, "a");
    EXPECT_EQ(ledger.findModel("m")->path, "/models/n");
    EXPECT_EQ(ledger.findModel("m")->description, "three");
    ledger.removeModel("m");
    EXPECT_FALSE(ledger.findModel("m"));
    EXPECT_THROW(ledger.removeModel("m"), Error);
    EXPECT_EQ(ledger.models().size(), 1U);
}

TEST(Results, ReplaceByKeyAndComeNewestFirst)
{
    TemporaryProject temporary;
    Results results{*temporary.project};
    results.put("effects", "a", {{"v", 1}});
    results.put("effects", "b", {{"v", 2}});
    results.put("effects", "a", {{"v", 3}});
    results.put("table", "a", Json::array({1, 2}));
    EXPECT_EQ(results.find("effects", "a")->value, (Json{{"v", 3}}));
    EXPECT_EQ(results.find("table", "a")->value, Json::array({1, 2}));
    EXPECT_FALSE(results.find("table", "b"));
    const auto newest = results.newest("effects", 10);
    ASSERT_EQ(newest.size(), 2U);
    EXPECT_EQ(newest[0].key, "a");
    EXPECT_EQ(results.newest("effects", 1).size(), 1U);
}

} // namespace
} // namespace nextquill::store
