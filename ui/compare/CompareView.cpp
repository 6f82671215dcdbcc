// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/CompareView.h"

#include "core/store/Histories.h"
#include "core/workflow/Comparison.h"
#include "core/workflow/Inspection.h"

#include "ui/compare/CompareColumn.h"
#include "ui/compare/PieceRelay.h"
#include "ui/project/ExamplePicker.h"
#include "ui/project/ModelBox.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/FieldLabel.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/ThemedIcon.h"
#include "ui/widgets/TokenView.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QShortcut>
#include <QSpinBox>
#include <QSplitter>
#include <QVBoxLayout>

#include <utility>

namespace nextquill::ui {

CompareView::CompareView(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_picker{new ExamplePicker{session, QStringLiteral("compare"), this}}
    , m_base{new ModelBox{session, this}}
    , m_personal{new ModelBox{session, this}}
    , m_strength{new QDoubleSpinBox{this}}
    , m_seed{new QSpinBox{this}}
    , m_length{new QSpinBox{this}}
    , m_against{new QComboBox{this}}
    , m_heatmap{new QCheckBox{tr("&Heatmap"), this}}
    , m_linked{new QCheckBox{tr("&Linked scrolling"), this}}
    , m_generate{new QPushButton{accentIcon(QStringLiteral("play")), tr("&Write"), this}}
    , m_heading{new QLabel{this}}
    , m_progress{new ProgressLine{this}}
{
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    createControls();
    createColumns();
    createShortcuts();
    connect(m_picker, &ExamplePicker::chosen, this, &CompareView::showExample);
    connect(&m_session, &ProjectSession::projectChanged, this, [this] {
        m_branch.reset();
        clear();
    });
    connect(m_base, &ModelBox::modelChosen, this, &CompareView::renewTitles);
    connect(m_personal, &ModelBox::modelChosen, this, &CompareView::renewTitles);
    connect(m_generate, &QPushButton::clicked, this, &CompareView::generate);
    connect(m_against, &QComboBox::currentIndexChanged, this, &CompareView::renewDifferences);
    connect(m_heatmap, &QCheckBox::toggled, this, [this](bool on) {
        for (CompareColumn* column : m_columns) {
            column->setHeatmapShown(on);
        }
        renewDifferences();
    });
    clear();
}

void CompareView::createControls()
{
    m_base->setObjectName(QStringLiteral("baseModel"));
    m_base->setRunsShown(false);
    m_base->keepAs(QStringLiteral("compare/base"));
    m_personal->setObjectName(QStringLiteral("personalModel"));
    m_personal->preferRuns();
    m_personal->keepAs(QStringLiteral("compare/model"));
    m_strength->setObjectName(QStringLiteral("strength"));
    m_strength->setRange(-1, 4);
    m_strength->setSingleStep(0.25);
    m_strength->setValue(1);
    m_strength->setToolTip(tr("0: as if there were no history, 1: as trained, more: stronger. The "
                              "same as guidance_scale of classifier-free guidance."));
    m_seed->setRange(0, 1'000'000);
    m_seed->setValue(42);
    m_seed->setObjectName(QStringLiteral("seed"));
    m_length->setRange(8, 2048);
    m_length->setValue(120);
    m_length->setSuffix(tr(" tokens"));
    m_length->setObjectName(QStringLiteral("length"));
    m_heatmap->setChecked(true);
    m_linked->setChecked(true);
    m_generate->setProperty("role", QStringLiteral("primary"));
    m_generate->setObjectName(QStringLiteral("generate"));
    m_generate->setToolTip(tr("Writes all texts again (F5)"));
    m_against->setObjectName(QStringLiteral("against"));
    m_against->addItems({tr("nothing"), tr("first column"), tr("second column"), tr("third column"),
                         tr("the user's own text")});

    auto* bar = new QFrame{this};
    bar->setProperty("role", QStringLiteral("toolbar"));
    auto* row = new QHBoxLayout{bar};
    row->addWidget(fieldLabel(tr("&Base"), m_base));
    row->addWidget(m_base);
    row->addWidget(fieldLabel(tr("&Personalized"), m_personal));
    row->addWidget(m_personal);
    row->addWidget(fieldLabel(tr("&Strength"), m_strength));
    row->addWidget(m_strength);
    row->addWidget(fieldLabel(tr("S&eed"), m_seed));
    row->addWidget(m_seed);
    row->addWidget(m_length);
    row->addStretch(1);
    row->addWidget(m_generate);
    layout()->addWidget(bar);
}

void CompareView::createColumns()
{
    m_heading->setProperty("role", QStringLiteral("heading"));
    m_heading->setTextFormat(Qt::PlainText);
    m_progress->hide();
    auto* columns = new QSplitter{this};
    columns->setChildrenCollapsible(false);
    for (std::size_t i = 0; i < places; ++i) {
        m_columns.push_back(new CompareColumn{this});
        m_columns.back()->setObjectName(QStringLiteral("column%1").arg(i));
        // A branch and what it left come first.
        columns->insertWidget(i < Trunk ? columns->count() : static_cast<int>(i - Trunk),
                              m_columns.back());
    }
    auto* options = new QHBoxLayout;
    options->addWidget(m_heading, 1);
    options->addWidget(m_heatmap);
    options->addWidget(fieldLabel(tr("&Differences to"), m_against));
    options->addWidget(m_against);
    options->addWidget(m_linked);
    auto* right = new QWidget{this};
    auto* rightLayout = new QVBoxLayout{right};
    rightLayout->addLayout(options);
    rightLayout->addWidget(columns, 1);
    rightLayout->addWidget(m_progress);
    auto* left = new QWidget{this};
    auto* leftLayout = new QVBoxLayout{left};
    leftLayout->addWidget(m_picker);
    auto* panes = new QSplitter{this};
    panes->setChildrenCollapsible(false);
    panes->addWidget(left);
    panes->addWidget(right);
    left->setMinimumWidth(220);
    panes->setSizes({230, 1000});
    panes->setStretchFactor(1, 1);
    qobject_cast<QVBoxLayout*>(layout())->addWidget(panes, 1);
    linkScrolling();
}

void CompareView::createShortcuts()
{
    const auto add = [this](const QKeySequence& key, auto slot) {
        auto* shortcut = new QShortcut{key, this};
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, slot);
    };
    add(Qt::Key_F5, &CompareView::generate);
    add(QKeySequence{Qt::CTRL | Qt::Key_L}, [this] { m_linked->toggle(); });
    for (CompareColumn* column : m_columns) {
        const auto inText = [this, column](const QKeySequence& key, auto slot) {
            auto* shortcut = new QShortcut{key, &column->view()};
            shortcut->setContext(Qt::WidgetShortcut);
            connect(shortcut, &QShortcut::activated, this, slot);
        };
        inText(Qt::Key_P, [this] { m_heatmap->toggle(); });
        inText(Qt::Key_D, [this] {
            const int first = hasBranch() ? static_cast<int>(Trunk) + 1 : 1;
            m_against->setCurrentIndex(m_against->currentIndex() == 0 ? first : 0);
        });
        inText(Qt::Key_BracketLeft, [this] { m_picker->goToPrevious(); });
        inText(Qt::Key_BracketRight, [this] { m_picker->goToNext(); });
    }
}

void CompareView::linkScrolling()
{
    for (CompareColumn* column : m_columns) {
        QScrollBar* const bar = column->view().verticalScrollBar();
        connect(bar, &QScrollBar::valueChanged, this, [this, bar](int value) {
            if (!m_linked->isChecked() || bar->maximum() == 0) {
                return;
            }
            // The same share of each text: the columns differ in length.
            for (CompareColumn* other : m_columns) {
                QScrollBar* const linked = other->view().verticalScrollBar();
                if (linked != bar) {
                    const QSignalBlocker quiet{linked};
                    linked->setValue(value * linked->maximum() / bar->maximum());
                    other->view().viewport()->update();
                }
            }
        });
    }
}

void CompareView::renewTitles()
{
    const QString base = m_base->currentText();
    const QString titles[] = {tr("%1, without history").arg(base), tr("%1, with history").arg(base),
                              tr("%1, with history").arg(m_personal->currentText())};
    for (std::size_t i = BaseWithout; i < OwnText; ++i) {
        CompareColumn* const column = m_columns[i];
        if (column->title() == titles[i]) {
            continue;
        }
        ++m_round;
        if (m_job != nullptr) {
            m_job->requestStop();
        }
        column->setTitle(titles[i]);
        column->clearText();
        column->setWaiting(tr("Press Write (F5)."));
    }
}

void CompareView::useModel(const QString& model)
{
    m_personal->setModel(model);
    renewTitles();
}

void CompareView::showExample(ExampleId example)
{
    if (m_picker->current() != example) {
        m_picker->choose(example); // comes back here once it is chosen
        return;
    }
    if (m_example != example) { // else what was written for it still stands
        clear();
        m_example = example;
        renewBranch();
    }
    loadOwnText();
}

bool CompareView::hasBranch() const
{
    return m_branch && m_example == m_branch->branch->example;
}

void CompareView::showBranch(ComparedBranch branch)
{
    const ExampleId example = branch.branch->example;
    m_branch = std::move(branch);
    renewBranch();
    showExample(example);
}

/// The columns of the branch; those of the models only where they have something to show.
void CompareView::renewBranch()
{
    const bool has = hasBranch();
    for (const Place place : {Trunk, Branch}) {
        m_columns[place]->setVisible(has);
        m_columns[place]->clearText();
        m_columns[place]->setWaiting({});
    }
    if (has) {
        m_columns[Trunk]->setTitle(
            m_branch->trunk->generated
                ? tr("Before the branch: %1").arg(shown(m_branch->trunk->modelName))
                : tr("Before the branch: the user\u2019s own text"));
        m_columns[Branch]->setTitle(tr("Branch at \u201C%1\u201D: %2")
                                        .arg(m_branch->word, shown(m_branch->branch->modelName)));
    }
    bool isWritten = m_job != nullptr;
    for (std::size_t i = BaseWithout; i < OwnText; ++i) {
        isWritten = isWritten || !m_columns[i]->text().isEmpty();
    }
    setWrittenShown(!has || isWritten);
    renewChoiceOfDifferences();
}

void CompareView::setWrittenShown(bool shown)
{
    for (std::size_t i = BaseWithout; i < OwnText; ++i) {
        m_columns[i]->setVisible(shown);
    }
}

/// What the others can be compared with, in the order of m_columns behind "nothing".
void CompareView::renewChoiceOfDifferences()
{
    const int usual = static_cast<int>(Trunk) + 1;
    if (hasBranch() == (m_against->count() > usual)) {
        return;
    }
    if (hasBranch()) {
        m_against->addItems({tr("the text before the branch"), tr("the branch")});
        m_against->setCurrentIndex(usual);
        return;
    }
    if (m_against->currentIndex() >= usual) {
        m_against->setCurrentIndex(0);
    }
    while (m_against->count() > usual) {
        m_against->removeItem(usual);
    }
}

void CompareView::clear()
{
    ++m_round;
    if (m_job != nullptr) {
        m_job->requestStop();
    }
    m_example.reset();
    m_heading->setText(tr("Choose a user and one of their texts on the left"));
    m_columns[OwnText]->setTitle(tr("The user's own text"));
    for (CompareColumn* column : m_columns) {
        column->clearText();
        column->setWaiting(tr("Press Write (F5)."));
    }
    m_columns[OwnText]->setWaiting({});
    renewTitles();
    renewBranch();
}

void CompareView::loadOwnText()
{
    struct Loaded
    {
        store::ExampleData example;
        std::vector<std::shared_ptr<const workflow::ComparedText>> branch; // the trunk first
    };
    auto* job = m_session.read(
        tr("Reading the text"), this,
        [example = *m_example, branch = hasBranch() ? m_branch : std::nullopt](
            store::Project& project, StopToken, Progress&) {
            Loaded loaded{.example = store::Histories{project}.example(example)};
            if (branch) {
                for (const auto& inspection : {branch->trunk, branch->branch}) {
                    loaded.branch.push_back(std::make_shared<const workflow::ComparedText>(
                        workflow::comparedText(*inspection, loaded.example.target.text)));
                }
            }
            return loaded;
        });
    connect(job, &Job::done, this, [this, job, wanted = *m_example, branch = m_branch] {
        const Loaded loaded = job->takeValue();
        if (m_example != wanted) {
            return;
        }
        const store::ExampleData& example = loaded.example;
        m_heading->setText(
            tr("%1 on %2").arg(shown(example.userName), shown(store::titleOf(example.item))));
        m_columns[OwnText]->setPlainText(shown(example.target.text));
        m_columns[OwnText]->setTitle(tr("%1's own text").arg(shown(example.userName)));
        if (hasBranch() && branch && branch->branch == m_branch->branch) {
            for (std::size_t i = 0; i < loaded.branch.size(); ++i) {
                m_columns[Trunk + i]->setResult(loaded.branch[i]);
            }
        }
        renewDifferences();
    });
}

void CompareView::renewDifferences()
{
    const int against = m_against->currentIndex() - 1;
    const QString other =
        against >= 0 ? m_columns[static_cast<std::size_t>(against)]->text() : QString{};
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        m_columns[i]->setDifferencesTo(std::cmp_equal(i, against) ? QString{} : other);
    }
}

} // namespace nextquill::ui
