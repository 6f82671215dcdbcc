// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/workflow/Inspection.h"

#include "ui/inspect/EffectMeasure.h"

#include <QWidget>

#include <filesystem>
#include <memory>
#include <optional>

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace nextquill::ui {

class ColorLegend;
class EmptyState;
class ExamplePicker;
class HistoryEffectsModel;
class Job;
class ModelBox;
class ProgressLine;
class ProjectSession;
class ThresholdSlider;
class TokenPanel;
class TokenView;

/// One text seen through its user's history: the heatmap, the token under the pointer, and the past
/// texts with their effects.
///
/// Keyboard  in the text: arrows, N and P, Space as in TokenView; M next measure, G ground truth or
///           generated, A effects of the past texts, [ and ] other texts, Ctrl+E export.
class InspectView : public QWidget
{
    Q_OBJECT

public:
    explicit InspectView(ProjectSession& session, QWidget* parent = nullptr);

    void showExample(ExampleId example);
    /// Chooses a model from elsewhere, named as ModelBox names it.
    void useModel(const QString& model);

public Q_SLOTS:
    void exportFigure();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void createControls();
    void createPanes();
    void createShortcuts();
    void measure();
    /// Has the chosen text measured anew on a worker; an older question is given up.
    void ask(const QString& title, bool attribution);
    void start(Job* job);
    void showInspection(std::shared_ptr<const workflow::Inspection> inspection);
    void attribute();
    void recolor();
    void showToken(qsizetype token);
    void shadeByReview(int review);
    void cycleMeasure();
    void toggleGenerated();
    void renewSummary();
    [[nodiscard]] EffectMeasure chosenMeasure() const;

    ProjectSession& m_session;
    ExamplePicker* m_picker;
    ModelBox* m_model;
    QComboBox* m_source;
    QComboBox* m_measure;
    ThresholdSlider* m_threshold;
    ColorLegend* m_legend;
    QLabel* m_heading;
    QLabel* m_notes;
    TokenView* m_text;
    TokenPanel* m_panel;
    QTableView* m_history;
    HistoryEffectsModel* m_historyModel;
    QPushButton* m_attribute;
    QPushButton* m_export;
    ProgressLine* m_progress;
    QStackedWidget* m_pages;
    EmptyState* m_empty;
    std::optional<ExampleId> m_example;
    bool m_due = false; // to be measured once the place is shown
    std::shared_ptr<const workflow::Inspection> m_inspection;
    Job* m_job = nullptr; // the measurement that is going on; an older answer is dropped
};

} // namespace nextquill::ui
