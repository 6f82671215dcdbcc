// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Resources.h"

#include "core/base/Error.h"
#include "core/base/Json.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

namespace nextquill {
namespace {

std::vector<Json> lines(std::string_view path)
{
    std::istringstream text{std::string{resource(path)}};
    std::vector<Json> objects;
    for (std::string line; std::getline(text, line);) {
        objects.push_back(parseJson(line, {}, std::string{path}));
    }
    return objects;
}

TEST(Resources, AreFoundByPath)
{
    EXPECT_FALSE(resource("prompts/nextquill.txt").empty());
    EXPECT_THROW(static_cast<void>(resource("prompts/none.txt")), Error);
    EXPECT_EQ(resourcesBelow("samples/").size(), 2U);
}

TEST(Resources, SampleHasSixtyUsersWithTenTextsEachAboutEightyItems)
{
    std::set<std::string> items;
    for (const Json& item : lines("samples/items.jsonl")) {
        items.insert(item.at("parent_asin").get<std::string>());
        EXPECT_FALSE(item.at("title").get<std::string>().empty());
        EXPECT_FALSE(item.at("description").empty());
    }
    std::map<std::string, int> texts;
    std::set<std::string> distinct;
    for (const Json& review : lines("samples/reviews.jsonl")) {
        ++texts[review.at("user_id").get<std::string>()];
        EXPECT_TRUE(distinct.insert(review.at("text").get<std::string>()).second);
        EXPECT_TRUE(items.contains(review.at("parent_asin").get<std::string>()));
    }

    EXPECT_GE(items.size(), 80U);
    EXPECT_GE(texts.size(), 60U);
    for (const auto& [user, count] : texts) {
        EXPECT_GE(count, 10) << user;
    }
}

} // namespace
} // namespace nextquill
