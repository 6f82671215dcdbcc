// SPDX-License-Identifier: GPL-3.0-or-later
//
// How the inspector's widgets are made and laid out; what they do stands in InspectView.cpp.
#include "ui/inspect/EffectMatrix.h"
#include "ui/inspect/InspectView.h"
#include "ui/inspect/PaneJob.h"
#include "ui/inspect/PastTextsPane.h"
#include "ui/inspect/TokenCard.h"
#include "ui/inspect/TokenPanel.h"
#include "ui/project/ExamplePicker.h"
#include "ui/project/ModelBox.h"
#include "ui/project/ProjectSession.h"
#include "ui/widgets/ColorLegend.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/ThemedIcon.h"
#include "ui/widgets/ThresholdSlider.h"
#include "ui/widgets/TokenFindBar.h"
#include "ui/widgets/TokenView.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace nextquill::ui {

namespace {

// Device-independent pixels: the row is full in small windows.
constexpr int widestUnit = 104;
constexpr int leastModel = 128;
constexpr int leastSource = 126;
constexpr int frameOfABox = 62; // padding and arrow

QLabel* labelFor(const QString& text, QWidget* buddy)
{
    auto* label = new QLabel{text, buddy->parentWidget()};
    label->setBuddy(buddy);
    return label;
}

QToolButton* toggle(const QString& text, const QString& tip, QWidget* parent)
{
    auto* button = new QToolButton{parent};
    button->setText(text);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setCheckable(true);
    return button;
}

QWidget* margined(QWidget* content, int leastWidth, QWidget* parent)
{
    auto* frame = new QWidget{parent};
    auto* layout = new QVBoxLayout{frame};
    layout->addWidget(content);
    frame->setMinimumWidth(leastWidth);
    return frame;
}

} // namespace

InspectView::InspectView(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_picker{new ExamplePicker{session, QStringLiteral("inspect"), this}}
    , m_model{new ModelBox{session, this}}
    , m_source{new QComboBox{this}}
    , m_measure{new QComboBox{this}}
    , m_unit{new QComboBox{this}}
    , m_range{new QDoubleSpinBox{this}}
    , m_invisibles{toggle(QStringLiteral("¶"), tr("Show invisible tokens (I)"), this)}
    , m_greyscale{toggle(QStringLiteral("≣"), tr("Lines in place of colours (L)"), this)}
    , m_threshold{new ThresholdSlider{this}}
    , m_legend{new ColorLegend{this}}
    , m_legendWords{new QLabel{this}}
    , m_heading{new QLabel{this}}
    , m_notes{new QLabel{this}}
    , m_span{new QLabel{this}}
    , m_text{new TokenView{this}}
    , m_find{new TokenFindBar{*m_text, this}}
    , m_card{new TokenCard{this}}
    , m_panel{new TokenPanel{this}}
    , m_tabs{new QTabWidget{this}}
    , m_past{new PastTextsPane{session, this}}
    , m_matrix{new EffectMatrix{this}}
    , m_export{new QPushButton{themedIcon(QStringLiteral("export")), tr("&Export…"), this}}
    , m_progress{new ProgressLine{this}}
    , m_job{new PaneJob{*m_progress, this}}
    , m_pages{new QStackedWidget{this}}
    , m_empty{new EmptyState{this}}
{
    setAcceptDrops(true);
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    createControls();
    createPanes();
    createActions();
    connectText();
    connectPanes();
    createMoreTabs();
    keepLook();
    showNothing();
}

void InspectView::createControls()
{
    m_model->setObjectName(QStringLiteral("inspectModel"));
    m_model->preferRuns();
    m_model->keepAs(QStringLiteral("inspect/model"));
    m_source->setObjectName(QStringLiteral("textSource"));
    m_source->addItems({tr("the user\u2019s"), tr("the model\u2019s")});
    m_source->setToolTip(tr("What the user wrote, or what the model writes in their place"));
    m_measure->setObjectName(QStringLiteral("measure"));
    for (const MeasureInfo& info : effectMeasures()) {
        m_measure->addItem(info.name, static_cast<int>(info.measure));
        m_measure->setItemData(m_measure->count() - 1, info.help, Qt::ToolTipRole);
    }
    // In a small window the boxes give way whose names are told apart by their beginnings.
    m_model->setMinimumWidth(leastModel);
    m_source->setMinimumWidth(leastSource);
    m_measure->setMinimumWidth(m_measure->fontMetrics().horizontalAdvance(m_measure->itemText(0)) +
                               frameOfABox);
    m_unit->setObjectName(QStringLiteral("unit"));
    m_unit->setToolTip(tr("What has one colour (W)"));
    m_unit->setMaximumWidth(widestUnit);
    for (const workflow::UnitKind kind :
         {workflow::UnitKind::Token, workflow::UnitKind::Word, workflow::UnitKind::Sentence}) {
        m_unit->addItem(unitName(kind), static_cast<int>(kind));
    }
    m_range->setObjectName(QStringLiteral("effectRange"));
    m_range->setPrefix(QStringLiteral("±"));
    m_range->setDecimals(2);
    m_range->setRange(0.05, 20);
    m_range->setSingleStep(0.05);
    m_range->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    m_range->setFocusPolicy(Qt::StrongFocus);
    m_range->setToolTip(tr("Where the colours end; what lies beyond gets a corner"));
    m_range->setAccessibleName(tr("Range of the colours"));
    m_range->setValue(static_cast<double>(infoOf(chosenMeasure()).range));
    m_invisibles->setObjectName(QStringLiteral("invisibles"));
    m_greyscale->setObjectName(QStringLiteral("greyscale"));
    auto* bar = new QFrame{this};
    bar->setProperty("role", QStringLiteral("toolbar"));
    auto* row = new QHBoxLayout{bar};
    row->addWidget(labelFor(tr("&Model"), m_model));
    row->addWidget(m_model);
    row->addWidget(labelFor(tr("Te&xt"), m_source));
    row->addWidget(m_source);
    row->addWidget(labelFor(tr("Mea&sure"), m_measure));
    row->addWidget(m_measure);
    row->addWidget(labelFor(tr("U&nit"), m_unit));
    row->addWidget(m_unit);
    row->addWidget(labelFor(tr("Ran&ge"), m_range));
    row->addWidget(m_range);
    row->addWidget(m_invisibles);
    row->addWidget(m_greyscale);
    row->addStretch(1);
    row->addWidget(m_export);
    layout()->addWidget(bar);
}

QWidget* InspectView::createShadingBar()
{
    m_shading = new QFrame{this};
    m_shading->setObjectName(QStringLiteral("shadingBar"));
    m_shading->setProperty("role", QStringLiteral("card"));
    m_shadedBy = new QLabel{m_shading};
    m_shadedBy->setTextFormat(Qt::PlainText);
    m_shadedBy->setWordWrap(true);
    auto* back = new QPushButton{tr("&Back to the whole history"), m_shading};
    back->setObjectName(QStringLiteral("shadeByAll"));
    back->setToolTip(tr("The text by the effect of the whole history (0 or Esc)"));
    connect(back, &QPushButton::clicked, this, [this] {
        shadeByReview(-1);
        m_text->setFocus();
    });
    auto* row = new QHBoxLayout{m_shading};
    row->setContentsMargins(12, 4, 4, 4);
    row->addWidget(m_shadedBy, 1);
    row->addWidget(back);
    m_shading->hide();
    return m_shading;
}

QWidget* InspectView::createText()
{
    m_heading->setProperty("role", QStringLiteral("heading"));
    m_notes->setProperty("role", QStringLiteral("muted"));
    m_notes->setObjectName(QStringLiteral("inspectNotes"));
    m_span->setObjectName(QStringLiteral("inspectSpan"));
    m_legendWords->setProperty("role", QStringLiteral("muted"));
    m_legendWords->setObjectName(QStringLiteral("legendWords"));
    for (QLabel* label : {m_heading, m_notes, m_span, m_legendWords}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    m_span->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_span->hide();
    m_legendWords->hide();
    m_text->setObjectName(QStringLiteral("heatmap"));
    m_text->setAccessibleName(tr("The text, coloured by the effect of the history"));
    m_text->setMinimumHeight(120);
    auto* middle = new QWidget{this};
    auto* layout = new QVBoxLayout{middle};
    layout->addWidget(m_heading);
    layout->addWidget(m_legend);
    layout->addWidget(m_legendWords);
    layout->addWidget(createShadingBar());
    layout->addWidget(m_find);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_span);
    layout->addWidget(m_threshold);
    layout->addWidget(m_notes);
    return middle;
}

void InspectView::createTabs()
{
    m_tabs->setObjectName(QStringLiteral("inspectTabs"));
    m_tabs->setDocumentMode(true);
    addTab(m_past, tr("Past texts"));
    addTab(createMatrixPage(), tr("Matrix"));
}

void InspectView::createPanes()
{
    createTabs();
    auto* column = new QSplitter{Qt::Vertical, this};
    column->setChildrenCollapsible(false);
    column->addWidget(createText());
    column->addWidget(m_tabs);
    column->setSizes({420, 260});
    column->setStretchFactor(0, 3);
    column->setStretchFactor(1, 1);
    m_empty->setIcon(QStringLiteral("inspect"));
    m_pages->addWidget(column);
    m_pages->addWidget(m_empty);
    m_progress->hide();

    auto* center = new QWidget{this}; // progress stands below the empty place, too
    auto* centerLayout = new QVBoxLayout{center};
    centerLayout->setContentsMargins(0, 0, 0, 0);
    centerLayout->addWidget(m_pages, 1);
    centerLayout->addWidget(m_progress);
    auto* panes = new QSplitter{this};
    panes->setChildrenCollapsible(false);
    panes->addWidget(margined(m_picker, 220, this));
    panes->addWidget(center);
    panes->addWidget(margined(m_panel, 290, this));
    panes->setSizes({230, 640, 310});
    panes->setStretchFactor(1, 1);
    qobject_cast<QVBoxLayout*>(layout())->addWidget(panes, 1);
}

void InspectView::addTab(QWidget* pane, const QString& title)
{
    m_tabs->addTab(pane, title);
}

void InspectView::connectText()
{
    connect(m_picker, &ExamplePicker::chosen, this, &InspectView::showExample);
    connect(m_model, &ModelBox::modelChosen, this, &InspectView::measure);
    connect(m_source, &QComboBox::currentIndexChanged, this, &InspectView::measure);
    connect(m_measure, &QComboBox::currentIndexChanged, this, &InspectView::chooseMeasure);
    connect(m_unit, &QComboBox::currentIndexChanged, this, &InspectView::recolor);
    connect(m_range, &QDoubleSpinBox::valueChanged, this, [this](double range) {
        m_ranges[static_cast<int>(chosenMeasure())] = range;
        recolor();
    });
    connect(m_threshold, &ThresholdSlider::valueChanged, this, &InspectView::recolor);
    connect(m_invisibles, &QToolButton::toggled, m_text, &TokenView::setInvisiblesShown);
    connect(m_greyscale, &QToolButton::toggled, m_text, &TokenView::setGreyscale);
    connect(m_text, &TokenView::tokenHovered, this, [this](qsizetype token) {
        showCard(token);
        showToken(token >= 0 ? token : m_text->currentToken());
    });
    connect(m_text, &TokenView::currentTokenChanged, this, [this](qsizetype token) {
        m_card->hide();
        showToken(token);
        m_matrix->setCurrentToken(token);
    });
    connect(m_text, &TokenView::selectionChanged, this, &InspectView::renewSpan);
    connect(m_text, &TokenView::pinsChanged, this, &InspectView::renewSpan);
    connect(m_text, &TokenView::menuRequested, this, &InspectView::showTokenMenu);
    m_text->setDescription([this](qsizetype token) { return spokenAt(token); });
}

void InspectView::connectPanes()
{
    connectHistory();
    connect(m_matrix, &EffectMatrix::reviewChosen, this, &InspectView::shadeByReview);
    connect(m_past, &PastTextsPane::menuRequested, this, &InspectView::showReviewMenu);
    connect(m_matrix, &EffectMatrix::menuRequested, this, &InspectView::showReviewMenu);
    connect(m_matrix, &EffectMatrix::cellChanged, this, [this](qsizetype token, int review) {
        m_text->setCurrentToken(token);
        m_span->setText(m_matrix->sentence(token, review));
        m_span->show();
    });
    connect(m_matrix, &EffectMatrix::cellHovered, this, [this](qsizetype token, int review) {
        if (token < 0) {
            renewSpan();
            return;
        }
        showToken(token);
        m_span->setText(m_matrix->sentence(token, review));
        m_span->show();
    });
    connect(m_export, &QPushButton::clicked, this, &InspectView::exportFigure);
    connect(&m_session, &ProjectSession::projectChanged, this, [this] {
        m_example.reset();
        showNothing();
    });
}

} // namespace nextquill::ui
