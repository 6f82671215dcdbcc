// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/FaithfulnessView.h"

#include "ui/inspect/CostLine.h"

#include "tests/ui/inspect/AskedHistory.h"

#include <QLabel>
#include <QPushButton>
#include <QTableWidget>

namespace nextquill::ui {
namespace {

class Faithfulnesses : public AskedHistory
{
protected:
    void SetUp() override
    {
        AskedHistory::SetUp();
        if (!m_inspection) {
            return;
        }
        m_view = std::make_unique<FaithfulnessView>(m_session);
        QObject::connect(m_view.get(), &FaithfulnessView::measured, m_view.get(),
                         [this](const FaithfulnessView::InspectionPtr& of,
                                const workflow::Faithfulness& faithfulness) {
                             auto further = std::make_shared<workflow::Inspection>(*of);
                             further->faithfulness = faithfulness;
                             m_checked = further;
                             m_view->setInspection(further, m_model);
                         });
        show(*m_view);
    }
    void TearDown() override { m_view.reset(); }

    std::unique_ptr<FaithfulnessView> m_view;
    FaithfulnessView::InspectionPtr m_checked;
};

TEST_F(Faithfulnesses, NeedTheEffectsOfPastTexts)
{
    m_view->setInspection(m_inspection, m_model);
    EXPECT_FALSE(find<QPushButton>(*m_view, "checkAttribution").isEnabled());
    EXPECT_TRUE(
        find<QLabel>(*m_view, "faithfulnessWords").text().contains(QStringLiteral("first (A)")));
    m_view->measure();
    EXPECT_FALSE(find<CostLine>(*m_view, "faithfulnessCost").isCounting());
}

TEST_F(Faithfulnesses, SayWhatTheyCostAndThenWhatWasFound)
{
    m_view->setInspection(attributed(), m_model);
    auto& cost = find<CostLine>(*m_view, "faithfulnessCost");
    ASSERT_TRUE(waitFor([&cost] { return !cost.isCounting(); }));
    EXPECT_TRUE(cost.text().contains(QStringLiteral("prompts"))) << cost.text().toStdString();
    EXPECT_EQ(m_checked, nullptr);

    find<QPushButton>(*m_view, "checkAttribution").click();
    ASSERT_TRUE(waitFor([this] { return m_checked != nullptr; }));
    const workflow::Faithfulness& found = *m_checked->faithfulness;
    const auto& table = find<QTableWidget>(*m_view, "topDrops");
    ASSERT_EQ(table.rowCount(), static_cast<int>(found.drops.size()));
    EXPECT_EQ(table.rowCount(), 2); // of three past texts
    EXPECT_EQ(table.item(1, 0)->text(), QStringLiteral("2"));
    EXPECT_FALSE(table.item(1, 1)->text().isEmpty());
    const QString words = find<QLabel>(*m_view, "faithfulnessWords").text();
    EXPECT_TRUE(words.contains(QStringLiteral("LDS; 1 is perfect"))) << words.toStdString();
    EXPECT_TRUE(words.contains(QStringLiteral("bits"))) << words.toStdString();
    EXPECT_FALSE(find<QPushButton>(*m_view, "checkAttribution").isEnabled());
}

} // namespace
} // namespace nextquill::ui
