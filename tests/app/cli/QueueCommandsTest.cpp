// SPDX-License-Identifier: GPL-3.0-or-later
//
// The queue of a project as the command line works on it, also killed in the middle, and runs that
// are watched from their folders.
#include "core/base/EventLog.h"

#include "tests/app/cli/CommandLine.h"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <gmock/gmock.h>
#include <map>
#include <set>

namespace nextquill::app::testing {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class QueueCommands : public CommandLineWithModel
{
protected:
    [[nodiscard]] std::vector<std::string> training(const std::string& name, int steps,
                                                    const std::vector<std::string>& more) const
    {
        std::vector<std::string> command{"train",
                                         "p.nextquill",
                                         "--model",
                                         m_model,
                                         "--name",
                                         name,
                                         "--device",
                                         "cpu",
                                         "--dtype",
                                         "float32",
                                         "--threads",
                                         "1",
                                         "--lora-rank",
                                         "2",
                                         "--accumulation",
                                         "1",
                                         "--max-prompt-tokens",
                                         "300",
                                         "--max-target-tokens",
                                         "16",
                                         "--evaluate-limit",
                                         "1",
                                         "--checkpoint-every",
                                         "2",
                                         "--max-steps",
                                         std::to_string(steps)};
        command.insert(command.end(), more.begin(), more.end());
        return command;
    }
    /// Enters a run; its name.
    [[nodiscard]] std::string enter(const std::string& name, int steps) const
    {
        return json(training(name, steps, {"--queue"})).at("run").get<std::string>();
    }
    [[nodiscard]] std::map<std::string, Json> ledger() const
    {
        std::map<std::string, Json> rows;
        const Json all = json({"runs", "list", "p.nextquill"}).at("runs");
        for (const Json& row : all) {
            rows[row.at("name").get<std::string>()] = row;
        }
        return rows;
    }
    [[nodiscard]] std::vector<std::string> queue() const
    {
        std::map<int, std::string> places;
        for (const auto& [name, row] : ledger()) {
            if (!row.at("queue_place").is_null()) {
                places[row.at("queue_place").get<int>()] = name;
            }
        }
        std::vector<std::string> names;
        for (const auto& [place, name] : places) {
            names.push_back(name);
        }
        return names;
    }
    [[nodiscard]] fs::path folderOf(const std::string& run) const
    {
        return m_folder / "p.nextquill.d" / "runs" / run;
    }
    [[nodiscard]] std::vector<Json> events(const std::string& run, const std::string& kind) const
    {
        std::vector<Json> all = EventReader{folderOf(run) / "events.jsonl"}.poll();
        std::erase_if(all, [&](const Json& event) { return event.at("event") != kind; });
        return all;
    }
};

TEST_F(QueueCommands, EnterRunsAndTrainThemOneAfterAnother)
{
    static_cast<void>(sampleProject());
    EXPECT_EQ(enter("a", 2), "a-1");
    EXPECT_EQ(enter("b", 2), "b-1");
    const Ended third = run(training("c", 2, {"--queue"}));
    EXPECT_EQ(third.out, "c-1\n");
    EXPECT_THAT(third.err, HasSubstr("place 3"));
    EXPECT_THAT(queue(), ElementsAre("a-1", "b-1", "c-1"));
    EXPECT_FALSE(fs::exists(folderOf("a-1") / "model"));
    const Json done = json({"runs", "work", "p.nextquill"});
    ASSERT_EQ(done.at("runs").size(), 3);
    EXPECT_EQ(done.at("runs").at(1).at("run"), "b-1");
    EXPECT_EQ(done.at("runs").at(2).at("state"), "done");
    EXPECT_EQ(done.at("waiting"), 0);
    EXPECT_THAT(queue(), IsEmpty());
    EXPECT_TRUE(fs::exists(folderOf("c-1") / "model"));
    EXPECT_THAT(run({"runs", "work", "p.nextquill"}).out, HasSubstr("no run waits"));
}

TEST_F(QueueCommands, MoveRunsAndTakeThemOut)
{
    static_cast<void>(sampleProject());
    for (const char* name : {"a", "b", "c", "d"}) {
        static_cast<void>(enter(name, 2));
    }
    const auto order = [this](std::vector<std::string> more) {
        more.insert(more.begin(), {"runs", more.front(), "p.nextquill"});
        more.erase(more.begin() + 3);
        return json(more).at("queue").get<std::vector<std::string>>();
    };
    EXPECT_THAT(order({"move", "d-1", "--first"}), ElementsAre("d-1", "a-1", "b-1", "c-1"));
    EXPECT_THAT(order({"move", "d-1", "--last"}), ElementsAre("a-1", "b-1", "c-1", "d-1"));
    EXPECT_THAT(order({"move", "c-1", "--before", "a-1"}), ElementsAre("c-1", "a-1", "b-1", "d-1"));
    EXPECT_THAT(order({"move", "c-1", "--down"}), ElementsAre("a-1", "c-1", "b-1", "d-1"));
    EXPECT_THAT(order({"move", "b-1", "--up"}), ElementsAre("a-1", "b-1", "c-1", "d-1"));
    EXPECT_THAT(order({"unqueue", "b-1"}), ElementsAre("a-1", "c-1", "d-1"));
    EXPECT_EQ(ledger().at("b-1").at("state"), "stopped");
    EXPECT_THAT(run({"runs", "list", "p.nextquill"}).out, HasSubstr("waiting       2"));
    expectFailure(run({"runs", "unqueue", "p.nextquill", "b-1"}), 1, "b-1");
    expectFailure(run({"runs", "move", "p.nextquill", "none", "--first"}), 1, "none");
    EXPECT_EQ(run({"runs", "move", "p.nextquill", "a-1"}).status, 2);
    EXPECT_EQ(run({"runs", "move", "p.nextquill", "a-1", "--first", "--last"}).status, 2);
    EXPECT_EQ(json({"train", "p.nextquill", "--resume", "b-1", "--queue"}).at("queue_place"), 4);
}

TEST_F(QueueCommands, GoOnAfterARunThatFailsOrEndWithIt)
{
    static_cast<void>(sampleProject());
    for (const char* name : {"a", "b", "c"}) {
        static_cast<void>(enter(name, 2));
    }
    fs::remove(folderOf("a-1") / "run.toml");
    const Ended first = run({"runs", "work", "p.nextquill", "--stop-on-failure", "--json"});
    EXPECT_EQ(first.status, 1);
    EXPECT_EQ(first.document().at("waiting"), 2);
    EXPECT_EQ(first.document().at("runs").at(0).at("state"), "failed");
    EXPECT_EQ(ledger().at("a-1").at("state"), "failed");
    EXPECT_EQ(json({"train", "p.nextquill", "--resume", "a-1", "--queue"}).at("queue_place"), 3);
    EXPECT_THAT(json({"runs", "move", "p.nextquill", "a-1", "--first"}).at("queue"),
                ElementsAre("a-1", "b-1", "c-1"));
    const Ended second = run({"runs", "work", "p.nextquill"});
    EXPECT_EQ(second.status, 1); // one failed
    EXPECT_THAT(second.out, HasSubstr("a-1: failed"));
    EXPECT_EQ(ledger().at("b-1").at("state"), "done");
    EXPECT_EQ(ledger().at("c-1").at("state"), "done");
}

TEST_F(QueueCommands, KeepThePlaceOfTheRunThatAnInterruptStops)
{
    static_cast<void>(sampleProject());
    static_cast<void>(enter("long", 150));
    static_cast<void>(enter("b", 2));
    Child child{m_folder.path(), {"runs", "work", "p.nextquill"}, {}};
    ASSERT_TRUE(eventually([&] { return !events("long-1", "step").empty(); }));
    child.signal(SIGINT);
    const Ended ended = child.wait();
    EXPECT_EQ(ended.status, 130);
    EXPECT_THAT(ended.out, HasSubstr("2 still wait"));
    EXPECT_EQ(ledger().at("long-1").at("state"), "paused");
    EXPECT_THAT(queue(), ElementsAre("long-1", "b-1"));
    EXPECT_EQ(json({"runs", "work", "p.nextquill"}).at("runs").at(0).at("steps"), 150);
    EXPECT_EQ(events("long-1", "step").size(), 150); // none was done twice
}

TEST_F(QueueCommands, WaitForMoreRunsWhereThatIsWanted)
{
    static_cast<void>(sampleProject());
    Child child{m_folder.path(), {"runs", "work", "p.nextquill", "--keep-waiting"}, {}};
    static_cast<void>(enter("a", 2));
    ASSERT_TRUE(eventually([&] { return ledger().at("a-1").at("state") == "done"; }));
    static_cast<void>(enter("b", 2));
    ASSERT_TRUE(eventually([&] { return ledger().at("b-1").at("state") == "done"; }));
    child.signal(SIGTERM);
    EXPECT_EQ(child.wait().status, 130);
}

TEST_F(QueueCommands, LoseNoRunAndTrainNoneTwiceThoughTheyAreKilled)
{
    static_cast<void>(sampleProject());
    constexpr int runs = 8;
    constexpr int steps = 8;
    std::vector<std::string> names;
    for (int i = 0; i < runs; ++i) {
        names.push_back(enter("r", steps));
    }
    for (const char* victim : {"r-2", "r-2", "r-5"}) { // one of them twice
        Child child{m_folder.path(), {"runs", "work", "p.nextquill"}, {}};
        const std::size_t before = events(victim, "step").size();
        ASSERT_TRUE(eventually([&] { return events(victim, "step").size() >= before + 3; }));
        child.signal(SIGKILL);
        EXPECT_EQ(child.wait().status, 128 + SIGKILL);
        EXPECT_EQ(ledger().at(victim).at("state"), "running"); // as the dead one left it
    }
    const Json rest = json({"runs", "work", "p.nextquill"});
    EXPECT_EQ(rest.at("runs").at(0).at("run"), "r-5") << "the interrupted one goes on first";
    for (const std::string& name : names) {
        EXPECT_EQ(ledger().at(name).at("state"), "done") << name;
        EXPECT_EQ(events(name, "done").size(), 1) << name << " was trained twice";
        std::set<int> told;
        for (const Json& step : events(name, "step")) {
            told.insert(step.at("step").get<int>());
        }
        EXPECT_EQ(told.size(), steps) << name;
    }
    EXPECT_EQ(events("r-5", "resume").size() + events("r-5", "start").size(), 2);
}

TEST_F(QueueCommands, ShareAProjectAmongTwoProcessesWithoutTrainingARunTwice)
{
    static_cast<void>(sampleProject());
    for (int i = 0; i < 6; ++i) {
        static_cast<void>(enter("r", 3));
    }
    const std::vector<std::string> work{"runs",      "work",  "p.nextquill",
                                        "--if-busy", "share", "--json"};
    fs::create_directories(m_folder / "other");
    std::vector<std::string> elsewhere = work;
    elsewhere[2] = "../p.nextquill";
    Child first{m_folder.path(), work, {}};
    Child second{m_folder / "other", elsewhere, {}};
    std::set<std::string> trained;
    std::size_t count = 0;
    for (Child* child : {&first, &second}) {
        const Ended ended = child->wait();
        EXPECT_EQ(ended.status, 0) << ended.err;
        const Json entries = ended.document().at("runs");
        for (const Json& entry : entries) {
            trained.insert(entry.at("run").get<std::string>());
            ++count;
        }
    }
    EXPECT_EQ(trained.size(), 6);
    EXPECT_EQ(count, 6);
    for (const std::string& name : trained) {
        EXPECT_EQ(events(name, "start").size(), 1) << name;
        EXPECT_EQ(events(name, "step").size(), 3) << name;
    }
}

TEST_F(QueueCommands, RefuseARunThatGoesOnInAnotherProcess)
{
    static_cast<void>(sampleProject());
    Child child{m_folder.path(), training("long", 400, {}), {}};
    ASSERT_TRUE(eventually([&] { return !events("long-1", "step").empty(); }));
    const std::string who = ledger().at("long-1").at("process").get<std::string>();
    expectFailure(run({"train", "p.nextquill", "--resume", "long-1"}), 1, who);
    expectFailure(run({"runs", "delete", "p.nextquill", "long-1"}), 1, who);
    expectFailure(run(training("b", 2, {"--if-busy", "refuse"})), 1,
                  "cpu is taken by run long-1 of " + who);
    EXPECT_EQ(json(training("c", 2, {"--if-busy", "share"})).at("state"), "done");
    EXPECT_EQ(run({"import", "p.nextquill", "reviews.jsonl"}).status, 0); // beside training
    child.signal(SIGKILL);
    static_cast<void>(child.wait());
    EXPECT_EQ(json({"runs", "recover", "p.nextquill"}).at("recovered"), Json::array({"long-1"}));
    EXPECT_EQ(ledger().at("long-1").at("state"), "paused");
}

TEST_F(QueueCommands, LetARunWaitForItsDeviceAndGiveUpWaiting)
{
    static_cast<void>(sampleProject());
    Child child{m_folder.path(), training("long", 400, {}), {}};
    ASSERT_TRUE(eventually([&] { return !events("long-1", "step").empty(); }));
    const auto waiting = [this](const std::string& folder, const std::string& name) {
        fs::create_directories(m_folder / folder);
        std::vector<std::string> command = training(name, 2, {});
        command[1] = "../p.nextquill";
        return command;
    };
    const auto entered = [this](const std::string& name) {
        return eventually([&] { return ledger().contains(name); });
    };
    Child second{m_folder / "second",
                 waiting("second", "b"),
                 {},
                 {"XDG_RUNTIME_DIR=" + m_folder.path().string()}};
    ASSERT_TRUE(entered("b-1"));
    Child third{m_folder / "third",
                waiting("third", "c"),
                {},
                {"XDG_RUNTIME_DIR=" + m_folder.path().string()}};
    ASSERT_TRUE(entered("c-1"));
    EXPECT_EQ(ledger().at("b-1").at("state"), "waiting");
    third.signal(SIGINT);
    EXPECT_EQ(third.wait().status, 130);
    EXPECT_EQ(ledger().at("c-1").at("state"), "stopped");
    child.signal(SIGINT);
    EXPECT_EQ(child.wait().status, 130);
    EXPECT_EQ(second.wait().status, 0);
    EXPECT_EQ(ledger().at("b-1").at("state"), "done");
}

TEST_F(QueueCommands, WatchARunByItsFolderUntilItEnds)
{
    const fs::path folder = m_folder / "copied";
    fs::create_directories(folder);
    expectFailure(run({"runs", "watch", folder.string()}), 1, "holds no run");
    std::ofstream log{folder / "events.jsonl"};
    log << R"({"event": "start", "steps": 4, "records": 2})" << "\n"
        << R"({"event": "step", "step": 1, "loss": 2.5, "mean_pce": null})" << "\n"
        << R"({"event": "stop", "step": 1})" << "\n"
        << R"({"event": "resume", "step": 1})" << "\n"
        << R"({"event": "step", "st)" << std::flush;
    Child child{m_folder.path(), {"runs", "watch", "copied"}, {}};
    const auto said = [&](const std::string& words) {
        return child.said().find(words) != std::string::npos;
    };
    EXPECT_TRUE(eventually([&] { return said("loss 2.5"); }));
    log << R"(ep": 2, "loss": 1.25})" << "\n" << std::flush; // the rest of the line
    EXPECT_TRUE(eventually([&] { return said("loss 1.25"); }));
    log << R"({"event": "done", "step": 4})" << "\n" << std::flush;
    EXPECT_EQ(child.wait().status, 0);
    EXPECT_EQ(run({"runs", "watch", "copied", "--json"}).lines().size(), 6);
    log << R"({"event": "error", "step": 4, "message": "no memory"})" << "\n" << std::flush;
    const Ended failed = run({"runs", "watch", "copied"});
    EXPECT_EQ(failed.status, 1);
    EXPECT_THAT(failed.out, HasSubstr("no memory"));
}

} // namespace
} // namespace nextquill::app::testing
