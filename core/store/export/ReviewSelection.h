// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Connection.h"
#include "core/store/export/Exporter.h"

#include <optional>
#include <string>
#include <vector>

namespace nextquill::store {

/// A review with all that is written of it.
struct ExportRow
{
    Review review;
    std::string user; ///< as it is written: the name, or a pseudonym
    Item item;
    std::optional<SplitPart> part; ///< where a split was asked for
};

/// What a user is called in what is written.
class WrittenNames
{
public:
    explicit WrittenNames(std::optional<std::string> pseudonymKey)
        : m_key{std::move(pseudonymKey)}
    {
    }

    [[nodiscard]] std::string of(const std::string& user) const;
    [[nodiscard]] bool arePseudonyms() const { return m_key.has_value(); }

private:
    std::optional<std::string> m_key;
};

/// In which order a selection comes.
enum class SelectionOrder {
    Imported, ///< by review; of a split part by part
    Timelines ///< by user, and each user's by time
};

/// The reviews that an export is of, one after the other. `chosen` leaves only those of these ids,
/// which are ascending.
class ReviewSelection
{
public:
    ReviewSelection(Connection& connection, const ExportSettings& settings,
                    const std::optional<Split>& split, SelectionOrder order,
                    std::optional<std::vector<std::int64_t>> chosen);

    [[nodiscard]] std::int64_t count();
    [[nodiscard]] std::optional<ExportRow> next(const WrittenNames& names);

private:
    [[nodiscard]] std::string statement(const std::string& columns, const std::string& order) const;
    void bind(Query& query) const;
    void beginPart();
    [[nodiscard]] bool isChosen(std::int64_t review) const;

    Connection& m_connection;
    ReviewFilter m_filter;
    std::string m_search; ///< as the full-text index has it
    std::optional<Split> m_split;
    std::vector<SplitPart> m_parts; ///< of the split
    SelectionOrder m_order;
    std::optional<std::vector<std::int64_t>> m_chosen; ///< ascending; none: all
    std::optional<Query> m_ids;                        ///< of the part that is under way
    std::size_t m_part = 0;
    Query m_row;
};

} // namespace nextquill::store
