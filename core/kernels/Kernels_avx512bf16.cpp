// SPDX-License-Identifier: GPL-3.0-or-later
#define NEXTQUILL_KERNEL_SET avx512bf16
#include "core/kernels/KernelLoops.h"
