// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/bench/ImportBench.h"
#include "core/bench/PlainBytePairs.h"
#include "core/bench/SampleReviews.h"
#include "core/bench/ScratchFolder.h"
#include "core/bench/TokenizerBench.h"
#include "core/text/PieceMerges.h"
#include "core/text/Tokenizer.h"

#include "tests/core/bench/StopAtStage.h"
#include "tests/core/text/SmallTokenizer.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

namespace nextquill::bench {
namespace {

using nextquill::testing::TemporaryFolder;
using testing::StopAtStage;

text::TokenizerDefinition someTokenizer()
{
    return text::testing::smallDefinition({{"t", "h"},
                                           {"th", "e"},
                                           {"Ġ", "the"},
                                           {"e", "r"},
                                           {"i", "n"},
                                           {"in", "g"},
                                           {"Ġ", "t"},
                                           {"o", "o"}});
}

/// Characters, not bytes; what has no piece becomes bytes.
text::TokenizerDefinition sentencePieces()
{
    using Step = text::NormalizerStep;
    text::TokenizerDefinition definition;
    definition.normalizers = {
        {.kind = Step::Kind::Prepend, .text = text::spaceMark},
        {.kind = Step::Kind::Replace, .text = text::spaceMark, .pattern = " "}};
    definition.preTokenizers.clear();
    definition.byteFallback = true;
    for (unsigned byte = 0; byte < 256; ++byte) {
        definition.pieces.push_back(text::byteName(static_cast<unsigned char>(byte)));
    }
    for (const char* piece : {"t", "h", "e", "a", "x", "\u2581", "th", "the", "\u2581the", "xx"}) {
        definition.pieces.emplace_back(piece);
    }
    const std::vector<double> scores =
        std::vector<double>(definition.pieces.size(), -1.0); // all merges are equal
    definition.merges = text::scoredMerges(definition.pieces, scores);
    return definition;
}

std::vector<std::string> rowNames(const BenchReport& report)
{
    std::vector<std::string> names;
    for (const BenchRow& row : report.rows) {
        names.push_back(row.name);
        EXPECT_GT(row.seconds, 0) << row.name;
        EXPECT_GT(row.perSecond, 0) << row.name;
        EXPECT_GT(row.peakBytes.value_or(0), 1U << 20) << row.name;
    }
    return names;
}

bool isEmpty(const TemporaryFolder& folder)
{
    return std::filesystem::is_empty(folder.path());
}

using Names = std::vector<std::string>;

TEST(TokenizerBench, HasOneThreadSeveralPlainAndLoading)
{
    StopAtStage progress;
    const std::vector<std::string> texts{"the weather and the other thing", "", "too\n tooth 12"};
    const BenchReport report =
        benchTokenizer(someTokenizer, "small", texts, {.threads = 2, .repeats = 1}, {}, progress);
    EXPECT_EQ(rowNames(report), (Names{"1 thread", "2 threads", "plain, 1 thread", "loading"}));
    EXPECT_EQ(report.facts.at("texts"), 3);
    EXPECT_EQ(report.facts.at("bytes"), texts[0].size() + texts[2].size());
    const text::Tokenizer tokenizer{someTokenizer()};
    EXPECT_EQ(report.facts.at("tokens"),
              tokenizer.encode(texts[0]).ids.size() + tokenizer.encode(texts[2]).ids.size());
    EXPECT_EQ(report.rows[0].comparedWith, "plain, 1 thread");
    EXPECT_EQ(report.rows[1].comparedWith, "1 thread");
    EXPECT_FALSE(report.rows[3].bytesPerSecond);
}

TEST(TokenizerBench, StopsWhenAskedAndRefusesNoText)
{
    for (const char* stage : {"comparing", "2 threads", "plain"}) {
        StopAtStage progress{stage};
        EXPECT_THROW(static_cast<void>(benchTokenizer(someTokenizer, "small", {"the thing"},
                                                      {.threads = 2}, progress.token(), progress)),
                     Stopped)
            << stage;
    }
    StopAtStage progress;
    EXPECT_THROW(static_cast<void>(benchTokenizer(someTokenizer, "small", {}, {}, {}, progress)),
                 Error);
}

TEST(PlainBytePairs, GivesTheTokensOfTheTokenizer)
{
    std::vector<text::TokenizerDefinition> definitions(5, someTokenizer());
    definitions[1].normalizers = {{.kind = text::NormalizerStep::Kind::Nfc}};
    definitions[1].preTokenizers = text::testing::stepsOf("qwen2");
    definitions[2].ignoreMerges = true;
    definitions[2].pieces.emplace_back("Ġweather");
    definitions[2].addedTokens.clear();
    definitions[3].preTokenizers.back().addPrefixSpace = true;
    definitions[4].pieces[static_cast<unsigned char>('x')].clear(); // no such byte: unknown
    definitions[4].unknown = text::testing::byteToken('?');
    definitions[4].fuseUnknown = true;
    definitions.push_back(sentencePieces());
    for (std::size_t i = 0; i < definitions.size(); ++i) {
        const text::Tokenizer tokenizer{definitions[i]};
        const PlainBytePairs plain{definitions[i]};
        for (const char* text : {"the weather", " the\u00a0thing e\u0301 1234",
                                 "xxaxthex<|im_end|>", "", "\xff\xfe"}) {
            EXPECT_EQ(plain.encode(text), tokenizer.encode(text, std::span<const ByteRange>{}).ids)
                << i << ": " << text;
        }
    }
}

TEST(BenchTexts, ComeFromTheSampleLinesOrJsonFields)
{
    const TemporaryFolder folder;
    EXPECT_EQ(benchTexts({}, 0).size(), 849U);
    EXPECT_EQ(benchTexts({}, 0), sampleTexts());
    const auto lines = folder.write("a.txt", "one\ntwo\n");
    EXPECT_EQ(benchTexts(lines, 0), (Names{"one", "two"}));
    EXPECT_EQ(benchTexts(lines, 10), (Names{"one", "two", "one", "two"}));
    EXPECT_EQ(benchTexts(folder.write("a.jsonl", "{\"text\":\"a\"}\n{\"reviewText\":\"b\"}\n"), 0),
              (Names{"a", "b"}));
    for (const char* broken : {"", "\n", "{\"txt\":\"a\"}\n", "{\"text\":1}\n", "[\n"}) {
        EXPECT_THROW(static_cast<void>(benchTexts(folder.write("b.jsonl", broken), 0)), Error)
            << broken;
    }
    EXPECT_THROW(static_cast<void>(benchTexts(folder / "none.txt", 0)), Error);
}

TEST(SampleReviews, AreAsManyAsAskedForAndAlwaysTheSame)
{
    const TemporaryFolder folder;
    NoProgress progress;
    const auto bytes = writeReviews(folder / "a.jsonl", 50, {}, progress);
    EXPECT_EQ(bytes, std::filesystem::file_size(folder / "a.jsonl"));
    const std::vector<std::string> texts = benchTexts(folder / "a.jsonl", 0);
    EXPECT_EQ(texts.size(), 50U);
    EXPECT_EQ((std::set<std::string>{texts.begin(), texts.end()}.size()), 50U);
    EXPECT_EQ(writeReviews(folder / "b.jsonl", 50, {}, progress), bytes);
    EXPECT_EQ(benchTexts(folder / "b.jsonl", 0), texts);
    EXPECT_THROW(static_cast<void>(writeReviews(folder / "no/a.jsonl", 5, {}, progress)), Error);
}

TEST(ImportBench, ImportsBothWaysAndLeavesNothingBehind)
{
    const TemporaryFolder folder;
    StopAtStage progress;
    const BenchReport report =
        benchImport({.rows = 200, .folder = folder.path(), .repeats = 2}, {}, progress);
    EXPECT_EQ(rowNames(report), (Names{"import", "plain"}));
    EXPECT_EQ(report.facts.at("rows"), 200);
    EXPECT_GT(report.facts.at("bytes"), 20'000);
    EXPECT_EQ(report.rows[0].comparedWith, "plain");
    EXPECT_TRUE(isEmpty(folder));
}

TEST(ImportBench, TakesAFileThatStays)
{
    const TemporaryFolder folder;
    const TemporaryFolder reviews;
    NoProgress progress;
    writeReviews(reviews / "r.jsonl", 30, {}, progress);
    const BenchReport report = benchImport(
        {.reviews = reviews / "r.jsonl", .folder = folder.path(), .repeats = 1, .reference = false},
        {}, progress);
    EXPECT_EQ(rowNames(report), Names{"import"});
    EXPECT_EQ(report.facts.at("rows"), 30);
    EXPECT_TRUE(std::filesystem::exists(reviews / "r.jsonl"));
    EXPECT_TRUE(isEmpty(folder));
}

TEST(ImportBench, LeavesNothingBehindWhenStoppedOrFailed)
{
    const TemporaryFolder folder;
    for (const char* stage : {"making", "import", "plain"}) {
        StopAtStage progress{stage};
        EXPECT_THROW(static_cast<void>(benchImport({.rows = 2000, .folder = folder.path()},
                                                   progress.token(), progress)),
                     Stopped)
            << stage;
        EXPECT_TRUE(isEmpty(folder)) << stage;
    }
    const TemporaryFolder reviews;
    NoProgress progress;
    const auto broken = reviews.write("r.jsonl", "{\"user_id\": \"a\"}\n");
    EXPECT_THROW(
        static_cast<void>(benchImport({.reviews = broken, .folder = folder.path()}, {}, progress)),
        Error);
    EXPECT_TRUE(isEmpty(folder));
    EXPECT_THROW(static_cast<void>(benchImport({.folder = folder / "none"}, {}, progress)), Error);
}

} // namespace
} // namespace nextquill::bench
