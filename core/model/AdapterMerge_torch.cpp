// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/model/AdapterFolder.h"
#include "core/model/AdapterMerge.h"
#include "core/model/FileErrors.h"
#include "core/model/GgufQuantization.h"
#include "core/model/TensorBytes_torch.h"
#include "core/model/TorchErrors_torch.h"

#include <torch/torch.h>

#include <map>

namespace nextquill::model {

namespace {

using torch::Tensor;

struct Addition
{
    Tensor A; ///< [r, in]
    Tensor B; ///< [out, r]
    double scale = 0;
};

/// By the name of the weight.
using Additions = std::map<std::string, Addition, std::less<>>;

Additions readAdditions(const ModelFiles& files, const AdapterFolder& adapter)
{
    Additions additions;
    for (const AdapterModule& module : adapter.modules()) {
        const std::string name = module.name + ".weight";
        const auto weight = files.find(name);
        const std::vector<std::int64_t> shape{module.B.shape[0], module.A.shape[1]};
        if (!weight || weight->shape != shape) {
            throw Error{ErrorKind::BadInput,
                        weight ? "the layer has the shape " + render(weight->shape) +
                                     ", the adapter's is " + render(shape)
                               : "the model has no such layer",
                        adapter.where() + ", layer " + module.name,
                        "use the adapter with the model that it was trained on"};
        }
        additions.emplace(name, Addition{.A = borrowed(module.A).to(torch::kFloat).clone(),
                                         .B = borrowed(module.B).to(torch::kFloat).clone(),
                                         .scale = module.scale()});
    }
    return additions;
}

} // namespace

WeightRows mergedWeights(std::shared_ptr<const ModelFiles> files,
                         const std::filesystem::path& adapter)
{
    return translated(adapter.string(), [&]() -> WeightRows {
        const torch::NoGradGuard noGrad;
        auto additions =
            std::make_shared<const Additions>(readAdditions(*files, AdapterFolder{adapter}));
        return
            [files, additions](std::string_view name, TensorRows rows, DType type, std::byte* out) {
                const auto found = additions->find(name);
                if (found == additions->end()) {
                    files->readRows(name, rows, type, out);
                    return;
                }
                const torch::NoGradGuard guard;
                const auto& [A, B, scale] = found->second;
                Tensor merged = torch::empty({rows.count, A.size(1)});
                files->readRows(name, rows, DType::F32,
                                static_cast<std::byte*>(merged.mutable_data_ptr()));
                merged.addmm_(B.narrow(0, rows.first, rows.count), A, 1, scale);
                fromFloat32(type, merged.const_data_ptr<float>(),
                            static_cast<std::size_t>(merged.numel()), out);
            };
    });
}

void exportAdapter(const std::filesystem::path& adapter, const std::filesystem::path& to)
{
    const AdapterFolder source{adapter};
    NewFolder folder{to};
    source.copyTo(folder.path());
    folder.putInPlace();
}

} // namespace nextquill::model
