// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/SeenContents.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

namespace nextquill::store {
namespace {

TEST(SeenContents, TakesEachDigestOnce)
{
    SeenContents seen;
    std::set<std::string> expected;
    std::mt19937_64 random{5};
    for (int i = 0; i < 50'000; ++i) {
        std::string content(16, '\0');
        const std::uint64_t few = random() % 30'000; // many come again
        const std::uint64_t first = few * 64;        // all of one part, and near each other
        content.replace(0, 8, reinterpret_cast<const char*>(&first), 8);
        content.replace(8, 8, reinterpret_cast<const char*>(&few), 8);
        ASSERT_EQ(seen.add(content), expected.insert(content).second) << i;
    }
    EXPECT_EQ(seen.size(), static_cast<std::int64_t>(expected.size()));
}

TEST(SeenContents, TellsDigestsApartThatShareAHalf)
{
    SeenContents seen;
    const std::string zeros(16, '\0');
    EXPECT_TRUE(seen.add(zeros));
    EXPECT_FALSE(seen.add(zeros));
    for (std::size_t byte = 0; byte < 16; ++byte) {
        std::string content = zeros;
        content[byte] = 1;
        EXPECT_TRUE(seen.add(content)) << byte;
        EXPECT_FALSE(seen.add(content)) << byte;
    }
    EXPECT_EQ(seen.size(), 17);
}

} // namespace
} // namespace nextquill::store
