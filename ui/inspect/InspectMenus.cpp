// SPDX-License-Identifier: GPL-3.0-or-later
//
// What can be done with a token and with a past text: their menus, and the same acts for the keys
// and the list of commands.
#include "ui/inspect/AlternativesView.h"
#include "ui/inspect/ControlsPane.h"
#include "ui/inspect/EffectMatrix.h"
#include "ui/inspect/EffectNumbers.h"
#include "ui/inspect/InspectView.h"
#include "ui/inspect/PastTextsPane.h"
#include "ui/inspect/TokenPanel.h"
#include "ui/inspect/WhatIfPane.h"
#include "ui/inspect/dataset/DatasetPane.h"
#include "ui/project/ModelBox.h"
#include "ui/project/ProjectSession.h"
#include "ui/widgets/TokenView.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <QTabWidget>

namespace nextquill::ui {

namespace {

/// A menu that goes when it is closed.
QMenu* newMenu(const QString& name, QWidget* parent)
{
    auto* menu = new QMenu{parent};
    menu->setObjectName(name);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    return menu;
}

QString withKey(const QString& text, const QString& key)
{
    return text % QLatin1Char('\t') % key;
}

} // namespace

void InspectView::createMenuActs()
{
    m_needText << addAct(tr("Inspect: What Can Be Done with the Token"),
                         {Qt::Key_Menu, QKeySequence{Qt::SHIFT | Qt::Key_F10}},
                         [this] { m_text->requestMenu(); })
               << addAct(tr("Inspect: Next Place of the Same Word"), {Qt::Key_Asterisk},
                         [this] { goToNextLike(); })
               << addAct(tr("Inspect: Other Texts Where This Word Has Effect"), {},
                         [this] { lookElsewhere(); })
               << addAct(tr("Inspect: Continue from Another Word"), {},
                         [this] { m_panel->alternatives().setFocus(); })
               << addAct(tr("Inspect: Test by Other Users\u2019 Histories (Placebo)"), {Qt::Key_B},
                         [this] { testByPlacebo(); });
}

void InspectView::createPastTextActs()
{
    m_needText << addAct(tr("Inspect: Switch the Past Text Off or On"), {},
                         [this] { editPast(m_past->chosenReview(), /*words=*/false); })
               << addAct(tr("Inspect: Edit the Past Text in a Copy"), {},
                         [this] { editPast(m_past->chosenReview(), /*words=*/true); })
               << addAct(tr("Inspect: Show the Past Text in Histories"), {},
                         [this] { showPastInHistories(m_past->chosenReview()); });
}

void InspectView::showTokenMenu(qsizetype token, const QPoint& point)
{
    if (!isToken(token)) {
        return; // a text that is being written
    }
    m_text->setCurrentToken(token); // acts are of the current one
    showToken(token);               // also where the pointer rests on another
    QMenu* const menu = newMenu(QStringLiteral("tokenMenu"), this);
    const bool pinned = m_text->pinnedTokens().contains(token);
    menu->addAction(withKey(pinned ? tr("Un&pin") : tr("&Pin"), tr("Space")), this,
                    [this, token, pinned] { m_text->setPinned(token, !pinned); });
    menu->addAction(withKey(tr("&Next like this"), QStringLiteral("*")), this,
                    [this] { goToNextLike(); });
    menu->addAction(tr("&Other texts where this word has effect"), this,
                    [this] { lookElsewhere(); });
    addContinuations(*menu->addMenu(tr("&Continue from\u2026")));
    menu->addSeparator();
    const TextRange selected = m_text->selectedTokens();
    const bool isSelected = selected.begin <= token && token < selected.end;
    menu->addAction(tr("Copy &values"), this, [this, token, isSelected, selected] {
        const TextRange one{.begin = token, .end = token + 1};
        QApplication::clipboard()->setText(m_text->copiedValues(isSelected ? selected : one));
    });
    menu->addAction(withKey(tr("&Export figure\u2026"),
                            QKeySequence{Qt::CTRL | Qt::Key_E}.toString(QKeySequence::NativeText)),
                    this, [this] { exportFigure(); });
    menu->popup(point);
}

/// The likeliest words of both worlds in the place of the current token.
void InspectView::addContinuations(QMenu& menu)
{
    const AlternativesView& alternatives = m_panel->alternatives();
    const qsizetype token = m_text->currentToken();
    const auto own = static_cast<std::int64_t>(
        m_measured.inspection->effects.tokens[static_cast<std::size_t>(token)].token);
    QList<std::int64_t> listed{own};
    for (const bool with : {true, false}) {
        menu.addSection(with ? tr("likely with the history") : tr("without"));
        for (const AlternativesView::Entry& entry :
             with ? alternatives.with() : alternatives.without()) {
            if (listed.contains(entry.id)) {
                continue;
            }
            listed << entry.id;
            QString text = entry.text;
            text.replace(QLatin1Char('&'), QStringLiteral("&&"));
            menu.addAction(withKey(text, probability(static_cast<double>(entry.p))), this,
                           [this, id = entry.id] { branchOff(id); });
        }
    }
    menu.setEnabled(listed.size() > 1);
}

void InspectView::goToNextLike()
{
    const qsizetype token = m_text->currentToken();
    const qsizetype next = m_units.nextLike(token);
    if (next >= 0) {
        goToToken(next);
    } else if (isToken(token)) {
        Q_EMIT m_session.noticed(
            tr("\u201C%1\u201D stands in no other place of this text").arg(m_units.textAt(token)),
            {}, {});
    }
}

void InspectView::lookElsewhere()
{
    if (!isToken(m_text->currentToken())) {
        return;
    }
    ShownUnits words; // phrases are made of words, whatever has one color here
    words.show(m_measured.inspection, workflow::UnitKind::Word);
    const QString word = words.textAt(m_text->currentToken());
    if (!word.isEmpty()) {
        m_tabs->show();
        m_tabs->setCurrentWidget(m_dataset);
        m_dataset->showWord(word, m_model->model());
    }
}

/// Its cost is read before: the pane is opened first, and measures when it is asked for again.
void InspectView::testByPlacebo()
{
    if (m_tabs->isVisible() && m_tabs->currentWidget() == m_controls) {
        m_controls->measure();
    } else {
        m_tabs->show();
        m_tabs->setCurrentWidget(m_controls);
    }
}

void InspectView::showReviewMenu(int review, const QPoint& point)
{
    if (!m_measured.inspection || review < 0 ||
        review >= std::ssize(m_measured.inspection->history)) {
        return;
    }
    const ReviewId id = m_measured.inspection->history[static_cast<std::size_t>(review)].review.id;
    QMenu* const menu = newMenu(QStringLiteral("reviewMenu"), this);
    menu->addAction(m_whatIf->isOff(id) ? tr("Switch &on") : tr("Switch &off"), this,
                    [this, review] { editPast(review, /*words=*/false); });
    menu->addAction(tr("&Edit in a copy"), this,
                    [this, review] { editPast(review, /*words=*/true); });
    menu->addAction(tr("Show in &Histories"), this,
                    [this, review] { showPastInHistories(review); });
    const bool isKept = m_whatIf->has(id);
    for (QAction* const act : menu->actions()) {
        act->setEnabled(isKept); // a pasted text is in no project
    }
    menu->popup(point);
}

/// Opens the edited history at a past text: with its words to be changed, or switched off or on.
void InspectView::editPast(int review, bool words)
{
    if (review < 0 || !m_measured.inspection) {
        Q_EMIT m_session.noticed(tr("Choose a past text first: keys 1 to 9, or the list below"), {},
                                 {});
        return;
    }
    const ReviewId id = m_measured.inspection->history[static_cast<std::size_t>(review)].review.id;
    m_tabs->show();
    m_tabs->setCurrentWidget(m_whatIf);
    if (words) {
        m_whatIf->editReview(id);
    } else {
        m_whatIf->switchReview(id, m_whatIf->isOff(id));
    }
}

void InspectView::showPastInHistories(int review)
{
    if (review < 0 || !m_measured.inspection) {
        Q_EMIT m_session.noticed(tr("Choose a past text first: keys 1 to 9, or the list below"), {},
                                 {});
        return;
    }
    Q_EMIT m_session.reviewRequested(
        m_measured.inspection->history[static_cast<std::size_t>(review)].review.id);
}

} // namespace nextquill::ui
