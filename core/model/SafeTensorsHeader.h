// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/TensorView.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::model {

/// What the JSON header of a safetensors file says, each entry checked by itself.
struct SafeTensorsHeader
{
    struct Entry
    {
        DType dtype = DType::F32;
        std::vector<std::int64_t> shape;
        std::uint64_t begin = 0; ///< in the data behind the header
        std::uint64_t end = 0;   ///< begin + the bytes of dtype and shape
    };

    std::map<std::string, Entry> tensors;
    std::map<std::string, std::string> metadata;
};

/// Reads the header without building a document: memory grows with what is kept only.
///
/// Throws Error(BadInput) for anything that the format does not allow or our limits forbid,
/// Error(Unsupported) for other element types.
[[nodiscard]] SafeTensorsHeader parseSafeTensorsHeader(std::string_view json,
                                                       const std::string& where);

} // namespace nextquill::model
