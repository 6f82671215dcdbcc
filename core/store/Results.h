// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::store {

class Project;

/// Something that was computed and is worth keeping: effects of a text, a generated text, a table.
struct Result
{
    std::string kind; ///< "effects", "comparison", "evaluation"
    std::string key;  ///< example, model and settings in one line; unique per kind
    Json value;
    std::int64_t created = 0; ///< milliseconds since 1970, UTC
};

/// Computed results by kind and key.
class Results
{
public:
    explicit Results(Project& project)
        : m_project{project}
    {
    }

    void put(const std::string& kind, const std::string& key, const Json& value); ///< replaces
    [[nodiscard]] std::optional<Result> find(const std::string& kind, const std::string& key) const;
    [[nodiscard]] std::vector<Result> newest(const std::string& kind, int limit) const;

private:
    Project& m_project;
};

} // namespace nextquill::store
