// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/LossFigures_torch.h"

#include "core/model/Transfer_torch.h"

namespace nextquill::causal {

namespace {

constexpr std::size_t columns = 5;

} // namespace

std::vector<LossReport> reportsOf(std::span<const LossFigures> figures)
{
    if (figures.empty()) {
        return {};
    }
    std::vector<torch::Tensor> rows;
    for (const LossFigures& one : figures) {
        rows.push_back(one.numbers);
    }
    const std::vector<double> read = model::downloaded(torch::stack(rows));
    std::vector<LossReport> reports;
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const auto row = std::span{read}.subspan(columns * i, columns);
        reports.push_back({.loss = row[0],
                           .main = row[1],
                           .causal = row[2],
                           .meanPce = row[3],
                           .preferenceRatio = row[4],
                           .hasPce = figures[i].hasPce,
                           .tokens = figures[i].tokens});
    }
    return reports;
}

} // namespace nextquill::causal
