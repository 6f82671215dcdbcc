// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/FilterExpression.h"

#include "core/base/Random.h"
#include "core/store/table/TypedValue.h"

#include <gtest/gtest.h>

#include <cmath>

namespace nextquill::store {
namespace {

ColumnCondition oneOf(std::string_view column, std::string_view typed)
{
    FilterExpression filter;
    filter.set(column, typed);
    return filter.conditions().at(0);
}

/// What is wrong, and where: "12: why".
std::string faultOf(std::string_view column, std::string_view typed)
{
    const auto fault = FilterExpression::check(TableKind::Reviews, column, typed);
    return fault ? std::to_string(fault->position()) + ' ' + fault->column() : "";
}

TEST(FilterExpression, ReadsWhatIsTypedIntoAField)
{
    EXPECT_EQ(oneOf("item", "kind of blue").comparison, Comparison::Contains);
    EXPECT_EQ(oneOf("item", "= Kind of Blue ").text, "Kind of Blue");
    EXPECT_EQ(oneOf("item", "<>x").comparison, Comparison::NotEqual);
    EXPECT_EQ(oneOf("rating", "5").low, 5);
    EXPECT_EQ(oneOf("rating", ">=4.5").comparison, Comparison::GreaterEqual);
    EXPECT_EQ(oneOf("words", "1,000").low, 1000);
    EXPECT_EQ(oneOf("words", "40 .. 200").high, 200);
    EXPECT_TRUE(std::isinf(oneOf("words", "40..").high));
    EXPECT_TRUE(std::isinf(oneOf("words", "..40").low));
    EXPECT_EQ(oneOf("title", "empty").comparison, Comparison::Empty);
    EXPECT_EQ(oneOf("title", "not empty").comparison, Comparison::NotEmpty);
    EXPECT_EQ(oneOf("excluded", "yes").low, 1);
    EXPECT_EQ(oneOf("text", "/ja+z/i").text, "ja+z");
    EXPECT_TRUE(oneOf("text", "/ja+z/i").anyCase);
    EXPECT_EQ(oneOf("text", "wait... what").text, "wait... what");
}

TEST(FilterExpression, TakesWhatStandsInQuotesAsItIs)
{
    EXPECT_EQ(oneOf("title", "\"=5\"").text, "=5");
    EXPECT_EQ(oneOf("title", "\"=5\"").comparison, Comparison::Contains);
    EXPECT_EQ(oneOf("title", "\"a \"\"b\"\" && c\"").text, "a \"b\" && c");
    EXPECT_EQ(oneOf("title", "=\" x \"").text, " x ");
    EXPECT_EQ(oneOf("title", "\"/x\"").text, "/x");
}

TEST(FilterExpression, TakesADateForAllOfIt)
{
    const auto year = rangeOf(ColumnType::Time, "2013");
    ASSERT_TRUE(year);
    EXPECT_EQ(typedValue(ColumnType::Time, year->low), "2013-01-01");
    EXPECT_EQ(typedValue(ColumnType::Time, year->high), "2013-12-31 23:59:59.999");
    EXPECT_EQ(typedValue(ColumnType::Time, rangeOf(ColumnType::Time, "2012-02")->high),
              "2012-02-29 23:59:59.999");
    EXPECT_EQ(typedValue(ColumnType::Time, rangeOf(ColumnType::Time, "2013-05-01")->high),
              "2013-05-01 23:59:59.999");
    EXPECT_EQ(typedValue(ColumnType::Time, rangeOf(ColumnType::Time, "2013-05-01 10:30")->high),
              "2013-05-01 10:30:59.999");
    EXPECT_EQ(typedValue(ColumnType::Time, rangeOf(ColumnType::Time, "2013-05-01 10:30:07")->low),
              "2013-05-01 10:30:07");
    EXPECT_FALSE(rangeOf(ColumnType::Time, "2013-13"));
    EXPECT_FALSE(rangeOf(ColumnType::Time, "2013-02-30"));
    EXPECT_FALSE(rangeOf(ColumnType::Time, "5"));
    EXPECT_EQ(oneOf("time", "2011..2012").high, rangeOf(ColumnType::Time, "2012")->high);
    EXPECT_EQ(oneOf("time", ">2012").high, rangeOf(ColumnType::Time, "2012")->high);
}

TEST(FilterExpression, SaysWhereAFieldIsWrong)
{
    EXPECT_EQ(faultOf("rating", "five"), "0 rating");
    EXPECT_EQ(faultOf("rating", ">  x"), "3 rating");
    EXPECT_EQ(faultOf("rating", "1..x"), "3 rating");
    EXPECT_EQ(faultOf("rating", "5..1"), "0 rating");
    EXPECT_EQ(faultOf("rating", ".."), "0 rating");
    EXPECT_EQ(faultOf("rating", ">4 && "), "6 rating");
    EXPECT_EQ(faultOf("rating", "nan"), "0 rating");
    EXPECT_EQ(faultOf("rating", "empty"), "0 rating");
    EXPECT_EQ(faultOf("time", "yesterday"), "0 time");
    EXPECT_EQ(faultOf("excluded", "maybe"), "0 excluded");
    EXPECT_EQ(faultOf("excluded", ">yes"), "1 excluded");
    EXPECT_EQ(faultOf("text", "/a(b/"), "4 text");
    EXPECT_EQ(faultOf("text", "/usr"), "0 text");
    EXPECT_EQ(faultOf("text", "\"abc"), "0 text");
    EXPECT_EQ(faultOf("text", "\"a\"b"), "2 text");
    EXPECT_EQ(faultOf("text", std::string(5'000, 'x')), "0 text");
    EXPECT_EQ(faultOf("text", "\xFF"), "0 text");
    EXPECT_EQ(faultOf("rating", ""), "");
    EXPECT_EQ(faultOf("rating", "  "), "");
}

TEST(FilterExpression, LeavesAFieldAsItWasWhereItIsWrong)
{
    FilterExpression filter;
    filter.set("rating", "5");
    EXPECT_THROW(filter.set("rating", "x"), FilterError);
    EXPECT_THROW(filter.set("nothing", "x"), Error);
    EXPECT_EQ(filter.typed("rating"), "5");
    EXPECT_EQ(filter.conditions().size(), 1U);
    filter.add("rating", "<>4");
    EXPECT_EQ(filter.typed("rating"), "5 && <>4");
    EXPECT_EQ(filter.conditions().size(), 2U);
    filter.clear("rating");
    EXPECT_TRUE(filter.isEmpty());
    EXPECT_TRUE(filter.conditions().empty());
}

TEST(FilterExpression, ComesBackFromItsText)
{
    FilterExpression filter;
    filter.set("rating", "4.. && <>4.5");
    filter.set("item", "= Kind \"of\" Blue");
    filter.set("text", "/\\bso what\\b/i");
    filter.set("user", "\"quoted\"");
    filter.setSearch("\"miles davis\" NOT live");
    const std::string text = filter.toText();
    EXPECT_EQ(text, "rating:\"4.. && <>4.5\" item:\"= Kind \"\"of\"\" Blue\" "
                    "text:\"/\\bso what\\b/i\" user:\"\"\"quoted\"\"\" "
                    "search:\"\"\"miles davis\"\" NOT live\"");
    const FilterExpression again = FilterExpression::parse(TableKind::Reviews, text);
    EXPECT_EQ(again, filter);
    EXPECT_EQ(again.conditions(), filter.conditions());
    EXPECT_EQ(again.search(), "\"miles davis\" NOT live");
    EXPECT_NE(FilterExpression::parse(TableKind::Reviews, "rating:5"), filter);
}

TEST(FilterExpression, ComesBackWhateverIsTyped)
{
    const std::string alphabet = "ab\"/=<>& .:\\*";
    for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
        const Random random{seed, 1};
        std::string typed;
        for (std::uint64_t i = 0; i < 1 + random.bits(0) % 12; ++i) {
            typed += alphabet[random.bits(i + 1) % alphabet.size()];
        }
        if (FilterExpression::check(TableKind::Reviews, "title", typed)) {
            continue;
        }
        FilterExpression filter;
        filter.set("title", typed);
        const FilterExpression again = FilterExpression::parse(TableKind::Reviews, filter.toText());
        EXPECT_EQ(again.typed("title"), filter.typed("title")) << typed;
        EXPECT_EQ(again.conditions(), filter.conditions()) << typed;
    }
}

TEST(FilterExpression, SaysWhereATextIsWrong)
{
    const auto placeIn = [](std::string_view text) {
        try {
            static_cast<void>(FilterExpression::parse(TableKind::Reviews, text));
        } catch (const FilterError& fault) {
            return std::to_string(fault.position()) + ' ' + fault.column();
        }
        return std::string{"none"};
    };
    EXPECT_EQ(placeIn("rating:5 jazz"), "9 ");
    EXPECT_EQ(placeIn("rating:5 colour:red"), "9 ");
    EXPECT_EQ(placeIn("rating:x"), "7 rating");
    EXPECT_EQ(placeIn("title:\"a"), "6 ");
    EXPECT_EQ(placeIn("search:a search:b"), "16 ");
    EXPECT_EQ(placeIn("  rating:5   words:40.. "), "none");
    EXPECT_EQ(placeIn(""), "none");
    EXPECT_THROW(static_cast<void>(FilterExpression::parse(TableKind::Users, "search:x")), Error);
}

TEST(FilterExpression, MakesFieldsFromCells)
{
    for (const std::string value : {"plain", " blanks ", "a && b", "say \"x\"", "", "=5", "/x/"}) {
        EXPECT_EQ(oneOf("title", onlyThis(value)).text, value);
        EXPECT_EQ(oneOf("title", onlyThis(value)).comparison, Comparison::Equal);
        EXPECT_EQ(oneOf("title", notThis(value)).text, value);
        EXPECT_EQ(oneOf("title", greaterThan(value)).text, value);
        EXPECT_EQ(oneOf("title", lessThan(value)).comparison, Comparison::Less);
    }
    EXPECT_EQ(onlyThis("5"), "=5");
    EXPECT_EQ(oneOf("words", between("3", "7")).high, 7);
    EXPECT_EQ(oneOf("time", between("2011-01-01", "2011-02-03")).comparison, Comparison::Between);
}

TEST(TableOrder, ComesBackFromItsText)
{
    EXPECT_EQ(orderFrom(TableKind::Reviews, "-time"), (TableOrder{"time", true}));
    EXPECT_EQ(toText(orderFrom(TableKind::Users, "reviews")), "reviews");
    EXPECT_THROW(static_cast<void>(orderFrom(TableKind::Reviews, "text")), Error);
    EXPECT_THROW(static_cast<void>(orderFrom(TableKind::Items, "time")), Error);
}

} // namespace
} // namespace nextquill::store
