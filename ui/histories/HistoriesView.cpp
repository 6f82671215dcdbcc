// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/HistoriesView.h"

#include "core/store/Histories.h"

#include "ui/histories/TableActs.h"
#include "ui/histories/acts/ActQueue.h"
#include "ui/histories/acts/ActsBar.h"
#include "ui/histories/import/ImportDesk.h"
#include "ui/histories/reading/ReadingPane.h"
#include "ui/histories/table/HistoryTable.h"
#include "ui/histories/table/HistoryTableModel.h"
#include "ui/histories/table/TableGrid.h"
#include "ui/histories/table/TableWords.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/ThemedIcon.h"

#include <QAction>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QLabel>
#include <QLocale>
#include <QMimeData>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace nextquill::ui {

namespace {

constexpr store::TableKind tableKinds[] = {store::TableKind::Reviews, store::TableKind::Users,
                                           store::TableKind::Items};

} // namespace

HistoriesView::HistoriesView(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_desk{new ImportDesk{session, this}}
    , m_pages{new QStackedWidget{this}}
    , m_empty{new EmptyState{this}}
    , m_content{new QWidget{this}}
    , m_tabs{new QTabBar{this}}
    , m_places{new QStackedWidget{this}}
    , m_tablesPlace{new QSplitter{this}}
    , m_tables{new QStackedWidget{this}}
    , m_reading{new ReadingPane{session, this}}
    , m_counts{new QLabel{this}}
{
    setAcceptDrops(true);
    m_empty->setIcon(QStringLiteral("histories"));
    m_empty->setTitle(tr("No reviews yet"));
    m_empty->setSentence(
        tr("Drop a file here (Amazon Reviews, NextQuill records), or import one."));
    m_empty->setAction(tr("Import…"));
    connect(m_empty, &EmptyState::actionRequested, this, &HistoriesView::chooseFilesToImport);

    auto* inside = new QVBoxLayout{m_content};
    inside->setContentsMargins(0, 0, 0, 0);
    inside->setSpacing(0);
    createTop();
    inside->addWidget(m_places, 1);
    createTables();
    createActions();
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    m_pages->addWidget(m_content);
    m_pages->addWidget(m_empty);
    layout->addWidget(m_pages);
    connect(&m_session, &ProjectSession::projectChanged, this, &HistoriesView::loadCounts);
    connect(&m_session, &ProjectSession::dataChanged, this, &HistoriesView::loadCounts);
    loadCounts();
}

void HistoriesView::createTop()
{
    auto* bar = new QFrame{m_content};
    bar->setProperty("role", QStringLiteral("toolbar"));
    m_tabs->setObjectName(QStringLiteral("historiesTabs"));
    m_tabs->setAccessibleName(tr("Parts of the histories"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setUsesScrollButtons(true);
    m_tabs->setFocusPolicy(Qt::StrongFocus);
    connect(m_tabs, &QTabBar::currentChanged, this, &HistoriesView::showTabAt);
    auto* import = new QPushButton{themedIcon(QStringLiteral("import")), tr("&Import…"), bar};
    import->setObjectName(QStringLiteral("importButton"));
    connect(import, &QPushButton::clicked, this, &HistoriesView::chooseFilesToImport);
    m_counts->setObjectName(QStringLiteral("projectCounts"));
    m_counts->setProperty("role", QStringLiteral("muted"));
    auto* row = new QHBoxLayout{bar};
    row->setContentsMargins(4, 2, 12, 2);
    row->addWidget(m_tabs, 1);
    row->addWidget(m_counts);
    row->addWidget(import);
    m_content->layout()->addWidget(bar);
}

void HistoriesView::createTables()
{
    m_tablesPlace->addWidget(m_tables);
    m_tablesPlace->addWidget(m_reading);
    m_tablesPlace->setSizes({800, 440});
    m_tablesPlace->setStretchFactor(0, 2);
    m_tablesPlace->setStretchFactor(1, 1);
    m_tablesPlace->setChildrenCollapsible(false);
    m_places->addWidget(m_tablesPlace);
    connectReading();
    for (const store::TableKind kind : tableKinds) {
        auto* table = new HistoryTable{m_session, kind, m_tables};
        auto* acts = new TableActs{m_session, *table};
        table->layout()->addWidget(new ActsBar{acts->acts(), table});
        m_tables->addWidget(table);
        m_tabWidgets.append(table);
        m_tabs->addTab(tableTitle(kind));
        connectTable(*table);
    }
}

void HistoriesView::connectTable(HistoryTable& table)
{
    const store::TableKind kind = table.table();
    connect(&table, &HistoryTable::currentRowChanged, this, [this, &table, kind](qint64 id) {
        // Who reads is not taken elsewhere by what a judgement does to the table.
        if (m_tables->currentWidget() == &table && !m_reading->isBeingRead()) {
            renewTimeline(kind, id);
        }
    });
    connect(&table, &HistoryTable::rowOpened, m_reading,
            [this] { m_reading->setFocus(Qt::OtherFocusReason); });
    auto* actions = new QObject{&table};
    if (kind != store::TableKind::Reviews) {
        auto* reviews =
            new QAction{kind == store::TableKind::Users ? tr("Show the &reviews of this user")
                                                        : tr("Show the &reviews of this item"),
                        actions};
        connect(reviews, &QAction::triggered, this, [this, kind] { showReviewsOf(kind); });
        table.addCellActions({reviews});
        return;
    }
    auto* read = new QAction{tr("&Read what matches, one by one"), actions};
    read->setShortcut(Qt::Key_R);
    read->setShortcutContext(Qt::WidgetShortcut);
    connect(read, &QAction::triggered, this, &HistoriesView::readMatching);
    table.grid().addAction(read);
    table.addCellActions({read});
    connect(&table, &HistoryTable::filterChanged, m_reading,
            [this, &table] { m_reading->setSearch(shown(table.filter().search())); });
}

void HistoriesView::connectReading()
{
    connect(m_reading, &ReadingPane::filterWanted, this, &HistoriesView::showFilter);
    connect(m_reading, &ReadingPane::inspectWanted, this, &HistoriesView::inspect);
    connect(m_reading, &ReadingPane::compareWanted, this, [this](qint64 review) {
        Q_EMIT m_session.compareRequested(ExampleId{review});
    });
}

/// From the row of the cursor on.
void HistoriesView::readMatching()
{
    HistoryTable& reviews = table(store::TableKind::Reviews);
    const qint64 row = reviews.currentRow();
    m_reading->showMatching(reviews.model().query(),
                            row != 0 ? std::optional<std::int64_t>{row} : std::nullopt);
    m_reading->setFocus(Qt::OtherFocusReason);
}

void HistoriesView::createActions()
{
    const auto go = [this](const QKeySequence& key, int by) {
        auto* action = new QAction{this};
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, [this, by] {
            const int tabs = m_tabs->count();
            m_tabs->setCurrentIndex((m_tabs->currentIndex() + by + tabs) % tabs);
        });
        addAction(action);
    };
    go(QKeySequence{Qt::CTRL | Qt::Key_PageDown}, 1);
    go(QKeySequence{Qt::CTRL | Qt::Key_PageUp}, -1);
}

void HistoriesView::placeTab(QWidget* tab, const QString& title)
{
    m_places->addWidget(tab);
    m_tabWidgets.append(tab);
    m_tabs->addTab(title);
}

void HistoriesView::showTab(const QWidget* tab)
{
    for (int number = 0; number < m_tabWidgets.size(); ++number) {
        if (m_tabWidgets[number] == tab) {
            m_tabs->setCurrentIndex(number);
        }
    }
}

void HistoriesView::showTabAt(int number)
{
    QWidget* widget = m_tabWidgets.value(number);
    if (widget == nullptr) {
        return; // the first one is being added
    }
    m_tabs->setCurrentIndex(number);
    auto* table = qobject_cast<HistoryTable*>(widget);
    if (table == nullptr) {
        m_places->setCurrentWidget(widget);
        return;
    }
    m_tables->setCurrentWidget(table);
    m_places->setCurrentWidget(m_tablesPlace);
    renewTimeline(table->table(), table->currentRow());
}

HistoryTable& HistoriesView::table(store::TableKind kind)
{
    for (QWidget* widget : std::as_const(m_tabWidgets)) {
        auto* table = qobject_cast<HistoryTable*>(widget);
        if (table != nullptr && table->table() == kind) {
            return *table;
        }
    }
    qFatal("there is a table for each kind");
}

void HistoriesView::renewTimeline(store::TableKind kind, qint64 id)
{
    if (id == 0) {
        m_reading->clear();
    } else if (kind == store::TableKind::Reviews) {
        m_reading->showReview(ReviewId{id});
    } else if (kind == store::TableKind::Users) {
        m_reading->showUser(UserId{id});
    } else {
        m_reading->showItem(ItemId{id});
    }
}

/// Of the user or the item that the cursor is at.
void HistoriesView::showReviewsOf(store::TableKind kind)
{
    const std::string column = kind == store::TableKind::Users ? "user" : "asin";
    HistoryTable& from = table(kind);
    const HistoryTableModel& model = from.model();
    const QModelIndex cell =
        model.index(from.grid().currentIndex().row(), model.columnNumber(column));
    const std::string value = stored(cell.data(HistoryTableModel::TextRole).toString());
    if (!value.empty()) {
        store::FilterExpression filter{store::TableKind::Reviews};
        filter.set(column, store::onlyThis(value));
        HistoryTable& reviews = table(store::TableKind::Reviews);
        showTab(&reviews);
        reviews.showFilter(filter);
    }
}

void HistoriesView::showFilter(const QString& filter)
{
    HistoryTable& reviews = table(store::TableKind::Reviews);
    if (reviews.showFilter(filter)) {
        showTab(&reviews);
    }
}

void HistoriesView::showUser(qint64 user)
{
    showTab(&table(store::TableKind::Users));
    table(store::TableKind::Users).showRow(user);
}

void HistoriesView::showItem(qint64 item)
{
    showTab(&table(store::TableKind::Items));
    table(store::TableKind::Items).showRow(item);
}

void HistoriesView::showReview(qint64 review)
{
    showTab(&table(store::TableKind::Reviews));
    table(store::TableKind::Reviews).showRow(review);
}

void HistoriesView::inspect(qint64 review)
{
    Q_EMIT m_session.inspectRequested(ExampleId{review});
}

void HistoriesView::loadCounts()
{
    if (!m_session.isOpen()) {
        m_pages->setCurrentWidget(m_empty);
        m_counts->clear();
        return;
    }
    auto* job =
        m_session.read(tr("Counting"), this, [](store::Project& project, StopToken, Progress&) {
            return store::Histories{project}.counts();
        });
    connect(job, &Job::done, this, [this, job] {
        const store::Counts counts = job->takeValue();
        const QLocale locale;
        QWidget* const page =
            counts.reviews + counts.excluded > 0 ? m_content : static_cast<QWidget*>(m_empty);
        m_pages->setCurrentWidget(page);
        QString text = tr("%1 · %2 · %3")
                           .arg(countedRows(store::TableKind::Reviews, counts.reviews),
                                countedRows(store::TableKind::Users, counts.users),
                                countedRows(store::TableKind::Items, counts.items));
        if (counts.excluded > 0) {
            text += tr(" · %1 excluded").arg(locale.toString(qlonglong{counts.excluded}));
        }
        m_counts->setText(text);
    });
}

void HistoriesView::undo()
{
    ActQueue::of(m_session).undo();
}

void HistoriesView::redo()
{
    ActQueue::of(m_session).redo();
}

void HistoriesView::focusSearch()
{
    const int tab = m_tabs->currentIndex();
    auto* table = qobject_cast<HistoryTable*>(m_tabWidgets.value(tab));
    if (table == nullptr) {
        showTabAt(0);
        table = &this->table(store::TableKind::Reviews);
    }
    table->focusSearch();
}

void HistoriesView::chooseFilesToImport()
{
    m_desk->chooseFiles();
}

void HistoriesView::importFiles(const std::vector<std::filesystem::path>& files)
{
    m_desk->askAbout(files);
}

void HistoriesView::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls()) {
        event->acceptProposedAction();
    }
}

void HistoriesView::dropEvent(QDropEvent* event)
{
    std::vector<std::filesystem::path> files;
    for (const QUrl& url : event->mimeData()->urls()) {
        if (url.isLocalFile()) {
            files.push_back(pathOf(url.toLocalFile()));
        }
    }
    if (!files.empty()) {
        event->acceptProposedAction();
        importFiles(files);
    }
}

} // namespace nextquill::ui
