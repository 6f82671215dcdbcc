// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/project/ProjectMemory.h"

#include "ui/project/ShownText.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

namespace nextquill::ui {

namespace {

constexpr qint64 longest = 1 << 20; // a stranger's may be anything

QString fileIn(const QString& folder)
{
    return folder + QStringLiteral("/window.json");
}

QJsonObject read(const QString& folder)
{
    QFile file{fileIn(folder)};
    if (!file.open(QIODevice::ReadOnly) || file.size() > longest) {
        return {};
    }
    return QJsonDocument::fromJson(file.readAll()).object();
}

} // namespace

ProjectMemory::ProjectMemory(const std::filesystem::path& project)
    : m_folder{shownPath(project) + QStringLiteral(".d")}
{
}

QJsonValue ProjectMemory::value(const QString& place) const
{
    const QJsonObject all = read(m_folder);
    return all.contains(place) ? all.value(place) : QJsonValue{QJsonValue::Undefined};
}

void ProjectMemory::keep(const QString& place, const QJsonValue& value)
{
    QJsonObject all = read(m_folder);
    if (all.value(place) == value) {
        return;
    }
    all.insert(place, value);
    QSaveFile file{fileIn(m_folder)};
    if (QDir{}.mkpath(m_folder) && file.open(QIODevice::WriteOnly)) {
        file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
        file.write(QJsonDocument{all}.toJson(QJsonDocument::Compact));
        file.commit();
    }
}

} // namespace nextquill::ui
