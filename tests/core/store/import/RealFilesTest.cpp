// SPDX-License-Identifier: GPL-3.0-or-later
//
// Counts of an import against those of another reader of the same file: every real file that is
// here.
#include "core/base/Json.h"
#include "core/store/Histories.h"

#include "tests/core/store/TemporaryProject.h"
#include "tests/core/store/import/ProjectTables.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <tuple>

namespace nextquill::store {
namespace {

namespace fs = std::filesystem;

/// What a file has, counted in the plainest way.
struct Counted
{
    std::int64_t reviews = 0;
    std::int64_t readable = 0; ///< with a text
    std::set<std::tuple<std::string, std::string, std::int64_t, std::string>> distinct;
    std::set<std::string> users;
    std::set<std::string> items;
};

std::string textOf(const Json& json, std::initializer_list<const char*> names)
{
    for (const char* name : names) {
        if (const auto found = json.find(name); found != json.end() && found->is_string()) {
            return found->get<std::string>();
        }
    }
    return {};
}

void countReview(const Json& review, const std::string& user, Counted& counted)
{
    ++counted.reviews;
    const std::string text = textOf(review, {"reviewText", "text"});
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
        return;
    }
    ++counted.readable;
    const std::string item = textOf(review, {"asin", "parent_asin", "item_id"});
    const Json time = review.value("unixReviewTime", review.value("timestamp", Json(0)));
    counted.users.insert(user);
    counted.items.insert(item);
    counted.distinct.emplace(user, item, time.get<std::int64_t>(), text);
}

Counted countedIn(const fs::path& file)
{
    Counted counted;
    std::ifstream lines{file};
    for (std::string line; std::getline(lines, line);) {
        const Json record = Json::parse(line);
        const std::string user = textOf(record, {"reviewerID", "user_id"});
        if (const auto profile = record.find("profile"); profile != record.end()) {
            for (const Json& review : *profile) {
                countReview(review, user, counted);
            }
            if (record.contains("data") && record.at("data").is_object()) {
                countReview(record.at("data"), user, counted);
            }
        } else {
            countReview(record, user, counted);
        }
    }
    return counted;
}

TEST(RealFiles, AreImportedWithTheCountsThatAnotherReaderHas)
{
    NEXTQUILL_NEED_SHARED(data, "data");
    NoProgress quiet;
    int files = 0;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator{data}) {
        const std::string name = entry.path().filename().string();
        if (!name.ends_with(".jsonl") || name.starts_with("items") || name.starts_with("meta")) {
            continue;
        }
        SCOPED_TRACE(entry.path().string());
        ++files;
        const Counted counted = countedIn(entry.path());
        nextquill::testing::TemporaryProject temporary;
        const ImportResult result =
            importReviews(*temporary.project, {entry.path()}, {}, {}, quiet);
        EXPECT_EQ(result.read, counted.reviews);
        EXPECT_EQ(result.read - result.rejected, counted.readable);
        EXPECT_EQ(result.kept, static_cast<std::int64_t>(counted.distinct.size()));
        const Counts counts = Histories{*temporary.project}.counts();
        EXPECT_EQ(counts.reviews, result.kept);
        EXPECT_EQ(counts.rejects, result.rejected);
        EXPECT_EQ(counts.users, static_cast<std::int64_t>(counted.users.size()));
        EXPECT_EQ(counts.items, static_cast<std::int64_t>(counted.items.size()));
        nextquill::testing::expectSoundProject(*temporary.project);
        EXPECT_EQ(importReviews(*temporary.project, {entry.path()}, {}, {}, quiet).kept, 0);
    }
    EXPECT_GE(files, 2);
}

} // namespace
} // namespace nextquill::store
