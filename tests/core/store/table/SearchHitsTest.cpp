// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/SearchHits.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

namespace nextquill::store {
namespace {

std::string marked(std::string_view search, std::string_view text)
{
    std::string result;
    std::size_t at = 0;
    for (const ByteRange& hit : SearchHits{search}.in(text)) {
        result += std::string{text.substr(at, hit.begin - at)} + '[' +
                  std::string{text.substr(hit.begin, hit.size())} + ']';
        at = hit.end;
    }
    return result + std::string{text.substr(at)};
}

TEST(SearchHits, MarksWordsPhrasesAndBeginnings)
{
    EXPECT_EQ(marked("jazz", "Jazz, jazzy JAZZ."), "[Jazz], jazzy [JAZZ].");
    EXPECT_EQ(marked("jazz*", "Jazz, jazzy"), "[Jazz], [jazzy]");
    EXPECT_EQ(marked("\"so what\"", "So what? So, what so?"), "[So what]? [So, what] so?");
    EXPECT_EQ(marked("\"so wh\"*", "so what"), "[so what]");
    EXPECT_EQ(marked("cafe", "Un café, des cafés"), "Un [café], des cafés");
    EXPECT_EQ(marked("a OR b", "a b c"), "[a] [b] c");
    EXPECT_EQ(marked("a NOT b", "a b"), "[a] b");
    EXPECT_EQ(marked("a NOT b c", "a b c"), "[a] b [c]");
    EXPECT_EQ(marked("a AND \"a b\"", "a b"), "[a b]");
    EXPECT_EQ(marked("", "a"), "a");
    EXPECT_THROW(SearchHits{"\"open"}, Error);
}

TEST(SearchHits, MarksSomethingWhereverTheIndexFinds)
{
    const std::vector<std::string> texts{"Naïve ÉTÉ",     "straße",  "o'neill's",  "x_y z-w",
                                         "Ⅻ roman",       "日本語",  "a\u0301b c", "ﬁne ligature",
                                         "ÅNGSTRÖM unit", "100% it", "İstanbul",   "Σίσυφος"};
    testing::TemporaryProject made;
    std::string lines;
    for (const std::string& text : texts) {
        lines += testing::reviewLine("u", "i", 1'400'000'000, text);
    }
    made.import(lines);
    Query query{made.project->connection(),
                "SELECT 1 FROM reviews_text WHERE reviews_text MATCH ? AND rowid = ?"};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        for (std::string word : {"naive", "ete", "straße", "neill", "y", "roman", "日本語", "fine",
                                 "ﬁne", "angstrom", "100", "istanbul", "σισυφος", "s", "ⅻ"}) {
            const bool found = query.with("text : \"" + word + "\"", i + 1).next();
            EXPECT_EQ(!SearchHits{word}.in(texts[i]).empty(), found) << word << " in " << texts[i];
        }
    }
}

} // namespace
} // namespace nextquill::store
