// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/BlockProducts_torch.h"

#include "core/model/PanelFactor_torch.h"

#include <algorithm>

namespace nextquill::model {

namespace {

using kernels::packedRows;
using kernels::panelColumns;
using kernels::panelKernels;
using torch::Tensor;

std::uint32_t* wordsIn(Tensor& memory, std::int64_t words)
{
    if (!memory.defined() || memory.numel() < words) {
        memory = torch::empty({words}, torch::kInt);
    }
    return memoryOf<std::uint32_t>(memory);
}

bool isByPanels(const Tensor& left, const Tensor& right, const Tensor& to)
{
    return left.scalar_type() == torch::kFloat && takePanels(left, right) && isRowMatrix(to);
}

} // namespace

void BlockProducts::putByPanels(const Tensor& left, bool leftIsTransposed, const Tensor& right,
                                bool rightIsTransposed, const Tensor& to)
{
    const auto rows = panelFactor<float>(left, leftIsTransposed);
    const auto columns = panelFactor<float>(right, rightIsTransposed);
    std::uint32_t* panels = nullptr;
    if (leftIsTransposed) {
        panels = wordsIn(m_left, packsOf(rows) * packedRows * rows.sum);
        packRows(rows, 0, packsOf(rows), panels);
    }
    std::uint32_t* const panel = wordsIn(m_panel, columns.sum * panelColumns);
    for (std::int64_t first = 0; first < columns.outer; first += panelColumns) {
        panelKernels<float>().packRight(columns, first, panel);
        panelKernels<float>().product(rowsFrom(rows, 0, panels), {.words = panel}, columns.sum,
                                      {.data = memoryOf<float>(to) + first,
                                       .addend = nullptr,
                                       .rows = rows.outer,
                                       .columns = std::min(panelColumns, columns.outer - first),
                                       .stride = to.stride(0),
                                       .addendStride = 0});
    }
}

void BlockProducts::putWithRows(const Tensor& left, const Tensor& right, Tensor& to)
{
    if (isByPanels(left, right, to)) {
        putByPanels(left, false, right, false, to);
    } else {
        at::mm_out(to, left, right.t());
    }
}

void BlockProducts::putWithColumns(const Tensor& left, const Tensor& right, Tensor& to)
{
    if (isByPanels(left, right, to)) {
        putByPanels(left, false, right, true, to);
    } else {
        at::mm_out(to, left, right);
    }
}

void BlockProducts::putOfColumns(const Tensor& left, const Tensor& right, Tensor& to)
{
    if (isByPanels(left, right, to)) {
        putByPanels(left, true, right, true, to);
    } else {
        at::mm_out(to, left.t(), right);
    }
}

} // namespace nextquill::model
