// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/Language.h"

#include <algorithm>
#include <array>
#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>
#include <limits>

namespace nextquill::curate {

namespace {

/// "GREEK" as people write it: the detector's names are in capitals.
std::string readableName(std::string_view name)
{
    std::string readable;
    bool first = true;
    for (const char c : name) {
        const bool capital = c >= 'A' && c <= 'Z';
        readable += capital && !first ? static_cast<char>(c - 'A' + 'a') : c;
        first = !capital && !(c >= 'a' && c <= 'z');
    }
    std::ranges::replace(readable, '_', ' ');
    return readable;
}

} // namespace

Language languageOf(std::string_view text)
{
    constexpr std::size_t enough = std::size_t{64} << 10; // what comes behind does not change it
    const std::string_view begin = text.substr(0, enough);
    CLD2::CLDHints hints{nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
    std::array<CLD2::Language, 3> languages{};
    std::array<int, 3> percents{};
    std::array<double, 3> scores{};
    int letters = 0;
    int validBytes = 0;
    bool reliable = false;
    const auto ask = [&](std::string_view bytes) {
        CLD2::ExtDetectLanguageSummaryCheckUTF8(
            bytes.data(), static_cast<int>(bytes.size()), true, &hints, 0, languages.data(),
            percents.data(), scores.data(), nullptr, &letters, &reliable, &validBytes);
    };
    ask(begin);
    if (validBytes > 0 && static_cast<std::size_t>(validBytes) < begin.size()) {
        ask(begin.substr(0, static_cast<std::size_t>(validBytes))); // cut within a character
    }
    if (languages[0] == CLD2::UNKNOWN_LANGUAGE) {
        return {};
    }
    constexpr double mostly = 0.75; // the detector is sure of parts of mixed texts, too
    const double share = percents[0] / 100.0;
    return {.code = CLD2::LanguageCode(languages[0]),
            .name = readableName(CLD2::LanguageName(languages[0])),
            .share = share,
            .reliable = reliable && share >= mostly};
}

} // namespace nextquill::curate
