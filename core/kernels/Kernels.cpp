// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/Kernels.h"

#include "core/kernels/PairKernels.h"
#include "core/kernels/PanelKernels.h"
#include "core/kernels/TilePeak.h"

namespace nextquill::kernels {

// Each is defined in a file of its own, compiled with the set's flags.
namespace portable {
template<class T>
const Kernels<T>& table();
template<class A>
const OptimizerKernels<A>& optimizerTable();
const EightBitKernels& eightBit();
const PeakKernels& peak();
const PairKernels& pairs();
template<class T>
const PanelKernels<T>& panelTable();
} // namespace portable

#if defined(__x86_64__)
namespace avx2 {
template<class T>
const Kernels<T>& table();
template<class A>
const OptimizerKernels<A>& optimizerTable();
const EightBitKernels& eightBit();
const PeakKernels& peak();
const PairKernels& pairs();
template<class T>
const PanelKernels<T>& panelTable();
} // namespace avx2
namespace avx512 {
template<class T>
const Kernels<T>& table();
template<class A>
const OptimizerKernels<A>& optimizerTable();
const EightBitKernels& eightBit();
const PeakKernels& peak();
const PairKernels& pairs();
template<class T>
const PanelKernels<T>& panelTable();
} // namespace avx512
namespace avx512bf16 {
template<class T>
const Kernels<T>& table();
template<class A>
const OptimizerKernels<A>& optimizerTable();
const EightBitKernels& eightBit();
const PeakKernels& peak();
const PairKernels& pairs();
template<class T>
const PanelKernels<T>& panelTable();
} // namespace avx512bf16
#endif

namespace {

InstructionSet strongest()
{
    static const InstructionSet set = availableInstructionSets().back();
    return set;
}

} // namespace

std::string_view name(InstructionSet set)
{
    switch (set) {
    case InstructionSet::Avx2:
        return "AVX2";
    case InstructionSet::Avx512:
        return "AVX-512";
    case InstructionSet::Avx512BFloat16:
        return "AVX-512 BF16";
    case InstructionSet::Portable:
        break;
    }
    return "portable";
}

std::vector<InstructionSet> availableInstructionSets()
{
    std::vector<InstructionSet> sets{InstructionSet::Portable};
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0) {
        sets.push_back(InstructionSet::Avx2);
        if (__builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
            __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0) {
            sets.push_back(InstructionSet::Avx512);
            if (__builtin_cpu_supports("avx512bf16") != 0) {
                sets.push_back(InstructionSet::Avx512BFloat16);
            }
        }
    }
#endif
    return sets;
}

template<class T>
const Kernels<T>& kernels(InstructionSet set)
{
    switch (set) {
#if defined(__x86_64__)
    case InstructionSet::Avx2:
        return avx2::table<T>();
    case InstructionSet::Avx512:
        return avx512::table<T>();
    case InstructionSet::Avx512BFloat16:
        return avx512bf16::table<T>();
#endif
    default:
        return portable::table<T>();
    }
}

template<class T>
const Kernels<T>& kernels()
{
    return kernels<T>(strongest());
}

template<class A>
const OptimizerKernels<A>& optimizerKernels(InstructionSet set)
{
    switch (set) {
#if defined(__x86_64__)
    case InstructionSet::Avx2:
        return avx2::optimizerTable<A>();
    case InstructionSet::Avx512:
        return avx512::optimizerTable<A>();
    case InstructionSet::Avx512BFloat16:
        return avx512bf16::optimizerTable<A>();
#endif
    default:
        return portable::optimizerTable<A>();
    }
}

template<class A>
const OptimizerKernels<A>& optimizerKernels()
{
    return optimizerKernels<A>(strongest());
}

const EightBitKernels& eightBitKernels(InstructionSet set)
{
    switch (set) {
#if defined(__x86_64__)
    case InstructionSet::Avx2:
        return avx2::eightBit();
    case InstructionSet::Avx512:
        return avx512::eightBit();
    case InstructionSet::Avx512BFloat16:
        return avx512bf16::eightBit();
#endif
    default:
        return portable::eightBit();
    }
}

const EightBitKernels& eightBitKernels()
{
    return eightBitKernels(strongest());
}

const PairKernels& pairKernels(InstructionSet set)
{
    switch (set) {
#if defined(__x86_64__)
    case InstructionSet::Avx2:
        return avx2::pairs();
    case InstructionSet::Avx512:
        return avx512::pairs();
    case InstructionSet::Avx512BFloat16:
        return avx512bf16::pairs();
#endif
    default:
        return portable::pairs();
    }
}

const PairKernels& pairKernels()
{
    return pairKernels(strongest());
}

template<class T>
const PanelKernels<T>& panelKernels(InstructionSet set)
{
    switch (set) {
#if defined(__x86_64__)
    case InstructionSet::Avx2:
        return avx2::panelTable<T>();
    case InstructionSet::Avx512:
        return avx512::panelTable<T>();
    case InstructionSet::Avx512BFloat16:
        return avx512bf16::panelTable<T>();
#endif
    default:
        return portable::panelTable<T>();
    }
}

template<class T>
const PanelKernels<T>& panelKernels()
{
    return panelKernels<T>(strongest());
}

template const PanelKernels<float>& panelKernels<float>(InstructionSet set);
template const PanelKernels<BFloat16>& panelKernels<BFloat16>(InstructionSet set);
template const PanelKernels<float>& panelKernels<float>();
template const PanelKernels<BFloat16>& panelKernels<BFloat16>();

namespace {

const PeakKernels& peakOfSet()
{
    switch (strongest()) {
#if defined(__x86_64__)
    case InstructionSet::Avx2:
        return avx2::peak();
    case InstructionSet::Avx512:
        return avx512::peak();
    case InstructionSet::Avx512BFloat16:
        return avx512bf16::peak();
#endif
    default:
        return portable::peak();
    }
}

} // namespace

const PeakKernels& peakKernels()
{
    static const PeakKernels peak = [] {
        PeakKernels result = peakOfSet();
        if (hasTiles()) {
            result.bfloat16OperationsPerRound = tileOperationsPerRound;
            result.bfloat16MultiplyAdds = tileMultiplyAdds;
        }
        return result;
    }();
    return peak;
}

template const Kernels<float>& kernels<float>(InstructionSet);
template const Kernels<BFloat16>& kernels<BFloat16>(InstructionSet);
template const Kernels<double>& kernels<double>(InstructionSet);
template const Kernels<float>& kernels<float>();
template const Kernels<BFloat16>& kernels<BFloat16>();
template const Kernels<double>& kernels<double>();
template const OptimizerKernels<float>& optimizerKernels<float>(InstructionSet);
template const OptimizerKernels<double>& optimizerKernels<double>(InstructionSet);
template const OptimizerKernels<float>& optimizerKernels<float>();
template const OptimizerKernels<double>& optimizerKernels<double>();

} // namespace nextquill::kernels
