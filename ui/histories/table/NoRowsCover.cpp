// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/NoRowsCover.h"

#include "ui/histories/table/HistoryTableModel.h"
#include "ui/histories/table/TableGrid.h"
#include "ui/histories/table/TableWords.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/EmptyState.h"

#include <QEvent>
#include <QVBoxLayout>

namespace nextquill::ui {

NoRowsCover::NoRowsCover(HistoryTableModel& model, TableGrid& grid)
    : QWidget{grid.viewport()}
    , m_model{model}
    , m_grid{grid}
    , m_content{new EmptyState{this}}
{
    setObjectName(QStringLiteral("noRows"));
    hide();
    auto* layout = new QVBoxLayout{this};
    layout->addWidget(m_content);
    m_content->setIcon(QStringLiteral("filter"));
    connect(m_content, &EmptyState::actionRequested, this,
            [this] { Q_EMIT removeWanted(m_lastColumn); });
    connect(m_content, &EmptyState::linkRequested, this, &NoRowsCover::removeAllWanted);
    connect(&model, &HistoryTableModel::countChanged, this, &NoRowsCover::look);
    connect(&model, &HistoryTableModel::answered, this, &NoRowsCover::look);
    grid.viewport()->installEventFilter(this);
}

void NoRowsCover::look()
{
    const store::FilterExpression& filter = m_model.query().filter;
    const bool none = m_model.rowCount() == 0 && !m_model.isAsking() && !m_model.isCounting() &&
                      !filter.isEmpty();
    if (!none) {
        hide();
        return;
    }
    m_content->setTitle(tr("0 of %1").arg(countedRows(m_model.table(), m_model.count().total)));
    const auto columns = filter.columns();
    if (columns.empty()) {
        m_lastColumn.clear();
        m_content->setSentence(tr("No text has what you search for."));
        m_content->setAction(tr("Remove the search"));
        m_content->setLink({});
    } else {
        m_lastColumn = shown(columns.back());
        const QString typed = shown(filter.typed(columns.back())).left(40);
        const int number = m_model.columnNumber(columns.back());
        m_content->setSentence(tr("No row is all that the filters ask for."));
        QString title = columnTitle(m_model.table(), m_model.column(number));
        QString act = tr("Remove %1: %2").arg(title, typed);
        m_content->setAction(act.replace(QLatin1Char('&'), QStringLiteral("&&")));
        const bool more = columns.size() > 1 || !filter.search().empty();
        m_content->setLink(more ? tr("Remove all filters") : QString{});
    }
    setGeometry(m_grid.viewport()->rect());
    show();
    raise();
}

bool NoRowsCover::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_grid.viewport() && event->type() == QEvent::Resize) {
        setGeometry(m_grid.viewport()->rect());
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace nextquill::ui
