// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace nextquill::workflow {

/// A PNG file that says how large it is on paper: its chunk pHYs. A file that has one already, or
/// is no PNG, comes back as it is.
///
/// Source  PNG specification, 11.3.4.3
[[nodiscard]] std::string withDensity(std::string_view png, double dpi);

} // namespace nextquill::workflow
