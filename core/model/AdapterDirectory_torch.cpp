// SPDX-License-Identifier: GPL-3.0-or-later
//
// adapter_model.safetensors has two tensors for each adapted layer, by the layer's name:
//
//   base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight   [r, in]
//   base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight   [out, r]
#include "core/model/AdapterDirectory_torch.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/model/Decoder.h"
#include "core/model/Network_torch.h"
#include "core/model/SafeTensorsFile.h"
#include "core/model/SafeTensorsWriter.h"
#include "core/model/TensorBytes_torch.h"
#include "core/model/TorchErrors_torch.h"

#include <cmath>
#include <set>

namespace nextquill::model {

namespace {

namespace fs = std::filesystem;
using torch::Tensor;

constexpr std::string_view prefix = "base_model.model.";
constexpr const char* configName = "adapter_config.json";
constexpr const char* weightsName = "adapter_model.safetensors";

OrderedJson adapterConfig(const LowRankSettings& settings, const std::string& baseName)
{
    const bool whole = settings.alpha == std::floor(settings.alpha) && settings.alpha < 1e9;
    OrderedJson config;
    config["peft_type"] = "LORA";
    config["task_type"] = "CAUSAL_LM";
    config["base_model_name_or_path"] = baseName;
    config["r"] = settings.rank;
    if (whole) {
        config["lora_alpha"] = static_cast<std::int64_t>(settings.alpha);
    } else {
        config["lora_alpha"] = settings.alpha;
    }
    config["lora_dropout"] = settings.dropout;
    config["target_modules"] = settings.targets;
    config["bias"] = "none";
    config["fan_in_fan_out"] = false;
    config["inference_mode"] = true;
    config["init_lora_weights"] = true;
    config["modules_to_save"] = nullptr;
    config["use_rslora"] = false;
    config["use_dora"] = false;
    return config;
}

/// A key of the configuration that is there and means something: not null, false, 0, "" or empty.
bool isSet(const Json& config, const char* key)
{
    const auto found = config.find(key);
    if (found == config.end() || found->is_null()) {
        return false;
    }
    if (found->is_boolean()) {
        return found->get<bool>();
    }
    return !((found->is_array() || found->is_object()) && found->empty());
}

/// Kinds of adapters that change the mathematics beyond A and B.
void refuseOtherKinds(const Json& config, const std::string& where)
{
    const auto refuse = [&](const std::string& problem) {
        throw Error{ErrorKind::Unsupported, problem, where,
                    "choose an adapter of PEFT's kind LORA with A and B alone"};
    };
    if (!config.is_object() || config.value("peft_type", Json{}) != "LORA") {
        refuse("the adapter is not of PEFT's kind LORA");
    }
    for (const char* key : {"use_dora", "use_qalora", "use_bdlora", "lora_bias", "fan_in_fan_out",
                            "modules_to_save", "rank_pattern", "alpha_pattern",
                            "layers_to_transform", "layer_replication", "trainable_token_indices",
                            "target_parameters", "alora_invocation_tokens", "arrow_config"}) {
        if (isSet(config, key)) {
            refuse(std::string{"the adapter uses "} + key);
        }
    }
    if (config.value("bias", Json{"none"}) != "none") {
        refuse("the adapter changes biases");
    }
    const Json initial = config.value("init_lora_weights", Json{true});
    if (initial.is_string() && initial != "gaussian") {
        refuse("the adapter was begun from changed base weights");
    }
}

double requireNumber(const Json& config, const char* key, double least, double most,
                     const std::string& where)
{
    const auto found = config.find(key);
    const bool isNumber = found != config.end() && found->is_number();
    const double value = isNumber ? found->get<double>() : 0;
    if (!isNumber || !(value >= least && value <= most)) {
        throw Error{ErrorKind::BadInput, std::string{key} + " is missing or out of range", where,
                    "save the adapter again"};
    }
    return value;
}

/// Modules by their short names, of the tensors that are there: the configuration may name them by
/// a pattern.
std::vector<std::string> targetsOf(const SafeTensorsFile& file)
{
    std::set<std::string> targets;
    constexpr std::string_view ending = ".lora_A.weight";
    for (const auto& [name, view] : file.tensors()) {
        if (name.ends_with(ending)) {
            const std::string module = name.substr(0, name.size() - ending.size());
            targets.insert(module.substr(module.rfind('.') + 1));
        }
    }
    return {targets.begin(), targets.end()};
}

LowRankSettings readSettings(const Json& config, const SafeTensorsFile& file,
                             const std::string& where)
{
    constexpr double highestRank = 65536;
    refuseOtherKinds(config, where);
    LowRankSettings settings;
    settings.rank = static_cast<std::int64_t>(requireNumber(config, "r", 1, highestRank, where));
    settings.alpha = requireNumber(config, "lora_alpha", 0, 1e9, where);
    if (isSet(config, "use_rslora")) { // scale = alpha / sqrt(r) there
        settings.alpha *= std::sqrt(static_cast<double>(settings.rank));
    }
    if (config.contains("lora_dropout")) {
        settings.dropout = requireNumber(config, "lora_dropout", 0, 1, where);
    }
    settings.targets = targetsOf(file);
    return settings;
}

void fillAdapters(const Network& network, const SafeTensorsFile& file, const std::string& where)
{
    const torch::NoGradGuard noGrad;
    std::size_t used = 0;
    for (const NamedParameter& parameter : network.adapterParameters()) {
        const std::string name = std::string{prefix} + parameter.name;
        const std::optional<TensorView> view = file.find(name);
        Tensor target = parameter.tensor;
        if (!view || view->shape != target.sizes().vec() || !scalarType(view->dtype)) {
            throw Error{ErrorKind::BadInput,
                        view ? "the tensor has another shape or type" : "there is no such tensor",
                        where + ", tensor " + name,
                        "use the adapter with the model that it was trained on"};
        }
        target.copy_(borrowed(*view));
        ++used;
    }
    if (used != file.tensors().size()) {
        throw Error{ErrorKind::BadInput,
                    std::to_string(file.tensors().size() - used) +
                        " tensors belong to no layer of the model",
                    where, "use the adapter with the model that it was trained on"};
    }
}

} // namespace

void writeAdapter(const Decoder& decoder, const fs::path& folder, const std::string& baseName)
{
    if (!decoder.adapters()) {
        throw Error{ErrorKind::BadInput, "the model has no adapters to write", folder.string(),
                    "train adapters first, or write the whole model"};
    }
    translated(folder.string(), [&] {
        const torch::NoGradGuard noGrad;
        fs::create_directories(folder);
        std::vector<Tensor> held;
        std::vector<NamedBlock> blocks;
        for (const NamedParameter& parameter : decoder.network().adapterParameters()) {
            held.push_back(parameter.tensor.detach().to(torch::kCPU, torch::kFloat).contiguous());
            blocks.push_back(namedBlock(std::string{prefix} + parameter.name, held.back()));
        }
        writeSafeTensors(folder / weightsName, blocks, {{"format", "pt"}});
        writeFileAtomically(folder / configName,
                            adapterConfig(*decoder.adapters(), baseName).dump(2) + "\n");
    });
}

void readAdapter(Network& network, const fs::path& folder)
{
    const fs::path weights = folder / weightsName;
    const std::string where = (folder / configName).string();
    const Json config = readJsonFile(folder / configName, {});
    const SafeTensorsFile file{weights};
    network.addAdapters(readSettings(config, file, where), 0);
    fillAdapters(network, file, weights.string());
}

} // namespace nextquill::model
