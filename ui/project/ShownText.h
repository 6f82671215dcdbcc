// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/workflow/Inspection.h"

#include "ui/widgets/TokenText.h"

#include <QList>
#include <QString>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::ui {

/// The core's UTF-8 as the window's text, and back.
[[nodiscard]] QString shown(std::string_view utf8);
[[nodiscard]] std::string stored(const QString& text);

/// Parts of an error are clauses; where they stand alone they begin as sentences do.
[[nodiscard]] QString asSentence(const QString& clause);

[[nodiscard]] QString shownPath(const std::filesystem::path& path);
[[nodiscard]] std::filesystem::path pathOf(const QString& text);

/// "98.3 MB", in powers of 1,000 as disks and the hub count.
[[nodiscard]] QString shownBytes(std::uint64_t bytes);

/// "2013-02-11 17:40", local time.
[[nodiscard]] QString shownTime(std::int64_t milliseconds);

/// "2013-02-11"; a dash where the time is not known.
[[nodiscard]] QString shownDate(std::int64_t milliseconds);

/// The number under a key of a run's event or summary; a dash where there is none.
[[nodiscard]] QString shownFigure(const Json& of, const char* key, int digits);

/// "★★★★☆"
[[nodiscard]] QString shownStars(double rating);

/// The UTF-16 position of each byte of a text, and of its end; a byte inside a character has that
/// of the character.
[[nodiscard]] std::vector<qsizetype> utf16Positions(std::string_view utf8);

/// A text with its tokens in UTF-16 units, no values yet. Tokens without bytes (end of text) are
/// empty ones at the end, so that indices stay those of the effects.
[[nodiscard]] TokenText tokenText(const std::string& text,
                                  const std::vector<causal::TokenEffect>& effects);

} // namespace nextquill::ui
