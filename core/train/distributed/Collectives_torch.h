// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

namespace nextquill::train {

/// What the ranks of a ProcessGroup do with tensors; rules and errors are those of the group.
///
/// Shapes   R ranks; `whole` is [R, n], `part` is [n]; contiguous, of one number format and on one
///          device on all ranks
class Collectives
{
public:
    virtual ~Collectives() = default;

    /// Sums over the ranks in place, the same to the last bit on every rank.
    virtual void allReduce(torch::Tensor& tensor) = 0;
    /// `part` of rank r: the sum over the ranks of row r of their `whole`, which may be
    /// overwritten.
    virtual void reduceScatter(torch::Tensor& part, torch::Tensor& whole) = 0;
    /// Row r of `whole`: `part` of rank r. On every rank.
    virtual void allGather(torch::Tensor& whole, torch::Tensor& part) = 0;
    /// The same on rank 0 alone; elsewhere `whole` is left as it is.
    virtual void gather(torch::Tensor& whole, torch::Tensor& part) = 0;
    /// Rank 0's tensor.
    virtual void broadcast(torch::Tensor& tensor) = 0;
};

} // namespace nextquill::train
