// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/RecordPipe.h"

#include "core/base/Error.h"
#include "core/store/import/ReplayedRecords.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <thread>

namespace nextquill::store {
namespace {

using nextquill::testing::reviewLine;

/// So many records, then damage if it is to.
class CountedRecords final : public RecordSource
{
public:
    CountedRecords(int records, bool isDamaged, std::size_t textBytes = 10)
        : m_left{records}
        , m_isDamaged{isDamaged}
        , m_text(textBytes, 'x')
    {
    }

    std::optional<SourceText> next() override
    {
        if (m_left-- <= 0) {
            if (m_isDamaged) {
                throw Error{ErrorKind::BadInput, "it is cut short", "file", "fetch it again"};
            }
            return std::nullopt;
        }
        ++m_line;
        m_record = reviewLine("u" + std::to_string(m_line), "i", m_line, m_text);
        return SourceText{m_record, m_line, m_line * 100, {}, {}};
    }
    [[nodiscard]] std::int64_t consumedBytes() const override { return m_line * 100; }
    [[nodiscard]] std::int64_t totalBytes() const override { return 0; }

private:
    int m_left;
    bool m_isDamaged;
    std::string m_text;
    std::string m_record;
    std::int64_t m_line = 0;
};

TEST(RecordPipe, GivesAllRecordsInTheirOrder)
{
    CountedRecords source{1'234, false};
    RecordParser parser;
    NumberedNames names;
    RecordPipe pipe{source, parser, SourceFormat::Amazon2023, names};
    std::vector<std::size_t> pieces;
    std::int64_t line = 0;
    while (const auto piece = pipe.next({})) {
        pieces.push_back(piece->records.size());
        for (const ReadRecord& record : piece->records) {
            EXPECT_EQ(record.line, ++line);
            EXPECT_EQ(record.consumedBytes, line * 100);
            ASSERT_EQ(record.reviews.size(), 1U);
            EXPECT_EQ(record.reviews[0].user, "u" + std::to_string(line));
            EXPECT_EQ(record.reviews[0].content.size(), 16U);
            EXPECT_TRUE(record.original.empty());
        }
    }
    EXPECT_EQ(line, 1'234);
    EXPECT_EQ(pieces, (std::vector<std::size_t>{500, 500, 234})) << "batches would end elsewhere";
    EXPECT_FALSE(pipe.next({}));
}

TEST(RecordPipe, GivesWhatCameBeforeDamage)
{
    CountedRecords source{7, true};
    RecordParser parser;
    NumberedNames names;
    RecordPipe pipe{source, parser, SourceFormat::Amazon2023, names};
    const auto piece = pipe.next({});
    ASSERT_TRUE(piece);
    EXPECT_EQ(piece->records.size(), 7U);
    ASSERT_TRUE(piece->damage);
    EXPECT_THROW(std::rethrow_exception(piece->damage), Error);
    EXPECT_FALSE(pipe.next({}));
}

TEST(RecordPipe, ReadsNoFurtherAheadThanSomePieces)
{
    CountedRecords source{1'000'000, false, 20'000}; // 20 GB, were they kept
    RecordParser parser;
    NumberedNames names;
    RecordPipe pipe{source, parser, SourceFormat::Amazon2023, names};
    const auto piece = pipe.next({});
    ASSERT_TRUE(piece);
    EXPECT_LT(piece->records.size(), 30U); // 512 KiB
    std::stop_source stopped;
    stopped.request_stop();
    EXPECT_NO_THROW(static_cast<void>(pipe.next({})));
    // Destroyed here: the thread ends.
}

TEST(RecordPipe, StopsWhileItWaits)
{
    /// Never gives a record until it is let go.
    class Slow final : public RecordSource
    {
    public:
        std::optional<SourceText> next() override
        {
            while (!isFree) {
                std::this_thread::yield();
            }
            return std::nullopt;
        }
        [[nodiscard]] std::int64_t consumedBytes() const override { return 0; }
        [[nodiscard]] std::int64_t totalBytes() const override { return 0; }
        std::atomic<bool> isFree = false;
    };
    Slow source;
    RecordParser parser;
    NumberedNames names;
    RecordPipe pipe{source, parser, SourceFormat::Amazon2023, names};
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(static_cast<void>(pipe.next(stop.get_token())), Stopped);
    source.isFree = true;
}

TEST(ReplayedRecords, GivesWhatWasLookedAtAgain)
{
    const auto lines = recordsOfText("one\ntwo\nthree\n");
    ReplayedRecords records{*lines};
    EXPECT_EQ(records.peek()->text, "one");
    EXPECT_EQ(records.peek()->text, "two");
    std::string all;
    while (const auto record = records.next()) {
        all += std::string{record->text} + "@" + std::to_string(record->line) + ":" +
               std::to_string(record->byte) + " ";
    }
    EXPECT_EQ(all, "one@1:0 two@2:4 three@3:8 ");
}

} // namespace
} // namespace nextquill::store
