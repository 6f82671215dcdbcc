// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/Inspection.h"
#include "core/workflow/WhatIf.h"

#include <QString>
#include <QWidget>

#include <memory>
#include <utility>

class QLabel;
class QListWidget;
class QListWidgetItem;
class QPlainTextEdit;
class QPushButton;

namespace nextquill::causal {
class TwinMemory;
}

namespace nextquill::ui {

class PaneJob;
class ProgressLine;
class ProjectSession;

/// What if the history were another one? The past texts of an inspection, to be switched off,
/// reworded, or joined by pasted ones; the text is measured again with them, and the project stays
/// as it is until the edits are saved. What edits leave as it was, up to the first past text that
/// differs from the last measurement, is not computed again.
///
/// Keyboard  Space switches the current text off and on; Ctrl+Return measures; Delete takes a
///           pasted text away
class WhatIfPane : public QWidget
{
    Q_OBJECT

public:
    using InspectionPtr = std::shared_ptr<const workflow::Inspection>;

    explicit WhatIfPane(ProjectSession& session, QWidget* parent = nullptr);

    /// What is asked about, measured with the project's own history, and the model as ModelBox
    /// names it; nullptr: nothing. Edits of before are forgotten.
    void setInspection(InspectionPtr inspection, const QString& model);

    /// The same, measured further: edits stay.
    void replaceInspection(InspectionPtr further) { m_inspection = std::move(further); }

    /// One of the project's past texts that the edits are of.
    [[nodiscard]] bool has(ReviewId review) const;
    [[nodiscard]] bool isOff(ReviewId review) const { return m_edits.off.contains(review); }
    /// Takes a past text out of the history, or back in, and chooses it. Measures nothing.
    void switchReview(ReviewId review, bool on);
    /// Chooses a past text; its words have the focus.
    void editReview(ReviewId review);

    [[nodiscard]] const workflow::HistoryEdits& edits() const { return m_edits; }
    /// With the edits as they were when it was measured; nullptr before.
    [[nodiscard]] InspectionPtr other() const { return m_other; }

public Q_SLOTS:
    void measure();

Q_SIGNALS:
    /// The same text with the edited history.
    void measured(std::shared_ptr<const nextquill::workflow::Inspection> other);
    /// The edits were taken back: what was asked about is to be shown again.
    void dropped();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void createControls();
    void fill();
    void showText(const QListWidgetItem* item);
    void switchText(const QListWidgetItem* item);
    void rewrite();
    void paste();
    void removePasted(int row);
    void drop();
    void save();
    void renew();
    [[nodiscard]] int pastedRows() const;
    [[nodiscard]] int rowOf(ReviewId review) const;
    [[nodiscard]] QString titleOf(int row) const;

    ProjectSession& m_session;
    QListWidget* m_list;
    QPlainTextEdit* m_text;
    QPushButton* m_paste;
    QPushButton* m_measure;
    QPushButton* m_drop;
    QPushButton* m_save;
    QLabel* m_words;
    ProgressLine* m_progress;
    PaneJob* m_job;
    InspectionPtr m_inspection;
    InspectionPtr m_other;
    std::shared_ptr<causal::TwinMemory> m_memory; // of m_inspection's text; used on the worker
    QString m_model;
    workflow::HistoryEdits m_edits;
    QString m_problem; ///< of the last measurement, until it was shown
    bool m_isFilling = false;
};

} // namespace nextquill::ui
