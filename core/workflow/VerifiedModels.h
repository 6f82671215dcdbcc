// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/ModelVerification.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace nextquill::workflow {

/// What the last self-check of a model found.
struct VerifiedModel
{
    std::int64_t time = 0; ///< milliseconds since 1970, UTC
    std::vector<ModelCheck> checks;
    bool isChanged = false; ///< its files are others now: sizes or times

    [[nodiscard]] bool isSound() const { return workflow::isSound(checks); }
};

/// When which model was verified: verified.json beside the user's list of models. What cannot be
/// read there counts as never verified, and the next self-check replaces it: nothing in it is worth
/// more than another self-check.
class VerifiedModels
{
public:
    explicit VerifiedModels(std::filesystem::path file = defaultFile());

    [[nodiscard]] static std::filesystem::path defaultFile();

    /// `path`: the model's folder or file, of an adapter the adapter's.
    [[nodiscard]] std::optional<VerifiedModel> find(const std::filesystem::path& path) const;

    /// Replaces what was known of the model; forgets models that are no longer there. Several
    /// programs may do so at the same time. Throws Error(Storage).
    void note(const std::filesystem::path& path, const std::vector<ModelCheck>& checks);

private:
    std::filesystem::path m_file;
};

/// The path that a model is noted under.
[[nodiscard]] std::filesystem::path pathOf(const ModelChoice& choice);

} // namespace nextquill::workflow
