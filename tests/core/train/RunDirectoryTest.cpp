// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/RunDirectory.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/train/Checkpoint.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace nextquill::train {

namespace {

namespace fs = std::filesystem;
using nextquill::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

void addCheckpoint(const RunDirectory& directory, std::int64_t step)
{
    writeCheckpoint(directory.checkpointFolder(step), {{"step", step}}, [](const fs::path& folder) {
        writeFileAtomically(folder / "weights", "bytes");
    });
}

Error refusalOf(const std::function<void()>& work)
{
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    return {ErrorKind::Internal, "nothing was refused", "", ""};
}

TEST(RunDirectory, WhatIsCreatedIsOpenedAgain)
{
    const TemporaryFolder temporary;
    TrainingSettings settings;
    settings.learningRate = 3e-4;
    settings.seed = 7;
    const OrderedJson manifest{{"program", "nextquill"}, {"seed", 7}};
    static_cast<void>(RunDirectory::create(temporary / "runs/one", settings, manifest));

    const auto again = RunDirectory::open(temporary / "runs/one");

    EXPECT_EQ(toToml(again->settings()), toToml(settings));
    EXPECT_EQ(again->manifest().at("program"), "nextquill");
    EXPECT_EQ(again->manifest().at("seed"), 7);
    EXPECT_THAT(again->checkpoints(), IsEmpty());
    EXPECT_EQ(again->modelFolder(), temporary / "runs/one/model");
}

TEST(RunDirectory, BelongsToItsOwnerAlone)
{
    const TemporaryFolder temporary;
    static_cast<void>(RunDirectory::create(temporary / "run", {}, {}));
    EXPECT_EQ(fs::status(temporary / "run").permissions(), fs::perms::owner_all);
}

TEST(RunDirectory, FolderThatHoldsARunIsRefusedAndUntouched)
{
    const TemporaryFolder temporary;
    TrainingSettings settings;
    settings.epochs = 3;
    static_cast<void>(RunDirectory::create(temporary / "run", settings, {}));

    const Error refusal = refusalOf(
        [&] { static_cast<void>(RunDirectory::create(temporary / "run", {}, {{"new", true}})); });

    EXPECT_EQ(refusal.kind(), ErrorKind::BadInput);
    EXPECT_THAT(refusal.what(), HasSubstr("holds a run already"));
    EXPECT_EQ(RunDirectory::open(temporary / "run")->settings().epochs, 3);
}

TEST(RunDirectory, RemainsOfARunAreNotTakenForTheNewRuns)
{
    const TemporaryFolder temporary;
    {
        const auto directory = RunDirectory::create(temporary / "run", {}, {});
        addCheckpoint(*directory, 5);
    }
    fs::remove(temporary / "run/run.toml");
    fs::remove(temporary / "run/events.jsonl");

    EXPECT_EQ(refusalOf([&] {
                  static_cast<void>(RunDirectory::create(temporary / "run", {}, {}));
              }).kind(),
              ErrorKind::BadInput);
}

TEST(RunDirectory, CreationThatWasCutShortCanBeDoneAgain)
{
    const TemporaryFolder temporary;
    fs::create_directories(temporary / "run/checkpoints");
    temporary.write("run/manifest.json", "{}");
    EXPECT_NO_THROW(static_cast<void>(RunDirectory::create(temporary / "run", {}, {})));
}

TEST(RunDirectory, FolderThatHoldsNoRunIsBadInput)
{
    const TemporaryFolder temporary;
    for (const fs::path& folder : {temporary.path(), temporary / "missing"}) {
        const Error refusal = refusalOf([&] { static_cast<void>(RunDirectory::open(folder)); });
        EXPECT_EQ(refusal.kind(), ErrorKind::BadInput);
        EXPECT_THAT(refusal.what(), HasSubstr(folder.string()));
    }
}

TEST(RunDirectory, PlaceThatCannotHoldAFolderIsAStorageError)
{
    const TemporaryFolder temporary;
    const fs::path file = temporary.write("file", "x");
    EXPECT_EQ(
        refusalOf([&] { static_cast<void>(RunDirectory::create(file / "run", {}, {})); }).kind(),
        ErrorKind::Storage);
}

TEST(RunDirectory, BrokenSettingsOrManifestAreNamed)
{
    const TemporaryFolder temporary;
    static_cast<void>(RunDirectory::create(temporary / "run", {}, {}));
    const auto open = [&] { static_cast<void>(RunDirectory::open(temporary / "run")); };

    temporary.write("run/manifest.json", "{\"seed\": ");
    EXPECT_EQ(refusalOf(open).kind(), ErrorKind::BadInput);
    EXPECT_THAT(refusalOf(open).what(), HasSubstr("manifest.json"));

    temporary.write("run/run.toml", "epochs = \"many\"\n");
    EXPECT_THAT(refusalOf(open).what(), HasSubstr("run.toml, line 1, epochs"));
}

TEST(RunDirectory, EventsOfAReopenedRunGoOnBehindTheOldOnes)
{
    const TemporaryFolder temporary;
    RunDirectory::create(temporary / "run", {}, {})->events().append({{"event", "start"}});
    RunDirectory::open(temporary / "run")->events().append({{"event", "resume"}});

    EventReader reader{temporary / "run/events.jsonl"};
    std::vector<std::string> kinds;
    for (const Json& event : reader.poll()) {
        kinds.push_back(event.at("event"));
    }
    EXPECT_THAT(kinds, ElementsAre("start", "resume"));
}

TEST(RunDirectory, CheckpointsAreTheWholeOnesNewestFirst)
{
    const TemporaryFolder temporary;
    const auto directory = RunDirectory::create(temporary / "run", {}, {});
    for (const std::int64_t step : {5, 40, 100}) {
        addCheckpoint(*directory, step);
    }
    temporary.write("run/checkpoints/40/weights", "other");
    for (const char* other : {"007", "-3", "12x", "60.tmp", "", "notes"}) {
        fs::create_directories(temporary.path() / "run/checkpoints" / other);
    }
    fs::create_directories(temporary / "run/checkpoints/50");

    EXPECT_THAT(directory->checkpoints(), ElementsAre(100, 5));
    EXPECT_THAT(directory->checkpointFolders(), ElementsAre(100, 50, 40, 5));
}

TEST(RunDirectory, UnfinishedCheckpointsAreRemovedAndNothingElse)
{
    const TemporaryFolder temporary;
    const auto directory = RunDirectory::create(temporary / "run", {}, {});
    addCheckpoint(*directory, 5);
    temporary.write("run/checkpoints/9.tmp/state.safetensors", "half");
    temporary.write("run/checkpoints/5.old/state.safetensors", "old");
    temporary.write("run/checkpoints/7.old/state.safetensors", "about to be replaced");
    temporary.write("run/checkpoints/3.gone/state.safetensors", "going");
    temporary.write("run/checkpoints/mine.tmp/notes", "mine");

    directory->removeUnfinishedCheckpoints();

    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator{temporary / "run/checkpoints"}) {
        names.push_back(entry.path().filename().string());
    }
    EXPECT_THAT(names, ::testing::UnorderedElementsAre("5", "7", "mine.tmp"));
}

TEST(RunDirectory, WithoutAFolderOfCheckpointsThereAreNone)
{
    const TemporaryFolder temporary;
    const auto directory = RunDirectory::create(temporary / "run", {}, {});
    fs::remove(temporary / "run/checkpoints");
    EXPECT_THAT(directory->checkpoints(), IsEmpty());
    directory->removeUnfinishedCheckpoints();
}

} // namespace

} // namespace nextquill::train
