// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonValue>
#include <QString>

#include <filesystem>

namespace nextquill::ui {

/// What the window remembers of a project from one day to the next: where its user was.
///
/// In `window.json` of the project's folder, for filters may name people: so the file goes where
/// the project goes, and an erasure looks through it as through all of the project's files.
///
/// Threads  the window's
class ProjectMemory
{
public:
    explicit ProjectMemory(const std::filesystem::path& project);

    /// Of a place in the window, like "histories/reviews"; undefined where nothing was kept.
    [[nodiscard]] QJsonValue value(const QString& place) const;

    /// Where the folder cannot be written nothing is kept. Not synced: a place is not worth the
    /// window's waiting for the disk, and a power cut may take it.
    void keep(const QString& place, const QJsonValue& value);

private:
    QString m_folder;
};

} // namespace nextquill::ui
