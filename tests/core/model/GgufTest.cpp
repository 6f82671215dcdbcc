// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufFile.h"
#include "core/model/ModelLimits.h"

#include "tests/core/model/ExpectError.h"
#include "tests/core/model/GgufBuilder.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <limits>
#include <string>

// The format by itself, sound and hostile; models in it are in GgufModelTest.cpp.

namespace nextquill::model {
namespace {

using nextquill::testing::GgufBuilder;

constexpr std::uint32_t f32 = 0;
constexpr std::uint32_t q8 = 8;

std::string floats(std::size_t count)
{
    std::string bytes;
    for (std::size_t i = 0; i < count; ++i) {
        bytes += GgufBuilder::raw(static_cast<float>(i));
    }
    return bytes;
}

GgufBuilder sound()
{
    GgufBuilder file;
    file.words("general.architecture", "llama").number("n", 7).real("eps", 1e-5F).flag("yes", true);
    file.list("words", {std::string{"a"}, std::string{}, std::string{"bc"}});
    file.list("types", std::vector<std::int32_t>{1, -3});
    file.tensor("first", {3, 2}, f32, floats(6)).tensor("second", {32}, q8, std::string(34, 'q'));
    return file;
}

class Gguf : public ::testing::Test
{
protected:
    GgufFile open(const std::string& bytes)
    {
        std::filesystem::remove(m_folder / "m.gguf"); // overwriting would wait for the disk
        return GgufFile{m_folder.write("m.gguf", bytes)};
    }
    GgufFile open(const GgufBuilder& builder) { return open(builder.bytes()); }

    nextquill::testing::TemporaryFolder m_folder;
};

TEST_F(Gguf, ReadsMetadataOfEveryKind)
{
    const GgufFile file = open(sound());
    const GgufMetadata& metadata = file.metadata();

    EXPECT_EQ(metadata.text("general.architecture"), "llama");
    EXPECT_EQ(metadata.whole("n"), 7U);
    EXPECT_EQ(metadata.real("eps"), 1e-5); // not 9.999999747378752e-06
    EXPECT_EQ(metadata.flag("yes"), true);
    EXPECT_EQ(metadata.texts("words"), (std::vector<std::string_view>{"a", "", "bc"}));
    EXPECT_EQ(metadata.integers("types"), (std::vector<std::int32_t>{1, -3}));
    EXPECT_EQ(metadata.whole("absent"), std::nullopt);
    EXPECT_EQ(metadata.texts("absent"), std::nullopt);
}

TEST_F(Gguf, TurnsShapesAroundAndFindsTheData)
{
    const GgufFile file = open(sound());

    const TensorView first = file.find("first").value();
    EXPECT_EQ(first.shape, (std::vector<std::int64_t>{2, 3}));
    float last = 0;
    std::memcpy(&last, first.data + 5 * sizeof(float), sizeof(float));
    EXPECT_EQ(last, 5.0F);
    EXPECT_EQ(file.find("second")->bytes, 34U);
    EXPECT_EQ(file.find("second")->dtype, DType::Q8_0);
    EXPECT_FALSE(file.find("third"));
}

TEST_F(Gguf, ReadsVersionTwo)
{
    GgufBuilder file = sound();
    file.version = 2;
    EXPECT_EQ(open(file).tensors().size(), 2U);
}

TEST_F(Gguf, AVocabularyAloneNeedsNoPadding)
{
    GgufBuilder file;
    file.words("general.architecture", "llama");
    ASSERT_NE(file.header().size() % file.alignment, 0U);
    EXPECT_TRUE(open(file.header()).tensors().empty());
}

TEST_F(Gguf, RefusesOtherVersionsAndFiles)
{
    for (const std::uint32_t version : {0U, 1U, 4U, 99U}) {
        GgufBuilder file = sound();
        file.version = version;
        if (version != 0) {
            EXPECT_ERROR((void)open(file), Unsupported, "version " + std::to_string(version));
        } else {
            EXPECT_THROW((void)open(file), Error);
        }
    }
    GgufBuilder swapped = sound();
    swapped.version = 3U << 24U;
    EXPECT_ERROR((void)open(swapped), Unsupported, "big-endian");

    std::string other = sound().bytes();
    other[3] = 'f';
    EXPECT_ERROR((void)open(other), BadInput, "no GGUF file");
    EXPECT_ERROR((void)open(""), BadInput, "the file ends");
}

TEST_F(Gguf, IsRefusedWhenCutAtAnyByte)
{
    const std::string whole = sound().bytes();
    const std::size_t padding = 30; // behind the last tensor
    for (std::size_t size = 0; size < whole.size() - padding; ++size) {
        EXPECT_THROW((void)open(whole.substr(0, size)), Error) << size << " bytes";
    }
    EXPECT_NO_THROW((void)open(whole.substr(0, whole.size() - padding)));
}

TEST_F(Gguf, SurvivesAnyByteBeingWrong)
{
    const std::string whole = sound().bytes();
    for (std::size_t i = 0; i < sound().header().size(); ++i) {
        for (const char wrong : {'\0', '\1', '\x0a', '\x7f', '\xff'}) {
            std::string broken = whole;
            broken[i] = wrong;
            try {
                const GgufFile file = open(broken);
                (void)file.metadata().texts("words");
                (void)file.metadata().integers("types");
            } catch (const Error&) {
                continue; // the only thing that may be thrown
            }
        }
    }
}

TEST_F(Gguf, RefusesCountsThatAreNotThere)
{
    for (const std::int64_t more : {std::int64_t{1}, std::int64_t{60'000}}) {
        GgufBuilder keys = sound();
        keys.keysMore = more;
        EXPECT_THROW((void)open(keys), Error);
        GgufBuilder tensors = sound();
        tensors.tensorsMore = more;
        EXPECT_THROW((void)open(tensors), Error);
    }
    GgufBuilder huge = sound();
    huge.tensorsMore = std::numeric_limits<std::int64_t>::max() - 10;
    EXPECT_ERROR((void)open(huge), BadInput, "at most 65536");
    huge = sound();
    huge.keysMore = std::numeric_limits<std::int64_t>::max() - 10;
    EXPECT_ERROR((void)open(huge), BadInput, "at most 65536");
}

TEST_F(Gguf, KeepsTheLimitOfKeys)
{
    const auto file = [](std::uint64_t count) {
        GgufBuilder builder;
        for (std::uint64_t i = 0; i < count; ++i) {
            builder.flag(std::to_string(i), true);
        }
        return builder;
    };
    EXPECT_NO_THROW((void)open(file(limits::ggufKeys - 1)));
    EXPECT_NO_THROW((void)open(file(limits::ggufKeys)));
    EXPECT_ERROR((void)open(file(limits::ggufKeys + 1)), BadInput, "is 65537, at most 65536");
}

TEST_F(Gguf, KeepsTheLimitOfTensors)
{
    const auto file = [](std::uint64_t count) {
        GgufBuilder builder;
        for (std::uint64_t i = 0; i < count; ++i) {
            builder.tensor(std::to_string(i), {1}, f32, floats(1));
        }
        return builder;
    };
    EXPECT_EQ(open(file(limits::ggufTensors)).tensors().size(), limits::ggufTensors);
    EXPECT_ERROR((void)open(file(limits::ggufTensors + 1)), BadInput, "is 65537, at most 65536");
}

TEST_F(Gguf, KeepsTheLimitsOfTexts)
{
    const auto named = [](std::uint64_t bytes) {
        return GgufBuilder{}.flag(std::string(bytes, 'k'), true);
    };
    EXPECT_NO_THROW((void)open(named(limits::ggufKeyBytes - 1)));
    EXPECT_NO_THROW((void)open(named(limits::ggufKeyBytes)));
    EXPECT_ERROR((void)open(named(limits::ggufKeyBytes + 1)), BadInput, "at most 65535");
    EXPECT_ERROR((void)open(GgufBuilder{}.flag("", true)), BadInput, "key is empty");

    const auto valued = [](std::uint64_t bytes) {
        return GgufBuilder{}.words("k", std::string(bytes, 'v'));
    };
    EXPECT_NO_THROW((void)open(valued(limits::ggufStringBytes)));
    EXPECT_ERROR((void)open(valued(limits::ggufStringBytes + 1)), BadInput, "at most 16777216");
    EXPECT_ERROR(
        (void)open(GgufBuilder{}.key("k", GgufBuilder::text, GgufBuilder::raw(~std::uint64_t{0}))),
        BadInput, "at most 16777216");

    const auto tensor = [](std::uint64_t bytes) {
        return GgufBuilder{}.tensor(std::string(bytes, 't'), {1}, f32, floats(1));
    };
    EXPECT_NO_THROW((void)open(tensor(limits::nameBytes)));
    EXPECT_ERROR((void)open(tensor(limits::nameBytes + 1)), BadInput, "at most 1024");
    EXPECT_ERROR((void)open(tensor(0)), BadInput, "no name");
}

std::string arrayHead(std::uint32_t element, std::uint64_t count)
{
    return GgufBuilder::raw(element) + GgufBuilder::raw(count);
}

TEST_F(Gguf, KeepsTheLimitOfArrays)
{
    constexpr std::uint32_t u8 = 0;
    const auto file = [](std::uint64_t count) {
        return GgufBuilder{}.key("k", GgufBuilder::array,
                                 arrayHead(u8, count) + std::string(count, 'x'));
    };
    EXPECT_NO_THROW((void)open(file(limits::ggufArrayItems)));
    EXPECT_ERROR((void)open(file(limits::ggufArrayItems + 1)), BadInput, "at most 16777216");
}

TEST_F(Gguf, RefusesArraysThatAreNotThere)
{
    const auto file = [](std::uint32_t element, std::uint64_t count) {
        return GgufBuilder{}.key("k", GgufBuilder::array, arrayHead(element, count));
    };
    constexpr std::uint32_t f64 = 12;
    EXPECT_ERROR((void)open(file(f64, limits::ggufArrayItems)), BadInput, "the file ends");
    EXPECT_ERROR((void)open(file(f64, ~std::uint64_t{0} / 8 + 2)), BadInput, "at most 16777216");
    EXPECT_ERROR((void)open(file(GgufBuilder::text, 1000)), BadInput, "the file ends");
    EXPECT_ERROR((void)open(file(GgufBuilder::array, 1)), BadInput, "array of arrays");
    EXPECT_ERROR((void)open(file(GgufBuilder::array, 0)), BadInput, "array of arrays");
    EXPECT_ERROR((void)open(file(77, 1)), BadInput, "unknown type 77");
    EXPECT_ERROR((void)open(GgufBuilder{}.key("k", 13, "")), BadInput, "unknown type 13");
}

TEST_F(Gguf, KeepsTheLimitOfAllMetadata)
{
    // A file with holes: each key is an array of 16 MiB of which only the head is written.
    const auto write = [&](int keys) {
        const std::filesystem::path path = m_folder / "holes.gguf";
        std::ofstream file{path, std::ios::binary};
        file << "GGUF" << GgufBuilder::raw(std::uint32_t{3}) << GgufBuilder::raw(std::uint64_t{0})
             << GgufBuilder::raw(static_cast<std::uint64_t>(keys));
        for (int i = 0; i < keys; ++i) {
            file << GgufBuilder::rawText("k" + std::to_string(i))
                 << GgufBuilder::raw(GgufBuilder::array) << arrayHead(0, limits::ggufArrayItems);
            file.seekp(static_cast<std::streamoff>(limits::ggufArrayItems), std::ios::cur);
        }
        file << std::string(64, '\0');
        return path;
    };
    EXPECT_NO_THROW(GgufFile{write(31)});
    EXPECT_ERROR(GgufFile{write(32)}, BadInput, "at most 536870912");
}

TEST_F(Gguf, RefusesDuplicates)
{
    EXPECT_ERROR((void)open(GgufBuilder{}.flag("k", true).number("k", 1)), BadInput,
                 "\"k\" stands twice");
    EXPECT_ERROR(
        (void)open(GgufBuilder{}.tensor("t", {8}, f32, floats(8)).tensor("t", {8}, f32, floats(8))),
        BadInput, "\"t\" stands twice");
}

TEST_F(Gguf, KeepsTheLimitsOfAlignment)
{
    const auto file = [](std::uint64_t alignment) {
        GgufBuilder builder;
        builder.alignment = alignment;
        builder.statesAlignment = true;
        builder.tensor("a", {3}, f32, floats(3)).tensor("b", {3}, f32, floats(3));
        return builder;
    };
    for (const std::uint64_t alignment : {8U, 16U, 64U, 65'536U}) {
        EXPECT_EQ(open(file(alignment)).tensors().size(), 2U) << alignment;
    }
    for (const std::uint64_t alignment : {0U, 1U, 4U, 7U, 24U, 131'072U}) {
        EXPECT_ERROR((void)open(file(alignment)), BadInput, "the alignment is");
    }
}

TEST_F(Gguf, RefusesSizesThatOverflow)
{
    const auto file = [](const std::vector<std::uint64_t>& sizes, std::uint32_t type) {
        return GgufBuilder{}.tensor("t", sizes, type, floats(8));
    };
    constexpr std::uint64_t big = std::uint64_t{1} << 32U;
    EXPECT_ERROR((void)open(file({big, big}, f32)), BadInput, "do not fit");
    EXPECT_ERROR((void)open(file({big, big, big, big}, f32)), BadInput, "do not fit");
    EXPECT_ERROR((void)open(file({std::uint64_t{1} << 62U}, f32)), BadInput, "do not fit");
    EXPECT_ERROR((void)open(file({~std::uint64_t{0}}, f32)), BadInput, "a dimension is");
    EXPECT_ERROR((void)open(file({0}, f32)), BadInput, "a dimension is 0");
    EXPECT_ERROR((void)open(file({std::uint64_t{1} << 60U}, f32)), BadInput, "the data need");
    EXPECT_ERROR((void)open(file({33}, q8)), BadInput, "do not fit type Q8_0");
    EXPECT_ERROR((void)open(file({16, 2}, q8)), BadInput, "do not fit type Q8_0");
}

TEST_F(Gguf, KeepsTheLimitOfDimensions)
{
    const auto file = [](std::size_t rank) {
        return GgufBuilder{}.tensor("t", std::vector<std::uint64_t>(rank, 1), f32, floats(1));
    };
    EXPECT_ERROR((void)open(file(0)), BadInput, "dimensions is 0");
    for (std::size_t rank = 1; rank <= limits::ggufRank; ++rank) {
        EXPECT_NO_THROW((void)open(file(rank)));
    }
    EXPECT_ERROR((void)open(file(5)), BadInput, "is 5, at most 4");
}

TEST_F(Gguf, RefusesOffsetsThatOverlapLeaveGapsOrLeadOut)
{
    const auto file = [](std::uint64_t second) {
        return GgufBuilder{}
            .tensor("a", {8}, f32, floats(8))
            .tensorAt("b", {8}, f32, floats(8), second);
    };
    EXPECT_NO_THROW((void)open(file(32)));
    for (const std::uint64_t wrong : {std::uint64_t{0}, std::uint64_t{16}, std::uint64_t{64},
                                      ~std::uint64_t{0}, ~std::uint64_t{0} - 31}) {
        EXPECT_ERROR((void)open(file(wrong)), BadInput, "the data begin at byte");
    }
}

TEST_F(Gguf, NamesElementTypesThatAreNotRead)
{
    const auto file = [](std::uint32_t type) {
        return GgufBuilder{}.tensor("t", {256}, type, std::string(1024, 'x'));
    };
    EXPECT_ERROR((void)open(file(18)), Unsupported, "IQ3_XXS");
    EXPECT_ERROR((void)open(file(34)), Unsupported, "TQ1_0");
    EXPECT_ERROR((void)open(file(4)), Unsupported, "type 4");
    EXPECT_ERROR((void)open(file(~0U)), Unsupported, "type 4294967295");
}

TEST_F(Gguf, SaysWhenAValueIsOfAnotherType)
{
    const GgufFile file = open(sound());
    const GgufMetadata& metadata = file.metadata();

    EXPECT_ERROR((void)metadata.text("n"), BadInput, "\"n\" has another type");
    EXPECT_ERROR((void)metadata.whole("eps"), BadInput, "another type");
    EXPECT_ERROR((void)metadata.real("n"), BadInput, "another type");
    EXPECT_ERROR((void)metadata.flag("n"), BadInput, "another type");
    EXPECT_ERROR((void)metadata.texts("types"), BadInput, "another type");
    EXPECT_ERROR((void)metadata.integers("words"), BadInput, "another type");
    EXPECT_ERROR((void)metadata.integers("n"), BadInput, "another type");

    constexpr std::uint32_t i32 = 5;
    const GgufFile negative = open(GgufBuilder{}.key("n", i32, GgufBuilder::raw(-1)));
    EXPECT_ERROR((void)negative.metadata().whole("n"), BadInput, "negative");
}

} // namespace
} // namespace nextquill::model
