// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <QVariant>

#include <filesystem>

namespace nextquill::ui {

/// What the window remembers of a project from one day to the next: where its user was. It is in
/// the user's own settings, not in the project, which others may get.
///
/// Threads  the window's
class ProjectMemory
{
public:
    explicit ProjectMemory(const std::filesystem::path& project);

    /// Of a place in the window, like "histories/reviews"; invalid where nothing was kept.
    [[nodiscard]] QVariant value(const QString& place) const;
    void keep(const QString& place, const QVariant& value);
    void forget();

    /// Forgets all projects but these.
    static void forgetOthers(const QStringList& projects);

private:
    QString m_group;
};

} // namespace nextquill::ui
