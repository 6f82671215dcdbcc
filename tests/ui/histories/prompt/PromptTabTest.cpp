// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/prompt/PromptTab.h"

#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/workflow/PromptSources.h"

#include "ui/histories/prompt/BudgetBar.h"
#include "ui/histories/prompt/TemplateEditor.h"
#include "ui/project/ModelBox.h"
#include "ui/project/ProjectSession.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/EnglishPlurals.h"
#include "ui/widgets/Theme.h"
#include "ui/widgets/TokenView.h"

#include "tests/support/BuiltInSample.h"
#include "tests/support/Fixtures.h"
#include "tests/support/OwnUserFolders.h"
#include "tests/support/TemporaryFolder.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>
#include <QTest>
#include <QTextBlock>

#include <gtest/gtest.h>

#include <functional>
#include <memory>

namespace nextquill::ui {
namespace {

class PromptTabs : public ::testing::Test
{
protected:
    void SetUp() override
    {
        NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
        m_model = QString::fromStdString(model.string());
        m_file = m_folder / "sample.nextquill";
        testing::writeSampleProject(m_file);
        m_session = std::make_unique<ProjectSession>();
        m_tab = std::make_unique<PromptTab>(*m_session);
        m_tab->resize(1280, 800);
        m_tab->show();
        m_session->setProject(m_file, false);
    }

    static bool waitFor(const std::function<bool()>& condition)
    {
        return QTest::qWaitFor(condition, 60'000);
    }

    template<typename Widget>
    Widget& find(const char* name)
    {
        auto* widget = m_tab->findChild<Widget*>(QString::fromLatin1(name));
        if (widget == nullptr) {
            throw std::runtime_error{std::string{"no widget "} + name};
        }
        return *widget;
    }

    /// The tab with a text that has at least eight reviews before it, on the tiny model.
    void showPrompt()
    {
        ASSERT_TRUE(waitFor([this] { return find<ModelBox>("promptModel").count() > 0; }));
        find<ModelBox>("promptModel").setModel(m_model);
        m_tab->showExample(exampleWith(8));
        ASSERT_TRUE(waitFor([this] { return rows() > 0; }));
    }

    [[nodiscard]] ExampleId exampleWith(std::size_t reviews) const
    {
        const auto project = store::Project::open(m_file, store::OpenMode::ReadOnly);
        const store::Histories histories{*project};
        for (const store::User& user : histories.users({.limit = 1000})) {
            for (const store::ReviewRow& row : histories.timeline(user.id)) {
                if (histories.example(row.review.id).history.size() >= reviews) {
                    return row.review.id;
                }
            }
        }
        throw std::runtime_error{"the sample has no such text"};
    }

    QAbstractItemModel& table() { return *find<QTableView>("promptHistory").model(); }
    int rows() { return table().rowCount(); }
    QString cell(int row, int column) { return table().index(row, column).data().toString(); }
    QString budget() { return find<QLabel>("budgetWords").text(); }
    TokenView& text() { return find<TokenView>("promptText"); }
    QPlainTextEdit& source() { return find<QPlainTextEdit>("templateText"); }

    void choose(const char* box, int index)
    {
        auto& combo = find<QComboBox>(box);
        combo.setCurrentIndex(index);
        Q_EMIT combo.activated(index);
    }

    /// A picture for people; only where $NEXTQUILL_PICTURES names a folder.
    void photograph(const QString& name)
    {
        const QString folder = qEnvironmentVariable("NEXTQUILL_PICTURES");
        if (!folder.isEmpty()) {
            for (const ThemeChoice theme : {ThemeChoice::Light, ThemeChoice::Dark}) {
                m_theme->apply(theme);
                for (const QSize size : {QSize{1280, 800}, QSize{1920, 1080}}) {
                    m_tab->resize(size);
                    QTest::qWait(300);
                    m_tab->grab().save(QStringLiteral("%1/%2-%3-%4.png")
                                           .arg(folder, name)
                                           .arg(theme == ThemeChoice::Light
                                                    ? QStringLiteral("light")
                                                    : QStringLiteral("dark"))
                                           .arg(size.width()));
                }
            }
            m_theme->apply(ThemeChoice::Light);
        }
    }

    nextquill::testing::TemporaryFolder m_folder;
    nextquill::testing::OwnUserFolders m_user{m_folder};
    std::filesystem::path m_file;
    QString m_model;
    std::unique_ptr<Theme> m_theme = std::make_unique<Theme>(*qApp);
    std::unique_ptr<ProjectSession> m_session;
    std::unique_ptr<PromptTab> m_tab;
};

TEST_F(PromptTabs, ShowsReviewsInAndOutTokensAndBudget)
{
    showPrompt();
    EXPECT_GE(rows(), 8);
    EXPECT_EQ(cell(0, 0), QStringLiteral("1"));
    EXPECT_TRUE(cell(0, 6).startsWith(QStringLiteral("in the prompt"))) << cell(0, 6).toStdString();
    EXPECT_EQ(cell(rows() - 1, 0), QStringLiteral("–"));
    EXPECT_TRUE(budget().contains(QStringLiteral("past reviews"))) << budget().toStdString();
    EXPECT_TRUE(text().text().text.contains(QStringLiteral("[Item Title]")));
    EXPECT_GT(text().text().tokens.size(), 50);
    photograph(QStringLiteral("prompt"));
}

TEST_F(PromptTabs, FewerReviewsLetTheOthersFallOut)
{
    showPrompt();
    ASSERT_FALSE(cell(1, 6).startsWith(QStringLiteral("beyond")));
    find<QSpinBox>("promptReviews").setValue(1);
    EXPECT_TRUE(waitFor([this] { return cell(1, 6).startsWith(QStringLiteral("beyond the 1 ")); }));
    EXPECT_TRUE(cell(rows() - 1, 6).startsWith(QStringLiteral("beyond the 1 ")));
}

TEST_F(PromptTabs, AnotherItemAsksForATextThatIsNotWritten)
{
    showPrompt();
    const int before = rows();
    auto& item = find<QLineEdit>("promptItem");
    const auto enter = [&](const QString& key) {
        item.setFocus();
        item.selectAll();
        QTest::keyClicks(&item, key);
        QTest::keyClick(&item, Qt::Key_Return);
    };
    QString asin;
    std::string title;
    {
        const auto project = store::Project::open(m_file, store::OpenMode::ReadOnly);
        const store::Item other = *store::Histories{*project}.findItem(ItemId{3});
        asin = QString::fromStdString(other.asin);
        title = store::titleOf(other);
    }
    enter(asin);
    EXPECT_TRUE(waitFor([&] { return rows() > before; })) << "all that was written, this text, too";
    EXPECT_TRUE(find<QLabel>("promptHeading").text().contains(QString::fromStdString(title)))
        << qPrintable(find<QLabel>("promptHeading").text());
    enter(QStringLiteral("none-such"));
    EXPECT_TRUE(waitFor([&] {
        const auto* empty = m_tab->findChild<EmptyState*>();
        return rows() == 0 && empty->isVisible();
    }));
    item.clear();
    QTest::keyClick(&item, Qt::Key_Return);
    EXPECT_TRUE(waitFor([&] { return rows() == before; }));
}

TEST_F(PromptTabs, AnotherSelectionRanksAnew)
{
    showPrompt();
    EXPECT_EQ(cell(0, 2), QStringLiteral("–"));
    choose("promptSelect", 1);
    EXPECT_TRUE(waitFor([this] { return cell(0, 2) != QStringLiteral("–"); }));
    EXPECT_GE(cell(0, 2), cell(1, 2));
    photograph(QStringLiteral("prompt-bm25"));
}

TEST_F(PromptTabs, EnterInTheListGoesToTheReviewInThePrompt)
{
    showPrompt();
    auto& list = find<QTableView>("promptHistory");
    list.setFocus();
    list.setCurrentIndex(table().index(0, 0));
    QTest::keyClick(&list, Qt::Key_Return);
    EXPECT_GE(text().currentToken(), 0);
    EXPECT_TRUE(find<QLabel>("promptToken").text().contains(QStringLiteral("past review 1")))
        << find<QLabel>("promptToken").text().toStdString();

    QSignalSpy wanted{m_tab.get(), &PromptTab::reviewWanted};
    list.setFocus();
    QTest::keyClick(&list, Qt::Key_T);
    ASSERT_EQ(wanted.size(), 1);
    EXPECT_GT(wanted[0][0].toLongLong(), 0);
}

TEST_F(PromptTabs, WhatIsTypedIsPreviewedSavedAndUsed)
{
    showPrompt();
    find<QTabWidget>("promptSides").setCurrentIndex(2);
    QString edited = source().toPlainText();
    edited.replace(QStringLiteral("[Item Title]: {item_title}\n[Item D"),
                   QStringLiteral("[About]: {item_title}\n[Item D"));
    source().setPlainText(edited);
    EXPECT_TRUE(
        waitFor([this] { return text().text().text.contains(QStringLiteral("[About]: ")); }));
    photograph(QStringLiteral("prompt-template"));

    auto& name = find<QLineEdit>("templateName");
    EXPECT_EQ(name.text(), QStringLiteral("my-nextquill"));
    name.setText(QStringLiteral("mine"));
    source().setFocus();
    QTest::keyClick(&source(), Qt::Key_S, Qt::ControlModifier);
    ASSERT_TRUE(waitFor([this] {
        return find<QComboBox>("promptTemplate").currentText() == QStringLiteral("mine@1");
    }));
    auto& use = find<QPushButton>("promptUse");
    ASSERT_TRUE(waitFor([&use] { return use.isEnabled(); }));
    use.click();
    EXPECT_TRUE(waitFor([&use] { return !use.isEnabled(); }));
    const auto project = store::Project::open(m_file, store::OpenMode::ReadOnly);
    EXPECT_EQ(store::Templates{*project}.choice().templateName, "mine@1");
}

TEST_F(PromptTabs, WhatIsWrongInATemplateStandsBelowItAndF8GoesThere)
{
    showPrompt();
    find<QTabWidget>("promptSides").setCurrentIndex(2);
    const QString before = text().text().text;
    source().setPlainText(
        source().toPlainText().replace(QStringLiteral("{rating}"), QStringLiteral("{stars}")));
    auto& problem = find<QLabel>("templateProblem");
    ASSERT_TRUE(waitFor([&problem] { return problem.text().startsWith(QStringLiteral("Line ")); }));
    EXPECT_TRUE(problem.text().contains(QStringLiteral("{stars}")));
    EXPECT_FALSE(find<QPushButton>("templateSave").isEnabled());
    EXPECT_EQ(text().text().text, before);
    photograph(QStringLiteral("prompt-template-error"));
    source().setFocus();
    QTest::keyClick(&source(), Qt::Key_F8);
    EXPECT_TRUE(source().textCursor().block().text().contains(QStringLiteral("{stars}")));
    find<QPushButton>("templateRevert").click();
    EXPECT_TRUE(waitFor([&problem] { return problem.text().isEmpty(); }));
}

TEST_F(PromptTabs, AModelThatIsNotThereIsSaid)
{
    showPrompt();
    find<ModelBox>("promptModel").setModel(QStringLiteral("/no/model"));
    m_tab->showExample(exampleWith(9));
    auto& empty = find<EmptyState>("promptEmpty");
    EXPECT_TRUE(waitFor([&empty] {
        const auto labels = empty.findChildren<QLabel*>();
        return empty.isVisible() && std::ranges::any_of(labels, [](const QLabel* label) {
                   return label->text().contains(QStringLiteral("/no/model"));
               });
    }));
    photograph(QStringLiteral("prompt-error"));
}

TEST_F(PromptTabs, WithoutAProjectItSaysWhatToDo)
{
    m_session->setProject({}, false);
    EXPECT_TRUE(find<EmptyState>("promptEmpty").isVisible());
    EXPECT_FALSE(find<QPushButton>("promptUse").isEnabled());
    photograph(QStringLiteral("prompt-empty"));
}

} // namespace
} // namespace nextquill::ui
