// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/acts/TagList.h"

#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <algorithm>

namespace nextquill::ui {

TagList& TagList::of(ProjectSession& session)
{
    auto* list = session.findChild<TagList*>(QString{}, Qt::FindDirectChildrenOnly);
    return list != nullptr ? *list : *new TagList{session};
}

TagList::TagList(ProjectSession& session)
    : QObject{&session}
    , m_session{session}
{
    connect(&m_session, &ProjectSession::projectChanged, this, [this] {
        m_tags.clear();
        Q_EMIT changed();
        reload();
    });
    connect(&m_session, &ProjectSession::dataChanged, this, &TagList::reload);
    reload();
}

const store::Tag* TagList::ofKey(int key) const
{
    const auto found = std::ranges::find(m_tags, key, &store::Tag::key);
    return key > 0 && found != m_tags.end() ? &*found : nullptr;
}

void TagList::reload()
{
    ++m_question;
    if (!m_session.isOpen()) {
        return;
    }
    auto* job =
        m_session.read(tr("Listing tags"), this, [](store::Project& project, StopToken, Progress&) {
            return store::TableCuration{project}.tags();
        });
    connect(job, &Job::done, this, [this, job, question = m_question] {
        if (question == m_question) {
            m_tags = job->takeValue();
            Q_EMIT changed();
        }
    });
}

} // namespace nextquill::ui
