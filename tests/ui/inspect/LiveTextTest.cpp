// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/LiveText.h"

#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include <thread>

namespace nextquill::ui {
namespace {

causal::TokenEffect token(int id)
{
    return {.token = text::TokenId{id}};
}

TEST(LiveText, GrowsWithWhatAnotherThreadWrites)
{
    const auto relay = TokenRelay::create();
    LiveText live;
    QSignalSpy grown{&live, &LiveText::grown};
    live.follow(relay);
    std::thread writer{[relay] {
        relay->say(token(1), "Good");
        relay->say(token(2), ""); // the first half of a character
        relay->say(token(3), " \xf0\x9f\x8e\xb8");
        relay->say(token(4), " song");
    }};
    writer.join();
    ASSERT_TRUE(QTest::qWaitFor([&] { return grown.count() > 0 && live.tokens().size() == 4; }));
    EXPECT_EQ(live.text(), "Good \xf0\x9f\x8e\xb8 song");
    EXPECT_EQ(live.tokens()[1].bytes, (ByteRange{4, 4}));
    EXPECT_EQ(live.tokens()[2].bytes, (ByteRange{4, 9}));
    EXPECT_LT(grown.count(), 4);
}

TEST(LiveText, ListensToOneTextAlone)
{
    const auto first = TokenRelay::create();
    const auto second = TokenRelay::create();
    LiveText live;
    live.follow(first);
    first->say(token(1), "old");
    live.follow(second);
    second->say(token(2), "new");
    first->say(token(3), "old");
    ASSERT_TRUE(QTest::qWaitFor([&] { return !live.tokens().empty(); }));
    QTest::qWait(20);
    EXPECT_EQ(live.text(), "new");
    live.stop();
    second->say(token(4), "late");
    QTest::qWait(20);
    EXPECT_EQ(live.text(), "new");
}

} // namespace
} // namespace nextquill::ui
