// SPDX-License-Identifier: GPL-3.0-or-later
//
// The half of tests/peers/compare_families.py that is ours:
//
//   family_peer MODEL OUT LENGTH
//
// OUT/ours.safetensors has of a model in float32 the logits of LENGTH ids ("logits"), those of the
// same ids read in pieces into a cache ("cached": the last row), and in float64 the loss of a twin
// example whose history has LENGTH ids ("loss") with its gradients ("grad.NAME") and the effects of
// its target's tokens ("effects"). OUT/full and OUT/adapter are the model and adapters exported,
// "adapter" the logits with those.
#include "core/base/Error.h"
#include "core/causal/FusedHead_torch.h"
#include "core/causal/TwinPass_torch.h"
#include "core/model/AdapterDirectory_torch.h"
#include "core/model/ModelExport_torch.h"
#include "core/model/SafeTensorsWriter.h"
#include "core/model/TensorBytes_torch.h"

#include "tests/core/model/SmallNetworks_torch.h"

#include <torch/torch.h>

#include <iostream>
#include <string>

namespace nextquill::causal {

namespace {

namespace fs = std::filesystem;
using model::ComputeType;
using torch::Tensor;
using Ids = std::vector<text::TokenId>;
using Results = std::vector<std::pair<std::string, Tensor>>;

/// (37 i + 11) mod 256 from `first` on: bytes, no special tokens, for Transformers gives the
/// embedding of the padding token no gradient.
Ids idsFrom(std::int64_t first, std::int64_t count)
{
    Ids ids;
    for (std::int64_t i = first; i < first + count; ++i) {
        ids.push_back(text::TokenId{static_cast<std::int32_t>((37 * i + 11) % 256)});
    }
    return ids;
}

Tensor logitsOf(model::Decoder& decoder, const Ids& ids)
{
    const torch::NoGradGuard noGrad;
    model::Network& network = decoder.network();
    return network.head().logits(network.forward(model::testing::sequence(ids)));
}

Tensor cachedLogits(model::Decoder& decoder, const Ids& ids)
{
    const torch::NoGradGuard noGrad;
    model::Network& network = decoder.network();
    model::KeyValueCache cache;
    Tensor hidden;
    for (std::size_t done = 0; done < ids.size();) {
        const std::size_t count = done == 0 ? ids.size() / 2 : 1;
        hidden = network.forward(
            model::testing::sequence({ids.begin() + static_cast<std::ptrdiff_t>(done),
                                      ids.begin() + static_cast<std::ptrdiff_t>(done + count)}),
            std::nullopt, &cache);
        done += count;
    }
    return network.head().logits(hidden.narrow(0, hidden.size(0) - 1, 1));
}

void addGradients(model::Decoder& decoder, std::int64_t length, Results& results)
{
    const TwinExample example{.id = "one",
                              .prefix = idsFrom(0, 12),
                              .historyBranch = idsFrom(100, length),
                              .plainBranch = idsFrom(300, 5),
                              .target = idsFrom(400, 9)};
    model::Network& network = decoder.network();
    const TwinHidden pass = twinPass(network, std::span{&example, 1}, {});
    const LossResult result =
        objectiveLoss(Objective::defaults(ObjectiveKind::NextQuill), pass, network.head());
    result.loss.backward();
    results.emplace_back("loss", result.loss.detach().reshape({1}));
    results.emplace_back("effects", targetEffects(pass, network.head()));
    for (const model::NamedParameter& parameter : network.trainableParameters()) {
        results.emplace_back("grad." + parameter.name, parameter.tensor.grad());
    }
}

void run(const fs::path& folder, const fs::path& out, std::int64_t length)
{
    Results results;
    {
        const auto decoder = model::testing::loadFrom(folder, ComputeType::Float32);
        const Ids ids = idsFrom(0, length);
        results.emplace_back("logits", logitsOf(*decoder, ids));
        results.emplace_back("cached", cachedLogits(*decoder, ids));
        writeModel(*decoder, out / "full");
        decoder->addAdapters({.rank = 4, .alpha = 8}, 3);
        const torch::NoGradGuard noGrad;
        torch::manual_seed(13);
        for (const model::NamedParameter& parameter : decoder->network().adapterParameters()) {
            Tensor{parameter.tensor}.add_(torch::randn(parameter.tensor.sizes()) * 0.05);
        }
        writeAdapter(*decoder, out / "adapter", folder.string());
        results.emplace_back("adapter", logitsOf(*decoder, ids));
    }
    const auto exact = model::testing::loadFrom(folder, ComputeType::Float64);
    addGradients(*exact, length, results);
    std::vector<Tensor> held;
    std::vector<model::NamedBlock> blocks;
    for (const auto& [name, tensor] : results) {
        held.push_back(tensor.contiguous());
        blocks.push_back(model::namedBlock(name, held.back()));
    }
    writeSafeTensors(out / "ours.safetensors", blocks);
}

} // namespace

} // namespace nextquill::causal

int main(int count, char** values)
{
    if (count != 4) {
        std::cerr << "usage: family_peer MODEL OUT LENGTH\n";
        return 2;
    }
    try {
        nextquill::causal::run(values[1], values[2], std::stoll(values[3]));
    } catch (const nextquill::Error& error) {
        std::cerr << "family_peer: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
