// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/train/distributed/RankedRuns_torch.h"

#include "tests/core/train/distributed/RankThreads_torch.h"

#include <cmath>
#include <limits>

namespace nextquill::train::testing {

RanksEnded resumeOn(int ranks, const std::filesystem::path& modelFolder,
                    const std::filesystem::path& run,
                    const std::vector<causal::TwinExample>& examples, std::int64_t stopAt,
                    const Prepare& prepare, const std::vector<causal::TwinExample>& heldOut)
{
    RanksEnded ended;
    ended.weights.resize(static_cast<std::size_t>(ranks));
    ended.results.resize(static_cast<std::size_t>(ranks));
    ended.thrown = onRanks(ranks, [&](ProcessGroup& group) {
        const auto directory =
            group.leads() ? RunDirectory::open(run) : RunDirectory::openSilently(run);
        const auto decoder = trainable(modelFolder, directory->settings());
        const MemoryExamples records{examples};
        const MemoryExamples validation{heldOut};
        std::stop_source source;
        if (prepare) {
            prepare(group, *decoder, source);
        }
        // One rank is asked to stop, not all.
        StopAtStep progress{source, group.rank() == group.size() - 1 ? stopAt : -1};
        RunControl control;
        Trainer trainer{*decoder, records,    heldOut.empty() ? nullptr : &validation,
                        nullptr,  *directory, group};
        const auto place = static_cast<std::size_t>(group.rank());
        ended.results[place] = trainer.run(source.get_token(), progress, control);
        ended.weights[place] = weightsOf(*decoder);
    });
    return ended;
}

RanksEnded trainOn(int ranks, const std::filesystem::path& modelFolder,
                   const std::filesystem::path& run, const TrainingSettings& settings,
                   const std::vector<causal::TwinExample>& examples,
                   const std::vector<causal::TwinExample>& heldOut)
{
    static_cast<void>(RunDirectory::create(run, settings, {}));
    return resumeOn(ranks, modelFolder, run, examples, -1, {}, heldOut);
}

double curveDifference(const std::vector<double>& a, const std::vector<double>& b)
{
    double largest = a.size() == b.size() ? 0 : std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        const double here = std::abs(a[i] - b[i]) / std::max(std::abs(a[i]), 1e-12);
        largest =
            std::isnan(here) ? std::numeric_limits<double>::infinity() : std::max(largest, here);
    }
    return largest;
}

} // namespace nextquill::train::testing
