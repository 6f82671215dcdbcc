// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/model/CompanionFiles.h"
#include "core/model/HuggingFaceSettings.h"
#include "core/model/ModelFiles.h"
#include "core/model/SafeTensorsFile.h"

#include <map>
#include <set>

namespace nextquill::model {

/// A model in a Hugging Face folder: model.safetensors, or shards by model.safetensors.index.json.
class HuggingFaceModelFiles final : public ModelFiles
{
public:
    explicit HuggingFaceModelFiles(const std::filesystem::path& folder);

    [[nodiscard]] std::vector<std::string> tensorNames() const override;
    [[nodiscard]] std::optional<TensorView> find(std::string_view name) const override;
    void readRows(std::string_view name, TensorRows rows, DType type,
                  std::byte* out) const override;
    [[nodiscard]] Companions companions() const override;

private:
    [[nodiscard]] std::vector<std::shared_ptr<const MappedFile>> weightFiles() const override;
    void openWeights();
    void openShards(const std::filesystem::path& index);
    /// Of a model with pictures: its text model's tensors, by the names that they have alone.
    void keepTextTensors();

    HuggingFaceSettings m_settings;
    std::map<std::string, SafeTensorsFile> m_files; ///< by name
    SafeTensorsFile::Tensors m_tensors;
};

/// A file that may run code when it is read: .bin, .pt, .pth, .ckpt.
[[nodiscard]] bool isPickle(const std::filesystem::path& file);
/// Why it is not read, and what to do.
[[nodiscard]] Error pickleError(const std::filesystem::path& file);

} // namespace nextquill::model
