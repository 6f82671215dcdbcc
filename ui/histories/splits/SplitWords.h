// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Splits.h"

#include <QString>
#include <QStringList>

namespace nextquill::ui {

// What a person reads for the settings of splits.

[[nodiscard]] QString ruleTitle(store::SplitRule rule);   ///< "Leave the last out"
[[nodiscard]] QString ruleMeaning(store::SplitRule rule); ///< one sentence
[[nodiscard]] QString stratumTitle(store::SplitStratum stratum);
[[nodiscard]] QString itemsTitle(store::SplitItems items);
[[nodiscard]] QString partTitle(store::SplitPart part);

/// "at least 4 earlier reviews", one line each; what does not limit is left out.
[[nodiscard]] QStringList settingsInWords(const store::SplitSettings& settings);

/// "1,204 train · 150 validation · 150 test"
[[nodiscard]] QString partsInWords(std::int64_t train, std::int64_t validation, std::int64_t test);

/// "12,403", as the locale groups digits.
[[nodiscard]] QString shownCount(std::int64_t count);

/// For tr("%n …", "", n): what does not fit is cut, which no plural form notices.
[[nodiscard]] int forPlural(std::int64_t count);

} // namespace nextquill::ui
