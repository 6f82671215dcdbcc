// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/model/TensorView.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::model {

/// The metadata of a GGUF file in the making, in the order of the calls.
class GgufPairs
{
public:
    void text(std::string_view key, std::string_view value);
    void whole(std::string_view key, std::uint32_t value);
    void real(std::string_view key, double value); ///< as float32
    void flag(std::string_view key, bool value);
    void texts(std::string_view key, const std::vector<std::string>& values);
    void integers(std::string_view key, const std::vector<std::int32_t>& values);
    void reals(std::string_view key, const std::vector<double>& values); ///< as float32
    void append(const GgufPairs& others);

    [[nodiscard]] std::uint64_t count() const { return m_count; }
    [[nodiscard]] const std::string& bytes() const { return m_bytes; } ///< as the file has them

private:
    void begin(std::string_view key, std::uint32_t type);

    std::string m_bytes;
    std::uint64_t m_count = 0;
};

/// A tensor to write: `rows` makes its bytes when they are written.
struct GgufTensor
{
    std::string name;
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape; ///< outermost first; rows are whole blocks
    std::function<void(TensorRows, std::byte*)> rows;
};

/// Writes a GGUF file, version 3, so that a crash leaves the old one or the new one, never half.
/// A few megabytes of each tensor are in memory at a time.
///
/// Throws  Error(Storage) with the path and the reason, Stopped; the old file is untouched then
/// Source  ggml docs/gguf.md
void writeGguf(const std::filesystem::path& file, const GgufPairs& pairs,
               const std::vector<GgufTensor>& tensors, const StopToken& stop, Progress& progress);

/// The same file's bytes before the tensors' data, for readers of metadata.
[[nodiscard]] std::string ggufHead(const GgufPairs& pairs, const std::vector<GgufTensor>& tensors);

} // namespace nextquill::model
