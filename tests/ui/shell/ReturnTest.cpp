// SPDX-License-Identifier: GPL-3.0-or-later
//
// A project that is opened again shows what its user saw last.
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/workflow/ModelRegistry.h"

#include "ui/inspect/InspectView.h"
#include "ui/project/ExamplePicker.h"
#include "ui/project/ModelBox.h"
#include "ui/project/ProjectSession.h"

#include "tests/support/Fixtures.h"
#include "tests/ui/shell/WindowTest.h"

#include <QComboBox>
#include <QListView>
#include <QTabWidget>

namespace nextquill::ui {
namespace {

class ReturnTest : public WindowTest
{
protected:
    [[nodiscard]] ExamplePicker& picker()
    {
        auto* picker = m_window->inspect().findChild<ExamplePicker*>();
        if (picker == nullptr) {
            throw std::runtime_error{"Inspect has no list of texts"};
        }
        return *picker;
    }
    QComboBox& box(const char* name) { return find<QComboBox>(QString::fromLatin1(name)); }

    /// Chooses the second text of the third user by hand; returns which that is.
    ExampleId chooseText()
    {
        auto& users = find<QListView>(QStringLiteral("exampleUsers"), &picker());
        auto& texts = find<QListView>(QStringLiteral("exampleTexts"), &picker());
        EXPECT_TRUE(waitFor([&] { return texts.model()->rowCount() > 0; }));
        const auto first = picker().current();
        users.setCurrentIndex(users.model()->index(2, 0));
        EXPECT_TRUE(waitFor([&] { return picker().current() && picker().current() != first; }));
        texts.setCurrentIndex(texts.model()->index(1, 0));
        return picker().current().value();
    }
    /// Ends the program and starts it again, with the same project.
    void restart()
    {
        m_window->close();
        m_window = std::make_unique<MainWindow>(*m_theme);
        m_window->show();
        m_window->openFile(m_project);
        ASSERT_TRUE(waitFor([this] { return m_window->session().isOpen(); }));
    }
};

TEST_F(ReturnTest, ToThePlaceTheTextAndHowItWasLookedAt)
{
    openSample();
    m_window->showPlace(MainWindow::Inspect);
    const ExampleId chosen = chooseText();
    box("measure").setCurrentIndex(2);
    box("unit").setCurrentIndex(1);
    find<QTabWidget>(QStringLiteral("inspectTabs")).setCurrentIndex(3);
    restart();
    EXPECT_TRUE(m_window->inspect().isVisible());
    EXPECT_TRUE(waitFor([&] { return picker().current() == chosen; }));
    EXPECT_EQ(box("measure").currentIndex(), 2);
    EXPECT_EQ(box("unit").currentIndex(), 1);
    EXPECT_EQ(find<QTabWidget>(QStringLiteral("inspectTabs")).currentIndex(), 3);
}

TEST_F(ReturnTest, ToANeighbourWhereTheTextIsExcludedSince)
{
    openSample();
    m_window->showPlace(MainWindow::Inspect);
    const ExampleId chosen = chooseText();
    m_window->closeProject();
    {
        const auto project = store::Project::open(m_project, store::OpenMode::ReadWrite);
        store::Histories{*project}.setExcluded({chosen}, true, "Exclude 1 review");
    }
    restart();
    ASSERT_TRUE(waitFor([&] { return picker().current().has_value(); }));
    EXPECT_NE(picker().current(), chosen);
    const auto project = store::Project::open(m_project, store::OpenMode::ReadOnly);
    const store::Histories histories{*project};
    EXPECT_EQ(histories.findReview(*picker().current())->user, histories.findReview(chosen)->user);
}

TEST_F(ReturnTest, ToTheModelWhereItIsStillInTheList)
{
    NEXTQUILL_NEED_SHARED(first, "fixtures/models/tiny-qwen2");
    NEXTQUILL_NEED_SHARED(second, "fixtures/models/tiny-llama");
    workflow::ModelRegistry{}.add({.name = "qwen", .path = first});
    workflow::ModelRegistry{}.add({.name = "llama", .path = second});
    openSample();
    auto& box = find<ModelBox>(QStringLiteral("inspectModel"));
    ASSERT_TRUE(waitFor([&] { return box.findData(QStringLiteral("llama")) >= 0; }));
    for (const QString& name : {QStringLiteral("llama"), QStringLiteral("qwen")}) {
        m_window->inspect().useModel(name);
        restart();
        auto& again = find<ModelBox>(QStringLiteral("inspectModel"));
        EXPECT_TRUE(waitFor([&] { return again.model() == name; })) << qPrintable(again.model());
    }
    workflow::ModelRegistry{}.remove("qwen");
    restart();
    auto& again = find<ModelBox>(QStringLiteral("inspectModel"));
    ASSERT_TRUE(waitFor([&] { return again.count() > 1; }));
    EXPECT_NE(again.model(), QStringLiteral("qwen"));
}

} // namespace
} // namespace nextquill::ui
