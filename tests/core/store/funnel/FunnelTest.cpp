// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/funnel/Funnel.h"

#include "core/base/Error.h"

#include <gtest/gtest.h>

namespace nextquill::store {
namespace {

TEST(Funnel, StepsAreReadAsTheyAreWritten)
{
    for (const char* const written :
         {"where rating:4.. words:40..", "search \"free jazz\" OR fusion", "user-reviews 8",
          "item-users 5", "core 10", "newest 20", "one-per-item", "sample-users 100 seed 7"}) {
        EXPECT_EQ(text(funnelStep(written)), written);
    }
    EXPECT_EQ(text(funnelStep("  user-reviews   8 ")), "user-reviews 8");
    EXPECT_EQ(text(funnelStep("sample-users 3")), "sample-users 3 seed 42");
    EXPECT_EQ(funnelStepForms().size(), 8U);
}

TEST(Funnel, RefusesStepsThatCannotBeReadAndSaysWhatToWrite)
{
    for (const char* const wrong :
         {"", "nothing 3", "user-reviews", "user-reviews 0", "user-reviews -1", "user-reviews 8x",
          "user-reviews 99999999999999999999", "user-reviews 8 9", "one-per-item 2", "where",
          "search  ", "sample-users 3 seed", "sample-users 3 seed x", "sample-users 3 of 4"}) {
        try {
            static_cast<void>(funnelStep(wrong));
            FAIL() << wrong;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadInput) << wrong;
            EXPECT_FALSE(error.remedy().empty()) << wrong;
        }
    }
}

TEST(Funnel, ComesBackFromItsJson)
{
    Funnel funnel{.name = "study", .steps = {}};
    for (const char* const step : {"where rating:4..", "user-reviews 8", "one-per-item",
                                   "sample-users 100 seed 18446744073709551615"}) {
        funnel.steps.push_back(funnelStep(step));
    }
    funnel.steps[1].isOn = false;
    EXPECT_EQ(funnelFrom(Json::parse(toJson(funnel).dump()), "test"), funnel);
}

TEST(Funnel, RefusesJsonThatIsNone)
{
    for (const char* const wrong :
         {"{}", "[]", R"({"name": 3, "steps": []})", R"({"name": "f", "steps": 3})",
          R"({"name": "f", "steps": [{"step": "core"}]})",
          R"({"name": "f", "steps": [{"step": "core", "number": "x"}]})",
          R"({"name": "f", "steps": [{"number": 3}]})",
          R"({"name": "f", "steps": [{"step": "of the future", "number": 3}]})"}) {
        EXPECT_THROW(static_cast<void>(funnelFrom(Json::parse(wrong), "test")), Error) << wrong;
    }
    Funnel tooLong{.name = "f", .steps = std::vector(65, funnelStep("core 2"))};
    EXPECT_THROW(requireSensible(tooLong), Error);
    tooLong.steps.pop_back();
    EXPECT_NO_THROW(requireSensible(tooLong));
}

} // namespace
} // namespace nextquill::store
