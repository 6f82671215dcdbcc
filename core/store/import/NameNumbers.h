// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::store {

/// Which name it is, counted in the order of their coming. After many names counting begins anew:
/// numbers are of a round.
struct NameNumber
{
    std::uint32_t round = 0; ///< 0: the name has no number
    std::uint32_t number = 0;
};

/// Numbers the names of users, or of items, where they are read: who writes finds the row of a
/// number without a look at the name.
///
/// Remembers 300,000 names.
/// Threads  one at a time
class NameNumbers
{
public:
    /// Brings the name's place near to the processor.
    void expect(const std::string& name) const noexcept;

    [[nodiscard]] NameNumber of(const std::string& name);

private:
    /// Of an open table.
    struct Place
    {
        std::uint32_t hash = 0;
        std::uint32_t next = 0; ///< the name's number, and one; 0: free
    };

    void beginRound();
    void grow();
    [[nodiscard]] Place& placeOf(const std::string& name, std::size_t hash);

    std::vector<Place> m_places;      ///< a power of two, at most half of them taken
    std::vector<std::string> m_names; ///< by their numbers
    std::uint32_t m_round = 1;
};

/// The rows of numbered names, as far as they are known.
class RowsOfNames
{
public:
    /// The place of the name's row; 0 in it: not known. Of an unnumbered name never known. Until
    /// the next call.
    [[nodiscard]] std::int64_t& at(NameNumber name);

    /// Whether all names so far were numbered, in one round, and none forgotten: then a name whose
    /// row is not known did not come before.
    [[nodiscard]] bool knowsAll() const { return m_knowsAll; }

    void forget();

private:
    std::vector<std::int64_t> m_rows;
    std::uint32_t m_round = 1;
    std::int64_t m_ofUnnumbered = 0;
    bool m_knowsAll = true;
};

} // namespace nextquill::store
