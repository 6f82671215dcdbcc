// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/Objective.h"

#include <algorithm>
#include <array>
#include <utility>

namespace nextquill::causal {

namespace {

constexpr std::array<std::pair<ObjectiveKind, std::string_view>, 7> names{{
    {ObjectiveKind::NextQuill, "nextquill"},
    {ObjectiveKind::TokenWeight, "token-weight"},
    {ObjectiveKind::Causal, "causal"},
    {ObjectiveKind::JsWeight, "js-weight"},
    {ObjectiveKind::Perce, "perce"},
    {ObjectiveKind::Sft, "sft"},
    {ObjectiveKind::SftNoHistory, "sft-no-history"},
}};

} // namespace

Objective Objective::defaults(ObjectiveKind kind)
{
    Objective objective;
    objective.kind = kind;
    switch (kind) {
    case ObjectiveKind::NextQuill:
        objective.alpha = 0.1;
        break;
    case ObjectiveKind::Causal:
        objective.alpha = 0.01;
        break;
    case ObjectiveKind::TokenWeight:
    case ObjectiveKind::JsWeight:
    case ObjectiveKind::Perce:
    case ObjectiveKind::Sft:
    case ObjectiveKind::SftNoHistory:
        objective.alpha = 0;
        break;
    }
    return objective;
}

bool Objective::needsPlainPass() const
{
    return kind != ObjectiveKind::Sft && (kind != ObjectiveKind::Causal || alpha != 0);
}

bool Objective::hasCausalTerm() const
{
    const bool possible = kind == ObjectiveKind::NextQuill || kind == ObjectiveKind::Causal ||
                          kind == ObjectiveKind::TokenWeight || kind == ObjectiveKind::JsWeight;
    return possible && alpha != 0;
}

std::string_view name(ObjectiveKind kind)
{
    const auto* const found = std::ranges::find(names, kind, &decltype(names)::value_type::first);
    return found->second;
}

std::optional<ObjectiveKind> objectiveKind(std::string_view name)
{
    const auto* const found = std::ranges::find(names, name, &decltype(names)::value_type::second);
    return found == names.end() ? std::nullopt : std::optional{found->first};
}

const std::vector<ObjectiveKind>& allObjectives()
{
    static const std::vector<ObjectiveKind> all = [] {
        std::vector<ObjectiveKind> kinds;
        for (const auto& [kind, unused] : names) {
            kinds.push_back(kind);
        }
        return kinds;
    }();
    return all;
}

} // namespace nextquill::causal
