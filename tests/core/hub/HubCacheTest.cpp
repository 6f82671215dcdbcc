// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/HubCache.h"

#include "core/base/Error.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace nextquill::hub {
namespace {

namespace fs = std::filesystem;

class Cache : public ::testing::Test
{
protected:
    /// A file of a snapshot, as the hub's programs leave it.
    void put(const std::string& file, const std::string& bytes, const std::string& commit = first)
    {
        const std::string sum = std::string(40, bytes.empty() ? '0' : 'e');
        folder.write("models--tea--kettle/blobs/" + sum, bytes);
        cache.link(name, commit, file, sum);
    }

    inline static const std::string first = std::string(40, 'a');
    inline static const std::string second = std::string(40, 'b');
    const HubName name{.owner = "tea", .name = "kettle"};
    testing::TemporaryFolder folder;
    HubCache cache{folder.path()};
};

TEST_F(Cache, FindsAModelByItsRevision)
{
    EXPECT_FALSE(cache.find(name));
    put("config.json", "{}");
    put("model.safetensors", "x");
    EXPECT_FALSE(cache.find(name)); // no reference yet
    cache.setRevision(name, "main", first);
    const auto model = cache.find(name);
    ASSERT_TRUE(model);
    EXPECT_TRUE(model->isWhole);
    EXPECT_EQ(model->path, cache.snapshot(name, first));
    EXPECT_FALSE(cache.find(name, "../main"));
}

TEST_F(Cache, IsWholeOnlyWithAllShards)
{
    cache.setRevision(name, "main", first);
    put("config.json", "{}");
    EXPECT_FALSE(cache.find(name)->isWhole);
    folder.write("models--tea--kettle/snapshots/" + first + "/model.safetensors.index.json",
                 R"({"weight_map": {"a": "m-1.safetensors", "b": "m-2.safetensors"}})");
    put("m-1.safetensors", "x");
    EXPECT_FALSE(cache.find(name)->isWhole);
    put("m-2.safetensors", "x");
    EXPECT_TRUE(cache.find(name)->isWhole);
    folder.write("models--tea--kettle/snapshots/" + first + "/model.safetensors.index.json",
                 R"({"weight_map": {}})");
    EXPECT_FALSE(cache.find(name)->isWhole);
}

TEST_F(Cache, ListsWhatAFetchLeftThatStoppedEarly)
{
    folder.write("models--tea--kettle/blobs/abc.nextquill.incomplete", "half");
    const auto all = cache.all();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.front().name, name);
    EXPECT_FALSE(all.front().isWhole);
    EXPECT_EQ(all.front().path, folder / "models--tea--kettle");
    cache.remove(name);
    EXPECT_TRUE(cache.all().empty());
}

TEST_F(Cache, OfOneGgufFileIsThatFile)
{
    cache.setRevision(name, "main", first);
    put("kettle.Q8_0.gguf", "x");
    EXPECT_EQ(cache.find(name)->path.filename(), "kettle.Q8_0.gguf");
    put("sub/kettle.Q4_0.gguf", "x");
    EXPECT_FALSE(cache.find(name)->isWhole); // a choice to make
    EXPECT_EQ(cache.find(name)->ggufs.size(), 2);
}

TEST_F(Cache, ListsItsModelsEvenWithoutAReference)
{
    put("config.json", "{}", second);
    folder.write("models--tea--kettle/snapshots/no-commit/config.json", "{}");
    folder.write("datasets--tea--leaves/refs/main", first);
    const auto all = cache.all();
    ASSERT_EQ(all.size(), 1);
    EXPECT_EQ(all[0].commit, second);
    EXPECT_TRUE(HubCache{folder / "none"}.all().empty());
}

TEST_F(Cache, KnowsTheChecksumOfALinkedFile)
{
    put("sub/config.json", "{}");
    EXPECT_EQ(HubCache::checksumOf(cache.snapshot(name, first) / "sub/config.json"),
              std::string(40, 'e'));
    EXPECT_EQ(HubCache::checksumOf(folder.write("plain", "x")), "");
}

TEST_F(Cache, DeletesAModelWholly)
{
    put("config.json", "{}");
    EXPECT_GT(cache.bytesOf(name), 0U);
    cache.remove(name);
    EXPECT_FALSE(fs::exists(folder / "models--tea--kettle"));
    EXPECT_THROW(cache.remove(name), Error);
}

} // namespace
} // namespace nextquill::hub
