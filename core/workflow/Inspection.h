// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/base/Json.h"
#include "core/base/Progress.h"
#include "core/causal/Attribution.h"
#include "core/causal/PreferenceEffects.h"
#include "core/store/Histories.h"
#include "core/workflow/AttributionFaithfulness.h"
#include "core/workflow/InspectionControls.h"
#include "core/workflow/ProjectExamples.h"
#include "core/workflow/SentenceEffects.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::model {
class Decoder;
}

namespace nextquill::workflow {

class HistoryVariants;

/// A pass that was measured: by it the time of others is estimated.
struct MeasuredPass
{
    std::int64_t rows = 0; ///< 0: none was
    double seconds = 0;
};

/// A text seen through one user's history: what the inspector shows and the exporters write.
struct Inspection
{
    ExampleId example{};
    std::string userName;
    std::string itemTitle;
    std::string modelName;
    bool generated = false; ///< the text is the model's, not the user's
    std::string text;       ///< the target, UTF-8
    causal::PreferenceEffects effects;
    std::vector<std::string> tokenTexts; ///< parallel to effects.tokens; "<|im_end|>" for the end
    std::vector<std::vector<std::string>> top_h; ///< texts of the alternatives, parallel
    std::vector<std::vector<std::string>> top_0;
    std::vector<store::ReviewRow> history; ///< the reviews used, newest first
    std::optional<causal::Attribution> attribution;
    std::optional<InspectionControls> controls; ///< asked for one by one, as what follows
    std::vector<SentenceEffects> sentences;     ///< of some past reviews
    std::optional<Faithfulness> faithfulness;   ///< of `attribution`
    MeasuredPass pass;                          ///< of `effects`; in no document
    double threshold = 0.05;
    int reviewsDropped = 0;
    bool targetCut = false;
};

/// Measures one example. With `generatedText` that text stands in the target's place.
[[nodiscard]] Inspection inspect(const store::ExampleData& data, model::Decoder& decoder,
                                 const std::string& modelName, const ExampleSettings& settings,
                                 const std::optional<std::string>& generatedText, bool attribution,
                                 StopToken stop, Progress& progress);

/// An inspected text under its prompt and without each past review: what attribution measures, and
/// what its cost is counted from (causal::promptedTarget, inspectionCost).
[[nodiscard]] causal::LeaveOneOutExample leaveOneOutOf(const HistoryVariants& variants,
                                                       const Inspection& inspection);

/// Measures the effect of each past review on an inspected text, without its other figures again;
/// `sink` may be empty and gets the matrix review by review.
[[nodiscard]] causal::Attribution
attributeToHistory(const store::ExampleData& data, model::Decoder& decoder,
                   const ExampleSettings& settings, const Inspection& inspection,
                   const causal::ReviewEffectSink& sink, StopToken stop, Progress& progress);

/// The inspection as CLI.md's PCE result plus what the inspector adds; and back, from a project.
[[nodiscard]] OrderedJson toJson(const Inspection& inspection);

enum class FigureFormat { Html, Svg, Pdf, Png, Tex, Csv, Json };

[[nodiscard]] std::optional<FigureFormat> figureFormat(const std::filesystem::path& file);

/// The heatmap as a document, by the file's extension: html (stand-alone, hover without scripts
/// from elsewhere), svg, tex, csv, json. PDF and PNG are drawn by the window's program, or here
/// from the SVG where librsvg's converter is installed; else Error(Unsupported) says so. Written
/// atomically. Everything from users and models is escaped.
void writeFigure(const Inspection& inspection, const std::filesystem::path& file);

} // namespace nextquill::workflow
