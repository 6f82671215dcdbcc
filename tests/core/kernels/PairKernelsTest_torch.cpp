// SPDX-License-Identifier: GPL-3.0-or-later
// The loops around products of pairs, of every instruction set that this processor has.
#include "core/kernels/PairKernels.h"
#include "core/kernels/TilePeak.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace nextquill::kernels {

namespace paired {

namespace {

using torch::Tensor;

template<class T>
T* memory(const Tensor& tensor)
{
    return static_cast<T*>(tensor.data_ptr());
}

template<class Check>
void everySet(const Check& check)
{
    const torch::NoGradGuard noGrad;
    for (const InstructionSet set : availableInstructionSets()) {
        SCOPED_TRACE(std::string{name(set)});
        torch::manual_seed(7);
        check(pairKernels(set));
    }
}

Tensor randomRows(std::int64_t n, std::int64_t size)
{
    return torch::randn({n, size}).to(torch::kBFloat16);
}

/// Pairs [n, columns] words as rows [2 n, columns].
Tensor unpaired(const Tensor& pairs)
{
    return pairs.view(torch::kBFloat16)
        .view({pairs.size(0), pairs.size(1), 2})
        .permute({0, 2, 1})
        .reshape({2 * pairs.size(0), pairs.size(1)});
}

Tensor filledUp(const Tensor& rows, std::int64_t count)
{
    return torch::cat({rows, torch::zeros({count - rows.size(0), rows.size(1)}, rows.options())});
}

double largestDifference(const Tensor& a, const Tensor& b)
{
    return (a.to(torch::kDouble) - b.to(torch::kDouble)).abs().max().item<double>();
}

TEST(PairKernels, RowsArePackedAsTheyAreAndTransposed)
{
    for (const std::int64_t n : {1, 15, 16, 33, 48}) {
        for (const std::int64_t size : {32, 64, 96}) {
            everySet([&](const PairKernels& k) {
                const std::int64_t columns = (n + 15) / 16 * 16;
                const Tensor rows = randomRows(n, size);
                const Tensor whole = filledUp(rows, columns);
                const Tensor own = torch::full({columns / 2, size}, -1, torch::kInt);
                k.packRows(memory<BFloat16>(rows), n, size, columns, memory<std::uint32_t>(own));
                EXPECT_TRUE(torch::equal(unpaired(own), whole));
                const Tensor turned = torch::full({size / 2, columns}, -1, torch::kInt);
                k.packTransposed(memory<BFloat16>(rows), n, size, columns,
                                 memory<std::uint32_t>(turned));
                EXPECT_TRUE(torch::equal(unpaired(turned), whole.t()));
            });
        }
    }
}

TEST(PairKernels, PairsAreUnpackedIntoTransposedRows)
{
    everySet([](const PairKernels& k) {
        const std::int64_t n = 64;
        const std::int64_t size = 32;
        const std::int64_t stride = 80;
        const Tensor rows = randomRows(n, size);
        const Tensor pairs = torch::empty({n / 2, size}, torch::kInt);
        k.packRows(memory<BFloat16>(rows), n, size, n, memory<std::uint32_t>(pairs));
        const Tensor out = torch::full({size, stride}, 3, torch::kBFloat16);
        k.unpackTransposed(memory<std::uint32_t>(pairs), n, size, stride, memory<BFloat16>(out));
        EXPECT_TRUE(torch::equal(out.narrow(1, 0, n), rows.t()));
        EXPECT_EQ(out.narrow(1, n, stride - n).eq(3).all().item<bool>(), true)
            << "what lies between the rows is left alone";
    });
}

TEST(PairKernels, ResultsAreScaledTransposedAndRounded)
{
    for (const std::int64_t n : {1, 16, 21, 48}) {
        everySet([&](const PairKernels& k) {
            const std::int64_t size = 64;
            const Tensor x = torch::randn({size, 48});
            const Tensor factors = torch::rand({48}) + 0.5;
            const Tensor rows = torch::full({n + 1, size}, 3, torch::kBFloat16);
            k.transposeScaled(memory<float>(x), size, 48, memory<float>(factors), n,
                              memory<BFloat16>(rows));
            EXPECT_TRUE(torch::equal(rows.narrow(0, 0, n),
                                     (x * factors).t().narrow(0, 0, n).to(torch::kBFloat16)));
            EXPECT_TRUE(rows[n].eq(3).all().item<bool>()) << "no row beyond the last";
            k.transposeScaled(memory<float>(x), size, 48, nullptr, n, memory<BFloat16>(rows));
            EXPECT_TRUE(
                torch::equal(rows.narrow(0, 0, n), x.t().narrow(0, 0, n).to(torch::kBFloat16)));
        });
    }
}

/// Scores of columns that see different numbers of keys.
struct Scores
{
    explicit Scores(std::int64_t columnCount, std::int64_t keyCount)
        : columns{columnCount}
        , keys{keyCount}
        , S{torch::randn({keyCount, columnCount}) * 3}
    {
        for (std::int64_t c = 0; c < columns; ++c) {
            seen.push_back(static_cast<std::int32_t>(keys - 9 + c % 7));
        }
        const Tensor places = torch::arange(keys).unsqueeze(1);
        visible = places < torch::tensor(seen, torch::kInt).unsqueeze(0);
    }

    [[nodiscard]] KeyScores layout() const
    {
        return {.columns = columns,
                .keys = keys,
                .seen = seen.data(),
                .leastSeen = keys - 9,
                .scale = 0.125};
    }
    [[nodiscard]] Tensor masked() const
    {
        return (S.to(torch::kDouble) * 0.125)
            .masked_fill(visible.logical_not(), -std::numeric_limits<double>::infinity());
    }

    std::int64_t columns;
    std::int64_t keys;
    Tensor S;
    std::vector<std::int32_t> seen;
    Tensor visible;
};

TEST(PairKernels, KeySoftmax)
{
    for (const std::int64_t columns : {16, 64, 80, 192}) {
        everySet([&](const PairKernels& k) {
            const Scores scores{columns, 64};
            const Tensor memoryOfScores = scores.S.clone();
            const Tensor logSums = torch::empty({columns});
            const Tensor inverse = torch::empty({columns});
            k.keySoftmax(scores.layout(), memory<float>(memoryOfScores), memory<float>(logSums),
                         memory<float>(inverse));
            const Tensor exact = torch::softmax(scores.masked(), 0);
            const Tensor words =
                memoryOfScores.view(torch::kInt).narrow(0, 0, scores.keys / 2).contiguous();
            const Tensor ours = unpaired(words).to(torch::kDouble) * inverse.to(torch::kDouble);
            EXPECT_LE(largestDifference(ours, exact), 2e-3) << "rounded to 8 bits";
            EXPECT_LE(largestDifference(logSums, torch::logsumexp(scores.masked(), 0)), 2e-6);
            EXPECT_TRUE(ours.masked_select(scores.visible.logical_not()).eq(0).all().item<bool>());
        });
    }
}

TEST(PairKernels, KeySoftmaxBackward)
{
    everySet([](const PairKernels& k) {
        const Scores scores{48, 64};
        const Tensor dP = torch::randn(scores.S.sizes());
        const Tensor exactSums = torch::logsumexp(scores.masked(), 0);
        const Tensor logSums = exactSums.to(torch::kFloat);
        const Tensor P = torch::softmax(scores.masked(), 0);
        const Tensor delta = (P * dP).sum(0).to(torch::kFloat);
        const Tensor exact = P * (dP.to(torch::kDouble) - delta) * 0.125;
        const Tensor ourP = torch::empty(scores.S.sizes(), torch::kBFloat16);
        const Tensor dS = torch::empty(scores.S.sizes(), torch::kBFloat16);
        const Tensor pairs = torch::empty({32, 48}, torch::kInt);
        // In two calls, as blocks of keys come.
        for (const std::int64_t first : {0, 32}) {
            KeyScores half = scores.layout();
            half.firstKey = first;
            half.keys = 32;
            k.keySoftmaxBackward(
                half, memory<float>(scores.S) + first * 48, memory<float>(dP) + first * 48,
                memory<float>(logSums), memory<float>(delta), memory<BFloat16>(ourP) + first * 48,
                memory<BFloat16>(dS) + first * 48, memory<std::uint32_t>(pairs) + first / 2 * 48);
        }
        EXPECT_LE(largestDifference(ourP, P), 2e-3);
        EXPECT_LE(largestDifference(dS, exact), 1e-3);
        EXPECT_TRUE(torch::equal(unpaired(pairs), dS));
    });
}

TEST(TilePeak, ProductsOfTilesRunWhereThereAreTiles)
{
    if (!hasTiles()) {
        GTEST_SKIP() << "this processor has no tiles";
    }
    EXPECT_EQ(tileMultiplyAdds(3), 0) << "products of zeros";
}

} // namespace

} // namespace paired

} // namespace nextquill::kernels
