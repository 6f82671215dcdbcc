// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/splits/FunnelBar.h"

#include "core/store/Histories.h"

#include "ui/histories/splits/FunnelFilter.h"
#include "ui/histories/splits/SplitWords.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/ThemedIcon.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <mutex>
#include <utility>

namespace nextquill::ui {

namespace {

/// Counts on their way from the worker that makes them; shown with each progress of the job.
struct CountsUnderWay
{
    std::mutex mutex;
    std::vector<store::FunnelCount> counts; // guarded by mutex

    [[nodiscard]] std::vector<store::FunnelCount> soFar()
    {
        const std::lock_guard guard{mutex};
        return counts;
    }
};

} // namespace

FunnelBar::FunnelBar(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_name{new QComboBox{this}}
    , m_chain{new QWidget{this}}
    , m_row{new QHBoxLayout{m_chain}}
    , m_typed{new QLineEdit{this}}
    , m_problem{new QLabel{this}}
    , m_split{new QPushButton{tr("Save as &split…"), this}}
    , m_more{new QToolButton{this}}
{
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(2);
    auto* scroll = new QScrollArea{this};
    scroll->setWidget(m_chain);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFixedHeight(fontMetrics().height() * 3);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_name);
    bar->addWidget(scroll, 1);
    createEnds(*bar);
    m_typed->setObjectName(QStringLiteral("funnelStep"));
    m_typed->setPlaceholderText(
        tr("A step: where rating:4.. · user-reviews 8 · item-users 5 · core 5 · newest 20 · "
           "one-per-item · sample-users 100 · search words"));
    m_typed->hide();
    connect(m_typed, &QLineEdit::returnPressed, this, &FunnelBar::addTyped);
    m_typed->installEventFilter(this);
    m_problem->setObjectName(QStringLiteral("funnelProblem"));
    m_problem->setProperty("role", QStringLiteral("error"));
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(8, 4, 8, 4);
    layout->setSpacing(4);
    layout->addLayout(bar);
    layout->addWidget(m_typed);
    layout->addWidget(m_problem);
    connect(&m_session, &ProjectSession::projectChanged, this, [this] {
        m_funnel = {};
        reload();
    });
    connect(&m_session, &ProjectSession::dataChanged, this, &FunnelBar::reload);
    showSteps();
    reload();
}

void FunnelBar::createEnds(QHBoxLayout& row)
{
    m_name->setObjectName(QStringLiteral("funnelName"));
    m_name->setAccessibleName(tr("Funnel"));
    m_name->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    connect(m_name, &QComboBox::activated, this, [this](int index) {
        setFunnel(index == 0 ? store::Funnel{} : m_known.at(static_cast<std::size_t>(index - 1)));
    });
    auto* add = new QToolButton{this};
    add->setObjectName(QStringLiteral("addStep"));
    add->setIcon(themedIcon(QStringLiteral("add")));
    add->setText(tr("Step…"));
    add->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    add->setToolTip(tr("Add a step to the funnel"));
    connect(add, &QToolButton::clicked, this, [this] {
        m_edited = -1;
        m_typed->clear();
        askStep();
    });
    m_split->setObjectName(QStringLiteral("splitOfFunnel"));
    connect(m_split, &QPushButton::clicked, this, [this] {
        if (m_funnel.name.empty()) {
            keep({});
        }
        if (!m_funnel.name.empty()) {
            Q_EMIT splitWanted(shown(m_funnel.name));
        }
    });
    m_more->setObjectName(QStringLiteral("funnelMenu"));
    m_more->setIcon(themedIcon(QStringLiteral("more")));
    m_more->setToolTip(tr("More for this funnel"));
    m_more->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu{m_more};
    menu->addAction(tr("Keep as…"), this, [this] { keep({}); });
    menu->addAction(tr("Export what is left…"), this, [this] {
        if (m_funnel.name.empty()) {
            keep({});
        }
        if (!m_funnel.name.empty()) {
            Q_EMIT exportWanted(shown(m_funnel.name));
        }
    });
    menu->addAction(tr("Exclude what is left out"), this, &FunnelBar::excludeRest);
    menu->addAction(tr("Forget this funnel"), this, [this] {
        auto* job =
            m_session.change(tr("Forgetting a funnel"), this,
                             [name = m_funnel.name](store::Project& project, StopToken, Progress&) {
                                 store::Funnels{project}.remove(name);
                                 return true;
                             });
        connect(job, &Job::done, this, [this] {
            m_funnel = {};
            m_session.announceData();
        });
    });
    m_more->setMenu(menu);
    row.addWidget(add);
    row.addWidget(m_split);
    row.addWidget(m_more);
}

void FunnelBar::reload()
{
    if (!m_session.isOpen()) {
        showFunnels({});
        return;
    }
    auto* job = m_session.read(tr("Reading the funnels"), this,
                               [](store::Project& project, StopToken, Progress&) {
                                   return store::Funnels{project}.all();
                               });
    connect(job, &Job::done, this, [this, job] { showFunnels(job->takeValue()); });
}

void FunnelBar::showFunnels(const std::vector<store::Funnel>& funnels)
{
    m_known = funnels;
    m_name->clear();
    m_name->addItem(m_funnel.name.empty() ? tr("New funnel") : tr("Without a name"));
    int current = 0;
    for (const store::Funnel& funnel : funnels) {
        m_name->addItem(shown(funnel.name));
        if (funnel.name == m_funnel.name) {
            current = m_name->count() - 1;
        }
    }
    m_name->setCurrentIndex(current);
    showSteps();
    count();
}

void FunnelBar::setFunnel(const store::Funnel& funnel)
{
    m_funnel = funnel;
    m_name->setCurrentIndex(std::max(0, m_name->findText(shown(funnel.name))));
    showSteps();
    count();
}

QString FunnelBar::stepText(std::size_t step) const
{
    return step == 0 ? tr("all") : stepInWords(m_funnel.steps[step - 1]);
}

QToolButton* FunnelBar::stepButton(std::size_t step)
{
    auto* button = new QToolButton{m_chain};
    button->setObjectName(QStringLiteral("step%1").arg(step));
    button->setProperty("step", QVariant::fromValue(qulonglong{step}));
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->installEventFilter(this);
    connect(button, &QToolButton::clicked, this, [this, step] { showBehind(step); });
    if (step == 0) {
        return button;
    }
    const std::size_t at = step - 1;
    auto* menu = new QMenu{button};
    menu->addAction(tr("Show what is left"), this, [this, step] { showBehind(step); });
    menu->addAction(m_funnel.steps[at].isOn ? tr("Switch off") : tr("Switch on"), this,
                    [this, at] { switchStep(at); });
    menu->addAction(tr("Change…"), this, [this, at] { editStep(at); });
    menu->addAction(tr("Move to the left"), this, [this, at] { moveStep(at, -1); })
        ->setEnabled(at > 0);
    menu->addAction(tr("Move to the right"), this, [this, at] { moveStep(at, 1); })
        ->setEnabled(step < m_funnel.steps.size());
    menu->addAction(tr("Take out"), this, [this, at] { removeStep(at); });
    button->setMenu(menu);
    button->setPopupMode(QToolButton::MenuButtonPopup);
    return button;
}

void FunnelBar::showSteps()
{
    while (QLayoutItem* const item = m_row->takeAt(0)) {
        if (item->widget() != nullptr) {
            item->widget()->hide(); // it may be the one whose menu this comes from
            item->widget()->setObjectName({});
            item->widget()->deleteLater();
        }
        delete item;
    }
    m_buttons.clear();
    m_counts.assign(m_funnel.steps.size() + 1, store::FunnelCount{.reviews = -1});
    for (std::size_t step = 0; step <= m_funnel.steps.size(); ++step) {
        if (step > 0) {
            auto* arrow = new QLabel{QStringLiteral("→"), m_chain};
            arrow->setProperty("role", QStringLiteral("muted"));
            m_row->addWidget(arrow);
        }
        m_buttons.push_back(stepButton(step));
        m_row->addWidget(m_buttons.back());
        showCount(step, m_counts[step]);
    }
    m_row->addStretch(1);
    m_split->setEnabled(!m_session.isReadOnly() && m_session.isOpen());
}

void FunnelBar::showCount(std::size_t steps, const store::FunnelCount& left)
{
    const bool isOn = steps == 0 || m_funnel.steps[steps - 1].isOn;
    const QString count = left.reviews < 0 ? QStringLiteral("…") : shownCount(left.reviews);
    QToolButton* const button = m_buttons[steps];
    const QString text = isOn ? stepText(steps) : tr("%1 (off)").arg(stepText(steps));
    button->setText(
        QString{text + QLatin1Char(' ') + count}.replace(QLatin1Char('&'), QStringLiteral("&&")));
    button->setToolTip(left.reviews < 0 ? tr("Counting…")
                                        : tr("%1 of %2 about %3")
                                              .arg(tr("%Ln review(s)", "", forPlural(left.reviews)),
                                                   tr("%Ln user(s)", "", forPlural(left.users)),
                                                   tr("%Ln item(s)", "", forPlural(left.items))));
    button->setAccessibleName(button->text() + QStringLiteral(". ") + button->toolTip());
    m_counts[steps] = left;
}

/// Without a step the project knows the counts.
void FunnelBar::countAll()
{
    auto* job =
        m_session.read(tr("Counting"), this, [](store::Project& project, StopToken, Progress&) {
            return store::Histories{project}.counts();
        });
    m_counting = job;
    connect(job, &Job::done, this, [this, job] {
        m_counting = nullptr;
        const store::Counts counts = job->takeValue();
        showCount(0, {.reviews = counts.reviews, .users = counts.users, .items = counts.items});
    });
}

void FunnelBar::showFailure(const Failure& failure)
{
    m_problem->setText(tr("%1 (%2): %3").arg(failure.problem, failure.where, failure.remedy));
    m_problem->show();
}

void FunnelBar::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    count();
}

void FunnelBar::count()
{
    delete m_counting;
    m_counting = nullptr;
    if (!m_session.isOpen() || !isVisible()) {
        return;
    }
    if (m_funnel.steps.empty()) {
        m_problem->hide();
        countAll();
        return;
    }
    const auto underWay = std::make_shared<CountsUnderWay>();
    auto* job = m_session.read(
        tr("Counting what the funnel leaves"), this,
        [funnel = m_funnel, underWay](store::Project& project, StopToken stop, Progress& progress) {
            return store::Funnels{project}.count(
                funnel,
                [&underWay](std::size_t, const store::FunnelCount& left) {
                    const std::lock_guard guard{underWay->mutex};
                    underWay->counts.push_back(left);
                },
                stop, progress);
        });
    m_counting = job;
    const auto show = [this](const std::vector<store::FunnelCount>& counts) {
        for (std::size_t i = 0; i < std::min(counts.size(), m_buttons.size()); ++i) {
            showCount(i, counts[i]);
        }
    };
    connect(job, &Job::progressed, this, [underWay, show] { show(underWay->soFar()); });
    connect(job, &Job::done, this, [this, job, show] {
        m_counting = nullptr;
        m_problem->hide();
        show(job->takeValue());
    });
    connect(job, &Job::stopped, this, [this] { m_counting = nullptr; });
    connect(job, &Job::failed, this, [this](const Failure& failure) {
        m_counting = nullptr;
        showFailure(failure);
    });
}

void FunnelBar::changed()
{
    showSteps();
    count();
    if (!m_funnel.name.empty()) {
        keep(shown(m_funnel.name));
    }
}

void FunnelBar::keep(const QString& name)
{
    QString chosen = name;
    if (chosen.isEmpty()) {
        bool isGiven = false;
        chosen = QInputDialog::getText(this, tr("Keep the funnel"), tr("Name"), QLineEdit::Normal,
                                       shown(m_funnel.name), &isGiven)
                     .trimmed();
        if (!isGiven || chosen.isEmpty()) {
            return;
        }
    }
    m_isNewName = m_isNewName || m_funnel.name != stored(chosen);
    m_funnel.name = stored(chosen);
    save();
}

/// One after the other: what was changed last is what is kept.
void FunnelBar::save()
{
    if (m_saving != nullptr) {
        m_isSaveDue = true;
        return;
    }
    if (m_session.isReadOnly() || !m_session.isOpen()) {
        return;
    }
    auto* job =
        m_session.change(tr("Keeping the funnel"), this,
                         [funnel = m_funnel](store::Project& project, StopToken, Progress&) {
                             store::Funnels{project}.save(funnel);
                             return true;
                         });
    m_saving = job;
    const auto ended = [this] {
        m_saving = nullptr;
        if (std::exchange(m_isSaveDue, false)) {
            save();
        }
    };
    connect(job, &Job::done, this, [this, ended] {
        const bool isNewName = std::exchange(m_isNewName, false);
        ended();
        if (isNewName) {
            m_session.announceData();
        }
    });
    connect(job, &Job::stopped, this, ended);
    connect(job, &Job::failed, this, [this, ended](const Failure& failure) {
        showFailure(failure);
        ended();
    });
}

} // namespace nextquill::ui
