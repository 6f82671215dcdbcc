// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/model/Decoder.h"
#include "core/model/Network_torch.h"
#include "core/model/SafeTensorsFile.h"
#include "core/model/TensorBytes_torch.h"
#include "core/model/TorchErrors_torch.h"
#include "core/train/AdamW_torch.h"
#include "core/train/Checkpoint.h"
#include "core/train/CheckpointWeights.h"
#include "core/train/RunDirectory.h"

#include <algorithm>

namespace nextquill::train {

namespace {

namespace fs = std::filesystem;

std::string listOf(const std::vector<std::int64_t>& steps)
{
    std::string list;
    for (const std::int64_t step : steps) {
        list += (list.empty() ? "" : ", ") + std::to_string(step);
    }
    return list.empty() ? "there is none" : "there are those of the steps " + list;
}

void copyWeights(model::Decoder& decoder, const fs::path& file)
{
    const torch::NoGradGuard noGrad;
    const model::SafeTensorsFile stored{file};
    for (const model::NamedParameter& parameter : decoder.network().trainableParameters()) {
        const std::string name =
            AdamW::slotKinds(parameter.tensor.scalar_type(), false)[0].prefix + parameter.name;
        const auto view = stored.find(name);
        if (!view || !std::ranges::equal(view->shape, parameter.tensor.sizes())) {
            throw Error{ErrorKind::BadInput,
                        view ? "a tensor of the checkpoint has another shape than the model's"
                             : "the checkpoint lacks a tensor of the model",
                        file.string() + ", " + name, "give the model that the run began with"};
        }
        parameter.tensor.detach().copy_(model::borrowed(*view));
    }
}

} // namespace

std::vector<std::int64_t> checkpointSteps(const fs::path& run)
{
    std::vector<std::int64_t> steps = RunDirectory::openSilently(run)->checkpointFolders();
    std::ranges::reverse(steps);
    return steps;
}

void takeCheckpoint(model::Decoder& decoder, const fs::path& run, std::int64_t step)
{
    const auto directory = RunDirectory::openSilently(run);
    const fs::path folder = directory->checkpointFolder(step);
    if (!isWholeCheckpoint(folder)) {
        throw Error{ErrorKind::BadInput,
                    fs::exists(folder) ? "the checkpoint is damaged" : "no such checkpoint",
                    folder.string(), "take another one; " + listOf(checkpointSteps(run))};
    }
    const TrainingSettings& settings = directory->settings();
    if (!settings.full && !decoder.adapters()) {
        decoder.addAdapters(settings.lowRank, settings.seed);
    }
    model::translated("reading the checkpoint of step " + std::to_string(step),
                      [&] { copyWeights(decoder, folder / checkpointTensors); });
}

} // namespace nextquill::train
