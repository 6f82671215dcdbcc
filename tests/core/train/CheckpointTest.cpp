// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/Checkpoint.h"

#include "core/base/AtomicFile.h"
#include "core/base/Digest.h"
#include "core/base/Error.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <stdexcept>

namespace nextquill::train {

namespace {

namespace fs = std::filesystem;
using nextquill::testing::TemporaryFolder;

void writeTwoFiles(const fs::path& folder)
{
    writeFileAtomically(folder / "weights", "the weights");
    writeFileAtomically(folder / "moments", "the moments");
}

std::vector<std::string> namesIn(const fs::path& folder)
{
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator{folder}) {
        names.push_back(entry.path().filename().string());
    }
    return names;
}

/// A checkpoint of step 12 in a folder of its own.
class Checkpoint : public ::testing::Test
{
protected:
    Checkpoint() { writeCheckpoint(m_place, {{"step", 12}}, writeTwoFiles); }

    TemporaryFolder m_temporary;
    fs::path m_place = m_temporary / "12";
};

TEST_F(Checkpoint, GivesItsStateBackAndLeavesNothingBeside)
{
    const auto state = checkpointState(m_place);

    ASSERT_TRUE(state);
    EXPECT_EQ(*state, (Json{{"step", 12}}));
    EXPECT_TRUE(isWholeCheckpoint(m_place));
    EXPECT_THAT(namesIn(m_temporary.path()), ::testing::ElementsAre("12"));
    EXPECT_THAT(namesIn(m_place),
                ::testing::UnorderedElementsAre("weights", "moments", "checkpoint.json"));
}

TEST_F(Checkpoint, ManifestHasTheDigestOfEveryFile)
{
    const Json manifest = readJsonFile(m_place / "checkpoint.json", {});
    EXPECT_EQ(manifest.at("sha256"),
              (Json{{"weights", sha256("the weights")}, {"moments", sha256("the moments")}}));
}

TEST_F(Checkpoint, EveryChangedByteOfAFileIsSeen)
{
    const std::string bytes = readFile(m_place / "weights");
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::string changed = bytes;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        m_temporary.write("12/weights", changed);
        EXPECT_FALSE(isWholeCheckpoint(m_place)) << "byte " << i;
    }
    m_temporary.write("12/weights", bytes);
    EXPECT_TRUE(isWholeCheckpoint(m_place));
}

TEST_F(Checkpoint, EveryTruncationOfTheManifestIsSeen)
{
    std::string manifest = readFile(m_place / "checkpoint.json");
    manifest.pop_back(); // the line break at the end is not missed
    for (std::size_t size = 0; size < manifest.size(); ++size) {
        m_temporary.write("12/checkpoint.json", manifest.substr(0, size));
        EXPECT_FALSE(isWholeCheckpoint(m_place)) << "of " << size << " bytes";
    }
}

TEST_F(Checkpoint, MissingAddedAndTruncatedFilesAreSeen)
{
    m_temporary.write("12/weights", "the weigh");
    EXPECT_FALSE(isWholeCheckpoint(m_place));

    fs::remove(m_place / "weights");
    EXPECT_FALSE(isWholeCheckpoint(m_place));

    m_temporary.write("12/weights", "the weights");
    ASSERT_TRUE(isWholeCheckpoint(m_place));
    m_temporary.write("12/another", "x");
    EXPECT_FALSE(isWholeCheckpoint(m_place));
}

TEST_F(Checkpoint, ManifestThatNamesFilesElsewhereIsNotWhole)
{
    m_temporary.write("outside", "x");
    const auto withFile = [](const std::string& name) {
        return Json{{"state", Json::object()}, {"sha256", {{name, sha256("x")}}}}.dump();
    };
    for (const char* name : {"../outside", "", ".", "..", "/etc/passwd", "checkpoint.json"}) {
        fs::remove_all(m_place);
        m_temporary.write("12/checkpoint.json", withFile(name));
        EXPECT_FALSE(isWholeCheckpoint(m_place)) << name;
    }
}

TEST_F(Checkpoint, ForeignManifestsAreNotWhole)
{
    fs::remove(m_place / "weights");
    fs::remove(m_place / "moments");
    for (const char* manifest :
         {"{}", "[]", "7", "{\"state\": {}}", "{\"sha256\": {}}", "{\"state\": {}, \"sha256\": 5}",
          "{\"state\": {}, \"sha256\": {\"weights\": 5}}"}) {
        m_temporary.write("12/checkpoint.json", manifest);
        EXPECT_FALSE(isWholeCheckpoint(m_place)) << manifest;
    }
}

TEST_F(Checkpoint, MissingFolderIsNotWhole)
{
    EXPECT_FALSE(isWholeCheckpoint(m_temporary / "13"));
    EXPECT_FALSE(checkpointState(m_temporary / "13"));
}

TEST_F(Checkpoint, ErrorWhileWritingLeavesTheOldOneAndNothingElse)
{
    const auto failHalfWay = [](const fs::path& folder) {
        writeFileAtomically(folder / "weights", "new weights");
        throw Error{ErrorKind::Storage, "the disk is full", folder.string(), "free some space"};
    };

    EXPECT_THROW(writeCheckpoint(m_place, {{"step", 99}}, failHalfWay), Error);
    EXPECT_THROW(writeCheckpoint(m_temporary / "13", {{"step", 13}}, failHalfWay), Error);

    EXPECT_EQ(*checkpointState(m_place), (Json{{"step", 12}}));
    EXPECT_EQ(readFile(m_place / "weights"), "the weights");
    EXPECT_THAT(namesIn(m_temporary.path()), ::testing::ElementsAre("12"));
}

TEST_F(Checkpoint, SameStepIsReplacedAsAWhole)
{
    writeCheckpoint(m_place, {{"step", 12}, {"again", true}},
                    [](const fs::path& folder) { writeFileAtomically(folder / "other", "x"); });

    EXPECT_EQ(checkpointState(m_place)->at("again"), true);
    EXPECT_THAT(namesIn(m_place), ::testing::UnorderedElementsAre("other", "checkpoint.json"));
    EXPECT_THAT(namesIn(m_temporary.path()), ::testing::ElementsAre("12"));
}

TEST_F(Checkpoint, RemainsOfAKilledWriterDoNotGetIn)
{
    m_temporary.write("13.tmp/half", "rubbish");

    writeCheckpoint(m_temporary / "13", {{"step", 13}}, writeTwoFiles);

    EXPECT_TRUE(isWholeCheckpoint(m_temporary / "13"));
    EXPECT_FALSE(fs::exists(m_temporary / "13/half"));
}

TEST_F(Checkpoint, FolderThatCannotBeMadeIsAStorageError)
{
    m_temporary.write("file", "x");
    try {
        writeCheckpoint(m_temporary / "file/13", {}, writeTwoFiles);
        FAIL() << "nothing was refused";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Storage);
    }
}

} // namespace

} // namespace nextquill::train
