// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/ModelRegistry.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <thread>

namespace nextquill::workflow {
namespace {

class Registry : public ::testing::Test
{
protected:
    testing::TemporaryFolder folder;
    ModelRegistry registry{folder / "data/models.json"};
};

TEST_F(Registry, KeepsNamesUntilTheyAreRemoved)
{
    EXPECT_TRUE(registry.all().empty());
    registry.add({.name = "tea", .path = "/models/tea", .kind = "gguf", .description = "d"});
    registry.add({.name = "pot", .path = "/models/pot"});
    registry.add({.name = "tea", .path = "/models/tea-2"}); // replaces
    ASSERT_EQ(registry.all().size(), 2);
    EXPECT_EQ(ModelRegistry{folder / "data/models.json"}.find("tea")->path, "/models/tea-2");
    registry.remove("tea");
    EXPECT_FALSE(registry.find("tea"));
    EXPECT_THROW(registry.remove("tea"), Error);
}

TEST_F(Registry, RefusesNamesThatMeanSomethingElse)
{
    for (const char* bad : {"", "demo", "..", "a/b", "a,b", " a", "a\nb", "a\xe2\x80\xae"}) {
        EXPECT_THROW(registry.add({.name = bad}), Error) << bad;
    }
}

TEST_F(Registry, LosesNothingWhenSeveralAdd)
{
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&, i] { registry.add({.name = "m" + std::to_string(i)}); });
    }
    threads.clear();
    EXPECT_EQ(registry.all().size(), 8);
}

TEST_F(Registry, LeavesADamagedListAsItIs)
{
    for (const char* damaged : {"{", "[]", "{\"models\": [{}]}", "{\"models\": [{\"name\": 3}]}"}) {
        const auto file = folder.write("data/models.json", damaged);
        EXPECT_THROW(registry.add({.name = "tea"}), Error) << damaged;
        EXPECT_EQ(readFile(file), damaged);
    }
}

} // namespace
} // namespace nextquill::workflow
