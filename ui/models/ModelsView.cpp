// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/ModelsView.h"

#include "ui/models/DropFrame.h"
#include "ui/models/FetchList.h"
#include "ui/models/ModelCard.h"
#include "ui/models/ModelFetches.h"
#include "ui/models/ModelTableModel.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/ThemedIcon.h"

#include <QDragEnterEvent>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

namespace {

std::vector<std::filesystem::path> localPaths(const QMimeData& data)
{
    std::vector<std::filesystem::path> paths;
    for (const QUrl& url : data.urls()) {
        if (url.isLocalFile()) {
            paths.push_back(pathOf(url.toLocalFile()));
        }
    }
    return paths;
}

} // namespace

ModelsView::ModelsView(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_fetches{new ModelFetches{session, this}}
    , m_model{new ModelTableModel{this}}
    , m_list{new QTableView{this}}
    , m_card{new ModelCard{this}}
    , m_folder{new QPushButton{accentIcon(QStringLiteral("folder")), tr("Add f&older…"), this}}
    , m_file{new QPushButton{themedIcon(QStringLiteral("file")), tr("Add &GGUF files…"), this}}
    , m_hubName{new QLineEdit{this}}
    , m_fetch{new QPushButton{themedIcon(QStringLiteral("download")), tr("F&etch"), this}}
    , m_hubProblem{new QLabel{this}}
    , m_fetchList{new FetchList{*m_fetches, this}}
    , m_pages{new QStackedWidget{this}}
    , m_empty{new EmptyState{this}}
    , m_drop{new DropFrame{tr("Drop folders of models, .gguf files or adapters to add them"), this}}
{
    setObjectName(QStringLiteral("modelsView"));
    setAcceptDrops(true);
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    createToolBar();
    createList();
    createPanes();
    createShortcuts();
    layout->addWidget(m_fetchList);
    layout->addWidget(m_pages, 1);
    connectFetches();
    connect(&m_session, &ProjectSession::projectChanged, this, [this] {
        m_summaries.clear(); // runs that use a model are the project's
        m_card->setProjectOpen(m_session.isOpen());
        reload();
    });
    connect(&m_session, &ProjectSession::runsChanged, this, [this] {
        m_summaries.clear();
        reload();
    });
    m_fetches->restore();
}

void ModelsView::createToolBar()
{
    auto* bar = new QFrame{this};
    bar->setProperty("role", QStringLiteral("toolbar"));
    m_folder->setObjectName(QStringLiteral("addFolder"));
    m_folder->setProperty("role", QStringLiteral("primary"));
    m_folder->setToolTip(tr("A Hugging Face folder or an adapter's (Ctrl+Shift+O)"));
    m_file->setObjectName(QStringLiteral("addFiles"));
    m_file->setToolTip(tr("One or several .gguf files (Ctrl+Shift+G)"));
    m_hubName->setObjectName(QStringLiteral("hubName"));
    m_hubName->setAccessibleName(tr("Name on the hub"));
    m_hubName->setPlaceholderText(tr("OWNER/NAME on the hub, or its page's address"));
    m_hubName->setToolTip(tr("OWNER/NAME, OWNER/NAME@REVISION or OWNER/NAME/FILE.gguf "
                             "(Ctrl+Shift+F); the token is HF_TOKEN of the environment"));
    m_hubName->setClearButtonEnabled(true);
    m_hubName->setAcceptDrops(false); // files that are dropped are the page's
    m_hubName->setMinimumWidth(340);
    m_fetch->setObjectName(QStringLiteral("fetchModel"));
    m_fetch->setEnabled(false);
    m_fetch->setToolTip(tr("Into the hub's own cache; can be paused and goes on where it stopped"));
    m_hubProblem->setObjectName(QStringLiteral("hubProblem"));
    m_hubProblem->setProperty("role", QStringLiteral("error"));
    m_hubProblem->setTextFormat(Qt::PlainText);
    m_hubProblem->setAlignment(Qt::AlignRight);
    m_hubProblem->hide();
    auto* row = new QHBoxLayout;
    row->addWidget(m_folder);
    row->addWidget(m_file);
    row->addStretch(1);
    row->addWidget(m_hubName, 2);
    row->addWidget(m_fetch);
    auto* column = new QVBoxLayout{bar};
    column->addLayout(row);
    column->addWidget(m_hubProblem);
    layout()->addWidget(bar);
    connect(m_folder, &QPushButton::clicked, this, &ModelsView::chooseFolder);
    connect(m_file, &QPushButton::clicked, this, &ModelsView::chooseFiles);
    connect(m_fetch, &QPushButton::clicked, this, &ModelsView::fetchTyped);
    connect(m_hubName, &QLineEdit::returnPressed, this, &ModelsView::fetchTyped);
    connect(m_hubName, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_fetch->setEnabled(!text.trimmed().isEmpty());
        m_hubProblem->hide();
    });
}

void ModelsView::createList()
{
    m_list->setObjectName(QStringLiteral("modelList"));
    m_list->setAccessibleName(tr("Models"));
    m_list->setModel(m_model);
    m_list->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_list->setSelectionMode(QAbstractItemView::SingleSelection);
    m_list->setAlternatingRowColors(true);
    m_list->setShowGrid(false);
    m_list->setTabKeyNavigation(false);
    m_list->setWordWrap(false);
    m_list->verticalHeader()->hide();
    m_list->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_list->horizontalHeader()->setSectionResizeMode(ModelTableModel::Name, QHeaderView::Stretch);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        showCurrent();
        describeNext();
    });
    connect(m_card, &ModelCard::useRequested, this, &ModelsView::use);
    connect(m_card, &ModelCard::verifyRequested, this, &ModelsView::verify);
    connect(m_card, &ModelCard::copyRequested, this, &ModelsView::copyPath);
    connect(m_card, &ModelCard::removeRequested, this, &ModelsView::askToRemove);
    connect(m_card, &ModelCard::fetchRequested, this, [this] {
        const ModelEntry* const entry = current();
        const auto what = entry ? hub::readHubReference(entry->known.name) : std::nullopt;
        if (what) {
            m_fetches->add(*what);
        }
    });
    connect(&m_card->progress(), &ProgressLine::cancelRequested, this, [this] {
        if (m_verifying != nullptr) {
            m_verifying->requestStop();
        }
    });
}

void ModelsView::createPanes()
{
    auto* left = new QWidget{this};
    auto* leftLayout = new QVBoxLayout{left};
    leftLayout->addWidget(m_list);
    auto* panes = new QSplitter{this};
    panes->setChildrenCollapsible(false);
    panes->addWidget(left);
    panes->addWidget(m_card);
    panes->setSizes({600, 560});
    panes->setStretchFactor(0, 1);
    panes->setStretchFactor(1, 1);
    m_empty->setIcon(QStringLiteral("models"));
    m_empty->setTitle(tr("No models yet"));
    m_empty->setSentence(tr("Drop a model's folder, a .gguf file or an adapter here, or fetch one "
                            "from the hub by its name. Files stay where they are."));
    m_empty->setAction(tr("Add folder…"));
    m_empty->setLink(tr("Add GGUF files…"));
    connect(m_empty, &EmptyState::actionRequested, this, &ModelsView::chooseFolder);
    connect(m_empty, &EmptyState::linkRequested, this, &ModelsView::chooseFiles);
    m_pages->addWidget(panes);
    m_pages->addWidget(m_empty);
}

void ModelsView::createShortcuts()
{
    const auto key = [this](const QKeySequence& keys, QWidget* of, Qt::ShortcutContext context,
                            auto slot) {
        auto* shortcut = new QShortcut{keys, of};
        shortcut->setContext(context);
        connect(shortcut, &QShortcut::activated, this, slot);
    };
    key(QKeySequence::Refresh, this, Qt::WidgetWithChildrenShortcut, &ModelsView::refresh);
    key(Qt::Key_V, m_list, Qt::WidgetShortcut, &ModelsView::verify);
    key(Qt::Key_Delete, m_list, Qt::WidgetShortcut, &ModelsView::askToRemove);
    key(QKeySequence::Copy, m_list, Qt::WidgetShortcut, &ModelsView::copyPath);
    for (const Qt::Key enter : {Qt::Key_Return, Qt::Key_Enter}) {
        key(enter, m_list, Qt::WidgetShortcut, [this] { use(ModelUse::Inspect); });
    }
}

void ModelsView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    reload(); // other programs add, fetch and remove, too
}

void ModelsView::refresh()
{
    m_summaries.clear();
    reload();
}

void ModelsView::reload()
{
    if (!isVisible()) {
        return; // it is read when it is shown
    }
    auto* const job =
        withModels(tr("Listing models"), [](store::Project* project, const StopToken&, Progress&) {
            return listModels(project);
        });
    m_listing = job;
    connect(job, &Job::done, this, [this, job] {
        if (m_listing == job) {
            showEntries(job->takeValue());
        }
    });
}

void ModelsView::showEntries(std::vector<ModelEntry> entries)
{
    const ModelEntry* const before = current();
    const std::string wanted = !m_wanted.empty()   ? m_wanted
                               : before != nullptr ? before->known.name
                                                   : std::string{};
    const int row = m_list->currentIndex().row();
    for (ModelEntry& entry : entries) {
        const auto known = m_summaries.find(entry.known.path);
        entry.summary = known == m_summaries.end() ? nullptr : known->second;
    }
    m_model->setEntries(std::move(entries));
    m_pages->setCurrentIndex(m_model->rowCount() > 0 ? 0 : 1);
    if (m_model->rowCount() > 0) {
        const int found = m_model->rowOf(wanted);
        m_wanted = found >= 0 ? std::string{} : m_wanted;
        m_list->setCurrentIndex(
            m_model->index(found >= 0 ? found : std::clamp(row, 0, m_model->rowCount() - 1), 0));
    }
    showCurrent();
    describeNext();
}

const ModelEntry* ModelsView::current() const
{
    const QModelIndex index = m_list->currentIndex();
    return index.isValid() && index.row() < m_model->rowCount() ? &m_model->entry(index.row())
                                                                : nullptr;
}

void ModelsView::showCurrent()
{
    if (const ModelEntry* const entry = current()) {
        m_card->setEntry(*entry);
    } else {
        m_card->clear();
    }
}

void ModelsView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (m_drop->isVisible()) {
        m_drop->cover();
    }
}

void ModelsView::dragEnterEvent(QDragEnterEvent* event)
{
    if (!localPaths(*event->mimeData()).empty()) {
        event->acceptProposedAction();
        m_drop->cover();
    }
}

void ModelsView::dragLeaveEvent(QDragLeaveEvent* event)
{
    m_drop->hide();
    QWidget::dragLeaveEvent(event);
}

void ModelsView::dropEvent(QDropEvent* event)
{
    m_drop->hide();
    const auto paths = localPaths(*event->mimeData());
    if (!paths.empty()) {
        event->acceptProposedAction();
        add(paths);
    }
}

} // namespace nextquill::ui
