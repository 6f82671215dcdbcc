// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/HubName.h"

#include "core/base/Error.h"

#include <gtest/gtest.h>

namespace nextquill::hub {
namespace {

TEST(HubName, IsOwnerAndNameInPlainCharacters)
{
    EXPECT_EQ(requireHubName("Qwen/Qwen2.5-0.5B").folder(), "models--Qwen--Qwen2.5-0.5B");
    for (const char* bad : {"", "gpt2", "a/b/c", "/b", "a/", "../b", "a/..", "a/b--c", "a/b.git",
                            "a/-b", "a/b ", "a/b?x", "a/\xc3\xa9"}) {
        EXPECT_FALSE(readHubName(bad)) << bad;
    }
    EXPECT_FALSE(readHubName("a/" + std::string(95, 'b')));
    EXPECT_TRUE(readHubName("a/" + std::string(94, 'b')));
    EXPECT_THROW(static_cast<void>(requireHubName("gpt2")), Error);
}

TEST(HubName, ComesBackFromItsFolder)
{
    EXPECT_EQ(nameOfCacheFolder("models--a--b-c"), (HubName{.owner = "a", .name = "b-c"}));
    EXPECT_FALSE(nameOfCacheFolder("datasets--a--b"));
    EXPECT_FALSE(nameOfCacheFolder("models--gpt2"));
}

TEST(HubName, KnowsRevisionsAndPathsThatStayInTheirFolder)
{
    EXPECT_TRUE(isRevision("main") && isRevision("refs/pr/1") && isRevision("v1.0"));
    EXPECT_FALSE(isRevision("") || isRevision("a..b") || isRevision("/a") || isRevision("a b") ||
                 isRevision("-a"));
    EXPECT_TRUE(isSafePath("model.safetensors") && isSafePath("a/b.json"));
    EXPECT_FALSE(isSafePath("../a") || isSafePath("a/../b") || isSafePath("/a") ||
                 isSafePath("a//b") || isSafePath(".git/x") || isSafePath("a\\b") ||
                 isSafePath("") || isSafePath(std::string_view{"a\0b", 3}));
}

} // namespace
} // namespace nextquill::hub
