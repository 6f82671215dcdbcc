// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nextquill::model {
class Decoder;
}

namespace nextquill::train {

class RunDirectory;

/// Writes a run's result, model/: the whole model, or its adapters. It takes the place of an older
/// one when it is on the disk, so that a crash leaves no half one.
///
/// Throws   Error(Storage)
void writeRunModel(const model::Decoder& decoder, bool full, const RunDirectory& directory);

} // namespace nextquill::train
