// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Markups.h"
#include "core/text/ChatMarkup.h"

#include <filesystem>
#include <string>
#include <vector>

namespace nextquill::model {
class ModelFiles;
}

namespace nextquill::workflow {

/// The markup of a model in a project: the one given for it, else the model's own where that is
/// recognised, else the one given for models whose own is not.
///
/// Throws Error(Unsupported) when there is none, Error(BadInput) for a damaged one.
[[nodiscard]] text::ChatMarkup markupFor(const std::vector<store::MarkupRow>& given,
                                         const model::ModelFiles& files);

/// How MarkupRow::model names a model.
[[nodiscard]] std::string markupKey(const std::filesystem::path& model);

} // namespace nextquill::workflow
