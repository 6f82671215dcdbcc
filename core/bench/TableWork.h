// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bench/BenchReport.h"
#include "core/store/Project.h"
#include "core/store/table/TableReader.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace nextquill::bench {

/// What a person does with the tables of a project, timed. Each function adds its rows to a report.
class TableWork
{
public:
    TableWork(std::filesystem::path file, int repeats, StopToken stop, Progress& progress);

    void open(BenchReport& report);
    void pages(BenchReport& report);
    void filters(BenchReport& report);
    void jumps(BenchReport& report);
    void histograms(BenchReport& report);
    void searches(BenchReport& report);
    void timeline(BenchReport& report);
    void skipping(BenchReport& report);
    void curation(BenchReport& report);

    [[nodiscard]] std::int64_t reviews() const { return m_reviews; }

private:
    void time(BenchReport& report, const std::string& name, double items, const std::string& unit,
              const std::function<void()>& work);
    void timePage(BenchReport& report, const std::string& name, const std::string& filter,
                  const std::string& order);
    [[nodiscard]] store::TableFences fencesOf(const store::TableQuery& query);

    std::filesystem::path m_file;
    int m_repeats;
    StopToken m_stop;
    Progress& m_progress;
    NoProgress m_quiet;
    std::unique_ptr<store::Project> m_project;
    std::int64_t m_reviews = 0;
    int m_done = 0;
};

} // namespace nextquill::bench
