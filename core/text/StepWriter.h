// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/text/TokenizerSteps.h"

#include <vector>

namespace nextquill::text {

/// Steps as tokenizer.json has them: null for none, a sequence for several.
[[nodiscard]] OrderedJson toJson(const std::vector<NormalizerStep>& steps);
[[nodiscard]] OrderedJson toJson(const std::vector<PreTokenizerStep>& steps);
[[nodiscard]] OrderedJson toJson(const std::vector<DecoderStep>& steps);

/// The step that, as a post-processor, says what of a token's place is white space.
[[nodiscard]] OrderedJson byteLevelJson(bool addPrefixSpace, bool trimOffsets, bool useRegex);

} // namespace nextquill::text
