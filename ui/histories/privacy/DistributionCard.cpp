// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/privacy/DistributionCard.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

namespace nextquill::ui {

DistributionCard::DistributionCard(const QString& title, const QString& name, QWidget* parent)
    : QFrame{parent}
    , m_chart{new BarChart{this}}
    , m_titleLine{new QHBoxLayout}
    , m_caption{new QLabel{this}}
    , m_filter{new QPushButton{tr("Show these"), this}}
{
    setProperty("role", QStringLiteral("card"));
    setObjectName(name);
    m_chart->setObjectName(name % QStringLiteral("Bars"));
    m_chart->setAccessibleName(title);
    auto* heading = new QLabel{title, this};
    heading->setProperty("role", QStringLiteral("heading"));
    heading->setTextFormat(Qt::PlainText);
    m_titleLine->addWidget(heading);
    m_titleLine->addStretch();
    m_caption->setObjectName(name % QStringLiteral("Caption"));
    m_caption->setProperty("role", QStringLiteral("muted"));
    m_caption->setTextFormat(Qt::PlainText);
    m_filter->setObjectName(name % QStringLiteral("Filter"));
    m_filter->setToolTip(tr("The chosen reviews, in the table"));
    auto* foot = new QHBoxLayout;
    foot->addWidget(m_caption, 1);
    foot->addWidget(m_filter);
    auto* layout = new QVBoxLayout{this};
    layout->addLayout(m_titleLine);
    layout->addWidget(m_chart, 1);
    layout->addLayout(foot);
    const auto filter = [this] {
        if (m_filterable && m_chart->firstChosen() >= 0) {
            Q_EMIT filterRequested(m_chart->firstChosen(), m_chart->lastChosen());
        }
    };
    connect(m_filter, &QPushButton::clicked, this, filter);
    connect(m_chart, &BarChart::choiceChanged, this, &DistributionCard::renew);
    renew();
}

void DistributionCard::addToTitle(QWidget* widget)
{
    m_titleLine->addWidget(widget);
}

void DistributionCard::setBars(QList<BarChart::Bar> bars, const QString& summary)
{
    m_summary = summary;
    m_chart->setBars(std::move(bars));
    renew();
}

void DistributionCard::setSummary(const QString& summary)
{
    m_summary = summary;
    renew();
}

void DistributionCard::setFilterable(bool filterable)
{
    m_filterable = filterable;
    renew();
}

void DistributionCard::renew()
{
    const int first = m_chart->firstChosen();
    const int last = m_chart->lastChosen();
    m_filter->setVisible(m_filterable);
    m_filter->setEnabled(first >= 0);
    if (first < 0) {
        m_caption->setText(m_summary);
        return;
    }
    qint64 chosen = 0;
    qint64 all = 0;
    for (int i = 0; i < m_chart->bars().size(); ++i) {
        all += m_chart->bars()[i].count;
        chosen += i >= first && i <= last ? m_chart->bars()[i].count : 0;
    }
    const QLocale locale;
    const QString count =
        tr("%1 of %2 (%3 %)")
            .arg(locale.toString(chosen), locale.toString(all),
                 locale.toString(100.0 * static_cast<double>(chosen) /
                                     static_cast<double>(std::max<qint64>(all, 1)),
                                 'f', 1));
    const QString& from = m_chart->bars()[first].label;
    m_caption->setText(first == last
                           ? tr("%1: %2").arg(from, count)
                           : tr("%1 … %2: %3").arg(from, m_chart->bars()[last].label, count));
}

} // namespace nextquill::ui
