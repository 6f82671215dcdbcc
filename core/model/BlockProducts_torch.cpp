// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/BlockProducts_torch.h"

#include "core/model/PanelFactor_torch.h"

#include <algorithm>

namespace nextquill::model {

namespace {

using kernels::panelColumns;
using kernels::PanelFactor;
using kernels::panelKernels;
using kernels::PanelLeft;
using kernels::panelRows;
using torch::Tensor;

constexpr std::int64_t packedRows = 2 * panelRows;

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
    PanelLeft from{.panels = nullptr,
                   .rows = rows.data,
                   .stride = rows.stride * static_cast<std::int64_t>(sizeof(float))};
    if (leftIsTransposed) {
        const std::int64_t packs = (rows.outer + packedRows - 1) / packedRows;
        std::uint32_t* const panels = wordsIn(m_left, packs * packedRows * rows.sum);
        for (std::int64_t i = 0; i < packs; ++i) {
            panelKernels<float>().packLeft(rows, i * packedRows,
                                           panels + i * packedRows * rows.sum);
        }
        from = {.panels = panels, .rows = nullptr, .stride = 0};
    }
    std::uint32_t* const panel = wordsIn(m_panel, columns.sum * panelColumns);
    for (std::int64_t first = 0; first < columns.outer; first += panelColumns) {
        panelKernels<float>().packRight(columns, first, panel);
        panelKernels<float>().product(from, panel, columns.sum,
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
