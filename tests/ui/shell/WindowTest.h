// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"

#include "ui/shell/MainWindow.h"
#include "ui/widgets/Theme.h"

#include "tests/support/OwnDeviceLocks.h"
#include "tests/support/OwnUserFolders.h"
#include "tests/support/TemporaryFolder.h"

#include <QApplication>
#include <QTest>

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>

namespace nextquill::ui {

/// The real window on a project with the built-in sample, settings in a folder of its own.
class WindowTest : public ::testing::Test
{
protected:
    void SetUp() override;
    void TearDown() override;

    /// Makes the project (849 reviews) and opens it.
    void openSample();
    /// Waits until `condition` holds, for as long as a slow machine may need.
    static bool waitFor(const std::function<bool()>& condition);

    template<typename Widget>
    Widget& find(const QString& name, QWidget* in = nullptr)
    {
        auto* widget = (in ? in : m_window.get())->findChild<Widget*>(name);
        if (!widget) {
            throw std::runtime_error{"there is no widget " + name.toStdString()};
        }
        return *widget;
    }

    /// A review with at least four earlier ones of its user.
    [[nodiscard]] ExampleId someExample() const;

    testing::TemporaryFolder m_folder;
    testing::OwnDeviceLocks m_locks{m_folder};
    testing::OwnUserFolders m_user{m_folder};
    std::filesystem::path m_project;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace nextquill::ui
