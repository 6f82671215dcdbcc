// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/Failure.h"

#include "core/base/Utf8.h"

#include <filesystem>
#include <new>
#include <string_view>
#include <system_error>

namespace nextquill::workflow {

namespace {

constexpr std::size_t longestPart = 2000;

std::string visible(std::string_view text)
{
    return escapedForDisplay(text, longestPart);
}

std::string firstLine(std::string_view text)
{
    const std::string line = visible(text.substr(0, text.find_first_of("\r\n")));
    return line.empty() ? "an error of this program without a message" : line;
}

} // namespace

Error asError(const std::exception& error, const std::string& where)
{
    if (const auto* ours = dynamic_cast<const Error*>(&error)) {
        return {ours->kind(), visible(ours->problem()), visible(ours->where()),
                visible(ours->remedy())};
    }
    const auto* system = dynamic_cast<const std::system_error*>(&error);
    const bool noThread = // no memory for one, or too many of them
        system != nullptr && system->code() == std::errc::resource_unavailable_try_again;
    if (noThread || dynamic_cast<const std::bad_alloc*>(&error) != nullptr) {
        return {ErrorKind::OutOfMemory, "there is not enough memory", visible(where),
                "lower the batch or the prompt budget, or close other programs"};
    }
    if (const auto* files = dynamic_cast<const std::filesystem::filesystem_error*>(&error)) {
        const std::string path = files->path1().string();
        return {ErrorKind::Storage, firstLine(files->code().message()),
                visible(path.empty() ? where : path),
                "check the disk's space and the folder's permissions"};
    }
    return {ErrorKind::Internal, firstLine(error.what()), visible(where),
            "this is an error of the program: please report it"};
}

} // namespace nextquill::workflow
