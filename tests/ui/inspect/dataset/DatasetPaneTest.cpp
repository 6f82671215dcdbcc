// SPDX-License-Identifier: GPL-3.0-or-later
//
// The effects of a whole split on a tiny model: measured, paused, gone on with, looked into.
#include "ui/inspect/dataset/DatasetPane.h"

#include "core/base/AtomicFile.h"
#include "core/base/Resources.h"
#include "core/store/EffectStore.h"
#include "core/store/Splits.h"

#include "ui/inspect/dataset/EffectGroupsModel.h"
#include "ui/inspect/dataset/EffectPlacesModel.h"
#include "ui/project/ModelBox.h"
#include "ui/widgets/ProgressLine.h"

#include "tests/support/Fixtures.h"
#include "tests/ui/histories/SessionTest.h"

#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QTimer>

namespace nextquill::ui {
namespace {

class DatasetPaneTest : public SessionTest
{
protected:
    /// The sample with a small split, and the pane on it with the tiny model.
    void openPane(const std::filesystem::path& model)
    {
        NoProgress quiet;
        static_cast<void>(
            store::importReviewText(*m_temporary.project, resource("samples/reviews.jsonl"),
                                    resource("samples/items.jsonl"), "sample", {}, quiet));
        static_cast<void>(
            store::Splits{*m_temporary.project}.create({.name = "small",
                                                        .rule = store::SplitRule::ByUser,
                                                        .minimumHistory = 4,
                                                        .maximumTargetsPerUser = 2,
                                                        .validationShare = 0.1,
                                                        .testShare = 0.1}));
        openWith({});
        m_pane = std::make_unique<DatasetPane>(m_session);
        show(*m_pane);
        auto& box = find<ModelBox>(*m_pane, "datasetModel");
        ASSERT_TRUE(waitFor([&box] { return box.count() > 0; }));
        m_pane->useModel(QString::fromStdString(model.string()));
        ASSERT_TRUE(waitFor([this] { return button("datasetStart").isEnabled(); }));
    }

    [[nodiscard]] QPushButton& button(const char* name) { return find<QPushButton>(*m_pane, name); }
    [[nodiscard]] QTableView& table(const char* name) { return find<QTableView>(*m_pane, name); }
    [[nodiscard]] std::string state()
    {
        return find<QLabel>(*m_pane, "datasetState").text().toStdString();
    }
    [[nodiscard]] std::int64_t kept() const
    {
        return inProject([](store::Project& project) {
            const auto all = store::EffectStore{project}.all();
            return all.empty() ? 0 : all.front().texts;
        });
    }
    void measureAll()
    {
        QTest::mouseClick(&button("datasetStart"), Qt::LeftButton);
        ASSERT_TRUE(waitFor([this] { return table("datasetUsers").model()->rowCount() > 0; }));
    }

    std::unique_ptr<DatasetPane> m_pane;
};

TEST_F(DatasetPaneTest, MeasuresASplitAndEveryBarOpensItsTexts)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    ASSERT_NO_FATAL_FAILURE(openPane(model));
    ASSERT_NO_FATAL_FAILURE(measureAll());
    EXPECT_GT(kept(), 0);
    EXPECT_FALSE(button("datasetStart").isEnabled()); // nothing is left to do
    EXPECT_NE(state().find("mean PCE"), std::string::npos) << state();

    auto& tabs = find<QTabWidget>(*m_pane, "datasetTabs");
    auto& texts = table("datasetTexts");
    for (int tab = 0; tab < 3; ++tab) { // positions, classes, users
        tabs.setCurrentIndex(tab);
        auto& list = *qobject_cast<QTableView*>(tabs.currentWidget());
        ASSERT_GT(list.model()->rowCount(), 0) << tab;
        list.setFocus();
        QTest::keyClick(&list, Qt::Key_Down);
        QTest::keyClick(&list, Qt::Key_Return);
        EXPECT_GT(texts.model()->rowCount(), 0) << tab;
        EXPECT_TRUE(texts.hasFocus()) << tab;
    }
    auto& behind = find<QTabWidget>(*m_pane, "datasetBehind");
    ASSERT_TRUE(behind.isTabVisible(1));
    behind.setCurrentIndex(1);
    auto& phrases = table("datasetUserPhrases");
    EXPECT_TRUE(phrases.isVisible());
    m_pane->setThreshold(0.00001); // the tiny model's effects are small
    ASSERT_TRUE(waitFor([&phrases] { return phrases.model()->rowCount() > 0; }));
    phrases.setFocus();
    phrases.setCurrentIndex(phrases.model()->index(0, 0));
    QTest::keyClick(&phrases, Qt::Key_Return);
    EXPECT_TRUE(texts.isVisible());
    EXPECT_TRUE(texts.hasFocus());
    EXPECT_GT(texts.model()->rowCount(), 0);

    QSignalSpy wanted{m_pane.get(), &DatasetPane::exampleWanted};
    QTest::keyClick(&texts, Qt::Key_Return);
    ASSERT_EQ(wanted.count(), 1);
    EXPECT_EQ(wanted[0][1].toString().toStdString(), model.string());
}

TEST_F(DatasetPaneTest, ListsThePhrasesWithAWordAndAllAgain)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    ASSERT_NO_FATAL_FAILURE(openPane(model));
    const QString name = QString::fromStdString(model.string());
    auto& word = find<QLabel>(*m_pane, "datasetWord");
    EXPECT_FALSE(word.isVisible());
    m_pane->showWord(QStringLiteral("Bass"), name);
    ASSERT_TRUE(waitFor([&word] { return word.text().contains(QStringLiteral("No effects")); }));
    m_pane->setThreshold(0.00001); // the tiny model's effects are small
    ASSERT_TRUE(waitFor([this] { return button("datasetStart").isEnabled(); }));
    ASSERT_NO_FATAL_FAILURE(measureAll());
    QPushButton& all = button("datasetAllPhrases");
    all.click();
    const auto& phrases = *table("datasetPhrases").model();
    ASSERT_GT(phrases.rowCount(), 1);
    EXPECT_FALSE(word.isVisible());
    const int rows = phrases.rowCount();
    const QString first = phrases.index(0, EffectGroupsModel::Name).data().toString();
    const QString part = first.section(QLatin1Char(' '), 0, 0);

    m_pane->showWord(part.toUpper(), name);
    ASSERT_TRUE(waitFor([&word] { return word.text().contains(QStringLiteral("phrase")); }));
    EXPECT_GT(phrases.rowCount(), 0);
    EXPECT_LE(phrases.rowCount(), rows);
    for (int row = 0; row < phrases.rowCount(); ++row) {
        EXPECT_TRUE(phrases.index(row, EffectGroupsModel::Name).data().toString().contains(part));
    }
    EXPECT_TRUE(table("datasetPhrases").isVisible());

    m_pane->showWord(QStringLiteral("zzzz"), name);
    ASSERT_TRUE(waitFor([&word] { return word.text().startsWith(QStringLiteral("No phrase")); }));
    EXPECT_EQ(phrases.rowCount(), 0);
    all.click();
    EXPECT_EQ(phrases.rowCount(), rows);
}

TEST_F(DatasetPaneTest, APauseKeepsWhatWasMeasuredAndGoesOn)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    ASSERT_NO_FATAL_FAILURE(openPane(model));
    auto& start = button("datasetStart");
    QTest::mouseClick(&start, Qt::LeftButton);
    m_pane->pause();
    ASSERT_TRUE(waitFor([&start] { return start.isEnabled(); }));
    EXPECT_EQ(start.text(), QStringLiteral("&Measure the rest"));
    const std::int64_t before = kept();
    QTest::mouseClick(&start, Qt::LeftButton);
    ASSERT_TRUE(waitFor([this] { return !find<QWidget>(*m_pane, "datasetProgress").isVisible(); }));
    EXPECT_GT(kept(), before);
    EXPECT_FALSE(start.isEnabled());
}

TEST_F(DatasetPaneTest, APauseCanBeEndedWithoutGoingOn)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    ASSERT_NO_FATAL_FAILURE(openPane(model));
    auto& start = button("datasetStart");
    auto& progress = find<ProgressLine>(*m_pane, "datasetProgress");
    QTest::mouseClick(&start, Qt::LeftButton);
    m_pane->pause();
    ASSERT_TRUE(waitFor([&start] { return start.isEnabled(); }));
    EXPECT_TRUE(progress.isVisible());
    Q_EMIT progress.cancelRequested();
    EXPECT_FALSE(progress.isVisible());
    EXPECT_EQ(start.text(), QStringLiteral("&Measure"));
}

TEST_F(DatasetPaneTest, KnowsWhatWasMeasuredBeforeAndWritesIt)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    ASSERT_NO_FATAL_FAILURE(openPane(model));
    ASSERT_NO_FATAL_FAILURE(measureAll());
    m_pane = std::make_unique<DatasetPane>(m_session);
    show(*m_pane);
    m_pane->useModel(QString::fromStdString(model.string()));
    ASSERT_TRUE(waitFor([this] { return table("datasetUsers").model()->rowCount() > 0; }));

    const std::filesystem::path file = m_temporary.folder / "effects.csv";
    m_pane->exportTo(QString::fromStdString(file.string()));
    ASSERT_TRUE(waitFor([this] { return lastNotice().starts_with("Written"); }));
    EXPECT_NE(readFile(file).find("\nusers,"), std::string::npos);
}

TEST_F(DatasetPaneTest, TheWindowAnswersWhileItMeasures)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    ASSERT_NO_FATAL_FAILURE(openPane(model));
    qint64 longest = 0;
    QElapsedTimer since;
    QTimer beat;
    beat.setInterval(1);
    QObject::connect(&beat, &QTimer::timeout, &beat,
                     [&] { longest = std::max(longest, since.restart()); });
    since.start();
    beat.start();
    ASSERT_NO_FATAL_FAILURE(measureAll());
    beat.stop();
    RecordProperty("longest_stall_ms", static_cast<int>(longest));
    EXPECT_LT(longest, 1'000); // a shared machine; the figure itself is the record
}

} // namespace
} // namespace nextquill::ui
