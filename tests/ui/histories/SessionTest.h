// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Histories.h"

#include "ui/project/ProjectSession.h"
#include "ui/widgets/EnglishPlurals.h"

#include "tests/core/store/TemporaryProject.h"
#include "tests/support/OwnUserFolders.h"

#include <QApplication>
#include <QSettings>
#include <QTest>

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace nextquill::ui {

/// A session on a project of its own, and what it announces.
class SessionTest : public ::testing::Test
{
protected:
    SessionTest()
    {
        QCoreApplication::setOrganizationName(QStringLiteral("nextquill-tests"));
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope,
                           QString::fromStdString(m_temporary.folder.path().string()));
        QApplication::installTranslator(&m_plurals);
        QObject::connect(&m_session, &ProjectSession::noticed, &m_session,
                         [this](const QString& text, const QString& actionText,
                                const std::function<void()>& action) {
                             m_notices.push_back(text.toStdString());
                             m_actionText = actionText.toStdString();
                             m_action = action;
                         });
        QObject::connect(&m_session, &ProjectSession::attention, &m_session,
                         [this](const QString& text, const QString& details, const QString&,
                                const std::function<void()>&) {
                             m_notices.push_back(text.toStdString());
                             m_details = details.toStdString();
                         });
        QObject::connect(&m_session, &ProjectSession::failed, &m_session,
                         [this](const Failure& failure) {
                             m_failures.push_back(failure.problem.toStdString());
                         });
    }
    ~SessionTest() override { QApplication::removeTranslator(&m_plurals); }

    /// Puts reviews (lines of Amazon's release) into the project and opens it in the session.
    void openWith(const std::string& reviews)
    {
        if (!reviews.empty()) {
            m_temporary.import(reviews);
        }
        m_temporary.project.reset(); // the session has its own
        m_session.setProject(m_temporary.file(), m_readOnly);
    }

    /// Waits until `condition` holds, for as long as a slow machine may need.
    static bool waitFor(const std::function<bool()>& condition)
    {
        constexpr int patience = 60'000; // milliseconds; it ends as soon as the condition holds
        return QTest::qWaitFor(condition, patience);
    }

    template<typename Widget>
    static Widget& find(QWidget& in, const char* name)
    {
        auto* widget = in.findChild<Widget*>(QString::fromLatin1(name));
        if (widget == nullptr) {
            throw std::runtime_error{std::string{"there is no widget "} + name};
        }
        return *widget;
    }

    static void show(QWidget& widget)
    {
        widget.resize(1000, 700);
        widget.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&widget));
    }

    /// Reads with a connection of the test's own.
    template<typename Function>
    [[nodiscard]] auto inProject(Function function) const
    {
        const auto project = store::Project::open(m_temporary.file(), store::OpenMode::ReadOnly);
        return function(*project);
    }
    [[nodiscard]] std::int64_t excluded() const
    {
        return inProject(
            [](store::Project& project) { return store::Histories{project}.counts().excluded; });
    }
    [[nodiscard]] std::string lastNotice() const
    {
        return m_notices.empty() ? std::string{} : m_notices.back();
    }

    testing::TemporaryProject m_temporary;
    testing::OwnUserFolders m_user{m_temporary.folder};
    EnglishPlurals m_plurals;
    bool m_readOnly = false;
    std::vector<std::string> m_notices;
    std::string m_actionText;
    std::string m_details;
    std::function<void()> m_action;
    std::vector<std::string> m_failures;
    ProjectSession m_session; // last: its threads end first
};

} // namespace nextquill::ui
