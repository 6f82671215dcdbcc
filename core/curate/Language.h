// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace nextquill::curate {

/// In which language a text seems to be.
struct Language
{
    std::string code;      ///< "en", "zh"; empty: not known
    std::string name;      ///< "English"
    double share = 0;      ///< of the text that is in it, 0-1
    bool reliable = false; ///< else a guess, as for most texts of a few words
};

/// What the Compact Language Detector 2 says of a text. It knows some 80 languages by sequences of
/// four letters; names, product words and few words mislead it, which `reliable` tells.
///
/// Threads  any number at once
[[nodiscard]] Language languageOf(std::string_view text);

} // namespace nextquill::curate
