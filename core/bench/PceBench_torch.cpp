// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/bench/ForwardCost.h"
#include "core/bench/PceBench.h"
#include "core/bench/PlainPass_torch.h"
#include "core/bench/TensorMeter_torch.h"
#include "core/causal/Attribution.h"
#include "core/causal/PreferenceEffects.h"
#include "core/causal/SeparatePasses_torch.h"
#include "core/model/Decoder.h"

#include <torch/torch.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace nextquill::bench {

namespace {

using torch::Tensor;
using Ids = std::vector<text::TokenId>;

/// P(target) behind each prompt, a pass for each of them; [prompts, T].
class SeparatePasses
{
public:
    SeparatePasses(model::Decoder& decoder, std::vector<Ids> prompts, Ids target, StopToken stop)
        : m_network{decoder.network()}
        , m_prompts{std::move(prompts)}
        , m_target{std::move(target)}
        , m_stop{std::move(stop)}
    {
        for (const Ids& prompt : m_prompts) {
            Ids& sequence = m_sequences.emplace_back(prompt);
            sequence.insert(sequence.end(), m_target.begin(), m_target.end() - 1);
        }
    }

    /// With our layers, and the head where it is needed: what the tests compare with, too.
    Tensor ours()
    {
        return causal::separateLogProbabilities(m_network, m_prompts, m_target, m_stop).exp();
    }

    Tensor plain()
    {
        const torch::NoGradGuard noGrad;
        std::vector<std::int64_t> ids;
        for (const text::TokenId id : m_target) {
            ids.push_back(static_cast<std::int64_t>(id));
        }
        const Tensor targets = torch::tensor(ids).unsqueeze(1);
        std::vector<Tensor> p;
        for (const Ids& sequence : m_sequences) {
            stopPoint(m_stop);
            const Tensor logits = plainLogits(m_network, sequence, std::ssize(m_target));
            p.push_back(torch::softmax(logits, 1).gather(1, targets).squeeze(1));
        }
        return torch::stack(p);
    }

    /// Prompts and targets as they are computed.
    [[nodiscard]] const std::vector<Ids>& sequences() const { return m_sequences; }

private:
    model::Network& m_network;
    std::vector<Ids> m_prompts;
    Ids m_target;
    std::vector<Ids> m_sequences;
    StopToken m_stop;
};

Ids joined(std::initializer_list<std::span<const text::TokenId>> parts)
{
    Ids ids;
    for (const std::span<const text::TokenId> part : parts) {
        ids.insert(ids.end(), part.begin(), part.end());
    }
    return ids;
}

/// The prompt without each of the reviews, and without all of them: each what leave-one-out needs.
causal::LeaveOneOutExample leaveOneOut(const causal::TwinExample& record,
                                       const PceBenchSettings& settings)
{
    const auto history = static_cast<std::size_t>(settings.lengths.history);
    const auto reviews = static_cast<std::size_t>(settings.reviews);
    if (reviews > history) {
        throw Error{ErrorKind::BadInput, "there are more reviews than tokens of history",
                    "--reviews", "take fewer reviews or a longer history"};
    }
    const std::span<const text::TokenId> branch{record.historyBranch};
    causal::LeaveOneOutExample example{.id = "bench",
                                       .full = joined({record.prefix, branch}),
                                       .without = {},
                                       .target = record.target};
    for (std::size_t i = 0; i < reviews; ++i) {
        const std::size_t begin = i * history / reviews;
        const std::size_t end = (i + 1) * history / reviews;
        example.without.push_back(
            joined({record.prefix, branch.first(begin), branch.subspan(end)}));
    }
    example.without.push_back(joined({record.prefix, record.plainBranch}));
    return example;
}

/// What the rows of one question have in common.
struct Question
{
    std::string name;
    std::string packed; ///< the name of our way
    std::function<void()> answer;
    SeparatePasses passes;
};

class PceTurns
{
public:
    PceTurns(model::Decoder& decoder, const PceBenchSettings& settings, const MachineLimits& limits,
             const StopToken& stop, Progress& progress)
        : m_config{decoder.config()}
        , m_bfloat16{decoder.dtype() == model::ComputeType::BFloat16}
        , m_settings{settings}
        , m_limits{limits}
        , m_stop{stop}
        , m_progress{progress}
    {
    }

    void run(Question question, std::vector<BenchRow>& rows)
    {
        const std::vector<Ids>& sequences = question.passes.sequences();
        const PassWork separate = separateWork(sequences, m_settings.lengths.target);
        const auto items = static_cast<double>(separate.tokens);
        const auto way = [&](const std::string& name, std::function<void()> work) {
            return TimedWay{.name = question.name + ", " + name,
                            .unit = "tokens",
                            .run = [work = std::move(work), items] {
                                return Timed{.seconds = secondsOf(work), .items = items};
                            }};
        };
        std::vector<TimedWay> ways{
            way(question.packed, question.answer),
            way("a pass for each prompt", [&] { static_cast<void>(question.passes.ours()); })};
        if (m_settings.reference) {
            ways.push_back(way("plain", [&] { static_cast<void>(question.passes.plain()); }));
            ways.back().warmUp = false;
        }
        takeTurns(ways, m_settings.repeats, tensorMeter(), m_stop, m_progress);

        const PassWork shared = sharedWork(sequences, m_settings.lengths.target);
        const std::size_t first = rows.size();
        for (const TimedWay& done : ways) {
            rows.push_back(rowOf(done));
        }
        share(rows[first], shared);
        share(rows[first + 1], separate);
        compare(rows[first], rows[first + 1]);
        if (m_settings.reference) { // its operations are others than counted
            compare(rows[first + 1], rows[first + 2]);
        }
    }

private:
    void share(BenchRow& row, const PassWork& work) const
    {
        row.gigaflops = forwardCost(m_config, work).all() / row.seconds / 1e9;
        row.shareOfMatmul =
            *row.gigaflops / (m_bfloat16 ? m_limits.bfloat16Matmul : m_limits.matmul);
        const double peak = m_bfloat16 ? m_limits.bfloat16MultiplyAdds : m_limits.multiplyAdds;
        if (peak > 0) {
            row.shareOfPeak = *row.gigaflops / peak;
        }
    }

    const model::ModelConfig& m_config;
    bool m_bfloat16;
    const PceBenchSettings& m_settings;
    const MachineLimits& m_limits;
    const StopToken& m_stop;
    Progress& m_progress;
};

} // namespace

BenchReport benchPce(model::Decoder& decoder, const std::string& name,
                     const PceBenchSettings& settings, const MachineLimits& limits,
                     const StopToken& stop, Progress& progress)
{
    const std::vector<causal::TwinExample> records =
        randomRecords(settings.lengths, 1, decoder.config());
    const causal::TwinExample& record = records.front();
    const causal::LeaveOneOutExample leaving = leaveOneOut(record, settings);
    NoProgress quiet; // the bench reports its own turns

    Question ofRecord{.name = "a record",
                      .packed = "one packed pass",
                      .answer =
                          [&] {
                              static_cast<void>(causal::measurePreferenceEffects(decoder, records,
                                                                                 {}, stop, quiet));
                          },
                      .passes = SeparatePasses{
                          decoder, {leaving.full, leaving.without.back()}, record.target, stop}};
    std::vector<Ids> prompts{leaving.full};
    prompts.insert(prompts.end(), leaving.without.begin(), leaving.without.end());
    Question ofReviews{
        .name = std::to_string(settings.reviews) + " reviews",
        .packed = "packed tree",
        .answer = [&] { static_cast<void>(causal::attribute(decoder, leaving, stop, quiet)); },
        .passes = SeparatePasses{decoder, prompts, record.target, stop}};

    const PassWork tree = sharedWork(ofReviews.passes.sequences(), settings.lengths.target);
    const PassWork separate = separateWork(ofReviews.passes.sequences(), settings.lengths.target);
    const bool bfloat16 = decoder.dtype() == model::ComputeType::BFloat16;
    BenchReport report{.title = "pce, " + name + (bfloat16 ? ", bfloat16" : ", float32"),
                       .conditions =
                           "a target of " + std::to_string(settings.lengths.target) +
                           " tokens; prompts of " + std::to_string(leaving.full.size()) + " and " +
                           std::to_string(leaving.without.back().size()) +
                           "; with each review left " + "out " + std::to_string(prompts.size()) +
                           " prompts, " + std::to_string(separate.tokens) + " tokens, as a tree " +
                           std::to_string(tree.tokens) + "; " +
                           std::to_string(torch::get_num_threads()) + " threads, medians of " +
                           std::to_string(settings.repeats) + " interleaved runs"};
    report.facts = {
        {"prompts", prompts.size()}, {"tokens", separate.tokens}, {"tree_tokens", tree.tokens}};
    PceTurns turns{decoder, settings, limits, stop, progress};
    turns.run(std::move(ofRecord), report.rows);
    turns.run(std::move(ofReviews), report.rows);
    return report;
}

} // namespace nextquill::bench
