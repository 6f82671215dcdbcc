// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Project.h"

#include "ui/project/ProjectSession.h"
#include "ui/widgets/EnglishPlurals.h"
#include "ui/widgets/Theme.h"

#include "tests/support/BuiltInSample.h"
#include "tests/support/TemporaryFolder.h"

#include <QApplication>
#include <QDir>
#include <QPixmap>
#include <QTest>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <stdexcept>

namespace nextquill::ui {

/// A widget on a project with the built-in sample (849 reviews of 78 users), offscreen.
class WidgetOnProject : public ::testing::Test
{
protected:
    void SetUp() override
    {
        qApp->installTranslator(&m_plurals);
        m_file = m_folder / "sample.nextquill";
        testing::writeSampleProject(m_file);
    }

    /// The project as another program has it: for what a widget did not do itself.
    [[nodiscard]] std::unique_ptr<store::Project> project() const
    {
        return store::Project::open(m_file, store::OpenMode::ReadWrite);
    }

    void open() { m_session.setProject(m_file, false); }

    static bool waitFor(const std::function<bool()>& condition)
    {
        return QTest::qWaitFor(condition, 60'000);
    }

    template<typename Widget>
    Widget& find(QWidget& in, const char* name)
    {
        auto* widget = in.findChild<Widget*>(QString::fromLatin1(name));
        if (widget == nullptr) {
            throw std::runtime_error{std::string{"no widget "} + name};
        }
        return *widget;
    }

    /// Saves pictures in both themes and two sizes where NEXTQUILL_PICTURES names a folder.
    void photograph(QWidget& widget, const QString& name)
    {
        const QString folder = qEnvironmentVariable("NEXTQUILL_PICTURES");
        if (folder.isEmpty()) {
            return;
        }
        Theme theme{*qApp};
        for (const auto& [choice, word] :
             {std::pair{ThemeChoice::Light, "light"}, std::pair{ThemeChoice::Dark, "dark"}}) {
            theme.apply(choice);
            QTest::qWait(50);
            static_cast<void>(widget.grab().save(QDir{folder}.filePath(
                name + QLatin1Char('-') + QString::fromLatin1(word) + QStringLiteral(".png"))));
        }
    }

    EnglishPlurals m_plurals;
    testing::TemporaryFolder m_folder;
    std::filesystem::path m_file;
    ProjectSession m_session;
};

} // namespace nextquill::ui
