// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/AdapterDirectory_torch.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/model/AdapterFolder.h"
#include "core/model/Decoder.h"
#include "core/model/Network_torch.h"
#include "core/model/SafeTensorsWriter.h"
#include "core/model/TensorBytes_torch.h"
#include "core/model/TorchErrors_torch.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace nextquill::model {

namespace {

namespace fs = std::filesystem;
using torch::Tensor;

OrderedJson number(double value)
{
    constexpr double most = 1e9;
    const bool whole = value == std::floor(value) && value < most;
    return whole ? OrderedJson(static_cast<std::int64_t>(value)) : OrderedJson(value);
}

/// PEFT's way to say of layers one by one what they have.
void addPatterns(const LowRankSettings& settings, OrderedJson& config)
{
    if (settings.modules.empty()) {
        return;
    }
    OrderedJson targets = OrderedJson::array();
    OrderedJson ranks = OrderedJson::object();
    OrderedJson alphas = OrderedJson::object();
    for (const LowRankModule& module : settings.modules) {
        targets.push_back(module.name);
        if (module.rank != settings.rank) {
            ranks[module.name] = module.rank;
        }
        if (module.alpha != settings.alpha) {
            alphas[module.name] = number(module.alpha);
        }
    }
    config["target_modules"] = targets;
    config["rank_pattern"] = ranks;
    config["alpha_pattern"] = alphas;
}

OrderedJson adapterConfig(const LowRankSettings& settings, const std::string& baseName)
{
    OrderedJson config;
    config["peft_type"] = "LORA";
    config["task_type"] = "CAUSAL_LM";
    config["base_model_name_or_path"] = baseName;
    config["r"] = settings.rank;
    config["lora_alpha"] = number(settings.alpha);
    config["lora_dropout"] = settings.dropout;
    config["target_modules"] = settings.targets;
    config["bias"] = "none";
    config["fan_in_fan_out"] = false;
    config["inference_mode"] = true;
    config["init_lora_weights"] = true;
    config["modules_to_save"] = nullptr;
    config["use_rslora"] = false;
    config["use_dora"] = false;
    addPatterns(settings, config);
    return config;
}

void fill(const Tensor& target, const TensorView& view, const std::string& where)
{
    if (view.shape != target.sizes().vec() || !scalarType(view.dtype)) {
        throw Error{ErrorKind::BadInput, "the tensor has another shape or type", where,
                    "use the adapter with the model that it was trained on"};
    }
    Tensor{target}.copy_(borrowed(view));
}

void fillAdapters(const Network& network, const AdapterFolder& adapter)
{
    const torch::NoGradGuard noGrad;
    std::map<std::string, Tensor> parameters;
    for (const NamedParameter& parameter : network.adapterParameters()) {
        parameters.emplace(parameter.name, parameter.tensor);
    }
    for (const AdapterModule& module : adapter.modules()) {
        const std::string where = adapter.where() + ", layer " + module.name;
        fill(parameters.at(module.name + ".lora_A.weight"), module.A, where);
        fill(parameters.at(module.name + ".lora_B.weight"), module.B, where);
    }
}

/// Layers one by one only where that says more than rank, alpha and targets do.
LowRankSettings simplified(LowRankSettings settings, const Network& network)
{
    const bool isAlike = std::ranges::all_of(settings.modules, [&](const LowRankModule& module) {
        return module.rank == settings.rank && module.alpha == settings.alpha;
    });
    const auto layers = static_cast<std::size_t>(network.config().layers);
    if (isAlike && settings.modules.size() == layers * settings.targets.size()) {
        settings.modules.clear();
    }
    return settings;
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
            blocks.push_back(namedBlock(std::string{adapterPrefix} + parameter.name, held.back()));
        }
        writeSafeTensors(folder / adapterWeightsName, blocks, {{"format", "pt"}});
        writeFileAtomically(folder / adapterConfigName,
                            adapterConfig(*decoder.adapters(), baseName).dump(2) + "\n");
    });
}

void readAdapter(Network& network, const fs::path& folder)
{
    const AdapterFolder adapter{folder};
    network.addAdapters(simplified(adapter.settings(), network), 0);
    fillAdapters(network, adapter);
}

} // namespace nextquill::model
