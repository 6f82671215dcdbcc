// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/TimeText.h"

#include <gtest/gtest.h>

namespace nextquill::store {
namespace {

constexpr double may = 1'367'366'400'000; // 2013-05-01

TEST(TimeText, ReadsNumbersAndDates)
{
    EXPECT_EQ(millisecondsOf("1367366400"), may);
    EXPECT_EQ(millisecondsOf("1367366400000"), may);
    EXPECT_EQ(millisecondsOf("2013-05-01"), may);
    EXPECT_EQ(millisecondsOf(" 2013/5/1 "), may);
    EXPECT_EQ(millisecondsOf("2013-05-01T12:30"), may + 45'000'000);
    EXPECT_EQ(millisecondsOf("2013-05-01 12:30:05.25"), may + 45'005'250);
    EXPECT_EQ(millisecondsOf("2013-05-01T12:30:00Z"), may + 45'000'000);
    EXPECT_EQ(millisecondsOf("2013-05-01T12:30:00+02:00"), may + 45'000'000 - 7'200'000);
    EXPECT_EQ(millisecondsOf("2013-05-01T12:30:00-0130"), may + 45'000'000 + 5'400'000);
    EXPECT_EQ(millisecondsOf("2013"), 1'356'998'400'000);
    EXPECT_EQ(millisecondsOf("1972-01-01"), 63'072'000'000); // no seconds made of it
}

TEST(TimeText, RefusesWhatIsNone)
{
    for (const char* text : {"", "yesterday", "2013-13-01", "2013-02-30", "2013-05/01", "13-05-01",
                             "2013-05-01T", "2013-05-01T25:00", "2013-05-01T12:60", "2013-05-01x",
                             "2013-05-01T12:30:00+2", "nan", "inf", "2013-05-01T12:30Zx"}) {
        EXPECT_FALSE(millisecondsOf(text)) << text;
    }
}

} // namespace
} // namespace nextquill::store
