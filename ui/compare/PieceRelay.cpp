// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/PieceRelay.h"

namespace nextquill::ui {

std::shared_ptr<PieceRelay> PieceRelay::create()
{
    // Whoever lets go last: the object ends on its own thread.
    return {new PieceRelay, [](PieceRelay* relay) { relay->deleteLater(); }};
}

} // namespace nextquill::ui
