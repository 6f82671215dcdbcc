// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/PreferenceEffects.h"

#include <algorithm>
#include <numeric>

namespace nextquill::causal {

double PreferenceEffects::meanPce() const noexcept
{
    if (tokens.empty()) {
        return 0;
    }
    const double sum = std::accumulate(tokens.begin(), tokens.end(), 0.0,
                                       [](double s, const TokenEffect& t) { return s + t.pce(); });
    return sum / static_cast<double>(tokens.size());
}

double PreferenceEffects::preferenceRatio(float threshold) const noexcept
{
    if (tokens.empty()) {
        return 0;
    }
    const auto bearing = std::ranges::count_if(
        tokens, [threshold](const TokenEffect& t) { return t.pce() > threshold; });
    return static_cast<double>(bearing) / static_cast<double>(tokens.size());
}

} // namespace nextquill::causal
