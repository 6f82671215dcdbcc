// SPDX-License-Identifier: GPL-3.0-or-later
//
// AdamW and sums of squares. A part of KernelLoops.h, which includes it once for each instruction
// set.
#ifndef NEXTQUILL_KERNEL_SET
#error "included by KernelLoops.h alone"
#endif

namespace nextquill::kernels::NEXTQUILL_KERNEL_SET {

/// An update's factors, and the update of as many weights as there are lanes.
template<class A>
struct AdamLanes
{
    using V = typename LanesOf<A>::Type;

    A keep;
    A fresh1;
    A beta2;
    A fresh2;
    A rate;
    A root;
    A epsilon;

    NEXTQUILL_INLINE explicit AdamLanes(const AdamStep& step)
        : keep{static_cast<A>(1 - step.learningRate * step.weightDecay)}
        , fresh1{static_cast<A>(1 - step.beta1)}
        , beta2{static_cast<A>(step.beta2)}
        , fresh2{static_cast<A>(1 - step.beta2)}
        , rate{static_cast<A>(step.learningRate / step.bias1)}
        , root{static_cast<A>(__builtin_sqrt(step.bias2))}
        , epsilon{static_cast<A>(step.epsilon)}
    {
    }

    /// The new weights; both moments become the new ones.
    NEXTQUILL_INLINE V updated(V w, V g, V& m, V& v) const
    {
        m = m + (g - m) * fresh1;
        v = v * beta2 + g * g * fresh2;
        V size;
        for (std::size_t lane = 0; lane < sizeof(V) / sizeof(A); ++lane) {
            size[lane] = squareRoot(v[lane]);
        }
        return w * keep - m * rate / (size / root + epsilon);
    }
};

template<class A, bool isRounded>
NEXTQUILL_INLINE void adamLoop(const AdamStep& step, const A* gradient, A* first, A* second,
                               A* weight, BFloat16* rounding, Index begin, Index end)
{
    const AdamLanes<A> adam{step};
    eachLane<A>(end - begin, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
        const Index i = begin + j;
        using V = typename LanesOf<A>::Type;
        V m = at.load(first + i);
        V v = at.load(second + i);
        const V w = adam.updated(at.load(weight + i), at.load(gradient + i), m, v);
        at.store(first + i, m);
        at.store(second + i, v);
        at.store(weight + i, w);
        if constexpr (isRounded) {
            at.store(rounding + i, w);
        }
    });
}

template<class A>
void adamw(const AdamStep& step, const A* gradient, A* first, A* second, A* weight, Index begin,
           Index end)
{
    adamLoop<A, false>(step, gradient, first, second, weight, nullptr, begin, end);
}

template<class A>
void adamwRounded(const AdamStep& step, const A* gradient, A* first, A* second, A* weight,
                  BFloat16* rounding, Index begin, Index end)
{
    if constexpr (sizeof(A) == sizeof(float)) {
        adamLoop<A, true>(step, gradient, first, second, weight, rounding, begin, end);
    }
}

template<class A>
double squaredNorm(const A* x, Index begin, Index end)
{
    // Short sums in A, long ones in double: as exact as a tree of sums.
    constexpr Index piece = 4096;
    double total = 0;
    for (Index from = begin; from < end; from += piece) {
        typename LanesOf<A>::Type sums = {};
        eachLane<A>(end - from < piece ? end - from : piece,
                    [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
                        const auto v = at.load(x + from + j);
                        sums += v * v;
                    });
        total += static_cast<double>(sumOf(sums));
    }
    return total;
}

} // namespace nextquill::kernels::NEXTQUILL_KERNEL_SET
