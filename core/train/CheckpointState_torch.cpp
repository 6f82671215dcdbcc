// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/CheckpointState_torch.h"

#include "core/base/Error.h"
#include "core/model/SafeTensorsFile.h"
#include "core/model/SafeTensorsWriter.h"
#include "core/model/TensorBytes_torch.h"

#include <algorithm>

namespace nextquill::train {

void writeTensors(const std::filesystem::path& file, const std::vector<AdamW::Slot>& slots)
{
    std::vector<torch::Tensor> alive; // copies from a device, until the file is written
    std::vector<model::NamedBlock> blocks;
    for (const AdamW::Slot& slot : slots) {
        alive.push_back(slot.tensor.detach().to(torch::kCPU).contiguous());
        blocks.push_back(model::namedBlock(slot.name, alive.back()));
    }
    model::writeSafeTensors(file, blocks);
}

void readTensors(const std::filesystem::path& file, const std::vector<AdamW::Slot>& slots)
{
    const torch::NoGradGuard noGrad;
    const model::SafeTensorsFile stored{file};
    for (const AdamW::Slot& slot : slots) {
        const auto view = stored.find(slot.name);
        const bool fits = view && std::ranges::equal(view->shape, slot.tensor.sizes()) &&
                          view->dtype == model::dtypeOf(slot.tensor.scalar_type());
        if (!fits) {
            throw Error{ErrorKind::BadInput,
                        view ? "the checkpoint's tensor has another shape or number format"
                             : "the checkpoint lacks a tensor",
                        file.string() + ", " + slot.name,
                        "resume with the model and settings that the run began with"};
        }
        slot.tensor.detach().copy_(model::borrowed(*view));
    }
}

} // namespace nextquill::train
