// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string>

namespace nextquill::ui {

/// "+0.310", "−2.60": with the minus sign of texts; a dash for NaN.
[[nodiscard]] QString signedNumber(double value, int digits);

/// "0.042"; small ones as "4.2e-05", so that nothing that is there reads as 0.
[[nodiscard]] QString probability(double p);

/// "6.7 %"; a dash for NaN.
[[nodiscard]] QString percentage(double share);

/// A token as it stands alone: escaped, cut to 40 characters, its spaces as open boxes.
[[nodiscard]] QString shownToken(const std::string& text);

/// The same for a screen reader: without the marks of spaces.
[[nodiscard]] QString spokenToken(const std::string& text);

} // namespace nextquill::ui
