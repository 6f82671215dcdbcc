// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/distributed/Collectives_torch.h"
#include "core/train/distributed/FlatLayout_torch.h"

#include "tests/core/train/distributed/RankThreads_torch.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <array>
#include <gmock/gmock.h>

namespace nextquill::train {

namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::onRanks;

TEST(ProcessGroup, OfOneGivesBackWhatItGets)
{
    ProcessGroup& one = oneProcess();
    EXPECT_TRUE(one.isAlone());
    EXPECT_TRUE(one.leads());
    EXPECT_THAT(one.sum({1.5, 2}), ElementsAre(1.5, 2));
    EXPECT_TRUE(one.any(true));
    EXPECT_FALSE(one.any(false));
    EXPECT_EQ(one.fromLead("text"), "text");
}

TEST(ProcessGroup, SumsAndSpreads)
{
    const auto thrown = onRanks(3, [](ProcessGroup& group) {
        const double rank = group.rank();
        EXPECT_THAT(group.sum({rank, 0.5}), ElementsAre(3, 1.5));
        EXPECT_TRUE(group.any(group.rank() == 2));
        EXPECT_FALSE(group.any(false));
        EXPECT_EQ(group.fromLead(group.leads() ? "of zero" : "of others"), "of zero");
        EXPECT_EQ(group.fromLead(group.leads() ? "" : "of others"), "");
        EXPECT_EQ(group.size(), 3);
        group.waitForAll();
    });
    EXPECT_THAT(thrown, Each(IsEmpty()));
}

TEST(ProcessGroup, DoesThatWithTensors)
{
    for (const auto type : {torch::kFloat, torch::kDouble}) {
        const auto thrown = onRanks(4, [type](ProcessGroup& group) {
            Collectives& all = group.tensors();
            const int rank = group.rank();
            // Row r of each rank's: 10 · its rank + r.
            torch::Tensor whole = torch::empty({4, 3}, type);
            for (int row = 0; row < 4; ++row) {
                whole[row].fill_(10 * rank + row);
            }
            torch::Tensor part = torch::empty({3}, type);
            all.reduceScatter(part, whole);
            EXPECT_TRUE(torch::equal(part, torch::full({3}, 60 + 4 * rank, type)));

            torch::Tensor gathered = torch::zeros({4, 3}, type);
            all.allGather(gathered, part);
            EXPECT_EQ(gathered[2][1].item<double>(), 68);
            torch::Tensor onLead = torch::zeros({4, 3}, type);
            all.gather(onLead, part);
            EXPECT_EQ(onLead[3][0].item<double>(), group.leads() ? 72 : 0);

            torch::Tensor sum = torch::full({2}, rank, type);
            all.allReduce(sum);
            EXPECT_EQ(sum[1].item<double>(), 6);
            torch::Tensor told = torch::full({2}, rank + 5, type);
            all.broadcast(told);
            EXPECT_EQ(told[0].item<double>(), 5);
        });
        EXPECT_THAT(thrown, Each(IsEmpty()));
    }
}

TEST(ProcessGroup, RanksWithAnotherTaskDoNotMeet)
{
    const auto nothing = [](ProcessGroup& /*group*/) {};
    const auto card = [](int rank) { return rank == 2 ? "lr = 2" : "lr = 1"; };
    const auto thrown = onRanks(3, nothing, card);
    EXPECT_THAT(thrown[0], HasSubstr("rank 2 has another program, command line or settings"));
    EXPECT_THAT(thrown[1], HasSubstr("rank 2 has another"));
}

TEST(ProcessGroup, RanksWithAnotherSecretDoNotMeet)
{
    const auto nothing = [](ProcessGroup& /*group*/) {};
    const auto thrown = onRanks(2, nothing, {}, [](Launch& launch) {
        launch.secret = launch.rank == 0 ? "ours" : "theirs";
    });
    EXPECT_THAT(thrown[0], HasSubstr("rank 1 has another NEXTQUILL_JOB_SECRET"));
    EXPECT_THAT(thrown[1], HasSubstr("rank 0 has another NEXTQUILL_JOB_SECRET"));
}

TEST(ProcessGroup, ARankThatDoesNotComeIsNamed)
{
    const auto nothing = [](ProcessGroup& /*group*/) {};
    const auto thrown = onRanks(2, nothing, {}, [](Launch& launch) { launch.ranks = 4; });
    EXPECT_THAT(thrown, Each(HasSubstr("of 4 ranks these did not come in time: 2, 3")));
}

TEST(ProcessGroup, ARestartedJobDoesNotReadWhatTheFirstOneLeft)
{
    // The same store for both attempts, as torchrun's is.
    const auto thrown = onRanks(
        2, [](ProcessGroup& group) { group.waitForAll(); }, {},
        [](Launch& launch) { launch.attempt = 1; });
    EXPECT_THAT(thrown, Each(IsEmpty()));
}

std::string textOf(const std::vector<FlatLayout::Piece>& pieces)
{
    std::string text;
    for (const FlatLayout::Piece& piece : pieces) {
        text += std::to_string(piece.tensor) + "[" + std::to_string(piece.begin) + "," +
                std::to_string(piece.end) + ")@" + std::to_string(piece.place) + " ";
    }
    return text;
}

TEST(FlatLayout, CutsTensorsIntoEqualShares)
{
    const std::vector<std::int64_t> elements{10, 30, 1};
    const FlatLayout layout{elements, 2, 16};
    EXPECT_EQ(layout.share(), 32); // the tensors lie at 0, 16 and 48
    EXPECT_EQ(textOf(layout.piecesOf(0)), "0[0,10)@0 1[0,16)@16 ");
    EXPECT_EQ(textOf(layout.piecesOf(1)), "1[16,30)@0 2[0,1)@16 ");
    EXPECT_EQ(textOf(layout.pieces(8, 18)), "0[8,10)@0 1[0,2)@8 ");
    EXPECT_EQ(textOf(layout.pieces(49, 99)), "");
    EXPECT_EQ(textOf(FlatLayout{elements, 8, 16}.piecesOf(5)), "");
    EXPECT_EQ(textOf(FlatLayout{elements, 1, 1}.piecesOf(0)), "0[0,10)@0 1[0,30)@10 2[0,1)@40 ");
}

TEST(FlatLayout, CutsBetweenBlocksOfCodesAlone)
{
    for (const int ranks : {2, 3, 4, 7}) {
        const FlatLayout layout{{1000, 256, 1, 5000, 300}, ranks};
        std::int64_t all = 0;
        for (int rank = 0; rank < ranks; ++rank) {
            std::int64_t end = 0;
            for (const FlatLayout::Piece& piece : layout.piecesOf(rank)) {
                EXPECT_EQ(piece.begin % kernels::codeBlock, 0);
                EXPECT_EQ(piece.place % kernels::codeBlock, 0);
                EXPECT_GE(piece.place, end);
                end = piece.place + piece.end - piece.begin;
                all += piece.end - piece.begin;
            }
            EXPECT_LE(end, layout.share());
        }
        EXPECT_EQ(all, 1000 + 256 + 1 + 5000 + 300);
    }
}

TEST(FlatLayout, CopiesThereAndBack)
{
    std::vector<torch::Tensor> tensors{torch::arange(10), torch::arange(10, 40)};
    const FlatLayout layout{{10, 30}, 2, 16};
    torch::Tensor row = torch::full({16}, -1, torch::kLong);
    layout.copyOut(tensors, 5, row); // five, six places between, five
    EXPECT_TRUE(torch::equal(row.slice(0, 0, 5), torch::arange(5, 10)));
    EXPECT_TRUE(torch::equal(row.slice(0, 5, 11), torch::zeros({6}, torch::kLong)));
    EXPECT_TRUE(torch::equal(row.slice(0, 11), torch::arange(10, 15)));
    layout.copyOut(tensors, 42, row); // beyond the end: zeros
    EXPECT_TRUE(torch::equal(row.slice(0, 0, 4), torch::arange(36, 40)));
    EXPECT_TRUE(torch::equal(row.slice(0, 4), torch::zeros({12}, torch::kLong)));
    layout.copyIn(tensors, 8, torch::full({10}, 7));
    EXPECT_EQ(tensors[0][9].item<int>(), 7);
    EXPECT_EQ(tensors[1][1].item<int>(), 7);
    EXPECT_EQ(tensors[1][2].item<int>(), 12);
    std::vector<torch::Tensor> some{torch::Tensor{}, tensors[1]};
    layout.copyOut(some, 8, row);
    EXPECT_EQ(row[1].item<int>(), 0);
    EXPECT_EQ(row[10].item<int>(), 12);
}

} // namespace

} // namespace nextquill::train
