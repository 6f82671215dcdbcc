// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Histories.h"
#include "core/workflow/Inspection.h"
#include "core/workflow/TextSummary.h"

#include <QString>
#include <QWidget>

#include <memory>
#include <optional>

class QLabel;
class QPushButton;
class QTextBrowser;
class QUrl;

namespace nextquill::ui {

class PaneJob;
class ProgressLine;
class ProjectSession;

/// What does this mean? The text as a whole, the token at the cursor and the tokens that stand out,
/// in sentences written from the numbers; each number leads to what it is about. The strength of
/// the history under which the text is most likely takes a pass of its own: it is asked for, and
/// what it costs stands beside the question.
///
/// Everything from users, items and models is shown as plain text.
///
/// Keyboard  Tab goes from link to link, Enter follows one
class SummaryPane : public QWidget
{
    Q_OBJECT

public:
    using InspectionPtr = std::shared_ptr<const workflow::Inspection>;

    explicit SummaryPane(ProjectSession& session, QWidget* parent = nullptr);

    /// What is explained, and the model as ModelBox names it: an empty name where the model cannot
    /// be asked further (an edited history). nullptr: nothing.
    void setInspection(InspectionPtr inspection, const QString& model);
    void setToken(qsizetype token); ///< -1: none

public Q_SLOTS:
    void findStrength();

Q_SIGNALS:
    void tokenWanted(qsizetype token);
    void reviewWanted(int review);       ///< place in the inspection's history
    void placeboWanted(qsizetype token); ///< its distribution under other histories

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void createControls();
    void readItem();
    void renew();
    void renewQuestion();
    void follow(const QUrl& link);
    [[nodiscard]] QString wholeText() const;
    [[nodiscard]] QString cursorsToken() const;
    [[nodiscard]] QString whatStandsOut() const;
    [[nodiscard]] QString hint() const;
    [[nodiscard]] qsizetype tokenAtByte(std::size_t byte) const;

    ProjectSession& m_session;
    QPushButton* m_ask;
    QLabel* m_cost;
    QTextBrowser* m_sentences;
    ProgressLine* m_progress;
    PaneJob* m_job;
    InspectionPtr m_inspection;
    QString m_model;
    qsizetype m_token = -1;
    std::optional<store::Item> m_item; ///< what the text is about; read when it is first needed
    std::optional<workflow::LikeliestStrength> m_strength;
    QString m_problem; ///< of the question for the strength
};

} // namespace nextquill::ui
