// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

namespace nextquill::model {

/// Products of the matrices of one attention task, on the thread that calls: by panels (see
/// PanelFactor_torch.h) for float32 where they are faster, else LibTorch's.
///
/// Sums are in the numbers' own type over the whole length. Without gradient tracking.
/// Threads: one object a thread; it keeps the memory that factors are packed into.
class BlockProducts
{
public:
    /// to [M, N] = left rightᵀ: left [M, L], right [N, L].
    void putWithRows(const torch::Tensor& left, const torch::Tensor& right, torch::Tensor& to);

    /// to [M, N] = left right: left [M, L], right [L, N].
    void putWithColumns(const torch::Tensor& left, const torch::Tensor& right, torch::Tensor& to);

    /// to [M, N] = leftᵀ right: left [L, M], right [L, N].
    void putOfColumns(const torch::Tensor& left, const torch::Tensor& right, torch::Tensor& to);

private:
    void putByPanels(const torch::Tensor& left, bool leftIsTransposed, const torch::Tensor& right,
                     bool rightIsTransposed, const torch::Tensor& to);

    torch::Tensor m_panel;
    torch::Tensor m_left;
};

} // namespace nextquill::model
