// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/ColumnLayout.h"

#include "ui/histories/table/HistoryTableModel.h"
#include "ui/histories/table/TableGrid.h"
#include "ui/histories/table/TableHeader.h"
#include "ui/histories/table/TableWords.h"
#include "ui/project/ShownText.h"

#include <QMenu>
#include <QSettings>
#include <QTimer>

#include <algorithm>

namespace nextquill::ui {

namespace {

constexpr int saveRest = 500; // milliseconds after the last change
constexpr int narrowest = 24;
constexpr int widest = 4'000;

} // namespace

ColumnLayout::ColumnLayout(HistoryTableModel& model, TableGrid& grid)
    : QObject{&grid}
    , m_model{model}
    , m_grid{grid}
    , m_saveLater{new QTimer{this}}
{
    m_saveLater->setSingleShot(true);
    m_saveLater->setInterval(saveRest);
    connect(m_saveLater, &QTimer::timeout, this, &ColumnLayout::save);
    const auto saveLater = [this] {
        if (!m_arranging) {
            m_saveLater->start();
        }
    };
    connect(&grid.header(), &QHeaderView::sectionResized, this, saveLater);
    connect(&grid.header(), &QHeaderView::sectionMoved, this, saveLater);
}

QString ColumnLayout::key() const
{
    return QStringLiteral("histories/columns/") + shown(store::nameOf(m_model.table()));
}

int ColumnLayout::firstWidth(int column) const
{
    const int letter = m_grid.fontMetrics().averageCharWidth();
    return std::max(columnLetters(m_model.column(column)) * letter,
                    m_grid.header().sectionSizeHint(column));
}

std::vector<std::string> ColumnLayout::columns() const
{
    std::vector<std::string> names;
    for (const int column : m_grid.shownColumns()) {
        names.emplace_back(m_model.column(column).name);
    }
    return names;
}

void ColumnLayout::setColumns(const std::vector<std::string>& names)
{
    m_arranging = true;
    std::vector<int> wanted;
    for (const std::string& name : names) {
        const int column = m_model.columnNumber(name);
        if (column >= 0 && std::find(wanted.begin(), wanted.end(), column) == wanted.end()) {
            wanted.push_back(column);
        }
    }
    if (wanted.empty()) {
        for (const std::string& name : store::firstColumns(m_model.table())) {
            wanted.push_back(m_model.columnNumber(name));
        }
    }
    TableHeader& header = m_grid.header();
    for (std::size_t at = 0; at < wanted.size(); ++at) {
        header.moveSection(header.visualIndex(wanted[at]), static_cast<int>(at));
    }
    for (int column = 0; column < m_model.columnCount(); ++column) {
        const bool hidden = std::find(wanted.begin(), wanted.end(), column) == wanted.end();
        header.setSectionHidden(column, hidden);
    }
    m_arranging = false;
    tellModel();
}

void ColumnLayout::setShown(int column, bool isShown)
{
    if (!isShown && m_grid.shownColumns().size() == 1) {
        return; // there would be no header left to bring one back
    }
    m_grid.header().setSectionHidden(column, !isShown);
    tellModel();
}

void ColumnLayout::tellModel()
{
    m_model.setReadColumns(columns());
    m_grid.header().placeFields();
    m_saveLater->start();
    Q_EMIT columnsChanged();
}

void ColumnLayout::reset()
{
    for (int column = 0; column < m_model.columnCount(); ++column) {
        m_grid.setColumnWidth(column, firstWidth(column));
    }
    setColumns(store::firstColumns(m_model.table()));
}

void ColumnLayout::save()
{
    QStringList parts; // "time:96", from left to right
    for (const int column : m_grid.shownColumns()) {
        parts.append(shown(m_model.column(column).name) + QLatin1Char(':') +
                     QString::number(m_grid.columnWidth(column)));
    }
    QSettings{}.setValue(key(), parts);
}

void ColumnLayout::restore()
{
    reset();
    std::vector<std::string> names;
    m_arranging = true;
    for (const QString& part : QSettings{}.value(key()).toStringList()) {
        const QString name = part.section(QLatin1Char(':'), 0, 0);
        const int width = part.section(QLatin1Char(':'), 1).toInt();
        const int column = m_model.columnNumber(stored(name));
        if (column >= 0) { // not one of another version
            names.push_back(stored(name));
            m_grid.setColumnWidth(column, std::clamp(width, narrowest, widest));
        }
    }
    m_arranging = false;
    if (!names.empty()) {
        setColumns(names);
    }
}

void ColumnLayout::fillMenu(QMenu& menu)
{
    for (int column = 0; column < m_model.columnCount(); ++column) {
        QAction* action = menu.addAction(columnTitle(m_model.table(), m_model.column(column)));
        action->setCheckable(true);
        action->setChecked(!m_grid.isColumnHidden(column));
        connect(action, &QAction::toggled, this,
                [this, column](bool isShown) { setShown(column, isShown); });
    }
    menu.addSeparator();
    menu.addAction(tr("&Columns as at first"), this, &ColumnLayout::reset);
}

} // namespace nextquill::ui
