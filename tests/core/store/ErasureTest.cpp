// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Erasure.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Random.h"
#include "core/store/Connection.h"
#include "core/store/EffectStore.h"
#include "core/store/ErasureFiles.h"
#include "core/store/Histories.h"
#include "core/store/Recipe.h"
#include "core/store/Results.h"
#include "core/store/RunLedger.h"
#include "core/store/Splits.h"
#include "core/store/TextPrints.h"
#include "core/store/export/Exporter.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

namespace nextquill::store {
namespace {

namespace fs = std::filesystem;

using testing::reviewLine;
using testing::TemporaryFolder;
using testing::TemporaryProject;

const std::string erasedUser = "erika-mustermann-77";
/// No other text has any of these words.
const std::vector<std::string> planted{"zanzibarkettle",       "quixoticteapot", "beforeediting",
                                       "yellowsubmarinetitle", "rejectedcanary", "resultcanary",
                                       "effectcanary"};

std::string longText(const std::string& word, int seed)
{
    std::string text = word;
    for (int i = 0; i < 120; ++i) {
        text += " word" + std::to_string((i * 7 + seed) % 50);
    }
    return text + " " + word;
}

void write(const fs::path& file, const std::string& bytes)
{
    fs::create_directories(file.parent_path());
    std::ofstream{file, std::ios::binary} << bytes;
}

/// Places of what must be gone, in any file below the folder.
std::vector<std::string> foundIn(const fs::path& folder)
{
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator{folder}) {
        if (!entry.is_regular_file()) {
            continue;
        }
        const std::string bytes = readFile(entry.path());
        for (const std::string& word : planted) {
            if (bytes.find(word) != std::string::npos) {
                found.push_back(entry.path().filename().string() + ": " + word);
            }
        }
        if (bytes.find(erasedUser) != std::string::npos) {
            found.push_back(entry.path().filename().string() + ": " + erasedUser);
        }
    }
    return found;
}

/// Texts of one erasedUser in every place that a project has for them, among those of others.
struct PlantedProject : TemporaryProject
{
    PlantedProject()
    {
        std::string lines = testing::histories(60, 8);
        for (int i = 0; i < 12; ++i) {
            lines +=
                reviewLine(erasedUser, i < 6 ? "item" + std::to_string(i) : "own-" + erasedUser,
                           2'000'000 + i, longText(planted[i % 2], i));
        }
        lines +=
            R"({"user_id": ")" + erasedUser + R"(", "text": "rejectedcanary", "rating": )" + "\n";
        import(lines);
        Histories histories{*project};
        user = histories.findUser(erasedUser)->id;
        const auto rows = histories.timeline(user);
        histories.setText(rows[0].review.id, longText("beforeediting", 3), "Edit");
        histories.setText(rows[0].review.id, longText(planted[0], 0),
                          "Edit again of " + erasedUser);
        histories.setExcluded({rows[1].review.id, ReviewId{1}}, true, "Exclude 2");
        Query{project->connection(), "UPDATE texts SET title = 'yellowsubmarinetitle of the day' "
                                     "WHERE id IN (SELECT id FROM reviews WHERE user_id = ?)"}
            .with(user)
            .run();
        Query{project->connection(), "INSERT INTO reviews_text (reviews_text) VALUES ('rebuild')"}
            .run();
        Splits{*project}.create({.name = "free"});
        Splits splits{*project};
        splits.freeze(splits.create({.name = "used"}).id);
        const RunRow run = RunLedger{*project}.add("r", {.split = "used"});
        RunLedger{*project}.setState(run.id, RunState::Done);
        Results{*project}.put("comparison", std::to_string(number(rows[2].review.id)) + " by demo",
                              {{"text", "resultcanary"}});
        Results{*project}.put("evaluation", "of all", {{"text", longText(planted[1], 1)}});
        Results{*project}.put("evaluation", "of others", {{"nll", 1}});
        const EffectSeries series = EffectStore{*project}.open("demo", "model", "settings");
        const std::vector<KeptToken> tokens(3, {.token = 7, .logp_h = -1, .logp_0 = -2});
        const std::vector<KeptEffects> effects{
            {.example = rows[2].review.id, .content = "effectcanary", .tokens = tokens},
            {.example = ReviewId{1}, .content = "of another", .tokens = tokens}};
        EffectStore{*project}.put(series, effects);
        write(file().string() + ".d/runs/r-1/events.jsonl",
              R"({"event":"warning","ids":["example 3 of )" + erasedUser + "\"]}\n{}\n");
        write(file().string() + ".before-v1", longText(planted[0], 0));
        write(file().string() + ".d/window.json", R"({"histories/reviews":{"filter":"user:=)" +
                                                      erasedUser + ' ' + planted[0] + R"("}})");
    }

    [[nodiscard]] Erasure erase(const StopToken& stop = {})
    {
        NoProgress progress;
        return eraseUser(*project, user, stop, progress);
    }

    UserId user{};
};

TEST(Erasure, LeavesNoByteOfAUserInAnyFile)
{
    PlantedProject planting;
    ASSERT_GE(foundIn(planting.folder.path()).size(), planted.size());
    const Counts before = Histories{*planting.project}.counts();
    const Erasure erasure = planting.erase();
    EXPECT_TRUE(erasure.isFinished());
    EXPECT_EQ(erasure.reviews, 12);
    EXPECT_EQ(erasure.items, 1);
    EXPECT_EQ(erasure.rejects, 1);
    EXPECT_EQ(erasure.changes, 3);
    EXPECT_EQ(erasure.results, 3); // with the effects of one text
    EXPECT_EQ(erasure.splits, std::vector<std::string>{"free"});
    EXPECT_EQ(erasure.frozenSplits, std::vector<std::string>{"used"});
    EXPECT_EQ(erasure.runs, std::vector<std::string>{"r-1"});
    EXPECT_EQ(erasure.removed, std::vector<std::string>{"p.nextquill.before-v1"});
    EXPECT_EQ(erasure.masked, std::vector<std::string>{"runs/r-1/events.jsonl"});
    EXPECT_TRUE(erasure.exports.empty());
    EXPECT_GE(erasure.files, 4);
    // With the project open as it is, and closed.
    EXPECT_EQ(foundIn(planting.folder.path()), std::vector<std::string>{});
    EXPECT_EQ(planting.project->check(true, {}), std::vector<std::string>{});
    EXPECT_EQ(unfinishedErasures(*planting.project), 0);
    const Counts after = Histories{*planting.project}.counts();
    EXPECT_EQ(after.users, before.users - 1);
    EXPECT_EQ(after.reviews + after.excluded, before.reviews + before.excluded - 12);
    planting.reopen();
    EXPECT_EQ(foundIn(planting.folder.path()), std::vector<std::string>{});
    Histories histories{*planting.project};
    EXPECT_FALSE(histories.findUser(erasedUser));
    EXPECT_EQ(histories.reviews({.search = "zanzibarkettle"}).size(), 0U);
    EXPECT_EQ(histories.undo(), "Exclude 2"); // what is left of the step, for the other's review
    EXPECT_EQ(Results{*planting.project}.newest("evaluation", 9).size(), 1U);
    for (const Split& split : Splits{*planting.project}.all()) {
        const auto test = Splits{*planting.project}.examples(split.id, SplitPart::Test);
        EXPECT_EQ(split.test, static_cast<std::int64_t>(test.size()));
    }
}

/// Ends the process as a kill would, at the so many-th report.
class EndsAt final : public Progress
{
public:
    explicit EndsAt(int report)
        : m_left{report}
    {
    }
    void report(const ProgressReport& /*report*/) noexcept override
    {
        if (--m_left == 0) {
            ::_exit(7);
        }
    }

private:
    int m_left;
};

TEST(Erasure, ThatWasKilledIsKnownAndGoesOn)
{
    int unfinished = 0;
    for (int report = 1;; ++report) {
        PlantedProject planting;
        planting.project.reset();
        const pid_t child = ::fork();
        if (child == 0) {
            EndsAt progress{report};
            auto project = Project::open(planting.file(), OpenMode::ReadWrite);
            static_cast<void>(eraseUser(*project, planting.user, {}, progress));
            ::_exit(0);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        planting.reopen();
        const bool isThere = Histories{*planting.project}.findUser(erasedUser).has_value();
        if (isThere) {
            EXPECT_EQ(unfinishedErasures(*planting.project), 0);
            EXPECT_TRUE(planting.erase().isFinished());
        } else if (unfinishedErasures(*planting.project) > 0) {
            ++unfinished;
            ASSERT_EQ(planting.project->check(false, {}).size(), 1U);
            EXPECT_NE(planting.project->check(false, {}).front().find("--resume"),
                      std::string::npos);
            NoProgress progress;
            EXPECT_TRUE(finishErasures(*planting.project, {}, progress).isFinished());
        }
        EXPECT_EQ(foundIn(planting.folder.path()), std::vector<std::string>{}) << report;
        EXPECT_EQ(planting.project->check(true, {}), std::vector<std::string>{});
        if (WEXITSTATUS(status) == 0) {
            break;
        }
    }
    EXPECT_GE(unfinished, 4);
}

TEST(Erasure, SaysWhichFileStillHasAText)
{
    PlantedProject planting;
    const fs::path copy = planting.file().string() + ".d/notes.txt";
    write(copy, std::string(3'000'000, '.') + longText(planted[0], 0).substr(20, 60));
    const Erasure erasure = planting.erase();
    ASSERT_EQ(erasure.traces.size(), 1U);
    EXPECT_EQ(erasure.traces.front().file, fs::absolute(copy).string());
    EXPECT_GE(erasure.traces.front().byte, 3'000'000);
    EXPECT_FALSE(erasure.isFinished());
    EXPECT_EQ(unfinishedErasures(*planting.project), 1);
    fs::remove(copy);
    NoProgress progress;
    EXPECT_TRUE(finishErasures(*planting.project, {}, progress).isFinished());
    EXPECT_EQ(unfinishedErasures(*planting.project), 0);
}

TEST(Erasure, SaysWhichExportsStillHaveTheTexts)
{
    PlantedProject planting;
    const TemporaryFolder elsewhere;
    NoProgress progress;
    const auto write = [&](const std::string& name, const ExportSettings& settings) {
        EXPECT_TRUE(
            exportReviews(*planting.project, elsewhere / name, settings, {}, progress).noted);
    };
    write("all.jsonl", {});
    write("all.jsonl", {.replace = true}); // noted once
    write("gone.jsonl", {});
    fs::remove(elsewhere / "gone.jsonl");
    write("folder", {.format = ExportFormat::HuggingFace});
    write("others.jsonl", {.filter = {.user = UserId{1}}});
    write(erasedUser + ".jsonl", {.filter = {.user = planting.user}});
    EXPECT_GT(writeRecipe(*planting.project, elsewhere / "recipe.json", false, {}), 0);
    const Erasure erasure = planting.erase();
    EXPECT_TRUE(erasure.isFinished());
    std::vector<std::string> listed;
    for (const ErasureExport& each : erasure.exports) {
        EXPECT_GT(each.time, 0);
        listed.push_back(fs::path{each.path}.filename().string() + (each.isThere ? "" : " gone") +
                         (each.byte >= 0 ? " has pieces" : ""));
    }
    EXPECT_EQ(listed, (std::vector<std::string>{"all.jsonl has pieces", "gone.jsonl gone",
                                                "folder has pieces", "others.jsonl",
                                                erasedUser + ".jsonl has pieces",
                                                "recipe.json has pieces"}));
    EXPECT_TRUE(fs::exists(elsewhere / "all.jsonl")); // not ours to change
    EXPECT_EQ(foundIn(planting.folder.path()), std::vector<std::string>{});
}

TEST(Erasure, IsNotFinishedWhileAnotherReads)
{
    PlantedProject planting;
    {
        const auto reader = Project::open(planting.file(), OpenMode::ReadOnly);
        Query reading{reader->connection(), "SELECT id FROM reviews"};
        ASSERT_TRUE(reading.next());
        EXPECT_THROW(static_cast<void>(planting.erase()), Error);
        EXPECT_EQ(unfinishedErasures(*planting.project), 1);
    }
    NoProgress progress;
    EXPECT_TRUE(finishErasures(*planting.project, {}, progress).isFinished());
    EXPECT_EQ(foundIn(planting.folder.path()), std::vector<std::string>{});
}

TEST(Erasure, TakesNothingWhenItIsStoppedOrRefused)
{
    PlantedProject planting;
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(static_cast<void>(planting.erase(stop.get_token())), Stopped);
    EXPECT_TRUE(Histories{*planting.project}.findUser(erasedUser));
    const RunRow run = RunLedger{*planting.project}.add("r", {.split = "used"});
    RunLedger{*planting.project}.claim(run.id);
    EXPECT_THROW(static_cast<void>(planting.erase()), Error);
    EXPECT_TRUE(Histories{*planting.project}.findUser(erasedUser));
    EXPECT_EQ(unfinishedErasures(*planting.project), 0);
}

TEST(Erasure, LeavesWhatOthersWroteToo)
{
    TemporaryProject temporary;
    const std::string shared = "a sentence that many people write when they are content with it";
    temporary.import(reviewLine("anna", "a", 1, shared) + reviewLine("bernd", "b", 2, shared) +
                     reviewLine("bernd", "c", 3, "tiny"));
    NoProgress progress;
    const UserId user = Histories{*temporary.project}.findUser("bernd")->id;
    const Erasure erasure = eraseUser(*temporary.project, user, {}, progress);
    EXPECT_TRUE(erasure.isFinished());
    EXPECT_GE(erasure.untraceable, 1); // "tiny"
    EXPECT_EQ(Histories{*temporary.project}.reviews({.search = "content"}).size(), 1U);
}

TEST(TextPrints, FindEveryPartOfALongText)
{
    const std::string text = longText("canary", 5);
    const TextPrints prints{{text}};
    const Random random{3, 4};
    for (std::size_t i = 0; i < 300; ++i) {
        const std::size_t size = 47 + random.bits(2 * i) % 100;
        const std::size_t begin = random.bits(2 * i + 1) % (text.size() - size);
        EXPECT_TRUE(prints.areIn("??" + text.substr(begin, size) + "!")) << begin << ", " << size;
    }
    EXPECT_FALSE(prints.areIn("what somebody else wrote about quite another matter some time ago"));
    EXPECT_FALSE(prints.areIn(""));
}

TEST(TextPrints, AreFoundAcrossTheBlocksOfAFile)
{
    const TemporaryFolder folder;
    const TextPrints prints{{"exactly twenty bytes", longText("canary", 5), "short"}};
    EXPECT_EQ(prints.tooShort(), 1);
    for (const std::size_t offset : {0U, 5U, (1U << 20) - 31U, (1U << 20) - 7U, (2U << 20) - 1U}) {
        const auto file =
            folder.write("f", std::string(offset, 'z') + "exactly twenty bytes" + "more");
        EXPECT_EQ(prints.placeIn(file, [](std::int64_t) {}, {}), static_cast<std::int64_t>(offset));
    }
    EXPECT_EQ(prints.placeIn(folder.write("f", "exactly nineteen b"), [](std::int64_t) {}, {}), -1);
    EXPECT_THROW(static_cast<void>(prints.placeIn(folder / "none", [](std::int64_t) {}, {})),
                 Error);
}

TEST(TextPrints, AreTheSameAfterAColumn)
{
    TextPrints prints{{longText("canary", 5), "exactly twenty bytes"}};
    const TextPrints again = TextPrints::fromBytes(prints.toBytes());
    EXPECT_EQ(again.toBytes(), prints.toBytes());
    EXPECT_TRUE(again.areIn("exactly twenty bytes"));
    for (const char* const bad : {"", "1234567", "\xff\xff\xff\xff\xff\xff\xff\xff"}) {
        EXPECT_THROW(static_cast<void>(TextPrints::fromBytes(bad)), Error);
    }
    prints.leaveOut("exactly twenty bytes, as others say");
    EXPECT_FALSE(prints.areIn("exactly twenty bytes"));
    EXPECT_TRUE(prints.areIn(longText("canary", 5)));
}

TEST(ErasureFiles, OverwriteANameOnlyWhereItIsOne)
{
    TemporaryProject temporary;
    const fs::path log = temporary.file().string() + ".d/runs/r-1/events.jsonl";
    const std::string block(1 << 20, '-');
    write(log,
          "user12 user123 xuser12 \"user12\"" + block.substr(40) + "user12 " + block + "user12");
    const auto size = fs::file_size(log);
    EXPECT_EQ(maskInLogs(temporary.file(), "user12", {}).size(), 1U);
    const std::string bytes = readFile(log);
    EXPECT_EQ(bytes.size(), size);
    EXPECT_TRUE(bytes.starts_with("xxxxxx user123 xuser12 \"xxxxxx\""));
    EXPECT_FALSE(hasName(bytes, "user12"));
    EXPECT_TRUE(maskInLogs(temporary.file(), "user12", {}).empty());
    EXPECT_TRUE(hasName(R"({"id":"u"})", "u")); // a short one in quotes alone
    EXPECT_FALSE(hasName("u and u", "u"));
}

} // namespace
} // namespace nextquill::store
