// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::model {

/// Element types of weight files; the quantised ones are GGUF's blocks.
enum class DType {
    F64,
    F32,
    F16,
    BF16,
    I64,
    I32,
    U8,
    Q8_0,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q4_K,
    Q5_K,
    Q6_K
};

[[nodiscard]] std::string_view name(DType dtype);

/// Bytes of `elements` consecutive elements (a whole number of blocks for quantised types).
[[nodiscard]] std::size_t byteSize(DType dtype, std::size_t elements);

/// A tensor's bytes in a mapped file: borrowed, row-major, outermost dimension first.
struct TensorView
{
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    const std::byte* data = nullptr;
    std::size_t bytes = 0;

    [[nodiscard]] std::int64_t elements() const;
};

} // namespace nextquill::model
