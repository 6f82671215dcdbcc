// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/SharedLengths.h"

#include <algorithm>
#include <map>

namespace nextquill::model {

namespace {

using Ids = std::vector<text::TokenId>;

/// The paths of one root that are turned alike.
struct AlikePaths
{
    std::vector<bool> has; ///< of each segment of the batch
    std::int64_t longest = 0;
};

class Separation
{
public:
    Separation(const SegmentedBatch& batch, const RotaryScaling& scaling,
               std::span<const Ids> cached)
        : m_batch{batch}
        , m_scaling{scaling}
        , m_cached{cached}
        , m_rootOf(batch.segments.size())
        , m_isParent(batch.segments.size())
    {
        for (std::size_t i = 0; i < batch.segments.size(); ++i) {
            const int parent = batch.segments[i].parent;
            if (parent < 0) {
                m_rootOf[i] = m_roots++;
            } else {
                m_rootOf[i] = m_rootOf[static_cast<std::size_t>(parent)];
                m_isParent[static_cast<std::size_t>(parent)] = true;
            }
        }
        m_result.rows.assign(batch.tokens.size(), -1);
    }

    LengthBatch run()
    {
        for (std::size_t root = 0; root < m_roots; ++root) {
            const auto groups = groupsOf(root);
            m_result.isChanged = m_result.isChanged || groups.size() > 1;
            for (const auto& [kind, paths] : groups) {
                addTree(root, kind, paths);
            }
        }
        return std::move(m_result);
    }

private:
    [[nodiscard]] std::int64_t past(std::size_t root) const
    {
        return m_cached.empty() ? 0 : std::ssize(m_cached[root]);
    }

    [[nodiscard]] std::map<std::int64_t, AlikePaths> groupsOf(std::size_t root) const
    {
        std::map<std::int64_t, AlikePaths> groups;
        for (std::size_t i = 0; i < m_batch.segments.size(); ++i) {
            if (m_rootOf[i] != root || m_isParent[i]) {
                continue;
            }
            const Segment& leaf = m_batch.segments[i];
            const std::int64_t length = past(root) + leaf.position + leaf.length;
            AlikePaths& paths = groups[m_scaling.lengthKind(length)];
            paths.has.resize(m_batch.segments.size());
            paths.longest = std::max(paths.longest, length);
            for (int at = static_cast<int>(i); at >= 0;
                 at = m_batch.segments[static_cast<std::size_t>(at)].parent) {
                paths.has[static_cast<std::size_t>(at)] = true;
            }
        }
        return groups;
    }

    void addTree(std::size_t root, std::int64_t kind, const AlikePaths& paths)
    {
        const bool redo = past(root) > 0 && m_scaling.lengthKind(past(root)) != kind;
        m_result.redone.push_back(redo);
        m_result.isChanged = m_result.isChanged || redo;
        std::map<int, int> indexOf; // of the given batch's segments, in the new one
        for (std::size_t i = 0; i < m_batch.segments.size(); ++i) {
            if (!paths.has[i]) {
                continue;
            }
            const Segment& old = m_batch.segments[i];
            Ids tokens;
            if (old.parent < 0 && redo) {
                tokens = m_cached[root];
            }
            const std::int64_t again = std::ssize(tokens);
            const auto begin = m_batch.tokens.begin() + old.begin;
            tokens.insert(tokens.end(), begin, begin + old.length);
            const int added =
                m_result.batch.add(old.parent < 0 ? -1 : indexOf.at(old.parent), tokens);
            indexOf[static_cast<int>(i)] = added;
            const std::int64_t first =
                m_result.batch.segments[static_cast<std::size_t>(added)].begin + again;
            for (std::int64_t row = 0; row < old.length; ++row) {
                std::int64_t& place = m_result.rows[static_cast<std::size_t>(old.begin + row)];
                place = place < 0 ? first + row : place;
            }
        }
        m_result.lengths.resize(m_result.batch.tokens.size(), paths.longest);
    }

    const SegmentedBatch& m_batch;
    const RotaryScaling& m_scaling;
    std::span<const Ids> m_cached;
    std::vector<std::size_t> m_rootOf;
    std::vector<bool> m_isParent;
    std::size_t m_roots = 0;
    LengthBatch m_result;
};

} // namespace

LengthBatch separateLengths(const SegmentedBatch& batch, const RotaryScaling& scaling,
                            std::span<const Ids> cached)
{
    return Separation{batch, scaling, cached}.run();
}

} // namespace nextquill::model
