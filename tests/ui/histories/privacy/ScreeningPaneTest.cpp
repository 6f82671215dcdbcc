// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/privacy/ScreeningPane.h"

#include "core/store/table/FilterExpression.h"
#include "core/store/table/TableReader.h"

#include "tests/ui/histories/privacy/PrivacyPaneTest.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>

namespace nextquill::ui {
namespace {

using testing::reviewLine;

class ScreeningPaneTest : public PaneTest<ScreeningPane>
{
protected:
    void openClub()
    {
        std::string lines =
            reviewLine("u0", "x", 1, "...") +
            reviewLine("u1", "x", 2, "Das ist ein leises Buch, ich habe es gern gelesen.");
        for (int user = 0; user < 5; ++user) {
            lines += reviewLine("u" + std::to_string(user), "y", 10 + user,
                                "I received this product free in exchange for my review!") +
                     reviewLine("u" + std::to_string(user), "z", 20 + user,
                                "A text of its own, number " + std::to_string(user) +
                                    ", which nobody else has written here.");
        }
        open(lines);
    }

    void look()
    {
        auto& button = find<QPushButton>("screen");
        QTest::mouseClick(&button, Qt::LeftButton);
        ASSERT_TRUE(waitFor([&] { return button.isEnabled(); }));
    }
    QString summary(const char* name) { return find<QLabel>(name).text(); }
    std::int64_t excluded()
    {
        return read([](const store::Histories& histories) { return histories.counts().excluded; });
    }
};

TEST_F(ScreeningPaneTest, CountsEachFaultAndListsSentencesAndLanguages)
{
    openClub();
    EXPECT_FALSE(find<QPushButton>("emptyExclude").isEnabled());
    look();
    EXPECT_EQ(summary("emptySummary"), QStringLiteral("1 review"));
    EXPECT_EQ(summary("boilerplateSummary"), QStringLiteral("5 reviews mostly of these"));
    EXPECT_TRUE(summary("foreignSummary").startsWith(QStringLiteral("1 review reliably")))
        << summary("foreignSummary").toStdString();
    const auto& sentences = *find<QTableView>("commonSentences").model();
    ASSERT_EQ(sentences.rowCount(), 1);
    EXPECT_EQ(sentences.index(0, 1).data().toString(), QStringLiteral("5"));
    EXPECT_EQ(find<QTableView>("languages").model()->rowCount(), 2);
    EXPECT_EQ(excluded(), 0);
}

TEST_F(ScreeningPaneTest, ExcludesTheReviewsOfAFaultAndUndoesIt)
{
    openClub();
    look();
    QSignalSpy notices{&m_session, &ProjectSession::noticed};
    auto& button = find<QPushButton>("boilerplateExclude");
    EXPECT_EQ(button.text(), QStringLiteral("Exclude 5 reviews"));
    QTest::mouseClick(&button, Qt::LeftButton);
    ASSERT_TRUE(waitFor([&] { return notices.count() == 1; }));
    EXPECT_EQ(excluded(), 5);
    EXPECT_FALSE(button.isEnabled()) << "what was counted is no longer so";
    notices[0][2].value<std::function<void()>>()();
    ASSERT_TRUE(waitFor([&] { return notices.count() == 2; }));
    EXPECT_EQ(excluded(), 0);
}

TEST_F(ScreeningPaneTest, ShowsTheReviewsOfAFaultUnderATag)
{
    openClub();
    look();
    QSignalSpy wanted{m_pane.get(), &ScreeningPane::filterWanted};
    QTest::mouseClick(&find<QPushButton>("foreignShow"), Qt::LeftButton);
    ASSERT_TRUE(waitFor([&] { return wanted.count() == 1; }));
    const auto project = store::Project::open(m_temporary.file(), store::OpenMode::ReadOnly);
    store::TableQuery query;
    query.filter = store::FilterExpression::parse(store::TableKind::Reviews,
                                                  wanted[0][0].toString().toStdString());
    NoProgress progress;
    const store::TablePage page =
        store::TableReader{*project}.page(query, {.key = {}}, {}, progress);
    ASSERT_EQ(page.rows.size(), 1U);
    EXPECT_EQ(page.rows.front().id, 2);
}

TEST_F(ScreeningPaneTest, KeepsTheLanguageThatIsChosen)
{
    openClub();
    look();
    auto& language = find<QComboBox>("keptLanguage");
    const int german = language.findText(QStringLiteral("German"));
    ASSERT_GT(german, 0);
    language.setCurrentIndex(german);
    Q_EMIT language.activated(german);
    auto& button = find<QPushButton>("screen");
    ASSERT_TRUE(waitFor([&] { return button.isEnabled(); }));
    EXPECT_TRUE(summary("foreignSummary").startsWith(QStringLiteral("10 reviews reliably")))
        << summary("foreignSummary").toStdString();
    EXPECT_EQ(language.currentText(), QStringLiteral("German"));
}

} // namespace
} // namespace nextquill::ui
