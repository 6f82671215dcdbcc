// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/base/Progress.h"
#include "core/store/Project.h"
#include "core/store/import/Importer.h"

#include "tests/support/TemporaryFolder.h"

#include <cstdint>
#include <memory>
#include <string>

namespace nextquill::testing {

/// A new project in a folder of its own.
struct TemporaryProject
{
    TemporaryFolder folder;
    std::unique_ptr<store::Project> project = store::Project::create(folder / "p.nextquill");

    [[nodiscard]] std::filesystem::path file() const { return folder / "p.nextquill"; }

    void reopen()
    {
        project.reset();
        project = store::Project::open(file(), store::OpenMode::ReadWrite);
    }

    store::ImportResult import(const std::string& reviews, const std::string& items = {})
    {
        NoProgress progress;
        return store::importReviewText(*project, reviews, items, "text", {}, progress);
    }
};

/// A line as in Amazon's release of 2023. A small `time` is taken for seconds.
inline std::string reviewLine(const std::string& user, const std::string& item, std::int64_t time,
                              const std::string& text, double rating = 4)
{
    return OrderedJson{{"user_id", user}, {"parent_asin", item}, {"rating", rating},
                       {"title", "T"},    {"text", text},        {"timestamp", time}}
               .dump() +
           "\n";
}

/// `count` reviews for each of `users` users, about ten words each.
inline std::string histories(int users, int count)
{
    std::string lines;
    for (int review = 0; review < count; ++review) {
        for (int user = 0; user < users; ++user) {
            const std::string number = std::to_string(user) + " " + std::to_string(review);
            lines += reviewLine("user" + std::to_string(user), "item" + std::to_string(review),
                                1'000'000 + 1'000 * review + user,
                                "one two three four five six seven " + number);
        }
    }
    return lines;
}

} // namespace nextquill::testing
