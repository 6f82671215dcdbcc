// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/ModelLimits.h"
#include "core/model/SafeTensorsFile.h"
#include "core/model/SafeTensorsHeader.h"

#include "tests/core/model/ExpectError.h"
#include "tests/support/Fixtures.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace nextquill::model {
namespace {

std::string length(std::uint64_t size)
{
    std::string bytes(8, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<char>(size >> (8 * i) & 0xffU);
    }
    return bytes;
}

std::string fileOf(const std::string& header, std::size_t dataBytes)
{
    return length(header.size()) + header + std::string(dataBytes, 'x');
}

constexpr const char* sound =
    R"({"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},)"
    R"("b":{"dtype":"BF16","shape":[3],"data_offsets":[8,14]},"__metadata__":{"format":"pt"}})";

class SafeTensors : public ::testing::Test
{
protected:
    SafeTensorsFile open(const std::string& bytes)
    {
        std::filesystem::remove(m_folder / "m.safetensors"); // overwriting would wait for the disk
        return SafeTensorsFile{m_folder.write("m.safetensors", bytes)};
    }
    /// With a header and as many bytes of data.
    SafeTensorsFile open(const std::string& header, std::size_t dataBytes)
    {
        return open(fileOf(header, dataBytes));
    }

    nextquill::testing::TemporaryFolder m_folder;
};

SafeTensorsHeader parse(const std::string& header)
{
    return parseSafeTensorsHeader(header, "here");
}

TEST_F(SafeTensors, FindsTensorsAndMetadata)
{
    const SafeTensorsFile file = open(sound, 14);

    ASSERT_EQ(file.tensors().size(), 2U);
    const TensorView b = file.find("b").value();
    EXPECT_EQ(b.dtype, DType::BF16);
    EXPECT_EQ(b.shape, std::vector<std::int64_t>{3});
    EXPECT_EQ(b.bytes, 6U);
    EXPECT_EQ(b.data - file.find("a")->data, 8);
    EXPECT_EQ(file.metadata().at("format"), "pt");
    EXPECT_FALSE(file.find("c"));
}

TEST_F(SafeTensors, IsRefusedWhenCutAtAnyByte)
{
    const std::string whole = fileOf(sound, 14);

    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_THROW((void)open(whole.substr(0, size)), Error) << size << " bytes";
    }
    EXPECT_NO_THROW((void)open(whole));
}

TEST_F(SafeTensors, SurvivesAnyByteBeingWrong)
{
    const std::string whole = fileOf(sound, 14);

    for (std::size_t i = 0; i < whole.size() - 14; ++i) {
        for (const char wrong : {'\0', '"', '9', '[', '}', '\xff'}) {
            std::string broken = whole;
            broken[i] = wrong;
            try {
                (void)open(broken);
            } catch (const Error&) {
                continue; // the only thing that may be thrown
            }
        }
    }
}

TEST_F(SafeTensors, RefusesGapsOverlapsAndUncoveredBytes)
{
    constexpr const char* gap = R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                                R"("b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})";
    constexpr const char* overlap = R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                                    R"("b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})";

    EXPECT_ERROR((void)open(gap, 3), BadInput, "gap");
    EXPECT_ERROR((void)open(overlap, 3), BadInput, "overlap");
    EXPECT_ERROR((void)open(sound, 15), BadInput, "the file has 15");
    EXPECT_ERROR((void)open(sound, 13), BadInput, "the tensors take 14 bytes");
}

TEST_F(SafeTensors, AllowsEmptyTensorsAndNone)
{
    EXPECT_TRUE(open("{}", 0).tensors().empty());
    const auto file = open(R"({"a":{"dtype":"F32","shape":[0,7],"data_offsets":[0,0]},)"
                           R"("b":{"dtype":"F32","shape":[],"data_offsets":[0,4]}})",
                           4);
    EXPECT_EQ(file.find("a")->elements(), 0);
    EXPECT_EQ(file.find("b")->elements(), 1);
}

TEST_F(SafeTensors, RefusesHeadersThatAreTooLong)
{
    EXPECT_ERROR((void)open(length(limits::headerBytes + 1) + "{}"), BadInput, "100000001");
    EXPECT_ERROR((void)open(length(~std::uint64_t{0}) + "{}"), BadInput, "at most 100000000");
    EXPECT_ERROR((void)open(length(limits::headerBytes) + "{}"), BadInput, "the file 10");
    EXPECT_ERROR((void)open(length(1) + "{}"), BadInput, "the header has 1 bytes");
    EXPECT_ERROR((void)open(""), BadInput, "ends before its header");
}

TEST_F(SafeTensors, RefusesWhatIsNoRegularFile)
{
    EXPECT_ERROR(SafeTensorsFile{m_folder.path()}, BadInput, "no regular file");
    EXPECT_ERROR(SafeTensorsFile{m_folder / "missing"}, Storage, "cannot be read");
}

TEST(SafeTensorsHeader, RefusesKeysThatStandTwice)
{
    EXPECT_ERROR(parse(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                       R"("a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})"),
                 BadInput, "\"a\" stands twice");
    EXPECT_ERROR(parse(R"({"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}})"),
                 BadInput, "\"dtype\" stands twice");
    EXPECT_ERROR(parse(R"({"__metadata__":{"x":"1","x":"2"}})"), BadInput, "\"x\" stands twice");
    EXPECT_ERROR(parse(R"({"__metadata__":{},"__metadata__":{}})"), BadInput, "stands twice");
}

TEST(SafeTensorsHeader, RefusesProductsThatOverflow)
{
    EXPECT_ERROR(parse(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],)"
                       R"("data_offsets":[0,0]}})"),
                 BadInput, "do not fit shape");
    EXPECT_ERROR(parse(R"({"a":{"dtype":"F64","shape":[2305843009213693952],)"
                       R"("data_offsets":[0,0]}})"),
                 BadInput, "do not fit shape");
    EXPECT_ERROR(parse(R"({"a":{"dtype":"F32","shape":[18446744073709551615],)"
                       R"("data_offsets":[0,4]}})"),
                 BadInput, "a dimension is");
    EXPECT_ERROR(parse(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})"), BadInput,
                 "4..0");
}

TEST(SafeTensorsHeader, RefusesValuesOfTheWrongKind)
{
    for (const char* header : {"{",
                               "[]",
                               "{}}",
                               "{\"a\":1}",
                               "{\"a\":null}",
                               "{\"a\":{}}",
                               "{\"a\":[]}",
                               R"({"a":{"dtype":4,"shape":[1],"data_offsets":[0,1]}})",
                               R"({"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}})",
                               R"({"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}})",
                               R"({"a":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}})",
                               R"({"a":{"dtype":"U8","shape":1,"data_offsets":[0,1]}})",
                               R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}})",
                               R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}})",
                               R"({"a":{"dtype":"U8","shape":[1]}})",
                               R"({"a":{"dtype":["U8"]}})",
                               R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":1}})",
                               R"({"__metadata__":{"a":1}})",
                               R"({"__metadata__":"a"})",
                               R"({"__metadata__":[]})",
                               R"({"":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
                               "{\"a\xff\":1}"}) {
        EXPECT_THROW((void)parse(header), Error) << header;
    }
}

TEST(SafeTensorsHeader, NamesElementTypesThatAreNotRead)
{
    EXPECT_ERROR(parse(R"({"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}})"),
                 Unsupported, "F8_E4M3");
    EXPECT_ERROR(parse(R"({"a":{"dtype":"Q4_1","shape":[32],"data_offsets":[0,20]}})"), Unsupported,
                 "Q4_1");
}

TEST(SafeTensorsHeader, KeepsTheLimitOfDimensions)
{
    const auto header = [](std::size_t rank) {
        std::string shape = "1";
        for (std::size_t i = 1; i < rank; ++i) {
            shape += ",1";
        }
        return R"({"a":{"dtype":"U8","shape":[)" + shape + R"(],"data_offsets":[0,1]}})";
    };
    EXPECT_NO_THROW((void)parse(header(limits::rank - 1)));
    EXPECT_NO_THROW((void)parse(header(limits::rank)));
    EXPECT_ERROR((void)parse(header(limits::rank + 1)), BadInput, "is 9, at most 8");
}

TEST(SafeTensorsHeader, KeepsTheLimitOfNames)
{
    const auto header = [](std::size_t bytes) {
        return "{\"" + std::string(bytes, 'n') +
               R"(":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})";
    };
    EXPECT_NO_THROW((void)parse(header(limits::nameBytes - 1)));
    EXPECT_NO_THROW((void)parse(header(limits::nameBytes)));
    EXPECT_ERROR((void)parse(header(limits::nameBytes + 1)), BadInput, "is 1025, at most 1024");
}

TEST(SafeTensorsHeader, KeepsTheLimitOfTensors)
{
    const auto header = [](std::size_t count) {
        std::string json = "{\"__metadata__\":{}";
        for (std::size_t i = 0; i < count; ++i) {
            json += ",\"" + std::to_string(i) + R"(":{"dtype":"U8","shape":[0],)" +
                    R"("data_offsets":[0,0]})";
        }
        return json + "}";
    };
    EXPECT_EQ(parse(header(limits::tensors)).tensors.size(), limits::tensors);
    EXPECT_ERROR((void)parse(header(limits::tensors + 1)), BadInput, "is 200001, at most 200000");
}

TEST(SafeTensorsHeader, KeepsTheLimitsOfMetadata)
{
    const auto entries = [](std::size_t count) {
        std::string json = "{\"__metadata__\":{\"first\":\"\"";
        for (std::size_t i = 1; i < count; ++i) {
            json += ",\"" + std::to_string(i) + "\":\"\"";
        }
        return json + "}}";
    };
    EXPECT_EQ(parse(entries(limits::metadataEntries)).metadata.size(), limits::metadataEntries);
    EXPECT_ERROR((void)parse(entries(limits::metadataEntries + 1)), BadInput, "at most 65536");

    const auto bytes = [](std::size_t count) {
        return R"({"__metadata__":{"k":")" + std::string(count - 1, 'v') + "\"}}";
    };
    EXPECT_NO_THROW((void)parse(bytes(limits::metadataBytes)));
    EXPECT_ERROR((void)parse(bytes(limits::metadataBytes + 1)), BadInput, "at most 16777216");
}

TEST(SafeTensorsHeader, RefusesDeepNestingAtOnce)
{
    const std::string deep = R"({"a":{"shape":)" + std::string(1'000'000, '[');

    EXPECT_ERROR((void)parse(deep), BadInput, "wrong kind");
    EXPECT_ERROR((void)parse(R"({"a":{"shape":[{"b":1}]}})"), BadInput, "wrong kind");
}

TEST(SafeTensorsFixtures, AllTinyModelsOpen)
{
    NEXTQUILL_NEED_SHARED(models, "fixtures/models");
    for (const char* model : {"tiny-llama", "tiny-qwen2", "tiny-qwen3"}) {
        const SafeTensorsFile file{models / model / "model.safetensors"};
        EXPECT_EQ(file.metadata().at("format"), "pt");
        EXPECT_TRUE(file.find("model.embed_tokens.weight")) << model;
    }
}

} // namespace
} // namespace nextquill::model
