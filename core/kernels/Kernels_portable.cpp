// SPDX-License-Identifier: GPL-3.0-or-later
#define NEXTQUILL_KERNEL_SET portable
#include "core/kernels/KernelLoops.h"
