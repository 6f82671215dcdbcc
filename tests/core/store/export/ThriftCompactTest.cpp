// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/export/ThriftCompact.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace nextquill::store {
namespace {

std::string hexOf(const std::string& bytes)
{
    std::string text;
    for (const char byte : bytes) {
        text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    }
    return text;
}

// The protocol's document: a field's header is the step from the last field's number and the type,
// numbers are zigzag and of seven bits a byte, a structure ends in 0.

TEST(ThriftCompact, WritesFieldsAsStepsFromTheLastOne)
{
    ThriftCompact out;
    out.integer(1, 1).integer(3, -1).longInteger(20, 300).endStruct();
    EXPECT_EQ(hexOf(out.bytes()), "1502"     // field 1, i32, 1
                                  "2501"     // two on, i32, -1
                                  "0628d804" // too far: type, number, 300
                                  "00");
}

TEST(ThriftCompact, WritesFlagsIntoTheHeader)
{
    ThriftCompact out;
    out.flag(1, true).flag(2, false).endStruct();
    EXPECT_EQ(hexOf(out.bytes()), "111200");
}

TEST(ThriftCompact, WritesTextsWithTheirLength)
{
    ThriftCompact out;
    out.text(4, "ab").texts(5, {"c", "de"}).endStruct();
    EXPECT_EQ(hexOf(out.bytes()), "48026162"
                                  "1928"
                                  "0163"
                                  "026465"
                                  "00");
}

TEST(ThriftCompact, CountsFieldsAnewInEachStructure)
{
    ThriftCompact out;
    out.integer(5, 0).beginStruct(6).integer(1, 0).endStruct().integer(7, 0).endStruct();
    EXPECT_EQ(hexOf(out.bytes()), "5500"
                                  "1c"
                                  "1500"
                                  "00"
                                  "1500"
                                  "00");
}

TEST(ThriftCompact, WritesLongListsWithALengthOfTheirOwn)
{
    ThriftCompact out;
    out.integers(1, std::vector<std::int32_t>(15, 1)).endStruct();
    EXPECT_EQ(hexOf(out.bytes()), "19f50f" + std::string("020202020202020202020202020202") + "00");
    ThriftCompact structs;
    structs.beginStructs(1, 2).element().integer(2, 1).endStruct().element().endStruct();
    structs.endStruct();
    EXPECT_EQ(hexOf(structs.bytes()), "192c"
                                      "250200"
                                      "00"
                                      "00");
}

} // namespace
} // namespace nextquill::store
