// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Json.h"
#include "core/model/Decoder.h"

#include "tests/core/model/SmallNetworks_torch.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <algorithm>

namespace nextquill::model {

namespace {

using testing::Ids;
using testing::sequence;
using torch::Tensor;

Ids idsOf(const Json& array)
{
    Ids ids;
    for (const Json& id : array) {
        ids.push_back(text::TokenId{id.get<std::int32_t>()});
    }
    return ids;
}

Tensor valuesOf(const Json& array)
{
    return torch::tensor(array.get<std::vector<double>>(), torch::kDouble);
}

/// SmolLM2-135M-Instruct from its GGUF file, with the weights of the reference: dequantised and
/// rounded to bfloat16, computed with in float32.
class DemoModel : public ::testing::Test
{
protected:
    static void SetUpTestSuite()
    {
        const auto file = nextquill::testing::demoModel();
        const auto reference = nextquill::testing::shared("fixtures/logits/smollm2.json");
        if (!file || !reference) {
            return;
        }
        // Two threads that wait for each other stand still on a busy machine.
        s_threads = at::get_num_threads();
        setThreads(1);
        s_decoder = testing::loadFrom(*file, ComputeType::Float32);
        const torch::NoGradGuard noGrad;
        for (const NamedParameter& parameter : s_decoder->network().parameters()) {
            Tensor{parameter.tensor}.copy_(parameter.tensor.to(torch::kBFloat16));
        }
        s_cases = readJsonFile(*reference, {}).at("cases");
    }

    static void TearDownTestSuite()
    {
        if (s_decoder) {
            s_decoder.reset();
            setThreads(s_threads);
        }
    }

    void SetUp() override
    {
        if (!s_decoder) {
            GTEST_SKIP() << "the demo model or shared/fixtures is not there";
        }
    }

    static Tensor lastLogits(const Ids& ids, KeyValueCache& cache)
    {
        Network& network = s_decoder->network();
        const Tensor last = testing::rowTensor({static_cast<std::int64_t>(ids.size()) - 1});
        return network.forward(sequence(ids), last, &cache).matmul(network.headWeight().t())[0];
    }

    static inline std::unique_ptr<Decoder> s_decoder;
    static inline Json s_cases;
    static inline int s_threads = 1;
};

TEST_F(DemoModel, TokenizesThePromptsOfTheReference)
{
    for (const Json& reference : s_cases) {
        EXPECT_EQ(s_decoder->tokenizer().encode(reference["prompt"].get<std::string>()).ids,
                  idsOf(reference["prompt_ids"]))
            << reference["prompt"];
    }
}

TEST_F(DemoModel, NextTokensAndLogProbabilitiesEqualTheReference)
{
    const torch::NoGradGuard noGrad;
    for (const Json& reference : s_cases) {
        Ids ids = idsOf(reference["prompt_ids"]);
        const auto prompt = static_cast<std::int64_t>(ids.size());
        const Ids target = idsOf(reference["target_ids"]);
        ids.insert(ids.end(), target.begin(), target.end());
        const Tensor z = testing::logitsOf(s_decoder->network(), sequence(ids));

        const Tensor first = z[prompt - 1];
        const Tensor top = std::get<0>(first.topk(20));
        EXPECT_LE(testing::difference(top, valuesOf(reference["top20_logits"])), 1e-4)
            << reference["prompt"];
        EXPECT_EQ(first.argmax().item<std::int64_t>(),
                  reference["top20_ids"][0].get<std::int64_t>());
        for (std::size_t i = 0; i < 20; ++i) {
            EXPECT_NEAR(first[reference["top20_ids"][i].get<std::int64_t>()].item<double>(),
                        reference["top20_logits"][i].get<double>(), 1e-4);
        }
        EXPECT_NEAR(first.logsumexp(-1).item<double>(), reference["logsumexp"].get<double>(), 1e-4);

        std::vector<std::int64_t> columns;
        for (const text::TokenId id : target) {
            columns.push_back(static_cast<std::int64_t>(id));
        }
        const Tensor own = z.narrow(0, prompt - 1, static_cast<std::int64_t>(target.size()));
        const Tensor logp = own.log_softmax(-1).gather(1, testing::rowTensor(columns).unsqueeze(1));
        EXPECT_LE(testing::difference(logp.squeeze(1), valuesOf(reference["target_logprobs"])),
                  1e-4)
            << reference["prompt"];
    }
}

TEST_F(DemoModel, GoesOnGreedilyAsTheReferenceDoes)
{
    constexpr double safeMargin = 1e-3;
    constexpr std::size_t tokens = 12;
    const torch::NoGradGuard noGrad;
    for (const Json& reference : s_cases) {
        ASSERT_GT(reference["greedy_min_margin"].get<double>(), safeMargin);
        Ids expected = idsOf(reference["greedy_ids"]);
        expected.resize(std::min(expected.size(), tokens));
        Ids continued;
        KeyValueCache cache;
        Ids next = idsOf(reference["prompt_ids"]);
        while (continued.size() < expected.size()) {
            const Tensor z = lastLogits(next, cache);
            next = {text::TokenId{static_cast<std::int32_t>(z.argmax().item<std::int64_t>())}};
            continued.push_back(next.front());
        }
        EXPECT_EQ(continued, expected) << reference["prompt"];
    }
}

} // namespace

} // namespace nextquill::model
