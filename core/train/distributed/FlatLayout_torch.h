// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/DynamicCode.h"

#include <torch/torch.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nextquill::train {

/// Tensors laid one behind the other and cut into one share per rank: rank r has the places
/// [r · share(), (r + 1) · share()), the last ones less or none.
class FlatLayout
{
public:
    /// A block of 8-bit codes, so that none is cut; vectors are not either.
    static constexpr std::int64_t blocks = kernels::codeBlock;

    /// `elements`: of each tensor. Each begins at a multiple of `alignment`, and so does each
    /// share: a tensor is cut at multiples of it alone.
    FlatLayout(const std::vector<std::int64_t>& elements, int ranks,
               std::int64_t alignment = blocks);

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
    std::vector<std::int64_t> m_begins; ///< of each tensor, among all
    std::vector<std::int64_t> m_ends;
    int m_ranks;
    std::int64_t m_share = 0;
};

} // namespace nextquill::train
