// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/import/SystemPages.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nextquill::store {

/// The content digests of reviews (contentOf()) in memory, while the project has no index of them.
///
/// 21 to 43 bytes a digest; grows by a part of it at a time.
/// Threads  one
class SeenContents
{
public:
    /// False where it is there already. Throws std::bad_alloc.
    bool add(std::string_view content);

    /// Brings the digest's place near to the processor.
    void expect(std::string_view content) const noexcept;

    [[nodiscard]] std::int64_t size() const { return m_size; }

private:
    struct Digest
    {
        std::uint64_t first = 0;
        std::uint64_t second = 0; ///< both 0: a free place
        friend bool operator==(const Digest&, const Digest&) = default;
    };

    using Places = std::vector<Digest, SystemPages<Digest>>;

    /// Open addressing; a power of two of places, at most three quarters of them taken.
    struct Part
    {
        Places places;
        std::size_t taken = 0;
    };

    static Digest digestOf(std::string_view content) noexcept;
    static bool put(Places& places, const Digest& digest);
    static void grow(Part& part);

    std::array<Part, 64> m_parts;
    bool m_hasZeros = false; ///< the digest that would look like a free place
    std::int64_t m_size = 0;
};

} // namespace nextquill::store
