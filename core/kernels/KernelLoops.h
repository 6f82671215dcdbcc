// SPDX-License-Identifier: GPL-3.0-or-later
//
// The loops behind Kernels.h, for one instruction set: a file Kernels_SET.cpp defines
// NEXTQUILL_KERNEL_SET, the name of a namespace of its own, and includes this once, compiled with
// the set's flags. Nothing of the standard library that could be emitted as a shared function is
// used here: the linker would be free to keep the variant that an older processor cannot run.
#ifndef NEXTQUILL_KERNEL_SET
#error "define NEXTQUILL_KERNEL_SET before including this"
#endif

#include "core/kernels/VectorLoops.h"
// What follows uses it.
#include "core/kernels/AttentionLoops.h"
#include "core/kernels/HeadLoops.h"
#include "core/kernels/NetworkLoops.h"
#include "core/kernels/OptimizerLoops.h"
#include "core/kernels/PairLoops.h"
#include "core/kernels/PeakLoops.h"
// And these AdamW's arithmetic, and the pairs' transposition.
#include "core/kernels/EightBitLoops.h"
#include "core/kernels/PanelLoops.h"

namespace nextquill::kernels::NEXTQUILL_KERNEL_SET {

template<class T>
const Kernels<T>& table()
{
    static constexpr Kernels<T> all{
        .rmsNorm = rmsNorm<T>,
        .rmsNormBackward = rmsNormBackward<T>,
        .splitHeads = splitHeads<T>,
        .mergeHeads = mergeHeads<T>,
        .blocksToRows = blocksToRows<T>,
        .rowsToBlocks = rowsToBlocks<T>,
        .causalSoftmax = causalSoftmax<T>,
        .causalSoftmaxBackward = causalSoftmaxBackward<T>,
        .gatedSilu = gatedSilu<T>,
        .gatedSiluBackward = gatedSiluBackward<T>,
        .dropout = dropout<T>,
        .addTo = addTo<T>,
        .measureLogits = measureLogits<T>,
        .logitGradients = logitGradients<T>,
    };
    return all;
}

template<class A>
const OptimizerKernels<A>& optimizerTable()
{
    static constexpr OptimizerKernels<A> all{
        .adamw = adamw<A>, .adamwRounded = adamwRounded<A>, .squaredNorm = squaredNorm<A>};
    return all;
}

template const Kernels<float>& table<float>();
template const Kernels<BFloat16>& table<BFloat16>();
template const Kernels<double>& table<double>();
template const OptimizerKernels<float>& optimizerTable<float>();
template const OptimizerKernels<double>& optimizerTable<double>();

/// Not inline: the only name of this set that another file calls without a type.
const PeakKernels& peak();
const PeakKernels& peak()
{
    return peakTable();
}

} // namespace nextquill::kernels::NEXTQUILL_KERNEL_SET
