// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/model/PlainFlash_torch.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace nextquill::model::testing {

namespace {

using torch::Tensor;

constexpr std::int64_t mark = 4711; ///< in the random state, to know it again

struct Range
{
    std::int64_t begin = 0;
    std::int64_t length = 0;
};

Range rangeOf(const Tensor& ends, std::int64_t sequence)
{
    const int* end = ends.const_data_ptr<int>();
    return {.begin = end[sequence], .length = end[sequence + 1] - end[sequence]};
}

void expectWellFormed(const FlashInput& in)
{
    for (const Tensor* ends : {&in.queryEnds, &in.keyEnds}) {
        ASSERT_EQ(ends->scalar_type(), torch::kInt);
        ASSERT_EQ(ends->dim(), 1);
        ASSERT_EQ((*ends)[0].item<int>(), 0);
    }
    ASSERT_EQ(in.queryEnds.size(0), in.keyEnds.size(0));
    ASSERT_EQ(in.queryEnds[-1].item<std::int64_t>(), in.queries.size(0));
    ASSERT_EQ(in.keyEnds[-1].item<std::int64_t>(), in.keys.size(0));
    ASSERT_EQ(in.keys.sizes(), in.values.sizes());
    for (const Tensor* x : {&in.queries, &in.keys, &in.values}) {
        ASSERT_EQ(x->dim(), 3);
        ASSERT_EQ(x->stride(-1), 1) << "flash attention wants the last dimension in one piece";
    }
    ASSERT_EQ((in.queryEnds.diff()).max().item<std::int64_t>(), in.mostQueries);
    ASSERT_EQ((in.keyEnds.diff()).max().item<std::int64_t>(), in.mostKeys);
}

Tensor ofSequence(const FlashInput& in, const Tensor& q, const Tensor& k, const Tensor& v)
{
    const std::int64_t shared = q.size(1) / k.size(1);
    const Tensor keys = k.repeat_interleave(shared, 1).transpose(0, 1);
    const Tensor values = v.repeat_interleave(shared, 1).transpose(0, 1);
    const Tensor scores = q.transpose(0, 1).matmul(keys.transpose(1, 2)) * in.scale;
    const Tensor hidden =
        torch::ones({q.size(0), k.size(0)}, torch::kBool).triu(k.size(0) - q.size(0) + 1);
    return torch::softmax(scores.masked_fill(hidden, -std::numeric_limits<double>::infinity()), -1)
        .matmul(values)
        .transpose(0, 1);
}

Tensor ofAll(const FlashInput& in, const Tensor& q, const Tensor& k, const Tensor& v)
{
    std::vector<Tensor> parts;
    for (std::int64_t i = 0; i + 1 < in.queryEnds.size(0); ++i) {
        const Range queries = rangeOf(in.queryEnds, i);
        const Range keys = rangeOf(in.keyEnds, i);
        parts.push_back(ofSequence(in, q.narrow(0, queries.begin, queries.length),
                                   k.narrow(0, keys.begin, keys.length),
                                   v.narrow(0, keys.begin, keys.length)));
    }
    return torch::cat(parts);
}

FlashOutput forward(const FlashInput& in)
{
    expectWellFormed(in);
    const torch::NoGradGuard noGrad;
    return {.rows = ofAll(in, in.queries, in.keys, in.values).contiguous(),
            .logSums = torch::full({}, mark),
            .randomState = torch::full({2}, mark, torch::kLong),
            .unused = torch::empty({0})};
}

FlashGradients backward(const Tensor& dRows, const FlashInput& in, const FlashOutput& out)
{
    EXPECT_EQ(out.randomState[1].item<std::int64_t>(), mark);
    EXPECT_EQ(out.logSums.item<std::int64_t>(), mark);
    EXPECT_TRUE(out.unused.defined());
    EXPECT_EQ(dRows.sizes(), in.queries.sizes());
    const torch::AutoGradMode tracking{true};
    const auto leaf = [](const Tensor& x) { return x.detach().clone().set_requires_grad(true); };
    const Tensor q = leaf(in.queries);
    const Tensor k = leaf(in.keys);
    const Tensor v = leaf(in.values);
    const Tensor rows = ofAll(in, q, k, v);
    EXPECT_TRUE(torch::equal(rows, out.rows));
    const auto gradients = torch::autograd::grad({rows}, {q, k, v}, {dRows});
    return {.queries = gradients[0], .keys = gradients[1], .values = gradients[2]};
}

} // namespace

FlashCalls plainFlash()
{
    return {.forward = forward, .backward = backward};
}

} // namespace nextquill::model::testing
