// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Histories.h"
#include "core/store/Project.h"

#include "ui/inspect/InspectView.h"
#include "ui/project/ModelBox.h"
#include "ui/widgets/TokenView.h"

#include "tests/support/Fixtures.h"
#include "tests/ui/shell/WindowTest.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace nextquill::ui {

/// The window at Inspect, with a text of the sample and a model from the disk.
class InspectWalk : public WindowTest
{
protected:
    void inspectWith(const std::filesystem::path& model)
    {
        openSample();
        m_window->showPlace(MainWindow::Inspect);
        auto& box = find<ModelBox>(QStringLiteral("inspectModel"));
        ASSERT_TRUE(waitFor([&box] { return box.count() > 0; }));
        box.setModel(QString::fromStdString(model.string()));
        m_example = someExample();
        m_window->inspect().showExample(m_example);
    }
    /// Waits for the text, and gives it the focus.
    void inspectAndWait(const std::filesystem::path& model)
    {
        inspectWith(model);
        ASSERT_TRUE(waitFor([this] { return !heatmap().text().tokens.isEmpty(); }));
        m_window->activateWindow();
        heatmap().setFocus();
    }
    /// Has each past text left out, by the key.
    void attributeAndWait()
    {
        press(Qt::Key_A);
        ASSERT_TRUE(waitFor([this] { return shown()->attribution.has_value(); }));
    }
    void press(Qt::Key key, Qt::KeyboardModifiers held = Qt::NoModifier)
    {
        QTest::keyClick(&heatmap(), key, held);
    }
    [[nodiscard]] TokenView& heatmap() { return find<TokenView>(QStringLiteral("heatmap")); }
    [[nodiscard]] std::shared_ptr<const workflow::Inspection> shown() const
    {
        return m_window->inspect().inspection();
    }
    [[nodiscard]] std::string ownText() const
    {
        const auto project = store::Project::open(m_project, store::OpenMode::ReadOnly);
        return store::Histories{*project}.example(m_example).target.text;
    }

    ExampleId m_example{};
};

/// The same with a measured text in it, if the reference model is there.
class InspectedText : public InspectWalk
{
protected:
    void SetUp() override
    {
        InspectWalk::SetUp();
        if (!model) {
            GTEST_SKIP() << "the model fixtures/models/tiny-qwen2 is not there";
        }
        inspectAndWait(*model);
    }

    std::optional<std::filesystem::path> model = testing::shared("fixtures/models/tiny-qwen2");
};

} // namespace nextquill::ui
