// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Resources.h"
#include "core/store/Project.h"
#include "core/store/import/Importer.h"

#include "tests/support/TemporaryFolder.h"

#include <filesystem>

namespace nextquill::testing {

/// A project with the built-in sample (849 reviews of 78 users) in `file`: imported once per
/// program, copied from then on. Its caller links core/store.
inline void writeSampleProject(const std::filesystem::path& file)
{
    static const TemporaryFolder folder;
    static const std::filesystem::path imported = [] {
        std::filesystem::path first = folder / "sample.nextquill";
        NoProgress progress;
        const auto project = store::Project::create(first);
        static_cast<void>(store::importReviewText(*project, resource("samples/reviews.jsonl"),
                                                  resource("samples/items.jsonl"), "sample", {},
                                                  progress));
        return first;
    }();
    std::filesystem::copy_file(imported, file);
}

} // namespace nextquill::testing
