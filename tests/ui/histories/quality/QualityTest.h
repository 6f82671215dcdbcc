// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Histories.h"

#include "ui/project/ProjectSession.h"
#include "ui/widgets/EnglishPlurals.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/Theme.h"

#include "tests/core/store/TemporaryProject.h"

#include <QApplication>
#include <QPushButton>
#include <QTest>
#include <QWidget>

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

namespace nextquill::ui {

/// A tab on a project that a test fills, closed meanwhile: the window opens it as it needs.
template<typename Tab>
class QualityTest : public ::testing::Test
{
protected:
    QualityTest() { QApplication::installTranslator(&m_plurals); }
    ~QualityTest() override { QApplication::removeTranslator(&m_plurals); }

    void open(const std::string& lines, const std::function<void(store::Project&)>& then = {})
    {
        m_files.import(lines);
        if (then) {
            then(*m_files.project);
        }
        m_files.project.reset();
        QObject::connect(&m_session, &ProjectSession::failed, &m_session,
                         [this](const Failure& failure) { m_failure = failure.problem; });
        m_tab = std::make_unique<Tab>(m_session);
        m_tab->resize(1280, 800);
        m_tab->show();
        m_session.setProject(m_files.file(), false);
        ASSERT_TRUE(QTest::qWaitForWindowExposed(m_tab.get()));
    }
    /// Of the project as it is on the disk.
    template<typename Value>
    Value ask(const std::function<Value(store::Project&)>& question) const
    {
        const auto project = store::Project::open(m_files.file(), store::OpenMode::ReadOnly);
        return question(*project);
    }
    [[nodiscard]] std::int64_t excluded() const
    {
        return ask<std::int64_t>(
            [](store::Project& project) { return store::Histories{project}.counts().excluded; });
    }
    static bool waitFor(const std::function<bool()>& condition)
    {
        return QTest::qWaitFor(condition, 60'000);
    }
    template<typename Widget>
    Widget& find(const char* name)
    {
        auto* widget = m_tab->template findChild<Widget*>(QString::fromLatin1(name));
        if (widget == nullptr) {
            throw std::runtime_error{std::string{"no widget "} + name};
        }
        return *widget;
    }
    MessageBar& message()
    {
        auto* bar = m_tab->template findChild<MessageBar*>();
        if (bar == nullptr) {
            throw std::runtime_error{"no message bar"};
        }
        return *bar;
    }
    /// As a user does: by the keyboard.
    void press(const char* button)
    {
        auto& widget = find<QPushButton>(button);
        ASSERT_TRUE(waitFor([&] { return widget.isEnabled() && widget.isVisible(); })) << button;
        widget.setFocus();
        QTest::keyClick(&widget, Qt::Key_Space);
    }
    void pressUndo()
    {
        for (auto* button : message().template findChildren<QPushButton*>()) {
            if (button->isVisible() && button->text() == QStringLiteral("Undo")) {
                QTest::mouseClick(button, Qt::LeftButton);
                return;
            }
        }
        FAIL() << "there is no Undo";
    }
    /// Pictures of the tab, light and dark, where $NEXTQUILL_PICTURES names a folder.
    void takePictures(const QString& name)
    {
        const QString folder = qEnvironmentVariable("NEXTQUILL_PICTURES");
        if (folder.isEmpty()) {
            return;
        }
        Theme theme{*qobject_cast<QApplication*>(QApplication::instance())};
        for (const auto& [choice, ground] :
             {std::pair{ThemeChoice::Light, "light"}, std::pair{ThemeChoice::Dark, "dark"}}) {
            theme.apply(choice);
            for (const QSize size : {QSize{1280, 800}, QSize{1920, 1080}}) {
                m_tab->resize(size);
                QTest::qWait(50);
                m_tab->grab().save(QStringLiteral("%1/%2-%3-%4.png")
                                       .arg(folder, name, QString::fromLatin1(ground))
                                       .arg(size.width()));
            }
        }
    }

    EnglishPlurals m_plurals;
    testing::TemporaryProject m_files;
    ProjectSession m_session;
    QString m_failure;
    std::unique_ptr<Tab> m_tab;
};

} // namespace nextquill::ui
