// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/SafeTensorsWriter.h"

#include "core/base/AtomicFile.h"
#include "core/model/MappedFile.h"
#include "core/model/SafeTensorsFile.h"

#include "tests/core/model/ExpectError.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

namespace nextquill::model {
namespace {

using nextquill::testing::TemporaryFolder;

const std::vector<float> floats{1, -2, 3.5, 0, 5, 6};
const std::vector<std::uint8_t> bytes{7, 8, 9};

std::vector<NamedBlock> blocks()
{
    return {{.name = "state", .dtype = DType::U8, .shape = {3}, .data = bytes.data(), .bytes = 3},
            {.name = "weight \"w\"",
             .dtype = DType::F32,
             .shape = {2, 3},
             .data = floats.data(),
             .bytes = 24},
            {.name = "empty", .dtype = DType::F32, .shape = {0}, .data = nullptr, .bytes = 0}};
}

TEST(SafeTensorsWriter, IsReadBackBitForBit)
{
    const TemporaryFolder folder;
    writeSafeTensors(folder / "a.safetensors", blocks());

    const SafeTensorsFile file{folder / "a.safetensors"};
    const TensorView weight = file.find("weight \"w\"").value();
    EXPECT_EQ(weight.shape, (std::vector<std::int64_t>{2, 3}));
    EXPECT_EQ(std::memcmp(weight.data, floats.data(), 24), 0);
    EXPECT_EQ(std::memcmp(file.find("state")->data, bytes.data(), 3), 0);
    EXPECT_EQ(file.find("empty")->bytes, 0U);
    EXPECT_EQ(file.metadata().at("format"), "pt");
}

TEST(SafeTensorsWriter, AlignsTheDataAndPutsWideTypesFirst)
{
    const TemporaryFolder folder;
    writeSafeTensors(folder / "a.safetensors", blocks(), {});

    const SafeTensorsFile file{folder / "a.safetensors"};
    const auto offset = file.find("weight \"w\"")->data - file.file()->data();
    EXPECT_EQ(offset % 8, 0);
    EXPECT_LT(file.find("weight \"w\"")->data, file.find("state")->data);
    EXPECT_TRUE(file.metadata().empty());
}

TEST(SafeTensorsWriter, GivesTheSameBytesForAnyOrderOfBlocks)
{
    const TemporaryFolder folder;
    std::vector<NamedBlock> reversed = blocks();
    std::reverse(reversed.begin(), reversed.end());
    writeSafeTensors(folder / "a", blocks());
    writeSafeTensors(folder / "b", reversed);

    EXPECT_EQ(readFile(folder / "a"), readFile(folder / "b"));
}

TEST(SafeTensorsWriter, WritesNoTensorsToo)
{
    const TemporaryFolder folder;
    writeSafeTensors(folder / "a", {}, {});
    EXPECT_TRUE(SafeTensorsFile{folder / "a"}.tensors().empty());
}

TEST(SafeTensorsWriter, LeavesTheOldFileAndNoOtherWhenItFails)
{
    const TemporaryFolder folder;
    folder.write("a", "old");
    auto wrong = blocks();
    wrong.front().bytes = 2;

    EXPECT_ERROR(writeSafeTensors(folder / "a", wrong), Internal, "tensor state has 2 bytes");
    auto twice = blocks();
    twice.push_back(twice.front());
    EXPECT_ERROR(writeSafeTensors(folder / "a", twice), Internal, "given twice");
    EXPECT_ERROR(writeSafeTensors(folder / "none/a", blocks()), Storage, "cannot be created");

    std::filesystem::create_directory(folder / "taken");
    EXPECT_ERROR(writeSafeTensors(folder / "taken", blocks()), Storage, "put in its place");

    EXPECT_EQ(readFile(folder / "a"), "old");
    const auto entries = std::distance(std::filesystem::directory_iterator{folder.path()}, {});
    EXPECT_EQ(entries, 2);
}

TEST(SafeTensorsWriter, RefusesQuantisedBlocks)
{
    const TemporaryFolder folder;
    const std::string block(20, 'x');
    EXPECT_ERROR(writeSafeTensors(folder / "a", {{.name = "q",
                                                  .dtype = DType::Q4_1,
                                                  .shape = {32},
                                                  .data = block.data(),
                                                  .bytes = block.size()}}),
                 Internal, "tensor q");
}

} // namespace
} // namespace nextquill::model
