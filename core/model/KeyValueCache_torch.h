// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TokenId.h"

#include <torch/torch.h>

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace nextquill::model {

/// Keys and values of the tokens that a sequence has so far, per layer: [K, capacity, headSize].
///
/// Begins empty and takes its shape from the first forward pass that is given it. Room grows by
/// doubling.
///
/// Threads  owned by one thread at a time.
class KeyValueCache
{
public:
    KeyValueCache() = default;
    KeyValueCache(KeyValueCache&&) noexcept = default;
    KeyValueCache& operator=(KeyValueCache&&) noexcept = default;
    KeyValueCache(const KeyValueCache&) = delete; ///< fork() says what a copy costs
    KeyValueCache& operator=(const KeyValueCache&) = delete;
    ~KeyValueCache() = default;

    /// Tokens in the cache: the position of the next one.
    [[nodiscard]] std::int64_t length() const { return m_length; }

    /// Forgets all tokens; the memory is kept for the next sequence.
    void clear()
    {
        m_length = 0;
        m_tokens.clear();
    }

    /// Forgets all but the first `tokens`. Throws Error(Internal) when there are fewer.
    void truncate(std::int64_t tokens);

    /// Room for so many tokens without growing again: worth it where the number is known.
    void reserve(std::int64_t tokens);

    /// An independent copy of the tokens so far: for two worlds, or several samples, of one prefix.
    [[nodiscard]] KeyValueCache fork() const;

    /// For Network: stores the keys and values [n, K, headSize] of new tokens of a layer from
    /// `position` on, and returns the layer's first `position` + n keys and values,
    /// [K, position + n, headSize], which later calls may overwrite. length() stays.
    std::pair<torch::Tensor, torch::Tensor> store(std::size_t layer, std::int64_t position,
                                                  const torch::Tensor& keys,
                                                  const torch::Tensor& values);
    /// For Network: the tokens stored last belong to the sequence now.
    void advance(std::int64_t tokens) { m_length += tokens; }

    /// For Network, of a model whose positions depend on the sequence's length: which tokens it
    /// has, so that they can be read again when they are turned otherwise.
    [[nodiscard]] const std::vector<text::TokenId>& tokens() const { return m_tokens; }
    void remember(std::span<const text::TokenId> tokens)
    {
        m_tokens.insert(m_tokens.end(), tokens.begin(), tokens.end());
    }

private:
    struct Layer
    {
        torch::Tensor keys;
        torch::Tensor values;
    };
    void grow(torch::Tensor& room, std::int64_t used, std::int64_t tokens,
              const torch::Tensor& like) const;

    std::vector<Layer> m_layers;
    std::int64_t m_length = 0;
    std::int64_t m_reserved = 0;
    std::vector<text::TokenId> m_tokens; ///< [length], or none
};

} // namespace nextquill::model
