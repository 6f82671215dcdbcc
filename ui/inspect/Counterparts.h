// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/PreferenceEffects.h"

#include <QtGlobal>

#include <vector>

namespace nextquill::ui {

/// For each token of `tokens`, the one of `others` (of the same text, perhaps by another tokenizer)
/// that has its first byte; -1 where none has. The ends of the texts belong together.
[[nodiscard]] std::vector<qsizetype> counterparts(const std::vector<causal::TokenEffect>& tokens,
                                                  const std::vector<causal::TokenEffect>& others);

} // namespace nextquill::ui
