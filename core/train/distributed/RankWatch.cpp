// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/distributed/RankWatch.h"

#include "core/base/Json.h"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <fmt/format.h>
#include <mutex>
#include <utility>

namespace nextquill::train {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr const char* endedKey = "ended";
constexpr const char* leftSign = "left";
constexpr milliseconds launcherGrace{60'000}; ///< for a checkpoint after the launcher's end
constexpr milliseconds refusal{1'000};        ///< a request that fails sooner was not waited for

std::string signKey(int rank)
{
    return "sign/" + std::to_string(rank);
}

milliseconds sinceLast(Clock::time_point before, Clock::time_point now)
{
    return std::chrono::duration_cast<milliseconds>(now - before);
}

std::string inSeconds(milliseconds time)
{
    return fmt::format("{:.1f} s", std::chrono::duration<double>(time).count());
}

} // namespace

/// The thread's side is run(); all else belongs to the side of who asks.
class RankWatch::Watcher
{
public:
    Watcher(std::unique_ptr<KeyStore> store, int rank, std::vector<std::string> names, int keeper,
            const Timing& timing)
        : m_store{std::move(store)}
        , m_rank{rank}
        , m_names{std::move(names)}
        , m_keeper{keeper}
        , m_timing{timing}
        , m_signs(m_names.size())
        , m_checked{Clock::now()}
    {
    }

    void run()
    {
        std::unique_lock lock{m_mutex};
        while (!m_leaves) {
            const std::optional<std::string> note = std::exchange(m_note, std::nullopt);
            const bool suspicious = m_suspicious;
            lock.unlock();
            beat(note, suspicious);
            lock.lock();
            m_changed.notify_all(); // the note is written, or cannot be
            m_changed.wait_for(lock, m_timing.beat,
                               [&] { return m_leaves || m_note || m_suspicious != suspicious; });
        }
        lock.unlock();
        farewell();
        lock.lock();
        m_hasLeft = true;
        m_changed.notify_all();
    }

    void check(milliseconds waiting)
    {
        std::optional<Verdict> verdict;
        {
            const std::scoped_lock lock{m_mutex};
            // The store's host may have gone without a word: then the thread waits for it.
            const Clock::time_point now = Clock::now();
            m_storeSilence += std::min(sinceLast(m_checked, now), 2 * m_timing.beat);
            m_checked = now;
            // A launcher is no part of the work: while that goes on, it may be silent, or end.
            const bool matters = m_keeper >= 0 || (waiting > m_timing.silence && !m_storeRefuses);
            if (!m_verdict && matters && m_storeSilence > m_timing.silence) {
                m_verdict = Verdict{.rank = m_keeper, .how = "is lost: its store does not answer"};
            }
            verdict = m_verdict;
        }
        if (verdict) {
            throw RankLost{verdict->rank,
                           verdict->rank < 0 ? "the launcher"
                                             : m_names[static_cast<std::size_t>(verdict->rank)],
                           verdict->how};
        }
    }

    /// Looks at all ranks closely. Long enough for a rank that ended to be silent and for one that
    /// fails to say why.
    void suspect()
    {
        std::unique_lock lock{m_mutex};
        m_suspicious = true;
        m_changed.notify_all();
        m_changed.wait_for(lock, 2 * m_timing.suspicion + m_timing.storeGone + 4 * m_timing.beat,
                           [this] { return m_verdict.has_value(); });
    }

    void note(const std::string& why)
    {
        std::unique_lock lock{m_mutex};
        if (m_verdict) {
            return; // another was first, and is what ends this rank, too
        }
        m_note = why;
        m_changed.notify_all();
        m_changed.wait_for(lock, m_timing.storeGone, [this] { return !m_note; });
        m_changed.wait_for(lock, m_timing.storeGone, [this] { return m_verdict.has_value(); });
    }

    /// False when the thread does not come back in time.
    [[nodiscard]] bool leave()
    {
        std::unique_lock lock{m_mutex};
        m_leaves = true;
        m_changed.notify_all();
        const bool storeIsLost = m_verdict && m_verdict->rank == m_keeper;
        return m_changed.wait_for(
            lock, storeIsLost ? m_timing.beat : m_timing.storeGone + m_timing.farewell,
            [this] { return m_hasLeft; });
    }

private:
    struct Verdict
    {
        int rank = 0;
        std::string how;
    };
    /// Silence is what a rank has watched itself: when the machine stood still (a virtual machine
    /// that was paused, swapping), it has heard nothing of anybody and blames nobody.
    struct Sign
    {
        std::string value;
        milliseconds silence{0};
        Clock::time_point lookedAt;
        bool seen = false;
    };

    void beat(const std::optional<std::string>& note, bool suspicious)
    {
        const Clock::time_point begin = Clock::now();
        try {
            m_store->set(signKey(m_rank), std::to_string(++m_beats));
            storeAnswered();
            if (note) {
                report(m_rank, "failed: " + *note);
            } else if (const auto said = m_store->find(endedKey)) {
                conclude(*said);
            }
            const int next = (m_rank + 1) % ranks();
            for (int other = 0; other < ranks(); ++other) {
                if (other != m_rank && (suspicious || other == next)) {
                    lookAt(other, suspicious ? m_timing.suspicion : m_timing.silence);
                }
            }
        } catch (const std::exception&) {
            storeFailed(sinceLast(begin, Clock::now())); // which is the answer: no store, no peers
        }
    }

    void lookAt(int rank, milliseconds patience)
    {
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

    /// The first report of all ranks stands.
    void report(int rank, const std::string& how)
    {
        conclude(m_store->setOnce(endedKey, toLine(OrderedJson{{"rank", rank}, {"how", how}})));
    }

    void conclude(const std::string& said)
    {
        const Json read = Json::parse(said, nullptr, /*allow_exceptions=*/false);
        const int rank = read.is_object() ? read.value("rank", -1) : -1;
        if (rank >= 0 && rank < ranks()) {
            setVerdict({.rank = rank, .how = read.value("how", "ended")});
        }
    }

    void setVerdict(Verdict verdict)
    {
        const std::scoped_lock lock{m_mutex};
        if (!m_verdict) {
            m_verdict = std::move(verdict);
        }
        m_changed.notify_all();
    }

    void storeAnswered()
    {
        m_storeFailures = 0;
        const std::scoped_lock lock{m_mutex};
        m_storeSilence = {};
        m_storeRefuses = false;
    }

    void storeFailed(milliseconds waited)
    {
        if (m_storeFailures == 0 && waited < refusal) {
            const std::scoped_lock lock{m_mutex};
            m_storeRefuses = true;
        }
        const milliseconds patience = m_keeper < 0 ? launcherGrace : m_timing.storeGone;
        if (++m_storeFailures * m_timing.beat < patience) {
            return;
        }
        setVerdict(m_keeper < 0 ? Verdict{.rank = -1, .how = "ended: its store is gone"}
                                : Verdict{.rank = m_keeper, .how = "is lost: its store is gone"});
    }

    /// The keeper waits for the others, who may still have to read what the store holds.
    void farewell()
    {
        try {
            m_store->set(signKey(m_rank), leftSign);
            const Clock::time_point end = Clock::now() + m_timing.farewell;
            for (int other = 0; m_keeper == m_rank && other < ranks(); ++other) {
                while (other != m_rank && !isLost(other) && Clock::now() < end &&
                       m_store->find(signKey(other)).value_or("") != leftSign) {
                    std::this_thread::sleep_for(milliseconds{20});
                }
            }
        } catch (const std::exception&) {
            return; // the store went first: nobody is left to tell
        }
    }

    [[nodiscard]] bool isLost(int rank)
    {
        const std::scoped_lock lock{m_mutex};
        return m_verdict && m_verdict->rank == rank;
    }
    [[nodiscard]] int ranks() const { return static_cast<int>(m_names.size()); }

    // The thread's.
    std::unique_ptr<KeyStore> m_store;
    const int m_rank;
    const std::vector<std::string> m_names;
    const int m_keeper;
    const Timing m_timing;
    std::vector<Sign> m_signs;
    std::int64_t m_storeFailures = 0; ///< in a row
    std::int64_t m_beats = 0;

    std::mutex m_mutex; // of what follows
    std::condition_variable m_changed;
    std::optional<Verdict> m_verdict;
    std::optional<std::string> m_note;
    milliseconds m_storeSilence{0};
    bool m_storeRefuses = false; ///< its host is there, and nobody listens
    Clock::time_point m_checked;
    bool m_suspicious = false;
    bool m_leaves = false;
    bool m_hasLeft = false;
};

RankWatch::RankWatch(std::unique_ptr<KeyStore> store, int rank, std::vector<std::string> names,
                     int keeper, const Timing& timing)
    : m_watcher{std::make_shared<Watcher>(std::move(store), rank, std::move(names), keeper, timing)}
    , m_thread{[watcher = m_watcher] { watcher->run(); }}
{
}

RankWatch::~RankWatch()
{
    leave();
}

void RankWatch::check(milliseconds waiting)
{
    m_watcher->check(waiting);
}

void RankWatch::explain(const std::string& failure)
{
    m_watcher->suspect();
    check({});
    throw Error{ErrorKind::DeviceLost, "the ranks cannot reach each other (" + failure + ")",
                "distributed training",
                "look at the network between the hosts, then resume the run"};
}

void RankWatch::note(const std::string& why) noexcept
{
    try {
        m_watcher->note(why);
    } catch (const std::exception&) {
        return; // no memory for it: the others find out by this rank's silence
    }
}

void RankWatch::leave() noexcept
{
    if (!m_thread.joinable()) {
        return;
    }
    if (m_watcher->leave()) {
        m_thread.join();
    } else {
        m_thread.detach(); // it waits for a host that is gone, and ends with the process
    }
}

} // namespace nextquill::train
