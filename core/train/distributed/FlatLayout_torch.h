// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nextquill::train {

/// Tensors laid end to end and cut into one share per rank: rank r has the elements
/// [r · share(), (r + 1) · share()), the last ones less or none.
class FlatLayout
{
public:
    FlatLayout(const std::vector<torch::Tensor>& tensors, int ranks);

    /// Elements of a share; shares end at multiples of 16, so that no vector is cut.
    [[nodiscard]] std::int64_t share() const { return m_share; }

    /// A part of one tensor.
    struct Piece
    {
        std::size_t tensor = 0;
        std::int64_t begin = 0; ///< elements of the tensor, as it lies in memory
        std::int64_t end = 0;
        std::int64_t place = 0; ///< of `begin`, counted from the first element of the range
    };
    /// What lies in [first, last), which may reach beyond the end.
    [[nodiscard]] std::vector<Piece> pieces(std::int64_t first, std::int64_t last) const;
    [[nodiscard]] std::vector<Piece> piecesOf(int rank) const;

    /// Elements [first, first + row.numel()) of the tensors into `row`, or back. Tensors are as
    /// those that the layout was made of, flat ([elements]) or undefined: those are zeros, and are
    /// not written.
    void copyOut(const std::vector<torch::Tensor>& flat, std::int64_t first,
                 torch::Tensor row) const;
    void copyIn(std::vector<torch::Tensor>& flat, std::int64_t first,
                const torch::Tensor& row) const;

private:
    std::vector<std::int64_t> m_ends; ///< of each tensor, counted over all
    int m_ranks;
    std::int64_t m_share = 0;
};

} // namespace nextquill::train
