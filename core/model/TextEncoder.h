// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::text {
class WordPieceTokenizer;
}

namespace nextquill::model {

/// How an encoder's hidden states become one vector.
enum class Pooling { Mean, First };

enum class EncoderActivation { Gelu, GeluTanh, Relu };

/// What an encoder's files say of it.
struct EncoderConfig
{
    std::int64_t vocabulary = 0;
    std::int64_t hidden = 0;
    std::int64_t layers = 0;
    std::int64_t heads = 0;
    std::int64_t intermediate = 0;
    std::int64_t positions = 0;
    std::int64_t types = 0;
    double normEpsilon = 1e-12;
    EncoderActivation activation = EncoderActivation::Gelu;
    Pooling pooling = Pooling::Mean;
    std::int64_t longestText = 0; ///< in tokens, with both special ones
};

/// Reads config.json and, where they are, 1_Pooling/config.json, modules.json and
/// sentence_bert_config.json (the folders of sentence-transformers).
///
/// Throws Error(BadInput) for a damaged file, Error(Unsupported) for what is no BERT, or is pooled
/// or goes on in a way that we do not know; Error(Storage).
[[nodiscard]] EncoderConfig readEncoderConfig(const std::filesystem::path& folder);

/// A BERT that turns a text into a vector: the MiniLM, BGE, GTE and E5 families of small encoders,
/// from a Hugging Face folder with safetensors. Computed on the processor in float32.
///
/// Threads  one text at a time
/// Source   arXiv 1810.04805; checked against Transformers by tests/peers/compare_encoder.py
class TextEncoder
{
public:
    /// Throws what readEncoderConfig() and WordPieceTokenizer::read() throw; Error(BadInput) for
    /// missing tensors or wrong shapes, Error(Unsupported) for pickle files, Error(OutOfMemory).
    [[nodiscard]] static std::unique_ptr<const TextEncoder>
    load(const std::filesystem::path& folder);

    ~TextEncoder();
    TextEncoder(const TextEncoder&) = delete;
    TextEncoder& operator=(const TextEncoder&) = delete;

    /// [hidden], of length 1: the cosine of two texts is their product. A text beyond
    /// EncoderConfig::longestText is cut there, as sentence-transformers does.
    [[nodiscard]] std::vector<float> embed(std::string_view text) const;

    [[nodiscard]] const EncoderConfig& config() const { return m_config; }
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

    /// SHA-256 of an encoder's weights and of its files that say how a text becomes tokens and
    /// states a vector. Throws Error(BadInput) where there is no encoder.
    [[nodiscard]] static std::string digestOf(const std::filesystem::path& folder);

private:
    struct Network; // LibTorch

    TextEncoder();

    std::filesystem::path m_path;
    EncoderConfig m_config;
    std::unique_ptr<const text::WordPieceTokenizer> m_tokenizer;
    std::unique_ptr<const Network> m_network;
};

} // namespace nextquill::model
