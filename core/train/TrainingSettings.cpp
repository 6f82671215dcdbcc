// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/TrainingSettings.h"

#include "core/base/Error.h"
#include "core/train/TrainingFields.h"

#include <algorithm>
#include <fmt/format.h>

namespace nextquill::train {

namespace {

const FieldAccess& accessTo(std::string_view name)
{
    const std::vector<FieldAccess>& table = fieldTable();
    const auto found = std::ranges::find(
        table, name, [](const FieldAccess& f) -> std::string_view { return f.field.name; });
    if (found == table.end()) {
        throw Error{ErrorKind::BadInput, fmt::format("there is no setting \"{}\"", name),
                    std::string{name}, "see `nextquill train --help` for all of them"};
    }
    return *found;
}

/// METHOD.md, The authors' recipe.
TrainingSettings paperPreset()
{
    TrainingSettings settings;
    settings.full = true;
    settings.epochs = 5;
    settings.batch = 1;
    settings.accumulation = 64; // 16 on each of four devices
    settings.learningRate = 5e-6;
    settings.weightDecay = 0.025;
    settings.warmupRatio = 0.01;
    settings.dtype = "bfloat16";
    return settings;
}

/// Small enough that a small model learns something in minutes on two cores.
TrainingSettings tryoutPreset()
{
    TrainingSettings settings;
    settings.lowRank.rank = 8;
    settings.lowRank.alpha = 16;
    settings.epochs = 1;
    // Tried on the sample with SmolLM2-135M: after 24 steps at 3e-4 what is written is still the
    // prompt's layout, after 32 at 6e-4 it is a review.
    settings.maxSteps = 32;
    settings.accumulation = 4;
    settings.learningRate = 6e-4;
    settings.weightDecay = 0;
    settings.warmupRatio = 0.1;
    settings.maxPromptTokens = 700;
    settings.maxTargetTokens = 160;
    settings.maxReviews = 4;
    settings.checkpointEvery = 16;
    settings.evaluateLimit = 16;
    return settings;
}

} // namespace

std::string frozenSource(std::string_view effectSource)
{
    constexpr std::string_view prefix = "frozen:";
    return effectSource.starts_with(prefix) ? std::string{effectSource.substr(prefix.size())}
                                            : std::string{};
}

bool hasEightBitState(const TrainingSettings& settings, std::int64_t elements)
{
    constexpr std::int64_t least = 4096;
    return settings.optimizerState == OptimizerState::EightBit && elements >= least;
}

const std::vector<TrainingField>& trainingFields()
{
    static const std::vector<TrainingField> fields = [] {
        std::vector<TrainingField> list;
        for (const FieldAccess& access : fieldTable()) {
            list.push_back(access.field);
        }
        return list;
    }();
    return fields;
}

std::string valueOf(const TrainingSettings& settings, std::string_view field)
{
    return accessTo(field).read(settings);
}

void setValue(TrainingSettings& settings, std::string_view field, std::string_view value)
{
    accessTo(field).write(settings, value);
}

TrainingSettings preset(std::string_view name)
{
    if (name == "paper") {
        return paperPreset();
    }
    if (name == "cpu-tryout") {
        return tryoutPreset();
    }
    throw Error{ErrorKind::BadInput, fmt::format("there is no preset \"{}\"", name),
                std::string{name}, "take paper or cpu-tryout"};
}

Json toJson(const TrainingSettings& settings)
{
    Json json = Json::object();
    for (const FieldAccess& access : fieldTable()) {
        const std::string text = access.read(settings);
        switch (access.field.kind) {
        case TrainingField::Kind::Integer:
        case TrainingField::Kind::Number:
        case TrainingField::Kind::Switch:
            json[access.field.name] = Json::parse(text);
            break;
        case TrainingField::Kind::Text:
        case TrainingField::Kind::Choice:
            json[access.field.name] = text;
        }
    }
    return json;
}

std::optional<text::SelectionRule> selectionRule(const TrainingSettings& settings)
{
    text::SelectionRule rule{.diversity = settings.selectDiversity,
                             .encoder = settings.selectEncoder,
                             .byTime = settings.selectByTime,
                             .fill = settings.selectFill};
    switch (settings.select) {
    case PromptSelection::Project:
        if (!rule.encoder.empty() || rule.byTime || rule.fill) {
            throw Error{ErrorKind::BadInput,
                        "select-encoder, select-by-time and select-fill say how reviews are "
                        "selected, and select leaves that to the project",
                        "settings of the run", "set select, too"};
        }
        return std::nullopt;
    case PromptSelection::Recent:
        rule.kind = text::SelectionKind::Recent;
        break;
    case PromptSelection::Words:
        rule.kind = text::SelectionKind::Words;
        break;
    case PromptSelection::Meaning:
        rule.kind = text::SelectionKind::Meaning;
        break;
    case PromptSelection::Diverse:
        rule.kind = text::SelectionKind::Diverse;
        break;
    }
    text::validate(rule);
    return rule;
}

void validate(const TrainingSettings& settings)
{
    static_cast<void>(selectionRule(settings));
    const auto refuse = [](const std::string& problem, const std::string& remedy) {
        throw Error{ErrorKind::BadInput, problem, "settings of the run", remedy};
    };
    const causal::Objective& objective = settings.objective;
    if (objective.highWeight <= 0 && objective.lowWeight <= 0) {
        refuse("no token would carry weight", "set high-weight or low-weight above 0");
    }
    if (objective.clipLow > objective.clipHigh) {
        refuse("clip-low is above clip-high", "swap them");
    }
    if (!settings.full && settings.lowRank.targets.empty()) {
        refuse("no layer would get an adapter", "name some in lora-targets, or set full");
    }
    if (settings.optimizerState == OptimizerState::EightBit && settings.dtype == "float64") {
        refuse("optimizer-state 8-bit is for weights of float32 and bfloat16, and dtype is float64",
               "set optimizer-state to float32, or take another dtype");
    }
    if (settings.effectSource != "online" && objective.kind != causal::ObjectiveKind::NextQuill &&
        objective.kind != causal::ObjectiveKind::TokenWeight) {
        refuse("effect-source is for weights by threshold, which " +
                   std::string{causal::name(objective.kind)} + " has not",
               "set it to online, or take nextquill or token-weight");
    }
}

} // namespace nextquill::train
