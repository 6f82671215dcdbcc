// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Json.h"

#include "core/base/Error.h"

#include <gtest/gtest.h>

namespace nextquill {
namespace {

std::string problemOf(const std::string& text, const JsonLimits& limits = {})
{
    try {
        static_cast<void>(parseJson(text, limits, "a.json"));
    } catch (const Error& error) {
        return error.where() + ": " + error.problem();
    }
    return "none";
}

TEST(Json, NamesLineAndColumnOfAFault)
{
    EXPECT_EQ(problemOf("{\"a\": 1,\n \"b\": }"), "a.json, line 2, column 7: no valid JSON");
    EXPECT_EQ(problemOf(""), "a.json, line 1, column 1: no valid JSON");
}

TEST(Json, BoundsDepthAtTheLimit)
{
    const JsonLimits limits{.depth = 3};
    EXPECT_EQ(problemOf("[[[1]]]", limits), "none");
    EXPECT_EQ(problemOf("[[[[1]]]]", limits),
              "a.json, line 1, column 4: JSON is nested deeper than 3 levels");
    EXPECT_EQ(problemOf("[\"[[[[[\\\"[[\"]", limits), "none"); // brackets in a string do not count
}

TEST(Json, BoundsBytesAtTheLimit)
{
    const JsonLimits limits{.bytes = 4};
    EXPECT_EQ(problemOf("1234", limits), "none");
    EXPECT_EQ(problemOf("12345", limits), "a.json: JSON has 5 bytes, at most 4 are read");
}

TEST(Json, RefusesDuplicateKeysOnRequest)
{
    const JsonLimits limits{.refuseDuplicateKeys = true};
    EXPECT_EQ(problemOf("{\"a\":{\"b\":1},\"c\":{\"b\":1}}", limits), "none");
    EXPECT_EQ(problemOf("{\"a\":1,\"a\":2}", limits), "a.json: key \"a\" stands twice");
}

TEST(Json, RefusesWhatIsNoUtf8OrTooLarge)
{
    EXPECT_NE(problemOf("\"\xff\""), "none");
    EXPECT_NE(problemOf("1e999"), "none");
}

TEST(Json, SurvivesAMillionBrackets)
{
    EXPECT_NE(problemOf(std::string(1'000'000, '[')), "none");
}

TEST(Json, WritesBrokenTextAsReplacementCharacters)
{
    EXPECT_EQ(toLine({{"t", "a\xff\n"}}), "{\"t\":\"a\xef\xbf\xbd\\n\"}");
}

} // namespace
} // namespace nextquill
