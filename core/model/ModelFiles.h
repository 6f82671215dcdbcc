// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/base/Progress.h"
#include "core/model/ModelConfig.h"
#include "core/model/TensorView.h"
#include "core/text/ChatMarkup.h"
#include "core/text/Tokenizer.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::model {

struct Companions;
class MappedFile;

/// A model on disk: a Hugging Face directory (safetensors, sharded or not) or a GGUF file. Mapped
/// into memory, validated before use, never executed. All weights that the configuration asks for
/// are there, in its shapes.
///
/// Tensor names are Hugging Face's ("model.layers.0.self_attn.q_proj.weight") whatever the format;
/// for GGUF `llama` files the permuted q/k rows are put back when they are read.
///
/// Threads  immutable after open(); any number of threads.
/// Source   github.com/huggingface/safetensors (format), ggml docs/gguf.md
class ModelFiles
{
public:
    /// Throws Error(BadInput) for a damaged or hostile file (which tensor or key, what limit),
    /// Error(Unsupported) for pickle files, unknown architectures or types, Error(Storage).
    [[nodiscard]] static std::shared_ptr<const ModelFiles> open(const std::filesystem::path& path);
    virtual ~ModelFiles() = default;

    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    [[nodiscard]] const ModelConfig& config() const { return m_config; }
    [[nodiscard]] const std::shared_ptr<const text::Tokenizer>& tokenizer() const
    {
        return m_tokenizer;
    }
    /// Throws Error(Unsupported) when the model's chat template is none that we know; all else of
    /// the model can be used then.
    [[nodiscard]] const text::ChatMarkup& markup() const;

    /// What closes a target text: `eos_token` of tokenizer_config.json or GGUF's eos_token_id.
    [[nodiscard]] text::TokenId endOfText() const { return m_endOfText; }
    /// What ends generation: endOfText() and the eos_token_ids of generation_config.json.
    [[nodiscard]] const std::vector<text::TokenId>& stopTokens() const { return m_stopTokens; }

    [[nodiscard]] const std::string& kind() const { return m_kind; } ///< "huggingface", "gguf"
    [[nodiscard]] const std::string& dtypeName() const
    {
        return m_dtypeName;
    } ///< most of the weights: "BF16", "Q4_1"
    [[nodiscard]] const std::string& license() const
    {
        return m_license;
    } ///< as stated; may be empty
    [[nodiscard]] std::uint64_t bytes() const { return m_bytes; } ///< of all weight files

    [[nodiscard]] virtual std::vector<std::string> tensorNames() const = 0; ///< sorted

    /// The bytes as the file has them: quantised, and with permuted rows in GGUF `llama` files.
    [[nodiscard]] virtual std::optional<TensorView> find(std::string_view name) const = 0;

    /// Rows of a tensor, dequantised and in Hugging Face's row order, as `type` (one that
    /// fromFloat32() writes) into `out`. What was read of the file no longer counts as this
    /// process's memory. Throws Error(BadInput) when there is no tensor of that name.
    virtual void readRows(std::string_view name, TensorRows rows, DType type,
                          std::byte* out) const = 0;
    /// The whole tensor as float32: `elements()` values.
    void readFloat32(std::string_view name, float* out) const;

    /// SHA-256 over the bytes of the weight files in the order of their names, for manifests; reads
    /// them all.
    [[nodiscard]] std::string digest(StopToken stop, Progress& progress) const;

    /// Writes what stands beside exported weights, so that Transformers loads the folder:
    /// config.json with `dtype` as Transformers calls it ("float32", "bfloat16"), tokenizer.json,
    /// tokenizer_config.json, special_tokens_map.json, generation_config.json. For GGUF they are
    /// made from its metadata. The folder must be there.
    void writeCompanionFiles(const std::filesystem::path& folder, const std::string& dtype) const;

    /// The contents of those files.
    [[nodiscard]] virtual Companions companions() const = 0;

protected:
    ModelFiles() = default;
    ModelFiles(const ModelFiles&) = delete;
    ModelFiles& operator=(const ModelFiles&) = delete;

    [[nodiscard]] virtual std::vector<std::shared_ptr<const MappedFile>> weightFiles() const = 0;

    void setMarkup(std::string_view chatTemplate, const std::optional<std::string>& beginningToken,
                   const std::optional<std::string>& endToken);

    /// Checks weights and ids against the configuration and sets what follows from them; the last
    /// step of opening.
    void finish(text::TokenId endOfText, const std::vector<text::TokenId>& furtherStops);

    std::filesystem::path m_path;
    ModelConfig m_config;
    std::shared_ptr<const text::Tokenizer> m_tokenizer;
    text::TokenId m_endOfText{};
    std::vector<text::TokenId> m_stopTokens;
    std::string m_kind;
    std::string m_dtypeName;
    std::string m_license;
    std::uint64_t m_bytes = 0;

private:
    void checkWeights() const;
    void checkToken(text::TokenId id) const;

    text::ChatMarkup m_markup;
    std::optional<Error> m_markupError; ///< why there is none
};

} // namespace nextquill::model
