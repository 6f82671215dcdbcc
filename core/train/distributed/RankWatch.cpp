// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/distributed/RankWatch.h"

#include "core/base/Json.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace nextquill::train {

namespace {

using std::chrono::milliseconds;

constexpr const char* endedKey = "ended";
constexpr const char* leftSign = "left";
constexpr milliseconds launcherGrace{60'000}; ///< for a checkpoint after the launcher's end

std::string signKey(int rank)
{
    return "sign/" + std::to_string(rank);
}

milliseconds sinceLast(std::chrono::steady_clock::time_point before,
                       std::chrono::steady_clock::time_point now)
{
    return std::chrono::duration_cast<milliseconds>(now - before);
}

std::string inSeconds(milliseconds time)
{
    return fmt::format("{:g} s", std::chrono::duration<double>(time).count());
}

} // namespace

RankWatch::RankWatch(std::unique_ptr<KeyStore> store, int rank, std::vector<std::string> names,
                     int keeper, const Timing& timing)
    : m_store{std::move(store)}
    , m_rank{rank}
    , m_names{std::move(names)}
    , m_keeper{keeper}
    , m_timing{timing}
    , m_signs(m_names.size())
    , m_checked{Clock::now()}
    , m_thread{[this](const std::stop_token& stop) { watch(stop); }}
{
}

RankWatch::~RankWatch()
{
    leave();
}

void RankWatch::watch(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        try {
            beat();
        } catch (const std::exception&) {
            storeFailed(); // which is the answer: no store, no peers
        }
        std::unique_lock lock{m_mutex};
        m_changed.wait_for(lock, stop, m_timing.beat, [] { return false; });
    }
}

void RankWatch::beat()
{
    const std::scoped_lock store{m_storeMutex};
    m_store->set(signKey(m_rank), std::to_string(++m_beats));
    m_storeFailures = 0;
    if (const auto note = m_store->find(endedKey)) {
        conclude(*note);
    }
    bool suspicious = false;
    {
        const std::scoped_lock lock{m_mutex};
        m_storeSilence = {};
        suspicious = m_suspicious;
    }
    if (!suspicious) {
        lookAt((m_rank + 1) % ranks(), m_timing.silence);
        return;
    }
    for (int other = 0; other < ranks(); ++other) {
        lookAt(other, m_timing.suspicion);
    }
}

void RankWatch::lookAt(int rank, milliseconds patience)
{
    if (rank == m_rank) {
        return;
    }
    Sign& sign = m_signs[static_cast<std::size_t>(rank)];
    const std::string value = m_store->find(signKey(rank)).value_or("");
    const Clock::time_point now = Clock::now();
    if (!sign.seen || value != sign.value) {
        sign = {.value = value, .lookedAt = now, .seen = true};
        return;
    }
    sign.silence += std::min(sinceLast(sign.lookedAt, now), 2 * m_timing.beat);
    sign.lookedAt = now;
    if (value != leftSign && sign.silence > patience) {
        report(rank, "is lost: no sign of life for " + inSeconds(sign.silence));
    }
}

/// The first report of all ranks stands; under m_storeMutex.
void RankWatch::report(int rank, const std::string& how)
{
    conclude(m_store->setOnce(endedKey, toLine(OrderedJson{{"rank", rank}, {"how", how}})));
}

void RankWatch::conclude(const std::string& note)
{
    const Json read = Json::parse(note, nullptr, /*allow_exceptions=*/false);
    const int rank = read.is_object() ? read.value("rank", -1) : -1;
    if (rank >= 0 && rank < ranks()) {
        setVerdict({.rank = rank, .how = read.value("how", "ended")});
    }
}

void RankWatch::setVerdict(Verdict verdict)
{
    const std::scoped_lock lock{m_mutex};
    if (!m_verdict) {
        m_verdict = std::move(verdict);
    }
    m_changed.notify_all();
}

void RankWatch::storeFailed()
{
    const milliseconds patience = m_keeper < 0 ? launcherGrace : m_timing.storeGone;
    if (++m_storeFailures * m_timing.beat < patience) {
        return;
    }
    setVerdict(m_keeper < 0 ? Verdict{.rank = -1, .how = "ended: its store is gone"}
                            : Verdict{.rank = m_keeper, .how = "is lost: its store is gone"});
}

void RankWatch::check()
{
    std::optional<Verdict> verdict;
    bool silent = false;
    {
        const std::scoped_lock lock{m_mutex};
        verdict = m_verdict;
        // The store's host may have gone without a word: then the watching thread waits for it.
        const Clock::time_point now = Clock::now();
        m_storeSilence += std::min(sinceLast(m_checked, now), 2 * m_timing.beat);
        m_checked = now;
        silent =
            !verdict && m_keeper >= 0 && m_storeSilence > m_timing.silence + m_timing.storeGone;
    }
    if (silent) {
        verdict = Verdict{.rank = m_keeper, .how = "is lost: its store does not answer"};
        setVerdict(*verdict);
    }
    if (verdict) {
        throw RankLost{verdict->rank,
                       verdict->rank < 0 ? "the launcher"
                                         : m_names[static_cast<std::size_t>(verdict->rank)],
                       verdict->how};
    }
}

void RankWatch::explain(const std::string& failure)
{
    {
        std::unique_lock lock{m_mutex};
        m_suspicious = true;
        m_changed.notify_all();
        // Long enough for a rank that ended to be silent and for one that fails to say why.
        m_changed.wait_for(lock, 2 * m_timing.suspicion + m_timing.storeGone + 4 * m_timing.beat,
                           [this] { return m_verdict.has_value(); });
    }
    check();
    throw Error{ErrorKind::DeviceLost, "the ranks cannot reach each other (" + failure + ")",
                "rank " + std::to_string(m_rank),
                "look at the network between the hosts, then resume the run"};
}

void RankWatch::note(const std::string& why) noexcept
{
    try {
        const std::scoped_lock store{m_storeMutex};
        report(m_rank, "failed: " + why);
    } catch (const std::exception&) {
        return; // the others find out by its silence
    }
}

void RankWatch::leave() noexcept
{
    if (!m_thread.joinable()) {
        return;
    }
    m_thread.request_stop();
    m_thread.join();
    try {
        m_store->set(signKey(m_rank), leftSign);
        if (m_keeper == m_rank) {
            waitForOthers();
        }
    } catch (const std::exception&) {
        return; // the store went first: nobody is left to tell
    }
}

void RankWatch::waitForOthers()
{
    const Clock::time_point end = Clock::now() + m_timing.farewell;
    for (int other = 0; other < ranks(); ++other) {
        const bool isLost = m_verdict && m_verdict->rank == other;
        while (other != m_rank && !isLost && Clock::now() < end &&
               m_store->find(signKey(other)).value_or("") != leftSign) {
            std::this_thread::sleep_for(milliseconds{20});
        }
    }
}

} // namespace nextquill::train
