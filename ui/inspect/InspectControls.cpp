// SPDX-License-Identifier: GPL-3.0-or-later
//
// How the inspector's widgets are made and laid out; what they do stands in InspectView.cpp.
#include "ui/inspect/HistoryEffectsModel.h"
#include "ui/inspect/InspectView.h"
#include "ui/inspect/TokenPanel.h"
#include "ui/project/ExamplePicker.h"
#include "ui/project/ModelBox.h"
#include "ui/project/ProjectSession.h"
#include "ui/widgets/ColorLegend.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/ThemedIcon.h"
#include "ui/widgets/ThresholdSlider.h"
#include "ui/widgets/TokenView.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace nextquill::ui {

namespace {

QLabel* labelFor(const QString& text, QWidget* buddy)
{
    auto* label = new QLabel{text, buddy->parentWidget()};
    label->setBuddy(buddy);
    return label;
}

} // namespace

InspectView::InspectView(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_picker{new ExamplePicker{session, this}}
    , m_model{new ModelBox{session, this}}
    , m_source{new QComboBox{this}}
    , m_measure{new QComboBox{this}}
    , m_threshold{new ThresholdSlider{this}}
    , m_legend{new ColorLegend{this}}
    , m_heading{new QLabel{this}}
    , m_notes{new QLabel{this}}
    , m_text{new TokenView{this}}
    , m_panel{new TokenPanel{this}}
    , m_history{new QTableView{this}}
    , m_historyModel{new HistoryEffectsModel{this}}
    , m_attribute{new QPushButton{tr("Effect of each past &text"), this}}
    , m_export{new QPushButton{themedIcon(QStringLiteral("export")), tr("&Export…"), this}}
    , m_progress{new ProgressLine{this}}
    , m_pages{new QStackedWidget{this}}
    , m_empty{new EmptyState{this}}
{
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    createControls();
    createPanes();
    createShortcuts();
    connect(m_picker, &ExamplePicker::chosen, this, &InspectView::showExample);
    connect(m_model, &ModelBox::modelChosen, this, &InspectView::measure);
    connect(m_source, &QComboBox::currentIndexChanged, this, &InspectView::measure);
    connect(m_measure, &QComboBox::currentIndexChanged, this, &InspectView::recolor);
    connect(m_threshold, &ThresholdSlider::valueChanged, this, &InspectView::recolor);
    connect(m_text, &TokenView::tokenHovered, this,
            [this](qsizetype token) { showToken(token >= 0 ? token : m_text->currentToken()); });
    connect(m_text, &TokenView::currentTokenChanged, this, &InspectView::showToken);
    connect(m_attribute, &QPushButton::clicked, this, &InspectView::attribute);
    connect(m_export, &QPushButton::clicked, this, &InspectView::exportFigure);
    connect(m_history->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) { shadeByReview(index.row()); });
    connect(&m_session, &ProjectSession::projectChanged, this, [this] {
        m_example.reset();
        showInspection(nullptr);
    });
    showInspection(nullptr);
}

void InspectView::createControls()
{
    m_model->setObjectName(QStringLiteral("inspectModel"));
    m_model->preferRuns();
    m_source->setObjectName(QStringLiteral("textSource"));
    m_source->addItems({tr("the user's own"), tr("written by the model")});
    m_measure->setObjectName(QStringLiteral("measure"));
    for (const MeasureInfo& info : effectMeasures()) {
        m_measure->addItem(info.name, static_cast<int>(info.measure));
        m_measure->setItemData(m_measure->count() - 1, info.help, Qt::ToolTipRole);
    }
    m_threshold->setReference(0.05);
    m_threshold->setValue(0.05);
    auto* bar = new QFrame{this};
    bar->setProperty("role", QStringLiteral("toolbar"));
    auto* row = new QHBoxLayout{bar};
    row->addWidget(labelFor(tr("&Model"), m_model));
    row->addWidget(m_model);
    row->addWidget(labelFor(tr("Te&xt"), m_source));
    row->addWidget(m_source);
    row->addWidget(labelFor(tr("Mea&sure"), m_measure));
    row->addWidget(m_measure);
    row->addStretch(1);
    row->addWidget(m_export);
    layout()->addWidget(bar);
}

void InspectView::createPanes()
{
    m_heading->setProperty("role", QStringLiteral("heading"));
    m_notes->setProperty("role", QStringLiteral("muted"));
    for (QLabel* label : {m_heading, m_notes}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    m_text->setObjectName(QStringLiteral("heatmap"));
    m_text->setAccessibleName(tr("The text, coloured by the effect of the history"));
    m_history->setObjectName(QStringLiteral("pastTexts"));
    m_attribute->setObjectName(QStringLiteral("attribute"));
    m_history->setModel(m_historyModel);
    m_history->setAccessibleName(tr("Past texts and their effects"));
    m_history->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_history->setSelectionMode(QAbstractItemView::SingleSelection);
    m_history->setShowGrid(false);
    m_history->setWordWrap(false);
    m_history->setTabKeyNavigation(false);
    m_history->horizontalHeader()->setStretchLastSection(true);
    for (const int column : {HistoryEffectsModel::Effect, HistoryEffectsModel::Date}) {
        m_history->horizontalHeader()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    }
    m_history->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_progress->hide();

    auto* middle = new QWidget{this};
    auto* middleLayout = new QVBoxLayout{middle};
    middleLayout->addWidget(m_heading);
    middleLayout->addWidget(m_legend);
    middleLayout->addWidget(m_text, 1);
    middleLayout->addWidget(m_threshold);
    middleLayout->addWidget(m_notes);
    auto* past = new QWidget{this};
    auto* pastLayout = new QVBoxLayout{past};
    pastLayout->addWidget(m_attribute, 0, Qt::AlignLeft);
    pastLayout->addWidget(m_history, 1);
    auto* column = new QSplitter{Qt::Vertical, this};
    column->addWidget(middle);
    column->addWidget(past);
    column->setSizes({420, 240});
    column->setStretchFactor(0, 3);
    column->setStretchFactor(1, 1);
    m_empty->setIcon(QStringLiteral("inspect"));
    m_pages->addWidget(column);
    m_pages->addWidget(m_empty);

    auto* center = new QWidget{this}; // progress stands below the empty place, too
    auto* centerLayout = new QVBoxLayout{center};
    centerLayout->setContentsMargins(0, 0, 0, 0);
    centerLayout->addWidget(m_pages, 1);
    centerLayout->addWidget(m_progress);
    auto* picker = new QWidget{this};
    auto* pickerLayout = new QVBoxLayout{picker};
    pickerLayout->addWidget(m_picker);
    auto* side = new QWidget{this};
    auto* sideLayout = new QVBoxLayout{side};
    sideLayout->addWidget(m_panel);
    auto* panes = new QSplitter{this};
    panes->setChildrenCollapsible(false);
    panes->addWidget(picker);
    panes->addWidget(center);
    panes->addWidget(side);
    picker->setMinimumWidth(220);
    side->setMinimumWidth(290);
    panes->setSizes({230, 640, 310});
    panes->setStretchFactor(1, 1);
    qobject_cast<QVBoxLayout*>(layout())->addWidget(panes, 1);
}

void InspectView::createShortcuts()
{
    // Single letters only while the focus is in the text: never while somebody types.
    const auto inText = [this](const QKeySequence& key, auto slot) {
        auto* shortcut = new QShortcut{key, m_text};
        shortcut->setContext(Qt::WidgetShortcut);
        connect(shortcut, &QShortcut::activated, this, slot);
    };
    inText(Qt::Key_M, &InspectView::cycleMeasure);
    inText(Qt::Key_G, &InspectView::toggleGenerated);
    inText(Qt::Key_A, &InspectView::attribute);
    inText(Qt::Key_BracketLeft, [this] { m_picker->goToPrevious(); });
    inText(Qt::Key_BracketRight, [this] { m_picker->goToNext(); });
    auto* shortcut = new QShortcut{QKeySequence{Qt::CTRL | Qt::Key_E}, this};
    shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    connect(shortcut, &QShortcut::activated, this, &InspectView::exportFigure);
    m_export->setToolTip(tr("Figure or table as a file (Ctrl+E)"));
    m_attribute->setToolTip(tr("Leaves out one past text after the other (A)"));
}

} // namespace nextquill::ui
