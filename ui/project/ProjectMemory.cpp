// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/project/ProjectMemory.h"

#include "ui/project/ShownText.h"

#include <QCryptographicHash>
#include <QSettings>

#include <system_error>

namespace nextquill::ui {

namespace {

const QString allProjects = QStringLiteral("projects");

/// A path may have signs that part the names of settings.
QString nameOf(const std::filesystem::path& project)
{
    std::error_code failed;
    const auto whole = std::filesystem::weakly_canonical(project, failed);
    const QByteArray path = shownPath(failed ? project : whole).toUtf8();
    return QString::fromLatin1(
        QCryptographicHash::hash(path, QCryptographicHash::Sha256).toHex().left(32));
}

} // namespace

ProjectMemory::ProjectMemory(const std::filesystem::path& project)
    : m_group{allProjects + QLatin1Char('/') + nameOf(project)}
{
}

QVariant ProjectMemory::value(const QString& place) const
{
    return QSettings{}.value(m_group + QLatin1Char('/') + place);
}

void ProjectMemory::keep(const QString& place, const QVariant& value)
{
    QSettings{}.setValue(m_group + QLatin1Char('/') + place, value);
}

void ProjectMemory::forget()
{
    QSettings{}.remove(m_group);
}

void ProjectMemory::forgetOthers(const QStringList& projects)
{
    QStringList kept;
    for (const QString& project : projects) {
        kept.append(nameOf(pathOf(project)));
    }
    QSettings settings;
    settings.beginGroup(allProjects);
    for (const QString& name : settings.childGroups()) {
        if (!kept.contains(name)) {
            settings.remove(name);
        }
    }
}

} // namespace nextquill::ui
