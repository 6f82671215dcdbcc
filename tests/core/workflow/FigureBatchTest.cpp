// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/FigureBatch.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/workflow/Figure.h"

#include "tests/core/workflow/SampleProject.h"

#include <gmock/gmock.h>

namespace nextquill::workflow {
namespace {

using ::testing::HasSubstr;

class FigureBatches : public testing::SampleProject
{
protected:
    void SetUp() override
    {
        SampleProject::SetUp();
        if (!IsSkipped()) {
            m_decoder = decoder();
            m_settings.budget.promptTokens = 400;
            m_settings.budget.maximumReviews = 2;
            m_settings.target.targetTokens = 64;
            m_batch.folder = m_folder / "figures";
            const store::Split split = smallSplit();
            m_examples = store::Splits{*m_project}.examples(split.id, store::SplitPart::Train);
            m_examples.resize(3);
        }
    }

    FigureBatchResult write(const StopToken& stop = {})
    {
        return writeFigures(*m_project, m_examples, *m_decoder, "tiny", m_settings, m_batch, stop,
                            m_progress);
    }

    std::unique_ptr<model::Decoder> m_decoder;
    ExampleSettings m_settings;
    FigureBatch m_batch;
    std::vector<ExampleId> m_examples;
};

TEST_F(FigureBatches, AreTheFiguresThatOneTextAloneHas)
{
    m_batch.figure.measure = EffectMeasure::LogRatio;
    m_batch.figure.unit = UnitKind::Word;
    const FigureBatchResult result = write();
    ASSERT_EQ(result.written.size(), 3U);
    EXPECT_TRUE(result.skipped.empty());
    for (std::size_t i = 0; i < 3; ++i) {
        const auto data = store::Histories{*m_project}.example(m_examples[i]);
        const Inspection inspection =
            inspect(data, *m_decoder, "tiny", m_settings, {}, false, {}, m_progress);
        EXPECT_EQ(result.written[i], figureFile(m_batch, m_examples[i]));
        EXPECT_EQ(readFile(result.written[i]), figureSvg(inspection, m_batch.figure));
        EXPECT_EQ(inspection.modelDigest, m_decoder->files().digest({}, m_progress));
        EXPECT_EQ(inspection.exampleDigest.size(), 64U);
        EXPECT_THAT(inspection.promptWords, HasSubstr("at most 2 past reviews and 400 tokens"));
    }
}

TEST_F(FigureBatches, GoOnWhereTheyWereStopped)
{
    createFolders(m_batch.folder);
    writeFileAtomically(figureFile(m_batch, m_examples[1]), "there");
    const FigureBatchResult rest = write();
    EXPECT_EQ(rest.written.size(), 2U);
    EXPECT_EQ(rest.kept, 1U);
    EXPECT_EQ(readFile(figureFile(m_batch, m_examples[1])), "there");
    m_batch.replaces = true;
    const FigureBatchResult all = write();
    EXPECT_EQ(all.written.size(), 3U);
    EXPECT_NE(readFile(figureFile(m_batch, m_examples[1])), "there");
}

TEST_F(FigureBatches, StopWhenAsked)
{
    std::stop_source source;
    source.request_stop();
    EXPECT_THROW(static_cast<void>(write(source.get_token())), Stopped);
    EXPECT_FALSE(std::filesystem::exists(figureFile(m_batch, m_examples[0])));
}

TEST_F(FigureBatches, PassOverATextWithoutHistoryAndSaySo)
{
    store::Histories histories{*m_project};
    const auto timeline = histories.timeline(histories.users({.limit = 1}).at(0).id);
    const auto first = std::ranges::find_if(timeline, [&](const store::ReviewRow& row) {
        return histories.example(row.review.id).history.empty();
    });
    ASSERT_NE(first, timeline.end());
    m_examples.insert(m_examples.begin(), first->review.id);
    const FigureBatchResult result = write();
    EXPECT_EQ(result.written.size(), 3U);
    ASSERT_EQ(result.skipped.size(), 1U);
    EXPECT_EQ(result.skipped[0].example, first->review.id);
    EXPECT_THAT(result.skipped[0].reason, HasSubstr("no history"));
}

TEST_F(FigureBatches, RefuseAnUnknownFormat)
{
    m_batch.extension = "docx";
    EXPECT_THROW(static_cast<void>(write()), Error);
    EXPECT_FALSE(std::filesystem::exists(m_batch.folder));
}

} // namespace
} // namespace nextquill::workflow
