// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/project/ProjectMemory.h"

#include "ui/project/ShownText.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

#include <system_error>

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
    constexpr auto mine = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
    QDir{}.mkdir(m_folder, mine | QFileDevice::ExeOwner);
    QFile file{fileIn(m_folder) + QStringLiteral(".new")};
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || !file.setPermissions(mine)) {
        return;
    }
    const QByteArray bytes = QJsonDocument{all}.toJson(QJsonDocument::Compact);
    if (file.write(bytes) == bytes.size() && file.flush()) {
        file.close();
        std::error_code failed; // then it stays as it was
        std::filesystem::rename(pathOf(file.fileName()), pathOf(fileIn(m_folder)), failed);
    }
}

} // namespace nextquill::ui
