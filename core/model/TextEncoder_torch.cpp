// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/model/FileErrors.h"
#include "core/model/GgufQuantization.h"
#include "core/model/HuggingFaceModelFiles.h"
#include "core/model/SafeTensorsFile.h"
#include "core/model/TextEncoder.h"
#include "core/model/TorchErrors_torch.h"
#include "core/text/WordPieceTokenizer.h"

#include <torch/torch.h>

#include <cmath>

namespace nextquill::model {

namespace {

namespace fs = std::filesystem;

/// Weight and bias of a linear layer or of a norm.
struct Affine
{
    torch::Tensor weight;
    torch::Tensor bias;
};

struct EncoderLayer
{
    Affine query;
    Affine key;
    Affine value;
    Affine attentionOut;
    Affine attentionNorm;
    Affine up;
    Affine down;
    Affine outNorm;
};

SafeTensorsFile weightsOf(const fs::path& folder)
{
    const fs::path file = folder / "model.safetensors";
    if (fs::exists(file)) {
        return SafeTensorsFile{file};
    }
    if (const fs::path pickle = folder / "pytorch_model.bin"; fs::exists(pickle)) {
        throw pickleError(pickle);
    }
    throw damaged("the encoder has no model.safetensors", folder.string());
}

/// Copies tensors out of the file, whose names may begin with "bert.".
class EncoderWeights
{
public:
    explicit EncoderWeights(const fs::path& folder)
        : m_file{weightsOf(folder)}
        , m_prefix{m_file.find("bert.embeddings.word_embeddings.weight") ? "bert." : ""}
    {
    }

    [[nodiscard]] torch::Tensor tensor(const std::string& name,
                                       const std::vector<std::int64_t>& shape) const
    {
        const auto view = m_file.find(m_prefix + name);
        const std::string where = m_file.where() + ", tensor " + m_prefix + name;
        if (!view) {
            throw damaged("the encoder has no such tensor", where);
        }
        if (view->shape != shape || !isFloat(view->dtype)) {
            throw damaged("the tensor is " + render(view->shape) + " of " +
                              std::string{nextquill::model::name(view->dtype)} + ", " +
                              render(shape) + " of floats is expected",
                          where);
        }
        torch::Tensor values = torch::empty(shape, torch::kFloat32);
        toFloat32(view->dtype, view->data, static_cast<std::size_t>(view->elements()),
                  values.data_ptr<float>());
        return values;
    }

    [[nodiscard]] Affine linear(const std::string& name, std::int64_t out, std::int64_t in) const
    {
        return {.weight = tensor(name + ".weight", {out, in}),
                .bias = tensor(name + ".bias", {out})};
    }

    /// Files of the first years call a norm's weight gamma and its bias beta.
    [[nodiscard]] Affine norm(const std::string& name, std::int64_t size) const
    {
        const bool isOld = m_file.find(m_prefix + name + ".gamma").has_value();
        return {.weight = tensor(name + (isOld ? ".gamma" : ".weight"), {size}),
                .bias = tensor(name + (isOld ? ".beta" : ".bias"), {size})};
    }

private:
    SafeTensorsFile m_file;
    std::string m_prefix;
};

EncoderLayer layerOf(const EncoderWeights& weights, const EncoderConfig& config, std::int64_t index)
{
    const std::string layer = "encoder.layer." + std::to_string(index) + ".";
    const std::int64_t hidden = config.hidden;
    return {.query = weights.linear(layer + "attention.self.query", hidden, hidden),
            .key = weights.linear(layer + "attention.self.key", hidden, hidden),
            .value = weights.linear(layer + "attention.self.value", hidden, hidden),
            .attentionOut = weights.linear(layer + "attention.output.dense", hidden, hidden),
            .attentionNorm = weights.norm(layer + "attention.output.LayerNorm", hidden),
            .up = weights.linear(layer + "intermediate.dense", config.intermediate, hidden),
            .down = weights.linear(layer + "output.dense", hidden, config.intermediate),
            .outNorm = weights.norm(layer + "output.LayerNorm", hidden)};
}

torch::Tensor applied(const Affine& layer, const torch::Tensor& x)
{
    return torch::linear(x, layer.weight, layer.bias);
}

} // namespace

struct TextEncoder::Network
{
    Network(const EncoderWeights& weights, const EncoderConfig& ofFile)
        : config{ofFile}
        , words{weights.tensor("embeddings.word_embeddings.weight",
                               {config.vocabulary, config.hidden})}
        , positions{weights.tensor("embeddings.position_embeddings.weight",
                                   {config.positions, config.hidden})}
        , types{weights.tensor("embeddings.token_type_embeddings.weight",
                               {config.types, config.hidden})}
        , norm{weights.norm("embeddings.LayerNorm", config.hidden)}
    {
        for (std::int64_t i = 0; i < config.layers; ++i) {
            layers.push_back(layerOf(weights, config, i));
        }
    }

    [[nodiscard]] torch::Tensor normed(const Affine& by, const torch::Tensor& x) const
    {
        return torch::layer_norm(x, {config.hidden}, by.weight, by.bias, config.normEpsilon);
    }

    [[nodiscard]] torch::Tensor activated(const torch::Tensor& x) const
    {
        switch (config.activation) {
        case EncoderActivation::GeluTanh:
            return torch::gelu(x, "tanh");
        case EncoderActivation::Relu:
            return torch::relu(x);
        case EncoderActivation::Gelu:
            break;
        }
        return torch::gelu(x);
    }

    /// [T, hidden] to [heads, T, size].
    [[nodiscard]] torch::Tensor byHead(const torch::Tensor& x) const
    {
        return x.view({x.size(0), config.heads, config.hidden / config.heads}).transpose(0, 1);
    }

    [[nodiscard]] torch::Tensor attended(const EncoderLayer& layer, const torch::Tensor& x) const
    {
        const torch::Tensor mixed =
            torch::scaled_dot_product_attention(byHead(applied(layer.query, x)).unsqueeze(0),
                                                byHead(applied(layer.key, x)).unsqueeze(0),
                                                byHead(applied(layer.value, x)).unsqueeze(0));
        return applied(layer.attentionOut,
                       mixed.squeeze(0).transpose(0, 1).reshape({x.size(0), config.hidden}));
    }

    /// Last hidden states [T, hidden].
    [[nodiscard]] torch::Tensor states(const torch::Tensor& ids) const
    {
        torch::Tensor x = normed(norm, torch::embedding(words, ids) +
                                           positions.slice(0, 0, ids.size(0)) + types[0]);
        for (const EncoderLayer& layer : layers) {
            x = normed(layer.attentionNorm, x + attended(layer, x));
            x = normed(layer.outNorm, x + applied(layer.down, activated(applied(layer.up, x))));
        }
        return x;
    }

    EncoderConfig config;
    torch::Tensor words;
    torch::Tensor positions;
    torch::Tensor types;
    Affine norm;
    std::vector<EncoderLayer> layers;
};

TextEncoder::TextEncoder() = default;
TextEncoder::~TextEncoder() = default;

std::unique_ptr<const TextEncoder> TextEncoder::load(const fs::path& folder)
{
    return translated("encoder " + folder.string(), [&folder] {
        std::unique_ptr<TextEncoder> encoder{new TextEncoder};
        encoder->m_path = folder;
        encoder->m_config = readEncoderConfig(folder);
        encoder->m_tokenizer = std::make_unique<const text::WordPieceTokenizer>(
            text::WordPieceTokenizer::read(folder));
        if (encoder->m_tokenizer->size() > static_cast<std::size_t>(encoder->m_config.vocabulary)) {
            throw damaged("the tokenizer has more pieces than the encoder has rows",
                          folder.string());
        }
        const torch::InferenceMode inference;
        encoder->m_network =
            std::make_unique<const Network>(EncoderWeights{folder}, encoder->m_config);
        return std::unique_ptr<const TextEncoder>{std::move(encoder)};
    });
}

std::vector<float> TextEncoder::embed(std::string_view text) const
{
    return translated("embedding of a text", [&] {
        const torch::InferenceMode inference;
        const std::vector<text::TokenId> tokens =
            m_tokenizer->encode(text, static_cast<std::size_t>(m_config.longestText));
        torch::Tensor ids = torch::empty({static_cast<std::int64_t>(tokens.size())}, torch::kInt64);
        auto* const row = ids.data_ptr<std::int64_t>();
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            row[i] = static_cast<std::int64_t>(tokens[i]);
        }
        const torch::Tensor states = m_network->states(ids);
        torch::Tensor pooled = m_config.pooling == Pooling::Mean ? states.mean(0) : states[0];
        pooled = torch::nn::functional::normalize(
                     pooled, torch::nn::functional::NormalizeFuncOptions().p(2).dim(0))
                     .contiguous();
        const auto* const numbers = pooled.data_ptr<float>();
        return std::vector<float>(numbers, numbers + pooled.numel());
    });
}

} // namespace nextquill::model
