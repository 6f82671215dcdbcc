// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <string>

namespace nextquill::testing {

/// The error that `action` throws, in its three parts; a failure when it throws none.
template<typename Action>
Error errorOf(Action&& action)
{
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "no error";
    return {ErrorKind::Internal, "", "", ""};
}

} // namespace nextquill::testing

/// `statement` throws an Error of this kind whose line has the given words.
#define EXPECT_ERROR(statement, errorKind, words)                                                  \
    do {                                                                                           \
        const auto thrown = ::nextquill::testing::errorOf([&] { statement; });                     \
        EXPECT_EQ(thrown.kind(), ::nextquill::ErrorKind::errorKind) << thrown.what();              \
        EXPECT_THAT(thrown.what(), ::testing::HasSubstr(words));                                   \
        EXPECT_FALSE(thrown.where().empty());                                                      \
        EXPECT_FALSE(thrown.remedy().empty());                                                     \
    } while (false)
