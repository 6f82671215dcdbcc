// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/Parallel_torch.h"

#include <ATen/Parallel.h>

#ifndef _OPENMP
#error "compile this file with OpenMP: without it everything would run on one thread"
#endif

namespace nextquill::model {

void inParallel(std::int64_t n, std::int64_t grain,
                const std::function<void(std::int64_t, std::int64_t)>& body)
{
    at::parallel_for(0, n, grain, body);
}

std::int64_t parallelThreads()
{
    return at::get_num_threads();
}

std::int64_t parallelThread()
{
    return at::get_thread_num();
}

} // namespace nextquill::model
