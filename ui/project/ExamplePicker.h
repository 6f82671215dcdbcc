// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/store/Histories.h"

#include "ui/widgets/PagedListModel.h"

#include <QWidget>

#include <optional>

class QListView;

namespace nextquill::ui {

class ProjectSession;
class UserList;

/// Chooses a text of a user: users on top, below the texts of the chosen one that have a history.
///
/// The text that was chosen last is chosen again when the project is next opened.
///
/// Keyboard  type to filter users; arrows and Enter in both lists; [ and ] previous and next text.
class ExamplePicker : public QWidget
{
    Q_OBJECT

public:
    /// `place` names the picker in the project's memory: "inspect".
    ExamplePicker(ProjectSession& session, const QString& place, QWidget* parent = nullptr);

    /// Chooses an example from elsewhere.
    void choose(ExampleId example);
    [[nodiscard]] std::optional<ExampleId> current() const;

public Q_SLOTS:
    void goToPrevious();
    void goToNext();

Q_SIGNALS:
    void chosen(nextquill::ExampleId example);

private:
    /// A text to be chosen once its list is there.
    struct Wanted
    {
        ExampleId example{};
        bool isReturn = false; ///< of another day: where it has gone, nothing is said of it
    };

    void createLists();
    void restart();
    void forgetTexts();
    void find(Wanted wanted);
    void takeFirst();
    void showUser(UserId user, std::optional<Wanted> choose);
    void addTexts(const std::vector<store::ReviewRow>& timeline, std::optional<Wanted> choose);
    void giveUp(Wanted wanted);
    void step(int rows);

    ProjectSession& m_session;
    QString m_place;
    UserList* m_list;
    QListView* m_users;
    QListView* m_texts;
    quint64 m_question = 0;  // an answer to an older one is dropped
    bool m_choosing = false; // from elsewhere: the first user is not taken by himself
    PagedListModel<store::ReviewRow>* m_textModel;
};

} // namespace nextquill::ui
