// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/CutDisk.h"

#include <gtest/gtest.h>

#include <set>

namespace nextquill::faults {

namespace {

using Kind = FileChange::Kind;

/// "a/, a/b=text", one after the other.
std::string render(const CutDisk::Files& files)
{
    std::string text;
    for (const auto& [path, bytes] : files) {
        text += (text.empty() ? "" : ", ") + path + (path.ends_with('/') ? "" : "=" + bytes);
    }
    return text;
}

CutDisk diskAfter(DiskModel model, const std::vector<FileChange>& changes)
{
    CutDisk disk{model, "/r"};
    for (const FileChange& change : changes) {
        disk.apply(change);
    }
    return disk;
}

/// All that a hundred cuts leave.
std::set<std::string> cutsOf(DiskModel model, const std::vector<FileChange>& changes)
{
    const CutDisk disk = diskAfter(model, changes);
    std::mt19937_64 random{3};
    std::set<std::string> left;
    for (int i = 0; i < 100; ++i) {
        left.insert(render(disk.filesAfterCut(random)));
    }
    return left;
}

using Left = std::set<std::string>;

const std::vector<FileChange> written{
    {.kind = Kind::MakeFolder, .path = "/r/a"},
    {.kind = Kind::Create, .path = "/r/a/f"},
    {.kind = Kind::Write, .path = "/r/a/f", .bytes = "text"},
};

std::vector<FileChange> writtenAnd(const std::vector<FileChange>& more)
{
    std::vector<FileChange> all = written;
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

TEST(CutDisk, ProgramsSeeWhatTheyDid)
{
    const auto all =
        writtenAnd({{.kind = Kind::Write, .path = "/r/a/f", .offset = 2, .bytes = "ll"},
                    {.kind = Kind::Rename, .path = "/r/a", .other = "/r/b"},
                    {.kind = Kind::Create, .path = "/r/b/g"},
                    {.kind = Kind::Truncate, .path = "/r/b/f", .offset = 3},
                    {.kind = Kind::Remove, .path = "/r/b/g"}});
    EXPECT_EQ(render(diskAfter(DiskModel::Strict, all).filesNow()), "b/, b/f=tel");
}

TEST(CutDisk, WithoutSyncsAnythingMayBeLeft)
{
    const Left expected{"", "a/", "a/, a/f=", "a/, a/f=text"};
    EXPECT_EQ(cutsOf(DiskModel::Journal, written), expected);
    EXPECT_EQ(cutsOf(DiskModel::Strict, written), expected);
}

TEST(CutDisk, SyncOfAFileTakesItsNamesAlongOnAJournalOnly)
{
    const auto synced = writtenAnd({{.kind = Kind::Sync, .path = "/r/a/f"}});
    EXPECT_EQ(cutsOf(DiskModel::Journal, synced), Left{"a/, a/f=text"});
    EXPECT_EQ(cutsOf(DiskModel::Strict, synced), (Left{"", "a/", "a/, a/f=text"}));
}

TEST(CutDisk, StrictlyEachFolderAboveIsToBeSynced)
{
    const std::vector<FileChange> files{{.kind = Kind::Sync, .path = "/r/a/f"},
                                        {.kind = Kind::Sync, .path = "/r/a"}};
    EXPECT_EQ(cutsOf(DiskModel::Strict, writtenAnd(files)), (Left{"", "a/, a/f=text"}));
    std::vector<FileChange> all = writtenAnd(files);
    all.push_back({.kind = Kind::Sync, .path = "/r"});
    EXPECT_EQ(cutsOf(DiskModel::Strict, all), Left{"a/, a/f=text"});
}

TEST(CutDisk, RenameIsThereOrNot)
{
    const auto renamed = writtenAnd({{.kind = Kind::Sync, .path = "/r/a/f"},
                                     {.kind = Kind::Sync, .path = "/r/a"},
                                     {.kind = Kind::Sync, .path = "/r"},
                                     {.kind = Kind::Rename, .path = "/r/a", .other = "/r/b"}});
    for (const DiskModel model : {DiskModel::Journal, DiskModel::Strict}) {
        EXPECT_EQ(cutsOf(model, renamed), (Left{"a/, a/f=text", "b/, b/f=text"}));
    }
}

TEST(CutDisk, LongWritesMayBeTorn)
{
    const std::string text(1500, 'x');
    const std::vector<FileChange> changes{{.kind = Kind::Create, .path = "/r/f"},
                                          {.kind = Kind::Sync, .path = "/r"},
                                          {.kind = Kind::Write, .path = "/r/f", .bytes = text}};
    EXPECT_EQ(cutsOf(DiskModel::Strict, changes),
              (Left{"f=", "f=" + text.substr(0, 512), "f=" + text.substr(0, 1024), "f=" + text}));
}

} // namespace

} // namespace nextquill::faults
