// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/TrainingModels.h"

#include "core/model/Decoder.h"
#include "core/workflow/Devices.h"

namespace nextquill::workflow {

namespace {

/// As the settings say, on this rank's part of its host.
model::DecoderOptions placeOf(const train::TrainingSettings& settings,
                              const train::ProcessGroup& group)
{
    return decoderOptions(deviceOfRank(settings.device, group.launch()), settings.dtype,
                          train::threadsOf(group.launch(), settings.threads));
}

} // namespace

std::unique_ptr<model::Decoder> trainableDecoder(const ModelChoice& choice,
                                                 const train::TrainingSettings& settings,
                                                 const StopToken& stop, Progress& progress,
                                                 const train::ProcessGroup& group)
{
    auto decoder = loadModel(choice, placeOf(settings, group), stop, progress);
    if (!settings.full && !decoder->adapters()) {
        decoder->addAdapters(settings.lowRank, settings.seed);
    }
    return decoder;
}

std::unique_ptr<model::Decoder> frozenDecoder(const train::TrainingSettings& settings,
                                              store::Project* project, const StopToken& stop,
                                              Progress& progress, const train::ProcessGroup& group)
{
    const std::string name = train::frozenSource(settings.effectSource);
    if (name.empty()) {
        return nullptr;
    }
    return loadModel(chooseModel(name, project), placeOf(settings, group), stop, progress);
}

} // namespace nextquill::workflow
