// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/PanelKernels.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <vector>

namespace nextquill::kernels {

namespace {

using torch::Tensor;

template<class T>
constexpr torch::ScalarType typeOf = sizeof(T) == 2 ? torch::kBFloat16 : torch::kFloat;

template<class T>
PanelFactor<T> factorOf(const Tensor& matrix, bool isTransposed)
{
    return {.data = static_cast<const T*>(matrix.data_ptr()),
            .outer = matrix.size(isTransposed ? 1 : 0),
            .sum = matrix.size(isTransposed ? 0 : 1),
            .stride = matrix.stride(0),
            .isTransposed = isTransposed};
}

/// A matrix of `outer` vectors as it lies in memory, with numbers beside it that are not its own.
template<class T>
Tensor factorMatrix(std::int64_t outer, std::int64_t sum, bool isTransposed)
{
    const Tensor wide =
        isTransposed ? torch::randn({sum, outer + 5}) : torch::randn({outer, sum + 6});
    return wide.to(typeOf<T>).narrow(1, 0, isTransposed ? outer : sum);
}

struct Shape
{
    std::int64_t rows;
    std::int64_t columns;
    std::int64_t sum;
};

/// left rightᵀ (+ addend) by the kernels of a set, packed throughout.
template<class T>
Tensor product(InstructionSet set, const PanelFactor<T>& left, const PanelFactor<T>& right,
               const Tensor& addend)
{
    const PanelKernels<T>& kernels = panelKernels<T>(set);
    const std::int64_t words = panelWords<T>(left.sum);
    const std::int64_t blocks = (left.outer + 15) / 16;
    std::vector<std::uint32_t> panels(static_cast<std::size_t>(blocks * 16 * words));
    for (std::int64_t i = 0; i < blocks; ++i) {
        kernels.packLeft(left, 16 * i, panels.data() + 16 * i * words);
    }
    Tensor result = torch::full({left.outer, right.outer + 3}, 77.0F);
    std::vector<std::uint32_t> panel(static_cast<std::size_t>(words * panelColumns));
    for (std::int64_t column = 0; column < right.outer; column += panelColumns) {
        kernels.packRight(right, column, panel.data());
        kernels.wideProduct(
            {.panels = panels.data(), .rows = nullptr, .stride = 0}, {.words = panel.data()}, words,
            {.data = result.data_ptr<float>() + column,
             .addend = addend.defined() ? addend.data_ptr<float>() + column : nullptr,
             .rows = left.outer,
             .columns = std::min(panelColumns, right.outer - column),
             .stride = right.outer + 3,
             .addendStride = right.outer});
    }
    const Tensor beside = result.narrow(1, right.outer, 3);
    EXPECT_TRUE(torch::equal(beside, torch::full_like(beside, 77.0F)));
    return result.narrow(1, 0, right.outer);
}

/// The left factor's rows as they lie, rounded results.
template<class T>
Tensor productOfRows(InstructionSet set, const PanelFactor<T>& left, const PanelFactor<T>& right)
{
    const PanelKernels<T>& kernels = panelKernels<T>(set);
    const std::int64_t words = panelWords<T>(left.sum);
    Tensor result = torch::empty({left.outer, right.outer}, typeOf<T>);
    std::vector<std::uint32_t> panel(static_cast<std::size_t>(words * panelColumns));
    for (std::int64_t column = 0; column < right.outer; column += panelColumns) {
        kernels.packRight(right, column, panel.data());
        kernels.product({.panels = nullptr,
                         .rows = left.data,
                         .stride = left.stride * static_cast<std::int64_t>(sizeof(T))},
                        {.words = panel.data()}, words,
                        {.data = static_cast<T*>(result.data_ptr()) + column,
                         .addend = nullptr,
                         .rows = left.outer,
                         .columns = std::min(panelColumns, right.outer - column),
                         .stride = right.outer,
                         .addendStride = 0});
    }
    return result;
}

Tensor expected(const Tensor& left, bool leftTurned, const Tensor& right, bool rightTurned)
{
    const Tensor a = left.to(torch::kDouble);
    const Tensor b = right.to(torch::kDouble);
    return torch::mm(leftTurned ? a.t() : a, rightTurned ? b : b.t());
}

/// Largest difference relative to the largest number: float32 sums of some hundred terms.
void expectNear(const Tensor& found, const Tensor& wanted, double tolerance)
{
    const double scale = wanted.abs().max().item<double>();
    const double off = (found.to(torch::kDouble) - wanted).abs().max().item<double>();
    EXPECT_LE(off, tolerance * scale);
}

const std::vector<Shape> shapes{{1, 1, 1},    {8, 48, 16},   {7, 47, 15},   {9, 49, 17},
                                {17, 96, 33}, {40, 100, 64}, {33, 130, 301}};

template<class T>
void compareWithLibTorch()
{
    torch::manual_seed(5);
    for (const InstructionSet set : availableInstructionSets()) {
        for (const Shape& shape : shapes) {
            for (const bool leftTurned : {false, true}) {
                for (const bool rightTurned : {false, true}) {
                    SCOPED_TRACE(std::string{name(set)} + ' ' + std::to_string(shape.rows) + ' ' +
                                 std::to_string(shape.columns) + ' ' + std::to_string(shape.sum));
                    const Tensor a = factorMatrix<T>(shape.rows, shape.sum, leftTurned);
                    const Tensor b = factorMatrix<T>(shape.columns, shape.sum, rightTurned);
                    const Tensor addend = torch::randn({shape.rows, shape.columns});
                    const Tensor wanted = expected(a, leftTurned, b, rightTurned);
                    const auto left = factorOf<T>(a, leftTurned);
                    const auto right = factorOf<T>(b, rightTurned);
                    expectNear(product<T>(set, left, right, {}), wanted, 2e-6);
                    expectNear(product<T>(set, left, right, addend), wanted + addend, 2e-6);
                    if (!leftTurned && shape.sum % (4 / sizeof(T)) == 0) {
                        const double rounding = sizeof(T) == 2 ? 4e-3 : 2e-6;
                        expectNear(productOfRows<T>(set, left, right), wanted, rounding);
                    }
                }
            }
        }
    }
}

} // namespace

TEST(PanelKernels, MultiplyFloatsAsLibTorchDoes)
{
    compareWithLibTorch<float>();
}

TEST(PanelKernels, MultiplyPairsOfBFloat16AsLibTorchDoes)
{
    compareWithLibTorch<BFloat16>();
}

TEST(PanelKernels, ReadPanelsThatLieSideBySide)
{
    torch::manual_seed(6);
    constexpr std::int64_t columns = 112; // two panels, and one of a vector
    constexpr std::int64_t words = 32;
    for (const InstructionSet set : availableInstructionSets()) {
        const PanelKernels<BFloat16>& kernels = panelKernels<BFloat16>(set);
        const Tensor a = torch::randn({20, 2 * words}).to(torch::kBFloat16);
        const Tensor b = torch::randn({2 * words, columns}).to(torch::kBFloat16);
        const Tensor pairs =
            b.view({words, 2, columns}).transpose(1, 2).contiguous(); // [words, columns] words
        const auto* const right = static_cast<const std::uint32_t*>(pairs.data_ptr());
        Tensor result = torch::full({20, columns}, 77.0F);
        for (std::int64_t column = 0; column < columns; column += panelColumns) {
            kernels.wideProduct({.panels = nullptr, .rows = a.data_ptr(), .stride = 4 * words},
                                {.words = right + column, .stride = columns}, words,
                                {.data = result.data_ptr<float>() + column,
                                 .addend = nullptr,
                                 .rows = 20,
                                 .columns = std::min(panelColumns, columns - column),
                                 .stride = columns,
                                 .addendStride = 0});
        }
        expectNear(result, expected(a, false, b, true), 2e-6);
    }
}

TEST(PanelKernels, TakeAnAddendThatIsTheResult)
{
    for (const InstructionSet set : availableInstructionSets()) {
        const Tensor a = torch::randn({20, 30});
        const Tensor b = torch::randn({50, 30});
        Tensor sum = torch::randn({20, 50});
        const Tensor wanted = expected(a, false, b, false) + sum;
        std::vector<std::uint32_t> panel(30 * panelColumns);
        for (std::int64_t column = 0; column < 50; column += panelColumns) {
            panelKernels<float>(set).packRight(factorOf<float>(b, false), column, panel.data());
            float* const place = sum.data_ptr<float>() + column;
            panelKernels<float>(set).product(
                {.panels = nullptr, .rows = a.data_ptr(), .stride = 30 * 4},
                {.words = panel.data()}, 30,
                {.data = place,
                 .addend = place,
                 .rows = 20,
                 .columns = std::min<std::int64_t>(panelColumns, 50 - column),
                 .stride = 50,
                 .addendStride = 50});
        }
        expectNear(sum, wanted, 2e-6);
    }
}

} // namespace nextquill::kernels
