// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Nothing of it is named; see ../algorithm.h.
