// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/CellMenu.h"

#include "ui/histories/table/HistoryTableModel.h"
#include "ui/histories/table/TableGrid.h"
#include "ui/histories/table/TableSelection.h"
#include "ui/histories/table/TableWords.h"
#include "ui/project/ShownText.h"

#include <QFontMetrics>

#include <algorithm>

namespace nextquill::ui {

namespace {

constexpr int valueWidth = 220;

bool isOrdered(const store::TableColumn& column)
{
    return isNumeric(column) || column.type == store::ColumnType::Time;
}

/// A value of somebody's text as a menu shows it.
QString menuText(const QString& value, const QFontMetrics& metrics)
{
    QString text = metrics.elidedText(value.simplified(), Qt::ElideRight, valueWidth);
    return text.replace(QLatin1Char('&'), QStringLiteral("&&"));
}

/// Lowest and highest of the chosen cells of a column, as fields write them; empty with fewer than
/// two values. Only rows that are held are looked at: a person sees those.
std::pair<QString, QString> chosenRange(const HistoryTableModel& model,
                                        const TableSelection& selection, int column)
{
    const store::Cell* low = nullptr;
    const store::Cell* high = nullptr;
    for (const RowRange& range : selection.ranges()) {
        for (int row = range.first; row <= std::min(range.last, range.first + 10'000); ++row) {
            const store::Cell* cell = model.cell(row, column);
            if (cell == nullptr || std::holds_alternative<std::monostate>(*cell)) {
                continue;
            }
            low = low == nullptr || *cell < *low ? cell : low;
            high = high == nullptr || *high < *cell ? cell : high;
        }
    }
    if (low == nullptr || *low == *high) {
        return {};
    }
    const store::TableColumn& kind = model.column(column);
    return {shown(store::cellText(kind, *low)), shown(store::cellText(kind, *high))};
}

} // namespace

CellMenu::CellMenu(HistoryTableModel& model, TableGrid& grid, TableSelection& selection,
                   const QModelIndex& cell, QWidget* parent)
    : QMenu{parent}
    , m_model{model}
    , m_grid{grid}
    , m_selection{selection}
    , m_cell{cell}
{
    setObjectName(QStringLiteral("cellMenu"));
    if (cell.data(HistoryTableModel::LoadedRole).toBool()) {
        addFilters();
        addSame();
        addSeparator();
    }
    addOrders();
}

void CellMenu::addFilter(const QString& text, int column, const QString& typed)
{
    addAction(text, this, [this, column, typed] { Q_EMIT filterWanted(column, typed); });
}

void CellMenu::addFilters()
{
    const int number = m_cell.column();
    const store::TableColumn& column = m_model.column(number);
    const std::string value = stored(m_cell.data(HistoryTableModel::TextRole).toString());
    if (value.empty()) {
        addFilter(tr("Only &empty ones"), number, QStringLiteral("empty"));
        addFilter(tr("&Not empty ones"), number, QStringLiteral("not empty"));
        return;
    }
    if (column.name == "text" || column.name == "description") {
        return; // nobody looks for the same long text, and here it may be cut
    }
    if (column.type == store::ColumnType::Tags) {
        addFilter(tr("&Only with these tags"), number, shown(value));
        addFilter(tr("Without &tags"), number, QStringLiteral("empty"));
        return;
    }
    const QString text = menuText(m_cell.data().toString(), fontMetrics());
    addFilter(tr("&Only this: %1").arg(text), number, shown(store::onlyThis(value)));
    addFilter(tr("&Not this: %1").arg(text), number, shown(store::notThis(value)));
    if (!isOrdered(column)) {
        return;
    }
    addFilter(tr("&Greater than %1").arg(text), number, shown(store::greaterThan(value)));
    addFilter(tr("&Less than %1").arg(text), number, shown(store::lessThan(value)));
    const auto [low, high] = chosenRange(m_model, m_selection, number);
    if (!low.isEmpty()) {
        addFilter(tr("&Between %1 and %2").arg(low, high), number,
                  shown(store::between(stored(low), stored(high))));
    } else {
        addAction(tr("&Between %1 and…").arg(text), this, [this, number, value] {
            Q_EMIT draftWanted(number, shown(value) + QStringLiteral(".."));
        });
    }
}

void CellMenu::addSame()
{
    struct Same
    {
        const char* column;
        QString text;
    };
    for (const Same& same :
         {Same{"user", tr("Same &user: %1")}, Same{"asin", tr("Same &item: %1")}}) {
        const int number = m_model.columnNumber(same.column);
        if (m_model.table() != store::TableKind::Reviews || number < 0 ||
            number == m_cell.column()) {
            continue;
        }
        const QModelIndex of = m_cell.siblingAtColumn(number);
        const std::string value = stored(of.data(HistoryTableModel::TextRole).toString());
        if (value.empty()) {
            continue;
        }
        const int title = m_model.columnNumber("item");
        const bool named = same.column == std::string_view{"asin"} && title >= 0;
        QString name = (named ? m_cell.siblingAtColumn(title) : of).data().toString();
        if (name.isEmpty()) {
            name = shown(value);
        }
        addFilter(same.text.arg(menuText(name, fontMetrics())), number,
                  shown(store::onlyThis(value)));
    }
}

void CellMenu::addOrders()
{
    const int number = m_cell.column();
    const store::TableColumn& column = m_model.column(number);
    if (!column.sortable) {
        return;
    }
    const QString title = columnTitle(m_model.table(), column);
    addAction(tr("Order by %1, &smallest first").arg(title), this,
              [this, number] { Q_EMIT orderWanted(number, false); });
    addAction(tr("Order by %1, g&reatest first").arg(title), this,
              [this, number] { Q_EMIT orderWanted(number, true); });
}

} // namespace nextquill::ui
