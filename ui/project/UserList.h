// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Histories.h"

#include "ui/widgets/PagedListModel.h"

#include <QObject>

#include <vector>

class QLineEdit;
class QTimer;
class QWidget;

namespace nextquill::ui {

class ProjectSession;

/// The project's users, narrowed by what is typed: a line for a view to place, and the rows as a
/// model, read page by page off the GUI thread.
///
/// Owners   the view given as parent owns the list, its line and its model
class UserList : public QObject
{
    Q_OBJECT

public:
    using Model = PagedListModel<store::User>;

    /// Users with at least so many texts are listed.
    UserList(ProjectSession& session, std::vector<Model::Column> columns, int minimumTexts,
             QWidget* view);

    [[nodiscard]] QLineEdit& filter() { return *m_filter; }
    [[nodiscard]] Model& model() { return *m_model; }

Q_SIGNALS:
    /// After each restart of the model while a project is open; there may be no row.
    void firstPageRead();

private:
    void readPage(quint64 era);

    ProjectSession& m_session;
    int m_minimumTexts;
    QLineEdit* m_filter;
    QTimer* m_typing;
    Model* m_model;
};

} // namespace nextquill::ui
