// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nextquill::curate {

/// Names of users, to be found as whole words in texts, whatever their case and white space.
///
/// A name has up to six words; one without a letter or of less than three characters is not looked
/// for: it would be found everywhere.
///
/// Memory   some 16 bytes a name
/// Threads  immutable once built; any number of threads at once
class UserNames
{
public:
    /// A name as it was found: the number is the same for all spellings of it.
    struct Find
    {
        ByteRange range;
        std::uint64_t name = 0;
    };

    void add(std::string_view name);
    /// Call it after the last add().
    void prepare();

    [[nodiscard]] bool isEmpty() const { return m_names.empty(); }
    [[nodiscard]] std::size_t size() const { return m_names.size(); }

    /// No longer looked for.
    void leaveOut(const std::vector<std::uint64_t>& names);

    /// The longest name at each place of a part of a text, from left to right.
    [[nodiscard]] std::vector<Find> findAll(std::string_view text, ByteRange part) const;
    void find(std::string_view text, ByteRange part, std::vector<ByteRange>& found) const;

    /// The number of a name; 0 of one that is not looked for.
    [[nodiscard]] static std::uint64_t numberOf(std::string_view name);

private:
    [[nodiscard]] bool mayHave(std::uint64_t name) const;

    std::vector<std::uint64_t> m_names;                          ///< sorted
    std::unordered_map<std::uint64_t, std::size_t> m_firstWords; ///< of names of several words
    std::vector<bool> m_maybe; ///< by the last bits of a name: whether there is one
};

} // namespace nextquill::curate
