// SPDX-License-Identifier: GPL-3.0-or-later
//
// How DatasetPane looks: its controls, lists and pages. What it does is in DatasetPane.cpp.
#include "ui/inspect/dataset/DatasetPane.h"
#include "ui/inspect/dataset/EffectBarDelegate.h"
#include "ui/inspect/dataset/EffectGroupsModel.h"
#include "ui/inspect/dataset/EffectPlacesModel.h"
#include "ui/project/ModelBox.h"
#include "ui/project/ProjectSession.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/RowTable.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <utility>

namespace nextquill::ui {

namespace {

void makeRows(QTableView& view, const QString& objectName)
{
    prepareRowTable(view);
    view.setObjectName(objectName);
    view.setSelectionMode(QAbstractItemView::SingleSelection);
    view.setAlternatingRowColors(true);
    view.setEditTriggers(QAbstractItemView::NoEditTriggers);
    view.setWordWrap(false);
}

void fitColumns(QTableView& view, int stretched)
{
    constexpr int measuredRows = 64; // of thousands: the window would wait for the others
    view.horizontalHeader()->setResizeContentsPrecision(measuredRows);
    view.horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    view.horizontalHeader()->setSectionResizeMode(stretched, QHeaderView::Stretch);
}

} // namespace

DatasetPane::DatasetPane(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_split{new QComboBox{this}}
    , m_part{new QComboBox{this}}
    , m_model{new ModelBox{session, this}}
    , m_start{new QPushButton{tr("&Measure"), this}}
    , m_export{new QPushButton{tr("E&xport…"), this}}
    , m_state{new QLabel{this}}
    , m_wordBar{new QWidget{this}}
    , m_wordText{new QLabel{m_wordBar}}
    , m_progress{new ProgressLine{this}}
    , m_pages{new QStackedWidget{this}}
    , m_empty{new EmptyState{this}}
    , m_tabs{new QTabWidget{this}}
    , m_behind{new QTabWidget{this}}
    , m_texts{new QTableView{this}}
    , m_places{new EffectPlacesModel{this}}
    , m_userPhrases{new QTableView{this}}
    , m_userPhrasesModel{new EffectGroupsModel{tr("Phrase"), this}}
{
    createControls();
    createLists();
    createPages();
    connect(&m_session, &ProjectSession::projectChanged, this, &DatasetPane::forget);
    connect(&m_session, &ProjectSession::userErased, this, &DatasetPane::forget);
    connect(&m_session, &ProjectSession::dataChanged, this, &DatasetPane::reload);
    const auto choose = [this] {
        rest(false); // a pause was of what was chosen before
        renew();
    };
    connect(m_split, &QComboBox::activated, this, choose);
    connect(m_part, &QComboBox::activated, this, choose);
    connect(m_model, &ModelBox::modelChosen, this, [this, choose] {
        if (m_measuring == nullptr) {
            choose();
        }
    });
    connect(m_start, &QPushButton::clicked, this, &DatasetPane::start);
    connect(m_export, &QPushButton::clicked, this, &DatasetPane::chooseExport);
    connect(m_progress, &ProgressLine::pauseRequested, this,
            [this](bool pausing) { pausing ? pause() : start(); });
    connect(m_progress, &ProgressLine::cancelRequested, this, &DatasetPane::cancel);
    showEmpty();
}

void DatasetPane::createControls()
{
    m_split->setObjectName(QStringLiteral("datasetSplit"));
    m_split->setAccessibleName(tr("Split"));
    m_split->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_split->setMinimumContentsLength(14);
    m_part->setObjectName(QStringLiteral("datasetPart"));
    m_part->setAccessibleName(tr("Part of the split"));
    m_part->addItem(tr("Test"), QStringLiteral("test"));
    m_part->addItem(tr("Validation"), QStringLiteral("validation"));
    m_part->addItem(tr("Training"), QStringLiteral("train"));
    m_model->setObjectName(QStringLiteral("datasetModel"));
    m_start->setObjectName(QStringLiteral("datasetStart"));
    m_start->setProperty("role", QStringLiteral("primary"));
    m_export->setObjectName(QStringLiteral("datasetExport"));
    m_state->setObjectName(QStringLiteral("datasetState"));
    m_state->setTextFormat(Qt::PlainText);
    m_state->setWordWrap(true);
    m_state->setProperty("role", QStringLiteral("muted"));
    m_progress->setObjectName(QStringLiteral("datasetProgress"));
    m_progress->setPausable(true);
    m_progress->setCancellable(true);
    m_progress->setUnit(tr("texts"));
    m_progress->hide();
}

DatasetPane::GroupList DatasetPane::createList(const QString& name, const QString& title,
                                               const QString& tab)
{
    GroupList list{.view = new QTableView{this}, .model = new EffectGroupsModel{title, this}};
    makeRows(*list.view, name);
    list.view->setAccessibleName(tab);
    list.view->setModel(list.model);
    list.view->setItemDelegateForColumn(EffectGroupsModel::Bar, new EffectBarDelegate{list.view});
    fitColumns(*list.view, EffectGroupsModel::Bar);
    m_tabs->addTab(list.view, tab);
    connect(list.view->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this, list](const QModelIndex& index) {
                if (list.view == m_tabs->currentWidget()) {
                    showPlaces(list, index.row());
                }
            });
    connect(list.view, &QTableView::activated, this, [this, list](const QModelIndex& index) {
        showPlaces(list, index.row());
        m_texts->setFocus();
    });
    return list;
}

void DatasetPane::createLists()
{
    m_tabs->setObjectName(QStringLiteral("datasetTabs"));
    m_lists = {createList(QStringLiteral("datasetPositions"), tr("Token"), tr("&Positions")),
               createList(QStringLiteral("datasetClasses"), tr("Class"), tr("&Classes")),
               createList(QStringLiteral("datasetUsers"), tr("User"), tr("&Users")),
               createList(QStringLiteral("datasetTokens"), tr("Token"), tr("&Tokens")),
               createList(QStringLiteral("datasetPhrases"), tr("Phrase"), tr("Ph&rases"))};
    m_tabs->setTabToolTip(1, tr("Function words are told by an English list; words of other "
                                "languages count as content words"));
    connect(m_tabs, &QTabWidget::currentChanged, this, [this](int index) {
        const GroupList& list = m_lists[index];
        showPlaces(list, list.view->currentIndex().row());
    });
}

void DatasetPane::createBehind()
{
    makeRows(*m_texts, QStringLiteral("datasetTexts"));
    m_texts->setAccessibleName(tr("Texts behind the chosen row"));
    m_texts->setModel(m_places);
    fitColumns(*m_texts, EffectPlacesModel::Place);
    for (const auto& [column, width] :
         {std::pair{EffectPlacesModel::User, 100}, std::pair{EffectPlacesModel::Item, 120}}) {
        m_texts->horizontalHeader()->setSectionResizeMode(column, QHeaderView::Interactive);
        m_texts->setColumnWidth(column, width);
    }
    connect(m_texts, &QTableView::activated, this,
            [this](const QModelIndex& index) { openText(index.row()); });
    makeRows(*m_userPhrases, QStringLiteral("datasetUserPhrases"));
    m_userPhrases->setAccessibleName(tr("Phrases of the chosen user"));
    m_userPhrases->setModel(m_userPhrasesModel);
    m_userPhrases->setItemDelegateForColumn(EffectGroupsModel::Bar,
                                            new EffectBarDelegate{m_userPhrases});
    m_userPhrases->setColumnHidden(EffectGroupsModel::Above, true);
    m_userPhrases->setColumnHidden(EffectGroupsModel::Tokens, true);
    fitColumns(*m_userPhrases, EffectGroupsModel::Bar);
    connect(m_userPhrases, &QTableView::activated, this,
            [this](const QModelIndex& index) { showPhrase(index.row()); });
    m_behind->setObjectName(QStringLiteral("datasetBehind"));
    m_behind->addTab(m_texts, tr("Places"));
    m_behind->addTab(m_userPhrases, tr("Their p&hrases"));
    m_behind->setTabVisible(phrasesBehind, false);
}

/// Says which phrases are listed, where not all are.
QWidget* DatasetPane::createWordBar()
{
    m_wordText->setObjectName(QStringLiteral("datasetWord"));
    m_wordText->setTextFormat(Qt::PlainText);
    m_wordText->setWordWrap(true);
    auto* all = new QPushButton{tr("&All phrases"), m_wordBar};
    all->setObjectName(QStringLiteral("datasetAllPhrases"));
    connect(all, &QPushButton::clicked, this, &DatasetPane::showAllPhrases);
    auto* row = new QHBoxLayout{m_wordBar};
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_wordText, 1);
    row->addWidget(all);
    m_wordBar->hide();
    return m_wordBar;
}

void DatasetPane::createPages()
{
    auto* bar = new QHBoxLayout;
    for (QWidget* control : std::initializer_list<QWidget*>{m_split, m_part, m_model, m_start}) {
        bar->addWidget(control);
    }
    bar->addStretch(1);
    bar->addWidget(m_export);
    auto* panes = new QSplitter{this};
    panes->addWidget(m_tabs);
    createBehind();
    panes->addWidget(m_behind);
    panes->setSizes({600, 520});
    panes->setChildrenCollapsible(false);
    m_empty->setIcon(QStringLiteral("inspect"));
    m_pages->addWidget(m_empty);
    m_pages->addWidget(panes);
    auto* layout = new QVBoxLayout{this};
    layout->addLayout(bar);
    layout->addWidget(m_state); // a line of its own: beside the boxes it would be a column
    layout->addWidget(createWordBar());
    layout->addWidget(m_progress);
    layout->addWidget(m_pages, 1);
}

} // namespace nextquill::ui
