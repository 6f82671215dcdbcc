// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/Inspection.h"

#include "ui/inspect/HistoryInquiry.h"

#include <QWidget>

#include <memory>

class QLabel;
class QPushButton;
class QTableWidget;

namespace nextquill::ui {

class CostLine;
class PaneJob;
class ProgressLine;
class ProjectSession;

/// Do the effects of single past texts tell what the history does as a whole? Leaves out several at
/// a time, on demand: the strongest against random ones, and random halves for the linear
/// datamodeling score. Says before what it costs.
class FaithfulnessView : public QWidget
{
    Q_OBJECT

public:
    using InspectionPtr = std::shared_ptr<const workflow::Inspection>;

    explicit FaithfulnessView(ProjectSession& session, QWidget* parent = nullptr);

    /// `model` as ModelBox names it; empty: nothing can be asked.
    void setInspection(InspectionPtr inspection, const QString& model);

public Q_SLOTS:
    void measure();

Q_SIGNALS:
    /// It belongs to `of`; it is shown further with setInspection().
    void measured(std::shared_ptr<const nextquill::workflow::Inspection> of,
                  const nextquill::workflow::Faithfulness& faithfulness);

private:
    void createTable();
    void layOut();
    void renew();
    void askCost();
    void showFound();
    [[nodiscard]] HistoryInquiry inquiry() const;
    [[nodiscard]] bool canMeasure() const;

    ProjectSession& m_session;
    InspectionPtr m_inspection;
    QString m_model;
    QPushButton* m_check;
    CostLine* m_cost;
    QTableWidget* m_drops;
    QLabel* m_words;
    ProgressLine* m_progress;
    PaneJob* m_job;
    QString m_problem; ///< of the last measurement, until it was shown
    bool m_isCounted = false;
};

} // namespace nextquill::ui
