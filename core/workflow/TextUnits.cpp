// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/TextUnits.h"

#include <algorithm>

namespace nextquill::workflow {

namespace {

bool startsCharacter(std::string_view text, std::size_t byte)
{
    return byte >= text.size() || (static_cast<unsigned char>(text[byte]) & 0xc0U) != 0x80U;
}

} // namespace

std::vector<TextUnit> textUnits(std::string_view text, const causal::PreferenceEffects& effects)
{
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
        const bool joins = !units.empty() && (bytes->begin < covered || end <= covered ||
                                              !startsCharacter(text, covered));
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

double meanPce(const TextUnit& unit, const causal::PreferenceEffects& effects)
{
    double sum = 0;
    for (std::size_t i = 0; i < unit.tokens; ++i) {
        sum += effects.tokens[unit.firstToken + i].pce();
    }
    return sum / static_cast<double>(unit.tokens);
}

} // namespace nextquill::workflow
