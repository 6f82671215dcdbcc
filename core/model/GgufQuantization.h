// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/TensorView.h"

#include <cstddef>

namespace nextquill::model {

/// `elements` values of any floating-point or quantised type as float32. The bytes may begin at any
/// address; `elements` is a whole number of blocks.
///
/// Numbers  each value rounded as ggml's reference has it, bit for bit: products of scales in
///          float32, nothing fused
/// Threads  plain function: callers may share a tensor's blocks among threads
/// Throws   Error(BadInput) for whole-number types
/// Source   ggml docs, block layouts of ggml-common.h; checked against the Python package gguf 0.19
void toFloat32(DType dtype, const std::byte* data, std::size_t elements, float* out);

/// The way back, to F64, F32, F16, BF16 or Q8_0: to the nearest, ties to even (Q8_0's whole
/// numbers: ties away from zero, as ggml has them). A value beyond F16 becomes infinite.
///
/// Throws  Error(Internal) for other types.
void fromFloat32(DType dtype, const float* values, std::size_t elements, std::byte* out);

/// toFloat32() and fromFloat32() in one, a few kilobytes at a time.
void convertElements(DType from, const std::byte* data, std::size_t elements, DType to,
                     std::byte* out);

/// True where fromFloat32() writes the type.
[[nodiscard]] bool isWritten(DType dtype);

} // namespace nextquill::model
