// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/Segments.h"

#include "core/base/Error.h"

#include <gtest/gtest.h>

#include <vector>

namespace nextquill::model {

namespace {

std::vector<text::TokenId> tokens(int count)
{
    std::vector<text::TokenId> ids;
    for (int i = 0; i < count; ++i) {
        ids.push_back(text::TokenId{i});
    }
    return ids;
}

TEST(SegmentedBatch, PositionsGoOnFromTheParentsEnd)
{
    SegmentedBatch batch;
    const int prefix = batch.add(-1, tokens(4));
    const int history = batch.add(prefix, tokens(5));
    batch.add(prefix, tokens(2));
    batch.add(history, tokens(1));
    EXPECT_EQ(render(batch), "a 0..4 @0 | b 4..9 @4 <- a | c 9..11 @4 <- a | d 11..12 @9 <- b");
    EXPECT_EQ(batch.end(history), 9);
    EXPECT_EQ(batch.tokens.size(), 12U);
}

TEST(SegmentedBatch, EmptySegmentsAndSeveralRootsAreFine)
{
    SegmentedBatch batch;
    const int empty = batch.add(-1, {});
    batch.add(empty, tokens(2));
    batch.add(-1, tokens(1));
    EXPECT_EQ(render(batch), "a 0..0 @0 | b 0..2 @0 <- a | c 2..3 @0");
}

TEST(SegmentedBatch, NothingRendersAsNothing)
{
    EXPECT_EQ(render(SegmentedBatch{}), "");
}

TEST(SegmentedBatch, LettersGoOnAfterZ)
{
    SegmentedBatch batch;
    for (int i = 0; i < 28; ++i) {
        batch.add(-1, {});
    }
    const std::string text = render(batch);
    EXPECT_NE(text.find("z 0..0 @0 | aa 0..0 @0 | ab 0..0 @0"), std::string::npos) << text;
}

TEST(SegmentedBatch, AParentThatIsNotThereIsRefused)
{
    SegmentedBatch batch;
    EXPECT_THROW(batch.add(0, tokens(1)), Error);
    EXPECT_THROW(batch.add(-2, tokens(1)), Error);
    batch.add(-1, tokens(1));
    EXPECT_THROW(batch.add(1, tokens(1)), Error);
    EXPECT_EQ(render(batch), "a 0..1 @0") << "what was refused must leave no trace";
}

} // namespace

} // namespace nextquill::model
