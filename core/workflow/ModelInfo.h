// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/workflow/ModelChoice.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::workflow {

struct KnownModel;

/// What `model info` and the Models card say. What is not known is empty or 0.
struct ModelSummary
{
    std::string name;
    std::filesystem::path path;
    std::string kind;
    std::string architecture;
    std::int64_t parameters = 0;
    std::uint64_t bytes = 0; ///< of the weight files
    std::string dtype;
    std::int64_t context = 0;
    std::int64_t vocabulary = 0;
    std::string tokenizer;     ///< "byte-level BPE", "SentencePiece BPE", …
    std::string markup;        ///< "not recognised" for a chat template that we do not know
    std::string markupProblem; ///< why, and what to do; empty when it is recognised
    std::string license;
    std::uint64_t inferenceBytes = 0; ///< estimates for a 2,048-token prompt, in float32
    std::uint64_t lowRankBytes = 0;
    std::uint64_t fullBytes = 0;
    std::vector<std::string> runs; ///< of the project that use it, the newest first
    std::vector<Error> problems;   ///< why it cannot be used; empty when it can
};

/// Throws what opening the model throws.
[[nodiscard]] ModelSummary summarise(const ModelChoice& choice);

/// The same for a model that may be damaged, of an unknown kind or not whole: what is known of it,
/// and what is wrong. With a project also which of its runs use the model.
///
/// Throws only what the project throws.
[[nodiscard]] ModelSummary describe(const ModelChoice& choice, store::Project* project);

/// The same for a model by its name: also of one that is gone, or an adapter without its base.
[[nodiscard]] ModelSummary describe(const KnownModel& known, store::Project* project);

[[nodiscard]] OrderedJson toJson(const ModelSummary& summary);
[[nodiscard]] std::string toText(const ModelSummary& summary); ///< lines for a terminal

} // namespace nextquill::workflow
