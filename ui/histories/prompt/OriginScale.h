// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/Prompt.h"

#include "ui/widgets/ColorScale.h"

#include <QString>

#include <cstddef>

namespace nextquill::ui {

/// Colors that tell where a prompt's tokens come from; neighbouring tokens of one origin get two
/// shades in turn, so that each token can be seen.
///
/// Its values are those of valueOf(); nothing is beyond the threshold.
class OriginScale final : public ColorScale
{
public:
    [[nodiscard]] static float valueOf(text::Origin origin, std::size_t token);
    [[nodiscard]] static QColor colorOf(text::Origin origin, Ground ground);

    [[nodiscard]] QColor color(float value, Ground ground) const override;
    [[nodiscard]] QColor ink(Ground ground) const override;
    [[nodiscard]] QColor ground(Ground ground) const override;
    [[nodiscard]] float range() const override { return 5; }
    [[nodiscard]] float threshold() const override { return 5; }
    [[nodiscard]] bool isBeyondThreshold(float value) const override;
};

/// "chat markup", "instruction", "item", "past reviews", "what is asked for".
[[nodiscard]] QString originName(text::Origin origin);

} // namespace nextquill::ui
