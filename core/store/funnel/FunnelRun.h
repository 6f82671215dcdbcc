// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/ReviewGraph.h"
#include "core/store/funnel/Funnel.h"
#include "core/store/table/FilterExpression.h"

namespace nextquill::store {

class Project;

/// Applies steps to subsets of a graph, one after the other. Under a StopGuard.
class FunnelRun
{
public:
    /// All of them must live as long as it does.
    FunnelRun(Project& project, const ReviewGraph& graph, const StopToken& stop, Progress& progress)
        : m_project{project}
        , m_graph{graph}
        , m_stop{stop}
        , m_progress{progress}
    {
    }

    /// Takes out of the subset what the step does not keep; a step that is off keeps all.
    ///
    /// Throws Error(BadInput) for a filter or a search that cannot be read.
    void keep(const FunnelStep& step, ReviewSubset& subset);

private:
    [[nodiscard]] ReviewSubset matching(const FilterExpression& filter) const;
    void keepNewest(std::int64_t most, ReviewSubset& subset);
    void keepOnePerItem(ReviewSubset& subset);
    void keepSample(const FunnelStep& step, ReviewSubset& subset);

    Project& m_project;
    const ReviewGraph& m_graph;
    const StopToken& m_stop;
    Progress& m_progress;
};

} // namespace nextquill::store
