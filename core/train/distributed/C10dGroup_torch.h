// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/distributed/JoinGroup.h"

#include <c10/util/intrusive_ptr.h>

#include <memory>

namespace c10d {
class Store;
} // namespace c10d

namespace nextquill::train {

/// The group over a store that all ranks reach, which this rank keeps or not (keeper: see
/// RankWatch). Data goes through Gloo, that of CUDA tensors through NCCL where LibTorch has it.
///
/// Throws  as joinGroup()
[[nodiscard]] std::unique_ptr<ProcessGroup> groupOver(const c10::intrusive_ptr<c10d::Store>& store,
                                                      const Launch& launch, const std::string& card,
                                                      int keeper, const JoinTiming& timing);

} // namespace nextquill::train
