// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace nextquill::testing {

/// A file or folder of the reference fixtures that stand beside the checkout (shared/), or none.
/// $NEXTQUILL_SHARED names another place.
[[nodiscard]] std::optional<std::filesystem::path> shared(const std::string& path);

/// The demo model's GGUF file where the setup put it, or none.
[[nodiscard]] std::optional<std::filesystem::path> demoModel();

} // namespace nextquill::testing

/// Skips the test where the reference fixtures are not there, and says so.
#define NEXTQUILL_NEED_SHARED(variable, below)                                                     \
    const auto variable##Found = ::nextquill::testing::shared(below);                              \
    if (!variable##Found) {                                                                        \
        GTEST_SKIP() << "reference fixtures are not beside the checkout: shared/" << (below);      \
    }                                                                                              \
    const std::filesystem::path variable = *variable##Found
