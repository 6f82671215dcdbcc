// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/TextUnits.h"

#include "core/workflow/TextBoundaries.h"

#include <algorithm>
#include <array>

namespace nextquill::workflow {

namespace {

constexpr std::array<std::string_view, 3> unitNames{"token", "word", "sentence"};

/// Tokens in stretches of whole characters.
std::vector<TextUnit> characterUnits(std::string_view text,
                                     const causal::PreferenceEffects& effects)
{
    const std::vector<bool> starts = textBoundaries(text, Boundary::Character);
    std::vector<TextUnit> units;
    std::size_t covered = 0;
    for (std::size_t i = 0; i < effects.tokens.size(); ++i) {
        const auto& bytes = effects.tokens[i].bytes;
        if (!bytes) {
            continue;
        }
        const std::size_t end = std::min(bytes->end, text.size());
        // A token that starts or ends inside a character, or over one that is drawn already, joins
        // the unit before it.
        const bool joins =
            !units.empty() && (bytes->begin < covered || end <= covered || !starts[covered]);
        if (joins) {
            units.back().tokens = i - units.back().firstToken + 1;
            units.back().bytes.end = std::max(units.back().bytes.end, end);
        } else {
            units.push_back({.bytes = {covered, end}, .firstToken = i});
        }
        covered = std::max(covered, end);
    }
    if (!units.empty()) {
        units.back().bytes.end = text.size();
    }
    return units;
}

/// Where a unit's own text begins behind the space that its tokens may begin with.
std::size_t wordStart(std::string_view text, ByteRange bytes)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n", bytes.begin);
    return first < bytes.end ? first : bytes.begin;
}

} // namespace

std::string_view name(UnitKind kind)
{
    return unitNames[static_cast<std::size_t>(kind)];
}

std::optional<UnitKind> unitCalled(std::string_view name)
{
    const auto found = std::ranges::find(unitNames, name);
    return found == unitNames.end()
               ? std::nullopt
               : std::optional{static_cast<UnitKind>(found - unitNames.begin())};
}

std::vector<TextUnit> textUnits(std::string_view text, const causal::PreferenceEffects& effects,
                                UnitKind kind)
{
    std::vector<TextUnit> units = characterUnits(text, effects);
    if (kind == UnitKind::Token) {
        return units;
    }
    const std::vector<bool> starts =
        textBoundaries(text, kind == UnitKind::Word ? Boundary::Word : Boundary::Sentence);
    std::vector<TextUnit> joined;
    for (const TextUnit& unit : units) {
        if (joined.empty() || starts[wordStart(text, unit.bytes)]) {
            joined.push_back(unit);
        } else {
            joined.back().bytes.end = unit.bytes.end;
            joined.back().tokens = unit.firstToken + unit.tokens - joined.back().firstToken;
        }
    }
    return joined;
}

double meanPce(const TextUnit& unit, const causal::PreferenceEffects& effects)
{
    return unitValue(unit, effects, EffectMeasure::Pce);
}

double unitValue(const TextUnit& unit, const causal::PreferenceEffects& effects,
                 EffectMeasure measure)
{
    double sum = 0;
    for (std::size_t i = 0; i < unit.tokens; ++i) {
        sum += static_cast<double>(valueOf(effects.tokens[unit.firstToken + i], measure));
    }
    return measureInfo(measure).isSummed ? sum : sum / static_cast<double>(unit.tokens);
}

} // namespace nextquill::workflow
