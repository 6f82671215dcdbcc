// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufQuantization.h"

#include "core/model/HalfFloat.h"
#include "core/model/SafeTensorsFile.h"

#include "tests/core/model/ExpectError.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

// The reference values were made by tests/peers/make_gguf_blocks.py.

namespace nextquill::model {
namespace {

const SafeTensorsFile& reference()
{
    static const SafeTensorsFile file{std::filesystem::path{SOURCE_ROOT} /
                                      "tests/core/model/data/gguf_blocks.safetensors"};
    return file;
}

std::vector<float> valuesOf(DType dtype)
{
    const TensorView view = reference().find(std::string{name(dtype)} + ".values").value();
    std::vector<float> values(static_cast<std::size_t>(view.elements()));
    toFloat32(view.dtype, view.data, values.size(), values.data());
    return values;
}

class Quantization : public ::testing::TestWithParam<DType>
{
};

TEST_P(Quantization, GivesTheValuesOfTheReference)
{
    const TensorView blocks = reference().find(std::string{name(GetParam())} + ".bytes").value();
    const std::vector<float> expected = valuesOf(GetParam());

    std::vector<float> actual(expected.size());
    ASSERT_EQ(blocks.bytes, byteSize(GetParam(), expected.size()));
    toFloat32(GetParam(), blocks.data, expected.size(), actual.data());

    // Equal on machines without fused multiplication; a fused one rounds once less.
    for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_NEAR(actual[i], expected[i], 1e-6F * (1 + std::abs(expected[i]))) << "value " << i;
    }
}

TEST_P(Quantization, ReadsBytesAtAnyAddress)
{
    const TensorView blocks = reference().find(std::string{name(GetParam())} + ".bytes").value();
    const std::vector<float> expected = valuesOf(GetParam());
    std::vector<std::byte> shifted(blocks.bytes + 1);
    std::memcpy(shifted.data() + 1, blocks.data, blocks.bytes);

    std::vector<float> actual(expected.size());
    toFloat32(GetParam(), shifted.data() + 1, expected.size(), actual.data());

    EXPECT_NEAR(actual.back(), expected.back(), 1e-6F * (1 + std::abs(expected.back())));
}

INSTANTIATE_TEST_SUITE_P(AllTypes, Quantization,
                         ::testing::Values(DType::F16, DType::BF16, DType::Q8_0, DType::Q4_0,
                                           DType::Q4_1, DType::Q5_0, DType::Q5_1, DType::Q4_K,
                                           DType::Q5_K, DType::Q6_K),
                         [](const auto& test) { return std::string{name(test.param)}; });

TEST(HalfFloat, IsExactForEveryNumber)
{
    for (std::uint32_t bits = 0; bits <= 0xffff; ++bits) {
        const float value = halfToFloat(static_cast<std::uint16_t>(bits));
        const auto exponent = static_cast<int>(bits >> 10U & 0x1fU);
        const auto mantissa = static_cast<float>(bits & 0x3ffU);
        if (exponent == 31) {
            EXPECT_EQ(std::isnan(value), mantissa != 0) << bits;
            EXPECT_EQ(std::isinf(value), mantissa == 0) << bits;
            continue;
        }
        const float size =
            exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25);
        EXPECT_EQ(value, (bits & 0x8000U) != 0 ? -size : size) << bits;
        EXPECT_EQ(std::signbit(value), (bits & 0x8000U) != 0) << bits;
    }
}

TEST(GgufQuantization, ReadsDoubles)
{
    const std::vector<double> doubles{0.5, -3, 1e300};
    std::vector<float> values(doubles.size());

    toFloat32(DType::F64, reinterpret_cast<const std::byte*>(doubles.data()), doubles.size(),
              values.data());

    EXPECT_EQ(values[0], 0.5F);
    EXPECT_EQ(values[1], -3.0F);
    EXPECT_TRUE(std::isinf(values[2]));
}

TEST(GgufQuantization, RefusesWholeNumbersAsWeights)
{
    const std::byte data{};
    float value = 0;
    EXPECT_ERROR(toFloat32(DType::U8, &data, 1, &value), BadInput, "whole-number type U8");
}

TEST(TensorView, KnowsTheSizeOfBlocks)
{
    EXPECT_EQ(byteSize(DType::Q4_K, 512), 288U);
    EXPECT_EQ(byteSize(DType::BF16, 3), 6U);
    EXPECT_EQ(checkedByteSize(DType::Q8_0, 64), 68U);
    EXPECT_EQ(checkedByteSize(DType::Q8_0, 65), std::nullopt);
    EXPECT_EQ(checkedByteSize(DType::F64, std::size_t{1} << 62U), std::nullopt);
    EXPECT_EQ(checkedProduct({std::int64_t{1} << 40, std::int64_t{1} << 40}), std::nullopt);
    EXPECT_EQ(checkedProduct({4, 0, 3}), 0U);
    EXPECT_EQ(dtypeNamed("Q6_K"), DType::Q6_K);
    EXPECT_EQ(dtypeNamed("F8_E4M3"), std::nullopt);
}

} // namespace
} // namespace nextquill::model
