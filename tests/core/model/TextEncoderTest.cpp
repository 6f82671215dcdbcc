// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/TextEncoder.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/text/WordPieceTokenizer.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>

namespace nextquill::model {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// A BERT of random weights and what Transformers says of it; made by
/// tests/peers/compare_encoder.py --make.
fs::path tinyBert()
{
    return fs::path{SOURCE_ROOT} / "tests/core/model/data/tiny-bert";
}

/// A copy whose files may be changed.
class EncoderFiles : public ::testing::Test
{
protected:
    void SetUp() override
    {
        fs::copy(tinyBert(), m_folder.path() / "bert", fs::copy_options::recursive);
    }

    [[nodiscard]] fs::path file(const std::string& name) const
    {
        return m_folder.path() / "bert" / name;
    }

    void patch(const std::string& name, const std::string& edits) const
    {
        Json json = readJsonFile(file(name), {});
        json.merge_patch(Json::parse(edits));
        writeFileAtomically(file(name), json.dump());
    }

    [[nodiscard]] std::string refusal() const
    {
        try {
            static_cast<void>(TextEncoder::load(m_folder.path() / "bert"));
        } catch (const Error& error) {
            return error.what();
        }
        return {};
    }

    nextquill::testing::TemporaryFolder m_folder;
};

// Float32 in another order of sums: 2e-6 is ten times what was seen.
TEST(TextEncoder, GivesTheVectorsOfTransformers)
{
    const auto encoder = TextEncoder::load(tinyBert());
    const auto tokenizer = text::WordPieceTokenizer::read(tinyBert());
    const Json expected = readJsonFile(tinyBert() / "expected.json", {});
    ASSERT_EQ(expected.size(), 6U);
    for (const Json& row : expected) {
        const std::string text = row.at("text");
        std::vector<int> ids;
        for (const text::TokenId id :
             tokenizer.encode(text, static_cast<std::size_t>(encoder->config().longestText))) {
            ids.push_back(static_cast<int>(id));
        }
        EXPECT_EQ(ids, row.at("ids").get<std::vector<int>>()) << text;
        const std::vector<float> vector = encoder->embed(text);
        const auto reference = row.at("embedding").get<std::vector<float>>();
        ASSERT_EQ(vector.size(), reference.size());
        for (std::size_t i = 0; i < vector.size(); ++i) {
            EXPECT_NEAR(vector[i], reference[i], 2e-6) << text << " " << i;
        }
    }
}

TEST(TextEncoder, VectorsHaveLengthOne)
{
    const auto encoder = TextEncoder::load(tinyBert());
    for (const char* text : {"", "a", "the guitar was great", "\xff\xfe"}) {
        double squares = 0;
        for (const float number : encoder->embed(text)) {
            squares += static_cast<double>(number) * static_cast<double>(number);
        }
        EXPECT_NEAR(squares, 1, 1e-5) << text;
    }
}

TEST_F(EncoderFiles, PoolingByTheFirstTokenGivesAnotherVector)
{
    const auto mean = TextEncoder::load(m_folder.path() / "bert")->embed("a great guitar");
    patch("1_Pooling/config.json",
          R"({"pooling_mode_mean_tokens": false, "pooling_mode_cls_token": true})");
    const auto first = TextEncoder::load(m_folder.path() / "bert");
    EXPECT_EQ(first->config().pooling, Pooling::First);
    EXPECT_NE(first->embed("a great guitar"), mean);
    EXPECT_NE(TextEncoder::digestOf(m_folder.path() / "bert"), TextEncoder::digestOf(tinyBert()));
}

TEST_F(EncoderFiles, WhatWeDoNotComputeIsRefused)
{
    const struct
    {
        const char* file;
        const char* edits;
        const char* words;
    } cases[] = {
        {"config.json", R"({"model_type": "roberta"})", "no BERT"},
        {"config.json", R"({"position_embedding_type": "relative_key"})", "relative_key"},
        {"config.json", R"({"hidden_act": "silu"})", "activation \"silu\""},
        {"config.json", R"({"num_attention_heads": 3})", "contradict"},
        {"config.json", R"({"hidden_size": null})", "hidden_size is missing"},
        {"config.json", R"({"num_hidden_layers": 3})", "no such tensor"},
        {"config.json", R"({"intermediate_size": 64})", "[64, 16] of floats is expected"},
        {"config.json", R"({"vocab_size": 200})", "[200, 16]"},
        {"1_Pooling/config.json", R"({"pooling_mode_max_tokens": true})", "pools neither"},
        {"1_Pooling/config.json", R"({"pooling_mode_mean_tokens": false})", "pools neither"},
    };
    for (const auto& c : cases) {
        fs::remove_all(m_folder.path() / "bert");
        fs::copy(tinyBert(), m_folder.path() / "bert", fs::copy_options::recursive);
        patch(c.file, c.edits);
        EXPECT_THAT(refusal(), HasSubstr(c.words)) << c.edits;
    }
}

TEST_F(EncoderFiles, StagesBehindThePoolingAreRefused)
{
    writeFileAtomically(file("modules.json"),
                        R"([{"type": "sentence_transformers.models.Dense"}])");
    EXPECT_THAT(refusal(), HasSubstr("stage \"Dense\""));
}

TEST_F(EncoderFiles, WeightsThatAreMissingOrAPickleAreSaid)
{
    fs::rename(file("model.safetensors"), file("pytorch_model.bin"));
    EXPECT_THAT(refusal(), HasSubstr("pickle"));
    fs::remove(file("pytorch_model.bin"));
    EXPECT_THAT(refusal(), HasSubstr("no model.safetensors"));
    fs::remove(file("config.json"));
    EXPECT_THAT(refusal(), HasSubstr("no encoder"));
}

TEST_F(EncoderFiles, ACutFileOfWeightsIsRefusedWhereverItIsCut)
{
    const std::string whole = readFile(file("model.safetensors"));
    for (std::size_t cut = 0; cut < whole.size(); cut += 997) {
        writeFileAtomically(file("model.safetensors"), whole.substr(0, cut));
        EXPECT_FALSE(refusal().empty()) << cut;
    }
}

} // namespace
} // namespace nextquill::model
