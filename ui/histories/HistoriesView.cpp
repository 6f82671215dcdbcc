// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/HistoriesView.h"

#include "core/store/Histories.h"

#include "ui/histories/SimilarDialog.h"
#include "ui/histories/TablesPlace.h"
#include "ui/histories/acts/ActQueue.h"
#include "ui/histories/acts/EditHistoryTab.h"
#include "ui/histories/import/ImportDesk.h"
#include "ui/histories/privacy/OverviewTab.h"
#include "ui/histories/privacy/PrivacyTab.h"
#include "ui/histories/prompt/PromptTab.h"
#include "ui/histories/quality/DuplicatesTab.h"
#include "ui/histories/quality/LeaksTab.h"
#include "ui/histories/rejects/RejectsTab.h"
#include "ui/histories/splits/ExportDialog.h"
#include "ui/histories/splits/SplitsTab.h"
#include "ui/histories/table/HistoryTable.h"
#include "ui/histories/table/TableSelection.h"
#include "ui/histories/table/TableWords.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/ThemedIcon.h"

#include <QAction>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QMimeData>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>

namespace nextquill::ui {

namespace {

constexpr store::TableKind tableKinds[] = {store::TableKind::Reviews, store::TableKind::Users,
                                           store::TableKind::Items};

QString chosenReviews(store::TableKind table, int rows)
{
    switch (table) {
    case store::TableKind::Reviews:
        return HistoriesView::tr("%Ln chosen review(s)", nullptr, rows);
    case store::TableKind::Users:
        return HistoriesView::tr("Reviews of %Ln chosen user(s)", nullptr, rows);
    case store::TableKind::Items:
        return HistoriesView::tr("Reviews of %Ln chosen item(s)", nullptr, rows);
    }
    qFatal("there is no other table");
}

QString matchingReviews(const HistoryTable& table)
{
    constexpr int longest = 60;
    const QString whole = shown(table.filter().toText());
    const QString filter = whole.size() > longest ? whole.left(longest) % QChar{0x2026} : whole;
    switch (table.table()) {
    case store::TableKind::Reviews:
        return HistoriesView::tr("Reviews that match %1").arg(filter);
    case store::TableKind::Users:
        return HistoriesView::tr("Reviews of the users that match %1").arg(filter);
    case store::TableKind::Items:
        return HistoriesView::tr("Reviews of the items that match %1").arg(filter);
    }
    qFatal("there is no other table");
}

const QString tabKey = QStringLiteral("histories/tab");

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
    , m_tables{new TablesPlace{session, this}}
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
    createTabs();
    connectTabs();
    createActions();
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    m_pages->addWidget(m_content);
    m_pages->addWidget(m_empty);
    layout->addWidget(m_pages);
    connect(&m_session, &ProjectSession::projectChanged, this, &HistoriesView::returnToTab);
    connect(&m_session, &ProjectSession::projectChanged, this, &HistoriesView::lookForReviews);
    connect(&m_session, &ProjectSession::dataChanged, this, &HistoriesView::lookForReviews);
    lookForReviews();
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
    auto* out = new QPushButton{themedIcon(QStringLiteral("export")), tr("E&xport…"), bar};
    out->setObjectName(QStringLiteral("exportButton"));
    connect(out, &QPushButton::clicked, this, &HistoriesView::exportReviews);
    auto* row = new QHBoxLayout{bar};
    row->setContentsMargins(4, 2, 12, 2);
    row->addWidget(m_tabs, 1);
    row->addWidget(import);
    row->addWidget(out);
    m_content->layout()->addWidget(bar);
}

void HistoriesView::createTabs()
{
    m_places->addWidget(m_tables);
    for (const store::TableKind kind : tableKinds) {
        m_tabWidgets.append(&m_tables->table(kind));
        m_tabs->addTab(tableTitle(kind));
    }
    m_overview = new OverviewTab{m_session, this};
    m_splits = new SplitsTab{m_session, this};
    m_prompt = new PromptTab{m_session, this};
    m_leaks = new LeaksTab{m_session, this};
    auto* rejects = new RejectsTab{m_session, this};
    addTab(m_overview, tr("Overview"));
    addTab(m_splits, tr("Splits"));
    addTab(m_prompt, tr("Prompt"));
    addTab(new DuplicatesTab{m_session, this}, tr("Duplicates"));
    addTab(m_leaks, tr("Leaks"));
    addTab(new PrivacyTab{m_session, this}, tr("Privacy"));
    addTab(rejects, tr("Rejects"));
    addTab(new EditHistoryTab{m_session, this}, tr("Edit history"));
    connect(rejects, &RejectsTab::retryWanted, m_desk, &ImportDesk::askAboutRejects);
}

void HistoriesView::connectTabs()
{
    connect(m_tables, &TablesPlace::filterWanted, this, &HistoriesView::showFilter);
    connect(m_tables, &TablesPlace::similarWanted, this, &HistoriesView::showSimilar);
    connect(m_tables, &TablesPlace::exportWanted, this, &HistoriesView::exportFunnel);
    connect(m_tables, &TablesPlace::rowsExportWanted, this,
            [this](store::TableKind kind) { exportRows(table(kind)); });
    connect(m_tables, &TablesPlace::splitWanted, this, [this](const QString& funnel) {
        showTab(m_splits);
        m_splits->beginSplit(funnel);
    });
    connect(m_tables, &TablesPlace::styleWanted, this, [this](qint64 user) {
        showTab(m_overview);
        m_overview->showStyle(user);
    });
    connect(m_tables, &TablesPlace::promptWanted, this, [this](qint64 review) {
        showTab(m_prompt);
        m_prompt->showExample(ExampleId{review});
    });
    connect(m_splits, &SplitsTab::leakCheckWanted, this, [this](const QString& split) {
        showTab(m_leaks);
        m_leaks->lookAt(split);
    });
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
    if (const auto* table = qobject_cast<HistoryTable*>(widget)) {
        m_tables->showTable(table->table());
        widget = m_tables;
    }
    m_places->setCurrentWidget(widget);
    m_session.remember(tabKey, number);
}

void HistoriesView::returnToTab()
{
    if (m_session.isOpen()) {
        const int number = m_session.remembered(tabKey).toInt();
        showTabAt(std::clamp(number, 0, m_tabs->count() - 1));
    }
}

HistoryTable& HistoriesView::table(store::TableKind kind)
{
    return m_tables->table(kind);
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

void HistoriesView::showSimilar(qint64 review)
{
    auto* dialog = new SimilarDialog{m_session, ReviewId{review}, m_prompt->encoder(), this};
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &SimilarDialog::encoderChosen, m_prompt, &PromptTab::setEncoder);
    connect(dialog, &SimilarDialog::reviewWanted, this, &HistoriesView::showReview);
    dialog->open();
}

ExportDialog* HistoriesView::openExport()
{
    auto* dialog = new ExportDialog{m_session, this};
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
    return dialog;
}

void HistoriesView::exportReviews()
{
    auto* const table = qobject_cast<HistoryTable*>(m_tabWidgets.value(m_tabs->currentIndex()));
    if (table != nullptr && table->selection().rows() > 1) {
        exportRows(*table);
        return;
    }
    ExportDialog* const dialog = openExport();
    if (table != nullptr && !table->filter().isEmpty()) {
        dialog->offerSelection(matchingReviews(*table),
                               store::Selection::everything(table->filter()));
    }
}

void HistoriesView::exportRows(HistoryTable& table)
{
    const int rows = static_cast<int>(table.selection().rows());
    table.selection().read([this, name = chosenReviews(table.table(), rows)](
                               const std::optional<store::Selection>& chosen) {
        if (chosen) {
            openExport()->offerSelection(name, *chosen);
        }
    });
}

void HistoriesView::exportFunnel(const QString& funnel)
{
    openExport()->chooseFunnel(funnel);
}

/// A project without any, not even excluded ones, says what to do instead of showing empty tables.
void HistoriesView::lookForReviews()
{
    if (!m_session.isOpen()) {
        m_pages->setCurrentWidget(m_empty);
        return;
    }
    auto* job = m_session.read(tr("Looking for reviews"), this,
                               [](store::Project& project, StopToken, Progress&) {
                                   const store::Counts counts = store::Histories{project}.counts();
                                   return counts.reviews + counts.excluded + counts.rejects > 0;
                               });
    connect(job, &Job::done, this, [this, job] {
        m_pages->setCurrentWidget(job->takeValue() ? m_content : static_cast<QWidget*>(m_empty));
    });
}

void HistoriesView::undo()
{
    if (m_session.isOpen()) {
        ActQueue::of(m_session).undo();
    }
}

void HistoriesView::redo()
{
    if (m_session.isOpen()) {
        ActQueue::of(m_session).redo();
    }
}

void HistoriesView::focusSearch()
{
    auto* table = qobject_cast<HistoryTable*>(m_tabWidgets.value(m_tabs->currentIndex()));
    if (table == nullptr) {
        table = &this->table(store::TableKind::Reviews);
        showTab(table);
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
