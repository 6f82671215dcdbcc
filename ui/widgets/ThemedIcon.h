// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>
#include <QString>
#include <QStringList>

namespace nextquill::ui {

/// A drawing of resources/icons, in the text color of the palette at the time of painting: icons
/// need not be set again after a change of theme.
///
/// Names  histories runs inspect compare models search play pause stop import export theme close
///        info success warning error add remove edit copy filter settings help folder file undo
///        redo refresh more next previous up down pin chart user quill queue branch check download
///        pinned
[[nodiscard]] QIcon themedIcon(const QString& name);

/// For buttons on the accent color (role "primary").
[[nodiscard]] QIcon accentIcon(const QString& name);

/// The same in a fixed color.
[[nodiscard]] QIcon tintedIcon(const QString& name, const QColor& color);

[[nodiscard]] QStringList themedIconNames();

} // namespace nextquill::ui
