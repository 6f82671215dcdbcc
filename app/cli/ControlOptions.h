// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/Histories.h"
#include "core/workflow/InspectionControls.h"
#include "core/workflow/ProjectExamples.h"

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace nextquill::model {
class Decoder;
}
namespace nextquill::store {
class Project;
}
namespace nextquill::workflow {
struct Inspection;
}

namespace nextquill::app {

class Output;

/// The options of `inspect` that go beyond the effects: attribution, and what tests it: controls,
/// sentences, faithfulness.
struct ControlOptions
{
    workflow::ControlsWish wish; ///< its seed is the command's
    bool attribution = false;
    bool sentences = false;
    bool faithfulness = false;

    void declare(CLI::App& command);

    /// Each past review's effect is needed for what was asked for.
    [[nodiscard]] bool needsAttribution() const { return attribution || sentences || faithfulness; }

    /// Measures what was asked for into the inspection. Says what each act costs before it.
    void measure(store::Project& project, const store::ExampleData& data, model::Decoder& decoder,
                 const workflow::ExampleSettings& settings, workflow::Inspection& inspection,
                 StopToken stop, Output& out) const;

    /// What was found, a sentence each.
    [[nodiscard]] static std::vector<std::string> report(const workflow::Inspection& inspection);
};

} // namespace nextquill::app
