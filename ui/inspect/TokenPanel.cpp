// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/TokenPanel.h"

#include "ui/inspect/AlternativesView.h"
#include "ui/inspect/EffectNumbers.h"

#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

namespace nextquill::ui {

namespace {

std::vector<AlternativesView::Entry> entries(const std::vector<causal::Alternative>& alternatives,
                                             const std::vector<std::string>& texts)
{
    std::vector<AlternativesView::Entry> list;
    for (std::size_t i = 0; i < alternatives.size(); ++i) {
        list.push_back({.id = static_cast<std::int64_t>(alternatives[i].token),
                        .text = shownToken(texts[i]),
                        .p = alternatives[i].p});
    }
    return list;
}

} // namespace

TokenPanel::TokenPanel(QWidget* parent)
    : QWidget{parent}
    , m_token{new QLabel{this}}
    , m_sentence{new QLabel{this}}
    , m_numbers{new QLabel{this}}
    , m_alternatives{new AlternativesView{this}}
{
    m_token->setProperty("role", QStringLiteral("heading"));
    m_token->setObjectName(QStringLiteral("tokenText"));
    m_numbers->setObjectName(QStringLiteral("tokenNumbers"));
    m_alternatives->setObjectName(QStringLiteral("alternatives"));
    for (QLabel* label : {m_token, m_sentence, m_numbers}) {
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setWordWrap(true);
    }
    auto* scroll = new QScrollArea{this}; // ten rows may be more than the window is high
    scroll->setWidget(m_alternatives);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_token);
    layout->addWidget(m_sentence);
    layout->addWidget(m_numbers);
    layout->addWidget(scroll, 1);
    showNothing();
}

void TokenPanel::showNothing()
{
    m_token->setText(tr("Point at a word"));
    m_sentence->setText(tr("or move with the arrow keys, to see what the history did to it."));
    m_numbers->clear();
    m_alternatives->setAlternatives({}, {}, -1);
}

void TokenPanel::showToken(const workflow::Inspection& inspection, const TokenFacts& facts,
                           qsizetype token)
{
    const auto index = static_cast<std::size_t>(token);
    const causal::TokenEffect& effect = inspection.effects.tokens[index];
    m_token->setText(facts.token);
    m_sentence->setText(facts.sentence);
    QStringList lines;
    if (!facts.unit.isEmpty()) {
        lines << facts.unit;
    }
    for (const TokenFacts::Row& row : facts.rows) {
        lines << tr("%1 %2").arg(row.name, row.value);
    }
    m_numbers->setText((lines + facts.cluster).join(QLatin1Char('\n')));
    m_alternatives->setAlternatives(entries(effect.top_h, inspection.top_h[index]),
                                    entries(effect.top_0, inspection.top_0[index]),
                                    static_cast<std::int64_t>(effect.token));
}

} // namespace nextquill::ui
