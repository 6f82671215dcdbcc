// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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
    Q8_1,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q2_K,
    Q3_K,
    Q4_K,
    Q5_K,
    Q6_K,
    Q8_K,
    IQ4_NL,
    IQ4_XS
};

[[nodiscard]] std::string_view name(DType dtype);
/// The type that safetensors files and we call so ("BF16"); none for other names.
[[nodiscard]] std::optional<DType> dtypeNamed(std::string_view name);

/// Elements that are stored together: 1, or 32 or 256 for quantised types.
[[nodiscard]] std::size_t blockElements(DType dtype);
/// False for whole numbers.
[[nodiscard]] bool isFloat(DType dtype);

/// Bytes of `elements` consecutive elements (a whole number of blocks for quantised types).
[[nodiscard]] std::size_t byteSize(DType dtype, std::size_t elements);

/// The same for sizes of a stranger: none when they overflow or are no whole number of blocks.
[[nodiscard]] std::optional<std::size_t> checkedByteSize(DType dtype, std::size_t elements);
/// Elements of a tensor of this shape; none when the product overflows or a size is negative.
[[nodiscard]] std::optional<std::size_t> checkedProduct(const std::vector<std::int64_t>& shape);

/// "[2, 3]", for messages.
[[nodiscard]] std::string render(const std::vector<std::int64_t>& shape);

/// A tensor's bytes in a mapped file: borrowed, row-major, outermost dimension first. They may
/// begin at any address: copy elements out, do not cast.
struct TensorView
{
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    const std::byte* data = nullptr;
    std::size_t bytes = 0;

    [[nodiscard]] std::int64_t elements() const;
    /// The outermost dimension of a matrix; a vector is one row.
    [[nodiscard]] std::int64_t rows() const { return shape.size() < 2 ? 1 : shape.front(); }
    [[nodiscard]] std::int64_t rowElements() const { return rows() == 0 ? 0 : elements() / rows(); }
};

/// Some rows of a tensor.
struct TensorRows
{
    std::int64_t first = 0;
    std::int64_t count = 0;
};

} // namespace nextquill::model
