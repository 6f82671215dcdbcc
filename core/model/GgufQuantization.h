// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/TensorView.h"

#include <cstddef>

namespace nextquill::model {

/// `elements` values of any floating-point or quantised type as float32. The bytes may begin at any
/// address; `elements` is a whole number of blocks.
///
/// Numbers  each value rounded as ggml's reference has it: products of scales in float32
/// Threads  plain function: callers may share a tensor's blocks among threads
/// Throws   Error(BadInput) for whole-number types
/// Source   ggml docs, block layouts of ggml-common.h; checked against the Python package gguf 0.19
void toFloat32(DType dtype, const std::byte* data, std::size_t elements, float* out);

} // namespace nextquill::model
