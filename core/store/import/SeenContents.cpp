// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/SeenContents.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace nextquill::store {

bool SeenContents::put(Places& places, const Digest& digest)
{
    const std::size_t mask = places.size() - 1;
    for (std::size_t at = digest.second & mask;; at = (at + 1) & mask) {
        if (places[at] == digest) {
            return false;
        }
        if (places[at] == Digest{}) {
            places[at] = digest;
            return true;
        }
    }
}

void SeenContents::grow(Part& part)
{
    constexpr std::size_t fewest = 256; // a page
    Places larger(part.places.empty() ? fewest : 2 * part.places.size());
    for (const Digest& digest : part.places) {
        if (digest != Digest{}) {
            put(larger, digest);
        }
    }
    part.places = std::move(larger);
}

SeenContents::Digest SeenContents::digestOf(std::string_view content) noexcept
{
    Digest digest;
    std::memcpy(&digest, content.data(), std::min(content.size(), sizeof(digest)));
    return digest;
}

void SeenContents::expect(std::string_view content) const noexcept
{
    const Digest digest = digestOf(content);
    const Places& places = m_parts[digest.first % m_parts.size()].places;
    if (!places.empty()) {
        __builtin_prefetch(&places[digest.second & (places.size() - 1)]);
    }
}

bool SeenContents::add(std::string_view content)
{
    const Digest digest = digestOf(content);
    bool isNew = false;
    if (digest == Digest{}) {
        isNew = !std::exchange(m_hasZeros, true);
    } else {
        Part& part = m_parts[digest.first % m_parts.size()];
        if (4 * part.taken >= 3 * part.places.size()) {
            grow(part);
        }
        isNew = put(part.places, digest);
        part.taken += isNew ? 1 : 0;
    }
    m_size += isNew ? 1 : 0;
    return isNew;
}

} // namespace nextquill::store
