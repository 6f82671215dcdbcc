// SPDX-License-Identifier: GPL-3.0-or-later
#define NEXTQUILL_KERNEL_SET avx2
#include "core/kernels/KernelLoops.h"
