// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/LinearGroup_torch.h"
#include "core/model/RowFunctions_torch.h"

#include "tests/core/model/SmallNetworks_torch.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <utility>
#include <vector>

namespace nextquill::model {

namespace {

using testing::difference;
using torch::Tensor;

constexpr std::int64_t in = 7;
const std::vector<std::int64_t> outs{5, 3, 3};

/// Random weights; adapters of ranks 2 and 3 beside the first and the last layer where wanted.
LinearGroup randomGroup(bool bias, bool adapted, double dropout)
{
    torch::manual_seed(11);
    LinearGroup group{in, outs, bias, torch::TensorOptions{}.dtype(torch::kDouble)};
    for (LinearGroup::Part& part : group.parts()) {
        const torch::NoGradGuard noGrad;
        part.weight.normal_().set_requires_grad(true);
        if (bias) {
            part.bias.normal_().set_requires_grad(true);
        }
    }
    const auto adapt = [&](LinearGroup::Part& part, std::int64_t rank) {
        part.adapter =
            LowRankAdapter::fresh(part.weight, rank, 1.5, dropout,
                                  at::globalContext().defaultGenerator(torch::kCPU).clone());
        const torch::NoGradGuard noGrad;
        part.adapter->B.normal_();
    };
    if (adapted) {
        adapt(group.parts()[0], 2);
        adapt(group.parts()[2], 3);
    }
    return group;
}

std::vector<Tensor> parametersOf(const LinearGroup& group)
{
    std::vector<Tensor> all;
    for (const LinearGroup::Part& part : group.parts()) {
        all.push_back(part.weight);
        if (part.bias.defined()) {
            all.push_back(part.bias);
        }
        if (part.adapter) {
            all.push_back(part.adapter->A);
            all.push_back(part.adapter->B);
        }
    }
    return all;
}

/// What the group stands for, by LibTorch's operations; `masks` what dropout leaves of x per part.
Tensor byDefinition(const LinearGroup& group, const Tensor& x, const std::vector<Tensor>& masks)
{
    std::vector<Tensor> all;
    for (std::size_t j = 0; j < group.parts().size(); ++j) {
        const LinearGroup::Part& part = group.parts()[j];
        Tensor y = torch::linear(x, part.weight, part.bias);
        if (part.adapter) {
            const Tensor seen = masks.empty() ? x : x * masks[j];
            y = y + 1.5 * seen.matmul(part.adapter->A.t()).matmul(part.adapter->B.t());
        }
        all.push_back(y);
    }
    return torch::cat(all, 1);
}

void expectByDefinition(LinearGroup group, const LinearGroup::Adapting& how,
                        const std::vector<Tensor>& masks)
{
    const Tensor x = torch::randn({6, in}, torch::kDouble).set_requires_grad(true);
    const Tensor residual = torch::randn({6, 11}, torch::kDouble);
    const Tensor dy = torch::randn({6, 11}, torch::kDouble);
    const Tensor theirs = byDefinition(group, x, masks);
    std::vector<Tensor> inputs = parametersOf(group);
    inputs.push_back(x);
    const auto gradients = torch::autograd::grad({(theirs * dy).sum()}, inputs);

    const torch::NoGradGuard noGrad;
    LinearGroup::Inner inner;
    EXPECT_LE(difference(group.apply(x, how, {}, &inner), theirs), 1e-13);
    EXPECT_LE(difference(group.apply(x, how, residual, nullptr), theirs + residual), 1e-13);
    const LinearGroup::Back back = group.inputGradient(dy, how);
    EXPECT_LE(difference(back.dx, gradients.back()), 1e-12);
    for (const int times : {1, 2}) { // the second time they are added
        group.addGradients(dy, x, inner, back.inner, how);
        for (std::size_t i = 0; i + 1 < inputs.size(); ++i) {
            EXPECT_LE(difference(inputs[i].grad(), gradients[i] * times), 1e-12) << i;
        }
    }
}

TEST(LinearGroup, IsItsLayersSideBySide)
{
    expectByDefinition(randomGroup(false, false, 0), {}, {});
    expectByDefinition(randomGroup(true, false, 0), {}, {});
}

TEST(LinearGroup, AdaptersAddScaleTimesBTimesA)
{
    expectByDefinition(randomGroup(true, true, 0), {}, {});
    expectByDefinition(randomGroup(false, true, 0), {.on = true, .dropoutKey = 5}, {});
}

TEST(LinearGroup, DropoutIsBeforeTheAdaptersAndEachPartsOwn)
{
    // Weights of one place each show what dropout leaves of x.
    LinearGroup probe = randomGroup(false, true, 0.4);
    const LinearGroup::Adapting how{.on = true, .dropoutKey = 5};
    std::vector<Tensor> masks(3);
    {
        const torch::NoGradGuard noGrad;
        for (const std::size_t j : {0U, 2U}) {
            std::vector<Tensor> columns;
            for (std::int64_t i = 0; i < in; ++i) {
                LinearGroup one = randomGroup(false, true, 0.4);
                for (LinearGroup::Part& part : one.parts()) {
                    part.weight.zero_();
                    if (part.adapter) {
                        part.adapter->A.zero_().select(1, i).fill_(1);
                        part.adapter->B.zero_().select(1, 0).fill_(1 / 1.5);
                    }
                }
                const Tensor y = one.apply(torch::ones({6, in}, torch::kDouble), how, {}, nullptr);
                columns.push_back(y.select(1, j == 0 ? 0 : 8));
            }
            masks[j] = torch::stack(columns, 1);
        }
    }
    EXPECT_GT((masks[0] == 0).sum().item<std::int64_t>(), 5);
    EXPECT_NEAR(masks[0].max().item<double>(), 1 / 0.6, 1e-6);
    EXPECT_FALSE(torch::equal(masks[0], masks[2]));
    expectByDefinition(std::move(probe), how, masks);
}

TEST(LinearGroup, AdaptersCanBeSwitchedOff)
{
    const torch::NoGradGuard noGrad;
    const LinearGroup group = randomGroup(true, true, 0);
    const LinearGroup bare = randomGroup(true, false, 0);
    const Tensor x = torch::randn({6, in}, torch::kDouble);
    EXPECT_TRUE(torch::equal(group.apply(x, {.on = false, .dropoutKey = {}}, {}, nullptr),
                             bare.apply(x, {}, {}, nullptr)));
}

TEST(LinearGroup, FrozenLayersGetNoGradient)
{
    LinearGroup group = randomGroup(true, true, 0);
    for (LinearGroup::Part& part : group.parts()) {
        part.weight.set_requires_grad(false);
        part.bias.set_requires_grad(false);
    }
    const torch::NoGradGuard noGrad;
    const Tensor x = torch::randn({6, in}, torch::kDouble);
    const Tensor dy = torch::randn({6, 11}, torch::kDouble);
    LinearGroup::Inner inner;
    static_cast<void>(group.apply(x, {}, {}, &inner));
    const LinearGroup::Back back = group.inputGradient(dy, {}, false);
    EXPECT_FALSE(back.dx.defined());
    group.addGradients(dy, x, inner, back.inner, {});
    EXPECT_FALSE(group.parts()[0].weight.grad().defined());
    EXPECT_FALSE(group.parts()[0].bias.grad().defined());
    EXPECT_TRUE(group.parts()[0].adapter->A.grad().defined());
}

TEST(LinearGroup, GradientsOfBFloat16WeightsAreSumsInFloat32)
{
    const torch::NoGradGuard noGrad;
    LinearGroup group{2, {2}, false, torch::TensorOptions{}.dtype(torch::kBFloat16)};
    group.parts()[0].weight.zero_();
    group.parts()[0].weight.set_requires_grad(true);
    const Tensor x = torch::ones({1, 2}, torch::kBFloat16);
    const Tensor large = torch::full({1, 2}, 256.0, torch::kBFloat16);
    const Tensor small = torch::full({1, 2}, 0.5, torch::kBFloat16);
    group.addGradients(large, x, {}, {}, {});
    for (int i = 0; i < 3; ++i) {
        group.addGradients(small, x, {}, {}, {});
    }
    EXPECT_EQ(group.parts()[0].weight.grad().scalar_type(), torch::kFloat);
    EXPECT_EQ(group.parts()[0].weight.grad()[0][0].item<double>(), 257.5); // not a bfloat16
}

} // namespace

} // namespace nextquill::model
