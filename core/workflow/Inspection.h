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

namespace nextquill::causal {
class TwinMemory;
}
namespace nextquill::model {
class Decoder;
class ModelFiles;
} // namespace nextquill::model

namespace nextquill::workflow {

class HistoryVariants;

/// A pass that was measured: by it the time of others is estimated.
struct MeasuredPass
{
    std::int64_t rows = 0; ///< 0: none was
    double seconds = 0;
    std::int64_t remembered = 0; ///< rows that were known from a pass before (causal::TwinMemory)
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
    int reviewsDropped = 0; ///< past reviews that did not fit, the oldest first
    /// Of this user before the text, whether or not the prompt has them; 0: not known.
    std::size_t earlierReviews = 0;
    int reviewsCut = 0;          ///< those of `history` whose text is in the prompt in part only
    bool descriptionCut = false; ///< so is the item's description
    bool targetCut = false;
    bool writtenToLimit = false; ///< generated, and as long as it was allowed to be
    std::string promptWords;     ///< how the prompt was made, for captions
    std::string modelDigest;     ///< SHA-256 of the weight files; empty where it was not worked out
    std::string exampleDigest;   ///< SHA-256 of both prompts and the text
    std::optional<std::uint64_t> seed = {}; ///< of a text that was generated with random numbers
};

/// Measures one example. With `generatedText` that text stands in the target's place. A `memory` of
/// the same text makes a history that begins alike take less.
[[nodiscard]] Inspection inspect(const store::ExampleData& data, model::Decoder& decoder,
                                 const std::string& modelName, const ExampleSettings& settings,
                                 const std::optional<std::string>& generatedText, bool attribution,
                                 StopToken stop, Progress& progress,
                                 causal::TwinMemory* memory = nullptr);

/// The example with the past texts of the inspection alone, in their order, as its prompt had them.
/// Throws Error(BadInput) when one of them is not in `data`.
[[nodiscard]] store::ExampleData historyOf(const Inspection& inspection,
                                           const store::ExampleData& data);

/// The prompts of an inspected text: with its own past texts alone, as its prompt had them,
/// whatever was added to `data` since. `files` must live as long. Throws Error(BadInput) when one
/// of them is not in `data`, and what promptFor() throws.
[[nodiscard]] HistoryVariants variantsOf(const Inspection& inspection,
                                         const store::ExampleData& data,
                                         const model::ModelFiles& files,
                                         const ExampleSettings& settings);

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

struct FigureSettings; // core/workflow/FigureSettings.h

enum class FigureFormat { Html, Svg, Pdf, Png, Tex, Csv, Json };

[[nodiscard]] std::optional<FigureFormat> figureFormat(const std::filesystem::path& file);

/// The heatmap as a document, by the file's extension: html (stand-alone, hover without scripts
/// from elsewhere), svg, pdf, png, tex, csv, json. PDF and PNG are drawn from the SVG by librsvg's
/// converter; where that is not installed, Error(Unsupported) says so. CSV and JSON hold all
/// numbers of all tokens, whatever the settings. Written atomically. Everything from users and
/// models is escaped.
///
/// Throws Error(BadInput) for a format or settings that make no sense, Error(Unsupported),
///        Error(Storage)
void writeFigure(const Inspection& inspection, const std::filesystem::path& file,
                 const FigureSettings& settings);
/// With the default settings.
void writeFigure(const Inspection& inspection, const std::filesystem::path& file);

} // namespace nextquill::workflow
