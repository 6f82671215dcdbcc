// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/model/AdapterDirectory_torch.h"
#include "core/model/Decoder.h"
#include "core/model/Devices_torch.h"
#include "core/model/Network_torch.h"
#include "core/model/TensorMemory_torch.h"
#include "core/model/TorchErrors_torch.h"
#include "core/model/WeightReading_torch.h"

#include <atomic>
#include <set>
#include <string_view>

namespace nextquill::model {

namespace {

std::string shapeText(const std::vector<std::int64_t>& shape)
{
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) {
        text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
    }
    return text + "]";
}

void requireTensor(const ModelFiles& files, const NamedParameter& parameter)
{
    const std::string where = files.path().string() + ", tensor " + parameter.name;
    const std::optional<TensorView> view = files.find(parameter.name);
    if (!view) {
        throw Error{ErrorKind::BadInput, "the model has no such tensor", where,
                    "download the model again: its weights do not belong to its configuration"};
    }
    const std::vector<std::int64_t> expected = parameter.tensor.sizes().vec();
    if (view->shape != expected) {
        throw Error{
            ErrorKind::BadInput,
            "the shape is " + shapeText(view->shape) + ", " + shapeText(expected) + " expected",
            where, "download the model again: its weights do not belong to its configuration"};
    }
}

/// Tensors that may stand in a file without being used: tables that are computed here.
bool isExpendable(std::string_view name, const ModelConfig& config)
{
    return name.ends_with("rotary_emb.inv_freq") || (config.tiedHead && name == "lm_head.weight");
}

/// A tensor that the network does not know would change what the model computes.
void refuseUnknownTensors(const ModelFiles& files, const std::vector<NamedParameter>& parameters)
{
    std::set<std::string_view> known;
    for (const NamedParameter& parameter : parameters) {
        known.insert(parameter.name);
    }
    for (const std::string& name : files.tensorNames()) {
        if (!known.contains(name) && !isExpendable(name, files.config())) {
            throw Error{ErrorKind::Unsupported,
                        "the model has a tensor that its architecture (" +
                            files.config().modelType + ") does not use here",
                        files.path().string() + ", tensor " + name,
                        "choose a model of the Llama, Qwen2 or Qwen3 family"};
        }
    }
}

std::unique_ptr<Network> loadNetwork(const ModelFiles& files, const DecoderOptions& options,
                                     const StopToken& stop, Progress& progress)
{
    const torch::Device device = findDevice(options.device);
    const ComputeType type = options.dtype.value_or(
        multipliesBFloat16(device) ? ComputeType::BFloat16 : ComputeType::Float32);
    auto network = std::make_unique<Network>(files.config(), device, scalarType(type));
    const std::vector<NamedParameter> parameters = network->parameters();
    refuseUnknownTensors(files, parameters);
    std::int64_t total = 0;
    for (const NamedParameter& parameter : parameters) { // before the first byte is read
        requireTensor(files, parameter);
        total += parameter.tensor.numel();
    }
    std::int64_t done = 0;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        stopPoint(stop);
        progress.report({.done = done, .total = total, .stage = "reading weights"});
        readWeight(files, parameters[i].name, parameters[i].tensor);
        done += parameters[i].tensor.numel();
    }
    progress.report({.done = total, .total = total, .stage = "reading weights"});
    return network;
}

std::uint64_t nextInstance()
{
    static std::atomic<std::uint64_t> last = 0;
    return ++last;
}

} // namespace

Decoder::Decoder(std::shared_ptr<const ModelFiles> files, std::unique_ptr<Network> network)
    : m_files{std::move(files)}
    , m_network{std::move(network)}
    , m_instance{nextInstance()}
{
}

Decoder::~Decoder()
{
    m_network.reset();
    releaseTensorMemory(); // that of its passes, which the next model may not fit
}

std::unique_ptr<Decoder> Decoder::load(std::shared_ptr<const ModelFiles> files,
                                       const DecoderOptions& options,
                                       const std::optional<std::filesystem::path>& adapter,
                                       StopToken stop, Progress& progress)
{
    const std::string where = files->path().string();
    return translated(where, [&] {
        keepTensorMemory();
        std::unique_ptr<Network> network = loadNetwork(*files, options, stop, progress);
        if (adapter) {
            readAdapter(*network, *adapter);
        }
        return std::unique_ptr<Decoder>{new Decoder{std::move(files), std::move(network)}};
    });
}

std::string Decoder::device() const
{
    return m_network->device().str();
}

ComputeType Decoder::dtype() const
{
    return computeType(m_network->type());
}

void Decoder::addAdapters(const LowRankSettings& settings, std::uint64_t seed)
{
    translated("adding adapters", [&] { m_network->addAdapters(settings, seed); });
}

const std::optional<LowRankSettings>& Decoder::adapters() const
{
    return m_network->adapters();
}

void Decoder::enableAdapters(bool on)
{
    m_network->enableAdapters(on);
}

} // namespace nextquill::model
