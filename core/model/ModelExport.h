// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/model/ModelFiles.h"

#include <filesystem>
#include <functional>
#include <string_view>

namespace nextquill::model {

enum class ExportFormat { HuggingFace, Gguf };

/// ModelFiles::readRows() of a model, or of one with an adapter merged into it.
using WeightRows = std::function<void(std::string_view, TensorRows, DType, std::byte*)>;

/// Writes a whole model: a folder that Transformers loads, or a GGUF file (version 3) with
/// configuration, tokenizer and chat template in its metadata. Matrices are stored as `dtype`
/// (F32, F16, BF16; in GGUF Q8_0, too, and F16 where a row is no whole number of its blocks), in
/// GGUF norms and biases as F32; q/k rows in the order that GGUF's readers of the family expect.
///
/// A few megabytes of the weights are in memory at a time. What is written is there whole or not at
/// all: it gets its name when it is complete.
///
/// Threads  one; the model may be in use by others
/// Throws   Error(BadInput) when there is something of that name already; Error(Unsupported) for
///          what the format cannot say; Error(Storage), Stopped
void exportModel(const ModelFiles& files, const WeightRows& weights, ExportFormat format,
                 DType dtype, const std::filesystem::path& to, const StopToken& stop,
                 Progress& progress);

/// The type to export in where none is asked for: that of the file, BF16 for a quantised one.
[[nodiscard]] DType usualExportType(const ModelFiles& files);

/// A folder that gets its name when it is complete: everything is written into path(), a folder
/// beside the place, which is removed again unless putInPlace() was called.
class NewFolder
{
public:
    /// Throws Error(BadInput) when there is something at the place already, Error(Storage).
    explicit NewFolder(const std::filesystem::path& place);
    ~NewFolder();
    NewFolder(const NewFolder&) = delete;
    NewFolder& operator=(const NewFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    void putInPlace();

private:
    std::filesystem::path m_place;
    std::filesystem::path m_path;
    bool m_placed = false;
};

/// Throws Error(BadInput) when there is something of that name.
void requireNothingAt(const std::filesystem::path& place);

} // namespace nextquill::model
