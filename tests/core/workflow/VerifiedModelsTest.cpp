// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/VerifiedModels.h"

#include "core/base/AtomicFile.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace nextquill::workflow {
namespace {

namespace fs = std::filesystem;

class Verified : public ::testing::Test
{
protected:
    Verified()
    {
        folder.write("tea/config.json", "{}");
        folder.write("tea/model.safetensors", "weights");
    }

    nextquill::testing::TemporaryFolder folder;
    fs::path tea = folder / "tea";
    VerifiedModels verified{folder / "data/verified.json"};
    std::vector<ModelCheck> checks{
        {.name = "files", .state = CheckState::Passed, .found = "2 tensors"},
        {.name = "checksums", .state = CheckState::Skipped, .found = "none are known"},
        {.name = "weights", .state = CheckState::Failed, .found = "nan", .remedy = "fetch it"}};
};

TEST_F(Verified, IsRememberedUntilTheFilesChange)
{
    EXPECT_FALSE(verified.find(tea));
    verified.note(tea, checks);
    const auto known = VerifiedModels{folder / "data/verified.json"}.find(tea);
    ASSERT_TRUE(known);
    EXPECT_GT(known->time, 0);
    EXPECT_FALSE(known->isChanged);
    EXPECT_FALSE(known->isSound());
    EXPECT_EQ(toText(known->checks), toText(checks));
    folder.write("tea/notes.txt", "no file of the model");
    EXPECT_FALSE(verified.find(tea)->isChanged);
    folder.write("tea/config.json", "{ }");
    EXPECT_TRUE(verified.find(tea)->isChanged);
    verified.note(tea, {checks.front()});
    EXPECT_FALSE(verified.find(tea)->isChanged);
    EXPECT_TRUE(verified.find(tea)->isSound());
}

TEST_F(Verified, ForgetsModelsThatAreGone)
{
    verified.note(tea, checks);
    verified.note(folder.write("pot.gguf", "GGUF"), checks);
    fs::remove_all(tea);
    verified.note(folder / "pot.gguf", checks);
    const std::string kept = readFile(folder / "data/verified.json");
    EXPECT_EQ(kept.find("/tea"), std::string::npos) << kept;
    EXPECT_TRUE(verified.find(folder / "pot.gguf"));
}

TEST_F(Verified, CountsADamagedListAsEmpty)
{
    for (const char* damaged : {"{", "[]", R"({"models": 3})", R"({"models": {"/tea": 3}})"}) {
        folder.write("data/verified.json", damaged);
        EXPECT_FALSE(verified.find("/tea")) << damaged;
        EXPECT_FALSE(verified.find(tea)) << damaged;
    }
    folder.write("data/verified.json", R"({"models": {")" + tea.string() + R"(": {"time": "x"}}})");
    EXPECT_FALSE(verified.find(tea));
    verified.note(tea, checks);
    EXPECT_TRUE(verified.find(tea));
}

} // namespace
} // namespace nextquill::workflow
