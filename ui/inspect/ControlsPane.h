// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/Inspection.h"

#include "ui/inspect/TokenFacts.h"

#include <QList>
#include <QWidget>

#include <memory>

class QLabel;
class QPushButton;
class QSpinBox;

namespace nextquill::ui {

class CostLine;
class EffectDistribution;
class PaneJob;
class ProgressLine;
class ProjectSession;

/// Is it this person? Tests an inspected text by other users' histories, by the user's own reviews
/// drawn anew and in other orders; says before what it costs, afterwards what was found, and for
/// the current token where its effect stands among the others.
class ControlsPane : public QWidget
{
    Q_OBJECT

public:
    using InspectionPtr = std::shared_ptr<const workflow::Inspection>;

    explicit ControlsPane(ProjectSession& session, QWidget* parent = nullptr);

    /// What is asked about, and the model as ModelBox names it; nullptr: nothing. An inspection
    /// with controls shows them.
    void setInspection(InspectionPtr inspection, const QString& model);
    void setToken(qsizetype token);

    /// What the controls say of a token, for its card and panel.
    [[nodiscard]] QList<TokenFacts::Row> factsOf(qsizetype token) const;

public Q_SLOTS:
    void measure();

Q_SIGNALS:
    /// The same inspection with its controls.
    void measured(std::shared_ptr<const nextquill::workflow::Inspection> inspection);

private:
    void createControls();
    void askCost();
    void showDistribution();
    void renew();
    [[nodiscard]] workflow::ControlsWish wish() const;

    ProjectSession& m_session;
    QSpinBox* m_placebos;
    QSpinBox* m_resamples;
    QSpinBox* m_shuffles;
    QPushButton* m_measure;
    CostLine* m_cost;
    QLabel* m_words;
    EffectDistribution* m_distribution;
    ProgressLine* m_progress;
    PaneJob* m_job;
    InspectionPtr m_inspection;
    QString m_model;
    qsizetype m_token = -1;
    QString m_problem; ///< of the last measurement, until it was shown
};

} // namespace nextquill::ui
