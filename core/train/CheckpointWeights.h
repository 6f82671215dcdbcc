// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace nextquill::model {
class Decoder;
}

namespace nextquill::train {

/// Steps of a run's checkpoints, the first one first, whole or not: their files are not read.
[[nodiscard]] std::vector<std::int64_t> checkpointSteps(const std::filesystem::path& run);

/// Puts the weights of a checkpoint into a decoder of the model that the run began with, to be
/// looked at and not trained on: adapters are added where the run trained some.
///
/// Numbers  weights are rounded to the decoder's type
/// Speed    reads the checkpoint's files twice: their digests are compared first
/// Throws   Error(BadInput) when there is no such checkpoint, it is damaged, or it is of another
///          model
void takeCheckpoint(model::Decoder& decoder, const std::filesystem::path& run, std::int64_t step);

} // namespace nextquill::train
