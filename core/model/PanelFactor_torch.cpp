// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/PanelFactor_torch.h"

#include "core/kernels/TilePeak.h"

namespace nextquill::model {

bool panelsAreFaster(torch::ScalarType type)
{
    using kernels::InstructionSet;
    static const InstructionSet strongest = kernels::availableInstructionSets().back();
    static const bool pairs = strongest == InstructionSet::Avx512BFloat16 && !kernels::hasTiles();
#if defined(__x86_64__)
    static const bool floats = strongest >= InstructionSet::Avx512 && __builtin_cpu_is("amd") != 0;
#else
    static const bool floats = false;
#endif
    return type == torch::kBFloat16 ? pairs : type == torch::kFloat && floats;
}

bool isRowMatrix(const torch::Tensor& x)
{
    return x.is_cpu() && x.dim() == 2 && x.stride(1) == 1 && x.stride(0) >= x.size(1);
}

bool takePanels(const torch::Tensor& left, const torch::Tensor& right)
{
    return panelsAreFaster(left.scalar_type()) && left.scalar_type() == right.scalar_type() &&
           isRowMatrix(left) && isRowMatrix(right);
}

} // namespace nextquill::model
