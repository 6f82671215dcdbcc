// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/Fixtures.h"

#include <cstdlib>

namespace nextquill::testing {

namespace fs = std::filesystem;

std::optional<fs::path> shared(const std::string& path)
{
    const char* elsewhere = std::getenv("NEXTQUILL_SHARED");
    const fs::path root =
        elsewhere != nullptr ? fs::path{elsewhere} : fs::path{SOURCE_ROOT}.parent_path() / "shared";
    if (fs::exists(root / path)) {
        return root / path;
    }
    return std::nullopt;
}

std::optional<fs::path> demoModel()
{
    if (const char* file = std::getenv("NEXTQUILL_DEMO_MODEL"); file != nullptr) {
        return fs::exists(file) ? std::optional{fs::path{file}} : std::nullopt;
    }
    const char* data = std::getenv("XDG_DATA_HOME");
    const char* home = std::getenv("HOME");
    const fs::path root = data != nullptr   ? fs::path{data}
                          : home != nullptr ? fs::path{home} / ".local/share"
                                            : fs::path{};
    const fs::path file = root / "nextquill/models/SmolLM2-135M-Instruct.Q4_1.gguf";
    return fs::exists(file) ? std::optional{file} : std::nullopt;
}

} // namespace nextquill::testing
