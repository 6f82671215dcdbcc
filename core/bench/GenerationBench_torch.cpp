// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/BenchRecords.h"
#include "core/bench/ForwardCost.h"
#include "core/bench/GenerationBench.h"
#include "core/bench/PlainPass_torch.h"
#include "core/bench/TensorMeter_torch.h"
#include "core/generate/Generation.h"
#include "core/model/Decoder.h"

#include <torch/torch.h>

#include <cmath>
#include <utility>
#include <vector>

namespace nextquill::bench {

namespace {

using generate::Generated;
using generate::GenerationSettings;
using Ids = std::vector<text::TokenId>;

/// Steps behind the prompt: the first new token needs none.
Timed decodingOf(const Generated& generated)
{
    const auto tokens = static_cast<double>(generated.ids.size());
    return {.seconds = tokens / generated.tokensPerSecond, .items = std::max(1.0, tokens - 1)};
}

/// The ways, with what they work on.
class GenerationWays
{
public:
    GenerationWays(model::Decoder& decoder, const GenerationBenchSettings& settings, StopToken stop)
        : m_decoder{decoder}
        , m_settings{settings}
        , m_stop{std::move(stop)}
    {
        TokenDraw draw{decoder.config().vocabularySize};
        m_with = draw.next(settings.prompt);
        m_without = draw.next(settings.without);
        m_greedy.greedy = true;
        m_greedy.maxNewTokens = static_cast<std::size_t>(settings.fresh);
        m_drawn.topK = 50; // random weights like all tokens the same: top-p alone keeps them all
        m_drawn.maxNewTokens = m_greedy.maxNewTokens;
    }

    [[nodiscard]] std::vector<TimedWay> ways()
    {
        std::vector<TimedWay> ways{way("prompt", "tokens", [this] { return readPrompt(); }),
                                   way("one stream", "steps", [this] { return oneStream(); }),
                                   way("both worlds", "steps", [this] { return bothWorlds(); })};
        const std::string samples = std::to_string(m_settings.samples) + " samples, ";
        if (m_settings.samples > 1) {
            ways.push_back(way(samples + "together", "tokens", [this] { return together(); }));
        }
        if (m_settings.reference && m_settings.samples > 1) {
            ways.push_back(way(samples + "in turn", "tokens", [this] { return inTurn(); }));
            ways.back().warmUp = false;
        }
        if (m_settings.reference) {
            ways.push_back(way("plain, no cache", "steps", [this] { return uncached(); }));
            ways.back().warmUp = false;
        }
        return ways;
    }

    [[nodiscard]] const Ids& prompt() const { return m_with; }

private:
    static TimedWay way(std::string name, std::string unit, std::function<Timed()> run)
    {
        return {.name = std::move(name), .unit = std::move(unit), .run = std::move(run)};
    }

    Timed readPrompt()
    {
        GenerationSettings one = m_greedy;
        one.maxNewTokens = 1;
        const double seconds = secondsOf(
            [&] { static_cast<void>(generate::generate(m_decoder, m_with, one, m_stop)); });
        return {.seconds = seconds, .items = static_cast<double>(m_with.size())};
    }

    Timed oneStream()
    {
        return decodingOf(generate::generate(m_decoder, m_with, m_greedy, m_stop));
    }

    Timed bothWorlds()
    {
        GenerationSettings steered = m_greedy;
        steered.strength = 1.5;
        return decodingOf(generate::generateTwin(m_decoder, m_with, m_without, steered, m_stop));
    }

    Timed together()
    {
        std::vector<Generated> texts;
        const double seconds = secondsOf([&] {
            texts = generate::generateSamples(m_decoder, m_with, m_drawn,
                                              static_cast<std::size_t>(m_settings.samples), m_stop);
        });
        return samplesOf(texts, seconds);
    }

    Timed inTurn()
    {
        std::vector<Generated> texts;
        const double seconds = secondsOf([&] {
            GenerationSettings own = m_drawn;
            for (std::int64_t i = 0; i < m_settings.samples; ++i, ++own.seed) {
                texts.push_back(generate::generate(m_decoder, m_with, own, m_stop));
            }
        });
        return samplesOf(texts, seconds);
    }

    static Timed samplesOf(const std::vector<Generated>& texts, double seconds)
    {
        double tokens = 0;
        for (const Generated& text : texts) {
            tokens += static_cast<double>(text.ids.size());
        }
        return {.seconds = seconds, .items = tokens};
    }

    /// Behind prompt and half of the new tokens: as long as the sequence is on the average.
    Timed uncached()
    {
        const torch::NoGradGuard noGrad;
        TokenDraw draw{m_decoder.config().vocabularySize};
        Ids ids = m_with;
        const Ids half = draw.next(m_settings.fresh / 2);
        ids.insert(ids.end(), half.begin(), half.end());
        const double seconds = secondsOf([&] {
            for (std::int64_t i = 0; i < m_settings.uncached; ++i) {
                stopPoint(m_stop);
                const torch::Tensor logits = plainLogits(m_decoder.network(), ids, 1);
                ids.push_back(text::TokenId{
                    static_cast<std::int32_t>(logits.argmax(1).item<std::int64_t>())});
            }
        });
        return {.seconds = seconds, .items = static_cast<double>(m_settings.uncached)};
    }

    model::Decoder& m_decoder;
    const GenerationBenchSettings& m_settings;
    StopToken m_stop;
    Ids m_with;
    Ids m_without;
    GenerationSettings m_greedy;
    GenerationSettings m_drawn;
};

/// Bytes of all weights that a step reads: an embedding that is no head is looked up.
double weightBytes(const model::Network& network)
{
    double bytes = 0;
    for (const model::NamedParameter& parameter : network.parameters()) {
        const bool lookedUp =
            !network.config().tiedHead && parameter.name.find("embed_tokens") != std::string::npos;
        bytes += lookedUp ? 0 : static_cast<double>(parameter.tensor.nbytes());
    }
    return bytes;
}

std::string conditionsOf(const GenerationBenchSettings& settings)
{
    return "a prompt of " + std::to_string(settings.prompt) + " tokens (" +
           std::to_string(settings.without) + " without history), " +
           std::to_string(settings.fresh) + " new ones, samples from the likeliest 50" +
           (settings.reference
                ? "; plain: a whole pass for each token, " + std::to_string(settings.uncached) +
                      " of them behind half of the new tokens"
                : std::string{}) +
           "; " + std::to_string(torch::get_num_threads()) + " threads, medians of " +
           std::to_string(settings.repeats) + " interleaved runs";
}

} // namespace

BenchReport benchGeneration(model::Decoder& decoder, const std::string& name,
                            const GenerationBenchSettings& settings, const MachineLimits& limits,
                            const StopToken& stop, Progress& progress)
{
    const bool bfloat16 = decoder.dtype() == model::ComputeType::BFloat16;
    GenerationWays all{decoder, settings, stop};
    std::vector<TimedWay> ways = all.ways();
    takeTurns(ways, settings.repeats, tensorMeter(), stop, progress);

    BenchReport report{.title = "generate, " + name + (bfloat16 ? ", bfloat16" : ", float32"),
                       .conditions = conditionsOf(settings)};
    for (const TimedWay& done : ways) {
        report.rows.push_back(rowOf(done));
    }
    const double bytes = weightBytes(decoder.network());
    report.facts = {{"weight_bytes", bytes}};
    BenchRow& prompt = report.rows[0];
    const std::vector<Ids> read{all.prompt()};
    prompt.gigaflops =
        forwardCost(decoder.config(), separateWork(read, 1)).all() / prompt.seconds / 1e9;
    prompt.shareOfMatmul = *prompt.gigaflops / (bfloat16 ? limits.bfloat16Matmul : limits.matmul);
    for (const std::size_t row : {1U, 2U}) {
        report.rows[row].shareOfBandwidth = report.rows[row].perSecond * bytes / limits.read;
    }
    compare(report.rows[2], report.rows[1]);
    if (settings.reference) {
        compare(report.rows[1], report.rows.back());
        if (settings.samples > 1) {
            compare(report.rows[3], report.rows[4]);
        }
    }
    return report;
}

} // namespace nextquill::bench
