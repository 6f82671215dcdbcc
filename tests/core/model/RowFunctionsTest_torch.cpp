// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/RowFunctions_torch.h"

#include "tests/core/model/SmallNetworks_torch.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <functional>
#include <optional>

namespace nextquill::model {

namespace {

using testing::difference;
using torch::Tensor;

Tensor random(std::initializer_list<std::int64_t> shape)
{
    return torch::randn(torch::IntArrayRef{shape}, torch::kDouble).set_requires_grad(true);
}

/// With our kernels, then as on a device that has none.
void bothWays(const std::function<void()>& check)
{
    check();
    const WithoutKernels without;
    SCOPED_TRACE("without kernels");
    check();
}

TEST(RmsNorm, HasTheGradientOfItsFormula)
{
    torch::manual_seed(1);
    const Tensor x = random({15, 37});
    const Tensor w = random({37});
    const Tensor formula = x * torch::rsqrt((x * x).mean(-1, true) + 1e-5) * w;
    const Tensor dy = torch::randn({15, 37}, torch::kDouble);
    const Tensor residual = torch::randn({15, 37}, torch::kDouble);
    const auto theirs = torch::autograd::grad({(formula * dy).sum()}, {x, w});
    bothWays([&] {
        const torch::NoGradGuard noGrad;
        const Normed ours = rmsNorm(x, w, 1e-5);
        EXPECT_LE(difference(ours.y, formula), 1e-13);
        const NormGradients back = rmsNormBackward(dy, x, w, ours.r, residual, true);
        EXPECT_LE(difference(back.x, theirs[0] + residual), 1e-12);
        EXPECT_LE(difference(back.weight, theirs[1]), 1e-12);
        const NormGradients bare = rmsNormBackward(dy, x, w, ours.r, {}, false);
        EXPECT_LE(difference(bare.x, theirs[0]), 1e-12);
        EXPECT_FALSE(bare.weight.defined());
    });
}

TEST(RmsNorm, RoundsBeforeTheWeightAsTransformersDoes)
{
    torch::manual_seed(2);
    const torch::NoGradGuard noGrad;
    const Tensor x = torch::randn({4, 64}).to(torch::kBFloat16);
    const Tensor w = torch::randn({64}).to(torch::kBFloat16);
    const Tensor wide = x.to(torch::kFloat);
    const Tensor n = (wide * torch::rsqrt(wide.pow(2).mean(-1, true) + 1e-6)).to(torch::kBFloat16);
    bothWays([&] { EXPECT_TRUE(torch::equal(rmsNorm(x, w, 1e-6).y, w * n)); });
}

TEST(GatedSilu, HasTheGradientOfItsFormula)
{
    torch::manual_seed(3);
    const Tensor x = random({4, 42});
    const Tensor formula = torch::silu(x.narrow(1, 0, 21)) * x.narrow(1, 21, 21);
    const Tensor dy = torch::randn({4, 21}, torch::kDouble);
    const Tensor theirs = torch::autograd::grad({(formula * dy).sum()}, {x})[0];
    bothWays([&] {
        const torch::NoGradGuard noGrad;
        EXPECT_LE(difference(gatedSilu(x), formula), 1e-13);
        Tensor used = x.detach().clone();
        EXPECT_LE(difference(gatedSiluBackward(dy, used), formula), 1e-13);
        EXPECT_LE(difference(used, theirs), 1e-13);
    });
}

TEST(Dropout, IsAFunctionOfTheKeyAndKeepsTheMean)
{
    const torch::NoGradGuard noGrad;
    const Tensor x = torch::ones({300, 501});
    bothWays([&] {
        const Tensor a = droppedOut(x, 0.25, 7);
        EXPECT_TRUE(torch::equal(a, droppedOut(x, 0.25, 7)));
        EXPECT_FALSE(torch::equal(a, droppedOut(x, 0.25, 8)));
        EXPECT_NEAR((a == 0).to(torch::kDouble).mean().item<double>(), 0.25, 0.01);
        EXPECT_NEAR(a.max().item<double>(), 4.0 / 3, 1e-6);
        // Neighbours and rows below each other are independent.
        const Tensor gone = (a == 0).to(torch::kDouble) - 0.25;
        const auto together = [&](std::int64_t row, std::int64_t column) {
            return (gone.narrow(0, 0, 299).narrow(1, 0, 500) *
                    gone.narrow(0, row, 299).narrow(1, column, 500))
                .mean()
                .item<double>();
        };
        EXPECT_NEAR(together(0, 1), 0, 0.003);
        EXPECT_NEAR(together(1, 0), 0, 0.003);
    });
}

TEST(Dropout, DoesNotDependOnTheNumberOfThreads)
{
    const torch::NoGradGuard noGrad;
    const int before = torch::get_num_threads();
    const Tensor x = torch::randn({333, 127});
    torch::set_num_threads(1);
    const Tensor one = droppedOut(x, 0.1, 3);
    torch::set_num_threads(2);
    EXPECT_TRUE(torch::equal(one, droppedOut(x, 0.1, 3)));
    torch::set_num_threads(before);
}

TEST(Rotate, TurnsTheHalves)
{
    torch::manual_seed(4);
    const auto options = torch::TensorOptions{}.dtype(torch::kDouble);
    const RotaryTable table = rotaryTable({0, 1, 7, 300}, 6, 10000, options);
    const Tensor x = torch::randn({4, 3, 6}, torch::kDouble);
    const Tensor cos = torch::cat({table.cos, table.cos}, -1).unsqueeze(1);
    const Tensor sin = torch::cat({table.sin, table.sin}, -1).unsqueeze(1);
    const Tensor turned = torch::cat({-x.narrow(-1, 3, 3), x.narrow(-1, 0, 3)}, -1);
    EXPECT_LE(difference(rotate(x, table), x * cos + turned * sin), 1e-13);
}

TEST(Rotate, PositionZeroIsTheIdentityAndAnglesFollowTheBase)
{
    const auto options = torch::TensorOptions{}.dtype(torch::kDouble);
    const Tensor x = torch::randn({1, 2, 4}, options);
    EXPECT_TRUE(torch::equal(rotate(x, rotaryTable({0}, 4, 500, options)), x));
    const RotaryTable table = rotaryTable({3}, 4, 100, options);
    EXPECT_NEAR(table.cos[0][0].item<double>(), std::cos(3.0), 1e-15);
    EXPECT_NEAR(table.sin[0][1].item<double>(), std::sin(3.0 / 10), 1e-15);
}

} // namespace

} // namespace nextquill::model
