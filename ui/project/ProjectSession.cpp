// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/project/ProjectSession.h"

#include "ui/project/ProjectMemory.h"
#include "ui/project/ShownText.h"

#include <utility>

namespace nextquill::ui {

ProjectSession::ProjectSession(QObject* parent)
    : QObject{parent}
{
}

ProjectSession::~ProjectSession() = default;

QString ProjectSession::name() const
{
    return shownPath(m_file.stem());
}

void ProjectSession::setProject(const std::filesystem::path& file, bool readOnly)
{
    m_file = file;
    m_readOnly = readOnly;
    m_models->clear();
    Q_EMIT projectChanged();
}

void ProjectSession::remember(const QString& place, const QJsonValue& value) const
{
    if (isOpen() && !m_readOnly) {
        ProjectMemory{m_file}.keep(place, value);
    }
}

QJsonValue ProjectSession::remembered(const QString& place) const
{
    return isOpen() ? ProjectMemory{m_file}.value(place) : QJsonValue{QJsonValue::Undefined};
}

void ProjectSession::track(Job* job, std::function<void(bool)> pause)
{
    Q_EMIT jobTracked(job, pause);
}

void ProjectSession::watch(Job* job)
{
    connect(job, &Job::failed, this, &ProjectSession::failed);
    connect(job, &Job::done, job, &QObject::deleteLater);
    connect(job, &Job::stopped, job, &QObject::deleteLater);
    connect(job, &Job::failed, job, &QObject::deleteLater);
}

} // namespace nextquill::ui
