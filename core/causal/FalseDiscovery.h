// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

namespace nextquill::causal {

/// q values of p values, by Benjamini and Hochberg: taking all with q of at most x as discoveries
/// lets the expected share of false ones among them be at most x, where the p values are
/// independent or depend on each other positively.
///
/// q_(r) = min over s >= r of p_(s) · m / s, at most 1, with p_(1) <= ... <= p_(m). Equal p have
/// equal q; the order of q is that of p.
///
/// Shapes   q of p[i] at i, as many as p
/// Throws   Error(Internal) for a p that is not in [0, 1]
/// Source   Y. Benjamini, Y. Hochberg, J. R. Statist. Soc. B 57 (1995), 289-300
[[nodiscard]] std::vector<double> falseDiscoveryRates(std::span<const double> p);

} // namespace nextquill::causal
