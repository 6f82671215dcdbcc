// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

class Project;

enum class SplitRule {
    LeaveLastOut, ///< per user: the last target tests, the one before validates, the rest train;
                  ///< of several of the last time one tests, and none is another's history
    ByUser, ///< whole users train, validate or test, drawn with the seed; held-out users are new
    ByTime, ///< targets before the quantiles of all times train, then validate, then test
};

enum class SplitPart { Train, Validation, Test };

[[nodiscard]] std::string_view name(SplitRule rule); ///< "leave-last-out", "by-user", "by-time"
[[nodiscard]] std::string_view name(SplitPart part); ///< "train", "validation", "test"

struct SplitSettings
{
    std::string name = "default";
    SplitRule rule = SplitRule::LeaveLastOut;
    int minimumHistory = 4;                 ///< strictly earlier reviews that a target must have
    std::int64_t minimumWords = 5;          ///< of the target's text
    std::int64_t maximumTargetsPerUser = 8; ///< the newest; 0: all. The authors take 10 in all
    double validationShare = 0.1;           ///< ByUser, ByTime
    double testShare = 0.1;
    std::uint64_t seed = 42;
};

struct Split
{
    SplitId id{};
    SplitSettings settings;
    std::int64_t train = 0; ///< number of examples
    std::int64_t validation = 0;
    std::int64_t test = 0;
    std::string digest;  ///< SHA-256 over the texts and histories of its examples
    bool frozen = false; ///< a run used it: it can be neither changed nor replaced
};

/// Which review is a target for what: data in the project, named, frozen once a run used it.
class Splits
{
public:
    explicit Splits(Project& project)
        : m_project{project}
    {
    }

    /// Makes a split; one of the same name that is not frozen is replaced.
    ///
    /// Throws Error(BadInput) when the name is frozen or the settings leave no training example.
    Split create(const SplitSettings& settings);

    /// Makes a split and replaces none: where there are some of the name it is called NAME@2,
    /// NAME@3 and so on. Throws as create() does.
    Split createVersion(const SplitSettings& settings);

    [[nodiscard]] std::vector<Split> all() const;
    [[nodiscard]] std::optional<Split> find(std::string_view name) const;
    /// The newest split, or one made with default settings when there is none.
    [[nodiscard]] Split newestOrCreate();

    /// Examples in the order of ids.
    [[nodiscard]] std::vector<ExampleId> examples(SplitId split, SplitPart part) const;

    /// Throws Error(BadInput) when there is no such split.
    void freeze(SplitId split);

private:
    Project& m_project;
};

} // namespace nextquill::store
