// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufQuantization.h"
#include "core/model/SafeTensorsFile.h"

#include "tests/fuzz/FuzzedInput.h"

#include <algorithm>
#include <vector>

namespace nextquill::fuzz {

namespace {

void read(const std::uint8_t* data, std::size_t size)
{
    const auto bytes = fileOf(data, size);
    const model::SafeTensorsFile file{bytes};
    const std::byte* const end = bytes->data() + bytes->size();
    for (const auto& [name, view] : file.tensors()) {
        require(view.data >= bytes->data() && view.data <= end &&
                view.bytes <= static_cast<std::size_t>(end - view.data));
        require(model::byteSize(view.dtype, static_cast<std::size_t>(view.elements())) ==
                view.bytes);
        if (model::isFloat(view.dtype)) {
            const auto count = std::min<std::size_t>(static_cast<std::size_t>(view.elements()), 64);
            std::vector<float> values(count);
            model::toFloat32(view.dtype, view.data, count, values.data());
        }
    }
}

} // namespace

} // namespace nextquill::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    nextquill::fuzz::allowErrors([&] { nextquill::fuzz::read(data, size); });
    return 0;
}
