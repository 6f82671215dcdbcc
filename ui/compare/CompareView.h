// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"

#include <QString>
#include <QWidget>

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QSplitter;

namespace nextquill::workflow {
struct Inspection;
}

namespace nextquill::ui {

class CompareColumn;
class EmptyState;
class ExamplePicker;
class Job;
class ModelBox;
class ProgressLine;
class ProjectSession;

/// A text that was inspected and one that left it at a word, as Inspect has them.
struct ComparedBranch
{
    std::shared_ptr<const workflow::Inspection> trunk;
    std::shared_ptr<const workflow::Inspection> branch;
    QString word; ///< of the branch, where it leaves the trunk
};

/// The same review written by two models, with and without the history, beside the user's own text.
///
/// A branch stands with the text that it left before them, for as long as its example is chosen;
/// the texts of the models appear once they are written.
///
/// Keyboard  F5 write again, D differences, P heatmap, Ctrl+L linked scrolling, [ and ] other
/// texts.
class CompareView : public QWidget
{
    Q_OBJECT

public:
    explicit CompareView(ProjectSession& session, QWidget* parent = nullptr);

    void showExample(ExampleId example);
    /// Chooses the personal model from elsewhere, named as ModelBox names it.
    void useModel(const QString& model);
    /// Two finished texts side by side, with their metrics; nothing is written or measured anew.
    void showBranch(ComparedBranch branch);

public Q_SLOTS:
    void generate();

private:
    /// Columns, as they are numbered.
    enum Place : std::size_t {
        BaseWithout,
        BaseWith,
        PersonalWith,
        OwnText,
        Trunk,
        Branch,
        places
    };
    struct Plan; ///< what one column is to be written with

    void createControls();
    void createColumns();
    void createShortcuts();
    void clear();
    /// A column whose model is another one now loses its text.
    void renewTitles();
    void loadOwnText();
    [[nodiscard]] bool hasBranch() const; ///< of the chosen example
    void renewBranch();
    void setWrittenShown(bool shown);
    void renewChoiceOfDifferences();
    void writeNext(std::vector<Plan> plans);
    void finishJob(Job* job);
    void renewDifferences();
    void linkScrolling();
    [[nodiscard]] std::vector<Plan> plansOfAll() const;

    ProjectSession& m_session;
    ExamplePicker* m_picker;
    ModelBox* m_base;
    ModelBox* m_personal;
    QDoubleSpinBox* m_strength;
    QSpinBox* m_seed;
    QSpinBox* m_length;
    QComboBox* m_against;
    QCheckBox* m_heatmap;
    QCheckBox* m_linked;
    QPushButton* m_generate;
    QLabel* m_heading;
    ProgressLine* m_progress;
    std::vector<CompareColumn*> m_columns; ///< [places]
    std::optional<ExampleId> m_example;
    std::optional<ComparedBranch> m_branch;
    Job* m_job = nullptr;
    quint64 m_round = 0; ///< grows with each generate(); older answers are dropped
};

} // namespace nextquill::ui
