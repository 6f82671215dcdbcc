// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/splits/SplitsTab.h"

#include "core/store/funnel/Funnels.h"

#include "ui/histories/splits/ExportDialog.h"
#include "ui/histories/splits/FunnelBar.h"
#include "ui/histories/splits/SplitDifferencePane.h"
#include "ui/histories/splits/SplitForm.h"
#include "ui/histories/splits/SplitWords.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/RowTable.h"
#include "ui/widgets/ThemedIcon.h"

#include <QAction>
#include <QClipboard>
#include <QFrame>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace nextquill::ui {

namespace {

using RowModel = PagedListModel<SplitRow>;

constexpr int shownDigits = 12;

RowModel::Column splitTextColumn(const QString& title, QString (*text)(const SplitRow&))
{
    return {title, [text](const SplitRow& row, int role) -> QVariant {
                return role == Qt::DisplayRole || role == Qt::ToolTipRole ? text(row) : QVariant{};
            }};
}

RowModel::Column countColumn(const QString& title, std::int64_t store::Split::* count)
{
    return {title,
            [count](const SplitRow& row, int role) -> QVariant {
                return role == Qt::DisplayRole ? shownCount(row.split.*count) : QVariant{};
            },
            Qt::AlignRight | Qt::AlignVCenter};
}

QString runsInWords(const SplitRow& row)
{
    if (!row.runs.empty()) {
        QStringList runs;
        for (const std::string& run : row.runs) {
            runs += shown(run);
        }
        return runs.join(QStringLiteral(", "));
    }
    return row.split.frozen ? QObject::tr("a run that is gone") : QString{};
}

std::vector<RowModel::Column> splitColumns()
{
    return {splitTextColumn(QObject::tr("Split"),
                            [](const SplitRow& row) { return shown(row.split.settings.name); }),
            splitTextColumn(QObject::tr("Rule"),
                            [](const SplitRow& row) { return ruleTitle(row.split.settings.rule); }),
            countColumn(QObject::tr("Train"), &store::Split::train),
            countColumn(QObject::tr("Validation"), &store::Split::validation),
            countColumn(QObject::tr("Test"), &store::Split::test),
            splitTextColumn(
                QObject::tr("Digest"),
                [](const SplitRow& row) { return shown(row.split.digest).left(shownDigits); }),
            splitTextColumn(QObject::tr("Frozen by"), runsInWords),
            splitTextColumn(QObject::tr("Made"), [](const SplitRow& row) {
                return row.split.created > 0 ? shownTime(row.split.created) : QStringLiteral("–");
            })};
}

} // namespace

SplitsTab::SplitsTab(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_funnel{new FunnelBar{session, this}}
    , m_pages{new QStackedWidget{this}}
    , m_empty{new EmptyState{this}}
    , m_table{new QTableView{this}}
    , m_model{new RowModel{splitColumns(), this}}
    , m_right{new QStackedWidget{this}}
    , m_details{new QWidget{this}}
    , m_name{new QLabel{this}}
    , m_parts{new QLabel{this}}
    , m_settings{new QLabel{this}}
    , m_digest{new QLabel{this}}
    , m_usedBy{new QLabel{this}}
    , m_difference{new SplitDifferencePane{session, this}}
    , m_form{new SplitForm{session, this}}
{
    m_empty->setIcon(QStringLiteral("branch"));
    m_empty->setTitle(tr("No splits yet"));
    m_empty->setSentence(
        tr("A split says which reviews train, validate and test. Runs keep the one "
           "that they were trained on."));
    m_empty->setAction(tr("New split…"));
    connect(m_empty, &EmptyState::actionRequested, this, [this] { beginSplit(); });
    createTable();
    m_right->addWidget(createDetails());
    m_right->addWidget(m_difference);
    m_right->addWidget(m_form);
    auto* left = new QWidget{this};
    auto* leftLayout = new QVBoxLayout{left};
    auto* make = new QPushButton{themedIcon(QStringLiteral("add")), tr("&New split…"), left};
    make->setObjectName(QStringLiteral("newSplit"));
    connect(make, &QPushButton::clicked, this, [this] { beginSplit(); });
    auto* bar = new QHBoxLayout;
    bar->addWidget(make);
    bar->addStretch(1);
    leftLayout->addLayout(bar);
    m_pages->addWidget(m_table);
    m_pages->addWidget(m_empty);
    leftLayout->addWidget(m_pages, 1);
    auto* panes = new QSplitter{this};
    panes->addWidget(left);
    panes->addWidget(m_right);
    panes->setSizes({640, 480});
    panes->setStretchFactor(0, 3);
    panes->setStretchFactor(1, 2);
    panes->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_funnel);
    auto* line = new QFrame{this};
    line->setProperty("role", QStringLiteral("separator"));
    layout->addWidget(line);
    layout->addWidget(panes, 1);
    connect(m_funnel, &FunnelBar::filterWanted, this, &SplitsTab::filterWanted);
    connect(m_funnel, &FunnelBar::splitWanted, this, &SplitsTab::beginSplit);
    connect(m_funnel, &FunnelBar::exportWanted, this, &SplitsTab::exportFunnel);
    connect(m_difference, &SplitDifferencePane::reviewWanted, this, &SplitsTab::reviewWanted);
    connect(m_form, &SplitForm::closed, this, &SplitsTab::showChosen);
    connect(m_form, &SplitForm::made, this, [this](const QString& name) {
        m_wanted = name;
        reload();
    });
    connect(&m_session, &ProjectSession::projectChanged, this, &SplitsTab::reload);
    connect(&m_session, &ProjectSession::dataChanged, this, &SplitsTab::reload);
    connect(&m_session, &ProjectSession::runsChanged, this, &SplitsTab::reload);
    reload();
}

void SplitsTab::createTable()
{
    m_table->setObjectName(QStringLiteral("splits"));
    m_table->setAccessibleName(tr("Splits"));
    m_table->setModel(m_model);
    prepareRowTable(*m_table);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setAlternatingRowColors(true);
    m_table->setWordWrap(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &SplitsTab::showChosen);
    addAction(tr("&New version…"), {}, &SplitsTab::beginVersion);
    addAction(tr("&Copy digest"), QKeySequence::Copy, &SplitsTab::copyDigest);
    addAction(tr("&Remove"), QKeySequence::Delete, &SplitsTab::removeChosen);
    auto* fresh = new QAction{tr("New split…"), this};
    fresh->setShortcut(QKeySequence::New);
    fresh->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(fresh, &QAction::triggered, this, [this] { beginSplit(); });
    QWidget::addAction(fresh);
}

QAction* SplitsTab::addAction(const QString& text, const QKeySequence& key,
                              void (SplitsTab::*slot)())
{
    auto* action = new QAction{text, m_table};
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetShortcut);
    connect(action, &QAction::triggered, this, slot);
    m_table->addAction(action);
    return action;
}

QWidget* SplitsTab::createDetails()
{
    m_name->setProperty("role", QStringLiteral("heading"));
    m_digest->setProperty("role", QStringLiteral("mono"));
    m_digest->setObjectName(QStringLiteral("splitDigest"));
    m_settings->setObjectName(QStringLiteral("splitSettings"));
    m_usedBy->setObjectName(QStringLiteral("splitUsedBy"));
    for (QLabel* const label : {m_name, m_parts, m_settings, m_digest, m_usedBy}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    }
    auto* version = new QPushButton{tr("New &version…"), m_details};
    version->setObjectName(QStringLiteral("newVersion"));
    m_leaks = new QPushButton{tr("Check for &leakage"), m_details};
    m_leaks->setObjectName(QStringLiteral("checkLeaks"));
    m_export = new QPushButton{themedIcon(QStringLiteral("export")), tr("&Export…"), m_details};
    m_export->setObjectName(QStringLiteral("exportSplit"));
    m_remove = new QPushButton{themedIcon(QStringLiteral("remove")), tr("&Remove"), m_details};
    m_remove->setObjectName(QStringLiteral("removeSplit"));
    connect(version, &QPushButton::clicked, this, &SplitsTab::beginVersion);
    connect(m_remove, &QPushButton::clicked, this, &SplitsTab::removeChosen);
    connect(m_leaks, &QPushButton::clicked, this,
            [this] { Q_EMIT leakCheckWanted(m_name->text()); });
    connect(m_export, &QPushButton::clicked, this, &SplitsTab::exportSplit);
    auto* buttons = new QHBoxLayout;
    for (QPushButton* const button : {version, m_leaks, m_export, m_remove}) {
        buttons->addWidget(button);
    }
    buttons->addStretch(1);
    auto* layout = new QVBoxLayout{m_details};
    layout->addWidget(m_name);
    layout->addWidget(m_parts);
    layout->addWidget(m_settings);
    layout->addWidget(m_usedBy);
    layout->addWidget(m_digest);
    layout->addLayout(buttons);
    layout->addStretch(1);
    return m_details;
}

void SplitsTab::reload()
{
    ++m_question;
    if (!m_session.isOpen()) {
        showRows({}, {});
        return;
    }
    if (const auto rows = chosen(); rows.size() == 1 && m_wanted.isEmpty()) {
        m_wanted = shown(rows.front()->split.settings.name);
    }
    auto* job = m_session.read(tr("Reading the splits"), this,
                               [](store::Project& project, StopToken, Progress&) {
                                   const store::Splits splits{project};
                                   std::vector<SplitRow> rows;
                                   for (store::Split& split : splits.all()) {
                                       auto runs = splits.runsOf(split.settings.name);
                                       rows.push_back({std::move(split), std::move(runs)});
                                   }
                                   return std::pair{std::move(rows), store::Funnels{project}.all()};
                               });
    connect(job, &Job::done, this, [this, job, question = m_question] {
        auto [rows, funnels] = job->takeValue();
        if (question == m_question) {
            showRows(std::move(rows), std::move(funnels));
        }
    });
}

void SplitsTab::showRows(std::vector<SplitRow> rows, std::vector<store::Funnel> funnels)
{
    std::ranges::reverse(rows); // the newest first
    std::vector<store::Split> splits;
    for (const SplitRow& row : rows) {
        splits.push_back(row.split);
    }
    m_form->setSplits(splits);
    m_form->setFunnels(funnels);
    m_pages->setCurrentWidget(rows.empty() ? static_cast<QWidget*>(m_empty) : m_table);
    const bool isFormOpen = m_right->currentWidget() == m_form && m_wanted.isEmpty();
    const QString wanted = std::exchange(m_wanted, {});
    m_isRefilling = true;
    m_model->restart();
    m_model->addPage(m_model->era(), std::move(rows), true);
    m_table->resizeColumnsToContents();
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (shown(m_model->row(row).split.settings.name) == wanted ||
            (wanted.isEmpty() && row == 0)) {
            m_table->selectRow(row);
            break;
        }
    }
    m_isRefilling = false;
    if (!isFormOpen) {
        showChosen();
    }
}

std::vector<const SplitRow*> SplitsTab::chosen() const
{
    std::vector<const SplitRow*> rows;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows()) {
        rows.push_back(&m_model->row(index.row()));
    }
    return rows;
}

void SplitsTab::showChosen()
{
    if (m_isRefilling) {
        return;
    }
    const auto rows = chosen();
    if (rows.size() == 2) { // the older one first
        const bool isOrdered = rows[0]->split.id < rows[1]->split.id;
        m_difference->compare(rows[isOrdered ? 0 : 1]->split, rows[isOrdered ? 1 : 0]->split);
        m_right->setCurrentWidget(m_difference);
        return;
    }
    m_details->setVisible(rows.size() == 1);
    if (rows.size() == 1) {
        showDetails(*rows.front());
    }
    m_right->setCurrentWidget(m_details);
}

void SplitsTab::showDetails(const SplitRow& row)
{
    const store::Split& split = row.split;
    m_name->setText(shown(split.settings.name));
    m_parts->setText(partsInWords(split.train, split.validation, split.test));
    m_settings->setText(ruleTitle(split.settings.rule) + QStringLiteral(": ") +
                        settingsInWords(split.settings).join(QStringLiteral(" · ")));
    m_digest->setText(shown(split.digest));
    m_usedBy->setText(split.frozen ? tr("Frozen: used by %1").arg(runsInWords(row))
                                   : tr("Not used by a run yet"));
    m_remove->setEnabled(!split.frozen && !m_session.isReadOnly());
    m_remove->setToolTip(split.frozen ? tr("It stays: it says what a run has seen") : QString{});
}

void SplitsTab::beginSplit(const QString& funnel)
{
    store::SplitSettings settings;
    if (!funnel.isEmpty()) {
        settings.name = stored(funnel);
        settings.funnel = store::Funnel{.name = stored(funnel), .steps = {}};
    }
    m_form->begin(settings);
    m_right->setCurrentWidget(m_form);
    m_form->setFocus();
}

void SplitsTab::beginVersion()
{
    const auto rows = chosen();
    if (rows.size() != 1) {
        return;
    }
    store::SplitSettings settings = rows.front()->split.settings;
    settings.name = settings.name.substr(0, settings.name.rfind('@'));
    m_form->begin(settings);
    m_right->setCurrentWidget(m_form);
}

void SplitsTab::removeChosen()
{
    std::vector<store::Split> gone;
    for (const SplitRow* const row : chosen()) {
        if (!row->split.frozen) {
            gone.push_back(row->split);
        }
    }
    if (gone.empty() || m_session.isReadOnly()) {
        return;
    }
    auto* job = m_session.change(tr("Removing splits"), this,
                                 [gone](store::Project& project, StopToken, Progress&) {
                                     for (const store::Split& split : gone) {
                                         store::Splits{project}.remove(split.id);
                                     }
                                     return gone.size();
                                 });
    connect(job, &Job::done, this, [this, gone] {
        m_session.announceData();
        Q_EMIT m_session.noticed(
            tr("%Ln split(s) removed.", "", static_cast<int>(gone.size())), tr("Make again"),
            [this, gone] {
                auto* again = m_session.change(
                    tr("Making splits again"), this,
                    [gone](store::Project& project, StopToken stop, Progress& progress) {
                        for (const store::Split& split : gone) {
                            store::Splits{project}.createVersion(split.settings, stop, progress);
                        }
                        return gone.size();
                    });
                connect(again, &Job::done, this, [this] { m_session.announceData(); });
            });
    });
}

void SplitsTab::exportSplit()
{
    auto* dialog = new ExportDialog{m_session, this};
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->chooseSplit(m_name->text());
    dialog->open();
}

void SplitsTab::exportFunnel(const QString& funnel)
{
    auto* dialog = new ExportDialog{m_session, this};
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->chooseFunnel(funnel);
    dialog->open();
}

void SplitsTab::copyDigest()
{
    QStringList digests;
    for (const SplitRow* const row : chosen()) {
        digests += shown(row->split.digest);
    }
    QGuiApplication::clipboard()->setText(digests.join(QLatin1Char('\n')));
}

} // namespace nextquill::ui
