// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/acts/AwaitedActs.h"

#include "ui/histories/acts/ActQueue.h"
#include "ui/project/ProjectSession.h"

#include <algorithm>
#include <utility>

namespace nextquill::ui {

AwaitedActs::AwaitedActs(ProjectSession& session)
    : m_session{session}
{
    connect(&ActQueue::of(session), &ActQueue::begun, this, &AwaitedActs::giveUp);
    connect(&session, &ProjectSession::dataChanged, this, &AwaitedActs::giveUp);
    connect(&session, &ProjectSession::projectChanged, this, [this] { m_entries.clear(); });
}

void AwaitedActs::add(const Reader& read, Then then)
{
    const auto entry = std::make_shared<Entry>(Entry{.then = std::move(then)});
    m_entries.push_back(entry);
    if (ActQueue::of(m_session).isBusy()) {
        giveUp(); // what is being done may move rows
        return;
    }
    read([this, waiting = std::weak_ptr{entry}](std::optional<store::Selection> rows) {
        if (const auto found = waiting.lock()) { // else it was given up
            found->rows = std::move(rows);
            found->isFound = true;
            doFound();
        }
    });
}

void AwaitedActs::add(const store::Selection& known, Then then)
{
    if (m_entries.empty()) {
        then(known);
        return;
    }
    m_entries.push_back(
        std::make_shared<Entry>(Entry{.rows = known, .isFound = true, .then = std::move(then)}));
}

void AwaitedActs::doFound()
{
    if (!std::all_of(m_entries.begin(), m_entries.end(),
                     [](const auto& entry) { return entry->isFound; })) {
        return;
    }
    bool areGone = false;
    for (const auto& entry : std::exchange(m_entries, {})) {
        if (entry->rows && entry->rows->isEmpty()) {
            areGone = true;
        } else if (entry->rows) {
            entry->then(*entry->rows);
        }
    }
    if (areGone) {
        sayNothingDone();
    }
}

void AwaitedActs::giveUp()
{
    if (!std::exchange(m_entries, {}).empty()) {
        sayNothingDone();
    }
}

void AwaitedActs::sayNothingDone()
{
    Q_EMIT m_session.noticed(
        tr("The table changed before the chosen rows were read, so nothing was done with them. "
           "Choose them again."),
        {}, {});
}

} // namespace nextquill::ui
