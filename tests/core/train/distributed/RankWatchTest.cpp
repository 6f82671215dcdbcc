// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/distributed/RankWatch.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <gmock/gmock.h>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace nextquill::train {

namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// What the ranks of a test share.
struct SharedKeys
{
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::string, std::string> values;
    bool gone = false;   ///< connections are refused
    bool silent = false; ///< requests wait
};

class MemoryKeys final : public KeyStore
{
public:
    explicit MemoryKeys(std::shared_ptr<SharedKeys> keys)
        : m_keys{std::move(keys)}
    {
    }
    void set(const std::string& key, const std::string& value) override
    {
        const auto lock = locked();
        m_keys->values[key] = value;
    }
    std::optional<std::string> find(const std::string& key) override
    {
        const auto lock = locked();
        const auto found = m_keys->values.find(key);
        return found != m_keys->values.end() ? std::optional{found->second} : std::nullopt;
    }
    std::string setOnce(const std::string& key, const std::string& value) override
    {
        const auto lock = locked();
        return m_keys->values.try_emplace(key, value).first->second;
    }

private:
    std::unique_lock<std::mutex> locked()
    {
        std::unique_lock lock{m_keys->mutex};
        m_keys->changed.wait(lock, [this] { return !m_keys->silent; });
        if (m_keys->gone) {
            throw std::runtime_error{"connection reset"};
        }
        return lock;
    }

    std::shared_ptr<SharedKeys> m_keys;
};

constexpr RankWatch::Timing quick{
    .beat = 5ms, .silence = 150ms, .suspicion = 100ms, .storeGone = 100ms, .farewell = 200ms};

class RankWatchTest : public ::testing::Test
{
protected:
    std::unique_ptr<RankWatch> rank(int number, int keeper = 0)
    {
        return std::make_unique<RankWatch>(std::make_unique<MemoryKeys>(m_keys), number,
                                           std::vector<std::string>{"zero", "one", "two"}, keeper,
                                           quick);
    }

    /// What check() throws in the end, of a rank that has waited so long for the others.
    static std::string lossSeenBy(RankWatch& watch, std::chrono::milliseconds waiting = {})
    {
        try {
            const auto end = std::chrono::steady_clock::now() + 10s;
            while (std::chrono::steady_clock::now() < end) {
                watch.check(waiting);
                std::this_thread::sleep_for(1ms);
            }
        } catch (const RankLost& lost) {
            return std::to_string(lost.rank()) + " " + lost.what();
        }
        return "none is lost";
    }

    static std::string explanationOf(RankWatch& watch)
    {
        try {
            watch.explain("connection closed");
        } catch (const Error& error) {
            return error.what();
        }
    }

    std::shared_ptr<SharedKeys> m_keys = std::make_shared<SharedKeys>();
};

TEST_F(RankWatchTest, RanksThatLiveAreNotLost)
{
    const auto zero = rank(0);
    const auto one = rank(1);
    const auto two = rank(2);
    std::this_thread::sleep_for(3 * quick.silence);
    EXPECT_NO_THROW(zero->check({}));
    EXPECT_NO_THROW(one->check({}));
    EXPECT_NO_THROW(two->check({}));
}

TEST_F(RankWatchTest, AllNameTheRankThatIsSilent)
{
    const auto zero = rank(0);
    const auto one = rank(1);
    // Rank 2 never comes: its neighbour finds out, and tells the other.
    EXPECT_THAT(lossSeenBy(*one), HasSubstr("2 two is lost: no sign of life for 0."));
    EXPECT_THAT(lossSeenBy(*zero), HasSubstr("2 two is lost"));
}

TEST_F(RankWatchTest, ARankThatFailsSaysWhy)
{
    const auto zero = rank(0);
    const auto one = rank(1);
    const auto two = rank(2);
    two->note("the disk is full");
    zero->note("too late to be the first");
    EXPECT_THAT(lossSeenBy(*zero), HasSubstr("2 two failed: the disk is full"));
    EXPECT_THAT(lossSeenBy(*one), HasSubstr("2 two failed: the disk is full"));
}

TEST_F(RankWatchTest, ABrokenConnectionIsExplainedSoon)
{
    const auto zero = rank(0);
    const auto two = rank(2);
    {
        const auto one = rank(1);
        std::this_thread::sleep_for(4 * quick.beat);
    }
    {
        const std::scoped_lock lock{m_keys->mutex};
        m_keys->values["sign/1"] = "7"; // as if killed: its last word is taken away
    }
    EXPECT_THAT(explanationOf(*two), HasSubstr("one is lost"));
}

TEST_F(RankWatchTest, AConnectionBrokenBetweenLivingRanksIsTheNetworks)
{
    const auto zero = rank(0);
    const auto one = rank(1);
    const auto two = rank(2);
    const std::string said = explanationOf(*zero);
    EXPECT_THAT(said, HasSubstr("cannot reach each other (connection closed)"));
    EXPECT_NO_THROW(one->check({}));
}

TEST_F(RankWatchTest, TheEndOfARankIsNoLoss)
{
    const auto zero = rank(0);
    const auto one = rank(1);
    {
        const auto two = rank(2);
    }
    std::this_thread::sleep_for(3 * quick.silence);
    EXPECT_NO_THROW(one->check({}));
}

TEST_F(RankWatchTest, WithoutTheStoreItsKeeperIsLost)
{
    const auto one = rank(1);
    const auto two = rank(2, 0);
    {
        const std::scoped_lock lock{m_keys->mutex};
        m_keys->gone = true;
    }
    EXPECT_THAT(lossSeenBy(*two), HasSubstr("0 zero is lost: its store is gone"));
}

TEST_F(RankWatchTest, AStoreThatDoesNotAnswerHoldsNobodyUp)
{
    auto one = rank(1);
    const auto two = rank(2);
    {
        const std::scoped_lock lock{m_keys->mutex};
        m_keys->silent = true;
    }
    EXPECT_THAT(lossSeenBy(*one), HasSubstr("0 zero is lost: its store does not answer"));
    const auto start = std::chrono::steady_clock::now();
    one->note("it makes no difference");
    one.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
    const std::scoped_lock lock{m_keys->mutex};
    m_keys->silent = false;
    m_keys->changed.notify_all();
}

TEST_F(RankWatchTest, ALauncherThatDoesNotAnswerIsLostWithThoseWhoAreWaitedFor)
{
    const auto one = rank(1, -1);
    const auto two = rank(2, -1);
    {
        const std::scoped_lock lock{m_keys->mutex};
        m_keys->silent = true;
    }
    for (auto end = std::chrono::steady_clock::now() + 3 * quick.silence;
         std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(1ms)) {
        ASSERT_NO_THROW(one->check(quick.silence / 2)) << "the work goes on without it";
    }
    EXPECT_THAT(lossSeenBy(*two, 2 * quick.silence),
                HasSubstr("-1 the launcher is lost: its store does not answer"));
    const std::scoped_lock lock{m_keys->mutex};
    m_keys->silent = false;
    m_keys->changed.notify_all();
}

TEST_F(RankWatchTest, WithoutTheLaunchersStoreThereIsTimeForACheckpoint)
{
    const auto one = rank(1, -1);
    {
        const std::scoped_lock lock{m_keys->mutex};
        m_keys->gone = true;
    }
    std::this_thread::sleep_for(5 * quick.storeGone); // it is known now that nobody listens
    for (auto end = std::chrono::steady_clock::now() + 3 * quick.silence;
         std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(1ms)) {
        ASSERT_NO_THROW(one->check(2 * quick.silence)) << "another writes it";
    }
}

} // namespace

} // namespace nextquill::train
