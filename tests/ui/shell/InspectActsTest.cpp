// SPDX-License-Identifier: GPL-3.0-or-later
//
// What can be done with a measured text: by keys alone, by the pointer, and from the list of
// commands.
#include "core/causal/Attribution.h"

#include "ui/inspect/EffectMatrix.h"
#include "ui/widgets/TokenFindBar.h"

#include "tests/ui/shell/InspectWalk.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QDropEvent>
#include <QElapsedTimer>
#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QSplitter>
#include <QTabWidget>
#include <QToolButton>
#include <QUrl>

#include <cstdio>

namespace nextquill::ui {
namespace {

class InspectActs : public InspectedText
{
protected:
    [[nodiscard]] QLabel& span() { return find<QLabel>(QStringLiteral("inspectSpan")); }
    [[nodiscard]] QFrame& shading() { return find<QFrame>(QStringLiteral("shadingBar")); }
    [[nodiscard]] EffectMatrix& matrix()
    {
        return find<EffectMatrix>(QStringLiteral("effectMatrix"));
    }
    [[nodiscard]] QList<float> values()
    {
        QList<float> list;
        for (const TokenText::Token& token : heatmap().text().tokens) {
            list << token.value;
        }
        return list;
    }
};

TEST_F(InspectActs, FindsWordsBehindTheSlashAndSumsTheHit)
{
    const QString word = heatmap().text().text.section(QLatin1Char(' '), 2, 2);
    press(Qt::Key_Slash);
    auto& words = find<QLineEdit>(QStringLiteral("findWords"));
    QTest::keyClicks(&words, word);
    EXPECT_TRUE(
        find<QLabel>(QStringLiteral("findCount")).text().startsWith(QStringLiteral("1 of")));
    EXPECT_TRUE(span().isVisible());
    EXPECT_TRUE(span().text().contains(QStringLiteral("chosen"))) << span().text().toStdString();
    QTest::keyClick(&words, Qt::Key_Escape);
    EXPECT_FALSE(find<TokenFindBar>(QStringLiteral("findBar")).isVisible());
    EXPECT_TRUE(heatmap().hasFocus());
}

TEST_F(InspectActs, SumsWhatShiftOrADragSelects)
{
    press(Qt::Key_Home, Qt::ControlModifier);
    EXPECT_FALSE(span().isVisible());
    press(Qt::Key_Right, Qt::ShiftModifier);
    press(Qt::Key_Right, Qt::ShiftModifier);
    EXPECT_TRUE(span().text().startsWith(QStringLiteral("3 token"))) << span().text().toStdString();
    press(Qt::Key_Escape);
    EXPECT_FALSE(span().isVisible());
    QTest::mousePress(heatmap().viewport(), Qt::LeftButton, {}, heatmap().tokenRect(1).center());
    QMouseEvent move{QEvent::MouseMove,
                     heatmap().tokenRect(4).center(),
                     heatmap().viewport()->mapToGlobal(heatmap().tokenRect(4).center()),
                     Qt::NoButton,
                     Qt::LeftButton,
                     Qt::NoModifier};
    QApplication::sendEvent(heatmap().viewport(), &move);
    QTest::mouseRelease(heatmap().viewport(), Qt::LeftButton, {}, heatmap().tokenRect(4).center());
    EXPECT_TRUE(span().text().startsWith(QStringLiteral("4 token"))) << span().text().toStdString();
}

TEST_F(InspectActs, TwoPinsShowTheirDifference)
{
    press(Qt::Key_Home, Qt::ControlModifier);
    press(Qt::Key_Space);
    EXPECT_FALSE(span().isVisible());
    press(Qt::Key_Right);
    press(Qt::Key_Space);
    EXPECT_TRUE(span().text().startsWith(QStringLiteral("Pinned “")))
        << span().text().toStdString();
    press(Qt::Key_Escape);
    EXPECT_FALSE(span().isVisible());
}

TEST_F(InspectActs, TogglesInvisiblesAndLinesByKey)
{
    auto& invisibles = find<QToolButton>(QStringLiteral("invisibles"));
    press(Qt::Key_I);
    EXPECT_TRUE(invisibles.isChecked());
    EXPECT_TRUE(heatmap().invisiblesShown());
    const QImage colored = heatmap().viewport()->grab().toImage();
    press(Qt::Key_L);
    EXPECT_TRUE(find<QToolButton>(QStringLiteral("greyscale")).isChecked());
    EXPECT_NE(heatmap().viewport()->grab().toImage(), colored);
    press(Qt::Key_H);
    EXPECT_FALSE(find<QTabWidget>(QStringLiteral("inspectTabs")).isVisible());
    press(Qt::Key_H);
    EXPECT_TRUE(find<QTabWidget>(QStringLiteral("inspectTabs")).isVisible());
    press(Qt::Key_T);
    EXPECT_FALSE(heatmap().hasFocus());
}

TEST_F(InspectActs, KeepsARangeForEachMeasure)
{
    auto& range = find<QDoubleSpinBox>(QStringLiteral("effectRange"));
    EXPECT_EQ(range.value(), 0.5);
    const QImage wide = heatmap().viewport()->grab().toImage();
    range.setValue(0.05);
    EXPECT_NE(heatmap().viewport()->grab().toImage(), wide);
    heatmap().setFocus();
    press(Qt::Key_M);
    EXPECT_EQ(range.value(), 6); // bits
    auto& measure = find<QComboBox>(QStringLiteral("measure"));
    measure.setCurrentIndex(0);
    EXPECT_EQ(range.value(), 0.05);
}

TEST_F(InspectActs, ACardFloatsAtTheTokenUnderThePointer)
{
    auto& card = find<QFrame>(QStringLiteral("tokenCard"));
    EXPECT_FALSE(card.isVisible());
    QElapsedTimer timer;
    timer.start();
    QTest::mouseMove(heatmap().viewport(), heatmap().tokenRect(2).center());
    ASSERT_TRUE(waitFor([&card] { return card.isVisible(); }));
    std::printf("the card came after %lld ms\n", static_cast<long long>(timer.elapsed()));
    QStringList texts;
    for (const QLabel* const label : card.findChildren<QLabel*>()) {
        texts << label->text();
    }
    for (const QString& row :
         {QStringLiteral("with history"), QStringLiteral("without"), QStringLiteral("PCE"),
          QStringLiteral("bits"), QStringLiteral("weight in the loss"),
          QStringLiteral("share of the gradient")}) {
        EXPECT_TRUE(texts.contains(row)) << row.toStdString();
    }
    EXPECT_TRUE(m_window->inspect().rect().contains(card.geometry()));
    QEvent leave{QEvent::Leave};
    QApplication::sendEvent(heatmap().viewport(), &leave);
    EXPECT_FALSE(card.isVisible());
}

TEST_F(InspectActs, APastTextShadesTheTextAndEscGivesItBack)
{
    const QList<float> whole = values();
    attributeAndWait();
    press(Qt::Key_1);
    EXPECT_TRUE(shading().isVisible());
    for (std::size_t t = 0; t < shown()->effects.tokens.size(); ++t) {
        EXPECT_EQ(values()[static_cast<qsizetype>(t)], shown()->attribution->at(t, 0));
    }
    EXPECT_FALSE(find<TokenView>(QStringLiteral("pastText")).text().text.isEmpty());
    press(Qt::Key_Right);
    EXPECT_TRUE(find<QLabel>(QStringLiteral("tokenNumbers"))
                    .text()
                    .contains(QStringLiteral("past text 1")));
    press(Qt::Key_Escape);
    EXPECT_FALSE(shading().isVisible());
    EXPECT_EQ(values(), whole);
    press(Qt::Key_1);
    QTest::mouseClick(&find<QPushButton>(QStringLiteral("shadeByAll")), Qt::LeftButton);
    EXPECT_FALSE(shading().isVisible());
    EXPECT_EQ(values(), whole);
}

TEST_F(InspectActs, MatrixAndTextMoveTogether)
{
    attributeAndWait();
    auto& tabs = find<QTabWidget>(QStringLiteral("inspectTabs"));
    tabs.setCurrentWidget(&find<QSplitter>(QStringLiteral("matrixPage")));
    press(Qt::Key_Home, Qt::ControlModifier);
    press(Qt::Key_Right);
    EXPECT_EQ(matrix().currentToken(), 1);
    matrix().setFocus();
    QTest::keyClick(&matrix(), Qt::Key_Right);
    QTest::keyClick(&matrix(), Qt::Key_1);
    EXPECT_EQ(heatmap().currentToken(), 2);
    EXPECT_TRUE(span().text().startsWith(QStringLiteral("Past text 1 on")))
        << span().text().toStdString();
    QTest::keyClick(&matrix(), Qt::Key_Return);
    EXPECT_TRUE(shading().isVisible());
    QTest::keyClick(&matrix(), Qt::Key_Escape);
    EXPECT_FALSE(shading().isVisible());
}

TEST_F(InspectActs, ThePointerMarksTheSameTokenInTextAndMatrix)
{
    attributeAndWait();
    find<QTabWidget>(QStringLiteral("inspectTabs"))
        .setCurrentWidget(&find<QSplitter>(QStringLiteral("matrixPage")));
    const QRect column = matrix().cellRect(3, -1);
    const QImage before = matrix().viewport()->grab(column).toImage();
    QTest::mouseMove(heatmap().viewport(), heatmap().tokenRect(3).center());
    EXPECT_TRUE(waitFor([&] { return matrix().viewport()->grab(column).toImage() != before; }));
    QTest::mouseMove(matrix().viewport(), matrix().cellRect(1, 0).center());
    EXPECT_TRUE(waitFor([this] { return heatmap().hoveredToken() == 1; }));
}

TEST_F(InspectActs, AKeyOpensAPastTextBeforeItsEffectIsMeasured)
{
    find<QTabWidget>(QStringLiteral("inspectTabs"))
        .setCurrentWidget(&find<QSplitter>(QStringLiteral("matrixPage")));
    press(Qt::Key_1);
    auto& past = find<TokenView>(QStringLiteral("pastText"));
    EXPECT_TRUE(past.isVisible());
    EXPECT_FALSE(past.text().text.isEmpty());
    EXPECT_FALSE(shading().isVisible());
    EXPECT_TRUE(find<QLabel>(QStringLiteral("pastTextWords"))
                    .text()
                    .startsWith(QStringLiteral("What it does is not measured yet")));
}

TEST_F(InspectActs, SentencesAndTheCheckJoinTheInspectionAndLeaveTheTextAlone)
{
    attributeAndWait();
    press(Qt::Key_Home, Qt::ControlModifier);
    press(Qt::Key_Right);
    press(Qt::Key_Space); // pinned
    press(Qt::Key_S);
    ASSERT_TRUE(waitFor([this] { return shown()->sentences.size() == 1; }));
    EXPECT_EQ(static_cast<int>(shown()->sentences[0].review),
              shown()->attribution->strongestFirst().front());
    EXPECT_EQ(heatmap().currentToken(), 1);
    EXPECT_EQ(heatmap().pinnedTokens(), QList<qsizetype>{1});
    EXPECT_TRUE(shading().isVisible()); // by the review whose sentences are shown
    press(Qt::Key_F);
    ASSERT_TRUE(waitFor([this] { return shown()->faithfulness.has_value(); }));
    EXPECT_EQ(shown()->sentences.size(), 1U);
    press(Qt::Key_S, Qt::ShiftModifier);
    const std::size_t most = std::min<std::size_t>(3, shown()->history.size());
    ASSERT_TRUE(waitFor([&] { return shown()->sentences.size() == most; }));
    EXPECT_TRUE(workflow::toJson(*shown()).contains("sentences"));
    EXPECT_TRUE(shown()->faithfulness);
}

TEST_F(InspectActs, TheListOfCommandsHasThemAll)
{
    m_window->showCommands();
    auto& list = find<QListWidget>(QStringLiteral("paletteList"));
    QStringList listed;
    for (int row = 0; row < list.count(); ++row) {
        listed << list.item(row)->text();
    }
    int acts = 0;
    for (const QAction* const act : m_window->inspect().commands()) {
        if (act->isEnabled()) {
            ++acts;
            EXPECT_TRUE(std::any_of(listed.begin(), listed.end(), [act](const QString& entry) {
                return entry.startsWith(act->text()) &&
                       entry.endsWith(act->shortcut().toString(QKeySequence::NativeText));
            })) << act->text().toStdString();
        }
    }
    EXPECT_GE(acts, 18);
    m_window->showPlace(MainWindow::Histories);
    auto& words = find<QLineEdit>(QStringLiteral("paletteWords"));
    QTest::keyClicks(&words, QStringLiteral("next measure"));
    QTest::keyClick(&words, Qt::Key_Return);
    EXPECT_EQ(find<QComboBox>(QStringLiteral("measure")).currentIndex(), 1);
    EXPECT_TRUE(m_window->inspect().isVisible());
}

TEST_F(InspectActs, LettersStayLettersWhereSomebodyTypes)
{
    auto& measure = find<QComboBox>(QStringLiteral("measure"));
    auto& filter = find<QLineEdit>(QStringLiteral("userFilter"), &m_window->inspect());
    filter.setFocus();
    QTest::keyClicks(&filter, QStringLiteral("mh1"));
    EXPECT_EQ(filter.text(), QStringLiteral("mh1"));
    EXPECT_EQ(measure.currentIndex(), 0);
}

TEST_F(InspectActs, CopiesTokensWithAllTheirValues)
{
    press(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    const QString copied = QApplication::clipboard()->text();
    EXPECT_TRUE(copied.startsWith(QStringLiteral("token\tpce\tbits\tjs\tp_h\tp_0\t")));
    EXPECT_EQ(copied.count(QLatin1Char('\n')), heatmap().text().tokens.size() + 1);
}

TEST_F(InspectActs, ReadsWithAModelThatIsDroppedOnIt)
{
    const auto other = testing::shared("fixtures/models/tiny-llama");
    if (!other) {
        GTEST_SKIP() << "the model fixtures/models/tiny-llama is not there";
    }
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(QString::fromStdString(other->string()))});
    InspectView& view = m_window->inspect();
    QDragEnterEvent enter{view.rect().center(), Qt::CopyAction, &data, Qt::LeftButton,
                          Qt::NoModifier};
    QApplication::sendEvent(&view, &enter);
    EXPECT_TRUE(enter.isAccepted());
    QDropEvent drop{view.rect().center(), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier};
    QApplication::sendEvent(&view, &drop);
    EXPECT_TRUE(drop.isAccepted());
    EXPECT_EQ(find<ModelBox>(QStringLiteral("inspectModel")).model().toStdString(),
              other->string());
    EXPECT_TRUE(waitFor([this] { return shown() && shown()->modelName == "tiny-llama"; }));
}

} // namespace
} // namespace nextquill::ui
