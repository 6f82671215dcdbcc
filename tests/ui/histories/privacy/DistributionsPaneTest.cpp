// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/privacy/DistributionsPane.h"

#include "ui/histories/privacy/BarChart.h"
#include "ui/project/ModelBox.h"

#include "tests/support/Fixtures.h"
#include "tests/ui/histories/privacy/PrivacyPaneTest.h"

#include <QCheckBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>

namespace nextquill::ui {
namespace {

using testing::reviewLine;

class DistributionsPaneTest : public PaneTest<DistributionsPane>
{
protected:
    /// ann wrote 5 reviews of 3 words, ben 2 of 4; one more of ben's is excluded.
    void openClub()
    {
        std::string lines;
        for (int i = 0; i < 5; ++i) {
            lines +=
                reviewLine("ann", "i" + std::to_string(i), 1'600'000'000 + i, "one two three", 5);
        }
        for (int i = 0; i < 3; ++i) {
            lines += reviewLine("ben", "i" + std::to_string(i), 1'700'000'000 + i,
                                "one two three four", 1);
        }
        m_temporary.import(lines);
        store::Histories{*m_temporary.project}.setExcluded({ReviewId{8}}, true, "one");
        open({});
        ASSERT_TRUE(waitFor([this] { return !bars("words").bars().isEmpty(); }));
    }

    BarChart& bars(const char* column)
    {
        return find<BarChart>(("distribution-" + std::string{column} + "Bars").c_str());
    }
    QString caption(const char* column)
    {
        return find<QLabel>(("distribution-" + std::string{column} + "Caption").c_str()).text();
    }
    QString labels(const char* column)
    {
        QStringList all;
        for (const BarChart::Bar& bar : bars(column).bars()) {
            if (bar.count > 0) {
                all << QStringLiteral("%1: %2").arg(bar.label).arg(bar.count);
            }
        }
        return all.join(QStringLiteral("; "));
    }
};

TEST_F(DistributionsPaneTest, CountsWhatTakesPart)
{
    openClub();
    EXPECT_EQ(labels("words"), QStringLiteral("3 words: 5; 4 words: 2"));
    EXPECT_EQ(labels("rating"), QStringLiteral("rating 1: 2; rating 5: 5"));
    EXPECT_EQ(labels("reviews"), QStringLiteral("2 reviews: 1; 5 reviews: 1"));
    EXPECT_TRUE(caption("words").contains(QStringLiteral("7 reviews · median: 3 words")))
        << caption("words").toStdString();
    QTest::mouseClick(&find<QCheckBox>("distributionsExcluded"), Qt::LeftButton);
    ASSERT_TRUE(
        waitFor([this] { return labels("words") == QStringLiteral("3 words: 5; 4 words: 3"); }));
}

TEST_F(DistributionsPaneTest, FiltersTheTableOnTheChosenBars)
{
    openClub();
    QSignalSpy wanted{m_pane.get(), &DistributionsPane::filterWanted};
    BarChart& rating = bars("rating");
    rating.setFocus();
    QTest::keyClick(&rating, Qt::Key_End);
    EXPECT_TRUE(caption("rating").contains(QStringLiteral("5 of 7 (71.4 %)")))
        << caption("rating").toStdString();
    QTest::mouseClick(&find<QPushButton>("distribution-ratingFilter"), Qt::LeftButton);
    ASSERT_EQ(wanted.count(), 1);
    const std::string filter = wanted[0][0].toString().toStdString();
    EXPECT_EQ(store::FilterExpression::parse(store::TableKind::Reviews, filter).typed("rating"),
              "5")
        << filter;
    EXPECT_EQ(store::FilterExpression::parse(store::TableKind::Reviews, filter).typed("excluded"),
              "no");
    bars("reviews").setFocus();
    QTest::keyClick(&bars("reviews"), Qt::Key_End);
    QTest::mouseClick(&find<QPushButton>("distribution-reviewsFilter"), Qt::LeftButton);
    ASSERT_EQ(wanted.count(), 2);
    EXPECT_TRUE(wanted[1][0].toString().contains(QStringLiteral("user_reviews:5")))
        << wanted[1][0].toString().toStdString();
}

TEST_F(DistributionsPaneTest, CountsTokensOfTheChosenModel)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    openClub();
    auto& box = find<ModelBox>("distributionModel");
    box.setModel(QString::fromStdString(model.string()));
    Q_EMIT box.modelChosen(box.model());
    ASSERT_TRUE(waitFor([this] { return caption("tokens").contains(QStringLiteral("median")); }))
        << caption("tokens").toStdString();
    EXPECT_TRUE(caption("tokens").startsWith(QStringLiteral("7 texts")));
    EXPECT_FALSE(bars("tokens").bars().isEmpty());
}

TEST_F(DistributionsPaneTest, CountsAgainWhenTheDataChanges)
{
    openClub();
    {
        const auto project = store::Project::open(m_temporary.file(), store::OpenMode::ReadWrite);
        store::Histories{*project}.setExcluded({ReviewId{1}, ReviewId{2}}, true, "two");
    }
    m_session.announceData();
    ASSERT_TRUE(
        waitFor([this] { return labels("words") == QStringLiteral("3 words: 3; 4 words: 2"); }));
}

TEST_F(DistributionsPaneTest, SaysThatNoProjectIsOpen)
{
    show();
    EXPECT_EQ(caption("words"), QStringLiteral("No project is open."));
}

} // namespace
} // namespace nextquill::ui
