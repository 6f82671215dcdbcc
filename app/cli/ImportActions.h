// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/import/Importer.h"
#include "core/store/import/RejectFilter.h"

#include "app/cli/Commands.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace nextquill::app {

/// What `import` does with imports that are there already.
struct ImportActions
{
    bool list = false;
    bool resume = false;
    bool rollBack = false;
    bool keep = false;
    bool retryRejects = false;
    std::int64_t import = 0;       ///< 0: the newest that it can be done with
    store::RejectFilter rejects{}; ///< that are tried again

    [[nodiscard]] int asked() const
    {
        return int{list} + int{resume} + int{rollBack} + int{keep} + int{retryRejects};
    }
};

/// Does the one that is asked; `sources` are files of the import that are elsewhere now.
int actOnImport(const ImportActions& actions, const std::filesystem::path& project,
                const std::vector<std::filesystem::path>& sources,
                const store::ImportSettings& settings, Context& context);

/// Says what an import brought.
int sayImport(const store::ImportResult& result, Context& context);

} // namespace nextquill::app
