// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/HistoriesView.h"

#include "ui/histories/import/ImportDesk.h"
#include "ui/histories/ReviewDelegate.h"
#include "ui/histories/UserColumns.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/ThemedIcon.h"

#include <QAction>
#include <QClipboard>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMimeData>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <utility>

namespace nextquill::ui {

namespace {

constexpr int pageSize = 200;

QVariant reviewCell(const store::ReviewRow& row, int role)
{
    if (role == ReviewDelegate::reviewRole) {
        return QVariant::fromValue(&row);
    }
    if (role == Qt::AccessibleTextRole || role == Qt::DisplayRole) {
        return QString(shownDate(row.review.time) % QStringLiteral(", ") % shown(row.itemTitle) %
                       QStringLiteral(": ") % shown(row.review.text));
    }
    return {};
}

} // namespace

HistoriesView::HistoriesView(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_desk{new ImportDesk{session, this}}
    , m_pages{new QStackedWidget{this}}
    , m_empty{new EmptyState{this}}
    , m_search{new QLineEdit{this}}
    , m_counts{new QLabel{this}}
    , m_heading{new QLabel{this}}
    , m_users{new QTableView{this}}
    , m_timeline{new QListView{this}}
    , m_delegate{new ReviewDelegate{this}}
    , m_list{new UserList{session, userColumns(), 0, this}}
    , m_reviewModel{new PagedListModel<store::ReviewRow>{{{tr("Review"), reviewCell}}, this}}
{
    setAcceptDrops(true);
    m_empty->setIcon(QStringLiteral("histories"));
    m_empty->setTitle(tr("No reviews yet"));
    m_empty->setSentence(
        tr("Drop a file here (Amazon Reviews, NextQuill records), or import one."));
    m_empty->setAction(tr("Import…"));
    connect(m_empty, &EmptyState::actionRequested, this, &HistoriesView::chooseFilesToImport);

    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    createToolBar();
    createUsers();
    createTimeline();
    createActions();
    m_pages->addWidget(m_empty);
    layout->addWidget(m_pages, 1);
    connect(&m_session, &ProjectSession::projectChanged, this, &HistoriesView::reload);
    connect(&m_session, &ProjectSession::dataChanged, this, &HistoriesView::refresh);
    reload();
}

void HistoriesView::createToolBar()
{
    auto* bar = new QFrame{this};
    bar->setProperty("role", QStringLiteral("toolbar"));
    m_search->setObjectName(QStringLiteral("searchTexts"));
    m_search->setPlaceholderText(tr("Search all texts: words, \"phrases\", prefix*, AND OR NOT"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(themedIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    auto* import = new QPushButton{themedIcon(QStringLiteral("import")), tr("&Import…"), bar};
    import->setObjectName(QStringLiteral("importButton"));
    connect(import, &QPushButton::clicked, this, &HistoriesView::chooseFilesToImport);
    connect(m_search, &QLineEdit::returnPressed, this, &HistoriesView::search);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        if (text.isEmpty()) {
            search();
        }
    });
    m_counts->setProperty("role", QStringLiteral("muted"));
    auto* row = new QHBoxLayout{bar};
    row->addWidget(m_search, 1);
    row->addWidget(m_counts);
    row->addWidget(import);
    layout()->addWidget(bar);
}

void HistoriesView::createUsers()
{
    m_list->filter().setObjectName(QStringLiteral("filterUsers"));
    m_users->setObjectName(QStringLiteral("users"));
    m_users->setAccessibleName(tr("Users"));
    m_users->setModel(&m_list->model());
    m_users->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_users->setSelectionMode(QAbstractItemView::SingleSelection);
    m_users->setAlternatingRowColors(true);
    m_users->setShowGrid(false);
    m_users->verticalHeader()->hide();
    m_users->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    for (int column = 1; column < m_list->model().columnCount(); ++column) {
        m_users->horizontalHeader()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    }
    m_users->setTabKeyNavigation(false);
    connect(m_list, &UserList::firstPageRead, this, &HistoriesView::chooseUser);
    connect(m_users->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) {
                if (index.isValid()) {
                    const QSignalBlocker quiet{m_search};
                    m_search->clear(); // a user's own texts, not the search's
                    showTimeline(m_list->model().row(index.row()));
                }
            });
}

void HistoriesView::createTimeline()
{
    m_heading->setProperty("role", QStringLiteral("heading"));
    m_heading->setTextFormat(Qt::PlainText);
    m_timeline->setObjectName(QStringLiteral("timeline"));
    m_timeline->setAccessibleName(tr("Timeline of texts"));
    m_timeline->setModel(m_reviewModel);
    m_timeline->setItemDelegate(m_delegate);
    m_timeline->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_timeline->setResizeMode(QListView::Adjust);
    m_timeline->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_timeline->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(m_reviewModel, &PagedListModelBase::pageWanted, this, [this](quint64 era) {
        if (const QString words = m_search->text().trimmed(); !words.isEmpty()) {
            loadHits(era, words);
        }
    });
    auto* left = new QWidget{this};
    auto* leftLayout = new QVBoxLayout{left};
    leftLayout->addWidget(&m_list->filter());
    leftLayout->addWidget(m_users);
    auto* right = new QWidget{this};
    auto* rightLayout = new QVBoxLayout{right};
    rightLayout->addWidget(m_heading);
    rightLayout->addWidget(m_timeline);
    auto* panes = new QSplitter{this};
    panes->addWidget(left);
    panes->addWidget(right);
    panes->setSizes({480, 760});
    panes->setStretchFactor(0, 0);
    panes->setStretchFactor(1, 3);
    panes->setChildrenCollapsible(false);
    m_pages->addWidget(panes);
}

void HistoriesView::createActions()
{
    const auto add = [this](const QString& text, const QKeySequence& key, auto slot) {
        auto* action = new QAction{text, m_timeline};
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, this, slot);
        m_timeline->addAction(action);
    };
    add(tr("E&xclude"), Qt::Key_X, [this] { setExcluded(true); });
    add(tr("&Include"), Qt::Key_I, [this] { setExcluded(false); });
    add(tr("I&nspect"), Qt::Key_E, [this] {
        if (const auto reviews = selectedReviews(); !reviews.empty()) {
            Q_EMIT m_session.inspectRequested(reviews.front()->review.id);
        }
    });
    add(tr("&Compare"), Qt::Key_C, [this] {
        if (const auto reviews = selectedReviews(); !reviews.empty()) {
            Q_EMIT m_session.compareRequested(reviews.front()->review.id);
        }
    });
    add(tr("C&opy"), QKeySequence::Copy, [this] { copySelected(); });
}

void HistoriesView::reload()
{
    ++m_question;
    m_keptUser.reset();
    m_keptText.reset();
    m_list->model().restart();
    showReviews({}, true);
    m_heading->clear();
    loadCounts();
}

void HistoriesView::refresh()
{
    if (const QModelIndex user = m_users->currentIndex(); user.isValid()) {
        m_keptUser = m_list->model().row(user.row());
    }
    if (const QModelIndex text = m_timeline->currentIndex(); text.isValid()) {
        m_keptText = m_reviewModel->row(text.row()).review.id;
    }
    m_list->model().restart();
    loadCounts();
    if (!m_search->text().trimmed().isEmpty()) {
        search();
    }
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
        m_pages->setCurrentIndex(counts.reviews + counts.excluded > 0 ? 0 : 1);
        m_counts->setText(tr("%1 texts · %2 users · %3 items")
                              .arg(locale.toString(qlonglong{counts.reviews}),
                                   locale.toString(qlonglong{counts.users}),
                                   locale.toString(qlonglong{counts.items})));
    });
}

void HistoriesView::chooseUser()
{
    const UserList::Model& users = m_list->model();
    if (!m_search->text().isEmpty() || users.isEmpty()) {
        return; // the kept user waits for the search's end
    }
    const std::optional<store::User> kept = std::exchange(m_keptUser, std::nullopt);
    if (!kept) {
        m_users->selectRow(0);
        return;
    }
    for (int row = 0; row < users.rowCount(); ++row) {
        if (users.row(row).id == kept->id) {
            m_users->selectRow(row);
            return;
        }
    }
    showTimeline(*kept); // further down than the first page
}

void HistoriesView::showTimeline(const store::User& user)
{
    m_heading->setText(tr("%1 · %2 texts · %3 to %4")
                           .arg(shown(user.name))
                           .arg(user.reviews)
                           .arg(shownDate(user.firstTime), shownDate(user.lastTime)));
    auto* job = m_session.read(tr("Reading a history"), this,
                               [id = user.id](store::Project& project, StopToken, Progress&) {
                                   return store::Histories{project}.timeline(id);
                               });
    connect(job, &Job::done, this, [this, job, question = ++m_question] {
        if (question == m_question) { // else another user or a search was asked for since
            showReviews(job->takeValue(), true);
        }
    });
}

void HistoriesView::showReviews(std::vector<store::ReviewRow> rows, bool ofOneUser)
{
    m_delegate->setUserShown(!ofOneUser);
    m_reviewModel->restart();
    m_reviewModel->addPage(m_reviewModel->era(), std::move(rows), true);
    m_timeline->scrollToTop();
    chooseKeptText();
}

void HistoriesView::chooseKeptText()
{
    // At the first chance or never: a later list that happens to have it must not jump there.
    const std::optional<ReviewId> kept = std::exchange(m_keptText, std::nullopt);
    for (int row = 0; kept && row < m_reviewModel->rowCount(); ++row) {
        if (m_reviewModel->row(row).review.id == *kept) {
            m_timeline->setCurrentIndex(m_reviewModel->index(row, 0));
            return;
        }
    }
}

void HistoriesView::search()
{
    const QString words = m_search->text().trimmed();
    if (words.isEmpty()) {
        if (const QModelIndex user = m_users->currentIndex(); user.isValid()) {
            showTimeline(m_list->model().row(user.row()));
        } else {
            chooseUser(); // the list was read again while the search was on
        }
        return;
    }
    ++m_question;
    m_heading->setText(tr("Texts with %1").arg(words));
    m_delegate->setUserShown(true);
    m_reviewModel->restart(); // asks for the first page of hits
}

void HistoriesView::loadHits(quint64 era, const QString& words)
{
    store::ReviewFilter filter{.search = stored(words), .limit = pageSize};
    if (!m_reviewModel->isEmpty()) {
        filter.after = m_reviewModel->lastRow().review.id;
    }
    auto* job = m_session.read(tr("Searching"), this,
                               [filter](store::Project& project, StopToken, Progress&) {
                                   return store::Histories{project}.reviews(filter);
                               });
    connect(job, &Job::done, this, [this, job, era] {
        std::vector<store::ReviewRow> rows = job->takeValue();
        const bool last = rows.size() < pageSize;
        m_reviewModel->addPage(era, std::move(rows), last);
        chooseKeptText();
        if (m_reviewModel->isEmpty()) {
            m_heading->setText(tr("No text has %1").arg(m_search->text()));
        }
    });
    connect(job, &Job::failed, this, [this, era] { m_reviewModel->pageFailed(era); });
}

std::vector<const store::ReviewRow*> HistoriesView::selectedReviews() const
{
    std::vector<const store::ReviewRow*> rows;
    for (const QModelIndex& index : m_timeline->selectionModel()->selectedIndexes()) {
        rows.push_back(&m_reviewModel->row(index.row()));
    }
    return rows;
}

void HistoriesView::setExcluded(bool excluded)
{
    std::vector<ReviewId> ids;
    for (const store::ReviewRow* row : selectedReviews()) {
        ids.push_back(row->review.id);
    }
    if (ids.empty() || m_session.isReadOnly()) {
        return;
    }
    const QString what = excluded ? tr("Exclude %n text(s)", nullptr, static_cast<int>(ids.size()))
                                  : tr("Include %n text(s)", nullptr, static_cast<int>(ids.size()));
    auto* job = m_session.change(
        what, this,
        [ids, excluded, name = stored(what)](store::Project& project, StopToken, Progress&) {
            store::Histories{project}.setExcluded(ids, excluded, name);
            return ids.size();
        });
    connect(job, &Job::done, this, [this, excluded, count = static_cast<int>(ids.size())] {
        m_session.announceData();
        Q_EMIT m_session.noticed(excluded ? tr("%n text(s) excluded.", nullptr, count)
                                          : tr("%n text(s) included.", nullptr, count),
                                 tr("Undo"), [this] { undo(); });
    });
}

void HistoriesView::undo()
{
    auto* job =
        m_session.change(tr("Undo"), this, [](store::Project& project, StopToken, Progress&) {
            return store::Histories{project}.undo();
        });
    connect(job, &Job::done, this, [this, job] {
        const auto step = job->takeValue();
        m_session.announceData();
        Q_EMIT m_session.noticed(step ? tr("Undone: %1").arg(shown(*step)) : tr("Nothing to undo"),
                                 {}, {});
    });
}

void HistoriesView::redo()
{
    auto* job =
        m_session.change(tr("Redo"), this, [](store::Project& project, StopToken, Progress&) {
            return store::Histories{project}.redo();
        });
    connect(job, &Job::done, this, [this, job] {
        const auto step = job->takeValue();
        m_session.announceData();
        Q_EMIT m_session.noticed(
            step ? tr("Done again: %1").arg(shown(*step)) : tr("Nothing to do again"), {}, {});
    });
}

void HistoriesView::copySelected() const
{
    QString text;
    for (const store::ReviewRow* row : selectedReviews()) {
        text += shownDate(row->review.time) % QLatin1Char('\t') % shown(row->itemTitle) %
                QLatin1Char('\t') % QString::number(row->review.rating) % QLatin1Char('\t') %
                shown(row->review.text).simplified() % QLatin1Char('\n');
    }
    QGuiApplication::clipboard()->setText(text);
}

void HistoriesView::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
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
