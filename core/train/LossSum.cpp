// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/LossSum.h"

namespace nextquill::train {

void LossSum::add(const causal::LossReport& part, double weight)
{
    m_sum.loss += weight * part.loss;
    m_sum.main += weight * part.main;
    m_sum.causal += weight * part.causal;
    m_sum.tokens += part.tokens;
    m_weight += weight;
    if (part.hasPce) {
        const auto tokens = static_cast<double>(part.tokens);
        m_sum.meanPce += tokens * part.meanPce;
        m_sum.preferenceRatio += tokens * part.preferenceRatio;
        m_pceTokens += tokens;
    }
}

std::array<double, LossSum::figureCount> LossSum::figures() const
{
    return {m_sum.loss, m_sum.main,    m_sum.causal,          static_cast<double>(m_sum.tokens),
            m_weight,   m_sum.meanPce, m_sum.preferenceRatio, m_pceTokens};
}

LossSum LossSum::of(std::span<const double, figureCount> figures)
{
    LossSum sum;
    sum.m_sum.loss = figures[0];
    sum.m_sum.main = figures[1];
    sum.m_sum.causal = figures[2];
    sum.m_sum.tokens = static_cast<decltype(sum.m_sum.tokens)>(figures[3]);
    sum.m_weight = figures[4];
    sum.m_sum.meanPce = figures[5];
    sum.m_sum.preferenceRatio = figures[6];
    sum.m_pceTokens = figures[7];
    return sum;
}

causal::LossReport LossSum::mean() const
{
    causal::LossReport mean{.tokens = m_sum.tokens};
    if (m_weight > 0) {
        mean.loss = m_sum.loss / m_weight;
        mean.main = m_sum.main / m_weight;
        mean.causal = m_sum.causal / m_weight;
    }
    mean.hasPce = m_pceTokens > 0;
    if (mean.hasPce) {
        mean.meanPce = m_sum.meanPce / m_pceTokens;
        mean.preferenceRatio = m_sum.preferenceRatio / m_pceTokens;
    }
    return mean;
}

} // namespace nextquill::train
