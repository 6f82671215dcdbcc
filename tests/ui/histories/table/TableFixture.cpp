// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/histories/table/TableFixture.h"

#include "tests/support/BuiltInSample.h"

#include <QCoreApplication>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>

namespace nextquill::ui {

void TableTest::SetUp()
{
    QCoreApplication::setOrganizationName(QStringLiteral("nextquill-tests"));
    QCoreApplication::setApplicationName(QStringLiteral("workbench"));
    QCoreApplication::installTranslator(&m_plurals);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope,
                       QString::fromStdString(m_folder.path().string()));
    m_project = m_folder / "sample.nextquill";
    testing::writeSampleProject(m_project);
    m_session.setProject(m_project, false);
    showTable(store::TableKind::Reviews);
}

void TableTest::TearDown()
{
    m_table.reset();
    QCoreApplication::removeTranslator(&m_plurals);
}

void TableTest::showTable(store::TableKind kind)
{
    m_table = std::make_unique<HistoryTable>(m_session, kind);
    m_table->resize(1200, 700);
    m_table->show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(m_table.get()));
    settle();
}

void TableTest::settle()
{
    ASSERT_TRUE(waitFor([this] {
        if (model().isAsking() || model().isCounting()) {
            return false;
        }
        const int rows = model().rowCount();
        const int first = grid().rowAt(0);
        const int bottom = grid().rowAt(grid().viewport()->height() - 1);
        const int last = bottom < 0 ? rows - 1 : bottom;
        // The scroll bar follows the rows a moment later.
        const bool laidOut = grid().verticalScrollBar()->maximum() >= rows - (last - first + 1);
        return rows == 0 || (laidOut && first >= 0 && model().row(first) != nullptr &&
                             model().row(last) != nullptr);
    }));
}

void TableTest::filter(const char* name, const char* typed)
{
    const QSignalSpy answered{&model(), &HistoryTableModel::answered};
    field(name).setFocus();
    field(name).selectAll();
    QTest::keyClick(&field(name), Qt::Key_Delete);
    QTest::keyClicks(&field(name), QString::fromUtf8(typed));
    QTest::keyClick(&field(name), Qt::Key_Return);
    ASSERT_TRUE(waitFor([&] { return answered.count() > 0; })) << name << ' ' << typed;
    settle();
}

} // namespace nextquill::ui
