// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/ModelExport_torch.h"

#include "core/model/Decoder.h"
#include "core/model/Network_torch.h"
#include "core/model/SafeTensorsWriter.h"
#include "core/model/TensorBytes_torch.h"
#include "core/model/TorchErrors_torch.h"

namespace nextquill::model {

namespace {

std::string dtypeName(ComputeType type)
{
    switch (type) {
    case ComputeType::BFloat16:
        return "bfloat16";
    case ComputeType::Float64:
        return "float64";
    case ComputeType::Float32:
        break;
    }
    return "float32";
}

} // namespace

void writeModel(const Decoder& decoder, const std::filesystem::path& folder)
{
    translated(folder.string(), [&] {
        const torch::NoGradGuard noGrad;
        std::filesystem::create_directories(folder);
        std::vector<torch::Tensor> held;
        std::vector<NamedBlock> blocks;
        for (const NamedParameter& parameter : decoder.network().mergedParameters()) {
            held.push_back(parameter.tensor.detach().to(torch::kCPU).contiguous());
            blocks.push_back(namedBlock(parameter.name, held.back()));
        }
        writeSafeTensors(folder / "model.safetensors", blocks, {{"format", "pt"}});
        decoder.files().writeCompanionFiles(folder, dtypeName(decoder.dtype()));
    });
}

} // namespace nextquill::model
