// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/TensorView.h"

#include "core/base/Error.h"

#include <array>

namespace nextquill::model {

namespace {

struct Format
{
    DType dtype;
    std::string_view name;
    std::size_t blockElements;
    std::size_t blockBytes;
};

constexpr std::array<Format, 21> formats{{{DType::F64, "F64", 1, 8},
                                          {DType::F32, "F32", 1, 4},
                                          {DType::F16, "F16", 1, 2},
                                          {DType::BF16, "BF16", 1, 2},
                                          {DType::I64, "I64", 1, 8},
                                          {DType::I32, "I32", 1, 4},
                                          {DType::U8, "U8", 1, 1},
                                          {DType::Q8_0, "Q8_0", 32, 34},
                                          {DType::Q8_1, "Q8_1", 32, 36},
                                          {DType::Q4_0, "Q4_0", 32, 18},
                                          {DType::Q4_1, "Q4_1", 32, 20},
                                          {DType::Q5_0, "Q5_0", 32, 22},
                                          {DType::Q5_1, "Q5_1", 32, 24},
                                          {DType::Q2_K, "Q2_K", 256, 84},
                                          {DType::Q3_K, "Q3_K", 256, 110},
                                          {DType::Q4_K, "Q4_K", 256, 144},
                                          {DType::Q5_K, "Q5_K", 256, 176},
                                          {DType::Q6_K, "Q6_K", 256, 210},
                                          {DType::Q8_K, "Q8_K", 256, 292},
                                          {DType::IQ4_NL, "IQ4_NL", 32, 18},
                                          {DType::IQ4_XS, "IQ4_XS", 256, 136}}};

const Format& formatOf(DType dtype)
{
    for (const Format& format : formats) {
        if (format.dtype == dtype) {
            return format;
        }
    }
    throw Error{ErrorKind::Internal, "an element type has no format", "TensorView",
                "please report this"};
}

} // namespace

std::string_view name(DType dtype)
{
    return formatOf(dtype).name;
}

std::optional<DType> dtypeNamed(std::string_view name)
{
    for (const Format& format : formats) {
        if (format.name == name) {
            return format.dtype;
        }
    }
    return std::nullopt;
}

std::size_t blockElements(DType dtype)
{
    return formatOf(dtype).blockElements;
}

std::size_t byteSize(DType dtype, std::size_t elements)
{
    const Format& format = formatOf(dtype);
    return elements / format.blockElements * format.blockBytes;
}

bool isFloat(DType dtype)
{
    return dtype != DType::I64 && dtype != DType::I32 && dtype != DType::U8;
}

std::int64_t TensorView::elements() const
{
    std::int64_t product = 1;
    for (const std::int64_t size : shape) {
        product *= size;
    }
    return product;
}

std::optional<std::size_t> checkedProduct(const std::vector<std::int64_t>& shape)
{
    std::int64_t product = 1;
    for (const std::int64_t size : shape) {
        if (size < 0 || __builtin_mul_overflow(product, size, &product)) {
            return std::nullopt;
        }
    }
    return static_cast<std::size_t>(product);
}

std::optional<std::size_t> checkedByteSize(DType dtype, std::size_t elements)
{
    const Format& format = formatOf(dtype);
    std::size_t bytes = 0;
    if (elements % format.blockElements != 0 ||
        __builtin_mul_overflow(elements / format.blockElements, format.blockBytes, &bytes)) {
        return std::nullopt;
    }
    return bytes;
}

std::string render(const std::vector<std::int64_t>& shape)
{
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) {
        text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
    }
    return text + "]";
}

} // namespace nextquill::model
