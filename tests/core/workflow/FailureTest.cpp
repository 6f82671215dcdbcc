// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/Failure.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <new>
#include <stdexcept>
#include <string>

namespace nextquill::workflow {
namespace {

TEST(Failure, OfALibraryIsItsFirstLineAndNoPlaceOfTheMachine)
{
    const std::runtime_error error{"mat1 and mat2 cannot be multiplied\n"
                                   "Exception raised from meta at /src/LinearAlgebra.cpp:199\n"
                                   "frame #0: c10::Error::Error(...) in /opt/lib/libc10.so"};
    EXPECT_STREQ(asError(error, "run quick-1").what(),
                 "mat1 and mat2 cannot be multiplied: run quick-1, this is an error of the "
                 "program: please report it");
    EXPECT_EQ(asError(error, "here").kind(), ErrorKind::Internal);
}

TEST(Failure, WithoutAMessageStillSaysSomething)
{
    EXPECT_EQ(asError(std::runtime_error{""}, "here").problem(),
              "an error of this program without a message");
    EXPECT_EQ(asError(std::runtime_error{"\r\nat /src/x.cpp"}, "here").problem(),
              "an error of this program without a message");
}

TEST(Failure, OfOursKeepsItsPartsAndShowsWhatCannotBeSeen)
{
    const Error error{ErrorKind::Storage, "cannot be read", "a\nb\x1b[31m.jsonl", "look"};
    const Error shown = asError(error, "elsewhere");
    EXPECT_EQ(shown.kind(), ErrorKind::Storage);
    EXPECT_EQ(shown.problem(), "cannot be read");
    EXPECT_EQ(shown.remedy(), "look");
    const std::string line = shown.what();
    EXPECT_EQ(line.find_first_of("\n\r\x1b"), std::string::npos) << line;
    EXPECT_EQ(line.find("elsewhere"), std::string::npos);
}

TEST(Failure, OfMemoryAndOfTheDiskSaysWhatToDo)
{
    EXPECT_EQ(asError(std::bad_alloc{}, "here").kind(), ErrorKind::OutOfMemory);
    const std::filesystem::filesystem_error full{
        "cannot copy", "/tmp/x", std::make_error_code(std::errc::no_space_on_device)};
    const Error error = asError(full, "here");
    EXPECT_EQ(error.kind(), ErrorKind::Storage);
    EXPECT_EQ(error.where(), "/tmp/x");
}

} // namespace
} // namespace nextquill::workflow
