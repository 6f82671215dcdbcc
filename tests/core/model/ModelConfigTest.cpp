// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/ModelConfig.h"

#include "core/model/ModelLimits.h"
#include "core/model/WeightNames.h"

#include "tests/core/model/ExpectError.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace nextquill::model {
namespace {

Json small()
{
    return {{"model_type", "llama"},    {"hidden_size", 64},
            {"intermediate_size", 128}, {"num_hidden_layers", 2},
            {"num_attention_heads", 4}, {"num_key_value_heads", 2},
            {"vocab_size", 100},        {"max_position_embeddings", 512},
            {"rms_norm_eps", 1e-6},     {"rope_theta", 5000}};
}

ModelConfig read(const Json& config)
{
    return readModelConfig(config, "config.json");
}

/// small() with one value changed.
Json with(const char* key, const Json& value)
{
    Json config = small();
    config[key] = value;
    return config;
}

TEST(ModelConfig, ReadsBothFormsOfTheRotaryBase)
{
    EXPECT_EQ(read(small()).ropeTheta, 5000);

    Json config = small();
    config.erase("rope_theta");
    config["rope_parameters"] = {{"rope_theta", 7000.0}, {"rope_type", "default"}};
    EXPECT_EQ(read(config).ropeTheta, 7000);

    config.erase("rope_parameters");
    EXPECT_EQ(read(config).ropeTheta, 10000);
}

TEST(ModelConfig, ReadsTheFixtures)
{
    NEXTQUILL_NEED_SHARED(models, "fixtures/models");
    const auto config = [&](const std::string& model) {
        return read(readJsonFile(models / model / "config.json", {}));
    };

    const ModelConfig smol = config("SmolLM2-135M-Instruct-tokenizer");
    EXPECT_EQ(smol.parameters(), 134'515'008);
    EXPECT_EQ(smol.ropeTheta, 100000);
    EXPECT_TRUE(smol.tiedHead);
    EXPECT_FALSE(smol.queryKeyValueBias);

    const ModelConfig qwen = config("Qwen2.5-Coder-0.5B-Instruct-tokenizer");
    EXPECT_EQ(qwen.parameters(), 494'032'768);
    EXPECT_EQ(qwen.headSize, 64);
    EXPECT_EQ(qwen.normEpsilon, 1e-6);
    EXPECT_TRUE(qwen.queryKeyValueBias);

    const ModelConfig qwen3 = config("tiny-qwen3");
    EXPECT_EQ(qwen3.headSize, 24);
    EXPECT_EQ(qwen3.ropeTheta, 1e6);
    EXPECT_TRUE(qwen3.queryKeyNorm);
}

TEST(ModelConfig, FillsInWhatTheFamilyImplies)
{
    EXPECT_EQ(read(small()).headSize, 16);
    EXPECT_EQ(read(with("model_type", "qwen3")).headSize, 128);
    EXPECT_EQ(read(with("head_dim", nullptr)).headSize, 16);
    EXPECT_EQ(read(with("num_key_value_heads", nullptr)).keyValueHeads, 4);
    EXPECT_FALSE(read(small()).tiedHead);
}

TEST(ModelConfig, WindowsOfQwenBeginAtALayerThatIsAWholeNumber)
{
    const auto windowed = [](const Json& from) {
        Json config = with("model_type", "qwen2");
        config["use_sliding_window"] = true;
        config["sliding_window"] = 32;
        config["max_window_layers"] = from;
        return config;
    };
    EXPECT_TRUE(read(windowed(0)).layerKind(0).slides);
    EXPECT_FALSE(read(windowed(1)).layerKind(0).slides);
    EXPECT_TRUE(read(windowed(1)).layerKind(1).slides);
    for (const Json& wrong : {Json("1"), Json(1.5), Json(-1), Json(true)}) {
        EXPECT_ERROR((void)read(windowed(wrong)), BadInput, "max_window_layers");
    }
}

TEST(ModelConfig, RefusesOtherArchitecturesByName)
{
    EXPECT_ERROR((void)read(with("model_type", "mamba")), Unsupported, "\"mamba\"");
    EXPECT_ERROR((void)read(with("model_type", "mamba")), Unsupported,
                 "llama, mistral, smollm3, qwen2, qwen3, gemma2, gemma3_text, phi3");
    EXPECT_ERROR((void)read(with("hidden_act", "gelu")), Unsupported, "\"gelu\"");
    EXPECT_ERROR((void)read(with("quantization_config", {{"bits", 4}})), Unsupported,
                 "quantization_config");
    EXPECT_ERROR((void)read(with("use_sliding_window", true)), Unsupported, "use_sliding_window");
    EXPECT_ERROR((void)read(with("layer_types", {"full_attention", "sliding_attention"})),
                 Unsupported, "sliding_attention");
    EXPECT_ERROR((void)read(with("partial_rotary_factor", 0.5)), Unsupported, "partial_rotary");
    for (const char* key : {"clip_qkv", "attention_multiplier", "num_local_experts",
                            "final_logit_softcapping", "attn_logit_softcapping"}) {
        EXPECT_ERROR((void)read(with(key, 8.0)), Unsupported, key);
    }
}

TEST(ModelConfig, ReadsRotaryScaling)
{
    EXPECT_NO_THROW((void)read(with("rope_scaling", nullptr)));
    EXPECT_NO_THROW((void)read(with("rope_scaling", {{"rope_type", "default"}})));
    const ModelConfig linear = read(with("rope_scaling", {{"type", "linear"}, {"factor", 4.0}}));
    EXPECT_EQ(linear.ropeScaling.kind, RotaryScaling::Kind::Linear);
    EXPECT_EQ(linear.ropeScaling.factor, 4);
    EXPECT_EQ(linear.ropeTheta, 5000);

    EXPECT_ERROR((void)read(with("rope_scaling", {{"rope_type", "llama3"}, {"factor", 8.0}})),
                 BadInput, "low_freq_factor");
    EXPECT_ERROR((void)read(with("rope_scaling", {{"type", "mrope"}})), Unsupported, "\"mrope\"");
    EXPECT_ERROR((void)read(with("rope_parameters", {{"full_attention", Json::object()}})),
                 Unsupported, "layer type");
    EXPECT_ERROR((void)read(with("rope_scaling", "linear")), BadInput, "no JSON object");
}

TEST(ModelConfig, NamesWhatIsMissingOrOfTheWrongKind)
{
    for (const char* key : {"hidden_size", "intermediate_size", "num_hidden_layers",
                            "num_attention_heads", "vocab_size", "max_position_embeddings"}) {
        Json config = small();
        config.erase(key);
        EXPECT_ERROR((void)read(config), BadInput, std::string{key} + " is missing");
        for (const Json& wrong : {Json(0), Json(-1), Json(1.5), Json("2"), Json::array({2})}) {
            EXPECT_ERROR((void)read(with(key, wrong)), BadInput, key);
        }
    }
    EXPECT_ERROR((void)read(Json::array()), BadInput, "no JSON object");
    EXPECT_ERROR((void)read(with("tie_word_embeddings", 1)), BadInput, "tie_word_embeddings");
    EXPECT_ERROR((void)read(with("model_type", 1)), BadInput, "model_type");
    EXPECT_ERROR((void)read(with("rope_theta", "1")), BadInput, "rope_theta");
}

struct Limit
{
    const char* key;
    std::int64_t value;
};

class ConfigLimit : public ::testing::TestWithParam<Limit>
{
};

TEST_P(ConfigLimit, IsKept)
{
    const auto [key, limit] = GetParam();
    // So that only the limit in question is met.
    Json config = small();
    config["head_dim"] = 2;
    config["num_key_value_heads"] = 1;
    const auto at = [&](std::uint64_t value) {
        config[key] = value;
        return config;
    };

    const bool isEven = std::string_view{key} == "head_dim";
    EXPECT_NO_THROW((void)read(at(static_cast<std::uint64_t>(limit) - (isEven ? 2 : 1)))) << key;
    EXPECT_NO_THROW((void)read(at(static_cast<std::uint64_t>(limit)))) << key;
    EXPECT_ERROR((void)read(at(static_cast<std::uint64_t>(limit) + 1)), BadInput,
                 "at most " + std::to_string(limit));
    EXPECT_ERROR((void)read(at(std::numeric_limits<std::uint64_t>::max())), BadInput, key);
}

INSTANTIATE_TEST_SUITE_P(All, ConfigLimit,
                         ::testing::Values(Limit{"hidden_size", limits::hidden},
                                           Limit{"intermediate_size", limits::intermediate},
                                           Limit{"num_hidden_layers", limits::layers},
                                           Limit{"num_attention_heads", limits::heads},
                                           Limit{"head_dim", limits::headSize},
                                           Limit{"vocab_size", limits::vocabulary},
                                           Limit{"max_position_embeddings", limits::context}),
                         [](const auto& test) { return std::string{test.param.key}; });

TEST(ModelConfig, ChecksThatTheValuesFitEachOther)
{
    EXPECT_ERROR((void)read(with("num_key_value_heads", 3)), BadInput, "do not divide");
    EXPECT_ERROR((void)read(with("num_key_value_heads", 8)), BadInput, "key-value heads");
    EXPECT_ERROR((void)read(with("hidden_size", 66)), BadInput, "does not divide hidden_size");
    EXPECT_ERROR((void)read(with("head_dim", 15)), BadInput, "odd");
    EXPECT_ERROR((void)read(with("rms_norm_eps", -1.0)), BadInput, "epsilon");
    EXPECT_ERROR((void)read(with("rope_theta", 0.0)), BadInput, "rotary base");
    EXPECT_ERROR((void)read(with("rope_theta", 1e300)), BadInput, "rotary base");
    EXPECT_ERROR((void)read(with("rms_norm_eps", std::numeric_limits<double>::quiet_NaN())),
                 BadInput, "epsilon");
}

TEST(ModelConfig, ComesBackFromWhatItWrites)
{
    for (const char* type : {"llama", "qwen2", "qwen3"}) {
        Json source = with("model_type", type);
        source["head_dim"] = 24;
        source["tie_word_embeddings"] = true;
        const ModelConfig config = read(source);

        const OrderedJson written = toHuggingFaceConfig(config, "float32");
        const ModelConfig again = read(Json::parse(written.dump()));

        EXPECT_EQ(toHuggingFaceConfig(again, "float32"), written);
        EXPECT_EQ(again.ropeTheta, 5000);
        EXPECT_EQ(again.headSize, 24);
        EXPECT_TRUE(again.tiedHead);
        EXPECT_TRUE(written.at("architectures").is_array());
    }
}

TEST(WeightNames, MapGgufToHuggingFace)
{
    EXPECT_EQ(huggingFaceName("token_embd.weight", {}), "model.embed_tokens.weight");
    EXPECT_EQ(huggingFaceName("output.weight", {}), "lm_head.weight");
    EXPECT_EQ(huggingFaceName("blk.17.attn_q.bias", {}), "model.layers.17.self_attn.q_proj.bias");
    EXPECT_EQ(huggingFaceName("blk.0.ffn_norm.weight", {}),
              "model.layers.0.post_attention_layernorm.weight");
    for (const char* unknown :
         {"", ".", "weight", "rope_freqs.weight", "blk.weight", "blk..attn_q.weight",
          "blk.x.attn_q.weight", "blk.01.attn_q.weight", "blk.99999.attn_q.weight",
          "blk.0.attn_qkv.weight", "blk.0.weight", "token_embd", "token_embd.scale"}) {
        EXPECT_FALSE(huggingFaceName(unknown, {})) << unknown;
    }
}

TEST(WeightNames, ListAllWeightsOnce)
{
    const auto weights = expectedWeights(read(with("model_type", "qwen2")));

    ASSERT_EQ(weights.size(), 2 + 2 * 12 + 1U);
    EXPECT_EQ(weights.front().name, "model.embed_tokens.weight");
    EXPECT_EQ(weights.back().name, "lm_head.weight");
    EXPECT_EQ(weights[2].name, "model.layers.0.self_attn.q_proj.weight");
    EXPECT_EQ(weights[4].shape, (std::vector<std::int64_t>{32, 64}));
}

} // namespace
} // namespace nextquill::model
