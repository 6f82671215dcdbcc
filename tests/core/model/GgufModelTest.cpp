// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Json.h"
#include "core/model/ModelFiles.h"
#include "core/text/Tokenizer.h"
#include "core/text/TokenizerDefinition.h"

#include "tests/core/model/ExpectError.h"
#include "tests/core/model/TinyGguf.h"
#include "tests/support/Fixtures.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

// Models in GGUF files: a tiny one built here, and the demo model.

namespace nextquill::model {
namespace {

using nextquill::testing::GgufBuilder;
using nextquill::testing::TinyGguf;

constexpr const char* chatMl =
    "{% for m in messages %}{{'<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>' + "
    "'\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

class GgufModel : public ::testing::Test
{
protected:
    std::shared_ptr<const ModelFiles> open(const std::string& bytes)
    {
        std::filesystem::remove(m_folder / "tiny.gguf"); // overwriting would wait for the disk
        return ModelFiles::open(m_folder.write("tiny.gguf", bytes));
    }
    std::shared_ptr<const ModelFiles> open(const TinyGguf& model) { return open(model.bytes()); }

    nextquill::testing::TemporaryFolder m_folder;
};

std::vector<float> read(const ModelFiles& files, const std::string& name)
{
    std::vector<float> values(static_cast<std::size_t>(files.find(name)->elements()));
    files.readFloat32(name, values.data());
    return values;
}

std::vector<float> floatsOf(const TinyGguf::Tensor& tensor)
{
    std::vector<float> values(tensor.data.size() / sizeof(float));
    std::memcpy(values.data(), tensor.data.data(), tensor.data.size());
    return values;
}

TEST_F(GgufModel, ReadsTheConfiguration)
{
    const auto files = open(TinyGguf{});

    EXPECT_EQ(files->kind(), "gguf");
    EXPECT_EQ(files->dtypeName(), "F32");
    EXPECT_EQ(files->license(), "cc0-1.0");
    const ModelConfig& config = files->config();
    EXPECT_EQ(config.modelType, "llama");
    EXPECT_EQ(config.headSize, 8);
    EXPECT_EQ(config.keyValueHeads, 2);
    EXPECT_EQ(config.vocabularySize, 8);
    EXPECT_EQ(config.normEpsilon, 1e-5);
    EXPECT_EQ(config.ropeTheta, 1e5);
    EXPECT_TRUE(config.tiedHead);
}

TEST_F(GgufModel, PutsThePermutedRowsBackForLlamaOnly)
{
    const TinyGguf llama;
    const std::vector<float> inFile = floatsOf(llama.tensors.at("blk.0.attn_k.weight"));
    const auto files = open(llama);

    const std::vector<float> actual = read(*files, "model.layers.0.self_attn.k_proj.weight");

    // Row 2j + half of a head in the file is row half * 4 + j of that head.
    const std::vector<std::size_t> rows{0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15};
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (std::size_t column = 0; column < TinyGguf::hidden; ++column) {
            ASSERT_EQ(actual[row * TinyGguf::hidden + column],
                      inFile[rows[row] * TinyGguf::hidden + column]);
        }
    }
    EXPECT_EQ(read(*files, "model.layers.0.self_attn.v_proj.weight"),
              floatsOf(llama.tensors.at("blk.0.attn_v.weight")));

    const TinyGguf qwen{"qwen2"};
    EXPECT_EQ(read(*open(qwen), "model.layers.0.self_attn.k_proj.weight"),
              floatsOf(qwen.tensors.at("blk.0.attn_k.weight")));
}

TEST_F(GgufModel, ReadsEveryFamily)
{
    const auto qwen2 = open(TinyGguf{"qwen2"});
    EXPECT_TRUE(qwen2->config().queryKeyValueBias);
    EXPECT_TRUE(qwen2->find("model.layers.0.self_attn.q_proj.bias"));

    TinyGguf three{"qwen3"};
    three.numbers["attention.key_length"] = TinyGguf::headSize;
    const auto qwen3 = open(three);
    EXPECT_TRUE(qwen3->config().queryKeyNorm);
    EXPECT_TRUE(qwen3->find("model.layers.0.self_attn.k_norm.weight"));
}

TEST_F(GgufModel, TiesTheHeadUnlessAnotherOneIsStored)
{
    TinyGguf same;
    same.tensors["output.weight"] = same.tensors["token_embd.weight"];
    EXPECT_TRUE(open(same)->config().tiedHead);
    EXPECT_FALSE(open(same)->find("lm_head.weight"));

    TinyGguf other;
    other.addTensor("output.weight", {TinyGguf::hidden, TinyGguf::tokens});
    EXPECT_FALSE(open(other)->config().tiedHead);
    EXPECT_EQ(read(*open(other), "lm_head.weight"), floatsOf(other.tensors.at("output.weight")));
}

TEST_F(GgufModel, ReadsTheTokenizer)
{
    const auto files = open(TinyGguf{});
    const text::Tokenizer& tokenizer = *files->tokenizer();

    const std::vector<text::TokenId> ids = tokenizer.encode("ababb<|im_end|>").ids;
    EXPECT_EQ(ids, (std::vector{text::TokenId{6}, text::TokenId{4}, text::TokenId{2}}));
    EXPECT_TRUE(tokenizer.isSpecial(text::TokenId{1}));
    EXPECT_FALSE(tokenizer.isSpecial(text::TokenId{2})); // user defined
    EXPECT_FALSE(tokenizer.find("[PAD7]"));              // fills up the embedding
    EXPECT_EQ(files->endOfText(), text::TokenId{2});
    EXPECT_EQ(files->stopTokens(), std::vector{text::TokenId{2}});
    EXPECT_EQ(files->markup().name, "plain");
}

TEST_F(GgufModel, BringsQwenTextIntoItsNormalForm)
{
    TinyGguf model{"qwen2"};
    model.pre = "qwen2";
    model.pieces = {"<|endoftext|>", "<|im_start|>", "<|im_end|>", "Ã", "©", "Ã©", "a", "b"};
    model.types = {3, 3, 3, 1, 1, 1, 1, 1};
    model.merges = {"Ã ©"};

    EXPECT_EQ(open(model)->tokenizer()->encode("e\u0301").ids, std::vector{text::TokenId{5}});
    model.pre = ""; // old files do not say
    EXPECT_EQ(open(model)->tokenizer()->encode("e\u0301").ids, std::vector{text::TokenId{5}});
}

TEST_F(GgufModel, RecognisesTheMarkup)
{
    TinyGguf model;
    model.chatTemplate = chatMl;
    EXPECT_EQ(open(model)->markup().name, "chatml");

    model.chatTemplate = "{{ messages }}";
    const auto files = open(model); // only its markup cannot be used
    EXPECT_ERROR((void)files->markup(), Unsupported, "tiny.gguf, chat template");

    model.chatTemplate = std::string((std::size_t{1} << 20) + 1, ' ');
    EXPECT_ERROR((void)open(model), BadInput, "at most 1048576");
}

TEST_F(GgufModel, NamesWhatIsNotSupported)
{
    TinyGguf model;
    model.architecture = "mamba";
    EXPECT_ERROR((void)open(model), Unsupported, "\"mamba\"");

    model = TinyGguf{};
    model.tokenizerModel = "bert";
    EXPECT_ERROR((void)open(model), Unsupported, "kind \"bert\"");

    model = TinyGguf{};
    model.pre = "chatglm-bpe";
    EXPECT_ERROR((void)open(model), Unsupported, "\"chatglm-bpe\"");

    model = TinyGguf{};
    model.addTensor("blk.0.ffn_up.bias", {64});
    EXPECT_ERROR((void)open(model), Unsupported, "no tensor \"blk.0.ffn_up.bias\"");

    model = TinyGguf{};
    model.numbers["attention.sliding_window"] = 8;
    EXPECT_ERROR((void)open(model), Unsupported, "llama.attention.sliding_window");

    model = TinyGguf{};
    model.numbers["expert_count"] = 8;
    EXPECT_ERROR((void)open(model), Unsupported, "llama.expert_count");

    model = TinyGguf{};
    model.numbers["rope.dimension_count"] = 4;
    EXPECT_ERROR((void)open(model), Unsupported, "rope.dimension_count");

    const TinyGguf plain;
    const auto scaled = plain.builder().words("llama.rope.scaling.type", "dynamic").bytes();
    EXPECT_ERROR((void)open(scaled), Unsupported, "\"dynamic\"");
    const auto none = plain.builder().words("llama.rope.scaling.type", "none").bytes();
    EXPECT_NO_THROW((void)open(none));
}

TEST_F(GgufModel, NamesWhatIsMissingOrContradictsTheConfiguration)
{
    TinyGguf model;
    model.tensors.erase("blk.0.ffn_up.weight");
    EXPECT_ERROR((void)open(model), BadInput, "model.layers.0.mlp.up_proj.weight");

    model = TinyGguf{};
    model.addTensor("blk.0.ffn_up.weight", {32, 65});
    EXPECT_ERROR((void)open(model), BadInput, "shape is [65, 32]");

    model = TinyGguf{};
    model.tensors.erase("token_embd.weight");
    EXPECT_ERROR((void)open(model), BadInput, "token_embd.weight is missing");

    model = TinyGguf{};
    model.numbers.erase("block_count");
    EXPECT_ERROR((void)open(model), BadInput, "llama.block_count is missing");

    model = TinyGguf{};
    model.numbers["block_count"] = 1025;
    EXPECT_ERROR((void)open(model), BadInput, "is 1025, at most 1024");

    model = TinyGguf{};
    model.numbers["attention.head_count"] = 0;
    EXPECT_ERROR((void)open(model), BadInput, "head_count is 0");

    model = TinyGguf{};
    model.hasEnd = false;
    EXPECT_ERROR((void)open(model), BadInput, "eos_token_id is missing");
}

TEST_F(GgufModel, RefusesTokenListsThatDoNotFit)
{
    TinyGguf model;
    model.types.pop_back();
    EXPECT_ERROR((void)open(model), BadInput, "7 items for 8 tokens");

    model = TinyGguf{};
    model.pieces.insert(model.pieces.end(), {"x", "y"});
    model.types.insert(model.types.end(), {1, 1});
    EXPECT_ERROR((void)open(model), BadInput, "the tokenizer has 10 tokens");

    model = TinyGguf{};
    model.pieces.clear();
    model.types.clear();
    EXPECT_ERROR((void)open(model), BadInput, "missing or empty");

    for (const char* merge : {"ab", " b", "a ", "a b c", "", " "}) {
        model = TinyGguf{};
        model.merges.emplace_back(merge);
        EXPECT_ERROR((void)open(model), BadInput, "is not two pieces");
    }
    model = TinyGguf{};
    model.merges.emplace_back("a z");
    EXPECT_THROW((void)open(model), Error);
    model = TinyGguf{};
    model.pieces[6] = std::string((std::size_t{64} << 10) + 1, 'a');
    EXPECT_ERROR((void)open(model), BadInput, "at most 65536");
}

TEST_F(GgufModel, IsRefusedWhenCutAnywhere)
{
    const std::string whole = TinyGguf{}.bytes();
    const std::size_t header = TinyGguf{}.builder().header().size();
    for (std::size_t size = 0; size < header; ++size) {
        EXPECT_THROW((void)open(whole.substr(0, size)), Error);
    }
    EXPECT_THROW((void)open(whole.substr(0, whole.size() - 1)), Error);
}

TEST_F(GgufModel, WritesFilesThatReadTheSameAgain)
{
    TinyGguf model{"qwen2"};
    model.chatTemplate = chatMl;
    const auto files = open(model);

    files->writeCompanionFiles(m_folder.path(), "float32");

    const Json config = readJsonFile(m_folder / "config.json", {});
    EXPECT_EQ(readModelConfig(config, "").ropeTheta, files->config().ropeTheta);
    EXPECT_EQ(config.at("eos_token_id"), 2);
    EXPECT_EQ(config.at("bos_token_id"), 1);
    EXPECT_EQ(config.at("torch_dtype"), "float32");
    const Json tokenizer = readJsonFile(m_folder / "tokenizer_config.json", {});
    EXPECT_EQ(tokenizer.at("eos_token"), "<|im_end|>");
    EXPECT_EQ(tokenizer.at("chat_template"), model.chatTemplate);
    EXPECT_EQ(readJsonFile(m_folder / "generation_config.json", {}).at("eos_token_id"),
              Json::array({2}));
    EXPECT_EQ(readJsonFile(m_folder / "special_tokens_map.json", {}).at("bos_token"),
              "<|im_start|>");
    const text::Tokenizer again{text::readTokenizerFile(m_folder / "tokenizer.json")};
    EXPECT_EQ(again.encode("ababb<|im_end|>").ids,
              files->tokenizer()->encode("ababb<|im_end|>").ids);
}

class DemoModelFiles : public ::testing::Test
{
protected:
    void SetUp() override
    {
        const auto path = nextquill::testing::demoModel();
        if (!path) {
            GTEST_SKIP() << "the demo model is not installed";
        }
        m_files = ModelFiles::open(*path);
    }

    std::shared_ptr<const ModelFiles> m_files;
};

TEST_F(DemoModelFiles, IsWhatItsMakersSay)
{
    const ModelConfig& config = m_files->config();
    EXPECT_EQ(config.modelType, "llama");
    EXPECT_EQ(config.layers, 30);
    EXPECT_EQ(config.heads, 9);
    EXPECT_EQ(config.keyValueHeads, 3);
    EXPECT_EQ(config.vocabularySize, 49'152);
    EXPECT_EQ(config.contextLength, 8'192);
    EXPECT_EQ(config.normEpsilon, 1e-5);
    EXPECT_TRUE(config.tiedHead);
    EXPECT_EQ(config.parameters(), 134'515'008);
    EXPECT_EQ(m_files->tensorNames().size(), 272U);
    EXPECT_EQ(m_files->dtypeName(), "Q4_1");
    EXPECT_EQ(m_files->license(), "apache-2.0");
    EXPECT_EQ(m_files->markup().name, "chatml");
    EXPECT_EQ(m_files->endOfText(), text::TokenId{2});
    EXPECT_EQ(m_files->stopTokens(), std::vector{text::TokenId{2}});
    NoProgress progress;
    EXPECT_EQ(m_files->digest({}, progress),
              "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53");
}

TEST_F(DemoModelFiles, TokenizesAsTheReference)
{
    NEXTQUILL_NEED_SHARED(file, "fixtures/tokenizer/smollm2.json");
    const Json cases = readJsonFile(file, {.bytes = std::size_t{64} << 20}).at("cases");
    ASSERT_GE(cases.size(), 600U);
    for (const Json& example : cases) {
        std::vector<std::int32_t> ids;
        for (const text::TokenId id :
             m_files->tokenizer()->encode(example.at("text").get<std::string>()).ids) {
            ids.push_back(static_cast<std::int32_t>(id));
        }
        EXPECT_EQ(Json(ids), example.at("ids")) << example.at("text");
    }
}

struct Statistics
{
    const char* name;
    double mean;
    double deviation;
    double largest;
    double weighted; ///< mean of value * cos(index), so that the order counts
};

// By gguf 0.19 and numpy, q and k rows put back.
constexpr std::array<Statistics, 5> demoStatistics{{
    {"model.embed_tokens.weight", -0.0005422890449153783, 0.13557820779584165, 1.96112060546875,
     1.0376230799630569e-05},
    {"model.layers.7.self_attn.q_proj.weight", -8.016079664230347e-05, 0.19639608734583167,
     2.3900146484375, 0.00017168363157183073},
    {"model.layers.7.self_attn.k_proj.weight", -0.0004294775426387787, 0.20260571654246629,
     1.9212646484375, 0.0002042174826810709},
    {"model.layers.29.mlp.down_proj.weight", 5.6328338191465094e-05, 0.18311777125933074, 4.34375,
     -0.00011594303412471634},
    {"model.norm.weight", 1.8026597764756944, 0.2945575854084647, 3.34375, 0.0071581443093646745},
}};

TEST_F(DemoModelFiles, HasTheValuesThatThePythonPackageGives)
{
    for (const Statistics& expected : demoStatistics) {
        const std::vector<float> values = read(*m_files, expected.name);
        const auto count = static_cast<double>(values.size());
        double sum = 0;
        double squares = 0;
        double largest = 0;
        double weighted = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double value = values[i];
            sum += value;
            squares += value * value;
            largest = std::max(largest, std::abs(value));
            weighted += value * std::cos(static_cast<double>(i));
        }
        const double scale = expected.deviation;
        EXPECT_NEAR(sum / count, expected.mean, 1e-6 * scale) << expected.name;
        EXPECT_NEAR(std::sqrt(squares / count - sum / count * sum / count), expected.deviation,
                    1e-6 * scale)
            << expected.name;
        EXPECT_NEAR(largest, expected.largest, 1e-6 * scale) << expected.name;
        EXPECT_NEAR(weighted / count, expected.weighted, 1e-6 * scale) << expected.name;
    }
}

} // namespace
} // namespace nextquill::model
