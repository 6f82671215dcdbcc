// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"

#include <QWidget>

#include <filesystem>
#include <vector>

class QLabel;

namespace nextquill::ui {

class ProjectSession;
class RunCharts;
class RunFollower;

/// One run, live from its folder: its name, the newest figures, the charts. Whoever trains it, on
/// whatever machine.
class RunPane : public QWidget
{
    Q_OBJECT

public:
    explicit RunPane(ProjectSession& session, QWidget* parent = nullptr);

    void setHeading(const QString& text);
    /// From now on this run's folder; `note` stands for figures until there are some. An empty
    /// path: none.
    void follow(const std::filesystem::path& folder, const QString& note);

private:
    void showEvents(const std::vector<Json>& events);

    RunFollower* m_follower;
    RunCharts* m_charts;
    QLabel* m_heading;
    QLabel* m_figures;
    Json m_lastStep;
    Json m_lastEvaluation;
    Json m_lastEvent;
};

} // namespace nextquill::ui
