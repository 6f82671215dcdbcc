// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/CheckpointState_torch.h"

#include "core/base/Error.h"
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

torch::Tensor storedTensor(const model::SafeTensorsFile& stored, const std::filesystem::path& file,
                           const std::string& name, torch::IntArrayRef shape,
                           torch::ScalarType type)
{
    const auto view = stored.find(name);
    const bool fits =
        view && std::ranges::equal(view->shape, shape) && view->dtype == model::dtypeOf(type);
    if (!fits) {
        throw Error{ErrorKind::BadInput,
                    view ? "the checkpoint's tensor has another shape or number format"
                         : "the checkpoint lacks a tensor",
                    file.string() + ", " + name,
                    "resume with the model and settings that the run began with"};
    }
    return model::borrowed(*view);
}

void readTensors(const std::filesystem::path& file, const std::vector<AdamW::Slot>& slots)
{
    const torch::NoGradGuard noGrad;
    const model::SafeTensorsFile stored{file};
    for (const AdamW::Slot& slot : slots) {
        slot.tensor.detach().copy_(
            storedTensor(stored, file, slot.name, slot.tensor.sizes(), slot.tensor.scalar_type()));
    }
}

} // namespace nextquill::train
