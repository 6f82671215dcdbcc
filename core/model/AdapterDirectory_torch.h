// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace nextquill::model {

class Decoder;
class Network;

/// Writes the decoder's adapters as a directory that PEFT loads: adapter_config.json and
/// adapter_model.safetensors (float32). `baseName` is what PEFT loads as the base: a model's name
/// or folder. The folder is made where it is missing.
///
/// Throws Error(BadInput) when the decoder has no adapters, Error(Storage).
/// Source  PEFT 0.21, "LoRA" checkpoint format
void writeAdapter(const Decoder& decoder, const std::filesystem::path& folder,
                  const std::string& baseName);

/// Puts the adapters of such a directory on a network, which must have the same layers.
///
/// Throws  what AdapterFolder throws; Error(BadInput) for layers that the network does not have and
///         tensors of another shape.
void readAdapter(Network& network, const std::filesystem::path& folder);

} // namespace nextquill::model
