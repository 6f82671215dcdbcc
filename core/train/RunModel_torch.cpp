// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/RunModel_torch.h"

#include "core/base/AtomicFile.h"
#include "core/model/AdapterDirectory_torch.h"
#include "core/model/Decoder.h"
#include "core/model/ModelExport_torch.h"
#include "core/train/RunDirectory.h"

#include <filesystem>

namespace nextquill::train {

namespace fs = std::filesystem;

void writeRunModel(const model::Decoder& decoder, bool full, const RunDirectory& directory)
{
    const fs::path folder = directory.modelFolder();
    const fs::path temporary = folder.string() + ".tmp";
    fs::remove_all(temporary);
    fs::create_directories(temporary);
    if (full) {
        model::writeModel(decoder, temporary);
    } else {
        model::writeAdapter(decoder, temporary, decoder.files().path().string());
    }
    syncToDisk(temporary);
    fs::remove_all(folder);
    fs::rename(temporary, folder);
    syncToDisk(directory.folder());
}

} // namespace nextquill::train
