// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/ProjectOpening.h"

#include "core/base/Error.h"
#include "core/base/Resources.h"
#include "core/store/Project.h"
#include "core/store/RunQueueOrder.h"
#include "core/store/Splits.h"
#include "core/store/import/Importer.h"

#include <QStandardPaths>

namespace nextquill::ui {

namespace fs = std::filesystem;

OpenedProject openProject(const fs::path& file)
{
    OpenedProject opened{.file = file};
    try {
        const auto project = store::Project::open(file, store::OpenMode::ReadWrite);
        for (const store::RunRow& run : store::RunLedger{*project}.recoverInterrupted()) {
            opened.interrupted.push_back(run.name);
        }
        opened.waiting = static_cast<int>(store::RunQueueOrder{*project}.waiting().size());
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::BadInput && !fs::exists(file)) {
            throw;
        }
        // Held by another program, or newer: reading may still go. If not, that error is thrown.
        static_cast<void>(store::Project::open(file, store::OpenMode::ReadOnly));
        opened.readOnly = true;
        opened.why = error.problem();
    }
    return opened;
}

OpenedProject createProject(const fs::path& file)
{
    static_cast<void>(store::Project::create(file));
    return {.file = file};
}

OpenedProject openDemo(const StopToken& stop, Progress& progress)
{
    const fs::path folder =
        fs::path{
            QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation).toStdString()} /
        "nextquill";
    const fs::path file = folder / "demo.nextquill";
    if (fs::exists(file)) {
        return openProject(file);
    }
    fs::create_directories(folder);
    const auto project = store::Project::create(file);
    static_cast<void>(store::importReviewText(*project, resource("samples/reviews.jsonl"),
                                              resource("samples/items.jsonl"), "built-in sample",
                                              stop, progress));
    static_cast<void>(store::Splits{*project}.newestOrCreate());
    return {.file = file};
}

} // namespace nextquill::ui
