// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TokenTable.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace nextquill::text {

/// Texts by their bytes: which of them begin at a place of another text. Each has a number.
class ByteTrie
{
public:
    /// Where a walk down from the root stands.
    using Node = std::uint32_t;
    static constexpr Node root = 0;
    static constexpr std::int32_t none = -1;

    /// Room for texts of so many bytes together.
    explicit ByteTrie(std::size_t bytes);

    /// Returns the node at which the text ends. One that is there already gets the new number.
    Node insert(std::string_view text, std::int32_t number);

    /// One byte further; none where no text goes on so.
    [[nodiscard]] std::optional<Node> child(Node node, unsigned char byte) const noexcept;
    /// The number of the text that ends there, or none.
    [[nodiscard]] std::int32_t numberAt(Node node) const noexcept { return m_numbers[node]; }
    /// Nodes are in [0, size()).
    [[nodiscard]] std::size_t size() const noexcept { return m_numbers.size(); }

private:
    static constexpr std::uint64_t noKey = ~std::uint64_t{0};

    struct Slot
    {
        std::uint64_t key = noKey;
        Node child = 0;
    };

    [[nodiscard]] std::size_t slotOf(std::uint64_t key) const noexcept;

    std::vector<Slot> m_slots;           ///< a power of two, no more than half full
    std::vector<std::int32_t> m_numbers; ///< by node
    std::uint64_t m_factor = tableSecret();
    unsigned m_shift;
};

} // namespace nextquill::text
