// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/base/Progress.h"
#include "core/store/funnel/Funnel.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

class Project;

/// What is left behind a step.
struct FunnelCount
{
    std::int64_t reviews = 0;
    std::int64_t users = 0; ///< with at least one of them
    std::int64_t items = 0;

    friend bool operator==(const FunnelCount&, const FunnelCount&) = default;
};

/// Gets what is left behind the first `steps` steps, as soon as it is known.
using FunnelSink = std::function<void(std::size_t steps, const FunnelCount& left)>;

/// The funnels of a project, and what they leave of its reviews. Reviews that are excluded are in
/// none; what a funnel leaves out stays in all histories until it is excluded.
///
/// Memory   17 bytes for each review
/// Threads  as the project
/// Stops    within 50 ms, with Stopped
/// Throws   Error(BadInput) for steps that make no sense, Error(Storage)
class Funnels
{
public:
    explicit Funnels(Project& project)
        : m_project{project}
    {
    }

    [[nodiscard]] std::vector<Funnel> all() const; ///< by name
    [[nodiscard]] std::optional<Funnel> find(std::string_view name) const;

    /// Makes it, or changes the one of that name. Splits made of it keep the steps that they were
    /// made with. Throws Error(BadInput) for a name of none or more than 80 characters.
    void save(const Funnel& funnel);
    /// Throws Error(BadInput) when there is none of that name.
    void remove(std::string_view name);

    /// One count more than there are steps: the first is of all reviews that are not excluded.
    [[nodiscard]] std::vector<FunnelCount> count(const Funnel& funnel, const FunnelSink& sink,
                                                 const StopToken& stop, Progress& progress) const;

    /// Ids of what is left behind the first `steps` steps, ascending.
    [[nodiscard]] std::vector<ReviewId> left(const Funnel& funnel, std::size_t steps,
                                             const StopToken& stop, Progress& progress) const;

    /// Excludes all that the funnel leaves out, as one undoable step; returns how many. From then
    /// on histories have nothing of it either.
    std::int64_t excludeRest(const Funnel& funnel, const StopToken& stop, Progress& progress);

private:
    Project& m_project;
};

} // namespace nextquill::store
