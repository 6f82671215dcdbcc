// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufQuantization.h"

#include "core/model/HalfFloat.h"
#include "core/model/SafeTensorsFile.h"

#include "tests/core/model/ExpectError.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
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

std::uint32_t bits(float value)
{
    return std::bit_cast<std::uint32_t>(value);
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

    for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_EQ(bits(actual[i]), bits(expected[i])) << "value " << i << ": " << actual[i];
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

    EXPECT_EQ(bits(actual.back()), bits(expected.back()));
}

INSTANTIATE_TEST_SUITE_P(AllTypes, Quantization,
                         ::testing::Values(DType::F16, DType::BF16, DType::Q8_0, DType::Q4_0,
                                           DType::Q4_1, DType::Q5_0, DType::Q5_1, DType::Q8_1,
                                           DType::Q2_K, DType::Q3_K, DType::Q4_K, DType::Q5_K,
                                           DType::Q6_K, DType::Q8_K, DType::IQ4_NL, DType::IQ4_XS),
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

TEST(HalfFloat, TheWayBackGivesTheSameNumber)
{
    for (std::uint32_t half = 0; half <= 0xffff; ++half) {
        const float value = halfToFloat(static_cast<std::uint16_t>(half));
        if (std::isnan(value)) {
            EXPECT_TRUE(std::isnan(halfToFloat(floatToHalf(value)))) << half;
        } else {
            EXPECT_EQ(floatToHalf(value), half);
        }
    }
}

TEST(HalfFloat, RoundsToTheNearestAndTiesToEven)
{
    for (std::uint32_t half = 0; half < 0x7bff; ++half) { // between any two neighbours
        const float low = halfToFloat(static_cast<std::uint16_t>(half));
        const float high = halfToFloat(static_cast<std::uint16_t>(half + 1));
        const float middle = low + (high - low) / 2; // exact
        EXPECT_EQ(floatToHalf(middle), half + half % 2);
        EXPECT_EQ(floatToHalf(std::nextafter(middle, 0.0F)), half);
        EXPECT_EQ(floatToHalf(-std::nextafter(middle, high)), (half + 1) | 0x8000U);
    }
    EXPECT_EQ(floatToHalf(65519.996F), 0x7bffU);
    EXPECT_EQ(floatToHalf(65520.0F), 0x7c00U);
    EXPECT_EQ(floatToHalf(1e-8F), 0U);
    EXPECT_EQ(floatToBFloat16(1.00390625F), 0x3f80U); // 1 + 2^-8, a tie
    EXPECT_EQ(floatToBFloat16(1.01171875F), 0x3f82U); // 1 + 3 * 2^-8
    EXPECT_TRUE(std::isnan(bfloat16ToFloat(floatToBFloat16(std::nanf("")))));
}

TEST(GgufQuantization, WritesQ8_0AsTheReference)
{
    const TensorView source = reference().find("Q8_0.source").value();
    const TensorView expected = reference().find("Q8_0.written").value();
    std::vector<float> values(static_cast<std::size_t>(source.elements()));
    toFloat32(source.dtype, source.data, values.size(), values.data());

    std::vector<std::byte> written(byteSize(DType::Q8_0, values.size()));
    fromFloat32(DType::Q8_0, values.data(), values.size(), written.data());

    ASSERT_EQ(written.size(), expected.bytes);
    EXPECT_EQ(std::memcmp(written.data(), expected.data, written.size()), 0);
}

TEST(GgufQuantization, ConvertsInPiecesWhatItConvertsAsAWhole)
{
    std::vector<float> values(2048 * 2 + 256);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = std::sin(static_cast<float>(i)) * 3;
    }
    std::vector<std::byte> blocks(byteSize(DType::Q8_0, values.size()));
    fromFloat32(DType::Q8_0, values.data(), values.size(), blocks.data());
    std::vector<float> read(values.size());
    toFloat32(DType::Q8_0, blocks.data(), values.size(), read.data());
    for (const DType to : {DType::F32, DType::F16, DType::BF16, DType::F64}) {
        std::vector<std::byte> whole(byteSize(to, values.size()));
        fromFloat32(to, read.data(), read.size(), whole.data());
        std::vector<std::byte> pieces(whole.size());
        convertElements(DType::Q8_0, blocks.data(), values.size(), to, pieces.data());
        EXPECT_EQ(whole, pieces) << name(to);
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
