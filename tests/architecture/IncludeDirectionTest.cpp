// SPDX-License-Identifier: GPL-3.0-or-later
// The plan of the house, checked: docs/architecture.md has the same table in words.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace nextquill {
namespace {

namespace fs = std::filesystem;

using Folders = std::set<std::string>;

// Folder -> folders of this project that it may include, besides itself.
const std::map<std::string, Folders> allowed{
    {"core/base", {}},
    {"core/store", {"core/base"}},
    {"core/text", {"core/base"}},
    {"core/model", {"core/base", "core/text"}},
    {"core/causal", {"core/base", "core/text", "core/model"}},
    {"core/train", {"core/base", "core/store", "core/text", "core/model", "core/causal"}},
    {"core/generate", {"core/base", "core/text", "core/model", "core/causal"}},
    {"core/evaluate", {"core/base", "core/text", "core/generate"}},
    {"ui/tasks", {"core/base"}},
    {"ui/widgets", {}},
};

// What a folder may not name at all, as the beginning of an include.
const std::map<std::string, std::regex> forbidden{
    {"core", std::regex{"Q[A-Z].*|q(custom)?plot.*"}},
    {"ui", std::regex{"(torch|ATen|c10|sqlite3|SQLiteCpp).*"}},
    {"app", std::regex{"(torch|ATen|c10|sqlite3|SQLiteCpp).*"}},
};

struct Include
{
    std::string file;
    int line = 0;
    std::string name;
};

std::string folderOf(const fs::path& path)
{
    const auto first = path.begin();
    return (*first / *std::next(first)).generic_string();
}

std::vector<Include> includesBelow(const fs::path& top)
{
    static const std::regex directive{R"(^\s*#\s*include\s+["<]([^">]+)[">])"};
    std::vector<Include> found;
    for (const auto& entry : fs::recursive_directory_iterator{fs::path{SOURCE_ROOT} / top}) {
        if (entry.path().extension() != ".h" && entry.path().extension() != ".cpp") {
            continue;
        }
        const std::string file = fs::relative(entry.path(), SOURCE_ROOT).generic_string();
        std::ifstream text{entry.path()};
        std::string line;
        for (int number = 1; std::getline(text, line); ++number) {
            if (std::smatch match; std::regex_search(line, match, directive)) {
                found.push_back({.file = file, .line = number, .name = match[1]});
            }
        }
    }
    return found;
}

TEST(IncludeDirection, FollowsThePlan)
{
    for (const auto& [folder, may] : allowed) {
        if (!fs::exists(fs::path{SOURCE_ROOT} / folder)) {
            continue;
        }
        for (const Include& include : includesBelow(folder)) {
            const fs::path path{include.name};
            const bool ours = include.name.starts_with("core/") || include.name.starts_with("ui/");
            if (ours && folderOf(path) != folder) {
                EXPECT_TRUE(may.contains(folderOf(path)))
                    << include.file << ":" << include.line << " includes " << include.name;
            }
        }
    }
}

TEST(IncludeDirection, KeepsLibrariesInTheirRooms)
{
    for (const auto& [top, pattern] : forbidden) {
        if (!fs::exists(fs::path{SOURCE_ROOT} / top)) {
            continue;
        }
        for (const Include& include : includesBelow(top)) {
            EXPECT_FALSE(std::regex_match(include.name, pattern))
                << include.file << ":" << include.line << " includes " << include.name;
        }
    }
}

} // namespace
} // namespace nextquill
