// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/Inspection.h"

#include "ui/inspect/EffectMeasure.h"

#include <QList>
#include <QString>
#include <QWidget>

#include <memory>
#include <vector>

class QCheckBox;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace nextquill::ui {

class AlongTraining;
class ModelBox;
class PaneJob;
class ProgressLine;
class ProjectSession;
class TokenView;

/// The inspector's text once more under each of several models, one below the other: the token
/// under the pointer is marked in all of them, and one line has its numbers of all.
///
/// The inspector's own model comes first; the others are measured on a worker, one after the other,
/// as soon as the stack is seen, and again for each text. Below them the text stands as a run's
/// checkpoints read it, a step at a time (AlongTraining). Colours have the same range in all.
///
/// Keyboard  Tab through the texts, keys in them as in TokenView; Delete takes the model away whose
///           text has the focus
class ModelStack : public QWidget
{
    Q_OBJECT

public:
    using InspectionPtr = std::shared_ptr<const workflow::Inspection>;

    explicit ModelStack(ProjectSession& session, QWidget* parent = nullptr);
    ~ModelStack() override;

    /// The text of the inspector; nullptr: none.
    void setInspection(InspectionPtr inspection);
    void setMeasure(EffectMeasure measure, double threshold);

    /// Named as ModelBox names them. One that is there already is not added again.
    void addModel(const QString& model);
    [[nodiscard]] QList<QString> models() const; ///< those that were added

    /// Whether each model's values are shown less those of the first.
    void setDifferenceShown(bool shown);

    [[nodiscard]] AlongTraining& alongTraining() { return *m_training; }

protected:
    void showEvent(QShowEvent* event) override;

    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Level;

    void createControls();
    void createStep();
    void showStep(const InspectionPtr& inspection, const QString& words);
    [[nodiscard]] std::unique_ptr<Level> makeLevel(const QString& model);
    [[nodiscard]] std::vector<Level*> allLevels() const;
    Level& addLevel(const QString& model);
    void removeLevel(const Level* level);
    void measureNext();
    void take(const QString& model, const InspectionPtr& inspection, const QString& problem);
    void showLevel(Level& level, InspectionPtr inspection);
    void recolor();
    void follow(const Level& from, qsizetype token);
    [[nodiscard]] QList<float> valuesOf(const Level& level) const;

    ProjectSession& m_session;
    ModelBox* m_model;
    QPushButton* m_add;
    QCheckBox* m_difference;
    QLabel* m_numbers;
    QVBoxLayout* m_list;
    AlongTraining* m_training;
    ProgressLine* m_progress;
    PaneJob* m_job;
    std::vector<std::unique_ptr<Level>> m_levels; ///< the first one is the inspector's
    std::unique_ptr<Level> m_step; ///< the text at a step of a run, no level of m_levels
    EffectMeasure m_measure = EffectMeasure::Pce;
    double m_threshold = 0.05;
    bool m_isFollowing = false;
};

} // namespace nextquill::ui
