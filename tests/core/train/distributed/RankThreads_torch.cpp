// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/train/distributed/RankThreads_torch.h"

#include "core/train/distributed/C10dGroup_torch.h"

#include <torch/csrc/distributed/c10d/HashStore.hpp>

#include <chrono>
#include <thread>

namespace nextquill::train::testing {

using namespace std::chrono_literals;

JoinTiming quickTiming()
{
    return {.join = 2s,
            .watch = {.beat = 20ms, .silence = 2s, .suspicion = 400ms, .storeGone = 1s}};
}

std::vector<std::string> onRanks(int ranks, const std::function<void(ProcessGroup&)>& work,
                                 const std::function<std::string(int rank)>& card,
                                 const std::function<void(Launch&)>& change)
{
    const auto store = c10::make_intrusive<c10d::HashStore>();
    std::vector<std::string> thrown(static_cast<std::size_t>(ranks));
    const auto rank = [&](int number) {
        Launch launch{.rank = number, .ranks = ranks, .localRank = number, .localRanks = ranks};
        if (change) {
            change(launch);
        }
        try {
            const auto group =
                groupOver(store, launch, card ? card(number) : "card", 0, quickTiming());
            try {
                work(*group);
            } catch (const std::exception& error) {
                group->failed(error.what());
                throw;
            }
        } catch (const std::exception& error) {
            thrown[static_cast<std::size_t>(number)] = error.what();
        }
    };
    {
        std::vector<std::jthread> threads;
        for (int number = 0; number < ranks; ++number) {
            threads.emplace_back(rank, number);
        }
    }
    return thrown;
}

} // namespace nextquill::train::testing
