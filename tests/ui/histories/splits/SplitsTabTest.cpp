// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/splits/SplitsTab.h"

#include "core/store/Histories.h"
#include "core/store/funnel/Funnels.h"

#include "ui/histories/splits/ExportDialog.h"
#include "ui/histories/splits/SplitForm.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/EmptyState.h"

#include "tests/ui/histories/splits/WidgetOnProject.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QToolButton>

namespace nextquill::ui {
namespace {

class SplitsTabTest : public WidgetOnProject
{
protected:
    void show()
    {
        open();
        m_tab = std::make_unique<SplitsTab>(m_session);
        m_tab->resize(1'280, 800);
        m_tab->show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(m_tab.get()));
    }

    template<typename Widget>
    Widget& in(const char* name)
    {
        return find<Widget>(*m_tab, name);
    }

    QTableView& table() { return in<QTableView>("splits"); }
    int rows() { return table().model()->rowCount(); }
    QString cell(int row, int column)
    {
        return table().model()->index(row, column).data().toString();
    }
    QString counts() { return in<QLabel>("splitCounts").text(); }
    void waitForRows(int count)
    {
        ASSERT_TRUE(waitFor([this, count] { return rows() == count; })) << rows();
    }
    /// Waits until the form says how many there would be.
    void waitForCounts()
    {
        ASSERT_TRUE(waitFor([this] {
            return in<QPushButton>("makeSplit").isEnabled() && !counts().isEmpty() &&
                   !in<QLabel>("splitLeft").text().startsWith(QStringLiteral("Counting"));
        }));
    }

    std::unique_ptr<SplitsTab> m_tab;
};

TEST_F(SplitsTabTest, SaysThatThereAreNoneAndMakesTheFirstByKeyboard)
{
    show();
    ASSERT_TRUE(waitFor([this] { return m_tab->findChild<EmptyState*>()->isVisible(); }));
    photograph(*m_tab, QStringLiteral("splits-empty"));
    QTest::keyClick(m_tab.get(), Qt::Key_N, Qt::ControlModifier);
    auto& name = in<QLineEdit>("splitName");
    ASSERT_TRUE(name.isVisible());
    name.setText(QStringLiteral("study"));
    waitForCounts();
    EXPECT_TRUE(counts().contains(QStringLiteral("train"))) << counts().toStdString();
    photograph(*m_tab, QStringLiteral("splits-new"));
    const QString promised = counts();
    QTest::keyClick(&name, Qt::Key_Return, Qt::ControlModifier);
    waitForRows(1);
    EXPECT_EQ(cell(0, 0), QStringLiteral("study"));
    const store::Split made = *store::Splits{*project()}.find("study");
    EXPECT_EQ(promised, QStringLiteral("%1 train · %2 validation · %3 test")
                            .arg(made.train)
                            .arg(made.validation)
                            .arg(made.test));
    EXPECT_EQ(in<QLabel>("splitDigest").text(), shown(made.digest));
}

TEST_F(SplitsTabTest, CountsAnewWithEveryChoiceAndShowsOnlyWhatTheRuleTakes)
{
    show();
    m_tab->beginSplit();
    waitForCounts();
    const QString first = counts();
    EXPECT_TRUE(in<QSpinBox>("splitLast").isVisible());
    EXPECT_FALSE(in<QLineEdit>("splitSeed").isVisible());
    in<QSpinBox>("splitHistory").setValue(12);
    ASSERT_TRUE(waitFor([&] { return counts() != first; }));
    in<QComboBox>("splitRule").setCurrentIndex(static_cast<int>(store::SplitRule::ByTime));
    EXPECT_TRUE(in<QLineEdit>("splitTestFrom").isVisible());
    EXPECT_FALSE(in<QSpinBox>("splitLast").isVisible());
    in<QSpinBox>("splitHistory").setValue(100'000);
    ASSERT_TRUE(waitFor([this] { return !in<QPushButton>("makeSplit").isEnabled(); }));
    EXPECT_TRUE(in<QLabel>("splitLeft").text().startsWith(QStringLiteral("Nothing is left")))
        << in<QLabel>("splitLeft").text().toStdString();
    photograph(*m_tab, QStringLiteral("splits-nothing-left"));
}

TEST_F(SplitsTabTest, MakesTheNextVersionWhereTheNameIsTaken)
{
    store::Splits{*project()}.create({.name = "study"});
    show();
    waitForRows(1);
    QTest::mouseClick(&in<QPushButton>("newVersion"), Qt::LeftButton);
    EXPECT_EQ(in<QLineEdit>("splitName").text(), QStringLiteral("study"));
    EXPECT_TRUE(in<QCheckBox>("splitReplace").isVisible());
    in<QSpinBox>("splitHistory").setValue(6);
    waitForCounts();
    QTest::mouseClick(&in<QPushButton>("makeSplit"), Qt::LeftButton);
    waitForRows(2);
    EXPECT_EQ(cell(0, 0), QStringLiteral("study@2")); // the newest first
    EXPECT_EQ(store::Splits{*project()}.find("study@2")->settings.minimumHistory, 6);
}

TEST_F(SplitsTabTest, ReplacesASplitWhereThatWasAskedFor)
{
    store::Splits{*project()}.create({.name = "study"});
    show();
    waitForRows(1);
    QTest::mouseClick(&in<QPushButton>("newVersion"), Qt::LeftButton);
    in<QCheckBox>("splitReplace").setChecked(true);
    in<QSpinBox>("splitHistory").setValue(7);
    waitForCounts();
    QTest::mouseClick(&in<QPushButton>("makeSplit"), Qt::LeftButton);
    ASSERT_TRUE(waitFor([this] {
        return in<QLabel>("splitSettings").text().contains(QStringLiteral("7 earlier reviews"));
    }));
    EXPECT_EQ(rows(), 1);
}

TEST_F(SplitsTabTest, ComparesTwoAndSaysWhy)
{
    {
        const auto own = project();
        store::Splits splits{*own};
        splits.create({.name = "a"});
        splits.create({.name = "b", .minimumHistory = 9});
    }
    show();
    waitForRows(2);
    table().selectAll();
    ASSERT_TRUE(waitFor([this] {
        return in<QLabel>("splitDifference").text().contains(QStringLiteral("went out"));
    }));
    auto* const changes = in<QTableView>("splitChanges").model();
    ASSERT_TRUE(waitFor([changes] { return changes->rowCount() > 0; }));
    bool isExplained = false;
    for (int row = 0; row < changes->rowCount(); ++row) {
        isExplained = isExplained || changes->index(row, 5).data().toString().contains(
                                         QStringLiteral("fewer than 9"));
    }
    EXPECT_TRUE(isExplained);
    photograph(*m_tab, QStringLiteral("splits-compared"));
    QSignalSpy wanted{m_tab.get(), &SplitsTab::reviewWanted};
    in<QTableView>("splitChanges").selectRow(0);
    Q_EMIT in<QTableView>("splitChanges").activated(changes->index(0, 0));
    EXPECT_EQ(wanted.count(), 1);
}

TEST_F(SplitsTabTest, KeepsWhatARunUsedAndTakesTheRestAway)
{
    {
        const auto own = project();
        store::Splits splits{*own};
        splits.freeze(splits.create({.name = "used"}).id);
        splits.create({.name = "idle"});
    }
    show();
    waitForRows(2);
    EXPECT_EQ(cell(0, 0), QStringLiteral("idle"));
    table().selectRow(1);
    EXPECT_FALSE(in<QPushButton>("removeSplit").isEnabled());
    EXPECT_TRUE(in<QLabel>("splitUsedBy").text().startsWith(QStringLiteral("Frozen")));
    table().setFocus();
    QTest::keyClick(&table(), Qt::Key_C, Qt::ControlModifier);
    EXPECT_EQ(qApp->clipboard()->text(), shown(store::Splits{*project()}.find("used")->digest));
    table().selectAll();
    QTest::keyClick(&table(), Qt::Key_Delete);
    waitForRows(1);
    EXPECT_EQ(cell(0, 0), QStringLiteral("used"));
    photograph(*m_tab, QStringLiteral("splits-frozen"));
}

TEST_F(SplitsTabTest, LeadsFromTheFunnelToASplitAndFromASplitToItsExport)
{
    {
        const auto own = project();
        store::Funnels{*own}.save({.name = "few", .steps = {store::funnelStep("newest 9")}});
        static_cast<void>(store::Splits{*own}.create({.name = "study"}));
    }
    show();
    waitForRows(1);
    QTest::mouseClick(&in<QPushButton>("exportSplit"), Qt::LeftButton);
    auto* const dialog = m_tab->findChild<ExportDialog*>();
    ASSERT_NE(dialog, nullptr);
    ASSERT_TRUE(waitFor([dialog] { return dialog->settings().split == "study"; }));
    dialog->reject();
    auto& names = in<QComboBox>("funnelName");
    ASSERT_TRUE(waitFor([&names] { return names.count() == 2; }));
    names.setCurrentIndex(1);
    Q_EMIT names.activated(1);
    QTest::mouseClick(&in<QPushButton>("splitOfFunnel"), Qt::LeftButton);
    EXPECT_TRUE(in<QLineEdit>("splitName").isVisible());
    EXPECT_EQ(in<QComboBox>("splitFunnel").currentText(), QStringLiteral("few"));
    QSignalSpy wanted{m_tab.get(), &SplitsTab::filterWanted};
    QTest::mouseClick(&in<QToolButton>("step0"), Qt::LeftButton);
    EXPECT_EQ(wanted.count(), 1);
}

TEST_F(SplitsTabTest, MakesASplitOfAFunnelWithTheStepsThatItHasThen)
{
    {
        const auto own = project();
        store::Funnels{*own}.save({.name = "few", .steps = {store::funnelStep("newest 9")}});
    }
    show();
    m_tab->beginSplit(QStringLiteral("few"));
    ASSERT_TRUE(waitFor(
        [this] { return in<QComboBox>("splitFunnel").currentText() == QStringLiteral("few"); }));
    {
        const auto own = project();
        store::Funnels{*own}.save({.name = "few", .steps = {store::funnelStep("newest 6")}});
    }
    waitForCounts();
    QTest::mouseClick(&in<QPushButton>("makeSplit"), Qt::LeftButton);
    waitForRows(1);
    const store::Split made = *store::Splits{*project()}.find("few");
    ASSERT_TRUE(made.settings.funnel);
    EXPECT_EQ(made.settings.funnel->steps.at(0), store::funnelStep("newest 6"));
}

} // namespace
} // namespace nextquill::ui
