// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/TokenCard.h"

#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>

namespace nextquill::ui {

namespace {

constexpr int cardWidth = 260; // device-independent pixels
constexpr int distance = 6;    // from the token

QLabel* plainLabel(QWidget* parent, const char* role = nullptr)
{
    auto* label = new QLabel{parent};
    label->setTextFormat(Qt::PlainText);
    if (role != nullptr) {
        label->setProperty("role", QString::fromLatin1(role));
    }
    return label;
}

} // namespace

TokenCard::TokenCard(QWidget* parent)
    : QFrame{parent}
    , m_token{plainLabel(this, "heading")}
    , m_sentence{plainLabel(this)}
    , m_unit{plainLabel(this)}
    , m_cluster{plainLabel(this, "mono")}
    , m_grid{new QGridLayout}
{
    setObjectName(QStringLiteral("tokenCard"));
    setProperty("role", QStringLiteral("card"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFixedWidth(cardWidth);
    m_unit->setObjectName(QStringLiteral("cardUnit"));
    m_sentence->setWordWrap(true);
    m_unit->setWordWrap(true);
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(1);
    m_grid->setColumnStretch(1, 1);
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(12, 8, 12, 10);
    layout->setSpacing(4);
    layout->addWidget(m_token);
    layout->addWidget(m_sentence);
    layout->addWidget(m_unit);
    layout->addLayout(m_grid);
    layout->addWidget(m_cluster);
    hide();
}

void TokenCard::fill(const TokenFacts& facts)
{
    m_token->setText(facts.token);
    m_sentence->setText(facts.sentence);
    m_unit->setText(facts.unit);
    m_unit->setVisible(!facts.unit.isEmpty());
    m_cluster->setText(facts.cluster.join(QLatin1Char('\n')));
    m_cluster->setVisible(!facts.cluster.isEmpty());
    while (m_names.size() < facts.rows.size()) {
        const int row = static_cast<int>(m_names.size());
        m_names << plainLabel(this, "muted");
        m_values << plainLabel(this);
        m_grid->addWidget(m_names.last(), row, 0);
        m_grid->addWidget(m_values.last(), row, 1, Qt::AlignRight);
    }
    for (qsizetype row = 0; row < m_names.size(); ++row) {
        const bool used = row < facts.rows.size();
        m_names[row]->setVisible(used);
        m_values[row]->setVisible(used);
        if (used) {
            m_names[row]->setText(facts.rows[row].name);
            m_values[row]->setText(facts.rows[row].value);
        }
    }
}

void TokenCard::showAt(const QRect& token, const TokenFacts& facts)
{
    fill(facts);
    layout()->activate();
    resize(cardWidth, layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(cardWidth)
                                                    : sizeHint().height());
    const QRect room = parentWidget()->rect();
    const int x = std::clamp(token.center().x() - cardWidth / 2, distance,
                             std::max(distance, room.width() - cardWidth - distance));
    int y = token.bottom() + distance;
    if (y + height() > room.height() && token.top() - distance - height() >= 0) {
        y = token.top() - distance - height();
    }
    move(x, y);
    show();
    raise();
}

} // namespace nextquill::ui
