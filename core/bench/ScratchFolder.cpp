// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/ScratchFolder.h"

#include "core/base/Error.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace nextquill::bench {

ScratchFolder::ScratchFolder(const std::filesystem::path& where)
{
    const std::filesystem::path above =
        where.empty() ? std::filesystem::temp_directory_path() : where;
    std::string name = (above / "nextquill-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw Error{ErrorKind::Storage,
                    std::string{"no folder can be made ("} + std::strerror(errno) + ")",
                    above.string(), "name a folder that can be written"};
    }
    m_path = name;
}

ScratchFolder::~ScratchFolder()
{
    std::error_code ignored; // nobody is there who could do something about it
    std::filesystem::remove_all(m_path, ignored);
}

void ScratchFolder::clear() const
{
    for (const auto& entry : std::filesystem::directory_iterator{m_path}) {
        std::filesystem::remove_all(entry.path());
    }
}

} // namespace nextquill::bench
