// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/causal/SequenceTree.h"
#include "core/causal/TargetChecks.h"
#include "core/causal/TargetProbabilities.h"
#include "core/model/Decoder.h"
#include "core/model/Network_torch.h"
#include "core/model/PassStop.h"
#include "core/model/TorchErrors_torch.h"
#include "core/model/Transfer_torch.h"

#include <algorithm>

namespace nextquill::causal {

namespace {

using torch::Tensor;
using Ids = std::vector<text::TokenId>;

constexpr std::int64_t rowsAtTheHead = 128;

void requireUsable(const PromptedTarget& question, const model::ModelConfig& config)
{
    if (question.target.empty() || std::ranges::any_of(question.prompts, &Ids::empty)) {
        throw Error{ErrorKind::BadInput, "a prompt or the target has no tokens", question.id,
                    "choose a text with words"};
    }
    requireInVocabulary(question.target, config, question.id);
    std::size_t longest = 0;
    for (const Ids& prompt : question.prompts) {
        longest = std::max(longest, prompt.size());
    }
    requireInContext(longest + question.target.size(), config, question.id);
}

/// Hidden states at the rows that predict the target behind each prompt of a pass, [count · T, D].
Tensor hiddenAtTargets(model::Network& network, const PromptedTarget& question,
                       const TreePass& pass)
{
    std::vector<Ids> sequences;
    for (std::size_t i = pass.first; i < pass.first + pass.count; ++i) {
        Ids& sequence = sequences.emplace_back(question.prompts[i]);
        sequence.insert(sequence.end(), question.target.begin(), question.target.end() - 1);
    }
    const SequenceTree tree{std::move(sequences)};
    std::vector<std::int64_t> rows;
    rows.reserve(pass.count * question.target.size());
    for (std::size_t i = 0; i < pass.count; ++i) {
        const std::size_t before = question.prompts[pass.first + i].size() - 1;
        for (std::size_t t = 0; t < question.target.size(); ++t) {
            rows.push_back(tree.row(i, before + t));
        }
    }
    return network.forward(tree.batch(), model::uploaded(rows, network.device()));
}

/// The target's ids once for each prompt, [count · T, 1].
Tensor targetColumn(const PromptedTarget& question, std::size_t count, torch::Device device)
{
    std::vector<std::int64_t> ids;
    ids.reserve(count * question.target.size());
    for (std::size_t i = 0; i < count; ++i) {
        for (const text::TokenId id : question.target) {
            ids.push_back(static_cast<std::int64_t>(id));
        }
    }
    return model::uploaded(ids, device).unsqueeze(1);
}

void measurePass(model::Network& network, const PromptedTarget& question, const TreePass& pass,
                 const LogProbabilitySink& sink, const StopToken& stop)
{
    const Tensor hidden = hiddenAtTargets(network, question, pass);
    const Tensor targets = targetColumn(question, pass.count, network.device());
    const model::OutputHead head = network.head();
    const std::size_t T = question.target.size();
    std::vector<float> logp; // of prompts that `sink` has not got yet
    std::size_t next = pass.first;
    for (std::int64_t begin = 0; begin < hidden.size(0); begin += rowsAtTheHead) {
        stopPoint(stop);
        const std::int64_t c = std::min(rowsAtTheHead, hidden.size(0) - begin);
        const Tensor own = torch::log_softmax(head.logits(hidden.narrow(0, begin, c)), 1)
                               .gather(1, targets.narrow(0, begin, c))
                               .squeeze(1)
                               .to(torch::kCPU, torch::kFloat)
                               .contiguous();
        logp.insert(logp.end(), own.const_data_ptr<float>(), own.const_data_ptr<float>() + c);
        std::size_t given = 0;
        for (; given + T <= logp.size(); given += T) {
            sink(next++, std::span{logp}.subspan(given, T));
        }
        logp.erase(logp.begin(), logp.begin() + static_cast<std::ptrdiff_t>(given));
    }
}

void measureAllPasses(model::Decoder& decoder, const PromptedTarget& question,
                      const TreeLimits& limits, const LogProbabilitySink& sink,
                      const StopToken& stop, Progress& progress)
{
    const torch::NoGradGuard noGrad;
    const std::vector<TreePass> passes = planPasses(question, limits);
    ProgressReport report{.stage = question.stage};
    for (const TreePass& pass : passes) {
        report.total += static_cast<std::int64_t>(pass.rows);
    }
    for (const TreePass& pass : passes) {
        // A pass takes seconds: its layers are told as parts of its rows.
        const model::PassStop stopOfPass{stop, [&](std::size_t layer, std::size_t layers) {
                                             ProgressReport within = report;
                                             within.done += static_cast<std::int64_t>(
                                                 pass.rows * layer / layers);
                                             progress.report(within);
                                         }};
        stopPoint(stop);
        measurePass(decoder.network(), question, pass, sink, stop);
        report.done += static_cast<std::int64_t>(pass.rows);
    }
    progress.report(report);
}

} // namespace

void measureTarget(model::Decoder& decoder, const PromptedTarget& question,
                   const TreeLimits& limits, const LogProbabilitySink& sink, StopToken stop,
                   Progress& progress)
{
    requireUsable(question, decoder.config());
    model::translated("measuring " + question.id,
                      [&] { measureAllPasses(decoder, question, limits, sink, stop, progress); });
}

} // namespace nextquill::causal
