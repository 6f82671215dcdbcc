// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/HubReference.h"

#include "core/base/Error.h"

#include <gtest/gtest.h>

namespace nextquill::hub {
namespace {

std::string read(std::string_view text)
{
    const HubReference read = requireHubReference(text);
    return read.name.text() + " " + read.revision + " " + read.file;
}

TEST(HubReference, ReadsNamesRevisionsAndFiles)
{
    EXPECT_EQ(read("tea/kettle"), "tea/kettle main ");
    EXPECT_EQ(read("tea/kettle@refs/pr/1"), "tea/kettle refs/pr/1 ");
    EXPECT_EQ(read("tea/kettle/sub/q4.gguf"), "tea/kettle main sub/q4.gguf");
    EXPECT_EQ(read("tea/kettle/q4.gguf@v1"), "tea/kettle v1 q4.gguf");
}

TEST(HubReference, ReadsAPagesAddress)
{
    EXPECT_EQ(read("  https://hub.example/tea/kettle\n"), "tea/kettle main ");
    EXPECT_EQ(read("http://hub.example:80/tea/kettle/"), "tea/kettle main ");
    EXPECT_EQ(read("https://hub.example/tea/kettle/tree/v1?a=b#c"), "tea/kettle v1 ");
    EXPECT_EQ(read("https://hub.example/tea/kettle/blob/main/a/q4.gguf"),
              "tea/kettle main a/q4.gguf");
    EXPECT_EQ(read("https://hub.example/tea/kettle/resolve/main/README.md"), "tea/kettle main ");
}

TEST(HubReference, IsWrittenAsItIsRead)
{
    for (const char* text :
         {"tea/kettle", "tea/kettle@v1", "tea/kettle/q4.gguf", "tea/kettle/a/q4.gguf@v1"}) {
        EXPECT_EQ(readHubReference(text)->text(), text);
    }
}

TEST(HubReference, RefusesWhatNamesNoModel)
{
    for (const char* text : {"", "kettle", "tea/", "/kettle", "tea/kettle/notes.txt", "tea/kettle@",
                             "tea/kettle@../x", "tea/kettle/../q4.gguf", "https://hub.example/tea",
                             "https://hub.example/tea/kettle/tree/..", "te\na/kettle b"}) {
        EXPECT_THROW(static_cast<void>(requireHubReference(text)), Error) << text;
    }
}

} // namespace
} // namespace nextquill::hub
