// SPDX-License-Identifier: GPL-3.0-or-later
// The plan of the house, checked: the table is the one in docs/architecture.md.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace nextquill {
namespace {

namespace fs = std::filesystem;

using Folders = std::set<std::string>;

const Folders tops{"core", "ui", "app"};

struct Include
{
    std::string file;
    int line = 0;
    std::string name;
};

std::string at(const Include& include)
{
    return include.file + ":" + std::to_string(include.line) + " includes " + include.name;
}

/// Folder -> what it may include besides itself; a top folder ("core") stands for all below it.
std::map<std::string, Folders> readPlan()
{
    static const std::regex row{R"(^\| `((?:core|ui|app)/[a-z/]+)` \| ([^|]*) \|.*)"};
    static const std::regex name{R"(`([a-z/]+)`)"};
    std::map<std::string, Folders> plan;
    std::ifstream text{fs::path{SOURCE_ROOT} / "docs/architecture.md"};
    bool inside = false;
    for (std::string line; std::getline(text, line);) {
        if (line.starts_with("## ")) {
            inside = line == "## Who may include whom";
        }
        std::smatch match;
        if (!inside || !std::regex_match(line, match, row)) {
            continue;
        }
        const std::string cell = match[2];
        Folders& may = plan[match[1]];
        for (std::sregex_iterator i{cell.begin(), cell.end(), name}, end; i != end; ++i) {
            may.insert((*i)[1]);
        }
    }
    return plan;
}

const std::map<std::string, Folders>& plan()
{
    static const std::map<std::string, Folders> read = readPlan();
    return read;
}

/// The room that a file lies in: the longest folder of the plan above it, "core/store" for
/// core/store/import/Importer.h; empty where the plan has none.
std::string roomOf(const std::string& file)
{
    for (fs::path folder = fs::path{file}.parent_path(); !folder.empty();
         folder = folder.parent_path()) {
        if (plan().contains(folder.generic_string())) {
            return folder.generic_string();
        }
    }
    return {};
}

bool isOurs(const Include& include)
{
    const fs::path path{include.name};
    return tops.contains(path.begin()->generic_string());
}

bool mayInclude(const std::string& room, const std::string& other)
{
    const auto found = plan().find(room);
    return room == other ||
           (found != plan().end() && (found->second.contains(other) ||
                                      found->second.contains(other.substr(0, other.find('/')))));
}

std::vector<Include> readIncludes()
{
    static const std::regex directive{R"(^\s*#\s*include\s+["<]([^">]+)[">])"};
    std::vector<Include> found;
    for (const std::string& top : tops) {
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
    }
    return found;
}

const std::vector<Include>& allIncludes()
{
    static const std::vector<Include> read = readIncludes();
    return read;
}

/// Files named X_torch.h or X_torch.cpp: the only ones of core that see LibTorch.
bool isTorchFile(const std::string& file)
{
    return fs::path{file}.stem().generic_string().ends_with("_torch");
}

TEST(Plan, IsReadFromTheDocument)
{
    ASSERT_GE(plan().size(), 20U) << "docs/architecture.md: no table under this heading";

    EXPECT_EQ(plan().at("core/base"), Folders{});
    EXPECT_EQ(plan().at("core/text"), Folders{"core/base"});
    EXPECT_EQ(roomOf("core/store/import/Importer.h"), "core/store");
    EXPECT_EQ(roomOf("core/evaluate/metrics/Rouge.h"), "core/evaluate/metrics");
    EXPECT_EQ(roomOf("ui/widgets/charts/LineChart.h"), "ui/widgets/charts");
    EXPECT_FALSE(mayInclude("core/text", "core/model"));
    EXPECT_FALSE(mayInclude("ui/inspect", "ui/compare"));
    EXPECT_TRUE(mayInclude("core/workflow", "core/train"));
}

TEST(Plan, NamesOnlyFoldersThatExist)
{
    for (const auto& [room, may] : plan()) {
        EXPECT_TRUE(fs::is_directory(fs::path{SOURCE_ROOT} / room)) << room;
        for (const std::string& other : may) {
            EXPECT_TRUE(tops.contains(other) || plan().contains(other)) << room << ": " << other;
        }
    }
}

TEST(Plan, HasARoomForEverySource)
{
    for (const Include& include : allIncludes()) {
        EXPECT_NE(roomOf(include.file), "") << include.file;
    }
}

TEST(IncludeDirection, FollowsThePlan)
{
    ASSERT_GT(allIncludes().size(), 100U);

    for (const Include& include : allIncludes()) {
        if (isOurs(include)) {
            EXPECT_TRUE(mayInclude(roomOf(include.file), roomOf(include.name))) << at(include);
        }
    }
}

TEST(IncludeDirection, KeepsQtOutOfCore)
{
    static const std::regex window{R"((Q[A-Z].*|Qt.*/.*|q(custom)?plot.*))"};
    for (const Include& include : allIncludes()) {
        if (include.file.starts_with("core/") || include.file.starts_with("app/cli/")) {
            EXPECT_FALSE(std::regex_match(include.name, window)) << at(include);
        }
    }
}

TEST(IncludeDirection, KeepsTorchInFilesNamedForIt)
{
    static const std::regex torch{R"((torch|ATen|c10)/.*)"};
    for (const Include& include : allIncludes()) {
        const bool may = include.file.starts_with("core/") && isTorchFile(include.file);
        EXPECT_TRUE(may || !std::regex_match(include.name, torch)) << at(include);
        EXPECT_TRUE(may || !isOurs(include) || !isTorchFile(include.name)) << at(include);
    }
}

TEST(IncludeDirection, KeepsSqlInTheStore)
{
    static const std::regex sql{R"((sqlite3|SQLiteCpp).*)"};
    for (const Include& include : allIncludes()) {
        if (!include.file.starts_with("core/store/")) {
            EXPECT_FALSE(std::regex_match(include.name, sql)) << at(include);
        }
    }
}

TEST(IncludeDirection, KeepsTheNetworkInTheHub)
{
    static const std::regex network{R"((curl/|openssl/ssl).*)"};
    for (const Include& include : allIncludes()) {
        const bool may = include.file.starts_with("core/hub/") && include.file.ends_with(".cpp");
        EXPECT_TRUE(may || !std::regex_match(include.name, network)) << at(include);
    }
}

TEST(IncludeDirection, KeepsQCustomPlotInTheCharts)
{
    for (const Include& include : allIncludes()) {
        if (!include.file.starts_with("ui/widgets/charts/")) {
            EXPECT_NE(include.name, "qcustomplot.h") << at(include);
        }
    }
}

} // namespace
} // namespace nextquill
