// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/CompanionFiles.h"
#include "core/model/GgufFile.h"
#include "core/model/ModelFiles.h"

#include <map>

namespace nextquill::model {

/// A model in one GGUF file.
class GgufModelFiles final : public ModelFiles
{
public:
    explicit GgufModelFiles(const std::filesystem::path& path);
    explicit GgufModelFiles(std::shared_ptr<const MappedFile> file);

    [[nodiscard]] std::vector<std::string> tensorNames() const override;
    [[nodiscard]] std::optional<TensorView> find(std::string_view name) const override;
    void readRows(std::string_view name, TensorRows rows, DType type,
                  std::byte* out) const override;
    [[nodiscard]] Companions companions() const override;

private:
    struct Entry
    {
        TensorView view;
        std::int64_t permutedHeads = 0; ///< 0: rows stand as Hugging Face has them
        bool isOffset = false;          ///< stands as 1 + w
    };

    [[nodiscard]] std::vector<std::shared_ptr<const MappedFile>> weightFiles() const override;
    [[nodiscard]] std::int64_t permutedHeadsOf(std::string_view name) const;
    void readPermuted(const Entry& entry, TensorRows rows, DType type, std::byte* out) const;
    [[nodiscard]] NamedTokens namedTokens() const;
    [[nodiscard]] std::string_view chatTemplate() const;

    GgufFile m_file;
    std::map<std::string, Entry, std::less<>> m_tensors; ///< by Hugging Face name
};

} // namespace nextquill::model
