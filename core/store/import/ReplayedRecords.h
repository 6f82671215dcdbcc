// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/import/RecordSource.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::store {

/// A source whose first records can be looked at before they are taken.
class ReplayedRecords final : public RecordSource
{
public:
    explicit ReplayedRecords(RecordSource& source)
        : m_source{source}
    {
    }

    /// The next record that was not looked at; next() gives it all the same.
    [[nodiscard]] std::optional<SourceText> peek();

    [[nodiscard]] std::optional<SourceText> next() override;
    [[nodiscard]] std::int64_t consumedBytes() const override { return m_source.consumedBytes(); }
    [[nodiscard]] std::int64_t totalBytes() const override { return m_source.totalBytes(); }
    [[nodiscard]] bool isTable() const override { return m_source.isTable(); }

private:
    struct Kept
    {
        std::string text;
        std::string problem;
        std::string original;
        std::int64_t line = 0;
        std::int64_t byte = 0;
    };
    [[nodiscard]] static SourceText textOf(const Kept& kept);

    RecordSource& m_source;
    std::vector<Kept> m_kept;
    std::size_t m_given = 0;
};

} // namespace nextquill::store
