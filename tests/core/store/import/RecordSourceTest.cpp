// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/RecordSource.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <zlib.h>

namespace nextquill::store {
namespace {

using testing::TemporaryFolder;

/// "line:byte text" of each record, "line:byte !problem" of each that is none.
std::string rendered(RecordSource& source)
{
    std::string lines;
    while (const auto record = source.next()) {
        lines += fmt::format("{}:{} {}\n", record->line, record->byte,
                             record->problem.empty() ? std::string{record->text}
                                                     : "!" + std::string{record->problem});
    }
    EXPECT_FALSE(source.next());
    return lines;
}

/// The same from memory, a plain file and a compressed one: they must agree.
std::string recordsOf(const std::string& text)
{
    const TemporaryFolder folder;
    const std::string fromText = rendered(*recordsOfText(text));
    EXPECT_EQ(rendered(*recordsOfFile(folder.write("plain", text))), fromText);
    gzFile out = gzopen((folder / "r.gz").c_str(), "wb");
    gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
    gzclose(out);
    EXPECT_EQ(rendered(*recordsOfFile(folder / "r.gz")), fromText);
    return fromText;
}

TEST(RecordSource, GivesLinesWithTheirPlaces)
{
    EXPECT_EQ(recordsOf("{1}\n\n  \n{2}\n{3}"), "1:0 {1}\n4:8 {2}\n5:12 {3}\n");
    EXPECT_EQ(recordsOf(""), "");
    EXPECT_EQ(recordsOf(" \n\n"), "");
}

TEST(RecordSource, GivesElementsWithTheirPlaces)
{
    EXPECT_EQ(recordsOf("[{1},{2} , {3}]"), "1:1 {1}\n1:5 {2}\n1:11 {3}\n");
    EXPECT_EQ(recordsOf("\n [\n{1\n},\n\n [2,[3]]\n]\n \n"), "3:4 {1\n}\n6:12 [2,[3]]\n");
    EXPECT_EQ(recordsOf(R"(["],[", "\"],", "\\"])"),
              "1:1 \"],[\"\n1:8 \"\\\"],\"\n1:16 \"\\\\\"\n");
    EXPECT_EQ(recordsOf("[]"), "");
    EXPECT_EQ(recordsOf(" [ \n ] \n"), "");
}

TEST(RecordSource, SaysWhereAnArrayIsNotClosed)
{
    EXPECT_EQ(recordsOf("[{1},\n{2}"),
              "1:1 {1}\n2:6 {2}\n2:9 !the array is not closed: its ] is missing\n");
    EXPECT_EQ(recordsOf("[{1},"), "1:1 {1}\n1:5 !the array is not closed: its ] is missing\n");
    EXPECT_EQ(recordsOf("["), "1:1 !the array is not closed: its ] is missing\n");
    EXPECT_EQ(recordsOf("[{1},\n {2, [3"), "1:1 {1}\n2:7 !the file ends inside of it\n");
    EXPECT_EQ(recordsOf("[{1}, \"{2}]"), "1:1 {1}\n1:6 !the file ends inside of it\n");
}

TEST(RecordSource, SaysWhatStandsBehindAnArray)
{
    EXPECT_EQ(recordsOf("[{1}] {2}"), "1:1 {1}\n1:6 !there is text behind the end of the array\n");
    EXPECT_EQ(recordsOf("[{1}]\n\n[{2}]\n"),
              "1:1 {1}\n3:7 !there is text behind the end of the array\n");
    EXPECT_EQ(recordsOf("[]]"), "1:2 !there is text behind the end of the array\n");
}

TEST(RecordSource, SaysWhereAnElementIsMissing)
{
    EXPECT_EQ(recordsOf("[{1},,{2}]"),
              "1:1 {1}\n1:5 !there is nothing before the comma\n1:6 {2}\n");
    EXPECT_EQ(recordsOf("[,{1}]"), "1:1 !there is nothing before the comma\n1:2 {1}\n");
    EXPECT_EQ(recordsOf("[{1},\n]"),
              "1:1 {1}\n2:6 !there is nothing between the last comma and the ]\n");
}

TEST(RecordSource, GoesOnBehindAnElementWithABracketTooMany)
{
    EXPECT_EQ(recordsOf("[{1}},{2}]"), "1:1 {1}}\n1:6 {2}\n");
}

TEST(RecordSource, LosesNothingSilentlyWhereverAnArrayIsCut)
{
    const std::string whole = R"([{"a": "x,]"}, {"b": [1, {"c": 2}]},{"d":"\""}])";
    const std::string all = recordsOf(whole);
    EXPECT_EQ(all.find('!'), std::string::npos);
    for (std::size_t size = 1; size < whole.size(); ++size) {
        const std::string records = rendered(*recordsOfText(whole.substr(0, size)));
        EXPECT_NE(records.find('!'), std::string::npos) << size;
        EXPECT_EQ(std::count(records.begin(), records.end(), '!'), 1) << size;
        EXPECT_TRUE(
            all.starts_with(records.substr(0, records.rfind('\n', records.size() - 2) + 1)));
    }
}

TEST(RecordSource, ReadsAnArrayOnOneLineThatIsLongerThanAnyRecord)
{
    const TemporaryFolder folder;
    const std::string element = "{\"pad\":\"" + std::string(std::size_t{15} << 20, 'x') + "\"}";
    {
        std::ofstream out{folder / "r.json", std::ios::binary};
        out << "\xEF\xBB\xBF[";
        for (int i = 0; i < 10; ++i) {
            out << (i == 0 ? "" : ",") << element;
        }
        out << "]";
    }
    const auto source = recordsOfFile(folder / "r.json");
    int records = 0;
    for (; const auto record = source->next(); ++records) {
        EXPECT_EQ(record->text, element);
        EXPECT_EQ(record->problem, "");
        EXPECT_EQ(record->byte, 4 + records * static_cast<std::int64_t>(element.size() + 1));
    }
    EXPECT_EQ(records, 10);
    EXPECT_EQ(source->consumedBytes(), source->totalBytes());

    // Where a file can only be read by lines, this is said; it is not cut.
    gzFile out = gzopen((folder / "r.gz").c_str(), "wb0");
    gzwrite(out, "[{}\n,", 5);
    for (int i = 0; i < 5; ++i) {
        gzwrite(out, element.data(), static_cast<unsigned>(element.size()));
        gzwrite(out, ",", 1);
    }
    gzwrite(out, "{}\n]", 4);
    gzclose(out);
    const std::string lines = rendered(*recordsOfFile(folder / "r.gz"));
    EXPECT_EQ(lines.substr(0, 7), "1:1 {}\n");
    EXPECT_EQ(lines.substr(7, 39), "2:4 !a line of the array is longer than");
}

TEST(RecordSource, TakesRecordsUpToTheLimit)
{
    std::string text(longestRecord + 3, ' ');
    for (const std::size_t size : {longestRecord - 1, longestRecord, longestRecord + 1}) {
        for (const bool isArray : {false, true}) {
            text.assign(isArray ? "[" : "");
            text.append(size, 'x').append(isArray ? ",y]" : "\ny");
            const auto source = recordsOfText(text);
            const auto record = source->next();
            ASSERT_TRUE(record);
            EXPECT_EQ(record->problem, size > longestRecord ? "it is longer than 64 MiB" : "");
            EXPECT_EQ(record->text.size(), size > longestRecord ? 4'096 : size);
            EXPECT_EQ(source->next()->text, "y");
        }
    }
}

} // namespace
} // namespace nextquill::store
