// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/FalseDiscovery.h"

#include "core/base/Error.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>

namespace nextquill::causal {

std::vector<double> falseDiscoveryRates(std::span<const double> p)
{
    if (const auto bad = std::ranges::find_if(p, [](double x) { return !(x >= 0 && x <= 1); });
        bad != p.end()) {
        throw Error{ErrorKind::Internal, "a p value is " + std::to_string(*bad),
                    "core/causal/FalseDiscovery", "report this"};
    }
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, std::ranges::greater{}, [&](std::size_t i) { return p[i]; });
    std::vector<double> q(p.size());
    double least = 1;
    const auto m = static_cast<double>(p.size());
    for (std::size_t place = 0; place < order.size(); ++place) { // from the largest p downwards
        const auto rank = static_cast<double>(order.size() - place);
        least = std::min(least, p[order[place]] * (m / rank)); // never below p, rounding or not
        q[order[place]] = least;
    }
    return q;
}

} // namespace nextquill::causal
