// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/distributed/ProcessGroup.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace nextquill::train {

/// Small texts by key that all ranks of a run share.
///
/// Threads  one at a time
/// Throws   std::exception when it cannot be reached; may wait for long then
class KeyStore
{
public:
    virtual ~KeyStore() = default;

    virtual void set(const std::string& key, const std::string& value) = 0;
    [[nodiscard]] virtual std::optional<std::string> find(const std::string& key) = 0;
    /// Sets what is not set yet; what stands there afterwards.
    [[nodiscard]] virtual std::string setOnce(const std::string& key, const std::string& value) = 0;
};

/// Knows which rank of a run is lost, and why.
///
/// A lost connection says that a peer is gone, not which, and a silent one says nothing for half an
/// hour. So every rank gives a sign of life through the store twice a second, from a thread of its
/// own that no computation holds up, and looks at the sign of the next rank; a rank that fails
/// leaves a note. Whoever finds a rank lost writes it where the first such note stays, so that all
/// survivors name the same one. A rank that computes or writes for minutes is alive.
///
/// Threads  one calls; the store is used by the thread of its own alone, so that none of these
///          functions waits for a store that does not answer longer than the timing says
class RankWatch
{
public:
    struct Timing
    {
        std::chrono::milliseconds beat{500};
        std::chrono::milliseconds silence{30'000};  ///< after which the next rank is lost
        std::chrono::milliseconds suspicion{3'000}; ///< the same for all, once a connection broke
        std::chrono::milliseconds storeGone{5'000}; ///< without the store
        std::chrono::milliseconds farewell{10'000}; ///< for which its keeper waits for the others
    };

    /// `names` has one entry per rank, as in RankLost; `keeper` is the rank that keeps the store,
    /// -1 where the launcher does: then its loss is the launcher's end, which a rank has a minute
    /// to answer with a checkpoint.
    RankWatch(std::unique_ptr<KeyStore> store, int rank, std::vector<std::string> names, int keeper,
              const Timing& timing);
    ~RankWatch();
    RankWatch(const RankWatch&) = delete;
    RankWatch& operator=(const RankWatch&) = delete;

    /// Throws RankLost once a rank is known to be lost. `waiting`: for how long this rank has
    /// waited for the others by now; a launcher whose store is silent is lost with them.
    void check(std::chrono::milliseconds waiting);

    /// After a connection broke with `failure`: waits until it is known which rank is lost, and
    /// throws RankLost; Error(DeviceLost) when in some seconds none turns out to be.
    [[noreturn]] void explain(const std::string& failure);

    /// Tells the other ranks that this one ends, and why. The first such note of a run stays.
    void note(const std::string& why) noexcept;

    /// Ends the signs of life, in order: this rank is done. The keeper of the store then waits some
    /// seconds for the others, who may still have to read what it holds.
    void leave() noexcept;

private:
    class Watcher; ///< what the thread works on: it may outlive this, waiting for a host that is
                   ///< gone

    std::shared_ptr<Watcher> m_watcher;
    std::thread m_thread;
};

} // namespace nextquill::train
