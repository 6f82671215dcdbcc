// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/import/ImportDesk.h"

#include "core/base/Error.h"
#include "core/store/Histories.h"

#include "ui/histories/import/InterruptedImportBar.h"
#include "ui/project/ProjectSession.h"

#include "tests/core/store/TemporaryProject.h"
#include "tests/support/SmallDisk.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableWidget>
#include <QTest>

#include <gtest/gtest.h>

#include <functional>

namespace nextquill::ui {
namespace {

/// A project whose import of 12,000 reviews was ended by a full disk.
class ImportDeskTest : public ::testing::Test
{
protected:
    void SetUp() override
    {
        m_file = m_temporary.folder.write("r.jsonl", testing::histories(1'000, 12));
        QObject::connect(
            &m_session, &ProjectSession::noticed, &m_session,
            [this](const QString& text, const QString& action, const std::function<void()>& act) {
                m_notice = text;
                m_noticeAction = action;
                m_act = act;
            });
        m_bar.resize(900, 60);
    }

    void fillTheDisk()
    {
        NoProgress quiet;
        const testing::SmallDisk small{5 << 18};
        EXPECT_THROW(
            static_cast<void>(store::importReviews(*m_temporary.project, {m_file}, {}, {}, quiet)),
            Error);
        kept = reviews();
        ASSERT_GT(kept, 0);
        ASSERT_LT(kept, 12'000);
    }

    void open(bool readOnly = false) { m_session.setProject(m_temporary.file(), readOnly); }

    std::int64_t reviews()
    {
        const auto project = store::Project::open(m_temporary.file(), store::OpenMode::ReadOnly);
        return store::Histories{*project}.counts().reviews;
    }

    static bool waitFor(const std::function<bool()>& condition)
    {
        return QTest::qWaitFor(condition, 60'000);
    }

    void press(const char* name)
    {
        auto* button = m_bar.findChild<QPushButton*>(QString::fromLatin1(name));
        ASSERT_NE(button, nullptr);
        button->setFocus();
        QTest::keyClick(button, Qt::Key_Space);
    }

    QString text()
    {
        QString all;
        for (const QLabel* label : m_bar.findChildren<QLabel*>()) {
            all += label->text();
        }
        return all;
    }

    testing::TemporaryProject m_temporary;
    std::filesystem::path m_file;
    ProjectSession m_session;
    QWidget m_window;
    ImportDesk m_desk{m_session, &m_window};
    InterruptedImportBar m_bar{m_session, m_desk, &m_window};
    QString m_notice;
    QString m_noticeAction;
    std::function<void()> m_act;
    std::int64_t kept = 0;
};

TEST_F(ImportDeskTest, OffersToGoOnWithAnInterruptedImport)
{
    fillTheDisk();
    open();
    ASSERT_TRUE(waitFor([this] { return !m_bar.isHidden(); }));
    EXPECT_TRUE(text().contains(QStringLiteral("r.jsonl was interrupted"))) << text().toStdString();
    EXPECT_TRUE(text().contains(QLocale{}.toString(qlonglong{kept}))) << text().toStdString();
    press("resumeImport");
    ASSERT_TRUE(waitFor([this] { return !m_notice.isEmpty(); }));
    EXPECT_TRUE(m_bar.isHidden());
    EXPECT_EQ(reviews(), 12'000);
    EXPECT_TRUE(m_notice.contains(QLocale{}.toString(12'000))) << m_notice.toStdString();
    QSignalSpy looked{&m_session, &ProjectSession::dataChanged};
    m_session.announceData();
    EXPECT_TRUE(waitFor([&] { return looked.count() > 0; }));
    EXPECT_TRUE(m_bar.isHidden()) << "it asks again";
}

TEST_F(ImportDeskTest, OffersToTakeItBack)
{
    fillTheDisk();
    open();
    ASSERT_TRUE(waitFor([this] { return !m_bar.isHidden(); }));
    press("rollBackImport");
    ASSERT_TRUE(waitFor([this] { return !m_notice.isEmpty(); }));
    EXPECT_EQ(reviews(), 0);
    EXPECT_TRUE(m_bar.isHidden());
}

TEST_F(ImportDeskTest, OffersToKeepWhatIsThere)
{
    fillTheDisk();
    open();
    ASSERT_TRUE(waitFor([this] { return !m_bar.isHidden(); }));
    QSignalSpy changed{&m_session, &ProjectSession::dataChanged};
    press("keepImport");
    ASSERT_TRUE(waitFor([&] { return changed.count() > 0; }));
    EXPECT_EQ(reviews(), kept);
    const auto project = store::Project::open(m_temporary.file(), store::OpenMode::ReadOnly);
    EXPECT_EQ(store::imports(*project).at(0).state, store::ImportState::Done);
}

TEST_F(ImportDeskTest, AsksNothingWhereNothingCanBeWritten)
{
    fillTheDisk();
    open(true);
    QCoreApplication::processEvents();
    EXPECT_TRUE(m_bar.isHidden());
    m_desk.askAbout({m_file});
    EXPECT_TRUE(m_notice.contains(QStringLiteral("may write")));
}

TEST_F(ImportDeskTest, OffersToUndoWhatItImported)
{
    open();
    m_desk.start({.files = {m_file}, .settings = {}, .keptOfUserItem = {}});
    ASSERT_TRUE(waitFor([this] { return !m_notice.isEmpty(); }));
    EXPECT_EQ(reviews(), 12'000);
    ASSERT_TRUE(m_act);
    m_notice.clear();
    m_act();
    ASSERT_TRUE(waitFor([this] { return !m_notice.isEmpty(); }));
    EXPECT_EQ(reviews(), 0);
}

TEST_F(ImportDeskTest, TriesRejectedLinesAgainThatAreAskedFor)
{
    NoProgress quiet;
    const auto file =
        m_temporary.folder.write("other.jsonl", R"({"who": "a", "note": "two", "at": 2})"
                                                "\n"
                                                R"({"who": "b", "note": "three", "at": 3})"
                                                "\n");
    static_cast<void>(store::importReviews(*m_temporary.project, {file},
                                           {.format = store::SourceFormat::Jsonl,
                                            .map = {.user = "who", .text = "body", .time = "at"}},
                                           {}, quiet));
    open();
    m_window.show();
    m_desk.askAboutRejects({.contains = "three"});
    auto* const lines = m_window.findChild<QTableWidget*>(QStringLiteral("retryLines"));
    ASSERT_NE(lines, nullptr);
    ASSERT_TRUE(waitFor([&] { return lines->rowCount() == 1; }));
    auto* const text = m_window.findChild<QComboBox*>(QStringLiteral("retry-text"));
    ASSERT_NE(text, nullptr);
    text->setFocus();
    QTest::keyClicks(text, QStringLiteral("note"));
    m_window.findChild<QPushButton*>(QStringLiteral("retry"))->click();
    ASSERT_TRUE(waitFor([this] { return !m_notice.isEmpty(); }));
    EXPECT_EQ(reviews(), 1);
    EXPECT_EQ(store::Histories{*m_temporary.project}.counts().rejects, 1);
}

TEST_F(ImportDeskTest, ExcludesRepeatedReviewsWhereItIsToldTo)
{
    const auto file =
        m_temporary.folder.write("s.jsonl", testing::reviewLine("u", "i", 20, "late") +
                                                testing::reviewLine("u", "i", 10, "early") +
                                                testing::reviewLine("u", "j", 30, "other"));
    open();
    m_desk.start({.files = {file}, .settings = {}, .keptOfUserItem = curate::KeepRule::Earliest});
    ASSERT_TRUE(waitFor([this] { return !m_notice.isEmpty(); }));
    EXPECT_EQ(reviews(), 2);
    const auto project = store::Project::open(m_temporary.file(), store::OpenMode::ReadOnly);
    EXPECT_EQ(store::Histories{*project}.counts().excluded, 1);
    EXPECT_TRUE(store::Histories{*project}.findReview(ReviewId{1})->excluded);
    EXPECT_TRUE(m_notice.contains(QStringLiteral("1 repeated review(s) excluded")))
        << m_notice.toStdString();
}

TEST_F(ImportDeskTest, OffersToGoOnWithWhatAPersonStopped)
{
    NoProgress quiet;
    std::stop_source source;
    source.request_stop();
    const auto result =
        store::importReviews(*m_temporary.project, {m_file}, {}, source.get_token(), quiet);
    ASSERT_TRUE(result.stopped);
    open();
    m_bar.offer(store::imports(*m_temporary.project).at(0));
    EXPECT_FALSE(m_bar.isHidden());
    EXPECT_TRUE(text().contains(QStringLiteral("was stopped"))) << text().toStdString();
    press("resumeImport");
    ASSERT_TRUE(waitFor([this] { return !m_notice.isEmpty(); }));
    EXPECT_EQ(reviews(), 12'000);
}

} // namespace
} // namespace nextquill::ui
