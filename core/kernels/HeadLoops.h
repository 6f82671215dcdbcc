// SPDX-License-Identifier: GPL-3.0-or-later
//
// The vocabulary head's softmaxes and their gradients. A part of KernelLoops.h, which includes it
// once for each instruction set.
#ifndef NEXTQUILL_KERNEL_SET
#error "included by KernelLoops.h alone"
#endif

namespace nextquill::kernels::NEXTQUILL_KERNEL_SET {

template<class T>
NEXTQUILL_INLINE RowSoftmax<Wide<T>> rowSoftmax(Lanes<T> sums, Wide<T> top, Wide<T> ofTarget)
{
    return {.logSum = top + logarithm(sumOf(sums)), .ofTarget = ofTarget};
}

template<class T>
void measureOneWorld(const Wide<T>* z, std::int64_t target, Index V, TwinRow<Wide<T>>& row)
{
    const Lanes<T> lowest = all<T>(-__builtin_inff());
    Lanes<T> highest = lowest;
    eachLane<T>(V, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
        highest = largerOf(at.kept(at.load(z + j), lowest), highest);
    });
    const Wide<T> top = largestOf(highest);
    Lanes<T> sums = {};
    eachLane<T>(V, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
        sums += at.kept(exponential(at.load(z + j) - top), Lanes<T>{});
    });
    row.h = rowSoftmax<T>(sums, top, z[target]);
}

template<class T>
void measureBothWorlds(const Wide<T>* z, const Wide<T>* d, std::int64_t target, Index V,
                       TwinRow<Wide<T>>& row)
{
    const Lanes<T> lowest = all<T>(-__builtin_inff());
    Lanes<T> highest[3] = {lowest, lowest, lowest};
    eachLane<T>(V, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
        const Lanes<T> h = at.load(z + j);
        const Lanes<T> b = at.load(d + j);
        highest[0] = largerOf(at.kept(h, lowest), highest[0]);
        highest[1] = largerOf(at.kept(h - b, lowest), highest[1]);
        highest[2] = largerOf(at.kept(b, lowest), highest[2]);
    });
    const Wide<T> top[3] = {largestOf(highest[0]), largestOf(highest[1]), largestOf(highest[2])};
    Lanes<T> sums[3] = {};
    eachLane<T>(V, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
        const Lanes<T> h = at.load(z + j);
        const Lanes<T> b = at.load(d + j);
        sums[0] += at.kept(exponential(h - top[0]), Lanes<T>{});
        sums[1] += at.kept(exponential(h - b - top[1]), Lanes<T>{});
        sums[2] += at.kept(exponential(b - top[2]), Lanes<T>{});
    });
    const Wide<T> h = z[target];
    const Wide<T> b = d[target];
    row.h = rowSoftmax<T>(sums[0], top[0], h);
    row.plain = rowSoftmax<T>(sums[1], top[1], h - b);
    row.difference = rowSoftmax<T>(sums[2], top[2], b);
}

template<class T>
void measureLogits(const Wide<T>* z, const Wide<T>* d, const std::int64_t* targets, Index V,
                   TwinRow<Wide<T>>* rows, Index begin, Index end)
{
    for (Index i = begin; i < end; ++i) {
        if (d == nullptr) {
            measureOneWorld<T>(z + i * V, targets[i], V, rows[i]);
        } else {
            measureBothWorlds<T>(z + i * V, d + i * V, targets[i], V, rows[i]);
        }
    }
}

/// scale (softmax(z) - onehot). The target's own lane is written last.
template<class T>
void softmaxGradient(const Wide<T>* z, const RowSoftmax<Wide<T>>& row, Wide<T> scale,
                     std::int64_t target, Index V, T* gradient)
{
    eachLane<T>(V, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
        at.store(gradient + j, exponential(at.load(z + j) - row.logSum) * scale);
    });
    const Lanes<T> p = exponential(all<T>(row.ofTarget - row.logSum));
    Part{1}.store(gradient + target, (p - Wide<T>{1}) * scale);
}

template<class T>
void logitGradients(const Wide<T>* z, const Wide<T>* d, const std::int64_t* targets, Index V,
                    const TwinRow<Wide<T>>* rows, const Wide<T>* mainScale,
                    const Wide<T>* causalScale, T* main, T* causal, Index begin, Index end)
{
    for (Index i = begin; i < end; ++i) {
        softmaxGradient(z + i * V, rows[i].h, mainScale[i], targets[i], V, main + i * V);
        if (d != nullptr) {
            softmaxGradient(d + i * V, rows[i].difference, causalScale[i], targets[i], V,
                            causal + i * V);
        }
    }
}

} // namespace nextquill::kernels::NEXTQUILL_KERNEL_SET
