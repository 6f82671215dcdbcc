// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/LayerFunctions_torch.h"

#include "tests/core/model/SmallNetworks_torch.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace nextquill::model {

namespace {

using testing::difference;
using torch::Tensor;

Tensor random(std::initializer_list<std::int64_t> shape)
{
    return torch::randn(torch::IntArrayRef{shape}, torch::kDouble).set_requires_grad(true);
}

/// Gradients of both forms by a random weighting of their outputs.
void expectSameGradients(const Tensor& ours, const Tensor& theirs,
                         const std::vector<Tensor>& inputs)
{
    EXPECT_LE(difference(ours, theirs), 1e-13);
    const Tensor weight = torch::randn(ours.sizes(), torch::kDouble);
    const auto a = torch::autograd::grad({(ours * weight).sum()}, inputs);
    const auto b = torch::autograd::grad({(theirs * weight).sum()}, inputs);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        EXPECT_LE(difference(a[i], b[i]), 1e-12) << "input " << i;
    }
}

TEST(RmsNorm, HasTheGradientOfItsFormula)
{
    torch::manual_seed(1);
    const Tensor x = random({5, 3, 8});
    const Tensor w = random({8});
    const Tensor formula = x * torch::rsqrt((x * x).mean(-1, true) + 1e-5) * w;
    expectSameGradients(rmsNorm(x, w, 1e-5), formula, {x, w});
}

TEST(RmsNorm, RoundsBeforeTheWeightAsTransformersDoes)
{
    torch::manual_seed(2);
    const torch::NoGradGuard noGrad;
    const Tensor x = torch::randn({4, 64}).to(torch::kBFloat16);
    const Tensor w = torch::randn({64}).to(torch::kBFloat16);
    const Tensor wide = x.to(torch::kFloat);
    const Tensor n = (wide * torch::rsqrt(wide.pow(2).mean(-1, true) + 1e-6)).to(torch::kBFloat16);
    EXPECT_TRUE(torch::equal(rmsNorm(x, w, 1e-6), w * n));
}

TEST(GatedSilu, HasTheGradientOfItsFormula)
{
    torch::manual_seed(3);
    const Tensor gate = random({4, 7});
    const Tensor up = random({4, 7});
    expectSameGradients(gatedSilu(gate, up), torch::silu(gate) * up, {gate, up});
}

TEST(Rotate, TurnsTheHalvesAndHasTheGradientOfItsFormula)
{
    torch::manual_seed(4);
    const auto options = torch::TensorOptions{}.dtype(torch::kDouble);
    const RotaryTable table = rotaryTable({0, 1, 7, 300}, 6, 10000, options);
    const Tensor x = random({4, 3, 6});
    const Tensor cos = torch::cat({table.cos, table.cos}, -1);
    const Tensor sin = torch::cat({table.sin, table.sin}, -1);
    const Tensor turned = torch::cat({-x.narrow(-1, 3, 3), x.narrow(-1, 0, 3)}, -1);
    expectSameGradients(rotate(x, table), x * cos + turned * sin, {x});
}

TEST(Rotate, PositionZeroIsTheIdentityAndAnglesFollowTheBase)
{
    const torch::NoGradGuard noGrad;
    const auto options = torch::TensorOptions{}.dtype(torch::kDouble);
    const Tensor x = torch::randn({1, 2, 4}, options);
    EXPECT_TRUE(torch::equal(rotate(x, rotaryTable({0}, 4, 500, options)), x));
    const RotaryTable table = rotaryTable({3}, 4, 100, options);
    EXPECT_NEAR(table.cos[0][0][0].item<double>(), std::cos(3.0), 1e-15);
    EXPECT_NEAR(table.sin[0][0][1].item<double>(), std::sin(3.0 / 10), 1e-15);
}

} // namespace

} // namespace nextquill::model
