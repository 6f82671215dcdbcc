// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/TensorView.h"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nextquill::model {

class MappedFile;

/// One safetensors file, mapped into memory and validated as a whole before anything is used: the
/// tensors are contiguous, do not overlap and cover the file.
///
/// Threads  immutable; any number of threads.
/// Source   github.com/huggingface/safetensors, README, "Format"
class SafeTensorsFile
{
public:
    using Tensors = std::map<std::string, TensorView, std::less<>>;

    /// Throws Error(BadInput) for a damaged or hostile file, Error(Unsupported) for an element type
    /// that we do not read, Error(Storage).
    explicit SafeTensorsFile(const std::filesystem::path& file);
    explicit SafeTensorsFile(std::shared_ptr<const MappedFile> file);

    [[nodiscard]] const Tensors& tensors() const { return m_tensors; }
    [[nodiscard]] std::optional<TensorView> find(std::string_view name) const;
    [[nodiscard]] const std::map<std::string, std::string>& metadata() const { return m_metadata; }
    [[nodiscard]] const std::shared_ptr<const MappedFile>& file() const { return m_file; }
    [[nodiscard]] std::string where() const; ///< for messages

private:
    std::shared_ptr<const MappedFile> m_file;
    Tensors m_tensors;
    std::map<std::string, std::string> m_metadata;
};

} // namespace nextquill::model
