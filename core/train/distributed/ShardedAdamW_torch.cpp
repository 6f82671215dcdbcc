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

std::vector<std::int64_t> elementsOf(const std::vector<Tensor>& tensors)
{
    std::vector<std::int64_t> elements;
    for (const Tensor& tensor : tensors) {
        elements.push_back(tensor.numel());
    }
    return elements;
}

/// Numbers of a slot up to an element of its parameter; a block that has begun counts.
std::int64_t numbersUpTo(std::int64_t element, const AdamW::SlotKind& kind)
{
    return (element + kind.elements - 1) / kind.elements;
}

std::vector<std::int64_t> shapeOf(const Tensor& parameter, const AdamW::SlotKind& kind)
{
    return kind.elements == 1 ? parameter.sizes().vec()
                              : std::vector{numbersUpTo(parameter.numel(), kind)};
}

} // namespace

ShardedAdamW::ShardedAdamW(std::vector<model::NamedParameter> parameters,
                           const TrainingSettings& settings, ProcessGroup& group)
    : m_group{group}
    , m_parameters{std::move(parameters)}
    , m_weights{group.isAlone() ? std::vector<Tensor>{} : flatWeights(m_parameters)}
    , m_layout{elementsOf(m_weights), group.size()}
    , m_own{m_layout.piecesOf(group.rank())}
    , m_adam{ownParameters(), settings, ownWholes()}
    , m_early{settings.shardGradients && !group.isAlone()}
{
    for (const model::NamedParameter& parameter : m_parameters) {
        m_kinds.push_back(AdamW::slotKinds(parameter.tensor.scalar_type(),
                                           hasEightBitState(settings, parameter.tensor.numel())));
    }
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

std::vector<std::int64_t> ShardedAdamW::ownWholes() const
{
    std::vector<std::int64_t> wholes;
    for (const FlatLayout::Piece& piece : m_own) {
        wholes.push_back(m_parameters[piece.tensor].tensor.numel());
    }
    return wholes;
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

std::vector<AdamW::Slot> ShardedAdamW::emptyState() const
{
    std::vector<AdamW::Slot> slots;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        const model::NamedParameter& parameter = m_parameters[i];
        for (const AdamW::SlotKind& kind : m_kinds[i]) {
            slots.push_back({.name = kind.prefix + parameter.name,
                             .tensor = torch::empty(shapeOf(parameter.tensor, kind), kind.type)});
        }
    }
    return slots;
}

std::vector<ShardedAdamW::SlotPart> ShardedAdamW::slotParts(int rank) const
{
    std::vector<std::size_t> firstSlots{0};
    for (const std::vector<AdamW::SlotKind>& kinds : m_kinds) {
        firstSlots.push_back(firstSlots.back() + kinds.size());
    }
    std::vector<SlotPart> parts;
    for (const FlatLayout::Piece& piece : m_layout.piecesOf(rank)) {
        const std::vector<AdamW::SlotKind>& kinds = m_kinds[piece.tensor];
        for (std::size_t k = 0; k < kinds.size(); ++k) {
            parts.push_back({.slot = firstSlots[piece.tensor] + k,
                             .parameter = piece.tensor,
                             .kind = kinds[k],
                             .begin = piece.begin / kinds[k].elements,
                             .end = numbersUpTo(piece.end, kinds[k])});
        }
    }
    return parts;
}

FlatLayout ShardedAdamW::bytesOfParts(int rank) const
{
    std::vector<std::int64_t> bytes;
    for (const SlotPart& part : slotParts(rank)) {
        const auto size = static_cast<std::int64_t>(torch::elementSize(part.kind.type));
        bytes.push_back((part.end - part.begin) * size);
    }
    return {bytes, 1, 1};
}

std::vector<AdamW::Slot> ShardedAdamW::state()
{
    if (m_group.isAlone()) {
        return m_adam.state();
    }
    const torch::NoGradGuard noGrad;
    std::vector<Tensor> mine;
    for (const AdamW::Slot& slot : m_adam.state()) {
        mine.push_back(bytesOf(slot.tensor.detach()));
    }
    std::vector<AdamW::Slot> whole = m_group.leads() ? emptyState() : std::vector<AdamW::Slot>{};
    std::vector<FlatLayout> layouts;
    std::vector<std::vector<Tensor>> parts; // of each rank, on rank 0
    std::int64_t longest = 0;
    for (int rank = 0; rank < m_group.size(); ++rank) {
        layouts.push_back(bytesOfParts(rank));
        longest = std::max(longest, layouts.back().share());
        parts.emplace_back();
        for (const SlotPart& part : m_group.leads() ? slotParts(rank) : std::vector<SlotPart>{}) {
            const Tensor flat = whole[part.slot].tensor.view({-1});
            parts.back().push_back(bytesOf(flat.slice(0, part.begin, part.end)));
        }
    }
    constexpr std::int64_t bytes = 4 * chunk;
    for (std::int64_t first = 0; first < longest; first += bytes) {
        const std::int64_t size = std::min(bytes, longest - first);
        Tensor sent = torch::empty({size}, m_weights.front().options().dtype(torch::kUInt8));
        layouts[static_cast<std::size_t>(m_group.rank())].copyOut(mine, first, sent);
        Tensor received = m_group.leads() ? rowsOf(size, torch::kUInt8) : Tensor{};
        m_group.tensors().gather(received, sent);
        for (std::size_t rank = 0; m_group.leads() && rank < layouts.size(); ++rank) {
            layouts[rank].copyIn(parts[rank], first, received[static_cast<std::int64_t>(rank)]);
        }
    }
    return whole;
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
    const std::vector<SlotPart> parts = slotParts(m_group.rank());
    for (std::size_t i = 0; i < own.size(); ++i) {
        const SlotPart& part = parts[i];
        const Tensor& parameter = m_parameters[part.parameter].tensor;
        const Tensor value =
            storedTensor(stored, file, own[i].name, shapeOf(parameter, part.kind), part.kind.type);
        own[i].tensor.detach().copy_(value.reshape({-1}).slice(0, part.begin, part.end));
    }
    m_adam.restored(steps);
    shareWeights();
}

} // namespace nextquill::train
