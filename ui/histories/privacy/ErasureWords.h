// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Erasure.h"

#include <QString>
#include <QStringList>

namespace nextquill::ui {

/// Whether the search of every byte found something, in one sentence.
[[nodiscard]] QString verdictOf(const store::Erasure& erasure);

/// What was taken out, what was changed, and what this program cannot reach: a sentence each.
[[nodiscard]] QStringList factsOf(const store::Erasure& erasure);

} // namespace nextquill::ui
