// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/Records.h"

#include "core/base/Error.h"
#include "core/model/ModelFiles.h"
#include "core/workflow/ModelChoice.h"
#include "core/workflow/ModelInfo.h"
#include "core/workflow/ProjectExamples.h"

#include "tests/support/Fixtures.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

namespace nextquill::workflow {
namespace {

constexpr std::string_view good =
    R"({"id":"a","with_history":"x h","without_history":"x","target":"y"})";

TEST(Records, AreReadLineByLine)
{
    const nextquill::testing::TemporaryFolder folder;
    const auto file = folder.write(
        "r.jsonl", std::string{good} + "\n\n  \n" +
                       R"({"with_history":"p","without_history":"q","target":"r","more":1})" +
                       "\n" + R"({"id":7,"with_history":"p","without_history":"q","target":"r"})");
    RecordReader reader{file};
    const auto first = reader.next();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->id, "a");
    EXPECT_EQ(first->with, "x h");
    EXPECT_EQ(first->without, "x");
    EXPECT_EQ(first->target, "y");
    EXPECT_EQ(reader.next()->id, "4"); // its line
    EXPECT_EQ(reader.next()->id, "7");
    EXPECT_FALSE(reader.next());
}

TEST(Records, NameTheLineOfABrokenOne)
{
    const nextquill::testing::TemporaryFolder folder;
    for (const std::string broken :
         {"{", "[1]", "3", "\xff", R"({"with_history":"p","without_history":"q"})",
          R"({"with_history":1,"without_history":"q","target":"r"})"}) {
        RecordReader reader{folder.write("r.jsonl", std::string{good} + "\n\n" + broken + "\n")};
        ASSERT_TRUE(reader.next());
        try {
            static_cast<void>(reader.next());
            ADD_FAILURE() << "no error for " << broken;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadInput);
            EXPECT_NE(error.where().find("line 3"), std::string::npos) << error.what();
        }
    }
}

TEST(Records, OfAMissingFileAreAnError)
{
    const nextquill::testing::TemporaryFolder folder;
    EXPECT_THROW(RecordReader{folder / "none.jsonl"}, Error);
}

TEST(Records, AreUsedAsTheyAre)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    const auto files = model::ModelFiles::open(model);
    const Record record{.id = "a", .with = "the sea, ", .without = "the ", .target = "good"};
    const causal::TwinExample example = twinExampleFor(record, *files, {});
    const auto joined = [&](const std::vector<text::TokenId>& branch) {
        auto whole = example.prefix;
        whole.insert(whole.end(), branch.begin(), branch.end());
        return whole;
    };
    EXPECT_EQ(joined(example.historyBranch), files->tokenizer()->encode(record.with).ids);
    EXPECT_EQ(joined(example.plainBranch), files->tokenizer()->encode(record.without).ids);
    EXPECT_EQ(example.targetText, "good");
    EXPECT_EQ(example.target.back(), files->endOfText());

    const nextquill::testing::TemporaryFolder folder;
    const RecordExamples source{folder.write("r.jsonl", std::string{good} + "\n"), files, {}};
    EXPECT_EQ(source.size(), 1);
    EXPECT_EQ(source.example(0).id, "a");
    EXPECT_THROW(RecordExamples(folder.write("e.jsonl", "\n"), files, {}), Error);
}

TEST(ModelChoice, OfAnUnknownModelSaysWhatWasAskedAndWhatToGive)
{
    for (const char* name : {"no-such-model", "", "/no/such/folder"}) {
        try {
            static_cast<void>(chooseModel(name, nullptr));
            ADD_FAILURE() << "no error for " << name;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadInput);
            EXPECT_NE(error.problem().find(name), std::string::npos);
            EXPECT_NE(error.remedy().find(".gguf"), std::string::npos);
        }
    }
}

TEST(ModelChoice, OfAFolderHasItsName)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    for (const std::string& path : {model.string(), model.string() + "/"}) {
        const ModelChoice choice = chooseModel(path, nullptr);
        EXPECT_EQ(choice.name, "tiny-qwen2");
        EXPECT_FALSE(choice.adapter);
        EXPECT_EQ(summarise(choice).context, 512);
    }
}

TEST(ModelChoice, OfAnAdapterWithoutABaseIsAnError)
{
    const nextquill::testing::TemporaryFolder folder;
    for (const char* config :
         {R"({"base_model_name_or_path":"gone/base"})", R"({"base_model_name_or_path":""})",
          R"({"base_model_name_or_path":5})", "{}", "[]", "{"}) {
        folder.write("adapter_config.json", config);
        EXPECT_THROW(static_cast<void>(chooseModel(folder.path().string(), nullptr)), Error)
            << config;
    }
}

} // namespace
} // namespace nextquill::workflow
