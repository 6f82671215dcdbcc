// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/ControlsPane.h"

#include "core/store/Histories.h"

#include "ui/inspect/MeasuredText.h"

#include "tests/support/Fixtures.h"
#include "tests/ui/histories/SessionTest.h"

#include <QLabel>
#include <QPushButton>
#include <QSpinBox>

namespace nextquill::ui {
namespace {

class ControlsPanes : public SessionTest
{
protected:
    void SetUp() override
    {
        NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
        openWith(testing::histories(4, 6));
        NoProgress quiet;
        MeasureRequest request;
        request.project = m_temporary.file();
        request.model = model.string();
        request.example = inProject([](store::Project& project) {
            return store::Histories{project}.timeline(UserId{1}).front().review.id;
        });
        m_inspection = measureText(*m_session.sharedModels(), request, {}, quiet).inspection;
        m_pane = std::make_unique<ControlsPane>(m_session);
        QObject::connect(m_pane.get(), &ControlsPane::measured, m_pane.get(),
                         [this](const ControlsPane::InspectionPtr& tested) { m_tested = tested; });
        show(*m_pane);
        find<QSpinBox>(*m_pane, "placebos").setValue(3);
        find<QSpinBox>(*m_pane, "resamples").setValue(4);
        m_pane->setInspection(m_inspection, QString::fromStdString(model.string()));
    }
    void TearDown() override { m_pane.reset(); }

    ControlsPane::InspectionPtr m_inspection;
    ControlsPane::InspectionPtr m_tested;
    std::unique_ptr<ControlsPane> m_pane;
};

TEST_F(ControlsPanes, SayWhatItCostsBefore)
{
    const QLabel& cost = find<QLabel>(*m_pane, "controlsCost");
    EXPECT_TRUE(waitFor([&] { return cost.text().contains(QStringLiteral("rows")); }))
        << cost.text().toStdString();
    EXPECT_EQ(m_tested, nullptr);
}

TEST_F(ControlsPanes, TestAnInspectionByOtherHistories)
{
    find<QPushButton>(*m_pane, "measureControls").click();
    ASSERT_TRUE(waitFor([this] { return m_tested != nullptr; }));
    ASSERT_TRUE(m_tested->controls);
    ASSERT_TRUE(m_tested->controls->placebo);
    EXPECT_EQ(m_tested->controls->placebo->effects.samples, 3);
    ASSERT_TRUE(m_tested->controls->resampled);
    EXPECT_EQ(m_tested->controls->resampled->effects.samples, 4);
    EXPECT_EQ(m_tested->effects.tokens.size(), m_inspection->effects.tokens.size());

    m_pane->setInspection(m_tested, QString{}); // as the inspector does
    EXPECT_EQ(m_pane->factsOf(1).size(), 3);
    EXPECT_TRUE(m_pane->factsOf(-1).isEmpty());
    EXPECT_FALSE(find<QLabel>(*m_pane, "controlsWords").text().isEmpty());
    m_pane->setToken(1);
    EXPECT_FALSE(m_pane->grab().isNull()); // draws what it knows
}

TEST_F(ControlsPanes, SayWhereThereIsNobodyElse)
{
    find<QSpinBox>(*m_pane, "placebos").setValue(0);
    find<QSpinBox>(*m_pane, "resamples").setValue(0);
    find<QPushButton>(*m_pane, "measureControls").click();
    QTest::qWait(30);
    EXPECT_EQ(m_tested, nullptr); // nothing was asked for
}

} // namespace
} // namespace nextquill::ui
