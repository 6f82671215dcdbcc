// SPDX-License-Identifier: GPL-3.0-or-later
//
// adapter_model.safetensors has two tensors for each adapted layer, by the layer's name:
//
//   base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight   [r, in]
//   base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight   [out, r]
#include "core/model/AdapterFolder.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/model/FileErrors.h"
#include "core/model/ModelLimits.h"
#include "core/model/SafeTensorsWriter.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

namespace nextquill::model {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view endingA = ".lora_A.weight";
constexpr std::string_view endingB = ".lora_B.weight";

Error otherKind(const std::string& problem, const std::string& where)
{
    return {ErrorKind::Unsupported, problem, where,
            "choose an adapter of PEFT's kind LORA with A and B alone"};
}

Error misfit(const std::string& problem, const std::string& where)
{
    return {ErrorKind::BadInput, problem, where, "save the adapter again"};
}

/// A key of the configuration that is there and means something: not null, false or empty.
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
    if (!config.is_object() || config.value("peft_type", Json{}) != "LORA") {
        throw otherKind("the adapter is not of PEFT's kind LORA", where);
    }
    for (const char* key : {"use_dora", "use_qalora", "use_bdlora", "lora_bias", "fan_in_fan_out",
                            "modules_to_save", "layer_replication", "trainable_token_indices",
                            "target_parameters", "alora_invocation_tokens", "arrow_config"}) {
        if (isSet(config, key)) {
            throw otherKind(std::string{"the adapter uses "} + key, where);
        }
    }
    if (config.value("bias", Json{"none"}) != "none") {
        throw otherKind("the adapter changes biases", where);
    }
    const Json initial = config.value("init_lora_weights", Json{true});
    const bool keepsBase = !initial.is_string() || initial == "gaussian" || initial == "eva" ||
                           initial == "orthogonal";
    if (!keepsBase) {
        throw otherKind("the adapter was begun from changed base weights (init_lora_weights " +
                            inQuotes(initial.get<std::string>()) + ")",
                        where);
    }
}

double requireNumber(const Json& value, const std::string& key, double least, double most,
                     const std::string& where)
{
    const double number = value.is_number() ? value.get<double>() : 0;
    if (!value.is_number() || !(number >= least && number <= most)) {
        throw misfit(key + " is missing or out of range", where);
    }
    return number;
}

Json valueOf(const Json& config, const char* key)
{
    return config.value(key, Json{});
}

/// What a pattern ("q_proj", "layers.0.self_attn.q_proj", "^model.layers.0…": 8) says of a module.
/// PEFT takes the keys for regular expressions; only names are read here.
std::optional<Json> matched(const Json& config, const char* key, std::string_view module,
                            const std::string& where)
{
    const Json patterns = valueOf(config, key);
    if (patterns.is_null()) {
        return std::nullopt;
    }
    if (!patterns.is_object()) {
        throw misfit(std::string{key} + " is no object", where);
    }
    for (const auto& [pattern, value] : patterns.items()) {
        std::string_view name = pattern;
        const bool fromBeginning = name.starts_with('^');
        name.remove_prefix(fromBeginning ? 1 : 0);
        const bool isName = !name.empty() && std::ranges::all_of(name, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '_' || c == '.';
        });
        if (!isName) {
            throw otherKind(std::string{key} + " has the pattern " + inQuotes(pattern) +
                                ", which is no name",
                            where);
        }
        const bool isEnd = module.ends_with(name) &&
                           (module.size() == name.size() ||
                            (!fromBeginning && module[module.size() - name.size() - 1] == '.'));
        if (isEnd) {
            return value;
        }
    }
    return std::nullopt;
}

/// Plain layers' names of the tensors that end so, without PEFT's prefix.
std::set<std::string> namesEnding(const SafeTensorsFile& file, std::string_view ending)
{
    std::set<std::string> names;
    for (const auto& [name, view] : file.tensors()) {
        if (name.starts_with(adapterPrefix) && name.ends_with(ending) &&
            name.size() > adapterPrefix.size() + ending.size()) {
            names.insert(name.substr(adapterPrefix.size(),
                                     name.size() - adapterPrefix.size() - ending.size()));
        }
    }
    return names;
}

bool isMatrix(const TensorView& view)
{
    return view.shape.size() == 2 && view.shape[0] > 0 && view.shape[1] > 0 &&
           isFloat(view.dtype) && blockElements(view.dtype) == 1;
}

} // namespace

AdapterFolder::AdapterFolder(const fs::path& folder)
    : m_config(readJsonFile(folder / adapterConfigName,
                            {.bytes = limits::configBytes, .depth = limits::configDepth}))
    , m_file{folder / adapterWeightsName}
    , m_where{(folder / adapterConfigName).string()}
{
    constexpr double highestRank = 65536;
    refuseOtherKinds(m_config, m_where);
    m_settings.rank = static_cast<std::int64_t>(
        requireNumber(valueOf(m_config, "r"), "r", 1, highestRank, m_where));
    m_settings.alpha = alphaOf({}, m_settings.rank);
    if (m_config.contains("lora_dropout")) {
        m_settings.dropout =
            requireNumber(valueOf(m_config, "lora_dropout"), "lora_dropout", 0, 1, m_where);
    }
    readModules();
}

double AdapterFolder::alphaOf(const std::string& module, std::int64_t rank) const
{
    const Json alpha = matched(m_config, "alpha_pattern", module, m_where)
                           .value_or(valueOf(m_config, "lora_alpha"));
    const double plain = requireNumber(alpha, "lora_alpha", 0, 1e9, m_where);
    // use_rslora: scale = alpha / sqrt(r)
    return isSet(m_config, "use_rslora") ? plain * std::sqrt(static_cast<double>(rank)) : plain;
}

void AdapterFolder::readModules()
{
    const std::set<std::string> names = namesEnding(m_file, endingA);
    const std::set<std::string> others = namesEnding(m_file, endingB);
    if (names.empty() || names != others || m_file.tensors().size() != 2 * names.size()) {
        throw misfit("the tensors are not pairs of lora_A and lora_B of layers", m_file.where());
    }
    std::set<std::string> targets;
    for (const std::string& name : names) {
        const std::string full = std::string{adapterPrefix} + name;
        AdapterModule module{.name = name,
                             .A = m_file.find(full + std::string{endingA}).value(),
                             .B = m_file.find(full + std::string{endingB}).value()};
        const std::string where = m_file.where() + ", tensor " + full + std::string{endingA};
        if (!isMatrix(module.A) || !isMatrix(module.B) || module.B.shape[1] != module.A.shape[0]) {
            throw misfit("the tensors of the layer have shapes or types that do not fit", where);
        }
        const Json rank =
            matched(m_config, "rank_pattern", name, m_where).value_or(Json(m_settings.rank));
        if (rank != module.rank()) {
            throw misfit("the rank is " + std::to_string(module.rank()) +
                             ", by the configuration " + rank.dump(),
                         where);
        }
        module.alpha = alphaOf(name, module.rank());
        targets.insert(name.substr(name.rfind('.') + 1));
        m_settings.modules.push_back({.name = name, .rank = module.rank(), .alpha = module.alpha});
        m_modules.push_back(std::move(module));
    }
    m_settings.targets = {targets.begin(), targets.end()};
}

void AdapterFolder::copyTo(const fs::path& folder) const
{
    std::vector<NamedBlock> blocks;
    for (const auto& [name, view] : m_file.tensors()) {
        blocks.push_back({.name = name,
                          .dtype = view.dtype,
                          .shape = view.shape,
                          .data = view.data,
                          .bytes = view.bytes});
    }
    writeSafeTensors(folder / adapterWeightsName, blocks, {{"format", "pt"}});
    writeFileAtomically(folder / adapterConfigName, m_config.dump(2) + "\n");
}

} // namespace nextquill::model
