// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/TableViews.h"

#include "ui/histories/table/ViewsBar.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <algorithm>
#include <utility>

namespace nextquill::ui {

TableViews::TableViews(ProjectSession& session, store::TableKind table, ViewsBar& bar,
                       std::function<store::SavedView()> now)
    : QObject{&bar}
    , m_session{session}
    , m_table{table}
    , m_bar{bar}
    , m_now{std::move(now)}
{
    connect(&bar, &ViewsBar::saveWanted, this, [this](const QString& name) { save(name, false); });
    connect(&bar, &ViewsBar::replaceWanted, this,
            [this](const QString& name) { save(name, true); });
    connect(&bar, &ViewsBar::viewWanted, this, &TableViews::choose);
    connect(&bar, &ViewsBar::renameWanted, this, [this](const QString& from, const QString& to) {
        change(tr("Renaming a view"),
               [table = m_table, from = stored(from), to = stored(to)](store::Project& project) {
                   store::SavedViews{project}.rename(table, from, to);
               });
    });
    connect(&bar, &ViewsBar::removeWanted, this, [this](const QString& name) {
        change(tr("Removing a view"),
               [table = m_table, name = stored(name)](store::Project& project) {
                   store::SavedViews{project}.remove(table, name);
               });
    });
    connect(&session, &ProjectSession::projectChanged, this, &TableViews::reload);
}

void TableViews::reload()
{
    m_bar.setReadOnly(m_session.isReadOnly());
    m_bar.setEnabled(m_session.isOpen());
    const quint64 reading = ++m_reading;
    if (!m_session.isOpen()) {
        m_views.clear();
        m_bar.setViews({});
        return;
    }
    auto* job = m_session.read(tr("Reading views"), this,
                               [table = m_table](store::Project& project, StopToken, Progress&) {
                                   return store::SavedViews{project}.all(table);
                               });
    connect(job, &Job::done, this, [this, job, reading] {
        if (reading != m_reading) {
            return;
        }
        m_views = job->takeValue();
        QStringList names;
        for (const store::SavedView& view : m_views) {
            names.append(shown(view.name));
        }
        m_bar.setViews(names);
        markCurrent();
    });
}

void TableViews::markCurrent()
{
    const store::SavedView now = m_now();
    const auto found =
        std::find_if(m_views.begin(), m_views.end(), [&now](const store::SavedView& view) {
            return view.filter == now.filter && view.order == now.order &&
                   (view.columns.empty() || view.columns == now.columns);
        });
    m_bar.setCurrent(found == m_views.end() ? QString{} : shown(found->name));
}

void TableViews::choose(const QString& name)
{
    for (const store::SavedView& view : m_views) {
        if (shown(view.name) == name) {
            Q_EMIT viewWanted(store::SavedView{view});
            break;
        }
    }
    markCurrent(); // a click has turned the button's mark
}

template<typename Change>
void TableViews::change(const QString& title, Change what)
{
    auto* job =
        m_session.change(title, this, [what](store::Project& project, StopToken, Progress&) {
            what(project);
            return true;
        });
    connect(job, &Job::done, this, &TableViews::reload);
}

void TableViews::save(const QString& name, bool replace)
{
    store::SavedView view = m_now();
    view.name = stored(name);
    change(tr("Saving a view"), [view, replace](store::Project& project) {
        store::SavedViews{project}.save(view, replace);
    });
}

} // namespace nextquill::ui
