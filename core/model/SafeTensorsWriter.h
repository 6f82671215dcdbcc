// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/TensorView.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace nextquill::model {

/// A tensor to write: borrowed bytes, row-major, little-endian, or `rows`, which makes them when
/// they are written.
struct NamedBlock
{
    std::string name;
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    const void* data = nullptr;
    std::size_t bytes = 0;
    std::function<void(TensorRows, std::byte*)> rows;
};

/// Writes a safetensors file so that a crash leaves the old one or the new one, never half:
/// temporary file in the same folder, fsync, rename, fsync of the folder. Mode 0600.
///
/// Tensors are laid out by decreasing element size, then by name, and the data begin at a multiple
/// of eight, so that every reader finds them aligned. `metadata` is what Transformers wants by
/// default.
///
/// Speed    streams from the blocks; needs no memory but the header
/// Throws   Error(Storage) with the path and the reason, the old file is untouched then;
///          Error(Internal) for a block whose bytes do not fit its shape, a quantised type or a
///          name given twice.
void writeSafeTensors(const std::filesystem::path& file, const std::vector<NamedBlock>& blocks,
                      const std::map<std::string, std::string>& metadata = {{"format", "pt"}});

} // namespace nextquill::model
