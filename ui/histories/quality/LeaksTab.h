// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curate/Leaks.h"

#include "ui/histories/quality/LeakRows.h"

#include <QPointer>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QStackedWidget;
class QTableView;
class QTableWidget;

namespace nextquill::ui {

class EmptyState;
class Job;
class MessageBar;
class ProgressLine;
class ProjectSession;
class TextPair;

/// Whether the targets of a split are given away: counts by kind, the list, the texts side by side,
/// and a fix that can be undone. What was found goes into the data card.
///
/// Keyboard  Enter in the list shows the target in its timeline, E inspects it, N shows the next
///           review that gives it away; Space in the table of kinds takes a kind out of the fix
class LeaksTab : public QWidget
{
    Q_OBJECT

public:
    explicit LeaksTab(ProjectSession& session, QWidget* parent = nullptr);

public Q_SLOTS:
    void look();                       ///< looks for leaks of the chosen split
    void lookAt(const QString& split); ///< chooses one, then looks

Q_SIGNALS:
    void reviewWanted(qint64 reviewId);
    void inspectWanted(qint64 reviewId);

private:
    struct Fixed;

    void createForm();
    void createResults();
    void createFixBar(QLayout* into);
    void createActions();
    void reload();  ///< another project
    void refresh(); ///< the same one with other data
    void readSplits();
    void showSplits(std::vector<store::Split> splits);
    void showReport(curate::LeakReport report);
    void forgetReport(const QString& why);
    void renewKinds();
    void renewFix();
    void restartList();
    void readPage(quint64 era);
    void showLeak();
    void showNextOther();
    void fix();
    void undoFix(std::int64_t step);
    void makeVersion();
    void keepCheck();
    void watch(Job* job);
    [[nodiscard]] std::optional<curate::LeakKind> chosenKind() const;
    [[nodiscard]] curate::LeakReport toBeFixed() const;
    [[nodiscard]] const store::Split* chosenSplit() const;

    ProjectSession& m_session;
    std::vector<store::Split> m_known;
    QString m_wanted;                      ///< a split to look at once the splits are read
    std::optional<store::Split> m_checked; ///< of the report; none: each user's latest text
    std::shared_ptr<const curate::LeakReport> m_report;
    std::size_t m_other = 0;     ///< of the shown leak
    quint64 m_shownQuestion = 0; ///< older answers are dropped
    quint64 m_fixQuestion = 0;
    bool m_ownChange = false; ///< the data changed by a fix of this tab
    QPointer<Job> m_job;      ///< that looks or fixes
    QStackedWidget* m_pages;
    EmptyState* m_empty;
    QComboBox* m_split;
    QSpinBox* m_threshold;
    QPushButton* m_look;
    ProgressLine* m_progress;
    MessageBar* m_message;
    QLabel* m_summary;
    QTableWidget* m_kinds;
    QTableView* m_list;
    LeakModel* m_model;
    QLabel* m_others;
    QPushButton* m_next;
    TextPair* m_pair;
    QComboBox* m_side;
    QPushButton* m_fix;
};

} // namespace nextquill::ui
