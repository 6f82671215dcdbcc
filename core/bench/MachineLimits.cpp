// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/MachineLimits.h"

#include <fmt/format.h>

namespace nextquill::bench {

OrderedJson toJson(const MachineLimits& limits)
{
    return {{"multiply_add_gigaflops", limits.multiplyAdds},
            {"bfloat16_multiply_add_gigaflops", limits.bfloat16MultiplyAdds},
            {"matmul_gigaflops", limits.matmul},
            {"bfloat16_matmul_gigaflops", limits.bfloat16Matmul},
            {"read_bytes_per_second", limits.read}};
}

std::string toText(const MachineLimits& limits)
{
    return fmt::format("this machine: multiply-adds {:.0f} GFLOP/s (bfloat16 {:.0f}), LibTorch's "
                       "matrix product {:.0f} ({:.0f}), memory read at {:.1f} GB/s",
                       limits.multiplyAdds, limits.bfloat16MultiplyAdds, limits.matmul,
                       limits.bfloat16Matmul, limits.read / 1e9);
}

} // namespace nextquill::bench
