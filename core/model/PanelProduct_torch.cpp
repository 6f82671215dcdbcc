// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/PanelProduct_torch.h"

#include "core/model/PanelFactor_torch.h"
#include "core/model/RowFunctions_torch.h"

#include <algorithm>
#include <atomic>
#include <utility>

namespace nextquill::model {

namespace {

using kernels::BFloat16;
using kernels::packedRows;
using kernels::panelColumns;
using kernels::PanelFactor;
using kernels::panelKernels;
using kernels::PanelLeft;
using kernels::PanelResult;
using kernels::panelRows;
using kernels::panelWords;
using torch::Tensor;

constexpr std::int64_t mostWords = 2048;     ///< of a panel: 384 KiB, in a core's own cache
constexpr std::int64_t fewestRows = 32;      ///< below, packing the right factor is not worth it
constexpr std::int64_t tasksAThread = 4;     ///< so that nobody waits long for the last one
constexpr std::int64_t roundedAtOnce = 8192; ///< rows of a gradient that is added in a narrow type

/// Numbers begin … begin + count of every vector.
template<class T>
PanelFactor<T> partOf(PanelFactor<T> whole, std::int64_t begin, std::int64_t count)
{
    whole.data += whole.isTransposed ? begin * whole.stride : begin;
    whole.sum = count;
    return whole;
}

/// The left factor: rows as they lie where products can read them, else packed.
template<class T>
class LeftRows
{
public:
    explicit LeftRows(const PanelFactor<T>& left)
        : m_left{left}
    {
        constexpr auto inWord = static_cast<std::int64_t>(4 / sizeof(T));
        if (!left.isTransposed && left.sum % inWord == 0) {
            return;
        }
        const std::int64_t packs = packsOf(left);
        m_panels = torch::empty({packs, packedRows * panelWords<T>(left.sum)}, torch::kInt);
        inParallel(packs, 1, [&](std::int64_t begin, std::int64_t end) {
            packRows(m_left, begin, end, panels());
        });
    }

    /// From a row on, a multiple of panelRows.
    [[nodiscard]] PanelLeft from(std::int64_t row) const
    {
        return rowsFrom(m_left, row, m_panels.defined() ? panels() : nullptr);
    }

private:
    [[nodiscard]] std::uint32_t* panels() const { return memoryOf<std::uint32_t>(m_panels); }

    PanelFactor<T> m_left;
    Tensor m_panels;
};

template<class T, class R>
void run(const PanelLeft& left, const std::uint32_t* right, std::int64_t words,
         const PanelResult<R>& result)
{
    if constexpr (sizeof(T) == sizeof(R)) {
        panelKernels<T>().product(left, {.words = right}, words, result);
    } else {
        panelKernels<T>().wideProduct(left, {.words = right}, words, result);
    }
}

/// `to` [left.outer, right.outer] = left rightᵀ + addend, a panel and some rows as a task; tasks go
/// to whichever thread is free.
template<class T, class R>
void multiply(const PanelFactor<T>& left, const PanelFactor<T>& right, const PanelResult<R>& to)
{
    const LeftRows<T> rows{left};
    const std::int64_t words = panelWords<T>(left.sum);
    const std::int64_t panels = (right.outer + panelColumns - 1) / panelColumns;
    const std::int64_t threads = parallelThreads();
    const std::int64_t wanted = (tasksAThread * threads + panels - 1) / panels;
    const std::int64_t most = std::max<std::int64_t>(1, left.outer / fewestRows);
    const std::int64_t parts = std::clamp<std::int64_t>(wanted, 1, most);
    const std::int64_t partRows =
        ((left.outer + parts - 1) / parts + panelRows - 1) / panelRows * panelRows;
    std::atomic<std::int64_t> next{0};
    inParallel(threads, 1, [&](std::int64_t, std::int64_t) {
        const Tensor memory = torch::empty({words, panelColumns}, torch::kInt);
        auto* const panel = memoryOf<std::uint32_t>(memory);
        std::int64_t packed = -1;
        for (std::int64_t task = next++; task < panels * parts; task = next++) {
            const std::int64_t column = task / parts * panelColumns;
            const std::int64_t row = task % parts * partRows;
            if (row >= left.outer) {
                continue;
            }
            if (packed != column) {
                panelKernels<T>().packRight(right, column, panel);
                packed = column;
            }
            PanelResult<R> part = to;
            part.data += row * to.stride + column;
            if (to.addend != nullptr) {
                part.addend += row * to.addendStride + column;
            }
            part.rows = std::min(partRows, left.outer - row);
            part.columns = std::min(panelColumns, right.outer - column);
            run<T, R>(rows.from(row), panel, words, part);
        }
    });
}

template<class R>
PanelResult<R> resultIn(const Tensor& y, const Tensor& addend)
{
    return {.data = memoryOf<R>(y),
            .addend = addend.defined() ? memoryOf<R>(addend) : nullptr,
            .rows = y.size(0),
            .columns = y.size(1),
            .stride = y.stride(0),
            .addendStride = addend.defined() && addend.dim() == 2 ? addend.stride(0) : 0};
}

/// y = left rightᵀ + addend in the factors' own type.
Tensor product(const Tensor& left, const Tensor& right, bool rightIsTransposed,
               const Tensor& addend)
{
    const std::int64_t outer = right.size(rightIsTransposed ? 1 : 0);
    Tensor y = torch::empty({left.size(0), outer}, left.options());
    if (left.scalar_type() == torch::kBFloat16) {
        multiply<BFloat16, BFloat16>(panelFactor<BFloat16>(left, false),
                                     panelFactor<BFloat16>(right, rightIsTransposed),
                                     resultIn<BFloat16>(y, addend));
    } else {
        multiply<float, float>(panelFactor<float>(left, false),
                               panelFactor<float>(right, rightIsTransposed),
                               resultIn<float>(y, addend));
    }
    return y;
}

/// Longer vectors are summed piece by piece into float32, so that a panel stays in the cache.
template<class T>
void gradientProduct(const Tensor& dy, const Tensor& x, const Tensor& gradient, bool adds)
{
    constexpr auto inWord = static_cast<std::int64_t>(4 / sizeof(T));
    const auto left = panelFactor<T>(dy, true);
    const auto right = panelFactor<T>(x, true);
    for (std::int64_t begin = 0; begin < left.sum; begin += mostWords * inWord) {
        const std::int64_t count = std::min(mostWords * inWord, left.sum - begin);
        multiply<T, float>(partOf(left, begin, count), partOf(right, begin, count),
                           resultIn<float>(gradient, adds || begin > 0 ? gradient : Tensor{}));
    }
}

/// The left factor has rows enough, and not too long ones.
bool fitsPanels(const Tensor& left)
{
    if (left.size(0) < fewestRows) {
        return false;
    }
    const std::int64_t words = left.scalar_type() == torch::kBFloat16
                                   ? panelWords<BFloat16>(left.size(1))
                                   : panelWords<float>(left.size(1));
    return words <= 2 * mostWords;
}

} // namespace

Tensor productWithRows(const Tensor& x, const Tensor& W, const Tensor& addend)
{
    const bool isPlain = !addend.defined() || addend.dim() == 1 || isRowMatrix(addend);
    if (takePanels(x, W) && fitsPanels(x) && isPlain) {
        return product(x, W, false, addend);
    }
    return addend.defined() ? torch::addmm(addend, x, W.t()) : torch::mm(x, W.t());
}

Tensor productWithColumns(const Tensor& dy, const Tensor& W)
{
    return takePanels(dy, W) && fitsPanels(dy) ? product(dy, W, true, {}) : torch::mm(dy, W);
}

void putGradientProduct(const Tensor& dy, const Tensor& x, Tensor& gradient, bool adds)
{
    const bool isWide = x.scalar_type() == gradient.scalar_type();
    if (takePanels(dy, x) && dy.size(1) >= fewestRows && gradient.scalar_type() == torch::kFloat &&
        isRowMatrix(gradient)) {
        if (isWide) {
            gradientProduct<float>(dy, x, gradient, adds);
        } else {
            gradientProduct<BFloat16>(dy, x, gradient, adds);
        }
    } else if (isWide && adds) {
        gradient.addmm_(dy.t(), x);
    } else if (isWide) {
        at::mm_out(gradient, dy.t(), x);
    } else if (adds) {
        for (std::int64_t begin = 0; begin < gradient.size(0); begin += roundedAtOnce) {
            const std::int64_t rows = std::min(roundedAtOnce, gradient.size(0) - begin);
            Tensor part = gradient.narrow(0, begin, rows);
            addTo(torch::mm(dy.narrow(1, begin, rows).t(), x), part);
        }
    } else {
        gradient.copy_(torch::mm(dy.t(), x));
    }
}

} // namespace nextquill::model
