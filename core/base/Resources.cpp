// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Resources.h"

#include "core/base/Error.h"

#include <algorithm>
#include <string>

namespace nextquill {

namespace {

#include "ResourceTable.inc"

} // namespace

std::string_view resource(std::string_view path)
{
    for (const EmbeddedFile& file : embeddedFiles) {
        if (path == file.path) {
            return {file.begin, static_cast<std::size_t>(file.end - file.begin)};
        }
    }
    throw Error{ErrorKind::Internal, "no such built-in file", std::string{path}, "report this"};
}

std::vector<std::string_view> resourcesBelow(std::string_view prefix)
{
    std::vector<std::string_view> found;
    for (const EmbeddedFile& file : embeddedFiles) {
        if (std::string_view{file.path}.starts_with(prefix)) {
            found.emplace_back(file.path);
        }
    }
    std::ranges::sort(found);
    return found;
}

} // namespace nextquill
