// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Histories.h"
#include "core/store/table/Selection.h"

#include <QDialog>
#include <QString>

#include <vector>

class QLabel;
class QLineEdit;
class QPushButton;
class QTableWidget;

namespace nextquill::ui {

class ProjectSession;

/// Asks which of several users stays when they become one: the one with the most reviews, unless
/// another is chosen. Users can be added by name and taken out again.
///
/// Keyboard  arrows choose who stays, Del takes a user out of the list, Enter in the name adds one.
class MergeUsersDialog : public QDialog
{
    Q_OBJECT

public:
    /// With the users of the selection: selected ones, or those who wrote the selected reviews.
    MergeUsersDialog(ProjectSession& session, store::Selection selection,
                     QWidget* parent = nullptr);

    [[nodiscard]] std::vector<UserId> users() const;
    [[nodiscard]] UserId into() const;
    [[nodiscard]] QString intoName() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void createLayout();
    void loadSelection(store::Selection selection);
    void addNamed();
    void add(const std::vector<store::User>& users);
    void takeOut();
    void fill();
    void showState();
    [[nodiscard]] int staying() const; ///< row of the user who stays; -1: none

    ProjectSession& m_session;
    std::vector<store::User> m_users;
    QLabel* m_question;
    QTableWidget* m_table;
    QLineEdit* m_name;
    QLabel* m_problem;
    QPushButton* m_merge;
};

} // namespace nextquill::ui
