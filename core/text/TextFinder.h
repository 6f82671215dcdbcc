// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"
#include "core/text/ByteTrie.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::text {

/// Finds many texts in another one at once: at each place the longest that begins there.
///
/// Speed    linear in the text searched, whatever is sought (Aho and Corasick's automaton over the
///          texts from their ends, which reads the text from its end)
/// Threads  immutable.
class TextFinder
{
public:
    struct Found
    {
        std::size_t begin = 0;
        std::size_t index = 0; ///< into the texts sought
    };

    explicit TextFinder(const std::vector<std::string_view>& texts);

    /// Appends what lies wholly in `bytes` of `text`, from back to front.
    void find(std::string_view text, const ByteRange& bytes, std::vector<Found>& found) const;

private:
    void link(const std::vector<std::string>& reversed);
    [[nodiscard]] ByteTrie::Node step(ByteTrie::Node node, unsigned char byte) const noexcept;

    ByteTrie m_trie;
    std::vector<ByteTrie::Node> m_suffix; ///< by node: the longest end of its text that is a node
    std::vector<std::int32_t> m_longest;  ///< by node: the longest text that ends there
    std::array<bool, 256> m_lastBytes{};  ///< with which a text ends
};

} // namespace nextquill::text
