// SPDX-License-Identifier: GPL-3.0-or-later
//
// How the tab's widgets are made and laid out; what they do stands in PromptTab.cpp.
#include "ui/histories/prompt/BudgetBar.h"
#include "ui/histories/prompt/OriginScale.h"
#include "ui/histories/prompt/PromptReviewsModel.h"
#include "ui/histories/prompt/PromptTab.h"
#include "ui/histories/prompt/TemplateEditor.h"
#include "ui/project/ExamplePicker.h"
#include "ui/project/ModelBox.h"
#include "ui/project/ProjectSession.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/FieldLabel.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/RowTable.h"
#include "ui/widgets/ThemedIcon.h"
#include "ui/widgets/TokenView.h"

#include <QAction>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QShortcut>
#include <QSpinBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

namespace nextquill::ui {

namespace {

constexpr int changeRest = 150; // milliseconds after a change of a number

QLabel* plainLabel(const QString& name, const QString& role, QWidget* parent)
{
    auto* label = new QLabel{parent};
    label->setObjectName(name);
    label->setProperty("role", role);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

} // namespace

void PromptTab::createControls()
{
    m_model->setObjectName(QStringLiteral("promptModel"));
    m_model->preferRuns();
    m_template->setObjectName(QStringLiteral("promptTemplate"));
    m_select->setObjectName(QStringLiteral("promptSelect"));
    const std::pair<QString, text::SelectionKind> kinds[] = {
        {tr("newest"), text::SelectionKind::Recent},
        {tr("most alike in words (BM25)"), text::SelectionKind::Words},
        {tr("most alike in meaning (encoder)"), text::SelectionKind::Meaning},
        {tr("alike, and unlike each other (MMR)"), text::SelectionKind::Diverse}};
    for (const auto& [words, kind] : kinds) {
        m_select->addItem(words, static_cast<int>(kind));
    }
    m_diversity->setObjectName(QStringLiteral("promptDiversity"));
    m_diversity->setRange(0, 1);
    m_diversity->setSingleStep(0.1);
    m_diversity->setPrefix(tr("diversity "));
    m_diversity->setToolTip(tr("0: relevance alone; 1: unlikeness alone"));
    m_encoder->setObjectName(QStringLiteral("promptEncoder"));
    m_reviews->setObjectName(QStringLiteral("promptReviews"));
    m_reviews->setRange(1, 4096);
    m_reviews->setValue(8);
    m_tokens->setObjectName(QStringLiteral("promptTokens"));
    m_tokens->setRange(32, 1 << 24);
    m_tokens->setSingleStep(128);
    m_tokens->setGroupSeparatorShown(true);
    m_tokens->setValue(2048);
    m_item->setObjectName(QStringLiteral("promptItem"));
    m_item->setPlaceholderText(tr("the text's item"));
    m_item->setToolTip(tr("Key of another item: the prompt is then for a text that this user has "
                          "not written yet, with all that he wrote before it"));
    m_item->setClearButtonEnabled(true);
    m_item->setMaximumWidth(m_item->fontMetrics().averageCharWidth() * 22);
    m_use->setObjectName(QStringLiteral("promptUse"));
    m_use->setToolTip(tr("New runs, inspections and comparisons make their prompts with this "
                         "template and selection"));
    auto* bar = new QFrame{this};
    bar->setProperty("role", QStringLiteral("toolbar"));
    auto* rows = new QVBoxLayout{bar};
    auto* first = new QHBoxLayout;
    first->addWidget(fieldLabel(tr("&Model"), m_model));
    first->addWidget(m_model, 1);
    first->addWidget(fieldLabel(tr("Tem&plate"), m_template));
    first->addWidget(m_template, 1);
    first->addStretch(1);
    first->addWidget(m_use);
    auto* second = new QHBoxLayout;
    second->addWidget(fieldLabel(tr("Past &reviews"), m_select));
    second->addWidget(m_select);
    second->addWidget(m_diversity);
    second->addWidget(m_encoder);
    second->addWidget(fieldLabel(tr("at m&ost"), m_reviews));
    second->addWidget(m_reviews);
    second->addWidget(fieldLabel(tr("tok&ens at most"), m_tokens));
    second->addWidget(m_tokens);
    second->addWidget(fieldLabel(tr("&about"), m_item));
    second->addWidget(m_item);
    second->addStretch(1);
    rows->addLayout(first);
    rows->addLayout(second);
    layout()->addWidget(bar);
}

QWidget* PromptTab::createReviews()
{
    m_table->setObjectName(QStringLiteral("promptHistory"));
    m_table->setAccessibleName(tr("Past reviews, in and out of the prompt"));
    m_table->setModel(m_tableModel);
    prepareRowTable(*m_table);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setWordWrap(false);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setStretchLastSection(true);
    for (const auto column : {PromptReviewsModel::Item, PromptReviewsModel::Title}) {
        m_table->horizontalHeader()->setSectionResizeMode(column, QHeaderView::Interactive);
        m_table->setColumnWidth(column, m_table->fontMetrics().averageCharWidth() * 20);
    }
    return m_table;
}

void PromptTab::createPanes()
{
    m_text->setObjectName(QStringLiteral("promptText"));
    m_text->setAccessibleName(tr("The prompt, token by token"));
    m_without->setObjectName(QStringLiteral("promptWithout"));
    m_without->setAccessibleName(tr("The prompt without history"));
    const auto scale = std::make_shared<OriginScale>();
    m_text->setColorScale(scale);
    m_without->setColorScale(scale);
    auto* tokens = new QWidget{this};
    auto* tokensLayout = new QVBoxLayout{tokens};
    tokensLayout->setContentsMargins(0, 0, 0, 0);
    tokensLayout->addWidget(m_text, 1);
    tokensLayout->addWidget(m_tokenWords);
    m_sides->setObjectName(QStringLiteral("promptSides"));
    m_sides->addTab(tokens, tr("As it is sent"));
    m_sides->addTab(m_without, tr("Without history"));
    m_sides->addTab(m_editor, tr("Template"));
    auto* halves = new QSplitter{Qt::Vertical, this};
    halves->addWidget(createReviews());
    halves->addWidget(m_sides);
    halves->setStretchFactor(0, 2);
    halves->setStretchFactor(1, 3);
    halves->setSizes({220, 380});
    halves->setChildrenCollapsible(false);
    auto* page = new QWidget{this};
    auto* pageLayout = new QVBoxLayout{page};
    pageLayout->addWidget(m_heading);
    pageLayout->addWidget(m_budget);
    pageLayout->addWidget(halves, 1);
    m_empty->setObjectName(QStringLiteral("promptEmpty"));
    m_empty->setIcon(QStringLiteral("quill"));
    m_pages->addWidget(page);
    m_pages->addWidget(m_empty);
    auto* right = new QWidget{this};
    auto* rightLayout = new QVBoxLayout{right};
    rightLayout->setContentsMargins(0, 0, 0, 0);
    rightLayout->addWidget(m_progress);
    rightLayout->addWidget(m_pages, 1);
    auto* left = new QWidget{this};
    auto* leftLayout = new QVBoxLayout{left};
    leftLayout->addWidget(m_picker);
    auto* panes = new QSplitter{this};
    panes->addWidget(left);
    panes->addWidget(right);
    panes->setSizes({250, 950});
    panes->setStretchFactor(1, 1);
    panes->setChildrenCollapsible(false);
    qobject_cast<QVBoxLayout*>(layout())->addWidget(panes, 1);
    m_progress->hide();
}

void PromptTab::createActions()
{
    const auto add = [this](const QString& text, int key, auto act) {
        auto* action = new QAction{text, m_table};
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, this, [this, act] {
            if (const QModelIndex index = m_table->currentIndex(); index.isValid()) {
                act(index.row());
            }
        });
        m_table->addAction(action);
    };
    const auto idOf = [this](int row) { return number(m_tableModel->review(row).review.id); };
    add(tr("Show in the &prompt"), Qt::Key_P, [this](int row) { showInPrompt(row); });
    add(tr("Show in the &timeline"), Qt::Key_T,
        [this, idOf](int row) { Q_EMIT reviewWanted(idOf(row)); });
    add(tr("&Inspect this text"), Qt::Key_E,
        [this, idOf](int row) { Q_EMIT inspectWanted(idOf(row)); });
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
}

PromptTab::PromptTab(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_picker{new ExamplePicker{session, QStringLiteral("prompt"), this}}
    , m_model{new ModelBox{session, this}}
    , m_template{new QComboBox{this}}
    , m_select{new QComboBox{this}}
    , m_diversity{new QDoubleSpinBox{this}}
    , m_encoder{new QPushButton{tr("Enco&der…"), this}}
    , m_reviews{new QSpinBox{this}}
    , m_tokens{new QSpinBox{this}}
    , m_item{new QLineEdit{this}}
    , m_use{new QPushButton{themedIcon(QStringLiteral("check")), tr("&Use in this project"), this}}
    , m_heading{plainLabel(QStringLiteral("promptHeading"), QStringLiteral("heading"), this)}
    , m_tokenWords{plainLabel(QStringLiteral("promptToken"), QStringLiteral("muted"), this)}
    , m_budget{new BudgetBar{this}}
    , m_table{new QTableView{this}}
    , m_tableModel{new PromptReviewsModel{this}}
    , m_sides{new QTabWidget{this}}
    , m_text{new TokenView{this}}
    , m_without{new TokenView{this}}
    , m_editor{new TemplateEditor{session, this}}
    , m_progress{new ProgressLine{this}}
    , m_pages{new QStackedWidget{this}}
    , m_empty{new EmptyState{this}}
    , m_soon{new QTimer{this}}
{
    auto* whole = new QVBoxLayout{this};
    whole->setContentsMargins(0, 0, 0, 0);
    whole->setSpacing(0);
    m_soon->setSingleShot(true);
    m_soon->setInterval(changeRest);
    createControls();
    createPanes();
    connectAll();
    reload();
}

} // namespace nextquill::ui
