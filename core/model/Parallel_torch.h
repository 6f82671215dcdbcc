// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>

namespace nextquill::model {

/// body(begin, end) over disjoint parts of [0, n) on LibTorch's own threads, at least `grain` long.
///
/// LibTorch's at::parallel_for is a template that runs on one thread where it was compiled without
/// OpenMP; here it is compiled with it.
void inParallel(std::int64_t n, std::int64_t grain,
                const std::function<void(std::int64_t, std::int64_t)>& body);

/// Threads that inParallel() uses, and which of them this one is.
[[nodiscard]] std::int64_t parallelThreads();
[[nodiscard]] std::int64_t parallelThread();

} // namespace nextquill::model
