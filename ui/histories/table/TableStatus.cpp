// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/TableStatus.h"

#include "ui/histories/table/HistoryTableModel.h"
#include "ui/histories/table/SelectionFigures.h"
#include "ui/histories/table/TableSelection.h"
#include "ui/histories/table/TableWords.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QTimer>
#include <QToolButton>

namespace nextquill::ui {

namespace {

constexpr int slowFrom = 400; // milliseconds: quicker answers show no bar
constexpr int barWidth = 140;
constexpr int barSteps = 1'000;

} // namespace

QString shownCount(store::TableKind table, const RowCount& count, bool isFiltered, bool isCounting)
{
    const QString total = countedRows(table, count.total);
    const QString rows = QLocale{}.toString(qlonglong{count.rows});
    if (count.exact) {
        return isFiltered ? TableStatus::tr("%1 of %2").arg(rows, total)
                          : countedRows(table, count.rows);
    }
    return (isCounting ? TableStatus::tr("≥ %1 of %2, counting…")
                       : TableStatus::tr("≥ %1 of %2 (not counted to the end)"))
        .arg(rows, total);
}

TableStatus::TableStatus(HistoryTableModel& model, TableSelection& selection,
                         SelectionFigures& figures, QWidget* parent)
    : QFrame{parent}
    , m_model{model}
    , m_selection{selection}
    , m_figures{figures}
    , m_count{new QLabel{this}}
    , m_choice{new QLabel{this}}
    , m_bar{new QProgressBar{this}}
    , m_stop{new QToolButton{this}}
    , m_busy{new QTimer{this}}
{
    setProperty("role", QStringLiteral("statusline"));
    const QString name = QString::fromUtf8(store::nameOf(model.table()).data());
    m_count->setObjectName(name + QStringLiteral(".count"));
    m_choice->setObjectName(name + QStringLiteral(".choice"));
    m_choice->setProperty("role", QStringLiteral("muted"));
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(barWidth);
    m_bar->setFixedHeight(6);
    m_stop->setObjectName(name + QStringLiteral(".stop"));
    m_stop->setText(tr("Cancel"));
    m_busy->setSingleShot(true);
    m_busy->setInterval(slowFrom);
    m_bar->hide();
    m_stop->hide();
    setMinimumHeight(m_stop->sizeHint().height() + 4); // the line keeps its height
    auto* row = new QHBoxLayout{this};
    row->setContentsMargins(12, 2, 12, 2);
    row->addWidget(m_count);
    row->addWidget(m_bar);
    row->addWidget(m_stop);
    row->addStretch(1);
    row->addWidget(m_choice);
    connect(m_stop, &QToolButton::clicked, this, &TableStatus::stopRequested);
    connect(m_busy, &QTimer::timeout, this, [this] {
        m_bar->setRange(0, 0);
        m_bar->setVisible(m_model.isAsking());
        m_stop->setVisible(m_model.isAsking() || m_model.isCounting());
    });
    connect(&model, &HistoryTableModel::countChanged, this, &TableStatus::showCount);
    connect(&model, &HistoryTableModel::countChanged, this, &TableStatus::showChoice);
    connect(&model, &HistoryTableModel::askingChanged, this, &TableStatus::followAsking);
    connect(&model, &HistoryTableModel::lookedAt, this, &TableStatus::showProgress);
    connect(&selection, &TableSelection::changed, this, &TableStatus::showChoice);
    connect(&figures, &SelectionFigures::changed, this, &TableStatus::showChoice);
}

QString TableStatus::countText() const
{
    return m_count->text();
}

QString TableStatus::choiceText() const
{
    return m_choice->text();
}

void TableStatus::followAsking()
{
    if (m_model.isAsking()) {
        m_busy->start();
    } else {
        m_bar->hide();
        showCount();
    }
}

void TableStatus::showCount()
{
    m_count->setText(shownCount(m_model.table(), m_model.count(), !m_model.query().filter.isEmpty(),
                                m_model.isCounting()));
    if (!m_model.isAsking() && !m_model.isCounting()) {
        m_busy->stop();
        m_stop->hide();
    } else if (!m_busy->isActive() && !m_stop->isVisible()) {
        m_busy->start();
    }
}

void TableStatus::showProgress(qint64 rows, qint64 total)
{
    if (m_bar->isVisible() && total > 0) {
        m_bar->setRange(0, barSteps);
        m_bar->setValue(static_cast<int>(std::min<qint64>(rows, total) * barSteps / total));
    }
}

void TableStatus::showChoice()
{
    const qint64 rows = m_selection.rows();
    QString text;
    if (m_selection.isEverything()) {
        const RowCount count = m_model.count();
        const qint64 leftOut = m_model.rowCount() - rows;
        text = count.exact
                   ? tr("all %1 chosen").arg(countedRows(m_model.table(), count.rows - leftOut))
                   : tr("all matching chosen (%1, counting…)")
                         .arg(countedRows(m_model.table(), count.rows - leftOut, true));
        if (leftOut > 0) {
            text = tr("%1 but for %2").arg(text, countedRows(m_model.table(), leftOut));
        }
    } else if (rows > 1) {
        text = tr("%1 chosen").arg(countedRows(m_model.table(), rows));
    }
    if (!m_figures.text().isEmpty()) {
        text += text.isEmpty() ? m_figures.text() : QStringLiteral("  ·  ") + m_figures.text();
    }
    m_choice->setText(text);
}

} // namespace nextquill::ui
