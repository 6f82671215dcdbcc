// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/WrittenInspection.h"

#include "core/model/Decoder.h"
#include "core/workflow/InspectionParts.h"

#include <utility>

namespace nextquill::workflow {

Inspection inspectWritten(const store::ExampleData& data, model::Decoder& decoder,
                          const std::string& modelName, const ExampleSettings& settings,
                          const generate::GenerationSettings& generation, StopToken stop,
                          const generate::EffectSink& sink)
{
    const text::TwinPrompt prompt =
        promptFor(data, decoder.files(), settings, generation.maxNewTokens);
    Inspection inspection =
        inspectionFor(data, prompt, onlyUsed(data, prompt.usedReviews), modelName);
    generate::GenerationSettings measured = generation;
    measured.effects = true;
    measured.alternatives = shownAlternatives;
    const text::Tokenizer& tokenizer = decoder.tokenizer();
    generate::Generated written =
        generate::generateTwin(decoder, text::encode(tokenizer, prompt.with),
                               text::encode(tokenizer, prompt.without), measured, stop, {}, sink);
    inspection.generated = true;
    inspection.text = std::move(written.text);
    inspection.writtenToLimit = !written.ended;
    inspection.effects.tokens = std::move(written.effects);
    describeTokens(inspection, tokenizer);
    noteSource(inspection, data, decoder.files(), settings, prompt, stop);
    if (!generation.greedy) {
        inspection.seed = generation.seed;
    }
    return inspection;
}

std::vector<text::TokenId> branchOff(const Inspection& inspection, std::size_t token,
                                     text::TokenId instead)
{
    static_cast<void>(inspection.effects.tokens.at(token));
    std::vector<text::TokenId> beginning;
    for (std::size_t i = 0; i < token; ++i) {
        beginning.push_back(inspection.effects.tokens[i].token);
    }
    beginning.push_back(instead);
    return beginning;
}

} // namespace nextquill::workflow
