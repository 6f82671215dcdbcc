// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Splits.h"

#include "ui/widgets/PagedListModel.h"

#include <QWidget>

#include <vector>

class QAction;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace nextquill::ui {

class EmptyState;
class FunnelBar;
class ProjectSession;
class SplitDifferencePane;
class SplitForm;

/// A split with the runs that were trained on it.
struct SplitRow
{
    store::Split split;
    std::vector<std::string> runs;
};

/// The funnel on top; below the project's splits: what each is made by, what it has, which run
/// froze it; two of them side by side; and a form for the next one.
///
/// Keyboard  Ctrl+N new split, Del removes (but for those of runs), Ctrl+C copies the digest; two
///           rows chosen (Shift, Ctrl) are compared
class SplitsTab : public QWidget
{
    Q_OBJECT

public:
    explicit SplitsTab(ProjectSession& session, QWidget* parent = nullptr);

    [[nodiscard]] FunnelBar& funnel() { return *m_funnel; }

public Q_SLOTS:
    /// Opens the form with targets that pass this funnel.
    void beginSplit(const QString& funnel = {});

Q_SIGNALS:
    void reviewWanted(qint64 reviewId);
    /// A filter for the table of reviews, in the syntax of `data list --where`.
    void filterWanted(const QString& filter);
    /// Asks for what leaks from histories into a split's targets.
    void leakCheckWanted(const QString& split);

private:
    void createTable();
    QWidget* createDetails();
    QAction* addAction(const QString& text, const QKeySequence& key, void (SplitsTab::*slot)());
    void reload();
    void showRows(std::vector<SplitRow> rows, std::vector<store::Funnel> funnels);
    void showChosen();
    void showDetails(const SplitRow& row);
    [[nodiscard]] std::vector<const SplitRow*> chosen() const;
    void beginVersion();
    void removeChosen();
    void copyDigest();
    void exportSplit();
    void exportFunnel(const QString& funnel);

    ProjectSession& m_session;
    FunnelBar* m_funnel;
    QStackedWidget* m_pages;
    EmptyState* m_empty;
    QTableView* m_table;
    PagedListModel<SplitRow>* m_model;
    QStackedWidget* m_right;
    QWidget* m_details;
    QLabel* m_name;
    QLabel* m_parts;
    QLabel* m_settings;
    QLabel* m_digest;
    QLabel* m_usedBy;
    QPushButton* m_leaks = nullptr;
    QPushButton* m_export = nullptr;
    QPushButton* m_remove = nullptr;
    SplitDifferencePane* m_difference;
    SplitForm* m_form;
    QString m_wanted;           // the split to choose when the list is read
    bool m_isRefilling = false; // what is chosen meanwhile is not what a person chose
    quint64 m_question = 0;     // an answer to an older one is dropped
};

} // namespace nextquill::ui
