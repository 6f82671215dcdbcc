// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/StateCopy_torch.h"

#include "core/base/AvailableMemory.h"

#include <new>

namespace nextquill::train {

namespace {

bool hasRoomFor(const std::vector<AdamW::Slot>& slots)
{
    std::uint64_t bytes = 0;
    for (const AdamW::Slot& slot : slots) {
        bytes += slot.tensor.nbytes();
    }
    return bytes + bytes / 10 <= availableMemory();
}

} // namespace

std::optional<std::vector<AdamW::Slot>> copyOfState(const std::vector<AdamW::Slot>& slots)
{
    if (!hasRoomFor(slots)) {
        return std::nullopt;
    }
    const torch::NoGradGuard noGrad;
    std::vector<AdamW::Slot> copies;
    copies.reserve(slots.size());
    try {
        for (const AdamW::Slot& slot : slots) {
            torch::Tensor copy =
                torch::empty(slot.tensor.sizes(), slot.tensor.options().device(torch::kCPU));
            copies.push_back({.name = slot.name, .tensor = copy.copy_(slot.tensor)});
        }
    } catch (const std::bad_alloc&) {
        return std::nullopt;
    } catch (const c10::Error&) { // LibTorch's allocator; nothing else can fail here
        return std::nullopt;
    }
    return copies;
}

} // namespace nextquill::train
