// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/import/ImportDialog.h"

#include "ui/project/ProjectSession.h"

#include "tests/support/TemporaryFolder.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QTest>

#include <gtest/gtest.h>

#include <functional>
#include <memory>

namespace nextquill::ui {
namespace {

constexpr const char* club = "member;what they wrote;book;stars;day\n"
                             "anna;\"Quiet; I read it twice.\";The Salt Road;5;2023-02-11\n"
                             "boris;The maps alone are worth it.;The Salt Road;4;2023-02-19\n";
constexpr const char* amazon =
    R"({"rating": 5, "title": "Tea", "text": "Hot.", "asin": "B1", "parent_asin": "B1", )"
    R"("user_id": "anna", "timestamp": 1600000000000})"
    "\n";

class ImportDialogTest : public ::testing::Test
{
protected:
    void open(const std::string& name, const std::string& text)
    {
        show(m_folder.write(name, text));
    }
    void show(const std::filesystem::path& file)
    {
        m_dialog = std::make_unique<ImportDialog>(m_session, std::vector{file});
        m_dialog->show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(m_dialog.get()));
        ASSERT_TRUE(waitFor([this] { return !why().startsWith(QStringLiteral("Reading")); }));
    }
    static bool waitFor(const std::function<bool()>& condition)
    {
        return QTest::qWaitFor(condition, 60'000);
    }
    template<typename Widget>
    Widget& find(const char* name)
    {
        auto* widget = m_dialog->findChild<Widget*>(QString::fromLatin1(name));
        if (widget == nullptr) {
            throw std::runtime_error{std::string{"no widget "} + name};
        }
        return *widget;
    }
    QString why() { return find<QLabel>("importWhy").text(); }
    QTableWidget& rows() { return find<QTableWidget>("importRows"); }
    QPushButton& import() { return find<QPushButton>("import"); }
    /// Takes a column for a field by keyboard: its first letters.
    void choose(const char* field, const QString& column)
    {
        auto& box = find<QComboBox>(field);
        box.setFocus();
        QTest::keyClicks(&box, column);
        ASSERT_TRUE(waitFor([&] { return box.currentText() == column; }))
            << box.currentText().toStdString();
    }
    QStringList header()
    {
        QStringList titles;
        for (int i = 0; i < rows().columnCount(); ++i) {
            titles << rows().horizontalHeaderItem(i)->text();
        }
        return titles;
    }

    testing::TemporaryFolder m_folder;
    ProjectSession m_session;
    std::unique_ptr<ImportDialog> m_dialog;
};

TEST_F(ImportDialogTest, AsksForTheColumnsThatItDoesNotKnow)
{
    open("club.csv", club);
    EXPECT_TRUE(find<QWidget>("columnChoices").isVisible());
    EXPECT_FALSE(import().isEnabled()) << why().toStdString();
    EXPECT_EQ(header().join(u'|'), QStringLiteral("member|what they wrote|book|stars|day"));
    EXPECT_EQ(rows().item(1, 1)->text(), QStringLiteral("The maps alone are worth it."));
    EXPECT_TRUE(find<QComboBox>("column-user").hasFocus());
    choose("column-user", QStringLiteral("member"));
    choose("column-text", QStringLiteral("what they wrote"));
    ASSERT_TRUE(waitFor([this] { return import().isEnabled(); })) << why().toStdString();
    choose("column-rating", QStringLiteral("stars"));
    choose("column-item", QStringLiteral("book"));
    const store::FieldMap map = m_dialog->settings().map;
    EXPECT_EQ(map.user, "member");
    EXPECT_EQ(map.text, "what they wrote");
    EXPECT_EQ(map.rating, "stars");
    EXPECT_EQ(map.item, "book");
    ASSERT_TRUE(waitFor([this] { return rows().rowCount() == 2; }));
    QStringList cells;
    for (int i = 0; i < rows().columnCount(); ++i) {
        cells << rows().item(0, i)->text();
    }
    EXPECT_TRUE(cells.contains(QStringLiteral("anna"))) << cells.join(u'|').toStdString();
    EXPECT_TRUE(cells.contains(QStringLiteral("Quiet; I read it twice.")));
    EXPECT_EQ(find<QComboBox>("column-user").currentText(), QStringLiteral("member"))
        << "the choice was lost when the rows were shown anew";
}

TEST_F(ImportDialogTest, LeavesNoChoiceWhereTheFormatHasNone)
{
    open("reviews.jsonl", amazon);
    EXPECT_FALSE(find<QWidget>("columnChoices").isVisible());
    EXPECT_TRUE(import().isEnabled());
    EXPECT_TRUE(import().isDefault());
    EXPECT_EQ(rows().rowCount(), 1);
    EXPECT_FALSE(m_dialog->settings().format);
    // Read as any JSON, the columns are asked for, and those of usual names are found.
    auto& format = find<QComboBox>("importFormat");
    format.setCurrentIndex(format.findText(QStringLiteral("Other JSON, columns below")));
    ASSERT_TRUE(waitFor([this] { return find<QWidget>("columnChoices").isVisible(); }));
    EXPECT_EQ(find<QComboBox>("column-user").currentText(), QStringLiteral("user_id"));
    EXPECT_EQ(m_dialog->settings().format, store::SourceFormat::Jsonl);
}

TEST_F(ImportDialogTest, FindsTheItemsFileBeside)
{
    m_folder.write("meta_Tea.jsonl", "{}");
    open("Tea.jsonl", amazon);
    EXPECT_TRUE(find<QLineEdit>("itemsFile").text().endsWith(QStringLiteral("meta_Tea.jsonl")));
    ASSERT_EQ(m_dialog->settings().items.size(), 1U);
}

TEST_F(ImportDialogTest, SaysWhatIsWrongWithAFile)
{
    show(m_folder / "nowhere.jsonl");
    EXPECT_FALSE(import().isEnabled());
    EXPECT_TRUE(why().contains(QStringLiteral("no"), Qt::CaseInsensitive)) << why().toStdString();
    EXPECT_EQ(find<QLabel>("importWhy").property("role").toString(), QStringLiteral("error"));
    open("letter.txt", "Dear Sir or Madam,");
    EXPECT_FALSE(import().isEnabled());
}

TEST_F(ImportDialogTest, IsUsableByKeyboardAlone)
{
    open("club.csv", club);
    QStringList reached;
    find<QWidget>("importFormat").setFocus();
    for (int i = 0; i < 24; ++i) {
        reached << QApplication::focusWidget()->objectName();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    for (const char* name :
         {"importRows", "column-user", "column-time", "importFormat", "itemsFile"}) {
        EXPECT_TRUE(reached.contains(QString::fromLatin1(name))) << name;
    }
    QTest::keyClick(m_dialog.get(), Qt::Key_Escape);
    EXPECT_FALSE(m_dialog->isVisible());
}

} // namespace
} // namespace nextquill::ui
