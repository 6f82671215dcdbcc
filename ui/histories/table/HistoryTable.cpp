// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/HistoryTable.h"

#include "ui/histories/table/CellDelegate.h"
#include "ui/histories/table/ColumnLayout.h"
#include "ui/histories/table/FilterField.h"
#include "ui/histories/table/HeaderHistograms.h"
#include "ui/histories/table/HistoryTableModel.h"
#include "ui/histories/table/IndexOffer.h"
#include "ui/histories/table/KeptPlace.h"
#include "ui/histories/table/NoRowsCover.h"
#include "ui/histories/table/SelectionFigures.h"
#include "ui/histories/table/TableGrid.h"
#include "ui/histories/table/TableHeader.h"
#include "ui/histories/table/TableSelection.h"
#include "ui/histories/table/TableStatus.h"
#include "ui/histories/table/TableViews.h"
#include "ui/histories/table/TableWords.h"
#include "ui/histories/table/ViewsBar.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/ThemedIcon.h"

#include <QLabel>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

namespace nextquill::ui {

namespace {

constexpr int searchLetters = 28;

QToolButton* toolButton(const QString& icon, const QString& text, QWidget* parent)
{
    auto* button = new QToolButton{parent};
    button->setIcon(themedIcon(icon));
    button->setText(text);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    return button;
}

} // namespace

HistoryTable::HistoryTable(ProjectSession& session, store::TableKind table, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_filter{table}
    , m_order{firstOrder()}
    , m_model{new HistoryTableModel{session, table, this}}
    , m_grid{new TableGrid{this}}
    , m_searchError{new QLabel{this}}
    , m_viewsBar{new ViewsBar{this}}
{
    m_grid->setModel(m_model);
    m_selection = new TableSelection{session, *m_model, *m_grid};
    m_figures = new SelectionFigures{session, *m_model, *m_grid, *m_selection};
    m_histograms = new HeaderHistograms{session, *m_model, *m_grid};
    m_columns = new ColumnLayout{*m_model, *m_grid};
    m_delegate = new CellDelegate{m_grid};
    m_status = new TableStatus{*m_model, *m_selection, *m_figures, this};
    m_views = new TableViews{session, table, *m_viewsBar, [this] { return shownView(); }};
    m_place = new KeptPlace{name(), this};
    m_column = new QVBoxLayout{this};
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    createTop();
    createGrid();
    m_column->addWidget(new IndexOffer{session, *m_model, this});
    m_column->addWidget(m_grid, 1);
    m_column->addWidget(m_status);
    createActions();
    connectQuestions();
    connect(&m_session, &ProjectSession::projectChanged, this, &HistoryTable::renewForProject);
    connect(&m_session, &ProjectSession::dataChanged, this, &HistoryTable::refresh);
    connect(&m_session, &ProjectSession::userErased, this, [this](const QString& name) {
        if (shown(m_filter.toText()).contains(name)) { // it is kept in a file
            removeFilters();
        }
    });
    renewForProject();
}

store::TableKind HistoryTable::table() const
{
    return m_filter.table();
}

/// Users and items with most reviews come first, reviews as they were imported.
store::TableOrder HistoryTable::firstOrder() const
{
    const store::TableColumn* reviews = store::findColumn(table(), "reviews");
    return reviews != nullptr && reviews->sortable
               ? store::TableOrder{.column = "reviews", .descending = true}
               : store::TableOrder{};
}

QString HistoryTable::name() const
{
    return shown(store::nameOf(table()));
}

void HistoryTable::createTop()
{
    auto* bar = new QFrame{this};
    bar->setProperty("role", QStringLiteral("toolbar"));
    m_tools = new QHBoxLayout;
    QHBoxLayout* row = m_tools;
    if (table() == store::TableKind::Reviews) {
        m_search = new FilterField{bar};
        m_search->setObjectName(QStringLiteral("searchTexts"));
        m_search->setAccessibleName(tr("Search in texts"));
        m_search->setMinimumWidth(m_search->fontMetrics().averageCharWidth() * searchLetters);
        m_search->setPlaceholderText(
            tr("Search all texts: words, \"phrases\", prefix*, AND OR NOT"));
        m_search->addAction(themedIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
        connect(m_search, &FilterField::committed, this, &HistoryTable::setSearch);
        connect(m_search, &FilterField::rowsWanted, m_grid, [this] { m_grid->setFocus(); });
        row->addWidget(m_search, 1);
    }
    m_removeFilters = toolButton(QStringLiteral("close"), tr("Remove filters"), bar);
    m_removeFilters->setObjectName(name() + QStringLiteral(".removeFilters"));
    connect(m_removeFilters, &QToolButton::clicked, this, &HistoryTable::removeFilters);
    auto* columns = toolButton(QStringLiteral("settings"), tr("Columns"), bar);
    columns->setObjectName(name() + QStringLiteral(".columns"));
    columns->setToolButtonStyle(Qt::ToolButtonIconOnly);
    columns->setToolTip(tr("Columns that are shown"));
    columns->setAccessibleName(tr("Columns"));
    columns->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu{columns};
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        m_columns->fillMenu(*menu);
    });
    columns->setMenu(menu);
    row->addWidget(m_viewsBar);
    if (m_search == nullptr) {
        row->addStretch(1);
    }
    row->addWidget(m_removeFilters);
    row->addWidget(columns);
    m_searchError->setObjectName(name() + QStringLiteral(".searchError"));
    m_searchError->setProperty("role", QStringLiteral("error"));
    m_searchError->setTextFormat(Qt::PlainText);
    m_searchError->setWordWrap(true);
    m_searchError->hide();
    auto* lines = new QVBoxLayout{bar};
    lines->setSpacing(2);
    lines->addLayout(row);
    lines->addWidget(m_searchError);
    m_column->addWidget(bar);
}

void HistoryTable::addAbove(QWidget* line)
{
    m_column->insertWidget(m_column->indexOf(m_grid), line);
}

void HistoryTable::addBelow(QWidget* line)
{
    m_column->insertWidget(m_column->indexOf(m_grid) + 1, line);
}

void HistoryTable::addTool(QWidget* tool)
{
    m_tools->insertWidget(m_tools->indexOf(m_removeFilters) + 1, tool);
}

void HistoryTable::createGrid()
{
    m_grid->setObjectName(name());
    m_grid->setAccessibleName(tableTitle(table()));
    m_grid->setItemDelegate(m_delegate);
    TableHeader& header = m_grid->header();
    QStringList names;
    for (int column = 0; column < m_model->columnCount(); ++column) {
        names.append(name() + QLatin1Char('.') + shown(m_model->column(column).name));
    }
    header.createFields(names);
    for (int column = 0; column < m_model->columnCount(); ++column) {
        FilterField& field = header.field(column);
        const QString title = columnTitle(table(), m_model->column(column));
        field.setColumnTitle(title);
        field.setHelp(columnHelp(table(), m_model->column(column)));
        connect(&field, &FilterField::committed, this,
                [this, column](const QString& typed) { setField(column, typed); });
        connect(&field, &FilterField::rowsWanted, m_grid, [this] { m_grid->setFocus(); });
        connect(&field, &FilterField::focused, m_grid,
                [this, column] { m_grid->showColumnWhole(column); });
    }
    QList<int> marked;
    for (const char* of : {"title", "text"}) {
        if (const int column = m_model->columnNumber(of); column >= 0) {
            marked.append(column);
        }
    }
    m_delegate->setMarkedColumns(marked);
    connect(m_grid, &QWidget::customContextMenuRequested, this, &HistoryTable::showCellMenu);
    connect(&header, &QWidget::customContextMenuRequested, this, &HistoryTable::showHeaderMenu);
    connect(&header, &TableHeader::orderWanted, this, &HistoryTable::setOrder);
    auto* cover = new NoRowsCover{*m_model, *m_grid};
    connect(cover, &NoRowsCover::removeAllWanted, this, &HistoryTable::removeFilters);
    connect(cover, &NoRowsCover::removeWanted, this, [this](const QString& column) {
        if (column.isEmpty()) {
            setSearch({});
        } else {
            setField(m_model->columnNumber(stored(column)), {});
        }
        showQuestion();
    });
}

} // namespace nextquill::ui
