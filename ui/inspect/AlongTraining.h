// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/Inspection.h"
#include "core/workflow/RunCheckpoints.h"

#include <QElapsedTimer>
#include <QString>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

class QComboBox;
class QLabel;
class QPushButton;
class QSlider;

namespace nextquill::ui {

class LineChart;
class PaneJob;
class ProgressLine;
class ProjectSession;

/// How a text came to be read as it is: the steps of a run that have checkpoints, the model before
/// training first, on a slider. A step is measured on a worker once the slider is there, or all of
/// them when they are asked for; what was measured stays until another text comes.
///
/// Keyboard  arrows, Page Up and Down, Home and End on the slider
class AlongTraining : public QWidget
{
    Q_OBJECT

public:
    using InspectionPtr = std::shared_ptr<const workflow::Inspection>;

    explicit AlongTraining(ProjectSession& session, QWidget* parent = nullptr);

    /// The text that is measured; nullptr: none.
    void setInspection(const InspectionPtr& inspection);
    void setThreshold(double threshold); ///< of the share in the chart

    void chooseRun(const QString& run); ///< empty: none
    [[nodiscard]] QString run() const;
    [[nodiscard]] qsizetype steps() const { return static_cast<qsizetype>(m_stops.size()); }
    [[nodiscard]] qsizetype measuredSteps() const;

public Q_SLOTS:
    void measureAll();
    void goTo(int place);
    void goBy(int steps); ///< without a chosen run the newest one is taken

Q_SIGNALS:
    /// The text at the slider's step; where it is not measured, null and why in words. Without a
    /// run both are empty.
    void stepShown(std::shared_ptr<const nextquill::workflow::Inspection> inspection,
                   const QString& words);

protected:
    void showEvent(QShowEvent* event) override;

private:
    /// A step, and the text as it was read then.
    struct Stop
    {
        workflow::RunStep step;
        bool isWanted = false;
        InspectionPtr inspection;
        QString problem;
    };

    void createControls();
    void reload();
    void takeRuns(std::vector<workflow::RunCheckpoints> runs);
    void renewStops();
    void measureNext();
    [[nodiscard]] Stop* nextWanted();
    void take(const workflow::RunStep& step, const InspectionPtr& inspection,
              const QString& problem);
    void renew();
    void renewChart();
    [[nodiscard]] const Stop* current() const;
    [[nodiscard]] QString cost() const;
    [[nodiscard]] QString wordsOn(const Stop& stop) const;

    ProjectSession& m_session;
    QComboBox* m_run;
    QSlider* m_slider;
    QLabel* m_at;
    QPushButton* m_measure;
    QLabel* m_cost;
    LineChart* m_chart;
    ProgressLine* m_progress;
    PaneJob* m_job;
    std::vector<workflow::RunCheckpoints> m_runs;
    std::vector<Stop> m_stops; ///< of the chosen run, ascending
    InspectionPtr m_inspection;
    double m_threshold = 0.05;
    QElapsedTimer m_clock;           ///< since the measurement began that is going on
    std::optional<double> m_seconds; ///< that the last one took, its model read
};

} // namespace nextquill::ui
