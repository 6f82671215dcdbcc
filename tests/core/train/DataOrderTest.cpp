// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/DataOrder.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <numeric>

namespace nextquill::train {

namespace {

using Order = std::vector<std::int64_t>;

constexpr std::int64_t records = 23;

Order epochOf(DataOrder& order, std::int64_t epoch)
{
    Order places;
    for (std::int64_t place = 0; place < records; ++place) {
        places.push_back(order.at(epoch * records + place));
    }
    return places;
}

Order identity()
{
    Order places(records);
    std::iota(places.begin(), places.end(), 0);
    return places;
}

TEST(DataOrder, EveryEpochHasEveryRecordOnce)
{
    DataOrder order{records, 42, true};
    for (std::int64_t epoch = 0; epoch < 20; ++epoch) {
        EXPECT_THAT(epochOf(order, epoch), ::testing::UnorderedElementsAreArray(identity()));
    }
}

TEST(DataOrder, EpochsDifferAndNoneIsTheFilesOrder)
{
    DataOrder order{records, 42, true};
    EXPECT_NE(epochOf(order, 0), epochOf(order, 1));
    EXPECT_NE(epochOf(order, 0), identity());
    EXPECT_NE(epochOf(order, 1), identity());
}

TEST(DataOrder, SameSeedGivesTheSameOrderAndAnotherSeedAnother)
{
    DataOrder one{records, 42, true};
    DataOrder same{records, 42, true};
    DataOrder other{records, 43, true};
    EXPECT_EQ(epochOf(one, 3), epochOf(same, 3));
    EXPECT_NE(epochOf(one, 3), epochOf(other, 3));
}

TEST(DataOrder, WithoutShufflingItIsTheFilesOrder)
{
    DataOrder order{records, 42, false};
    EXPECT_EQ(epochOf(order, 0), identity());
    EXPECT_EQ(epochOf(order, 7), identity());
}

TEST(DataOrder, AnswersDoNotDependOnWhatWasAskedBefore)
{
    DataOrder forwards{records, 7, true};
    const Order first = epochOf(forwards, 0);
    const Order third = epochOf(forwards, 2);

    DataOrder jumping{records, 7, true};
    for (std::int64_t place = records - 1; place >= 0; --place) {
        EXPECT_EQ(jumping.at(2 * records + place), third[static_cast<std::size_t>(place)]);
        EXPECT_EQ(jumping.at(place), first[static_cast<std::size_t>(place)]);
    }
}

TEST(DataOrder, OneRecordIsItsOwnOrder)
{
    DataOrder order{1, 42, true};
    EXPECT_EQ(order.at(0), 0);
    EXPECT_EQ(order.at(5), 0);
}

} // namespace

} // namespace nextquill::train
