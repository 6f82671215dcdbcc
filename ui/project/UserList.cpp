// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/project/UserList.h"

#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <QLineEdit>
#include <QTimer>

#include <utility>

namespace nextquill::ui {

namespace {

constexpr int pageSize = 200;
constexpr int typingDelay = 200; // milliseconds

} // namespace

UserList::UserList(ProjectSession& session, std::vector<Model::Column> columns, int minimumTexts,
                   QWidget* view)
    : QObject{view}
    , m_session{session}
    , m_minimumTexts{minimumTexts}
    , m_filter{new QLineEdit{view}}
    , m_typing{new QTimer{this}}
    , m_model{new Model{std::move(columns), this}}
{
    m_filter->setPlaceholderText(tr("Find a user"));
    m_filter->setClearButtonEnabled(true);
    m_typing->setSingleShot(true);
    m_typing->setInterval(typingDelay);
    connect(m_filter, &QLineEdit::textChanged, m_typing, qOverload<>(&QTimer::start));
    connect(m_filter, &QLineEdit::returnPressed, this, [this] {
        m_typing->stop();
        m_model->restart();
    });
    connect(m_typing, &QTimer::timeout, m_model, &PagedListModelBase::restart);
    connect(m_model, &PagedListModelBase::pageWanted, this, &UserList::readPage);
}

void UserList::readPage(quint64 era)
{
    if (!m_session.isOpen()) {
        m_model->addPage(era, {}, true);
        return;
    }
    store::UserPage page{.nameContains = stored(m_filter->text()),
                         .minimumReviews = m_minimumTexts,
                         .limit = pageSize};
    if (!m_model->isEmpty()) {
        page.after = m_model->lastRow();
    }
    auto* job = m_session.read(tr("Listing users"), this,
                               [page](store::Project& project, StopToken, Progress&) {
                                   return store::Histories{project}.users(page);
                               });
    connect(job, &Job::done, this, [this, job, era] {
        std::vector<store::User> users = job->takeValue();
        const bool last = users.size() < pageSize;
        const bool first = m_model->isEmpty();
        if (m_model->addPage(era, std::move(users), last) && first) {
            Q_EMIT firstPageRead();
        }
    });
    connect(job, &Job::failed, this, [this, era] { m_model->pageFailed(era); });
}

} // namespace nextquill::ui
