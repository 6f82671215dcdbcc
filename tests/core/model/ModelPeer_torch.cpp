// SPDX-License-Identifier: GPL-3.0-or-later
//
// The half of tests/peers/compare_peft.py that is ours:
//
//   model_peer write BASE OUT      OUT/adapter, OUT/full, OUT/logits.safetensors with what they say
//   model_peer read BASE ADAPTER OUT     OUT/logits.safetensors: "adapter", of a foreign adapter
//
// Logits are float32, of the ids (37 i + 11) mod V, i < 40.
#include "core/base/Error.h"
#include "core/model/AdapterDirectory_torch.h"
#include "core/model/ModelExport_torch.h"
#include "core/model/SafeTensorsWriter.h"
#include "core/model/TensorBytes_torch.h"

#include "tests/core/model/SmallNetworks_torch.h"

#include <torch/torch.h>

#include <iostream>

namespace nextquill::model {

namespace {

namespace fs = std::filesystem;
using torch::Tensor;

Tensor logits(Decoder& decoder)
{
    testing::Ids ids;
    for (std::int64_t i = 0; i < 40; ++i) {
        ids.push_back(text::TokenId{
            static_cast<std::int32_t>((37 * i + 11) % decoder.config().vocabularySize)});
    }
    return testing::logitsOf(decoder.network(), testing::sequence(ids)).contiguous();
}

void disturb(const std::vector<NamedParameter>& parameters, double strength)
{
    const torch::NoGradGuard noGrad;
    torch::manual_seed(13);
    for (const NamedParameter& parameter : parameters) {
        Tensor{parameter.tensor}.add_(torch::randn(parameter.tensor.sizes()) * strength);
    }
}

void write(const fs::path& base, const fs::path& out)
{
    const auto adapted = testing::loadFrom(base, ComputeType::Float32);
    adapted->addAdapters({.rank = 8, .alpha = 12, .dropout = 0.05}, 3);
    disturb(adapted->network().adapterParameters(), 0.02);
    writeAdapter(*adapted, out / "adapter", base.string());
    const Tensor withAdapter = logits(*adapted);

    const auto full = testing::loadFrom(base, ComputeType::Float32);
    disturb(full->network().parameters(), 1e-3);
    writeModel(*full, out / "full");
    const Tensor whole = logits(*full);
    writeSafeTensors(out / "logits.safetensors",
                     {namedBlock("adapter", withAdapter), namedBlock("full", whole)});
}

void read(const fs::path& base, const fs::path& adapter, const fs::path& out)
{
    NoProgress progress;
    const auto decoder =
        Decoder::load(ModelFiles::open(base), {.device = "cpu", .dtype = ComputeType::Float32},
                      adapter, {}, progress);
    const Tensor withAdapter = logits(*decoder);
    writeSafeTensors(out / "logits.safetensors", {namedBlock("adapter", withAdapter)});
}

int run(const std::vector<std::string>& arguments)
{
    if (arguments.size() == 3 && arguments[0] == "write") {
        write(arguments[1], arguments[2]);
        return 0;
    }
    if (arguments.size() == 4 && arguments[0] == "read") {
        read(arguments[1], arguments[2], arguments[3]);
        return 0;
    }
    std::cerr << "usage: model_peer write BASE OUT | read BASE ADAPTER OUT\n";
    return 2;
}

} // namespace

} // namespace nextquill::model

int main(int count, char** values)
{
    try {
        return nextquill::model::run({values + 1, values + count});
    } catch (const nextquill::Error& error) {
        std::cerr << "model_peer: " << error.what() << '\n';
        return 1;
    }
}
