// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/causal/NextQuillFixture_torch.h"

#include "core/model/SafeTensorsFile.h"
#include "core/model/TensorBytes_torch.h"

#include "tests/core/model/SmallNetworks_torch.h"

#include <algorithm>
#include <fstream>
#include <utility>

namespace nextquill::causal::testing {

namespace {

Ids ids(const Json& list)
{
    Ids result;
    for (const Json& id : list) {
        result.push_back(text::TokenId{id.get<std::int32_t>()});
    }
    return result;
}

} // namespace

TwinExample twin(const Ids& with, const Ids& without, const Ids& target, std::string id)
{
    const auto [a, b] = std::ranges::mismatch(with, without);
    const auto shared = std::min({a - with.begin(), std::ssize(with) - 1, std::ssize(without) - 1});
    TwinExample example;
    example.id = std::move(id);
    example.prefix.assign(with.begin(), with.begin() + shared);
    example.historyBranch.assign(with.begin() + shared, with.end());
    example.plainBranch.assign(without.begin() + shared, without.end());
    example.target = target;
    example.targetBytes.resize(target.size());
    return example;
}

NextQuillFixture::NextQuillFixture(std::filesystem::path folder, std::filesystem::path model)
    : m_folder{std::move(folder)}
    , m_model{std::move(model)}
{
    std::ifstream in{m_folder / "nextquill.json"};
    m_json = Json::parse(in);
    for (const Json& triple : m_json.at("triples")) {
        m_examples.push_back(twin(ids(triple.at("with_history")), ids(triple.at("without_history")),
                                  ids(triple.at("target")),
                                  "triple " + std::to_string(m_examples.size())));
    }
}

std::unique_ptr<model::Decoder> NextQuillFixture::decoder(model::ComputeType type) const
{
    return model::testing::loadFrom(m_model, type);
}

std::map<std::string, torch::Tensor> NextQuillFixture::gradients(const std::string& variant,
                                                                 const std::string& precision) const
{
    const model::SafeTensorsFile file{m_folder /
                                      ("grads_" + variant + "_" + precision + ".safetensors")};
    std::map<std::string, torch::Tensor> result;
    for (const auto& [name, tensor] : file.tensors()) {
        result[name] = model::borrowed(tensor).clone();
    }
    return result;
}

double relativeDifference(const torch::Tensor& a, const torch::Tensor& b)
{
    const torch::Tensor reference = b.detach().to(torch::kDouble);
    const double gap = (a.detach().to(torch::kDouble) - reference).norm().item<double>();
    const double size = reference.norm().item<double>();
    return size > 0 ? gap / size : gap;
}

} // namespace nextquill::causal::testing
