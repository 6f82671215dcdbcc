// SPDX-License-Identifier: GPL-3.0-or-later
//
// Compiled without contraction: a fused product and sum would round once less than the reference.
#include "core/model/GgufQuantization.h"

#include "core/base/Error.h"
#include "core/model/GgufSmallBlocks.h"
#include "core/model/GgufSuperBlocks.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace nextquill::model {

namespace {

using blocks::Bytes;

void blockF16(Bytes block, float* out)
{
    *out = blocks::half(block);
}

void blockBF16(Bytes block, float* out)
{
    *out = bfloat16ToFloat(blocks::word(block));
}

void blockF64(Bytes block, float* out)
{
    double value = 0;
    std::memcpy(&value, block, sizeof(value));
    *out = static_cast<float>(value);
}

template<auto block>
void eachBlock(DType dtype, Bytes data, std::size_t elements, float* out)
{
    const std::size_t step = blockElements(dtype);
    const std::size_t bytes = byteSize(dtype, step);
    for (std::size_t i = 0; i < elements; i += step, data += bytes) {
        block(data, out + i);
    }
}

using Reading = void (*)(DType, Bytes, std::size_t, float*);

/// Null for float32, which is copied, and for whole numbers.
Reading readingOf(DType dtype)
{
    switch (dtype) {
    case DType::F64:
        return eachBlock<blockF64>;
    case DType::F16:
        return eachBlock<blockF16>;
    case DType::BF16:
        return eachBlock<blockBF16>;
    case DType::Q8_0:
        return eachBlock<blocks::blockQ8_0>;
    case DType::Q8_1:
        return eachBlock<blocks::blockQ8_1>;
    case DType::Q4_0:
        return eachBlock<blocks::blockQ4_0>;
    case DType::Q4_1:
        return eachBlock<blocks::blockQ4_1>;
    case DType::Q5_0:
        return eachBlock<blocks::blockQ5_0>;
    case DType::Q5_1:
        return eachBlock<blocks::blockQ5_1>;
    case DType::Q2_K:
        return eachBlock<blocks::blockQ2_K>;
    case DType::Q3_K:
        return eachBlock<blocks::blockQ3_K>;
    case DType::Q4_K:
        return eachBlock<blocks::blockQ4_K>;
    case DType::Q5_K:
        return eachBlock<blocks::blockQ5_K>;
    case DType::Q6_K:
        return eachBlock<blocks::blockQ6_K>;
    case DType::Q8_K:
        return eachBlock<blocks::blockQ8_K>;
    case DType::IQ4_NL:
        return eachBlock<blocks::blockIQ4_NL>;
    case DType::IQ4_XS:
        return eachBlock<blocks::blockIQ4_XS>;
    case DType::F32:
    case DType::I64:
    case DType::I32:
    case DType::U8:
        break;
    }
    return nullptr;
}

void put(std::uint16_t value, std::byte* out)
{
    std::memcpy(out, &value, sizeof(value));
}

/// One block: d = the largest value / 127, then 32 whole numbers.
void toQ8_0(const float* values, std::byte* out)
{
    constexpr std::size_t size = 32;
    float largest = 0;
    for (std::size_t i = 0; i < size; ++i) {
        largest = std::max(largest, std::abs(values[i]));
    }
    const float d = largest / 127.0F;
    const float inverse = d != 0 ? 1.0F / d : 0.0F;
    put(floatToHalf(d), out);
    for (std::size_t i = 0; i < size; ++i) {
        const auto q = static_cast<std::int8_t>(std::round(values[i] * inverse));
        out[2 + i] = static_cast<std::byte>(q);
    }
}

} // namespace

void toFloat32(DType dtype, const std::byte* data, std::size_t elements, float* out)
{
    if (elements == 0) {
        return; // memcpy takes no null, not even for nothing
    }
    if (dtype == DType::F32) {
        std::memcpy(out, data, elements * sizeof(float));
        return;
    }
    const Reading read = readingOf(dtype);
    if (read == nullptr) {
        throw Error{ErrorKind::BadInput,
                    "a weight has the whole-number type " + std::string{name(dtype)}, "tensor",
                    "use a copy of the model in BF16, F16 or F32"};
    }
    read(dtype, reinterpret_cast<Bytes>(data), elements, out);
}

bool isWritten(DType dtype)
{
    return dtype == DType::F64 || dtype == DType::F32 || dtype == DType::F16 ||
           dtype == DType::BF16 || dtype == DType::Q8_0;
}

void fromFloat32(DType dtype, const float* values, std::size_t elements, std::byte* out)
{
    if (elements == 0) {
        return;
    }
    switch (dtype) {
    case DType::F32:
        std::memcpy(out, values, elements * sizeof(float));
        return;
    case DType::F64:
        for (std::size_t i = 0; i < elements; ++i) {
            const double value = values[i];
            std::memcpy(out + i * sizeof(value), &value, sizeof(value));
        }
        return;
    case DType::F16:
        for (std::size_t i = 0; i < elements; ++i) {
            put(floatToHalf(values[i]), out + 2 * i);
        }
        return;
    case DType::BF16:
        for (std::size_t i = 0; i < elements; ++i) {
            put(floatToBFloat16(values[i]), out + 2 * i);
        }
        return;
    case DType::Q8_0:
        for (std::size_t i = 0; i < elements; i += blockElements(dtype)) {
            toQ8_0(values + i, out + byteSize(dtype, i));
        }
        return;
    default:
        throw Error{ErrorKind::Internal, "the type " + std::string{name(dtype)} + " is not written",
                    "tensor", "please report this"};
    }
}

void convertElements(DType from, const std::byte* data, std::size_t elements, DType to,
                     std::byte* out)
{
    if (from == to && elements > 0) {
        std::memcpy(out, data, byteSize(from, elements));
        return;
    }
    constexpr std::size_t piece = 2048; // whole blocks of every type; its float32 stay in the cache
    std::array<float, piece> values;
    for (std::size_t done = 0; done < elements; done += piece) {
        const std::size_t count = std::min(piece, elements - done);
        toFloat32(from, data + byteSize(from, done), count, values.data());
        fromFloat32(to, values.data(), count, out + byteSize(to, done));
    }
}

} // namespace nextquill::model
