// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/distributed/ShardedAdamW_torch.h"

#include "core/base/Error.h"
#include "core/model/SafeTensorsFile.h"
#include "core/train/CheckpointState_torch.h"
#include "core/train/distributed/Collectives_torch.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace nextquill::train {

using torch::Tensor;

namespace {

/// Elements of a share that are sent at once: what is copied for sending is R times as much.
constexpr std::int64_t chunk = std::int64_t{1} << 20;

std::vector<Tensor> flatWeights(const std::vector<model::NamedParameter>& parameters)
{
    std::vector<Tensor> flat;
    for (const model::NamedParameter& parameter : parameters) {
        const Tensor weight = parameter.tensor.detach();
        if (weight.scalar_type() != parameters.front().tensor.scalar_type()) {
            throw Error{ErrorKind::Unsupported, "trained weights of several number formats",
                        parameter.name, "train on one rank, or report this"};
        }
        flat.push_back(weight.view({-1})); // shares its memory, so that updates reach the model
    }
    return flat;
}

torch::ScalarType sumType(torch::ScalarType weights)
{
    return weights == torch::kDouble ? torch::kDouble : torch::kFloat;
}

/// Bytes are sent as they are, whatever they mean: no format is one that a backend does not know.
Tensor bytesOf(const Tensor& tensor)
{
    return tensor.view(torch::kUInt8);
}

/// A slot of AdamW::state() is named for its parameter: "exp_avg.lm_head.weight" → "exp_avg.".
std::string kindOf(const AdamW::Slot& slot, const std::string& parameter)
{
    return slot.name.substr(0, slot.name.size() - parameter.size());
}

} // namespace

ShardedAdamW::ShardedAdamW(std::vector<model::NamedParameter> parameters,
                           const TrainingSettings& settings, ProcessGroup& group)
    : m_group{group}
    , m_parameters{std::move(parameters)}
    , m_weights{group.isAlone() ? std::vector<Tensor>{} : flatWeights(m_parameters)}
    , m_layout{m_weights, group.size()}
    , m_own{m_layout.piecesOf(group.rank())}
    , m_adam{ownParameters(), settings}
    , m_early{settings.shardGradients && !group.isAlone()}
{
}

std::vector<model::NamedParameter> ShardedAdamW::ownParameters() const
{
    if (m_group.isAlone()) {
        return m_parameters;
    }
    std::vector<model::NamedParameter> own;
    for (const FlatLayout::Piece& piece : m_own) {
        own.push_back({.name = m_parameters[piece.tensor].name,
                       .tensor = m_weights[piece.tensor].slice(0, piece.begin, piece.end)});
    }
    return own;
}

bool ShardedAdamW::reduceGradients(bool last, bool goesOn)
{
    const bool now = last || m_early || !goesOn;
    if (now && m_group.any(!goesOn)) {
        clearGradients();
        return false;
    }
    if (now && !m_group.isAlone()) {
        sumToOwners();
    }
    return true;
}

std::vector<bool> ShardedAdamW::trainedSomewhere() const
{
    std::vector<double> defined;
    for (const model::NamedParameter& parameter : m_parameters) {
        defined.push_back(parameter.tensor.grad().defined() ? 1 : 0);
    }
    std::vector<bool> any;
    for (const double ranks : m_group.sum(std::move(defined))) {
        any.push_back(ranks > 0);
    }
    return any;
}

Tensor ShardedAdamW::rowsOf(std::int64_t elements, torch::ScalarType type) const
{
    return torch::empty({m_group.size(), elements}, m_weights.front().options().dtype(type));
}

void ShardedAdamW::sumToOwners()
{
    const torch::NoGradGuard noGrad;
    const std::vector<bool> trained = trainedSomewhere();
    m_hasGradient.resize(m_parameters.size(), false);
    std::vector<Tensor> gradients;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        const Tensor& gradient = m_parameters[i].tensor.grad();
        gradients.push_back(gradient.defined() ? gradient.reshape({-1}) : Tensor{});
        m_hasGradient[i] = m_hasGradient[i] || trained[i];
    }
    const torch::ScalarType type = sumType(m_weights.front().scalar_type());
    if (!m_gradient.defined()) {
        m_gradient = torch::zeros({m_layout.share()}, m_weights.front().options().dtype(type));
    }
    for (std::int64_t first = 0; first < m_layout.share(); first += chunk) {
        const std::int64_t size = std::min(chunk, m_layout.share() - first);
        Tensor whole = rowsOf(size, type);
        for (int rank = 0; rank < m_group.size(); ++rank) {
            m_layout.copyOut(gradients, rank * m_layout.share() + first, whole[rank]);
        }
        Tensor part = torch::empty({size}, whole.options());
        m_group.tensors().reduceScatter(part, whole);
        m_gradient.slice(0, first, first + size).add_(part);
    }
    dropUnsummed();
    setOwnGradients();
}

void ShardedAdamW::setOwnGradients()
{
    const std::vector<model::NamedParameter>& own = m_adam.parameters();
    for (std::size_t i = 0; i < own.size(); ++i) {
        const FlatLayout::Piece& piece = m_own[i];
        const bool has = m_hasGradient[piece.tensor];
        own[i].tensor.mutable_grad() =
            has ? m_gradient.slice(0, piece.place, piece.place + piece.end - piece.begin)
                : Tensor{};
    }
}

double ShardedAdamW::gradientNorm()
{
    const double own = train::gradientNorm(m_adam.parameters());
    return m_group.isAlone() ? own : std::sqrt(m_group.sum({own * own}).front());
}

void ShardedAdamW::clipGradients(double norm, double max)
{
    train::clipGradients(m_adam.parameters(), norm, max);
}

void ShardedAdamW::step(double learningRate)
{
    m_adam.step(learningRate);
    clearGradients();
    if (!m_group.isAlone()) {
        shareWeights();
    }
}

void ShardedAdamW::shareWeights()
{
    const torch::NoGradGuard noGrad;
    for (std::int64_t first = 0; first < m_layout.share(); first += chunk) {
        const std::int64_t size = std::min(chunk, m_layout.share() - first);
        Tensor whole = rowsOf(size, m_weights.front().scalar_type());
        Tensor part = torch::empty({size}, whole.options());
        m_layout.copyOut(m_weights, m_group.rank() * m_layout.share() + first, part);
        Tensor received = bytesOf(whole);
        Tensor sent = bytesOf(part);
        m_group.tensors().allGather(received, sent);
        for (int rank = 0; rank < m_group.size(); ++rank) {
            if (rank != m_group.rank()) {
                m_layout.copyIn(m_weights, rank * m_layout.share() + first, whole[rank]);
            }
        }
    }
}

void ShardedAdamW::clearGradients()
{
    m_adam.clearGradients();
    dropUnsummed();
    m_gradient = Tensor{};
    m_hasGradient.clear();
}

void ShardedAdamW::dropUnsummed()
{
    for (model::NamedParameter& parameter : m_parameters) {
        parameter.tensor.mutable_grad() = Tensor{};
    }
}

bool ShardedAdamW::isFinite()
{
    return !m_group.any(!m_adam.isFinite());
}

std::vector<Tensor> ShardedAdamW::gathered(const std::vector<Tensor>& parts)
{
    const torch::NoGradGuard noGrad;
    const torch::ScalarType type = sumType(m_weights.front().scalar_type());
    std::vector<Tensor> all;
    for (const Tensor& weight : m_weights) {
        all.push_back(m_group.leads() ? torch::empty({weight.numel()}, type) : Tensor{});
    }
    const FlatLayout mine{parts, 1};
    for (std::int64_t first = 0; first < m_layout.share(); first += chunk) {
        const std::int64_t size = std::min(chunk, m_layout.share() - first);
        Tensor part = torch::empty({size}, m_weights.front().options().dtype(type));
        mine.copyOut(parts, first, part);
        Tensor whole = m_group.leads() ? rowsOf(size, type) : Tensor{};
        m_group.tensors().gather(whole, part);
        for (int rank = 0; m_group.leads() && rank < m_group.size(); ++rank) {
            m_layout.copyIn(all, rank * m_layout.share() + first, whole[rank]);
        }
    }
    return all;
}

std::vector<AdamW::Slot> ShardedAdamW::state()
{
    std::vector<AdamW::Slot> own = m_adam.state();
    if (m_group.isAlone()) {
        return own;
    }
    // Rank 0 tells: a rank whose share is empty has no slot to see it from.
    const std::size_t seen = m_own.empty() ? 0 : own.size() / m_own.size();
    const std::size_t kinds = std::stoul(m_group.fromLead(std::to_string(seen)));
    std::vector<AdamW::Slot> slots(m_group.leads() ? kinds * m_parameters.size() : 0);
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        std::vector<Tensor> parts;
        for (std::size_t i = 0; i < m_own.size(); ++i) {
            parts.push_back(own[i * kinds + kind].tensor);
        }
        const std::vector<Tensor> all = gathered(parts);
        for (std::size_t i = 0; m_group.leads() && i < all.size(); ++i) {
            const model::NamedParameter& parameter = m_parameters[i];
            slots[i * kinds + kind] = {.name = kindOf(own[kind], m_adam.parameters().front().name) +
                                               parameter.name,
                                       .tensor = all[i].view(parameter.tensor.sizes())};
        }
    }
    return slots;
}

void ShardedAdamW::restore(const std::filesystem::path& file, std::int64_t steps)
{
    const std::vector<AdamW::Slot> own = m_adam.state();
    if (m_group.isAlone()) {
        readTensors(file, own);
        m_adam.restored(steps);
        return;
    }
    const torch::NoGradGuard noGrad;
    const model::SafeTensorsFile stored{file};
    const std::size_t kinds = m_own.empty() ? 0 : own.size() / m_own.size();
    for (std::size_t i = 0; i < own.size(); ++i) {
        const FlatLayout::Piece& piece = m_own[i / kinds];
        const Tensor& whole = m_parameters[piece.tensor].tensor;
        const Tensor value =
            storedTensor(stored, file, own[i].name, whole.sizes(), own[i].tensor.scalar_type());
        own[i].tensor.detach().copy_(value.reshape({-1}).slice(0, piece.begin, piece.end));
    }
    m_adam.restored(steps);
    shareWeights();
}

} // namespace nextquill::train
