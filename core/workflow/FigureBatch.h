// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/base/Progress.h"
#include "core/generate/Generation.h"
#include "core/workflow/FigureSettings.h"
#include "core/workflow/ProjectExamples.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nextquill::store {
class Project;
}

namespace nextquill::model {
class Decoder;
}

namespace nextquill::workflow {

/// Figures of many examples, a file for each: example-12.svg.
struct FigureBatch
{
    std::filesystem::path folder;  ///< made where it is not there
    std::string extension = "svg"; ///< of writeFigure()
    bool replaces = false;         ///< files that are there; else their examples are passed over
    bool hasAttribution = false;   ///< also the effect of each past review
    std::optional<generate::GenerationSettings> generation = {}; ///< of texts the model writes;
                                                                 ///< none: the users' own
    FigureSettings figure;
};

/// An example that has no figure, and why.
struct FigureSkipped
{
    ExampleId example{};
    std::string reason; ///< as a sentence
};

struct FigureBatchResult
{
    std::vector<std::filesystem::path> written;
    std::size_t kept = 0; ///< examples whose file was there
    std::vector<FigureSkipped> skipped;
};

/// The file of one example.
[[nodiscard]] std::filesystem::path figureFile(const FigureBatch& batch, ExampleId example);

/// Measures and draws one example after the other. An example that cannot be used (no history
/// before it, too long a prompt) is passed over and named in the result; what concerns all of them
/// is thrown.
///
/// Progress  examples
/// Stops     within an example, with Stopped; files that were written stay, and the next call goes
///           on behind them
/// Throws    Error(BadInput) for settings or a format that make no sense, what writeFigure() and
///           measuring throw
[[nodiscard]] FigureBatchResult
writeFigures(store::Project& project, std::span<const ExampleId> examples, model::Decoder& decoder,
             const std::string& modelName, const ExampleSettings& settings,
             const FigureBatch& batch, const StopToken& stop, Progress& progress);

} // namespace nextquill::workflow
