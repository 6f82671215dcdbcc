// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace nextquill::model {

class Decoder;

/// Writes the whole model as a directory that Transformers loads: model.safetensors in the compute
/// type, config.json and the tokenizer's files. Adapters are merged into the weights. The folder is
/// made where it is missing.
///
/// Throws Error(Storage), Error(OutOfMemory).
void writeModel(const Decoder& decoder, const std::filesystem::path& folder);

} // namespace nextquill::model
