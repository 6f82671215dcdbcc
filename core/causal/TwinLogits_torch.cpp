// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/TwinLogits_torch.h"

#include "core/model/KernelCall_torch.h"
#include "core/model/RowFunctions_torch.h"
#include "core/model/WideProduct_torch.h"

namespace nextquill::causal {

namespace {

using kernels::TwinRow;
using kernels::Wide;
using model::memoryOf;
using torch::Tensor;

/// The places of a kernels::TwinRow's numbers.
enum Column { SumOfH, TargetOfH, SumOfPlain, TargetOfPlain, SumOfDifference, TargetOfDifference };
constexpr std::int64_t columns = 6;
static_assert(sizeof(TwinRow<float>) == columns * sizeof(float));

Tensor logProbability(const Tensor& rows, Column sum, Column target)
{
    return rows.select(1, target) - rows.select(1, sum);
}

/// The same by LibTorch's operations, for a device without kernels.
void plainMeasure(const Tensor& z, const Tensor& d, const Tensor& targets, Tensor& rows)
{
    const auto put = [&](const Tensor& logits, Column sum, Column target) {
        rows.select(1, sum).copy_(torch::logsumexp(logits, 1));
        rows.select(1, target).copy_(logits.gather(1, targets.unsqueeze(1)).squeeze(1));
    };
    put(z, SumOfH, TargetOfH);
    if (d.defined()) {
        put(z - d, SumOfPlain, TargetOfPlain);
        put(d, SumOfDifference, TargetOfDifference);
    }
}

Tensor plainGradient(const Tensor& z, const Tensor& sums, const Tensor& scale,
                     const Tensor& targets)
{
    Tensor gradient = (z - sums.unsqueeze(1)).exp_();
    gradient.scatter_add_(1, targets.unsqueeze(1),
                          torch::full({z.size(0), 1}, -1, gradient.options()));
    return gradient.mul_(scale.unsqueeze(1));
}

} // namespace

TwinLogits::TwinLogits(const Tensor& hidden_h, const Tensor& hidden_0, const Tensor& headWeight,
                       const Tensor& targets)
    : m_targets{targets}
    , m_twin{hidden_h.defined() && hidden_0.defined()}
{
    const Tensor& some = hidden_h.defined() ? hidden_h : hidden_0;
    m_type = some.scalar_type();
    const std::int64_t c = some.size(0);
    // A difference of hidden states is exact enough in the wide type alone. In a narrow one the
    // logits, which are wide, are subtracted.
    const bool subtractsHidden = m_twin && m_type == model::wideType(m_type);
    m_logits = model::wideProduct(
        m_twin ? torch::cat({hidden_h, subtractsHidden ? hidden_h - hidden_0 : hidden_0})
               : some.contiguous(),
        headWeight);
    m_rows = torch::zeros({c, columns}, m_logits.options());
    const Tensor z = m_logits.narrow(0, 0, c);
    Tensor d = m_twin ? m_logits.narrow(0, c, c) : Tensor{};
    if (m_twin && !subtractsHidden) {
        torch::sub_out(d, z, d);
    }
    if (!model::hasKernels(m_logits)) {
        plainMeasure(z, d, targets, m_rows);
    } else {
        model::withElement(some, [&](auto element) {
            using T = decltype(element);
            model::inParallel(c, 1, [&](std::int64_t begin, std::int64_t end) {
                kernels::kernels<T>().measureLogits(
                    memoryOf<Wide<T>>(z), m_twin ? memoryOf<Wide<T>>(d) : nullptr,
                    memoryOf<std::int64_t>(targets), m_logits.size(1),
                    memoryOf<TwinRow<Wide<T>>>(m_rows), begin, end);
            });
        });
    }
    m_figures.h = logProbability(m_rows, SumOfH, TargetOfH);
    if (m_twin) {
        m_figures.plain = logProbability(m_rows, SumOfPlain, TargetOfPlain);
        m_figures.difference = logProbability(m_rows, SumOfDifference, TargetOfDifference);
    }
}

void TwinLogits::toGradients(const Tensor& mainScale, const Tensor& causalScale)
{
    const std::int64_t c = m_targets.size(0);
    m_hasCausal = causalScale.defined();
    const Tensor z = m_logits.narrow(0, 0, c);
    const Tensor d = m_hasCausal ? m_logits.narrow(0, c, c) : Tensor{};
    const std::int64_t rows = m_hasCausal ? 2 * c : c;
    m_gradients = m_type == m_logits.scalar_type()
                      ? m_logits.narrow(0, 0, rows)
                      : torch::empty({rows, m_logits.size(1)}, m_logits.options().dtype(m_type));
    if (!model::hasKernels(m_logits)) {
        mainGradient().copy_(plainGradient(z, m_rows.select(1, SumOfH), mainScale, m_targets));
        if (m_hasCausal) {
            causalGradient().copy_(
                plainGradient(d, m_rows.select(1, SumOfDifference), causalScale, m_targets));
        }
    } else {
        model::withElement(m_gradients, [&](auto element) {
            using T = decltype(element);
            model::inParallel(c, 1, [&](std::int64_t begin, std::int64_t end) {
                kernels::kernels<T>().logitGradients(
                    memoryOf<Wide<T>>(z), m_hasCausal ? memoryOf<Wide<T>>(d) : nullptr,
                    memoryOf<std::int64_t>(m_targets), m_logits.size(1),
                    memoryOf<TwinRow<Wide<T>>>(m_rows), memoryOf<Wide<T>>(mainScale),
                    m_hasCausal ? memoryOf<Wide<T>>(causalScale) : nullptr,
                    memoryOf<T>(mainGradient()),
                    m_hasCausal ? memoryOf<T>(causalGradient()) : nullptr, begin, end);
            });
        });
    }
    m_logits.reset();
}

Tensor TwinLogits::mainGradient() const
{
    return m_gradients.narrow(0, 0, m_targets.size(0));
}

Tensor TwinLogits::causalGradient() const
{
    const std::int64_t c = m_targets.size(0);
    return m_hasCausal ? m_gradients.narrow(0, c, c) : Tensor{};
}

} // namespace nextquill::causal
