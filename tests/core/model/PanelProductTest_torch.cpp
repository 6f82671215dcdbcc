// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/PanelProduct_torch.h"

#include <gtest/gtest.h>

#include <vector>

namespace nextquill::model {

namespace {

using torch::Tensor;

/// Of a number's own rounding, and of float32 sums.
double toleranceOf(torch::ScalarType type)
{
    return type == torch::kBFloat16 ? 4e-3 : type == torch::kFloat ? 3e-6 : 1e-12;
}

void expectNear(const Tensor& found, const Tensor& wanted, double allowed)
{
    ASSERT_EQ(found.sizes(), wanted.sizes());
    const double scale = wanted.abs().max().item<double>();
    const double off = (found.to(torch::kDouble) - wanted).abs().max().item<double>();
    EXPECT_LE(off, allowed * scale);
}

Tensor wide(const Tensor& x)
{
    return x.to(torch::kDouble);
}

const std::vector<torch::ScalarType> types{torch::kBFloat16, torch::kFloat, torch::kDouble};
/// Rows, inner numbers, outer numbers: small ones and odd ones are LibTorch's, or padded.
const std::vector<std::vector<std::int64_t>> shapes{{1, 64, 96},  {31, 64, 96},   {32, 64, 48},
                                                    {33, 65, 97}, {131, 130, 60}, {70, 5000, 64}};

} // namespace

TEST(PanelProduct, EqualsLibTorchWhateverTheShape)
{
    torch::manual_seed(3);
    for (const auto type : types) {
        for (const auto& shape : shapes) {
            SCOPED_TRACE(std::string{torch::toString(type)} + ' ' + std::to_string(shape[0]));
            const Tensor x = torch::randn({shape[0], shape[1]}).to(type);
            const Tensor W = torch::randn({shape[2], shape[1]}).to(type);
            const Tensor dy = torch::randn({shape[0], shape[2]}).to(type);
            const Tensor bias = torch::randn({shape[2]}).to(type);
            const double allowed = toleranceOf(type);
            const Tensor y = torch::mm(wide(x), wide(W).t());
            expectNear(productWithRows(x, W), y, allowed);
            expectNear(productWithRows(x, W, dy), y + wide(dy), allowed);
            expectNear(productWithRows(x, W, bias), y + wide(bias), allowed);
            expectNear(productWithColumns(dy, W), torch::mm(wide(dy), wide(W)), allowed);
        }
    }
}

TEST(PanelProduct, PutsOrAddsAGradientInTheWideType)
{
    torch::manual_seed(4);
    for (const auto type : types) {
        for (const auto& shape : shapes) {
            const Tensor x = torch::randn({shape[0], shape[2]}).to(type);
            const Tensor dy = torch::randn({shape[0], shape[1]}).to(type);
            const auto sums = type == torch::kDouble ? torch::kDouble : torch::kFloat;
            Tensor gradient = torch::full({shape[1], shape[2]}, 1e30).to(sums);
            const Tensor wanted = torch::mm(wide(dy).t(), wide(x));
            putGradientProduct(dy, x, gradient, false);
            expectNear(gradient, wanted, toleranceOf(type));
            const Tensor before = gradient.clone();
            putGradientProduct(dy, x, gradient, true);
            expectNear(gradient, wanted + wide(before), toleranceOf(type));
        }
    }
}

/// 8,200 rows are more than a panel takes at once.
TEST(PanelProduct, SumsAGradientOfManyRowsInPieces)
{
    torch::manual_seed(6);
    for (const auto type : {torch::kBFloat16, torch::kFloat}) {
        const Tensor x = torch::randn({8201, 20}).to(type);
        const Tensor dy = torch::randn({8201, 40}).to(type);
        Tensor gradient = torch::zeros({40, 20});
        putGradientProduct(dy, x, gradient, true);
        expectNear(gradient, torch::mm(wide(dy).t(), wide(x)), toleranceOf(type));
    }
}

TEST(PanelProduct, IsTheSameOnAnyNumberOfThreads)
{
    torch::manual_seed(7);
    const Tensor x = torch::randn({200, 96}).to(torch::kBFloat16);
    const Tensor W = torch::randn({500, 96}).to(torch::kBFloat16);
    const int threads = torch::get_num_threads();
    torch::set_num_threads(1);
    const Tensor one = productWithRows(x, W);
    torch::set_num_threads(4);
    const Tensor four = productWithRows(x, W);
    torch::set_num_threads(threads);
    EXPECT_TRUE(torch::equal(one, four));
}

TEST(PanelProduct, ReadsMatricesThatArePartsOfOthers)
{
    torch::manual_seed(8);
    const Tensor x = torch::randn({90, 200}).to(torch::kBFloat16).narrow(1, 40, 96);
    const Tensor W = torch::randn({100, 96}).to(torch::kBFloat16).narrow(0, 20, 70);
    expectNear(productWithRows(x, W), torch::mm(wide(x), wide(W).t()), 4e-3);
    const Tensor turned = torch::randn({96, 90}).to(torch::kBFloat16).t(); // not rows in one piece
    expectNear(productWithRows(turned, W), torch::mm(wide(turned), wide(W).t()), 4e-3);
}

} // namespace nextquill::model
