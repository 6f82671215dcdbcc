// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/BlockProducts_torch.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nextquill::model {

namespace {

using torch::Tensor;

struct BlockShape
{
    std::int64_t rows;
    std::int64_t sum;
    std::int64_t columns;
};

/// Of float32 sums, and of float64's, which are LibTorch's everywhere.
double blockTolerance(torch::ScalarType type)
{
    return type == torch::kFloat ? 3e-6 : 1e-12;
}

void expectClose(const Tensor& found, const Tensor& wanted, double allowed)
{
    const double scale = wanted.abs().max().item<double>();
    EXPECT_LE((found.to(torch::kDouble) - wanted).abs().max().item<double>(), allowed * scale);
}

} // namespace

// Columns of one, two and three vectors of a panel, and of more panels; rows of a part of one.
TEST(BlockProducts, EqualLibTorchWhateverTheShapeOneAfterTheOther)
{
    torch::manual_seed(5);
    const std::vector<BlockShape> shapes{{1, 64, 7},    {192, 64, 16}, {7, 3, 17},  {64, 65, 32},
                                         {33, 200, 33}, {96, 64, 48},  {5, 64, 64}, {17, 1, 100}};
    for (const auto type : {torch::kFloat, torch::kDouble}) {
        BlockProducts products; // its memory is kept from one to the next
        for (const auto& [rows, sum, columns] : shapes) {
            SCOPED_TRACE(std::to_string(rows) + ' ' + std::to_string(sum) + ' ' +
                         std::to_string(columns));
            const Tensor left = torch::randn({rows, sum}).to(type);
            const Tensor right = torch::randn({columns, sum}).to(type);
            const Tensor wanted = torch::mm(left.to(torch::kDouble), right.to(torch::kDouble).t());
            Tensor to = torch::full({rows, columns}, 1e30).to(type);
            products.putWithRows(left, right, to);
            expectClose(to, wanted, blockTolerance(type));
            to.fill_(1e30);
            products.putWithColumns(left, right.t().contiguous(), to);
            expectClose(to, wanted, blockTolerance(type));
            to.fill_(1e30);
            products.putOfColumns(left.t().contiguous(), right.t().contiguous(), to);
            expectClose(to, wanted, blockTolerance(type));
        }
    }
}

// As an attention task has them: heads of a larger array, scores in a longer memory.
TEST(BlockProducts, ReadAndWriteMatricesThatArePartsOfOthers)
{
    torch::manual_seed(6);
    const Tensor queries = torch::randn({40, 128}).narrow(1, 32, 64);
    const Tensor keys = torch::randn({90, 200}).narrow(1, 100, 64);
    Tensor all = torch::zeros({40, 100});
    Tensor scores = all.narrow(1, 5, 90);
    BlockProducts{}.putWithRows(queries, keys, scores);
    expectClose(scores, torch::mm(queries.to(torch::kDouble), keys.to(torch::kDouble).t()), 3e-6);
    EXPECT_EQ(all.narrow(1, 0, 5).abs().max().item<float>(), 0);
    EXPECT_EQ(all.narrow(1, 95, 5).abs().max().item<float>(), 0);
}

} // namespace nextquill::model
