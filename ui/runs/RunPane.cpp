// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/RunPane.h"

#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/runs/RunCharts.h"
#include "ui/runs/RunFollower.h"

#include <QLabel>
#include <QVBoxLayout>

namespace nextquill::ui {

RunPane::RunPane(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_follower{new RunFollower{session, this}}
    , m_charts{new RunCharts{this}}
    , m_heading{new QLabel{this}}
    , m_figures{new QLabel{this}}
{
    m_heading->setProperty("role", QStringLiteral("heading"));
    m_heading->setObjectName(QStringLiteral("runHeading"));
    m_figures->setObjectName(QStringLiteral("runFigures"));
    for (QLabel* label : {m_heading, m_figures}) {
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setWordWrap(true);
    }
    auto* layout = new QVBoxLayout{this};
    layout->addWidget(m_heading);
    layout->addWidget(m_figures);
    layout->addWidget(m_charts, 1);
    connect(m_follower, &RunFollower::restarted, m_charts, &RunCharts::clear);
    connect(m_follower, &RunFollower::arrived, this, &RunPane::showEvents);
}

void RunPane::setHeading(const QString& text)
{
    m_heading->setText(text);
}

void RunPane::follow(const std::filesystem::path& folder, const QString& note)
{
    m_lastStep = Json::object();
    m_lastEvaluation = Json::object();
    m_figures->setText(note);
    m_follower->follow(folder);
}

void RunPane::showEvents(const std::vector<Json>& events)
{
    m_charts->add(events);
    for (const Json& event : events) {
        const Json kind = event.value("event", Json{});
        if (kind == "step") {
            m_lastStep = event;
        } else if (kind == "evaluate") {
            m_lastEvaluation = event;
        }
        m_lastEvent = event;
    }
    const QString figures =
        tr("step %1 · loss %2 · held-out %3 · mean PCE %4 · preference ratio %5 · %6 "
           "tokens/s")
            .arg(shownFigure(m_lastStep, "step", 0), shownFigure(m_lastStep, "loss", 3),
                 shownFigure(m_lastEvaluation, "loss", 3), shownFigure(m_lastStep, "mean_pce", 3),
                 shownFigure(m_lastStep, "preference_ratio", 2),
                 shownFigure(m_lastStep, "tokens_per_second", 0));
    const Json message = m_lastEvent.value("message", Json{});
    const bool isEnd = m_lastEvent.value("event", Json{}) == "error" && message.is_string();
    m_figures->setText(
        isEnd ? QString(figures % QLatin1Char('\n') % shown(message.get<std::string>())) : figures);
}

} // namespace nextquill::ui
