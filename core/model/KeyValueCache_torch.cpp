// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/KeyValueCache_torch.h"

#include "core/base/Error.h"

#include <algorithm>
#include <string>

namespace nextquill::model {

namespace {

constexpr std::int64_t smallestRoom = 256;

} // namespace

void KeyValueCache::truncate(std::int64_t tokens)
{
    if (tokens < 0 || tokens > m_length) {
        throw Error{ErrorKind::Internal,
                    "a key-value cache of " + std::to_string(m_length) +
                        " tokens was to keep the first " + std::to_string(tokens),
                    "core/model/KeyValueCache", "report this"};
    }
    m_length = tokens;
    if (!m_tokens.empty()) {
        m_tokens.resize(static_cast<std::size_t>(tokens));
    }
}

void KeyValueCache::reserve(std::int64_t tokens)
{
    m_reserved = std::max(m_reserved, tokens);
}

KeyValueCache KeyValueCache::fork() const
{
    KeyValueCache copy;
    copy.m_length = m_length;
    copy.m_reserved = m_reserved;
    copy.m_tokens = m_tokens;
    copy.m_layers.reserve(m_layers.size());
    for (const Layer& layer : m_layers) {
        Layer& own = copy.m_layers.emplace_back();
        copy.grow(own.keys, 0, m_length, layer.keys);
        copy.grow(own.values, 0, m_length, layer.values);
        own.keys.narrow(1, 0, m_length).copy_(layer.keys.narrow(1, 0, m_length));
        own.values.narrow(1, 0, m_length).copy_(layer.values.narrow(1, 0, m_length));
    }
    return copy;
}

std::pair<torch::Tensor, torch::Tensor> KeyValueCache::store(std::size_t layer,
                                                             std::int64_t position,
                                                             const torch::Tensor& keys,
                                                             const torch::Tensor& values)
{
    if (m_layers.size() <= layer) {
        m_layers.resize(layer + 1);
    }
    const std::int64_t end = position + keys.size(0);
    Layer& own = m_layers[layer];
    const torch::Tensor newKeys = keys.transpose(0, 1); // [K, n, headSize]
    const torch::Tensor newValues = values.transpose(0, 1);
    grow(own.keys, position, end, newKeys);
    grow(own.values, position, end, newValues);
    own.keys.narrow(1, position, keys.size(0)).copy_(newKeys);
    own.values.narrow(1, position, keys.size(0)).copy_(newValues);
    return {own.keys.narrow(1, 0, end), own.values.narrow(1, 0, end)};
}

/// Gives `room` space for `tokens`, keeping its first `used`.
void KeyValueCache::grow(torch::Tensor& room, std::int64_t used, std::int64_t tokens,
                         const torch::Tensor& like) const
{
    const std::int64_t capacity = room.defined() ? room.size(1) : 0;
    if (room.defined() && capacity >= tokens) {
        return;
    }
    const std::int64_t larger = std::max({tokens, 2 * capacity, m_reserved, smallestRoom});
    torch::Tensor next = torch::empty({like.size(0), larger, like.size(2)}, like.options());
    if (used > 0) {
        next.narrow(1, 0, used).copy_(room.narrow(1, 0, used));
    }
    room = next;
}

} // namespace nextquill::model
