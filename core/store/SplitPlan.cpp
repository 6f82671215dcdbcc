// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/SplitPlan.h"

#include "core/base/Digest.h"
#include "core/base/Random.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace nextquill::store {

namespace {

/// How many of `count` a share is: rounded, but some where the share is not 0 and there are enough
/// for every part to have one.
std::size_t shareOf(double share, std::size_t count)
{
    const auto rounded = static_cast<std::size_t>(std::llround(share * static_cast<double>(count)));
    return rounded == 0 && share > 0 && count >= 3 ? 1 : rounded;
}

/// The first index behind the user of targets[begin].
std::size_t endOfUser(const std::vector<SplitTarget>& targets, std::size_t begin)
{
    std::size_t end = begin;
    while (end < targets.size() && targets[end].user == targets[begin].user) {
        ++end;
    }
    return end;
}

void leaveLastOut(std::vector<SplitTarget>& targets)
{
    for (std::size_t begin = 0; begin < targets.size();) {
        const std::size_t end = endOfUser(targets, begin);
        targets[end - 1].part = SplitPart::Test;
        if (end - begin >= 2) {
            targets[end - 2].part = SplitPart::Validation;
        }
        begin = end;
    }
}

void byUser(std::vector<SplitTarget>& targets, const SplitSettings& settings)
{
    std::vector<std::size_t> begins;
    for (std::size_t begin = 0; begin < targets.size(); begin = endOfUser(targets, begin)) {
        begins.push_back(begin);
    }
    const std::size_t test = shareOf(settings.testShare, begins.size());
    const std::size_t validation = shareOf(settings.validationShare, begins.size());
    const std::vector<std::int64_t> drawn =
        permutation(static_cast<std::int64_t>(begins.size()), settings.seed, 0);
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        const SplitPart part = i < test                ? SplitPart::Test
                               : i < test + validation ? SplitPart::Validation
                                                       : SplitPart::Train;
        const std::size_t begin = begins[static_cast<std::size_t>(drawn[i])];
        const std::size_t end = endOfUser(targets, begin);
        for (std::size_t target = begin; target < end; ++target) {
            targets[target].part = part;
        }
    }
}

/// Targets of one moment all go to the same part: nothing in training is as late as what is held
/// out.
void byTime(std::vector<SplitTarget>& targets, const SplitSettings& settings)
{
    if (targets.empty()) {
        return;
    }
    std::vector<std::int64_t> times;
    times.reserve(targets.size());
    for (const SplitTarget& target : targets) {
        times.push_back(target.time);
    }
    std::ranges::sort(times);
    const std::size_t test = shareOf(settings.testShare, times.size());
    const std::size_t validation = shareOf(settings.validationShare, times.size());
    const std::size_t heldOut = std::min(test + validation, times.size());
    for (SplitTarget& target : targets) {
        if (test > 0 && target.time >= times[times.size() - std::min(test, times.size())]) {
            target.part = SplitPart::Test;
        } else if (heldOut > 0 && target.time >= times[times.size() - heldOut]) {
            target.part = SplitPart::Validation;
        }
    }
}

} // namespace

void assignParts(std::vector<SplitTarget>& targets, const SplitSettings& settings)
{
    switch (settings.rule) {
    case SplitRule::LeaveLastOut:
        leaveLastOut(targets);
        break;
    case SplitRule::ByUser:
        byUser(targets, settings);
        break;
    case SplitRule::ByTime:
        byTime(targets, settings);
        break;
    }
}

std::string splitDigest(const std::vector<SplitTarget>& targets)
{
    std::vector<std::string> lines;
    lines.reserve(targets.size());
    for (const SplitTarget& target : targets) {
        lines.push_back(std::to_string(static_cast<int>(target.part)) + target.digest);
    }
    std::ranges::sort(lines);
    Digest digest;
    for (const std::string& line : lines) {
        digest.add(line);
    }
    return digest.hex();
}

} // namespace nextquill::store
