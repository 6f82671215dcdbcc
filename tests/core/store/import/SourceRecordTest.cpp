// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/SourceRecord.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace nextquill::store {
namespace {

/// A record of 2023 with one more field.
std::string recordWith(const std::string& field)
{
    return R"({"user_id":"u","asin":"a","rating":4,"text":"x","timestamp":1,)" + field + "}";
}

/// Why a record with one more field is refused; empty when it is taken.
std::string reasonFor(const std::string& field)
{
    RecordParser parser;
    return parser.reviews(SourceFormat::Amazon2023, recordWith(field)).at(0).reason;
}

std::string objectOf(int keys)
{
    std::string object = "\"o\":{";
    for (int key = 0; key < keys; ++key) {
        object += fmt::format("{}\"k{}\":0", key == 0 ? "" : ",", key);
    }
    return object + "}";
}

std::string nested(int depth)
{
    const auto arrays = static_cast<std::size_t>(depth - 1); // the record is one level itself
    return "\"n\":" + std::string(arrays, '[') + std::string(arrays, ']');
}

TEST(RecordParser, LimitsTheKeysOfAnObject)
{
    EXPECT_EQ(reasonFor(objectOf(4'095)), "");
    EXPECT_EQ(reasonFor(objectOf(4'096)), "");
    EXPECT_EQ(reasonFor(objectOf(4'097)), "it has an object of more than 4,096 keys");
    EXPECT_EQ(reasonFor("\"a\":[{\"b\":{" + objectOf(4'097) + "}}]"),
              "it has an object of more than 4,096 keys");
}

TEST(RecordParser, LimitsATextAndAKey)
{
    constexpr std::size_t most = std::size_t{16} << 20;
    for (const std::size_t size : {most - 1, most, most + 1}) {
        const std::string text(size, 'x');
        EXPECT_EQ(reasonFor("\"t\":\"" + text + "\""),
                  size > most ? "it has a text of more than 16 MiB" : "");
        EXPECT_EQ(reasonFor("\"" + text + "\":0"),
                  size > most ? "it has a key of more than 16 MiB" : "");
    }
}

TEST(RecordParser, LimitsTheNestingOfShortAndLongRecords)
{
    const std::string pad = "\"p\":\"" + std::string(200'000, 'x') + "\",";
    for (const std::string& before : {std::string{}, pad}) {
        EXPECT_EQ(reasonFor(before + nested(60)), "") << before.size();
        EXPECT_NE(reasonFor(before + nested(66)), "") << before.size();
        EXPECT_NE(reasonFor(before + nested(1'000)), "") << before.size();
    }
}

TEST(RecordParser, LimitsTheValues)
{
    constexpr std::size_t most = std::size_t{4} << 20;
    const std::size_t others = 6; // the record's own commas and bracket
    std::string values = "\"v\":[0";
    for (std::size_t value = others + 2; value < most; ++value) {
        values += ",0";
    }
    EXPECT_EQ(reasonFor(values + "]"), "");
    EXPECT_EQ(reasonFor(values + ",0]"), "");
    EXPECT_EQ(reasonFor(values + ",0,0]"), "it has more than 4,194,304 values");
}

TEST(RecordParser, ReadsOnAfterALongRecord)
{
    RecordParser parser;
    const std::string huge = recordWith("\"p\":\"" + std::string(std::size_t{8} << 20, 'x') + "\"");
    for (int time = 0; time < 3; ++time) {
        EXPECT_EQ(parser.reviews(SourceFormat::Amazon2023, huge).at(0).reason, "");
        EXPECT_EQ(parser.reviews(SourceFormat::Amazon2023, recordWith("\"p\":1")).at(0).user, "u");
        EXPECT_NE(parser.reviews(SourceFormat::Amazon2023, huge + "x").at(0).reason, "");
    }
}

/// The store's time for a number in a field of a format.
std::int64_t timeOf(SourceFormat format, const std::string& number)
{
    RecordParser parser;
    switch (format) {
    case SourceFormat::Amazon2023:
        return parser
            .reviews(format, R"({"user_id":"u","asin":"a","rating":4,"text":"x","timestamp":)" +
                                 number + "}")
            .at(0)
            .time;
    case SourceFormat::Amazon2018:
        return parser
            .reviews(
                format,
                R"({"reviewerID":"u","asin":"a","overall":4,"reviewText":"x","unixReviewTime":)" +
                    number + "}")
            .at(0)
            .time;
    default:
        break;
    }
    return parser
        .reviews(format,
                 R"({"user_id":"u","profile":[{"asin":"a","rating":4,"text":"x","timestamp":)" +
                     number + "}]}")
        .at(0)
        .time;
}

TEST(RecordParser, GivesTimesInMillisecondsWhateverTheSourceHas)
{
    for (const SourceFormat format :
         {SourceFormat::Amazon2023, SourceFormat::Amazon2018, SourceFormat::NextQuillRecords}) {
        EXPECT_EQ(timeOf(format, "1588687728"), 1'588'687'728'000);
        EXPECT_EQ(timeOf(format, "1588687728923"), 1'588'687'728'923);
        EXPECT_EQ(timeOf(format, "\"1588687728923\""), 1'588'687'728'923);
        EXPECT_EQ(timeOf(format, "1588687728.5"), 1'588'687'728'500);
        EXPECT_EQ(timeOf(format, "832550400"), 832'550'400'000); // 1996
        EXPECT_EQ(timeOf(format, "832550400000"), 832'550'400'000);
        EXPECT_EQ(timeOf(format, "99999999999"), 99'999'999'999'000);
        EXPECT_EQ(timeOf(format, "100000000000"), 100'000'000'000);
    }
}

} // namespace
} // namespace nextquill::store
