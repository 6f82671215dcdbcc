// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/GgufMetadata.h"
#include "core/model/TensorView.h"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nextquill::model {

class MappedFile;

/// One GGUF file, mapped into memory and validated as a whole before anything is used.
///
/// Tensors have their names in the file, and shapes with the outermost dimension first.
///
/// Threads  immutable; any number of threads.
/// Source   ggml docs/gguf.md, versions 2 and 3
class GgufFile
{
public:
    using Tensors = std::map<std::string, TensorView, std::less<>>;

    /// Throws Error(BadInput) for a damaged or hostile file, Error(Unsupported) for other versions
    /// and element types, Error(Storage).
    explicit GgufFile(const std::filesystem::path& file);
    explicit GgufFile(std::shared_ptr<const MappedFile> file);

    [[nodiscard]] const GgufMetadata& metadata() const { return m_metadata; }
    [[nodiscard]] const Tensors& tensors() const { return m_tensors; }
    [[nodiscard]] std::optional<TensorView> find(std::string_view name) const;
    [[nodiscard]] const std::shared_ptr<const MappedFile>& file() const { return m_file; }
    [[nodiscard]] std::string where() const;

private:
    std::shared_ptr<const MappedFile> m_file;
    GgufMetadata m_metadata;
    Tensors m_tensors;
};

/// The number of an element type in GGUF files. Throws Error(Internal) for one without.
[[nodiscard]] std::uint32_t ggufNumber(DType dtype);

} // namespace nextquill::model
