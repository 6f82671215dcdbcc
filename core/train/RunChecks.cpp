// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/RunChecks.h"

#include "core/base/Error.h"
#include "core/train/RunDirectory.h"
#include "core/train/Trainer.h"

#include <algorithm>
#include <string>

namespace nextquill::train {

TrainingSettings checkedSettings(const model::Decoder& decoder, const ExampleSource& examples,
                                 const model::Decoder* frozen, const RunDirectory& directory,
                                 int ranks)
{
    const TrainingSettings& settings = directory.settings();
    const auto refuse = [&directory](const std::string& problem, const std::string& remedy) {
        throw Error{ErrorKind::BadInput, problem, directory.folder().string(), remedy};
    };
    validate(settings);
    if (examples.size() == 0) {
        refuse("there is no training example", "make a split with training examples");
    }
    if (settings.full && decoder.adapters()) {
        refuse("full training of a model that has adapters", "train adapters, or merge them first");
    }
    if (!settings.full && !decoder.adapters()) {
        refuse("adapters are to be trained and the model has none",
               "add adapters to it, or set full");
    }
    if (frozenSource(settings.effectSource).empty() != (frozen == nullptr)) {
        refuse(frozen != nullptr ? "a frozen model is given and effect-source is online"
                                 : "effect-source names a frozen model and none is given",
               "set effect-source to the model that measures effects, or to online");
    }
    if (frozen != nullptr && frozen->tokenizer().size() != decoder.tokenizer().size()) {
        refuse("the frozen model has another vocabulary",
               "name a model in effect-source that has the same tokenizer");
    }
    // Micro-batches are not cut: what is in one belongs together under normalize = batch.
    if (settings.accumulation < ranks) {
        refuse("a step has fewer micro-batches (accumulation " +
                   std::to_string(settings.accumulation) + ") than there are ranks (" +
                   std::to_string(ranks) + ")",
               "raise accumulation and lower batch, so that their product stays");
    }
    return settings;
}

ExampleLimits limitsOf(const model::Decoder& decoder, const model::Decoder* frozen)
{
    const model::ModelConfig& own = decoder.config();
    const model::ModelConfig& other = frozen != nullptr ? frozen->config() : own;
    return {.vocabulary = std::min(own.vocabularySize, other.vocabularySize),
            .contextTokens = std::min(own.contextLength, other.contextLength)};
}

} // namespace nextquill::train
