// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/privacy/DistributionsPane.h"

#include "core/store/table/FilterExpression.h"

#include "ui/histories/privacy/DistributionCard.h"
#include "ui/histories/privacy/DistributionWords.h"
#include "ui/project/ModelBox.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/ProgressLine.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include <utility>

namespace nextquill::ui {

namespace {

const QString usersColumn = QStringLiteral("reviews"); ///< of the table of users

store::FilterExpression reviewFilter(bool withExcluded)
{
    store::FilterExpression filter{store::TableKind::Reviews};
    if (!withExcluded) {
        filter.set("excluded", "no");
    }
    return filter;
}

} // namespace

DistributionsPane::DistributionsPane(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_withExcluded{new QCheckBox{tr("Excluded reviews, too"), this}}
    , m_progress{new ProgressLine{this}}
    , m_model{new ModelBox{session, this}}
    , m_tokens{
          new DistributionCard{tr("Tokens of a text"), QStringLiteral("distribution-tokens"), this}}
{
    auto* bar = new QFrame{this};
    bar->setProperty("role", QStringLiteral("toolbar"));
    auto* tools = new QHBoxLayout{bar};
    tools->addWidget(m_withExcluded, 0, Qt::AlignLeft); // no wider than its words
    tools->addWidget(m_progress, 1);
    m_withExcluded->setObjectName(QStringLiteral("distributionsExcluded"));
    connect(m_withExcluded, &QCheckBox::toggled, this, &DistributionsPane::count);
    m_progress->setPausable(false);
    m_progress->setCancellable(true);
    m_progress->hide();
    connect(m_progress, &ProgressLine::cancelRequested, this, [this] {
        for (const auto& job : {m_job, m_tokenJob}) {
            if (job) {
                job->requestStop();
            }
        }
    });
    auto* cards = new QWidget{this};
    auto* grid = new QGridLayout{cards};
    grid->addWidget(addCard(usersColumn, tr("Reviews of a user")), 0, 0);
    grid->addWidget(addCard(QStringLiteral("words"), tr("Words of a text")), 0, 1);
    grid->addWidget(addCard(QStringLiteral("rating"), tr("Ratings")), 1, 0);
    grid->addWidget(addCard(QStringLiteral("time"), tr("Time")), 1, 1);
    grid->addWidget(m_tokens, 2, 0, 1, 2);
    m_model->setObjectName(QStringLiteral("distributionModel"));
    m_model->setAccessibleName(tr("Model whose tokens are counted"));
    m_tokens->addToTitle(m_model);
    m_tokens->setFilterable(false);
    connect(m_model, &ModelBox::modelChosen, this, &DistributionsPane::countTokens);
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(bar);
    layout->addWidget(cards, 1);
    connect(&m_session, &ProjectSession::projectChanged, this, &DistributionsPane::reload);
    connect(&m_session, &ProjectSession::dataChanged, this, &DistributionsPane::reload);
}

DistributionCard* DistributionsPane::addCard(const QString& column, const QString& title)
{
    auto* card =
        new DistributionCard{title, QString(QStringLiteral("distribution-") % column), this};
    connect(card, &DistributionCard::filterRequested, this,
            [this, column](int first, int last) { filter(column, first, last); });
    m_cards[column] = card;
    return card;
}

void DistributionsPane::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale) {
        reload();
    }
}

void DistributionsPane::reload()
{
    m_stale = true;
    if (isVisible()) { // what nobody looks at is not counted
        m_stale = false;
        count();
        countTokens();
    }
}

void DistributionsPane::count()
{
    if (m_job) {
        m_job->requestStop();
    }
    const quint64 question = ++m_question;
    m_histograms.clear();
    for (const auto& [column, card] : m_cards) {
        card->setBars({}, m_session.isOpen() ? tr("Counting…") : tr("No project is open."));
    }
    if (!m_session.isOpen()) {
        return;
    }
    auto* job = m_session.read(
        tr("Counting"), this,
        [withExcluded = m_withExcluded->isChecked()](store::Project& project, StopToken stop,
                                                     Progress& progress) {
            const store::HistogramSink ignore = [](const std::vector<store::Histogram>&) {};
            std::vector<store::Histogram> all =
                store::histograms(project, reviewFilter(withExcluded), {"words", "rating", "time"},
                                  ignore, stop, progress);
            store::FilterExpression users{store::TableKind::Users};
            users.set("reviews", ">=1");
            for (store::Histogram& each :
                 store::histograms(project, users, {"reviews"}, ignore, stop, progress)) {
                all.push_back(std::move(each));
            }
            return all;
        });
    m_job = job;
    m_progress->begin(tr("Counting"));
    connect(job, &Job::progressed, this, [this](const ProgressReport& report) {
        m_progress->show(); // what is quick shows no bar
        m_progress->setProgress(report.done, report.total);
    });
    connect(job, &Job::done, this, [this, job, question] {
        m_progress->hide();
        if (question == m_question) {
            show(job->takeValue());
        }
    });
    connect(job, &Job::failed, this, [this, question](const Failure& failure) {
        m_progress->hide();
        for (const auto& [column, card] : m_cards) {
            card->setSummary(question == m_question ? failure.problem : QString{});
        }
    });
    connect(job, &Job::stopped, this, [this, question] {
        m_progress->hide();
        for (const auto& [column, card] : m_cards) {
            if (question == m_question) {
                card->setSummary(tr("Stopped; nothing was counted."));
            }
        }
    });
}

void DistributionsPane::show(const std::vector<store::Histogram>& histograms)
{
    for (const store::Histogram& histogram : histograms) {
        const QString column = shown(histogram.column);
        m_cards.at(column)->setBars(barsOf(histogram), summaryOf(histogram));
        m_histograms[column] = histogram;
    }
}

void DistributionsPane::countTokens()
{
    constexpr std::int64_t mostTexts = 20'000;
    if (m_tokenJob) {
        m_tokenJob->requestStop();
    }
    const QString model = m_model->model();
    if (!m_session.isOpen() || model.isEmpty()) {
        m_tokens->setBars({}, tr("Choose a model to count its tokens."));
        return;
    }
    m_tokens->setBars({}, tr("Counting…"));
    auto* job = m_session.read(
        tr("Counting tokens"), this,
        [name = stored(model)](store::Project& project, StopToken stop, Progress& progress) {
            return workflow::tokenLengths(project, name, mostTexts, stop, progress);
        });
    m_tokenJob = job;
    connect(job, &Job::progressed, this, [this](const ProgressReport& report) {
        m_tokens->setSummary(tr("Counting… %1 of %2")
                                 .arg(QLocale{}.toString(qlonglong{report.done}),
                                      QLocale{}.toString(qlonglong{report.total})));
    });
    connect(job, &Job::done, this, [this, job] {
        if (m_tokenJob == job) {
            showTokens(job->takeValue());
        }
    });
    connect(job, &Job::failed, this, [this, job](const Failure& failure) {
        if (m_tokenJob == job) {
            m_tokens->setSummary(failure.problem);
        }
    });
    connect(job, &Job::stopped, this, [this, job] {
        if (m_tokenJob == job) {
            m_tokens->setSummary(tr("Stopped; nothing was counted."));
        }
    });
}

void DistributionsPane::showTokens(const workflow::TokenLengths& lengths)
{
    m_tokens->setBars(barsOf(lengths), summaryOf(lengths));
}

void DistributionsPane::filter(const QString& column, int first, int last)
{
    const auto found = m_histograms.find(column);
    if (found == m_histograms.end()) {
        return;
    }
    store::FilterExpression filter = reviewFilter(m_withExcluded->isChecked());
    const std::string name = column == usersColumn ? "user_reviews" : stored(column);
    filter.set(name, store::typedFor(found->second, static_cast<std::size_t>(first),
                                     static_cast<std::size_t>(last)));
    Q_EMIT filterWanted(shown(filter.toText()));
}

} // namespace nextquill::ui
