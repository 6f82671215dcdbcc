// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Utf8.h"
#include "core/model/Decoder.h"
#include "core/store/Project.h"
#include "core/store/import/ImportJournal.h"
#include "core/workflow/ModelChoice.h"

#include "app/cli/Commands.h"
#include "app/cli/ExitStatus.h"

#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <unistd.h>

namespace nextquill::app {

namespace {

namespace fs = std::filesystem;

constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;

double freeMemory()
{
    return static_cast<double>(::sysconf(_SC_AVPHYS_PAGES)) *
           static_cast<double>(::sysconf(_SC_PAGESIZE)) / gibibyte;
}

double freeDisk(const fs::path& folder)
{
    std::error_code unknown;
    const fs::space_info space = fs::space(folder, unknown);
    return unknown ? 0 : static_cast<double>(space.available) / gibibyte;
}

int doctor(const fs::path& projectFile, bool full, Context& context)
{
    OrderedJson devices = OrderedJson::array();
    context.out.text(
        fmt::format("nextquill {}, LibTorch {}", NEXTQUILL_VERSION, model::torchVersion()));
    for (const model::Device& device : model::devices()) {
        context.out.text(fmt::format("{:<10} {}", device.name, device.description));
        devices.push_back({{"name", device.name}, {"description", device.description}});
    }
    const fs::path folder =
        projectFile.has_parent_path() ? projectFile.parent_path() : fs::current_path();
    context.out.text(fmt::format("memory     {:.1f} GiB free\ndisk       {:.1f} GiB free at {}",
                                 freeMemory(), freeDisk(folder), folder.string()));
    const auto demo = workflow::demoModel();
    context.out.text(
        fmt::format("demo model {}", demo ? demo->string() : "not installed: run ./setup"));
    std::vector<std::string> faults;
    OrderedJson interrupted = OrderedJson::array();
    if (!projectFile.empty()) {
        const auto project = store::Project::open(projectFile, store::OpenMode::ReadOnly);
        faults = project->check(full, context.interrupt.token());
        context.out.text(fmt::format("project    {}", faults.empty() ? "sound" : "has faults:"));
        for (const std::string& fault : faults) {
            context.out.text("           " + fault);
        }
        if (!faults.empty()) {
            context.out.text("           copy the file away, then export what can be read with "
                             "`nextquill data list --json`, or go back to a backup");
        }
        for (const store::ImportEntry& entry : store::interruptedImports(*project)) {
            context.out.text(fmt::format(
                "           import {} of {} was interrupted: `nextquill import PROJECT --resume`, "
                "--roll-back or --keep",
                number(entry.id), escapedForDisplay(entry.files)));
            interrupted.push_back(number(entry.id));
        }
    }
    context.out.document({{"version", NEXTQUILL_VERSION},
                          {"libtorch", model::torchVersion()},
                          {"devices", std::move(devices)},
                          {"free_memory_gib", freeMemory()},
                          {"free_disk_gib", freeDisk(folder)},
                          {"demo_model", demo ? OrderedJson(demo->string()) : OrderedJson(nullptr)},
                          {"interrupted_imports", std::move(interrupted)},
                          {"faults", faults}});
    return faults.empty() ? exitDone : exitFailed;
}

} // namespace

void addDoctor(CLI::App& app, Context& context)
{
    CLI::App* const command = app.add_subcommand(
        "doctor", "Devices, versions, free disk and memory; a project's integrity");
    const auto project = std::make_shared<fs::path>();
    const auto full = std::make_shared<bool>(false);
    command->add_option("PROJECT", *project, "Project file (*.nextquill)");
    command->add_flag("--full", *full, "Read every page of the project");
    command->callback([project, full, &context] {
        context.action = [project, full, &context] { return doctor(*project, *full, context); };
    });
}

} // namespace nextquill::app
