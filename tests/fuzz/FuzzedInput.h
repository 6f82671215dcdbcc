// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/model/MappedFile.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>

namespace nextquill::fuzz {

/// Runs what reads a stranger's bytes: an Error is the right answer to most of them. Anything else
/// that is thrown ends the program, which is what a fuzzer looks for.
template<typename Body>
void allowErrors(const Body& body)
{
    try {
        body();
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Internal || *error.what() == '\0') {
            std::abort(); // a bug of ours by its own word, or an error that says nothing
        }
    }
}

[[nodiscard]] inline std::string_view textOf(const std::uint8_t* data, std::size_t size)
{
    return {reinterpret_cast<const char*>(data), size};
}

[[nodiscard]] inline std::shared_ptr<const model::MappedFile> fileOf(const std::uint8_t* data,
                                                                     std::size_t size)
{
    return model::MappedFile::around(std::span{reinterpret_cast<const std::byte*>(data), size},
                                     "fuzzed");
}

/// What must hold whatever was read.
inline void require(bool holds)
{
    if (!holds) {
        std::abort();
    }
}

} // namespace nextquill::fuzz
