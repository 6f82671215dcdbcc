// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"

#include "core/base/Error.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <iterator>
#include <sys/stat.h>

namespace nextquill {
namespace {

namespace fs = std::filesystem;
using testing::TemporaryFolder;

std::ptrdiff_t filesIn(const fs::path& folder)
{
    return std::distance(fs::directory_iterator{folder}, fs::directory_iterator{});
}

TEST(AtomicFile, ReplacesTheWholeFileAndLeavesNothingBeside)
{
    const TemporaryFolder folder;

    writeFileAtomically(folder / "a", "first, and longer");
    writeFileAtomically(folder / "a", std::string("se\0cond", 7));

    EXPECT_EQ(readFile(folder / "a"), std::string("se\0cond", 7));
    EXPECT_EQ(filesIn(folder.path()), 1);
}

TEST(AtomicFile, IsForTheOwnerOnly)
{
    const TemporaryFolder folder;

    writeFileAtomically(folder / "a", "private");

    struct stat status{};
    ASSERT_EQ(::stat((folder / "a").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(AtomicFile, KeepsTheOldFileWhenTheDiskIsFull)
{
    if (!fs::exists("/dev/full")) {
        GTEST_SKIP() << "no device that is always full";
    }
    const TemporaryFolder folder;
    writeFileAtomically(folder / "a", "old");
    // The temporary file's name is known; as a link to a full device the write fails half way.
    fs::create_symlink("/dev/full", (folder / "a").string() + ".tmp-" + std::to_string(::getpid()));

    EXPECT_THROW(writeFileAtomically(folder / "a", "new"), Error);

    EXPECT_EQ(readFile(folder / "a"), "old");
    EXPECT_EQ(filesIn(folder.path()), 1);
}

TEST(AtomicFile, SaysWhichFolderIsMissing)
{
    const TemporaryFolder folder;
    try {
        writeFileAtomically(folder / "none/a", "x");
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Storage);
        EXPECT_EQ(error.where(), (folder / "none/a").string());
    }
}

TEST(AtomicFile, ReadsUpToTheLimitAndNotBeyond)
{
    const TemporaryFolder folder;
    folder.write("a", "12345");

    EXPECT_EQ(readFile(folder / "a", 5), "12345");
    EXPECT_THROW(static_cast<void>(readFile(folder / "a", 4)), Error);
    EXPECT_THROW(static_cast<void>(readFile(folder.path())), Error);
}

TEST(AtomicFile, FoldersAreMadeWithThoseAboveThem)
{
    const testing::TemporaryFolder folder;
    createFolders(folder / "a/b/c/");
    createFolders(folder / "a/b");
    EXPECT_TRUE(std::filesystem::is_directory(folder / "a/b/c"));

    folder.write("a/file", "x");
    try {
        createFolders(folder / "a/file/b");
        FAIL() << "nothing was refused";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Storage);
        EXPECT_NE(error.where().find("a/file"), std::string::npos);
    }
}

} // namespace
} // namespace nextquill
