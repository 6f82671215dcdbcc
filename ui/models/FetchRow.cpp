// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/FetchRow.h"

#include "ui/project/ShownText.h"
#include "ui/widgets/ProgressLine.h"

#include <QLabel>
#include <QVBoxLayout>

namespace nextquill::ui {

namespace {

/// "1.2 GB of 3.4 GB", as far as it is known.
QString shownAmount(const ProgressReport& progress)
{
    return progress.total > 0 ? FetchRow::tr("%1 of %2")
                                    .arg(shownBytes(static_cast<std::uint64_t>(progress.done)),
                                         shownBytes(static_cast<std::uint64_t>(progress.total)))
                              : QString{};
}

} // namespace

FetchRow::FetchRow(const ModelFetch& fetch, QWidget* parent)
    : QFrame{parent}
    , m_line{new ProgressLine{this}}
    , m_problem{new QLabel{this}}
{
    setObjectName(QStringLiteral("fetchRow"));
    setAccessibleName(tr("Fetch of %1").arg(shown(fetch.what.text())));
    m_problem->setObjectName(QStringLiteral("fetchProblem"));
    m_problem->setProperty("role", QStringLiteral("error"));
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    m_problem->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_line->setInBytes(true);
    m_line->setPausable(true);
    m_line->begin(shown(fetch.what.text()));
    auto* column = new QVBoxLayout{this};
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(m_line);
    column->addWidget(m_problem);
    connect(m_line, &ProgressLine::cancelRequested, this, &FetchRow::cancelRequested);
    connect(m_line, &ProgressLine::pauseRequested, this, [this](bool pause) {
        if (pause) {
            m_line->rest(tr("Stopping…"));
            Q_EMIT pauseRequested();
        } else {
            Q_EMIT resumeRequested();
        }
    });
    m_state = ModelFetch::State::Failed; // so that the first state is a new one
    setFetch(fetch);
}

void FetchRow::setFetch(const ModelFetch& fetch)
{
    const bool isNew = m_state != fetch.state;
    m_state = fetch.state;
    const bool hasFailed = fetch.state == ModelFetch::State::Failed;
    m_problem->setVisible(hasFailed);
    const QString amount = shownAmount(fetch.progress);
    switch (fetch.state) {
    case ModelFetch::State::Waiting:
        m_line->setPaused(false);
        m_line->rest(tr("Waits for the fetch before it"));
        break;
    case ModelFetch::State::Running:
        if (isNew) {
            m_line->setPaused(false);
        }
        m_line->setProgress(fetch.progress.done, fetch.progress.total, shown(fetch.progress.stage));
        break;
    case ModelFetch::State::Stopping:
        break; // the line has said so when it was asked
    case ModelFetch::State::Paused:
        m_line->setPaused(true);
        m_line->rest(amount.isEmpty() ? tr("Paused; Continue goes on where it stopped")
                                      : tr("Paused at %1; Continue goes on there").arg(amount));
        break;
    case ModelFetch::State::Failed:
        m_line->setPaused(true);
        m_line->rest(amount.isEmpty() ? tr("Failed") : tr("Failed at %1").arg(amount));
        m_problem->setText(tr("%1 (%2). %3.")
                               .arg(asSentence(fetch.failure.problem), fetch.failure.where,
                                    asSentence(fetch.failure.remedy)));
        break;
    }
}

} // namespace nextquill::ui
