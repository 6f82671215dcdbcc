// SPDX-License-Identifier: GPL-3.0-or-later
//
//   y = x Wᵀ + b + s u Bᵀ       u = drop(x) Aᵀ
//   ∂W = ∂yᵀ x     ∂B = s ∂yᵀ u     ∂u = s ∂y B     ∂A = ∂uᵀ drop(x)     ∂x = ∂y W + drop(∂u A)
#include "core/model/LinearGroup_torch.h"

#include "core/model/Gradients_torch.h"
#include "core/model/PanelProduct_torch.h"
#include "core/model/RowFunctions_torch.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace nextquill::model {

using torch::Tensor;

LinearGroup::LinearGroup(std::int64_t in, const std::vector<std::int64_t>& outs, bool bias,
                         const torch::TensorOptions& options)
{
    const std::int64_t out = std::accumulate(outs.begin(), outs.end(), std::int64_t{0});
    m_weight = torch::empty({out, in}, options);
    if (bias) {
        m_bias = torch::empty({out}, options);
    }
    std::int64_t begin = 0;
    for (const std::int64_t rows : outs) {
        m_parts.push_back({.weight = m_weight.narrow(0, begin, rows),
                           .bias = bias ? m_bias.narrow(0, begin, rows) : Tensor{},
                           .adapter = std::nullopt});
        begin += rows;
    }
}

bool LinearGroup::isAdapted(const Adapting& adapting) const
{
    return adapting.on &&
           std::ranges::any_of(m_parts, [](const Part& part) { return part.adapter.has_value(); });
}

double LinearGroup::dropoutShare() const
{
    for (const Part& part : m_parts) {
        if (part.adapter) {
            return part.adapter->dropout;
        }
    }
    return 0;
}

bool LinearGroup::isDropping(const Adapting& adapting) const
{
    return adapting.dropoutKey && dropoutShare() > 0;
}

Tensor LinearGroup::innerWeight(const Tensor& x) const
{
    std::vector<Tensor> all;
    for (const Part& part : m_parts) {
        if (part.adapter) {
            all.push_back(part.adapter->A);
        }
    }
    return torch::cat(all).to(x.scalar_type());
}

/// Every part draws its own, as PEFT has it.
Tensor LinearGroup::dropped(const Tensor& x, const Adapting& adapting, std::size_t part) const
{
    constexpr std::uint64_t stride = 0x9e3779b97f4a7c15ULL;
    return droppedOut(x, dropoutShare(), *adapting.dropoutKey + stride * (part + 1));
}

Tensor LinearGroup::apply(const Tensor& x, const Adapting& adapting, const Tensor& residual,
                          Inner* inner) const
{
    Tensor y = productWithRows(x, m_weight, residual.defined() ? residual : m_bias);
    if (residual.defined() && m_bias.defined()) {
        y.add_(m_bias);
    }
    if (!isAdapted(adapting)) {
        return y;
    }
    const bool drops = isDropping(adapting);
    const Tensor A = innerWeight(x);
    Tensor u = drops ? torch::empty({x.size(0), A.size(0)}, x.options()) : torch::mm(x, A.t());
    std::int64_t row = 0;
    std::int64_t rank = 0;
    for (std::size_t j = 0; j < m_parts.size(); ++j) {
        const Part& part = m_parts[j];
        if (part.adapter) {
            const std::int64_t r = part.adapter->A.size(0);
            Tensor own = u.narrow(1, rank, r);
            if (drops) {
                own.copy_(torch::mm(dropped(x, adapting, j), A.narrow(0, rank, r).t()));
            }
            const Tensor B = part.adapter->B.to(x.scalar_type());
            y.narrow(1, row, B.size(0)).addmm_(own, B.t(), 1, part.adapter->scale);
            rank += r;
        }
        row += part.weight.size(0);
    }
    if (inner != nullptr) {
        *inner = u;
    }
    return y;
}

LinearGroup::Back LinearGroup::inputGradient(const Tensor& dy, const Adapting& adapting,
                                             bool ofInput) const
{
    Back back{.dx = ofInput ? productWithColumns(dy, m_weight) : Tensor{}, .inner = {}};
    if (!isAdapted(adapting)) {
        return back;
    }
    const Tensor A = innerWeight(dy);
    back.inner = torch::empty({dy.size(0), A.size(0)}, dy.options());
    std::int64_t row = 0;
    std::int64_t rank = 0;
    for (std::size_t j = 0; j < m_parts.size(); ++j) {
        const Part& part = m_parts[j];
        if (part.adapter) {
            const std::int64_t r = part.adapter->A.size(0);
            const Tensor B = part.adapter->B.to(dy.scalar_type());
            Tensor du = back.inner.narrow(1, rank, r);
            du.copy_(torch::mm(dy.narrow(1, row, B.size(0)), B).mul_(part.adapter->scale));
            if (ofInput && isDropping(adapting)) {
                back.dx.add_(dropped(torch::mm(du, A.narrow(0, rank, r)), adapting, j));
            }
            rank += r;
        }
        row += part.weight.size(0);
    }
    if (ofInput && !isDropping(adapting)) {
        back.dx.addmm_(back.inner, A);
    }
    return back;
}

void LinearGroup::addGradients(const Tensor& dy, const Tensor& x, const Inner& inner,
                               const Tensor& dInner, const Adapting& adapting)
{
    if (isAdapted(adapting)) {
        addAdapterGradients(dy, x, inner, dInner, adapting);
    }
    if (m_parts.front().weight.requires_grad()) {
        addWeightGradient(dy, x);
        addBiasGradient(dy);
    }
}

/// One product for all parts, whose gradients are rows of one matrix.
void LinearGroup::addWeightGradient(const Tensor& dy, const Tensor& x)
{
    const bool isFirst = !m_parts.front().weight.grad().defined();
    const auto wide = wideType(x.scalar_type());
    if (!m_gradient.defined()) {
        m_gradient = torch::empty(m_weight.sizes(), m_weight.options().dtype(wide));
    }
    putGradientProduct(dy, x, m_gradient, !isFirst);
    if (isFirst) {
        std::int64_t row = 0;
        for (Part& part : m_parts) {
            part.weight.mutable_grad() = m_gradient.narrow(0, row, part.weight.size(0));
            row += part.weight.size(0);
        }
    }
}

void LinearGroup::addBiasGradient(const Tensor& dy)
{
    if (!m_bias.defined()) {
        return;
    }
    const Tensor sums = dy.sum(0, /*keepdim=*/false, wideType(dy.scalar_type()));
    std::int64_t row = 0;
    for (const Part& part : m_parts) {
        addGradient(part.bias, sums.narrow(0, row, part.bias.size(0)));
        row += part.bias.size(0);
    }
}

void LinearGroup::addAdapterGradients(const Tensor& dy, const Tensor& x, const Inner& inner,
                                      const Tensor& dInner, const Adapting& adapting)
{
    const auto wide = wideType(x.scalar_type());
    const bool drops = isDropping(adapting);
    const Tensor all = drops ? Tensor{} : torch::mm(dInner.t(), x).to(wide);
    std::int64_t row = 0;
    std::int64_t rank = 0;
    for (std::size_t j = 0; j < m_parts.size(); ++j) {
        const Part& part = m_parts[j];
        if (part.adapter) {
            const std::int64_t r = part.adapter->A.size(0);
            const Tensor own = dy.narrow(1, row, part.weight.size(0));
            addGradient(
                part.adapter->B,
                torch::mm(own.t(), inner.narrow(1, rank, r)).to(wide).mul_(part.adapter->scale));
            addGradient(
                part.adapter->A,
                drops ? torch::mm(dInner.narrow(1, rank, r).t(), dropped(x, adapting, j)).to(wide)
                      : all.narrow(0, rank, r));
            rank += r;
        }
        row += part.weight.size(0);
    }
}

} // namespace nextquill::model
