// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/causal/TokenLoss.h"
#include "core/workflow/FigureSettings.h"
#include "core/workflow/Inspection.h"

#include "ui/inspect/EffectMeasure.h"
#include "ui/inspect/MeasuredText.h"
#include "ui/inspect/ShownUnits.h"
#include "ui/inspect/TokenFacts.h"

#include <QHash>
#include <QList>
#include <QWidget>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

class QAction;
class QComboBox;
class QDoubleSpinBox;
class QFrame;
class QKeySequence;
class QLabel;
class QMenu;
class QPoint;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QTabWidget;
class QToolButton;

namespace nextquill::ui {

class BranchTree;
class ColorLegend;
class ControlsPane;
class DatasetPane;
class EffectMatrix;
class EmptyState;
class ExamplePicker;
class FaithfulnessView;
class Job;
class LiveEffects;
class LiveText;
class ModelBox;
class ModelStack;
class PaneJob;
class PastTextsPane;
class ProgressLine;
class ProjectSession;
class SummaryPane;
class ThresholdSlider;
class TokenCard;
class TokenFindBar;
class TokenPanel;
class TokenView;
class WhatIfPane;

/// One text seen through its user's history: the heatmap, the token under the pointer, and the past
/// texts with their effects.
///
/// Keyboard  in the text: arrows, N and P, Space, / as in TokenView; M next measure, G ground truth
///           or generated, T threshold, H panes of the history, I invisible tokens, L lines in
///           place of colors, W tokens, words or sentences, A effects of the past texts, B placebo
///           histories, * the next place of the same word, the menu key or Shift+F10 what can be
///           done with the token, 1-9 the text shaded by a past text and 0 or Esc back (before A
///           the past text alone is opened), S its sentences, Shift+S those of the three strongest,
///           F whether the effects can be believed, E what the numbers mean, O the edited history
///           and back, C compares a branch with the text above it, comma and period earlier and
///           later checkpoints of a run, [ and ] other texts, Ctrl+E export, Ctrl+Shift+E export as
///           last time.
/// Drop      a model on the view is the one to read with.
class InspectView : public QWidget
{
    Q_OBJECT

public:
    explicit InspectView(ProjectSession& session, QWidget* parent = nullptr);

    void showExample(ExampleId example);
    /// Chooses a model from elsewhere, named as ModelBox names it.
    void useModel(const QString& model);

    /// Another pane below the text, beside those of the past texts and of the matrix.
    void addTab(QWidget* pane, const QString& title);
    /// More rows for the card and the panel: intervals, placebos. Asked for each token anew.
    void setMoreFacts(std::function<QList<TokenFacts::Row>(qsizetype token)> facts);

    /// All acts with their keys, for menus and the list of commands. They stay the view's.
    [[nodiscard]] const QList<QAction*>& commands() const { return m_commands; }
    /// What is shown; null: nothing.
    [[nodiscard]] std::shared_ptr<const workflow::Inspection> inspection() const;
    /// Of a figure that shows the text as it is shown here.
    [[nodiscard]] workflow::FigureSettings figureSettings() const;

public Q_SLOTS:
    void exportFigure();
    void exportAgain();              ///< as last time, the next free name; else asks
    void goToToken(qsizetype token); ///< cursor and focus in the text
    /// The text by the effect of one past text; -1: of the whole history.
    void shadeByReview(int review);
    void attribute();

Q_SIGNALS:
    /// Another text, or the same measured further; null: none.
    void inspectionShown(std::shared_ptr<const nextquill::workflow::Inspection> inspection);
    /// A branch and the text that it left, to be put side by side elsewhere.
    void compareWanted(std::shared_ptr<const nextquill::workflow::Inspection> trunk,
                       std::shared_ptr<const nextquill::workflow::Inspection> branch,
                       const QString& word);

protected:
    void showEvent(QShowEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void createControls();
    [[nodiscard]] QWidget* createText();
    [[nodiscard]] QWidget* createShadingBar();
    void createPanes();
    void createTabs();
    void createMoreTabs();
    void connectMoreTabs();
    void createMoreActs();
    void connectSummary();
    void connectBranches();
    void createActions();
    QAction* addAct(const QString& text, const QList<QKeySequence>& keys,
                    const std::function<void()>& act);
    void createTokenActs();
    void createReviewActs();
    void createMenuActs();
    void createPastTextActs();
    void connectText();
    void connectPanes();
    void renewActions();
    /// Measure, unit and pane of a project are there again when it is next opened.
    void keepLook();
    void writeLook() const;
    void returnToLook();

    void measure();
    /// Has the chosen text measured anew on a worker; an older question is given up.
    void ask(const QString& title);
    void watch(Job* job, const std::function<void()>& done);
    void showMeasured(MeasuredText measured);
    void showNothing();
    void writeFigureTo(const QString& file);

    [[nodiscard]] QWidget* createMatrixPage();
    void connectHistory();
    void createHistoryActs();
    void openReview(int review);
    [[nodiscard]] QString modelToAsk() const;
    void showInPanes(const std::shared_ptr<const workflow::Inspection>& shown);
    void showGrowing();
    void addTo(const std::shared_ptr<const workflow::Inspection>& of,
               const std::function<void(workflow::Inspection&)>& answer);

    void renewMoreTabs(const std::shared_ptr<const workflow::Inspection>& inspection);
    void showFurther(const std::shared_ptr<const workflow::Inspection>& further);
    void showOther(const std::shared_ptr<const workflow::Inspection>& other);
    void toggleOther();
    [[nodiscard]] bool isEdited() const;
    [[nodiscard]] bool refusesEdited();
    void branchOff(std::int64_t id);
    void showLive();

    void showTokenMenu(qsizetype token, const QPoint& point);
    void addContinuations(QMenu& menu);
    void showReviewMenu(int review, const QPoint& point);
    void goToNextLike();
    void lookElsewhere();
    void testByPlacebo();
    void editPast(int review, bool words);
    void showPastInHistories(int review);

    void chooseMeasure();
    void setThresholdOfRun();
    void recolor();
    [[nodiscard]] Shading shading() const;
    void renewValueCells();
    void renewLegend(const MeasureInfo& info);
    void renewSummary();
    void renewSpan();
    void renewNotes(qsizetype clipped);
    void showToken(qsizetype token);
    void showCard(qsizetype token);
    [[nodiscard]] TokenFacts factsAt(qsizetype token) const;
    [[nodiscard]] QString spokenAt(qsizetype token) const;
    [[nodiscard]] bool isToken(qsizetype token) const;
    [[nodiscard]] EffectMeasure chosenMeasure() const;
    [[nodiscard]] workflow::UnitKind chosenUnit() const;

    ProjectSession& m_session;
    ExamplePicker* m_picker;
    ModelBox* m_model;
    QComboBox* m_source;
    QComboBox* m_measure;
    QComboBox* m_unit;
    QDoubleSpinBox* m_range;
    QToolButton* m_invisibles;
    QToolButton* m_greyscale;
    ThresholdSlider* m_threshold;
    ColorLegend* m_legend;
    QLabel* m_legendWords; // what has a color, and the signs beside it
    QLabel* m_heading;
    QLabel* m_notes;
    QLabel* m_span; // sums of the selection, difference of two pins
    QFrame* m_shading = nullptr;
    QLabel* m_shadedBy = nullptr;
    TokenView* m_text;
    TokenFindBar* m_find;
    TokenCard* m_card;
    TokenPanel* m_panel;
    QTabWidget* m_tabs;
    PastTextsPane* m_past;
    EffectMatrix* m_matrix;
    QSplitter* m_matrixPage = nullptr;
    FaithfulnessView* m_faithfulness = nullptr;
    LiveEffects* m_liveEffects = nullptr;
    QPushButton* m_export;
    ProgressLine* m_progress;
    PaneJob* m_job; // the measurement that is going on
    QStackedWidget* m_pages;
    EmptyState* m_empty;
    QList<QAction*> m_commands;
    QList<QAction*> m_needText;   // enabled while a text is shown
    QList<QAction*> m_reviewActs; // one per key 1-9
    std::function<QList<TokenFacts::Row>(qsizetype)> m_moreFacts;
    QHash<int, double> m_ranges; // of measures that the user changed
    QString m_lastExport;
    std::optional<ExampleId> m_example;
    bool m_due = false; // to be measured once the place is shown
    MeasuredText m_measured;
    ShownUnits m_units;
    std::vector<causal::TokenLoss> m_losses; // by the chosen threshold
    int m_review = -1;                       // that shades the text
    SummaryPane* m_summary = nullptr;
    ControlsPane* m_controls = nullptr;
    WhatIfPane* m_whatIf = nullptr;
    BranchTree* m_branches = nullptr;
    ModelStack* m_models = nullptr;
    DatasetPane* m_dataset = nullptr;
    LiveText* m_live = nullptr;
    std::shared_ptr<const workflow::Inspection> m_base; // what was asked for; others grew out of it
    bool m_isShowingOther = false;
};

} // namespace nextquill::ui
