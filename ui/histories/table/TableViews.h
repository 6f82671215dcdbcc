// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/SavedViews.h"

#include <QObject>
#include <QString>

#include <functional>
#include <vector>

namespace nextquill::ui {

class ProjectSession;
class ViewsBar;

/// The saved views of one table of the project, in their bar: read, saved, renamed, removed.
class TableViews : public QObject
{
    Q_OBJECT

public:
    /// `now` gives what the table shows, without a name.
    TableViews(ProjectSession& session, store::TableKind table, ViewsBar& bar,
               std::function<store::SavedView()> now);

    void reload();
    /// What the table shows changed: marks the view that it is.
    void markCurrent();

Q_SIGNALS:
    void viewWanted(const nextquill::store::SavedView& view);

private:
    void save(const QString& name, bool replace);
    void choose(const QString& name);
    template<typename Change>
    void change(const QString& title, Change what);

    ProjectSession& m_session;
    store::TableKind m_table;
    ViewsBar& m_bar;
    std::function<store::SavedView()> m_now;
    std::vector<store::SavedView> m_views;
    quint64 m_reading = 0;
};

} // namespace nextquill::ui
