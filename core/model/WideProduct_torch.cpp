// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/WideProduct_torch.h"

#include "core/kernels/PairKernels.h"
#include "core/model/KernelCall_torch.h"
#include "core/model/PairProduct_torch.h"
#include "core/model/PanelProduct_torch.h"
#include "core/model/RowFunctions_torch.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace nextquill::model {

namespace {

using torch::Tensor;

/// Rows of W at a time: their packed copy and the block of results stay in a core's cache.
constexpr std::int64_t blockRows = 64;
constexpr std::int64_t blocksPerTask = 16;

bool hasBlockProduct(const Tensor& x, const Tensor& W)
{
    return hasKernels(x) && x.scalar_type() == torch::kBFloat16 && x.size(1) % 32 == 0 &&
           x.size(0) > 0 && x.is_contiguous() && W.is_contiguous() && hasPairProduct();
}

void multiplyBlocks(const Tensor& x, const Tensor& W, Tensor& product, std::int64_t begin,
                    std::int64_t end)
{
    const std::int64_t D = x.size(1);
    const std::int64_t N = W.size(0);
    std::vector<std::uint32_t> pairs(static_cast<std::size_t>(D / 2 * blockRows));
    std::vector<float> rest; // of a last block that is shorter
    for (std::int64_t block = begin; block < end; ++block) {
        const std::int64_t first = block * blockRows;
        const std::int64_t n = std::min(blockRows, N - first);
        kernels::pairKernels().packTransposed(memoryOf<kernels::BFloat16>(W) + first * D, n, D,
                                              blockRows, pairs.data());
        PairProduct multiply{.M = x.size(0), .N = blockRows, .K = D, .stride = D, .rowOfC = N};
        float* const place = memoryOf<float>(product) + first;
        if (n == blockRows) {
            multiply(x.data_ptr(), pairs.data(), place);
            continue;
        }
        rest.resize(static_cast<std::size_t>(x.size(0) * blockRows));
        multiply.rowOfC = 0;
        multiply(x.data_ptr(), pairs.data(), rest.data());
        for (std::int64_t row = 0; row < x.size(0); ++row) {
            std::copy_n(rest.data() + row * blockRows, n, place + row * N);
        }
    }
    endPairProducts();
}

/// By copies of some rows of W in the wide type.
void multiplyCopies(const Tensor& x, const Tensor& W, Tensor& product)
{
    constexpr std::int64_t rows = 8192;
    for (std::int64_t first = 0; first < W.size(0); first += rows) {
        const std::int64_t n = std::min(rows, W.size(0) - first);
        Tensor part = product.narrow(1, first, n);
        torch::mm_out(part, x, W.narrow(0, first, n).to(x.scalar_type()).t());
    }
}

} // namespace

Tensor wideProduct(const Tensor& x, const Tensor& W)
{
    const auto wide = wideType(x.scalar_type());
    if (x.scalar_type() == wide) {
        return productWithRows(x, W);
    }
    if (!x.device().is_cpu()) {
        return torch::mm(x, W.t(), wide);
    }
    Tensor product = torch::empty({x.size(0), W.size(0)}, x.options().dtype(wide));
    if (!hasBlockProduct(x, W)) {
        multiplyCopies(x.to(wide), W, product);
        return product;
    }
    const std::int64_t blocks = (W.size(0) + blockRows - 1) / blockRows;
    inParallel(blocks, blocksPerTask, [&](std::int64_t begin, std::int64_t end) {
        multiplyBlocks(x, W, product, begin, end);
    });
    return product;
}

} // namespace nextquill::model
