// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/TextFinder.h"

#include <algorithm>
#include <numeric>

namespace nextquill::text {

namespace {

std::size_t bytesOf(const std::vector<std::string_view>& texts)
{
    return std::accumulate(
        texts.begin(), texts.end(), std::size_t{0},
        [](std::size_t sum, std::string_view text) { return sum + text.size(); });
}

} // namespace

TextFinder::TextFinder(const std::vector<std::string_view>& texts)
    : m_trie{bytesOf(texts)}
{
    std::vector<std::string> reversed;
    reversed.reserve(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        reversed.emplace_back(texts[i].rbegin(), texts[i].rend());
        m_trie.insert(reversed.back(), static_cast<std::int32_t>(i));
        m_lastBytes.at(static_cast<unsigned char>(reversed.back().front())) = true;
    }
    link(reversed);
}

/// Level by level, so that what a node's suffix needs is there before it.
void TextFinder::link(const std::vector<std::string>& reversed)
{
    struct Walk
    {
        std::string_view rest;
        ByteTrie::Node node = ByteTrie::root;
    };
    constexpr ByteTrie::Node unset = ~ByteTrie::Node{0};
    m_suffix.assign(m_trie.size(), unset);
    m_suffix[ByteTrie::root] = ByteTrie::root;
    m_longest.assign(m_trie.size(), ByteTrie::none);
    std::vector<Walk> walks;
    walks.reserve(reversed.size());
    for (const std::string& text : reversed) {
        walks.push_back({.rest = text});
    }
    while (!walks.empty()) {
        for (Walk& walk : walks) {
            const auto byte = static_cast<unsigned char>(walk.rest.front());
            const ByteTrie::Node child = m_trie.child(walk.node, byte).value_or(ByteTrie::root);
            if (m_suffix[child] == unset) {
                m_suffix[child] =
                    walk.node == ByteTrie::root ? ByteTrie::root : step(m_suffix[walk.node], byte);
                const std::int32_t own = m_trie.numberAt(child);
                m_longest[child] = own != ByteTrie::none ? own : m_longest[m_suffix[child]];
            }
            walk.node = child;
            walk.rest.remove_prefix(1);
        }
        std::erase_if(walks, [](const Walk& walk) { return walk.rest.empty(); });
    }
}

ByteTrie::Node TextFinder::step(ByteTrie::Node node, unsigned char byte) const noexcept
{
    while (true) {
        if (const auto child = m_trie.child(node, byte)) {
            return *child;
        }
        if (node == ByteTrie::root) {
            return node;
        }
        node = m_suffix[node];
    }
}

void TextFinder::find(std::string_view text, const ByteRange& bytes,
                      std::vector<Found>& found) const
{
    ByteTrie::Node node = ByteTrie::root;
    for (std::size_t i = bytes.end; i-- > bytes.begin;) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (node == ByteTrie::root && !m_lastBytes[byte]) {
            continue;
        }
        node = step(node, byte);
        if (const std::int32_t index = m_longest[node]; index != ByteTrie::none) {
            found.push_back({.begin = i, .index = static_cast<std::size_t>(index)});
        }
    }
}

} // namespace nextquill::text
