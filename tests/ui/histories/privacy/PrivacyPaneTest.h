// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Histories.h"
#include "core/store/Project.h"

#include "ui/project/ProjectSession.h"
#include "ui/widgets/EnglishPlurals.h"

#include "tests/core/store/TemporaryProject.h"

#include <QApplication>
#include <QTest>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <stdexcept>

namespace nextquill::ui {

/// A widget on a project of its own, without the window around it.
template<typename Pane>
class PaneTest : public ::testing::Test
{
protected:
    void SetUp() override { QApplication::installTranslator(&m_plurals); }
    void TearDown() override
    {
        m_pane.reset();
        QApplication::removeTranslator(&m_plurals);
    }

    void open(const std::string& lines, bool readOnly = false)
    {
        m_temporary.import(lines);
        const std::filesystem::path file = m_temporary.file();
        m_temporary.project.reset();
        m_session.setProject(file, readOnly);
        show();
    }

    void show()
    {
        m_pane = std::make_unique<Pane>(m_session);
        m_pane->resize(1280, 800);
        m_pane->QWidget::show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(m_pane.get()));
    }

    static bool waitFor(const std::function<bool()>& condition)
    {
        constexpr int patience = 60'000;
        return QTest::qWaitFor(condition, patience);
    }

    template<typename Widget>
    Widget& find(const char* name)
    {
        auto* widget = m_pane->template findChild<Widget*>(QString::fromLatin1(name));
        if (widget == nullptr) {
            throw std::runtime_error{std::string{"no widget "} + name};
        }
        return *widget;
    }

    /// What the project says now.
    template<typename Function>
    auto read(Function function)
    {
        const auto project = store::Project::open(m_temporary.file(), store::OpenMode::ReadOnly);
        return function(store::Histories{*project});
    }

    EnglishPlurals m_plurals;
    testing::TemporaryProject m_temporary;
    ProjectSession m_session;
    std::unique_ptr<Pane> m_pane;
};

} // namespace nextquill::ui
