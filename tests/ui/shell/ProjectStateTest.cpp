// SPDX-License-Identifier: GPL-3.0-or-later
//
// What may happen to a project while it is open: another program holds it, its file is moved, its
// disk is full. Each gives a bar that says what to do, and goes when the fault is gone.
#include "core/store/Project.h"

#include "ui/project/ProjectSession.h"
#include "ui/project/ProjectWatch.h"
#include "ui/shell/ProjectStateBar.h"

#include "tests/ui/shell/WindowTest.h"

#include <QPushButton>

#include <fcntl.h>
#include <limits>
#include <sys/file.h>
#include <unistd.h>

namespace nextquill::ui {
namespace {

namespace fs = std::filesystem;

class ProjectStateTest : public WindowTest
{
protected:
    ProjectStateBar& bar() { return find<ProjectStateBar>(QStringLiteral("projectState")); }

    void look() { m_window->findChild<ProjectWatch*>()->look(); }

    bool saysSoon(const QString& words)
    {
        return waitFor([&] { return bar().isVisible() && bar().text().contains(words); });
    }

    void pressAction(const QString& text)
    {
        for (QPushButton* button : bar().findChildren<QPushButton*>()) {
            if (button->text() == text) {
                QTest::mouseClick(button, Qt::LeftButton);
                return;
            }
        }
        FAIL() << "there is no button " << text.toStdString();
    }
};

TEST_F(ProjectStateTest, SaysThatTheFileWasMovedUntilItIsBack)
{
    openSample();
    EXPECT_FALSE(bar().isVisible());
    const fs::path away = m_folder / "away.nextquill";
    fs::rename(m_project, away);
    look();
    ASSERT_TRUE(saysSoon(QStringLiteral("no longer at"))) << bar().text().toStdString();
    EXPECT_EQ(bar().kind(), MessageBar::Kind::Error);
    fs::rename(away, m_project);
    look();
    EXPECT_TRUE(waitFor([this] { return !bar().isVisible(); }));
}

TEST_F(ProjectStateTest, SaysThatAnotherFileHasItsPlace)
{
    openSample();
    fs::rename(m_project, m_folder / "away.nextquill");
    fs::copy_file(m_folder / "away.nextquill", m_project);
    look();
    EXPECT_TRUE(saysSoon(QStringLiteral("Another file"))) << bar().text().toStdString();
    pressAction(QStringLiteral("Open what is there"));
    EXPECT_TRUE(waitFor([this] { return !bar().isVisible(); }));
}

TEST_F(ProjectStateTest, SaysThatTheDiskIsFullUntilItIsNot)
{
    openSample();
    auto* watch = m_window->findChild<ProjectWatch*>();
    watch->setLeastSpace(std::numeric_limits<std::uint64_t>::max());
    watch->look();
    ASSERT_TRUE(saysSoon(QStringLiteral("is full"))) << bar().text().toStdString();
    EXPECT_TRUE(bar().text().contains(QStringLiteral("What was saved is safe")));
    watch->setLeastSpace(0);
    watch->look();
    EXPECT_TRUE(waitFor([this] { return !bar().isVisible(); }));
}

TEST_F(ProjectStateTest, NamesWhoHoldsTheProjectAndTriesAgain)
{
    openSample();
    m_window->closeProject();
    const std::string lock = m_project.string() + ".lock";
    const int other = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    ASSERT_TRUE(waitFor([&] { return ::flock(other, LOCK_EX | LOCK_NB) == 0; }));
    const std::string holder = "process 4711 on elsewhere\n";
    ASSERT_EQ(::ftruncate(other, 0), 0);
    ASSERT_GT(::pwrite(other, holder.data(), holder.size(), 0), 0);
    m_window->openFile(m_project);
    ASSERT_TRUE(saysSoon(QStringLiteral("process 4711 on elsewhere")))
        << bar().text().toStdString();
    EXPECT_TRUE(m_window->session().isReadOnly());
    ::close(other);
    pressAction(QStringLiteral("Try to write"));
    EXPECT_TRUE(waitFor([this] { return !m_window->session().isReadOnly(); }));
    EXPECT_TRUE(waitFor([this] { return !bar().isVisible(); }));
}

} // namespace
} // namespace nextquill::ui
