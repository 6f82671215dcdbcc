// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/LinearSurrogate.h"

#include "core/base/Error.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace nextquill::causal {

namespace {

using Matrix = std::vector<double>; // row-major

/// Lower triangle L of a symmetric positive definite matrix [s, s] = L Lᵀ, in its place.
void factorize(Matrix& a, std::size_t s)
{
    for (std::size_t i = 0; i < s; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = a[i * s + j];
            for (std::size_t k = 0; k < j; ++k) {
                sum -= a[i * s + k] * a[j * s + k];
            }
            a[i * s + j] = i == j ? std::sqrt(sum) : sum / a[j * s + j];
        }
    }
}

/// Solves L Lᵀ x = b for each of the T columns of b [s, T], in its place.
void solve(const Matrix& lower, std::size_t s, Matrix& b, std::size_t T)
{
    for (std::size_t i = 0; i < s; ++i) {
        for (std::size_t t = 0; t < T; ++t) {
            for (std::size_t k = 0; k < i; ++k) {
                b[i * T + t] -= lower[i * s + k] * b[k * T + t];
            }
            b[i * T + t] /= lower[i * s + i];
        }
    }
    for (std::size_t i = s; i-- > 0;) {
        for (std::size_t t = 0; t < T; ++t) {
            for (std::size_t k = i + 1; k < s; ++k) {
                b[i * T + t] -= lower[k * s + i] * b[k * T + t];
            }
            b[i * T + t] /= lower[i * s + i];
        }
    }
}

void requireMatching(std::span<const PartMask> masks, std::span<const std::vector<float>> values)
{
    const auto differs = [](const auto& rows) {
        return std::ranges::any_of(
            rows, [&](const auto& row) { return row.size() != rows.front().size(); });
    };
    if (masks.empty() || masks.size() != values.size() || differs(masks) || differs(values)) {
        throw Error{ErrorKind::Internal, "measurements and subsets do not match",
                    "core/causal/LinearSurrogate", "report this"};
    }
}

} // namespace

LinearSurrogate::LinearSurrogate(std::span<const PartMask> masks,
                                 std::span<const std::vector<float>> values, double ridge)
{
    requireMatching(masks, values);
    const std::size_t s = m_parts = masks.front().size();
    const std::size_t T = m_values = values.front().size();
    const auto n = static_cast<double>(masks.size());
    std::vector<double> share(s); // of subsets that have a part: masks are centred by it
    std::vector<double> mean(T);
    for (std::size_t j = 0; j < masks.size(); ++j) {
        for (std::size_t i = 0; i < s; ++i) {
            share[i] += masks[j][i] ? 1 / n : 0;
        }
        for (std::size_t t = 0; t < T; ++t) {
            mean[t] += static_cast<double>(values[j][t]) / n;
        }
    }
    Matrix products(s * s);
    m_weights.assign(s * T, 0);
    for (std::size_t j = 0; j < masks.size(); ++j) {
        for (std::size_t i = 0; i < s; ++i) {
            const double x = (masks[j][i] ? 1 : 0) - share[i];
            for (std::size_t k = 0; k < s; ++k) {
                products[i * s + k] += x * ((masks[j][k] ? 1 : 0) - share[k]);
            }
            for (std::size_t t = 0; t < T; ++t) {
                m_weights[i * T + t] += x * (static_cast<double>(values[j][t]) - mean[t]);
            }
        }
    }
    for (std::size_t i = 0; i < s; ++i) {
        products[i * s + i] += ridge * n;
    }
    factorize(products, s);
    solve(products, s, m_weights, T);
    m_intercepts = std::move(mean);
    for (std::size_t t = 0; t < T; ++t) {
        for (std::size_t i = 0; i < s; ++i) {
            m_intercepts[t] -= m_weights[i * T + t] * share[i];
        }
    }
}

double LinearSurrogate::predict(std::size_t value, const PartMask& mask) const
{
    double sum = m_intercepts[value];
    for (std::size_t i = 0; i < m_parts; ++i) {
        sum += mask[i] ? weight(value, i) : 0;
    }
    return sum;
}

std::optional<double> LinearSurrogate::fit(std::span<const PartMask> masks,
                                           std::span<const std::vector<float>> values) const
{
    requireMatching(masks, values);
    std::vector<double> real;
    for (const std::vector<float>& row : values) {
        real.push_back(std::accumulate(row.begin(), row.end(), 0.0));
    }
    const double mean =
        std::accumulate(real.begin(), real.end(), 0.0) / static_cast<double>(real.size());
    double spread = 0;
    double missed = 0;
    for (std::size_t j = 0; j < masks.size(); ++j) {
        double predicted = 0;
        for (std::size_t t = 0; t < m_values; ++t) {
            predicted += predict(t, masks[j]);
        }
        spread += (real[j] - mean) * (real[j] - mean);
        missed += (real[j] - predicted) * (real[j] - predicted);
    }
    return spread > 0 ? std::optional{1 - missed / spread} : std::nullopt;
}

} // namespace nextquill::causal
