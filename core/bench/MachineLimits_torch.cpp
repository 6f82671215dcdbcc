// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/MachineLimits.h"
#include "core/kernels/Kernels.h"
#include "core/model/Parallel_torch.h"

#include <torch/torch.h>

#include <algorithm>
#include <atomic>

namespace nextquill::bench {

namespace {

using torch::Tensor;

double fastest(const StopToken& stop, const std::function<void()>& run)
{
    constexpr int repeats = 7;
    const std::vector<double> seconds = timed(repeats, stop, run);
    return *std::ranges::min_element(seconds);
}

/// Of all threads together.
double multiplyAdds(float (*loop)(std::int64_t), std::int64_t operationsPerRound,
                    const StopToken& stop)
{
    constexpr std::int64_t operations = 20'000'000'000; // of a thread
    const std::int64_t rounds = operations / operationsPerRound;
    const std::int64_t threads = model::parallelThreads();
    std::atomic<float> sink{0};
    const double seconds = fastest(stop, [&] {
        model::inParallel(threads, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i) {
                sink.store(loop(rounds));
            }
        });
    });
    return static_cast<double>(threads * rounds * operationsPerRound) / seconds / 1e9;
}

/// The best of the shapes that a decoder has.
double matmul(torch::ScalarType type, const StopToken& stop)
{
    struct Shape
    {
        std::int64_t rows;
        std::int64_t in;
        std::int64_t out;
    };
    double best = 0;
    for (const Shape& shape :
         {Shape{1178, 576, 1536}, Shape{1024, 1536, 576}, Shape{2048, 2048, 2048}}) {
        const Tensor x = torch::randn({shape.rows, shape.in}).to(type);
        const Tensor w = torch::randn({shape.out, shape.in}).to(type);
        Tensor y = torch::empty({shape.rows, shape.out}, x.options());
        const double seconds = fastest(stop, [&] { at::mm_out(y, x, w.t()); });
        best = std::max(best, 2.0 * static_cast<double>(shape.rows * shape.in * shape.out) /
                                  seconds / 1e9);
    }
    return best;
}

} // namespace

MachineLimits measureLimits(const StopToken& stop, Progress& progress)
{
    const torch::NoGradGuard noGrad;
    progress.report({.stage = "measuring the machine"});
    const kernels::PeakKernels& peak = kernels::peakKernels();
    MachineLimits limits;
    limits.multiplyAdds = multiplyAdds(peak.multiplyAdds, peak.operationsPerRound, stop);
    if (peak.bfloat16MultiplyAdds != nullptr) {
        limits.bfloat16MultiplyAdds =
            multiplyAdds(peak.bfloat16MultiplyAdds, peak.bfloat16OperationsPerRound, stop);
    }
    limits.matmul = matmul(torch::kFloat, stop);
    limits.bfloat16Matmul = matmul(torch::kBFloat16, stop);
    constexpr std::int64_t numbers = std::int64_t{1} << 26; // 256 MiB, beyond any cache
    const Tensor memory = torch::ones({numbers});
    const double seconds = fastest(stop, [&] { static_cast<void>(memory.sum()); });
    limits.read = 4.0 * static_cast<double>(numbers) / seconds;
    return limits;
}

} // namespace nextquill::bench
