// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/EffectMatrix.h"

#include "ui/project/EffectColorScale.h"
#include "ui/widgets/Theme.h"

#include "tests/ui/inspect/SmallInspection.h"

#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include <limits>

namespace nextquill::ui {
namespace {

class EffectMatrixTest : public ::testing::Test
{
protected:
    EffectMatrixTest()
    {
        matrix.setPalette(themePalette(Ground::Light));
        matrix.setColorScale(std::make_shared<EffectColorScale>(0.5F, 0.05F));
        matrix.resize(700, 260);
        matrix.show();
        matrix.activateWindow();
        matrix.setFocus();
        EXPECT_TRUE(QTest::qWaitForWindowActive(&matrix));
        matrix.setInspection(inventedInspection(
            {{"so", 0.5F, 0.1F}, {" killer", 0.42F, 0.07F}, {"!", 0.5F, 0.5F}}, 3));
    }

    [[nodiscard]] QColor colorOf(qsizetype token, int review)
    {
        const QRect cell = matrix.cellRect(token, review);
        return matrix.viewport()->grab().toImage().pixelColor(cell.left() + 4, cell.center().y());
    }
    void press(Qt::Key key) { QTest::keyClick(&matrix, key); }

    EffectMatrix matrix;
};

TEST_F(EffectMatrixTest, ColorsEachCellByItsEffect)
{
    const EffectColorScale scale{0.5F, 0.05F};
    for (int review = 0; review < 3; ++review) {
        for (qsizetype token = 0; token < 3; ++token) {
            const float effect = token == review ? 0.1F * static_cast<float>(review + 1) : 0.0F;
            EXPECT_EQ(colorOf(token, review), scale.color(effect, Ground::Light))
                << token << " " << review;
        }
    }
    EXPECT_EQ(colorOf(1, -1), scale.color(0.42F - 0.07F, Ground::Light)); // the whole history
}

TEST_F(EffectMatrixTest, IsWalkedByKeys)
{
    QSignalSpy moved{&matrix, &EffectMatrix::cellChanged};
    press(Qt::Key_Right);
    press(Qt::Key_Down);
    EXPECT_EQ(matrix.currentToken(), 1);
    EXPECT_EQ(matrix.currentReview(), 0);
    press(Qt::Key_End);
    press(Qt::Key_3);
    EXPECT_EQ(matrix.currentToken(), 2);
    EXPECT_EQ(matrix.currentReview(), 2);
    press(Qt::Key_Right); // the end stays the end
    EXPECT_EQ(matrix.currentToken(), 2);
    press(Qt::Key_2);
    press(Qt::Key_N); // the only token that past text 2 changes
    EXPECT_EQ(matrix.currentToken(), 1);
    EXPECT_EQ(moved.count(), 7);
    EXPECT_EQ(matrix.accessibleDescription().toStdString(),
              "Past text 2 on “␣killer”: +0.200; the whole history: +0.350");
}

TEST_F(EffectMatrixTest, ChoosesAReviewByEnterAndGivesItBackByEsc)
{
    QSignalSpy chosen{&matrix, &EffectMatrix::reviewChosen};
    press(Qt::Key_2);
    press(Qt::Key_Return);
    press(Qt::Key_Escape);
    ASSERT_EQ(chosen.count(), 2);
    EXPECT_EQ(chosen[0][0].toInt(), 1);
    EXPECT_EQ(chosen[1][0].toInt(), -1);
}

TEST_F(EffectMatrixTest, SaysTheCellUnderThePointer)
{
    QSignalSpy hovered{&matrix, &EffectMatrix::cellHovered};
    QTest::mouseMove(matrix.viewport(), matrix.cellRect(1, 2).center());
    ASSERT_TRUE(QTest::qWaitFor([&] { return hovered.count() > 0; }));
    EXPECT_EQ(hovered.last()[0].toLongLong(), 1);
    EXPECT_EQ(hovered.last()[1].toInt(), 2);
    QSignalSpy moved{&matrix, &EffectMatrix::cellChanged};
    QTest::mouseClick(matrix.viewport(), Qt::LeftButton, {}, matrix.cellRect(2, 0).center());
    ASSERT_EQ(moved.count(), 1);
    EXPECT_EQ(moved[0][0].toLongLong(), 2);
    EXPECT_EQ(moved[0][1].toInt(), 0);
}

TEST_F(EffectMatrixTest, FollowsTheTextsCursorIntoSight)
{
    std::vector<InventedToken> tokens(400, {" word", 0.5F, 0.4F});
    matrix.setInspection(inventedInspection(tokens, 20));
    QSignalSpy moved{&matrix, &EffectMatrix::cellChanged};
    matrix.setCurrentToken(390);
    EXPECT_TRUE(matrix.viewport()->rect().intersects(matrix.cellRect(390, -1)));
    EXPECT_EQ(moved.count(), 0); // the text knows already
    for (int row = 0; row < 20; ++row) {
        press(Qt::Key_Down);
    }
    EXPECT_EQ(matrix.currentReview(), 19);
    EXPECT_TRUE(matrix.viewport()->rect().contains(matrix.cellRect(390, 19)));
}

TEST_F(EffectMatrixTest, ShowsNoCellBeforeTheEffectsAreMeasured)
{
    auto plain = inventedInspection({{"so"}}, 2);
    plain->attribution.reset();
    matrix.setInspection(plain);
    EXPECT_EQ(matrix.currentToken(), -1);
    EXPECT_TRUE(matrix.cellRect(0, 0).isNull());
    press(Qt::Key_Right); // nothing to walk over
    EXPECT_EQ(matrix.currentToken(), -1);
}

TEST_F(EffectMatrixTest, HatchesWhatIsNotMeasuredYetAndFillsRowByRow)
{
    auto plain = inventedInspection({{"so"}, {" killer"}, {"!"}}, 2);
    plain->attribution.reset();
    matrix.setInspection(plain);
    constexpr float unknown = std::numeric_limits<float>::quiet_NaN();
    auto growing = std::make_shared<causal::Attribution>();
    growing->reviews = 2;
    growing->effect = {0.3F, unknown, 0.2F, unknown, 0.1F, unknown};
    matrix.showGrowing(growing);
    const EffectColorScale scale{0.5F, 0.05F};
    EXPECT_EQ(colorOf(1, 0), scale.color(0.2F, Ground::Light));
    EXPECT_TRUE(matrix.sentence(1, 1).endsWith(QStringLiteral("not measured yet")));
    const QRect cell = matrix.cellRect(1, 1).adjusted(2, 2, -2, -2);
    const QImage hatched = matrix.viewport()->grab(cell).toImage();
    bool hasLine = false;
    bool hasGround = false;
    for (int x = 0; x < hatched.width(); ++x) {
        const QColor pixel = hatched.pixelColor(x, hatched.height() / 2);
        (pixel == matrix.palette().color(QPalette::Base) ? hasGround : hasLine) = true;
    }
    EXPECT_TRUE(hasLine && hasGround);

    press(Qt::Key_2);
    press(Qt::Key_Right);
    auto whole = std::make_shared<workflow::Inspection>(*plain);
    whole->attribution = *growing;
    whole->attribution->effect = {0.3F, 0.4F, 0.2F, 0.4F, 0.1F, 0.4F};
    matrix.setInspection(whole); // as when it is ready: the cursor stays
    EXPECT_EQ(matrix.currentToken(), 1);
    EXPECT_EQ(matrix.currentReview(), 1);
    EXPECT_EQ(colorOf(0, 1), scale.color(0.4F, Ground::Light));
}

TEST_F(EffectMatrixTest, MarksTheColumnUnderThePointerInTheText)
{
    const QImage before = matrix.viewport()->grab().toImage();
    matrix.setHoveredToken(2);
    EXPECT_NE(matrix.viewport()->grab(matrix.cellRect(2, 1)).toImage(),
              before.copy(matrix.cellRect(2, 1)));
    EXPECT_EQ(matrix.viewport()->grab(matrix.cellRect(1, 1)).toImage(),
              before.copy(matrix.cellRect(1, 1)));
    matrix.setHoveredToken(-1);
    EXPECT_EQ(matrix.viewport()->grab().toImage(), before);
}

} // namespace
} // namespace nextquill::ui
