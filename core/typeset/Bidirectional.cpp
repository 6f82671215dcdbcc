// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/typeset/Bidirectional.h"

#include "core/base/Error.h"

#include <unicode/ubidi.h>

#include <memory>

namespace nextquill::typeset {

Directions directionsOf(const Utf16Text& text)
{
    Directions directions{.levels = std::vector<std::uint8_t>(text.units.size(), 0)};
    if (text.units.empty()) {
        return directions;
    }
    const std::unique_ptr<UBiDi, decltype(&ubidi_close)> bidi{ubidi_open(), &ubidi_close};
    UErrorCode status = U_ZERO_ERROR;
    ubidi_setPara(bidi.get(), text.units.data(), static_cast<std::int32_t>(text.units.size()),
                  UBIDI_DEFAULT_LTR, nullptr, &status);
    const UBiDiLevel* const levels = ubidi_getLevels(bidi.get(), &status);
    if (U_FAILURE(status) != 0) {
        throw Error{ErrorKind::Internal, "the directions of a text could not be found",
                    u_errorName(status), "report this with the text"};
    }
    directions.paragraph = ubidi_getParaLevel(bidi.get());
    directions.levels.assign(levels, levels + text.units.size());
    return directions;
}

std::vector<std::size_t> visualOrder(const std::vector<std::uint8_t>& levels)
{
    std::vector<std::int32_t> map(levels.size());
    ubidi_reorderVisual(levels.data(), static_cast<std::int32_t>(levels.size()), map.data());
    return {map.begin(), map.end()};
}

} // namespace nextquill::typeset
