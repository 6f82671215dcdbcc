// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/SplitPlan.h"

#include "core/base/Digest.h"
#include "core/base/Random.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <unordered_set>

namespace nextquill::store {

namespace {

// Which draw a number is for.
constexpr std::uint64_t streamOfUsers = 0;
constexpr std::uint64_t streamOfTargets = 1;

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

void leaveLastOut(std::vector<SplitTarget>& targets, const SplitSettings& settings)
{
    const auto heldOut = static_cast<std::size_t>(settings.heldOutLast);
    for (std::size_t begin = 0; begin < targets.size();) {
        const std::size_t end = endOfUser(targets, begin);
        for (std::size_t fromEnd = 0; fromEnd < std::min(2 * heldOut, end - begin); ++fromEnd) {
            targets[end - 1 - fromEnd].part =
                fromEnd < heldOut ? SplitPart::Test : SplitPart::Validation;
        }
        begin = end;
    }
}

/// Something that is drawn as a whole: a user's targets, or one target.
struct Lot
{
    std::uint64_t number; ///< what the draw gave it
    std::uint64_t key;    ///< tells apart what has the same number
    std::size_t begin;    ///< its targets
    std::size_t end;
};

/// The lots with the smallest numbers test, the next ones validate.
void draw(std::vector<Lot> lots, std::vector<SplitTarget>& targets, const SplitSettings& settings)
{
    std::ranges::sort(lots, {}, [](const Lot& lot) { return std::tuple{lot.number, lot.key}; });
    const std::size_t test = shareOf(settings.testShare, lots.size());
    const std::size_t validation = shareOf(settings.validationShare, lots.size());
    for (std::size_t i = 0; i < lots.size(); ++i) {
        const SplitPart part = i < test                ? SplitPart::Test
                               : i < test + validation ? SplitPart::Validation
                                                       : SplitPart::Train;
        for (std::size_t target = lots[i].begin; target < lots[i].end; ++target) {
            targets[target].part = part;
        }
    }
}

void byUser(std::vector<SplitTarget>& targets, const SplitSettings& settings)
{
    const Random random{settings.seed, streamOfUsers};
    std::vector<Lot> lots;
    for (std::size_t begin = 0; begin < targets.size();) {
        const std::size_t end = endOfUser(targets, begin);
        const std::uint64_t key = targets[begin].userKey;
        lots.push_back({.number = random.bits(key), .key = key, .begin = begin, .end = end});
        begin = end;
    }
    draw(std::move(lots), targets, settings);
}

Lot lotOf(const std::vector<SplitTarget>& targets, std::size_t at, const Random& random)
{
    const std::uint64_t key = targets[at].key;
    return {.number = random.bits(key), .key = key, .begin = at, .end = at + 1};
}

void atRandom(std::vector<SplitTarget>& targets, const SplitSettings& settings)
{
    const Random random{settings.seed, streamOfTargets};
    std::vector<Lot> lots;
    lots.reserve(targets.size());
    for (std::size_t i = 0; i < targets.size(); ++i) {
        lots.push_back(lotOf(targets, i, random));
    }
    draw(std::move(lots), targets, settings);
}

void withinStrata(std::vector<SplitTarget>& targets, const SplitSettings& settings)
{
    std::vector<std::size_t> order(targets.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return targets[i].stratum; });
    const Random random{settings.seed, streamOfTargets};
    for (std::size_t begin = 0; begin < order.size();) {
        std::vector<Lot> lots;
        std::size_t end = begin;
        while (end < order.size() && targets[order[end]].stratum == targets[order[begin]].stratum) {
            lots.push_back(lotOf(targets, order[end], random));
            ++end;
        }
        draw(std::move(lots), targets, settings);
        begin = end;
    }
}

/// Targets of one moment all go to the same part: nothing in training is as late as what is held
/// out.
void byTime(std::vector<SplitTarget>& targets, const SplitSettings& settings)
{
    std::optional<std::int64_t> validationFrom = settings.validationFrom;
    std::optional<std::int64_t> testFrom = settings.testFrom;
    if (!validationFrom && !testFrom) {
        std::vector<std::int64_t> times;
        times.reserve(targets.size());
        for (const SplitTarget& target : targets) {
            times.push_back(target.time);
        }
        std::ranges::sort(times);
        const std::size_t test = shareOf(settings.testShare, times.size());
        const std::size_t heldOut = test + shareOf(settings.validationShare, times.size());
        const auto timeAt = [&times](std::size_t fromEnd) {
            return fromEnd == 0 || times.empty()
                       ? std::optional<std::int64_t>{}
                       : std::optional{times[times.size() - std::min(fromEnd, times.size())]};
        };
        testFrom = timeAt(test);
        validationFrom = timeAt(heldOut);
    }
    for (SplitTarget& target : targets) {
        target.part = testFrom && target.time >= *testFrom               ? SplitPart::Test
                      : validationFrom && target.time >= *validationFrom ? SplitPart::Validation
                                                                         : SplitPart::Train;
    }
}

constexpr std::string_view hexDigits = "0123456789abcdef";

std::uint8_t valueOf(char digit)
{
    const std::size_t value = hexDigits.find(digit);
    return value == std::string_view::npos ? std::uint8_t{0} : static_cast<std::uint8_t>(value);
}

} // namespace

DigestBytes bytesOfDigits(std::string_view hexadecimal)
{
    DigestBytes bytes{};
    for (std::size_t i = 0; i < bytes.size() && 2 * i + 1 < hexadecimal.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(16 * valueOf(hexadecimal[2 * i]) +
                                             valueOf(hexadecimal[2 * i + 1]));
    }
    return bytes;
}

std::string digitsOf(const DigestBytes& bytes)
{
    std::string digits;
    digits.reserve(2 * bytes.size());
    for (const std::uint8_t byte : bytes) {
        digits += hexDigits[byte / 16];
        digits += hexDigits[byte % 16];
    }
    return digits;
}

std::uint64_t drawKey(std::string_view hexadecimal)
{
    std::uint64_t key = 0;
    for (const char digit : hexadecimal.substr(0, 16)) {
        key = 16 * key + valueOf(digit);
    }
    return key;
}

void assignParts(std::vector<SplitTarget>& targets, const SplitSettings& settings)
{
    switch (settings.rule) {
    case SplitRule::LeaveLastOut:
        leaveLastOut(targets, settings);
        break;
    case SplitRule::ByUser:
        byUser(targets, settings);
        break;
    case SplitRule::ByTime:
        byTime(targets, settings);
        break;
    case SplitRule::Random:
        atRandom(targets, settings);
        break;
    case SplitRule::Stratified:
        withinStrata(targets, settings);
        break;
    }
}

std::int64_t dropByItem(std::vector<SplitTarget>& targets, SplitItems allowed)
{
    if (allowed == SplitItems::Any) {
        return 0;
    }
    std::unordered_set<std::int64_t> trained;
    for (const SplitTarget& target : targets) {
        if (target.part == SplitPart::Train) {
            trained.insert(target.item);
        }
    }
    return static_cast<std::int64_t>(std::erase_if(targets, [&](const SplitTarget& target) {
        return target.part != SplitPart::Train &&
               trained.contains(target.item) != (allowed == SplitItems::Seen);
    }));
}

std::string splitDigest(const std::vector<SplitTarget>& targets)
{
    std::vector<const SplitTarget*> order;
    order.reserve(targets.size());
    for (const SplitTarget& target : targets) {
        order.push_back(&target);
    }
    std::ranges::sort(order, {}, [](const SplitTarget* target) {
        return std::tie(target->part, target->digest);
    });
    Digest digest;
    for (const SplitTarget* const target : order) {
        digest.add(std::to_string(static_cast<int>(target->part)) + digitsOf(target->digest));
    }
    return digest.hex();
}

} // namespace nextquill::store
