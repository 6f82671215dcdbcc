// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/TokenPanel.h"

#include "core/base/Utf8.h"
#include "core/causal/Objective.h"

#include "ui/inspect/AlternativesModel.h"
#include "ui/inspect/EffectMeasure.h"
#include "ui/project/ShownText.h"

#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace nextquill::ui {

namespace {

QString shownToken(const std::string& text)
{
    // A leading space belongs to the token: it is shown as the open box of text editors.
    QString token = shown(escapedForDisplay(text, 40));
    token.replace(QLatin1Char(' '), QChar(0x2423));
    return token;
}

QString signedNumber(float value, int digits)
{
    return QString((value < 0 ? QStringLiteral("−") : QStringLiteral("+")) %
                   QString::number(static_cast<double>(std::abs(value)), 'f', digits));
}

QString times(float factor)
{
    return QString::number(static_cast<double>(factor), 'f', factor < 10 ? 1 : 0);
}

std::vector<AlternativesModel::Entry> entries(const std::vector<causal::Alternative>& alternatives,
                                              const std::vector<std::string>& texts)
{
    std::vector<AlternativesModel::Entry> list;
    for (std::size_t i = 0; i < alternatives.size(); ++i) {
        list.push_back({.text = shownToken(texts[i]), .p = alternatives[i].p});
    }
    return list;
}

} // namespace

TokenPanel::TokenPanel(QWidget* parent)
    : QWidget{parent}
    , m_token{new QLabel{this}}
    , m_sentence{new QLabel{this}}
    , m_numbers{new QLabel{this}}
    , m_alternatives{new QTableView{this}}
    , m_model{new AlternativesModel{this}}
{
    m_token->setProperty("role", QStringLiteral("heading"));
    m_token->setObjectName(QStringLiteral("tokenText"));
    m_numbers->setObjectName(QStringLiteral("tokenNumbers"));
    for (QLabel* label : {m_token, m_sentence, m_numbers}) {
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setWordWrap(true);
    }
    m_alternatives->setModel(m_model);
    m_alternatives->setAccessibleName(tr("What could have stood here"));
    m_alternatives->verticalHeader()->hide();
    m_alternatives->setShowGrid(false);
    m_alternatives->setSelectionMode(QAbstractItemView::NoSelection);
    m_alternatives->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    for (const int column : {AlternativesModel::WithP, AlternativesModel::WithoutP}) {
        m_alternatives->horizontalHeader()->setSectionResizeMode(column,
                                                                 QHeaderView::ResizeToContents);
    }
    m_alternatives->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_token);
    layout->addWidget(m_sentence);
    layout->addWidget(m_numbers);
    layout->addWidget(m_alternatives, 1);
    showNothing();
}

void TokenPanel::showNothing()
{
    m_token->setText(tr("Point at a word"));
    m_sentence->setText(tr("or move with the arrow keys, to see what the history did to it."));
    m_numbers->clear();
    m_model->setAlternatives({}, {});
}

QString TokenPanel::sentence(const workflow::Inspection& inspection, qsizetype token)
{
    const auto index = static_cast<std::size_t>(token);
    const causal::TokenEffect& effect = inspection.effects.tokens[index];
    const QString word = shownToken(inspection.tokenTexts[index]);
    constexpr float certain = 0.95F;
    if (effect.p_h > certain && effect.p_0 > certain) {
        return tr("Nothing else could stand here: no room for an effect.");
    }
    const float factor = std::exp(effect.logp_h - effect.logp_0);
    constexpr float noticeable = 1.1F;
    if (factor > noticeable) {
        return tr("The history made “%1” %2 times as likely.").arg(word, times(factor));
    }
    if (factor < 1 / noticeable) {
        return tr("The history made “%1” %2 times less likely.").arg(word, times(1 / factor));
    }
    return tr("The history hardly changes “%1”.").arg(word);
}

void TokenPanel::showToken(const workflow::Inspection& inspection, qsizetype token,
                           double threshold)
{
    const auto index = static_cast<std::size_t>(token);
    const causal::TokenEffect& effect = inspection.effects.tokens[index];
    m_token->setText(shownToken(inspection.tokenTexts[index]));
    m_sentence->setText(sentence(inspection, token));
    const causal::Objective objective; // weights of the method's own
    const double weight =
        static_cast<double>(effect.pce()) > threshold ? objective.highWeight : objective.lowWeight;
    m_numbers->setText(
        tr("PCE %1   %2 bits\nwith history %3 (rank %4)\nwithout %5 (rank %6)\nweight in the loss "
           "%7")
            .arg(signedNumber(effect.pce(), 3), signedNumber(bitsOf(effect), 2),
                 QString::number(static_cast<double>(effect.p_h), 'f', 3),
                 QString::number(effect.rank_h),
                 QString::number(static_cast<double>(effect.p_0), 'f', 3),
                 QString::number(effect.rank_0), QString::number(weight)));
    m_model->setAlternatives(entries(effect.top_h, inspection.top_h[index]),
                             entries(effect.top_0, inspection.top_0[index]));
}

} // namespace nextquill::ui
