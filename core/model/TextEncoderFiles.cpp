// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"
#include "core/base/Digest.h"
#include "core/base/Json.h"
#include "core/model/ConfigFields.h"
#include "core/model/FileErrors.h"
#include "core/model/ModelLimits.h"
#include "core/model/TextEncoder.h"

#include <algorithm>
#include <array>

namespace nextquill::model {

namespace {

namespace fs = std::filesystem;

constexpr const char* encoderRemedy = "take a BERT encoder of sentence-transformers' kind, such as "
                                      "a MiniLM, as a Hugging Face folder with safetensors";

Error unsupportedEncoder(const std::string& problem, const fs::path& where)
{
    return {ErrorKind::Unsupported, problem, where.string(), encoderRemedy};
}

Json readEncoderJson(const fs::path& file)
{
    return readJsonFile(file, {.bytes = limits::configBytes, .depth = limits::configDepth});
}

EncoderActivation activationOf(const ConfigFields& fields, const fs::path& file)
{
    const std::string name = fields.text("hidden_act", "gelu");
    if (name == "gelu") {
        return EncoderActivation::Gelu;
    }
    if (name == "gelu_new" || name == "gelu_pytorch_tanh") {
        return EncoderActivation::GeluTanh;
    }
    if (name == "relu") {
        return EncoderActivation::Relu;
    }
    throw unsupportedEncoder("the encoder's activation " + inQuotes(name) + " is not known", file);
}

Pooling poolingOf(const fs::path& folder)
{
    const fs::path file = folder / "1_Pooling" / "config.json";
    if (!fs::exists(file)) {
        return Pooling::Mean;
    }
    const Json json = readEncoderJson(file);
    const ConfigFields fields{json, file.string()};
    const bool mean = fields.flag("pooling_mode_mean_tokens");
    const bool first = fields.flag("pooling_mode_cls_token");
    constexpr std::array others{"pooling_mode_max_tokens", "pooling_mode_mean_sqrt_len_tokens",
                                "pooling_mode_weightedmean_tokens", "pooling_mode_lasttoken"};
    const bool other = std::any_of(others.begin(), others.end(),
                                   [&fields](const char* key) { return fields.flag(key); });
    if (mean == first || other) {
        throw unsupportedEncoder("the encoder pools neither by the mean nor by the first token",
                                 file);
    }
    return mean ? Pooling::Mean : Pooling::First;
}

/// Stages behind the pooling would change the vector.
void refuseOtherModules(const fs::path& folder)
{
    const fs::path file = folder / "modules.json";
    if (!fs::exists(file)) {
        return;
    }
    const Json json = readEncoderJson(file);
    if (!json.is_array()) {
        throw damaged("the list of modules is no JSON array", file.string());
    }
    for (const Json& module : json) {
        const std::string type = ConfigFields{module, file.string()}.text("type", "");
        const std::string name = type.substr(type.rfind('.') + 1);
        if (name != "Transformer" && name != "Pooling" && name != "Normalize") {
            throw unsupportedEncoder("the encoder goes on with a stage " + inQuotes(name), file);
        }
    }
}

std::int64_t longestTextOf(const fs::path& folder, std::int64_t positions)
{
    const fs::path file = folder / "sentence_bert_config.json";
    if (!fs::exists(file)) {
        return positions;
    }
    const Json json = readEncoderJson(file);
    const ConfigFields fields{json, file.string()};
    return std::min(positions, fields.integer("max_seq_length", positions, limits::context));
}

} // namespace

EncoderConfig readEncoderConfig(const fs::path& folder)
{
    const fs::path file = folder / "config.json";
    if (!fs::exists(file)) {
        throw Error{ErrorKind::BadInput, "there is no encoder: the folder has no config.json",
                    folder.string(), encoderRemedy};
    }
    const Json json = readEncoderJson(file);
    const ConfigFields fields{json, file.string()};
    if (const std::string type = fields.text("model_type", ""); type != "bert") {
        throw unsupportedEncoder("the model is no BERT (model_type " + inQuotes(type) + ")", file);
    }
    if (const std::string kind = fields.text("position_embedding_type", "absolute");
        kind != "absolute") {
        throw unsupportedEncoder("the encoder's positions are " + inQuotes(kind), file);
    }
    refuseOtherModules(folder);
    EncoderConfig config;
    config.vocabulary = fields.integer("vocab_size", std::nullopt, limits::vocabulary);
    config.hidden = fields.integer("hidden_size", std::nullopt, limits::hidden);
    config.layers = fields.integer("num_hidden_layers", std::nullopt, limits::layers);
    config.heads = fields.integer("num_attention_heads", std::nullopt, limits::heads);
    config.intermediate = fields.integer("intermediate_size", std::nullopt, limits::intermediate);
    config.positions = fields.integer("max_position_embeddings", std::nullopt, limits::context);
    config.types = fields.integer("type_vocab_size", 2, limits::heads);
    config.normEpsilon = fields.number("layer_norm_eps", config.normEpsilon);
    config.activation = activationOf(fields, file);
    config.pooling = poolingOf(folder);
    config.longestText = longestTextOf(folder, config.positions);
    if (config.hidden % config.heads != 0 || config.longestText < 2 || config.normEpsilon <= 0) {
        throw damaged("the sizes contradict each other", file.string());
    }
    return config;
}

std::string TextEncoder::digestOf(const fs::path& folder)
{
    static_cast<void>(readEncoderConfig(folder));
    Digest digest;
    for (const char* name :
         {"config.json", "model.safetensors", "modules.json", "1_Pooling/config.json",
          "sentence_bert_config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt"}) {
        if (const fs::path file = folder / name; fs::exists(file)) {
            digest.add(std::string{name} + ' ' + sha256OfFile(file) + '\n');
        }
    }
    return digest.hex();
}

} // namespace nextquill::model
