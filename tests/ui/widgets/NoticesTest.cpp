// SPDX-License-Identifier: GPL-3.0-or-later
// The widgets that tell: message bar, empty place, progress, threshold.
#include "ui/widgets/ColorLegend.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/ThresholdSlider.h"

#include "tests/ui/widgets/PlainColorScale.h"

#include <QAbstractButton>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPushButton>
#include <QSet>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>
#include <QToolButton>

#include <gtest/gtest.h>

namespace nextquill::ui {
namespace {

template<typename Button>
Button* buttonNamed(const QWidget& widget, const QString& name)
{
    for (auto* button : widget.findChildren<Button*>()) {
        if (button->text() == name || button->accessibleName() == name) {
            return button;
        }
    }
    return nullptr;
}

QStringList shownTexts(const QWidget& widget)
{
    QStringList texts;
    for (const auto* label : widget.findChildren<QLabel*>()) {
        if (!label->isHidden() && !label->text().isEmpty()) {
            texts << label->text();
        }
    }
    return texts;
}

void show(QWidget& widget)
{
    widget.show();
    widget.activateWindow();
    EXPECT_TRUE(QTest::qWaitForWindowActive(&widget));
}

TEST(MessageBar, IsHiddenUntilThereIsAMessageAndAfterIt)
{
    QWidget window;
    MessageBar bar{&window};
    QSignalSpy closed{&bar, &MessageBar::closed};
    EXPECT_TRUE(bar.isHidden());

    bar.showMessage({.text = QStringLiteral("3 reviews excluded.")});
    EXPECT_FALSE(bar.isHidden());
    EXPECT_EQ(bar.text(), QStringLiteral("3 reviews excluded."));
    bar.closeMessage();
    bar.closeMessage();

    EXPECT_TRUE(bar.isHidden());
    EXPECT_EQ(closed.count(), 1);
}

TEST(MessageBar, ShowsMarkupAsItIs)
{
    MessageBar bar;
    bar.showMessage({.text = QStringLiteral("<b>file</b>")});

    const auto* label = bar.findChildren<QLabel*>().at(1);
    EXPECT_EQ(label->textFormat(), Qt::PlainText);
}

TEST(MessageBar, WorksByKeyboard)
{
    MessageBar bar;
    int undone = 0;
    show(bar);
    bar.showMessage({.text = QStringLiteral("3 reviews excluded."),
                     .actionText = QStringLiteral("Undo"),
                     .action = [&undone] { ++undone; }});
    auto* undo = buttonNamed<QPushButton>(bar, QStringLiteral("Undo"));
    ASSERT_NE(undo, nullptr);
    undo->setFocus();
    QTest::keyClick(undo, Qt::Key_Space);
    EXPECT_EQ(undone, 1);
    EXPECT_TRUE(bar.isHidden());

    bar.showMessage({.kind = MessageBar::Kind::Error, .text = QStringLiteral("x")});
    QTest::keyClick(&bar, Qt::Key_Escape);
    EXPECT_TRUE(bar.isHidden());
    EXPECT_EQ(undone, 1);
}

TEST(MessageBar, KeepsTheMessageThatAnActionShows)
{
    MessageBar bar;
    bar.showMessage({.text = QStringLiteral("first"),
                     .actionText = QStringLiteral("Go on"),
                     .action = [&bar] { bar.showMessage({.text = QStringLiteral("second")}); }});

    buttonNamed<QPushButton>(bar, QStringLiteral("Go on"))->click();

    EXPECT_FALSE(bar.isHidden());
    EXPECT_EQ(bar.text(), QStringLiteral("second"));
}

TEST(EmptyState, OffersItsActionAndLinkToTheKeyboard)
{
    EmptyState empty;
    empty.setIcon(QStringLiteral("runs"));
    empty.setTitle(QStringLiteral("No runs yet"));
    empty.setSentence(QStringLiteral("Try one."));
    empty.setAction(QStringLiteral("New run…"));
    empty.setLink(QStringLiteral("Open a run directory"));
    QSignalSpy acted{&empty, &EmptyState::actionRequested};
    QSignalSpy linked{&empty, &EmptyState::linkRequested};
    show(empty);

    QTest::keyClick(buttonNamed<QPushButton>(empty, QStringLiteral("New run…")), Qt::Key_Space);
    QTest::keyClick(buttonNamed<QPushButton>(empty, QStringLiteral("Open a run directory")),
                    Qt::Key_Space);

    EXPECT_EQ(acted.count(), 1);
    EXPECT_EQ(linked.count(), 1);
}

TEST(EmptyState, HidesWhatItHasNot)
{
    EmptyState empty;
    empty.setSentence(QStringLiteral("Nothing here."));
    show(empty);

    for (const auto* button : empty.findChildren<QPushButton*>()) {
        EXPECT_TRUE(button->isHidden());
    }
    EXPECT_EQ(shownTexts(empty), QStringList{QStringLiteral("Nothing here.")});
}

TEST(ProgressLine, SaysStageAndCountAndThatItIsCancelling)
{
    ProgressLine line;
    QSignalSpy cancelled{&line, &ProgressLine::cancelRequested};
    line.begin(QStringLiteral("Measuring effects"));
    line.setProgress(412, 1000, QStringLiteral("batch 4"));
    EXPECT_TRUE(shownTexts(line).contains(QStringLiteral("batch 4 · 412 of 1,000 · Estimating…")));

    auto* cancel = buttonNamed<QToolButton>(line, QStringLiteral("Cancel"));
    cancel->click();
    cancel->click(); // disabled: asked once

    EXPECT_EQ(cancelled.count(), 1);
    EXPECT_TRUE(shownTexts(line).last().startsWith(QStringLiteral("Cancelling…")));
}

TEST(ProgressLine, AsksToPauseAndToContinue)
{
    ProgressLine line;
    QSignalSpy asked{&line, &ProgressLine::pauseRequested};
    line.begin(QStringLiteral("Training"));
    line.setPausable(true);
    auto* pause = buttonNamed<QToolButton>(line, QStringLiteral("Pause"));
    ASSERT_NE(pause, nullptr);

    pause->click();
    line.setPaused(true);
    EXPECT_EQ(pause->accessibleName(), QStringLiteral("Continue"));
    pause->click();

    EXPECT_TRUE(asked[0][0].toBool());
    EXPECT_FALSE(asked[1][0].toBool());
}

TEST(ProgressLine, TakesTotalsBeyondAnInt)
{
    ProgressLine line;
    line.begin(QStringLiteral("Reading"));
    line.setProgress(3'000'000'000, 6'000'000'000);
    EXPECT_TRUE(
        shownTexts(line).last().startsWith(QStringLiteral("3,000,000,000 of 6,000,000,000")));
}

TEST(ThresholdSlider, KeepsSliderAndFieldTogether)
{
    ThresholdSlider threshold;
    threshold.setMaximum(0.5);
    QSignalSpy changed{&threshold, &ThresholdSlider::valueChanged};
    auto* slider = threshold.findChild<QSlider*>();

    threshold.setValue(0.125);
    EXPECT_EQ(slider->value(), 100); // half way: square-root steps
    EXPECT_EQ(threshold.value(), 0.125);
    QTest::keyClick(slider, Qt::Key_Right);

    EXPECT_GT(threshold.value(), 0.125);
    EXPECT_EQ(changed.count(), 2);
    QTest::mouseDClick(slider, Qt::LeftButton);
    EXPECT_EQ(threshold.value(), 0.05);
}

TEST(ColorLegend, PaintsBothEndsOfItsScale)
{
    ColorLegend legend;
    const auto scale = std::make_shared<testing::PlainColorScale>();
    legend.setColorScale(scale);
    legend.setWords(QStringLiteral("less"), QStringLiteral("more"));
    legend.resize(legend.sizeHint());

    const QImage image = legend.grab().toImage();

    QSet<QRgb> colors;
    for (int x = 0; x < image.width(); ++x) {
        for (int y = 0; y < image.height(); ++y) {
            colors << image.pixel(x, y);
        }
    }
    const auto near = [&](float value) {
        return colors.contains(scale->color(value, Ground::Light).rgb());
    };
    EXPECT_TRUE(near(0.5F * (1 - 1.0F / 110)));
    EXPECT_TRUE(near(-0.5F * (1 - 1.0F / 110)));
}

} // namespace
} // namespace nextquill::ui
