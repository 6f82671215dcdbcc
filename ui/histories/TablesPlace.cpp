// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/TablesPlace.h"

#include "ui/histories/acts/ActsBar.h"
#include "ui/histories/acts/SelectionActs.h"
#include "ui/histories/reading/ReadingPane.h"
#include "ui/histories/reading/WhereFromDialog.h"
#include "ui/histories/splits/FunnelBar.h"
#include "ui/histories/table/HistoryTable.h"
#include "ui/histories/table/HistoryTableModel.h"
#include "ui/histories/table/TableGrid.h"
#include "ui/histories/table/TableSelection.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <QAction>
#include <QApplication>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace nextquill::ui {

namespace {

constexpr store::TableKind kinds[] = {store::TableKind::Reviews, store::TableKind::Users,
                                      store::TableKind::Items};

} // namespace

TablesPlace::TablesPlace(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_split{new QSplitter{this}}
    , m_tables{new QStackedWidget{this}}
    , m_pane{new ReadingPane{session, this}}
{
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    m_split->addWidget(m_tables);
    m_split->addWidget(m_pane);
    m_split->setSizes({800, 440});
    m_split->setStretchFactor(0, 2);
    m_split->setStretchFactor(1, 1);
    m_split->setChildrenCollapsible(false);
    layout->addWidget(m_split);
    createTables();
    createFunnel();
    createPane();
}

void TablesPlace::createTables()
{
    for (const store::TableKind kind : kinds) {
        auto* table = new HistoryTable{m_session, kind, m_tables};
        m_all.append(table);
        m_tables->addWidget(table);
        addActs(*table);
        addOwnActions(*table);
        follow(*table);
    }
}

void TablesPlace::createPane()
{
    connect(m_pane, &ReadingPane::filterWanted, this, &TablesPlace::filterWanted);
    connect(m_pane, &ReadingPane::similarWanted, this, &TablesPlace::similarWanted);
    connect(m_pane, &ReadingPane::inspectWanted, this,
            [this](qint64 id) { Q_EMIT m_session.inspectRequested(ExampleId{id}); });
    connect(m_pane, &ReadingPane::compareWanted, this,
            [this](qint64 id) { Q_EMIT m_session.compareRequested(ExampleId{id}); });
    connect(&m_session, &ProjectSession::projectChanged, m_pane, &ReadingPane::clear);
    HistoryTable& reviews = table(store::TableKind::Reviews);
    connect(&reviews, &HistoryTable::filterChanged, m_pane,
            [this, &reviews] { m_pane->setSearch(shown(reviews.filter().search())); });
}

/// Above the reviews, once there is something in it or it is asked for.
void TablesPlace::createFunnel()
{
    HistoryTable& reviews = table(store::TableKind::Reviews);
    m_funnel = new FunnelBar{m_session, &reviews};
    m_funnel->hide();
    reviews.addAbove(m_funnel);
    connect(m_funnel, &FunnelBar::filterWanted, this, &TablesPlace::filterWanted);
    connect(m_funnel, &FunnelBar::splitWanted, this, &TablesPlace::splitWanted);
    connect(m_funnel, &FunnelBar::exportWanted, this, &TablesPlace::exportWanted);
    auto* funnel = new QToolButton{&reviews};
    funnel->setObjectName(QStringLiteral("showFunnel"));
    funnel->setText(tr("Funnel"));
    funnel->setToolTip(tr("The subset as a chain of steps with what is left behind each"));
    funnel->setCheckable(true);
    connect(funnel, &QToolButton::toggled, m_funnel, &QWidget::setVisible);
    auto* add = new QToolButton{&reviews};
    add->setObjectName(QStringLiteral("addToFunnel"));
    add->setText(tr("Add to funnel"));
    add->setToolTip(tr("Makes these filters the next step of the funnel"));
    add->hide();
    connect(add, &QToolButton::clicked, funnel, [this, funnel] {
        funnel->setChecked(true);
        addFilterToFunnel();
    });
    connect(&reviews, &HistoryTable::filterChanged, add,
            [add, &reviews] { add->setVisible(!reviews.filter().isEmpty()); });
    reviews.addTool(add);
    reviews.addTool(funnel);
}

void TablesPlace::addFilterToFunnel()
{
    m_funnel->addFilter(shown(table(store::TableKind::Reviews).filter().toText()));
}

/// The acts follow the selection at once: a key must never change rows that were chosen before.
void TablesPlace::addActs(HistoryTable& table)
{
    auto* acts = new SelectionActs{m_session, &table.grid()};
    table.grid().addActions(acts->actions());
    table.addCellActions(acts->actions());
    table.addBelow(new ActsBar{*acts, &table});
    connect(&table.selection(), &TableSelection::changed, acts, [acts, &table] {
        TableSelection& selection = table.selection();
        if (selection.isEmpty()) {
            acts->select(store::Selection{.table = table.table()}, 0);
            return;
        }
        const auto take = [acts, &table](const store::Selection& chosen) {
            const RowCount count = table.model().count();
            acts->select(chosen, count.exact ? std::optional{count.rows} : std::nullopt);
        };
        if (!selection.resolve(take)) {
            acts->await(selection.outline(), selection.rows(),
                        [&selection](const AwaitedActs::Found& found) { selection.read(found); });
        }
    });
}

void TablesPlace::addOwnActions(HistoryTable& table)
{
    const auto add = [&table](const QString& text, auto slot) {
        auto* action = new QAction{text, &table};
        connect(action, &QAction::triggered, &table, slot);
        table.addCellActions({action});
    };
    switch (table.table()) {
    case store::TableKind::Reviews:
        addReviewActions(table);
        break;
    case store::TableKind::Users:
        add(tr("Show the &reviews of this user"), [this, &table] { showReviewsOf(table); });
        add(tr("How this user &writes"),
            [this, &table] { Q_EMIT styleWanted(table.currentRow()); });
        break;
    case store::TableKind::Items:
        add(tr("Show the &reviews of this item"), [this, &table] { showReviewsOf(table); });
        break;
    }
    add(tr("Export w&hat is chosen…"), [this, &table] { Q_EMIT rowsExportWanted(table.table()); });
}

void TablesPlace::addReviewActions(HistoryTable& table)
{
    const auto add = [&table](const QString& text, auto act) {
        auto* action = new QAction{text, &table};
        connect(action, &QAction::triggered, &table, [&table, act] {
            if (const qint64 id = table.currentRow(); id != 0) {
                act(id);
            }
        });
        table.addCellActions({action});
    };
    add(tr("Show in &timeline"), [this](qint64 id) {
        m_pane->showReview(ReviewId{id});
        m_pane->setFocus(Qt::OtherFocusReason);
    });
    add(tr("&Similar reviews"), [this](qint64 id) { Q_EMIT similarWanted(id); });
    add(tr("Ins&pect"), [this](qint64 id) { Q_EMIT m_session.inspectRequested(ExampleId{id}); });
    add(tr("Co&mpare"), [this](qint64 id) { Q_EMIT m_session.compareRequested(ExampleId{id}); });
    add(tr("Its p&rompt"), [this](qint64 id) { Q_EMIT promptWanted(id); });
    add(tr("&Where from…"), [this](qint64 id) {
        auto* dialog = new WhereFromDialog{m_session, ReviewId{id}, this};
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    });
}

void TablesPlace::follow(HistoryTable& table)
{
    connect(&table, &HistoryTable::currentRowChanged, this, [this, &table](qint64 id) {
        // Rows that go under the hand of a reader do not take the list away.
        if (&shownTable() == &table && !isReading()) {
            readRow(table, id);
        }
    });
    connect(&table, &HistoryTable::rowOpened, this,
            [this, &table](qint64 id) { openRow(table, id); });
}

bool TablesPlace::isReading() const
{
    const QWidget* focus = QApplication::focusWidget();
    return focus != nullptr && (focus == m_pane || m_pane->isAncestorOf(focus));
}

void TablesPlace::readRow(HistoryTable& table, qint64 id)
{
    if (id == 0) {
        m_pane->clear();
        return;
    }
    switch (table.table()) {
    case store::TableKind::Reviews:
        m_pane->showReview(ReviewId{id});
        break;
    case store::TableKind::Users:
        m_pane->showUser(UserId{id});
        break;
    case store::TableKind::Items:
        m_pane->showItem(ItemId{id});
        break;
    }
}

void TablesPlace::openRow(HistoryTable& table, qint64 id)
{
    if (table.table() == store::TableKind::Reviews) {
        m_pane->showMatching(table.model().query(), id);
    }
    m_pane->setFocus(Qt::OtherFocusReason);
}

/// Of the user or the item that the cursor is at.
void TablesPlace::showReviewsOf(HistoryTable& table)
{
    const bool users = table.table() == store::TableKind::Users;
    const std::string column = users ? "user" : "asin";
    const HistoryTableModel& model = table.model();
    const QModelIndex cell =
        model.index(table.grid().currentIndex().row(), model.columnNumber(column));
    const std::string value = stored(cell.data(HistoryTableModel::TextRole).toString());
    if (!value.empty()) {
        store::FilterExpression filter{store::TableKind::Reviews};
        filter.set(column, store::onlyThis(value));
        Q_EMIT filterWanted(shown(filter.toText()));
    }
}

HistoryTable& TablesPlace::table(store::TableKind kind) const
{
    for (HistoryTable* table : m_all) {
        if (table->table() == kind) {
            return *table;
        }
    }
    qFatal("there is a table for each kind");
}

HistoryTable& TablesPlace::shownTable() const
{
    return *m_all.at(m_tables->currentIndex());
}

void TablesPlace::showTable(store::TableKind kind)
{
    HistoryTable& wanted = table(kind);
    m_tables->setCurrentWidget(&wanted);
    readRow(wanted, wanted.currentRow());
}

} // namespace nextquill::ui
