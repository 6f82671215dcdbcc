// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/BenchRecords.h"

#include "core/base/Random.h"

#include <string>
#include <utility>

namespace nextquill::bench {

std::vector<text::TokenId> TokenDraw::next(std::int64_t count)
{
    const Random random{1, 2};
    const auto range = static_cast<std::uint64_t>(m_vocabularySize);
    std::vector<text::TokenId> ids;
    for (std::int64_t i = 0; i < count; ++i) {
        ids.push_back(text::TokenId{static_cast<std::int32_t>(random.bits(m_place++) % range)});
    }
    return ids;
}

std::vector<causal::TwinExample> randomRecords(const RecordLengths& lengths, std::int64_t count,
                                               const model::ModelConfig& config)
{
    TokenDraw draw{config.vocabularySize};
    std::vector<causal::TwinExample> records;
    for (std::int64_t i = 0; i < count; ++i) {
        causal::TwinExample record{.id = std::to_string(i), .prefix = draw.next(lengths.prefix)};
        record.historyBranch = draw.next(lengths.history);
        record.plainBranch = draw.next(lengths.none);
        for (const text::TokenId id : draw.next(lengths.suffix)) {
            record.historyBranch.push_back(id);
            record.plainBranch.push_back(id);
        }
        record.target = draw.next(lengths.target);
        record.targetBytes.resize(record.target.size());
        records.push_back(std::move(record));
    }
    return records;
}

} // namespace nextquill::bench
