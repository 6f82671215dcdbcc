// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/distributed/FlatLayout_torch.h"

#include <algorithm>

namespace nextquill::train {

FlatLayout::FlatLayout(const std::vector<std::int64_t>& elements, int ranks, std::int64_t alignment)
    : m_ranks{ranks}
{
    const auto aligned = [alignment](std::int64_t place) {
        return (place + alignment - 1) / alignment * alignment;
    };
    std::int64_t end = 0;
    for (const std::int64_t count : elements) {
        m_begins.push_back(aligned(end));
        end = m_begins.back() + count;
        m_ends.push_back(end);
    }
    m_share = aligned((end + ranks - 1) / ranks);
}

std::vector<FlatLayout::Piece> FlatLayout::pieces(std::int64_t first, std::int64_t last) const
{
    std::vector<Piece> found;
    const auto from = std::ranges::upper_bound(m_ends, first);
    for (auto tensor = static_cast<std::size_t>(from - m_ends.begin()); tensor < m_ends.size();
         ++tensor) {
        const std::int64_t start = m_begins[tensor];
        if (start >= last) {
            break;
        }
        const std::int64_t begin = std::max(first, start);
        const std::int64_t end = std::min(last, m_ends[tensor]);
        if (begin < end) {
            found.push_back({.tensor = tensor,
                             .begin = begin - start,
                             .end = end - start,
                             .place = begin - first});
        }
    }
    return found;
}

std::vector<FlatLayout::Piece> FlatLayout::piecesOf(int rank) const
{
    return pieces(rank * m_share, (rank + 1) * m_share);
}

void FlatLayout::copyOut(const std::vector<torch::Tensor>& flat, std::int64_t first,
                         torch::Tensor row) const
{
    const torch::NoGradGuard noGrad;
    std::int64_t filled = 0;
    for (const Piece& piece : pieces(first, first + row.numel())) {
        row.slice(0, filled, piece.place).zero_(); // between two tensors
        torch::Tensor target = row.slice(0, piece.place, piece.place + piece.end - piece.begin);
        if (flat[piece.tensor].defined()) {
            target.copy_(flat[piece.tensor].slice(0, piece.begin, piece.end));
        } else {
            target.zero_();
        }
        filled = piece.place + piece.end - piece.begin;
    }
    row.slice(0, filled, row.numel()).zero_();
}

void FlatLayout::copyIn(std::vector<torch::Tensor>& flat, std::int64_t first,
                        const torch::Tensor& row) const
{
    const torch::NoGradGuard noGrad;
    for (const Piece& piece : pieces(first, first + row.numel())) {
        if (flat[piece.tensor].defined()) {
            flat[piece.tensor]
                .slice(0, piece.begin, piece.end)
                .copy_(row.slice(0, piece.place, piece.place + piece.end - piece.begin));
        }
    }
}

} // namespace nextquill::train
