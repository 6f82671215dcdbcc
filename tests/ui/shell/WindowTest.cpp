// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/shell/WindowTest.h"

#include "core/store/Histories.h"
#include "core/store/Project.h"

#include "ui/project/ProjectSession.h"

#include "tests/support/BuiltInSample.h"

#include <QSettings>
#include <QTableView>

namespace nextquill::ui {

void WindowTest::SetUp()
{
    const QString folder = QString::fromStdString(m_folder.path().string());
    QCoreApplication::setOrganizationName(QStringLiteral("nextquill-tests"));
    QCoreApplication::setApplicationName(QStringLiteral("workbench"));
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder);
    m_theme = std::make_unique<Theme>(*qobject_cast<QApplication*>(QApplication::instance()));
    m_theme->apply(ThemeChoice::Light);
    m_window = std::make_unique<MainWindow>(*m_theme);
    m_window->resize(1280, 800);
    m_window->show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(m_window.get()));
}

void WindowTest::TearDown()
{
    m_window.reset();
    m_theme.reset();
}

void WindowTest::openSample()
{
    m_project = m_folder / "sample.nextquill";
    testing::writeSampleProject(m_project);
    m_window->openFile(m_project);
    ASSERT_TRUE(waitFor([this] {
        return m_window->session().isOpen() &&
               find<QTableView>(QStringLiteral("reviews")).model()->rowCount() > 0;
    }));
}

bool WindowTest::waitFor(const std::function<bool()>& condition)
{
    constexpr int patience = 180'000; // milliseconds; it ends as soon as the condition holds
    return QTest::qWaitFor(condition, patience);
}

ExampleId WindowTest::someExample() const
{
    const auto project = store::Project::open(m_project, store::OpenMode::ReadOnly);
    store::Histories histories{*project};
    for (const store::User& user : histories.users({.limit = 100})) {
        const auto timeline = histories.timeline(user.id);
        if (timeline.size() >= 6) {
            return timeline.front().review.id; // newest first
        }
    }
    throw std::runtime_error{"the sample has no user with six texts"};
}

} // namespace nextquill::ui
