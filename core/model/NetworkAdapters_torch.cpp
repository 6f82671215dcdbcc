// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/model/Network_torch.h"
#include "core/model/Projections_torch.h"
#include "core/model/WeightNames.h"

#include <algorithm>
#include <unordered_map>

namespace nextquill::model {

namespace {

using torch::Tensor;

/// The adapter that a layer is to have, if any.
std::optional<LowRankModule> moduleOf(const LowRankSettings& settings, const std::string& name)
{
    if (!settings.modules.empty()) {
        const auto found = std::ranges::find(settings.modules, name, &LowRankModule::name);
        return found == settings.modules.end() ? std::nullopt : std::optional{*found};
    }
    return std::ranges::find(settings.targets, shortName(name)) == settings.targets.end()
               ? std::nullopt
               : std::optional{
                     LowRankModule{.name = name, .rank = settings.rank, .alpha = settings.alpha}};
}

} // namespace

std::vector<NamedParameter> Network::adapterParameters() const
{
    std::vector<NamedParameter> all;
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        for (const Projection& projection : projectionsOf(m_config)) {
            const LinearGroup::Part& linear = projection.in(m_layers[i]);
            if (linear.adapter) {
                const std::string module = layerPrefix(i) + projection.module;
                all.push_back({.name = module + ".lora_A.weight", .tensor = linear.adapter->A});
                all.push_back({.name = module + ".lora_B.weight", .tensor = linear.adapter->B});
            }
        }
    }
    return all;
}

std::vector<NamedParameter> Network::mergedParameters() const
{
    const torch::NoGradGuard noGrad;
    std::vector<NamedParameter> all = parameters();
    std::unordered_map<std::string, Tensor*> byName;
    for (NamedParameter& parameter : all) {
        byName[parameter.name] = &parameter.tensor;
    }
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        for (const Projection& projection : projectionsOf(m_config)) {
            const LinearGroup::Part& linear = projection.in(m_layers[i]);
            if (linear.adapter) {
                *byName.at(layerPrefix(i) + projection.module + ".weight") =
                    linear.adapter->mergedInto(linear.weight);
            }
        }
    }
    return all;
}

void Network::addAdapters(const LowRankSettings& given, std::uint64_t seed)
{
    LowRankSettings settings = given;
    settings.targets = adapterTargets(m_config, given.targets);
    requireValid(settings);
    for (const NamedParameter& parameter : parameters()) {
        Tensor{parameter.tensor}.set_requires_grad(false);
    }
    torch::Generator generator = at::globalContext().defaultGenerator(torch::kCPU).clone();
    generator.set_current_seed(seed);
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        for (const Projection& projection : projectionsOf(m_config)) {
            LinearGroup::Part& linear = projection.in(m_layers[i]);
            linear.adapter.reset();
            if (const auto own = moduleOf(settings, layerPrefix(i) + projection.module)) {
                linear.adapter = LowRankAdapter::fresh(linear.weight, own->rank,
                                                       own->alpha / static_cast<double>(own->rank),
                                                       settings.dropout, generator);
            }
        }
    }
    m_adapters = settings;
    m_useAdapters = true;
}

bool Network::hasModule(std::string_view name) const
{
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        for (const Projection& projection : projectionsOf(m_config)) {
            if (name == layerPrefix(i) + projection.module) {
                return true;
            }
        }
    }
    return false;
}

void Network::requireValid(const LowRankSettings& settings) const
{
    const auto refuseSetting = [](const std::string& problem, const std::string& remedy) {
        throw Error{ErrorKind::BadInput, problem, "low-rank adapters", remedy};
    };
    const auto requireRank = [&](std::int64_t rank) {
        if (rank < 1 || rank > m_config.hiddenSize) {
            refuseSetting("rank " + std::to_string(rank) + " is out of range",
                          "choose a rank from 1 to " + std::to_string(m_config.hiddenSize));
        }
    };
    requireRank(settings.rank);
    if (!(settings.dropout >= 0 && settings.dropout < 1)) {
        refuseSetting("dropout " + std::to_string(settings.dropout) + " is out of range",
                      "choose a dropout from 0 to below 1");
    }
    if (settings.targets.empty()) {
        refuseSetting("no layer is named as a target", "name at least one, such as q_proj");
    }
    for (const LowRankModule& module : settings.modules) {
        requireRank(module.rank);
        if (!hasModule(module.name)) {
            refuseSetting("the model has no linear layer " + module.name,
                          "use the adapter with the model that it was trained on");
        }
    }
    std::string known;
    for (const Projection& projection : projectionsOf(m_config)) {
        known += (known.empty() ? "" : ", ") + std::string{shortName(projection.module)};
    }
    for (const std::string& target : settings.targets) {
        if (std::ranges::none_of(projectionsOf(m_config), [&](const Projection& projection) {
                return shortName(projection.module) == target;
            })) {
            refuseSetting("there is no linear layer " + target, "choose from " + known);
        }
    }
}

} // namespace nextquill::model
