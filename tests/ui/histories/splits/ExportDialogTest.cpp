// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/splits/ExportDialog.h"

#include "core/base/AtomicFile.h"
#include "core/store/Splits.h"
#include "core/store/funnel/Funnels.h"

#include "ui/project/ShownText.h"

#include "tests/ui/histories/splits/WidgetOnProject.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>

namespace nextquill::ui {
namespace {

class ExportDialogTest : public WidgetOnProject
{
protected:
    void show()
    {
        {
            const auto own = project();
            static_cast<void>(store::Splits{*own}.create({.name = "study"}));
            store::Funnels{*own}.save({.name = "few", .steps = {store::funnelStep("newest 1")}});
        }
        open();
        m_dialog = std::make_unique<ExportDialog>(m_session);
        m_dialog->show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(m_dialog.get()));
        ASSERT_TRUE(waitFor([this] { return what().count() == 3; }));
    }

    template<typename Widget>
    Widget& in(const char* name)
    {
        return find<Widget>(*m_dialog, name);
    }
    QComboBox& what() { return in<QComboBox>("exportWhat"); }
    QComboBox& format() { return in<QComboBox>("exportFormat"); }

    /// Waits for the notice of an export that is under way.
    QString exportNow()
    {
        QSignalSpy noticed{&m_session, &ProjectSession::noticed};
        QTest::mouseClick(&in<QPushButton>("export"), Qt::LeftButton);
        EXPECT_TRUE(waitFor([&noticed] { return noticed.count() > 0; }));
        return noticed.isEmpty() ? QString{} : noticed.at(0).at(0).toString();
    }

    std::unique_ptr<ExportDialog> m_dialog;
};

TEST_F(ExportDialogTest, SuggestsANameThatFitsWhatIsChosen)
{
    show();
    photograph(*m_dialog, QStringLiteral("export"));
    EXPECT_EQ(in<QLineEdit>("exportTo").text(), shownPath(m_folder / "sample.jsonl"));
    m_dialog->chooseSplit(QStringLiteral("study"));
    EXPECT_EQ(in<QLineEdit>("exportTo").text(), shownPath(m_folder / "sample-study.jsonl"));
    EXPECT_TRUE(in<QComboBox>("exportParts").isVisible());
    format().setCurrentIndex(format().findText(QStringLiteral("LaMP folder")));
    EXPECT_EQ(in<QLineEdit>("exportTo").text(), shownPath(m_folder / "sample-study-lamp"));
    EXPECT_TRUE(in<QComboBox>("exportTask").isVisible());
    EXPECT_FALSE(in<QWidget>("exportColumns").isVisible());
    photograph(*m_dialog, QStringLiteral("export-lamp"));
    in<QLineEdit>("exportTo").clear();
    QTest::keyClicks(&in<QLineEdit>("exportTo"), QStringLiteral("/mine"));
    format().setCurrentIndex(0);
    EXPECT_EQ(in<QLineEdit>("exportTo").text(), QStringLiteral("/mine"));
}

TEST_F(ExportDialogTest, WritesTheChosenColumnsUnderPseudonyms)
{
    show();
    m_dialog->chooseFunnel(QStringLiteral("few"));
    format().setCurrentIndex(format().findText(QStringLiteral("CSV")));
    for (auto* const column : in<QWidget>("exportColumns").findChildren<QCheckBox*>()) {
        column->setChecked(column->text() == QStringLiteral("user_id") ||
                           column->text() == QStringLiteral("rating"));
    }
    in<QCheckBox>("exportPseudonyms").setChecked(true);
    const QString said = exportNow();
    EXPECT_TRUE(said.contains(QStringLiteral("sample-few.csv"))) << said.toStdString();
    const std::string text = readFile(m_folder / "sample-few.csv");
    EXPECT_TRUE(text.starts_with("user_id,rating\r\n\"user-")) << text.substr(0, 80);
}

TEST_F(ExportDialogTest, WritesWhatWasChosenInATable)
{
    show();
    m_dialog->offerSelection(QStringLiteral("2 chosen reviews"),
                             store::Selection::rows(store::TableKind::Reviews, {3, 5}));
    ASSERT_TRUE(
        waitFor([this] { return what().currentText() == QStringLiteral("2 chosen reviews"); }));
    const QString said = exportNow();
    EXPECT_TRUE(said.startsWith(QStringLiteral("2 rows"))) << said.toStdString();
}

TEST_F(ExportDialogTest, SaysThatAFileIsReplacedAndThatAColumnIsMissing)
{
    m_folder.write("sample.jsonl", "there already");
    show();
    EXPECT_TRUE(in<QLabel>("exportProblem").text().contains(QStringLiteral("replaced")));
    EXPECT_TRUE(in<QPushButton>("export").isEnabled());
    for (QCheckBox* const box : in<QWidget>("exportColumns").findChildren<QCheckBox*>()) {
        box->setChecked(false);
    }
    EXPECT_EQ(in<QLabel>("exportProblem").text(), QStringLiteral("Choose a column."));
    EXPECT_FALSE(in<QPushButton>("export").isEnabled());
    photograph(*m_dialog, QStringLiteral("export-wrong"));
}

TEST_F(ExportDialogTest, LeavesAFolderAloneThatIsNoExport)
{
    std::filesystem::create_directory(m_folder / "sample-hf");
    m_folder.write("sample-hf/mine.txt", "mine");
    show();
    format().setCurrentIndex(format().findText(QStringLiteral("Hugging Face folder")));
    QSignalSpy failed{&m_session, &ProjectSession::failed};
    QTest::mouseClick(&in<QPushButton>("export"), Qt::LeftButton);
    ASSERT_TRUE(waitFor([&failed] { return failed.count() == 1; }));
    EXPECT_EQ(readFile(m_folder / "sample-hf/mine.txt"), "mine");
}

} // namespace
} // namespace nextquill::ui
