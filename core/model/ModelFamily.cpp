// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/ModelFamily.h"

#include "core/model/FileErrors.h"
#include "core/model/ModelConfig.h"

#include <array>

namespace nextquill::model {

namespace {

constexpr std::array<ModelFamily, 8> families{{
    {.modelType = "llama",
     .architecture = "LlamaForCausalLM",
     .ggufArchitecture = "llama",
     .permutesGgufRows = true},
    {.modelType = "mistral", // a GGUF file calls it llama
     .architecture = "MistralForCausalLM",
     .ggufArchitecture = "llama",
     .permutesGgufRows = true,
     .windows = Windows::All,
     .defaults = R"({"num_key_value_heads": 8, "sliding_window": 4096})"},
    {.modelType = "smollm3",
     .architecture = "SmolLM3ForCausalLM",
     .ggufArchitecture = "smollm3",
     .unturnedLayers = 4,
     .permutesGgufRows = true,
     .windows = Windows::Unturned,
     .defaults = R"({"num_key_value_heads": 4, "rope_theta": 2e6, "tie_word_embeddings": true})"},
    {.modelType = "qwen2",
     .architecture = "Qwen2ForCausalLM",
     .ggufArchitecture = "qwen2",
     .queryKeyValueBias = true,
     .windows = Windows::Upper,
     .defaults = R"({"num_key_value_heads": 32, "sliding_window": 4096, "max_window_layers": 28})"},
    {.modelType = "qwen3",
     .architecture = "Qwen3ForCausalLM",
     .ggufArchitecture = "qwen3",
     .queryKeyNorm = true,
     .windows = Windows::Upper,
     .defaults = R"({"head_dim": 128, "num_key_value_heads": 32, "sliding_window": 4096,
                     "max_window_layers": 28})"},
    {.modelType = "gemma2",
     .architecture = "Gemma2ForCausalLM",
     .ggufArchitecture = "gemma2",
     .isGemma = true,
     .windows = Windows::Patterned,
     .windowPattern = 2,
     .defaults = R"({"vocab_size": 256000, "hidden_size": 2304, "intermediate_size": 9216,
                     "num_hidden_layers": 26, "num_attention_heads": 8, "num_key_value_heads": 4,
                     "head_dim": 256, "max_position_embeddings": 8192, "tie_word_embeddings": true,
                     "query_pre_attn_scalar": 256, "sliding_window": 4096,
                     "attn_logit_softcapping": 50.0, "final_logit_softcapping": 30.0})"},
    {.modelType = "gemma3_text",
     .architecture = "Gemma3ForCausalLM",
     .ggufArchitecture = "gemma3",
     .queryKeyNorm = true,
     .isGemma = true,
     .turnsByLayerType = true,
     .windows = Windows::Patterned,
     .windowPattern = 6,
     .defaults = R"({"vocab_size": 262208, "hidden_size": 2304, "intermediate_size": 9216,
                     "num_hidden_layers": 26, "num_attention_heads": 8, "num_key_value_heads": 4,
                     "head_dim": 256, "max_position_embeddings": 131072,
                     "tie_word_embeddings": true, "query_pre_attn_scalar": 256,
                     "sliding_window": 4096, "rope_theta": 1e6, "rope_local_base_freq": 1e4})"},
    {.modelType = "phi3",
     .architecture = "Phi3ForCausalLM",
     .ggufArchitecture = "phi3",
     .fusedProjections = true,
     .turnsPartly = true,
     .windows = Windows::All,
     .defaults = R"({"rms_norm_eps": 1e-5, "original_max_position_embeddings": 4096})"},
}};

[[noreturn]] void refuse(std::string_view name, std::string_view ModelFamily::* of,
                         const std::string& where)
{
    std::string known;
    for (const ModelFamily& family : families) {
        const std::string own{family.*of};
        if ((", " + known + ", ").find(", " + own + ", ") == std::string::npos) {
            known += (known.empty() ? "" : ", ") + own;
        }
    }
    throw Error{ErrorKind::Unsupported, "the architecture " + inQuotes(name) + " is not known",
                where, "use a model of one of these: " + known};
}

} // namespace

const ModelFamily* findFamily(std::string_view modelType)
{
    for (const ModelFamily& family : families) {
        if (family.modelType == modelType) {
            return &family;
        }
    }
    return nullptr;
}

const ModelFamily& familyNamed(std::string_view modelType, const std::string& where)
{
    if (const ModelFamily* family = findFamily(modelType)) {
        return *family;
    }
    refuse(modelType, &ModelFamily::modelType, where);
}

const ModelFamily& ggufFamilyNamed(std::string_view architecture, const std::string& where)
{
    for (const ModelFamily& family : families) {
        if (family.ggufArchitecture == architecture) {
            return family;
        }
    }
    refuse(architecture, &ModelFamily::ggufArchitecture, where);
}

ModelConfig configOf(const ModelFamily& family)
{
    ModelConfig config;
    config.modelType = family.modelType;
    config.queryKeyValueBias = family.queryKeyValueBias;
    config.queryKeyNorm = family.queryKeyNorm;
    config.fusedProjections = family.fusedProjections;
    config.offsetNorms = family.isGemma;
    config.outerNorms = family.isGemma;
    config.scaledEmbedding = family.isGemma;
    config.activation = family.isGemma ? Activation::GeluTanh : Activation::Silu;
    return config;
}

} // namespace nextquill::model
