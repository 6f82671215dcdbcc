// SPDX-License-Identifier: GPL-3.0-or-later
//
// The text in words and sentences, the signs of its controls, and the menus of tokens and past
// texts, in the window.
#include "core/workflow/FigureView.h"

#include "ui/inspect/ControlsPane.h"
#include "ui/inspect/EffectMatrix.h"
#include "ui/inspect/PastTextsPane.h"
#include "ui/inspect/ShownUnits.h"
#include "ui/inspect/WhatIfPane.h"
#include "ui/inspect/dataset/DatasetPane.h"
#include "ui/project/ProjectSession.h"

#include "tests/ui/shell/InspectWalk.h"

#include <QClipboard>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QFrame>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>

namespace nextquill::ui {
namespace {

class InspectUnits : public InspectedText
{
protected:
    [[nodiscard]] QComboBox& unit() { return find<QComboBox>(QStringLiteral("unit")); }
    [[nodiscard]] QLabel& legendWords() { return find<QLabel>(QStringLiteral("legendWords")); }
    [[nodiscard]] QTabWidget& tabs() { return find<QTabWidget>(QStringLiteral("inspectTabs")); }
    [[nodiscard]] bool isOpen(const QWidget* pane) { return tabs().currentWidget() == pane; }
    template<typename Pane>
    [[nodiscard]] Pane* pane()
    {
        return m_window->inspect().findChild<Pane*>();
    }
    /// The first word of several tokens.
    [[nodiscard]] TokenText::Unit someUnit()
    {
        return heatmap().text().units.isEmpty() ? TokenText::Unit{} : heatmap().text().units[0];
    }
    [[nodiscard]] QMenu* menu(const char* name)
    {
        for (QMenu* const one : m_window->findChildren<QMenu*>(QString::fromLatin1(name))) {
            if (one->isVisible()) { // one that was closed goes a little later
                return one;
            }
        }
        return nullptr;
    }
    /// Does what an entry of the menu does that is open, by its name without marks of keys.
    void choose(QMenu* from, const QString& name)
    {
        ASSERT_NE(from, nullptr);
        for (QAction* const act : from->actions()) {
            QString text = act->text().section(QLatin1Char('\t'), 0, 0);
            if (text.remove(QLatin1Char('&')) == name) {
                ASSERT_TRUE(act->isEnabled()) << name.toStdString();
                from->close();
                act->trigger();
                return;
            }
        }
        ADD_FAILURE() << "no entry " << name.toStdString();
    }
    [[nodiscard]] QMenu* tokenMenu(qsizetype token)
    {
        heatmap().setCurrentToken(token);
        press(Qt::Key_F10, Qt::ShiftModifier);
        return menu("tokenMenu");
    }
    void testByControls()
    {
        find<QSpinBox>(QStringLiteral("placebos")).setValue(2);
        find<QSpinBox>(QStringLiteral("resamples")).setValue(4);
        pane<ControlsPane>()->measure();
        ASSERT_TRUE(waitFor([this] { return shown()->controls.has_value(); }));
    }
};

TEST_F(InspectUnits, AreChosenByKeyAndHaveTheValuesOfTheFigure)
{
    for (const workflow::UnitKind kind :
         {workflow::UnitKind::Word, workflow::UnitKind::Sentence, workflow::UnitKind::Token}) {
        press(Qt::Key_W);
        const workflow::FigureSettings settings = m_window->inspect().figureSettings();
        EXPECT_EQ(settings.unit, kind);
        const workflow::FigureView figure = workflow::figureView(*shown(), settings);
        const TokenText& text = heatmap().text();
        qsizetype joined = 0;
        for (const workflow::ColoredUnit& colored : figure.units) {
            if (colored.unit.tokens > 1) {
                ASSERT_LT(joined, text.units.size());
                EXPECT_EQ(text.units[joined].firstToken,
                          static_cast<qsizetype>(colored.unit.firstToken));
                EXPECT_FLOAT_EQ(text.units[joined].value, static_cast<float>(colored.value));
                ++joined;
            } else {
                EXPECT_FLOAT_EQ(text.tokens[static_cast<qsizetype>(colored.unit.firstToken)].value,
                                static_cast<float>(colored.value));
            }
        }
        EXPECT_EQ(joined, text.units.size());
        EXPECT_EQ(legendWords().isVisible(), kind != workflow::UnitKind::Token);
    }
}

TEST_F(InspectUnits, StayWithAnotherMeasureAndAnotherText)
{
    press(Qt::Key_W);
    EXPECT_TRUE(legendWords().text().contains(QStringLiteral("of each word: the mean")))
        << legendWords().text().toStdString();
    press(Qt::Key_M);
    EXPECT_TRUE(legendWords().text().contains(QStringLiteral("of each word: the sum")))
        << legendWords().text().toStdString();
    const auto before = shown();
    press(Qt::Key_BracketRight);
    ASSERT_TRUE(waitFor([&] { return shown() && shown() != before; }));
    EXPECT_EQ(unit().currentIndex(), 1);
    EXPECT_FALSE(heatmap().text().units.isEmpty());
}

TEST_F(InspectUnits, CardAndPanelShowTheUnitBesideTheToken)
{
    press(Qt::Key_W);
    const TokenText::Unit word = someUnit();
    ASSERT_GT(word.endToken, word.firstToken + 1);
    heatmap().setCurrentToken(word.firstToken + 1);
    const QString numbers = find<QLabel>(QStringLiteral("tokenNumbers")).text();
    EXPECT_TRUE(numbers.startsWith(QStringLiteral("The word “"))) << numbers.toStdString();
    EXPECT_TRUE(numbers.contains(QStringLiteral("with history"))) << numbers.toStdString();
    QTest::mouseMove(heatmap().viewport(), heatmap().tokenRect(word.firstToken).center());
    auto& card = find<QFrame>(QStringLiteral("tokenCard"));
    ASSERT_TRUE(waitFor([&card] { return card.isVisible(); }));
    EXPECT_TRUE(find<QLabel>(QStringLiteral("cardUnit")).isVisible());
    EXPECT_TRUE(heatmap().describe(word.firstToken).contains(QStringLiteral("The word")));
}

TEST_F(InspectUnits, AreCopiedWithTheirValues)
{
    press(Qt::Key_W);
    press(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    const QStringList lines = QApplication::clipboard()->text().split(QLatin1Char('\n'));
    EXPECT_TRUE(lines[0].endsWith(QStringLiteral("\tword\tword_pce"))) << lines[0].toStdString();
    EXPECT_EQ(lines[1].count(QLatin1Char('\t')), lines[0].count(QLatin1Char('\t')));
    unit().setCurrentIndex(0);
    press(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_FALSE(QApplication::clipboard()->text().contains(QStringLiteral("word_pce")));
}

TEST_F(InspectUnits, ControlsHatchTheTextAndTheLegendSaysSo)
{
    for (const TokenText::Token& token : heatmap().text().tokens) {
        EXPECT_EQ(token.signs, TokenText::Signs{});
    }
    testByControls();
    const workflow::FigureView figure =
        workflow::figureView(*shown(), m_window->inspect().figureSettings());
    std::size_t hatched = 0;
    std::size_t own = 0;
    for (const TokenText::Token& token : heatmap().text().tokens) {
        hatched += token.signs.uncertain ? 1 : 0;
        own += token.signs.distinguished ? 1 : 0;
    }
    EXPECT_GT(figure.uncertain + figure.own, 0U);
    EXPECT_GE(hatched, figure.uncertain); // of a unit of several tokens all are
    EXPECT_EQ(own, figure.own);
    EXPECT_EQ(legendWords().text().contains(QStringLiteral("hatched")), hatched > 0);
    EXPECT_EQ(legendWords().text().contains(QStringLiteral("\u25C6")), own > 0);
    EXPECT_TRUE(heatmap().copiedValues().contains(QStringLiteral("\tuncertain\town\n")));
    attributeAndWait();
    press(Qt::Key_1); // one past text alone was not tested
    EXPECT_FALSE(legendWords().text().contains(QStringLiteral("hatched")));
    for (const TokenText::Token& token : heatmap().text().tokens) {
        EXPECT_EQ(token.signs, TokenText::Signs{});
    }
}

TEST_F(InspectUnits, KeyBOpensThePlaceboAndMeasuresWhenPressedAgain)
{
    find<QSpinBox>(QStringLiteral("placebos")).setValue(2);
    find<QSpinBox>(QStringLiteral("resamples")).setValue(0);
    press(Qt::Key_B);
    EXPECT_TRUE(isOpen(pane<ControlsPane>()));
    QTest::qWait(30);
    EXPECT_FALSE(shown()->controls) << "its cost is read first";
    press(Qt::Key_B);
    EXPECT_TRUE(waitFor([this] { return shown()->controls.has_value(); }));
}

TEST_F(InspectUnits, AMenuPinsTheTokenAndCopiesItsValues)
{
    choose(tokenMenu(2), QStringLiteral("Pin"));
    EXPECT_TRUE(heatmap().pinnedTokens().contains(2));
    choose(tokenMenu(2), QStringLiteral("Unpin"));
    EXPECT_FALSE(heatmap().pinnedTokens().contains(2));
    choose(tokenMenu(2), QStringLiteral("Copy values"));
    const QStringList lines = QApplication::clipboard()->text().split(QLatin1Char('\n'));
    EXPECT_EQ(lines.size(), 3) << "a header, the token, the end";
}

TEST_F(InspectUnits, AMenuOpensByTheRightButton)
{
    const QPoint place = heatmap().tokenRect(3).center();
    QContextMenuEvent click{QContextMenuEvent::Mouse, place,
                            heatmap().viewport()->mapToGlobal(place)};
    QApplication::sendEvent(heatmap().viewport(), &click);
    EXPECT_NE(menu("tokenMenu"), nullptr);
    EXPECT_EQ(heatmap().currentToken(), 3);
    QTest::keyClick(menu("tokenMenu"), Qt::Key_Escape);
}

TEST_F(InspectUnits, AMenuGoesToTheNextPlaceOfTheWord)
{
    ShownUnits words;
    words.show(shown(), workflow::UnitKind::Word);
    qsizetype twice = 0;
    while (twice < heatmap().text().tokens.size() && words.nextLike(twice) < 0) {
        ++twice;
    }
    ASSERT_LT(twice, heatmap().text().tokens.size()) << "no word stands twice in the sample";
    press(Qt::Key_W);
    choose(tokenMenu(twice), QStringLiteral("Next like this"));
    EXPECT_EQ(heatmap().currentToken(), words.nextLike(twice));
    EXPECT_EQ(words.textAt(heatmap().currentToken()).toLower(), words.textAt(twice).toLower());
    const qsizetype second = heatmap().currentToken();
    press(Qt::Key_Asterisk);
    EXPECT_EQ(heatmap().currentToken(), words.nextLike(second));
}

TEST_F(InspectUnits, AMenuLooksForTheWordInTheDataSet)
{
    choose(tokenMenu(0), QStringLiteral("Other texts where this word has effect"));
    EXPECT_TRUE(isOpen(pane<DatasetPane>()));
    auto& word = find<QLabel>(QStringLiteral("datasetWord"));
    EXPECT_TRUE(waitFor([&word] { return word.text().contains(QStringLiteral("No effects")); }))
        << word.text().toStdString();
    EXPECT_TRUE(word.isVisible());
}

TEST_F(InspectUnits, AMenuWritesOnFromAnotherWord)
{
    QMenu* const of = tokenMenu(2);
    ASSERT_NE(of, nullptr);
    QMenu* words = nullptr;
    for (const QAction* const act : of->actions()) {
        words = act->menu() != nullptr ? act->menu() : words;
    }
    ASSERT_NE(words, nullptr);
    QAction* first = nullptr;
    for (QAction* const act : words->actions()) {
        first = first == nullptr && !act->isSeparator() ? act : first;
    }
    ASSERT_NE(first, nullptr);
    const auto own = shown()->effects.tokens[2].token;
    of->close();
    first->trigger();
    ASSERT_TRUE(waitFor([this] { return shown() && shown()->generated; }));
    EXPECT_NE(shown()->effects.tokens[2].token, own);
}

TEST_F(InspectUnits, APastTextIsSwitchedOffEditedAndShownFromItsMenu)
{
    auto& past = find<QTableView>(QStringLiteral("pastTexts"));
    press(Qt::Key_1);
    tabs().setCurrentWidget(pane<PastTextsPane>());
    past.setFocus();
    const auto open = [&] {
        tabs().setCurrentWidget(pane<PastTextsPane>());
        past.selectRow(0);
        past.setFocus();
        QTest::keyClick(&past, Qt::Key_F10, Qt::ShiftModifier);
        return menu("reviewMenu");
    };
    const ReviewId review = shown()->history[0].review.id;
    choose(open(), QStringLiteral("Switch off"));
    auto* const whatIf = pane<WhatIfPane>();
    EXPECT_TRUE(isOpen(whatIf));
    EXPECT_TRUE(whatIf->isOff(review));
    EXPECT_EQ(find<QListWidget>(QStringLiteral("whatIfTexts")).currentRow(), 0);
    choose(open(), QStringLiteral("Switch on"));
    EXPECT_FALSE(whatIf->isOff(review));
    choose(open(), QStringLiteral("Edit in a copy"));
    EXPECT_TRUE(find<QPlainTextEdit>(QStringLiteral("whatIfText")).hasFocus());

    QSignalSpy wanted{&m_window->session(), &ProjectSession::reviewRequested};
    choose(open(), QStringLiteral("Show in Histories"));
    ASSERT_EQ(wanted.count(), 1);
    EXPECT_FALSE(m_window->inspect().isVisible());
}

TEST_F(InspectUnits, AMatrixRowHasTheSameMenu)
{
    attributeAndWait();
    auto* const matrix = pane<EffectMatrix>();
    tabs().setCurrentWidget(matrix);
    const QPoint label{5, matrix->cellRect(0, 0).center().y()};
    QContextMenuEvent click{QContextMenuEvent::Mouse, label,
                            matrix->viewport()->mapToGlobal(label)};
    QApplication::sendEvent(matrix->viewport(), &click);
    const ReviewId review = shown()->history[0].review.id;
    choose(menu("reviewMenu"), QStringLiteral("Switch off"));
    EXPECT_TRUE(pane<WhatIfPane>()->isOff(review));
}

} // namespace
} // namespace nextquill::ui
